//! RSS 2.0, as the RSS Best Practices Profile wants it, with what it lacks from Dublin Core, Media RSS and Atom.

use super::shown::{self, File, files, image, known_length, known_type, related_title, rfc_822, rfc_3339, texts};
use super::xml::Xml;
use crate::normalise::mended_iri;
use crate::view::{Publication, Story};

/// The media type of what [`rss`] gives.
pub const RSS_TYPE: &str = "application/rss+xml";

const NAMESPACES: [(&str, Option<&str>); 5] = [
    ("version", Some("2.0")),
    ("xmlns:atom", Some("http://www.w3.org/2005/Atom")),
    ("xmlns:content", Some("http://purl.org/rss/1.0/modules/content/")),
    ("xmlns:dc", Some("http://purl.org/dc/elements/1.1/")),
    ("xmlns:media", Some("http://search.yahoo.com/mrss/")),
];

/// The RSS Advisory Board's address of the specification, to the letter: the feed validator knows its feeds by it.
const SPECIFICATION: &str = "http://www.rssboard.org/rss-specification";

/// The publication as an RSS document. The same publication gives the same bytes.
pub fn rss(publication: &Publication) -> String {
    let mut xml = Xml::new();
    xml.open("rss", &NAMESPACES);
    xml.open("channel", &[]);
    channel(&mut xml, publication);
    for story in &publication.stories {
        xml.open("item", &[]);
        item(&mut xml, publication, story);
        xml.close();
    }
    xml.finish()
}

/// What the feed says of itself.
fn channel(xml: &mut Xml, publication: &Publication) {
    let (title, home) = (publication.title.as_str(), publication.url("html"));
    xml.text("title", &[], title);
    xml.text("link", &[], &home);
    xml.text("description", &[], publication.subtitle.as_deref().unwrap_or(title));
    let address = publication.url("rss");
    xml.empty("atom:link", &[("rel", Some("self")), ("href", Some(&address)), ("type", Some(RSS_TYPE))]);
    if let Some(hub) = publication.hub.as_deref().and_then(mended_iri) {
        xml.empty("atom:link", &[("rel", Some("hub")), ("href", Some(&hub))]);
    }
    if let Some(language) = publication.language() {
        xml.text("language", &[], language);
    }
    xml.text("lastBuildDate", &[], &rfc_822(publication.updated));
    xml.text("generator", &[], concat!("taspa ", env!("CARGO_PKG_VERSION"), " (", env!("CARGO_PKG_HOMEPAGE"), ")"));
    xml.text("docs", &[], SPECIFICATION);
    if let Some(icon) = publication.icon.as_deref().and_then(mended_iri) {
        xml.open("image", &[]);
        xml.text("url", &[], &icon);
        xml.text("title", &[], title);
        xml.text("link", &[], &home);
        xml.close();
    }
}

fn item(xml: &mut Xml, publication: &Publication, story: &Story) {
    let language = ("xml:lang", story.language.as_deref());
    xml.text("title", &[language], &story.title);
    if let Some(link) = shown::link(story) {
        xml.text("link", &[], &link);
    }
    xml.text("guid", &[("isPermaLink", Some("false"))], &publication.story_id(story));
    xml.text("pubDate", &[], &rfc_822(story.published));
    xml.text("atom:updated", &[], &rfc_3339(story.updated));
    authors(xml, story);
    for category in story.categories.iter().filter(|category| !category.term.trim().is_empty()) {
        let scheme = category.scheme.as_deref().and_then(mended_iri);
        xml.text("category", &[("domain", scheme.as_deref())], &category.term);
    }
    match texts(story, publication.names_outlets) {
        (Some(summary), Some(content)) => {
            xml.html("description", &[language], &summary);
            xml.html("content:encoded", &[language], &content);
        }
        (Some(text), None) | (None, Some(text)) => xml.html("description", &[language], &text),
        (None, None) => {}
    }
    if let Some(rights) = shown::rights(story) {
        xml.text("dc:rights", &[], rights);
    }
    attached(xml, story);
    xml.text("source", &[("url", Some(&story.source.url))], story.source.outlet());
    for version in &story.versions {
        let Some(href) = mended_iri(&version.link) else { continue };
        let (title, hreflang) = (related_title(version), version.language.as_deref());
        let link = [("rel", Some("related")), ("href", Some(&*href)), ("title", Some(&title)), ("hreflang", hreflang)];
        xml.empty("atom:link", &link);
    }
}

/// The `author` of RSS is a mail address; names stand in Dublin Core. Where the item names nobody, its outlet is the author.
fn authors(xml: &mut Xml, story: &Story) {
    if story.authors.is_empty() {
        xml.text("dc:creator", &[], story.source.outlet());
    }
    for author in &story.authors {
        xml.text("dc:creator", &[], &author.name);
    }
}

/// Files and picture. An item has one `enclosure` at most; where there are more files, Media RSS names all of them, since its readers
/// pass over the enclosure.
fn attached(xml: &mut Xml, story: &Story) {
    let files: Vec<File<'_>> = files(story).collect();
    if let Some(first) = files.first() {
        let length = known_length(first).unwrap_or(0).to_string();
        xml.empty("enclosure", &[("url", Some(&*first.url)), ("length", Some(&length)), ("type", Some(known_type(first)))]);
    }
    if files.len() > 1 {
        for file in &files {
            let size = known_length(file).map(|length| length.to_string());
            xml.empty("media:content", &[("url", Some(&*file.url)), ("fileSize", size.as_deref()), ("type", Some(known_type(file)))]);
        }
    }
    if let Some(image) = image(story) {
        xml.empty("media:thumbnail", &[("url", Some(&image))]);
    }
}
