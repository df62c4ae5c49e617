//! What is built into the binary: the files of `responses/`, and the models that the build script trained from them.

use include_dir::{Dir, DirEntry, include_dir};

static RESPONSES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/responses");

/// Models trained by `build.rs` from the files below, in the form of `catalog::Models`. Empty if the files were not sound.
pub static MODELS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/models.bin"));

/// The encoder of the second opinion, in the form of `text::Encoder`. Made by `tools/encoder/`; see `models/README.md`.
pub static ENCODER: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/encoder.bin"));

/// Text files with their path below `responses/`.
pub fn responses() -> Vec<(&'static str, &'static str)> {
    fn walk(dir: &Dir<'static>, out: &mut Vec<(&'static str, &'static str)>) {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(dir) => walk(dir, out),
                DirEntry::File(file) => {
                    if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                        out.push((path, text));
                    }
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(&RESPONSES, &mut out);
    out
}
