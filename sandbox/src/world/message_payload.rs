//! Messages as JSON, with their content or without it.

use serde_json::{Value, json};

use super::World;
use super::payload::merge;
use super::types::{Attachment, HAS_SNAPSHOT, Message};
use crate::ids;

impl World {
    /// Whether an application sees the content of a message although Message Content is not its to read.
    pub fn content_is_free(&self, message: &Message) -> bool {
        let bot = self.options.bot_id;
        message.guild.is_none() || message.author == bot || message.mentions.users.contains(&bot)
    }

    /// A message as REST and interactions carry it.
    pub fn message_json(&self, message: &Message, granted: bool) -> Value {
        self.message_at(message, granted, true)
    }

    /// A message as the gateway carries it.
    pub fn message_event_json(&self, message: &Message, granted: bool) -> Value {
        let mut out = self.message_json(message, granted);
        let Some(guild) = message.guild else {
            return out;
        };
        merge(&mut out, json!({ "guild_id": ids::id(guild) }));
        let member = self
            .guilds
            .get(&guild)
            .and_then(|guild| guild.members.get(&message.author));
        if let (Some(member), None) = (member, &message.webhook) {
            merge(&mut out, json!({ "member": self.member_core_json(member) }));
        }
        out
    }

    fn message_at(&self, message: &Message, granted: bool, outermost: bool) -> Value {
        let shown = granted || self.content_is_free(message);
        let mentions: Vec<Value> = message
            .mentions
            .users
            .iter()
            .map(|user| self.mention_json(message, *user))
            .collect();
        let mut out = json!({
            "id": ids::id(message.id),
            "channel_id": ids::id(message.channel),
            "type": message.kind,
            "author": self.author_json(message),
            "content": if shown { message.content.as_str() } else { "" },
            "embeds": if shown { message.embeds.as_slice() } else { &[] },
            "attachments": if shown { self.attachments_json(message) } else { json!([]) },
            "components": if shown { message.components.as_slice() } else { &[] },
            "timestamp": ids::moment(message.created_ms),
            "edited_timestamp": message.edited_ms.map(ids::moment),
            "tts": false,
            "pinned": false,
            "flags": message.flags,
            "mention_everyone": message.mentions.everyone,
            "mentions": mentions,
            "mention_roles": ids::ids(message.mentions.roles.iter().copied()),
            "sticker_items": [],
        });
        self.add_rare_fields(message, shown, &mut out);
        if outermost {
            self.add_reference(message, granted, &mut out);
        }
        out
    }

    fn add_rare_fields(&self, message: &Message, shown: bool, out: &mut Value) {
        if let Some(nonce) = &message.nonce {
            merge(out, json!({ "nonce": nonce }));
        }
        if let (Some(poll), true) = (&message.poll, shown) {
            merge(out, json!({ "poll": poll }));
        }
        if let Some((webhook, _)) = &message.webhook {
            merge(out, json!({ "webhook_id": ids::id(*webhook) }));
        }
        if !message.reactions.is_empty() {
            merge(out, json!({ "reactions": self.reactions_json(message) }));
        }
        if let Some(thread) = message.thread.and_then(|thread| self.channels.get(&thread)) {
            merge(out, json!({ "thread": self.channel_json(thread) }));
        }
        if message.origin.is_some() {
            merge(out, json!({ "application_id": ids::id(self.options.bot_id) }));
            merge(out, json!({ "interaction_metadata": self.metadata_json(message) }));
        }
        if let Some(snapshot) = &message.snapshot {
            let mut inner = snapshot.clone();
            if !shown {
                merge(
                    &mut inner,
                    json!({ "content": "", "embeds": [], "attachments": [], "components": [] }),
                );
            }
            merge(out, json!({ "message_snapshots": [{ "message": inner }] }));
        }
    }

    fn add_reference(&self, message: &Message, granted: bool, out: &mut Value) {
        let channel = message.reply_channel.unwrap_or(message.channel);
        if message.reply_to.is_none() && message.reply_channel.is_none() {
            return;
        }
        let forwarded = message.flags & HAS_SNAPSHOT != 0;
        let mut reference = json!({ "type": u8::from(forwarded), "channel_id": ids::id(channel) });
        if let Some(target) = message.reply_to {
            merge(&mut reference, json!({ "message_id": ids::id(target) }));
        }
        if let Some(guild) = message.guild {
            merge(&mut reference, json!({ "guild_id": ids::id(guild) }));
        }
        merge(out, json!({ "message_reference": reference }));
        if forwarded {
            return;
        }
        if let Some(target) = message.reply_to {
            let found = self
                .message(channel, target)
                .map(|found| self.message_at(found, granted, false));
            merge(out, json!({ "referenced_message": found }));
        }
    }

    fn author_json(&self, message: &Message) -> Value {
        let Some((webhook, name)) = &message.webhook else {
            return self.user_json_by_id(message.author);
        };
        json!({
            "id": ids::id(*webhook),
            "username": name,
            "global_name": null,
            "discriminator": "0000",
            "avatar": null,
            "avatar_decoration_data": null,
            "banner": null,
            "accent_color": null,
            "public_flags": 0,
            "bot": true,
        })
    }

    fn mention_json(&self, message: &Message, user: u64) -> Value {
        let mut out = self.user_json_by_id(user);
        let guild = message.guild.and_then(|guild| self.guilds.get(&guild));
        if let Some(member) = guild.and_then(|guild| guild.members.get(&user)) {
            merge(&mut out, json!({ "member": self.member_core_json(member) }));
        }
        out
    }

    fn attachments_json(&self, message: &Message) -> Value {
        message
            .attachments
            .iter()
            .map(|file| self.attachment_json(message.channel, file, message.ephemeral()))
            .collect()
    }

    fn attachment_json(&self, channel: u64, file: &Attachment, ephemeral: bool) -> Value {
        let address = format!("{}/attachments/{channel}/{}/{}", self.url, file.id, file.filename);
        let mut out = json!({
            "id": ids::id(file.id),
            "filename": file.filename,
            "size": file.size,
            "url": address,
            "proxy_url": address,
            "content_type": file.content_type,
        });
        if let Some(description) = &file.description {
            merge(&mut out, json!({ "description": description }));
        }
        if ephemeral {
            merge(&mut out, json!({ "ephemeral": true }));
        }
        out
    }

    fn reactions_json(&self, message: &Message) -> Vec<Value> {
        message
            .reactions
            .iter()
            .map(|reaction| {
                json!({
                    "emoji": emoji_json(&reaction.emoji),
                    "count": reaction.users.len(),
                    "count_details": { "normal": reaction.users.len(), "burst": 0 },
                    "me": reaction.users.contains(&self.options.bot_id),
                    "me_burst": false,
                    "burst_colors": [],
                })
            })
            .collect()
    }

    fn metadata_json(&self, message: &Message) -> Value {
        let Some(origin) = &message.origin else {
            return Value::Null;
        };
        let mut out = json!({
            "id": ids::id(origin.interaction),
            "type": origin.kind,
            "user": self.user_json_by_id(origin.user),
            "authorizing_integration_owners": self.owners_json(message.guild),
        });
        match (origin.kind, origin.message) {
            (2, Some(target)) => merge(&mut out, json!({ "target_message_id": ids::id(target) })),
            (3, Some(target)) => merge(&mut out, json!({ "interacted_message_id": ids::id(target) })),
            (5, source) => {
                let mut earlier = out.clone();
                merge(&mut earlier, json!({ "type": if source.is_some() { 3 } else { 2 } }));
                if let Some(source) = source {
                    merge(&mut earlier, json!({ "interacted_message_id": ids::id(source) }));
                }
                merge(&mut out, json!({ "triggering_interaction_metadata": earlier }));
            }
            _ => {}
        }
        out
    }

    /// Who installed the application, as interactions say it.
    pub fn owners_json(&self, guild: Option<u64>) -> Value {
        json!({ "0": ids::id(guild.unwrap_or(0)) })
    }
}

/// An emoji object of a reaction.
pub fn emoji_json(emoji: &str) -> Value {
    match emoji.rsplit_once(':') {
        Some((name, id)) if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) => {
            json!({ "id": id, "name": name, "animated": false })
        }
        _ => json!({ "id": null, "name": emoji }),
    }
}
