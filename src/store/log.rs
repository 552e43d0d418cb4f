//! The last polls of a source, as they were recorded.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};

use super::instant;

/// A poll as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    pub at: DateTime<Utc>,
    pub duration: Duration,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Bytes of all bodies on the wire.
    pub wire_bytes: u64,
    pub items_new: u64,
    pub items_changed: u64,
    pub items_unchanged: u64,
    pub error: Option<String>,
    /// What did not stop it.
    pub problems: Vec<String>,
    /// What it decided about the next one; None: never again by itself.
    pub next_poll: Option<DateTime<Utc>>,
    /// Why then; None when it was recorded before reasons were.
    pub reason: Option<String>,
}

const POLLS: &str = "SELECT at, duration_ms, status, wire_bytes, items_new, items_changed, items_unchanged, error, problems, next_poll, reason \
                     FROM poll WHERE source = (SELECT id FROM source WHERE name = ?1) ORDER BY id DESC";

/// All polls of a source that are still recorded, the newest first.
pub(super) fn polls_of(connection: &Connection, name: &str) -> rusqlite::Result<Vec<PollRow>> {
    let read = |row: &Row<'_>| {
        let count = |index: usize| row.get::<_, i64>(index).map(i64::unsigned_abs);
        let problems: Option<String> = row.get(8)?;
        Ok(PollRow {
            at: instant(row.get(0)?),
            duration: Duration::from_millis(count(1)?),
            status: row.get(2)?,
            wire_bytes: count(3)?,
            items_new: count(4)?,
            items_changed: count(5)?,
            items_unchanged: count(6)?,
            error: row.get(7)?,
            problems: problems.iter().flat_map(|problems| problems.lines()).map(str::to_owned).collect(),
            next_poll: row.get::<_, Option<i64>>(9)?.map(instant),
            reason: row.get(10)?,
        })
    };
    connection.prepare_cached(POLLS)?.query_map([name], read)?.collect()
}
