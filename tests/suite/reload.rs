//! Content is taken over while the bot runs, and a broken edit changes nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use evenkeel::catalog::{Files, load};
use evenkeel::responder::Responder;
use evenkeel::tasks::reload_content;
use tokio::sync::{mpsc, watch};

use crate::content::TODAY;
use crate::responses::{TEA, small};

const LIMIT: Duration = Duration::from_secs(60);

#[expect(clippy::disallowed_methods, reason = "the test is the curator who saves a file")]
fn save(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn title(responder: &Responder) -> String {
    responder.content().words.topic("tea").unwrap().title.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_takes_effect_and_a_broken_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let files: Files = small();
    for path in files.paths() {
        save(folder.path(), path, files.get(path).unwrap());
    }
    let tea = files.get(TEA).unwrap();
    let responder = Arc::new(Responder::new(load(&files, TODAY).content.unwrap()));
    let (ender, stop) = watch::channel(false);
    let (told, mut hears) = mpsc::unbounded_channel();
    let (reload, work) = reload_content(
        folder.path().to_path_buf(),
        Arc::clone(&responder),
        || TODAY,
        move |taken| told.send(taken).unwrap(),
        stop,
    );
    let work = tokio::spawn(work);
    let mut next = async || {
        tokio::time::timeout(LIMIT, hears.recv())
            .await
            .expect("a load")
            .expect("the loop runs")
    };

    // Asked for, as SIGHUP does. From here on the folder is watched as well.
    reload.ask();
    assert!(next().await);

    save(folder.path(), TEA, &tea.replace("Green tea", "Black tea"));
    assert!(next().await);
    assert_eq!(title(&responder), "Black tea");

    save(
        folder.path(),
        TEA,
        &tea.replace("Green tea", "White tea")
            .replace("Ask a clinician", "Ask an addict"),
    );
    assert!(!next().await, "a broken edit is not taken over");
    assert_eq!(title(&responder), "Black tea");

    save(folder.path(), TEA, &tea.replace("Green tea", "White tea"));
    while !next().await {}
    assert_eq!(title(&responder), "White tea");

    ender.send_replace(true);
    tokio::time::timeout(LIMIT, work)
        .await
        .expect("the loop ends when told")
        .unwrap();
}
