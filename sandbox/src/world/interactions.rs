//! Interactions: how they reach the bot and what is kept of them.

use std::time::Instant;

use serde_json::{Value, json};
use twilight_model::gateway::Intents;

use super::World;
use super::payload::merge;
use super::types::{EPHEMERAL, Message, Origin};
use crate::ids;

/// The bot's first answer to an interaction.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Type of the callback, by Discord's number.
    pub kind: u8,
    /// The callback's body as it was sent.
    pub body: Value,
    /// How long the bot took, in milliseconds.
    pub after_ms: u64,
    /// Modal or choices as Discord would show them.
    pub shown: Value,
}

/// One interaction and all that came of it.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: u64,
    pub token: String,
    /// 2 command, 3 component, 4 autocomplete, 5 modal.
    pub kind: u8,
    pub user: u64,
    pub channel: u64,
    pub guild: Option<u64>,
    pub opened: Instant,
    /// Name of the command; empty for components and modals.
    pub command: String,
    /// Whether the command came from a context menu.
    pub from_menu: bool,
    /// The message that a menu command was used on.
    pub target: Option<u64>,
    /// The message whose component was used, also if a modal came in between.
    pub source: Option<u64>,
    pub answer: Option<Answer>,
    /// The message that `@original` means.
    pub original: Option<u64>,
    pub followups: Vec<u64>,
    /// How often `@original` was edited through the token.
    pub edits: usize,
}

/// What an interaction starts from.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub kind: u8,
    pub command: String,
    pub from_menu: bool,
    pub target: Option<u64>,
    pub source: Option<u64>,
    pub data: Value,
}

impl Interaction {
    /// What a message that answers it says of it.
    pub fn origin(&self) -> Origin {
        Origin {
            interaction: self.id,
            kind: self.kind,
            user: self.user,
            name: self.command.clone(),
            message: self.source.or(self.target),
        }
    }

    /// Whether this callback, or the deferral it asked for, is for one person only.
    pub fn asked_ephemeral(body: &Value) -> bool {
        let flags = body
            .get("data")
            .and_then(|data| data.get("flags"))
            .and_then(Value::as_u64);
        flags.unwrap_or(0) & EPHEMERAL != 0
    }
}

impl World {
    /// Sends an interaction to the bot.
    pub fn open_interaction(&mut self, user: u64, channel: u64, opening: Opening) -> Result<u64, String> {
        if !self.gateway.sessions.iter().any(|session| session.connection.is_some()) {
            return Err("no bot is connected to take the interaction".to_owned());
        }
        let id = self.snowflakes.next();
        let token = format!("aW50ZXJhY3Rpb246{id:x}-sandbox-{:x}", self.snowflakes.next());
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let interaction = Interaction {
            id,
            token,
            kind: opening.kind,
            user,
            channel,
            guild,
            opened: Instant::now(),
            command: opening.command,
            from_menu: opening.from_menu,
            target: opening.target,
            source: opening.source,
            answer: None,
            original: None,
            followups: Vec::new(),
            edits: 0,
        };
        let body = self.interaction_json(&interaction, &opening.data);
        self.interactions.insert(id, interaction);
        self.emit(Intents::empty(), "INTERACTION_CREATE", body, None);
        Ok(id)
    }

    fn interaction_json(&self, interaction: &Interaction, data: &Value) -> Value {
        let user = interaction.user;
        let channel = self.channels.get(&interaction.channel);
        let locale = self.users.get(&user).map_or("en-US", |user| user.locale.as_str());
        let held = self.permissions(interaction.channel, self.options.bot_id);
        let mut out = json!({
            "id": ids::id(interaction.id),
            "application_id": ids::id(self.options.bot_id),
            "type": interaction.kind,
            "data": data,
            "channel_id": ids::id(interaction.channel),
            "channel": channel.map(|channel| self.interaction_channel_json(channel, user)),
            "token": interaction.token,
            "version": 1,
            "app_permissions": held.bits().to_string(),
            "locale": locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self.owners_json(interaction.guild),
            "context": u8::from(interaction.guild.is_none()),
            "attachment_size_limit": 10_485_760,
        });
        match interaction.guild.and_then(|guild| self.guilds.get(&guild)) {
            Some(guild) => {
                let mut member = self.member_json(guild.id, user).unwrap_or_else(|| json!({}));
                let held = self.permissions(interaction.channel, user);
                merge(&mut member, json!({ "permissions": held.bits().to_string() }));
                merge(
                    &mut out,
                    json!({
                        "guild_id": ids::id(guild.id),
                        "guild_locale": guild.locale,
                        "guild": { "id": ids::id(guild.id), "locale": guild.locale, "features": ["COMMUNITY"] },
                        "member": member,
                    }),
                );
            }
            None => merge(&mut out, json!({ "user": self.user_json_by_id(user) })),
        }
        if let Some(source) = interaction
            .source
            .and_then(|source| self.message(interaction.channel, source))
        {
            merge(&mut out, json!({ "message": self.message_json(source, true) }));
        }
        out
    }

    /// The interaction to which this token belongs.
    pub fn interaction_by_token(&self, token: &str) -> Option<&Interaction> {
        self.interactions
            .values()
            .find(|interaction| interaction.token == token)
    }

    /// Whether the user sees this message.
    pub fn sees(&self, user: u64, message: &Message) -> bool {
        message.only_for.is_none_or(|only| only == user) && !self.permissions(message.channel, user).is_empty()
    }
}
