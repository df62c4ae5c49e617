//! Who a message mentions, and who of them it may ping.

use std::collections::BTreeSet;

use serde_json::Value;
use twilight_model::guild::Permissions;

use super::World;
use super::types::Pings;
use crate::error::{ApiError, ApiResult};
use crate::ids;

/// A nonce seen with `enforce_nonce`, and the message it made.
#[derive(Clone, Debug)]
pub struct Nonce {
    pub author: u64,
    pub nonce: Value,
    pub channel: u64,
    pub message: u64,
    pub at_ms: u64,
}

/// Mentions as they stand in a text, before anything is filtered.
fn written(content: &str) -> Pings {
    let mut found = Pings::default();
    for piece in content.split("<@").skip(1) {
        let Some((inside, _)) = piece.split_once('>') else {
            continue;
        };
        if let Some(role) = inside.strip_prefix('&') {
            found.roles.extend(role.parse::<u64>().ok());
        } else {
            found
                .users
                .extend(inside.strip_prefix('!').unwrap_or(inside).parse::<u64>().ok());
        }
    }
    found.everyone = content.contains("@everyone") || content.contains("@here");
    found
}

/// What `allowed_mentions` lets through of one kind.
enum Filter {
    All,
    Only(BTreeSet<u64>),
}

impl Filter {
    fn read(allowed: Option<&Value>, kind: &str) -> Self {
        let Some(allowed) = allowed else {
            return Self::All;
        };
        let parse = allowed.get("parse").and_then(Value::as_array);
        if parse.is_some_and(|parse| parse.iter().any(|name| name.as_str() == Some(kind))) {
            return Self::All;
        }
        let named = allowed.get(kind).and_then(Value::as_array);
        Self::Only(named.into_iter().flatten().filter_map(ids::read).collect())
    }

    fn lets(&self, id: u64) -> bool {
        match self {
            Self::All => true,
            Self::Only(named) => named.contains(&id),
        }
    }
}

/// Refuses an `allowed_mentions` that Discord refuses.
pub fn check_allowed(allowed: &Value) -> ApiResult<()> {
    let parse: Vec<&str> = allowed
        .get("parse")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if let Some(odd) = parse.iter().find(|name| !["users", "roles", "everyone"].contains(name)) {
        let why = format!("Value \"{odd}\" must be one of ('users', 'roles', 'everyone').");
        return Err(ApiError::invalid("allowed_mentions.parse", "BASE_TYPE_CHOICES", why));
    }
    for kind in ["users", "roles"] {
        let named = allowed.get(kind).and_then(Value::as_array).map_or(0, Vec::len);
        if named > 100 {
            let why = "Must be 100 or fewer in length.";
            return Err(ApiError::invalid(
                &format!("allowed_mentions.{kind}"),
                "BASE_TYPE_MAX_LENGTH",
                why,
            ));
        }
        if named > 0 && parse.contains(&kind) {
            let why = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            return Err(ApiError::invalid(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                why,
            ));
        }
    }
    Ok(())
}

impl World {
    /// Who a text pings when this author writes it in this channel.
    pub fn pings(
        &self,
        channel: u64,
        author: u64,
        content: &str,
        replied: Option<u64>,
        allowed: Option<&Value>,
    ) -> Pings {
        let written = written(content);
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild);
        let loud = guild.is_some()
            && self
                .permissions(channel, author)
                .contains(Permissions::MENTION_EVERYONE);
        let users = Filter::read(allowed, "users");
        let roles = Filter::read(allowed, "roles");
        let everyone = allowed.is_none_or(|allowed| {
            let parse = allowed.get("parse").and_then(Value::as_array);
            parse.is_some_and(|parse| parse.iter().any(|name| name.as_str() == Some("everyone")))
        });
        let replied_too =
            allowed.is_none_or(|allowed| allowed.get("replied_user").and_then(Value::as_bool).unwrap_or(false));
        let mentionable = |role: &u64| {
            let found = guild
                .and_then(|guild| self.guilds.get(&guild))
                .and_then(|guild| guild.roles.get(role));
            found.is_some_and(|found| found.mentionable || loud)
        };
        let mut pinged: BTreeSet<u64> = written
            .users
            .into_iter()
            .filter(|user| self.users.contains_key(user) && users.lets(*user))
            .collect();
        pinged.extend(replied.filter(|_| replied_too));
        Pings {
            users: pinged,
            roles: written
                .roles
                .into_iter()
                .filter(|role| roles.lets(*role) && mentionable(role))
                .collect(),
            everyone: written.everyone && everyone && loud,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_read_from_text() {
        let found = written("hi <@1> and <@!2>, <@&3>; not <@x> nor <#4>");
        assert_eq!(found.users, BTreeSet::from([1, 2]));
        assert_eq!(found.roles, BTreeSet::from([3]));
        assert!(!found.everyone);
        assert!(written("@here").everyone);
    }
}
