//! Atom 1.0 (RFC 4287).

use atom_syndication::{Category, Content, Entry, Feed, Generator, Link, Person, Source, Text, TextType};
use chrono::{DateTime, FixedOffset, Utc};

use super::versions::naming;
use crate::view::{Publication, Story, Version};

/// The media type of what [`atom`] gives.
pub const ATOM_TYPE: &str = "application/atom+xml";

/// The publication as an Atom document. The same publication gives the same bytes.
pub fn atom(publication: &Publication) -> String {
    let feed = Feed {
        title: plain(&publication.title, None),
        id: publication.id(),
        updated: date(publication.updated),
        authors: vec![person(&publication.title, None)],
        generator: Some(Generator {
            value: "taspa".to_owned(),
            uri: Some(env!("CARGO_PKG_HOMEPAGE").to_owned()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links: vec![
            link("self", &publication.url("atom"), Some(ATOM_TYPE)),
            link("alternate", publication.home.as_str(), Some("text/html")),
        ],
        entries: publication.stories.iter().map(|story| entry(publication, story)).collect(),
        lang: publication.language().map(str::to_owned),
        ..Feed::default()
    };
    let mut document = feed.to_string();
    document.push('\n');
    document
}

fn entry(publication: &Publication, story: &Story) -> Entry {
    let language = story.language.as_deref();
    let (summary, content) = texts(story, publication.names_outlets);
    Entry {
        title: plain(&story.title, language),
        id: publication.story_id(story),
        updated: date(story.updated),
        authors: authors(story),
        categories: story.categories.iter().map(category).collect(),
        links: links(story),
        published: Some(date(story.published)),
        source: Some(source(story)),
        summary: summary.map(|summary| html(&summary, language)),
        content: content.map(|content| html_content(content, language)),
        ..Entry::default()
    }
}

/// Summary and content; the line that names the other outlets ends the one that readers see.
fn texts(story: &Story, names_outlets: bool) -> (Option<String>, Option<String>) {
    let (mut summary, mut content) = (story.summary.clone(), content(story));
    if let Some(line) = names_outlets.then(|| naming(story)).flatten() {
        match (&mut content, &mut summary) {
            (Some(text), _) | (None, Some(text)) => text.push_str(&line),
            (None, None) => content = Some(line),
        }
    }
    (summary, content)
}

/// RFC 4287 §4.1.2: an entry without alternate link must have content.
fn content(story: &Story) -> Option<String> {
    match (&story.content, &story.link) {
        (Some(content), _) => Some(content.clone()),
        // Nothing but a title is known; the content says it again, so that it is not blank.
        (None, None) => Some(story.title.replace('&', "&amp;").replace('<', "&lt;")),
        (None, Some(_)) => None,
    }
}

fn html_content(value: String, language: Option<&str>) -> Content {
    Content { value: Some(value), content_type: Some("html".to_owned()), lang: language.map(str::to_owned), ..Content::default() }
}

/// RFC 4287 §4.1.2: every entry has an author; where the item names none, its outlet is.
fn authors(story: &Story) -> Vec<Person> {
    if story.authors.is_empty() {
        return vec![person(story.source.outlet(), None)];
    }
    story.authors.iter().map(|author| person(&author.name, author.uri.clone())).collect()
}

fn category(category: &crate::normalise::Category) -> Category {
    Category { term: category.term.clone(), scheme: category.scheme.clone(), label: category.label.clone() }
}

fn links(story: &Story) -> Vec<Link> {
    let mut links: Vec<Link> = story.link.iter().map(|url| link("alternate", url, Some("text/html"))).collect();
    for file in &story.enclosures {
        let mut enclosure = link("enclosure", &file.url, file.media_type.as_deref());
        enclosure.length = file.length.map(|length| length.to_string());
        links.push(enclosure);
    }
    // A lead image that neither the text shows nor an enclosure carries would be lost.
    if let Some(image) = &story.image {
        let is_shown =
            story.content.as_deref().or(story.summary.as_deref()).is_some_and(|html| html.contains(&image.replace('&', "&amp;")));
        if !is_shown && !story.enclosures.iter().any(|file| file.url == *image) {
            links.push(link("enclosure", image, image_type(image)));
        }
    }
    links.extend(story.versions.iter().map(related));
    links
}

/// RFC 4287 §4.2.7.2: where else the story stands.
fn related(version: &Version) -> Link {
    Link {
        title: Some(format!("{}: {}", version.outlet, version.title)),
        hreflang: version.language.clone(),
        ..link("related", &version.link, Some("text/html"))
    }
}

/// The media type that the file's name tells.
fn image_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit_once('.')?.1 {
        "jpg" | "jpeg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "gif" => Some("image/gif"),
        "avif" => Some("image/avif"),
        _ => None,
    }
}

/// RFC 4287 §4.2.11: where the entry came from.
fn source(story: &Story) -> Source {
    let from = &story.source;
    let mut links = vec![link("self", &from.url, None)];
    links.extend(from.link.iter().map(|page| link("alternate", page, Some("text/html"))));
    Source {
        title: plain(story.source.outlet(), None),
        id: from.feed_id.clone().unwrap_or_else(|| from.url.clone()),
        updated: date(story.updated),
        links,
        ..Source::default()
    }
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: media_type.map(str::to_owned), ..Link::default() }
}

fn person(name: &str, uri: Option<String>) -> Person {
    Person { name: name.to_owned(), uri, ..Person::default() }
}

fn plain(value: &str, language: Option<&str>) -> Text {
    Text { value: value.to_owned(), lang: language.map(str::to_owned), r#type: TextType::Text, ..Text::default() }
}

fn html(value: &str, language: Option<&str>) -> Text {
    Text { value: value.to_owned(), lang: language.map(str::to_owned), r#type: TextType::Html, ..Text::default() }
}

fn date(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.fixed_offset()
}
