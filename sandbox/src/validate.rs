//! Bodies from the bot, held against Discord's limits.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_model::channel::message::{Component, Embed};
use twilight_validate::{component, message};

use crate::error::{ApiError, ApiResult};
use crate::world::mentions::check_allowed;
use crate::world::payload::merge;
use crate::world::types::{Attachment, COMPONENTS_V2};

/// A message body that has passed.
#[derive(Clone, Debug, Default)]
pub struct MessageBody {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    pub flags: Option<u64>,
    pub allowed_mentions: Option<Value>,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    pub reference: Option<Value>,
    pub poll: Option<Value>,
    pub kept_attachments: Option<Vec<Value>>,
    pub files: Vec<Attachment>,
}

impl MessageBody {
    /// Whether nothing would be seen of it.
    pub fn is_empty(&self) -> bool {
        self.content.as_deref().is_none_or(|text| text.trim().is_empty())
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.files.is_empty()
            && self.poll.is_none()
    }
}

fn read_all<T: DeserializeOwned>(body: &Value, field: &str) -> ApiResult<Option<Vec<T>>> {
    let Some(list) = body.get(field).filter(|list| !list.is_null()) else {
        return Ok(None);
    };
    let Some(list) = list.as_array() else {
        return Err(ApiError::invalid(
            field,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        ));
    };
    let mut out = Vec::new();
    for (place, item) in list.iter().enumerate() {
        let read = serde_json::from_value(item.clone())
            .map_err(|why| ApiError::invalid(&format!("{field}.{place}"), "MODEL_TYPE_CONVERT", why.to_string()))?;
        out.push(read);
    }
    Ok(Some(out))
}

fn written<T: serde::Serialize>(items: &[T]) -> ApiResult<Vec<Value>> {
    items
        .iter()
        .map(|item| serde_json::to_value(item).map_err(ApiError::malformed))
        .collect()
}

fn text(body: &Value, field: &str) -> ApiResult<Option<String>> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(ApiError::invalid(
            field,
            "STRING_TYPE_CONVERT",
            "Could not interpret as string.",
        )),
    }
}

/// Reads the body of a message and refuses what Discord refuses.
pub fn message_body(body: &Value, files: Vec<Attachment>) -> ApiResult<MessageBody> {
    let content = text(body, "content")?;
    if let Some(content) = &content
        && message::content(content).is_err()
    {
        return Err(ApiError::invalid(
            "content",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 2000 or fewer in length.",
        ));
    }
    let flags = body.get("flags").and_then(Value::as_u64);
    let mut shaped = body.clone();
    for embed in shaped
        .get_mut("embeds")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        merge(embed, json!({ "type": "rich" }));
    }
    let embeds: Option<Vec<Embed>> = read_all(&shaped, "embeds")?;
    if let Some(embeds) = &embeds {
        message::embeds(embeds).map_err(|why| ApiError::invalid("embeds", "EMBED_INVALID", describe(&why)))?;
        for (place, embed) in embeds.iter().enumerate() {
            let bare = embed.title.is_none()
                && embed.description.is_none()
                && embed.fields.is_empty()
                && embed.image.is_none()
                && embed.thumbnail.is_none()
                && embed.author.is_none()
                && embed.footer.is_none();
            if bare {
                let field = format!("embeds.{place}.description");
                return Err(ApiError::invalid(
                    &field,
                    "BASE_TYPE_REQUIRED",
                    "This field is required",
                ));
            }
        }
    }
    let components: Option<Vec<Component>> = read_all(body, "components")?;
    if let Some(components) = &components {
        let newer = flags.unwrap_or(0) & COMPONENTS_V2 != 0;
        message::components(components, newer)
            .map_err(|why| ApiError::invalid("components", "COMPONENT_INVALID", describe(&why)))?;
        if newer && (content.is_some() || embeds.as_ref().is_some_and(|embeds| !embeds.is_empty())) {
            let why = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
            return Err(ApiError::invalid(
                "content",
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                why,
            ));
        }
        distinct_custom_ids(components)?;
    }
    let allowed_mentions = body
        .get("allowed_mentions")
        .filter(|allowed| !allowed.is_null())
        .cloned();
    if let Some(allowed) = &allowed_mentions {
        check_allowed(allowed)?;
    }
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    if nonce
        .as_ref()
        .and_then(Value::as_str)
        .is_some_and(|nonce| nonce.chars().count() > 25)
    {
        return Err(ApiError::invalid(
            "nonce",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 25 or fewer in length.",
        ));
    }
    if files.len() > 10 {
        return Err(ApiError::invalid(
            "attachments",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 10 or fewer in length.",
        ));
    }
    let number = components
        .map(|components| written(&components))
        .transpose()?
        .map(numbered);
    Ok(MessageBody {
        content,
        embeds: embeds.map(|embeds| written(&embeds)).transpose()?,
        components: number,
        flags,
        allowed_mentions,
        nonce,
        enforce_nonce: body.get("enforce_nonce").and_then(Value::as_bool).unwrap_or(false),
        reference: body
            .get("message_reference")
            .filter(|reference| !reference.is_null())
            .cloned(),
        poll: body.get("poll").filter(|poll| !poll.is_null()).cloned(),
        kept_attachments: body.get("attachments").and_then(Value::as_array).cloned(),
        files,
    })
}

/// Says what is wrong, with the inner reason where there is one.
fn describe(why: &dyn std::error::Error) -> String {
    match why.source() {
        Some(inner) => format!("{why}: {}", describe(inner)),
        None => why.to_string(),
    }
}

fn distinct_custom_ids(components: &[Component]) -> ApiResult<()> {
    let mut seen = std::collections::BTreeSet::new();
    for component in components {
        let Component::ActionRow(row) = component else {
            continue;
        };
        for child in &row.components {
            let custom = match child {
                Component::Button(button) => button.custom_id.as_deref(),
                Component::SelectMenu(menu) => Some(menu.custom_id.as_str()),
                _ => None,
            };
            if custom.is_some_and(|custom| !seen.insert(custom)) {
                let why = "Component custom id cannot be duplicated";
                return Err(ApiError::invalid("components", "COMPONENT_CUSTOM_ID_DUPLICATED", why));
            }
        }
    }
    Ok(())
}

/// Gives every component the number that Discord gives it.
fn numbered(mut components: Vec<Value>) -> Vec<Value> {
    fn walk(component: &mut Value, next: &mut u32) {
        if component.get("id").and_then(Value::as_u64).unwrap_or(0) == 0 {
            merge(component, json!({ "id": *next }));
        }
        *next += 1;
        for child in component
            .get_mut("components")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            walk(child, next);
        }
        for field in ["component", "accessory"] {
            if let Some(child) = component.get_mut(field) {
                walk(child, next);
            }
        }
    }
    let mut next = 1;
    for component in &mut components {
        walk(component, &mut next);
    }
    components
}

/// Reads a modal and refuses what Discord refuses; gives it back as Discord would show it.
pub fn modal(data: &Value) -> ApiResult<Value> {
    for (field, most) in [("custom_id", 100), ("title", 45)] {
        let length = data
            .get(field)
            .and_then(Value::as_str)
            .map_or(0, |text| text.chars().count());
        if length == 0 || length > most {
            let why = format!("Must be between 1 and {most} in length.");
            return Err(ApiError::invalid(&format!("data.{field}"), "BASE_TYPE_BAD_LENGTH", why));
        }
    }
    let components: Vec<Component> = read_all(data, "components")?.unwrap_or_default();
    if components.is_empty() || components.len() > 5 {
        let why = "Must be between 1 and 5 in length.";
        return Err(ApiError::invalid("data.components", "BASE_TYPE_BAD_LENGTH", why));
    }
    for (place, component) in components.iter().enumerate() {
        let field = format!("data.components.{place}");
        let wrong = |why: String| ApiError::invalid(&field, "COMPONENT_INVALID", why);
        match component {
            Component::ActionRow(row) => {
                component::action_row(row, false).map_err(|why| wrong(describe(&why)))?;
                if !matches!(row.components.as_slice(), [Component::TextInput(_)]) {
                    return Err(wrong("A modal's action row holds exactly one text input.".to_owned()));
                }
            }
            Component::Label(label) => component::label(label).map_err(|why| wrong(describe(&why)))?,
            Component::TextDisplay(text) => component::text_display(text).map_err(|why| wrong(describe(&why)))?,
            other => {
                return Err(wrong(format!("A modal cannot hold a {}.", other.kind().name())));
            }
        }
    }
    let mut shown = data.clone();
    merge(&mut shown, json!({ "components": numbered(written(&components)?) }));
    Ok(shown)
}

/// Reads autocomplete choices and refuses what Discord refuses.
pub fn choices(data: &Value) -> ApiResult<Vec<Value>> {
    let Some(choices) = data.get("choices").and_then(Value::as_array) else {
        return Err(ApiError::invalid(
            "data.choices",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ));
    };
    if choices.len() > 25 {
        return Err(ApiError::invalid(
            "data.choices",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 25 or fewer in length.",
        ));
    }
    for (place, choice) in choices.iter().enumerate() {
        let name = choice
            .get("name")
            .and_then(Value::as_str)
            .map_or(0, |name| name.chars().count());
        if name == 0 || name > 100 {
            let why = "Must be between 1 and 100 in length.";
            return Err(ApiError::invalid(
                &format!("data.choices.{place}.name"),
                "BASE_TYPE_BAD_LENGTH",
                why,
            ));
        }
        let field = format!("data.choices.{place}.value");
        match choice.get("value") {
            Some(Value::String(value)) if value.chars().count() <= 100 => {}
            Some(Value::Number(_)) => {}
            Some(Value::String(_)) => {
                return Err(ApiError::invalid(
                    &field,
                    "BASE_TYPE_MAX_LENGTH",
                    "Must be 100 or fewer in length.",
                ));
            }
            _ => {
                return Err(ApiError::invalid(
                    &field,
                    "BASE_TYPE_REQUIRED",
                    "This field is required",
                ));
            }
        }
    }
    Ok(choices.clone())
}
