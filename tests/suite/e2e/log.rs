//! What is logged: never a word of what people write.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use evenkeel::reply::Phrase;
use sandbox::{Action, Fault, Permissions};
use serde_json::json;
use tracing_subscriber::EnvFilter;

use super::*;

/// Everything that this process logs.
static LOGGED: LazyLock<Logged> = LazyLock::new(|| {
    let logged = Logged::default();
    let writer = logged.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("warn,evenkeel=debug"))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    logged
});

#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Begins to keep what is logged.
pub fn listen() {
    LazyLock::force(&LOGGED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_write_is_logged() -> Told {
    const WORD: &str = "quuxberry";
    let stage = Stage::open().await?;
    let quiet = stage.discord.add_channel(stage.guild, "quiet").await;
    stage.discord.deny(quiet, Permissions::SEND_MESSAGES).await;
    stage.discord.close_dms(stage.ana).await;
    let office = stage.discord.add_channel(stage.guild, "office").await;
    stage.settings(|settings| settings.alert_channel = Some(office));
    let urgent = format!("{URGENT} {WORD}");

    // Shown, not shown at all, with trouble on the way, and answered so that it cannot be read.
    let shown = stage.discord.post(stage.general, stage.ana, &urgent).await?;
    stage.reply(stage.general, shown).await?;
    let not_shown = stage.discord.post(quiet, stage.ana, &urgent).await?;
    // Moderators are told after it was logged.
    let link = not_shown.to_string();
    stage
        .discord
        .wait_message(office, |message| message.content.contains(&link), LIMIT)
        .await?;
    stage
        .discord
        .edit(stage.general, shown, &format!("{EMERGENCY} {WORD}"))
        .await?;
    stage.discord.start_thread(stage.general, &urgent, stage.ben).await?;
    stage
        .discord
        .fault(Fault::once("POST", "channels/*/messages", Action::Status(500, 0)))
        .await;
    for text in [QUESTION, not_covered(), vague()] {
        let asked = stage
            .mention(stage.general, stage.ben, &format!("{text} {WORD}"))
            .await?;
        stage.reply(stage.general, asked).await?;
    }
    let direct = stage.discord.dm(stage.ben, &format!("{CALM} {WORD}")).await?;
    stage.reply(stage.discord.dm_channel(stage.ben).await, direct).await?;
    for text in [URGENT, QUESTION, not_covered()] {
        stage
            .ask(stage.ben, &format!("{text} {WORD}"), true)
            .await?
            .response(LIMIT)
            .await?;
    }
    let typed = json!([{ "name": "question", "value": format!("what {WORD}") }]);
    stage
        .discord
        .autocomplete(stage.ben, stage.general, "ask", typed)
        .await?;
    let country = json!([{ "name": "country", "value": WORD }]);
    let call = stage
        .discord
        .slash(stage.ben, stage.general, "help-now", country)
        .await?;
    let note = call.wait_followups(1, LIMIT).await?.remove(0);
    assert_eq!(note.content, stage.phrase(Phrase::UnknownCountry, &[]));
    // A callback that fails.
    stage
        .discord
        .fault(Fault::once("POST", "/callback", Action::Status(404, 10_062)))
        .await;
    stage.ask(stage.ben, &format!("{QUESTION} {WORD}"), true).await?;
    let failed = |request: &sandbox::Request| request.path.contains("/callback") && request.status == Some(404);
    stage.discord.wait_request(failed, LIMIT).await?;
    stage.end().await?;

    let logged = LOGGED.text();
    assert!(logged.contains(&shown.to_string()) && logged.contains("urgent message"));
    assert!(logged.contains("CARD NOT SHOWN") && logged.contains(&not_shown.to_string()));
    assert!(logged.contains("request is tried again"));
    let line = logged.lines().find(|line| line.to_lowercase().contains(WORD));
    assert_eq!(line, None);
    for secret in [sandbox::TOKEN, URGENT, not_covered()] {
        assert!(!logged.contains(secret), "{secret} is in the log");
    }
    Ok(())
}
