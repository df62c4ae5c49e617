//! The door: the only room that names serenity or poise. Events come in, are judged, and what was decided goes out.

mod commands;
mod events;
mod press;
mod register;
mod render;
mod send;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serenity::all::{ChannelId, GatewayIntents, HttpBuilder, UserId};
use serenity::gateway::GatewayError;

pub use send::{Precedence, SendError, Sender};

use crate::reply::{Outgoing, Phrase, Place, Reader};
use crate::respond::{Decision, Surface};
use crate::responder::{Arrival, Responder};
use crate::store::Keeper;
use crate::tasks::{Counter, Stop, stopped};
use render::Source;

/// Discord's own address.
const DISCORD: &str = "https://discord.com";
/// Threads whose parent is remembered, at most.
const THREADS: usize = 50_000;
/// How long the first message of a forum post waits to be told which forum it is in.
const THREAD_WITHIN: Duration = Duration::from_millis(500);

/// Judges an arrival. A parameter, so that a test can make it break down.
pub type Judge = Arc<dyn Fn(&Arrival<'_>) -> Decision + Send + Sync>;

/// Everything that handlers and commands share.
pub struct Door {
    pub(crate) responder: Arc<Responder>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) counter: Counter,
    pub(crate) sender: Sender,
    judge: Judge,
    now: fn() -> i64,
    bot: AtomicU64,
    reads_content: AtomicBool,
    parents: Mutex<HashMap<u64, u64>>,
    /// Rings whenever a thread became known.
    parents_told: tokio::sync::Notify,
    standing: Mutex<Standing>,
}

/// What bounds the standing card: one an author and hour, five a guild and minute.
#[derive(Debug, Default)]
struct Standing {
    authors: HashMap<u64, i64>,
    guilds: HashMap<u64, Vec<i64>>,
}

/// Why the connection ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Discord does not take the token.
    #[error(
        "Discord refused the token: in the Developer Portal open your application, then Bot, press Reset Token, and set the new one as DISCORD_TOKEN"
    )]
    Token,
    /// Anything else that the client could not mend by itself.
    #[error("the connection to Discord ended: {0}")]
    Connection(Box<serenity::Error>),
    /// The sender could not be made.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// What [`run`] needs.
pub struct Parts {
    /// The bot's token.
    pub token: String,
    /// The stand-in's address, if Discord is not meant.
    pub api_url: Option<String>,
    /// Memory and content.
    pub responder: Arc<Responder>,
    /// The store.
    pub keeper: Arc<Keeper>,
    /// Counts of shown topics.
    pub counter: Counter,
    /// How arrivals are judged; the responder itself unless a test says otherwise.
    pub judge: Judge,
    /// Milliseconds since 1970.
    pub now: fn() -> i64,
}

/// Connects and serves until stopped. Without the Message Content intent it goes on in a reduced way.
pub async fn run(parts: Parts, stop: Stop) -> Result<(), RunError> {
    let base = parts.api_url.clone().unwrap_or_else(|| DISCORD.to_owned());
    let door = Arc::new(Door {
        responder: parts.responder,
        keeper: parts.keeper,
        counter: parts.counter,
        sender: Sender::new(&parts.token, &base)?,
        judge: parts.judge,
        now: parts.now,
        bot: AtomicU64::new(0),
        reads_content: AtomicBool::new(true),
        parents: Mutex::default(),
        parents_told: tokio::sync::Notify::default(),
        standing: Mutex::default(),
    });
    let full = GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT;
    match connect(&parts.token, &base, full, &door, stop.clone()).await {
        Err(serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents)) => {
            tracing::error!("the Message Content intent is off: urgent messages in channels are NOT noticed. Developer Portal > your application > Bot > Message Content Intent. Going on with mentions, DMs and commands");
            door.reads_content.store(false, Ordering::Relaxed);
            connect(&parts.token, &base, full - GatewayIntents::MESSAGE_CONTENT, &door, stop).await
        }
        other => other,
    }
    .map_err(|error| match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication) => RunError::Token,
        serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response)) if response.status_code.as_u16() == 401 => RunError::Token,
        other => RunError::Connection(Box::new(other)),
    })
}

async fn connect(
    token: &str,
    base: &str,
    intents: GatewayIntents,
    door: &Arc<Door>,
    stop: Stop,
) -> Result<(), serenity::Error> {
    // The limiter is ours, in tests and in production: serenity's has neither precedence nor a pause for all.
    let http = HttpBuilder::new(token).proxy(base).ratelimiter_disabled(true).build();
    let mut client = serenity::client::ClientBuilder::new_with_http(http, intents)
        .event_handler_arc(Arc::new(events::Events { door: Arc::clone(door) }))
        .framework(commands::framework(Arc::clone(door)))
        .await?;
    let shards = Arc::clone(&client.shard_manager);
    let ender = tokio::spawn(async move {
        stopped(stop).await;
        shards.shutdown_all().await;
    });
    let ended = client.start_autosharded().await;
    ender.abort();
    ended
}

impl Door {
    fn bot(&self) -> Option<UserId> {
        std::num::NonZeroU64::new(self.bot.load(Ordering::Relaxed)).map(UserId::from)
    }

    fn remember_parent(&self, thread: ChannelId, parent: Option<ChannelId>) {
        let Some(parent) = parent else { return };
        let mut parents = self.parents.lock().unwrap_or_else(PoisonError::into_inner);
        if parents.len() >= THREADS {
            parents.clear();
        }
        parents.insert(thread.get(), parent.get());
        drop(parents);
        self.parents_told.notify_waiters();
    }

    fn parent(&self, channel: ChannelId) -> Option<u64> {
        self.parents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&channel.get())
            .copied()
    }

    /// The same for the first message of a forum post, which may be handled before the event that told of its thread.
    async fn parent_of_new(&self, thread: ChannelId) -> Option<u64> {
        let known = async {
            loop {
                let told = self.parents_told.notified();
                if let Some(parent) = self.parent(thread) {
                    return parent;
                }
                told.await;
            }
        };
        tokio::time::timeout(THREAD_WITHIN, known).await.ok()
    }

    /// Judges an arrival. If judging breaks down, or an urgent message got no card, the standing card goes out: failing is failing towards help.
    fn decide(&self, arrival: &Arrival<'_>) -> Decision {
        let judged = catch_unwind(AssertUnwindSafe(|| (self.judge)(arrival)));
        let broken = match &judged {
            Ok(decision) => decision.assessment.urgency.needs_card() && decision.card().is_none() && !arrival.edited,
            Err(_) => true,
        };
        if !broken {
            return judged.unwrap_or_default();
        }
        tracing::error!(
            guild.id = arrival.guild,
            channel.id = arrival.channel,
            message.id = arrival.id,
            "triage broke down; the standing card is shown"
        );
        let mut decision = judged.unwrap_or_default();
        let (card, alert) = self.standing_allowed(arrival);
        let guild = self.responder.guild(arrival.guild);
        let content = self.responder.content();
        let country = self.responder.country(arrival.author);
        let reader = Reader {
            languages: [
                arrival.locale.and_then(|locale| locale.split('-').next()),
                guild.language.as_deref(),
            ],
            country: country.as_deref().or(guild.country.as_deref()),
            turn: arrival.id,
        };
        if card {
            let place = if matches!(arrival.surface, Surface::Ask { .. }) {
                Place::Private
            } else {
                Place::Reply
            };
            decision.outgoing.extend(content.words.standing(&reader, place));
        }
        if let (true, Some(channel)) = (alert, guild.alert_channel) {
            let place = Place::Moderators {
                channel,
                role: guild.alert_role,
            };
            decision.outgoing.push(Outgoing {
                kind: crate::reply::Kind::Alert,
                ..content
                    .words
                    .note(Phrase::AlertBroken, &[("link", arrival.link)], &reader, place)
            });
        }
        decision
    }

    /// Whether the standing card may go out, and whether moderators are told: at most one card an author and hour, five a guild and minute, then one alert.
    fn standing_allowed(&self, arrival: &Arrival<'_>) -> (bool, bool) {
        const HOUR: i64 = 3_600_000;
        const MINUTE: i64 = 60_000;
        let now = (self.now)();
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.authors.retain(|_, at| now - *at < HOUR);
        standing.guilds.retain(|_, times| {
            times.retain(|at| now - *at < MINUTE);
            !times.is_empty()
        });
        let of_guild = arrival
            .guild
            .map_or(0, |guild| standing.guilds.get(&guild).map_or(0, Vec::len));
        let card = !standing.authors.contains_key(&arrival.author) && of_guild < 5;
        // Told with the first card of a minute, and once more when cards stop.
        let alert = arrival.guild.is_some() && (of_guild == 0 || of_guild == 5);
        if card {
            standing.authors.insert(arrival.author, now);
        }
        if let Some(guild) = arrival.guild.filter(|_| card || of_guild == 5) {
            standing.guilds.entry(guild).or_default().push(now);
        }
        (card, alert)
    }

    /// Posts what was decided about a message. Order of failing: the card to the person, then the alert, then bookkeeping.
    async fn deliver(&self, decision: &Decision, arrival: &Arrival<'_>, source: Source) {
        let level = decision.assessment.urgency as u8;
        let mut shown = true;
        for (n, out) in decision.outgoing.iter().enumerate() {
            // The alert says that the card was shown; moderators were told already that it was not.
            if !shown && out.kind == crate::reply::Kind::Alert {
                continue;
            }
            // A message id, the kind, how urgent it was, so that an edit to something worse is not held for a second try,
            // and its place in the list: at most 25 characters.
            let nonce = format!("{}-{}{level}{n}", arrival.id, if out.kind.urgent() { "c" } else { "a" });
            let precedence = if out.kind.urgent() {
                Precedence::Urgent
            } else {
                Precedence::Other
            };
            let sent = match out.place {
                Place::Moderators { channel, .. } => {
                    self.sender
                        .post(
                            ChannelId::new(channel.max(1)),
                            &render::message(out, None, &nonce),
                            precedence,
                        )
                        .await
                }
                Place::Reply | Place::Private => {
                    self.sender
                        .post(source.channel, &render::message(out, Some(source), &nonce), precedence)
                        .await
                }
            };
            match sent {
                Ok(_) => self.count(out, arrival),
                Err(error) => {
                    tracing::warn!(error = %error, guild.id = arrival.guild, channel.id = arrival.channel, message.id = arrival.id, "message could not be posted");
                    if out.kind.card().is_some() && !matches!(out.place, Place::Moderators { .. }) {
                        shown = self.fall_back(out, decision, arrival, &nonce).await;
                    }
                }
            }
        }
    }

    /// The card could not be shown where the person wrote: a direct message, and if that fails too, the moderators. Whether it was shown.
    async fn fall_back(&self, out: &Outgoing, decision: &Decision, arrival: &Arrival<'_>, nonce: &str) -> bool {
        if arrival.surface != Surface::Dm
            && matches!(
                out.kind,
                crate::reply::Kind::Card(_) | crate::reply::Kind::CardPointer(_)
            )
        {
            let by_dm = async {
                let channel = self
                    .sender
                    .open_dm(UserId::new(arrival.author.max(1)), Precedence::Urgent)
                    .await?;
                self.sender
                    .post(channel, &render::message(out, None, nonce), Precedence::Urgent)
                    .await
            };
            match by_dm.await {
                Ok(_) => return true,
                Err(error) => {
                    tracing::warn!(error = %error, guild.id = arrival.guild, message.id = arrival.id, "nor by direct message")
                }
            }
        }
        tracing::error!(
            guild.id = arrival.guild,
            channel.id = arrival.channel,
            message.id = arrival.id,
            urgency = decision.assessment.urgency.slug(),
            "CARD NOT SHOWN"
        );
        let guild = self.responder.guild(arrival.guild);
        let Some(channel) = guild.alert_channel.filter(|_| arrival.guild.is_some()) else {
            return false;
        };
        let content = self.responder.content();
        let reader = Reader {
            languages: [guild.language.as_deref(), None],
            ..Reader::default()
        };
        let category = decision.assessment.category.map_or("-", crate::triage::Category::slug);
        let values = [
            ("level", decision.assessment.urgency.slug()),
            ("category", category),
            ("link", arrival.link),
        ];
        let alert = content.words.note(
            Phrase::AlertNotShown,
            &values,
            &reader,
            Place::Moderators {
                channel,
                role: guild.alert_role,
            },
        );
        let posted = self
            .sender
            .post(
                ChannelId::new(channel.max(1)),
                &render::message(&alert, None, &format!("{}-f", arrival.id)),
                Precedence::Urgent,
            )
            .await;
        if let Err(error) = posted {
            tracing::error!(error = %error, guild.id = arrival.guild, "moderators could not be told either");
        }
        false
    }

    fn count(&self, out: &Outgoing, arrival: &Arrival<'_>) {
        if let crate::reply::Kind::Answer(slug) = &out.kind {
            self.counter.shown(arrival.guild, slug, (self.now)());
        }
    }
}
