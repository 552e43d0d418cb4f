//! Atom 1.0 (RFC 4287).

use std::borrow::Cow;
use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{Category, Content, Entry, Feed, Generator, Link, Person, Source, Text, TextType};
use chrono::{DateTime, FixedOffset, Utc};

use super::shown::{self, files, related_title, texts};
use super::xml::is_forbidden;
use crate::normalise::mended_iri;
use crate::view::{Publication, Story, Tombstone, Version};

/// The media type of what [`atom`] gives.
pub const ATOM_TYPE: &str = "application/atom+xml";

/// The publication as an Atom document. The same publication gives the same bytes.
pub fn atom(publication: &Publication) -> String {
    let feed = Feed {
        title: plain(&publication.title, None),
        subtitle: publication.subtitle.as_ref().map(|subtitle| plain(subtitle, None)),
        icon: publication.icon.as_deref().and_then(iri),
        id: publication.id(),
        updated: date(publication.updated),
        authors: vec![person(&publication.title, None)],
        generator: Some(Generator {
            value: "taspa".to_owned(),
            uri: Some(env!("CARGO_PKG_HOMEPAGE").to_owned()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links: feed_links(publication),
        entries: publication.stories.iter().map(|story| entry(publication, story)).collect(),
        lang: publication.language().map(str::to_owned),
        namespaces: namespaces(publication),
        extensions: extensions(publication),
        ..Feed::default()
    };
    let mut document = feed.to_string();
    put_entries_last(&mut document);
    // None of them is ever part of the markup.
    if document.contains(is_forbidden) {
        document.retain(|c| !is_forbidden(c));
    }
    document.push('\n');
    document
}

/// In the grammar of RFC 4287 §4.1.1 entries come last; atom_syndication writes behind them what other vocabularies say of the feed. No text
/// holds a tag, since its `<` are escaped.
fn put_entries_last(document: &mut String) {
    let (Some(first), Some(last)) = (document.find("<entry>"), document.rfind("</entry>")) else { return };
    let end = last + "</entry>".len();
    let behind = end..document.rfind("</feed>").map_or(end, |feed| feed.max(end));
    let about_the_feed = document[behind.clone()].to_owned();
    document.replace_range(behind, "");
    document.insert_str(first, &about_the_feed);
}

/// Prefixes and namespaces: of RFC 5005's elements, and of RFC 6721's.
const HISTORY: (&str, &str) = ("fh", "http://purl.org/syndication/history/1.0");
const TOMBSTONES: (&str, &str) = ("at", "http://purl.org/atompub/tombstones/1.0");

/// What the document says in other vocabularies, by their prefixes: that it is one of an archive (RFC 5005 §4), and which entries are gone
/// (RFC 6721 §3).
fn extensions(publication: &Publication) -> ExtensionMap {
    let mut extensions = ExtensionMap::new();
    let mut add = |(prefix, _): (&str, &str), name: &str, elements: Vec<Extension>| {
        if !elements.is_empty() {
            extensions.insert(prefix.to_owned(), BTreeMap::from([(name.to_owned(), elements)]));
        }
    };
    let archive = Extension { name: "fh:archive".to_owned(), ..Extension::default() };
    add(HISTORY, "archive", publication.archive.iter().map(|_| archive.clone()).collect());
    add(TOMBSTONES, "deleted-entry", publication.tombstones.iter().map(|tombstone| deleted(publication, tombstone)).collect());
    extensions
}

fn deleted(publication: &Publication, tombstone: &Tombstone) -> Extension {
    let attrs = [("ref", publication.buried_id(tombstone)), ("when", date(tombstone.at).to_rfc3339())];
    let attrs = attrs.map(|(name, value)| (name.to_owned(), value)).into();
    Extension { name: "at:deleted-entry".to_owned(), attrs, ..Extension::default() }
}

fn namespaces(publication: &Publication) -> BTreeMap<String, String> {
    let used = [(HISTORY, publication.archive.is_some()), (TOMBSTONES, !publication.tombstones.is_empty())];
    used.into_iter().filter(|(_, is_used)| *is_used).map(|((prefix, name), _)| (prefix.to_owned(), name.to_owned())).collect()
}

/// Where this document stands, what it belongs to, and where what is older stands (RFC 5005 §4).
fn feed_links(publication: &Publication) -> Vec<Link> {
    let current = publication.url("atom");
    let own = publication.archive.map_or_else(|| current.clone(), |day| publication.archive_url(day));
    let mut links = vec![link("self", &own, Some(ATOM_TYPE)), link("alternate", &publication.url("html"), Some("text/html"))];
    links.extend(publication.hub.as_deref().and_then(mended_iri).map(|hub| link("hub", &hub, None)));
    links.extend(publication.archive.map(|_| link("current", &current, Some(ATOM_TYPE))));
    links.extend(publication.older.map(|day| link("prev-archive", &publication.archive_url(day), Some(ATOM_TYPE))));
    links
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
        rights: story.rights.as_deref().map(|rights| plain(rights, language)),
        ..Entry::default()
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
    story.authors.iter().map(|author| person(&author.name, author.uri.as_deref().and_then(iri))).collect()
}

fn category(category: &crate::normalise::Category) -> Category {
    Category { term: category.term.clone(), scheme: category.scheme.as_deref().and_then(iri), label: category.label.clone() }
}

fn links(story: &Story) -> Vec<Link> {
    let mut links: Vec<Link> = shown::link(story).map(|url| link("alternate", &url, Some("text/html"))).into_iter().collect();
    for file in files(story) {
        let mut enclosure = link("enclosure", &file.url, file.media_type);
        enclosure.length = file.length.map(|length| length.to_string());
        links.push(enclosure);
    }
    links.extend(story.versions.iter().filter_map(related));
    links
}

/// RFC 4287 §4.2.7.2: where else the story stands.
fn related(version: &Version) -> Option<Link> {
    let link = link("related", &mended_iri(&version.link)?, Some("text/html"));
    Some(Link { title: Some(related_title(version)), hreflang: version.language.clone(), ..link })
}

/// RFC 4287 §4.2.11: where the entry came from, with what its feed says of all its entries. `updated` is the entry's: the feed's own changes at
/// each poll, and would change all documents with it.
fn source(story: &Story) -> Source {
    let from = &story.source;
    let own = iri(&from.url);
    let mut links: Vec<Link> = own.iter().map(|url| link("self", url, None)).collect();
    links.extend(from.link.as_deref().and_then(mended_iri).map(|page| link("alternate", &page, Some("text/html"))));
    Source {
        title: plain(story.source.outlet(), None),
        id: from.feed_id.clone().or(own).unwrap_or_else(|| from.url.clone()),
        updated: date(story.updated),
        links,
        rights: from.rights.as_deref().map(|rights| plain(rights, None)),
        icon: from.icon.as_deref().and_then(iri),
        logo: from.logo.as_deref().and_then(iri),
        ..Source::default()
    }
}

fn iri(text: &str) -> Option<String> {
    mended_iri(text).map(Cow::into_owned)
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
