//! Texts that are meant to cost much: for the benches, for the search that finds them, and for the test of linear time.
//!
//! A text is a short unit, repeated to a length; the search tries units, and the worst that it found stand in [`WORST`].

/// What messages are cut to: characters of the longest message that Discord lets anybody write.
pub const LONGEST: usize = 4_000;

/// Units found by `cargo bench --bench search`, and ones that people thought of. Each is repeated to a length.
pub const WORST: &[(&str, &str)] = &[
    ("letters apart", "k m s "),
    ("look-alikes", "ѕuісіdе "),
    ("ligatures of eighteen letters", "\u{fdfa}"),
    ("letters of three", "한"),
    ("combining marks", "d\u{301}i\u{302}e\u{303} "),
    ("invisible characters", "d\u{200b}i\u{fe0f}e\u{ad} "),
    ("held letters", "diiiiie "),
    ("one long word", "a"),
    ("one long stem", "overdos"),
    ("leet", "k1ll my53lf "),
    ("spoilers and backticks", "||`a`||`"),
    ("angles", "<@<:<t:<#"),
    ("fences", "```\n"),
    ("quotes", "\"die\" "),
    ("emoji", "💊😂🔫"),
    ("denials", "not want to die not "),
    ("hits and exclusions", "i want to die of laughter lol "),
    ("hits and cues of the past", "i used to want to die last year again "),
];

/// A unit repeated to a number of characters.
pub fn text(unit: &str, characters: usize) -> String {
    unit.chars().cycle().take(characters).collect()
}
