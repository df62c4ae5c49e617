//! Slash commands, one file each: parse, ask the pure rooms, send. Every free text goes through triage first.

mod about;
mod ask;
mod book;
mod help_now;
mod privacy;
mod settings;
mod topics;

use std::sync::Arc;

use poise::{FrameworkError, FrameworkOptions, PrefixFrameworkOptions};
use serenity::all::CreateAutocompleteResponse;

use super::{Door, render};
use crate::reply::limits::{CHOICE, CHOICES, clip};
use crate::reply::{Outgoing, Phrase, Place, Reader};
use crate::respond::{Content, GuildSettings, Surface};
use crate::responder::Arrival;

/// What commands hand on; it is logged once, in [`failed`].
type Error = Box<dyn std::error::Error + Send + Sync>;
type Ctx<'a> = poise::Context<'a, Arc<Door>, Error>;

/// All commands.
pub(super) fn all() -> Vec<poise::Command<Arc<Door>, Error>> {
    vec![
        ask::ask(),
        topics::topics(),
        help_now::help_now(),
        book::book(),
        about::about(),
        privacy::privacy(),
        settings::settings(),
    ]
}

/// poise, serving the commands. Our own event handler stands beside it.
pub(super) fn framework(door: Arc<Door>) -> poise::Framework<Arc<Door>, Error> {
    // Mentions are questions for the event handler: poise must neither take them for commands nor log them as unknown ones.
    let prefix_options = PrefixFrameworkOptions {
        mention_as_prefix: false,
        case_insensitive_commands: false,
        ..PrefixFrameworkOptions::default()
    };
    let options = FrameworkOptions {
        commands: all(),
        on_error: |error| Box::pin(failed(error)),
        prefix_options,
        ..FrameworkOptions::default()
    };
    poise::Framework::builder()
        .options(options)
        .initialize_owners(false)
        .setup(move |_, _, _| Box::pin(async move { Ok(door) }))
        .build()
}

/// Whatever goes wrong in a command: logged in full, told in one calm sentence.
async fn failed(error: FrameworkError<'_, Arc<Door>, Error>) {
    let phrase = match &error {
        FrameworkError::GuildOnly { .. } => Phrase::GuildOnly,
        FrameworkError::MissingUserPermissions { .. } => Phrase::ManagersOnly,
        _ => Phrase::Sorry,
    };
    let Some(ctx) = error.ctx() else {
        tracing::error!(kind = kind(&error), "a command failed before it began");
        return;
    };
    if phrase == Phrase::Sorry {
        tracing::error!(command = %ctx.command().qualified_name, kind = kind(&error), error = cause(&error), "command failed");
    }
    if let Err(error) = say(ctx, phrase, &[]).await {
        tracing::warn!(error = %error, "nor could that be told");
    }
}

/// What kind of failure it was. poise's own words may hold what a person typed, so they are never logged.
fn kind(error: &FrameworkError<'_, Arc<Door>, Error>) -> &'static str {
    match error {
        FrameworkError::Command { .. } => "command",
        FrameworkError::CommandPanic { .. } => "panic",
        FrameworkError::ArgumentParse { .. } => "argument",
        FrameworkError::CommandStructureMismatch { .. } => "Discord has another form of the command",
        FrameworkError::UnknownInteraction { .. } => "unknown interaction",
        FrameworkError::Setup { .. } => "setup",
        _ => "other",
    }
}

/// What a command itself reported: errors of ours and of serenity, which hold no text of messages.
fn cause(error: &FrameworkError<'_, Arc<Door>, Error>) -> Option<String> {
    match error {
        FrameworkError::Command { error, .. } => Some(error.to_string()),
        _ => None,
    }
}

/// The person who used a command, as a reader.
struct Person {
    content: Arc<Content>,
    guild: Arc<GuildSettings>,
    country: Option<String>,
    locale: Option<String>,
    id: u64,
}

impl Person {
    fn of(ctx: Ctx<'_>) -> Self {
        let door = ctx.data();
        let id = ctx.author().id.get();
        Self {
            content: door.responder.content(),
            guild: door.responder.guild(ctx.guild_id().map(serenity::all::GuildId::get)),
            country: door.responder.country(id),
            locale: ctx.locale().map(str::to_owned),
            id,
        }
    }

    fn reader(&self) -> Reader<'_> {
        let locale = self.locale.as_deref();
        let region = locale
            .and_then(|locale| locale.split_once('-'))
            .map(|(_, region)| region)
            .filter(|region| region.len() == 2);
        Reader {
            languages: [
                locale.and_then(|locale| locale.split('-').next()),
                self.guild.language.as_deref(),
            ],
            country: self.country.as_deref().or(self.guild.country.as_deref()).or(region),
            turn: self.id,
        }
    }
}

/// Sends what was built; privately unless its place says otherwise.
async fn send(ctx: Ctx<'_>, out: &Outgoing) -> Result<(), Error> {
    ctx.send(render::reply(out, out.place == Place::Private)).await?;
    Ok(())
}

/// Judges a text that was typed where something else was expected. True if it was urgent: then its card was shown, privately.
async fn urgent_text(ctx: Ctx<'_>, text: &str) -> Result<bool, Error> {
    let door = ctx.data();
    let arrival = Arrival {
        surface: Surface::Ask { public: false },
        guild: ctx.guild_id().map(serenity::all::GuildId::get),
        channel: ctx.channel_id().get(),
        parent: None,
        author: ctx.author().id.get(),
        id: interaction_id(ctx),
        text,
        edited: false,
        locale: ctx.locale(),
        link: "",
        now: Some((door.now)()),
    };
    let decision = door.decide(&arrival);
    if !decision.assessment.urgency.needs_card() {
        return Ok(false);
    }
    for out in &decision.outgoing {
        send(
            ctx,
            &Outgoing {
                place: Place::Private,
                ..out.clone()
            },
        )
        .await?;
    }
    Ok(true)
}

/// One sentence, privately.
async fn say(ctx: Ctx<'_>, phrase: Phrase, values: &[(&str, &str)]) -> Result<(), Error> {
    let person = Person::of(ctx);
    send(
        ctx,
        &person
            .content
            .words
            .note(phrase, values, &person.reader(), Place::Private),
    )
    .await
}

/// Countries whose name or code begins with, or holds, what was typed; at most what Discord takes.
async fn countries(ctx: Ctx<'_>, typed: &str) -> CreateAutocompleteResponse {
    let content = ctx.data().responder.content();
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(usize, &str, &str)> = content
        .words
        .directory
        .countries()
        .iter()
        .filter_map(|country| {
            let name = country.name.to_lowercase();
            let place = if country.code == typed {
                0
            } else {
                name.find(&typed)? + 1
            };
            Some((place, country.name.as_str(), country.code.as_str()))
        })
        .collect();
    found.sort_unstable();
    choices(found.into_iter().take(CHOICES).map(|(_, name, code)| (name, code)))
}

/// Names with values, at most as many and as long as Discord takes.
fn choices<'a>(found: impl Iterator<Item = (&'a str, &'a str)>) -> CreateAutocompleteResponse {
    found
        .take(CHOICES)
        .fold(CreateAutocompleteResponse::new(), |response, (name, value)| {
            response.add_string_choice(clip(name, CHOICE), clip(value, CHOICE))
        })
}

/// The interaction's id; poise also knows prefix commands, which this bot does not have.
fn interaction_id(ctx: Ctx<'_>) -> u64 {
    match ctx {
        poise::Context::Application(ctx) => ctx.interaction.id.get(),
        poise::Context::Prefix(ctx) => ctx.msg.id.get(),
    }
}
