//! What a migration cannot do in SQL alone: the entries of an older file get what is reckoned from their links and texts.

use rusqlite::{Connection, Row};
use url::Url;

use crate::config::ParameterName;
use crate::normalise::{CanonicalUrl, text_of};
use crate::story::{Key, KeyKind};

/// Entries looked at together, so that a large file fills no memory.
const BATCH: u32 = 50;

/// After how many entries the log tells how far it is.
const TOLD_EVERY: i64 = 100_000;

const ENTRIES: &str = "SELECT entry.id, entry.source, entry.link, entry.article IS NOT NULL, \
                       coalesce(entry_text.article, entry_text.content, entry_text.summary) \
                       FROM entry LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE entry.id > ?1 ORDER BY entry.id LIMIT ?2";

/// An entry as the older file has it.
struct Old {
    id: i64,
    source: i64,
    link: Option<String>,
    /// Its address tells one article apart.
    has_article: bool,
    text: Option<String>,
}

/// Gives each entry the canonical form of its link as it is reckoned now, with a key, beside the old one, and the length of its text.
pub(super) fn reckon_entries(connection: &Connection, tracking: &[ParameterName]) -> rusqlite::Result<()> {
    let (mut last, mut done, mut told) = (0, 0, 0);
    loop {
        let entries = batch(connection, last)?;
        let Some(newest) = entries.last() else { break };
        last = newest.id;
        done += i64::try_from(entries.len()).expect("a batch is small");
        for entry in &entries {
            reckon(connection, entry, tracking)?;
        }
        if done - told >= TOLD_EVERY {
            told = done;
            tracing::info!(entries = done, "the database is being brought up to date");
        }
    }
    Ok(())
}

fn batch(connection: &Connection, after: i64) -> rusqlite::Result<Vec<Old>> {
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let rows = statement.query_map((after, BATCH), |row| {
        Ok(Old { id: row.get(0)?, source: row.get(1)?, link: row.get(2)?, has_article: row.get(3)?, text: row.get(4)? })
    })?;
    rows.collect()
}

const LENGTH: &str = "UPDATE entry SET text_length = ?2 WHERE id = ?1";
const ADDRESS: &str = "UPDATE entry SET url = ?2, article = ?3 WHERE id = ?1";
const ADD_KEY: &str = "INSERT INTO entry_key (source, key, entry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const COUNT_KEY: &str = "UPDATE entry SET keys = keys + 1 WHERE id = ?1";

fn reckon(connection: &Connection, entry: &Old, tracking: &[ParameterName]) -> rusqlite::Result<()> {
    if let Some(text) = &entry.text {
        let length = i64::try_from(text_of(text).chars().count()).unwrap_or(i64::MAX);
        connection.prepare_cached(LENGTH)?.execute((entry.id, length))?;
    }
    readdress(connection, entry, tracking)
}

const LINKS: &str = "SELECT id, source, link, article IS NOT NULL FROM entry WHERE source = ?1";

/// Gives the entries of one source the canonical form of their links as it is reckoned under new `tracking`.
pub(super) fn reckon_source(connection: &Connection, source: i64, tracking: &[ParameterName]) -> rusqlite::Result<()> {
    let columns = |row: &Row<'_>| Ok(Old { id: row.get(0)?, source: row.get(1)?, link: row.get(2)?, has_article: row.get(3)?, text: None });
    let entries: Vec<Old> = connection.prepare_cached(LINKS)?.query_map([source], columns)?.collect::<Result<_, _>>()?;
    entries.iter().try_for_each(|entry| readdress(connection, entry, tracking))
}

fn readdress(connection: &Connection, entry: &Old, tracking: &[ParameterName]) -> rusqlite::Result<()> {
    let Some(link) = entry.link.as_deref().and_then(|link| Url::parse(link).ok()) else { return Ok(()) };
    let url = CanonicalUrl::without(&link, tracking);
    // An address that told no article apart tells none now.
    let key = (entry.has_article && !url.is_front_page()).then(|| Key::new(KeyKind::Url, url.as_str().as_bytes()));
    connection.prepare_cached(ADDRESS)?.execute((entry.id, url.as_str(), key.map(|key| key.0)))?;
    if let Some(key) = key
        && connection.prepare_cached(ADD_KEY)?.execute((entry.source, key.0, entry.id))? > 0
    {
        connection.prepare_cached(COUNT_KEY)?.execute([entry.id])?;
    }
    Ok(())
}
