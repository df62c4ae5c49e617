//! Content as the tests use it: loaded once, fixed in time.

use std::sync::LazyLock;

use evenkeel::catalog::{Files, load};
use evenkeel::respond::Content;

/// The day on which tests take place.
pub const TODAY: jiff::civil::Date = jiff::civil::Date::constant(2026, 11, 23);

static CONTENT: LazyLock<Content> = LazyLock::new(|| {
    let loaded = load(&Files::embedded(), TODAY);
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    loaded
        .content
        .unwrap_or_else(|| panic!("the embedded content is broken:\n{}", problems.join("\n")))
});

/// The embedded content.
pub fn content() -> &'static Content {
    &CONTENT
}
