//! What moderators read: an alert with what became of it, and that nobody is on it yet. Never a word of the message.

use super::limits::{CONTENT, clip};
use super::{Kind, Outgoing, Phrase, Place, Press, Reader, Words};
use crate::alerts::{Act, Again, Alert, State, What};

impl Words {
    /// An alert as it stands now. `role` is pinged where it is posted anew; an edit pings nobody.
    pub fn alert(&self, alert: &Alert, role: Option<u64>, reader: &Reader<'_>) -> Outgoing {
        let phrase = match alert.what {
            What::Urgent => Phrase::AlertUrgent,
            What::NotShown => Phrase::AlertNotShown,
            What::Trying => Phrase::AlertTrying,
            What::Soft => Phrase::AlertSoft,
            What::Flood => Phrase::AlertFlood,
            What::Incitement => Phrase::AlertIncitement,
            What::Told => Phrase::AlertTold,
            What::Reported => Phrase::AlertReported,
            What::Broken => Phrase::AlertBroken,
            What::Misuse => Phrase::AlertMisuse,
        };
        let values = [
            ("level", alert.level.slug().to_owned()),
            (
                "category",
                alert.category.map_or("-", crate::triage::Category::slug).to_owned(),
            ),
            ("link", alert.link()),
            ("time", stamp(alert.at)),
            (
                "member",
                alert
                    .member
                    .map_or_else(|| "-".to_owned(), |member| format!("<@{member}>")),
            ),
        ];
        let values = values.each_ref().map(|(slot, value)| (*slot, value.as_str()));
        let mut content = self.say(reader, phrase, &values);
        let mut acts = vec![
            (Phrase::ActClaim, Act::Claim),
            (Phrase::ActHandOver, Act::HandOver),
            (Phrase::ActResolve, Act::Resolve),
            (Phrase::ActFalse, Act::FalseAlarm),
        ];
        if let State::Answered { act, by, at } = alert.state {
            let phrase = match act {
                Act::Claim => Phrase::AlertClaimed,
                Act::HandOver => Phrase::AlertHandedOver,
                Act::Resolve => Phrase::AlertResolved,
                Act::FalseAlarm => Phrase::AlertFalse,
            };
            let status = self.say(reader, phrase, &[("by", &format!("<@{by}>")), ("time", &stamp(at))]);
            content = format!("{content}\n{status}");
            // What was said already is not offered again; what is over can be taken up again.
            match act {
                Act::Resolve | Act::FalseAlarm => acts.retain(|(_, other)| *other == Act::Claim),
                _ => acts.retain(|(_, other)| *other != act),
            }
        }
        let place = Place::Moderators {
            channel: alert.channel,
            role: role.filter(|_| alert.what.pings()),
        };
        let mut out = Outgoing::new(Kind::Alert, place, clip(&content, CONTENT));
        out.buttons = acts
            .into_iter()
            .map(|(phrase, act)| self.button(phrase, Press::Alert { act, id: alert.id }, reader))
            .collect();
        out
    }

    /// Says that nobody is on an alert yet.
    pub fn alert_again(&self, alert: &Alert, again: Again, role: Option<u64>, reader: &Reader<'_>) -> Outgoing {
        let phrase = match again {
            Again::First => Phrase::AlertAgain,
            Again::Second => Phrase::AlertAgainSecond,
        };
        let place = Place::Moderators {
            channel: alert.channel,
            role,
        };
        Outgoing {
            kind: Kind::Alert,
            ..self.note(phrase, &[("link", &alert.link())], reader, place)
        }
    }

    /// To a moderator who said that an alert was nothing, with the way to name a wording.
    pub fn false_alarm(&self, reader: &Reader<'_>) -> Outgoing {
        let mut out = self.note(Phrase::FalseSaid, &[], reader, Place::Private);
        out.buttons = vec![self.button(Phrase::IgnoreButton, Press::Ignore, reader)];
        out
    }
}

/// An instant as Discord shows it in each reader's own time. Milliseconds since 1970.
pub(super) fn stamp(at: i64) -> String {
    format!("<t:{}:t>", at.div_euclid(1_000))
}
