//! A document that cannot be read as a whole, read item by item: what is whole is kept, what is not is named.
//!
//! Each item is put alone into the document's own head and parsed as a document of one item, so that the parser sees the
//! namespaces and the language that it would have seen. Cost is linear in the document: heads are cut to [`MAX_HEAD`], and no more
//! than [`MAX_ITEMS`] items are read.

use serde_json::{Map, Value};

use super::feed_rs_model::Parser;
use super::{Feed, ParseError, Problem};

/// Longest head repeated before each item, in bytes; a longer one is cut down to its containers' start tags.
const MAX_HEAD: usize = 16 << 10;

/// Longest start tag of a container, in bytes: a dozen namespaces fit.
const MAX_TAG: usize = 4 << 10;

/// Most containers around an item: rss and channel, RDF, feed, and some that a page has put around them.
const MAX_CONTAINERS: usize = 8;

/// Most items read in this way.
const MAX_ITEMS: usize = 1000;

/// The whole items of a broken document; `reason` is why it could not be read as one.
///
/// # Errors
/// When not one item is whole: then it is better to look again later than to take this for what the source has to say.
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
    if pieces.is_cut_short {
        feed.problems.push(Problem::CutShort);
    }
    for (index, item) in pieces.items.iter().take(MAX_ITEMS).enumerate() {
        match parser.parse(&pieces.whole_with(item)) {
            Ok(one) => feed.items.extend(one.items),
            Err(reason) => feed.problems.push(Problem::BadItem { number: index + 1, reason }),
        }
    }
    if pieces.items.len() > MAX_ITEMS {
        feed.problems.push(Problem::TooManyItems { read: MAX_ITEMS, total: pieces.items.len() });
    }
    if feed.items.is_empty() {
        return Err(ParseError::Broken("not one of its items can be read".to_owned()));
    }
    Ok(feed)
}

/// A document taken apart: what stands before the first item, the items, and what closes it.
struct Pieces<'a> {
    head: String,
    items: Vec<std::borrow::Cow<'a, str>>,
    tail: String,
    /// The root is never closed.
    is_cut_short: bool,
}

impl Pieces<'_> {
    fn whole_with(&self, item: &str) -> String {
        [&self.head, item, &self.tail].concat()
    }
}

fn xml_pieces(text: &str) -> Option<Pieces<'_>> {
    let tag = item_tag(text)?;
    let starts: Vec<usize> = text.match_indices('<').map(|(at, _)| at).filter(|at| name_at(&text[at + 1..]) == tag).collect();
    let close = format!("</{tag}>");
    let first = *starts.first()?;
    let mut items = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        // An item that never ends must not swallow the next.
        let limit = starts.get(index + 1).copied().unwrap_or(text.len());
        match text[*start..limit].find(&close) {
            Some(end) => items.push(text[*start..start + end + close.len()].into()),
            // It is named among the problems when it is parsed.
            None if limit < text.len() => items.push(text[*start..limit].into()),
            None => {}
        }
    }
    let head = if first <= MAX_HEAD { text[..first].to_owned() } else { bare_head(&text[..first]) };
    let ends: Vec<String> = containers(&head).iter().rev().map(|tag| format!("</{}>", name_at(&tag[1..]))).collect();
    let is_cut_short = ends.last().is_some_and(|end| !text.contains(end.as_str()));
    Some(Pieces { head, items, tail: ends.concat(), is_cut_short })
}

/// The name of the item's element, as written: `item`, `entry`, or either with a prefix.
fn item_tag(text: &str) -> Option<&str> {
    let mut names = text.match_indices('<').map(|(at, _)| name_at(&text[at + 1..]));
    names.find(|name| matches!(name.rsplit(':').next(), Some("item" | "entry")))
}

/// The element's name that `text` begins with; empty when there is none.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<')).unwrap_or(text.len());
    &text[..end]
}

/// The start tags of the containers alone, with the version that RSS must have.
fn bare_head(head: &str) -> String {
    let tags = containers(head).into_iter().map(|tag| match tag.strip_prefix("<rss") {
        Some(rest) if !rest.contains("version=") => format!("<rss version=\"2.0\"{rest}"),
        _ => tag.to_owned(),
    });
    tags.collect()
}

/// The start tags of the containers that are still open at the end of `text`, outermost first. Only elements that hold items count, so
/// that a stray `<br>` in a description does not; a tag ends before the next `<`.
fn containers(text: &str) -> Vec<&str> {
    let mut open = Vec::new();
    for (at, _) in text.match_indices('<') {
        let name = name_at(&text[at + 1..]);
        if !matches!(name.rsplit(':').next(), Some("rss" | "RDF" | "channel" | "feed" | "items")) {
            continue;
        }
        let end = text[at + 1..].find(['<', '>']).map(|end| at + 1 + end);
        let tag = end.filter(|end| text[*end..].starts_with('>')).map(|end| &text[at..=end]);
        if let Some(tag) = tag.filter(|tag| !tag.ends_with("/>") && tag.len() <= MAX_TAG)
            && open.len() < MAX_CONTAINERS
        {
            open.push(tag);
        }
    }
    // RSS 1.0 closes its channel before the items.
    for name in ["channel", "items"] {
        let is_closed = text.contains(&format!("</{name}>")) || text.contains(&format!("</rss:{name}>"));
        open.retain(|tag| !(is_closed && name_at(&tag[1..]).rsplit(':').next() == Some(name)));
    }
    open
}

/// Fields of a JSON Feed's head that matter, and the longest text kept of one, in bytes.
const JSON_HEAD: [&str; 4] = ["version", "title", "home_page_url", "language"];
const MAX_FIELD: usize = 2 << 10;

/// A JSON Feed of which one item has a field of the wrong type.
fn json_pieces(text: &str) -> Option<Pieces<'static>> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    let object = document.as_object_mut()?;
    let Value::Array(items) = object.remove("items")? else { return None };
    let mut head = Map::from_iter([("title".to_owned(), Value::from(""))]);
    for name in JSON_HEAD {
        if let Some(value) = object.remove(name).filter(|value| value.as_str().is_some_and(|text| text.len() <= MAX_FIELD)) {
            head.insert(name.to_owned(), value);
        }
    }
    let whole = Value::from(head).to_string();
    let head = format!("{},\"items\":[", whole.strip_suffix('}')?);
    let items = items.into_iter().map(|item| lenient_item(item).to_string().into()).collect();
    Some(Pieces { head, items, tail: "]}".to_owned(), is_cut_short: false })
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
