//! Any string is normalised without a panic, and normalising the result again changes nothing.

#![no_main]

use evenkeel_fuzz::text::{Spelling, Text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|message: &str| {
    let once = Text::new(message, &Spelling::default());
    let plain = once.plain();
    let again = Text::new(&plain, &Spelling::default());
    assert!(once.words().eq(again.words()), "{plain:?}");
    assert_eq!(again.plain(), plain);
    for token in &once.tokens {
        assert!(
            message.get(token.span.clone()).is_some_and(|span| !span.is_empty()),
            "{token:?}"
        );
    }
});
