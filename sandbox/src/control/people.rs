//! What people write.

use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Discord;
use crate::ids::{self, now_ms};
use crate::world::World;
use crate::world::posting::{Change, Draft};
use crate::world::types::{Attachment, ChannelKind, HAS_SNAPSHOT};

/// What else a message has besides its text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PostOptions {
    /// The message it replies to.
    pub reply_to: Option<u64>,
    /// Whether the reply does not ping whoever is replied to.
    pub silent_reply: bool,
    /// Whether the text begins by mentioning the bot.
    pub mention_bot: bool,
    /// Files: name and size in bytes.
    pub attachments: Vec<(String, u64)>,
    /// Embeds, as a bot or a link preview would add them.
    pub embeds: Vec<Value>,
    /// Name of a webhook that writes instead of the author.
    pub webhook: Option<String>,
    /// Name of another bot that writes instead of the author.
    pub as_bot: Option<String>,
    /// Text of a message that is forwarded.
    pub forwarded: Option<String>,
    /// Poll object.
    pub poll: Option<Value>,
    /// Another type of message, by Discord's number, such as 7 for a member who joined.
    pub kind: Option<u8>,
}

impl Discord {
    /// Somebody writes. Gives the message's id.
    ///
    /// # Errors
    ///
    /// If the channel or the author does not exist.
    pub async fn post(&self, channel: u64, author: u64, text: &str) -> Result<u64> {
        self.post_with(channel, author, text, PostOptions::default()).await
    }

    /// Somebody writes something more than text.
    ///
    /// # Errors
    ///
    /// If the channel, the author or the message replied to does not exist.
    pub async fn post_with(&self, channel: u64, author: u64, text: &str, options: PostOptions) -> Result<u64> {
        self.shared.with(|world| post(world, channel, author, text, options))
    }

    /// Somebody edits a message.
    ///
    /// # Errors
    ///
    /// If there is no such message.
    pub async fn edit(&self, channel: u64, message: u64, text: &str) -> Result<()> {
        let change = Change {
            content: Some(text.to_owned()),
            ..Change::default()
        };
        let found = self.shared.with(|world| world.change_message(channel, message, change));
        ensure!(found, "there is no message {message} in channel {channel}");
        Ok(())
    }

    /// A message is deleted.
    ///
    /// # Errors
    ///
    /// If there is no such message.
    pub async fn delete(&self, channel: u64, message: u64) -> Result<()> {
        let gone = self.shared.with(|world| world.remove_message(channel, message));
        ensure!(gone.is_some(), "there is no message {message} in channel {channel}");
        Ok(())
    }

    /// Somebody reacts.
    ///
    /// # Errors
    ///
    /// If there is no such message.
    pub async fn react(&self, channel: u64, message: u64, user: u64, emoji: &str) -> Result<()> {
        let found = self.shared.with(|world| world.react(channel, message, user, emoji));
        ensure!(found, "there is no message {message} in channel {channel}");
        Ok(())
    }

    /// Somebody writes to the bot directly.
    ///
    /// # Errors
    ///
    /// If there is no such user.
    pub async fn dm(&self, user: u64, text: &str) -> Result<u64> {
        self.shared.with(|world| {
            ensure!(world.users.contains_key(&user), "there is no user {user}");
            let channel = world.dm_channel(user);
            post(world, channel, user, text, PostOptions::default())
        })
    }

    /// The direct conversation between somebody and the bot, begun if there is none.
    pub async fn dm_channel(&self, user: u64) -> u64 {
        self.shared.with(|world| world.dm_channel(user))
    }

    /// Somebody starts a thread that hangs on no message.
    ///
    /// # Errors
    ///
    /// If the channel is not one that can have threads.
    pub async fn start_thread(&self, channel: u64, name: &str, author: u64) -> Result<u64> {
        self.shared.with(|world| {
            expect_kind(world, channel, ChannelKind::Text)?;
            Ok(world.start_thread(channel, name, author))
        })
    }

    /// Somebody starts a thread from a message.
    ///
    /// # Errors
    ///
    /// If there is no such message.
    pub async fn start_thread_from(&self, channel: u64, message: u64, name: &str, author: u64) -> Result<u64> {
        self.shared.with(|world| {
            expect_kind(world, channel, ChannelKind::Text)?;
            ensure!(
                world.message(channel, message).is_some(),
                "there is no message {message}"
            );
            Ok(world.start_thread_from(channel, message, name, author))
        })
    }

    /// Somebody opens a forum post. Gives the thread's id and its first message's, which are the same.
    ///
    /// # Errors
    ///
    /// If the channel is no forum.
    pub async fn forum_post(&self, forum: u64, author: u64, title: &str, text: &str) -> Result<(u64, u64)> {
        self.shared.with(|world| {
            expect_kind(world, forum, ChannelKind::Forum)?;
            let draft = Draft {
                content: text.to_owned(),
                ..Draft::default()
            };
            let thread = world.forum_post(forum, author, title, draft);
            Ok((thread, thread))
        })
    }
}

/// Complains unless the channel is of this kind.
pub fn expect_kind(world: &World, channel: u64, kind: ChannelKind) -> Result<()> {
    match world.channels.get(&channel) {
        Some(found) if found.kind == kind => Ok(()),
        Some(found) => bail!("channel {channel} is {:?}, not {kind:?}", found.kind),
        None => bail!("there is no channel {channel}"),
    }
}

/// Somebody writes.
pub fn post(world: &mut World, channel: u64, author: u64, text: &str, options: PostOptions) -> Result<u64> {
    let Some(place) = world.channels.get(&channel) else {
        bail!("there is no channel {channel}")
    };
    ensure!(
        place.kind != ChannelKind::Forum,
        "channel {channel} is a forum; open a post in it"
    );
    let guild = place.guild;
    ensure!(world.users.contains_key(&author), "there is no user {author}");
    if let Some(target) = options.reply_to {
        ensure!(
            world.message(channel, target).is_some(),
            "there is no message {target} to reply to"
        );
    }
    let mut author = author;
    if let Some(name) = &options.as_bot {
        let known = world
            .users
            .values()
            .find(|user| user.bot && user.name == *name)
            .map(|user| user.id);
        author = known.unwrap_or_else(|| world.add_user(name, true));
        if let Some(guild) = guild.filter(|_| known.is_none()) {
            world.join(guild, author);
        }
    }
    let mut webhook = None;
    if let Some(name) = options.webhook {
        let id = world.snowflakes.next();
        author = id;
        webhook = Some((id, name));
    }
    let bot = world.options.bot_id;
    let content = if options.mention_bot {
        format!("<@{bot}> {text}")
    } else {
        text.to_owned()
    };
    let attachments: Vec<Attachment> = options
        .attachments
        .into_iter()
        .map(|(filename, size)| Attachment {
            id: world.snowflakes.next(),
            filename,
            size,
            ..Attachment::default()
        })
        .collect();
    let mut draft = Draft {
        content,
        embeds: options.embeds,
        attachments,
        reply_to: options.reply_to,
        silent_reply: options.silent_reply,
        kind: options.kind.unwrap_or(if options.reply_to.is_some() { 19 } else { 0 }),
        webhook,
        poll: options.poll,
        ..Draft::default()
    };
    if let Some(text) = options.forwarded {
        draft.flags |= HAS_SNAPSHOT;
        draft.reply_to = Some(world.snowflakes.next());
        draft.reply_channel = Some(channel);
        draft.snapshot = Some(json!({
            "type": 0,
            "content": text,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "timestamp": ids::moment(now_ms()),
            "edited_timestamp": null,
            "flags": 0,
            "components": [],
        }));
    }
    Ok(world.insert_message(channel, author, draft))
}
