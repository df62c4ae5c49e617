//! Loads content again when its files change or when asked to. A broken edit keeps what is in force and says why.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Stop, stopped};
use crate::catalog::{self, Files, Loaded, Weight};
use crate::responder::Responder;

/// A save is often several writes: loading waits until the folder has been quiet for so long.
const QUIET: Duration = Duration::from_millis(300);

/// Asks for content to be loaded again. Cheap to clone; asking never waits.
#[derive(Debug, Clone)]
pub struct Reload(mpsc::Sender<()>);

impl Reload {
    /// Asks; several asks before loading begins are one.
    pub fn ask(&self) {
        // A full queue means that a load is asked for already.
        let _ = self.0.try_send(());
    }
}

/// Watches a folder and loads it into the responder whenever it changes. `told` hears of each load whether it was taken over. Gives the handle that asks for it, and the loop to run.
pub fn reload_content(
    folder: PathBuf,
    responder: Arc<Responder>,
    today: impl Fn() -> jiff::civil::Date + Send + 'static,
    told: impl Fn(bool) + Send + 'static,
    stop: Stop,
) -> (Reload, impl Future<Output = ()> + Send + 'static) {
    let (asker, mut asked) = mpsc::channel(1);
    let reload = Reload(asker);
    let by_watch = reload.clone();
    let work = async move {
        let _watch = super::watch_folder::watch_folder(&folder, move || by_watch.ask())
            .inspect_err(|error| tracing::error!(error = %error, "edits take effect only on SIGHUP or restart"))
            .ok();
        while asked.recv().await.is_some() {
            while tokio::time::timeout(QUIET, asked.recv())
                .await
                .is_ok_and(|more| more.is_some())
            {}
            let (from, day) = (folder.clone(), today());
            let loaded =
                tokio::task::spawn_blocking(move || Files::read(&from).map(|files| catalog::load(&files, day))).await;
            let taken = match loaded {
                Ok(Ok(Loaded { content, problems })) => {
                    report(&problems);
                    content.map(|content| responder.replace_content(content)).is_some()
                }
                Ok(Err(error)) => {
                    tracing::error!(error = %error, "content cannot be read");
                    false
                }
                Err(error) => {
                    tracing::error!(error = %error, "loading content broke down");
                    false
                }
            };
            if taken {
                tracing::info!("content loaded again");
            } else {
                tracing::error!("the edit was not taken over: the content before it stays in force");
            }
            told(taken);
        }
    };
    (reload, async move {
        tokio::select! {
            () = work => {}
            () = stopped(stop) => {}
        }
    })
}

fn report(problems: &[catalog::Problem]) {
    for problem in problems {
        match problem.weight {
            Weight::Error => tracing::error!("{problem}"),
            Weight::Warning => tracing::warn!("{problem}"),
        }
    }
}
