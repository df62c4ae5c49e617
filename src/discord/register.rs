//! Registers commands with Discord, at start and only where they changed.

use serde_json::Value;
use serenity::all::{ApplicationId, LightMethod, Route};

use super::{Precedence, SendError, Sender, commands};

/// Compares what Discord has with what we have, and overwrites all if they differ.
pub(super) async fn commands(sender: &Sender, application: ApplicationId) -> Result<(), SendError> {
    let ours = poise::builtins::create_application_commands(&commands::all());
    let ours = serde_json::to_value(&ours).map_err(|error| SendError::Shape(error.to_string()))?;
    let route = Route::Commands {
        application_id: application,
    };
    let theirs: Value = sender.call(LightMethod::Get, route, None, Precedence::Other).await?;
    if same_set(&ours, &theirs) {
        tracing::info!("commands are registered already");
        return Ok(());
    }
    let body = serde_json::to_vec(&ours).map_err(|error| SendError::Shape(error.to_string()))?;
    let _: Value = sender
        .call(LightMethod::Put, route, Some(body), Precedence::Other)
        .await?;
    tracing::info!("commands registered");
    Ok(())
}

/// The same commands in any order.
fn same_set(ours: &Value, theirs: &Value) -> bool {
    let (Some(ours), Some(theirs)) = (ours.as_array(), theirs.as_array()) else {
        return false;
    };
    let key = |command: &Value| {
        (
            command.get("name").cloned(),
            command
                .get("type")
                .cloned()
                .filter(|kind| !kind.is_null())
                .unwrap_or(Value::from(1)),
        )
    };
    ours.len() == theirs.len()
        && ours.iter().all(|command| {
            theirs
                .iter()
                .any(|other| key(other) == key(command) && same(command, other))
        })
}

/// Whether everything that we say is what Discord has. Discord adds fields and leaves out what is empty or usual.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => ours.iter().all(|(name, value)| match theirs.get(name) {
            Some(other) => same(value, other),
            None => usual(value) || name == "type",
        }),
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (Value::Null, other) | (other, Value::Null) => usual(other),
        (a, b) => a == b || number(a).is_some_and(|a| Some(a) == number(b)),
    }
}

fn usual(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Permissions come as a string or as a number.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_discord_adds_changes_nothing_and_what_we_change_does() {
        let ours = json!([{"name": "ask", "type": 1, "description": "Ask", "options": [{"name": "question", "type": 3, "required": true, "choices": []}], "name_localizations": {}}]);
        let theirs = json!([{"id": "1", "name": "ask", "type": 1, "description": "Ask", "version": "2", "options": [{"name": "question", "type": 3, "required": true}], "name_localizations": null}]);
        assert!(same_set(&ours, &theirs));
        let mut other = theirs.clone();
        other[0]["options"][0]["required"] = json!(false);
        assert!(!same_set(&ours, &other));
        assert!(!same_set(&ours, &json!([])));
    }
}
