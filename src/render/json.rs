//! JSON Feed 1.1. What it has no word for stands in `_taspa`: the source of an item, and where else its story stands.

use std::borrow::Cow;

use serde::Serialize;

use super::escape::escape;
use super::shown::{self, enclosures, image, known_length, known_type, rfc_3339, texts};
use crate::normalise::{mended_iri, text_of};
use crate::view::{Publication, Story};

/// The media type of what [`json_feed`] gives.
pub const JSON_FEED_TYPE: &str = "application/feed+json";

const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<Cow<'a, str>>,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hubs: Option<[Hub<'a>; 1]>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    title: &'a str,
    content_html: String,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Cow<'a, str>>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    _taspa: Extension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: Cow<'a, str>,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Extension<'a> {
    source: Source<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<OtherVersion<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<Cow<'a, str>>,
}

/// Who is told of changes.
#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: Cow<'a, str>,
}

#[derive(Serialize)]
struct OtherVersion<'a> {
    outlet: &'a str,
    title: &'a str,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

/// The publication as a JSON Feed. The same publication gives the same bytes.
pub fn json_feed(publication: &Publication) -> String {
    let feed = Feed {
        version: VERSION,
        title: &publication.title,
        home_page_url: &publication.url("html"),
        feed_url: publication.url("json"),
        description: publication.subtitle.as_deref(),
        icon: publication.icon.as_deref().and_then(mended_iri),
        authors: [Author { name: &publication.title, url: None }],
        language: publication.language(),
        hubs: publication.hub.as_deref().and_then(mended_iri).map(|url| [Hub { kind: "WebSub", url }]),
        items: publication.stories.iter().map(|story| item(publication, story)).collect(),
    };
    let mut document = serde_json::to_string(&feed).expect("texts and numbers under fixed names are JSON");
    document.push('\n');
    document
}

fn item<'a>(publication: &Publication, story: &'a Story) -> Item<'a> {
    let (summary, content) = texts(story, publication.names_outlets);
    Item {
        id: publication.story_id(story),
        url: shown::link(story),
        title: &story.title,
        // An item must have content; where nothing but a title is known, the content says it again.
        content_html: content.or(summary).unwrap_or_else(|| escape(&story.title)),
        summary: story.summary.as_deref().map(text_of).filter(|summary| !summary.is_empty()),
        image: image(story),
        date_published: rfc_3339(story.published),
        date_modified: rfc_3339(story.updated),
        authors: authors(story),
        tags: tags(story),
        language: story.language.as_deref(),
        attachments: attachments(story),
        _taspa: extension(story),
    }
}

/// Where the item names nobody, its outlet is the author, not the feed's.
fn authors(story: &Story) -> Vec<Author<'_>> {
    if story.authors.is_empty() {
        return vec![Author { name: story.source.outlet(), url: None }];
    }
    story.authors.iter().map(|author| Author { name: &author.name, url: author.uri.as_deref().and_then(mended_iri) }).collect()
}

/// What readers see of a category: its label, else its term.
fn tags(story: &Story) -> Vec<&str> {
    let names = story.categories.iter().map(|category| category.label.as_deref().unwrap_or(&category.term));
    names.filter(|name| !name.trim().is_empty()).collect()
}

/// The files. No image is lost that is none of them: `image` has it.
fn attachments(story: &Story) -> Vec<Attachment<'_>> {
    let attached = enclosures(story).map(|file| {
        let (mime_type, size_in_bytes) = (known_type(&file).to_owned(), known_length(&file));
        Attachment { url: file.url, mime_type, size_in_bytes }
    });
    attached.collect()
}

fn extension(story: &Story) -> Extension<'_> {
    let from = &story.source;
    let versions = story.versions.iter().filter_map(|version| {
        let (outlet, title, language) = (&version.outlet, &version.title, version.language.as_deref());
        Some(OtherVersion { outlet, title, url: mended_iri(&version.link)?, language })
    });
    let url = mended_iri(&from.url).unwrap_or(Cow::Borrowed(&from.url));
    let home_page_url = from.link.as_deref().and_then(mended_iri);
    Extension {
        source: Source { name: &from.name, title: from.title.as_deref(), url, home_page_url },
        versions: versions.collect(),
        rights: shown::rights(story),
    }
}
