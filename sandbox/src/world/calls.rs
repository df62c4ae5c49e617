//! What people do with the bot: commands, menus, buttons, selects, modals.
//! Whatever Discord's own client would not let them do is an error for the driver.

use serde_json::{Value, json};
use twilight_model::guild::Permissions;

use super::World;
use super::given::{self, Filling};
use super::interactions::Opening;
use super::payload::merge;
use crate::ids;

/// A call that could not be made, and why.
pub type Call = Result<u64, String>;

/// A list, or none.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl World {
    /// The registered command, if this user may use it here.
    fn usable(&self, user: u64, channel: u64, kind: u8, name: &str) -> Result<(u64, Option<u64>, Value), String> {
        let place = self
            .channels
            .get(&channel)
            .ok_or_else(|| format!("there is no channel {channel}"))?;
        let guild = place.guild;
        let Some(command) = self.commands.find(guild, kind, name) else {
            let known: Vec<&str> = self.commands.0.iter().map(|command| command.name.as_str()).collect();
            return Err(format!(
                "no command {name:?} of type {kind} is registered here; there are: {}",
                known.join(", ")
            ));
        };
        let held = self.permissions(channel, user);
        if !held.contains(Permissions::VIEW_CHANNEL) {
            return Err(format!("user {user} does not see channel {channel}"));
        }
        if guild.is_some() {
            if !held.contains(Permissions::USE_SLASH_COMMANDS) {
                return Err(format!("user {user} may not use commands in channel {channel}"));
            }
            let needed = command.json.get("default_member_permissions").and_then(ids::read);
            let needed = needed.map_or(Permissions::empty(), Permissions::from_bits_truncate);
            if !held.contains(needed) {
                return Err(format!(
                    "user {user} lacks the permissions that command {name:?} asks for"
                ));
            }
        }
        let contexts = command.json.get("contexts").and_then(Value::as_array);
        let here = u64::from(guild.is_none());
        let by_context = contexts.is_none_or(|all| all.iter().any(|context| context.as_u64() == Some(here)));
        let in_dms = command
            .json
            .get("dm_permission")
            .and_then(Value::as_bool)
            .unwrap_or(true);
        if !by_context || (guild.is_none() && contexts.is_none() && !in_dms) {
            return Err(format!("command {name:?} cannot be used in this kind of channel"));
        }
        Ok((command.id, command.guild, command.json.clone()))
    }

    fn command_data(&self, id: u64, guild: Option<u64>, name: &str, kind: u8) -> Value {
        let mut data = json!({ "id": ids::id(id), "name": name, "type": kind });
        if let Some(guild) = guild {
            merge(&mut data, json!({ "guild_id": ids::id(guild) }));
        }
        data
    }

    /// A slash command, sent off or still being typed.
    pub fn slash(&mut self, user: u64, channel: u64, name: &str, options: &Value, filling: Filling) -> Call {
        let (id, scope, command) = self.usable(user, channel, 1, name)?;
        let asked = list(command.get("options").unwrap_or(&Value::Null));
        let mut sent: Vec<Value> = list(options).to_vec();
        if filling == Filling::Typing {
            given::focus(&mut sent);
        }
        let sent = given::options(asked, &sent, filling)?;
        if filling == Filling::Typing && !given::completes(asked, &sent) {
            return Err(format!("the focused option of {name:?} has no autocomplete"));
        }
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let mut data = self.command_data(id, scope, name, 1);
        let resolved = self.resolved(guild, user, &sent);
        if resolved.as_object().is_some_and(|sections| !sections.is_empty()) {
            merge(&mut data, json!({ "resolved": resolved }));
        }
        merge(&mut data, json!({ "options": sent }));
        let kind = if filling == Filling::Typing { 4 } else { 2 };
        self.open_interaction(
            user,
            channel,
            Opening {
                kind,
                command: name.to_owned(),
                data,
                ..Opening::default()
            },
        )
    }

    /// A command from a message's menu.
    pub fn message_menu(&mut self, user: u64, channel: u64, name: &str, message: u64) -> Call {
        let (id, scope, _) = self.usable(user, channel, 3, name)?;
        let target = self
            .message(channel, message)
            .filter(|target| self.sees(user, target))
            .ok_or_else(|| format!("user {user} sees no message {message} in channel {channel}"))?;
        let shown = self.message_json(target, true);
        let mut data = self.command_data(id, scope, name, 3);
        let key = message.to_string();
        merge(
            &mut data,
            json!({ "target_id": key, "resolved": { "messages": { &key: shown } } }),
        );
        let opening = Opening {
            kind: 2,
            command: name.to_owned(),
            from_menu: true,
            target: Some(message),
            data,
            ..Opening::default()
        };
        self.open_interaction(user, channel, opening)
    }

    /// A command from a user's menu.
    pub fn user_menu(&mut self, user: u64, channel: u64, name: &str, target: u64) -> Call {
        let (id, scope, _) = self.usable(user, channel, 2, name)?;
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let mut data = self.command_data(id, scope, name, 2);
        let resolved = self.resolved(guild, user, &[json!({ "type": 6, "value": target.to_string() })]);
        merge(&mut data, json!({ "target_id": ids::id(target), "resolved": resolved }));
        let opening = Opening {
            kind: 2,
            command: name.to_owned(),
            from_menu: true,
            data,
            ..Opening::default()
        };
        self.open_interaction(user, channel, opening)
    }

    /// The component, if this user sees it and it is enabled.
    fn component(&self, user: u64, channel: u64, message: u64, custom: &str) -> Result<Value, String> {
        let found = self
            .message(channel, message)
            .ok_or_else(|| format!("there is no message {message} in channel {channel}"))?;
        if !self.sees(user, found) {
            return Err(format!("user {user} does not see message {message}"));
        }
        let component = found
            .components
            .iter()
            .find_map(|root| seek(root, custom))
            .ok_or_else(|| {
                let ids = found.custom_ids().join(", ");
                format!("message {message} has no component {custom:?}; enabled are: {ids}")
            })?;
        if component.get("disabled").and_then(Value::as_bool) == Some(true) {
            return Err(format!("component {custom:?} is disabled"));
        }
        Ok(component.clone())
    }

    /// A press of a button.
    pub fn click(&mut self, user: u64, channel: u64, message: u64, custom: &str) -> Call {
        let button = self.component(user, channel, message, custom)?;
        if button.get("type").and_then(Value::as_u64) != Some(2) {
            return Err(format!("component {custom:?} is not a button"));
        }
        let data = json!({ "custom_id": custom, "component_type": 2, "id": button.get("id") });
        self.open_interaction(
            user,
            channel,
            Opening {
                kind: 3,
                source: Some(message),
                data,
                ..Opening::default()
            },
        )
    }

    /// A choice in a select menu.
    pub fn select(&mut self, user: u64, channel: u64, message: u64, custom: &str, values: &[String]) -> Call {
        let menu = self.component(user, channel, message, custom)?;
        let kind = menu.get("type").and_then(Value::as_u64).unwrap_or(0);
        if !matches!(kind, 3 | 5..=8) {
            return Err(format!("component {custom:?} is not a select menu"));
        }
        let limit = |field: &str| menu.get(field).and_then(Value::as_u64).unwrap_or(1);
        let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
        if count < limit("min_values") || count > limit("max_values") {
            return Err(format!("{count} values do not fit select menu {custom:?}"));
        }
        let offered = list(menu.get("options").unwrap_or(&Value::Null));
        let unknown = |value: &&String| {
            !offered
                .iter()
                .any(|o| o.get("value").and_then(Value::as_str) == Some(value))
        };
        if let (3, Some(odd)) = (kind, values.iter().find(unknown)) {
            return Err(format!("select menu {custom:?} does not offer {odd:?}"));
        }
        let mut data = json!({ "custom_id": custom, "component_type": kind, "values": values, "id": menu.get("id") });
        if kind != 3 {
            let option = match kind {
                5 => 6,
                6 => 8,
                7 => 9,
                _ => 7,
            };
            let given: Vec<Value> = values
                .iter()
                .map(|value| json!({ "type": option, "value": value }))
                .collect();
            let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
            merge(&mut data, json!({ "resolved": self.resolved(guild, user, &given) }));
        }
        self.open_interaction(
            user,
            channel,
            Opening {
                kind: 3,
                source: Some(message),
                data,
                ..Opening::default()
            },
        )
    }
}

fn seek<'a>(component: &'a Value, custom: &str) -> Option<&'a Value> {
    if component.get("custom_id").and_then(Value::as_str) == Some(custom) {
        return Some(component);
    }
    let children = list(component.get("components").unwrap_or(&Value::Null));
    let accessory = component.get("accessory").into_iter();
    children.iter().chain(accessory).find_map(|child| seek(child, custom))
}
