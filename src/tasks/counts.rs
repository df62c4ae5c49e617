//! Counts which topics are shown, in memory, and writes the counts down every minute. Nothing of who asked is counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Stop, stopped};
use crate::store::{CountKey, Keeper};

const EVERY: Duration = Duration::from_secs(60);
/// Counts that wait for a store that is away are given up beyond this many rows.
const MOST: usize = 10_000;

/// Takes counts without ever waiting.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    counts: Arc<Mutex<BTreeMap<CountKey, u32>>>,
}

impl Counter {
    /// A topic was shown in a guild (none for direct messages) at a moment, in milliseconds since 1970.
    pub fn shown(&self, guild: Option<u64>, topic: &str, now_ms: i64) {
        let day = jiff::Timestamp::from_millisecond(now_ms)
            .map(|now| jiff::tz::TimeZone::UTC.to_datetime(now).date().to_string())
            .unwrap_or_default();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() < MOST {
            *counts
                .entry(CountKey {
                    guild: guild.unwrap_or_default(),
                    topic: topic.to_owned(),
                    day,
                })
                .or_default() += 1;
        }
    }

    /// Writes down what was counted; what cannot be written is kept for the next time.
    pub async fn flush(&self, keeper: &Keeper) {
        let taken = std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner));
        if taken.is_empty() {
            return;
        }
        let rows: Vec<(CountKey, u32)> = taken.into_iter().collect();
        let written = match keeper.store().await {
            Ok(store) => store.add_counts(&rows).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(error = %error, rows = rows.len(), "counts wait for the store");
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, shown) in rows {
                *counts.entry(key).or_default() += shown;
            }
        }
    }
}

/// Runs until stopped, then writes once more.
pub async fn count_topics(counter: Counter, keeper: Arc<Keeper>, stop: Stop) {
    let work = async {
        loop {
            tokio::time::sleep(EVERY).await;
            counter.flush(&keeper).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stopped(stop) => {}
    }
    counter.flush(&keeper).await;
}
