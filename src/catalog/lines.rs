//! Reads emergency numbers and crisis lines, one file a country.

use serde::Deserialize;
use toml::value::Datetime;

use super::Files;
use super::problem::{Report, line_of};
use crate::reply::{By, Channel, Country, CrisisLine, EmergencyNumber, LineKind};

/// A country's file.
#[derive(Debug, Clone)]
pub(crate) struct CountryFile {
    pub(crate) path: String,
    pub(crate) country: Country,
    /// What is dated in it: what, and when it was last read or verified.
    pub(crate) dated: Vec<(String, jiff::civil::Date)>,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    languages: Vec<String>,
    region: String,
    emergency: EmergencyFields,
    #[serde(default)]
    lines: Vec<LineFields>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmergencyFields {
    numbers: Vec<NumberFields>,
    source: Vec<String>,
    read_on: Datetime,
    verified_on: Option<Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberFields {
    number: String,
    what: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFields {
    name: String,
    kind: LineKind,
    channels: Vec<ChannelFields>,
    hours: String,
    lang: Vec<String>,
    source: Vec<String>,
    read_on: Datetime,
    verified_on: Option<Datetime>,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelFields {
    by: By,
    to: String,
    send: Option<String>,
}

const FOLDER: &str = "crisis-lines/";

pub(super) fn load(files: &Files, report: &mut Report) -> Vec<CountryFile> {
    let mut out = Vec::new();
    for (path, code, text) in files.below(FOLDER, ".toml") {
        let Some(fields) = report.toml::<Fields>(path, text, 0) else {
            continue;
        };
        out.push(country(path, code, text, fields, report));
    }
    for needed in ["us", "intl"] {
        if !out.iter().any(|file| file.country.code == needed) {
            report.error(
                &format!("{FOLDER}{needed}.toml"),
                0,
                "is missing",
                "put it back: it is shown where the country is not known",
            );
        }
    }
    out
}

fn country(path: &str, code: &str, text: &str, fields: Fields, report: &mut Report) -> CountryFile {
    let mut dated = Vec::new();
    let mut date = |what: &str, read_on: Datetime, verified_on: Option<Datetime>, report: &mut Report| match civil(
        verified_on.unwrap_or(read_on),
    ) {
        Some(day) => dated.push((what.to_owned(), day)),
        None => report.error(
            path,
            line_of(text, what),
            format!("{what}: the date is not a day"),
            "write it as 2026-11-22, without quotes",
        ),
    };
    date(
        "emergency",
        fields.emergency.read_on,
        fields.emergency.verified_on,
        report,
    );
    if fields.emergency.numbers.is_empty() {
        report.error(
            path,
            line_of(text, "[emergency]"),
            "there is no emergency number",
            "add one; no card can be shown without it",
        );
    }
    if fields.emergency.source.is_empty() {
        report.error(
            path,
            line_of(text, "[emergency]"),
            "the emergency numbers have no source",
            "name where they were read",
        );
    }
    if fields.languages.is_empty() {
        report.error(
            path,
            line_of(text, "languages"),
            "there is no language",
            "name the country's main languages, ISO 639-1",
        );
    }
    let mut lines = Vec::new();
    for line in fields.lines {
        let at = line_of(text, &line.name);
        date(&line.name, line.read_on, line.verified_on, report);
        if line.source.is_empty() || line.channels.is_empty() || line.lang.is_empty() || line.hours.trim().is_empty() {
            report.error(
                path,
                at,
                format!("{}: source, channels, lang and hours all need something", line.name),
                "fill in what is missing",
            );
        }
        for channel in &line.channels {
            let web = matches!(channel.by, By::Chat | By::Web);
            if web && !channel.to.starts_with("https://") {
                report.error(
                    path,
                    at,
                    format!("{}: `{}` is not an https address", line.name, channel.to),
                    "write the whole address, beginning with https://",
                );
            }
            if !web && !channel.to.chars().any(|c| c.is_ascii_digit()) {
                report.error(
                    path,
                    at,
                    format!("{}: `{}` is not a number", line.name, channel.to),
                    "write the number to call or text",
                );
            }
        }
        let channels = line
            .channels
            .into_iter()
            .map(|channel| Channel {
                by: channel.by,
                to: channel.to,
                send: channel.send,
            })
            .collect();
        lines.push(CrisisLine {
            name: line.name,
            kind: line.kind,
            channels,
            hours: line.hours,
            lang: line.lang,
            note: line.note,
        });
    }
    let emergency = fields
        .emergency
        .numbers
        .into_iter()
        .map(|number| EmergencyNumber {
            number: number.number,
            what: number.what,
        })
        .collect();
    // Without any date there is an error already; a day long ago keeps the country on the list of those to read again.
    let read_day = dated
        .iter()
        .map(|(_, day)| days_since_1970(*day))
        .min()
        .unwrap_or_default();
    let country = Country {
        code: code.to_owned(),
        name: fields.name,
        region: fields.region,
        languages: fields.languages,
        emergency,
        lines,
        read_day,
    };
    CountryFile {
        path: path.to_owned(),
        country,
        dated,
        text: text.to_owned(),
    }
}

/// Days from 1970 to a day.
pub(super) fn days_since_1970(day: jiff::civil::Date) -> i64 {
    i64::from((day - jiff::civil::Date::constant(1970, 1, 1)).get_days())
}

/// A TOML date as a day.
pub(super) fn civil(date: Datetime) -> Option<jiff::civil::Date> {
    let date = date.date?;
    jiff::civil::Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()
}
