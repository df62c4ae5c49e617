//! The same control over HTTP, under `/sandbox`, for people and for other languages.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use super::handle::CallHandle;
use super::people::{self, PostOptions};
use super::setup;
use super::waits::save;
use crate::Fault;
use crate::gateway::{Frame, control_frame};
use crate::ids;
use crate::rest::Asked;
use crate::shared::Shared;
use crate::world::World;
use crate::world::given::Filling;
use crate::world::posting::{Change, Draft};
use crate::world::types::ChannelKind;

/// How long a call waits for the bot's answer unless told otherwise.
const ANSWER_MS: u64 = 15_000;

/// Answers one control request.
pub async fn handle(shared: &Arc<Shared>, asked: &Asked) -> (u16, Value) {
    let path: Vec<&str> = asked.path.iter().skip(1).map(String::as_str).collect();
    match act(shared, asked, &path).await {
        Ok(body) => (200, body),
        Err(why) => (400, json!({ "error": format!("{why:#}") })),
    }
}

fn id(body: &Value, field: &str) -> Result<u64> {
    body.get(field)
        .and_then(ids::read)
        .ok_or_else(|| anyhow!("\"{field}\" must be an id"))
}

fn text<'a>(body: &'a Value, field: &str) -> Result<&'a str> {
    body.get(field)
        .and_then(Value::as_str)
        .ok_or_else(|| anyhow!("\"{field}\" must be a text"))
}

fn flag(body: &Value, field: &str) -> bool {
    body.get(field).and_then(Value::as_bool).unwrap_or(false)
}

async fn act(shared: &Arc<Shared>, asked: &Asked, path: &[&str]) -> Result<Value> {
    let body = &asked.body;
    match path {
        ["state"] => Ok(shared.look(state)),
        ["messages"] | ["messages", _] => {
            let channel = path
                .get(1)
                .and_then(|id| id.parse().ok())
                .map_or_else(|| id(body, "channel"), Ok)?;
            Ok(shared.look(|world| json!(world.messages.get(&channel).map(|m| m.values().collect::<Vec<_>>()))))
        }
        ["requests"] => Ok(shared.look(|world| json!(world.recorder.requests))),
        ["requests", "save"] => {
            let requests = shared.look(|world| world.recorder.requests.clone());
            Ok(json!({ "saved": save(&requests, Path::new(text(body, "path")?))? }))
        }
        ["commands"] => Ok(shared.look(|world| world.commands.0.iter().map(|c| c.json.clone()).collect())),
        ["slash" | "autocomplete" | "menu" | "user_menu" | "click" | "select" | "modal"] => {
            call(shared, body, path.first().copied().unwrap_or_default()).await
        }
        _ => {
            ensure!(
                asked.method == "POST",
                "there is no such thing to read; changes are made with POST"
            );
            shared.with(|world| change(world, body, path))
        }
    }
}

async fn call(shared: &Arc<Shared>, body: &Value, what: &str) -> Result<Value> {
    let user = id(body, "user")?;
    let none = json!([]);
    let options = body.get("options").unwrap_or(&none);
    let (interaction, channel) = shared.with(|world| {
        if what == "modal" {
            let earlier = id(body, "interaction")?;
            let fields = body.get("fields").unwrap_or(&none);
            let channel = world
                .interactions
                .get(&earlier)
                .map_or(0, |interaction| interaction.channel);
            let made = world.submit_modal(earlier, user, fields).map_err(|why| anyhow!(why))?;
            return Ok((made, channel));
        }
        let channel = id(body, "channel")?;
        let made = match what {
            "slash" => world.slash(user, channel, text(body, "name")?, options, Filling::Sent),
            "autocomplete" => world.slash(user, channel, text(body, "name")?, options, Filling::Typing),
            "menu" => world.message_menu(user, channel, text(body, "name")?, id(body, "message")?),
            "user_menu" => world.user_menu(user, channel, text(body, "name")?, id(body, "target")?),
            "click" => world.click(user, channel, id(body, "message")?, text(body, "custom_id")?),
            _ => {
                let values = body.get("values").and_then(Value::as_array);
                let values: Vec<String> = values
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect();
                world.select(user, channel, id(body, "message")?, text(body, "custom_id")?, &values)
            }
        };
        anyhow::Ok((made.map_err(|why| anyhow!(why))?, channel))
    })?;
    let handle = CallHandle::new(Arc::clone(shared), interaction, user, channel);
    let limit = Duration::from_millis(body.get("wait_ms").and_then(Value::as_u64).unwrap_or(ANSWER_MS));
    let answer = handle.response(limit).await?;
    Ok(json!({ "interaction": ids::id(interaction), "response": answer }))
}

fn change(world: &mut World, body: &Value, path: &[&str]) -> Result<Value> {
    let made = |id: u64| json!({ "id": ids::id(id) });
    match path {
        ["guilds"] => Ok(made(world.add_guild(text(body, "name")?))),
        ["channels"] => {
            let kind = if flag(body, "forum") {
                ChannelKind::Forum
            } else {
                ChannelKind::Text
            };
            Ok(made(world.add_channel(
                Some(id(body, "guild")?),
                text(body, "name")?,
                kind,
            )))
        }
        ["roles"] => {
            let nothing = crate::Permissions::empty();
            Ok(made(world.add_role(
                id(body, "guild")?,
                text(body, "name")?,
                nothing,
                flag(body, "mentionable"),
            )))
        }
        ["members"] => {
            let (guild, name) = (id(body, "guild")?, text(body, "name")?);
            let user = if flag(body, "moderator") {
                setup::add_moderator(world, guild, name)
            } else {
                setup::add_member(world, guild, name, flag(body, "bot"))
            };
            if let (Ok(locale), Some(found)) = (text(body, "locale"), world.users.get_mut(&user)) {
                locale.clone_into(&mut found.locale);
            }
            Ok(made(user))
        }
        ["permissions"] => {
            let bits = |field: &str| {
                let bits = body.get(field).and_then(ids::read).unwrap_or(0);
                crate::Permissions::from_bits_truncate(bits)
            };
            let bot = world.options.bot_id;
            world.overwrite(id(body, "channel")?, bot, true, bits("allow"), bits("deny"));
            Ok(json!({}))
        }
        ["dms"] => {
            let user = id(body, "user")?;
            let found = world
                .users
                .get_mut(&user)
                .ok_or_else(|| anyhow!("there is no user {user}"))?;
            found.dms_closed = flag(body, "closed");
            Ok(json!({}))
        }
        ["post"] => {
            let options: PostOptions = match body.get("options") {
                Some(options) => serde_json::from_value(options.clone())?,
                None => PostOptions::default(),
            };
            Ok(made(people::post(
                world,
                id(body, "channel")?,
                id(body, "author")?,
                text(body, "text")?,
                options,
            )?))
        }
        ["dm"] => {
            let user = id(body, "user")?;
            ensure!(world.users.contains_key(&user), "there is no user {user}");
            let channel = world.dm_channel(user);
            let message = people::post(world, channel, user, text(body, "text")?, PostOptions::default())?;
            Ok(json!({ "id": ids::id(message), "channel": ids::id(channel) }))
        }
        ["edit"] => {
            let change = Change {
                content: Some(text(body, "text")?.to_owned()),
                ..Change::default()
            };
            ensure!(
                world.change_message(id(body, "channel")?, id(body, "message")?, change),
                "no such message"
            );
            Ok(json!({}))
        }
        ["delete"] => {
            let gone = world.remove_message(id(body, "channel")?, id(body, "message")?);
            ensure!(gone.is_some(), "no such message");
            Ok(json!({}))
        }
        ["threads"] => {
            let (channel, author) = (id(body, "channel")?, id(body, "author")?);
            match id(body, "message") {
                Ok(message) => {
                    ensure!(world.message(channel, message).is_some(), "no such message");
                    Ok(made(world.start_thread_from(
                        channel,
                        message,
                        text(body, "name")?,
                        author,
                    )))
                }
                Err(_) => {
                    people::expect_kind(world, channel, ChannelKind::Text)?;
                    Ok(made(world.start_thread(channel, text(body, "name")?, author)))
                }
            }
        }
        ["forum"] => {
            let forum = id(body, "channel")?;
            people::expect_kind(world, forum, ChannelKind::Forum)?;
            let draft = Draft {
                content: text(body, "text")?.to_owned(),
                ..Draft::default()
            };
            Ok(made(world.forum_post(
                forum,
                id(body, "author")?,
                text(body, "name")?,
                draft,
            )))
        }
        ["fault"] => {
            let fault: Fault = serde_json::from_value(body.clone())?;
            world.faults.push(fault);
            Ok(json!({}))
        }
        ["cut"] => Ok(json!({ "sockets": world.gateway.send_all(&Frame::Cut) })),
        ["reconnect"] => Ok(json!({ "sockets": world.gateway.send_all(&control_frame(7, Value::Null)) })),
        ["invalidate"] => {
            let resumable = flag(body, "resumable");
            let sockets = world.gateway.send_all(&control_frame(9, json!(resumable)));
            if !resumable {
                world.gateway.sessions.clear();
            }
            Ok(json!({ "sockets": sockets }))
        }
        _ => bail!("there is no such control"),
    }
}

fn state(world: &World) -> Value {
    let guilds: Vec<Value> = world.guilds.values().map(|guild| world.guild_json(guild)).collect();
    let channels: Vec<Value> = world
        .channels
        .values()
        .map(|channel| world.channel_json(channel))
        .collect();
    let users: Vec<Value> = world.users.values().map(|user| world.user_json(user)).collect();
    json!({
        "url": world.url,
        "bot": ids::id(world.options.bot_id),
        "guilds": guilds,
        "channels": channels,
        "users": users,
        "sessions": world.gateway.sessions.len(),
        "connected": world.gateway.sockets.len(),
        "readies": world.gateway.readies,
        "resumes": world.gateway.resumes,
        "closes": world.gateway.closes,
        "requests": world.recorder.requests.len(),
        "refused_429": world.limiter.refusals,
        "faults": world.faults,
        "complaints": world.complaints,
        "typing": ids::ids(world.typing.iter().copied()),
    })
}
