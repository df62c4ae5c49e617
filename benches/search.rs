//! Looks for the text that costs triage most: `cargo bench --bench search -- [seed] [rounds] [characters]`.
//!
//! Hill climbing from many starts: a unit of parts is changed in one place, and the change stays if judging became slower.
//! The proposals depend on the seed alone; which of them stay depends on the machine, so what is found is written down in `hostile`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use evenkeel::catalog::{Files, load};
use evenkeel::respond::Content;

mod compose;
mod hostile;
use compose::{Chance, draw, parts};
use hostile::{LONGEST, WORST, text};

/// The least of several runs: what else the machine does only ever adds.
fn cost(content: &Content, text: &str, runs: usize) -> Duration {
    let once = || {
        let began = Instant::now();
        black_box(content.assess(black_box(text)));
        began.elapsed()
    };
    (0..runs).map(|_| once()).min().unwrap_or_default()
}

fn change(unit: &mut Vec<String>, parts: &[String], chance: &mut Chance) {
    let at = chance.below(unit.len() + 1);
    match chance.below(4) {
        0 if unit.len() > 1 => {
            unit.remove(at.min(unit.len() - 1));
        }
        1 if unit.len() < 24 => unit.insert(at, draw(parts, chance).to_owned()),
        // `at` is at most the length.
        2 => unit.rotate_left(at),
        _ => {
            if let Some(part) = unit.get_mut(at) {
                draw(parts, chance).clone_into(part);
            }
        }
    }
}

fn main() {
    let number = |at: usize, otherwise: usize| {
        let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
        given.get(at).copied().unwrap_or(otherwise)
    };
    let (seed, rounds, characters) = (number(0, 1), number(1, 400), number(2, LONGEST));
    let files = Files::embedded();
    let Some(content) = load(&files, jiff::civil::Date::constant(2026, 11, 23)).content else {
        println!("the content built in is broken: `cargo run -- check`");
        return;
    };
    let patterns = files
        .paths()
        .filter(|path| path.starts_with("urgent/") && path.ends_with(".toml"));
    let parts = parts(
        patterns
            .filter(|path| !path.contains("examples"))
            .filter_map(|path| files.get(path)),
    );
    for (name, unit) in WORST {
        println!("{:>10.1?}  {name}", cost(&content, &text(unit, characters), 9));
    }
    let mut chance = Chance::new(seed as u64);
    let mut worst = (Duration::ZERO, String::new());
    for start in 0..12 {
        let mut unit: Vec<String> = (0..=chance.below(8))
            .map(|_| draw(&parts, &mut chance).to_owned())
            .collect();
        let mut most = cost(&content, &text(&unit.concat(), characters), 3);
        for _ in 0..rounds {
            let mut other = unit.clone();
            change(&mut other, &parts, &mut chance);
            let message = text(&other.concat(), characters);
            // A first look is enough for most; what seems worse is looked at again.
            if !message.is_empty() && cost(&content, &message, 1) > most && cost(&content, &message, 4) > most {
                most = cost(&content, &message, 9);
                unit = other;
            }
        }
        let unit = unit.concat();
        println!("{most:>10.1?}  start {start}: {:?}", unit);
        worst = worst.max((most, unit));
    }
    println!("worst of {characters} characters: {:.1?}\n{:?}", worst.0, worst.1);
}
