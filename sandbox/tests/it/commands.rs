//! Registering commands.

use anyhow::Result;
use serde_json::json;

use crate::client::{api, start};

#[tokio::test]
async fn commands_are_checked_and_keep_their_ids() -> Result<()> {
    let discord = start().await?;
    let path = format!("/applications/{}/commands", discord.bot_id());
    let put = |body| api(&discord, "PUT", &path, Some(body));
    let first = put(json!([{ "name": "ask", "description": "Ask" }])).await?.body;
    let second = put(json!([{ "name": "ask", "description": "Ask more" }, { "name": "Menu", "type": 2 }]))
        .await?
        .body;
    assert_eq!(first[0]["id"], second[0]["id"]);
    assert_eq!(second[1]["type"], 2);
    let bad = [
        json!([{ "name": "Ask", "description": "Ask" }]),
        json!([{ "name": "ask", "description": "" }]),
        json!([{ "name": "ask", "description": "x".repeat(101) }]),
        json!([{ "name": "ask", "description": "Ask" }, { "name": "ask", "description": "Ask" }]),
        json!([{ "name": "ask", "description": "Ask", "options": [
            { "name": "a", "description": "A", "type": 3 },
            { "name": "b", "description": "B", "type": 3, "required": true },
        ] }]),
    ];
    for body in bad {
        assert_eq!(put(body.clone()).await?.refusal(), (400, 50_035), "{body}");
    }
    assert_eq!(discord.commands().len(), 2);
    Ok(())
}
