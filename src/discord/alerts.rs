//! Moderators: telling them, showing what became of it, asking again. What is kept is written down after it was said, never before.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serenity::all::{ChannelId, EditMessage, MessageId};
use tokio::sync::mpsc;

use super::render;
use super::{Door, Precedence};
use crate::alerts::{Act, Again, Alert, Book, What};
use crate::health::Count;
use crate::reply::Reader;
use crate::respond::GuildSettings;

/// What the store refused is tried again after this time.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Noted in place of an alert when the bot ends; no message has this id.
pub(super) const END: u64 = 0;

impl Door {
    /// Tells moderators, if the guild has a channel for it. Whether they were told.
    pub(super) async fn tell(&self, mut alert: Alert) -> bool {
        let guild = self.responder.guild(Some(alert.guild));
        let Some(channel) = guild.alert_channel else {
            self.health.count(Count::AlertsNowhere);
            if alert.what == What::NotShown {
                tracing::error!(
                    guild.id = alert.guild,
                    "nobody can be told that a card was not shown: no moderators' channel is set"
                );
            }
            return false;
        };
        alert.channel = channel;
        let id = alert.id;
        let out = self
            .responder
            .content()
            .words
            .alert(&alert, guild.alert_role, &staff(&guild));
        self.with_book(|book| book.put(alert.clone()));
        let nonce = format!("{id}-m{}", alert.what as u8);
        let posted = self
            .sender
            .post(
                ChannelId::new(channel.max(1)),
                &render::message(&out, None, &nonce),
                Precedence::Urgent,
            )
            .await;
        match posted {
            Ok(message) => {
                self.health.count(Count::AlertsSent);
                self.with_book(|book| book.posted(id, message.id.get()).cloned());
                self.keep(id);
                true
            }
            Err(error) => {
                self.health.count(Count::AlertsLost);
                tracing::error!(error = %error, guild.id = alert.guild, what = alert.what.slug(), "moderators could not be told");
                self.keep(id);
                false
            }
        }
    }

    /// An alert that said "still trying" says how it went. If the card was not shown, moderators are told anew.
    pub(super) async fn became(&self, id: u64, what: What) {
        let Some(alert) = self.with_book(|book| book.became(id, what).cloned()) else {
            return;
        };
        if what == What::NotShown {
            self.tell(alert).await;
        } else {
            self.redraw(&alert).await;
            self.keep(id);
        }
    }

    /// Shows an alert as it stands now.
    async fn redraw(&self, alert: &Alert) {
        let Some(message) = alert.message else { return };
        let guild = self.responder.guild(Some(alert.guild));
        let out = self.responder.content().words.alert(alert, None, &staff(&guild));
        let edit: EditMessage = render::edit(&out);
        let channel = ChannelId::new(alert.channel.max(1));
        if let Err(error) = self
            .sender
            .edit(channel, MessageId::new(message.max(1)), &edit, Precedence::Urgent)
            .await
        {
            tracing::warn!(error = %error, guild.id = alert.guild, "an alert could not be brought up to date");
        }
    }

    /// A moderator answers an alert: what it says now, or none if it is no longer kept.
    pub(super) fn answer_alert(&self, id: u64, act: Act, by: u64) -> Option<Alert> {
        let now = (self.now)();
        let alert = self.with_book(|book| book.answer(id, act, by, now).cloned())?;
        self.keep(id);
        Some(alert)
    }

    /// Asks again about alerts that nobody is on. Called by a loop.
    pub fn ask_again(self: &Arc<Self>) {
        let now = (self.now)();
        let due = self.with_book(|book| {
            book.due(
                now,
                |guild| self.responder.guild(Some(guild)).again(),
                |guild| self.responder.guild(Some(guild)).second_role.is_some(),
            )
        });
        // A guild whose channel is slow must not keep the others waiting.
        for (alert, again) in due {
            let door = Arc::clone(self);
            tokio::spawn(async move { door.ask_once_more(&alert, again).await });
        }
    }

    async fn ask_once_more(&self, alert: &Alert, again: Again) {
        let guild = self.responder.guild(Some(alert.guild));
        let role = match again {
            Again::First => guild.alert_role,
            Again::Second => guild.second_role,
        };
        let out = self
            .responder
            .content()
            .words
            .alert_again(alert, again, role, &staff(&guild));
        let channel = ChannelId::new(alert.channel.max(1));
        let source = alert.message.map(|message| render::Source {
            channel,
            message: Some(MessageId::new(message.max(1))),
        });
        let nonce = format!("{}-n{}", alert.id, alert.pinged);
        match self
            .sender
            .post(channel, &render::message(&out, source, &nonce), Precedence::Urgent)
            .await
        {
            Ok(_) => self.health.count(Count::AlertsSent),
            Err(error) => {
                self.health.count(Count::AlertsLost);
                tracing::error!(error = %error, guild.id = alert.guild, "moderators could not be asked again");
            }
        }
        self.keep(alert.id);
    }

    /// Erases alerts whose time is over, here and in the store. Called by a loop.
    pub async fn erase_alerts(&self) {
        let now = (self.now)();
        let gone = self.with_book(|book| book.erase(now));
        if gone.is_empty() {
            return;
        }
        let erased = match self.keeper.store().await {
            Ok(store) => store.erase_alerts(&gone).await,
            Err(error) => Err(error),
        };
        if let Err(error) = erased {
            // They are read again when the store comes back, and are erased then.
            tracing::warn!(error = %error, alerts = gone.len(), "alerts wait to be erased");
        }
    }

    /// Has an alert written down as it stands when its turn comes. Never waits.
    pub(super) fn keep(&self, id: u64) {
        // A full queue means that the store is away and thousands wait; what is in memory stays.
        if self.books.try_send(id).is_err() {
            tracing::warn!("an alert is held in memory only");
        }
    }

    /// Writes down alerts, one after the other, so that an older state never lands on a newer one. What the store refuses is tried again.
    pub(super) async fn keep_books(&self, mut noted: mpsc::Receiver<u64>) {
        let mut waiting: BTreeSet<u64> = BTreeSet::new();
        loop {
            let next = if waiting.is_empty() {
                noted.recv().await
            } else {
                match tokio::time::timeout(TRY_AGAIN, noted.recv()).await {
                    Ok(next) => next,
                    Err(_) => waiting.first().copied(),
                }
            };
            let Some(next) = next else { return };
            waiting.insert(next);
            while let Ok(more) = noted.try_recv() {
                waiting.insert(more);
            }
            let ending = waiting.remove(&END);
            for id in waiting.clone() {
                let alert = self.with_book(|book| book.get(id).cloned());
                let kept = match (alert, self.keeper.store().await) {
                    (None, _) => Ok(()),
                    (Some(alert), Ok(store)) => store.save_alert(&alert).await,
                    (Some(_), Err(error)) => Err(error),
                };
                match kept {
                    Ok(()) => {
                        waiting.remove(&id);
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, alerts = waiting.len(), "alerts wait for the store");
                        break;
                    }
                }
            }
            if ending {
                return;
            }
        }
    }

    pub(super) fn with_book<T>(&self, with: impl FnOnce(&mut Book) -> T) -> T {
        self.responder.with_alerts(with)
    }
}

/// Moderators read the guild's language.
pub(super) fn staff(guild: &GuildSettings) -> Reader<'_> {
    Reader {
        languages: [guild.language.as_deref(), None],
        country: guild.country.as_deref(),
        turn: 0,
    }
}
