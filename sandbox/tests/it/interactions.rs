//! Commands, components and modals.

use anyhow::{Context, Result};
use sandbox::{Discord, Options, ResponseKind};
use serde_json::{Value, json};

use crate::client::{Answer, Bot, PLAIN, SOON, api, start};

struct Scene {
    discord: Discord,
    bot: Bot,
    general: u64,
    ana: u64,
    ben: u64,
}

async fn scene() -> Result<Scene> {
    let discord = start().await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let ben = discord.add_member(guild, "ben").await;
    let (bot, _) = Bot::ready(&discord, PLAIN).await?;
    let question =
        json!({ "name": "question", "description": "What", "type": 3, "required": true, "autocomplete": true });
    let commands = json!([
        { "name": "ask", "description": "Ask", "options": [question] },
        { "name": "Answer this", "type": 3 },
    ]);
    let path = format!("/applications/{}/commands", discord.bot_id());
    let answer = api(&discord, "PUT", &path, Some(commands)).await?;
    anyhow::ensure!(answer.status == 200, "{answer:?}");
    Ok(Scene {
        discord,
        bot,
        general,
        ana,
        ben,
    })
}

impl Scene {
    async fn interaction(&mut self) -> Result<Value> {
        self.bot.event("INTERACTION_CREATE").await
    }

    async fn callback(&self, interaction: &Value, body: Value) -> Result<Answer> {
        let (id, token) = (interaction["id"].as_str(), interaction["token"].as_str());
        let path = format!(
            "/interactions/{}/{}/callback",
            id.context("id")?,
            token.context("token")?
        );
        api(&self.discord, "POST", &path, Some(body)).await
    }

    fn webhook(&self, interaction: &Value, rest: &str) -> String {
        let token = interaction["token"].as_str().unwrap_or_default();
        format!("/webhooks/{}/{token}{rest}", self.discord.bot_id())
    }
}

fn ask(text: &str) -> Value {
    json!([{ "name": "question", "value": text }])
}

#[tokio::test]
async fn an_ephemeral_answer_is_for_one_person() -> Result<()> {
    let mut scene = scene().await?;
    scene.discord.set_locale(scene.ana, "es-ES").await;
    let call = scene.discord.slash(scene.ana, scene.general, "ask", ask("why")).await?;
    let interaction = scene.interaction().await?;
    assert_eq!(interaction["locale"], "es-ES");
    assert_eq!(interaction["member"]["user"]["id"], scene.ana.to_string());
    assert_eq!(
        interaction["data"]["options"][0],
        json!({ "name": "question", "type": 3, "value": "why" })
    );
    let row = json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "More", "custom_id": "more" }] });
    let data = json!({ "content": "because", "flags": 64, "components": [row] });
    assert_eq!(
        scene
            .callback(&interaction, json!({ "type": 4, "data": data }))
            .await?
            .status,
        204
    );
    let response = call.response(SOON).await?;
    assert!(response.ephemeral && response.content == "because");
    let message = response.message_id.context("no message")?;

    assert!(scene.discord.messages(scene.general).is_empty());
    assert_eq!(scene.discord.messages_seen_by(scene.general, scene.ana).len(), 1);
    assert!(scene.discord.messages_seen_by(scene.general, scene.ben).is_empty());
    let path = format!("/channels/{}/messages/{message}", scene.general);
    assert_eq!(api(&scene.discord, "GET", &path, None).await?.refusal(), (404, 10_008));
    let own = api(
        &scene.discord,
        "GET",
        &scene.webhook(&interaction, "/messages/@original"),
        None,
    )
    .await?;
    assert_eq!(own.body["content"], "because");

    assert!(
        scene
            .discord
            .click(scene.ben, scene.general, message, "more")
            .await
            .is_err()
    );
    assert!(
        scene
            .discord
            .click(scene.ana, scene.general, message, "none")
            .await
            .is_err()
    );
    let click = scene.discord.click(scene.ana, scene.general, message, "more").await?;
    let pressed = scene.interaction().await?;
    assert_eq!(pressed["message"]["id"], message.to_string());
    let update = json!({ "type": 7, "data": { "content": "changed", "components": [] } });
    scene.callback(&pressed, update).await?;
    assert_eq!(click.response(SOON).await?.content, "changed");
    assert!(
        scene
            .discord
            .click(scene.ana, scene.general, message, "more")
            .await
            .is_err()
    );
    assert_eq!(scene.discord.complaints(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn interactions_are_answered_once_and_in_time() -> Result<()> {
    let mut scene = scene().await?;
    scene.discord.slash(scene.ana, scene.general, "ask", ask("why")).await?;
    let interaction = scene.interaction().await?;
    let early = api(
        &scene.discord,
        "POST",
        &scene.webhook(&interaction, ""),
        Some(json!({ "content": "x" })),
    )
    .await?;
    assert_eq!(early.refusal(), (404, 10_015));
    let body = json!({ "type": 4, "data": { "content": "because" } });
    assert_eq!(
        scene
            .callback(&interaction, json!({ "type": 8, "data": { "choices": [] } }))
            .await?
            .status,
        400
    );
    assert_eq!(
        scene
            .callback(&interaction, json!({ "type": 7, "data": { "content": "x" } }))
            .await?
            .status,
        400
    );
    assert_eq!(scene.callback(&interaction, body.clone()).await?.status, 204);
    assert_eq!(
        scene.callback(&interaction, body.clone()).await?.refusal(),
        (400, 40_060)
    );
    let unknown = json!({ "id": "1", "token": "t" });
    assert_eq!(scene.callback(&unknown, body.clone()).await?.refusal(), (404, 10_062));

    let hasty = Options {
        interaction_answer: std::time::Duration::ZERO,
        ..Options::default()
    };
    let discord = Discord::start(hasty).await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let ana = discord.add_member(guild, "ana").await;
    let (mut bot, _) = Bot::ready(&discord, PLAIN).await?;
    let path = format!("/applications/{}/guilds/{guild}/commands", discord.bot_id());
    api(
        &discord,
        "POST",
        &path,
        Some(json!({ "name": "late", "description": "Late" })),
    )
    .await?;
    discord.slash(ana, general, "late", json!([])).await?;
    let interaction = bot.event("INTERACTION_CREATE").await?;
    let late = Scene {
        discord,
        bot,
        general,
        ana,
        ben: ana,
    };
    assert_eq!(late.callback(&interaction, body).await?.refusal(), (404, 10_062));
    Ok(())
}

#[tokio::test]
async fn a_deferral_is_completed_by_an_edit() -> Result<()> {
    let mut scene = scene().await?;
    let message = scene.discord.post(scene.general, scene.ben, "a question").await?;
    let call = scene
        .discord
        .message_menu(scene.ana, scene.general, "Answer this", message)
        .await?;
    let interaction = scene.interaction().await?;
    let resolved = &interaction["data"]["resolved"]["messages"][message.to_string()];
    assert_eq!(resolved["content"], "a question");
    scene.callback(&interaction, json!({ "type": 5 })).await?;
    assert_eq!(call.acknowledged(SOON).await?.kind, ResponseKind::Deferred);
    let path = scene.webhook(&interaction, "/messages/@original");
    api(&scene.discord, "PATCH", &path, Some(json!({ "content": "an answer" }))).await?;
    let response = call.response(SOON).await?;
    assert!(response.deferred && response.kind == ResponseKind::Message && response.content == "an answer");
    let more = json!({ "content": "more", "flags": 64 });
    api(&scene.discord, "POST", &scene.webhook(&interaction, ""), Some(more)).await?;
    let followups = call.wait_followups(1, SOON).await?;
    assert!(followups.first().is_some_and(|message| message.ephemeral()));
    assert_eq!(api(&scene.discord, "DELETE", &path, None).await?.status, 204);
    assert_eq!(scene.discord.messages(scene.general).len(), 1);
    assert_eq!(scene.discord.complaints(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn autocomplete_takes_no_more_than_25_choices() -> Result<()> {
    let mut scene = scene().await?;
    let choice = |number: usize| json!({ "name": format!("choice {number}"), "value": number.to_string() });
    let many: Vec<Value> = (0..26).map(choice).collect();
    let few: Vec<Value> = (0..25).map(choice).collect();
    let asking = scene.discord.autocomplete(scene.ana, scene.general, "ask", ask("wh"));
    let answering = async {
        let interaction = scene.bot.event("INTERACTION_CREATE").await?;
        assert_eq!(interaction["data"]["options"][0]["focused"], true);
        let path = format!(
            "/interactions/{}/{}/callback",
            interaction["id"].as_str().context("id")?,
            interaction["token"].as_str().context("token")?
        );
        let body = json!({ "type": 8, "data": { "choices": many } });
        assert_eq!(
            api(&scene.discord, "POST", &path, Some(body)).await?.refusal(),
            (400, 50_035)
        );
        let body = json!({ "type": 8, "data": { "choices": few } });
        assert_eq!(api(&scene.discord, "POST", &path, Some(body)).await?.status, 204);
        anyhow::Ok(())
    };
    let (choices, answered) = tokio::join!(asking, answering);
    answered?;
    assert_eq!(choices?.len(), 25);
    Ok(())
}

#[tokio::test]
async fn a_modal_is_filled_in() -> Result<()> {
    let mut scene = scene().await?;
    let call = scene.discord.slash(scene.ana, scene.general, "ask", ask("why")).await?;
    let interaction = scene.interaction().await?;
    let input = json!({ "type": 4, "custom_id": "name", "label": "Name", "style": 1, "max_length": 5 });
    let modal = json!({ "custom_id": "form", "title": "Form", "components": [{ "type": 1, "components": [input] }] });
    assert_eq!(
        scene
            .callback(&interaction, json!({ "type": 9, "data": modal }))
            .await?
            .status,
        204
    );
    assert_eq!(call.response(SOON).await?.kind, ResponseKind::Modal);
    let submit = |fields| scene.discord.submit_modal(&call, scene.ana, fields);
    assert!(submit(json!({})).await.is_err());
    assert!(submit(json!({ "name": "too long" })).await.is_err());
    assert!(submit(json!({ "name": "Ana", "other": "x" })).await.is_err());
    let sent = submit(json!({ "name": "Ana" })).await?;
    let submitted = scene.interaction().await?;
    assert_eq!(submitted["data"]["components"][0]["components"][0]["value"], "Ana");
    let again = scene.callback(&submitted, json!({ "type": 9, "data": modal })).await?;
    assert_eq!(again.status, 400);
    scene
        .callback(&submitted, json!({ "type": 4, "data": { "content": "thanks" } }))
        .await?;
    assert_eq!(sent.response(SOON).await?.content, "thanks");
    assert_eq!(scene.discord.complaints(), Vec::<String>::new());
    Ok(())
}
