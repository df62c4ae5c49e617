//! `evenkeel check`: judges all content and prints every problem.

use std::io::Write;
use std::path::Path;

use crate::catalog::{Files, Loaded, Weight, judge};

/// Judges the folder, or the embedded content. True if nothing is wrong; warnings do not count as wrong.
pub fn check(dir: Option<&Path>, today: jiff::civil::Date, out: &mut impl Write) -> anyhow::Result<bool> {
    let files = match dir {
        Some(dir) => Files::read(dir)?,
        None => Files::embedded(),
    };
    let Loaded { content, problems } = judge(&files, today);
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let errors = problems
        .iter()
        .filter(|problem| problem.weight == Weight::Error)
        .count();
    let warnings = problems.len() - errors;
    if let Some(content) = &content {
        let words = &content.words;
        let (signals, patterns) = content.triage.size();
        let countries = words.directory.countries().len();
        writeln!(
            out,
            "{} topics, {} cards, {signals} signals with {patterns} patterns, {countries} directories of crisis lines",
            words.topics.len(),
            words.cards.len()
        )?;
    }
    writeln!(out, "{errors} errors, {warnings} warnings")?;
    Ok(errors == 0)
}
