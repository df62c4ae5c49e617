//! Rate limits: which bucket a request falls into, and whether it still fits.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use crate::ids::now_ms;
use crate::options::{Allowance, RateLimits};

#[derive(Debug)]
struct Window {
    began: Instant,
    used: u32,
}

impl Window {
    /// Counts one request; returns how many are left, or how long to wait.
    fn take(&mut self, allowance: Allowance) -> Result<u32, Duration> {
        let age = self.began.elapsed();
        if age >= allowance.per {
            *self = Self {
                began: Instant::now(),
                used: 0,
            };
        }
        if self.used >= allowance.requests {
            return Err(allowance.per.saturating_sub(self.began.elapsed()));
        }
        self.used += 1;
        Ok(allowance.requests - self.used)
    }
}

/// What a request was told about its bucket.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Headers that go with the answer.
    pub headers: Vec<(&'static str, String)>,
    /// Set if the request was refused: how long to wait, and whether for everything.
    pub refused: Option<(Duration, bool)>,
}

/// Counts requests.
#[derive(Debug)]
pub struct Limiter {
    pub limits: RateLimits,
    windows: BTreeMap<String, Window>,
    global: Window,
    /// How many requests were answered with 429.
    pub refusals: usize,
}

impl Limiter {
    pub fn new(limits: RateLimits) -> Self {
        let global = Window {
            began: Instant::now(),
            used: 0,
        };
        Self {
            limits,
            windows: BTreeMap::new(),
            global,
            refusals: 0,
        }
    }

    /// Counts one request against its bucket and against the whole.
    pub fn count(&mut self, method: &str, path: &[&str]) -> Standing {
        let interaction = matches!(path.first(), Some(&("interactions" | "webhooks")));
        if matches!(path.first(), Some(&"interactions")) {
            return Standing {
                headers: Vec::new(),
                refused: None,
            };
        }
        if !interaction && let Err(wait) = self.global.take(self.limits.global) {
            self.refusals += 1;
            return refusal(wait, true, "global", Vec::new());
        }
        let (route, major) = route(path);
        let allowance = match (method, route.as_str()) {
            ("POST", "channels/:major/messages") => self.limits.create_message,
            ("PUT" | "DELETE", route) if route.contains("/reactions/") => self.limits.reactions,
            _ if interaction => self.limits.webhooks,
            _ => self.limits.other,
        };
        let mut hasher = DefaultHasher::new();
        (method, &route).hash(&mut hasher);
        let bucket = format!("{:016x}", hasher.finish());
        let window = self
            .windows
            .entry(format!("{bucket}:{major}"))
            .or_insert_with(|| Window {
                began: Instant::now(),
                used: 0,
            });
        let taken = window.take(allowance);
        let left = allowance.per.saturating_sub(window.began.elapsed());
        let reset = Duration::from_millis(now_ms()) + left;
        let headers = vec![
            ("x-ratelimit-limit", allowance.requests.to_string()),
            (
                "x-ratelimit-remaining",
                taken.as_ref().copied().unwrap_or(0).to_string(),
            ),
            ("x-ratelimit-reset", format!("{:.3}", reset.as_secs_f64())),
            ("x-ratelimit-reset-after", format!("{:.3}", left.as_secs_f64())),
            ("x-ratelimit-bucket", bucket),
        ];
        match taken {
            Ok(_) => Standing { headers, refused: None },
            Err(wait) => {
                self.refusals += 1;
                refusal(wait, false, "user", headers)
            }
        }
    }
}

/// An answer of 429.
pub fn refusal(wait: Duration, global: bool, scope: &str, mut headers: Vec<(&'static str, String)>) -> Standing {
    // Rounded up, so that whoever waits exactly that long is let in.
    let seconds = (wait.as_secs_f64() * 1000.0).ceil() / 1000.0 + 0.001;
    headers.push(("retry-after", format!("{seconds:.3}")));
    headers.push(("x-ratelimit-scope", scope.to_owned()));
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    Standing {
        headers,
        refused: Some((Duration::from_secs_f64(seconds), global)),
    }
}

/// A path with its ids taken out, and the id that the bucket belongs to.
fn route(path: &[&str]) -> (String, String) {
    let mut parts = Vec::new();
    let mut major = String::new();
    for (place, part) in path.iter().enumerate() {
        let numeric = part.bytes().all(|byte| byte.is_ascii_digit());
        let token = place == 2 && path.first() == Some(&"webhooks");
        let emoji = place == 5 && path.get(4) == Some(&"reactions");
        if place == 1 && numeric || token {
            major.push_str(part);
            parts.push(":major");
        } else if numeric || emoji {
            parts.push(":id");
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), major)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_share_a_bucket_per_major_id() {
        assert_eq!(
            route(&["channels", "1", "messages", "2"]),
            ("channels/:major/messages/:id".into(), "1".into())
        );
        assert_eq!(
            route(&["channels", "1", "messages", "2", "reactions", "👍", "@me"]).0,
            "channels/:major/messages/:id/reactions/:id/@me"
        );
    }

    #[test]
    fn the_sixth_message_waits() {
        let mut limiter = Limiter::new(RateLimits::default());
        let path = ["channels", "1", "messages"];
        assert!((0..5).all(|_| limiter.count("POST", &path).refused.is_none()));
        assert!(limiter.count("POST", &path).refused.is_some());
        assert!(limiter.count("POST", &["channels", "2", "messages"]).refused.is_none());
        assert_eq!(limiter.refusals, 1);
    }
}
