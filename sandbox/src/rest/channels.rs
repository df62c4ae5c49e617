//! Channels, threads, guilds and members.

use serde_json::{Value, json};
use twilight_model::guild::Permissions;

use super::messages::{self, visible};
use super::routes::{done, id, ok};
use super::{Asked, Reply};
use crate::error::{ApiError, ApiResult};
use crate::ids;
use crate::validate;
use crate::world::World;
use crate::world::types::{Channel, ChannelKind};

/// Opens the direct conversation with somebody.
pub fn open_dm(world: &mut World, asked: &Asked) -> ApiResult<Reply> {
    let user = asked.body.get("recipient_id").and_then(ids::read);
    let user = user.filter(|user| world.users.contains_key(user) && *user != world.options.bot_id);
    let Some(user) = user else {
        return Err(ApiError::new(400, 50_033, "Invalid Recipient(s)"));
    };
    let channel = world.dm_channel(user);
    let found = world.channels.get(&channel).ok_or_else(ApiError::unknown_channel)?;
    Ok(ok(world.channel_json(found)))
}

/// The guilds that the bot is in, in short.
pub fn own_guilds(world: &World) -> Value {
    world
        .guilds
        .values()
        .map(|guild| {
            let held = world.guild_permissions(guild.id, world.options.bot_id);
            json!({
                "id": ids::id(guild.id),
                "name": guild.name,
                "icon": null,
                "banner": null,
                "owner": false,
                "permissions": held.bits().to_string(),
                "features": ["COMMUNITY"],
            })
        })
        .collect()
}

/// Routes below `/guilds/{id}`.
pub fn of_guild(world: &World, asked: &Asked, guild: u64, rest: &[&str]) -> ApiResult<Reply> {
    let found = world.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    let bot = world.options.bot_id;
    match (asked.method.as_str(), rest) {
        ("GET", []) => Ok(ok(world.guild_json(found))),
        ("GET", ["channels"]) => {
            let of_guild = world
                .channels
                .values()
                .filter(|c| c.guild == Some(guild) && c.kind != ChannelKind::Thread);
            Ok(ok(of_guild.map(|channel| world.channel_json(channel)).collect()))
        }
        ("GET", ["roles"]) => Ok(ok(found.roles.values().map(|role| world.role_json(role)).collect())),
        ("GET", ["members", user]) => {
            let user = if *user == "@me" { bot } else { id(user)? };
            let unknown = || ApiError::new(404, 10_007, "Unknown Member");
            Ok(ok(world.member_json(guild, user).ok_or_else(unknown)?))
        }
        ("GET", ["members"]) => {
            if !world.options.server_members {
                return Err(ApiError::missing_access());
            }
            Ok(ok(found
                .members
                .keys()
                .filter_map(|user| world.member_json(guild, *user))
                .collect()))
        }
        ("GET", ["threads", "active"]) => {
            let active = |c: &&Channel| c.guild == Some(guild) && c.kind == ChannelKind::Thread && !c.archived;
            let seen = |c: &&Channel| world.bot_may(c.id, Permissions::VIEW_CHANNEL);
            Ok(ok(listing(world, world.channels.values().filter(active).filter(seen))))
        }
        _ => Err(ApiError::not_found()),
    }
}

fn listing<'a>(world: &World, threads: impl Iterator<Item = &'a Channel>) -> Value {
    let bot = world.options.bot_id;
    let threads: Vec<&Channel> = threads.collect();
    let members: Vec<Value> = threads
        .iter()
        .filter(|thread| thread.thread_members.contains(&bot))
        .map(|thread| {
            json!({
                "id": ids::id(thread.id),
                "user_id": ids::id(bot),
                "join_timestamp": ids::moment(thread.created_ms),
                "flags": 1,
            })
        })
        .collect();
    let shown: Vec<Value> = threads.iter().map(|thread| world.channel_json(thread)).collect();
    json!({ "threads": shown, "members": members, "has_more": false })
}

/// Routes below `/channels/{id}`, messages excepted.
pub fn route(world: &mut World, asked: &Asked, channel: u64, rest: &[&str]) -> ApiResult<Reply> {
    visible(world, channel)?;
    match (asked.method.as_str(), rest) {
        ("GET", []) => Ok(ok(world.channel_json(visible(world, channel)?))),
        ("PATCH", []) => change(world, asked, channel),
        ("POST", ["typing"]) => messages::typing(world, channel),
        ("POST", ["threads"]) => open_thread(world, asked, channel),
        ("GET", ["threads", "archived", "public"]) => {
            if !world.bot_may(channel, Permissions::READ_MESSAGE_HISTORY) {
                return Err(ApiError::missing_access());
            }
            let archived = |c: &&Channel| c.parent == Some(channel) && c.kind == ChannelKind::Thread && c.archived;
            Ok(ok(listing(world, world.channels.values().filter(archived))))
        }
        ("PUT" | "DELETE", ["thread-members", who]) => {
            let user = if *who == "@me" { world.options.bot_id } else { id(who)? };
            match world.channels.get_mut(&channel) {
                Some(thread) if thread.kind != ChannelKind::Thread => {
                    return Err(ApiError::unknown_channel());
                }
                Some(thread) if asked.method == "DELETE" => {
                    thread.thread_members.remove(&user);
                }
                _ => world.join_thread(channel, user),
            }
            Ok(done())
        }
        _ => Err(ApiError::not_found()),
    }
}

fn thread_name(asked: &Asked) -> ApiResult<String> {
    let name = asked.body.get("name").and_then(Value::as_str).unwrap_or_default();
    if twilight_validate::channel::name(name).is_err() {
        return Err(ApiError::invalid(
            "name",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 100 in length.",
        ));
    }
    Ok(name.to_owned())
}

fn may_open(world: &World, channel: u64) -> ApiResult<()> {
    if world.bot_may(channel, Permissions::CREATE_PUBLIC_THREADS) {
        Ok(())
    } else {
        Err(ApiError::missing_permissions())
    }
}

/// Starts a thread from a message.
pub fn thread_from(world: &mut World, asked: &Asked, channel: u64, message: u64) -> ApiResult<Reply> {
    if asked.method != "POST" {
        return Err(ApiError::method_not_allowed());
    }
    visible(world, channel)?;
    may_open(world, channel)?;
    let source = world.message(channel, message).filter(|found| !found.ephemeral());
    if source.ok_or_else(ApiError::unknown_message)?.thread.is_some() {
        return Err(ApiError::new(
            400,
            160_004,
            "A thread has already been created for this message",
        ));
    }
    let name = thread_name(asked)?;
    let bot = world.options.bot_id;
    let thread = world.start_thread_from(channel, message, &name, bot);
    Ok((201, Some(world.channel_json(visible(world, thread)?))))
}

fn open_thread(world: &mut World, asked: &Asked, channel: u64) -> ApiResult<Reply> {
    let bot = world.options.bot_id;
    let forum = visible(world, channel)?.kind == ChannelKind::Forum;
    let name = thread_name(asked)?;
    if !forum {
        may_open(world, channel)?;
        let thread = world.start_thread(channel, &name, bot);
        return Ok((201, Some(world.channel_json(visible(world, thread)?))));
    }
    if !world.bot_may(channel, Permissions::SEND_MESSAGES) {
        return Err(ApiError::missing_permissions());
    }
    let files = messages::numbered(world, &asked.files);
    let first = asked.body.get("message").cloned().unwrap_or_else(|| json!({}));
    let body = validate::message_body(&first, files)?;
    if body.is_empty() {
        return Err(ApiError::new(400, 50_006, "Cannot send an empty message"));
    }
    let thread = world.forum_post(channel, bot, &name, messages::draft(body, None));
    let mut shown = world.channel_json(visible(world, thread)?);
    if let Some(message) = world.message(thread, thread) {
        let message = world.message_json(message, true);
        crate::world::payload::merge(&mut shown, json!({ "message": message }));
    }
    Ok((201, Some(shown)))
}

fn change(world: &mut World, asked: &Asked, channel: u64) -> ApiResult<Reply> {
    let found = visible(world, channel)?;
    let own = found.owner == Some(world.options.bot_id);
    if found.kind != ChannelKind::Thread {
        return Err(ApiError::missing_permissions());
    }
    let flag = |name: &str| asked.body.get(name).and_then(Value::as_bool);
    let needs = Permissions::MANAGE_THREADS;
    if !world.bot_may(channel, needs) && (!own || flag("locked").is_some()) {
        return Err(ApiError::missing_permissions());
    }
    let name = asked.body.get("name").and_then(Value::as_str);
    world.change_thread(channel, name, flag("archived"), flag("locked"));
    Ok(ok(world.channel_json(visible(world, channel)?)))
}
