//! When the items of a source appeared, for schedules that are made of it.

use rusqlite::{Connection, OptionalExtension};

use crate::schedule::Habit;

const FIND: &str = "SELECT hours FROM habit WHERE source = ?1";
const KEEP: &str = "INSERT INTO habit (source, hours) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET hours = excluded.hours";

/// What is known of a source; None when nothing is.
pub(super) fn find(connection: &Connection, source: i64) -> rusqlite::Result<Option<Habit>> {
    let bytes: Option<Vec<u8>> = connection.prepare_cached(FIND)?.query_row([source], |row| row.get(0)).optional()?;
    Ok(bytes.as_deref().and_then(Habit::from_bytes))
}

pub(super) fn keep(connection: &Connection, source: i64, habit: &Habit) -> rusqlite::Result<()> {
    connection.prepare_cached(KEEP)?.execute((source, habit.to_bytes())).map(drop)
}
