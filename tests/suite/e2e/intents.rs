//! Without the Message Content intent: what still works, and who is told what does not.

use evenkeel::reply::Phrase;
use sandbox::Options;

use super::*;

fn blind() -> Options {
    Options {
        message_content: false,
        ..unlimited()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_message_content_what_is_addressed_to_the_bot_still_works() -> Told {
    let mut stage = Stage::set(blind()).await?;
    stage.start().await?;
    assert_eq!(stage.discord.gateway_closes(), [4014]);
    assert_eq!(stage.discord.gateway_counts().0, 1);

    let question = stage.mention(stage.general, stage.ana, QUESTION).await?;
    stage.reply(stage.general, question).await?;
    let urgent = stage.mention(stage.general, stage.ana, URGENT).await?;
    expect_card(&stage.reply(stage.general, urgent).await?.content, "911")?;
    let dm = stage.discord.dm_channel(stage.ben).await;
    let urgent = stage.discord.dm(stage.ben, URGENT).await?;
    expect_card(&stage.reply(dm, urgent).await?.content, "911")?;
    let card = stage.ask(stage.mona, URGENT, true).await?.response(LIMIT).await?;
    expect_card(&card.content, "911")?;

    // What is not addressed to it arrives without its text.
    let unseen = stage.discord.post(stage.general, stage.ben, URGENT).await?;
    stage.discord.edit(stage.general, unseen, EMERGENCY).await?;
    stage.only(stage.general, 2).await?;
    assert_eq!(stage.times_heard(unseen), 0);
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_are_told_once_that_the_bot_does_not_see_messages() -> Told {
    let mut stage = Stage::set(blind()).await?;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    let other = stage.discord.add_guild("Other").await;
    stage.discord.add_channel(other, "general").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    stage.start().await?;
    let told = stage.wait_said(office, 1).await?.remove(0);
    assert_eq!(told.content, stage.phrase(Phrase::NoContent, &[]));
    assert_eq!(told.pings, sandbox::Pings::default());

    // A connection that is resumed is no new one.
    stage.discord.cut().await;
    stage.discord.resumed(1).await?;
    stage.only(office, 1).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_message_content_nobody_is_told_anything() -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    stage.start().await?;
    assert_eq!(stage.discord.gateway_closes(), Vec::<u16>::new());
    stage.only(office, 0).await?;
    stage.end().await
}
