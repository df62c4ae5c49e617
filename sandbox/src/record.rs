//! What was asked of the sandbox, request by request.

use serde::Serialize;
use serde_json::Value;

/// One request and what became of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Request {
    /// When it arrived, in milliseconds since the sandbox started.
    pub at_ms: u64,
    /// HTTP method.
    pub method: String,
    /// Path and query as they were asked for.
    pub path: String,
    /// `User-Agent`, if there was one.
    pub user_agent: Option<String>,
    /// Whether an `Authorization` header came along.
    pub authorized: bool,
    /// The JSON of the body, `payload_json` included.
    pub body: Option<Value>,
    /// Files that came along: name and size.
    pub files: Vec<(String, u64)>,
    /// The status of the answer; none while there is none, and none for ever if it was lost.
    pub status: Option<u16>,
    /// Discord's error code in the answer, if it was an error.
    pub code: Option<u64>,
    /// Whether the sandbox is done with it, answered or not.
    pub done: bool,
}

/// Keeps all requests in the order in which they came.
#[derive(Debug, Default)]
pub struct Recorder {
    pub requests: Vec<Request>,
}

impl Recorder {
    /// Notes a request; the number is for [`Recorder::finish`].
    pub fn begin(&mut self, request: Request) -> usize {
        self.requests.push(request);
        self.requests.len() - 1
    }

    /// Notes what became of it.
    pub fn finish(&mut self, number: usize, status: Option<u16>, code: Option<u64>) {
        if let Some(request) = self.requests.get_mut(number) {
            request.status = status;
            request.code = code;
            request.done = true;
        }
    }
}
