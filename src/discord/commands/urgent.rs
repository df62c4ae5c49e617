//! `/settings urgent`: who is told of urgent messages, where cards are shown, which channels are watched.

use serenity::all::{GuildChannel, Role};

use super::settings::change;
use super::{Ctx, Error, Person, say, send, urgent_text};
use crate::reply::{Kind, Outgoing, Phrase, Place};
use crate::respond::{ChannelMode, Delivery, wording};

/// Longest time until moderators are asked again, in minutes: an hour later a new ping says little.
const LONGEST: u16 = 60;

/// Who is told of urgent messages, and where cards are shown
#[poise::command(
    slash_command,
    guild_only,
    required_permissions = "MANAGE_GUILD",
    subcommands("moderators", "delivery", "watch", "wordings"),
    subcommand_required
)]
pub(super) async fn urgent(_: Ctx<'_>) -> Result<(), Error> {
    Ok(())
}

/// Choose where moderators are told of urgent messages, and which roles are pinged
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn moderators(
    ctx: Ctx<'_>,
    #[description = "A channel that only moderators see; leave it out for no alerts"]
    #[channel_types("Text")]
    channel: Option<GuildChannel>,
    #[description = "A role to ping there; leave it out for no ping"] role: Option<Role>,
    #[description = "A role to ping if nobody of the first comes"] second_role: Option<Role>,
    #[description = "Minutes until an alert that nobody took pings again (5 if left out, 0 for never)"]
    #[min = 0]
    #[max = 60]
    again: Option<u16>,
) -> Result<(), Error> {
    let changed = change(ctx, |settings| {
        settings.alert_channel = channel.map(|channel| channel.id.get());
        let kept = settings.alert_channel.is_some();
        settings.alert_role = role.map(|role| role.id.get()).filter(|_| kept);
        settings.second_role = second_role.map(|role| role.id.get()).filter(|_| kept);
        settings.again_minutes = again.map(|minutes| minutes.min(LONGEST));
    })
    .await?;
    if !changed {
        return Ok(());
    }
    // What would keep alerts from arriving is said at once, with its mend.
    let person = Person::of(ctx);
    let mut lines = vec![person.content.words.say(&person.reader(), Phrase::Saved, &[])];
    if let Some(guild) = ctx.guild_id()
        && person.guild.alert_channel.is_some()
    {
        lines.extend(ctx.data().alert_troubles(guild, &person.reader()));
    }
    send(ctx, &Outgoing::new(Kind::Note, Place::Private, lines.join("\n"))).await
}

/// Where an unasked card goes first.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Way {
    #[name = "in the channel, as a reply"]
    Channel,
    #[name = "privately first, with one line in the channel"]
    Private,
}

/// Choose whether cards are shown in the channel, or privately first
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn delivery(ctx: Ctx<'_>, #[description = "Where an unasked card goes first"] way: Way) -> Result<(), Error> {
    let changed = change(ctx, |settings| {
        settings.delivery = match way {
            Way::Channel => Delivery::Channel,
            Way::Private => Delivery::Private,
        };
    })
    .await?;
    if changed {
        say(ctx, Phrase::Saved, &[]).await?;
    }
    Ok(())
}

/// Choose whether I watch a channel for urgent messages (all that I can see, unless you say otherwise)
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn watch(
    ctx: Ctx<'_>,
    #[description = "The channel"]
    #[channel_types("Text", "Forum", "News")]
    channel: GuildChannel,
    #[description = "Watch it?"] watch: bool,
) -> Result<(), Error> {
    let changed = change(ctx, |settings| {
        let id = channel.id.get();
        match (watch, settings.channels.get(&id)) {
            (false, _) => {
                settings.channels.insert(id, ChannelMode::Off);
            }
            (true, Some(ChannelMode::Off)) => {
                settings.channels.remove(&id);
            }
            (true, _) => {}
        }
    })
    .await?;
    if changed {
        say(ctx, Phrase::Saved, &[]).await?;
    }
    Ok(())
}

/// Take back a wording over which I do not ask whether somebody is safe
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
async fn wordings(
    ctx: Ctx<'_>,
    #[description = "The wording to take back; /settings show lists them"]
    #[max_length = 80]
    remove: String,
) -> Result<(), Error> {
    if urgent_text(ctx, &remove).await? {
        return Ok(());
    }
    let person = Person::of(ctx);
    let Some(known) = wording(&remove).filter(|wording| person.guild.ignored.contains(wording)) else {
        return say(ctx, Phrase::NotSet, &[]).await;
    };
    let changed = change(ctx, |settings| settings.ignored.retain(|wording| *wording != known)).await?;
    if changed {
        say(ctx, Phrase::Saved, &[]).await?;
    }
    Ok(())
}
