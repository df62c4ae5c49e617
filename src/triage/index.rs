//! Numbers for the words of patterns and for the beginnings of words that they name.
//!
//! One hash is taken while a word is read; at each letter it is the hash of the beginning so far, so that no beginning is read twice.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher as StdHasher};

use crate::text::Hasher;

/// The number of a word, or of a stem that stands for all words that begin so.
pub(super) type WordId = u32;

/// Keys are hashes already: the table takes them as they are.
#[derive(Debug, Default, Clone)]
struct AsItIs(u64);

impl StdHasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = Hasher::new().with(bytes).value();
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// By hash; texts whose hashes fall together stand in one row and are told apart.
type Table = HashMap<u64, Vec<(String, WordId)>, BuildHasherDefault<AsItIs>>;

/// Words and stems with their numbers.
#[derive(Debug, Default, Clone)]
pub(super) struct Index {
    words: Table,
    stems: Table,
    count: WordId,
    shortest: usize,
    longest: usize,
}

impl Index {
    /// How many numbers were given; they begin at 0.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The number of a word, or of a stem where it ends with `*`; a new one where it has none.
    pub(super) fn add(&mut self, word: &str) -> WordId {
        let (table, text) = match word.strip_suffix('*') {
            Some(stem) => {
                self.longest = self.longest.max(stem.len());
                self.shortest = if self.shortest == 0 {
                    stem.len()
                } else {
                    self.shortest.min(stem.len())
                };
                (&mut self.stems, stem)
            }
            None => (&mut self.words, word),
        };
        let row = table.entry(Hasher::new().with(text.as_bytes()).value()).or_default();
        if let Some((_, id)) = row.iter().find(|(known, _)| known == text) {
            return *id;
        }
        let id = self.count;
        self.count += 1;
        row.push((text.to_owned(), id));
        id
    }

    /// Calls `found` with the number of the word and of each stem that it begins with.
    pub(super) fn look_up(&self, word: &str, mut found: impl FnMut(WordId)) {
        let mut look = |table: &Table, hash: Hasher, text: &[u8]| {
            let row = table.get(&hash.value()).map(Vec::as_slice).unwrap_or_default();
            for (_, id) in row.iter().filter(|(known, _)| known.as_bytes() == text) {
                found(*id);
            }
        };
        let bytes = word.as_bytes();
        let mut hash = Hasher::new();
        for (length, byte) in (1..).zip(bytes) {
            hash = hash.with(std::slice::from_ref(byte));
            if length >= self.shortest && length <= self.longest {
                look(&self.stems, hash, bytes.get(..length).unwrap_or_default());
            }
        }
        look(&self.words, hash, bytes);
    }
}
