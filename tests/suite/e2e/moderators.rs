//! What moderators are told, and what comes of it: claimed, handed over, resolved, a false alarm, asked again.

use std::time::Duration;

use evenkeel::alerts::{Act, Book, State};
use evenkeel::reply::Phrase;
use evenkeel::respond::GuildSettings;
use sandbox::Message;
use serde_json::json;

use super::*;

/// A guild with an office, a first role and a second one.
struct Office {
    stage: Stage,
    office: u64,
    first: u64,
    second: u64,
}

impl Office {
    async fn open() -> anyhow::Result<Self> {
        let mut stage = Stage::set(unlimited()).await?;
        stage.pace.look = Duration::from_millis(20);
        let store = stage.open_store().await?;
        let office = stage.discord.add_channel(stage.guild, "office").await;
        let first = stage.discord.add_role(stage.guild, "on-call", true).await;
        let second = stage.discord.add_role(stage.guild, "backup", true).await;
        stage.settings(|settings| {
            settings.alert_channel = Some(office);
            settings.alert_role = Some(first);
            settings.second_role = Some(second);
            settings.again_minutes = Some(7);
        });
        let settings = GuildSettings::clone(&stage.responder.guild(Some(stage.guild)));
        store.save_guild(stage.guild, &settings).await?;
        stage.start().await?;
        Ok(Self {
            stage,
            office,
            first,
            second,
        })
    }

    /// Somebody new writes an urgent message; gives the alert about it.
    async fn alert(&self) -> anyhow::Result<Message> {
        let author = self.stage.discord.add_member(self.stage.guild, "author").await;
        let message = self.stage.discord.post(self.stage.general, author, URGENT).await?;
        let id = message.to_string();
        let about = |one: &Message| one.content.contains(&id) && one.reply_to.is_none();
        let alert = self.stage.discord.wait_message(self.office, about, LIMIT).await?;
        // The bot knows where it stands a moment later.
        let noted = || {
            let book = |book: &mut Book| book.get(message).and_then(|alert| alert.message);
            self.stage.responder.with_alerts(book) == Some(alert.id)
        };
        until("the bot knows where the alert stands", async || Ok(noted())).await?;
        Ok(alert)
    }

    /// What was said about an alert after it.
    fn again(&self, alert: &Message) -> Vec<Message> {
        let said = self.stage.said(self.office).into_iter();
        said.filter(|one| one.reply_to == Some(alert.id)).collect()
    }

    async fn wait_again(&self, alert: &Message, times: usize) -> anyhow::Result<Message> {
        let id = alert.id;
        let enough = async || Ok(self.again(alert).len() >= times);
        until(&format!("alert {id} is asked about {times} times"), enough).await?;
        let mut again = self.again(alert);
        assert_eq!(again.len(), times);
        Ok(again.remove(times - 1))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_claimed_by_name_handed_over_and_resolved() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    let alert = office.alert().await?;
    assert_eq!(alert.pings.roles, [office.first].into());
    let nora = stage.discord.add_moderator(stage.guild, "nora").await;
    let steps = [
        (
            stage.mona,
            "claim",
            Phrase::AlertClaimed,
            vec!["over", "resolve", "false"],
        ),
        (
            stage.mona,
            "over",
            Phrase::AlertHandedOver,
            vec!["claim", "resolve", "false"],
        ),
        (nora, "claim", Phrase::AlertClaimed, vec!["over", "resolve", "false"]),
    ];
    for (moderator, act, phrase, left) in steps {
        let now = stage.pressed(moderator, &alert, &format!("alert:{act}")).await?;
        assert_eq!(now.id, alert.id);
        let by = format!("<@{moderator}>");
        let last = now.content.lines().last().unwrap_or_default().to_owned();
        assert!(last.starts_with(&stage.begins(phrase, &[("by", &by)])), "{last}");
        let kinds: Vec<String> = now
            .custom_ids()
            .iter()
            .filter_map(|id| Some(id.split(':').nth(1)?.to_owned()))
            .collect();
        assert_eq!(kinds, left);
        // An edit pings nobody.
        assert_eq!(now.pings.users, [].into());
    }
    let call = stage.press(nora, &alert, "alert:resolve").await?;
    let now = shown(&call).await?;
    let by = format!("<@{nora}>");
    assert!(
        now.content
            .contains(&stage.begins(Phrase::AlertResolved, &[("by", &by)])),
        "{}",
        now.content
    );
    let care = call.wait_followups(1, LIMIT).await?.remove(0);
    assert!(care.ephemeral());
    assert_eq!(care.content, stage.phrase(Phrase::AfterCare, &[]));
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_alarm_leads_to_a_form_and_the_wording_is_left_alone_from_then_on() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    let message = stage.discord.post(stage.general, stage.ana, worrying()).await?;
    stage.reply(stage.general, message).await?;
    let alert = stage.wait_said(office.office, 1).await?.remove(0);
    assert!(
        alert.content.starts_with(&stage.begins(Phrase::AlertSoft, &[])),
        "{}",
        alert.content
    );
    assert_eq!(alert.pings, sandbox::Pings::default());

    let call = stage.press(stage.mona, &alert, "alert:false").await?;
    shown(&call).await?;
    let offer = call.wait_followups(1, LIMIT).await?.remove(0);
    assert_eq!(offer.content, stage.phrase(Phrase::FalseSaid, &[]));
    // Too short, urgent, right.
    let wording: Vec<&str> = worrying().split(' ').take(8).collect();
    let wording = wording.join(" ");
    let said = stage.phrase(Phrase::IgnoreSaid, &[("wording", &wording)]);
    let bad = stage.phrase(Phrase::IgnoreBad, &[]);
    for (typed, answer) in [("die", Some(&bad)), (EMERGENCY, None), (&wording, Some(&said))] {
        let form = stage.press(stage.mona, &offer, "ignore").await?;
        assert!(form.response(LIMIT).await?.modal.is_some());
        let sent = stage
            .discord
            .submit_modal(&form, stage.mona, json!({ "wording": typed }))
            .await?;
        let answered = sent.response(LIMIT).await?;
        assert!(answered.ephemeral);
        match answer {
            Some(answer) => assert_eq!(&answered.content, answer),
            None => expect_card(&answered.content, "911")?,
        }
    }
    // What was typed into the form stays private.
    assert_eq!(stage.said(office.office).len(), 1);
    let settings = stage.responder.guild(Some(stage.guild));
    assert_eq!(settings.ignored, [wording]);
    let message = stage.discord.post(stage.general, stage.ben, worrying()).await?;
    assert_eq!(stage.heard(message).await?.outgoing, []);
    // The wording takes nothing from a full card.
    let both = format!("{} {EMERGENCY}", worrying());
    let message = stage.discord.post(stage.general, stage.ben, &both).await?;
    expect_card(&stage.reply(stage.general, message).await?.content, "911")?;
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_on_it_moderators_are_asked_three_times_and_then_the_second_role_once() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    let alert = office.alert().await?;
    let asked = stage.begins(Phrase::AlertAgain, &[]);
    for times in 1..=3 {
        stage.later(7);
        let again = office.wait_again(&alert, times).await?;
        assert_eq!(again.pings.roles, [office.first].into());
        assert!(again.content.contains(&asked), "{}", again.content);
    }
    stage.later(7);
    let last = office.wait_again(&alert, 4).await?;
    assert_eq!(last.pings.roles, [office.second].into());
    assert!(
        last.content.contains(&stage.begins(Phrase::AlertAgainSecond, &[])),
        "{}",
        last.content
    );

    // Nothing more, though the loop looks: it asks about another one.
    let other = office.alert().await?;
    stage.later(7);
    office.wait_again(&other, 1).await?;
    assert_eq!(office.again(&alert).len(), 4);
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_again_about_what_somebody_is_on_nor_where_it_is_switched_off() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    let never = stage.discord.add_guild("Never").await;
    let place = stage.discord.add_channel(never, "general").await;
    let other_office = stage.discord.add_channel(never, "office").await;
    let author = stage.discord.add_member(never, "author").await;
    let mut settings = GuildSettings::clone(&stage.responder.guild(None));
    (settings.alert_channel, settings.again_minutes) = (Some(other_office), Some(0));
    stage.responder.set_guild(never, settings);
    stage.discord.post(place, author, URGENT).await?;
    stage.wait_said(other_office, 1).await?;

    let claimed = office.alert().await?;
    stage.pressed(stage.mona, &claimed, "alert:claim").await?;
    let open = office.alert().await?;
    stage.later(8);
    office.wait_again(&open, 1).await?;
    assert_eq!(office.again(&claimed).len(), 0);
    assert_eq!(stage.said(other_office).len(), 1);
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_outlive_the_bot_and_are_erased_a_day_after_they_are_over() -> Told {
    let mut office = Office::open().await?;
    let store = office.stage.keeper.store().await?;
    let alert = office.alert().await?;
    let open = office.alert().await?;
    office.stage.stop().await?;
    assert_eq!(store.alerts().await?.len(), 2);
    assert!(
        store
            .alerts()
            .await?
            .iter()
            .all(|alert| alert.state == State::Open && alert.message.is_some())
    );

    office.stage.forget().await?;
    office.stage.start().await?;
    let stage = &office.stage;
    let now = stage.pressed(stage.mona, &alert, "alert:claim").await?;
    assert!(now.content.contains(&format!("<@{}>", stage.mona)), "{}", now.content);
    // Time goes on where it stood.
    stage.later(8);
    office.wait_again(&open, 1).await?;
    stage.pressed(stage.mona, &alert, "alert:resolve").await?;
    let resolved = async || {
        let alerts = store.alerts().await?;
        Ok(alerts
            .iter()
            .any(|alert| matches!(alert.state, State::Answered { act: Act::Resolve, .. })))
    };
    until("that it is resolved is written down", resolved).await?;
    stage.later(23 * 60);
    stage.marker(stage.general).await?;
    assert_eq!(store.alerts().await?.len(), 2);
    stage.later(61);
    until("the resolved one is erased", async || {
        Ok(store.alerts().await?.len() == 1)
    })
    .await?;
    let gone = stage.pressed(stage.mona, &alert, "alert:claim").await?;
    assert!(gone.ephemeral());
    assert_eq!(gone.content, stage.phrase(Phrase::AlertGone, &[]));
    // And everything after a week.
    stage.later(7 * 24 * 60);
    until("all are erased", async || Ok(store.alerts().await?.is_empty())).await?;
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_is_the_same_event_unless_it_got_worse() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    for text in [URGENT, "i really want to die", EMERGENCY, EMERGENCY] {
        let message = stage.discord.post(stage.general, stage.ana, text).await?;
        stage.reply(stage.general, message).await?;
    }
    stage.wait_said(office.office, 2).await?;
    stage.only(office.office, 2).await?;
    office.stage.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_ends_in_a_sign_beside_the_pointers_and_one_alert() -> Told {
    let office = Office::open().await?;
    let stage = &office.stage;
    let mut messages = Vec::new();
    for _ in 0..6 {
        let message = stage.discord.post(stage.general, stage.ana, URGENT).await?;
        stage.heard(message).await?;
        messages.push(message);
    }
    for message in &messages[..3] {
        stage.reply(stage.general, *message).await?;
    }
    for message in &messages[3..] {
        let signed = |one: &Message| one.id == *message && !one.reactions.is_empty();
        stage.discord.wait_message(stage.general, signed, LIMIT).await?;
    }
    stage.only(stage.general, 3).await?;
    stage.wait_said(office.office, 2).await?;
    let told = stage.only(office.office, 2).await?;
    let flood = stage.begins(Phrase::AlertFlood, &[]);
    assert_eq!(told.iter().filter(|alert| alert.content.contains(&flood)).count(), 1);
    office.stage.end().await
}
