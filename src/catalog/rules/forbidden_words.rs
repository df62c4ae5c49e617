//! Words that hurt, blame, promise or sell do not stand in answers or cards (NIDA "Words Matter", Shatterproof's list, safe-messaging guides).

use super::{Draft, Report, body_line, words};

/// What may not be said, and what to say instead.
const WORDS: &[(&str, &str)] = &[
    ("addict", "person who uses kratom"),
    ("addicts", "people who use kratom"),
    ("junkie", "person who uses kratom"),
    ("abuser", "person who uses kratom"),
    ("user", "person who uses kratom"),
    ("users", "people who use kratom"),
    ("clean", "not using"),
    ("dirty", "positive, of a test"),
    ("habit", "use"),
    ("failed", "did not work"),
    ("guaranteed", "may help"),
    ("guarantee", "may help"),
    ("cure", "may help"),
    ("cures", "may help"),
    ("committed", "died by suicide"),
    ("commit", "die by suicide"),
    ("selfish", "leave it out"),
    ("promise", "leave it out"),
];
const PHRASES: &[(&str, &str)] = &[
    ("clean time", "time without kratom"),
    ("substitute drug", "medicine"),
    ("works for everyone", "may help"),
    ("safe combination", "ask a pharmacist"),
    ("i understand exactly", "leave it out"),
    ("i wont tell", "leave it out: the bot keeps no secrets"),
    ("cheer up", "leave it out"),
];

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.topics {
        for (bad, better) in found(&format!("{}\n{}", file.topic.title, file.topic.body)) {
            report.error(
                &file.path,
                body_line(file, bad),
                format!("`{bad}` stands in the answer"),
                format!("write instead: {better}"),
            );
        }
        if file.topic.body.contains('!') {
            report.error(
                &file.path,
                body_line(file, "!"),
                "there is an exclamation mark",
                "end the sentence calmly",
            );
        }
    }
    for file in draft.cards.iter().filter(|file| file.card.language == "en") {
        // First aid may speak of a clean cloth.
        for (bad, better) in found(&file.text).into_iter().filter(|(bad, _)| *bad != "clean") {
            report.error(
                &file.path,
                super::line_of(&file.text, bad),
                format!("`{bad}` stands on the card"),
                format!("write instead: {better}"),
            );
        }
    }
}

fn found(text: &str) -> Vec<(&'static str, &'static str)> {
    let words = words(text);
    let line = format!(" {} ", words.join(" "));
    let single = WORDS.iter().filter(|(bad, _)| words.iter().any(|word| word == bad));
    let several = PHRASES.iter().filter(|(bad, _)| line.contains(&format!(" {bad} ")));
    single.chain(several).copied().collect()
}
