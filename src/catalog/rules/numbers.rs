//! An answer holds nothing like a dose, a duration or a schedule: no digits but in names, no spans of time, no units.

use super::{Draft, Report, body_line, words};

/// Names that hold a digit and say nothing of an amount.
const NAMES: &[&str] = &["7", "2", "24", "988", "911", "112"];
const NAMED: &[&str] = &["7-hydroxymitragynine", "7-OH", "alpha-2", "daily life", "Daily life"];
const SPANS: &[&str] = &[
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "minutes",
    "mg",
    "milligram",
    "milligrams",
    "gram",
    "grams",
    "daily",
    "twice",
    "ml",
    "gpd",
];
/// Topics in which a word of time names the bot's own schedule.
const SCHEDULES: &[&str] = &["check-ins-help", "tracking-tools"];

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.topics {
        let mut body = file.topic.body.clone();
        for name in NAMED {
            body = body.replace(name, "");
        }
        for word in words(&body) {
            let digit = word.chars().any(|c| c.is_ascii_digit()) && !NAMES.contains(&word.as_str());
            let span = SPANS.contains(&word.as_str()) && !SCHEDULES.contains(&file.topic.slug.as_str());
            if digit || span {
                report.error(
                    &file.path,
                    body_line(file, &word),
                    format!("`{word}` reads like an amount or a time"),
                    "leave it out: doses, durations and schedules are a clinician's to give",
                );
            }
        }
    }
}
