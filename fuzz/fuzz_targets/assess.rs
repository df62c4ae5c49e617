//! Any string is judged without a panic, and the second opinion raises only.

#![no_main]

use std::sync::LazyLock;

use evenkeel_fuzz::TODAY;
use evenkeel_fuzz::catalog::{Files, load};
use evenkeel_fuzz::respond::Content;
use evenkeel_fuzz::triage::Opinion;
use libfuzzer_sys::fuzz_target;

/// The bot's whole content, trained once at start, with the second opinion and without.
static CONTENTS: LazyLock<Option<(Content, Content)>> = LazyLock::new(|| {
    let with = load(&Files::embedded(), TODAY).content?;
    let mut without = with.clone();
    without.triage.set_opinion(Opinion::default());
    Some((with, without))
});

fuzz_target!(init: {
    // Training takes longer than an input may.
    LazyLock::force(&CONTENTS);
}, |message: &str| {
    let Some((with, without)) = &*CONTENTS else {
        panic!("the content built in is broken: `cargo run -- check`");
    };
    let (text, features) = with.read(message);
    let raised = with.triage.assess(&text, &features);
    assert!(raised.urgency >= without.triage.assess(&text, &features).urgency);
    let tokens = text.tokens.len();
    assert!(raised.evidence.iter().all(|found| found.tokens.start < found.tokens.end && found.tokens.end <= tokens));
});
