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
    say(ctx, Phrase::PrivacyShow, &[("country", &country)]).await
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
