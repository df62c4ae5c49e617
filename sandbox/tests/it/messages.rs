//! Messages over REST.

use anyhow::{Context, Result};
use sandbox::Permissions;
use serde_json::json;

use crate::client::{SOON, api, raw, request, start};

#[tokio::test]
async fn a_nonce_makes_one_message() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let path = format!("/channels/{general}/messages");
    let body = json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    let first = api(&discord, "POST", &path, Some(body.clone())).await?;
    let second = api(&discord, "POST", &path, Some(body)).await?;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(discord.messages(general).len(), 1);
    let unenforced = json!({ "content": "again", "nonce": "n1" });
    api(&discord, "POST", &path, Some(unenforced)).await?;
    assert_eq!(discord.messages(general).len(), 2);
    Ok(())
}

#[tokio::test]
async fn missing_permissions_are_refused() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let ana = discord.add_member(guild, "ana").await;
    let say = Some(json!({ "content": "hi" }));
    let embed = Some(json!({ "embeds": [{ "description": "hi" }] }));
    let cases = [
        (
            Permissions::VIEW_CHANNEL,
            "POST",
            "messages",
            say.clone(),
            (403, 50_001),
        ),
        (
            Permissions::SEND_MESSAGES,
            "POST",
            "messages",
            say.clone(),
            (403, 50_013),
        ),
        (Permissions::EMBED_LINKS, "POST", "messages", embed, (403, 50_013)),
        (
            Permissions::READ_MESSAGE_HISTORY,
            "GET",
            "messages",
            None,
            (403, 50_001),
        ),
    ];
    for (denied, method, rest, body, refusal) in cases {
        let channel = discord.add_channel(guild, "c").await;
        discord.deny(channel, denied).await;
        let answer = api(&discord, method, &format!("/channels/{channel}/{rest}"), body).await?;
        assert_eq!(answer.refusal(), refusal, "{denied:?}");
        discord.allow(channel, denied).await;
        let again = api(&discord, "POST", &format!("/channels/{channel}/messages"), say.clone()).await?;
        assert_eq!(again.status, 200, "{denied:?}");
    }
    let channel = discord.add_channel(guild, "c").await;
    let message = discord.post(channel, ana, "x").await?;
    discord
        .deny(channel, Permissions::ADD_REACTIONS | Permissions::READ_MESSAGE_HISTORY)
        .await;
    let path = format!("/channels/{channel}/messages/{message}/reactions/%F0%9F%91%8D/@me");
    assert_eq!(api(&discord, "PUT", &path, None).await?.refusal(), (403, 50_013));
    let reply = json!({ "content": "re", "message_reference": { "message_id": message.to_string() } });
    let path = format!("/channels/{channel}/messages");
    assert_eq!(
        api(&discord, "POST", &path, Some(reply)).await?.refusal(),
        (403, 50_013)
    );
    let answer = request(&discord, "wrong", "GET", "/api/v10/users/@me", None).await?;
    assert_eq!(answer.status, 401);
    Ok(())
}

#[tokio::test]
async fn direct_messages_may_be_closed() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let ana = discord.add_member(guild, "ana").await;
    discord.close_dms(ana).await;
    let opened = api(
        &discord,
        "POST",
        "/users/@me/channels",
        Some(json!({ "recipient_id": ana.to_string() })),
    )
    .await?;
    let channel = opened.body["id"].as_str().context("no channel")?.to_owned();
    let path = format!("/channels/{channel}/messages");
    let say = Some(json!({ "content": "hi" }));
    assert_eq!(
        api(&discord, "POST", &path, say.clone()).await?.refusal(),
        (403, 50_007)
    );
    discord.open_dms(ana).await;
    assert_eq!(api(&discord, "POST", &path, say).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn replies_and_limits_are_checked() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let question = discord.post(general, ana, "question").await?;
    let path = format!("/channels/{general}/messages");
    let post = |body| api(&discord, "POST", &path, Some(body));
    let gone = json!({ "content": "re", "message_reference": { "message_id": "5" } });
    let refused = post(gone).await?;
    assert_eq!(refused.refusal(), (400, 50_035));
    assert_eq!(
        refused.body["errors"]["message_reference"]["_errors"][0]["code"],
        "REPLIES_UNKNOWN_MESSAGE"
    );
    let lenient = json!({ "content": "re", "message_reference": { "message_id": "5", "fail_if_not_exists": false } });
    assert_eq!(post(lenient).await?.body["type"], 0);
    let reply = json!({ "content": "re", "message_reference": { "message_id": question.to_string() } });
    let reply = post(reply).await?.body;
    assert_eq!(
        (&reply["type"], &reply["referenced_message"]["content"]),
        (&json!(19), &json!("question"))
    );
    assert_eq!(
        post(json!({ "content": "x".repeat(2001) })).await?.refusal(),
        (400, 50_035)
    );
    assert_eq!(post(json!({ "content": "ñ".repeat(2000) })).await?.status, 200);
    assert_eq!(post(json!({ "content": "" })).await?.refusal(), (400, 50_006));
    assert_eq!(
        post(json!({ "embeds": [{ "description": "x".repeat(4097) }] }))
            .await?
            .refusal(),
        (400, 50_035)
    );
    let button = json!({ "type": 2, "style": 1, "label": "x".repeat(81), "custom_id": "a" });
    let row = json!({ "content": "x", "components": [{ "type": 1, "components": [button] }] });
    assert_eq!(post(row).await?.refusal(), (400, 50_035));
    let twice = json!({ "type": 2, "style": 1, "label": "x", "custom_id": "a" });
    let row = json!({ "content": "x", "components": [{ "type": 1, "components": [twice, twice] }] });
    assert_eq!(post(row).await?.refusal(), (400, 50_035));
    Ok(())
}

#[tokio::test]
async fn it_is_known_who_is_pinged() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let loud = discord.add_role(guild, "loud", true).await;
    let quiet = discord.add_role(guild, "quiet", false).await;
    let path = format!("/channels/{general}/messages");
    let text = format!("@everyone <@{ana}> <@&{loud}> <@&{quiet}>");
    let post = async |allowed: Option<serde_json::Value>| -> Result<sandbox::Pings> {
        let mut body = json!({ "content": text });
        if let (Some(allowed), Some(fields)) = (allowed, body.as_object_mut()) {
            fields.insert("allowed_mentions".to_owned(), allowed);
        }
        let made = api(&discord, "POST", &path, Some(body)).await?;
        let id = made.body["id"].as_str().context("not sent")?.parse()?;
        Ok(discord.message(general, id).context("not there")?.pings)
    };
    let all = post(None).await?;
    assert_eq!(
        (
            all.users.contains(&ana),
            all.roles.contains(&loud),
            all.roles.contains(&quiet)
        ),
        (true, true, false)
    );
    assert!(!all.everyone);
    assert_eq!(post(Some(json!({ "parse": [] }))).await?, sandbox::Pings::default());
    let one = post(Some(json!({ "parse": [], "roles": [loud.to_string()] }))).await?;
    assert_eq!((one.users.len(), one.roles.len()), (0, 1));
    discord.allow(general, Permissions::MENTION_EVERYONE).await;
    let all = post(None).await?;
    assert!(all.everyone && all.roles.contains(&quiet));
    let both = json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": [ana.to_string()] } });
    assert_eq!(api(&discord, "POST", &path, Some(both)).await?.refusal(), (400, 50_035));
    Ok(())
}

#[tokio::test]
async fn messages_are_edited_deleted_and_read() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let path = format!("/channels/{general}/messages");
    let mut all = Vec::new();
    for number in 0..5 {
        all.push(discord.post(general, ana, &number.to_string()).await?);
    }
    let texts = async |query: &str| -> Result<String> {
        let answer = api(&discord, "GET", &format!("{path}?{query}"), None).await?;
        Ok(answer
            .body
            .as_array()
            .context("no list")?
            .iter()
            .filter_map(|m| m["content"].as_str())
            .collect())
    };
    let third = all.get(2).copied().context("posted five")?;
    assert_eq!(texts("limit=2").await?, "43");
    assert_eq!(texts(&format!("before={third}&limit=10")).await?, "10");
    assert_eq!(texts(&format!("after={third}&limit=1")).await?, "3");
    assert_eq!(texts(&format!("around={third}&limit=3")).await?, "321");
    let theirs = format!("{path}/{third}");
    assert_eq!(
        api(&discord, "PATCH", &theirs, Some(json!({ "content": "y" })))
            .await?
            .refusal(),
        (403, 50_005)
    );
    assert_eq!(api(&discord, "DELETE", &theirs, None).await?.refusal(), (403, 50_013));
    let own = api(&discord, "POST", &path, Some(json!({ "content": "a" })))
        .await?
        .body;
    let own = own["id"].as_str().context("not sent")?.to_owned();
    let edited = api(
        &discord,
        "PATCH",
        &format!("{path}/{own}"),
        Some(json!({ "content": "b" })),
    )
    .await?;
    assert!(edited.body["content"] == "b" && edited.body["edited_timestamp"].is_string());
    assert_eq!(
        api(&discord, "DELETE", &format!("{path}/{own}"), None).await?.status,
        204
    );
    assert_eq!(
        api(&discord, "GET", &format!("{path}/{own}"), None).await?.refusal(),
        (404, 10_008)
    );
    Ok(())
}

#[tokio::test]
async fn files_come_as_forms() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\":\"see\"}\r\n\
                --b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.txt\"\r\n\
                Content-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    let path = format!("/api/v10/channels/{general}/messages");
    let kind = "multipart/form-data; boundary=b";
    let answer = raw(&discord, discord.token(), "POST", &path, kind, form.as_bytes()).await?;
    assert_eq!(answer.body["attachments"][0]["filename"], "a.txt");
    let message = discord.wait_message(general, |m| m.content == "see", SOON).await?;
    assert_eq!(message.attachments.first().map(|file| file.size), Some(5));
    let request = discord.wait_request(|r| r.method == "POST", SOON).await?;
    assert_eq!(request.files, [("a.txt".to_owned(), 5)]);
    Ok(())
}
