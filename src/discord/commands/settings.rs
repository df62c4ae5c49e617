//! `/settings`: what managers of a guild choose.

use serenity::all::{GuildChannel, Role};

use super::{Ctx, Error, Person, countries, say, send, urgent_text};
use crate::reply::{Phrase, Place};
use crate::respond::{ChannelMode, GuildSettings};

/// Settings of this server (for managers)
#[poise::command(
    slash_command,
    guild_only,
    default_member_permissions = "MANAGE_GUILD",
    required_permissions = "MANAGE_GUILD",
    subcommands("show", "country", "alerts", "answering"),
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
    let answering: Vec<String> = settings
        .channels
        .iter()
        .filter(|(_, mode)| **mode == ChannelMode::Answer)
        .map(|(channel, _)| format!("<#{channel}>"))
        .collect();
    let answering = if answering.is_empty() {
        unset
    } else {
        answering.join(", ")
    };
    let values = [
        ("country", country.as_str()),
        ("alerts", &alerts),
        ("role", &role),
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
    change(ctx, |settings| settings.country = code).await
}

/// Choose where moderators are told of urgent messages, and which role is pinged
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn alerts(
    ctx: Ctx<'_>,
    #[description = "A channel that only moderators see; leave it out for no alerts"]
    #[channel_types("Text")]
    channel: Option<GuildChannel>,
    #[description = "A role to ping there; leave it out for no ping"] role: Option<Role>,
) -> Result<(), Error> {
    change(ctx, |settings| {
        settings.alert_channel = channel.map(|channel| channel.id.get());
        settings.alert_role = role
            .map(|role| role.id.get())
            .filter(|_| settings.alert_channel.is_some());
    })
    .await
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
    change(ctx, |settings| {
        if answer {
            settings.channels.insert(channel.id.get(), ChannelMode::Answer);
        } else {
            settings.channels.remove(&channel.id.get());
        }
    })
    .await
}

/// Keeps a change, then puts it in force: what is in force is never more than what is kept.
async fn change(ctx: Ctx<'_>, apply: impl FnOnce(&mut GuildSettings)) -> Result<(), Error> {
    let Some(guild) = ctx.guild_id().map(serenity::all::GuildId::get) else {
        return say(ctx, Phrase::GuildOnly, &[]).await;
    };
    let door = ctx.data();
    let mut settings = GuildSettings::clone(&door.responder.guild(Some(guild)));
    apply(&mut settings);
    let kept = match door.keeper.store().await {
        Ok(store) => store.save_guild(guild, &settings).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => {
            door.responder.set_guild(guild, settings);
            say(ctx, Phrase::Saved, &[]).await
        }
        Err(error) => {
            tracing::warn!(error = %error, guild.id = guild, "settings could not be kept");
            say(ctx, Phrase::StoreAway, &[]).await
        }
    }
}
