//! Broken files of content give problems, never a panic; what is loaded judges without one.
//!
//! An input is a path in its first line and a file below it; the file takes the place of that one among a few small ones,
//! of which there is one of each kind.

#![no_main]

use std::sync::LazyLock;

use evenkeel_fuzz::TODAY;
use evenkeel_fuzz::catalog::{Files, load};
use libfuzzer_sys::fuzz_target;

/// The bot's own small tables, and of each folder of many files the first: enough to reach every reader, quick to load.
static FEW: LazyLock<Files> = LazyLock::new(|| {
    let all = Files::embedded();
    let mut few = Files::default();
    let mut folders = std::collections::BTreeSet::new();
    for path in all.paths() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let many = folder.starts_with("topics") || folder.starts_with("urgent/") || folder == "crisis-lines";
        let examples = folder == "urgent/examples" || path == "small-talk.toml";
        if !examples && (!many || folders.insert(folder)) {
            few = few.with(path, all.get(path).unwrap_or_default());
        }
    }
    few
});

fuzz_target!(|input: &str| {
    let (path, file) = input.split_once('\n').unwrap_or((input, ""));
    let loaded = load(&FEW.clone().with(path, file), TODAY);
    for problem in &loaded.problems {
        assert!(!problem.to_string().is_empty());
    }
    if let Some(content) = loaded.content {
        let _ = content.assess("i want to die, what is kratom?");
    }
});
