//! `related` names two or three other topics that exist.

use super::{Draft, Report, line_of};

pub(super) fn judge(draft: &Draft, report: &mut Report) {
    for file in &draft.topics {
        let line = line_of(&file.text, "related");
        if !(1..=3).contains(&file.topic.related.len()) {
            report.error(
                &file.path,
                line,
                "`related` needs one to three slugs",
                "name topics that a reader would want next",
            );
        }
        for slug in &file.topic.related {
            if *slug == file.topic.slug || !draft.topics.iter().any(|other| other.topic.slug == *slug) {
                report.error(
                    &file.path,
                    line,
                    format!("`{slug}` is not another topic"),
                    "correct the slug; it is a file name without .md",
                );
            }
        }
        for (ask, also) in &file.shared {
            for slug in also
                .iter()
                .filter(|slug| !draft.topics.iter().any(|other| other.topic.slug == **slug))
            {
                report.error(
                    &file.path,
                    line_of(&file.text, ask),
                    format!("`{slug}` is not a topic"),
                    "correct the slug under `also`",
                );
            }
        }
    }
}
