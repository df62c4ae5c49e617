//! Using the bot: commands, menus, buttons, selects and modals.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};

use super::handle::{CallHandle, ResponseKind};
use crate::Discord;
use crate::world::World;
use crate::world::given::Filling;

/// How long [`Discord::autocomplete`] waits for choices.
const CHOICES: Duration = Duration::from_secs(5);

impl Discord {
    fn call(&self, user: u64, channel: u64, act: impl FnOnce(&mut World) -> Result<u64, String>) -> Result<CallHandle> {
        let interaction = self.shared.with(act).map_err(|why| anyhow!(why))?;
        Ok(CallHandle::new(Arc::clone(&self.shared), interaction, user, channel))
    }

    /// Somebody sends off a slash command. `options` is Discord's list of options; types may be left out.
    ///
    /// # Errors
    ///
    /// If Discord's client would not let them.
    pub async fn slash(&self, user: u64, channel: u64, name: &str, options: Value) -> Result<CallHandle> {
        self.call(user, channel, |world| {
            world.slash(user, channel, name, &options, Filling::Sent)
        })
    }

    /// Somebody types a slash command; gives the choices that the bot offers for the option with
    /// `"focused": true`, or for the last one.
    ///
    /// # Errors
    ///
    /// If Discord's client would not ask, or if the bot does not answer with choices.
    pub async fn autocomplete(&self, user: u64, channel: u64, name: &str, options: Value) -> Result<Vec<Value>> {
        let call = self.call(user, channel, |world| {
            world.slash(user, channel, name, &options, Filling::Typing)
        })?;
        let answer = call.response(CHOICES).await?;
        if answer.kind != ResponseKind::Choices {
            bail!("the bot answered with {:?} instead of choices", answer.kind);
        }
        Ok(answer.choices)
    }

    /// Somebody uses a command from a message's menu.
    ///
    /// # Errors
    ///
    /// If Discord's client would not let them.
    pub async fn message_menu(&self, user: u64, channel: u64, name: &str, message: u64) -> Result<CallHandle> {
        self.call(user, channel, |world| world.message_menu(user, channel, name, message))
    }

    /// Somebody uses a command from a user's menu.
    ///
    /// # Errors
    ///
    /// If Discord's client would not let them.
    pub async fn user_menu(&self, user: u64, channel: u64, name: &str, target: u64) -> Result<CallHandle> {
        self.call(user, channel, |world| world.user_menu(user, channel, name, target))
    }

    /// Somebody presses a button.
    ///
    /// # Errors
    ///
    /// If they do not see such a button, or if it is disabled.
    pub async fn click(&self, user: u64, channel: u64, message: u64, custom_id: &str) -> Result<CallHandle> {
        self.call(user, channel, |world| world.click(user, channel, message, custom_id))
    }

    /// Somebody chooses in a select menu.
    ///
    /// # Errors
    ///
    /// If they do not see such a menu, or if it does not offer that.
    pub async fn select(
        &self,
        user: u64,
        channel: u64,
        message: u64,
        custom_id: &str,
        values: &[&str],
    ) -> Result<CallHandle> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        self.call(user, channel, |world| {
            world.select(user, channel, message, custom_id, &values)
        })
    }

    /// Somebody sends off the modal that a call was answered with. `fields` maps `custom_id` to text.
    ///
    /// # Errors
    ///
    /// If there is no such modal, or if Discord's client would not send it off.
    pub async fn submit_modal(&self, call: &CallHandle, user: u64, fields: Value) -> Result<CallHandle> {
        self.call(user, call.channel(), |world| {
            world.submit_modal(call.id(), user, &fields)
        })
    }

    /// The commands that the bot has registered, global and per guild, as Discord would show them.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.shared
            .look(|world| world.commands.0.iter().map(|command| command.json.clone()).collect())
    }

    /// Waits until a command of this name is registered.
    ///
    /// # Errors
    ///
    /// If that does not happen in time.
    pub async fn wait_command(&self, name: &str, limit: Duration) -> Result<Value> {
        let found = self.shared.wait(limit, |world| {
            world
                .commands
                .0
                .iter()
                .find(|command| command.name == name)
                .map(|command| command.json.clone())
        });
        found.await.ok_or_else(|| {
            let names: Vec<Value> = self.commands().iter().filter_map(|c| c.get("name").cloned()).collect();
            anyhow!("no command {name:?} within {limit:?}; there are: {}", json!(names))
        })
    }
}
