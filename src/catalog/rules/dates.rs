//! Crisis lines are read again every 90 days (facts on directories: numbers change without notice), answers every year. Overdue ones are reported, never hidden.

use super::{Draft, Report, line_of};

const ANSWERS_DAYS: i32 = 365;

pub(super) fn judge(draft: &Draft, today: jiff::civil::Date, report: &mut Report) {
    let age = |day: jiff::civil::Date| (today - day).get_days();
    for file in &draft.lines {
        for (what, day) in &file.dated {
            let days = age(*day);
            if i64::from(days) > crate::reply::REREAD_DAYS {
                report.warning(
                    &file.path,
                    line_of(&file.text, what),
                    format!("{what} was last read {days} days ago"),
                    "read its source again, then set read_on (or verified_on, if a person called it)",
                );
            } else if days < -1 {
                report.error(
                    &file.path,
                    line_of(&file.text, what),
                    format!("{what} was read on {day}, which is still to come"),
                    "correct the date",
                );
            }
        }
    }
    for file in &draft.topics {
        if let Some(days) = file.reviewed.map(age).filter(|days| *days > ANSWERS_DAYS) {
            report.warning(
                &file.path,
                line_of(&file.text, "reviewed"),
                format!("was last reviewed {days} days ago"),
                "read it against the article again, then set `reviewed`",
            );
        }
    }
}
