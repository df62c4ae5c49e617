//! Finds compiled patterns in tokens, many places at once: one bit a place, a few machine steps a node.
//!
//! The work is bounded by the number of tokens and of patterns; nothing backtracks.

use std::cell::Cell;
use std::ops::{Range, RangeInclusive};

use super::index::WordId;
use super::pattern::{ChoiceId, Lexicon, Node, SetId};
use crate::text::{Break, Text};

/// A bit a place.
type Bits = u128;
/// Tokens that are looked at together. One bit is left for the place behind the last token.
const WINDOW: usize = 127;
/// How far windows are apart: patterns up to `WINDOW - STRIDE` tokens long are found wherever they stand.
const STRIDE: usize = 100;

/// A pattern that is looked for.
#[derive(Debug, Clone)]
struct Compiled {
    node: Node,
    /// What must occur beside what it is looked for by: of each row at least one word.
    needs: Vec<Vec<WordId>>,
}

/// All patterns of one kind, with what must occur for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    all: Vec<Compiled>,
    by_anchor: Vec<Vec<usize>>,
    anywhere: Vec<usize>,
}

/// A place where a pattern was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) pattern: usize,
    pub(super) tokens: Range<usize>,
}

/// Patterns that are looked for no more, by their number.
#[derive(Debug)]
pub(super) struct Done(Vec<bool>);

impl Done {
    /// Looks for some patterns no more.
    pub(super) fn add(&mut self, patterns: Range<usize>) {
        if let Some(flags) = self.0.get_mut(patterns) {
            flags.fill(true);
        }
    }

    fn has(&self, pattern: usize) -> bool {
        self.0.get(pattern).copied().unwrap_or(true)
    }
}

impl Patterns {
    /// Adds a pattern; its number is how many came before.
    pub(super) fn add(&mut self, node: Node, lexicon: &Lexicon) -> usize {
        let number = self.all.len();
        let mut needs = lexicon.needs(&node).into_iter();
        match needs.next() {
            Some(words) => {
                for word in words.into_iter().map(|word| word as usize) {
                    if self.by_anchor.len() <= word {
                        self.by_anchor.resize(word + 1, Vec::new());
                    }
                    if let Some(list) = self.by_anchor.get_mut(word) {
                        list.push(number);
                    }
                }
            }
            None => self.anywhere.push(number),
        }
        self.all.push(Compiled {
            node,
            needs: needs.collect(),
        });
        number
    }

    /// Calls `found` with each hit, windows in order, patterns in order, starts in order. `found` may say which patterns it wants
    /// no more. Gives the number of steps that it took.
    pub(super) fn find(&self, sheet: &Sheet, window: &mut Window<'_>, mut found: impl FnMut(Hit, &mut Done)) -> usize {
        let mut done = Done(vec![false; self.all.len()]);
        let mut candidates = vec![0_u64; self.all.len().div_ceil(64)];
        let mut steps = 0;
        for from in sheet.windows() {
            steps += window.fill(sheet, from);
            let anchored = window
                .touched
                .iter()
                .filter_map(|word| self.by_anchor.get(*word as usize));
            for number in anchored.flatten().chain(&self.anywhere) {
                if let Some(bits) = candidates.get_mut(number / 64) {
                    *bits |= 1 << (number % 64);
                }
            }
            for (row, bits) in candidates.iter_mut().enumerate() {
                for number in places(std::mem::take(bits).into()).map(|at| row * 64 + at) {
                    if !done.has(number) {
                        steps += self.find_in(window, number, &mut done, &mut found);
                    }
                }
            }
        }
        steps
    }

    fn find_in(
        &self,
        window: &Window<'_>,
        number: usize,
        done: &mut Done,
        found: &mut impl FnMut(Hit, &mut Done),
    ) -> usize {
        let Some(Compiled { node, needs }) = self.all.get(number) else {
            return 0;
        };
        let stands = |words: &Vec<WordId>| words.iter().any(|word| window.has(*word));
        if !needs.iter().all(stands) {
            return 1;
        }
        if window.ends(node, window.every_start()) == 0 {
            return 1;
        }
        let mut steps = 1;
        for start in places(window.begins(node).0) {
            steps += 1;
            let ends = window.ends(node, 1 << start);
            if ends == 0 {
                continue;
            }
            let end = ends.trailing_zeros() as usize;
            let tokens = window.from + start..window.from + end.max(start + 1);
            found(
                Hit {
                    pattern: number,
                    tokens,
                },
                done,
            );
            if done.has(number) {
                break;
            }
        }
        steps
    }
}

/// The bit that tells a choice that was looked at from one that was not.
const LOOKED_AT: u64 = 1 << 63;

/// The bit of a part of a choice; those that there is no bit for share one.
fn alive_bit(part: usize) -> u64 {
    1 << part.min(62)
}

/// The numbers of the bits that are set, lowest first.
fn places(mut bits: Bits) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (bits != 0).then_some(bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        at
    })
}

/// Which words of the lexicon stand where in a text, and which sentence each token is of.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The words that all tokens go by, in a row.
    words: Vec<WordId>,
    /// Where each token's words end.
    ends: Vec<usize>,
    /// The number of each token's sentence.
    sentences: Vec<usize>,
}

impl Sheet {
    pub(super) fn new(text: &Text, lexicon: &Lexicon) -> Self {
        let count = text.tokens.len();
        let mut sheet = Self {
            words: Vec::with_capacity(count * 4),
            ends: Vec::with_capacity(count),
            sentences: Vec::with_capacity(count),
        };
        let mut sentence = 0;
        for token in &text.tokens {
            sentence += usize::from(token.before == Break::Hard);
            for word in std::iter::once(&token.word).chain(&token.other) {
                lexicon.look_up(word, |word| sheet.words.push(word));
            }
            sheet.ends.push(sheet.words.len());
            sheet.sentences.push(sentence);
        }
        sheet
    }

    /// The numbers of the sentences that a run of tokens touches. Gaps keep to a sentence, but words in a row may cross its end.
    pub(super) fn sentences(&self, tokens: &Range<usize>) -> RangeInclusive<usize> {
        let of = |token: usize| self.sentences.get(token).copied().unwrap_or_default();
        of(tokens.start)..=of(tokens.end.saturating_sub(1))
    }

    /// How many sentences there are, counted from the first token's.
    pub(super) fn count(&self) -> usize {
        self.sentences.last().map_or(0, |last| last + 1)
    }

    /// Where windows begin. The last one is the first that reaches the end.
    fn windows(&self) -> impl Iterator<Item = usize> {
        let more = self.ends.len().saturating_sub(WINDOW).div_ceil(STRIDE);
        (0..=more).map(|number| number * STRIDE)
    }

    fn of_token(&self, token: usize) -> &[WordId] {
        let from = token.checked_sub(1).and_then(|before| self.ends.get(before));
        let to = self.ends.get(token).copied().unwrap_or_default();
        self.words
            .get(from.copied().unwrap_or_default()..to)
            .unwrap_or_default()
    }
}

/// The tokens that are looked at together; filled again for each place, so that its tables are made once.
#[derive(Debug)]
pub(super) struct Window<'a> {
    lexicon: &'a Lexicon,
    /// Whether tokens were taken at all.
    filled: bool,
    from: usize,
    len: usize,
    first: bool,
    last: bool,
    /// Word to row of `bits`; row 0 is that of all words that do not stand here.
    rows: Vec<u16>,
    /// A bit where a token goes by the word.
    bits: Vec<Bits>,
    touched: Vec<WordId>,
    /// A bit where a sentence begins.
    sentence: Bits,
    /// Sets whose places were asked for a moment ago, and these places: many patterns begin with the same words.
    known: Vec<Cell<Option<SetId>>>,
    places: Vec<Cell<Bits>>,
    /// For choices that were looked at: which of their parts stand anywhere in the window. Mostly none or one of dozens.
    /// 0 for those not yet looked at.
    alive: Vec<Cell<u64>>,
}

/// How many sets a window remembers; a set's slot is its number's last bits.
const KNOWN: usize = 256;

impl<'a> Window<'a> {
    pub(super) fn new(lexicon: &'a Lexicon) -> Self {
        Self {
            lexicon,
            filled: false,
            known: vec![Cell::new(None); KNOWN],
            places: vec![Cell::new(0); KNOWN],
            alive: vec![Cell::new(0); lexicon.choices()],
            from: 0,
            len: 0,
            first: true,
            last: true,
            rows: vec![0; lexicon.len()],
            bits: vec![0],
            touched: Vec::new(),
            sentence: 0,
        }
    }

    /// Takes the tokens from a place on. Gives the number of steps that it took.
    fn fill(&mut self, sheet: &Sheet, from: usize) -> usize {
        if self.filled && self.from == from {
            return 1;
        }
        if self.filled {
            self.known.fill(Cell::new(None));
            self.alive.fill(Cell::new(0));
        }
        self.filled = true;
        for word in self.touched.drain(..) {
            if let Some(row) = self.rows.get_mut(word as usize) {
                *row = 0;
            }
        }
        self.bits.truncate(1);
        let tokens = sheet.ends.len().saturating_sub(from);
        self.from = from;
        self.len = tokens.min(WINDOW);
        self.first = from == 0;
        self.last = tokens <= WINDOW;
        self.sentence = 0;
        let mut steps = self.len;
        let sentence_of = |token: usize| sheet.sentences.get(token).copied().unwrap_or_default();
        for i in 0..self.len {
            let token = from + i;
            let begins = token > 0 && sentence_of(token) != sentence_of(token - 1);
            self.sentence |= Bits::from(begins) << i;
            for &word in sheet.of_token(token) {
                steps += 1;
                let Some(row) = self.rows.get_mut(word as usize) else {
                    continue;
                };
                if *row == 0 {
                    // A window's tokens go by some hundred words; what does not fit 16 bits would be left out.
                    let Ok(next) = u16::try_from(self.bits.len()) else {
                        continue;
                    };
                    *row = next;
                    self.bits.push(0);
                    self.touched.push(word);
                }
                if let Some(bits) = self.bits.get_mut(usize::from(*row)) {
                    *bits |= 1 << i;
                }
            }
        }
        steps
    }

    fn row(&self, word: WordId) -> usize {
        self.rows.get(word as usize).copied().unwrap_or_default().into()
    }

    fn has(&self, word: WordId) -> bool {
        self.row(word) != 0
    }

    /// A bit where a token of the set stands.
    fn at(&self, set: SetId) -> Bits {
        let (Some(known), Some(places)) = (self.known.get(set % KNOWN), self.places.get(set % KNOWN)) else {
            return 0;
        };
        if known.get() != Some(set) {
            let rows = self.lexicon.words(set).iter().map(|word| self.row(*word));
            let bits = rows.filter_map(|row| self.bits.get(row).filter(|_| row != 0));
            known.set(Some(set));
            places.set(bits.fold(0, |all, bits| all | bits));
        }
        places.get()
    }

    fn every_start(&self) -> Bits {
        (1 << self.len) - 1
    }

    /// Where a match of `node` may begin: all places where one does, and some more; and whether it may hold no token.
    fn begins(&self, node: &Node) -> (Bits, bool) {
        match node {
            Node::Set(set) => (self.at(*set), false),
            Node::Any => (self.every_start(), false),
            Node::Gap(_) => (self.every_start(), true),
            // These take no token: the match begins where what follows them does.
            Node::Start | Node::End => (0, true),
            Node::Sequence(parts) => {
                let mut all = 0;
                for part in parts {
                    let (starts, empty) = self.begins(part);
                    all |= starts;
                    if !empty {
                        return (all, false);
                    }
                }
                (self.every_start(), true)
            }
            Node::Either(_, parts) => parts.iter().fold((0, false), |(all, any), part| {
                let (starts, empty) = self.begins(part);
                (all | starts, any || empty)
            }),
            Node::Maybe(inner) => (self.begins(inner).0, true),
        }
    }

    /// Which parts of a choice stand anywhere in the window; all may, where only one pattern would gain from knowing.
    fn alive(&self, choice: ChoiceId, parts: &[Node]) -> u64 {
        if !self.lexicon.is_shared(choice) {
            return u64::MAX;
        }
        let Some(slot) = self.alive.get(choice) else {
            return u64::MAX;
        };
        if slot.get() == 0 {
            // The place behind the last token counts: the end of the message stands there.
            let everywhere = self.every_start() | (1 << self.len);
            let standing = parts.iter().enumerate();
            let standing = standing.filter(|(_, part)| self.ends(part, everywhere) != 0);
            slot.set(standing.fold(LOOKED_AT, |alive, (i, _)| alive | alive_bit(i)));
        }
        slot.get()
    }

    /// The places just behind a match of `node` that begins at one of `starts`.
    fn ends(&self, node: &Node, starts: Bits) -> Bits {
        if starts == 0 {
            return 0;
        }
        match node {
            Node::Set(set) => (starts & self.at(*set)) << 1,
            Node::Any => (starts & self.every_start()) << 1,
            Node::Gap(most) => {
                let mut all = starts;
                let mut edge = starts;
                for _ in 0..*most {
                    // Skipping the token at a place is not allowed when the one behind it begins a sentence, nor into a new sentence.
                    edge = ((edge & !self.sentence & self.every_start()) << 1) & !self.sentence;
                    all |= edge;
                }
                all
            }
            Node::Start => starts & Bits::from(self.first),
            Node::End => {
                if self.last {
                    starts & (1 << self.len)
                } else {
                    0
                }
            }
            Node::Sequence(parts) => {
                let mut ends = starts;
                for part in parts {
                    ends = self.ends(part, ends);
                    if ends == 0 {
                        break;
                    }
                }
                ends
            }
            Node::Either(choice, parts) => {
                let alive = self.alive(*choice, parts);
                let part_ends = |(i, part)| {
                    if alive & alive_bit(i) == 0 {
                        0
                    } else {
                        self.ends(part, starts)
                    }
                };
                parts.iter().enumerate().map(part_ends).fold(0, |all, ends| all | ends)
            }
            Node::Maybe(inner) => starts | self.ends(inner, starts),
        }
    }
}
