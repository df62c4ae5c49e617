//! Errors in the shape in which Discord sends them: a status, a code, a message and,
//! for a body that is wrong, where it is wrong.

use serde_json::{Value, json};

/// What a refused request is answered with.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// Discord's own error code.
    pub code: u32,
    /// Sentence for people.
    pub message: String,
    /// Which fields are wrong, nested as Discord nests them.
    pub errors: Option<Value>,
}

/// What handling a request comes to.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// An error without field details.
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: None,
        }
    }

    /// `Invalid Form Body`, at a field given as a dotted path such as `embeds.0.title`.
    pub fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        let mut errors = json!({ "_errors": [{ "code": code, "message": message.into() }] });
        for part in field.rsplit('.').filter(|part| !part.is_empty()) {
            errors = json!({ part: errors });
        }
        Self {
            status: 400,
            code: 50_035,
            message: "Invalid Form Body".to_owned(),
            errors: Some(errors),
        }
    }

    /// The body that goes with the status.
    pub fn body(&self) -> Value {
        match &self.errors {
            Some(errors) => json!({ "message": self.message, "code": self.code, "errors": errors }),
            None => json!({ "message": self.message, "code": self.code }),
        }
    }

    pub fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub fn not_found() -> Self {
        Self::new(404, 0, "404: Not Found")
    }

    pub fn method_not_allowed() -> Self {
        Self::new(405, 0, "405: Method Not Allowed")
    }

    pub fn malformed(why: impl std::fmt::Display) -> Self {
        Self::new(400, 50_109, format!("The request body contains invalid JSON. {why}"))
    }

    pub fn unknown_channel() -> Self {
        Self::new(404, 10_003, "Unknown Channel")
    }

    pub fn unknown_guild() -> Self {
        Self::new(404, 10_004, "Unknown Guild")
    }

    pub fn unknown_message() -> Self {
        Self::new(404, 10_008, "Unknown Message")
    }

    pub fn unknown_webhook() -> Self {
        Self::new(404, 10_015, "Unknown Webhook")
    }

    pub fn unknown_interaction() -> Self {
        Self::new(404, 10_062, "Unknown interaction")
    }

    pub fn missing_access() -> Self {
        Self::new(403, 50_001, "Missing Access")
    }

    pub fn missing_permissions() -> Self {
        Self::new(403, 50_013, "Missing Permissions")
    }

    pub fn cannot_message_user() -> Self {
        Self::new(403, 50_007, "Cannot send messages to this user")
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (HTTP {}, code {})", self.message, self.status, self.code)?;
        match &self.errors {
            Some(errors) => write!(f, ": {errors}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}
