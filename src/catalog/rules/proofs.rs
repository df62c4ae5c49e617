//! Every signal carries its proofs: it is found in each `must_match`, and stands in no `must_ignore`.

use super::{Draft, Report, line_of};
use crate::respond::Content;
use crate::triage::Opinion;

pub(super) fn judge(draft: &Draft, content: &Content, report: &mut Report) {
    // Proofs are of signals alone: thousands of texts need not be read by the second opinion and its encoder.
    let mut signals = content.triage.clone();
    signals.set_opinion(Opinion::default());
    for file in &draft.signals {
        let stands = |text: &str| {
            let (read, bag) = content.read(text);
            let assessment = signals.assess(&read, &bag);
            let found = assessment
                .evidence
                .iter()
                .find(|evidence| evidence.signal == file.source.slug)
                .cloned();
            (
                found.as_ref().is_some_and(|evidence| evidence.cancelled.is_none()),
                found.and_then(|evidence| evidence.cancelled),
            )
        };
        for text in &file.must_match {
            if let (false, cancelled) = stands(text) {
                let why = cancelled.map_or("no pattern matches it".to_owned(), |cue| format!("`{cue}` cancels it"));
                report.error(
                    &file.path,
                    line_of(&file.text, text),
                    format!("must_match `{text}` is not found: {why}"),
                    "widen a pattern, or take the line out; `evenkeel explain` shows how it is read",
                );
            }
        }
        for text in &file.must_ignore {
            if let (true, _) = stands(text) {
                report.error(
                    &file.path,
                    line_of(&file.text, text),
                    format!("must_ignore `{text}` is found"),
                    "narrow the pattern, or add what tells it apart to `unless`",
                );
            }
        }
    }
}
