//! A stand-in for Discord: REST and gateway on this machine, for tests and for trying a bot out.
//!
//! [`Discord::start`] listens on 127.0.0.1. Point a bot's API address at [`Discord::url`], give it
//! [`Discord::token`], and drive the other side from here: people write, click and use commands;
//! requests fail on demand; every request is kept. The same is possible over HTTP under
//! `/sandbox`, for people and for other languages.
//!
//! Payloads are held against twilight's models and bodies against twilight's limits, so that the
//! sandbox has its own idea of Discord and shares no mistake with a bot built on another library.

mod control;
mod error;
mod faults;
mod gateway;
mod ids;
mod limits;
mod net;
mod options;
mod record;
mod rest;
mod shared;
mod validate;
mod world;

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use world::World;

pub use control::handle::{CallHandle, Response, ResponseKind};
pub use control::people::PostOptions;
pub use faults::{Action, Fault};
pub use options::{Allowance, BOT_ID, Options, RateLimits, TOKEN};
pub use record::Request;
pub use twilight_model::guild::Permissions;
pub use world::types::{Attachment, Message, Origin, Pings, Reaction};

/// A running sandbox. Dropping it ends it.
pub struct Discord {
    shared: Arc<shared::Shared>,
    server: JoinHandle<()>,
    url: String,
    token: String,
    bot_id: u64,
}

impl Discord {
    /// Starts listening.
    ///
    /// # Errors
    ///
    /// If the port cannot be had.
    pub async fn start(options: Options) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port))
            .await
            .with_context(|| format!("cannot listen on port {}", options.port))?;
        let url = format!("http://{}", listener.local_addr().context("cannot tell the port")?);
        let (token, bot_id) = (options.token.clone(), options.bot_id);
        let shared = Arc::new(shared::Shared::new(World::new(options, url.clone())));
        let door = net::Door {
            listener,
            shared: Arc::clone(&shared),
        };
        let router = rest::router(Arc::clone(&shared));
        let service = router.into_make_service_with_connect_info::<net::Peer>();
        let server = tokio::spawn(async move {
            // Serving only ends when the task is ended from outside.
            let _ = axum::serve(door, service).await;
        });
        Ok(Self {
            shared,
            server,
            url,
            token,
            bot_id,
        })
    }

    /// Where REST is: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The token that lets the bot in.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The bot's user id, which is its application's id as well.
    #[must_use]
    pub const fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// Ends everything: the port is free and every connection is gone when this returns.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The task was told to end just now; that it did is all there is to know.
        let _ = (&mut self.server).await;
        self.shared.lines.end_all();
    }
}

impl Drop for Discord {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.lines.end_all();
    }
}
