//! JSON Feed 1.0 and 1.1 -> [`Feed`].
//!
//! A field of a wrong type costs that field, an item that is no object costs itself. Raw control characters are read as blanks, and of a
//! document that ends too early the items before the cut are kept.

use chrono_tz::Tz;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::resolve::resolve;
use super::{Author, Category, Enclosure, Feed, Item, MAX_HUBS, MAX_ITEMS, ParseError, Problem, Text, date};

/// Most values (numbers, texts, lists, objects) that are read into one tree: two bytes of a document could become a hundred in memory. Twenty
/// for each of the most items.
const MAX_VALUES: usize = 20 * MAX_ITEMS;

type Object = Map<String, Value>;

/// Reads a document that begins with `{`; None when it is no feed.
///
/// # Errors
/// When it cannot be read, not even its first items.
pub(super) fn read(text: &str, address: Option<&str>, zone: Tz) -> Option<Result<Feed, ParseError>> {
    if values(text) > MAX_VALUES {
        let mut feed = feed(whole_items(text)?, address, zone);
        feed.problems.push(Problem::TooManyValues(MAX_VALUES));
        if serde_json::from_str::<IgnoredAny>(text).is_err() {
            feed.problems.push(Problem::CutShort);
        }
        return Some(Ok(feed));
    }
    let reason = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(document)) => return is_feed(&document).then(|| Ok(feed(document, address, zone))),
        Ok(_) => return None,
        Err(reason) => reason,
    };
    let blank = text.replace(|c: char| c.is_control(), " ");
    let mut mended = match serde_json::from_str::<Object>(&blank) {
        Ok(document) => is_feed(&document).then(|| feed(document, address, zone))?,
        Err(_) => {
            let document = whole_items(&blank)?;
            if document.get("items").and_then(Value::as_array).is_none_or(Vec::is_empty) {
                return Some(Err(ParseError::Broken(reason.to_string())));
            }
            let mut cut = feed(document, address, zone);
            cut.problems.push(Problem::CutShort);
            cut
        }
    };
    mended.problems.insert(0, Problem::Broken(reason.to_string()));
    Some(Ok(mended))
}

fn is_feed(document: &Object) -> bool {
    let version = document.get("version").and_then(Value::as_str);
    version.is_some_and(|version| version.contains("jsonfeed.org")) || document.get("items").is_some_and(Value::is_array)
}

/// The values of a document, at most.
fn values(text: &str) -> usize {
    let (mut values, mut is_text, mut is_escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b',' | b':' | b'[' | b'{' if !is_text => values += 1,
            _ => {}
        }
    }
    values
}

/// The head of a document that cannot be read as a whole, and the first of its items, as far as they can be read.
fn whole_items(text: &str) -> Option<Object> {
    let (head, rest) = text.split_once("\"items\"")?;
    let mut rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
    let head = [head.trim_end().trim_end_matches(','), "}"].concat();
    if values(&head) > MAX_VALUES {
        return None;
    }
    let mut document = serde_json::from_str::<Object>(&head).ok()?;
    if !document.get("version").and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed.org")) {
        return None;
    }
    let (mut items, mut left) = (Vec::new(), MAX_VALUES);
    // One more than are read tells that there are more.
    while items.len() <= MAX_ITEMS {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let mut skipped = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let Some(Ok(_)) = skipped.next() else { break };
        let (item, after) = rest.split_at(skipped.byte_offset());
        let Some(still_left) = left.checked_sub(values(item)) else { break };
        let Ok(item) = serde_json::from_str::<Object>(item) else { break };
        items.push(Value::Object(item));
        (rest, left) = (after, still_left);
    }
    document.insert("items".to_owned(), Value::Array(items));
    Some(document)
}

fn feed(mut document: Object, address: Option<&str>, zone: Tz) -> Feed {
    let items = match document.remove("items") {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let base = address.unwrap_or_default();
    let mut feed = Feed {
        title: text(&mut document, "title", false),
        link: link(&document, "home_page_url", base).map(|(link, _)| link),
        icon: link(&document, "favicon", base).map(|(link, _)| link),
        logo: link(&document, "icon", base).map(|(link, _)| link),
        language: string(&document, "language"),
        hubs: list(&document, "hubs").filter_map(|hub| hub_url(hub, base)).take(MAX_HUBS).collect(),
        own_url: link(&document, "feed_url", base).map(|(link, _)| link),
        older: link(&document, "next_url", base).map(|(link, _)| link),
        ..Feed::default()
    };
    let total = items.len();
    if total > MAX_ITEMS {
        feed.problems.push(Problem::TooManyItems { read: MAX_ITEMS, total });
    }
    for (index, value) in items.into_iter().take(MAX_ITEMS).enumerate() {
        match value {
            Value::Object(object) => feed.items.push(item(object, base, zone)),
            _ => feed.problems.push(Problem::BadItem { number: index + 1, reason: "it is no object".to_owned() }),
        }
    }
    feed
}

fn item(mut object: Object, base: &str, zone: Tz) -> Item {
    // A link to elsewhere is the item's own where it has no page.
    let (link, written) = match link(&object, "url", base).or_else(|| link(&object, "external_url", base)) {
        Some((link, written)) => (Some(link), written),
        None => (None, None),
    };
    let images = ["image", "banner_image"].iter().filter_map(|name| self::link(&object, name, base)).map(|(link, _)| link).collect();
    Item {
        guid: string(&object, "id"),
        link,
        written,
        original: None,
        title: text(&mut object, "title", false),
        summary: text(&mut object, "summary", false),
        content: text(&mut object, "content_html", true).or_else(|| text(&mut object, "content_text", false)),
        rights: None,
        authors: authors(&object),
        categories: list(&object, "tags").filter_map(term).collect(),
        enclosures: list(&object, "attachments").filter_map(|file| enclosure(file, base)).collect(),
        images,
        published: string(&object, "date_published").and_then(|date| date::parse(&date, zone)),
        updated: string(&object, "date_modified").and_then(|date| date::parse(&date, zone)),
        language: string(&object, "language"),
    }
}

/// A text, or a number as text: many feeds write ids so, and JSON Feed 1.1 wants them read so.
fn string(object: &Object, name: &str) -> Option<String> {
    let text = match object.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn text(object: &mut Object, name: &str, is_html: bool) -> Option<Text> {
    match object.remove(name)? {
        Value::String(value) if !value.trim().is_empty() => Some(Text { value, is_html }),
        _ => None,
    }
}

/// A link resolved, and as it is written where that differs.
fn link(object: &Object, name: &str, base: &str) -> Option<(String, Option<String>)> {
    let written = object.get(name)?.as_str()?;
    if written.trim().is_empty() {
        return None;
    }
    let link = resolve(base, written.trim()).into_owned();
    let written = (link != written).then(|| written.to_owned());
    Some((link, written))
}

fn list<'a>(object: &'a Object, name: &str) -> impl Iterator<Item = &'a Value> {
    object.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The address of a hub, if it is one of WebSub.
fn hub_url(hub: &Value, base: &str) -> Option<String> {
    let hub = hub.as_object()?;
    let is_websub = string(hub, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("websub"));
    link(hub, "url", base).filter(|_| is_websub).map(|(link, _)| link)
}

/// `authors` of 1.1, `author` of 1.0; a name where an object should stand.
fn authors(object: &Object) -> Vec<Author> {
    let named = |value: &Value| match value {
        Value::String(name) => Some(Author { name: name.trim().to_owned(), uri: None }),
        Value::Object(author) => Some(Author { name: string(author, "name")?, uri: string(author, "url") }),
        _ => None,
    };
    let authors = list(object, "authors").chain(object.get("author"));
    let mut all: Vec<Author> = authors.filter_map(named).filter(|author| !author.name.is_empty()).collect();
    all.dedup_by(|one, other| one.name == other.name);
    all
}

fn term(tag: &Value) -> Option<Category> {
    let term = tag.as_str()?.trim().to_owned();
    (!term.is_empty()).then_some(Category { term, scheme: None, label: None })
}

fn enclosure(file: &Value, base: &str) -> Option<Enclosure> {
    let file = file.as_object()?;
    let (url, _) = link(file, "url", base)?;
    Some(Enclosure { url, media_type: string(file, "mime_type"), length: file.get("size_in_bytes").and_then(Value::as_u64) })
}
