//! Cuts a text into the pieces of words that the encoder knows, as BERT's uncased tokeniser does it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are one unknown piece, as in training.
const LONGEST_WORD: usize = 100;

/// The pieces, by number: first those that begin words, then those that go on inside one; each part sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    begin: Vec<Box<str>>,
    inside: Vec<Box<str>>,
    /// Bytes of the longest piece.
    longest: usize,
    start: u32,
    end: u32,
    unknown: u32,
}

impl Vocabulary {
    /// From sorted pieces. None if they are not sorted, or if a piece that every text needs is missing.
    pub(super) fn new(begin: Vec<Box<str>>, inside: Vec<Box<str>>) -> Option<Self> {
        if !(begin.is_sorted() && inside.is_sorted()) {
            return None;
        }
        let longest = begin.iter().chain(&inside).map(|piece| piece.len()).max()?;
        Some(Self {
            start: find(&begin, "[CLS]")?,
            end: find(&begin, "[SEP]")?,
            unknown: find(&begin, "[UNK]")?,
            longest,
            begin,
            inside,
        })
    }

    /// The numbers of a text's pieces between a start and an end; at most so many, of which the first are kept.
    pub(super) fn read(&self, text: &str, most: usize) -> Vec<u32> {
        let mut out = vec![self.start];
        let room = most.saturating_sub(1);
        let mut word = String::new();
        for raw in text.chars() {
            if out.len() >= room {
                break;
            }
            if raw.is_whitespace() {
                self.close(&mut word, &mut out);
                continue;
            }
            if is_nothing(raw) {
                continue;
            }
            for c in std::iter::once(raw)
                .nfd()
                .filter(|c| !is_combining_mark(*c))
                .flat_map(char::to_lowercase)
            {
                if stands_alone(c) {
                    self.close(&mut word, &mut out);
                    word.push(c);
                    self.close(&mut word, &mut out);
                } else {
                    word.push(c);
                }
            }
        }
        self.close(&mut word, &mut out);
        out.truncate(room);
        out.push(self.end);
        out
    }

    /// Cuts a word into the longest pieces from its front on; one that cannot be cut is unknown as a whole.
    fn close(&self, word: &mut String, out: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let before = out.len();
        let mut rest = word.as_str();
        let mut pieces = &self.begin;
        // Numbers of pieces inside words follow those that begin one.
        let mut from = 0;
        if word.chars().take(LONGEST_WORD + 1).count() > LONGEST_WORD {
            rest = "";
            out.push(self.unknown);
        }
        while !rest.is_empty() {
            let longest = (1..=rest.len().min(self.longest))
                .rev()
                .filter_map(|len| rest.split_at_checked(len))
                .find_map(|(piece, rest)| Some((find(pieces, piece)?, rest)));
            let Some((number, left)) = longest else {
                out.truncate(before);
                out.push(self.unknown);
                break;
            };
            out.push(from + number);
            rest = left;
            pieces = &self.inside;
            from = u32::try_from(self.begin.len()).unwrap_or_default();
        }
        word.clear();
    }
}

fn find(pieces: &[Box<str>], piece: &str) -> Option<u32> {
    let at = pieces.binary_search_by(|known| known.as_ref().cmp(piece)).ok()?;
    u32::try_from(at).ok()
}

/// Control characters and those that cannot be seen.
fn is_nothing(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

/// Punctuation and the characters of scripts that write no spaces: each is a word of its own.
fn stands_alone(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}'
            | '\u{2045}'..='\u{2051}' | '\u{2053}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
            | '\u{3014}'..='\u{301f}' | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}'
            | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let boxed = |pieces: &[&str]| pieces.iter().map(|piece| Box::from(*piece)).collect();
        let begin = ["!", "'", "[CLS]", "[SEP]", "[UNK]", "cafe", "do", "hurt", "i", "t"];
        Vocabulary::new(boxed(&begin), boxed(&["ing", "n", "s"])).unwrap()
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces_that_are_known() {
        let v = vocabulary();
        // [CLS] i do ##n ' t hurt ##ing ! cafe ##s [UNK] [SEP]
        assert_eq!(
            v.read("I don't HURTing!  Cafés xyz", 64),
            [2, 8, 6, 11, 1, 9, 7, 10, 0, 5, 12, 4, 3]
        );
    }

    #[test]
    fn a_long_text_keeps_its_start_and_its_end_mark() {
        let v = vocabulary();
        assert_eq!(v.read(&"i ".repeat(500), 64).len(), 64);
        assert_eq!(v.read(&"i".repeat(500), 64), [2, 4, 3]);
        assert_eq!(v.read("", 64), [2, 3]);
    }
}
