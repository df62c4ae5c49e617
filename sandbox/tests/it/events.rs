//! The gateway.

use anyhow::Result;
use sandbox::{Options, Permissions, PostOptions};
use serde_json::json;

use crate::client::{Bot, PLAIN, WITH_CONTENT, api, start};

#[tokio::test]
async fn a_bot_comes_online() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let gateway = api(&discord, "GET", "/gateway/bot", None).await?;
    assert!(
        gateway.body["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("ws://127.0.0.1:"))
    );
    let (mut bot, ready) = Bot::ready(&discord, WITH_CONTENT).await?;
    assert_eq!(ready["user"]["id"], discord.bot_id().to_string());
    assert_eq!(
        ready["guilds"][0],
        json!({ "id": guild.to_string(), "unavailable": true })
    );
    assert!(
        ready["resume_gateway_url"]
            .as_str()
            .is_some_and(|url| url.starts_with("ws://"))
    );
    let guild_create = bot.event("GUILD_CREATE").await?;
    assert_eq!(guild_create["channels"][0]["id"], general.to_string());
    bot.send(json!({ "op": 1, "d": bot.seq })).await?;
    assert_eq!(bot.payload().await?["op"], 11);
    discord.ready(1).await?;
    assert_eq!(discord.complaints(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn tokens_and_intents_are_checked() -> Result<()> {
    let discord = sandbox::Discord::start(Options {
        message_content: false,
        ..Options::default()
    })
    .await?;
    for (token, intents, code) in [
        ("wrong", PLAIN, 4004),
        (discord.token(), WITH_CONTENT, 4014),
        (discord.token(), 1 << 40, 4013),
    ] {
        let mut bot = Bot::connect(&discord).await?;
        bot.identify(token, intents).await?;
        assert_eq!(bot.close_code().await?, code);
    }
    assert_eq!(discord.gateway_closes(), [4004, 4014, 4013]);
    let (mut bot, _) = Bot::ready(&discord, PLAIN).await?;
    bot.identify(discord.token(), PLAIN).await?;
    assert_eq!(bot.close_code().await?, 4005);
    Ok(())
}

#[tokio::test]
async fn a_cut_session_is_resumed_with_what_it_missed() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, WITH_CONTENT).await?;
    bot.event("GUILD_CREATE").await?;
    assert_eq!(discord.cut().await, 1);
    bot.cut().await?;
    discord.post(general, ana, "one").await?;
    discord.post(general, ana, "two").await?;
    let (session, seq) = (bot.session.clone(), bot.seq);
    let mut again = Bot::connect(&discord).await?;
    again.seq = seq;
    again.resume(discord.token(), &session, seq).await?;
    for text in ["one", "two"] {
        let payload = again.payload().await?;
        assert_eq!(
            (&payload["t"], &payload["d"]["content"]),
            (&json!("MESSAGE_CREATE"), &json!(text))
        );
    }
    assert_eq!(again.payload().await?["t"], "RESUMED");
    discord.resumed(1).await?;

    discord.reconnect().await;
    assert_eq!(again.payload().await?["op"], 7);
    discord.invalidate(false).await;
    assert_eq!(
        again.payload().await?,
        json!({ "op": 9, "d": false, "s": null, "t": null })
    );
    let mut late = Bot::connect(&discord).await?;
    late.resume(discord.token(), &session, seq).await?;
    assert_eq!(late.payload().await?["op"], 9);
    Ok(())
}

#[tokio::test]
async fn only_covered_events_arrive() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let hidden = discord.add_channel(guild, "hidden").await;
    discord.deny(hidden, Permissions::VIEW_CHANNEL).await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, 1 | 1 << 12).await?;
    bot.event("GUILD_CREATE").await?;
    discord.post(general, ana, "in the guild").await?;
    discord.dm(ana, "in private").await?;
    let payload = bot.payload().await?;
    assert_eq!(payload["d"]["content"], "in private");
    let (mut bot, _) = Bot::ready(&discord, WITH_CONTENT).await?;
    bot.event("GUILD_CREATE").await?;
    discord.post(hidden, ana, "unseen").await?;
    discord.post(general, ana, "seen").await?;
    assert_eq!(bot.event("MESSAGE_CREATE").await?["content"], "seen");
    Ok(())
}

#[tokio::test]
async fn content_is_withheld_where_it_was_not_granted() -> Result<()> {
    let options = Options {
        message_content: false,
        limits: sandbox::RateLimits::none(),
        ..Options::default()
    };
    let discord = sandbox::Discord::start(options).await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, PLAIN).await?;
    let file = PostOptions {
        attachments: vec![("a.png".to_owned(), 10)],
        ..PostOptions::default()
    };
    let plain = discord.post_with(general, ana, "secret", file).await?;
    let event = bot.event("MESSAGE_CREATE").await?;
    assert_eq!((&event["content"], &event["attachments"]), (&json!(""), &json!([])));
    let read = api(&discord, "GET", &format!("/channels/{general}/messages/{plain}"), None).await?;
    assert_eq!(read.body["content"], "");

    let mention = PostOptions {
        mention_bot: true,
        ..PostOptions::default()
    };
    discord.post_with(general, ana, "help", mention).await?;
    let event = bot.event("MESSAGE_CREATE").await?;
    assert_eq!(event["content"], format!("<@{}> help", discord.bot_id()));

    let path = format!("/channels/{general}/messages");
    let own = api(&discord, "POST", &path, Some(json!({ "content": "mine" })))
        .await?
        .body;
    assert_eq!(own["content"], "mine");
    assert_eq!(bot.event("MESSAGE_CREATE").await?["content"], "mine");
    let target = own["id"].as_str().and_then(|id| id.parse().ok());
    let reply = PostOptions {
        reply_to: target,
        ..PostOptions::default()
    };
    discord
        .post_with(general, ana, "a pinging reply", reply.clone())
        .await?;
    assert_eq!(bot.event("MESSAGE_CREATE").await?["content"], "a pinging reply");
    discord
        .post_with(
            general,
            ana,
            "a silent reply",
            PostOptions {
                silent_reply: true,
                ..reply
            },
        )
        .await?;
    assert_eq!(bot.event("MESSAGE_CREATE").await?["content"], "");

    discord.dm(ana, "private").await?;
    assert_eq!(bot.event("MESSAGE_CREATE").await?["content"], "private");
    Ok(())
}

#[tokio::test]
async fn threads_are_announced_before_their_messages() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let forum = discord.add_forum(guild, "questions").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, WITH_CONTENT).await?;
    bot.event("GUILD_CREATE").await?;
    let (thread, message) = discord.forum_post(forum, ana, "Title", "Text").await?;
    let created = bot.payload().await?;
    assert_eq!(
        (&created["t"], &created["d"]["newly_created"]),
        (&json!("THREAD_CREATE"), &json!(true))
    );
    assert_eq!(created["d"]["parent_id"], forum.to_string());
    let first = bot.payload().await?;
    assert_eq!(first["d"]["id"], message.to_string());
    assert_eq!(first["d"]["channel_id"], thread.to_string());
    let started = discord.start_thread(general, "talk", ana).await?;
    assert_eq!(bot.event("THREAD_CREATE").await?["id"], started.to_string());
    let send = |thread: u64| format!("/channels/{thread}/messages");
    discord.archive(started, true).await;
    let body = json!({ "content": "late" });
    assert_eq!(
        api(&discord, "POST", &send(started), Some(body.clone()))
            .await?
            .refusal(),
        (400, 50_083)
    );
    discord.archive(started, false).await;
    assert_eq!(api(&discord, "POST", &send(started), Some(body)).await?.status, 200);
    let active = api(&discord, "GET", &format!("/guilds/{guild}/threads/active"), None).await?;
    assert_eq!(active.body["threads"].as_array().map(Vec::len), Some(2));
    assert_eq!(discord.complaints(), Vec::<String>::new());
    Ok(())
}
