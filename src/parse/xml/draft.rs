//! What is said of an item, or of the feed, while it is read: which of several titles, links and texts counts.

use chrono::{DateTime, Utc};

use super::links::{Link, Links};
use crate::parse::{Author, Category, Enclosure, Feed, Item, MAX_HUBS, Text};

/// Most authors, categories and files kept of one item. No item that people read has more.
const MAX_LIST: usize = 100;

/// An item or a feed in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title: Option<Ranked<Text>>,
    guid: Option<Ranked<String>>,
    pub links: Links,
    summary: Option<Ranked<Text>>,
    content: Option<Text>,
    /// A content was begun, empty or not: what comes after it is a summary.
    pub has_content: bool,
    /// The caption of a file: the text of an item that has none.
    caption: Option<Text>,
    pub rights: Option<Text>,
    authors: Vec<Author>,
    categories: Vec<Category>,
    enclosures: Vec<Enclosure>,
    media: Vec<Enclosure>,
    thumbnails: Vec<String>,
    /// Of the feed.
    pub icon: Option<String>,
    pub logo: Option<String>,
    published: Option<DateTime<Utc>>,
    updated: Option<DateTime<Utc>>,
    /// dc:date: the date of publication, where nothing else tells it.
    dated: Option<DateTime<Utc>>,
    created: Option<DateTime<Utc>>,
    pub language: Option<String>,
    /// Of the feed.
    hubs: Vec<String>,
    own_url: Option<String>,
}

/// A value and how deep in the document it stands: what stands deeper is said of a part.
#[derive(Debug)]
struct Ranked<T> {
    value: T,
    depth: usize,
}

/// Which date an element gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dated {
    Published,
    Updated,
    Undefined,
    Created,
}

impl Draft {
    /// The first title that stands least deep.
    pub fn title(&mut self, value: Text, depth: usize) {
        if self.title.as_ref().is_none_or(|known| depth < known.depth) {
            self.title = Some(Ranked { value, depth });
        }
    }

    /// The last guid of those that stand least deep.
    pub fn guid(&mut self, value: String, depth: usize) {
        if self.guid.as_ref().is_none_or(|known| depth <= known.depth) {
            self.guid = Some(Ranked { value, depth });
        }
    }

    /// A description or summary: the second one is the content of an item that has none.
    pub fn summary(&mut self, value: Text, depth: usize) {
        if self.summary.is_some() && !self.has_content {
            self.content(value);
        } else if self.summary.as_ref().is_none_or(|known| depth <= known.depth) {
            self.summary = Some(Ranked { value, depth });
        }
    }

    /// The first content counts.
    pub fn content(&mut self, value: Text) {
        self.has_content = true;
        self.content.get_or_insert(value);
    }

    /// The first caption counts.
    pub fn caption(&mut self, value: Text) {
        self.caption.get_or_insert(value);
    }

    pub fn date(&mut self, dated: Dated, date: DateTime<Utc>) {
        let known = match dated {
            Dated::Published => &mut self.published,
            Dated::Updated => &mut self.updated,
            Dated::Undefined => &mut self.dated,
            Dated::Created => &mut self.created,
        };
        *known = Some(date);
    }

    pub fn author(&mut self, author: Author) {
        if !author.name.is_empty() && self.authors.len() < MAX_LIST && !self.authors.iter().any(|known| known.name == author.name) {
            self.authors.push(author);
        }
    }

    pub fn category(&mut self, category: Category) {
        if !category.term.is_empty() && self.categories.len() < MAX_LIST {
            self.categories.push(category);
        }
    }

    /// A file of the item itself.
    pub fn enclosure(&mut self, file: Enclosure) {
        push(&mut self.enclosures, file);
    }

    /// A file that Media RSS names.
    pub fn media(&mut self, file: Enclosure) {
        push(&mut self.media, file);
    }

    /// A picture of the item; markup that stands in an address's place is none.
    pub fn thumbnail(&mut self, url: String) {
        if !url.is_empty() && !url.contains('<') && self.thumbnails.len() < MAX_LIST {
            self.thumbnails.push(url);
        }
    }

    /// A hub of the feed.
    pub fn hub(&mut self, hub: Link) {
        if !hub.url.is_empty() && self.hubs.len() < MAX_HUBS && !self.hubs.contains(&hub.url) {
            self.hubs.push(hub.url);
        }
    }

    /// The address of the document itself; the first counts.
    pub fn own(&mut self, own: Link) {
        if !own.url.is_empty() {
            self.own_url.get_or_insert(own.url);
        }
    }

    /// The item that has been told of.
    pub fn into_item(self) -> Item {
        let guid = self.guid.map(|guid| guid.value);
        let Link { url: link, written } = self.links.page().unwrap_or_default();
        let original = self.links.original.map(|original| original.url);
        let mut enclosures = self.enclosures;
        for file in self.media {
            push(&mut enclosures, file);
        }
        let pictures = enclosures.iter().filter(|file| is_picture(file)).map(|file| file.url.clone());
        let images = pictures.chain(self.thumbnails).collect();
        let summary = self.summary.map(|summary| summary.value);
        let caption = self.caption.filter(|_| self.content.is_none());
        Item {
            guid,
            link: Some(link).filter(|link| !link.is_empty()),
            written,
            original,
            title: self.title.map(|title| title.value),
            summary: summary.or(caption),
            content: self.content,
            rights: self.rights,
            authors: self.authors,
            categories: self.categories,
            enclosures,
            images,
            published: self.published.or(self.dated).or(self.created),
            updated: self.updated,
            language: self.language,
        }
    }

    /// The head of a feed that has been told of.
    pub fn into_feed(self) -> Feed {
        Feed {
            id: self.guid.map(|guid| guid.value),
            title: self.title.map(|title| title.value),
            link: self.links.page().map(|link| link.url),
            rights: self.rights,
            icon: self.icon,
            logo: self.logo.or(self.thumbnails.into_iter().next()),
            language: self.language,
            hubs: self.hubs,
            own_url: self.own_url,
            older: self.links.older().map(|link| link.url),
            ..Feed::default()
        }
    }
}

/// Adds a file unless it is known.
fn push(files: &mut Vec<Enclosure>, file: Enclosure) {
    if !file.url.is_empty() && files.len() < MAX_LIST && !files.iter().any(|known| known.url == file.url) {
        files.push(file);
    }
}

fn is_picture(file: &Enclosure) -> bool {
    file.media_type.as_deref().is_some_and(|kind| kind.starts_with("image"))
}
