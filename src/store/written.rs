//! Links of entries, letter for letter as their source wrote them.
//!
//! Nearly every entry only ever comes under one link, written as the one that is shown: it has no rows here, and costs no statement.

use rusqlite::{Connection, OptionalExtension};

use super::known::Stored;
use crate::story::{Identified, MAX_LINKS};

/// Keeps the links of an entry that has just been stored, if the one that is shown does not tell them all.
pub(super) fn keep(connection: &Connection, entry: i64, identified: &Identified) -> rusqlite::Result<()> {
    if is_plain(identified) { Ok(()) } else { add(connection, entry, identified.links()) }
}

/// Keeps the links under which an item of a known entry came. To be called before the entry takes the item's link; `is_shown`: it is
/// the one that the entry has.
pub(super) fn follow(connection: &Connection, stored: &Stored, identified: &Identified, is_shown: bool) -> rusqlite::Result<()> {
    if stored.links > 0 {
        return if stored.links as usize >= MAX_LINKS { Ok(()) } else { add(connection, stored.id, identified.links()) };
    }
    if is_shown && is_plain(identified) {
        return Ok(());
    }
    let shown = shown(connection, stored.id)?;
    let has_changed = shown.is_some() && shown.as_deref() != identified.entry.link.as_ref().map(url::Url::as_str);
    if !has_changed && is_plain(identified) {
        return Ok(());
    }
    add(connection, stored.id, shown.as_deref().into_iter().chain(identified.links()))
}

/// Whether the link that is shown tells it all.
fn is_plain(identified: &Identified) -> bool {
    identified.entry.written.is_none() && identified.other_links.is_empty()
}

const SHOWN: &str = "SELECT link FROM entry WHERE id = ?1";

fn shown(connection: &Connection, entry: i64) -> rusqlite::Result<Option<String>> {
    Ok(connection.prepare_cached(SHOWN)?.query_row([entry], |row| row.get(0)).optional()?.flatten())
}

const ADD: &str = "INSERT INTO entry_link (entry, link) SELECT ?1, ?2 WHERE (SELECT count(*) FROM entry_link WHERE entry = ?1) < ?3 \
                   ON CONFLICT DO NOTHING";
const COUNT: &str = "UPDATE entry SET links = (SELECT count(*) FROM entry_link WHERE entry = ?1) WHERE id = ?1";

/// Adds links to those of an entry, while it has room for them.
fn add<'a>(connection: &Connection, entry: i64, links: impl Iterator<Item = &'a str>) -> rusqlite::Result<()> {
    // Other items of the same document may have added some: the rows decide, not what was known before it.
    let mut added = 0;
    for link in links.take(MAX_LINKS) {
        added += connection.prepare_cached(ADD)?.execute((entry, link, MAX_LINKS as i64))?;
    }
    if added > 0 {
        connection.prepare_cached(COUNT)?.execute([entry])?;
    }
    Ok(())
}
