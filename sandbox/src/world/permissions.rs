//! What somebody may do where.

use twilight_model::guild::Permissions;

use super::World;
use super::types::ChannelKind;

impl World {
    /// What the user may do in the guild before any channel has its say.
    pub fn guild_permissions(&self, guild: u64, user: u64) -> Permissions {
        let Some(guild) = self.guilds.get(&guild) else {
            return Permissions::empty();
        };
        if guild.owner == user {
            return Permissions::all();
        }
        let Some(member) = guild.members.get(&user) else {
            return Permissions::empty();
        };
        let everyone = guild
            .roles
            .get(&guild.id)
            .map_or(Permissions::empty(), |role| role.permissions);
        let held = member
            .roles
            .iter()
            .filter_map(|role| guild.roles.get(role))
            .fold(everyone, |sum, role| sum | role.permissions);
        if held.contains(Permissions::ADMINISTRATOR) {
            Permissions::all()
        } else {
            held
        }
    }

    /// What the user may do in the channel. A thread follows its parent.
    pub fn permissions(&self, channel: u64, user: u64) -> Permissions {
        let Some(found) = self.channels.get(&channel) else {
            return Permissions::empty();
        };
        let Some(guild_id) = found.guild else {
            let inside = found.recipient == Some(user) || user == self.options.bot_id;
            let all = Permissions::VIEW_CHANNEL
                | Permissions::SEND_MESSAGES
                | Permissions::READ_MESSAGE_HISTORY
                | Permissions::EMBED_LINKS
                | Permissions::ATTACH_FILES
                | Permissions::ADD_REACTIONS;
            return if inside { all } else { Permissions::empty() };
        };
        let mut held = self.guild_permissions(guild_id, user);
        if held == Permissions::all() {
            return held;
        }
        let source = match (found.kind, found.parent) {
            (ChannelKind::Thread, Some(parent)) => self.channels.get(&parent).unwrap_or(found),
            _ => found,
        };
        let roles = self
            .guilds
            .get(&guild_id)
            .and_then(|guild| guild.members.get(&user))
            .map(|member| member.roles.clone())
            .unwrap_or_default();
        let (mut allow, mut deny) = (Permissions::empty(), Permissions::empty());
        for rule in &source.overwrites {
            if !rule.member && rule.id == guild_id {
                held = (held - rule.deny) | rule.allow;
            } else if !rule.member && roles.contains(&rule.id) {
                allow |= rule.allow;
                deny |= rule.deny;
            }
        }
        held = (held - deny) | allow;
        for rule in source.overwrites.iter().filter(|rule| rule.member && rule.id == user) {
            held = (held - rule.deny) | rule.allow;
        }
        if held.contains(Permissions::VIEW_CHANNEL) {
            held
        } else {
            Permissions::empty()
        }
    }

    /// Whether the bot may do this in the channel.
    pub fn bot_may(&self, channel: u64, what: Permissions) -> bool {
        self.permissions(channel, self.options.bot_id).contains(what)
    }
}
