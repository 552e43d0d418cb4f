//! Which entries a person means: by a link, a guid, a story's id, or a part of a title.
//!
//! Only the title, and what no key names, is looked for in the whole table. All of it for verbs that a person types; no poll comes here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use url::Url;

use super::{instant, story};
use crate::config::ParameterName;
use crate::normalise::CanonicalUrl;
use crate::story::{Key, KeyKind};

/// Most entries that are found; the newest.
const MOST: usize = 10;

/// As many, and one that tells that there are more.
const LIMIT: u32 = 11;

/// What a person wrote to name an entry.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// A link, a guid, a story's id, or a part of a title.
    pub item: &'a str,
    /// Only entries of this source.
    pub source: Option<&'a str>,
    /// What the admin calls tracking in the queries of links.
    pub tracking: &'a [ParameterName],
}

impl Sought<'_> {
    /// Whether what a source has may be meant.
    pub(super) fn admits(&self, source: &str) -> bool {
        self.source.is_none_or(|wanted| wanted == source)
    }
}

/// The entries that are meant, perhaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub by: NamedBy,
    /// The newest first.
    pub entries: Vec<FoundEntry>,
    /// There are older ones too.
    pub has_more: bool,
}

/// What named an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    Link,
    Guid,
    /// The entries are all that its story has.
    Story,
    Title,
}

/// As much of an entry as tells it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEntry {
    pub id: i64,
    pub story: i64,
    pub is_lead: bool,
    pub source: String,
    pub title: String,
    /// Made absolute.
    pub link: Option<String>,
    pub published: DateTime<Utc>,
}

/// The entries that are named, by the first of [`NamedBy`] that names any; None when nothing does.
pub(super) fn find(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<Option<Found>> {
    if let Some(found) = by_key(connection, sought)? {
        return Ok(Some(found));
    }
    let by_story = by_story(connection, sought.item)?;
    if let Some(found) = found(connection, NamedBy::Story, by_story, sought)? {
        return Ok(Some(found));
    }
    // Titles have spaces, links and guids have none.
    if !sought.item.contains(char::is_whitespace) {
        let unkeyed = unkeyed(connection, sought)?;
        if let Some(found) = found(connection, NamedBy::Link, unkeyed, sought)? {
            return Ok(Some(found));
        }
    }
    // A title that looks like an address was made of the link, which has been looked for.
    let by_title = if is_web(sought.item) { BTreeSet::new() } else { by_title(connection, sought)? };
    found(connection, NamedBy::Title, by_title, sought)
}

/// Those whose keys name the entry: what it has as a link as it was written before what has the same canonical URL, then guids.
fn by_key(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<Option<Found>> {
    let item = sought.item;
    let mut by_link = BTreeSet::new();
    for key in keys_of_link(sought) {
        by_link.extend(named(connection, key)?);
    }
    let mut as_written = written(connection, item)?;
    for entry in &by_link {
        if link_of(connection, *entry)?.as_deref() == Some(item) {
            as_written.insert(*entry);
        }
    }
    for entries in [as_written, by_link] {
        if let Some(found) = found(connection, NamedBy::Link, entries, sought)? {
            return Ok(Some(found));
        }
    }
    let mut by_guid: BTreeSet<i64> = named(connection, key_of_guid(item))?.into_iter().collect();
    if item.parse::<i64>().is_ok() && !by_guid.is_empty() {
        // Some newsrooms count their articles as we count stories: then both are meant.
        by_guid.extend(by_story(connection, item)?);
    }
    found(connection, NamedBy::Guid, by_guid, sought)
}

/// The keys that a link may have.
pub(super) fn keys_of_link(sought: Sought<'_>) -> BTreeSet<Key> {
    let Ok(url) = Url::parse(sought.item) else { return BTreeSet::new() };
    let forms = [CanonicalUrl::without(&url, sought.tracking), CanonicalUrl::of(&url)];
    forms.iter().map(|form| Key::new(KeyKind::Url, form.as_str().as_bytes())).collect()
}

pub(super) fn key_of_guid(guid: &str) -> Key {
    Key::new(KeyKind::Guid, guid.trim().as_bytes())
}

fn is_web(item: &str) -> bool {
    Url::parse(item).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

const NAMED: &str = "SELECT entry_key.entry FROM source CROSS JOIN entry_key ON entry_key.source = source.id AND entry_key.key = ?1 \
                     WHERE entry_key.is_burnt = 0 AND entry_key.entry IS NOT NULL";

/// The entries that a key names, whatever the source.
fn named(connection: &Connection, key: Key) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(NAMED)?.query_map([key.0], |row| row.get(0))?.collect()
}

const WRITTEN: &str = "SELECT entry FROM entry_link WHERE link = ?1 ORDER BY entry DESC LIMIT ?2";

/// The entries with a link that is not as it was written, and was written like this.
fn written(connection: &Connection, item: &str) -> rusqlite::Result<BTreeSet<i64>> {
    connection.prepare_cached(WRITTEN)?.query_map((item, LIMIT), |row| row.get(0))?.collect()
}

const LINK_OF: &str = "SELECT link FROM entry WHERE id = ?1";

fn link_of(connection: &Connection, entry: i64) -> rusqlite::Result<Option<String>> {
    Ok(connection.prepare_cached(LINK_OF)?.query_row([entry], |row| row.get(0)).optional()?.flatten())
}

const STORY: &str = "SELECT coalesce(merged, id) FROM story WHERE id = ?1";
const STORY_OF_ID: &str = "SELECT coalesce(merged, id) FROM story WHERE atom_id = ?1";
const ENTRIES: &str = "SELECT id FROM entry WHERE story = ?1 ORDER BY id DESC LIMIT ?2";
const LEAD: &str = "SELECT lead FROM story WHERE id = ?1";

/// The entries of the story of that id, the lead among them.
fn by_story(connection: &Connection, item: &str) -> rusqlite::Result<BTreeSet<i64>> {
    let item = item.trim();
    let story::Identity { authority, born } = story::identity(connection)?;
    let number = item.strip_prefix(&format!("tag:{authority},{born}:")).unwrap_or(item);
    let story: Option<i64> = match number.parse::<i64>() {
        Ok(number) => connection.prepare_cached(STORY)?.query_row([number], |row| row.get(0)).optional()?,
        Err(_) => connection.prepare_cached(STORY_OF_ID)?.query_row([item], |row| row.get(0)).optional()?,
    };
    let Some(story) = story else { return Ok(BTreeSet::new()) };
    let mut entries: BTreeSet<i64> =
        connection.prepare_cached(ENTRIES)?.query_map((story, LIMIT), |row| row.get(0))?.collect::<Result<_, _>>()?;
    entries.insert(connection.prepare_cached(LEAD)?.query_row([story], |row| row.get(0))?);
    Ok(entries)
}

const UNKEYED: &str = "SELECT id FROM entry WHERE link = ?1 OR url IN (?2, ?3) OR guid = ?1 ORDER BY id DESC LIMIT ?4";

/// The entries with that link or guid although it is no key: it tells nothing apart in its source.
fn unkeyed(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<BTreeSet<i64>> {
    let url = Url::parse(sought.item).ok();
    let form = |tracking: &[ParameterName]| url.as_ref().map(|url| CanonicalUrl::without(url, tracking).as_str().to_owned());
    let parameters = (sought.item, form(sought.tracking), form(&[]), LIMIT);
    connection.prepare_cached(UNKEYED)?.query_map(parameters, |row| row.get(0))?.collect()
}

const TITLES: &str = "SELECT entry.id, entry.title, source.name FROM entry JOIN source ON source.id = entry.source ORDER BY entry.id DESC";

/// The newest entries that have the words in their title.
fn by_title(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<BTreeSet<i64>> {
    let part = folded(sought.item);
    let mut entries = BTreeSet::new();
    if part.is_empty() {
        return Ok(entries);
    }
    let mut statement = connection.prepare_cached(TITLES)?;
    let mut rows = statement.query([])?;
    while entries.len() <= MOST
        && let Some(row) = rows.next()?
    {
        if sought.admits(row.get_ref(2)?.as_str()?) && folded(row.get_ref(1)?.as_str()?).contains(&part) {
            entries.insert(row.get(0)?);
        }
    }
    Ok(entries)
}

/// A text as people compare titles: in lower case, `ё` as `е`, no quotation marks, every dash and every space the same.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ё' => folded.push('е'),
            // Letters that are written as two characters.
            '\u{308}' if folded.ends_with('е') => {}
            '\u{306}' if folded.ends_with('и') => {
                folded.pop();
                folded.push('й');
            }
            '\u{22}' | '\'' | '«' | '»' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}' | '\u{2bc}' => {}
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '…' => folded.push_str("..."),
            letter if letter.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            letter => folded.push(letter),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

const FOUND: &str = "SELECT entry.id, entry.story, story.lead = entry.id, source.name, entry.title, entry.link, entry.published FROM entry \
                     JOIN story ON story.id = entry.story JOIN source ON source.id = entry.source WHERE entry.id = ?1";

/// The newest of the entries that are still there and of the source that is wanted; None when there is none.
fn found(connection: &Connection, by: NamedBy, entries: BTreeSet<i64>, sought: Sought<'_>) -> rusqlite::Result<Option<Found>> {
    let mut kept = Vec::new();
    let mut has_more = false;
    for entry in entries.into_iter().rev() {
        let entry = connection.prepare_cached(FOUND)?.query_row([entry], FoundEntry::read).optional()?;
        let Some(entry) = entry.filter(|entry| sought.admits(&entry.source)) else { continue };
        // A story is told by its lead, however old that is.
        has_more |= kept.len() >= MOST;
        if kept.len() < MOST || (by == NamedBy::Story && entry.is_lead) {
            kept.push(entry);
        }
    }
    Ok((!kept.is_empty()).then_some(Found { by, entries: kept, has_more }))
}

impl FoundEntry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            story: row.get(1)?,
            is_lead: row.get(2)?,
            source: row.get(3)?,
            title: row.get(4)?,
            link: row.get(5)?,
            published: instant(row.get(6)?),
        })
    }

    /// The entry of that id.
    pub(super) fn load(connection: &Connection, entry: i64) -> rusqlite::Result<Option<Self>> {
        connection.prepare_cached(FOUND)?.query_row([entry], Self::read).optional()
    }
}
