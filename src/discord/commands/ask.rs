//! `/ask`: a question, answered privately unless the person chose otherwise. An urgent one is always answered privately.

use super::{Ctx, Error, choices, interaction_id, say, send};
use crate::answers::complete;
use crate::reply::limits::CHOICES;
use crate::reply::{Outgoing, Phrase, Place};
use crate::respond::Surface;
use crate::responder::Arrival;

/// Ask about recovery from kratom use
#[poise::command(slash_command)]
pub(super) async fn ask(
    ctx: Ctx<'_>,
    #[description = "Your question, in your own words"]
    #[autocomplete = "questions"]
    #[max_length = 1000]
    question: String,
    #[description = "Show the answer to everybody here (otherwise only you see it)"] public: Option<bool>,
) -> Result<(), Error> {
    let door = ctx.data();
    let arrival = Arrival {
        surface: Surface::Ask {
            public: public.unwrap_or(false),
        },
        guild: ctx.guild_id().map(serenity::all::GuildId::get),
        channel: ctx.channel_id().get(),
        parent: None,
        author: ctx.author().id.get(),
        id: interaction_id(ctx),
        text: &question,
        edited: false,
        locale: ctx.locale(),
        link: "",
        now: Some((door.now)()),
    };
    let decision = door.decide(&arrival);
    for out in &decision.outgoing {
        // An urgent message is for the asker alone, and so is all that goes with it.
        let private = decision.assessment.urgency.needs_card() || out.place == Place::Private;
        let out = if private {
            Outgoing {
                place: Place::Private,
                ..out.clone()
            }
        } else {
            out.clone()
        };
        send(ctx, &out).await?;
        door.count(&out, &arrival);
    }
    if decision.outgoing.is_empty() {
        // In a channel nothing would be said a second time; somebody who asked is never left without an answer.
        say(ctx, Phrase::Sorry, &[]).await?;
    }
    Ok(())
}

async fn questions(ctx: Ctx<'_>, typed: &str) -> serenity::all::CreateAutocompleteResponse {
    let content = ctx.data().responder.content();
    let asks = content
        .words
        .topics
        .iter()
        .flat_map(|topic| std::iter::once(topic.title.as_str()).chain(topic.asks.iter().map(String::as_str)));
    choices(complete(asks, typed, CHOICES).into_iter().map(|ask| (ask, ask)))
}
