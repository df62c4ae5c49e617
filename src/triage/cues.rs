//! Cues: what around a match says that it is denied, long past, somebody else's words, a joke, a game.
//!
//! A cue holds only where its scope says; it never cancels a statement in another clause or sentence.

use std::ops::{Range, RangeInclusive};

use super::Fault;
use super::matcher::{Patterns, Sheet, Window};
use super::pattern::{self, Fragments, Lexicon};
use crate::text::{Break, Text};

/// How far a cue reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// From the cue to a match that begins at most four words on, in the same clause; or inside the match.
    Before,
    /// The sentence that the cue stands in.
    Sentence,
    /// The whole message.
    Message,
}

/// A cue's name, as signals write it in `cancelled_by`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    name: String,
    scope: Scope,
}

/// A cue as `cues.toml` gives it.
#[derive(Debug, Clone)]
pub struct CueSource {
    /// Its name.
    pub name: String,
    /// How far it reaches.
    pub scope: Scope,
    /// Patterns of which any one is enough.
    pub patterns: Vec<String>,
    /// Patterns that take the cue back in the same sentence ("again" takes "last year" back).
    pub unless: Vec<String>,
}

/// Words between a `before` cue and the match that it cancels, at most.
const REACH: usize = 4;
/// The cue that is read from quotation marks, not from patterns.
const QUOTED: &str = "quoted";
/// The cue whose words a pattern may hold itself ("dont want to live").
const NEGATED: &str = "negated";

#[derive(Debug, Clone, Default)]
pub(super) struct Cues {
    all: Vec<Cue>,
    patterns: Patterns,
    owners: Vec<usize>,
    against: Patterns,
    against_owners: Vec<usize>,
    negations: Vec<String>,
}

impl Cues {
    pub(super) fn new(
        sources: &[CueSource],
        fragments: &Fragments,
        lexicon: &mut Lexicon,
        frequency: &dyn Fn(&str) -> u64,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut cues = Self {
            all: vec![Cue {
                name: QUOTED.to_owned(),
                scope: Scope::Before,
            }],
            ..Self::default()
        };
        for source in sources {
            let number = cues.all.len();
            if number >= 32 {
                faults.push(Fault {
                    what: "cue",
                    slug: source.name.clone(),
                    at: source.name.clone(),
                    problem: "is one too many; there may be 31 cues".to_owned(),
                });
                continue;
            }
            cues.all.push(Cue {
                name: source.name.clone(),
                scope: source.scope,
            });
            if source.name == NEGATED {
                cues.negations = source
                    .patterns
                    .iter()
                    .flat_map(|pattern| pattern.split([' ', '|', '(', ')', '?']))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            let mut compile = |list: &[String], patterns: &mut Patterns, owners: &mut Vec<usize>| {
                for pattern in list {
                    match pattern::compile(pattern, fragments, lexicon, frequency) {
                        Ok(node) => {
                            patterns.add(node, lexicon);
                            owners.push(number);
                        }
                        Err(problem) => faults.push(Fault {
                            what: "cue",
                            slug: source.name.clone(),
                            at: pattern.clone(),
                            problem,
                        }),
                    }
                }
            };
            compile(&source.patterns, &mut cues.patterns, &mut cues.owners);
            compile(&source.unless, &mut cues.against, &mut cues.against_owners);
        }
        cues
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.all.iter().map(|cue| cue.name.as_str()).collect()
    }

    pub(super) fn bit(&self, name: &str) -> Option<u32> {
        self.all.iter().position(|cue| cue.name == name).map(|at| 1 << at)
    }

    /// Whether a pattern holds a negation of its own, which then cancels nothing inside the match.
    pub(super) fn names_negation(&self, pattern: &str, fragments: &Fragments) -> bool {
        let words = |source: &str| {
            source
                .split([' ', '|', '(', ')', '?', '.'])
                .any(|word| self.negations.iter().any(|negation| negation == word))
        };
        words(pattern) || fragments.used_in(pattern).iter().any(|source| words(source))
    }

    /// Where cues stand in a text.
    pub(super) fn field<'a>(&'a self, text: &'a Text, sheet: &'a Sheet, window: &mut Window<'_>) -> Field<'a> {
        let mut field = Field {
            cues: self,
            text,
            sheet,
            message: 0,
            sentences: vec![0; sheet.count()],
            before: Vec::new(),
            longest: 0,
            unquoted: text.tokens.iter().any(|token| !token.quoted),
            steps: sheet.count() + text.tokens.len(),
        };
        let mut against = vec![0_u32; sheet.count()];
        field.steps += self.against.find(sheet, window, |hit, _| {
            if let Some(&cue) = self.against_owners.get(hit.pattern) {
                mark(&mut against, sheet.sentences(&hit.tokens), 1 << cue);
            }
        });
        field.steps += self.patterns.find(sheet, window, |hit, done| {
            let Some((&number, cue)) = self
                .owners
                .get(hit.pattern)
                .and_then(|number| Some((number, self.all.get(*number)?)))
            else {
                return;
            };
            if marked(&against, sheet.sentences(&hit.tokens)) & (1 << number) != 0 {
                return;
            }
            match cue.scope {
                Scope::Message => {
                    field.message |= 1 << number;
                    done.add(hit.pattern..hit.pattern + 1);
                }
                Scope::Sentence => mark(&mut field.sentences, sheet.sentences(&hit.tokens), 1 << number),
                Scope::Before => {
                    field.longest = field.longest.max(hit.tokens.len());
                    field.before.push((hit.tokens.start, hit.tokens.end, number));
                }
            }
        });
        field.before.sort_unstable();
        field.before.dedup();
        field
    }
}

/// Sets the bits of `mask` in all of the sentences.
fn mark(sentences: &mut [u32], which: RangeInclusive<usize>, mask: u32) {
    if let Some(masks) = sentences.get_mut(which) {
        masks.iter_mut().for_each(|bits| *bits |= mask);
    }
}

/// The bits that are set in any of the sentences.
fn marked(sentences: &[u32], which: RangeInclusive<usize>) -> u32 {
    let masks = sentences.get(which).unwrap_or_default();
    masks.iter().fold(0, |all, bits| all | bits)
}

/// The cues of one text. A cue's bit is its number's.
pub(super) struct Field<'a> {
    cues: &'a Cues,
    text: &'a Text,
    sheet: &'a Sheet,
    /// Cues that hold everywhere.
    message: u32,
    /// Cues by the sentence that they hold in.
    sentences: Vec<u32>,
    /// Cues that look ahead: start, end, number; in order.
    before: Vec<(usize, usize, usize)>,
    /// Tokens of the longest of these.
    longest: usize,
    /// The author says something outside of quotation marks.
    unquoted: bool,
    /// What it took so far.
    pub(super) steps: usize,
}

impl<'a> Field<'a> {
    /// The name of a cue among `cancelling` that reaches the match, if one does; of several the first in order.
    pub(super) fn cancels(&mut self, tokens: &Range<usize>, cancelling: u32, own_negation: bool) -> Option<&'a str> {
        if cancelling & 1 != 0 && self.quoted(tokens) {
            return Some(QUOTED);
        }
        let mut reaching = self.message | marked(&self.sentences, self.sheet.sentences(tokens));
        self.steps += tokens.len();
        let from = tokens.start.saturating_sub(REACH + self.longest);
        let first = self.before.partition_point(|(start, _, _)| *start < from);
        let near = self.before.iter().skip(first);
        for &(start, end, number) in near.take_while(|(start, _, _)| *start < tokens.end) {
            self.steps += 1;
            let cue = self.cues.all.get(number);
            let own = own_negation && cue.is_some_and(|cue| cue.name == NEGATED);
            if (cancelling & !reaching) & (1 << number) != 0 && self.reaches(&(start..end), tokens, own) {
                reaching |= 1 << number;
            }
        }
        let first = (reaching & cancelling).trailing_zeros() as usize;
        self.cues.all.get(first).map(|cue| cue.name.as_str())
    }

    /// In quotation marks, while the author says something outside of them too.
    fn quoted(&self, tokens: &Range<usize>) -> bool {
        let matched = self.text.tokens.get(tokens.clone());
        self.unquoted && matched.is_some_and(|matched| matched.iter().all(|token| token.quoted))
    }

    fn reaches(&self, cue: &Range<usize>, tokens: &Range<usize>, own_negation: bool) -> bool {
        let inside = cue.start >= tokens.start && cue.end <= tokens.end;
        if inside {
            return !own_negation;
        }
        let overlaps = cue.start < tokens.end && cue.end > tokens.start;
        let before = cue.end <= tokens.start && tokens.start - cue.end <= REACH;
        let one_clause = self
            .text
            .tokens
            .iter()
            .skip(cue.end)
            .take(tokens.start.saturating_sub(cue.end) + 1)
            .all(|token| token.before == Break::None && token.word != "but");
        (overlaps && !own_negation) || (before && one_clause)
    }
}
