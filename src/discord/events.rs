//! Gateway events: a message comes in as an [`Arrival`], what was decided goes out. Holds no decision.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serenity::all::{
    ChannelId, Context, EventHandler, Guild, GuildChannel, GuildId, Interaction, Message, MessageId, MessageType,
    MessageUpdateEvent, Ready, User,
};
use serenity::async_trait;

use super::render::{self, Source};
use super::{Door, Precedence, register};
use crate::reply::{Phrase, Place, Reader};
use crate::respond::{ChannelMode, Surface};
use crate::responder::Arrival;

pub(super) struct Events {
    pub(super) door: Arc<Door>,
}

/// A text in a guild or DM, taken out of whichever event brought it.
struct Heard<'a> {
    guild: Option<GuildId>,
    channel: ChannelId,
    author: &'a User,
    id: MessageId,
    /// None where there is no message to answer: a thread's title.
    message: Option<MessageId>,
    text: &'a str,
    mentions_bot: bool,
    edited: bool,
}

#[async_trait]
impl EventHandler for Events {
    async fn ready(&self, _: Context, ready: Ready) {
        self.door.bot.store(ready.user.id.get(), Ordering::Relaxed);
        tracing::info!(
            guilds = ready.guilds.len(),
            reads_content = self.door.reads_content.load(Ordering::Relaxed),
            "connected"
        );
        if let Err(error) = register::commands(&self.door.sender, ready.application.id).await {
            tracing::error!(error = %error, "commands could not be registered; those of before stay");
        }
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        for thread in &guild.threads {
            self.door.remember_parent(thread.id, thread.parent_id);
        }
        if !self.door.reads_content.load(Ordering::Relaxed) {
            self.tell_blind(guild.id).await;
        }
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.door.remember_parent(thread.id, thread.parent_id);
        let (Some(owner), true) = (thread.owner_id, thread.parent_id.is_some()) else {
            return;
        };
        if Some(owner) == self.door.bot() || !self.door.reads_content.load(Ordering::Relaxed) {
            return;
        }
        // A title is text that its author wrote, and often the whole of it. It has no id of its own, and its thread's may be
        // that of a message as well: the one before stands for it, so that neither is taken for an edit of the other.
        let id = MessageId::new(thread.id.get().saturating_sub(1).max(1));
        let author = User::default();
        let heard = Heard {
            guild: Some(thread.guild_id),
            channel: thread.id,
            author: &author,
            id,
            message: None,
            text: &thread.name,
            mentions_bot: false,
            edited: false,
        };
        self.hear(heard, owner.get()).await;
    }

    async fn thread_update(&self, _: Context, _: Option<GuildChannel>, thread: GuildChannel) {
        // A thread that was archived when the bot came is told of when it is opened again.
        self.door.remember_parent(thread.id, thread.parent_id);
    }

    async fn message(&self, _: Context, message: Message) {
        let ordinary = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        if message.author.bot || message.webhook_id.is_some() || !ordinary {
            return;
        }
        let mentions_bot = self.mentions_bot(&message.content);
        let heard = Heard {
            guild: message.guild_id,
            channel: message.channel_id,
            author: &message.author,
            id: message.id,
            message: Some(message.id),
            text: &message.content,
            mentions_bot,
            edited: false,
        };
        self.hear(heard, message.author.id.get()).await;
    }

    async fn message_update(&self, _: Context, _: Option<Message>, _: Option<Message>, event: MessageUpdateEvent) {
        // Discord also updates messages when it unfolds a link; only an author's edit has a time.
        let (Some(author), Some(content), Some(Some(_))) =
            (&event.author, &event.content, event.edited_timestamp.as_ref().map(Some))
        else {
            return;
        };
        if author.bot || event.webhook_id.flatten().is_some() {
            return;
        }
        let heard = Heard {
            guild: event.guild_id,
            channel: event.channel_id,
            author,
            id: event.id,
            message: Some(event.id),
            text: content,
            mentions_bot: self.mentions_bot(content),
            edited: true,
        };
        self.hear(heard, author.id.get()).await;
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        if let Interaction::Component(press) = interaction {
            super::press::pressed(&self.door, &ctx, &press).await;
        }
    }
}

impl Events {
    fn mentions_bot(&self, content: &str) -> bool {
        self.door
            .bot()
            .is_some_and(|bot| content.contains(&format!("<@{bot}>")) || content.contains(&format!("<@!{bot}>")))
    }

    async fn hear(&self, heard: Heard<'_>, author: u64) {
        if heard.text.trim().is_empty() || heard.author.bot {
            return;
        }
        let door = &self.door;
        let begins_thread = heard
            .message
            .is_some_and(|message| message.get() == heard.channel.get());
        let parent = if begins_thread && heard.guild.is_some() {
            door.parent_of_new(heard.channel).await
        } else {
            door.parent(heard.channel)
        };
        let surface = match heard.guild {
            None => Surface::Dm,
            Some(_) if heard.mentions_bot => Surface::Mention,
            Some(guild) => {
                let settings = door.responder.guild(Some(guild.get()));
                let mode = settings
                    .channels
                    .get(&heard.channel.get())
                    .or_else(|| parent.and_then(|parent| settings.channels.get(&parent)))
                    .copied();
                Surface::Channel(mode.unwrap_or(ChannelMode::Watch))
            }
        };
        let link = match (heard.guild, heard.message) {
            (Some(guild), Some(message)) => format!("https://discord.com/channels/{guild}/{}/{message}", heard.channel),
            (Some(guild), None) => format!("https://discord.com/channels/{guild}/{}", heard.channel),
            (None, _) => String::new(),
        };
        let arrival = Arrival {
            surface,
            guild: heard.guild.map(GuildId::get),
            channel: heard.channel.get(),
            parent,
            author,
            id: heard.id.get(),
            text: heard.text,
            edited: heard.edited,
            locale: None,
            link: &link,
            now: Some((door.now)()),
        };
        let begun = std::time::Instant::now();
        let decision = door.decide(&arrival);
        if decision.assessment.urgency.needs_card() {
            tracing::info!(
                guild.id = arrival.guild,
                channel.id = arrival.channel,
                message.id = arrival.id,
                urgency = decision.assessment.urgency.slug(),
                judged_us = begun.elapsed().as_micros(),
                "urgent message"
            );
        }
        door.deliver(
            &decision,
            &arrival,
            Source {
                channel: heard.channel,
                message: heard.message,
            },
        )
        .await;
    }

    /// Without message content, those who set an alert channel are told that the bot does not see urgent messages.
    async fn tell_blind(&self, guild: GuildId) {
        let settings = self.door.responder.guild(Some(guild.get()));
        let Some(channel) = settings.alert_channel else { return };
        let reader = Reader {
            languages: [settings.language.as_deref(), None],
            ..Reader::default()
        };
        let note = self.door.responder.content().words.note(
            Phrase::NoContent,
            &[],
            &reader,
            Place::Moderators {
                channel,
                role: settings.alert_role,
            },
        );
        let posted = self
            .door
            .sender
            .post(
                ChannelId::new(channel.max(1)),
                &render::message(&note, None, &format!("{guild}-blind")),
                Precedence::Urgent,
            )
            .await;
        if let Err(error) = posted {
            tracing::error!(error = %error, guild.id = guild.get(), "moderators could not be told that the bot is blind");
        }
    }
}
