//! An interaction under way, and the answer to it as the person who started it sees it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde::Serialize;
use serde_json::Value;

use crate::Message;
use crate::shared::Shared;
use crate::world::World;
use crate::world::interactions::{Answer, Interaction};

/// What kind of answer an interaction got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// A message.
    Message,
    /// "Thinking…", with nothing after it yet. Only [`CallHandle::acknowledged`] gives it.
    Deferred,
    /// An acknowledgement after which nothing has to happen.
    DeferredUpdate,
    /// A change of the message that carries the component.
    Update,
    /// Autocomplete choices.
    Choices,
    /// A modal.
    Modal,
}

/// An answer to an interaction, as the person who started it sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// What kind of answer it is.
    pub kind: ResponseKind,
    /// Whether the bot deferred before it answered.
    pub deferred: bool,
    /// The message, if the answer is one or changes one.
    pub message_id: Option<u64>,
    /// Its text.
    pub content: String,
    /// Whether only that person sees it.
    pub ephemeral: bool,
    /// Its embeds.
    pub embeds: Vec<Value>,
    /// Its components.
    pub components: Vec<Value>,
    /// The modal: `custom_id`, `title`, `components`.
    pub modal: Option<Value>,
    /// The choices.
    pub choices: Vec<Value>,
    /// Body of the callback, as the bot sent it.
    pub raw: Value,
    /// How long the bot took for the callback, in milliseconds.
    pub after_ms: u64,
}

/// An interaction under way.
#[derive(Clone)]
pub struct CallHandle {
    shared: Arc<Shared>,
    interaction: u64,
    user: u64,
    channel: u64,
}

fn response(world: &World, interaction: &Interaction, answer: &Answer) -> Response {
    let message = interaction
        .original
        .and_then(|id| world.message(interaction.channel, id));
    let shown = answer.shown.clone();
    Response {
        kind: match answer.kind {
            4 => ResponseKind::Message,
            5 if message.is_some_and(Message::loading) => ResponseKind::Deferred,
            5 => ResponseKind::Message,
            6 => ResponseKind::DeferredUpdate,
            7 => ResponseKind::Update,
            8 => ResponseKind::Choices,
            _ => ResponseKind::Modal,
        },
        deferred: answer.kind == 5,
        message_id: message.map(|message| message.id),
        content: message.map(|message| message.content.clone()).unwrap_or_default(),
        ephemeral: message.is_some_and(Message::ephemeral),
        embeds: message.map(|message| message.embeds.clone()).unwrap_or_default(),
        components: message.map(|message| message.components.clone()).unwrap_or_default(),
        modal: (answer.kind == 9).then(|| shown.clone()),
        choices: if answer.kind == 8 {
            shown.as_array().cloned().unwrap_or_default()
        } else {
            Vec::new()
        },
        raw: answer.body.clone(),
        after_ms: answer.after_ms,
    }
}

impl CallHandle {
    pub(crate) const fn new(shared: Arc<Shared>, interaction: u64, user: u64, channel: u64) -> Self {
        Self {
            shared,
            interaction,
            user,
            channel,
        }
    }

    /// Id of the interaction.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.interaction
    }

    /// Who started it.
    #[must_use]
    pub const fn user(&self) -> u64 {
        self.user
    }

    /// Where it was started.
    #[must_use]
    pub const fn channel(&self) -> u64 {
        self.channel
    }

    fn look<T>(&self, at: impl FnOnce(&World, &Interaction) -> T) -> Option<T> {
        self.shared
            .look(|world| world.interactions.get(&self.interaction).map(|found| at(world, found)))
    }

    /// What is known of it, for an error's sake.
    fn state(&self) -> String {
        self.look(|world, found| match &found.answer {
            None => "the bot has not answered it".to_owned(),
            Some(answer) if answer.kind == 5 => match found.original.and_then(|id| world.message(found.channel, id)) {
                Some(_) => "the bot deferred it and has sent nothing since".to_owned(),
                None => "the bot deferred it and deleted the answer".to_owned(),
            },
            Some(answer) => format!("the bot answered with type {}: {}", answer.kind, answer.body),
        })
        .unwrap_or_else(|| "it is not known".to_owned())
    }

    /// Waits for the first callback, whatever it is.
    ///
    /// # Errors
    ///
    /// If none comes in time.
    pub async fn acknowledged(&self, limit: Duration) -> Result<Response> {
        let found = self.shared.wait(limit, |world| {
            let interaction = world.interactions.get(&self.interaction)?;
            Some(response(world, interaction, interaction.answer.as_ref()?))
        });
        found
            .await
            .ok_or_else(|| anyhow!("no callback within {limit:?}: {}", self.state()))
    }

    /// Waits for the answer: the first callback or, after a deferral, what completes it.
    ///
    /// # Errors
    ///
    /// If none comes in time.
    pub async fn response(&self, limit: Duration) -> Result<Response> {
        let found = self.shared.wait(limit, |world| {
            let interaction = world.interactions.get(&self.interaction)?;
            let answer = interaction.answer.as_ref()?;
            let message = interaction
                .original
                .and_then(|id| world.message(interaction.channel, id));
            let complete = answer.kind != 5 || message.is_some_and(|message| !message.loading());
            complete.then(|| response(world, interaction, answer))
        });
        found
            .await
            .ok_or_else(|| anyhow!("no answer within {limit:?}: {}", self.state()))
    }

    /// Waits until the answer has been edited through the token this often.
    ///
    /// # Errors
    ///
    /// If that does not happen in time.
    pub async fn edited(&self, times: usize, limit: Duration) -> Result<Response> {
        let found = self.shared.wait(limit, |world| {
            let interaction = world.interactions.get(&self.interaction)?;
            let answer = interaction.answer.as_ref()?;
            (interaction.edits >= times).then(|| response(world, interaction, answer))
        });
        found
            .await
            .ok_or_else(|| anyhow!("not edited {times} times within {limit:?}: {}", self.state()))
    }

    /// The follow-up messages so far, oldest first.
    #[must_use]
    pub fn followups(&self) -> Vec<Message> {
        self.look(|world, found| {
            found
                .followups
                .iter()
                .filter_map(|id| world.message(found.channel, *id))
                .cloned()
                .collect()
        })
        .unwrap_or_default()
    }

    /// Waits until there are this many follow-up messages.
    ///
    /// # Errors
    ///
    /// If they do not come in time.
    pub async fn wait_followups(&self, count: usize, limit: Duration) -> Result<Vec<Message>> {
        let found = self.shared.wait(limit, |world| {
            let interaction = world.interactions.get(&self.interaction)?;
            let all: Vec<Message> = interaction
                .followups
                .iter()
                .filter_map(|id| world.message(interaction.channel, *id))
                .cloned()
                .collect();
            (all.len() >= count).then_some(all)
        });
        found.await.ok_or_else(|| {
            anyhow!(
                "{} of {count} follow-ups within {limit:?}: {}",
                self.followups().len(),
                self.state()
            )
        })
    }

    /// The message that the answer is, as it stands now.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        self.look(|world, found| found.original.and_then(|id| world.message(found.channel, id)).cloned())
            .flatten()
    }
}
