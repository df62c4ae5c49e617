//! The world behind its lock, and the bell that rings whenever it may have changed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::net::Lines;
use crate::world::World;

/// What the server, the gateway and the driver of a test share.
pub struct Shared {
    world: Mutex<World>,
    bell: watch::Sender<()>,
    /// Open connections, so that a shutdown can end them.
    pub lines: Lines,
}

impl Shared {
    pub fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            bell: watch::Sender::new(()),
            lines: Lines::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the world, then wakes whoever waits for a change.
    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let out = act(&mut self.lock());
        self.bell.send_replace(());
        out
    }

    /// Looks at the world.
    pub fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        at(&self.lock())
    }

    /// Waits until `at` sees what it looks for; `None` when the time is up.
    pub async fn wait<T>(&self, limit: Duration, mut at: impl FnMut(&World) -> Option<T>) -> Option<T> {
        let mut bell = self.bell.subscribe();
        let search = async {
            loop {
                if let Some(found) = self.look(&mut at) {
                    return Some(found);
                }
                if bell.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(limit, search).await.ok().flatten()
    }
}
