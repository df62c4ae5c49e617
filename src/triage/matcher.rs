//! Finds compiled patterns in tokens, many places at once: one bit a place, a few machine steps a node.
//!
//! The work is bounded by the number of tokens and of patterns; nothing backtracks.

use std::ops::Range;

use super::pattern::{Lexicon, Node, SetId};
use crate::text::{Break, Text};

/// Tokens that are looked at together. One bit of the word is left for the place behind the last token.
const WINDOW: usize = 63;
/// How far windows are apart: patterns up to `WINDOW - STRIDE` tokens long are found wherever they stand.
const STRIDE: usize = 36;

/// A pattern that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) node: Node,
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

impl Patterns {
    /// Adds a pattern; its number is how many came before.
    pub(super) fn add(&mut self, node: Node, lexicon: &Lexicon) -> usize {
        let number = self.all.len();
        match lexicon.anchors(&node) {
            Some((_, sets)) => {
                for set in sets {
                    if self.by_anchor.len() <= set {
                        self.by_anchor.resize(set + 1, Vec::new());
                    }
                    if let Some(list) = self.by_anchor.get_mut(set).filter(|list| !list.contains(&number)) {
                        list.push(number);
                    }
                }
            }
            None => self.anywhere.push(number),
        }
        self.all.push(Compiled { node });
        number
    }

    /// Calls `found` with each hit, windows in order, patterns in order, starts in order.
    /// `found` returns false when it wants no more of that pattern.
    pub(super) fn find(&self, sheet: &Sheet, mut found: impl FnMut(Hit) -> bool) {
        let mut done = vec![false; self.all.len()];
        for window in &sheet.windows {
            let mut candidates: Vec<usize> = window
                .touched
                .iter()
                .filter_map(|set| self.by_anchor.get(*set))
                .flatten()
                .chain(&self.anywhere)
                .copied()
                .filter(|number| !done.get(*number).copied().unwrap_or(true))
                .collect();
            candidates.sort_unstable();
            candidates.dedup();
            for number in candidates {
                let Some(pattern) = self.all.get(number) else { continue };
                if window.ends(&pattern.node, window.every_start()) == 0 {
                    continue;
                }
                for start in 0..window.len {
                    let ends = window.ends(&pattern.node, 1 << start);
                    if ends == 0 {
                        continue;
                    }
                    let end = ends.trailing_zeros() as usize;
                    let tokens = window.from + start..window.from + end.max(start + 1);
                    if !found(Hit {
                        pattern: number,
                        tokens,
                    }) {
                        if let Some(flag) = done.get_mut(number) {
                            *flag = true;
                        }
                        break;
                    }
                }
            }
        }
    }
}

/// Which words of the lexicon stand where in a text.
#[derive(Debug)]
pub(super) struct Sheet {
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    from: usize,
    len: usize,
    first: bool,
    last: bool,
    /// A bit where a token of the set stands.
    at: Vec<u64>,
    touched: Vec<SetId>,
    /// A bit where a sentence begins.
    sentence: u64,
}

impl Sheet {
    pub(super) fn new(text: &Text, lexicon: &Lexicon) -> Self {
        let mut windows = Vec::new();
        let mut from = 0;
        loop {
            let tokens = text.tokens.get(from..).unwrap_or_default();
            let len = tokens.len().min(WINDOW);
            let mut window = Window {
                from,
                len,
                first: from == 0,
                last: tokens.len() <= WINDOW,
                at: vec![0; lexicon.len()],
                touched: Vec::new(),
                sentence: 0,
            };
            for (i, token) in tokens.iter().take(WINDOW).enumerate() {
                if token.before == Break::Hard {
                    window.sentence |= 1 << i;
                }
                for word in std::iter::once(&token.word).chain(&token.other) {
                    lexicon.sets(word, |set| {
                        if let Some(bits) = window.at.get_mut(set) {
                            if *bits == 0 {
                                window.touched.push(set);
                            }
                            *bits |= 1 << i;
                        }
                    });
                }
            }
            let last = window.last;
            windows.push(window);
            if last {
                return Self { windows };
            }
            from += STRIDE;
        }
    }
}

impl Window {
    fn every_start(&self) -> u64 {
        (1 << self.len) - 1
    }

    /// The places just behind a match of `node` that begins at one of `starts`.
    fn ends(&self, node: &Node, starts: u64) -> u64 {
        if starts == 0 {
            return 0;
        }
        match node {
            Node::Set(set) => (starts & self.at.get(*set).copied().unwrap_or_default()) << 1,
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
            Node::Start => starts & u64::from(self.first),
            Node::End => {
                if self.last {
                    starts & (1 << self.len)
                } else {
                    0
                }
            }
            Node::Sequence(parts) => parts.iter().fold(starts, |starts, part| self.ends(part, starts)),
            Node::Either(parts) => parts.iter().fold(0, |ends, part| ends | self.ends(part, starts)),
            Node::Maybe(inner) => starts | self.ends(inner, starts),
        }
    }
}
