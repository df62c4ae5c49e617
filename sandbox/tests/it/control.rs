//! Control over HTTP.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::client::{Bot, PLAIN, SOON, api, request, start};

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test reads what the sandbox wrote")]
async fn a_guild_is_built_and_used_over_http() -> Result<()> {
    let discord = start().await?;
    let control = async |path: &str, body: Value| -> Result<Value> {
        let answer = request(&discord, "", "POST", &format!("/sandbox/{path}"), Some(body)).await?;
        anyhow::ensure!(answer.status == 200, "{path}: {}", answer.body);
        Ok(answer.body)
    };
    let guild = control("guilds", json!({ "name": "Harbor" })).await?["id"].clone();
    let channel = control("channels", json!({ "guild": guild, "name": "general" })).await?["id"].clone();
    let ana = control("members", json!({ "guild": guild, "name": "ana", "locale": "es-ES" })).await?["id"].clone();
    let message = control("post", json!({ "channel": channel, "author": ana, "text": "hello" })).await?["id"].clone();
    control(
        "edit",
        json!({ "channel": channel, "message": message, "text": "hello!" }),
    )
    .await?;
    let direct = control("dm", json!({ "user": ana, "text": "private" })).await?;
    assert!(direct["channel"].is_string());
    let messages = control("messages", json!({ "channel": channel })).await?;
    assert_eq!(messages[0]["content"], "hello!");
    control(
        "fault",
        json!({ "method": "GET", "path": "users", "action": { "status": [500, 0] } }),
    )
    .await?;
    assert_eq!(api(&discord, "GET", "/users/@me", None).await?.status, 500);
    let state = request(&discord, "", "GET", "/sandbox/state", None).await?.body;
    assert_eq!(state["guilds"][0]["id"], guild);
    assert!(
        control("post", json!({ "channel": "5", "author": ana, "text": "x" }))
            .await
            .is_err()
    );
    let file = std::env::temp_dir().join(format!("sandbox-requests-{}.jsonl", std::process::id()));
    let saved = control("requests/save", json!({ "path": file })).await?;
    assert_eq!(saved["saved"], 1);
    let line: Value = serde_json::from_str(std::fs::read_to_string(&file)?.trim())?;
    assert_eq!(
        (&line["path"], &line["status"]),
        (&json!("/api/v10/users/@me"), &json!(500))
    );
    std::fs::remove_file(file)?;
    Ok(())
}

#[tokio::test]
async fn a_command_is_used_over_http() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, PLAIN).await?;
    let path = format!("/applications/{}/commands", discord.bot_id());
    api(
        &discord,
        "POST",
        &path,
        Some(json!({ "name": "hello", "description": "Hello" })),
    )
    .await?;
    discord.wait_command("hello", SOON).await?;
    let body = json!({ "user": ana.to_string(), "channel": general.to_string(), "name": "hello" });
    let asking = request(&discord, "", "POST", "/sandbox/slash", Some(body));
    let answering = async {
        let interaction = bot.event("INTERACTION_CREATE").await?;
        let (id, token) = (
            interaction["id"].as_str().context("id")?,
            interaction["token"].as_str().context("token")?,
        );
        let body = json!({ "type": 4, "data": { "content": "hi", "flags": 64 } });
        let path = format!("/interactions/{id}/{token}/callback?with_response=true");
        api(&discord, "POST", &path, Some(body)).await
    };
    let (asked, answered) = tokio::join!(asking, answering);
    assert_eq!(answered?.body["resource"]["message"]["content"], "hi");
    let response = asked?.body["response"].clone();
    assert_eq!(
        (&response["content"], &response["ephemeral"]),
        (&json!("hi"), &json!(true))
    );
    Ok(())
}
