//! Where content comes from: the files embedded when the bot was built, or a folder that takes their place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::text::Hasher;

/// Why a folder of content could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file or folder that the system would not give.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not text.
    #[error("{path}: is not UTF-8 text; save it as UTF-8")]
    NotText {
        /// Which.
        path: PathBuf,
    },
}

/// Text files by their path below `responses/`, with `/` between folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    by_path: BTreeMap<String, String>,
}

impl Files {
    /// The files embedded in this binary.
    pub fn embedded() -> Self {
        let by_path = crate::embedded::responses()
            .into_iter()
            .map(|(path, text)| (path.replace('\\', "/"), text.to_owned()))
            .collect();
        Self { by_path }
    }

    /// A hash over all paths and texts.
    pub fn hash(&self) -> u64 {
        let hashed = self.by_path.iter().fold(Hasher::new(), |hash, (path, text)| {
            hash.with(path.as_bytes()).with(&[0]).with(text.as_bytes()).with(&[0])
        });
        hashed.value()
    }

    /// All text files of a folder; hidden files and editors' leavings are passed over.
    #[expect(
        clippy::disallowed_methods,
        reason = "content is read from disk here and nowhere else"
    )]
    pub fn read(root: &Path) -> Result<Self, FilesError> {
        let mut by_path = BTreeMap::new();
        let mut open = vec![(root.to_path_buf(), String::new())];
        while let Some((dir, prefix)) = open.pop() {
            let entries = std::fs::read_dir(&dir).map_err(|source| FilesError::Read {
                path: dir.clone(),
                source,
            })?;
            for entry in entries {
                let entry = entry.map_err(|source| FilesError::Read {
                    path: dir.clone(),
                    source,
                })?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with('.')
                    || name.ends_with('~')
                    || name.starts_with('#')
                    || name.ends_with(".swp")
                    || name.ends_with(".tmp")
                {
                    continue;
                }
                let path = entry.path();
                let below = format!("{prefix}{name}");
                if path.is_dir() {
                    open.push((path, format!("{below}/")));
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(|source| FilesError::Read {
                    path: path.clone(),
                    source,
                })?;
                let text = String::from_utf8(bytes).map_err(|_| FilesError::NotText { path })?;
                // Windows' line ends would stand in front matter and bodies; one kind is enough.
                by_path.insert(below, text.replace("\r\n", "\n"));
            }
        }
        Ok(Self { by_path })
    }

    /// One file's text.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.by_path.get(path).map(String::as_str)
    }

    /// Adds or replaces a file: for tests of rules.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.by_path.insert(path.to_owned(), text.to_owned());
        self
    }

    /// Without a file.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        self.by_path.remove(path);
        self
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(String::as_str)
    }

    /// Files below a folder with an ending: path, stem (the name without ending) and text.
    pub(super) fn below<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        self.by_path.iter().filter_map(move |(path, text)| {
            let stem = path.strip_prefix(folder)?.strip_suffix(ending)?;
            Some((path.as_str(), stem, text.as_str()))
        })
    }
}
