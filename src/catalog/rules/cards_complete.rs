//! Every category has a card in English with two wordings for each level that it can be shown at; other languages have all or say so.

use super::{Draft, Report};
use crate::reply::Layout;
use crate::respond::Content;
use crate::triage::{Category, Urgency};

/// Cards that belong to no category.
const OTHERS: [(&str, &[Urgency]); 2] = [("soft", &[Urgency::Concern]), ("standing", &[Urgency::Emergency])];
const FULL: &[Urgency] = &[Urgency::Emergency, Urgency::Urgent];
const SUPPORT: &[Urgency] = &[Urgency::Concern];

pub(super) fn judge(draft: &Draft, content: &Content, report: &mut Report) {
    let needed = Category::ALL
        .into_iter()
        .map(|category| {
            (
                category.slug(),
                if category == Category::Distress { SUPPORT } else { FULL },
            )
        })
        .chain(OTHERS);
    for (slug, levels) in needed {
        for language in content.words.phrases.keys() {
            let path = format!("urgent/cards/{slug}.{language}.md");
            let Some(file) = draft
                .cards
                .iter()
                .find(|file| file.card.slug == slug && file.card.language == *language)
            else {
                report.error(
                    &path,
                    0,
                    format!("the card `{slug}` is missing in `{language}`"),
                    "write it after the English one beside it",
                );
                continue;
            };
            for level in levels {
                let layout = match level {
                    Urgency::Emergency => &file.card.emergency,
                    Urgency::Urgent => &file.card.urgent,
                    Urgency::Concern | Urgency::None => &file.card.concern,
                };
                if layout.as_ref().map_or(0, |layout: &Layout| layout.wordings.len()) < 2 {
                    report.error(
                        &path,
                        0,
                        format!("`## {}` needs two wordings", level.slug()),
                        "write them under that heading, divided by a line `---`",
                    );
                }
            }
        }
    }
}
