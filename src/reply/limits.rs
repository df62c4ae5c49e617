//! Discord's limits, as its API documentation gives them, and our own tighter ones.

/// Characters of a message's content.
pub const CONTENT: usize = 2_000;
/// Characters of an emergency or urgent card, numbers filled in: what fits one phone screen and a bit.
pub const CARD: usize = 900;
/// Characters of a rendered answer, its source and booking lines included.
pub const ANSWER: usize = 1_200;
/// Buttons in one row.
pub const BUTTONS_IN_ROW: usize = 5;
/// Rows of components in a message.
pub const ROWS: usize = 5;
/// Characters of a component's custom id.
pub const CUSTOM_ID: usize = 100;
/// Characters of a button's label that a phone shows uncut; Discord allows 80.
pub const LABEL: usize = 38;
/// Choices of an autocomplete, and options of a select menu.
pub const CHOICES: usize = 25;
/// Characters of an autocomplete choice or a select option.
pub const CHOICE: usize = 100;

/// Cuts a text to at most `most` characters, at a character's edge, with an ellipsis where something was lost.
pub fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}
