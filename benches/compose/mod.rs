//! Composes units of hostile texts by chance: for the search, and for the test of linear time.

/// A small generator, so that the same seed gives the same texts on every machine.
pub struct Chance(u64);

impl Chance {
    /// A seed of 0 would stand still.
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % most.max(1)
    }
}

/// What units are composed of beside the words of the patterns.
const NOISE: &[&str] = &[
    " ",
    "\n",
    ", ",
    ". ",
    "... ",
    "? ",
    "! ",
    "- ",
    "…",
    "'",
    "’",
    "\"",
    "“",
    "`",
    "```",
    "||",
    "**",
    "~~",
    "__",
    "> ",
    ">>> ",
    "<@",
    "<:",
    "<@1>",
    "http://",
    "@",
    "$",
    "*",
    "a",
    "i",
    "k",
    "s",
    "0",
    "1",
    "3",
    "5",
    "7",
    "24h",
    "5mg",
    "7-oh",
    "х",
    "і",
    "ѕ",
    "ｋ",
    "é",
    "ß",
    "İ",
    "ﬃ",
    "\u{fdfa}",
    "\u{301}",
    "\u{327}",
    "\u{200b}",
    "\u{200d}",
    "\u{fe0f}",
    "\u{ad}",
    "\u{202e}",
    "한",
    "漢",
    "💊",
    "😭",
    "👨\u{200d}👩\u{200d}👧",
    "aaaaaaaa",
    "iiiiiiii",
    "hahahaha",
];

/// What units are composed of: noise, and the words and phrases that the given files of patterns hold in quotation marks.
pub fn parts<'a>(files: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let quoted = files
        .into_iter()
        .flat_map(|file| file.split('"').skip(1).step_by(2))
        .flat_map(|phrase| {
            let words = phrase.split([' ', '|', '(', ')', '?', '*', '{', '}']);
            words
                .chain([phrase])
                .filter(|part| !part.is_empty())
                .map(|part| format!("{part} "))
        });
    let mut all: Vec<String> = quoted.collect();
    all.sort();
    all.dedup();
    // Every other draw is noise, so that a few dozen pieces of it weigh as much as thousands of words.
    all.extend(NOISE.iter().map(|part| (*part).to_owned()));
    all
}

/// Draws a part: noise or a word, each every other time.
pub fn draw<'p>(parts: &'p [String], chance: &mut Chance) -> &'p str {
    let words = parts.len().saturating_sub(NOISE.len());
    let at = if chance.below(2) == 0 {
        words + chance.below(NOISE.len())
    } else {
        chance.below(words)
    };
    parts.get(at).map_or(" ", String::as_str)
}
