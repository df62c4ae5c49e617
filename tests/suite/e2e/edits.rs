//! Edits: judged like messages, answered never, carded once.

use evenkeel::reply::Kind;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_becomes_urgent_gets_one_card() -> Told {
    let stage = Stage::open().await?;
    let message = stage.discord.post(stage.general, stage.ana, CALM).await?;
    assert_eq!(stage.heard(message).await?.outgoing, []);
    stage.discord.edit(stage.general, message, URGENT).await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;

    stage
        .discord
        .edit(stage.general, message, "I want to die, I mean it")
        .await?;
    assert_eq!(stage.heard_times(message, 3).await?.outgoing, []);
    stage.discord.edit(stage.general, message, CALM).await?;
    stage.heard_times(message, 4).await?;
    stage.only(stage.general, 1).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_becomes_worse_gets_another_card() -> Told {
    let stage = Stage::open().await?;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    let first = stage.reply(stage.general, message).await?;
    stage.discord.edit(stage.general, message, EMERGENCY).await?;
    let decision = stage.heard_times(message, 2).await?;
    assert!(matches!(decision.outgoing[0].kind, Kind::Card(_)), "{decision:?}");
    let both = stage.wait_said(stage.general, 2).await?;
    expect_card(&both[1].content, "911")?;
    assert_ne!(both[1].content, first.content);
    stage.only(stage.general, 2).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_question_is_not_answered_again() -> Told {
    let stage = Stage::open().await?;
    let question = stage.mention(stage.general, stage.ana, OTHER_QUESTION).await?;
    stage.reply(stage.general, question).await?;
    let text = format!("<@{}> {}", stage.discord.bot_id(), not_covered());
    stage.discord.edit(stage.general, question, &text).await?;
    assert_eq!(stage.heard_times(question, 2).await?.outgoing, []);
    stage.only(stage.general, 1).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_no_edit_does_nothing() -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    // Written before the bot came, so that only the update tells of it.
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    stage.start().await?;
    // Discord updates the message, without a time of editing, when a thread begins at it or a link unfolds.
    let thread = stage
        .discord
        .start_thread_from(stage.general, message, "soup", stage.ben)
        .await?;
    stage.marker(thread).await?;
    assert!(stage.said(thread).is_empty());
    stage.only(stage.general, 0).await?;

    stage.discord.edit(stage.general, message, "I want to die.").await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_direct_message_is_judged_too() -> Told {
    let stage = Stage::open().await?;
    let message = stage.discord.dm(stage.ana, "hello").await?;
    let dm = stage.discord.dm_channel(stage.ana).await;
    stage.reply(dm, message).await?;
    stage.discord.edit(dm, message, URGENT).await?;
    let both = stage.wait_said(dm, 2).await?;
    expect_card(&both[1].content, "911")?;
    stage.end().await
}
