//! What the bot answers to interactions: callbacks, and messages through the interaction's token.

use serde_json::{Value, json};

use super::World;
use super::interactions::{Answer, Interaction};
use super::posting::{Change, Draft};
use super::types::{Attachment, EPHEMERAL, LOADING};
use crate::error::{ApiError, ApiResult};
use crate::ids;
use crate::validate::{self, MessageBody};

/// Flags that a bot may set on its messages.
const SETTABLE: u64 =
    super::types::SUPPRESS_EMBEDS | super::types::SUPPRESS_NOTIFICATIONS | super::types::COMPONENTS_V2;

/// Flags of a new message out of those that were asked for.
pub fn settable(flags: Option<u64>) -> u64 {
    flags.unwrap_or(0) & SETTABLE
}

/// What an edit with this body changes.
pub fn change(body: MessageBody, now: u64, kept: &[Attachment]) -> Change {
    let flags = body.flags.map(|asked| (now & !SETTABLE) | (asked & SETTABLE));
    let attachments = (body.kept_attachments.is_some() || !body.files.is_empty()).then(|| {
        let wanted: Vec<u64> = body
            .kept_attachments
            .iter()
            .flatten()
            .filter_map(|a| a.get("id").and_then(ids::read))
            .collect();
        let all = body.kept_attachments.is_none();
        kept.iter()
            .filter(|file| all || wanted.contains(&file.id))
            .chain(&body.files)
            .cloned()
            .collect()
    });
    Change {
        content: body.content,
        embeds: body.embeds,
        components: body.components,
        attachments,
        flags,
        allowed_mentions: body.allowed_mentions,
    }
}

fn draft(interaction: &Interaction, body: MessageBody, ephemeral: bool) -> Draft {
    let kind = match (interaction.kind, interaction.from_menu) {
        (2, true) => 23,
        (2, false) => 20,
        _ => 0,
    };
    Draft {
        content: body.content.unwrap_or_default(),
        embeds: body.embeds.unwrap_or_default(),
        components: body.components.unwrap_or_default(),
        attachments: body.files,
        poll: body.poll,
        kind,
        flags: settable(body.flags) | if ephemeral { EPHEMERAL } else { 0 },
        only_for: ephemeral.then_some(interaction.user),
        origin: Some(interaction.origin()),
        allowed_mentions: body.allowed_mentions,
        ..Draft::default()
    }
}

impl World {
    /// Takes the first answer to an interaction; gives what `with_response` asks for.
    pub fn callback(&mut self, id: u64, token: &str, body: &Value, files: Vec<Attachment>) -> ApiResult<Value> {
        let found = self.interactions.get(&id).filter(|found| found.token == token);
        let interaction = found.ok_or_else(ApiError::unknown_interaction)?.clone();
        if interaction.answer.is_some() {
            return Err(ApiError::new(400, 40_060, "Interaction has already been acknowledged."));
        }
        if interaction.opened.elapsed() >= self.options.interaction_answer {
            return Err(ApiError::unknown_interaction());
        }
        let kind = body
            .get("type")
            .and_then(Value::as_u64)
            .and_then(|kind| u8::try_from(kind).ok())
            .unwrap_or(0);
        let updates = interaction.source.is_some();
        let fits = match (interaction.kind, kind) {
            (4, 8) | (2 | 3 | 5, 4 | 5) | (2 | 3, 9) => true,
            (3 | 5, 6 | 7) => updates,
            _ => false,
        };
        if !fits {
            let why = format!(
                "An interaction of type {} cannot be answered with type {kind}.",
                interaction.kind
            );
            return Err(ApiError::invalid("type", "INTERACTION_CALLBACK_TYPE_INVALID", why));
        }
        let empty = json!({});
        let data = body.get("data").filter(|data| !data.is_null()).unwrap_or(&empty);
        let mut shown = Value::Null;
        let mut original = None;
        match kind {
            4 => {
                let read = validate::message_body(data, files)?;
                if read.is_empty() {
                    return Err(ApiError::new(400, 50_006, "Cannot send an empty message"));
                }
                let draft = draft(&interaction, read, Interaction::asked_ephemeral(body));
                original = Some(self.insert_message(interaction.channel, self.options.bot_id, draft));
            }
            5 => {
                let mut draft = draft(&interaction, MessageBody::default(), Interaction::asked_ephemeral(body));
                draft.flags |= LOADING;
                original = Some(self.insert_message(interaction.channel, self.options.bot_id, draft));
            }
            6 => original = interaction.source,
            7 => {
                original = interaction.source;
                let read = validate::message_body(data, files)?;
                self.apply(interaction.channel, original.unwrap_or(0), read)?;
            }
            8 => shown = Value::Array(validate::choices(data)?),
            _ => shown = validate::modal(data)?,
        }
        let after_ms = u64::try_from(interaction.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        let answer = Answer {
            kind,
            body: body.clone(),
            after_ms,
            shown,
        };
        if let Some(kept) = self.interactions.get_mut(&id) {
            kept.answer = Some(answer);
            kept.original = original;
        }
        Ok(self.callback_json(&interaction, kind, original))
    }

    fn callback_json(&self, interaction: &Interaction, kind: u8, original: Option<u64>) -> Value {
        let message = original.and_then(|original| self.message(interaction.channel, original));
        let mut head = json!({ "id": ids::id(interaction.id), "type": interaction.kind });
        if let Some(message) = message {
            super::payload::merge(
                &mut head,
                json!({
                    "response_message_id": ids::id(message.id),
                    "response_message_loading": message.loading(),
                    "response_message_ephemeral": message.ephemeral(),
                }),
            );
        }
        let mut resource = json!({ "type": kind });
        if let (4 | 7, Some(message)) = (kind, message) {
            super::payload::merge(&mut resource, json!({ "message": self.message_json(message, true) }));
        }
        json!({ "interaction": head, "resource": resource })
    }

    fn apply(&mut self, channel: u64, id: u64, body: MessageBody) -> ApiResult<()> {
        let found = self.message(channel, id).ok_or_else(ApiError::unknown_message)?;
        let (flags, files) = (found.flags, found.attachments.clone());
        let mut changed = change(body, flags, &files);
        if found.loading() {
            changed.flags = Some(changed.flags.unwrap_or(flags) & !LOADING);
        }
        let after = (
            changed.content.as_deref().unwrap_or(&found.content).trim().is_empty(),
            changed.embeds.as_ref().unwrap_or(&found.embeds).is_empty(),
            changed.components.as_ref().unwrap_or(&found.components).is_empty(),
            changed.attachments.as_ref().unwrap_or(&found.attachments).is_empty(),
        );
        if after == (true, true, true, true) {
            return Err(ApiError::new(400, 50_006, "Cannot send an empty message"));
        }
        self.change_message(channel, id, changed);
        Ok(())
    }

    /// Edits a message of the bot with a body that has passed.
    pub fn edit_own(&mut self, channel: u64, id: u64, body: MessageBody) -> ApiResult<Value> {
        self.apply(channel, id, body)?;
        let found = self.message(channel, id).ok_or_else(ApiError::unknown_message)?;
        Ok(self.message_json(found, true))
    }

    /// The interaction behind a token that is still good.
    fn by_token(&self, application: u64, token: &str) -> ApiResult<Interaction> {
        let found = self
            .interaction_by_token(token)
            .filter(|_| application == self.options.bot_id);
        let interaction = found.ok_or_else(ApiError::unknown_webhook)?.clone();
        if interaction.opened.elapsed() >= self.options.interaction_token {
            return Err(ApiError::new(401, 50_027, "Invalid Webhook Token"));
        }
        if !interaction
            .answer
            .as_ref()
            .is_some_and(|answer| matches!(answer.kind, 4..=7))
        {
            return Err(ApiError::unknown_webhook());
        }
        Ok(interaction)
    }

    fn target(interaction: &Interaction, which: &str) -> ApiResult<u64> {
        let own = |id: &u64| interaction.original == Some(*id) || interaction.followups.contains(id);
        match which {
            "@original" => interaction.original,
            id => id.parse().ok().filter(own),
        }
        .ok_or_else(ApiError::unknown_message)
    }

    /// Sends a follow-up. The first one after a deferral completes it instead.
    pub fn follow_up(&mut self, application: u64, token: &str, body: MessageBody) -> ApiResult<Value> {
        let interaction = self.by_token(application, token)?;
        if body.is_empty() {
            return Err(ApiError::new(400, 50_006, "Cannot send an empty message"));
        }
        let waiting = interaction
            .original
            .and_then(|id| self.message(interaction.channel, id));
        if let Some(id) = waiting.filter(|message| message.loading()).map(|message| message.id) {
            if let Some(kept) = self.interactions.get_mut(&interaction.id) {
                kept.edits += 1;
            }
            return self.edit_own(interaction.channel, id, body);
        }
        let ephemeral = body.flags.unwrap_or(0) & EPHEMERAL != 0;
        let mut draft = draft(&interaction, body, ephemeral);
        draft.kind = 0;
        if let Some(original) = interaction
            .original
            .filter(|id| self.message(interaction.channel, *id).is_some())
        {
            draft.kind = 19;
            draft.reply_to = Some(original);
        }
        let id = self.insert_message(interaction.channel, self.options.bot_id, draft);
        if let Some(kept) = self.interactions.get_mut(&interaction.id) {
            kept.followups.push(id);
        }
        let found = self
            .message(interaction.channel, id)
            .ok_or_else(ApiError::unknown_message)?;
        Ok(self.message_json(found, true))
    }

    /// Reads a message of the interaction.
    pub fn read_answer(&self, application: u64, token: &str, which: &str) -> ApiResult<Value> {
        let interaction = self.by_token(application, token)?;
        let id = Self::target(&interaction, which)?;
        let found = self
            .message(interaction.channel, id)
            .ok_or_else(ApiError::unknown_message)?;
        Ok(self.message_json(found, true))
    }

    /// Edits a message of the interaction.
    pub fn edit_answer(&mut self, application: u64, token: &str, which: &str, body: MessageBody) -> ApiResult<Value> {
        let interaction = self.by_token(application, token)?;
        let id = Self::target(&interaction, which)?;
        let shown = self.edit_own(interaction.channel, id, body)?;
        if let (true, Some(kept)) = (
            interaction.original == Some(id),
            self.interactions.get_mut(&interaction.id),
        ) {
            kept.edits += 1;
        }
        Ok(shown)
    }

    /// Deletes a message of the interaction.
    pub fn delete_answer(&mut self, application: u64, token: &str, which: &str) -> ApiResult<()> {
        let interaction = self.by_token(application, token)?;
        let id = Self::target(&interaction, which)?;
        self.remove_message(interaction.channel, id)
            .ok_or_else(ApiError::unknown_message)?;
        Ok(())
    }
}
