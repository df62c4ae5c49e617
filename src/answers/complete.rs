//! Completes a question while it is typed: titles and asks that hold what was typed, typos forgiven.

use std::cmp::Reverse;

use crate::text::fold_word;

/// The asks that fit best what was typed, at most `most`, without repeats. Nothing typed gives the first ones: the titles come first in each topic.
pub fn complete<'a>(asks: impl Iterator<Item = &'a str>, typed: &str, most: usize) -> Vec<&'a str> {
    let typed: Vec<String> = words(typed);
    let mut found: Vec<(Reverse<usize>, usize, usize, &str)> = Vec::new();
    for (order, ask) in asks.enumerate().filter(|(_, ask)| ask.chars().count() <= 100) {
        if typed.is_empty() {
            // Titles begin with a capital letter and asks rarely do: a menu to start from.
            if ask.starts_with(char::is_uppercase) {
                found.push((Reverse(0), order, 0, ask));
            }
            continue;
        }
        let theirs = words(ask);
        let score: usize = typed
            .iter()
            .map(|word| {
                theirs
                    .iter()
                    .map(|other| likeness(word, other))
                    .max()
                    .unwrap_or_default()
            })
            .sum();
        if score * 2 > typed.len() * FULL {
            found.push((Reverse(score), theirs.len(), order, ask));
        }
    }
    found.sort_unstable();
    let mut out: Vec<&str> = Vec::with_capacity(most);
    for (.., ask) in found {
        if out.len() >= most {
            break;
        }
        if !out.iter().any(|known| known.eq_ignore_ascii_case(ask)) {
            out.push(ask);
        }
    }
    out
}

/// Likeness of equal words.
const FULL: usize = 6;

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .take(12)
        .map(fold_word)
        .collect()
}

/// 6 for the same word, 5 for its beginning, 4 for one letter wrong in a word of five or more, else 0.
fn likeness(typed: &str, word: &str) -> usize {
    if typed == word {
        FULL
    } else if word.starts_with(typed) {
        5
    } else if typed.len() >= 5 && one_off(typed, word) {
        4
    } else {
        0
    }
}

/// Whether two words differ by one letter changed, added, left out or swapped with its neighbour; the longer word's end is free.
fn one_off(typed: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (
        typed.chars().collect(),
        word.chars().take(typed.chars().count() + 1).collect(),
    );
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let rest = |list: &[char], from: usize| list.get(from..).unwrap_or_default().to_vec();
    let fits = |x: Vec<char>, y: Vec<char>| y.starts_with(&x);
    fits(rest(&a, same + 1), rest(&b, same + 1))
        || fits(rest(&a, same), rest(&b, same + 1))
        || fits(rest(&a, same + 1), rest(&b, same))
        || (a.get(same) == b.get(same + 1)
            && a.get(same + 1) == b.get(same)
            && fits(rest(&a, same + 2), rest(&b, same + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKS: [&str; 5] = [
        "Naltrexone",
        "how does naltrexone help with cravings",
        "what is clonidine for",
        "Withdrawal symptoms",
        "is kratom addictive",
    ];

    #[test]
    fn beginnings_and_typos_find_their_ask() {
        assert_eq!(
            complete(ASKS.into_iter(), "naltr", 25),
            ["Naltrexone", "how does naltrexone help with cravings"]
        );
        assert_eq!(complete(ASKS.into_iter(), "clonodine", 25), ["what is clonidine for"]);
        assert_eq!(
            complete(ASKS.into_iter(), "withdrawl sympt", 25),
            ["Withdrawal symptoms"]
        );
        assert_eq!(complete(ASKS.into_iter(), "zzzz", 25), Vec::<&str>::new());
    }

    #[test]
    fn nothing_typed_gives_titles_and_never_more_than_asked_for() {
        assert_eq!(
            complete(ASKS.into_iter(), " ", 25),
            ["Naltrexone", "Withdrawal symptoms"]
        );
        assert_eq!(complete(ASKS.into_iter(), "", 1).len(), 1);
    }
}
