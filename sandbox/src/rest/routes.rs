//! Which route a path asks for.

use serde_json::{Value, json};

use super::{Asked, Reply, channels, commands, messages, webhooks};
use crate::error::{ApiError, ApiResult};
use crate::ids;
use crate::world::World;

/// An id in a path.
pub fn id(text: &str) -> ApiResult<u64> {
    text.parse()
        .map_err(|_| ApiError::invalid("", "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake.")))
}

/// An answer with a body.
pub const fn ok(body: Value) -> Reply {
    (200, Some(body))
}

/// An answer without one.
pub const fn done() -> Reply {
    (204, None)
}

/// Carries out a request.
pub fn route(world: &mut World, asked: &Asked, path: &[&str]) -> ApiResult<Reply> {
    match (asked.method.as_str(), path) {
        ("GET", ["gateway"]) => Ok(ok(json!({ "url": world.gateway_url() }))),
        ("GET", ["gateway", "bot"]) => Ok(ok(json!({
            "url": world.gateway_url(),
            "shards": 1,
            "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 },
        }))),
        ("GET", ["users", "@me"]) => Ok(ok(world.me_json())),
        ("POST", ["users", "@me", "channels"]) => channels::open_dm(world, asked),
        ("GET", ["users", "@me", "guilds"]) => Ok(ok(channels::own_guilds(world))),
        ("GET", ["users", user]) => {
            let user = id(user)?;
            let known = world
                .users
                .get(&user)
                .ok_or_else(|| ApiError::new(404, 10_013, "Unknown User"))?;
            Ok(ok(world.user_json(known)))
        }
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Ok(ok(application(world))),
        (_, ["applications", app, "commands", ..] | ["applications", app, "guilds", _, "commands", ..]) => {
            if id(app)? != world.options.bot_id {
                return Err(ApiError::new(
                    403,
                    20_012,
                    "You are not authorized to perform this action on this application",
                ));
            }
            commands::route(world, asked, path)
        }
        (_, ["guilds", guild, rest @ ..]) => channels::of_guild(world, asked, id(guild)?, rest),
        (_, ["channels", channel, "messages", rest @ ..]) => {
            let channel = id(channel)?;
            match rest {
                [message, "threads"] => channels::thread_from(world, asked, channel, id(message)?),
                _ => messages::route(world, asked, channel, rest),
            }
        }
        (_, ["channels", channel, rest @ ..]) => channels::route(world, asked, id(channel)?, rest),
        ("POST", ["interactions", interaction, token, "callback"]) => {
            webhooks::callback(world, asked, id(interaction)?, token)
        }
        (_, ["webhooks", app, token, rest @ ..]) => webhooks::route(world, asked, id(app)?, token, rest),
        _ => Err(ApiError::not_found()),
    }
}

fn application(world: &World) -> Value {
    let owner = world
        .guilds
        .values()
        .next()
        .map_or(world.options.bot_id, |guild| guild.owner);
    json!({
        "id": ids::id(world.options.bot_id),
        "name": world.options.bot_name,
        "icon": null,
        "description": "",
        "bot": world.me_json(),
        "bot_public": false,
        "bot_require_code_grant": false,
        "flags": world.application_flags(),
        "owner": world.user_json_by_id(owner),
        "verify_key": "0000000000000000000000000000000000000000000000000000000000000000",
        "team": null,
        "approximate_guild_count": world.guilds.len(),
        "integration_types_config": { "0": {} },
    })
}
