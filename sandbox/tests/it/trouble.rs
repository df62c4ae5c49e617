//! Rate limits and faults.

use std::time::Duration;

use anyhow::{Context, Result};
use sandbox::{Action, Allowance, Discord, Fault, Options, RateLimits};
use serde_json::json;

use crate::client::{SOON, api, start};

#[tokio::test]
async fn too_many_messages_wait() -> Result<()> {
    let discord = Discord::start(Options::default()).await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let other = discord.add_channel(guild, "other").await;
    let say = || Some(json!({ "content": "hi" }));
    let path = format!("/channels/{general}/messages");
    for left in (0..5).rev() {
        let answer = api(&discord, "POST", &path, say()).await?;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-remaining")),
            (200, Some(left.to_string().as_str()))
        );
        assert_eq!(answer.header("x-ratelimit-limit"), Some("5"));
        assert!(answer.header("x-ratelimit-bucket").is_some() && answer.header("x-ratelimit-reset").is_some());
    }
    let refused = api(&discord, "POST", &path, say()).await?;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("x-ratelimit-scope"), Some("user"));
    assert_eq!(refused.body["global"], false);
    let wait: f64 = refused.header("retry-after").context("no retry-after")?.parse()?;
    assert!(wait > 0.0 && wait <= 5.1);
    assert_eq!(
        api(&discord, "POST", &format!("/channels/{other}/messages"), say())
            .await?
            .status,
        200
    );
    assert_eq!(discord.request_counts(), (7, 1));
    Ok(())
}

#[tokio::test]
async fn the_whole_is_limited_too() -> Result<()> {
    let global = Allowance::new(3, Duration::from_secs(60));
    let limits = RateLimits {
        global,
        ..RateLimits::none()
    };
    let discord = Discord::start(Options {
        limits,
        ..Options::default()
    })
    .await?;
    for _ in 0..3 {
        assert_eq!(api(&discord, "GET", "/users/@me", None).await?.status, 200);
    }
    let refused = api(&discord, "GET", "/users/@me", None).await?;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-global")),
        (429, Some("true"))
    );
    assert_eq!(refused.body["global"], true);
    let callback = api(
        &discord,
        "POST",
        "/interactions/1/t/callback",
        Some(json!({ "type": 4 })),
    )
    .await?;
    assert_eq!(callback.refusal(), (404, 10_062));
    Ok(())
}

#[tokio::test]
async fn requests_go_wrong_on_demand() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let path = format!("/channels/{general}/messages");
    let say = |text: &str| {
        api(
            &discord,
            "POST",
            &path,
            Some(json!({ "content": text, "nonce": text, "enforce_nonce": true })),
        )
    };
    discord
        .fault(Fault::times("POST", "/messages", Action::Status(503, 0), 2))
        .await;
    assert_eq!(say("a").await?.status, 503);
    assert_eq!(say("a").await?.status, 503);
    assert_eq!(say("a").await?.status, 200);
    discord
        .fault(Fault::once(
            "POST",
            "",
            Action::RateLimit {
                after_ms: 250,
                global: true,
            },
        ))
        .await;
    let refused = say("b").await?;
    assert_eq!((refused.status, refused.body["global"].as_bool()), (429, Some(true)));
    discord
        .fault(Fault::once("", "/channels/*/messages", Action::Reset))
        .await;
    assert!(say("c").await.is_err());
    discord
        .fault(Fault::once("POST", "/messages", Action::LoseAnswer))
        .await;
    assert!(say("d").await.is_err());
    assert_eq!(say("d").await?.status, 200);
    discord
        .fault(Fault::once("POST", "/messages", Action::DoneBut(500, 0)))
        .await;
    assert_eq!(say("e").await?.status, 500);
    let texts: Vec<String> = discord
        .messages(general)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(texts, ["a", "d", "e"]);

    discord.fault(Fault::once("POST", "/messages", Action::Hang)).await;
    let hung = discord.wait_request(
        |request| request.done && request.body.as_ref().is_some_and(|b| b["content"] == "f"),
        SOON,
    );
    tokio::select! {
        answer = say("f") => anyhow::bail!("a hanging request was answered: {answer:?}"),
        request = hung => assert_eq!(request?.status, None),
    }
    Ok(())
}

#[tokio::test]
async fn waits_say_what_was_there_instead() -> Result<()> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    discord.post(general, ana, "something else").await?;
    let missed = discord
        .wait_message(general, |m| m.content == "this", Duration::ZERO)
        .await;
    let why = missed.err().context("it was there")?.to_string();
    assert!(why.contains("something else"), "{why}");
    let url = discord.url();
    discord.shutdown().await;
    let address = url.trim_start_matches("http://");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    Ok(())
}
