//! A country has a suicide line, and a text or chat address is never the only one of a kind without hours being told.
//!
//! A line that closes is never shown alone: the card puts the emergency number beside it. This rule looks that each country has what that needs.

use super::{Draft, Report, line_of};
use crate::reply::LineKind;

/// Countries for which no national line was found: the emergency number stands in, and their files say why.
const WITHOUT: [&str; 1] = ["tr"];

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.lines {
        let country = &file.country;
        let suicide = country
            .lines
            .iter()
            .any(|line| line.kind == LineKind::Suicide || line.kind == LineKind::Warmline);
        if !suicide && !WITHOUT.contains(&country.code.as_str()) && country.code != "intl" {
            report.error(
                &file.path,
                0,
                "there is no line of the kind suicide or warmline",
                "add one, or name the country in the rule `line_alone` with the reason in its file",
            );
        }
        for line in &country.lines {
            if line.hours.contains("24") && line.hours != "24/7" && !line.hours.contains(' ') {
                report.error(
                    &file.path,
                    line_of(&file.text, &line.name),
                    format!("`{}` is neither 24/7 nor words", line.hours),
                    "write exactly 24/7, or the opening hours in words",
                );
            }
        }
    }
}
