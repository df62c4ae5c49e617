//! Buttons and selects: what was pressed, by whom, and the private answer.

use serenity::all::{ComponentInteraction, ComponentInteractionDataKind, Context, CreateInteractionResponse};

use super::{Door, render};
use crate::reply::{Outgoing, Phrase, Place, Press, Reader};
use crate::triage::{Category, Urgency};

/// Answers a press. Everything is shown to the presser alone.
pub(super) async fn pressed(door: &Door, ctx: &Context, interaction: &ComponentInteraction) {
    let out = answer(door, interaction);
    let response = CreateInteractionResponse::Message(render::response(&out, true));
    if let Err(error) = interaction.create_response(&ctx.http, response).await {
        tracing::warn!(error = %error, guild.id = interaction.guild_id.map(serenity::all::GuildId::get), "a press could not be answered");
    } else if let crate::reply::Kind::Answer(slug) = &out.kind {
        door.counter.shown(
            interaction.guild_id.map(serenity::all::GuildId::get),
            slug,
            (door.now)(),
        );
    }
}

fn answer(door: &Door, interaction: &ComponentInteraction) -> Outgoing {
    let user = interaction.user.id.get();
    let content = door.responder.content();
    let words = &content.words;
    let guild = door
        .responder
        .guild(interaction.guild_id.map(serenity::all::GuildId::get));
    let country = door.responder.country(user);
    let language = interaction.locale.split('-').next();
    let region = interaction
        .locale
        .split_once('-')
        .map(|(_, region)| region)
        .filter(|region| region.len() == 2);
    let reader = Reader {
        languages: [language, guild.language.as_deref()],
        country: country.as_deref().or(guild.country.as_deref()).or(region),
        turn: interaction.id.get(),
    };
    let note = |phrase| words.note(phrase, &[], &reader, Place::Private);
    let topic = |slug: &str| {
        words
            .topic(slug)
            .and_then(|topic| words.answer(topic, &reader, Place::Private, true))
            .unwrap_or_else(|| note(Phrase::Gone))
    };
    match Press::parse(&interaction.data.custom_id) {
        Some(press) if !press.allows(user) => note(Phrase::NotYours),
        Some(Press::Help) => words
            .card(Category::Suicide, Urgency::Urgent, &reader, Place::Private)
            .unwrap_or_else(|| note(Phrase::Sorry)),
        Some(Press::More { slug }) => topic(&slug),
        Some(Press::Topic { slug, .. }) => match &interaction.data.kind {
            ComponentInteractionDataKind::StringSelect { values } => topic(values.first().map_or("", String::as_str)),
            _ => topic(&slug),
        },
        None => note(Phrase::Gone),
    }
}
