//! The message menu **Send help**: shows a helper the card, and offers to post it for the author of a message.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serenity::all::Message;

use super::{Ctx, Error, Person, send};
use crate::reply::{Button, On, Phrase, Place, Press};
use crate::triage::{Category, Urgency};

/// A person is sent help at most once in this time.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// So many people a helper may send help to in a day, or try to send it again, before it looks like teasing.
const TEASING: usize = 4;
/// People that are remembered, at most.
const REMEMBERED: usize = 20_000;

/// Who was sent help, and who sent it, within a day. In memory only.
#[derive(Debug, Default)]
pub(in crate::discord) struct SentHelp(Mutex<Sent>);

#[derive(Debug, Default)]
struct Sent {
    targets: HashMap<u64, i64>,
    helpers: HashMap<u64, Vec<i64>>,
}

/// What comes of a helper's wish to send help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::discord) struct Tried {
    /// It may be posted.
    pub(in crate::discord) allowed: bool,
    /// Moderators should know: told once when it begins to look like teasing.
    pub(in crate::discord) teasing: bool,
}

impl SentHelp {
    /// A helper wants to send help to somebody.
    pub(in crate::discord) fn tried(&self, helper: u64, target: u64, now: i64) -> Tried {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.targets.retain(|_, at| now - *at < DAY_MS);
        sent.helpers.retain(|_, times| {
            times.retain(|at| now - *at < DAY_MS);
            !times.is_empty()
        });
        if sent.targets.len() > REMEMBERED || sent.helpers.len() > REMEMBERED {
            sent.targets.clear();
            sent.helpers.clear();
        }
        let times = sent.helpers.entry(helper).or_default();
        times.push(now);
        let count = times.len();
        let allowed = !sent.targets.contains_key(&target) && count <= TEASING;
        if allowed {
            sent.targets.insert(target, now);
        }
        Tried {
            allowed,
            teasing: count == TEASING + 1,
        }
    }

    /// It could not be posted: another try is no second time.
    pub(in crate::discord) fn failed(&self, target: u64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .targets
            .remove(&target);
    }
}

/// Send help
#[poise::command(context_menu_command = "Send help", guild_only)]
pub(super) async fn send_help(ctx: Ctx<'_>, message: Message) -> Result<(), Error> {
    let person = Person::of(ctx);
    let words = &person.content.words;
    let reader = person.reader();
    let on = On {
        addressee: person.id,
        category: Category::Suicide,
        level: Urgency::Urgent,
    };
    let Some(mut card) = words.card(on, &reader, Place::Private) else {
        return super::say(ctx, Phrase::Sorry, &[]).await;
    };
    let offer = words.say(&reader, Phrase::SendHelpOffer, &[]);
    card.content = format!("{offer}\n\n{}", card.content);
    card.buttons = if message.author.bot {
        Vec::new()
    } else {
        vec![Button::Press {
            label: words.say(&reader, Phrase::SendHelpPost, &[]),
            press: Press::PostFor {
                channel: message.channel_id.get(),
                message: message.id.get(),
                author: message.author.id.get(),
            },
        }]
    };
    send(ctx, &card).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_sent_help_once_a_day_and_teasing_is_told_once() {
        let sent = SentHelp::default();
        let tried = |helper, target, now| {
            let tried = sent.tried(helper, target, now);
            (tried.allowed, tried.teasing)
        };
        assert_eq!(tried(1, 9, 0), (true, false));
        assert_eq!(tried(2, 9, 1), (false, false));
        assert_eq!(tried(2, 9, DAY_MS), (true, false));
        // What helper 1 did a day before no longer counts.
        for target in 10..14 {
            assert_eq!(tried(1, target, DAY_MS + 5), (true, false));
        }
        assert_eq!(tried(1, 14, DAY_MS + 6), (false, true));
        assert_eq!(tried(1, 15, DAY_MS + 7), (false, false));
        sent.failed(11);
        assert_eq!(tried(3, 11, DAY_MS + 8), (true, false));
    }
}
