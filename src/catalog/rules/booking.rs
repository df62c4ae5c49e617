//! Links come from the bot, not from bodies: one booking link, https, said to be whose it is.

use super::{Draft, Report, body_line};

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.topics {
        for sign in ["http", "www.", "](", "discord.gg"] {
            if file.topic.body.contains(sign) {
                report.error(
                    &file.path,
                    body_line(file, sign),
                    "there is a link in the body",
                    "take it out; `booking = true` adds the booking link, and no other link is needed",
                );
            }
        }
    }
}
