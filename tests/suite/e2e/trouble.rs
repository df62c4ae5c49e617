//! Trouble with the reply: it is posted once or falls back, and an urgent one never just vanishes.

use std::sync::{Arc, Mutex, mpsc};

use anyhow::Context;
use evenkeel::reply::Phrase;
use sandbox::{Action, Fault, Options, Permissions, Request};

use super::*;

fn posts(stage: &Stage, channel: u64) -> Vec<Request> {
    let path = format!("/channels/{channel}/messages");
    let all = stage.discord.requests().into_iter();
    all.filter(|request| request.method == "POST" && request.path.ends_with(&path))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_waited_out() -> Told {
    for global in [false, true] {
        let stage = Stage::open().await?;
        let limit = Action::RateLimit { after_ms: 300, global };
        stage
            .discord
            .fault(Fault::once("POST", "channels/*/messages", limit))
            .await;
        let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
        expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
        let tries = posts(&stage, stage.general);
        assert_eq!(tries.len(), 2);
        assert!(tries[1].at_ms - tries[0].at_ms >= 300, "{tries:#?}");
        stage.only(stage.general, 1).await?;
        stage.end().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_fate_is_unknown_is_posted_once() -> Told {
    let stage = Stage::open().await?;
    let faults = [
        (Action::Status(500, 0), 2),
        (Action::Status(503, 0), 1),
        (Action::Reset, 1),
        (Action::LoseAnswer, 1),
        (Action::LoseAnswer, 2),
        (Action::DoneBut(500, 0), 1),
        (Action::DoneBut(504, 0), 2),
    ];
    for (said, (action, times)) in (1..).zip(faults) {
        let author = stage.discord.add_member(stage.guild, "author").await;
        stage
            .discord
            .fault(Fault::times("POST", "channels/*/messages", action.clone(), times))
            .await;
        let message = stage.discord.post(stage.general, author, URGENT).await?;
        let card = stage.reply(stage.general, message).await?;
        expect_card(&card.content, "911")?;
        stage
            .only(stage.general, said)
            .await
            .with_context(|| format!("{action:?}"))?;
    }
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_discord_are_kept_and_every_card_is_shown() -> Told {
    let mut stage = Stage::set(Options::default()).await?;
    stage.start().await?;
    let mut messages = Vec::new();
    for n in 0..7 {
        let author = stage.discord.add_member(stage.guild, &format!("author{n}")).await;
        messages.push(stage.discord.post(stage.general, author, URGENT).await?);
    }
    for message in messages {
        stage.reply(stage.general, message).await?;
    }
    let (_, refused) = stage.discord.request_counts();
    assert_eq!(refused, 0);
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_bot_may_not_write_a_card_comes_as_direct_message() -> Told {
    let stage = Stage::open().await?;
    let quiet = stage.discord.add_channel(stage.guild, "quiet").await;
    stage.discord.deny(quiet, Permissions::SEND_MESSAGES).await;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    stage.discord.post(quiet, stage.ana, URGENT).await?;
    let dm = stage.discord.dm_channel(stage.ana).await;
    let card = stage.wait_said(dm, 1).await?.remove(0);
    expect_card(&card.content, "911")?;
    let told = stage.wait_said(office, 1).await?.remove(0);
    let alert = stage.responder.content().words.phrases["en"]
        .get(Phrase::AlertUrgent)
        .replace("{level}", "urgent");
    assert!(told.content.starts_with(beginning(&alert)), "{}", told.content);

    // An answer is not worth a direct message.
    let question = stage.mention(quiet, stage.ben, QUESTION).await?;
    stage.heard(question).await?;
    let ben = stage.discord.dm_channel(stage.ben).await;
    stage.marker(stage.general).await?;
    assert_eq!(stage.said(ben).len(), 0);
    stage.only(office, 1).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_cannot_be_shown_at_all_is_told_to_moderators_and_nothing_else_is() -> Told {
    let stage = Stage::open().await?;
    let quiet = stage.discord.add_channel(stage.guild, "quiet").await;
    stage.discord.deny(quiet, Permissions::SEND_MESSAGES).await;
    stage.discord.close_dms(stage.ana).await;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    let message = stage.discord.post(quiet, stage.ana, URGENT).await?;
    stage.wait_said(office, 1).await?;
    // An alert that says that the card was shown would be untrue.
    let told = stage.only(office, 1).await?.remove(0);
    let link = format!("https://discord.com/channels/{}/{quiet}/{message}", stage.guild);
    let alert = stage.phrase(Phrase::AlertNotShown, &[]);
    assert!(told.content.starts_with(beginning(&alert)), "{}", told.content);
    assert!(
        told.content.contains("urgent (suicide)") && told.content.contains(&link),
        "{}",
        told.content
    );
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_can_be_told_of_does_not_stop_the_bot() -> Told {
    let stage = Stage::open().await?;
    let quiet = stage.discord.add_channel(stage.guild, "quiet").await;
    stage.discord.deny(quiet, Permissions::SEND_MESSAGES).await;
    stage.discord.close_dms(stage.ana).await;
    let gone = 4_242;
    for alert_channel in [None, Some(quiet), Some(gone), Some(0)] {
        stage.settings(|settings| settings.alert_channel = alert_channel);
        let message = stage.discord.post(quiet, stage.ana, EMERGENCY).await?;
        stage.heard(message).await?;
        stage.discord.dm(stage.ana, URGENT).await?;
        stage.only(stage.general, 0).await?;
    }
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_deleted_before_the_reply_is_answered_all_the_same() -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    let (deleted, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let responder = Arc::clone(&stage.responder);
    stage.judge = Arc::new(move |arrival| {
        if arrival.text == URGENT {
            // Judging takes until the message is gone.
            gate.lock().map(|gate| gate.recv()).ok();
        }
        responder.hear(arrival)
    });
    stage.start().await?;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    stage.discord.delete(stage.general, message).await?;
    deleted.send(())?;
    let card = stage.wait_said(stage.general, 1).await?.remove(0);
    assert_eq!(card.reply_to, None);
    expect_card(&card.content, "911")?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_not_held_up_by_answers_that_cannot_be_posted() -> Told {
    let stage = Stage::open().await?;
    let busy = stage.discord.add_channel(stage.guild, "busy").await;
    let path = format!("channels/{busy}/messages");
    stage.discord.fault(Fault::times("POST", &path, Action::Hang, 3)).await;
    for _ in 0..3 {
        stage.mention(busy, stage.ben, QUESTION).await?;
    }
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
    stage.discord.clear_faults().await;
    stage.end().await
}
