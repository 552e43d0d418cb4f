//! Which stored entry an item is, by the keys of its source.
//!
//! The rules stand in docs/dedup.md. Two items of one document are never the same entry.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::habits::Observed;
use super::known::{Document, Known, Likeness, Stored};
use super::{echo, instant};
use crate::normalise::text_of;
use crate::story::{Identified, Key, KeyKind, is_another_report};

/// Most keys that name one entry: a feed that makes up a new guid at each poll must not fill the disk.
const MAX_KEYS: u32 = 16;

/// How many of them leave room for a fingerprint: a text that changes all day must not keep out a new address.
const MAX_FINGERPRINTS: u32 = 12;

/// What one key says.
#[derive(Clone, Copy)]
enum Says {
    Nothing,
    /// It names several articles.
    Burnt,
    Kept,
    Entry(i64),
}

/// What each item of a document is, in its order, and what that tells of the source's keys. Guids and URLs speak first, for all of them; a
/// fingerprint only names an entry that they have left over.
pub(super) fn recognise(connection: &Connection, document: &Document, items: &[Identified]) -> rusqlite::Result<(Vec<Known>, Observed)> {
    let mut taken = HashSet::new();
    let mut observed = Observed::default();
    let mut known = Vec::with_capacity(items.len());
    for identified in items {
        known.push(by_keys(connection, identified, document, &mut taken, &mut observed)?);
    }
    let mut alike = Vec::new();
    for (identified, known) in items.iter().zip(&known) {
        if known.is_none() {
            alike.push((identified, likeness(connection, identified, document)?));
        }
    }
    let trusted = echo::Trusted::of(&alike, observed.by_keys, items.iter().filter(|item| item.has_better()).count(), document);
    observed.is_echo = trusted.is_echo();
    let mut alike = alike.into_iter();
    let resolve = |known: Option<Known>| {
        known.unwrap_or_else(|| {
            let (identified, likeness) = alike.next().expect("each item without known keys was asked for its text");
            by_text(identified, likeness, trusted, document, &mut taken, &mut observed)
        })
    };
    Ok((known.into_iter().map(resolve).collect(), observed))
}

/// What guid and URL say of an item; None when they say nothing. `taken` holds the entries that items of the document are.
fn by_keys(
    connection: &Connection,
    identified: &Identified,
    document: &Document,
    taken: &mut HashSet<i64>,
    observed: &mut Observed,
) -> rusqlite::Result<Option<Known>> {
    let by_guid = ask(connection, document.source, identified.guid)?;
    let by_url = ask(connection, document.source, identified.url)?;
    let entry = match (by_guid, by_url) {
        (Says::Entry(guid), Says::Entry(url)) if guid != url => {
            burn(connection, document.source, identified.guid, observed)?;
            url
        }
        (_, Says::Entry(entry)) => entry,
        (Says::Entry(entry), Says::Nothing) if is_reused(connection, identified, entry, document)? => {
            burn(connection, document.source, identified.guid, observed)?;
            return Ok(None);
        }
        (Says::Entry(entry), _) => entry,
        // A guid that was kept out comes with an address and a text that nobody has seen.
        (Says::Kept, Says::Nothing) if identified.url.is_some() && is_unseen(connection, identified, document)? => {
            burn(connection, document.source, identified.guid, observed)?;
            return Ok(None);
        }
        (Says::Kept, _) | (_, Says::Kept) => {
            observed.by_keys += 1;
            return Ok(Some(Known::Kept));
        }
        (Says::Nothing | Says::Burnt, Says::Nothing | Says::Burnt) => return Ok(None),
    };
    observed.by_keys += 1;
    // The entry may have been let go; its keys outlive it.
    let Some(mut stored) = load(connection, entry)? else { return Ok(Some(Known::Kept)) };
    if !taken.insert(stored.id) {
        return Ok(Some(Known::No));
    }
    stored.is_named = [(identified.guid, by_guid), (identified.url, by_url)]
        .into_iter()
        .all(|(key, says)| key.is_none() || matches!(says, Says::Entry(_) | Says::Burnt));
    observe_guid(identified, &stored, matches!(by_guid, Says::Nothing), observed);
    Ok(Some(Known::Entry(stored)))
}

/// Counts a known item with a guid, and whether that is a new one.
fn observe_guid(identified: &Identified, stored: &Stored, is_fresh: bool, observed: &mut Observed) {
    if identified.guid.is_some() {
        observed.with_guid += 1;
        observed.fresh_guids += usize::from(is_fresh && stored.has_guid);
    }
}

/// What the same title and text alone make of an item; they are trusted with reserve.
fn by_text(
    identified: &Identified,
    likeness: Likeness,
    trusted: echo::Trusted,
    document: &Document,
    taken: &mut HashSet<i64>,
    observed: &mut Observed,
) -> Known {
    match likeness {
        Likeness::None => Known::No,
        Likeness::Kept if identified.has_better() && trusted.is_echo() && document.habits.fresh_links > 0 => Known::KeptEcho,
        Likeness::Kept if !identified.has_better() || trusted.is_echo() || document.habits.fresh_links > 0 => Known::Kept,
        Likeness::Kept => Known::No,
        Likeness::Entry(mut stored) => {
            let is_trusted = identified.trusts_fingerprint(stored.keys > 1, instant(stored.first_seen), document.now);
            if !is_trusted && !trusted.trusts(identified, &stored, document) {
                return Known::No;
            }
            if !taken.insert(stored.id) {
                return Known::Double(stored);
            }
            observe_guid(identified, &stored, true, observed);
            stored.is_echo = identified.has_better();
            Known::Entry(stored)
        }
    }
}

/// What the source has had under an item's title and text.
fn likeness(connection: &Connection, identified: &Identified, document: &Document) -> rusqlite::Result<Likeness> {
    Ok(match ask(connection, document.source, Some(identified.fingerprint))? {
        Says::Nothing | Says::Burnt => Likeness::None,
        Says::Kept => Likeness::Kept,
        // Without its entry the key says no more than that it was there.
        Says::Entry(entry) => load(connection, entry)?.map_or(Likeness::Kept, Likeness::Entry),
    })
}

fn is_unseen(connection: &Connection, identified: &Identified, document: &Document) -> rusqlite::Result<bool> {
    Ok(matches!(ask(connection, document.source, Some(identified.fingerprint))?, Says::Nothing))
}

/// Whether a guid comes with another article than before: its old address stands on another item of the same document, or address and
/// text are both new. Of an entry that was let go its keys remember both.
fn is_reused(connection: &Connection, identified: &Identified, entry: i64, document: &Document) -> rusqlite::Result<bool> {
    if identified.url.is_none() {
        return Ok(false);
    }
    let Some(stored) = load(connection, entry)? else { return is_unseen(connection, identified, document) };
    let Some(article) = stored.article else { return Ok(false) };
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

const FIND: &str =
    "SELECT id, updated, text_hash, hash, keys, first_seen, article, published, links, guid IS NOT NULL FROM entry WHERE id = ?1";

fn load(connection: &Connection, id: i64) -> rusqlite::Result<Option<Stored>> {
    let columns = |row: &Row<'_>| {
        Ok(Stored {
            id: row.get(0)?,
            updated: row.get(1)?,
            text_hash: row.get(2)?,
            hash: row.get(3)?,
            keys: row.get(4)?,
            first_seen: row.get(5)?,
            article: row.get(6)?,
            published: row.get(7)?,
            links: row.get(8)?,
            has_guid: row.get(9)?,
            is_named: false,
            is_echo: false,
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

/// Remembers the keys of an item that is not to enter; one that already says something goes on saying it.
pub(super) fn remember(connection: &Connection, source: i64, identified: &Identified) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(REMEMBER)?;
    for key in identified.keys() {
        statement.execute((source, key.0, None::<i64>))?;
    }
    Ok(())
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
    let mut statement = connection.prepare_cached(REMEMBER)?;
    let mut added = 0_u32;
    for key in identified.keys().filter(|key| stored.keys < MAX_FINGERPRINTS || *key != identified.fingerprint) {
        if statement.execute((source, key.0, Some(stored.id)))? > 0 {
            added += 1;
        }
    }
    if added > 0 {
        connection.prepare_cached("UPDATE entry SET keys = keys + ?2 WHERE id = ?1")?.execute((stored.id, added))?;
    }
    Ok(())
}

const STRONG: &str = "SELECT guid, article FROM entry WHERE id = ?1";
const FORGET: &str = "DELETE FROM entry_key WHERE source = ?1 AND key = ?2 AND entry = ?3";
const FORGOTTEN: &str = "UPDATE entry SET keys = keys - ?2 WHERE id = ?1";

/// Forgets the guid and the address of an entry whose source makes both up at each poll: nobody will ask for them again. To be called
/// before the entry takes those of its item.
pub(super) fn forget_made_up(connection: &Connection, source: i64, stored: &mut Stored) -> rusqlite::Result<()> {
    let columns = |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<i64>>(1)?));
    let (guid, article) = connection.prepare_cached(STRONG)?.query_row([stored.id], columns)?;
    let guid = guid.map(|guid| Key::new(KeyKind::Guid, guid.as_bytes()).0);
    let mut forgotten = 0;
    for key in [guid, article].into_iter().flatten() {
        forgotten += connection.prepare_cached(FORGET)?.execute((source, key, stored.id))?;
    }
    let forgotten = u32::try_from(forgotten).expect("an entry has one guid and one address at a time");
    stored.keys = stored.keys.saturating_sub(forgotten);
    connection.prepare_cached(FORGOTTEN)?.execute((stored.id, forgotten)).map(drop)
}

const READDRESS: &str = "UPDATE entry SET url = ?2, article = ?3 WHERE id = ?1";

/// Gives an entry whose item is otherwise unchanged the address by which that is known now.
pub(super) fn readdress(connection: &Connection, identified: &Identified, stored: &Stored) -> rusqlite::Result<()> {
    let article = identified.url.map(|key| key.0);
    if article.is_none() || article == stored.article {
        return Ok(());
    }
    let url = identified.entry.url.as_ref().map(|url| url.as_str());
    connection.prepare_cached(READDRESS)?.execute((stored.id, url, article)).map(drop)
}

const BURN: &str = "INSERT INTO entry_key (source, key, is_burnt) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET is_burnt = 1";

/// From now on the guid tells nothing in this source.
fn burn(connection: &Connection, source: i64, guid: Option<Key>, observed: &mut Observed) -> rusqlite::Result<()> {
    if let Some(guid) = guid {
        observed.has_burnt = true;
        connection.prepare_cached(BURN)?.execute((source, guid.0))?;
    }
    Ok(())
}
