//! Threads and forum posts.

use serde_json::json;
use twilight_model::gateway::Intents;

use super::World;
use super::payload::merge;
use super::posting::Draft;
use super::types::{ChannelKind, HAS_THREAD};
use crate::ids::{self, now_ms};

impl World {
    fn open_thread(&mut self, id: u64, parent: u64, name: &str, owner: u64) {
        let Some(mut thread) = self.channels.get(&parent).cloned() else {
            return;
        };
        thread.id = id;
        thread.kind = ChannelKind::Thread;
        thread.parent = Some(parent);
        name.clone_into(&mut thread.name);
        thread.topic = None;
        thread.owner = Some(owner);
        thread.overwrites = Vec::new();
        thread.created_ms = now_ms();
        thread.archived_ms = now_ms();
        thread.last_message = None;
        thread.messages_sent = 0;
        thread.thread_members = [owner].into();
        if let Some(above) = self.channels.get_mut(&parent).filter(|c| c.kind == ChannelKind::Forum) {
            above.last_message = Some(id);
        }
        let mut body = self.channel_json(&thread);
        merge(&mut body, json!({ "newly_created": true }));
        self.channels.insert(id, thread);
        self.emit_in(parent, Intents::GUILDS, "THREAD_CREATE", body, None);
    }

    /// Starts a thread that hangs on no message.
    pub fn start_thread(&mut self, parent: u64, name: &str, owner: u64) -> u64 {
        let id = self.snowflakes.next();
        self.open_thread(id, parent, name, owner);
        if self
            .channels
            .get(&parent)
            .is_some_and(|channel| channel.kind == ChannelKind::Text)
        {
            let note = Draft {
                content: name.to_owned(),
                kind: 18,
                reply_channel: Some(id),
                flags: HAS_THREAD,
                ..Draft::default()
            };
            self.insert_message(parent, owner, note);
        }
        id
    }

    /// Starts a thread from a message; the thread takes the message's id.
    pub fn start_thread_from(&mut self, parent: u64, message: u64, name: &str, owner: u64) -> u64 {
        self.open_thread(message, parent, name, owner);
        if let Some(source) = self.message_mut(parent, message) {
            source.thread = Some(message);
            source.flags |= HAS_THREAD;
        }
        self.emit_message(parent, message, "MESSAGE_UPDATE");
        let starter = Draft {
            kind: 21,
            reply_to: Some(message),
            reply_channel: Some(parent),
            ..Draft::default()
        };
        let author = self.message(parent, message).map_or(owner, |source| source.author);
        self.insert_message(message, author, starter);
        message
    }

    /// Starts a forum post; its first message takes the thread's id.
    pub fn forum_post(&mut self, forum: u64, author: u64, title: &str, draft: Draft) -> u64 {
        let id = self.snowflakes.next();
        self.open_thread(id, forum, title, author);
        self.insert_message(id, author, Draft { id: Some(id), ..draft })
    }

    /// Archives, locks or renames a thread.
    pub fn change_thread(&mut self, id: u64, name: Option<&str>, archived: Option<bool>, locked: Option<bool>) {
        let Some(thread) = self.channels.get_mut(&id) else {
            return;
        };
        if let Some(name) = name {
            name.clone_into(&mut thread.name);
        }
        if let Some(archived) = archived {
            thread.archived = archived;
            thread.archived_ms = now_ms();
        }
        if let Some(locked) = locked {
            thread.locked = locked;
        }
        let (body, parent) = {
            let thread = thread.clone();
            (self.channel_json(&thread), thread.parent)
        };
        self.emit_in(parent.unwrap_or(id), Intents::GUILDS, "THREAD_UPDATE", body, None);
    }

    /// Puts somebody into a thread.
    pub fn join_thread(&mut self, id: u64, user: u64) {
        let Some(thread) = self.channels.get_mut(&id) else {
            return;
        };
        thread.thread_members.insert(user);
        let (guild, count) = (thread.guild, thread.thread_members.len());
        let body = json!({
            "id": ids::id(id),
            "guild_id": guild.map(ids::id),
            "member_count": count,
            "added_members": [{
                "id": ids::id(id),
                "user_id": ids::id(user),
                "join_timestamp": ids::moment(now_ms()),
                "flags": 1,
            }],
        });
        self.emit_in(id, Intents::GUILDS, "THREAD_MEMBERS_UPDATE", body, None);
    }
}
