//! Sitemaps (sitemaps.org 0.9) -> [`Feed`]: pages as items, with what Google's news and images say of them; an index as the sitemaps that
//! it names.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::resolve::resolve;
use super::xml::{Entities, Lower, Namespace, Scopes, Tag, Token, Tokens, split};
use super::{Category, Feed, Item, MAX_ITEMS, Problem, Text, date};

/// Most sitemaps of one index that are looked at: sitemaps.org allows 50,000.
const MAX_SITEMAPS: usize = 50_000;
/// Most pictures and key words of one page.
const MAX_LIST: usize = 100;

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitemap {
    pub url: String,
    pub modified: Option<DateTime<Utc>>,
}

/// Reads a document; None when it is neither a sitemap nor an index of them.
pub(super) fn read(text: &str, address: Option<&str>, zone: Tz) -> Option<Feed> {
    let mut map = Map {
        entities: Entities::default(),
        scopes: Scopes::at(address),
        zone,
        feed: Feed::default(),
        total: 0,
        kind: None,
        page: None,
        field: None,
        text: Cow::Borrowed(""),
    };
    let mut tokens = Tokens::of(text);
    let mut open: Vec<&str> = Vec::new();
    while let Some(token) = tokens.next(open.last().copied().unwrap_or_default()) {
        match token {
            Token::Start(tag) => {
                map.start(tag, open.len());
                if tag.is_empty {
                    map.end(tag.name, open.len());
                } else if open.len() < MAX_DEPTH {
                    open.push(tag.name);
                }
            }
            Token::End(name) => {
                if let Some(at) = open.iter().rposition(|open| *open == name) {
                    open.truncate(at);
                    map.end(name, at);
                }
            }
            Token::Text(text) => {
                let resolved = map.entities.resolve(text);
                map.text(resolved);
            }
            Token::Literal(text) => map.text(Cow::Borrowed(text)),
            Token::Doctype(_) => {}
        }
    }
    map.kind?;
    if map.total > MAX_ITEMS {
        map.feed.problems.push(Problem::TooManyItems { read: MAX_ITEMS, total: map.total });
    }
    if tokens.is_cut_short || !open.is_empty() {
        map.feed.problems.push(Problem::CutShort);
    }
    Some(map.feed)
}

/// Elements that may be open inside each other: a sitemap needs five.
const MAX_DEPTH: usize = 32;

/// A sitemap while it is read.
struct Map<'a> {
    entities: Entities,
    scopes: Scopes<'a>,
    zone: Tz,
    feed: Feed,
    /// Pages, those beyond [`MAX_ITEMS`] included.
    total: usize,
    kind: Option<Kind>,
    page: Option<Item>,
    field: Option<Field>,
    /// Of the field.
    text: Cow<'a, str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pages,
    Index,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Location,
    Modified,
    Title,
    Published,
    Language,
    Keywords,
    Image,
}

impl<'a> Map<'a> {
    fn start(&mut self, tag: Tag<'a>, depth: usize) {
        self.scopes.enter(depth, tag.attributes, &mut self.entities);
        let (prefix, local) = split(tag.name);
        let (namespace, local) = (self.scopes.namespace(prefix), Lower::of(local));
        let is_plain = matches!(namespace, Namespace::Sitemap | Namespace::Feed);
        if self.kind.is_none() {
            self.kind = match local.as_str() {
                "urlset" => Some(Kind::Pages),
                "sitemapindex" => Some(Kind::Index),
                _ => None,
            };
            return;
        }
        self.text = Cow::Borrowed("");
        self.field = match (namespace, local.as_str()) {
            (_, "url" | "sitemap") if is_plain => {
                self.page = Some(Item::default());
                None
            }
            (_, "loc") if is_plain => Some(Field::Location),
            (_, "lastmod") if is_plain => Some(Field::Modified),
            (Namespace::News, "title") => Some(Field::Title),
            (Namespace::News, "publication_date") => Some(Field::Published),
            (Namespace::News, "language") => Some(Field::Language),
            (Namespace::News, "keywords") => Some(Field::Keywords),
            (Namespace::Image, "loc") => Some(Field::Image),
            _ => None,
        };
    }

    fn text(&mut self, text: Cow<'a, str>) {
        if self.field.is_none() {
            return;
        }
        if self.text.is_empty() { self.text = text } else { self.text.to_mut().push_str(&text) }
    }

    fn end(&mut self, name: &str, depth: usize) {
        let (prefix, local) = split(name);
        let is_page = matches!(Lower::of(local).as_str(), "url" | "sitemap")
            && matches!(self.scopes.namespace(prefix), Namespace::Sitemap | Namespace::Feed);
        let text = std::mem::take(&mut self.text);
        if let Some(field) = self.field.take() {
            self.give(field, text);
        } else if is_page && let Some(page) = self.page.take() {
            self.end_page(page);
        }
        self.scopes.leave(depth);
    }

    fn give(&mut self, field: Field, written: Cow<'a, str>) {
        let Some(page) = &mut self.page else { return };
        let text = written.trim();
        if text.is_empty() {
            return;
        }
        match field {
            Field::Location => {
                let link = resolve(self.scopes.base().unwrap_or_default(), text).into_owned();
                page.written = (link != written).then(|| written.clone().into_owned());
                page.link = Some(link);
            }
            Field::Modified => page.updated = date::parse(text, self.zone),
            Field::Title => page.title = Some(Text { value: text.to_owned(), is_html: false }),
            Field::Published => page.published = date::parse(text, self.zone),
            Field::Language => page.language = Some(text.to_owned()),
            Field::Keywords => {
                let terms = text.split(',').map(str::trim).filter(|term| !term.is_empty()).take(MAX_LIST);
                page.categories = terms.map(|term| Category { term: term.to_owned(), scheme: None, label: None }).collect();
            }
            Field::Image if page.images.len() < MAX_LIST => {
                page.images.push(resolve(self.scopes.base().unwrap_or_default(), text).into_owned());
            }
            Field::Image => {}
        }
    }

    /// A page without an address is none.
    fn end_page(&mut self, page: Item) {
        let Some(url) = &page.link else { return };
        match self.kind {
            Some(Kind::Index) if self.feed.sitemaps.len() < MAX_SITEMAPS => {
                self.feed.sitemaps.push(Sitemap { url: url.clone(), modified: page.updated });
            }
            Some(Kind::Index) | None => {}
            Some(Kind::Pages) => {
                self.total += 1;
                if self.feed.items.len() < MAX_ITEMS {
                    self.feed.items.push(page);
                }
            }
        }
    }
}

/// How many sitemaps of an index are read in one poll.
const FOLLOWED: usize = 3;

/// The sitemaps of an index that hold its news: those that say so in their address, then those that changed last.
pub fn newest(mut sitemaps: Vec<Sitemap>) -> Vec<Sitemap> {
    let is_news = |sitemap: &Sitemap| sitemap.url.to_ascii_lowercase().contains("news");
    sitemaps.sort_by_key(|sitemap| std::cmp::Reverse((is_news(sitemap), sitemap.modified)));
    sitemaps.truncate(FOLLOWED);
    sitemaps
}
