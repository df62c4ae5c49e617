//! Whom the bot pings, and what moderators are told.

use std::collections::BTreeSet;

use evenkeel::reply::Phrase;
use sandbox::Pings;
use serde_json::json;

use super::*;

fn only(user: u64) -> Pings {
    Pings {
        users: BTreeSet::from([user]),
        ..Pings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_pings_its_author_and_nobody_whom_the_message_names() -> Told {
    let stage = Stage::open().await?;
    let role = stage.discord.add_role(stage.guild, "helpers", true).await;
    for names in [
        "@everyone".to_owned(),
        "@here".to_owned(),
        format!("<@&{role}>"),
        format!("<@{}>", stage.ben),
    ] {
        for (text, asked) in [
            (URGENT, false),
            (QUESTION, true),
            (not_covered(), true),
            (vague(), true),
        ] {
            let author = stage.discord.add_member(stage.guild, "author").await;
            let text = format!("{text} {names}");
            let message = if asked {
                stage.mention(stage.general, author, &text).await?
            } else {
                stage.discord.post(stage.general, author, &text).await?
            };
            let reply = stage.reply(stage.general, message).await?;
            assert_eq!(reply.pings, only(author), "{text}");
        }
    }
    stage.end().await
}

async fn set_alerts(stage: &Stage, channel: u64, role: Option<u64>) -> Told {
    let mut options = vec![json!({ "name": "channel", "value": channel.to_string() })];
    options.extend(role.map(|role| json!({ "name": "role", "value": role.to_string() })));
    let options = json!([{ "name": "urgent", "options": [{ "name": "moderators", "options": options }] }]);
    let call = stage
        .discord
        .slash(stage.mona, stage.general, "settings", options)
        .await?;
    let said = call.response(LIMIT).await?.content;
    anyhow::ensure!(said.starts_with(&stage.phrase(Phrase::Saved, &[])), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_pings_the_role_that_was_set_and_no_other() -> Told {
    let stage = Stage::open().await?;
    let staff = stage.discord.add_role(stage.guild, "on-call", true).await;
    let other = stage.discord.add_role(stage.guild, "everybody", true).await;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    set_alerts(&stage, office, Some(staff)).await?;
    let text = format!("{URGENT} <@&{other}> @everyone <@{}>", stage.ben);
    let message = stage.discord.post(stage.general, stage.ana, &text).await?;
    stage.reply(stage.general, message).await?;
    let alert = stage.wait_said(office, 1).await?.remove(0);
    let pings = Pings {
        roles: BTreeSet::from([staff]),
        ..Pings::default()
    };
    assert_eq!(alert.pings, pings);
    let link = format!(
        "https://discord.com/channels/{}/{}/{message}",
        stage.guild, stage.general
    );
    assert!(
        alert.content.contains(&link) && alert.content.contains("suicide"),
        "{}",
        alert.content
    );
    assert!(!alert.content.contains("want to die"), "{}", alert.content);

    // A pointer a moment later is no news.
    let again = stage
        .discord
        .post(stage.general, stage.ana, "i really want to die")
        .await?;
    stage.reply(stage.general, again).await?;
    stage.only(office, 1).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_role_nobody_is_pinged() -> Told {
    let stage = Stage::open().await?;
    stage.discord.add_role(stage.guild, "on-call", true).await;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    set_alerts(&stage, office, None).await?;
    stage.discord.post(stage.general, stage.ana, URGENT).await?;
    let alert = stage.wait_said(office, 1).await?.remove(0);
    assert_eq!(alert.pings, Pings::default());

    // Alerts end when managers say so.
    let options = json!([{ "name": "urgent", "options": [{ "name": "moderators", "options": [] }] }]);
    let call = stage
        .discord
        .slash(stage.mona, stage.general, "settings", options)
        .await?;
    assert_eq!(call.response(LIMIT).await?.content, stage.phrase(Phrase::Saved, &[]));
    let message = stage.discord.post(stage.general, stage.ben, URGENT).await?;
    stage.reply(stage.general, message).await?;
    stage.only(office, 1).await?;
    stage.end().await
}
