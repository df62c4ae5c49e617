//! Reads topics and cards: what is written for people.

use serde::Deserialize;
use toml::value::Datetime;

use super::Files;
use super::front_matter::divide;
use super::lines::civil;
use super::problem::{Report, line_of};
use crate::reply::{Card, Group, Layout, Section, Topic};

/// A topic's file.
#[derive(Debug, Clone)]
pub(crate) struct TopicFile {
    pub(crate) path: String,
    pub(crate) topic: Topic,
    /// Asks that another topic answers as well.
    pub(crate) shared: Vec<(String, Vec<String>)>,
    pub(crate) reviewed: Option<jiff::civil::Date>,
    pub(crate) body_line: usize,
    pub(crate) text: String,
}

/// A card's file.
#[derive(Debug, Clone)]
pub(crate) struct CardFile {
    pub(crate) path: String,
    pub(crate) card: Card,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFields {
    title: String,
    section: String,
    related: Vec<String>,
    reviewed: Datetime,
    booking: bool,
    asks: Vec<String>,
    #[serde(default)]
    shared: Vec<Shared>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    ask: String,
    also: Vec<String>,
}

const TOPICS: &str = "topics/";
const GROUPS: &str = "topics/groups.toml";
const CARDS: &str = "urgent/cards/";
const FRONT: &str = "begin the file with a line `+++`, the fields, and a line `+++`";

/// Folders of topics with the names that people see, in the order shown.
pub(super) fn groups(files: &Files, report: &mut Report) -> Vec<(String, String)> {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rows {
        group: Vec<Row>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        folder: String,
        title: String,
    }
    let rows = report
        .required::<Rows>(files, GROUPS)
        .map(|rows| rows.group)
        .unwrap_or_default();
    rows.into_iter().map(|row| (row.folder, row.title)).collect()
}

pub(super) fn topics(files: &Files, groups: &[(String, String)], report: &mut Report) -> Vec<TopicFile> {
    let mut out: Vec<TopicFile> = Vec::new();
    for (path, below, text) in files.below(TOPICS, ".md") {
        report.seen(path);
        let Some((folder, slug)) = below.split_once('/').filter(|(_, slug)| !slug.contains('/')) else {
            report.error(path, 0, "stands in no group", "put it at topics/<group>/<slug>.md");
            continue;
        };
        if !groups.iter().any(|(known, _)| known == folder) {
            report.error(
                path,
                0,
                format!("`{folder}` is not a group"),
                "use a folder that topics/groups.toml names, or add the group there",
            );
        }
        if slug.len() > 60
            || !slug
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            report.error(
                path,
                0,
                format!("`{slug}` is not a slug"),
                "name the file in lower case with `-` between words, at most 60 letters",
            );
        }
        if let Some(other) = out.iter().find(|other| other.topic.slug == slug) {
            report.error(
                path,
                0,
                format!("the slug stands in {} as well", other.path),
                "slugs are unique over all groups; rename one",
            );
        }
        let Some(parts) = divide(text) else {
            report.error(path, 1, "has no front matter", FRONT);
            continue;
        };
        let Some(fields) = report.toml::<TopicFields>(path, parts.front, 1) else {
            continue;
        };
        let section = match fields.section.as_str() {
            "boundary" => Section::Boundary,
            "about" => Section::About,
            headings => Section::Article(headings.to_owned()),
        };
        let reviewed = civil(fields.reviewed);
        if reviewed.is_none() {
            report.error(
                path,
                line_of(text, "reviewed"),
                "`reviewed` is not a day",
                "write it as 2026-11-22, without quotes",
            );
        }
        let topic = Topic {
            slug: slug.to_owned(),
            group: Group(folder.to_owned()),
            title: fields.title,
            section,
            related: fields.related,
            booking: fields.booking,
            body: parts.body.to_owned(),
            asks: fields.asks,
        };
        let shared = fields.shared.into_iter().map(|row| (row.ask, row.also)).collect();
        out.push(TopicFile {
            path: path.to_owned(),
            topic,
            shared,
            reviewed,
            body_line: parts.body_line,
            text: text.to_owned(),
        });
    }
    if out.is_empty() {
        report.error(TOPICS, 0, "there is no topic", "put the topics back");
    }
    out
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFields {
    title: String,
    #[expect(dead_code, reason = "read so that it has to be there; people look at it in the file")]
    reviewed: Datetime,
    #[expect(dead_code, reason = "read so that it has to be there; people look at it in the file")]
    reviewed_by: String,
}

pub(super) fn cards(files: &Files, report: &mut Report) -> Vec<CardFile> {
    let mut out = Vec::new();
    for (path, below, text) in files.below(CARDS, ".md") {
        report.seen(path);
        let Some((slug, language)) = below.rsplit_once('.') else {
            report.error(
                path,
                0,
                "has no language in its name",
                "name it <card>.<language>.md, for instance suicide.en.md",
            );
            continue;
        };
        let Some(parts) = divide(text) else {
            report.error(path, 1, "has no front matter", FRONT);
            continue;
        };
        let Some(fields) = report.toml::<CardFields>(path, parts.front, 1) else {
            continue;
        };
        let mut card = Card {
            slug: slug.to_owned(),
            language: language.to_owned(),
            title: fields.title,
            ..Card::default()
        };
        // A marker of our own in front lets every section be found the same way.
        for section in format!("\n{}", parts.body).split("\n## ").skip(1) {
            let (name, wordings) = section.split_once('\n').unwrap_or((section, ""));
            let layout = Layout {
                wordings: wordings
                    .split("\n---")
                    .map(|wording| wording.trim().to_owned())
                    .filter(|wording| !wording.is_empty())
                    .collect(),
            };
            match name.trim() {
                "emergency" => card.emergency = Some(layout),
                "urgent" => card.urgent = Some(layout),
                "concern" => card.concern = Some(layout),
                other => report.error(
                    path,
                    parts.body_line,
                    format!("`## {other}` is not a level"),
                    "write ## emergency, ## urgent or ## concern",
                ),
            }
        }
        out.push(CardFile {
            path: path.to_owned(),
            card,
            text: text.to_owned(),
        });
    }
    out
}
