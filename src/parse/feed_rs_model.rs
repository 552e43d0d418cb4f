//! feed-rs's model -> ours. The only file that knows feed-rs.

use chrono_tz::Tz;
use feed_rs::model::{self, FeedType};
use feed_rs::parser::Builder;
use url::Url;

use super::{Author, Category, Enclosure, Feed, Item, Text, date};

/// feed-rs, set up so that it invents nothing.
pub(super) struct Parser<'a> {
    /// Relative links are resolved against it.
    pub base: &'a Url,
    /// Dates without a zone are read in it.
    pub zone: Tz,
}

impl Parser<'_> {
    /// Reads a whole document; the reason as text when feed-rs refuses it.
    pub fn parse(&self, text: &str) -> Result<Feed, String> {
        let zone = self.zone;
        // A parser that has failed once keeps half of its state, and asserts against that in the next document: one each.
        let parser = Builder::new()
            .base_uri(Some(self.base.as_str()))
            // feed-rs would make up an id, for some items a new one at each parse.
            .id_generator(|_, _, _| String::new())
            .sanitize_content(false)
            .timestamp_parser(move |text| date::parse(text, zone))
            .build();
        parser.parse(text.as_bytes()).map(feed).map_err(|error| error.to_string())
    }
}

fn feed(feed: model::Feed) -> Feed {
    let kind = feed.feed_type;
    Feed {
        id: some_text(feed.id),
        title: feed.title.map(|title| text(title, is_rss(&kind))),
        link: page_link(&feed.links),
        rights: feed.rights.map(|rights| text(rights, is_rss(&kind))),
        icon: feed.icon.and_then(|icon| some_text(icon.uri)),
        logo: feed.logo.and_then(|logo| some_text(logo.uri)),
        language: feed.language,
        items: feed.entries.into_iter().map(|entry| item(entry, &kind)).collect(),
        problems: Vec::new(),
    }
}

/// RSS has no way to say what its texts are: all of them may hold HTML (RSS 2.0, "Encoding").
fn is_rss(kind: &FeedType) -> bool {
    matches!(kind, FeedType::RSS0 | FeedType::RSS1 | FeedType::RSS2)
}

fn item(entry: model::Entry, kind: &FeedType) -> Item {
    let rss = is_rss(kind);
    let (enclosures, images) = media(&entry);
    Item {
        guid: some_text(entry.id),
        link: page_link(&entry.links),
        written: None,
        title: entry.title.map(|title| text(title, rss)),
        summary: entry.summary.map(|summary| text(summary, rss)),
        content: entry.content.and_then(content),
        rights: entry.rights.map(|rights| text(rights, rss)),
        authors: entry.authors.into_iter().filter_map(author).collect(),
        categories: entry.categories.into_iter().map(category).collect(),
        enclosures,
        images,
        published: entry.published,
        // feed-rs copies the one date of an RSS item into both fields.
        updated: entry.updated.filter(|updated| !rss || Some(*updated) != entry.published),
        language: entry.language,
    }
}

fn some_text(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() { None } else { Some(trimmed.to_owned()) }
}

fn text(text: model::Text, may_be_html: bool) -> Text {
    let is_html = may_be_html || text.content_type.subty() != "plain";
    Text { value: text.content, is_html }
}

fn content(content: model::Content) -> Option<Text> {
    let is_html = content.content_type.subty() != "plain";
    let is_text = content.content_type.ty() == "text" || content.content_type.subty().as_str().contains("xhtml");
    content.body.filter(|_| is_text).map(|value| Text { value, is_html })
}

/// The link to the page: rel=alternate or no rel, HTML before other types.
fn page_link(links: &[model::Link]) -> Option<String> {
    let is_page = |link: &&model::Link| {
        link.rel.as_deref().is_none_or(|rel| rel == "alternate") && link.target.is_none() && !link.href.trim().is_empty()
    };
    let is_html = |link: &&model::Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let link = links.iter().filter(is_page).find(is_html).or_else(|| links.iter().find(is_page));
    link.map(|link| link.href.trim().to_owned())
}

fn author(person: model::Person) -> Option<Author> {
    let name = person.name.and_then(some_text)?;
    Some(Author { name, uri: person.uri })
}

fn category(category: model::Category) -> Category {
    Category { term: category.term, scheme: category.scheme, label: category.label }
}

/// Files and pictures, from enclosures, attachments and Media RSS.
fn media(entry: &model::Entry) -> (Vec<Enclosure>, Vec<String>) {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let mut thumbnails = Vec::new();
    for link in entry.links.iter().filter(|link| is_enclosure(link)) {
        enclosures.push(Enclosure { url: link.href.trim().to_owned(), media_type: link.media_type.clone(), length: link.length });
    }
    for object in &entry.media {
        for content in &object.content {
            let Some(url) = &content.url else { continue };
            let media_type = content.content_type.as_ref().map(ToString::to_string);
            enclosures.push(Enclosure { url: url.to_string(), media_type, length: content.size });
        }
        thumbnails.extend(object.thumbnails.iter().map(|thumbnail| thumbnail.image.uri.trim().to_owned()));
    }
    let mut seen = std::collections::HashSet::new();
    enclosures.retain(|enclosure| seen.insert(enclosure.url.clone()));
    let is_picture = |enclosure: &&Enclosure| enclosure.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"));
    let pictures = enclosures.iter().filter(is_picture).map(|enclosure| enclosure.url.clone());
    let images = pictures.chain(thumbnails).filter(|url| !url.is_empty()).collect();
    (enclosures, images)
}

/// atom:link rel=enclosure; a JSON Feed's attachment, which feed-rs gives as a link with a type and no rel.
fn is_enclosure(link: &model::Link) -> bool {
    let is_attachment =
        link.rel.is_none() && link.media_type.as_deref().is_some_and(|kind| !kind.contains("html") && !kind.contains("xml"));
    (link.rel.as_deref() == Some("enclosure") || is_attachment) && !link.href.trim().is_empty()
}
