//! `/about`: what the bot is, that it reads messages for safety, that it keeps none, that it is no medical advice.

use super::{Ctx, Error, say};
use crate::reply::Phrase;

/// What this bot is, what it reads, and what it keeps
#[poise::command(slash_command)]
pub(super) async fn about(ctx: Ctx<'_>) -> Result<(), Error> {
    say(ctx, Phrase::About, &[]).await
}
