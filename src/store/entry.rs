//! Entries: which are new, which have changed, and what becomes of them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::details::Details;
use super::{seconds, story};
use crate::normalise::{Entry, can_be_id};
use crate::story::{Identified, Key};

/// Where and when entries arrive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub source: i64,
    pub now: DateTime<Utc>,
    /// The source's first good poll: entries take their place by their own date, and only the newest enter.
    pub is_first: bool,
    /// How many enter then.
    pub initial: usize,
    /// Whether an entry may join another source's story.
    pub dedup: bool,
}

/// What a commit did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    pub items_new: usize,
    pub items_changed: usize,
    pub items_unchanged: usize,
}

impl Committed {
    /// Whether any published document may have changed.
    pub fn touches_stories(&self) -> bool {
        self.items_new + self.items_changed > 0
    }
}

/// Stores the entries of one document, given in its order.
pub(super) fn store(connection: &Connection, entries: Vec<Identified>, arrival: Arrival) -> rusqlite::Result<Committed> {
    let mut committed = Committed::default();
    let mut newcomers = Vec::new();
    for identified in entries {
        match find(connection, arrival.source, &identified.keys)? {
            Known::No => newcomers.push(identified),
            Known::Kept => committed.items_unchanged += 1,
            Known::Entry(stored) => {
                if stored.hash == identified.entry.hash {
                    committed.items_unchanged += 1;
                } else {
                    revise(connection, &stored, &identified.entry, arrival)?;
                    committed.items_changed += 1;
                }
                if stored.misses_keys {
                    remember(connection, arrival.source, &identified.keys, Some(stored.id))?;
                }
            }
        }
    }
    // The oldest first, so that the newest has the highest id and leads among equals.
    newcomers.reverse();
    newcomers.sort_by_key(|identified| identified.entry.published.unwrap_or(arrival.now));
    let left_out = if arrival.is_first { newcomers.len().saturating_sub(arrival.initial) } else { 0 };
    for identified in newcomers.drain(..left_out) {
        remember(connection, arrival.source, &identified.keys, None)?;
    }
    for (id, identified) in (next_id(connection)?..).zip(&newcomers) {
        insert(connection, id, identified, arrival)?;
    }
    committed.items_new = newcomers.len();
    Ok(committed)
}

/// What the source's keys say of an item.
enum Known {
    No,
    /// Seen before, and not to enter.
    Kept,
    Entry(Stored),
}

/// What is compared with an item that was seen before.
struct Stored {
    id: i64,
    story: i64,
    updated: i64,
    text_hash: [u8; 16],
    hash: [u8; 16],
    /// The item has a key by which the entry is not yet known.
    misses_keys: bool,
}

const FIND_KEY: &str = "SELECT entry FROM entry_key WHERE source = ?1 AND key = ?2";
const FIND: &str = "SELECT id, story, updated, text_hash, hash FROM entry WHERE id = ?1";

/// The most trusted key that is known decides.
fn find(connection: &Connection, source: i64, keys: &[Key]) -> rusqlite::Result<Known> {
    let mut statement = connection.prepare_cached(FIND_KEY)?;
    let mut found = None;
    let mut misses_keys = false;
    for key in keys {
        match statement.query_row((source, key.0), |row| row.get::<_, Option<i64>>(0)).optional()? {
            Some(entry) if found.is_none() => found = Some(entry),
            Some(_) => {}
            None => misses_keys = true,
        }
    }
    let Some(entry) = found else { return Ok(Known::No) };
    let Some(entry) = entry else { return Ok(Known::Kept) };
    let columns = |row: &Row<'_>| {
        Ok(Stored { id: row.get(0)?, story: row.get(1)?, updated: row.get(2)?, text_hash: row.get(3)?, hash: row.get(4)?, misses_keys })
    };
    let stored = connection.prepare_cached(FIND)?.query_row([entry], columns).optional()?;
    // The entry itself may have been let go; its keys outlive it.
    Ok(stored.map_or(Known::Kept, Known::Entry))
}

const REMEMBER: &str = "INSERT INTO entry_key (source, key, entry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

fn remember(connection: &Connection, source: i64, keys: &[Key], entry: Option<i64>) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(REMEMBER)?;
    for key in keys {
        statement.execute((source, key.0, entry))?;
    }
    Ok(())
}

fn next_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM entry")?.query_row([], |row| row.get(0))
}

const INSERT: &str = "INSERT INTO entry (id, source, story, guid, link, url, article, title, language, published, updated, first_seen, \
                      entered, text_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const INSERT_TEXT: &str = "INSERT INTO entry_text (entry, summary, content, details) VALUES (?1, ?2, ?3, ?4)";

fn insert(connection: &Connection, id: i64, identified: &Identified, arrival: Arrival) -> rusqlite::Result<()> {
    let entry = &identified.entry;
    let first_seen = seconds(arrival.now);
    let published = entry.published.map_or(first_seen, seconds);
    let updated = entry.updated.map_or(published, seconds).max(published);
    let article = identified.article.map(|key| key.0);

    let joined = match article.filter(|_| arrival.dedup) {
        Some(article) => story::of_article(connection, article)?,
        None => None,
    };
    let (story, entered) = match joined {
        Some(joined) => joined,
        None => {
            let entered = if arrival.is_first { published } else { first_seen };
            let atom_id = entry.guid.as_deref().filter(|guid| can_be_id(guid));
            (story::found(connection, id, atom_id, entered, updated)?, entered)
        }
    };
    connection.prepare_cached(INSERT)?.execute(rusqlite::params![
        id,
        arrival.source,
        story,
        entry.guid,
        entry.link.as_ref().map(url::Url::as_str),
        entry.url.as_ref().map(|url| url.as_str()),
        article,
        entry.title,
        entry.language.as_ref().map(|language| language.as_str()),
        published,
        updated,
        first_seen,
        entered,
        entry.text_hash,
        entry.hash,
    ])?;
    connection.prepare_cached(INSERT_TEXT)?.execute((id, &entry.summary, &entry.content, Details::json(entry)))?;
    remember(connection, arrival.source, &identified.keys, Some(id))
}

const REVISE: &str = "UPDATE entry SET guid = ?2, link = ?3, url = ?4, title = ?5, language = ?6, updated = ?7, text_hash = ?8, hash = ?9, \
                      revision = revision + 1 WHERE id = ?1";
const REVISE_TEXT: &str = "INSERT INTO entry_text (entry, summary, content, details) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (entry) \
                           DO UPDATE SET summary = excluded.summary, content = excluded.content, details = excluded.details";

/// The entry takes what the item says now. `updated` moves only when title or text changed (RFC 4287 §4.2.15).
fn revise(connection: &Connection, stored: &Stored, entry: &Entry, arrival: Arrival) -> rusqlite::Result<()> {
    let updated = if stored.text_hash == entry.text_hash {
        stored.updated
    } else {
        let said = entry.updated.map(seconds).filter(|said| *said > stored.updated);
        said.unwrap_or_else(|| seconds(arrival.now)).max(stored.updated)
    };
    connection.prepare_cached(REVISE)?.execute(rusqlite::params![
        stored.id,
        entry.guid,
        entry.link.as_ref().map(url::Url::as_str),
        entry.url.as_ref().map(|url| url.as_str()),
        entry.title,
        entry.language.as_ref().map(|language| language.as_str()),
        updated,
        entry.text_hash,
        entry.hash,
    ])?;
    connection.prepare_cached(REVISE_TEXT)?.execute((stored.id, &entry.summary, &entry.content, Details::json(entry)))?;
    story::touch(connection, stored.story, stored.id, updated)
}
