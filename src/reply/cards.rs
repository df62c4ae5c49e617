//! Cards: the fixed, reviewed texts that a person in danger is shown.

use super::lines::Numbers;
use super::phrases::{self, Phrase, Phrases};
use super::words::BOOKING;
use crate::triage::Urgency;

/// Placeholders that a card may hold.
pub const PLACEHOLDERS: [&str; 6] = ["emergency", "call", "text", "poison", "abuse", "booking"];

/// The wordings of a card for one level. Two or more, so that repeats do not read as pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// With placeholders.
    pub wordings: Vec<String>,
}

/// One card in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// File name without language and ending.
    pub slug: String,
    /// ISO 639-1.
    pub language: String,
    /// What a person sees in lists.
    pub title: String,
    /// For life in danger now.
    pub emergency: Option<Layout>,
    /// For urgent messages.
    pub urgent: Option<Layout>,
    /// For concern.
    pub concern: Option<Layout>,
}

impl Card {
    /// The layout for a level, or the nearest more urgent one that the card has.
    pub fn layout(&self, level: Urgency) -> Option<&Layout> {
        let order = match level {
            Urgency::Emergency => [&self.emergency, &self.urgent, &self.concern],
            Urgency::Urgent => [&self.urgent, &self.emergency, &self.concern],
            Urgency::Concern | Urgency::None => [&self.concern, &self.urgent, &self.emergency],
        };
        order.into_iter().find_map(Option::as_ref)
    }

    /// The card as shown. `turn` chooses the wording.
    pub fn render(&self, level: Urgency, numbers: &Numbers<'_>, phrases: &Phrases, turn: u64) -> Option<String> {
        let layout = self.layout(level)?;
        let count = u64::try_from(layout.wordings.len()).ok().filter(|count| *count > 0)?;
        let wording = layout.wordings.get(usize::try_from(turn % count).ok()?)?;
        let booking = phrases.fill(Phrase::BookingLater, &[("link", BOOKING)]);
        Some(phrases::fill(
            wording,
            &[
                ("emergency", &numbers.emergency(phrases)),
                ("call", &numbers.call(phrases)),
                ("text", &numbers.text(phrases)),
                ("poison", &numbers.poison(phrases)),
                ("abuse", &numbers.abuse(phrases)),
                ("booking", &booking),
            ],
        ))
    }
}
