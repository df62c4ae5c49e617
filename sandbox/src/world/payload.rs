//! People, guilds, roles and channels as JSON.

use serde_json::{Value, json};

use super::World;
use super::types::{Channel, ChannelKind, Guild, Member, Role, User};
use crate::ids;

impl World {
    /// A user object.
    pub fn user_json(&self, user: &User) -> Value {
        json!({
            "id": ids::id(user.id),
            "username": user.name,
            "discriminator": if user.bot { "1001" } else { "0" },
            "global_name": if user.bot { Value::Null } else { Value::from(display_name(&user.name)) },
            "avatar": null,
            "avatar_decoration_data": null,
            "banner": null,
            "accent_color": null,
            "public_flags": 0,
            "bot": user.bot,
            "system": false,
        })
    }

    /// A user object by id; somebody who is gone is shown as Discord shows them.
    pub fn user_json_by_id(&self, user: u64) -> Value {
        match self.users.get(&user) {
            Some(user) => self.user_json(user),
            None => self.user_json(&User {
                id: user,
                name: "deleted_user".to_owned(),
                bot: false,
                locale: "en-US".to_owned(),
                dms_closed: true,
            }),
        }
    }

    /// The current user object, as `users/@me` and READY carry it.
    pub fn me_json(&self) -> Value {
        let mut me = self.user_json_by_id(self.options.bot_id);
        if let Some(fields) = me.as_object_mut() {
            fields.insert("verified".to_owned(), json!(true));
            fields.insert("mfa_enabled".to_owned(), json!(true));
            fields.insert("email".to_owned(), Value::Null);
            fields.insert("flags".to_owned(), json!(0));
            fields.insert("locale".to_owned(), json!("en-US"));
        }
        me
    }

    /// A member object without the user.
    pub fn member_core_json(&self, member: &Member) -> Value {
        json!({
            "nick": member.nick,
            "avatar": null,
            "banner": null,
            "roles": ids::ids(member.roles.iter().copied()),
            "joined_at": ids::moment(member.joined_ms),
            "premium_since": null,
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        })
    }

    /// A member object with the user in it.
    pub fn member_json(&self, guild: u64, user: u64) -> Option<Value> {
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        let mut out = self.member_core_json(member);
        out.as_object_mut()?
            .insert("user".to_owned(), self.user_json_by_id(user));
        Some(out)
    }

    /// A role object.
    pub fn role_json(&self, role: &Role) -> Value {
        let mut out = json!({
            "id": ids::id(role.id),
            "name": role.name,
            "color": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
            "hoist": false,
            "icon": null,
            "unicode_emoji": null,
            "position": role.position,
            "permissions": role.permissions.bits().to_string(),
            "managed": role.managed,
            "mentionable": role.mentionable,
            "flags": 0,
        });
        if let (true, Some(fields)) = (role.managed, out.as_object_mut()) {
            fields.insert("tags".to_owned(), json!({ "bot_id": ids::id(self.options.bot_id) }));
        }
        out
    }

    /// A channel object of any kind.
    pub fn channel_json(&self, channel: &Channel) -> Value {
        let mut out = json!({
            "id": ids::id(channel.id),
            "type": channel.kind.number(),
            "flags": 0,
            "last_message_id": channel.last_message.map(ids::id),
        });
        let extra = match channel.kind {
            ChannelKind::Dm => json!({
                "recipients": channel.recipient.map(|user| self.user_json_by_id(user)).into_iter().collect::<Vec<_>>(),
            }),
            ChannelKind::Text | ChannelKind::Forum => self.guild_channel_fields(channel),
            ChannelKind::Thread => thread_fields(channel, self.options.bot_id),
        };
        merge(&mut out, extra);
        out
    }

    fn guild_channel_fields(&self, channel: &Channel) -> Value {
        let overwrites: Vec<Value> = channel
            .overwrites
            .iter()
            .map(|rule| {
                json!({
                    "id": ids::id(rule.id),
                    "type": u8::from(rule.member),
                    "allow": rule.allow.bits().to_string(),
                    "deny": rule.deny.bits().to_string(),
                })
            })
            .collect();
        let position = self
            .channels
            .values()
            .filter(|c| c.guild == channel.guild && c.id < channel.id)
            .count();
        let mut out = json!({
            "guild_id": channel.guild.map(ids::id),
            "name": channel.name,
            "topic": channel.topic,
            "position": position,
            "parent_id": channel.parent.map(ids::id),
            "permission_overwrites": overwrites,
            "nsfw": false,
            "rate_limit_per_user": 0,
        });
        if channel.kind == ChannelKind::Forum {
            merge(
                &mut out,
                json!({
                    "available_tags": [],
                    "default_reaction_emoji": null,
                    "default_sort_order": null,
                    "default_forum_layout": 0,
                }),
            );
        }
        out
    }

    /// The channel as an interaction carries it: with what the user may do there.
    pub fn interaction_channel_json(&self, channel: &Channel, user: u64) -> Value {
        let mut out = self.channel_json(channel);
        if channel.guild.is_some() {
            let held = self.permissions(channel.id, user);
            merge(&mut out, json!({ "permissions": held.bits().to_string() }));
        }
        out
    }

    /// The guild object of `GET /guilds/{id}`.
    pub fn guild_json(&self, guild: &Guild) -> Value {
        let roles: Vec<Value> = guild.roles.values().map(|role| self.role_json(role)).collect();
        json!({
            "id": ids::id(guild.id),
            "name": guild.name,
            "icon": null,
            "splash": null,
            "discovery_splash": null,
            "owner_id": ids::id(guild.owner),
            "afk_channel_id": null,
            "afk_timeout": 300,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 2,
            "roles": roles,
            "emojis": [],
            "stickers": [],
            "features": ["COMMUNITY"],
            "mfa_level": 0,
            "application_id": null,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "rules_channel_id": null,
            "max_presences": null,
            "max_members": 500_000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "vanity_url_code": null,
            "description": null,
            "banner": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": guild.locale,
            "public_updates_channel_id": null,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": false,
            "safety_alerts_channel_id": null,
        })
    }

    /// The guild object of `GUILD_CREATE`: all that a bot is told when it comes online.
    pub fn guild_create_json(&self, guild: &Guild) -> Value {
        let bot = self.options.bot_id;
        let of_guild = |thread: bool| {
            self.channels
                .values()
                .filter(move |c| c.guild == Some(guild.id) && (c.kind == ChannelKind::Thread) == thread)
        };
        let channels: Vec<Value> = of_guild(false).map(|channel| self.channel_json(channel)).collect();
        let threads: Vec<Value> = of_guild(true)
            .filter(|thread| !thread.archived && !self.permissions(thread.id, bot).is_empty())
            .map(|thread| self.channel_json(thread))
            .collect();
        let joined = guild.members.get(&bot).map_or(0, |member| member.joined_ms);
        let mut out = self.guild_json(guild);
        merge(
            &mut out,
            json!({
                "joined_at": ids::moment(joined),
                "large": false,
                "unavailable": false,
                "member_count": guild.members.len(),
                "voice_states": [],
                "members": self.member_json(guild.id, bot).into_iter().collect::<Vec<_>>(),
                "channels": channels,
                "threads": threads,
                "presences": [],
                "stage_instances": [],
                "guild_scheduled_events": [],
            }),
        );
        out
    }
}

fn thread_fields(channel: &Channel, bot: u64) -> Value {
    let mut out = json!({
        "guild_id": channel.guild.map(ids::id),
        "name": channel.name,
        "parent_id": channel.parent.map(ids::id),
        "owner_id": channel.owner.map(ids::id),
        "message_count": channel.messages_sent,
        "total_message_sent": channel.messages_sent,
        "member_count": channel.thread_members.len().min(50),
        "rate_limit_per_user": 0,
        "applied_tags": [],
        "thread_metadata": {
            "archived": channel.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": ids::moment(channel.archived_ms),
            "create_timestamp": ids::moment(channel.created_ms),
            "locked": channel.locked,
        },
    });
    if channel.thread_members.contains(&bot) {
        merge(
            &mut out,
            json!({ "member": {
                "id": ids::id(channel.id),
                "user_id": ids::id(bot),
                "join_timestamp": ids::moment(channel.created_ms),
                "flags": 1,
            } }),
        );
    }
    out
}

/// Puts the fields of one object into another.
pub fn merge(into: &mut Value, extra: Value) {
    if let (Some(into), Value::Object(extra)) = (into.as_object_mut(), extra) {
        into.extend(extra);
    }
}

fn display_name(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
