//! HTML: made safe for any reader (ammonia), and read as text.

mod media;

use std::borrow::Cow;

use ammonia::{Builder, Document, UrlRelative};
use url::Url;

use super::text;
use crate::parse::{Bounds, Text};

/// Longest text of one entry kept, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// Makes the texts of one document safe.
pub(super) struct Sanitiser {
    builder: Builder<'static>,
}

impl Sanitiser {
    pub fn new() -> Self {
        let mut builder = Builder::default();
        builder.add_tags(["figure", "figcaption", "video", "audio", "source", "picture", "iframe"]);
        builder.add_tag_attributes("img", ["width", "height"].into_iter().chain(media::evidence()));
        builder.add_tag_attributes("iframe", ["src", "title"].into_iter().chain(media::evidence()));
        builder.add_tag_attributes("video", ["src", "poster", "controls", "width", "height"]);
        builder.add_tag_attributes("audio", ["src", "controls"]);
        builder.add_tag_attributes("source", ["src", "type"]);
        builder.url_schemes(["http", "https", "mailto", "tel"].into());
        Self { builder }
    }

    /// Safe HTML with absolute links, without what XML forbids; None when nothing is left to read or see.
    pub fn clean(&mut self, text: &Text, base: &Url) -> Option<String> {
        let value = &text.value[..text.value.floor_char_boundary(MAX_TEXT)];
        let value = text::without_controls(value);
        let value = value.trim();
        let html: Cow<'_, str> = if !text.is_html {
            Cow::Owned(escaped(value))
        } else if !value.contains(['<', '&']) {
            Cow::Borrowed(value)
        } else if Bounds::TEXT.are_broken_by(value) {
            Cow::Owned(escaped(&text_of(value)))
        } else {
            self.builder.url_relative(UrlRelative::RewriteWithBase(base.clone()));
            let clean = media::mended(serialised(&self.builder.clean(value)), base);
            // References name characters too: `&#xFFFF;`.
            let clean = text::without_controls(&clean).into_owned();
            // Long addresses for short relative ones, or formatting opened again and again: the text is what matters.
            Cow::Owned(if clean.len() > MAX_TEXT { escaped(&text_of(&clean)) } else { clean })
        };
        let html = html.trim();
        (!html.is_empty() && has_substance(html)).then(|| html.to_owned())
    }
}

/// Whether there is anything to read or to see in clean HTML.
fn has_substance(html: &str) -> bool {
    let has_text = segments(html).any(|(text, _)| text.replace("&nbsp;", " ").contains(|c: char| !c.is_whitespace() && !is_unseen(c)));
    has_text || ["<img", "<video", "<audio"].iter().any(|tag| html.contains(tag))
}

/// Characters without a width, and marks of a direction.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}')
}

/// The texts of clean HTML, each with the tag that follows it.
fn segments(html: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (text, tag, after) = segment(rest)?;
        rest = after;
        Some((text, tag))
    })
}

/// The first text of clean HTML, the tag that follows it, and the rest. Clean HTML has no `<` but a tag's, and no `>` in a tag but its last.
fn segment(html: &str) -> Option<(&str, &str, &str)> {
    if html.is_empty() {
        return None;
    }
    let text_end = html.find('<').unwrap_or(html.len());
    let tag_end = html[text_end..].find('>').map_or(html.len(), |end| text_end + end + 1);
    Some((&html[..text_end], &html[text_end..tag_end], &html[tag_end..]))
}

/// Plain text as HTML; blank lines part paragraphs, single ones lines.
fn escaped(text: &str) -> String {
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| escape(paragraph).replace('\n', "<br>"))
        .collect();
    match paragraphs.as_slice() {
        [one] => one.clone(),
        many => many.iter().map(|paragraph| format!("<p>{paragraph}</p>")).collect(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// HTML of a title or a name as plain text.
pub(super) fn to_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    if Bounds::TEXT.are_broken_by(html) {
        return text_of(html);
    }
    let clean = serialised(&Builder::empty().clean(&html[..html.floor_char_boundary(MAX_TEXT)]));
    unescape(&clean).into_owned()
}

/// The document as text. Its own `to_string` looks at each byte twice more.
fn serialised(document: &Document) -> String {
    let mut bytes = Vec::new();
    document.write_to(&mut bytes).expect("a Vec takes all");
    encoding_rs::UTF_8.decode_without_bom_handling(&bytes).0.into_owned()
}

/// Undoes what the serialiser escapes in text (HTML §13.3).
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&quot;", "\"");
    Cow::Owned(text.replace("&amp;", "&"))
}

/// The text of clean HTML on one line.
pub fn text_of(html: &str) -> String {
    text::one_line(&unescape(&with_breaks(html, ' ')))
}

/// The text of clean HTML, a line for each paragraph, heading, item of a list or the like.
pub fn lines_of(html: &str) -> String {
    text::lines(&unescape(&with_breaks(html, text::LINE_END)))
}

/// Clean HTML without its tags, `between` in the place of those that break a line.
fn with_breaks(html: &str, between: char) -> String {
    let mut line = String::with_capacity(html.len());
    for (text, tag) in segments(html) {
        line.push_str(text);
        if breaks_a_line(tag) {
            line.push(between);
        }
    }
    line
}

/// Whether a tag parts words: all do but those that stand inside a line.
fn breaks_a_line(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    !matches!(
        &name[..end],
        "a" | "abbr"
            | "b"
            | "em"
            | "i"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "ins"
            | "del"
            | "kbd"
            | "q"
            | "wbr"
    )
}

/// The first picture of clean HTML.
pub(super) fn first_image(html: &str) -> Option<Url> {
    let mut rest = html;
    while let Some(start) = rest.find("<img ") {
        let tag_end = rest[start..].find('>').map_or(rest.len(), |end| start + end);
        let tag = &rest[start..tag_end];
        let source = tag.split_once(" src=\"").and_then(|(_, after)| after.split_once('"')).map(|(source, _)| unescape(source));
        if let Some(url) = source.and_then(|source| Url::parse(&source).ok()) {
            return Some(url);
        }
        rest = &rest[tag_end..];
    }
    None
}
