//! The fault matrix: whatever goes wrong on the way of a card, either its author is shown it, once, or moderators are told
//! that they were not and it is counted.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use evenkeel::discord::Timing;
use evenkeel::health::Count;
use evenkeel::reply::{BOOKING, Phrase};
use sandbox::{Action, Fault, Permissions};
use sqlx::Connection as _;

use super::*;

/// As often as anybody tries.
const ALWAYS: usize = 1_000_000;

/// What strikes, and how often, in order.
type Faults = Vec<(Action, usize)>;

/// What is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Reply,
    /// The channel refuses the card, so that it is to come as direct message.
    Dm,
    Alert,
}

/// One square of the matrix: a guild of its own.
struct Square {
    name: String,
    faults: Faults,
    /// What is struck cannot be reached at all.
    lost: bool,
    channel: u64,
    office: u64,
    author: u64,
}

impl Square {
    async fn set(stage: &Stage, on: On, name: String, faults: Faults, lost: bool) -> Self {
        let guild = stage.discord.add_guild(&name).await;
        let square = Self {
            channel: stage.discord.add_channel(guild, "general").await,
            office: stage.discord.add_channel(guild, "office").await,
            author: stage.discord.add_member(guild, "author").await,
            name,
            faults,
            lost,
        };
        if on == On::Dm {
            stage.discord.deny(square.channel, Permissions::SEND_MESSAGES).await;
        }
        let mut settings = evenkeel::respond::GuildSettings::clone(&stage.responder.guild(None));
        settings.alert_channel = Some(square.office);
        stage.responder.set_guild(guild, settings);
        square
    }

    async fn strike(&self, stage: &Stage, on: On) {
        let struck = match on {
            On::Reply => self.channel,
            On::Dm => stage.discord.dm_channel(self.author).await,
            On::Alert => self.office,
        };
        for (action, times) in &self.faults {
            let path = format!("channels/{struck}/messages");
            stage
                .discord
                .fault(Fault::times("POST", &path, action.clone(), *times))
                .await;
        }
    }

    /// The cards that its author was shown, in the channel and privately.
    async fn cards(&self, stage: &Stage) -> Result<(usize, usize)> {
        let dm = stage.discord.dm_channel(self.author).await;
        let cards = |channel| {
            let said = stage.said(channel).into_iter();
            said.filter(|message| message.content.contains(BOOKING)).count()
        };
        Ok((cards(self.channel), cards(dm)))
    }

    /// Waits for the end, and complains unless it is as it should be.
    async fn check(&self, stage: &Stage, on: On) -> Told {
        let dm = stage.discord.dm_channel(self.author).await;
        let by_dm = match on {
            On::Reply => self.lost,
            On::Dm => true,
            On::Alert => false,
        };
        let shown = !(on == On::Dm && self.lost);
        if shown {
            let place = if by_dm { dm } else { self.channel };
            expect_card(&stage.wait_said(place, 1).await?[0].content, "911")?;
        }
        let told = !(on == On::Alert && self.lost);
        if told {
            // Moderators are told last: everything else is over by then.
            let alert = stage.wait_said(self.office, 1).await?.remove(0);
            let phrase = if shown {
                Phrase::AlertUrgent
            } else {
                Phrase::AlertNotShown
            };
            let begins = stage.begins(phrase, &[("level", "urgent")]);
            ensure!(alert.content.starts_with(&begins), "told otherwise: {}", alert.content);
            ensure!(stage.said(self.office).len() == 1, "told more than once");
        }
        let expected = (usize::from(shown && !by_dm), usize::from(shown && by_dm));
        let cards = self.cards(stage).await?;
        ensure!(
            cards == expected,
            "cards in channel and DM: {cards:?}, not {expected:?}"
        );
        Ok(())
    }
}

/// Every fault, once and for good; whether what is struck cannot be reached at all.
fn faults() -> Vec<(String, Faults, bool)> {
    let limit = Action::RateLimit {
        after_ms: 200,
        global: false,
    };
    let kinds = [
        ("403", Action::Status(403, 50_013), true),
        ("404", Action::Status(404, 10_003), true),
        ("429", limit, false),
        ("500", Action::Status(500, 0), false),
        ("502", Action::Status(502, 0), false),
        ("timeout", Action::Hang, false),
        ("reset", Action::Reset, false),
        ("lost answer", Action::LoseAnswer, false),
        ("done, but 502", Action::DoneBut(502, 0), false),
    ];
    let mut all = Vec::new();
    for (name, action, refused) in kinds {
        // What was done is found again, however often its answer is lost.
        let done = matches!(action, Action::LoseAnswer | Action::DoneBut(..));
        // What is refused is not tried again: once is as good as always.
        if !refused {
            all.push((format!("{name}, once"), vec![(action.clone(), 1)], false));
        }
        all.push((format!("{name}, always"), vec![(action.clone(), ALWAYS)], !done));
    }
    let then = |action| vec![(Action::LoseAnswer, 1), (action, ALWAYS)];
    all.push((
        "lost answer, then 403".to_owned(),
        then(Action::Status(403, 50_013)),
        false,
    ));
    all.push(("lost answer, then 500".to_owned(), then(Action::Status(500, 0)), false));
    all
}

/// As patient as a test can be.
fn impatient() -> Timing {
    Timing {
        request: Duration::from_millis(300),
        urgent: Duration::from_secs(3),
        other: Duration::from_secs(3),
        waits: (Duration::from_millis(100), Duration::from_millis(600)),
        nonce: Duration::from_millis(300),
        slow: Duration::from_secs(60),
    }
}

async fn play(on: On) -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    stage.timing = impatient();
    let mut squares = Vec::new();
    for (name, faults, lost) in faults() {
        squares.push(Square::set(&stage, on, format!("{name}, on {on:?}"), faults, lost).await);
    }
    stage.start().await?;
    for square in &squares {
        square.strike(&stage, on).await;
        stage.discord.post(square.channel, square.author, URGENT).await?;
    }
    for square in &squares {
        square.check(&stage, on).await.with_context(|| square.name.clone())?;
    }
    let all = u64::try_from(squares.len())?;
    let lost = u64::try_from(squares.iter().filter(|square| square.lost).count())?;
    let wanted = match on {
        On::Reply => [
            (Count::CardsShown, all),
            (Count::CardsByDm, lost),
            (Count::CardsNotShown, 0),
        ],
        On::Dm => [
            (Count::CardsShown, all - lost),
            (Count::CardsByDm, all - lost),
            (Count::CardsNotShown, lost),
        ],
        On::Alert => [
            (Count::CardsShown, all),
            (Count::AlertsSent, all - lost),
            (Count::AlertsLost, lost),
        ],
    };
    for (count, wanted) in wanted {
        let so = || Ok(stage.health.counted(count) == wanted);
        until(&format!("{count:?} is {wanted}, on {on:?}"), async || so())
            .await
            .with_context(|| stage.health.metrics())?;
    }
    stage.discord.clear_faults().await;
    stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_strikes_the_reply_the_card_is_shown_once() -> Told {
    play(On::Reply).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_strikes_the_direct_message_the_card_is_shown_once_or_moderators_know() -> Told {
    play(On::Dm).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_strikes_the_alert_the_card_is_shown_once_and_a_lost_alert_is_counted() -> Told {
    play(On::Alert).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_that_cannot_be_opened_is_told_to_moderators() -> Told {
    let faults = [
        Action::Status(403, 50_007),
        Action::Status(500, 0),
        Action::Hang,
        Action::Reset,
    ];
    for action in faults {
        let mut stage = Stage::set(unlimited()).await?;
        stage.timing = Timing {
            urgent: Duration::from_millis(700),
            ..impatient()
        };
        let square = Square::set(&stage, On::Dm, format!("{action:?}"), Vec::new(), true).await;
        stage.start().await?;
        let fault = Fault::times("POST", "users/@me/channels", action, ALWAYS);
        stage.discord.fault(fault).await;
        stage.discord.post(square.channel, square.author, URGENT).await?;
        square
            .check(&stage, On::Dm)
            .await
            .with_context(|| square.name.clone())?;
        assert_eq!(stage.health.counted(Count::CardsNotShown), 1);
        stage.end().await?;
    }
    Ok(())
}

/// What ails the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ails {
    NeverOpened,
    Locked,
    Full,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ails_the_store_the_card_is_shown_once_or_moderators_know() -> Told {
    for ails in [Ails::NeverOpened, Ails::Locked, Ails::Full] {
        let told = ailing(ails).await;
        told.with_context(|| format!("the store: {ails:?}"))?;
    }
    Ok(())
}

async fn ailing(ails: Ails) -> Told {
    let mut stage = Stage::set(unlimited()).await?;
    stage.timing = impatient();
    let mut squares = Vec::new();
    for (on, lost) in [(On::Reply, false), (On::Dm, false), (On::Dm, true)] {
        let square = Square::set(&stage, on, format!("{on:?}, closed: {lost}"), Vec::new(), lost).await;
        if lost {
            stage.discord.close_dms(square.author).await;
        }
        squares.push((on, square));
    }
    let mut other = None;
    if ails != Ails::NeverOpened {
        stage.open_store().await?;
        let mut connection = sqlx::SqliteConnection::connect(&stage.database()).await?;
        // A full disk refuses whatever is written down; which pages are left is the connection's own affair, so a rule says no.
        let statement = if ails == Ails::Locked {
            "begin immediate"
        } else {
            "create trigger full before insert on alerts begin select raise(fail, 'database or disk is full'); end"
        };
        sqlx::query(statement).execute(&mut connection).await?;
        other = Some(connection);
    }
    stage.start().await?;
    for (_, square) in &squares {
        stage.discord.post(square.channel, square.author, URGENT).await?;
    }
    for (on, square) in &squares {
        square.check(&stage, *on).await.with_context(|| square.name.clone())?;
    }
    assert_eq!(stage.health.counted(Count::CardsNotShown), 1);
    // Buttons work as well, as far as they need no store.
    let card = stage.said(squares[0].1.channel).remove(0);
    expect_card(&stage.pressed(squares[0].1.author, &card, "help").await?.content, "911")?;
    if let Some(mut connection) = other {
        let mend = if ails == Ails::Locked {
            "rollback"
        } else {
            "drop trigger full"
        };
        sqlx::query(mend).execute(&mut connection).await?;
        connection.close().await?;
        // What waited is written down once the store is well again, at the latest when the bot ends.
        stage.stop().await?;
        let store = stage.keeper.store().await?;
        assert_eq!(store.alerts().await?.len(), 3);
    }
    stage.end().await
}
