//! The line at the end of a story's text that names the other outlets which carry it.
//!
//! It is made for the reader of this document and is never stored. Links to all versions stand beside it either way, as `rel="related"`.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::escape::escape;
use crate::view::{Story, Version};

/// The line as a paragraph of HTML, in the story's language; None when no other outlet carries it.
pub(super) fn naming(story: &Story) -> Option<String> {
    let mut line = String::new();
    for version in others(story) {
        let separator = if line.is_empty() { "" } else { ", " };
        write!(line, "{separator}<a href=\"{}\">{}</a>", escape(&version.link), escape(&version.outlet)).expect("a String takes all");
    }
    (!line.is_empty()).then(|| format!("<p>{} {line}</p>", also(story.language.as_deref())))
}

/// The other outlets that carry a story: each once, by its first version.
pub(super) fn others(story: &Story) -> impl Iterator<Item = &Version> {
    let mut named = HashSet::from([story.source.outlet()]);
    story.versions.iter().filter(move |version| named.insert(&version.outlet))
}

/// What the line begins with.
fn also(language: Option<&str>) -> &'static str {
    match language.and_then(|language| language.split('-').next()) {
        Some("ru") => "Также:",
        Some("kk") => "Сондай-ақ:",
        _ => "Also:",
    }
}
