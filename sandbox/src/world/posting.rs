//! Messages appearing, changing and going.

use serde_json::{Value, json};
use twilight_model::gateway::Intents;

use super::World;
use super::message_payload::emoji_json;
use super::payload::merge;
use super::types::{Attachment, Message, Origin, Reaction};
use crate::ids::{self, now_ms};

/// A message that is about to appear.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub id: Option<u64>,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<u64>,
    pub reply_channel: Option<u64>,
    pub snapshot: Option<Value>,
    pub poll: Option<Value>,
    pub kind: u8,
    pub flags: u64,
    pub nonce: Option<Value>,
    pub webhook: Option<(u64, String)>,
    pub only_for: Option<u64>,
    pub origin: Option<Origin>,
    pub allowed_mentions: Option<Value>,
    pub thread: Option<u64>,
    /// Whether the reply does not ping whoever is replied to.
    pub silent_reply: bool,
}

/// What an edit changes; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    pub attachments: Option<Vec<Attachment>>,
    pub flags: Option<u64>,
    pub allowed_mentions: Option<Value>,
}

impl World {
    /// Puts a message into a channel and tells whoever listens. Nothing is checked here.
    pub fn insert_message(&mut self, channel: u64, author: u64, draft: Draft) -> u64 {
        let id = draft.id.unwrap_or_else(|| self.snowflakes.next());
        let replied = match (draft.reply_to, draft.kind) {
            (Some(target), 19) => {
                let found = self
                    .message(channel, target)
                    .filter(|m| m.webhook.is_none() && m.author != author);
                found.filter(|_| !draft.silent_reply).map(|found| found.author)
            }
            _ => None,
        };
        let allowed = draft.allowed_mentions.as_ref();
        let pings = self.pings(channel, author, &draft.content, replied, allowed);
        let message = Message {
            id,
            channel,
            guild: self.channels.get(&channel).and_then(|channel| channel.guild),
            author,
            content: draft.content,
            embeds: draft.embeds,
            components: draft.components,
            attachments: draft.attachments,
            reply_to: draft.reply_to,
            reply_channel: draft.reply_channel,
            snapshot: draft.snapshot,
            poll: draft.poll,
            kind: draft.kind,
            flags: draft.flags,
            nonce: draft.nonce,
            mentions: pings.clone(),
            pings,
            webhook: draft.webhook,
            created_ms: now_ms(),
            edited_ms: None,
            history: Vec::new(),
            reactions: Vec::new(),
            only_for: draft.only_for,
            origin: draft.origin,
            thread: draft.thread,
            allowed_mentions: draft.allowed_mentions,
        };
        if let Some(found) = self.channels.get_mut(&channel).filter(|_| !message.ephemeral()) {
            found.last_message = Some(id);
            found.messages_sent += 1;
            found.archived = false;
        }
        self.messages.entry(channel).or_default().insert(id, message);
        self.emit_message(channel, id, "MESSAGE_CREATE");
        id
    }

    /// Changes a message and tells whoever listens.
    pub fn change_message(&mut self, channel: u64, id: u64, change: Change) -> bool {
        let Some(found) = self.message(channel, id).cloned() else {
            return false;
        };
        let content = change.content.unwrap_or_else(|| found.content.clone());
        let allowed = change.allowed_mentions.or_else(|| found.allowed_mentions.clone());
        let replied = found
            .reply_to
            .filter(|_| found.kind == 19)
            .and_then(|target| self.message(channel, target))
            .map(|target| target.author)
            .filter(|author| found.mentions.users.contains(author));
        let mut mentions = self.pings(channel, found.author, &content, None, allowed.as_ref());
        mentions.users.extend(replied);
        let was_loading = found.loading();
        if let Some(message) = self.message_mut(channel, id) {
            let before = std::mem::replace(&mut message.content, content);
            if was_loading {
                message.pings = mentions.clone();
            } else {
                message.history.push(before);
                message.edited_ms = Some(now_ms());
            }
            message.mentions = mentions;
            message.flags = change.flags.unwrap_or(message.flags);
            message.allowed_mentions = allowed;
            if let Some(embeds) = change.embeds {
                message.embeds = embeds;
            }
            if let Some(components) = change.components {
                message.components = components;
            }
            if let Some(attachments) = change.attachments {
                message.attachments = attachments;
            }
        }
        self.emit_message(channel, id, "MESSAGE_UPDATE");
        true
    }

    /// Removes a message and tells whoever listens.
    pub fn remove_message(&mut self, channel: u64, id: u64) -> Option<Message> {
        let gone = self.messages.get_mut(&channel)?.remove(&id)?;
        if !gone.ephemeral() {
            let mut body = json!({ "id": ids::id(id), "channel_id": ids::id(channel) });
            self.add_guild_id(gone.guild, &mut body);
            self.emit_in(channel, message_intent(gone.guild), "MESSAGE_DELETE", body, None);
        }
        Some(gone)
    }

    /// Adds somebody's reaction.
    pub fn react(&mut self, channel: u64, id: u64, user: u64, emoji: &str) -> bool {
        let Some(message) = self.message_mut(channel, id) else {
            return false;
        };
        let fresh = match message.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.users.insert(user),
            None => {
                message.reactions.push(Reaction {
                    emoji: emoji.to_owned(),
                    users: [user].into(),
                });
                true
            }
        };
        let (guild, author) = (message.guild, message.author);
        if fresh {
            let mut body = self.reaction_json(channel, id, user, emoji, guild);
            merge(&mut body, json!({ "message_author_id": ids::id(author) }));
            if let Some(member) = guild.and_then(|guild| self.member_json(guild, user)) {
                merge(&mut body, json!({ "member": member }));
            }
            self.emit_in(channel, reaction_intent(guild), "MESSAGE_REACTION_ADD", body, None);
        }
        true
    }

    /// Takes somebody's reaction away.
    pub fn unreact(&mut self, channel: u64, id: u64, user: u64, emoji: &str) -> bool {
        let Some(message) = self.message_mut(channel, id) else {
            return false;
        };
        let mut gone = false;
        for reaction in message.reactions.iter_mut().filter(|reaction| reaction.emoji == emoji) {
            gone |= reaction.users.remove(&user);
        }
        message.reactions.retain(|reaction| !reaction.users.is_empty());
        let guild = message.guild;
        if gone {
            let body = self.reaction_json(channel, id, user, emoji, guild);
            self.emit_in(channel, reaction_intent(guild), "MESSAGE_REACTION_REMOVE", body, None);
        }
        true
    }

    fn reaction_json(&self, channel: u64, id: u64, user: u64, emoji: &str, guild: Option<u64>) -> Value {
        let mut body = json!({
            "user_id": ids::id(user),
            "channel_id": ids::id(channel),
            "message_id": ids::id(id),
            "emoji": emoji_json(emoji),
            "burst": false,
            "burst_colors": [],
            "type": 0,
        });
        self.add_guild_id(guild, &mut body);
        body
    }

    fn add_guild_id(&self, guild: Option<u64>, body: &mut Value) {
        if let Some(guild) = guild {
            merge(body, json!({ "guild_id": ids::id(guild) }));
        }
    }

    /// Tells whoever listens how a message now stands. An ephemeral one is nobody's event.
    pub fn emit_message(&mut self, channel: u64, id: u64, name: &'static str) {
        let Some(message) = self.message(channel, id).filter(|message| !message.ephemeral()) else {
            return;
        };
        let full = self.message_event_json(message, true);
        let bare = self.message_event_json(message, false);
        let need = message_intent(message.guild);
        self.emit_in(channel, need, name, full, Some(bare));
    }
}

const fn message_intent(guild: Option<u64>) -> Intents {
    if guild.is_some() {
        Intents::GUILD_MESSAGES
    } else {
        Intents::DIRECT_MESSAGES
    }
}

const fn reaction_intent(guild: Option<u64>) -> Intents {
    if guild.is_some() {
        Intents::GUILD_MESSAGE_REACTIONS
    } else {
        Intents::DIRECT_MESSAGE_REACTIONS
    }
}
