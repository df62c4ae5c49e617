//! Modals: filled in and sent off.

use serde_json::{Value, json};

use super::World;
use super::calls::{Call, list};
use super::interactions::Opening;
use super::payload::merge;

impl World {
    /// A modal filled in and sent off. It must be one that this interaction was answered with.
    pub fn submit_modal(&mut self, interaction: u64, user: u64, fields: &Value) -> Call {
        let asked = self
            .interactions
            .get(&interaction)
            .ok_or("there is no such interaction")?;
        let modal = match &asked.answer {
            Some(answer) if answer.kind == 9 => answer.shown.clone(),
            _ => return Err("the interaction was not answered with a modal".to_owned()),
        };
        if asked.user != user {
            return Err(format!("the modal is not shown to user {user}"));
        }
        let (channel, source) = (asked.channel, asked.source);
        let given = fields.as_object().cloned().unwrap_or_default();
        let mut used = Vec::new();
        let mut components = Vec::new();
        for component in list(modal.get("components").unwrap_or(&Value::Null)) {
            components.push(filled(component, &given, &mut used)?);
        }
        if let Some(odd) = given.keys().find(|field| !used.contains(field)) {
            return Err(format!("the modal has no field {odd:?}; it has: {}", used.join(", ")));
        }
        let data = json!({ "custom_id": modal.get("custom_id"), "components": components });
        self.open_interaction(
            user,
            channel,
            Opening {
                kind: 5,
                source,
                data,
                ..Opening::default()
            },
        )
    }
}

/// A modal's component with what was filled in, as a client sends it.
fn filled(component: &Value, given: &serde_json::Map<String, Value>, used: &mut Vec<String>) -> Result<Value, String> {
    let mut out = json!({ "type": component.get("type"), "id": component.get("id") });
    if let Some(children) = component.get("components").and_then(Value::as_array) {
        let mut inner = Vec::new();
        for child in children {
            inner.push(filled(child, given, used)?);
        }
        merge(&mut out, json!({ "components": inner }));
    }
    if let Some(child) = component.get("component") {
        merge(&mut out, json!({ "component": filled(child, given, used)? }));
    }
    let Some(custom) = component.get("custom_id").and_then(Value::as_str) else {
        return Ok(out);
    };
    used.push(custom.to_owned());
    let value = given
        .get(custom)
        .or_else(|| component.get("value"))
        .cloned()
        .unwrap_or(json!(""));
    merge(&mut out, json!({ "custom_id": custom }));
    if component.get("type").and_then(Value::as_u64) != Some(4) {
        merge(
            &mut out,
            json!({ "values": if value.is_array() { value } else { json!([value]) } }),
        );
        return Ok(out);
    }
    let length = u64::try_from(value.as_str().unwrap_or_default().chars().count()).unwrap_or(u64::MAX);
    let required = component.get("required").and_then(Value::as_bool).unwrap_or(true);
    let limit = |field: &str, otherwise: u64| component.get(field).and_then(Value::as_u64).unwrap_or(otherwise);
    if required && length == 0 {
        return Err(format!("field {custom:?} of the modal is required"));
    }
    if length > limit("max_length", 4000) || (length > 0 && length < limit("min_length", 0)) {
        return Err(format!(
            "field {custom:?} of the modal does not take {length} characters"
        ));
    }
    merge(&mut out, json!({ "value": value }));
    Ok(out)
}
