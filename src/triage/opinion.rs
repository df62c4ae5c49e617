//! The second opinion: a linear model over example messages. It may raise a level, never lower one.

use super::{Assessment, Category, Urgency};
use crate::text::{Bag, Example, Model, Recipe, Spelling, Text, bag};

/// An example message with its label.
#[derive(Debug, Clone)]
pub struct ExampleText {
    /// The message; a line break divides messages sent in a row.
    pub text: String,
    /// Its level.
    pub level: Urgency,
    /// Its category; none for what deserves nothing.
    pub category: Option<Category>,
}

/// From which score on the second opinion does what. Set by cross-validation; the figures stand in `responses/urgent/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Thresholds {
    /// At or above: raised to urgent, a full card.
    pub high: f32,
    /// At or above: the soft card.
    pub middle: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            high: 0.99,
            middle: 0.95,
        }
    }
}

/// A trained second opinion. The default knows nothing and raises nothing.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Opinion {
    model: Model,
    thresholds: Thresholds,
}

/// What the second opinion thinks of a text; probabilities, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// Urgent or worse, whatever the category.
    pub urgent: f32,
    /// The likeliest urgent category.
    pub category: Option<Category>,
    /// Distress without danger.
    pub distress: f32,
}

/// From here on distress alone makes a text a concern: more likely than not.
const DISTRESS: f32 = 0.5;

/// Class of what deserves nothing; the others follow [`Category::ALL`].
const NONE: usize = 0;

impl Opinion {
    /// Trains on examples. Takes about half a second for twenty thousand in a release build; the same examples give the same opinion.
    pub fn train(examples: &[ExampleText], spelling: &Spelling, thresholds: Thresholds) -> Self {
        let bags: Vec<Bag> = examples
            .iter()
            .map(|example| bag(&Text::new(&example.text, spelling)))
            .collect();
        let rows: Vec<Example<'_>> = examples
            .iter()
            .zip(&bags)
            .map(|(example, bag)| Example {
                bag,
                classes: vec![class(example.category)],
                weight: 1.0,
            })
            .collect();
        Self {
            model: Model::train(&rows, Category::ALL.len() + 1, &recipe()),
            thresholds,
        }
    }

    /// What the model makes of a text.
    pub fn score(&self, bag: &Bag) -> Score {
        let prediction = self.model.predict(bag);
        let of = |category| prediction.of(usize::from(class(Some(category))));
        let mut score = Score {
            urgent: 0.0,
            category: None,
            distress: of(Category::Distress),
        };
        let mut most = 0.0;
        for category in Category::ALL
            .into_iter()
            .filter(|category| *category != Category::Distress)
        {
            let p = of(category);
            score.urgent += p;
            if p > most {
                most = p;
                score.category = Some(category);
            }
        }
        score
    }

    /// Raises an assessment where the score says so.
    pub(super) fn raise(&self, bag: &Bag, assessment: &mut Assessment) {
        let Score {
            urgent: score,
            category,
            distress,
        } = self.score(bag);
        assessment.score = score;
        if assessment.urgency.needs_card() {
            return;
        }
        if score >= self.thresholds.high {
            assessment.urgency = Urgency::Urgent;
            assessment.category = category;
            assessment.raised = true;
        } else if score >= self.thresholds.middle {
            assessment.urgency = Urgency::Concern;
            assessment.category = category;
            assessment.soft = true;
            assessment.raised = true;
        } else if assessment.urgency == Urgency::None && distress >= DISTRESS {
            assessment.urgency = Urgency::Concern;
            assessment.category = Some(Category::Distress);
            assessment.raised = true;
        }
    }

    /// The thresholds in force.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// How much some words pull towards a category: for explaining.
    pub fn pull(&self, part: &Bag, category: Category) -> f32 {
        self.model.pull(part, usize::from(class(Some(category))))
    }

    /// Bytes that the model holds.
    pub fn bytes(&self) -> usize {
        self.model.bytes()
    }
}

fn class(category: Option<Category>) -> u16 {
    let at = category
        .and_then(|category| Category::ALL.iter().position(|other| *other == category))
        .map_or(NONE, |at| at + 1);
    u16::try_from(at).unwrap_or_default()
}

/// Chosen by cross-validation over the examples, near-duplicates kept on one side.
fn recipe() -> Recipe {
    Recipe {
        blocks: [1.0, 0.8, 0.5, 0.5, 0.6],
        epochs: 8,
        rate: 1.0,
        decay: 0.0,
        least: 2,
        first: 1.0,
    }
}
