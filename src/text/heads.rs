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

/// Questions asked at once. A feature's weights lie beside each other, so that one look at memory serves them all.
const HEADS: usize = 2;

/// An answer that is known: the example's answers, one a head, and how much it counts.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// The example's features.
    pub bag: &'a Bag,
    /// Whether each question is to be answered with yes.
    pub yes: [bool; HEADS],
    /// How much it counts; 1 is usual.
    pub weight: f32,
}

/// What is known of a feature.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// How much it counts before the text's features are brought to one length.
    scale: f32,
    /// One weight a head, in steps.
    weights: [i16; HEADS],
}

/// Trained heads. The default knows nothing and leans nowhere.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Heads {
    rows: HashMap<u32, Row, BuildHasherDefault<AsItIs>>,
    /// What one step of a head is worth.
    step: [f32; HEADS],
    bias: [f32; HEADS],
    /// Added to a text's squared length.
    floor: f32,
}

/// Heads as bytes, by feature.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stored {
    rows: Vec<(u32, f32, [i16; HEADS])>,
    step: [f32; HEADS],
    bias: [f32; HEADS],
    floor: f32,
}

impl From<Stored> for Heads {
    fn from(stored: Stored) -> Self {
        let rows = stored.rows.into_iter();
        Self {
            rows: rows
                .map(|(feature, scale, weights)| (feature, Row { scale, weights }))
                .collect(),
            step: stored.step,
            bias: stored.bias,
            floor: stored.floor,
        }
    }
}

impl From<Heads> for Stored {
    fn from(heads: Heads) -> Self {
        let mut rows: Vec<_> = heads
            .rows
            .into_iter()
            .map(|(feature, row)| (feature, row.scale, row.weights))
            .collect();
        rows.sort_unstable_by_key(|(feature, ..)| *feature);
        Self {
            rows,
            step: heads.step,
            bias: heads.bias,
            floor: heads.floor,
        }
    }
}

/// A text as its rows with their values.
type Vector = Vec<(u32, f32)>;

impl Heads {
    /// Trains the heads on examples in their order. The same examples give the same heads.
    pub fn train(examples: &[Known<'_>], recipe: &HeadsRecipe) -> Self {
        let scales = scales(examples, recipe);
        let numbers: Rows = scales.iter().map(|(feature, _)| *feature).zip(0..).collect();
        let mut vectors: Vec<Vector> = examples
            .iter()
            .map(|example| {
                let known = example.bag.features.iter();
                known
                    .filter_map(|feature| numbers.get(feature))
                    .filter_map(|row| Some((*row, scales.get(*row as usize)?.1)))
                    .collect()
            })
            .collect();
        let square = |vector: &Vector| vector.iter().map(|(_, value)| value * value).sum::<f32>();
        let mut lengths: Vec<f32> = vectors.iter().map(square).collect();
        lengths.sort_unstable_by(f32::total_cmp);
        let mut heads = Self {
            floor: recipe.floor * lengths.get(lengths.len() / 2).copied().unwrap_or_default(),
            ..Self::default()
        };
        for vector in &mut vectors {
            let by = heads.shorten(square(vector));
            vector.iter_mut().for_each(|(_, value)| *value *= by);
        }
        let mut rows: Vec<Row> = scales
            .iter()
            .map(|(_, scale)| Row {
                scale: *scale,
                ..Row::default()
            })
            .collect();
        for (head, (step, bias)) in heads.step.iter_mut().zip(&mut heads.bias).enumerate() {
            let (weights, base) = descend(examples, &vectors, head, rows.len(), recipe);
            *bias = base;
            *step = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs())) / 32_000.0;
            for (row, weight) in rows.iter_mut().zip(&weights) {
                if let Some(slot) = row.weights.get_mut(head).filter(|_| *step > 0.0) {
                    #[expect(clippy::cast_possible_truncation, reason = "a quotient between -32,000 and 32,000")]
                    let steps = (weight / *step).round() as i16;
                    *slot = steps;
                }
            }
        }
        heads.rows = scales.iter().map(|(feature, _)| *feature).zip(rows).collect();
        heads
    }

    /// How far each head leans to yes: log odds. Features that training never saw count nothing.
    pub fn lean(&self, bag: &Bag) -> [f32; HEADS] {
        let mut sums = [0.0_f32; HEADS];
        let mut length = 0.0;
        for row in bag.features.iter().filter_map(|feature| self.rows.get(feature)) {
            length += row.scale * row.scale;
            for (sum, weight) in sums.iter_mut().zip(row.weights) {
                *sum += f32::from(weight) * row.scale;
            }
        }
        let by = self.shorten(length);
        for ((sum, step), bias) in sums.iter_mut().zip(self.step).zip(self.bias) {
            *sum = *sum * step * by + bias;
        }
        sums
    }

    /// How much one feature set pulls the first head towards yes, as it would in a text of its own: for explaining.
    pub fn pull(&self, part: &Bag) -> f32 {
        let ([lean, ..], [bias, ..]) = (self.lean(part), self.bias);
        lean - bias
    }

    /// Bytes that the heads hold in memory, near enough.
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * (size_of::<(u32, Row)>() + 1)
    }

    /// Whether nothing was learnt.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What brings a text of this squared length to about one.
    fn shorten(&self, length: f32) -> f32 {
        let whole = length + self.floor;
        if whole > 0.0 { whole.sqrt().recip() } else { 0.0 }
    }
}

/// The features that are kept, in order, each with its scale.
fn scales(examples: &[Known<'_>], recipe: &HeadsRecipe) -> Vec<(u32, f32)> {
    let mut counts: HashMap<u32, u32, BuildHasherDefault<AsItIs>> = HashMap::default();
    for feature in examples.iter().flat_map(|example| &example.bag.features) {
        *counts.entry(*feature).or_default() += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
    let total = examples.len() as f32;
    let mut kept: Vec<(u32, f32)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= recipe.least)
        .map(|(feature, count)| {
            let block = recipe.blocks.get((feature >> 29) as usize).copied().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
            let rarity = (total / count as f32).ln() + 1.0;
            (feature, block * rarity.powf(recipe.rarity))
        })
        .filter(|(_, scale)| *scale > 0.0)
        .collect();
    kept.sort_unstable_by_key(|(feature, _)| *feature);
    kept
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
                yes: [text.contains("red"), text.contains("apple")],
                weight: 1.0,
            })
            .collect();
        let heads = Heads::train(&known, &recipe());
        for example in &known {
            let lean = heads.lean(example.bag);
            assert_eq!(lean.map(|lean| lean > 0.0), example.yes);
            assert_eq!(lean, Heads::train(&known, &recipe()).lean(example.bag));
        }
    }

    #[test]
    fn what_learnt_nothing_leans_nowhere() {
        let heads = Heads::default();
        assert!(heads.is_empty());
        assert_eq!(heads.lean(&bag(&Text::new("hi", &Spelling::default()))), [0.0, 0.0]);
    }
}
