//! Connections that break: nothing is lost, nothing is said twice.

use evenkeel::discord::RunError;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_during_a_cut_is_answered_once_after_it() -> Told {
    let stage = Stage::open().await?;
    for (times, author) in [(1, stage.ana), (2, stage.ben)] {
        assert_eq!(stage.discord.cut().await, 1);
        let message = stage.discord.post(stage.general, author, URGENT).await?;
        stage.discord.resumed(times).await?;
        expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
        stage.only(stage.general, times).await?;
        assert_eq!(stage.times_heard(message), 1);
    }
    assert_eq!(stage.discord.gateway_counts().0, 1);
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_cut_is_not_answered_again() -> Told {
    let stage = Stage::open().await?;
    let before = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    stage.reply(stage.general, before).await?;
    assert_eq!(stage.discord.reconnect().await, 1);
    stage.discord.resumed(1).await?;
    stage.only(stage.general, 1).await?;
    assert_eq!(stage.times_heard(before), 1);
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_gone_is_begun_anew() -> Told {
    let stage = Stage::open().await?;
    let before = stage.last_greeting();
    stage.discord.invalidate(false).await;
    stage.discord.ready(2).await?;
    stage.greeted_after(before).await?;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
    let question = stage.mention(stage.general, stage.ben, QUESTION).await?;
    stage.reply(stage.general, question).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_of_the_gateway_is_survived() -> Told {
    let stage = Stage::open().await?;
    assert_eq!(stage.discord.close_gateway(4000).await, 1);
    stage.discord.resumed(1).await?;
    let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
    stage.reply(stage.general, message).await?;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_ends_the_bot_and_says_what_to_do() -> Told {
    let stage = Stage::set(unlimited()).await?;
    let ended = stage.run_with_token("MTAw.wrong.token").await?;
    let Err(error) = ended else {
        anyhow::bail!("a wrong token is taken")
    };
    assert!(matches!(error, RunError::Token), "{error:?}");
    assert!(error.to_string().contains("Developer Portal"), "{error}");
    stage.discord.shutdown().await;
    Ok(())
}
