//! What every format shows of a story.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};

use super::versions::naming;
use crate::normalise::{Enclosure, mended_iri};
use crate::view::{Story, Version};

/// Summary and content; the line that names the other outlets ends the one that readers see.
pub(super) fn texts(story: &Story, names_outlets: bool) -> (Option<String>, Option<String>) {
    let (mut summary, mut content) = (story.summary.clone(), content(story));
    if let Some(line) = names_outlets.then(|| naming(story)).flatten() {
        match (&mut content, &mut summary) {
            (Some(text), _) | (None, Some(text)) => text.push_str(&line),
            (None, None) => content = Some(line),
        }
    }
    (summary, content)
}

/// RFC 4287 §4.1.2: an entry without alternate link must have content.
fn content(story: &Story) -> Option<String> {
    match (&story.content, link(story)) {
        (Some(content), _) => Some(content.clone()),
        // Nothing but a title is known; the content says it again, so that it is not blank.
        (None, None) => Some(story.title.replace('&', "&amp;").replace('<', "&lt;")),
        (None, Some(_)) => None,
    }
}

/// The address of the article, if it can stand in a feed.
pub(super) fn link(story: &Story) -> Option<Cow<'_, str>> {
    story.link.as_deref().and_then(mended_iri)
}

/// Who holds which rights in a story: its own words, else its source's (RFC 4287 §4.2.10).
pub(super) fn rights(story: &Story) -> Option<&str> {
    story.rights.as_deref().or(story.source.rights.as_deref())
}

/// A file that comes with a story.
pub(super) struct File<'a> {
    /// An IRI.
    pub url: Cow<'a, str>,
    /// `type/subtype`, perhaps with parameters.
    pub media_type: Option<&'a str>,
    /// In bytes.
    pub length: Option<u64>,
}

impl<'a> File<'a> {
    /// None where its address cannot stand in a feed.
    fn of(enclosure: &'a Enclosure) -> Option<Self> {
        let media_type = enclosure.media_type.as_deref().filter(|declared| is_media_type(declared));
        Some(Self { url: mended_iri(&enclosure.url)?, media_type, length: enclosure.length })
    }
}

/// The enclosures.
pub(super) fn enclosures(story: &Story) -> impl Iterator<Item = File<'_>> {
    story.enclosures.iter().filter_map(File::of)
}

/// The enclosures, then the image that would be lost.
pub(super) fn files(story: &Story) -> impl Iterator<Item = File<'_>> {
    let lost = lost_image(story).and_then(|url| Some(File { url: mended_iri(url)?, media_type: image_type(url), length: None }));
    enclosures(story).chain(lost)
}

/// A lead image that neither the text shows nor an enclosure carries, and that would be lost.
fn lost_image(story: &Story) -> Option<&str> {
    let image = story.image.as_deref()?;
    let is_shown = story.content.as_deref().or(story.summary.as_deref()).is_some_and(|html| html.contains(&image.replace('&', "&amp;")));
    (!is_shown && !story.enclosures.iter().any(|file| file.url == image)).then_some(image)
}

/// The media type that the file's name tells.
fn image_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit_once('.')?.1 {
        "jpg" | "jpeg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "gif" => Some("image/gif"),
        "avif" => Some("image/avif"),
        _ => None,
    }
}

/// A file's media type for formats that demand one: as declared, if that is one, else as the name tells.
pub(super) fn known_type<'a>(file: &File<'a>) -> &'a str {
    file.media_type.or_else(|| image_type(&file.url)).unwrap_or("application/octet-stream")
}

/// A file's length in bytes; sources write 0 for one that they do not know.
pub(super) fn known_length(file: &File<'_>) -> Option<u64> {
    file.length.filter(|length| *length > 0)
}

/// RFC 9110 §8.3.1: two tokens, parameters apart.
fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// The lead image, if its address is one that readers can fetch.
pub(super) fn image(story: &Story) -> Option<Cow<'_, str>> {
    story.image.as_deref().and_then(mended_iri).filter(|image| image.starts_with("http"))
}

/// What a link to another version of a story is called.
pub(super) fn related_title(version: &Version) -> String {
    format!("{}: {}", version.outlet, version.title)
}

/// RFC 822 as RSS and OPML have it, with the four digits of the year.
pub(super) fn rfc_822(instant: DateTime<Utc>) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

pub(super) fn rfc_3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}
