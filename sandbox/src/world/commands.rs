//! Application commands that the bot has registered.

use serde_json::{Value, json};
use twilight_model::application::command::{Command, CommandOption, CommandOptionType, CommandType};
use twilight_validate::command as check;

use super::World;
use super::payload::merge;
use crate::error::{ApiError, ApiResult};
use crate::ids;

/// One registered command.
#[derive(Clone, Debug)]
pub struct Registered {
    pub id: u64,
    pub guild: Option<u64>,
    pub kind: u8,
    pub name: String,
    pub json: Value,
}

/// All registered commands.
#[derive(Debug, Default)]
pub struct Commands(pub Vec<Registered>);

impl Commands {
    /// Those of one guild, or the global ones.
    pub fn of(&self, guild: Option<u64>) -> impl Iterator<Item = &Registered> {
        self.0.iter().filter(move |command| command.guild == guild)
    }

    /// The command that a member of the guild would see under this name.
    pub fn find(&self, guild: Option<u64>, kind: u8, name: &str) -> Option<&Registered> {
        let named = |scope: Option<u64>| self.of(scope).find(|c| c.kind == kind && c.name == name);
        guild.and_then(|guild| named(Some(guild))).or_else(|| named(None))
    }
}

/// How many commands of each kind one place may have.
const fn room(kind: u8) -> usize {
    if kind == 1 { 100 } else { 15 }
}

fn refuse_options(options: &[CommandOption], field: &str) -> ApiResult<()> {
    let wrong = |code: &str, why: String| Err(ApiError::invalid(field, code, why));
    if let Err(why) = check::options(options) {
        return wrong("APPLICATION_COMMAND_OPTIONS_INVALID", why.to_string());
    }
    for option in options {
        // Checked once more on its own: an option that nests others is not checked as one.
        if let Err(why) = check::option(option) {
            return wrong("APPLICATION_COMMAND_OPTION_INVALID", why.to_string());
        }
        let choices = option.choices.as_deref().unwrap_or_default();
        if choices.len() > 25 {
            return wrong("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.".to_owned());
        }
        if !choices.is_empty() && option.autocomplete == Some(true) {
            let why = "Autocomplete options cannot have choices".to_owned();
            return wrong("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", why);
        }
        let nests = matches!(
            option.kind,
            CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup
        );
        match (&option.options, nests) {
            (Some(inner), true) => refuse_options(inner, &format!("{field}.options"))?,
            (Some(inner), false) if !inner.is_empty() => {
                let why = "Only subcommands and groups may hold options".to_owned();
                return wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", why);
            }
            _ => {}
        }
    }
    let nested = options
        .iter()
        .filter(|o| {
            matches!(
                o.kind,
                CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup
            )
        })
        .count();
    if nested != 0 && nested != options.len() {
        let why = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        return wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", why.to_owned());
    }
    Ok(())
}

impl World {
    /// Reads one command and refuses what Discord refuses.
    fn read_command(&mut self, body: &Value, guild: Option<u64>, field: &str) -> ApiResult<Registered> {
        let version = self.snowflakes.next();
        let mut whole = json!({ "type": 1, "description": "", "default_member_permissions": null, "options": [] });
        merge(&mut whole, body.clone());
        for absent in ["options", "description", "type"] {
            if whole.get(absent).is_some_and(Value::is_null) {
                let empty = match absent {
                    "options" => json!([]),
                    "description" => json!(""),
                    _ => json!(1),
                };
                merge(&mut whole, json!({ absent: empty }));
            }
        }
        merge(
            &mut whole,
            json!({ "version": ids::id(version), "application_id": ids::id(self.options.bot_id) }),
        );
        let command: Command = serde_json::from_value(whole)
            .map_err(|why| ApiError::invalid(field, "MODEL_TYPE_CONVERT", why.to_string()))?;
        if let CommandType::Unknown(_) = command.kind {
            return Err(ApiError::invalid(
                field,
                "BASE_TYPE_CHOICES",
                "Unknown type of command.",
            ));
        }
        check::command(&command)
            .map_err(|why| ApiError::invalid(field, "APPLICATION_COMMAND_INVALID", why.to_string()))?;
        refuse_options(&command.options, field)?;
        if command.kind != CommandType::ChatInput && !command.options.is_empty() {
            let why = "Context menu commands cannot have options";
            return Err(ApiError::invalid(
                field,
                "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
                why,
            ));
        }
        let kind = u8::from(command.kind);
        let known = self
            .commands
            .of(guild)
            .find(|c| c.kind == kind && c.name == command.name)
            .map(|c| c.id);
        let id = known.unwrap_or_else(|| self.snowflakes.next());
        let mut shown = serde_json::to_value(&command).map_err(ApiError::malformed)?;
        let mut defaults = json!({
            "id": ids::id(id),
            "nsfw": command.nsfw.unwrap_or(false),
            "name_localizations": command.name_localizations,
            "description_localizations": command.description_localizations,
            "integration_types": shown.get("integration_types").cloned().unwrap_or_else(|| json!([0])),
            "contexts": shown.get("contexts").cloned().unwrap_or(Value::Null),
        });
        match guild {
            Some(guild) => merge(&mut defaults, json!({ "guild_id": ids::id(guild) })),
            None => {
                let in_dms = shown.get("dm_permission").cloned().unwrap_or(json!(true));
                merge(&mut defaults, json!({ "dm_permission": in_dms }));
            }
        }
        merge(&mut shown, defaults);
        Ok(Registered {
            id,
            guild,
            kind,
            name: command.name,
            json: shown,
        })
    }

    /// Creates a command, or replaces the one of the same name and type.
    pub fn upsert_command(&mut self, body: &Value, guild: Option<u64>) -> ApiResult<(Value, bool)> {
        let command = self.read_command(body, guild, "")?;
        let before = self.commands.0.len();
        self.commands.0.retain(|known| known.id != command.id);
        let fresh = self.commands.0.len() == before;
        if self
            .commands
            .of(guild)
            .filter(|known| known.kind == command.kind)
            .count()
            >= room(command.kind)
        {
            return Err(ApiError::new(
                400,
                30_032,
                "Maximum number of application commands reached",
            ));
        }
        let json = command.json.clone();
        self.commands.0.push(command);
        Ok((json, fresh))
    }

    /// Replaces all commands of one place. Those that stay keep their ids.
    pub fn overwrite_commands(&mut self, bodies: &[Value], guild: Option<u64>) -> ApiResult<Value> {
        let mut all: Vec<Registered> = Vec::new();
        for (place, body) in bodies.iter().enumerate() {
            let command = self.read_command(body, guild, &place.to_string())?;
            if all
                .iter()
                .any(|other| other.kind == command.kind && other.name == command.name)
            {
                let why = "Application command names must be unique";
                return Err(ApiError::invalid(
                    &place.to_string(),
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    why,
                ));
            }
            if all.iter().filter(|other| other.kind == command.kind).count() >= room(command.kind) {
                return Err(ApiError::new(
                    400,
                    30_032,
                    "Maximum number of application commands reached",
                ));
            }
            all.push(command);
        }
        let shown: Vec<Value> = all.iter().map(|command| command.json.clone()).collect();
        self.commands.0.retain(|known| known.guild != guild);
        self.commands.0.extend(all);
        Ok(Value::Array(shown))
    }
}
