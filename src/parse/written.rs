//! The links of items, letter for letter as their document writes them: parsers give them resolved and in another spelling.
//!
//! A document is looked through once for what may be a link; each goes to the next item, in the order of the document, whose link it is
//! once it is resolved. A link resolved against an `xml:base` is found by nobody, and stays as the parser gave it.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};

use memchr::memmem;
use url::Url;

use super::{Item, MAX_ITEMS};

/// Longest tag, or text of an element, that is looked at, in bytes.
const MAX_LINK: usize = 8 << 10;

/// Most links that are looked at: an item has few.
const MAX_LINKS: usize = MAX_ITEMS * 4;

/// Gives the items of a feed their links as written, where those differ from what the parser made of them.
pub(super) fn keep(text: &str, base: &Url, items: &mut [Item]) {
    let absolute = |written: &str| base.join(written).ok();
    if text.starts_with('{') { give(json_links(text), absolute, items) } else { give(xml_links(text), absolute, items) }
}

/// Gives each of the links, in their order, to the next item whose link it is once `absolute`.
pub(super) fn give<'a>(links: impl Iterator<Item = Cow<'a, str>>, absolute: impl Fn(&str) -> Option<Url>, items: &mut [Item]) {
    let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some(link) = &item.link {
            waiting.entry(link.clone()).or_default().push_back(index);
        }
    }
    for written in links {
        if let Some(queue) = waiting.get_mut(written.as_ref()) {
            queue.pop_front();
        } else if let Some(resolved) = absolute(&written)
            && let Some(index) = waiting.get_mut(resolved.as_str()).and_then(VecDeque::pop_front)
        {
            items[index].written = Some(written.into_owned());
        }
    }
}

/// What elements named `link` hold, or have as their `href`.
fn xml_links(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let named = memmem::find_iter(text.as_bytes(), "link").filter(|at| is_name_start(&text[..*at]));
    named.take(MAX_LINKS).filter_map(|at| element_link(&text[at + "link".len()..]))
}

/// Whether an element's name begins at the end of `before`, perhaps after a prefix.
fn is_name_start(before: &str) -> bool {
    let prefix = before.strip_suffix(':').map(|before| before.trim_end_matches(|c: char| c.is_ascii_alphanumeric()));
    prefix.unwrap_or(before).ends_with('<')
}

/// The link of an element, from behind its name on.
fn element_link(after: &str) -> Option<Cow<'_, str>> {
    let end = memchr::memchr2(b'<', b'>', &after.as_bytes()[..after.len().min(MAX_LINK)])?;
    let (attributes, rest) = (&after[..end], after[end..].strip_prefix('>')?);
    if !attributes.is_empty() && !attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '/') {
        return None;
    }
    if let Some(href) = href(attributes) {
        return Some(unescaped(href));
    }
    (!attributes.ends_with('/')).then(|| content(rest)).flatten()
}

/// The value of the attribute `href`.
fn href(attributes: &str) -> Option<&str> {
    let at = attributes.match_indices("href").find(|(at, _)| attributes[..*at].ends_with(|c: char| c.is_ascii_whitespace()))?.0;
    let value = attributes[at + "href".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(value, _)| value)
}

/// The text of an element that holds no other.
fn content(rest: &str) -> Option<Cow<'_, str>> {
    let rest = &rest[..rest.floor_char_boundary(MAX_LINK)];
    let (text, tag) = rest.split_at(rest.find('<')?);
    if tag.starts_with("</") {
        return Some(unescaped(text));
    }
    let (inner, after) = tag.strip_prefix("<![CDATA[")?.split_once("]]>")?;
    let end = &after[..after.find("</")?];
    Some(if text.is_empty() && end.is_empty() { Cow::Borrowed(inner) } else { Cow::Owned([text, inner, end].concat()) })
}

/// The text without the five entities of XML.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    // The ampersand last, however it is written: what it stood before must not become an entity.
    let named = [("&#38;", "&amp;"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Cow::Owned(named.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character)))
}

/// The values of fields named `url`.
fn json_links(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    memmem::find_iter(text.as_bytes(), "\"url\"").take(MAX_LINKS).filter_map(|at| {
        let value = text[at + "\"url\"".len()..].trim_start().strip_prefix(':')?.trim_start();
        let inside = value.strip_prefix('"')?;
        let inside = &inside[..inside.floor_char_boundary(MAX_LINK)];
        let end = inside.match_indices('"').map(|(at, _)| at).find(|at| !ends_in_escape(&inside[..*at]))?;
        serde_json::from_str(&value[..end + 2]).ok().map(Cow::Owned)
    })
}

/// Whether what follows is escaped: an odd number of backslashes stands before it.
fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}
