//! `/settings`: what managers of a guild choose.

use serenity::all::GuildChannel;

use super::{Ctx, Error, Person, countries, say, send, urgent_text};
use crate::reply::limits::clip;
use crate::reply::{Phrase, Place};
use crate::respond::{ChannelMode, Delivery, GuildSettings};

/// Characters of the list of ignored wordings that are shown.
const IGNORED_SHOWN: usize = 400;

/// Settings of this server (for managers)
#[poise::command(
    slash_command,
    guild_only,
    default_member_permissions = "MANAGE_GUILD",
    required_permissions = "MANAGE_GUILD",
    subcommands("show", "country", "answering", "super::urgent::urgent"),
    subcommand_required
)]
pub(super) async fn settings(_: Ctx<'_>) -> Result<(), Error> {
    Ok(())
}

/// Show the settings of this server
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn show(ctx: Ctx<'_>) -> Result<(), Error> {
    let person = Person::of(ctx);
    let words = &person.content.words;
    let unset = words.say(&person.reader(), Phrase::NotSet, &[]);
    let settings = &person.guild;
    let country = settings
        .country
        .as_deref()
        .and_then(|code| words.directory.country(code))
        .map_or_else(|| unset.clone(), |country| country.name.clone());
    let alerts = settings
        .alert_channel
        .map_or_else(|| unset.clone(), |channel| format!("<#{channel}>"));
    let role = settings
        .alert_role
        .map_or_else(|| unset.clone(), |role| format!("<@&{role}>"));
    let second = settings
        .second_role
        .map_or_else(|| unset.clone(), |role| format!("<@&{role}>"));
    let again = match settings.again() {
        0 => words.say(&person.reader(), Phrase::AgainNever, &[]),
        minutes => words.say(
            &person.reader(),
            Phrase::AgainMinutes,
            &[("minutes", &minutes.to_string())],
        ),
    };
    let delivery = match settings.delivery {
        Delivery::Channel => Phrase::DeliveryChannel,
        Delivery::Private => Phrase::DeliveryPrivate,
    };
    let delivery = words.say(&person.reader(), delivery, &[]);
    let in_mode = |wanted: ChannelMode| {
        let channels: Vec<String> = settings
            .channels
            .iter()
            .filter(|(_, mode)| **mode == wanted)
            .map(|(channel, _)| format!("<#{channel}>"))
            .collect();
        if channels.is_empty() {
            unset.clone()
        } else {
            channels.join(", ")
        }
    };
    let (answering, unwatched) = (in_mode(ChannelMode::Answer), in_mode(ChannelMode::Off));
    let ignored = if settings.ignored.is_empty() {
        unset.clone()
    } else {
        clip(&settings.ignored.join("; "), IGNORED_SHOWN)
    };
    let values = [
        ("country", country.as_str()),
        ("alerts", &alerts),
        ("role", &role),
        ("second", &second),
        ("again", &again),
        ("delivery", &delivery),
        ("unwatched", &unwatched),
        ("ignored", &ignored),
        ("answering", &answering),
    ];
    let mut note = words.note(Phrase::Settings, &values, &person.reader(), Place::Private);
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let overdue: Vec<&str> = words
        .directory
        .overdue((ctx.data().now)() / DAY_MS)
        .map(|country| country.name.as_str())
        .collect();
    if !overdue.is_empty() {
        let values = [("count", overdue.len().to_string()), ("names", overdue.join(", "))];
        let values = values.each_ref().map(|(slot, value)| (*slot, value.as_str()));
        note.content.push('\n');
        note.content
            .push_str(&words.say(&person.reader(), Phrase::SettingsOverdue, &values));
    }
    if let Some(guild) = ctx.guild_id() {
        let door = ctx.data();
        let reader = person.reader();
        let missing = door.what_is_missing(guild, &reader);
        for line in missing.into_iter().chain(door.alert_troubles(guild, &reader)) {
            note.content.push('\n');
            note.content.push_str(&line);
        }
    }
    send(ctx, &note).await
}

/// Choose whose emergency numbers and crisis lines are shown here
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn country(
    ctx: Ctx<'_>,
    #[description = "The country; leave it out to show international numbers"]
    #[autocomplete = "countries"]
    country: Option<String>,
) -> Result<(), Error> {
    let person = Person::of(ctx);
    let code = match &country {
        None => None,
        Some(typed) => match person.content.words.directory.find(typed) {
            Some(country) => Some(country.code.clone()),
            None if urgent_text(ctx, typed).await? => return Ok(()),
            None => return say(ctx, Phrase::UnknownCountry, &[]).await,
        },
    };
    if change(ctx, |settings| settings.country = code).await? {
        say(ctx, Phrase::Saved, &[]).await?;
    }
    Ok(())
}

/// Choose whether I answer questions in a channel without being asked
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn answering(
    ctx: Ctx<'_>,
    #[description = "The channel"]
    #[channel_types("Text", "Forum")]
    channel: GuildChannel,
    #[description = "Answer there?"] answer: bool,
) -> Result<(), Error> {
    let changed = change(ctx, |settings| {
        if answer {
            settings.channels.insert(channel.id.get(), ChannelMode::Answer);
        } else if settings.channels.get(&channel.id.get()) == Some(&ChannelMode::Answer) {
            settings.channels.remove(&channel.id.get());
        }
    })
    .await?;
    if changed {
        say(ctx, Phrase::Saved, &[]).await?;
    }
    Ok(())
}

/// Keeps a change and puts it in force; if that cannot be, says so. Whether it was kept.
pub(super) async fn change(ctx: Ctx<'_>, apply: impl FnOnce(&mut GuildSettings)) -> Result<bool, Error> {
    let Some(guild) = ctx.guild_id().map(serenity::all::GuildId::get) else {
        say(ctx, Phrase::GuildOnly, &[]).await?;
        return Ok(false);
    };
    match ctx.data().change_guild(guild, apply).await {
        Ok(()) => Ok(true),
        Err(error) => {
            tracing::warn!(error = %error, guild.id = guild, "settings could not be kept");
            say(ctx, Phrase::StoreAway, &[]).await?;
            Ok(false)
        }
    }
}
