//! A send whose outcome is not known for longer than Discord remembers a nonce: it is looked for before it is sent again.

use std::time::Duration;

use evenkeel::discord::Timing;
use evenkeel::reply::Phrase;
use sandbox::{Action, Fault, Request};

use super::*;

/// Discord forgets a nonce in a moment.
fn forgetful() -> Timing {
    Timing {
        waits: (Duration::from_millis(100), Duration::from_millis(100)),
        nonce: Duration::from_millis(80),
        ..Timing::default()
    }
}

fn asked(stage: &Stage, method: &str, channel: u64) -> Vec<Request> {
    let path = format!("/channels/{channel}/messages");
    let all = stage.discord.requests().into_iter();
    all.filter(|request| request.method == method && request.path.contains(&path))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_unknown_fate_is_looked_for_and_not_sent_again() -> Told {
    for action in [Action::LoseAnswer, Action::DoneBut(502, 0)] {
        let mut stage = Stage::set(unlimited()).await?;
        stage.timing = forgetful();
        stage.start().await?;
        let path = format!("channels/{}/messages", stage.general);
        // Done at once; whatever is sent after it would be refused for ever.
        stage.discord.fault(Fault::once("POST", &path, action)).await;
        let refused = Action::Status(500, 0);
        stage.discord.fault(Fault::times("POST", &path, refused, 1_000)).await;
        let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
        expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
        let looked = |request: &Request| request.method == "GET" && request.path.contains(&path);
        stage.discord.wait_request(looked, LIMIT).await?;
        stage.discord.clear_faults().await;
        stage.only(stage.general, 1).await?;
        // Shown means shown: nothing came by another way.
        assert_eq!(stage.said(stage.discord.dm_channel(stage.ana).await).len(), 0);
        stage.end().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_never_posted_is_looked_for_and_then_sent() -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    stage.timing = forgetful();
    stage.start().await?;
    // The card of somebody else is not taken for it, though it may have the same words.
    let other = stage.discord.post(stage.general, stage.ben, URGENT).await?;
    stage.reply(stage.general, other).await?;
    let path = format!("channels/{}/messages", stage.general);
    let fault = Fault::times("POST", &path, Action::Status(502, 0), 4);
    stage.discord.fault(fault).await;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
    assert!(!asked(&stage, "GET", stage.general).is_empty());
    stage.only(stage.general, 2).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_history_may_not_be_read_a_card_of_unknown_fate_is_sent_again() -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    stage.timing = forgetful();
    stage.start().await?;
    let path = format!("channels/{}/messages", stage.general);
    let fault = Fault::times("GET", &path, Action::Status(403, 50_001), 1_000);
    stage.discord.fault(fault).await;
    stage
        .discord
        .fault(Fault::times("POST", &path, Action::DoneBut(502, 0), 4))
        .await;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    let again =
        |request: &Request| request.method == "POST" && request.path.contains(&path) && request.status == Some(200);
    stage.discord.wait_request(again, LIMIT).await?;
    let looks = asked(&stage, "GET", stage.general);
    let last = asked(&stage, "POST", stage.general).into_iter().next_back();
    assert!(last.is_some_and(|last| looks.first().is_some_and(|look| look.at_ms <= last.at_ms)));
    stage.reply(stage.general, message).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_history_may_not_be_read_the_card_comes_as_direct_message() -> Told {
    let stage = Stage::open().await?;
    // Discord takes no reply from whoever may not read what it answers.
    let deny = sandbox::Permissions::READ_MESSAGE_HISTORY;
    stage.discord.deny(stage.general, deny).await;
    stage.discord.post(stage.general, stage.ana, URGENT).await?;
    let dm = stage.discord.dm_channel(stage.ana).await;
    expect_card(&stage.wait_said(dm, 1).await?[0].content, "911")?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_discord_is_slow_moderators_are_told_and_then_how_it_went() -> Told {
    for shown in [true, false] {
        let mut stage = Stage::set(unlimited()).await?;
        stage.timing = Timing {
            slow: Duration::from_millis(50),
            urgent: Duration::from_millis(1_500),
            ..forgetful()
        };
        stage.start().await?;
        let office = stage.discord.add_channel(stage.guild, "office").await;
        stage.settings(|settings| settings.alert_channel = Some(office));
        let times = if shown { 3 } else { 1_000 };
        let path = format!("channels/{}/messages", stage.general);
        let fault = Fault::times("POST", &path, Action::Status(500, 0), times);
        stage.discord.fault(fault).await;
        if !shown {
            stage.discord.close_dms(stage.ana).await;
        }
        let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
        let begins = |phrase| stage.begins(phrase, &[("level", "urgent")]);
        let first = stage.wait_said(office, 1).await?.remove(0);
        let before = first.history.first().unwrap_or(&first.content);
        assert!(before.starts_with(&begins(Phrase::AlertTrying)), "{before}");
        if shown {
            expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
            let wanted = begins(Phrase::AlertUrgent);
            stage.stands(&first, |alert| alert.content.starts_with(&wanted)).await?;
        } else {
            let second = stage.wait_said(office, 2).await?.remove(1);
            assert!(
                second.content.starts_with(&begins(Phrase::AlertNotShown)),
                "{}",
                second.content
            );
        }
        stage.discord.clear_faults().await;
        stage.only(office, if shown { 1 } else { 2 }).await?;
        stage.end().await?;
    }
    Ok(())
}
