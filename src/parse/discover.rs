//! The feeds that a page names, and where else a site commonly keeps one.

use std::collections::HashSet;

use dom_query::NodeRef;
use url::Url;

use super::Page;
use super::listing::text;
use super::page::one_line;

/// Most feeds named by one page's `link` elements, and most found among its plain links.
const MAX_FEEDS: usize = 20;
/// Longest title kept, in bytes.
const MAX_TITLE: usize = 200;

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    pub title: Option<String>,
    pub kind: FeedKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    Rss,
    Atom,
    Json,
}

/// The feeds that a page names, the most fitting first: those it declares (`link rel=alternate`), then links that look like feeds; feeds
/// of comments last.
pub fn feeds(page: &Page) -> Vec<FeedLink> {
    let declared = page.document.select("link[href][rel]");
    let declared = declared.nodes().iter().filter_map(|node| declared_feed(page, *node)).take(MAX_FEEDS);
    let linked = page.document.select("a[href]");
    let linked = linked.nodes().iter().filter_map(|node| linked_feed(page, *node)).take(MAX_FEEDS);
    let mut seen = HashSet::new();
    let (comments, mut feeds): (Vec<FeedLink>, Vec<FeedLink>) =
        declared.chain(linked).filter(|feed| seen.insert(feed.url.clone())).partition(is_of_comments);
    feeds.extend(comments);
    feeds
}

/// Where sites commonly keep a feed, the likeliest first: addresses to ask one after the other, at most eight.
pub fn common_places(url: &Url) -> Vec<Url> {
    const PLACES: [&str; 6] = ["/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml"];
    let language = url.path_segments().and_then(|mut segments| segments.next()).filter(|first| ["ru", "kz", "kk", "en"].contains(first));
    let of_language = language.into_iter().flat_map(|language| ["rss", "feed"].map(|place| format!("/{language}/{place}")));
    let paths = of_language.chain(PLACES.map(str::to_owned));
    paths.filter_map(|path| url.join(&path).ok()).filter(|place| place.has_host()).collect()
}

/// HTML §4.6.7.1: `alternate` with the type of a feed.
fn declared_feed(page: &Page, node: NodeRef<'_>) -> Option<FeedLink> {
    let rel = node.attr("rel")?.to_ascii_lowercase();
    if !rel.split_ascii_whitespace().any(|word| word == "alternate") {
        return None;
    }
    let url = page.absolute(&node.attr("href")?)?;
    let media_type = node.attr("type").unwrap_or_default().to_ascii_lowercase();
    let title = node.attr("title").map(|title| shortened(&title)).filter(|title| !title.is_empty());
    let has_feed_name =
        || path_says(&url, &["feed", "rss", "atom"]) || title.as_deref().is_some_and(|title| says_feed(&title.to_lowercase()));
    let kind = match media_type.split(';').next().unwrap_or_default().trim() {
        "application/rss+xml" | "application/rdf+xml" => FeedKind::Rss,
        "application/atom+xml" => FeedKind::Atom,
        "application/feed+json" => FeedKind::Json,
        // Also the type of a site's own interface, such as WordPress's.
        "application/json" if has_feed_name() && !path_says(&url, &["wp-json", "oembed"]) => FeedKind::Json,
        "text/xml" | "application/xml" => xml_kind(&url),
        _ => return None,
    };
    Some(FeedLink { url, title, kind })
}

/// A plain link that looks like a feed: by its address, or by what it is called.
fn linked_feed(page: &Page, node: NodeRef<'_>) -> Option<FeedLink> {
    let url = page.absolute(&node.attr("href")?)?;
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| last.ends_with(ending));
    let is_named = || {
        let class = node.attr("class").unwrap_or_default().to_ascii_lowercase();
        says_feed(&text::text(node, MAX_TITLE).to_lowercase()) || class.split(|c: char| !c.is_alphanumeric()).any(|word| word == "rss")
    };
    let is_feed = matches!(last, "rss" | "feed" | "atom")
        || ends_in(&[".rss", ".atom", "rss.xml", "feed.xml", "atom.xml", "feed.json"])
        || ends_in(&[".xml"]) && is_named();
    if !is_feed {
        return None;
    }
    let title = text::text(node, MAX_TITLE);
    let kind = if last.ends_with(".json") { FeedKind::Json } else { xml_kind(&url) };
    Some(FeedLink { url, title: (!title.is_empty()).then_some(title), kind })
}

fn xml_kind(url: &Url) -> FeedKind {
    if path_says(url, &["atom"]) { FeedKind::Atom } else { FeedKind::Rss }
}

fn path_says(url: &Url, words: &[&str]) -> bool {
    let path = url[url::Position::BeforePath..].to_ascii_lowercase();
    words.iter().any(|word| path.contains(word))
}

fn says_feed(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "rss" | "feed" | "feeds" | "atom" | "лента"))
}

fn is_of_comments(feed: &FeedLink) -> bool {
    let title = feed.title.as_deref().unwrap_or_default().to_lowercase();
    path_says(&feed.url, &["/comments/", "comments.xml", "comments-rss"])
        || ["comment", "комментари", "пікір"].iter().any(|word| title.contains(word))
}

fn shortened(text: &str) -> String {
    let line = one_line(text);
    line[..line.floor_char_boundary(MAX_TITLE)].to_owned()
}
