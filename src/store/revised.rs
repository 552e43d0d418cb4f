//! Entries whose report has changed so that readers are to notice: they are told once more, wherever they stand.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::seconds;

/// How long that is kept: as long as the window of a view may be.
const KEPT: TimeDelta = TimeDelta::days(30);

const NOTE: &str = "INSERT INTO revised (entry, at) VALUES (?1, ?2) ON CONFLICT (entry) DO UPDATE SET at = excluded.at";
const FORGET: &str = "DELETE FROM revised WHERE at < ?1";

/// Keeps that readers are to notice what an entry says now.
pub(super) fn note(connection: &Connection, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    connection.prepare_cached(NOTE)?.execute((entry, seconds(now)))?;
    connection.prepare_cached(FORGET)?.execute([seconds(now - KEPT)]).map(drop)
}

const SINCE: &str = "SELECT entry FROM revised WHERE at >= ?1 ORDER BY at DESC LIMIT ?2";

/// The entries that have changed since an instant, at most `most`, the last first.
pub(super) fn since(connection: &Connection, since: DateTime<Utc>, most: u32) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(SINCE)?.query_map((seconds(since), most), |row| row.get(0))?.collect()
}
