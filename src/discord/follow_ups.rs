//! Checks on members that they agreed to: sent privately the day after, once, and forgotten.

use serenity::all::{ChannelId, UserId};

use super::{Door, Precedence, SendError, render};
use crate::health::Count;
use crate::reply::{On, Reader};
use crate::store::{FollowUp, Store, StoreError};

/// When it comes: a day after it was agreed, at the same hour.
pub(super) const AFTER_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long a process may hold one before another, or the same one after a crash, takes it again.
const LEASE_MS: i64 = 20 * 60 * 1_000;
/// What could not be sent for so long is dropped: "yesterday" would no longer be true.
const LATEST_MS: i64 = 24 * 60 * 60 * 1_000;
/// So many are taken at a time.
const MOST: u32 = 20;

impl Door {
    /// Sends what is due. Called by a loop.
    pub async fn send_follow_ups(&self) {
        let now = (self.now)();
        let claimed = match self.keeper.store().await {
            Ok(store) => match store.claim_follow_ups(now, LEASE_MS, MOST).await {
                Ok(due) => Ok((store, due)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        let (store, due) = match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::debug!(error = %error, "follow-ups wait for the store");
                return;
            }
        };
        for follow_up in due {
            let settled = self.send_follow_up(&store, &follow_up, now).await;
            if let Err(error) = settled {
                tracing::warn!(error = %error, "a sent follow-up could not be settled; it is looked for before it is sent again");
            }
        }
    }

    async fn send_follow_up(&self, store: &Store, follow_up: &FollowUp, now: i64) -> Result<(), StoreError> {
        if now - follow_up.due > LATEST_MS {
            tracing::warn!("a follow-up came too late to be sent");
            return store.settle_follow_up(follow_up.member).await;
        }
        match self.ask_how_they_are(follow_up).await {
            Ok(()) => {
                self.health.count(Count::FollowUps);
                store.settle_follow_up(follow_up.member).await
            }
            Err(SendError::GivenUp { tries, last }) => {
                // It stays claimed, and is taken again when the lease is over.
                tracing::warn!(tries, last, "a follow-up waits");
                Ok(())
            }
            Err(error) => {
                tracing::info!(error = %error, "a follow-up cannot be sent; closed direct messages are usual");
                store.settle_follow_up(follow_up.member).await
            }
        }
    }

    async fn ask_how_they_are(&self, follow_up: &FollowUp) -> Result<(), SendError> {
        let channel = self
            .sender
            .open_dm(UserId::new(follow_up.member.max(1)), Precedence::Other)
            .await?;
        if let Some(claimed) = follow_up.claimed
            && self.wrote_since(channel, claimed).await?
        {
            return Ok(());
        }
        let country = self.responder.country(follow_up.member);
        let locale = follow_up.locale.as_deref();
        let reader = Reader {
            languages: [locale.and_then(|locale| locale.split('-').next()), None],
            country: country.as_deref().or_else(|| super::region(locale)),
            turn: follow_up.member,
        };
        let on = On {
            addressee: follow_up.member,
            category: follow_up.category,
            level: follow_up.level,
        };
        let out = self.responder.content().words.follow_up(on, &reader);
        // The member and the minute: within 25 characters.
        let nonce = format!("{}f{}", follow_up.member, follow_up.due / 60_000 % 1_000);
        self.sender
            .post(channel, &render::message(&out, None, &nonce), Precedence::Other)
            .await
            .map(|_| ())
    }

    /// A process that took it before may have sent it and died: whether the bot wrote there since.
    async fn wrote_since(&self, channel: ChannelId, since: i64) -> Result<bool, SendError> {
        let bot = self.bot();
        let page = self.sender.history(channel, None, Precedence::Other).await?;
        Ok(page.iter().any(|message| {
            Some(message.author.id) == bot && message.timestamp.unix_timestamp() * 1_000 >= since - 1_000
        }))
    }
}
