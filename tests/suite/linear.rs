//! Work grows no faster than the text: what judging does is counted, not timed, while hostile texts double.

use evenkeel::text::{Spelling, Text};

use crate::content::content;

#[path = "../../benches/compose/mod.rs"]
mod compose;
#[path = "../../benches/hostile/mod.rs"]
mod hostile;

/// Everything that judging walks over: the message, its tokens and their readings, and the steps of finding evidence.
fn work(message: &str) -> usize {
    let (text, _) = content().read(message);
    size(&text) + content().triage.steps(&text)
}

/// Tokens and bytes of all readings.
fn size(text: &Text) -> usize {
    let bytes = |token: &evenkeel::text::Token| token.word.len() + token.other.iter().map(String::len).sum::<usize>();
    text.tokens.iter().map(|token| 1 + bytes(token)).sum()
}

/// Asserts that twice the text costs at most twice the work, and a window's more: the edges of windows fall where they will.
fn assert_linear(name: &str, unit: &str) {
    let lengths = [1_000, 2_000, 4_000, 8_000, 16_000];
    let costs: Vec<usize> = lengths
        .iter()
        .map(|length| work(&hostile::text(unit, *length)))
        .collect();
    for (pair, length) in costs.windows(2).zip(lengths) {
        assert!(
            pair[1] <= pair[0] * 9 / 4 + 20_000,
            "{name}: {length} characters and twice as many take {costs:?} steps"
        );
    }
}

#[test]
fn work_at_most_doubles_as_hostile_texts_double() {
    for (name, unit) in hostile::WORST {
        assert_linear(name, unit);
    }
}

#[test]
fn work_at_most_doubles_as_texts_composed_by_chance_double() {
    let files = evenkeel::catalog::Files::embedded();
    let patterns = files
        .paths()
        .filter(|path| path.starts_with("urgent/signals/") || *path == "urgent/cues.toml");
    let parts = compose::parts(patterns.filter_map(|path| files.get(path)));
    let mut chance = compose::Chance::new(3);
    for _ in 0..30 {
        let unit: String = (0..12).map(|_| compose::draw(&parts, &mut chance)).collect();
        assert_linear(&unit, &unit);
    }
}

#[test]
fn a_character_gives_a_few_tokens_at_most() {
    for (name, unit) in hostile::WORST {
        let message = hostile::text(unit, hostile::LONGEST);
        let text = Text::new(&message, &Spelling::default());
        assert!(
            text.tokens.len() <= 2 * hostile::LONGEST,
            "{name}: {}",
            text.tokens.len()
        );
        assert!(size(&text) <= 20 * message.len(), "{name}: {}", size(&text));
    }
}
