//! The order on a card: an emergency begins with the emergency number, an urgent message with a line to call and one to text; booking is always last.

use super::{Draft, Report, line_of};
use crate::reply::{Layout, PLACEHOLDERS};
use crate::triage::Urgency;

/// How far into an urgent card the first line to call may stand, in characters: a warm sentence, or where to get care today.
const OPENING: usize = 280;

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.cards {
        let layouts = [
            (Urgency::Emergency, &file.card.emergency),
            (Urgency::Urgent, &file.card.urgent),
            (Urgency::Concern, &file.card.concern),
        ];
        for (level, wording) in layouts
            .into_iter()
            .filter_map(|(level, layout)| Some((level, layout.as_ref()?)))
            .flat_map(|(level, layout): (_, &Layout)| layout.wordings.iter().map(move |wording| (level, wording)))
        {
            for problem in problems(level, wording) {
                report.error(
                    &file.path,
                    line_of(&file.text, wording),
                    format!("{}: {problem}", level.slug()),
                    "responses/README.md gives the order of a card and what it may hold",
                );
            }
        }
    }
}

fn problems(level: Urgency, wording: &str) -> Vec<String> {
    let mut out = Vec::new();
    for name in wording.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        if !PLACEHOLDERS.contains(&name) {
            out.push(format!("{{{name}}} is not a placeholder; there are {PLACEHOLDERS:?}"));
        }
    }
    let at = |name: &str| wording.find(&format!("{{{name}}}"));
    let lines: Vec<&str> = wording.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.last() != Some(&"{booking}") || wording.matches("{booking}").count() != 1 {
        out.push("the last line, and only that, has to be {booking}".to_owned());
    }
    if wording.contains("http") || wording.contains('!') {
        out.push("links come from placeholders, and a card holds no exclamation mark".to_owned());
    }
    let line = ["call", "abuse", "poison"].into_iter().filter_map(at).min();
    match level {
        Urgency::Emergency => {
            if !lines.first().is_some_and(|line| line.contains("{emergency}")) {
                out.push("the first line has to hold {emergency}".to_owned());
            }
            if line.is_none() || at("text").is_none() {
                out.push("a line to call and {text} are missing".to_owned());
            }
        }
        Urgency::Urgent => {
            if at("emergency").is_none() || at("text").is_none() || line.is_none() {
                out.push("{emergency}, a line to call and {text} all have to be there".to_owned());
            }
            let first = [line, at("text")].into_iter().flatten().min();
            if first.is_some_and(|first| {
                wording
                    .get(..first)
                    .is_some_and(|before| before.chars().count() > OPENING)
            }) {
                out.push(format!(
                    "a line to call or text has to stand within the first {OPENING} characters"
                ));
            }
        }
        Urgency::Concern | Urgency::None => {
            if line.is_none() {
                out.push("a line to call is missing".to_owned());
            }
        }
    }
    out
}
