//! Things that go wrong on demand.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The request is refused with this status and this error code, and does nothing.
    Status(u16, u32),
    /// The request is refused with 429.
    RateLimit {
        /// How long to wait before trying again.
        after_ms: u64,
        /// Whether it is for every route.
        global: bool,
    },
    /// The request is handled after this many milliseconds.
    Delay(u64),
    /// The connection ends without an answer, and the request does nothing.
    Reset,
    /// The request is carried out, but the connection ends before the answer.
    LoseAnswer,
    /// The request is carried out, but answered with this status and this error code.
    DoneBut(u16, u32),
    /// No answer ever comes, and the request does nothing.
    Hang,
}

/// Which requests go wrong, how, and how often.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// HTTP method; empty for any.
    #[serde(default)]
    pub method: String,
    /// Part of the path; `*` stands for anything in between.
    #[serde(default)]
    pub path: String,
    /// What goes wrong.
    pub action: Action,
    /// How many requests it strikes.
    #[serde(default = "once")]
    pub times: usize,
}

const fn once() -> usize {
    1
}

impl Fault {
    /// Strikes the next request of this method whose path contains `path`.
    #[must_use]
    pub fn once(method: &str, path: &str, action: Action) -> Self {
        Self::times(method, path, action, 1)
    }

    /// Strikes the next `times` requests of this method whose path contains `path`.
    #[must_use]
    pub fn times(method: &str, path: &str, action: Action, times: usize) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            action,
            times,
        }
    }

    fn strikes(&self, method: &str, path: &str) -> bool {
        if !self.method.is_empty() && !self.method.eq_ignore_ascii_case(method) {
            return false;
        }
        let mut rest = path;
        for piece in self.path.split('*') {
            let Some((_, after)) = rest.split_once(piece) else {
                return false;
            };
            rest = after;
        }
        true
    }
}

/// Takes the first fault that strikes this request, if there is one.
pub fn take(faults: &mut Vec<Fault>, method: &str, path: &str) -> Option<Action> {
    let found = faults
        .iter_mut()
        .find(|fault| fault.times > 0 && fault.strikes(method, path))?;
    found.times -= 1;
    let action = found.action.clone();
    faults.retain(|fault| fault.times > 0);
    Some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let mut faults = vec![Fault::times("POST", "channels/*/messages", Action::Reset, 2)];
        assert_eq!(take(&mut faults, "GET", "/api/v10/channels/1/messages"), None);
        assert_eq!(
            take(&mut faults, "POST", "/api/v10/channels/1/messages"),
            Some(Action::Reset)
        );
        assert_eq!(take(&mut faults, "POST", "/api/v10/channels/1/typing"), None);
        assert_eq!(
            take(&mut faults, "post", "/api/v10/channels/1/messages"),
            Some(Action::Reset)
        );
        assert_eq!(take(&mut faults, "POST", "/api/v10/channels/1/messages"), None);
    }
}
