//! Which stored entry an item is, by the keys of its source.
//!
//! The rules stand in docs/dedup.md. Two items of one document are never the same entry.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::instant;
use crate::normalise::text_of;
use crate::story::{Identified, Key, is_another_report};

/// Most keys that name one entry: a feed that makes up a new guid at each poll must not fill the disk.
const MAX_KEYS: u32 = 16;

/// The document that an item stands in.
pub(super) struct Document {
    pub source: i64,
    pub now: DateTime<Utc>,
    /// Of all its items.
    pub urls: HashSet<Key>,
}

/// What the source's keys say of an item.
pub(super) enum Known {
    No,
    /// Seen before, and not to enter.
    Kept,
    /// Another item of the document is the entry that has its text.
    Double,
    Entry(Stored),
}

/// What is compared with an item that was seen before.
pub(super) struct Stored {
    pub id: i64,
    pub story: i64,
    pub updated: i64,
    pub text_hash: [u8; 16],
    pub hash: [u8; 16],
    /// How many keys name it.
    pub keys: u32,
    first_seen: i64,
    article: Option<i64>,
}

/// What one key says.
enum Says {
    Nothing,
    /// It names several articles.
    Burnt,
    Kept,
    Entry(i64),
}

/// What each item of a document is, in its order. Guids and URLs speak first, for all of them; a fingerprint only names an entry that
/// they have left over.
pub(super) fn recognise(connection: &Connection, document: &Document, items: &[Identified]) -> rusqlite::Result<Vec<Known>> {
    let mut taken = HashSet::new();
    let mut known = Vec::with_capacity(items.len());
    for identified in items {
        known.push(by_keys(connection, identified, document, &mut taken)?);
    }
    let resolve = |(identified, known): (&Identified, Option<Known>)| match known {
        Some(known) => Ok(known),
        None => by_fingerprint(connection, identified, document, &mut taken),
    };
    items.iter().zip(known).map(resolve).collect()
}

/// What guid and URL say of an item; None when they say nothing. `taken` holds the entries that items of the document are.
fn by_keys(
    connection: &Connection,
    identified: &Identified,
    document: &Document,
    taken: &mut HashSet<i64>,
) -> rusqlite::Result<Option<Known>> {
    let by_guid = ask(connection, document.source, identified.guid)?;
    let by_url = ask(connection, document.source, identified.url)?;
    let entry = match (by_guid, by_url) {
        (Says::Entry(guid), Says::Entry(url)) if guid != url => {
            burn(connection, document.source, identified.guid)?;
            url
        }
        (_, Says::Entry(entry)) => entry,
        (Says::Entry(entry), Says::Nothing) if is_reused(connection, identified, entry, document)? => {
            burn(connection, document.source, identified.guid)?;
            return Ok(None);
        }
        (Says::Entry(entry), _) => entry,
        // A guid that was kept out comes with an address and a text that nobody has seen.
        (Says::Kept, Says::Nothing) if identified.url.is_some() && is_unseen(connection, identified, document)? => {
            burn(connection, document.source, identified.guid)?;
            return Ok(None);
        }
        (Says::Kept, _) | (_, Says::Kept) => return Ok(Some(Known::Kept)),
        (Says::Nothing | Says::Burnt, Says::Nothing | Says::Burnt) => return Ok(None),
    };
    // The entry may have been let go; its keys outlive it.
    let Some(stored) = load(connection, entry)? else { return Ok(Some(Known::Kept)) };
    Ok(Some(if taken.insert(stored.id) { Known::Entry(stored) } else { Known::No }))
}

fn is_unseen(connection: &Connection, identified: &Identified, document: &Document) -> rusqlite::Result<bool> {
    Ok(matches!(ask(connection, document.source, Some(identified.fingerprint))?, Says::Nothing))
}

/// What the same title and text alone say, which is trusted with reserve.
fn by_fingerprint(
    connection: &Connection,
    identified: &Identified,
    document: &Document,
    taken: &mut HashSet<i64>,
) -> rusqlite::Result<Known> {
    match ask(connection, document.source, Some(identified.fingerprint))? {
        Says::Nothing | Says::Burnt => Ok(Known::No),
        Says::Kept if identified.guid.is_none() && identified.url.is_none() => Ok(Known::Kept),
        Says::Kept => Ok(Known::No),
        Says::Entry(entry) => {
            let stored = load(connection, entry)?;
            let trusted = stored.filter(|stored| identified.trusts_fingerprint(stored.keys > 1, instant(stored.first_seen), document.now));
            Ok(match trusted {
                None => Known::No,
                Some(stored) if taken.insert(stored.id) => Known::Entry(stored),
                Some(_) => Known::Double,
            })
        }
    }
}

/// Whether a guid comes with another article than before: its old address stands on another item of the same document, or address and
/// text are both new.
fn is_reused(connection: &Connection, identified: &Identified, entry: i64, document: &Document) -> rusqlite::Result<bool> {
    if identified.url.is_none() {
        return Ok(false);
    }
    let Some(article) = load(connection, entry)?.and_then(|stored| stored.article) else { return Ok(false) };
    if document.urls.contains(&Key(article)) {
        return Ok(true);
    }
    let item = &identified.entry;
    let now = format!("{} {}", item.title, item.text);
    Ok(is_another_report(&told(connection, entry)?, &now))
}

const FIND_KEY: &str = "SELECT entry, is_burnt FROM entry_key WHERE source = ?1 AND key = ?2";

fn ask(connection: &Connection, source: i64, key: Option<Key>) -> rusqlite::Result<Says> {
    let Some(key) = key else { return Ok(Says::Nothing) };
    let columns = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, bool>(1)?));
    let found = connection.prepare_cached(FIND_KEY)?.query_row((source, key.0), columns).optional()?;
    Ok(match found {
        None => Says::Nothing,
        Some((_, true)) => Says::Burnt,
        Some((None, false)) => Says::Kept,
        Some((Some(entry), false)) => Says::Entry(entry),
    })
}

/// Whether a source has ever had an item under one of these keys.
pub(super) fn knows_any(connection: &Connection, source: i64, keys: &[Key]) -> rusqlite::Result<bool> {
    for key in keys {
        if !matches!(ask(connection, source, Some(*key))?, Says::Nothing) {
            return Ok(true);
        }
    }
    Ok(false)
}

const FIND: &str = "SELECT id, story, updated, text_hash, hash, keys, first_seen, article FROM entry WHERE id = ?1";

fn load(connection: &Connection, id: i64) -> rusqlite::Result<Option<Stored>> {
    let columns = |row: &Row<'_>| {
        Ok(Stored {
            id: row.get(0)?,
            story: row.get(1)?,
            updated: row.get(2)?,
            text_hash: row.get(3)?,
            hash: row.get(4)?,
            keys: row.get(5)?,
            first_seen: row.get(6)?,
            article: row.get(7)?,
        })
    };
    connection.prepare_cached(FIND)?.query_row([id], columns).optional()
}

const TOLD: &str =
    "SELECT entry.title, entry_text.content FROM entry LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE entry.id = ?1";

/// Title and text of a stored entry.
fn told(connection: &Connection, entry: i64) -> rusqlite::Result<String> {
    let columns = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
    let (title, content) = connection.prepare_cached(TOLD)?.query_row([entry], columns)?;
    Ok(format!("{title} {}", text_of(content.as_deref().unwrap_or_default())))
}

const REMEMBER: &str = "INSERT INTO entry_key (source, key, entry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

/// Remembers an item's keys; one that already says something goes on saying it.
pub(super) fn remember(connection: &Connection, source: i64, identified: &Identified, entry: Option<i64>) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(REMEMBER)?;
    let mut added = 0;
    for key in identified.keys() {
        added += statement.execute((source, key.0, entry))?;
    }
    Ok(u32::try_from(added).expect("an item has three keys"))
}

const NAME: &str = "INSERT INTO entry_key (source, key, entry) VALUES (?1, ?2, ?3) \
                    ON CONFLICT DO UPDATE SET entry = excluded.entry WHERE is_burnt = 0";

/// Gives a new entry its keys; from now on they name it and no other. Gives their number.
pub(super) fn name(connection: &Connection, source: i64, identified: &Identified, entry: i64) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(NAME)?;
    let mut keys = 0;
    for key in identified.keys() {
        keys += statement.execute((source, key.0, entry))?;
    }
    Ok(u32::try_from(keys).expect("an item has three keys"))
}

/// Gives a known entry the keys under which its item came this time, while it has room for them.
pub(super) fn add_keys(connection: &Connection, source: i64, identified: &Identified, stored: &Stored) -> rusqlite::Result<()> {
    if stored.keys >= MAX_KEYS {
        return Ok(());
    }
    let added = remember(connection, source, identified, Some(stored.id))?;
    if added > 0 {
        connection.prepare_cached("UPDATE entry SET keys = keys + ?2 WHERE id = ?1")?.execute((stored.id, added))?;
    }
    Ok(())
}

const BURN: &str = "INSERT INTO entry_key (source, key, is_burnt) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET is_burnt = 1";

/// From now on the guid tells nothing in this source.
fn burn(connection: &Connection, source: i64, guid: Option<Key>) -> rusqlite::Result<()> {
    if let Some(guid) = guid {
        connection.prepare_cached(BURN)?.execute((source, guid.0))?;
    }
    Ok(())
}
