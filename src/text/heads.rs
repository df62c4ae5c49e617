//! Several yes-or-no questions asked of one bag of features at once: logistic regression held small, one head a question.
//!
//! A softmax that is trained long grows sure of texts unlike any that it has seen, and ordinary talk is such text. Here each
//! head is the one optimum of a convex problem, reached by dual coordinate descent: words that prove little stay near zero.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::features::{BLOCKS, Bag};
use super::model::{AsItIs, Chance, Rows};

/// How to train heads. The figures come from cross-validation (`evenkeel eval --folds 5`).
#[derive(Debug, Clone, PartialEq)]
pub struct HeadsRecipe {
    /// Weight of each block of features.
    pub blocks: [f32; BLOCKS],
    /// How much rarity counts: 0 not at all, 1 as in tf-idf.
    pub rarity: f32,
    /// Added to the squared length of every text, in lengths of the median one, so that a few words alone are not shouted.
    pub floor: f32,
    /// How dear a mistake is against weights that are large.
    pub dear: f32,
    /// Passes over the examples.
    pub epochs: usize,
    /// A feature is kept when at least this many examples have it.
    pub least: u32,
}

/// An answer that is known: the example's answers, one a head, and how much it counts.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// The example's features.
    pub bag: &'a Bag,
    /// Whether each question is to be answered with yes.
    pub yes: Vec<bool>,
    /// How much it counts; 1 is usual.
    pub weight: f32,
}

/// Trained heads. The default has none.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Heads {
    /// Feature to row.
    rows: Rows,
    /// How much a row counts before the text's features are brought to one length.
    scale: Vec<f32>,
    /// One weight a head for each row, in steps.
    weights: Vec<i16>,
    /// What one step of a head is worth; its length is the number of heads.
    step: Vec<f32>,
    bias: Vec<f32>,
    /// Added to a text's squared length.
    floor: f32,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Stored {
    features: Vec<u32>,
    scale: Vec<f32>,
    weights: Vec<i16>,
    step: Vec<f32>,
    bias: Vec<f32>,
    floor: f32,
}

impl From<Stored> for Heads {
    fn from(stored: Stored) -> Self {
        Self {
            rows: stored.features.into_iter().zip(0..).collect(),
            scale: stored.scale,
            weights: stored.weights,
            step: stored.step,
            bias: stored.bias,
            floor: stored.floor,
        }
    }
}

impl From<Heads> for Stored {
    fn from(heads: Heads) -> Self {
        let mut rows: Vec<(u32, u32)> = heads.rows.into_iter().map(|(feature, row)| (row, feature)).collect();
        rows.sort_unstable();
        Self {
            features: rows.into_iter().map(|(_, feature)| feature).collect(),
            scale: heads.scale,
            weights: heads.weights,
            step: heads.step,
            bias: heads.bias,
            floor: heads.floor,
        }
    }
}

/// A text as its rows with their values.
type Vector = Vec<(u32, f32)>;

impl Heads {
    /// Trains one head for each answer that the examples hold, in their order. The same examples give the same heads.
    pub fn train(examples: &[Known<'_>], heads: usize, recipe: &HeadsRecipe) -> Self {
        let mut trained = Self::with_rows(examples, recipe);
        let vectors: Vec<Vector> = examples.iter().map(|example| trained.vector(example.bag)).collect();
        let learnt: Vec<(Vec<f32>, f32)> = (0..heads)
            .map(|head| descend(examples, &vectors, head, trained.scale.len(), recipe))
            .collect();
        trained.step = learnt
            .iter()
            .map(|(weights, _)| weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs())) / 32_000.0)
            .collect();
        trained.bias = learnt.iter().map(|(_, bias)| *bias).collect();
        for row in 0..trained.scale.len() {
            for ((weights, _), step) in learnt.iter().zip(&trained.step) {
                let weight = weights.get(row).copied().unwrap_or_default();
                #[expect(clippy::cast_possible_truncation, reason = "a quotient between -32,000 and 32,000")]
                trained
                    .weights
                    .push(if *step > 0.0 { (weight / step).round() as i16 } else { 0 });
            }
        }
        trained
    }

    /// How far each head leans to yes: log odds; none where there is no head.
    pub fn lean(&self, bag: &Bag) -> Vec<f32> {
        let heads = self.step.len();
        let mut sums = vec![0.0_f32; heads];
        let mut length = 0.0;
        for (row, scale) in self.known(bag) {
            length += scale * scale;
            let from = row as usize * heads;
            let weights = self.weights.get(from..from + heads).unwrap_or_default();
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += f32::from(*weight) * scale;
            }
        }
        let by = self.shorten(length);
        sums.iter()
            .zip(&self.step)
            .zip(&self.bias)
            .map(|((sum, step), bias)| sum * step * by + bias)
            .collect()
    }

    /// How much one feature set pulls a head towards yes, as it would in a text of its own: for explaining.
    pub fn pull(&self, part: &Bag, head: usize) -> f32 {
        match (self.lean(part).get(head), self.bias.get(head)) {
            (Some(lean), Some(bias)) => lean - bias,
            _ => 0.0,
        }
    }

    /// Bytes that the heads hold in memory, near enough.
    pub fn bytes(&self) -> usize {
        self.weights.len() * size_of::<i16>()
            + self.scale.len() * size_of::<f32>()
            + self.rows.capacity() * (size_of::<(u32, u32)>() + 1)
    }

    fn with_rows(examples: &[Known<'_>], recipe: &HeadsRecipe) -> Self {
        let mut counts: HashMap<u32, u32, BuildHasherDefault<AsItIs>> = HashMap::default();
        for feature in examples.iter().flat_map(|example| &example.bag.features) {
            *counts.entry(*feature).or_default() += 1;
        }
        let mut kept: Vec<(u32, u32)> = counts.into_iter().filter(|(_, count)| *count >= recipe.least).collect();
        kept.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
        let total = examples.len() as f32;
        let mut heads = Self::default();
        for (feature, count) in kept {
            let block = recipe.blocks.get((feature >> 29) as usize).copied().unwrap_or_default();
            if block > 0.0 {
                #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
                let rarity = (total / count as f32).ln() + 1.0;
                if let Ok(row) = u32::try_from(heads.scale.len()) {
                    heads.rows.insert(feature, row);
                    heads.scale.push(block * rarity.powf(recipe.rarity));
                }
            }
        }
        let mut lengths: Vec<f32> = examples
            .iter()
            .map(|example| heads.known(example.bag).map(|(_, scale)| scale * scale).sum())
            .collect();
        lengths.sort_unstable_by(f32::total_cmp);
        heads.floor = recipe.floor * lengths.get(lengths.len() / 2).copied().unwrap_or_default();
        heads
    }

    fn known<'a>(&'a self, bag: &'a Bag) -> impl Iterator<Item = (u32, f32)> + 'a {
        bag.features
            .iter()
            .filter_map(|feature| self.rows.get(feature))
            .filter_map(|&row| Some((row, *self.scale.get(row as usize)?)))
    }

    /// What brings a text of this squared length to about one.
    fn shorten(&self, length: f32) -> f32 {
        let whole = length + self.floor;
        if whole > 0.0 { whole.sqrt().recip() } else { 0.0 }
    }

    fn vector(&self, bag: &Bag) -> Vector {
        let mut vector: Vector = self.known(bag).collect();
        let by = self.shorten(vector.iter().map(|(_, scale)| scale * scale).sum());
        vector.iter_mut().for_each(|(_, value)| *value *= by);
        vector
    }
}

/// Dual coordinate descent for logistic regression (Yu, Huang and Lin 2011): for each example in turn, the one number that says how
/// much it holds the line is moved to where it is best while all others stay. Gives a weight a row, and the bias.
fn descend(
    examples: &[Known<'_>],
    vectors: &[Vector],
    head: usize,
    rows: usize,
    recipe: &HeadsRecipe,
) -> (Vec<f32>, f32) {
    let mut weights = vec![0.0_f32; rows];
    let mut bias = 0.0_f32;
    let mut holds: Vec<f64> = vec![0.0; vectors.len()];
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    let mut chance = Chance::new();
    for _ in 0..recipe.epochs {
        chance.shuffle(&mut order);
        for &at in &order {
            let (Some(example), Some(vector), Some(hold)) = (examples.get(at), vectors.get(at), holds.get_mut(at))
            else {
                continue;
            };
            let sign = if example.yes.get(head).copied().unwrap_or_default() {
                1.0_f32
            } else {
                -1.0
            };
            let mut lean = bias;
            let mut length = 1.0_f32;
            for &(row, value) in vector {
                lean += weights.get(row as usize).copied().unwrap_or_default() * value;
                length += value * value;
            }
            let most = f64::from(recipe.dear * example.weight);
            let new = best_hold(*hold, most, f64::from(length), f64::from(sign * lean));
            #[expect(clippy::cast_possible_truncation, reason = "between 0 and the example's weight")]
            let by = (new - *hold) as f32 * sign;
            *hold = new;
            for &(row, value) in vector {
                if let Some(weight) = weights.get_mut(row as usize) {
                    *weight += by * value;
                }
            }
            bias += by;
        }
    }
    (weights, bias)
}

/// The least of `z ln z + (most - z) ln (most - z) + length/2 (z - old)² + lean (z - old)` between 0 and `most`, by Newton's steps
/// that never leave the room between.
fn best_hold(old: f64, most: f64, length: f64, lean: f64) -> f64 {
    if most <= 0.0 {
        return 0.0;
    }
    let mut z = old.clamp(1e-9 * most, (1.0 - 1e-9) * most);
    for _ in 0..20 {
        let slope = length * (z - old) + lean + (z / (most - z)).ln();
        let bend = length + most / (z * (most - z));
        let next = z - slope / bend;
        let next = if next <= 0.0 {
            z * 0.1
        } else if next >= most {
            most - (most - z) * 0.1
        } else {
            next
        };
        let near = (next - z).abs() < 1e-7 * most;
        z = next;
        if near {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Spelling, Text, bag};

    fn recipe() -> HeadsRecipe {
        HeadsRecipe {
            blocks: [1.0; BLOCKS],
            rarity: 0.5,
            floor: 0.5,
            dear: 5.0,
            epochs: 10,
            least: 1,
        }
    }

    #[test]
    fn heads_learn_each_their_own_question_and_the_same_every_time() {
        let said = ["red apple", "red car", "green apple", "green car"];
        let bags: Vec<Bag> = said
            .iter()
            .map(|text| bag(&Text::new(text, &Spelling::default())))
            .collect();
        let known: Vec<Known<'_>> = said
            .iter()
            .zip(&bags)
            .map(|(text, bag)| Known {
                bag,
                yes: vec![text.contains("red"), text.contains("apple")],
                weight: 1.0,
            })
            .collect();
        let heads = Heads::train(&known, 2, &recipe());
        for example in &known {
            let lean = heads.lean(example.bag);
            let yes: Vec<bool> = lean.iter().map(|lean| *lean > 0.0).collect();
            assert_eq!(yes, example.yes);
            assert_eq!(lean, Heads::train(&known, 2, &recipe()).lean(example.bag));
        }
    }

    #[test]
    fn no_heads_lean_nowhere() {
        assert!(
            Heads::default()
                .lean(&bag(&Text::new("hi", &Spelling::default())))
                .is_empty()
        );
    }
}
