//! `/book`: the booking page, and what it is not for.

use super::{Ctx, Error, Person, send};
use crate::reply::{BOOKING, Button, Outgoing, Phrase, Place};

/// Book an appointment with the clinic that wrote the article
#[poise::command(slash_command)]
pub(super) async fn book(ctx: Ctx<'_>) -> Result<(), Error> {
    let person = Person::of(ctx);
    let reader = person.reader();
    let words = &person.content.words;
    let button = Button::Link {
        label: words.say(&reader, Phrase::BookButton, &[]),
        url: BOOKING.to_owned(),
    };
    let note = words.note(Phrase::Book, &[("link", BOOKING)], &reader, Place::Private);
    send(
        ctx,
        &Outgoing {
            buttons: vec![button],
            ..note
        },
    )
    .await
}
