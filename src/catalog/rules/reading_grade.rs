//! Answers read at Flesch-Kincaid grade 8 or lower. Names of medicines are counted as two syllables: nobody can shorten them.

use super::{Draft, Report};

/// The highest grade, as health-literacy guides for the public have it.
const HIGHEST: f64 = 8.0;
const NAMES: &[&str] = &[
    "buprenorphine",
    "naloxone",
    "naltrexone",
    "clonidine",
    "lofexidine",
    "hydroxyzine",
    "trazodone",
    "buspirone",
    "mitragynine",
    "hydroxymitragynine",
    "mitragyna",
    "speciosa",
    "antidepressants",
    "antidepressant",
    "medication",
    "medications",
    "precipitated",
];

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.topics {
        let grade = grade(&file.topic.body);
        if grade > HIGHEST {
            report.error(
                &file.path,
                file.body_line,
                format!("the answer reads at grade {grade:.1}, above {HIGHEST}"),
                "use shorter sentences and shorter words",
            );
        }
    }
}

/// Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59.
#[expect(clippy::cast_precision_loss, reason = "counts of words in a short text")]
pub(super) fn grade(text: &str) -> f64 {
    let plain = text.replace("**", "").replace("\n- ", ". ");
    let sentences = plain
        .split(['.', '?', '!', '\n', ':', ';'])
        .filter(|part| part.chars().any(char::is_alphabetic))
        .count()
        .max(1);
    let words: Vec<String> = super::words(&plain)
        .into_iter()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    let count = words.len().max(1) as f64;
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    0.39 * count / sentences as f64 + 11.8 * syllables as f64 / count - 15.59
}

fn syllables(word: &str) -> usize {
    if NAMES.contains(&word) {
        return 2;
    }
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut count = 0;
    let mut inside = false;
    for c in word.chars() {
        if vowel(c) && !inside {
            count += 1;
        }
        inside = vowel(c);
    }
    let silent = word.ends_with('e') && !word.ends_with("le") && count > 1;
    (count - usize::from(silent)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_read_low_and_long_ones_high() {
        assert!(grade("You can ask a clinician. They will help you plan.") < 6.0);
        assert!(
            grade(
                "Comprehensive psychopharmacological interventions necessitate individualized multidisciplinary assessment procedures."
            ) > 15.0
        );
    }
}
