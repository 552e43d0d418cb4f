//! A document that cannot be read as a whole, read item by item: what is whole is kept, what is not is named.
//!
//! Each item is put alone into the document's own head and parsed as a document of one item, so that the parser sees the
//! namespaces and the language that it would have seen. Linear in the items, times the head's bounded length.

use serde_json::Value;

use super::feed_rs_model::Parser;
use super::{Feed, ParseError, Problem};

/// Longest head repeated before each item, in bytes; a longer one ends at its root's start tag.
const MAX_HEAD: usize = 16 << 10;

/// Most items read in this way.
const MAX_ITEMS: usize = 1000;

/// The whole items of a broken document; `reason` is why it could not be read as one.
pub(super) fn salvage(text: &str, parser: &Parser<'_>, reason: String) -> Result<Feed, ParseError> {
    let pieces = if text.starts_with('{') { json_pieces(text) } else { xml_pieces(text) };
    let Some(mut pieces) = pieces else { return Err(ParseError::Broken(reason)) };
    let mut feed = match parser.parse(&pieces.whole_with("")) {
        Ok(feed) => feed,
        // The head itself holds the break. The items are worth more than the feed's own title.
        Err(_) => {
            pieces.head = bare_head(&pieces.head);
            parser.parse(&pieces.whole_with("")).unwrap_or_default()
        }
    };
    feed.problems.push(Problem::Broken(reason));
    for (index, item) in pieces.items.iter().take(MAX_ITEMS).enumerate() {
        match parser.parse(&pieces.whole_with(item)) {
            Ok(one) => feed.items.extend(one.items),
            Err(reason) => feed.problems.push(Problem::BadItem { number: index + 1, reason }),
        }
    }
    if feed.items.is_empty() && !pieces.items.is_empty() {
        return Err(ParseError::Broken("not one of its items can be read".to_owned()));
    }
    Ok(feed)
}

/// The start tags of the containers alone, with the version that RSS must have.
fn bare_head(head: &str) -> String {
    let tags = open_start_tags(head).into_iter().map(|tag| match tag.strip_prefix("<rss") {
        Some(rest) if !rest.contains("version=") => format!("<rss version=\"2.0\"{rest}"),
        _ => tag.to_owned(),
    });
    tags.collect()
}

/// A document taken apart: what stands before the first item, the items, and what closes it.
struct Pieces {
    head: String,
    items: Vec<String>,
    tail: String,
}

impl Pieces {
    fn whole_with(&self, item: &str) -> String {
        [&self.head, item, &self.tail].concat()
    }
}

fn xml_pieces(text: &str) -> Option<Pieces> {
    let tag = item_tag(text)?;
    let close = format!("</{tag}>");
    let first = find_start(text, &tag)?;
    let mut items = Vec::new();
    let mut rest = &text[first..];
    while let Some(end) = rest.find(&close) {
        items.push(rest[..end + close.len()].to_owned());
        rest = &rest[end + close.len()..];
        match find_start(rest, &tag) {
            Some(start) => rest = &rest[start..],
            None => break,
        }
    }
    let head = head(&text[..first]);
    let open = open_elements(&head);
    let tail = open.iter().rev().map(|name| format!("</{name}>")).collect();
    Some(Pieces { head, items, tail })
}

/// The name of the item's element, as written: `item`, `entry`, or either with a prefix.
fn item_tag(text: &str) -> Option<String> {
    let tags = text.match_indices('<').map(|(at, _)| name_at(&text[at + 1..]));
    tags.into_iter().find(|name| matches!(name.rsplit(':').next(), Some("item" | "entry"))).map(str::to_owned)
}

/// The element's name that `text` begins with; empty when there is none.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<')).unwrap_or(text.len());
    &text[..end]
}

/// Where the next start tag of `tag` stands.
fn find_start(text: &str, tag: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|at| name_at(&text[at + 1..]) == tag)
}

/// What stands before the first item, without anything too long to be repeated.
fn head(text: &str) -> String {
    if text.len() <= MAX_HEAD {
        return text.to_owned();
    }
    let open = open_start_tags(&text[..text.floor_char_boundary(MAX_HEAD)]);
    open.concat()
}

/// The elements that are still open at the end of `text`, outermost first. Names only known children of a feed's head, so that
/// a stray `<br>` in a description does not count.
fn open_elements(text: &str) -> Vec<String> {
    open_start_tags(text).iter().map(|tag| name_at(&tag[1..]).trim_end_matches('>').to_owned()).collect()
}

fn open_start_tags(text: &str) -> Vec<&str> {
    let mut open = Vec::new();
    for (at, _) in text.match_indices('<') {
        let name = name_at(&text[at + 1..]);
        let is_container = matches!(name.rsplit(':').next(), Some("rss" | "RDF" | "channel" | "feed" | "items"));
        if !is_container {
            continue;
        }
        let Some(end) = text[at..].find('>') else { continue };
        let tag = &text[at..=at + end];
        if tag.ends_with("/>") {
            continue;
        }
        open.push(tag);
    }
    // RSS 1.0 closes its channel before the items.
    for name in ["channel", "items"] {
        let closed = text.contains(&format!("</{name}>")) || text.contains(&format!("</rss:{name}>"));
        open.retain(|tag| !(closed && name_at(&tag[1..]).rsplit(':').next() == Some(name)));
    }
    open
}

/// A JSON Feed of which one item has a field of the wrong type.
fn json_pieces(text: &str) -> Option<Pieces> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    let object = document.as_object_mut()?;
    let Value::Array(items) = object.remove("items")? else { return None };
    object.entry("title").or_insert_with(|| Value::from(""));
    object.retain(|_, value| !value.is_null());
    let whole = document.to_string();
    let head = whole.strip_suffix('}')?;
    let comma = if head == "{" { "" } else { "," };
    let items = items.into_iter().map(|item| lenient_item(item).to_string()).collect();
    Some(Pieces { head: format!("{head}{comma}\"items\":["), items, tail: "]}".to_owned() })
}

/// Many feeds write the id as a number; JSON Feed 1.1 says that readers shall take it as text.
fn lenient_item(mut item: Value) -> Value {
    if let Some(id) = item.get_mut("id")
        && id.is_number()
    {
        *id = Value::from(id.to_string());
    }
    item
}
