//! Where sources have moved, by the word of their servers.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{instant, seconds};
use crate::fetch::{Candidate, Moved, Moves};

/// Seconds of a day.
const DAY: i64 = 86_400;

const FIND: &str = "SELECT url, since, candidate, days, last_day FROM moved WHERE source = ?1";
const KEEP: &str = "INSERT INTO moved (source, url, since, candidate, days, last_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                    ON CONFLICT (source) DO UPDATE SET url = ?2, since = ?3, candidate = ?4, days = ?5, last_day = ?6";
const FORGET: &str = "DELETE FROM moved WHERE source = ?1";

/// What is known of where a source is.
pub(super) fn find(connection: &Connection, source: i64) -> rusqlite::Result<Moves> {
    Ok(connection.prepare_cached(FIND)?.query_row([source], moves).optional()?.unwrap_or_default())
}

/// Keeps what is known now in the place of what was.
pub(super) fn keep(connection: &Connection, source: i64, moves: &Moves) -> rusqlite::Result<()> {
    if *moves == Moves::default() {
        return forget(connection, source);
    }
    let Moves { to, candidate } = moves;
    connection.prepare_cached(KEEP)?.execute((
        source,
        to.as_ref().map(|to| &to.url),
        to.as_ref().map(|to| seconds(to.since)),
        candidate.as_ref().map(|candidate| &candidate.url),
        candidate.as_ref().map(|candidate| candidate.days),
        candidate.as_ref().map(|candidate| seconds(candidate.last_day.and_time(chrono::NaiveTime::MIN).and_utc()) / DAY),
    ))?;
    Ok(())
}

/// The source is polled at its own address, whatever was known.
pub(super) fn forget(connection: &Connection, source: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(FORGET)?.execute([source])?;
    Ok(())
}

fn moves(row: &Row<'_>) -> rusqlite::Result<Moves> {
    let to = row.get::<_, Option<String>>(0)?.zip(row.get::<_, Option<i64>>(1)?);
    let candidate = (row.get::<_, Option<String>>(2)?, row.get::<_, Option<u32>>(3)?, row.get::<_, Option<i64>>(4)?);
    Ok(Moves {
        to: to.map(|(url, since)| Moved { url, since: instant(since) }),
        candidate: match candidate {
            (Some(url), Some(days), Some(last_day)) => {
                let last_day: DateTime<Utc> = instant(last_day.saturating_mul(DAY));
                Some(Candidate { url, days, last_day: last_day.date_naive() })
            }
            _ => None,
        },
    })
}
