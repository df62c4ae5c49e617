//! Options that a person fills in, held against the command that asks for them.

use serde_json::{Value, json};

use super::World;
use super::payload::merge;
use crate::ids;

/// What a client does with options before it sends them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// The command is sent off: everything required is there.
    Sent,
    /// The command is still being typed: one option has the focus.
    Typing,
}

fn array<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn name(value: &Value) -> &str {
    value.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn kind(value: &Value) -> u64 {
    value.get("type").and_then(Value::as_u64).unwrap_or(0)
}

fn nests(value: &Value) -> bool {
    matches!(kind(value), 1 | 2)
}

/// Checks what was filled in; gives it back with types, as a client sends it.
pub fn options(asked: &[Value], given: &[Value], filling: Filling) -> Result<Vec<Value>, String> {
    if asked.iter().any(nests) && given.len() != 1 {
        let names: Vec<&str> = asked.iter().map(name).collect();
        return Err(format!(
            "this command needs exactly one of its subcommands: {}",
            names.join(", ")
        ));
    }
    let mut out = Vec::new();
    for one in given {
        let Some(rule) = asked.iter().find(|rule| name(rule) == name(one)) else {
            let names: Vec<&str> = asked.iter().map(name).collect();
            return Err(format!(
                "there is no option {:?}; there are: {}",
                name(one),
                names.join(", ")
            ));
        };
        if one.get("type").is_some() && kind(one) != kind(rule) {
            return Err(format!(
                "option {} is of type {}, not {}",
                name(one),
                kind(rule),
                kind(one)
            ));
        }
        let mut sent = one.clone();
        merge(&mut sent, json!({ "type": kind(rule) }));
        if nests(rule) {
            let inner = options(array(rule, "options"), array(one, "options"), filling)?;
            merge(&mut sent, json!({ "options": inner }));
        } else {
            let focused = one.get("focused").and_then(Value::as_bool).unwrap_or(false);
            if !focused {
                value(rule, one)?;
            }
        }
        out.push(sent);
    }
    if filling == Filling::Sent {
        let required = |rule: &&Value| rule.get("required").and_then(Value::as_bool).unwrap_or(false);
        for rule in asked.iter().filter(required) {
            if !given.iter().any(|one| name(one) == name(rule)) {
                return Err(format!("option {} is required", name(rule)));
            }
        }
    }
    Ok(out)
}

fn value(rule: &Value, one: &Value) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("option {}: {why}", name(rule)));
    let Some(value) = one.get("value") else {
        return wrong("has no value");
    };
    let fits = match kind(rule) {
        3 => value.is_string(),
        4 => value.is_i64() || value.is_u64(),
        5 => value.is_boolean(),
        6..=9 | 11 => ids::read(value).is_some(),
        10 => value.is_number(),
        _ => true,
    };
    if !fits {
        return wrong(&format!("{value} is not of type {}", kind(rule)));
    }
    let choices = array(rule, "choices");
    if !choices.is_empty() && !choices.iter().any(|choice| choice.get("value") == Some(value)) {
        return wrong(&format!("{value} is none of its choices"));
    }
    let length = value.as_str().and_then(|text| u64::try_from(text.chars().count()).ok());
    if let Some(length) = length.filter(|_| kind(rule) == 3) {
        let limit = |field: &str| rule.get(field).and_then(Value::as_u64);
        if limit("min_length").is_some_and(|least| length < least) {
            return wrong("is too short");
        }
        if length > limit("max_length").unwrap_or(6000) {
            return wrong("is too long");
        }
    }
    if let Some(number) = value.as_f64() {
        let limit = |field: &str| rule.get(field).and_then(Value::as_f64);
        if limit("min_value").is_some_and(|least| number < least) {
            return wrong("is too small");
        }
        if limit("max_value").is_some_and(|most| number > most) {
            return wrong("is too big");
        }
    }
    Ok(())
}

/// Gives the focus to the last leaf if no option has it.
pub fn focus(options: &mut [Value]) {
    let focused = options
        .iter()
        .any(|o| o.get("focused").and_then(Value::as_bool) == Some(true));
    let Some(last) = options.last_mut() else {
        return;
    };
    match last.get_mut("options").and_then(Value::as_array_mut) {
        Some(inner) => focus(inner),
        None if !focused => merge(last, json!({ "focused": true })),
        None => {}
    }
}

/// Whether the focused option is one that is completed.
pub fn completes(asked: &[Value], given: &[Value]) -> bool {
    given.iter().any(|one| {
        let Some(rule) = asked.iter().find(|rule| name(rule) == name(one)) else {
            return false;
        };
        if nests(rule) {
            return completes(array(rule, "options"), array(one, "options"));
        }
        let flag = |value: &Value, field: &str| value.get(field).and_then(Value::as_bool) == Some(true);
        flag(one, "focused") && flag(rule, "autocomplete")
    })
}

impl World {
    /// The people, roles and channels that options name.
    pub fn resolved(&self, guild: Option<u64>, user: u64, given: &[Value]) -> Value {
        let mut out = json!({});
        for one in given {
            if nests(one) {
                let inner = self.resolved(guild, user, array(one, "options"));
                for (section, entries) in inner.as_object().into_iter().flatten() {
                    add(&mut out, section, entries.clone());
                }
                continue;
            }
            let Some(id) = one.get("value").and_then(ids::read).filter(|_| kind(one) >= 6) else {
                continue;
            };
            let key = id.to_string();
            if matches!(kind(one), 6 | 9) && self.users.contains_key(&id) {
                add(&mut out, "users", json!({ &key: self.user_json_by_id(id) }));
                if let Some(member) = self.resolved_member(guild, id) {
                    add(&mut out, "members", json!({ &key: member }));
                }
            }
            let role = guild
                .and_then(|guild| self.guilds.get(&guild))
                .and_then(|guild| guild.roles.get(&id));
            if let (8 | 9, Some(role)) = (kind(one), role) {
                add(&mut out, "roles", json!({ &key: self.role_json(role) }));
            }
            if let (7, Some(channel)) = (kind(one), self.channels.get(&id)) {
                add(
                    &mut out,
                    "channels",
                    json!({ &key: self.interaction_channel_json(channel, user) }),
                );
            }
        }
        out
    }

    /// A member as `resolved` carries it: without the user, with permissions.
    pub fn resolved_member(&self, guild: Option<u64>, user: u64) -> Option<Value> {
        let guild = guild?;
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        let mut out = self.member_core_json(member);
        let held = self.guild_permissions(guild, user);
        merge(&mut out, json!({ "permissions": held.bits().to_string() }));
        if let Some(fields) = out.as_object_mut() {
            fields.remove("deaf");
            fields.remove("mute");
        }
        Some(out)
    }
}

fn add(out: &mut Value, section: &str, entries: Value) {
    match out.get_mut(section) {
        Some(known) => merge(known, entries),
        None => merge(out, json!({ section: entries })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked_as_a_client_would() {
        let asked = [json!({ "name": "question", "type": 3, "required": true, "max_length": 5 })];
        let sent = |given: Value| options(&asked, given.as_array().map_or(&[], Vec::as_slice), Filling::Sent);
        assert_eq!(
            sent(json!([{ "name": "question", "value": "why" }])),
            Ok(vec![json!({ "name": "question", "value": "why", "type": 3 })])
        );
        assert!(sent(json!([])).is_err());
        assert!(sent(json!([{ "name": "question", "value": "too long" }])).is_err());
        assert!(sent(json!([{ "name": "question", "type": 4, "value": 1 }])).is_err());
        assert!(sent(json!([{ "name": "answer", "value": "x" }])).is_err());
    }
}
