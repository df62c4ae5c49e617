//! `/privacy`: what is kept about oneself, and its deletion.

use super::{Ctx, Error, Person, say};
use crate::reply::Phrase;

/// See or delete what I keep about you
#[poise::command(slash_command, subcommands("show", "delete"), subcommand_required)]
pub(super) async fn privacy(_: Ctx<'_>) -> Result<(), Error> {
    Ok(())
}

/// Show what I keep about you
#[poise::command(slash_command)]
async fn show(ctx: Ctx<'_>) -> Result<(), Error> {
    let person = Person::of(ctx);
    let kept = match ctx.data().keeper.store().await {
        Ok(store) => store.kept(person.id).await,
        Err(error) => Err(error),
    };
    let Ok(kept) = kept.inspect_err(|error| tracing::warn!(error = %error, "what is kept could not be read")) else {
        return say(ctx, Phrase::StoreAway, &[]).await;
    };
    let words = &person.content.words;
    let country = kept
        .country
        .as_deref()
        .and_then(|code| words.directory.country(code))
        .map(|country| country.name.clone())
        .unwrap_or_else(|| words.say(&person.reader(), Phrase::NotSet, &[]));
    let reader = person.reader();
    let none = || words.say(&reader, Phrase::PrivacyNone, &[]);
    let until = |at: Option<i64>| {
        at.filter(|at| *at > (ctx.data().now)()).map_or_else(none, |at| {
            let time = format!("<t:{}:f>", at.div_euclid(1_000));
            words.say(&reader, Phrase::PrivacyUntil, &[("time", &time)])
        })
    };
    let follow_up = kept
        .follow_up
        .map_or_else(none, |at| format!("<t:{}:f>", at.div_euclid(1_000)));
    let values = [
        ("country", country.as_str()),
        ("soft", &until(kept.soft_off_until)),
        ("follow-up", &follow_up),
        ("alerts", &kept.alerts.to_string()),
    ];
    say(ctx, Phrase::PrivacyShow, &values).await
}

/// Delete everything I keep about you
#[poise::command(slash_command)]
async fn delete(ctx: Ctx<'_>) -> Result<(), Error> {
    let person = Person::of(ctx);
    let door = ctx.data();
    let deleted = match door.keeper.store().await {
        Ok(store) => store.delete_member(person.id).await,
        Err(error) => Err(error),
    };
    match deleted {
        Ok(()) => {
            door.responder.forget(person.id);
            say(ctx, Phrase::PrivacyDeleted, &[]).await
        }
        Err(error) => {
            tracing::warn!(error = %error, "a member could not be deleted");
            say(ctx, Phrase::StoreAway, &[]).await
        }
    }
}
