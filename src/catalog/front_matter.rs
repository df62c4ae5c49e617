//! Divides a Markdown file into its TOML front matter, between two lines of `+++`, and its body.

/// The parts of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// TOML.
    pub(super) front: &'a str,
    /// What follows, trimmed.
    pub(super) body: &'a str,
    /// Lines before the body's first line.
    pub(super) body_line: usize,
}

/// Divides a file; none where the front matter does not begin on the first line or does not end.
pub(super) fn divide(text: &str) -> Option<Parts<'_>> {
    let rest = text.strip_prefix("+++\n")?;
    let (front, after) = rest
        .split_once("\n+++\n")
        .or_else(|| Some((rest.strip_suffix("\n+++")?, "")))?;
    let body = after.trim();
    let blank = after.len() - after.trim_start().len();
    let skipped = after.get(..blank).unwrap_or_default().matches('\n').count();
    Some(Parts {
        front,
        body,
        body_line: front.matches('\n').count() + 3 + skipped,
    })
}
