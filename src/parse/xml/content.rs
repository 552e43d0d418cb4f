//! The text of an element, collected while it is open: plain, escaped HTML, or elements inside of it, which are written as they stand.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use memchr::memchr3;

use super::attributes::attribute;
use super::entities::Entities;
use super::names::split;
use super::tokens::Tag;
use crate::parse::Text;

/// How the text of an element is meant (RFC 4287 §3.1.1 and §4.1.3; Atom 0.3's `mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Plain,
    /// Escaped, or in a CDATA section.
    Html,
    /// Elements that stand in it are its text.
    Markup,
    /// Neither text nor XML: text only if it turns out to be some.
    Bytes,
}

impl Meaning {
    /// Of a media type, or of one of Atom's three short ones.
    fn of_type(kind: &str) -> Self {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "html" | "text/html" => Self::Html,
            kind if kind.ends_with("xml") || kind == "xhtml" => Self::Markup,
            kind if kind.starts_with("text/") || !kind.contains('/') => Self::Plain,
            _ => Self::Bytes,
        }
    }
}

/// What an element inside of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Started {
    /// Around the whole text, and left out of it.
    Wrapper,
    /// Without an end tag.
    Void,
    Open,
}

/// What has been read of an element's text.
#[derive(Debug)]
pub(super) struct Content<'a> {
    meaning: Meaning,
    is_base64: bool,
    /// Elements may stand in it.
    holds_markup: bool,
    text: Cow<'a, str>,
    /// Elements were found in it: its text is escaped from then on.
    is_markup: bool,
    /// It began with the `div` that Atom demands around XHTML (RFC 4287 §3.1.1.3).
    has_wrapper: bool,
    /// The base that the wrapper declares.
    pub base: Option<String>,
}

/// What the start tag of an element says of its text, where it says nothing `usual`.
pub(super) fn meaning_of<'a>(tag: Tag<'a>, usual: Meaning, entities: &mut Entities) -> Content<'a> {
    let kind = attribute(tag.attributes, "type", entities).filter(|kind| !kind.trim().is_empty());
    let meaning = kind.map_or(usual, |kind| Meaning::of_type(&kind));
    let mode = if tag.attributes.is_empty() { None } else { attribute(tag.attributes, "mode", entities) };
    let mode = mode.as_deref().map(str::trim);
    let is_escaped = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("escaped"));
    let is_base64 = meaning == Meaning::Bytes || mode.is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
    let meaning = if is_escaped && meaning == Meaning::Markup { Meaning::Html } else { meaning };
    Content {
        meaning,
        is_base64,
        holds_markup: true,
        text: Cow::Borrowed(""),
        is_markup: meaning == Meaning::Markup,
        has_wrapper: false,
        base: None,
    }
}

impl<'a> Content<'a> {
    /// The text of a field that is no content: a link, a date, a name.
    pub fn plain() -> Self {
        Self {
            meaning: Meaning::Plain,
            is_base64: false,
            holds_markup: false,
            text: Cow::Borrowed(""),
            is_markup: false,
            has_wrapper: false,
            base: None,
        }
    }

    /// Whether elements that stand in it are a part of it.
    pub fn may_hold_markup(&self) -> bool {
        self.holds_markup
    }

    /// Whether its start tag says that elements stand in it.
    pub fn is_meant_as_markup(&self) -> bool {
        self.meaning == Meaning::Markup
    }

    /// Takes text whose references stand as they are written.
    pub fn text(&mut self, raw: &'a str, entities: &mut Entities) {
        // As HTML it may keep its references, but for those that only this document knows.
        if self.is_markup && !entities.has_own() {
            self.append(Cow::Borrowed(raw));
        } else {
            let resolved = entities.resolve(raw);
            self.resolved(resolved);
        }
    }

    /// Takes text that has no references.
    pub fn literal(&mut self, text: &'a str) {
        self.resolved(Cow::Borrowed(text));
    }

    fn resolved(&mut self, text: Cow<'a, str>) {
        if self.is_markup && memchr3(b'<', b'>', b'&', text.as_bytes()).is_some() {
            self.append(Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")));
        } else {
            self.append(text);
        }
    }

    fn append(&mut self, text: Cow<'a, str>) {
        if self.text.is_empty() { self.text = text } else { self.text.to_mut().push_str(&text) }
    }

    /// Takes the start tag of an element inside of it.
    pub fn start(&mut self, tag: Tag<'a>) -> Started {
        let local = split(tag.name).1;
        let is_div = local.eq_ignore_ascii_case("div");
        if self.meaning == Meaning::Markup && is_div && !self.has_wrapper && self.text.trim().is_empty() {
            self.has_wrapper = true;
            return Started::Wrapper;
        }
        if !self.is_markup {
            if self.meaning == Meaning::Plain {
                let text = std::mem::take(&mut self.text);
                self.text = Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;"));
            }
            self.is_markup = true;
        }
        let text = self.text.to_mut();
        text.extend(["<", local, tag.attributes, if tag.is_empty { "/>" } else { ">" }]);
        if is_void(local) { Started::Void } else { Started::Open }
    }

    /// Takes an end tag.
    pub fn end(&mut self, name: &str) {
        self.text.to_mut().extend(["</", split(name).1, ">"]);
    }

    /// The text alone, without the white space around it.
    pub fn into_plain(self) -> String {
        trimmed(self.text)
    }

    /// The text as it stands, white space included.
    pub fn as_written(&self) -> &str {
        &self.text
    }

    /// The whole text; `is_html_usually` says that this dialect knows no plain text. None when it is empty, or bytes that are no text.
    pub fn into_text(self, is_html_usually: bool) -> Option<Text> {
        let is_html = self.is_markup || is_html_usually || self.meaning != Meaning::Plain;
        let value = match self.is_base64.then(|| decoded(&self.text)).flatten() {
            Some(text) => text.trim().to_owned(),
            None if self.meaning == Meaning::Bytes && looks_like_base64(&self.text) => return None,
            None => trimmed(self.text),
        };
        (!value.is_empty()).then_some(Text { value, is_html })
    }
}

fn trimmed(text: Cow<'_, str>) -> String {
    match text {
        Cow::Borrowed(text) => text.trim().to_owned(),
        Cow::Owned(text) if text.trim().len() == text.len() => text,
        Cow::Owned(text) => text.trim().to_owned(),
    }
}

/// Base64 with line breaks, with or without padding.
fn decoded(text: &str) -> Option<String> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
    const ENGINE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, CONFIG);
    let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8(ENGINE.decode(letters).ok()?).ok()
}

fn looks_like_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'+' | b'/' | b'='))
}

/// Elements of HTML without an end tag (HTML §13.1.2).
pub(super) fn is_void(name: &str) -> bool {
    const VOID: [&str; 13] = ["br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "col", "embed", "param", "track"];
    VOID.iter().any(|known| known.eq_ignore_ascii_case(name))
}
