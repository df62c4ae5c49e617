//! Snowflakes and timestamps.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use twilight_model::util::Timestamp;

/// First millisecond of Discord's era.
const EPOCH_MS: u64 = 1_420_070_400_000;

/// Milliseconds of Unix time.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the only clock of the sandbox: ids and timestamps carry the time of day"
)]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Makes ids that grow with time and never repeat.
#[derive(Debug, Default)]
pub struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    /// The next id.
    pub fn next(&mut self) -> u64 {
        let floor = now_ms().saturating_sub(EPOCH_MS) << 22;
        self.last = floor.max(self.last + 1);
        self.last
    }
}

/// An id as JSON carries it.
pub fn id(id: u64) -> Value {
    Value::String(id.to_string())
}

/// A list of ids as JSON carries it.
pub fn ids(all: impl IntoIterator<Item = u64>) -> Value {
    all.into_iter().map(id).collect()
}

/// Reads an id that may be a string or a number.
pub fn read(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Unix milliseconds as Discord writes a moment.
pub fn moment(ms: u64) -> String {
    i64::try_from(ms.saturating_mul(1000))
        .ok()
        .and_then(|micros| Timestamp::from_micros(micros).ok())
        .map_or_else(
            || "1970-01-01T00:00:00.000000+00:00".to_owned(),
            |time| time.iso_8601().to_string(),
        )
}
