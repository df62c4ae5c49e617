//! Holds every event against twilight's model of it before it leaves.

use serde::de::DeserializeOwned;
use serde_json::Value;
use twilight_model::application::interaction::Interaction;
use twilight_model::channel::{Channel, Message};
use twilight_model::gateway::GatewayReaction;
use twilight_model::gateway::payload::incoming::{MessageDelete, Ready, RoleCreate, ThreadMembersUpdate, TypingStart};
use twilight_model::guild::{Guild, Member};

fn read<T: DeserializeOwned>(body: &Value) -> Option<String> {
    serde_json::from_value::<T>(body.clone())
        .err()
        .map(|why| why.to_string())
}

/// Why twilight would not read this event, if it would not.
pub fn fault(event: &str, body: &Value) -> Option<String> {
    match event {
        "READY" => read::<Ready>(body),
        "GUILD_CREATE" => read::<Guild>(body),
        "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "CHANNEL_DELETE" | "THREAD_CREATE" | "THREAD_UPDATE" => {
            read::<Channel>(body)
        }
        "GUILD_ROLE_CREATE" => read::<RoleCreate>(body),
        "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" => read::<Member>(body),
        "MESSAGE_CREATE" | "MESSAGE_UPDATE" => read::<Message>(body),
        "MESSAGE_DELETE" => read::<MessageDelete>(body),
        "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => read::<GatewayReaction>(body),
        "INTERACTION_CREATE" => read::<Interaction>(body),
        "THREAD_MEMBERS_UPDATE" => read::<ThreadMembersUpdate>(body),
        "TYPING_START" => read::<TypingStart>(body),
        _ => None,
    }
}
