//! Which of an item's links leads to its page.

use std::borrow::Cow;

use super::attributes::{attribute, attributes};
use super::entities::Entities;
use super::scopes::Scopes;
use crate::parse::Enclosure;
use crate::parse::resolve::resolve;

/// A link to a page.
#[derive(Debug, Default, Clone)]
pub(super) struct Link {
    /// Resolved.
    pub url: String,
    /// Letter for letter as it stands there, where that differs.
    pub written: Option<String>,
}

impl Link {
    /// A link as a document writes it, where `scopes` hold.
    pub fn of(written: &str, scopes: &Scopes<'_>) -> Self {
        // Nothing written is no link, and not the document itself (RFC 3986 §4.4).
        let base = scopes.base().filter(|_| !written.trim().is_empty()).unwrap_or_default();
        let url = resolve(base, written.trim()).into_owned();
        let written = (url != written).then(|| written.to_owned());
        Self { url, written }
    }
}

/// The links of an item or a feed.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// feedburner:origLink: where a link that counts its readers leads in the end.
    pub original: Option<Link>,
    page: Option<Link>,
    /// To the same in another form than a page.
    other: Option<Link>,
    /// A guid that is a link.
    permanent: Option<Link>,
    /// Of a feed: to the archive before it, and to its next page.
    archive: Option<Link>,
    next_page: Option<Link>,
}

impl Links {
    pub fn add_page(&mut self, link: Link) {
        if !link.url.is_empty() {
            self.page = Some(link);
        }
    }

    pub fn add_other(&mut self, link: Link) {
        if !link.url.is_empty() && self.other.is_none() {
            self.other = Some(link);
        }
    }

    pub fn add_permanent(&mut self, link: Link) {
        let scheme = link.url.split_once("://").map_or("", |(scheme, _)| scheme);
        let is_path = link.url.starts_with('/');
        if is_path || scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            self.permanent = Some(link);
        }
    }

    pub fn add_original(&mut self, link: Link) {
        if !link.url.is_empty() {
            self.original = Some(link);
        }
    }

    pub fn add_archive(&mut self, link: Link) {
        self.archive.get_or_insert(link);
    }

    pub fn add_next_page(&mut self, link: Link) {
        self.next_page.get_or_insert(link);
    }

    /// Where a feed's older items stand.
    pub fn older(&self) -> Option<Link> {
        self.archive.as_ref().or(self.next_page.as_ref()).filter(|link| !link.url.is_empty()).cloned()
    }

    /// The link that counts.
    pub fn page(&self) -> Option<Link> {
        [&self.page, &self.permanent, &self.other].into_iter().flatten().next().cloned()
    }
}

/// What a `link` element with attributes is.
pub(super) enum Linked {
    Page(Link),
    Other(Link),
    Enclosure(Enclosure),
    /// The document itself.
    Own(Link),
    /// A hub that pushes it.
    Hub(Link),
    /// The archive before this document.
    Archive(Link),
    NextPage(Link),
    /// An answer, another page of it …
    Nothing,
    /// The link stands in its text.
    Inside,
}

/// What a `link` element is (RFC 4287 §4.2.7), by its attributes and, where these name no address, by its `text`.
pub(super) fn linked(raw: &str, text: Option<&str>, scopes: &Scopes<'_>, entities: &mut Entities) -> Linked {
    let mut said = Said::default();
    for (name, value) in attributes(raw) {
        let known = match name.to_ascii_lowercase().as_str() {
            "href" | "url" | "uri" => &mut said.href,
            "rel" => &mut said.rel,
            "type" => &mut said.kind,
            "length" => &mut said.length,
            _ => continue,
        };
        *known = Some(entities.resolve(value));
    }
    let href = said.href.filter(|href| !href.trim().is_empty()).or(text.map(Cow::Borrowed));
    let Some(href) = href else { return Linked::Inside };
    let link = Link::of(&href, scopes);
    let rel = said.rel.as_deref().map(|rel| rel.trim().to_ascii_lowercase());
    match rel.as_deref().map(|rel| rel.rsplit_once("/relation/").map_or(rel, |(_, rel)| rel)) {
        None | Some("" | "alternate") => {
            let is_page = said.kind.as_deref().is_none_or(|kind| kind.trim().is_empty() || kind.to_ascii_lowercase().contains("html"));
            if is_page { Linked::Page(link) } else { Linked::Other(link) }
        }
        Some("enclosure") => Linked::Enclosure(Enclosure {
            url: link.url,
            media_type: said.kind.map(Cow::into_owned),
            length: said.length.and_then(|length| length.trim().parse().ok()),
        }),
        Some("self") => Linked::Own(link),
        Some("hub") => Linked::Hub(link),
        Some("prev-archive") => Linked::Archive(link),
        Some("next") => Linked::NextPage(link),
        Some(_) => Linked::Nothing,
    }
}

#[derive(Default)]
struct Said<'a> {
    href: Option<Cow<'a, str>>,
    rel: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    length: Option<Cow<'a, str>>,
}

/// The file that an `enclosure` or a media:content names; its url is empty where it names none.
pub(super) fn file(raw: &str, scopes: &Scopes<'_>, entities: &mut Entities) -> Enclosure {
    let url = ["url", "href", "uri"].iter().find_map(|name| attribute(raw, name, entities)).unwrap_or_default();
    let kind = attribute(raw, "type", entities).or_else(|| attribute(raw, "medium", entities).filter(|medium| medium == "image"));
    let length = ["length", "fileSize"].iter().find_map(|name| attribute(raw, name, entities));
    Enclosure {
        url: Link::of(&url, scopes).url,
        media_type: kind.map(Cow::into_owned).filter(|kind| !kind.is_empty()),
        length: length.and_then(|length| length.trim().parse().ok()),
    }
}
