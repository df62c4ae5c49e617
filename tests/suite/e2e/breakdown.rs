//! When judging itself breaks down: failing is failing towards help, within bounds.

use std::sync::Arc;

use evenkeel::reply::{Phrase, Reader};
use evenkeel::respond::Decision;
use evenkeel::triage::{Assessment, Urgency};

use super::*;

const BREAKS: &str = "this breaks the judge";
const EMPTY: &str = "this leaves the judge without words";

/// A judge that breaks down over one text, and finds another one urgent without having a card for it.
async fn fragile() -> anyhow::Result<Stage> {
    let mut stage = Stage::set(unlimited()).await?;
    let responder = Arc::clone(&stage.responder);
    stage.judge = Arc::new(move |arrival| {
        assert_ne!(arrival.text, BREAKS, "as wanted");
        if arrival.text == EMPTY {
            let assessment = Assessment {
                urgency: Urgency::Urgent,
                ..Assessment::default()
            };
            return Decision {
                assessment,
                ..Decision::default()
            };
        }
        responder.hear(arrival)
    });
    stage.start().await?;
    Ok(stage)
}

/// One of the wordings of the standing card.
fn expect_standing(stage: &Stage, content: &str) -> Told {
    expect_card(content, "911")?;
    let words = &stage.responder.content().words;
    let reader = |turn| Reader {
        turn,
        ..Reader::default()
    };
    let cards = (0..8).filter_map(|turn| words.standing(0, &reader(turn), evenkeel::reply::Place::Reply));
    anyhow::ensure!(
        cards.into_iter().any(|card| card.content == content),
        "not the standing card: {content}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standing_card_is_shown_once_and_the_next_message_is_served() -> Told {
    let stage = fragile().await?;
    let message = stage.discord.post(stage.general, stage.ana, BREAKS).await?;
    expect_standing(&stage, &stage.reply(stage.general, message).await?.content)?;
    let urgent = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    expect_card(&stage.reply(stage.general, urgent).await?.content, "911")?;

    // Once an hour for one author, wherever they write.
    let again = stage.discord.post(stage.general, stage.ana, BREAKS).await?;
    stage.heard(again).await?;
    let dm = stage.discord.dm(stage.ana, BREAKS).await?;
    stage.heard(dm).await?;
    stage.only(stage.general, 2).await?;
    assert_eq!(stage.said(stage.discord.dm_channel(stage.ana).await).len(), 0);

    let other = stage.discord.post(stage.general, stage.ben, BREAKS).await?;
    expect_standing(&stage, &stage.reply(stage.general, other).await?.content)?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_urgent_message_without_a_card_gets_the_standing_card() -> Told {
    let stage = fragile().await?;
    let message = stage.discord.post(stage.general, stage.ana, EMPTY).await?;
    expect_standing(&stage, &stage.reply(stage.general, message).await?.content)?;
    let dm = stage.discord.dm_channel(stage.ben).await;
    let message = stage.discord.dm(stage.ben, EMPTY).await?;
    expect_standing(&stage, &stage.reply(dm, message).await?.content)?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn standing_cards_of_a_guild_are_bounded_and_moderators_are_told_twice() -> Told {
    let stage = fragile().await?;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    for n in 0..8 {
        let author = stage.discord.add_member(stage.guild, &format!("author{n}")).await;
        let message = stage.discord.post(stage.general, author, BREAKS).await?;
        stage.heard(message).await?;
        if n < 5 {
            expect_standing(&stage, &stage.reply(stage.general, message).await?.content)?;
        }
    }
    let told = stage.wait_said(office, 2).await?;
    let broken = stage.responder.content().words.phrases["en"]
        .get(Phrase::AlertBroken)
        .to_owned();
    assert!(
        told.iter().all(|alert| alert.content.starts_with(beginning(&broken))),
        "{told:#?}"
    );
    stage.only(stage.general, 5).await?;
    stage.only(office, 2).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_breaks_the_judge_is_answered_in_private() -> Told {
    let stage = fragile().await?;
    let card = stage.ask(stage.ana, BREAKS, true).await?.response(LIMIT).await?;
    assert!(card.ephemeral);
    expect_standing(&stage, &card.content)?;
    // No second card within the hour, but a command is never left without an answer.
    for text in [BREAKS, EMPTY] {
        let again = stage.ask(stage.ana, text, true).await?.response(LIMIT).await?;
        assert!(again.ephemeral);
        assert!(!again.content.is_empty());
    }
    stage.only(stage.general, 0).await?;
    stage.end().await
}
