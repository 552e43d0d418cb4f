//! What the admin's rules left out lately, so that `taspa explain` can say why an item is not there.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::seconds;
use crate::normalise::Dropped;

/// Most items kept of one source, and looked at in one document.
const KEPT: u32 = 500;

const KEEP: &str = "INSERT INTO dropped (source, at, title, link, rule) VALUES (?1, ?2, ?3, ?4, ?5) \
                    ON CONFLICT (source, link, title) DO UPDATE SET rule = excluded.rule WHERE rule <> excluded.rule";
const TRIM: &str =
    "DELETE FROM dropped WHERE source = ?1 AND id <= (SELECT id FROM dropped WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";

/// Keeps what a document's items were left out for; one that is there already costs one look.
pub(super) fn keep(connection: &Connection, source: i64, dropped: &[Dropped], now: DateTime<Utc>) -> rusqlite::Result<()> {
    let mut kept = 0;
    // The document's first are its newest, as a rule: they are to have the highest ids.
    for Dropped { title, link, rule } in dropped.iter().take(KEPT as usize).rev() {
        let link = link.as_ref().map_or("", url::Url::as_str);
        kept += connection.prepare_cached(KEEP)?.execute((source, seconds(now), title, link, rule))?;
    }
    if kept > 0 {
        connection.prepare_cached(TRIM)?.execute((source, KEPT))?;
    }
    Ok(())
}
