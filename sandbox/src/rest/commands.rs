//! Application commands.

use serde_json::Value;

use super::routes::{done, id, ok};
use super::{Asked, Reply};
use crate::error::{ApiError, ApiResult};
use crate::world::World;
use crate::world::commands::Registered;
use crate::world::payload::merge;

fn unknown() -> ApiError {
    ApiError::new(404, 10_063, "Unknown application command")
}

/// Routes below `/applications/{id}/commands` and `/applications/{id}/guilds/{id}/commands`.
pub fn route(world: &mut World, asked: &Asked, path: &[&str]) -> ApiResult<Reply> {
    let (guild, rest) = match path {
        ["applications", _, "commands", rest @ ..] => (None, rest),
        ["applications", _, "guilds", guild, "commands", rest @ ..] => (Some(id(guild)?), rest),
        _ => return Err(ApiError::not_found()),
    };
    if guild.is_some_and(|guild| !world.guilds.contains_key(&guild)) {
        return Err(ApiError::missing_access());
    }
    match (asked.method.as_str(), rest) {
        ("GET", []) => Ok(ok(world
            .commands
            .of(guild)
            .map(|command| command.json.clone())
            .collect())),
        ("POST", []) => {
            let (json, fresh) = world.upsert_command(&asked.body, guild)?;
            Ok((if fresh { 201 } else { 200 }, Some(json)))
        }
        ("PUT", []) => {
            let Some(bodies) = asked.body.as_array() else {
                return Err(ApiError::invalid(
                    "",
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                ));
            };
            Ok(ok(world.overwrite_commands(bodies, guild)?))
        }
        (method, [command]) => one(world, asked, method, guild, id(command)?),
        _ => Err(ApiError::not_found()),
    }
}

fn one(world: &mut World, asked: &Asked, method: &str, guild: Option<u64>, command: u64) -> ApiResult<Reply> {
    let found: Registered = world
        .commands
        .of(guild)
        .find(|known| known.id == command)
        .cloned()
        .ok_or_else(unknown)?;
    match method {
        "GET" => Ok(ok(found.json)),
        "DELETE" => {
            world.commands.0.retain(|known| known.id != command);
            Ok(done())
        }
        "PATCH" => {
            let mut whole: Value = found.json;
            merge(&mut whole, asked.body.clone());
            // Under its new name from here on, so that it is found and keeps its id.
            let name = whole.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            for known in world.commands.0.iter_mut().filter(|known| known.id == command) {
                known.name.clone_from(&name);
            }
            Ok(ok(world.upsert_command(&whole, guild)?.0))
        }
        _ => Err(ApiError::method_not_allowed()),
    }
}
