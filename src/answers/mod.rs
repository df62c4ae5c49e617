//! Finds the curated answer to a question: trained from the `asks` of topics, with ordinary talk as what to leave alone.
//!
//! PURE. Silence is a good answer where nobody asked; a wrong answer is worse than an offer to choose.

mod complete;

pub use complete::complete;

use crate::text::{Bag, Example, Model, Recipe, Spelling, Text, bag};

/// A topic as far as matching needs it.
#[derive(Debug, Clone, Default)]
pub struct TopicSource {
    /// Its slug.
    pub slug: String,
    /// Example questions, each with the slugs of other topics that answer it as well.
    pub asks: Vec<(String, Vec<String>)>,
}

/// From which probability on the matcher does what. Set by cross-validation; the figures stand in `responses/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Thresholds {
    /// At or above: answered directly.
    pub direct: f32,
    /// At or above: worth offering among suggestions.
    pub offer: f32,
    /// At or above for ordinary talk: nothing is answered or offered.
    pub talk: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            direct: 0.4,
            offer: 0.08,
            talk: 0.6,
        }
    }
}

/// What the matcher found. Topics are named by their number in the order given to [`Answers::train`].
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// One topic, confidently.
    Answered {
        /// The topic.
        topic: usize,
        /// How likely, 0 to 1.
        confidence: f32,
    },
    /// Up to three, likeliest first; the person chooses.
    Suggestions(Vec<usize>),
    /// A question, it seems, that no topic answers; the nearest topic, for naming its group.
    NotCovered(Option<usize>),
    /// Ordinary talk.
    Silent,
}

/// At most this many suggestions are offered.
pub const SUGGESTIONS: usize = 3;

/// The trained matcher. The default knows no topic and is silent.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Answers {
    slugs: Vec<String>,
    model: Model,
    thresholds: Thresholds,
}

impl Answers {
    /// Trains on the topics' asks and on ordinary talk. The same content gives the same matcher.
    pub fn train<'a>(
        topics: &[TopicSource],
        talk: impl IntoIterator<Item = &'a str>,
        spelling: &Spelling,
        thresholds: Thresholds,
    ) -> Self {
        let slugs: Vec<String> = topics.iter().map(|topic| topic.slug.clone()).collect();
        let class = |slug: &str| {
            slugs
                .iter()
                .position(|other| other == slug)
                .and_then(|at| u16::try_from(at + 1).ok())
        };
        let mut labelled: Vec<(Bag, Vec<u16>)> = Vec::new();
        for topic in topics {
            for (ask, also) in &topic.asks {
                let classes = std::iter::once(topic.slug.as_str())
                    .chain(also.iter().map(String::as_str))
                    .filter_map(class)
                    .collect();
                labelled.push((bag(&Text::new(ask, spelling)), classes));
            }
        }
        for message in talk {
            labelled.push((bag(&Text::new(message, spelling)), vec![0]));
        }
        let examples: Vec<Example<'_>> = labelled
            .iter()
            .map(|(bag, classes)| Example {
                bag,
                classes: classes.clone(),
                weight: 1.0,
            })
            .collect();
        let model = Model::train(&examples, slugs.len() + 1, &recipe());
        Self {
            slugs,
            model,
            thresholds,
        }
    }

    /// The slug of a topic's number.
    pub fn slug(&self, topic: usize) -> Option<&str> {
        self.slugs.get(topic).map(String::as_str)
    }

    /// Topics with their probabilities, likeliest first, and the probability that it is ordinary talk.
    pub fn ranked(&self, bag: &Bag) -> (Vec<(usize, f32)>, f32) {
        let prediction = self.model.predict(bag);
        let talk = prediction.of(0);
        let topics = prediction
            .ranked()
            .into_iter()
            .filter_map(|(class, p)| Some((class.checked_sub(1)?, p)))
            .collect();
        (topics, talk)
    }

    /// Decides what to do with a text. `asked`: the person turned to the bot; else only a confident match is worth speaking for.
    pub fn find(&self, bag: &Bag, asked: bool) -> Found {
        let (ranked, talk) = self.ranked(bag);
        let Some(&(topic, p)) = ranked.first() else {
            return Found::Silent;
        };
        if talk >= self.thresholds.talk {
            return Found::Silent;
        }
        if p >= self.thresholds.direct {
            return Found::Answered { topic, confidence: p };
        }
        if !asked {
            return Found::Silent;
        }
        let offers: Vec<usize> = ranked
            .iter()
            .take(SUGGESTIONS)
            .filter(|(_, p)| *p >= self.thresholds.offer)
            .map(|(topic, _)| *topic)
            .collect();
        if offers.is_empty() || talk > ranked.iter().take(SUGGESTIONS).map(|(_, p)| p).sum() {
            return Found::NotCovered(Some(topic));
        }
        Found::Suggestions(offers)
    }

    /// How much some words pull towards a topic: for explaining.
    pub fn pull(&self, part: &Bag, topic: usize) -> f32 {
        self.model.pull(part, topic + 1)
    }

    /// Bytes that the model holds.
    pub fn bytes(&self) -> usize {
        self.model.bytes()
    }
}

/// Chosen by cross-validation over the asks, near-duplicates kept on one side.
fn recipe() -> Recipe {
    Recipe {
        blocks: [1.0, 0.8, 0.4, 0.4, 0.7, 0.0],
        epochs: 10,
        rate: 1.0,
        decay: 0.0,
        least: 2,
        first: 0.8,
    }
}
