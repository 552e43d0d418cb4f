//! OPML 2.0: a list of feeds that any reader can subscribe to at once.

use chrono::{DateTime, Utc};

use super::shown::rfc_822;
use super::xml::Xml;
use crate::normalise::mended_iri;

/// The media type of what [`opml`] gives.
pub const OPML_TYPE: &str = "text/x-opml";

const SPECIFICATION: &str = "http://opml.org/spec2.opml";

/// A feed of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'a> {
    pub title: &'a str,
    /// Absolute address of the feed.
    pub feed: &'a str,
    /// The page that the feed stands for.
    pub page: Option<&'a str>,
    pub language: Option<&'a str>,
    /// Without commas and slashes, which have a meaning in a list of categories.
    pub tags: Vec<&'a str>,
}

/// The feeds as an OPML document. The same feeds at the same time give the same bytes.
pub fn opml(title: &str, sources: &[Outline<'_>], made: DateTime<Utc>) -> String {
    let mut xml = Xml::new();
    xml.open("opml", &[("version", Some("2.0"))]);
    xml.open("head", &[]);
    xml.text("title", &[], title);
    xml.text("dateCreated", &[], &rfc_822(made));
    xml.text("docs", &[], SPECIFICATION);
    xml.close();
    xml.open("body", &[]);
    for source in sources {
        outline(&mut xml, source);
    }
    xml.finish()
}

fn outline(xml: &mut Xml, source: &Outline<'_>) {
    let category = categories(&source.tags);
    let (feed, page) = (mended_iri(source.feed), source.page.and_then(mended_iri));
    xml.empty(
        "outline",
        &[
            ("type", Some("rss")),
            ("text", Some(source.title)),
            ("title", Some(source.title)),
            ("xmlUrl", Some(feed.as_deref().unwrap_or(source.feed))),
            ("htmlUrl", page.as_deref()),
            ("language", source.language),
            ("category", category.as_deref()),
        ],
    );
}

/// A list of paths of categories, parted by commas; each tag is a path of one step.
fn categories(tags: &[&str]) -> Option<String> {
    let paths: Vec<String> = tags.iter().map(|tag| format!("/{tag}")).collect();
    (!paths.is_empty()).then(|| paths.join(","))
}
