//! The one decision: a message comes in, what goes out is a list of plain values. Read this first.
//!
//! PURE. Triage comes before everything else, whatever the surface; an urgent message gets its card and no answer.

use std::collections::BTreeMap;

use crate::answers::{Answers, Found};
use crate::reply::{Kind, Outgoing, Phrase, Place, Reader, Topic, Words};
use crate::text::{Bag, Languages, Spelling, Text, bag};
use crate::triage::{Assessment, Category, Triage, Urgency};

/// Everything that was loaded, judged and trained: one value, replaced as a whole when files change.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// Corrections of spelling.
    pub spelling: Spelling,
    /// Small words by language.
    pub languages: Languages,
    /// Judges urgency.
    pub triage: Triage,
    /// Finds answers.
    pub answers: Answers,
    /// All words.
    pub words: Words,
}

impl Content {
    /// Normalises a message and takes its features.
    pub fn read(&self, message: &str) -> (Text, Bag) {
        let text = Text::new(message, &self.spelling);
        let features = bag(&text);
        (text, features)
    }

    /// Judges a message by itself.
    pub fn assess(&self, message: &str) -> Assessment {
        let (text, features) = self.read(message);
        self.triage.assess(&text, &features)
    }
}

/// What the bot does with questions in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelMode {
    /// Triage only; no answer unless asked.
    #[default]
    Watch,
    /// Confident questions are answered.
    Answer,
}

/// What a guild's managers set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuildSettings {
    /// ISO 3166 code in lower case.
    pub country: Option<String>,
    /// ISO 639-1; what cards are in when the message does not tell.
    pub language: Option<String>,
    /// Where moderators are told of urgent messages.
    pub alert_channel: Option<u64>,
    /// The one role that may be pinged there.
    pub alert_role: Option<u64>,
    /// Channels in which confident questions are answered.
    pub channels: BTreeMap<u64, ChannelMode>,
}

/// Where a text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A guild channel, thread or forum post.
    Channel(ChannelMode),
    /// A message that mentions the bot.
    Mention,
    /// A direct message.
    Dm,
    /// A command's free text. `public`: the person chose to show the answer to all.
    Ask {
        /// Shown to all if it is not urgent.
        public: bool,
    },
}

impl Surface {
    /// The person turned to the bot.
    pub fn asked(self) -> bool {
        !matches!(self, Self::Channel(_))
    }

    fn place(self) -> Place {
        match self {
            Self::Ask { public: false } => Place::Private,
            _ => Place::Reply,
        }
    }
}

/// What the author was shown in this channel within the last ten minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Shown {
    /// No card.
    #[default]
    Nothing,
    /// The soft card.
    Soft,
    /// A full card.
    Card,
}

/// A message as the decision sees it.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Where it came from.
    pub surface: Surface,
    /// As written; any string.
    pub text: &'a str,
    /// The author's last messages there within three minutes, oldest first.
    pub recent: &'a [String],
    /// What the author was shown there a moment ago.
    pub shown: Shown,
    /// Slugs of topics answered in the channel a moment ago.
    pub answered: &'a [String],
    /// The author; buttons that are theirs alone carry it.
    pub author: u64,
    /// The author's own choice of country, else what Discord's locale tells.
    pub country: Option<&'a str>,
    /// The author's locale as Discord gives it ("es-ES"), where it does.
    pub locale: Option<&'a str>,
    /// Rotates wordings.
    pub turn: u64,
    /// Jump link to the message, for moderators; empty where there is none.
    pub link: &'a str,
}

/// What was decided.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// What triage made of the message, with the author's last ones where those change it.
    pub assessment: Assessment,
    /// To be posted in order.
    pub outgoing: Vec<Outgoing>,
}

impl Decision {
    /// The slug of the card, soft card, pointer or supportive line that is sent.
    pub fn card(&self) -> Option<&str> {
        self.outgoing.iter().find_map(|out| out.kind.card())
    }

    /// The slug of the answer that is sent or pointed to.
    pub fn answer(&self) -> Option<&str> {
        self.outgoing.iter().find_map(|out| match &out.kind {
            Kind::Answer(slug) | Kind::AnswerPointer(slug) => Some(slug.as_str()),
            _ => None,
        })
    }

    /// The slugs offered to choose from.
    pub fn suggestions(&self) -> &[String] {
        self.outgoing
            .iter()
            .find_map(|out| match &out.kind {
                Kind::Suggestions(slugs) => Some(slugs.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// Decides. Total: any text in any place gets a decision.
pub fn respond(content: &Content, guild: &GuildSettings, incoming: &Incoming<'_>) -> Decision {
    let (text, features) = content.read(incoming.text);
    let assessment = in_sequence(content, incoming, content.triage.assess(&text, &features));
    let reader = reader(content, guild, incoming, &text);
    let mut outgoing = Vec::new();
    match assessment.urgency {
        Urgency::Emergency | Urgency::Urgent => {
            urgent(&content.words, guild, incoming, &assessment, &reader, &mut outgoing)
        }
        Urgency::Concern => concern(content, incoming, &assessment, &features, &reader, &mut outgoing),
        Urgency::None => question(content, incoming, &features, &reader, &mut outgoing),
    }
    Decision { assessment, outgoing }
}

/// Judges the message together with the author's last ones; what was said before counts only if the new message is part of it.
fn in_sequence(content: &Content, incoming: &Incoming<'_>, alone: Assessment) -> Assessment {
    if incoming.recent.is_empty() || alone.urgency == Urgency::Emergency {
        return alone;
    }
    let mut joined = incoming.recent.join("\n");
    let before = content.assess(&joined);
    joined.push('\n');
    let (earlier, _) = content.read(&joined);
    joined.push_str(incoming.text);
    let together = content.assess(&joined);
    let new_signal = together.touches(earlier.tokens.len());
    let says_more =
        together.urgency > before.urgency || (together.soft && !before.soft && before.urgency == Urgency::None);
    if together.urgency > alone.urgency && (new_signal || says_more) {
        together
    } else {
        alone
    }
}

fn reader<'a>(content: &'a Content, guild: &'a GuildSettings, incoming: &Incoming<'a>, text: &Text) -> Reader<'a> {
    // A message that goes on from the last ones is often too short to tell.
    let written = content.languages.guess(text).or_else(|| {
        let (earlier, _) = content.read(incoming.recent.last()?);
        content.languages.guess(&earlier)
    });
    let set = incoming
        .locale
        .and_then(|locale| locale.split('-').next())
        .or(guild.language.as_deref());
    let from_locale = incoming
        .locale
        .and_then(|locale| locale.split_once('-'))
        .map(|(_, region)| region)
        .filter(|region| region.len() == 2);
    let country = incoming.country.or(guild.country.as_deref()).or(from_locale);
    Reader {
        languages: [written, set],
        country,
        turn: incoming.turn,
    }
}

fn urgent(
    words: &Words,
    guild: &GuildSettings,
    incoming: &Incoming<'_>,
    assessment: &Assessment,
    reader: &Reader<'_>,
    outgoing: &mut Vec<Outgoing>,
) {
    let category = assessment.category.unwrap_or(Category::Suicide);
    // What is urgent is for the author alone wherever Discord can keep it so.
    let place = if matches!(incoming.surface, Surface::Ask { .. }) {
        Place::Private
    } else {
        incoming.surface.place()
    };
    let again = incoming.shown == Shown::Card && assessment.urgency != Urgency::Emergency;
    let card = if again {
        words.pointer(category, reader, place)
    } else {
        words.card(category, assessment.urgency, reader, place)
    };
    // A category without a card must not mean silence.
    outgoing.extend(card.or_else(|| words.standing(reader, place)));
    let in_guild = matches!(incoming.surface, Surface::Channel(_) | Surface::Mention);
    if let (true, Some(channel)) = (in_guild && !again, guild.alert_channel) {
        let staff = Reader {
            languages: [guild.language.as_deref(), None],
            ..*reader
        };
        let values = [
            ("level", assessment.urgency.slug()),
            ("category", category.slug()),
            ("link", incoming.link),
        ];
        let place = Place::Moderators {
            channel,
            role: guild.alert_role,
        };
        outgoing.push(Outgoing {
            kind: Kind::Alert,
            ..words.note(Phrase::Alert, &values, &staff, place)
        });
    }
}

fn concern(
    content: &Content,
    incoming: &Incoming<'_>,
    assessment: &Assessment,
    features: &Bag,
    reader: &Reader<'_>,
    outgoing: &mut Vec<Outgoing>,
) {
    let place = if matches!(incoming.surface, Surface::Ask { .. }) {
        Place::Private
    } else {
        incoming.surface.place()
    };
    if assessment.soft {
        if incoming.shown == Shown::Nothing {
            outgoing.extend(content.words.soft(reader, place));
        }
        return;
    }
    if matches!(incoming.surface, Surface::Dm | Surface::Ask { .. }) {
        outgoing.extend(content.words.card(Category::Distress, Urgency::Concern, reader, place));
    }
    // Somebody who is low and asks something is answered as well, where the answer is sure.
    if let Found::Answered { topic, .. } = content.answers.find(features, incoming.surface.asked()) {
        answer(content, incoming, topic, reader, outgoing);
    }
}

fn question(
    content: &Content,
    incoming: &Incoming<'_>,
    features: &Bag,
    reader: &Reader<'_>,
    outgoing: &mut Vec<Outgoing>,
) {
    if incoming.surface == Surface::Channel(ChannelMode::Watch) {
        return;
    }
    let asked = incoming.surface.asked();
    let place = incoming.surface.place();
    let topic_of = |number: usize| content.words.topics.get(number);
    match content.answers.find(features, asked) {
        Found::Answered { topic, .. } => answer(content, incoming, topic, reader, outgoing),
        Found::Suggestions(numbers) => {
            let topics: Vec<&Topic> = numbers.into_iter().filter_map(topic_of).collect();
            outgoing.extend(content.words.suggestions(&topics, incoming.author, reader, place));
        }
        Found::NotCovered(nearest) => {
            outgoing.extend(content.words.not_covered(nearest.and_then(topic_of), reader, place))
        }
        Found::Silent if asked => outgoing.extend(content.words.not_covered(None, reader, place)),
        Found::Silent => {}
    }
}

fn answer(
    content: &Content,
    incoming: &Incoming<'_>,
    number: usize,
    reader: &Reader<'_>,
    outgoing: &mut Vec<Outgoing>,
) {
    let Some(topic) = content.words.topics.get(number) else {
        return;
    };
    if incoming.surface == Surface::Channel(ChannelMode::Watch) {
        return;
    }
    let place = incoming.surface.place();
    let in_channel = matches!(incoming.surface, Surface::Channel(_) | Surface::Mention);
    let again = in_channel && incoming.answered.contains(&topic.slug);
    let whole = !in_channel && incoming.surface != Surface::Ask { public: true };
    let out = if again {
        content.words.answer_pointer(topic, reader, place)
    } else {
        content.words.answer(topic, reader, place, whole)
    };
    outgoing.extend(out);
}
