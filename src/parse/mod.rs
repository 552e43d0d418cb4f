//! Text -> [`Feed`]: what a document says, parsed but not judged. Nothing is invented, nothing cleaned.
//!
//! One path a kind of document: xml/ reads RSS, RDF, Atom and CDF, json.rs JSON Feed, listing/ pages. All of them mend what is broken where
//! they meet it, so that one bad item never costs the others (docs/parsing.md).

mod bounds;
pub mod date;
pub mod discover;
pub mod guess;
mod json;
pub mod listing;
mod page;
pub mod picture;
mod resolve;
mod rhythm;
pub mod sitemap;
pub mod visible_date;
mod xml;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use bounds::Bounds;
pub use page::Page;
pub use rhythm::Rhythm;

/// A document: its own description, and its items in the order in which they stand.
#[derive(Debug, Default, PartialEq)]
pub struct Feed {
    /// atom:id.
    pub id: Option<String>,
    pub title: Option<Text>,
    /// The page that the feed stands for.
    pub link: Option<String>,
    /// atom:rights, copyright.
    pub rights: Option<Text>,
    /// A small square picture, and a larger one.
    pub icon: Option<String>,
    pub logo: Option<String>,
    pub language: Option<String>,
    /// WebSub hubs that push it, and the address that it calls its own: absolute where they can be made so.
    pub hubs: Vec<String>,
    pub own_url: Option<String>,
    /// Where its older items stand: the archive before it (RFC 5005 §4), else its next page (§3, or `next_url` of JSON Feed).
    pub older: Option<String>,
    /// How often it says that it changes.
    pub rhythm: Rhythm,
    pub items: Vec<Item>,
    /// What an index of sitemaps names; its items stand in them.
    pub sitemaps: Vec<sitemap::Sitemap>,
    /// What was wrong on the way.
    pub problems: Vec<Problem>,
}

/// An item as the document has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// guid or atom:id. Missing stays missing.
    pub guid: Option<String>,
    pub link: Option<String>,
    /// The link letter for letter as it stands there, where `link` is not.
    pub written: Option<String>,
    /// feedburner:origLink: the article's own address, where `link` leads to it through a counter of readers.
    pub original: Option<String>,
    pub title: Option<Text>,
    /// description, atom:summary.
    pub summary: Option<Text>,
    /// content:encoded, atom:content.
    pub content: Option<Text>,
    /// atom:rights, dc:rights, copyright.
    pub rights: Option<Text>,
    pub authors: Vec<Author>,
    pub categories: Vec<Category>,
    pub enclosures: Vec<Enclosure>,
    /// Pictures that the item names outside its text, the most fitting first.
    pub images: Vec<String>,
    pub published: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
    pub language: Option<String>,
}

/// A text and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    pub is_html: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub name: String,
    pub uri: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub term: String,
    pub scheme: Option<String>,
    pub label: Option<String>,
}

/// A file that comes with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    pub url: String,
    pub media_type: Option<String>,
    /// In bytes.
    pub length: Option<u64>,
}

/// Something wrong that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the document is broken and was mended: {0}")]
    Broken(String),
    #[error("the document ends before its end")]
    CutShort,
    #[error("item {number} was left out: {reason}")]
    BadItem {
        /// Counted from 1.
        number: usize,
        reason: String,
    },
    #[error("only the first {read} of {total} items were read")]
    TooManyItems { read: usize, total: usize },
    #[error("the document has more than {0} values; of the items only the first were read")]
    TooManyValues(usize),
    #[error("bytes that are no {0} were replaced")]
    Replaced(&'static str),
    #[error("items may have been lost: all {0} are new, and newer than the last that was seen; a shorter `schedule` misses none")]
    Gap(usize),
}

/// Why a document gave nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the body is empty")]
    Empty,
    #[error("the body is an HTML page, not a feed")]
    Page,
    #[error("the page is longer, or has more or deeper tags, than a page of news ever has")]
    TooMuch,
    #[error("the body is neither RSS, Atom nor JSON Feed: it begins with `{0}`")]
    NotAFeed(String),
    #[error("the feed cannot be read: {0}")]
    Broken(String),
}

impl ParseError {
    /// What the admin can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Empty | Self::Broken(_) | Self::TooMuch => None,
            Self::Page | Self::NotAFeed(_) => {
                Some("open the source's `url` in a browser: it must be the feed's own address, not the site's")
            }
        }
    }
}

/// Reads a document. Dates without a zone are read in `zone`; relative links are resolved against `base`, the address that the
/// document came from; of more than [`MAX_ITEMS`] items the first ones are kept.
///
/// # Errors
/// When the document is no feed, or so broken that not even its head can be read.
pub fn parse(text: &str, base: Option<&url::Url>, zone: Tz) -> Result<Feed, ParseError> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(ParseError::Empty);
    }
    // Among the elements of a page some may be called as those of a feed are.
    if !start.starts_with('{') && is_page(start) {
        return Err(ParseError::Page);
    }
    let address = base.map(url::Url::as_str);
    let read = if start.starts_with('{') { json::read(start, address, zone) } else { xml::read(start, address, zone) };
    match read.or_else(|| sitemap::read(start, address, zone).map(Ok)) {
        Some(read) => read,
        None => Err(ParseError::NotAFeed(start.chars().take(40).collect())),
    }
}

/// Most items of one document that are looked at, whatever the config says.
pub const MAX_ITEMS: usize = 10_000;

/// Most hubs of one document that are kept.
const MAX_HUBS: usize = 8;

/// How far into a document its kind is looked for, in bytes.
const HEAD: usize = 4096;

fn head(text: &str) -> String {
    text[..text.floor_char_boundary(HEAD)].to_ascii_lowercase()
}

fn is_page(text: &str) -> bool {
    let head = head(text);
    (head.contains("<!doctype html") || head.contains("<html")) && !has_feed_root(&head)
}

fn has_feed_root(head: &str) -> bool {
    ["<rss", "<feed", "<rdf", ":rss ", ":feed ", ":rdf ", "<channel", "<entry"].iter().any(|root| head.contains(root))
}
