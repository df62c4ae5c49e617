//! Tells when files of a content folder change, so that an edit takes effect without a restart.

use std::path::Path;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// Why a folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("content folder cannot be watched for changes: {0}")]
pub struct WatchError(#[from] notify::Error);

/// Watches for as long as it lives.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

/// Calls `changed` after each change below `folder`. Several calls for one save are usual: the caller waits for quiet.
pub fn watch_folder(folder: &Path, changed: impl Fn() + Send + 'static) -> Result<Watch, WatchError> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let reading = event.as_ref().is_ok_and(|event| event.kind.is_access());
        if !reading {
            changed();
        }
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(Watch { _watcher: watcher })
}
