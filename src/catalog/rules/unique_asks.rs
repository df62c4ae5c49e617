//! No ask stands twice, in one topic or in two: the matcher cannot learn what people themselves have not decided.

use std::collections::HashMap;

use super::{Draft, Report, line_of, words};

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for file in &draft.topics {
        for ask in file.topic.asks.iter().chain(file.shared.iter().map(|(ask, _)| ask)) {
            let key = words(ask).join(" ");
            match seen.get(key.as_str()) {
                Some(other) if !key.is_empty() => {
                    let what = format!("`{}` stands in {other} too", crate::reply::limits::clip(ask, 60));
                    report.error(
                        &file.path,
                        line_of(&file.text, ask),
                        what,
                        "keep it in one place; if both topics answer it, list it there under `shared`",
                    );
                }
                _ => {
                    seen.insert(key, &file.path);
                }
            }
        }
    }
}
