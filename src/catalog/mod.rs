//! Turns the files of `responses/` into [`Content`]: checked, compiled, trained. Reports every problem at once, with file, line and mend.
//!
//! Never half a catalog: either all of it is sound and comes back as content, or none of it does.

mod files;
mod front_matter;
mod lines;
mod phrases;
mod problem;
mod rules;
mod signals;
mod training;
mod watch;
mod writing;

use std::collections::{BTreeMap, HashMap};

pub use files::{Files, FilesError};
pub use problem::{Problem, Weight};
pub use training::{Labelled, Training};
pub use watch::{Watch, WatchError, watch};

use crate::reply::Words;
use crate::respond::Content;
use crate::text::Text;
use crate::triage::Triage;
use problem::Report;

/// What came of loading: content if nothing was wrong, and everything that was.
#[derive(Debug)]
pub struct Loaded {
    /// Sound content, or none if any problem is an error.
    pub content: Option<Content>,
    /// Errors and warnings, by file and line.
    pub problems: Vec<Problem>,
}

/// Everything that files say, before it is compiled and trained: what the rules read.
pub(crate) struct Draft {
    pub(crate) topics: Vec<writing::TopicFile>,
    pub(crate) cards: Vec<writing::CardFile>,
    pub(crate) signals: Vec<signals::SignalFile>,
    pub(crate) lines: Vec<lines::CountryFile>,
    pub(crate) training: Training,
}

/// Loads and judges files. `today` is the day against which review dates are held.
pub fn load(files: &Files, today: jiff::civil::Date) -> Loaded {
    let mut report = Report::default();
    let spelling = signals::spelling(files, &mut report);
    let languages = signals::languages(files, &mut report);
    let phrases = phrases::load(files, &mut report);
    let groups = writing::groups(files, &mut report);
    let training = training::load(files, &mut report);
    let (fragments, cues) = signals::cues(files, &mut report);
    let draft = Draft {
        topics: writing::topics(files, &groups, &mut report),
        cards: writing::cards(files, &mut report),
        signals: signals::load(files, &mut report),
        lines: lines::load(files, &mut report),
        training,
    };
    report.unknown(files);
    // A file that cannot be read is problem enough: what is built on it would only bring forth more of the same.
    if report.failed() {
        return Loaded {
            content: None,
            problems: report.into_problems(),
        };
    }
    let frequency = frequency(&draft.training, &spelling);
    let (opinion, answers) = training::train(&draft, &spelling);
    let sources: Vec<_> = draft.signals.iter().map(|file| file.source.clone()).collect();
    let (triage, faults) = Triage::new(&sources, &cues, &fragments, opinion, &|word| {
        frequency.get(word).copied().unwrap_or_default()
    });
    signals::report_faults(files, &faults, &mut report);
    let words = Words {
        phrases,
        cards: draft
            .cards
            .iter()
            .map(|file| ((file.card.slug.clone(), file.card.language.clone()), file.card.clone()))
            .collect(),
        topics: draft.topics.iter().map(|file| file.topic.clone()).collect(),
        directory: crate::reply::Directory::new(draft.lines.iter().map(|file| file.country.clone()).collect()),
        groups,
    };
    let content = Content {
        spelling,
        languages,
        triage,
        answers,
        words,
    };
    rules::judge(&draft, &content, today, &mut report);
    let failed = report.failed();
    Loaded {
        content: (!failed).then_some(content),
        problems: report.into_problems(),
    }
}

/// What models are trained from, for cross-validation. Empty where files cannot be read.
pub fn training(files: &Files) -> Training {
    let mut report = Report::default();
    let mut training = training::load(files, &mut report);
    let groups = writing::groups(files, &mut report);
    for file in writing::topics(files, &groups, &mut report) {
        training.shared.extend(
            file.shared
                .into_iter()
                .map(|(ask, also)| (file.topic.slug.clone(), ask, also)),
        );
    }
    training
}

/// How often words occur in examples and ordinary talk: patterns are looked up by their rarest word.
fn frequency(training: &Training, spelling: &crate::text::Spelling) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    // A sample is enough to tell common words from rare ones.
    for message in training.all().step_by(7) {
        for word in Text::new(message, spelling).words() {
            *counts.entry(word.to_owned()).or_insert(0) += 1;
        }
    }
    counts
}

/// Sorted tables by name, as TOML gives them.
type Table<T> = BTreeMap<String, T>;
