//! Trained models as bytes: what the build script writes and the bot reads, so that nothing is trained twice.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::Files;
use crate::answers::Answers;
use crate::text::Encoder;
use crate::triage::Opinion;

/// Both models, how common words are, and the files that all of it came from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Models {
    pub(super) hash: u64,
    /// Sorted by word.
    pub(super) frequency: Vec<(String, u32)>,
    pub(super) opinion: Opinion,
    pub(super) answers: Answers,
}

impl Models {
    /// Whether they were trained from these files.
    pub fn fit(&self, files: &Files) -> bool {
        self.hash == files.hash()
    }

    /// How often a word occurs; 0 for rare ones.
    pub(super) fn frequency(&self, word: &str) -> u64 {
        let at = self.frequency.binary_search_by(|(known, _)| known.as_str().cmp(word));
        at.ok()
            .and_then(|at| self.frequency.get(at))
            .map_or(0, |(_, count)| u64::from(*count))
    }

    /// As bytes. Fails only for want of memory.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }

    /// From the bytes that the build script of this very program wrote; none if there are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The encoder that is built into the program; none in the program that trains the models, which has no need of it.
pub fn encoder() -> Option<Arc<Encoder>> {
    static ENCODER: OnceLock<Option<Arc<Encoder>>> = OnceLock::new();
    let encoder = || Encoder::from_bytes(crate::embedded::ENCODER).ok().map(Arc::new);
    ENCODER.get_or_init(encoder).clone()
}
