//! Answers and cards fit a phone: titles, first paragraphs, whole answers, cards with the longest numbers of any country.

use super::{Draft, Report};
use crate::reply::limits::{ANSWER, CARD, CONTENT};
use crate::respond::Content;
use crate::triage::Urgency;

const TITLE: usize = 60;
const SHORT: usize = 300;

pub(super) fn judge(draft: &Draft, content: &Content, report: &mut Report) {
    for file in &draft.topics {
        let topic = &file.topic;
        if topic.title.trim().is_empty() || topic.title.chars().count() > TITLE {
            report.error(
                &file.path,
                2,
                format!("the title is empty or longer than {TITLE} characters"),
                "write two to seven words",
            );
        }
        if topic.short().is_empty() || topic.short().chars().count() > SHORT {
            report.error(
                &file.path,
                file.body_line,
                format!("the first paragraph is empty or longer than {SHORT} characters"),
                "answer in one or two short sentences, then leave a blank line",
            );
        }
        for (language, phrases) in &content.words.phrases {
            let length = topic.long(phrases).chars().count();
            if length > ANSWER {
                report.error(
                    &file.path,
                    file.body_line,
                    format!("the whole answer has {length} characters in `{language}`, more than {ANSWER}"),
                    "shorten it",
                );
            }
        }
    }
    for file in &draft.cards {
        let Some(phrases) = content.words.phrases.get(&file.card.language) else {
            continue;
        };
        for (level, layout) in [
            (Urgency::Emergency, &file.card.emergency),
            (Urgency::Urgent, &file.card.urgent),
            (Urgency::Concern, &file.card.concern),
        ] {
            for turn in 0..layout.as_ref().map_or(0, |layout| layout.wordings.len() as u64) {
                let codes = content
                    .words
                    .directory
                    .countries()
                    .iter()
                    .map(|country| Some(country.code.as_str()))
                    .chain([None]);
                let rendered = codes.filter_map(|code| {
                    Some((
                        code,
                        file.card
                            .render(level, &content.words.directory.numbers(code), phrases, turn)?,
                    ))
                });
                let longest = rendered.map(|(code, text)| (text.chars().count(), code)).max();
                if let Some((length, code)) = longest.filter(|(length, _)| *length > CARD.min(CONTENT)) {
                    let country = code.unwrap_or("an unknown country");
                    report.error(
                        &file.path,
                        0,
                        format!(
                            "wording {} for {} has {length} characters with the numbers of {country}, more than {CARD}",
                            turn + 1,
                            level.slug()
                        ),
                        "shorten it",
                    );
                }
            }
        }
    }
}
