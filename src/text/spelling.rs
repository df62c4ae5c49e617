//! Words that people often write apart, together or wrongly, and the one spelling under which patterns look for them.
//!
//! The table is data (`responses/spelling.toml`); this file only looks words up in it.

use std::collections::HashMap;

/// Corrections applied while a text is normalised. The default is empty: nothing is corrected.
#[derive(Debug, Default, Clone)]
pub struct Spelling {
    words: HashMap<String, String>,
    pairs: HashMap<String, HashMap<String, String>>,
}

impl Spelling {
    /// Builds the table from `(as written, as meant)`; both sides must be lower case without accents or apostrophes.
    /// A key of two words is a pair that is joined ("my self" becomes "myself").
    pub fn new(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut table = Self::default();
        for (wrong, right) in rows {
            match wrong.split_once(' ') {
                Some((first, second)) => {
                    table
                        .pairs
                        .entry(first.to_owned())
                        .or_default()
                        .insert(second.to_owned(), right);
                }
                None => {
                    table.words.insert(wrong, right);
                }
            }
        }
        table
    }

    /// What a single word stands for, if it is not itself.
    pub fn word(&self, word: &str) -> Option<&str> {
        self.words.get(word).map(String::as_str)
    }

    /// What two neighbours stand for when they are one word written apart.
    pub fn pair(&self, first: &str, second: &str) -> Option<&str> {
        self.pairs.get(first)?.get(second).map(String::as_str)
    }
}
