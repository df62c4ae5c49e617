//! Reads the bot's short sentences by language.

use std::collections::BTreeMap;

use super::problem::{Report, line_of};
use super::{Files, Table};
use crate::reply::{Phrase, Phrases};

const FOLDER: &str = "phrases/";
const ENGLISH: &str = "en";

pub(super) fn load(files: &Files, report: &mut Report) -> BTreeMap<String, Phrases> {
    let mut own: BTreeMap<String, BTreeMap<Phrase, String>> = BTreeMap::new();
    for (path, language, text) in files.below(FOLDER, ".toml") {
        let Some(rows) = report.toml::<Table<String>>(path, text, 0) else {
            continue;
        };
        let mut sentences = BTreeMap::new();
        for (key, sentence) in rows {
            let line = line_of(text, &format!("{key} ="));
            match Phrase::ALL.iter().find(|phrase| phrase.key() == key) {
                Some(&phrase) => {
                    for slot in slots(&sentence).filter(|slot| !phrase.slots().contains(slot)) {
                        report.error(
                            path,
                            line,
                            format!("`{key}` holds {{{slot}}}, which it is not given"),
                            format!("it may hold {:?}", phrase.slots()),
                        );
                    }
                    sentences.insert(phrase, sentence);
                }
                None => report.error(
                    path,
                    line,
                    format!("`{key}` is not a sentence that the bot says"),
                    "correct the name after phrases/en.toml, or remove the line",
                ),
            }
        }
        own.insert(language.to_owned(), sentences);
    }
    let english = own.remove(ENGLISH).unwrap_or_default();
    for phrase in Phrase::ALL.iter().filter(|phrase| !english.contains_key(phrase)) {
        report.error(
            "phrases/en.toml",
            0,
            format!("`{}` is missing", phrase.key()),
            "add it; English stands in where another language has no sentence of its own",
        );
    }
    let english = Phrases::new(ENGLISH, english, None);
    let mut out: BTreeMap<String, Phrases> = own
        .into_iter()
        .map(|(language, own)| (language.clone(), Phrases::new(&language, own, Some(&english))))
        .collect();
    out.insert(ENGLISH.to_owned(), english);
    out
}

fn slots(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(slot, _)| slot)
}
