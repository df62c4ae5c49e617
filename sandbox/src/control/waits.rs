//! Looking at what happened, and waiting for it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::{Discord, Message, Request};

/// How long [`Discord::ready`] waits.
const READY: Duration = Duration::from_secs(30);

impl Discord {
    /// Waits until this many gateway sessions have been begun since the start.
    ///
    /// # Errors
    ///
    /// If that does not happen within half a minute.
    pub async fn ready(&self, sessions: usize) -> Result<()> {
        let found = self
            .shared
            .wait(READY, |world| (world.gateway.readies >= sessions).then_some(()));
        found.await.ok_or_else(|| {
            let (readies, closes) = self
                .shared
                .look(|world| (world.gateway.readies, world.gateway.closes.clone()));
            anyhow!("{readies} of {sessions} sessions are ready after {READY:?}; close codes given: {closes:?}")
        })
    }

    /// Waits until this many resumes have succeeded since the start.
    ///
    /// # Errors
    ///
    /// If that does not happen within half a minute.
    pub async fn resumed(&self, times: usize) -> Result<()> {
        let found = self
            .shared
            .wait(READY, |world| (world.gateway.resumes >= times).then_some(()));
        found
            .await
            .with_context(|| format!("not resumed {times} times within {READY:?}"))
    }

    /// How many sessions were begun, resumes succeeded and heartbeats arrived.
    #[must_use]
    pub fn gateway_counts(&self) -> (usize, usize, usize) {
        self.shared
            .look(|world| (world.gateway.readies, world.gateway.resumes, world.gateway.heartbeats))
    }

    /// Close codes that the gateway gave, in order.
    #[must_use]
    pub fn gateway_closes(&self) -> Vec<u16> {
        self.shared.look(|world| world.gateway.closes.clone())
    }

    /// The messages of a channel that all its readers see, oldest first.
    #[must_use]
    pub fn messages(&self, channel: u64) -> Vec<Message> {
        self.shared.look(|world| {
            let all = world
                .messages
                .get(&channel)
                .into_iter()
                .flat_map(|messages| messages.values());
            all.filter(|message| !message.ephemeral()).cloned().collect()
        })
    }

    /// The messages of a channel that this user sees, ephemeral ones included.
    #[must_use]
    pub fn messages_seen_by(&self, channel: u64, user: u64) -> Vec<Message> {
        self.shared.look(|world| {
            let all = world
                .messages
                .get(&channel)
                .into_iter()
                .flat_map(|messages| messages.values());
            all.filter(|message| world.sees(user, message)).cloned().collect()
        })
    }

    /// One message, ephemeral or not.
    #[must_use]
    pub fn message(&self, channel: u64, message: u64) -> Option<Message> {
        self.shared.look(|world| world.message(channel, message).cloned())
    }

    /// Waits for a message in the channel, which may be there already.
    ///
    /// # Errors
    ///
    /// If none comes in time; says what was there instead.
    pub async fn wait_message(
        &self,
        channel: u64,
        wanted: impl Fn(&Message) -> bool,
        limit: Duration,
    ) -> Result<Message> {
        let found = self.shared.wait(limit, |world| {
            world
                .messages
                .get(&channel)?
                .values()
                .find(|message| !message.ephemeral() && wanted(message))
                .cloned()
        });
        found.await.ok_or_else(|| {
            let there: Vec<String> = self
                .messages(channel)
                .iter()
                .map(|m| format!("{} by {}: {:?}", m.id, m.author, m.content))
                .collect();
            anyhow!(
                "no such message in channel {channel} within {limit:?}; there are {}: {there:#?}",
                there.len()
            )
        })
    }

    /// Waits until a message has been deleted.
    ///
    /// # Errors
    ///
    /// If it is still there when the time is up.
    pub async fn wait_gone(&self, channel: u64, message: u64, limit: Duration) -> Result<()> {
        let found = self
            .shared
            .wait(limit, |world| world.message(channel, message).is_none().then_some(()));
        found
            .await
            .with_context(|| format!("message {message} is still there after {limit:?}"))
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look(|world| world.recorder.requests.clone())
    }

    /// Waits for a request that the sandbox is done with and that is as wanted.
    ///
    /// # Errors
    ///
    /// If none comes in time; says what came instead.
    pub async fn wait_request(&self, wanted: impl Fn(&Request) -> bool, limit: Duration) -> Result<Request> {
        let found = self.shared.wait(limit, |world| {
            world
                .recorder
                .requests
                .iter()
                .find(|request| request.done && wanted(request))
                .cloned()
        });
        found.await.ok_or_else(|| {
            let there: Vec<String> = self
                .requests()
                .iter()
                .map(|r| format!("{} {} -> {:?}", r.method, r.path, r.status))
                .collect();
            anyhow!(
                "no such request within {limit:?}; there were {}: {there:#?}",
                there.len()
            )
        })
    }

    /// How many requests came and how many of them were answered with 429.
    #[must_use]
    pub fn request_counts(&self) -> (usize, usize) {
        self.shared
            .look(|world| (world.recorder.requests.len(), world.limiter.refusals))
    }

    /// In which channels the bot said that it types, in order.
    #[must_use]
    pub fn typing(&self) -> Vec<u64> {
        self.shared.look(|world| world.typing.clone())
    }

    /// What the driver did that cannot be done, and events that do not have Discord's shape.
    /// A test should find nothing here.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.shared.look(|world| world.complaints.clone())
    }

    /// Writes all requests to a file, one JSON object a line.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save_requests(&self, path: &Path) -> Result<usize> {
        save(&self.requests(), path)
    }
}

/// Writes requests to a file, one JSON object a line.
#[expect(
    clippy::disallowed_methods,
    reason = "the record of requests is the only file that the sandbox writes"
)]
pub fn save(requests: &[Request], path: &Path) -> Result<usize> {
    let mut text = String::new();
    for request in requests {
        text.push_str(&serde_json::to_string(request)?);
        text.push('\n');
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(requests.len())
}
