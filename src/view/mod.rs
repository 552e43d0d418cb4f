//! Which stories a view holds, in which order, and what the view says of itself.

mod filter;

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use url::Url;

use crate::config::{Order, Settings, View};
use crate::store::{Newest, Reader, StoreError, Wanted};

pub use crate::store::{Identity, Story, StoryId, StorySource, Tombstone, Version};

/// A view, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    pub name: String,
    pub title: String,
    pub subtitle: Option<String>,
    /// Absolute address of a square picture.
    pub icon: Option<String>,
    /// The language that the config gives the view.
    pub declared_language: Option<String>,
    pub identity: Identity,
    /// Address under which readers reach this server; ends in a slash.
    pub home: Url,
    /// When a story of it last changed; the day the store was made, while there is none.
    pub updated: DateTime<Utc>,
    /// Newest first.
    pub stories: Vec<Story>,
    /// Whether a line at the end of a story's text names the other outlets that carry it.
    pub names_outlets: bool,
    /// The WebSub hub that is told of changes.
    pub hub: Option<String>,
    /// The day (UTC) whose stories these are, in a document of the archive; None where they are the newest.
    pub archive: Option<NaiveDate>,
    /// The day whose archive goes on where this document ends, if there is anything older.
    pub older: Option<NaiveDate>,
    /// Stories that are gone, and that readers may have.
    pub tombstones: Vec<Tombstone>,
    /// The words that its stories were found by, where it is no view but what was found.
    pub found_by: Option<String>,
    /// Whether the server that publishes it has a search.
    pub has_search: bool,
}

/// A view to be read.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Its path below `feeds/`.
    pub name: &'a str,
    pub view: &'a View,
    /// The server's public address.
    pub home: &'a Url,
    pub now: DateTime<Utc>,
}

/// For how long readers are told that a story is gone.
const MOURNED: TimeDelta = TimeDelta::days(30);

/// For how long, at least, a change far down is told once more.
const REVISED: TimeDelta = TimeDelta::days(2);

/// Reads what a view holds now.
///
/// # Errors
/// When the store cannot be read.
pub fn publication(reader: &Reader, settings: &Settings, wish: Wish<'_>) -> Result<Publication, StoreError> {
    let Wish { view, now, .. } = wish;
    let window = TimeDelta::from_std(view.window).unwrap_or_default();
    let revised_since = Some(now - window.max(REVISED));
    let span = Span { limit: view.limit, since: now - window, max: view.max, before: None, revised_since };
    let (mut publication, oldest) = read(reader, settings, wish, span)?;
    if view.stories {
        publication.tombstones = reader.tombstones(&sources_of(settings, view), now - MOURNED)?;
    }
    let Some(oldest) = oldest else { return Ok(publication) };
    // What is older stands in the archive of that day, and of those before.
    let older = reader.last_entered_before(oldest)?.map(|_| oldest.date_naive());
    Ok(Publication { older, ..publication })
}

/// Reads what a search finds, the newest first.
///
/// # Errors
/// When the store cannot be read.
pub fn found(reader: &Reader, settings: &Settings, wish: Wish<'_>) -> Result<Publication, StoreError> {
    let Wish { view, now, .. } = wish;
    let span = Span { limit: view.limit, since: now, max: view.max, before: None, revised_since: None };
    let (publication, _) = read(reader, settings, wish, span)?;
    Ok(Publication { found_by: view.query.as_ref().map(ToString::to_string), hub: None, ..publication })
}

/// Reads what a view held of a day (UTC); None when nothing is kept of days so old.
///
/// # Errors
/// When the store cannot be read.
pub fn archive(reader: &Reader, settings: &Settings, wish: Wish<'_>, day: NaiveDate) -> Result<Option<Publication>, StoreError> {
    let begin = day.and_time(NaiveTime::MIN).and_utc();
    if reader.first_entered()?.is_none_or(|first| day < first.date_naive()) {
        return Ok(None);
    }
    let span = Span { limit: 0, since: begin, max: u32::MAX, before: Some(begin + TimeDelta::days(1)), revised_since: None };
    let (publication, _) = read(reader, settings, wish, span)?;
    let older = reader.last_entered_before(begin)?.map(|entered| entered.date_naive());
    let updated = if publication.stories.is_empty() { begin } else { publication.updated };
    Ok(Some(Publication { archive: Some(day), older, updated, hub: None, ..publication }))
}

/// Which part of a view's stories is read.
struct Span {
    limit: u32,
    since: DateTime<Utc>,
    max: u32,
    before: Option<DateTime<Utc>>,
    revised_since: Option<DateTime<Utc>>,
}

fn sources_of<'a>(settings: &'a Settings, view: &View) -> Vec<&'a str> {
    settings.sources.iter().filter(|source| view.admits(source)).map(|source| source.name.as_str()).collect()
}

/// Reads a part of a view; gives when the oldest of its stories entered, those left out that stand there for a change.
fn read(reader: &Reader, settings: &Settings, wish: Wish<'_>, span: Span) -> Result<(Publication, Option<DateTime<Utc>>), StoreError> {
    let Wish { name, view, home, now } = wish;
    let sources = sources_of(settings, view);
    let Span { limit, since, max, before, revised_since } = span;
    let (languages, query) = (view.languages.as_slice(), view.query.as_ref());
    let wanted = Wanted { sources: &sources, languages, query, limit, since, max, before, revised_since, stories: view.stories };
    let keeps = |story: &Story| filter::keeps(view, story, now);
    let Newest { mut stories, revised } = reader.newest(wanted, filter::sieves(view).then_some(&keeps as &dyn Fn(&Story) -> bool))?;
    let oldest = stories.iter().map(|story| story.entered).min();
    stories.extend(revised);
    if view.order == Order::Published {
        stories.sort_by_key(|story| Reverse(story.published));
    }
    let stories: Vec<Story> = stories.into_iter().map(|story| filter::cut(view, story)).collect();
    let identity = reader.identity()?;
    let updated = stories.iter().map(|story| story.updated).max().unwrap_or_else(|| birthday(&identity));
    let publication = Publication {
        name: name.to_owned(),
        title: view.title().to_owned(),
        subtitle: view.subtitle.clone(),
        icon: view.icon.as_ref().map(Url::to_string),
        declared_language: view.language.as_ref().map(|language| language.as_str().to_owned()),
        identity,
        home: home.clone(),
        updated,
        stories,
        names_outlets: settings.dedup.other_versions,
        hub: settings.server.hub.as_ref().filter(|_| view.token.is_none()).map(Url::to_string),
        archive: None,
        older: None,
        tombstones: Vec::new(),
        found_by: None,
        has_search: settings.has_search(),
    };
    Ok((publication, oldest))
}

fn birthday(identity: &Identity) -> DateTime<Utc> {
    let day = NaiveDate::parse_from_str(&identity.born, "%Y-%m-%d").unwrap_or_default();
    day.and_time(NaiveTime::MIN).and_utc()
}

impl Publication {
    /// The feed's own id: it stays whatever the server's address becomes (RFC 4151).
    pub fn id(&self) -> String {
        let Identity { authority, born } = &self.identity;
        match &self.found_by {
            Some(words) => format!("tag:{authority},{born}:search/{}", percent_encoded(words)),
            None => format!("tag:{authority},{born}:view/{}", percent_encoded(&self.name)),
        }
    }

    /// A story's id: it stays whichever entry tells the story.
    pub fn story_id(&self, story: &Story) -> String {
        self.id_of(story.atom_id.as_ref(), story.id)
    }

    /// The id that a story had which is gone.
    pub fn buried_id(&self, tombstone: &Tombstone) -> String {
        self.id_of(tombstone.atom_id.as_ref(), tombstone.id)
    }

    fn id_of(&self, atom_id: Option<&String>, id: StoryId) -> String {
        let Identity { authority, born } = &self.identity;
        atom_id.cloned().unwrap_or_else(|| match id {
            StoryId::Story(number) => format!("tag:{authority},{born}:{number}"),
            StoryId::Entry(number) => format!("tag:{authority},{born}:entry/{number}"),
        })
    }

    /// The same view with other stories.
    pub fn with_stories(&self, stories: Vec<Story>) -> Self {
        Self {
            name: self.name.clone(),
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            icon: self.icon.clone(),
            declared_language: self.declared_language.clone(),
            identity: self.identity.clone(),
            home: self.home.clone(),
            updated: self.updated,
            stories,
            names_outlets: self.names_outlets,
            hub: self.hub.clone(),
            archive: self.archive,
            older: self.older,
            tombstones: self.tombstones.clone(),
            found_by: self.found_by.clone(),
            has_search: self.has_search,
        }
    }

    /// The address of the view's Atom archive of a day.
    pub fn archive_url(&self, day: NaiveDate) -> String {
        document_url(&self.home, &format!("{}/archive/{day}", self.name), "atom")
    }

    /// The address of this view in the format of `extension`.
    pub fn url(&self, extension: &str) -> String {
        match &self.found_by {
            Some(words) => search_url(&self.home, words, extension),
            None => document_url(&self.home, &self.name, extension),
        }
    }

    /// The language that the config gives it, else the one that all its stories share.
    pub fn language(&self) -> Option<&str> {
        if let Some(declared) = &self.declared_language {
            return Some(declared);
        }
        let first = self.stories.first()?.language.as_deref()?;
        self.stories.iter().all(|story| story.language.as_deref() == Some(first)).then_some(first)
    }
}

/// The address of a view's document below the server's public address.
pub fn document_url(home: &Url, view: &str, extension: &str) -> String {
    format!("{home}feeds/{}.{extension}", percent_encoded(view))
}

/// The address of what a search finds.
fn search_url(home: &Url, words: &str, extension: &str) -> String {
    format!("{home}search.{extension}?q={}", percent_encoded(words))
}

/// A name as a path of a URL (RFC 3986 §3.3).
fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
