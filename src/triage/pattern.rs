//! The small language in which signals are written, and its compiled form.
//!
//! ```text
//! word        that word                    word*     any word that begins so
//! (a b|c)     one of these                 x?        may be missing
//! {name}      a named fragment             _         any one word
//! ..          up to three words between    ...       up to six words between
//! ^  $        start and end of the message
//! ```
//!
//! Gaps do not cross the end of a sentence. Words are compared as [`crate::text`] folds them: without case, accents or apostrophes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::index::{Index, WordId};
use crate::text::fold_word;

/// A set of words that may stand at one place; an index into a [`Lexicon`].
pub(super) type SetId = usize;

/// A choice that patterns name, mostly by a fragment; an index into a [`Lexicon`].
pub(super) type ChoiceId = usize;

/// One compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Set(SetId),
    Any,
    Gap(u32),
    Start,
    End,
    Sequence(Vec<Node>),
    Either(ChoiceId, Arc<[Node]>),
    Maybe(Box<Node>),
}

/// Named parts of patterns, written once and used by many signals.
#[derive(Debug, Default, Clone)]
pub struct Fragments {
    by_name: BTreeMap<String, String>,
}

impl Fragments {
    /// From `name` to a pattern, which may use other fragments.
    pub fn new(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            by_name: rows.into_iter().collect(),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The sources of the fragments that a pattern names, those that they name included.
    pub(super) fn used_in(&self, pattern: &str) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        let mut open = vec![pattern];
        while let Some(source) = open.pop() {
            for name in source.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                if let Some(used) = self
                    .by_name
                    .get(name)
                    .map(String::as_str)
                    .filter(|used| !out.contains(used))
                {
                    out.push(used);
                    open.push(used);
                }
            }
        }
        out
    }
}

/// All word sets of all patterns, and which words they hold.
#[derive(Debug, Default, Clone)]
pub(super) struct Lexicon {
    index: Index,
    ids: HashMap<BTreeSet<String>, SetId>,
    costs: Vec<u64>,
    /// The words of all sets in a row.
    members: Vec<WordId>,
    /// Where each set's words end.
    ends: Vec<usize>,
    /// Choices by what they hold: one that many patterns name is kept once.
    choices: HashMap<Arc<[Node]>, ChoiceId>,
    /// Whether more than one pattern names a choice.
    shared: Vec<bool>,
}

impl Lexicon {
    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// Calls `found` with the numbers that a word of a message goes by.
    pub(super) fn look_up(&self, word: &str, found: impl FnMut(WordId)) {
        self.index.look_up(word, found);
    }

    /// The words of a set.
    pub(super) fn words(&self, set: SetId) -> &[WordId] {
        let from = set.checked_sub(1).and_then(|before| self.ends.get(before));
        let to = self.ends.get(set).copied().unwrap_or_default();
        self.members
            .get(from.copied().unwrap_or_default()..to)
            .unwrap_or_default()
    }

    fn set(&mut self, words: BTreeSet<String>, frequency: &dyn Fn(&str) -> u64) -> SetId {
        if let Some(&id) = self.ids.get(&words) {
            return id;
        }
        let id = self.costs.len();
        let mut cost = 1;
        for word in &words {
            cost += if word.ends_with('*') { 20 } else { frequency(word) };
            self.members.push(self.index.add(word));
        }
        self.ends.push(self.members.len());
        self.costs.push(cost);
        self.ids.insert(words, id);
        id
    }

    /// Number of choices.
    pub(super) fn choices(&self) -> usize {
        self.shared.len()
    }

    /// Whether more than one pattern names a choice.
    pub(super) fn is_shared(&self, choice: ChoiceId) -> bool {
        self.shared.get(choice).copied().unwrap_or_default()
    }

    fn choice(&mut self, parts: Vec<Node>) -> Node {
        let parts: Arc<[Node]> = parts.into();
        if let Some((known, &id)) = self.choices.get_key_value(&parts) {
            if let Some(shared) = self.shared.get_mut(id) {
                *shared = true;
            }
            return Node::Either(id, Arc::clone(known));
        }
        let id = self.shared.len();
        self.shared.push(false);
        self.choices.insert(Arc::clone(&parts), id);
        Node::Either(id, parts)
    }

    /// Sets of which at least one must occur wherever the pattern matches: the cheapest such choice, or nothing if there is none.
    pub(super) fn anchors(&self, node: &Node) -> Option<(u64, Vec<SetId>)> {
        match node {
            Node::Set(id) => Some((self.costs.get(*id).copied().unwrap_or(1), vec![*id])),
            Node::Any | Node::Gap(_) | Node::Start | Node::End | Node::Maybe(_) => None,
            Node::Sequence(parts) => parts
                .iter()
                .filter_map(|part| self.anchors(part))
                .min_by_key(|(cost, _)| *cost),
            Node::Either(_, parts) => {
                let mut all = (0, Vec::new());
                for part in parts.iter() {
                    let (cost, sets) = self.anchors(part)?;
                    all.0 += cost;
                    all.1.extend(sets);
                }
                Some(all)
            }
        }
    }

    /// All that must occur wherever the pattern matches, the rarest first: of each row at least one word.
    pub(super) fn needs(&self, node: &Node) -> Vec<Vec<WordId>> {
        let mut rows = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match node {
                Node::Sequence(parts) => open.extend(parts),
                other => rows.extend(self.anchors(other)),
            }
        }
        rows.sort_by_key(|(cost, _)| *cost);
        let words = |(_, sets): (u64, Vec<SetId>)| {
            let mut words: Vec<WordId> = sets.iter().flat_map(|set| self.words(*set)).copied().collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        rows.into_iter().map(words).collect()
    }
}

/// Compiles a pattern. The error says what is wrong with it and how to write it.
pub(super) fn compile(
    source: &str,
    fragments: &Fragments,
    lexicon: &mut Lexicon,
    frequency: &dyn Fn(&str) -> u64,
) -> Result<Node, String> {
    let tree = Parser::new(source, fragments, 0)?.whole()?;
    if min_words(&tree) == 0 {
        return Err("matches even where no word stands; name at least one word that must be there".to_owned());
    }
    Ok(tree.into_node(lexicon, frequency))
}

/// As parsed, before word sets have numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tree {
    Words(BTreeSet<String>),
    Other(Node),
    Sequence(Vec<Tree>),
    Either(Vec<Tree>),
    Maybe(Box<Tree>),
}

impl Tree {
    fn into_node(self, lexicon: &mut Lexicon, frequency: &dyn Fn(&str) -> u64) -> Node {
        match self {
            Self::Words(words) => Node::Set(lexicon.set(words, frequency)),
            Self::Other(node) => node,
            Self::Maybe(inner) => Node::Maybe(Box::new(inner.into_node(lexicon, frequency))),
            Self::Sequence(parts) => Node::Sequence(
                parts
                    .into_iter()
                    .map(|part| part.into_node(lexicon, frequency))
                    .collect(),
            ),
            Self::Either(parts) => {
                // Alternatives that are single words become one set: one step instead of many.
                let mut words = BTreeSet::new();
                let mut rest = Vec::new();
                for part in parts {
                    match part {
                        Self::Words(more) => words.extend(more),
                        other => rest.push(other.into_node(lexicon, frequency)),
                    }
                }
                if !words.is_empty() {
                    rest.insert(0, Node::Set(lexicon.set(words, frequency)));
                }
                if rest.len() == 1 {
                    rest.remove(0)
                } else {
                    lexicon.choice(rest)
                }
            }
        }
    }
}

fn min_words(tree: &Tree) -> usize {
    match tree {
        Tree::Words(_) => 1,
        Tree::Other(_) | Tree::Maybe(_) => 0,
        Tree::Sequence(parts) => parts.iter().map(min_words).sum(),
        Tree::Either(parts) => parts.iter().map(min_words).min().unwrap_or_default(),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    Word(String),
    Fragment(String),
    Open,
    Close,
    Bar,
    Maybe,
    Any,
    Gap(u32),
    Start,
    End,
}

struct Parser<'f> {
    signs: std::iter::Peekable<std::vec::IntoIter<Sign>>,
    fragments: &'f Fragments,
    depth: usize,
}

impl<'f> Parser<'f> {
    fn new(source: &str, fragments: &'f Fragments, depth: usize) -> Result<Self, String> {
        if depth > 8 {
            return Err("fragments use each other in a circle; one of them must be written out".to_owned());
        }
        Ok(Self {
            signs: signs(source)?.into_iter().peekable(),
            fragments,
            depth,
        })
    }

    fn whole(mut self) -> Result<Tree, String> {
        let tree = self.either()?;
        match self.signs.next() {
            None => Ok(tree),
            Some(_) => Err("has a `)` too many; remove it".to_owned()),
        }
    }

    fn either(&mut self) -> Result<Tree, String> {
        let mut parts = vec![self.sequence()?];
        while self.signs.next_if_eq(&Sign::Bar).is_some() {
            parts.push(self.sequence()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Tree::Either(parts)
        })
    }

    fn sequence(&mut self) -> Result<Tree, String> {
        let mut parts = Vec::new();
        while let Some(sign) = self.signs.next_if(|sign| !matches!(sign, Sign::Bar | Sign::Close)) {
            let mut part = match sign {
                Sign::Word(word) => Tree::Words(BTreeSet::from([word])),
                Sign::Fragment(name) => {
                    let source = self.fragments.by_name.get(&name).ok_or_else(|| format!("names the fragment `{{{name}}}`, which fragments.toml does not have; add it there or correct the name"))?;
                    Self::new(source, self.fragments, self.depth + 1)?
                        .whole()
                        .map_err(|problem| format!("fragment `{{{name}}}` {problem}"))?
                }
                Sign::Open => {
                    let inner = self.either()?;
                    if self.signs.next_if_eq(&Sign::Close).is_none() {
                        return Err("has a `(` that is not closed; add `)`".to_owned());
                    }
                    inner
                }
                Sign::Any => Tree::Other(Node::Any),
                Sign::Gap(most) => Tree::Other(Node::Gap(most)),
                Sign::Start => Tree::Other(Node::Start),
                Sign::End => Tree::Other(Node::End),
                Sign::Maybe => return Err("has a `?` with nothing before it; put it behind a word or `)`".to_owned()),
                Sign::Bar | Sign::Close => return Err("is not well formed".to_owned()),
            };
            if self.signs.next_if_eq(&Sign::Maybe).is_some() {
                part = Tree::Maybe(Box::new(part));
            }
            parts.push(part);
        }
        match parts.len() {
            0 => Err("has an empty alternative; write `(a|b)?` for something that may be missing".to_owned()),
            1 => Ok(parts.remove(0)),
            _ => Ok(Tree::Sequence(parts)),
        }
    }
}

fn signs(source: &str) -> Result<Vec<Sign>, String> {
    let mut out = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\n' | '\t' => {}
            '(' => out.push(Sign::Open),
            ')' => out.push(Sign::Close),
            '|' => out.push(Sign::Bar),
            '?' => out.push(Sign::Maybe),
            '_' => out.push(Sign::Any),
            '^' => out.push(Sign::Start),
            '$' => out.push(Sign::End),
            '.' => {
                let mut dots = 1;
                while chars.next_if_eq(&'.').is_some() {
                    dots += 1;
                }
                out.push(match dots {
                    2 => Sign::Gap(3),
                    3 => Sign::Gap(6),
                    _ => {
                        return Err(
                            "has a single dot or too many; write `..` (up to three words) or `...` (up to six)"
                                .to_owned(),
                        );
                    }
                });
            }
            '{' => {
                let mut name = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(c) => name.push(c),
                        None => return Err("has a `{` that is not closed; add `}`".to_owned()),
                    }
                }
                out.push(Sign::Fragment(name));
            }
            _ => {
                let mut word = c.to_string();
                while let Some(c) = chars.next_if(|c| !" ()|?_^${}\n\t".contains(*c) && *c != '.') {
                    word.push(c);
                }
                let folded = match word.strip_suffix('*') {
                    Some(stem) => format!("{}*", fold_word(stem)),
                    None => fold_word(&word),
                };
                if folded.trim_matches('*').is_empty() || folded.chars().any(|c| c == ',' || c == '!' || c == '-') {
                    return Err(format!(
                        "has `{word}`, which no word of a message can equal; write words without signs, `self harm` for `self-harm`"
                    ));
                }
                out.push(Sign::Word(folded));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(source: &str) -> String {
        let fragments = Fragments::new([("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "{a}".to_owned())]);
        compile(source, &fragments, &mut Lexicon::default(), &|_| 1).unwrap_err()
    }

    #[test]
    fn each_mistake_is_named_with_its_mend() {
        for (source, says) in [
            ("(a|b", "not closed"),
            ("a)", "too many"),
            ("{self} die", "fragments.toml"),
            ("{a}", "circle"),
            ("a . b", "single dot"),
            ("a||b", "empty alternative"),
            ("?", "nothing before"),
            ("(a)? ..", "no word"),
            ("self-harm", "without signs"),
        ] {
            let problem = fails(source);
            assert!(problem.contains(says), "{source}: {problem}");
        }
    }
}
