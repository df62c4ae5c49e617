//! The things that exist in the world: people, guilds, channels, roles, messages.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use twilight_model::guild::Permissions;

/// Somebody with an account, the bot included.
#[derive(Clone, Debug)]
pub struct User {
    pub id: u64,
    pub name: String,
    pub bot: bool,
    pub locale: String,
    pub dms_closed: bool,
}

/// A role of a guild.
#[derive(Clone, Debug)]
pub struct Role {
    pub id: u64,
    pub name: String,
    pub permissions: Permissions,
    pub mentionable: bool,
    pub managed: bool,
    pub position: u64,
}

/// A guild and who is in it.
#[derive(Clone, Debug)]
pub struct Guild {
    pub id: u64,
    pub name: String,
    pub owner: u64,
    pub locale: String,
    pub roles: BTreeMap<u64, Role>,
    pub members: BTreeMap<u64, Member>,
}

/// A user's place in one guild.
#[derive(Clone, Debug, Default)]
pub struct Member {
    pub nick: Option<String>,
    pub roles: BTreeSet<u64>,
    pub joined_ms: u64,
}

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    Text,
    Dm,
    Thread,
    Forum,
}

impl ChannelKind {
    /// Discord's number for it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Dm => 1,
            Self::Thread => 11,
            Self::Forum => 15,
        }
    }
}

/// A rule of a channel about one role or one member.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite {
    pub id: u64,
    pub member: bool,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// A channel, a thread or a direct conversation.
#[derive(Clone, Debug)]
pub struct Channel {
    pub id: u64,
    pub kind: ChannelKind,
    pub guild: Option<u64>,
    pub parent: Option<u64>,
    pub name: String,
    pub topic: Option<String>,
    pub owner: Option<u64>,
    pub recipient: Option<u64>,
    pub overwrites: Vec<Overwrite>,
    pub archived: bool,
    pub locked: bool,
    pub created_ms: u64,
    pub archived_ms: u64,
    pub last_message: Option<u64>,
    pub messages_sent: u32,
    pub thread_members: BTreeSet<u64>,
}

/// A file on a message.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attachment {
    /// Id of the attachment.
    pub id: u64,
    /// File name.
    pub filename: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type, if it was said.
    pub content_type: Option<String>,
    /// Alternative text, if it was given.
    pub description: Option<String>,
}

/// An emoji under a message and who put it there.
#[derive(Clone, Debug, Serialize)]
pub struct Reaction {
    /// The emoji itself, or `name:id` for a custom one.
    pub emoji: String,
    /// Who reacted with it.
    pub users: BTreeSet<u64>,
}

/// Who a message would make a sound for, after `allowed_mentions`, permissions and roles.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct Pings {
    /// Users pinged by name or because they are replied to.
    pub users: BTreeSet<u64>,
    /// Roles pinged.
    pub roles: BTreeSet<u64>,
    /// Whether `@everyone` or `@here` rang.
    pub everyone: bool,
}

/// The interaction from which a message came.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    /// Id of the interaction.
    pub interaction: u64,
    /// Type of the interaction, by Discord's number.
    pub kind: u8,
    /// Who started it.
    pub user: u64,
    /// Name of the command, empty for a component or a modal.
    pub name: String,
    /// The message that carried the component or that a menu command was used on.
    pub message: Option<u64>,
}

/// A message, as the server knows it.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Id of the message.
    pub id: u64,
    /// Where it stands.
    pub channel: u64,
    /// Whose guild that is; none in a direct conversation.
    pub guild: Option<u64>,
    /// Who wrote it.
    pub author: u64,
    /// Text.
    pub content: String,
    /// Embeds, as Discord would show them.
    pub embeds: Vec<Value>,
    /// Components, as Discord would show them.
    pub components: Vec<Value>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Message that this one replies to, forwards or starts a thread from.
    pub reply_to: Option<u64>,
    /// Channel of that message where it is not this one.
    pub reply_channel: Option<u64>,
    /// Forwarded message, as `message_snapshots` carries it.
    pub snapshot: Option<Value>,
    /// Poll, as it was given.
    pub poll: Option<Value>,
    /// Discord's number for the type of message.
    pub kind: u8,
    /// Message flags.
    pub flags: u64,
    /// Nonce given at creation.
    pub nonce: Option<Value>,
    /// Who was really pinged when it appeared.
    pub pings: Pings,
    /// Who is mentioned in it as it stands now.
    pub mentions: Pings,
    /// Webhook that wrote it, and the name it wore.
    pub webhook: Option<(u64, String)>,
    /// When it was created, in Unix milliseconds.
    pub created_ms: u64,
    /// When it was last edited, in Unix milliseconds.
    pub edited_ms: Option<u64>,
    /// What the text was before each edit, oldest first.
    pub history: Vec<String>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// The only person who sees it, if it is ephemeral.
    pub only_for: Option<u64>,
    /// Interaction that it answers.
    pub origin: Option<Origin>,
    /// Thread started from it.
    pub thread: Option<u64>,
    /// `allowed_mentions` as given, for assertions.
    pub allowed_mentions: Option<Value>,
}

/// Flag of a message that only one person sees.
pub const EPHEMERAL: u64 = 1 << 6;
/// Flag of a message that says "thinking…".
pub const LOADING: u64 = 1 << 7;
/// Flag of a message that shows no link previews.
pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// Flag of a message that makes no sound.
pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// Flag of a message made of newer components.
pub const COMPONENTS_V2: u64 = 1 << 15;
/// Flag of a message that carries a forwarded one.
pub const HAS_SNAPSHOT: u64 = 1 << 14;
/// Flag of a message from which a thread was started.
pub const HAS_THREAD: u64 = 1 << 5;

impl Message {
    /// Whether only one person sees it.
    #[must_use]
    pub const fn ephemeral(&self) -> bool {
        self.only_for.is_some()
    }

    /// Whether it still says "thinking…".
    #[must_use]
    pub const fn loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// The `custom_id`s of its enabled components, in order.
    #[must_use]
    pub fn custom_ids(&self) -> Vec<String> {
        let mut found = Vec::new();
        for component in &self.components {
            gather(component, &mut found);
        }
        found
    }
}

fn gather(component: &Value, found: &mut Vec<String>) {
    let disabled = component.get("disabled").and_then(Value::as_bool).unwrap_or(false);
    if let (Some(custom), false) = (component.get("custom_id").and_then(Value::as_str), disabled) {
        found.push(custom.to_owned());
    }
    for child in component
        .get("components")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        gather(child, found);
    }
    if let Some(accessory) = component.get("accessory") {
        gather(accessory, found);
    }
}
