//! Days on which views hold something else than before.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use rusqlite::{Connection, OptionalExtension};

use super::{instant, seconds};

/// What has come and changed since a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// On which (UTC) the entries that came, those that have changed, and their stories, have their place.
    pub days: BTreeSet<NaiveDate>,
    /// The last entry that is stored.
    pub last_entry: i64,
}

const CAME: &str = "SELECT entry.entered, story.entered FROM entry JOIN story ON story.id = entry.story WHERE entry.id > ?1";
const CHANGED: &str = "SELECT entry.entered, story.entered FROM revised JOIN entry ON entry.id = revised.entry \
                       JOIN story ON story.id = entry.story WHERE revised.at >= ?1";
const MERGED: &str =
    "SELECT story.entered, other.entered FROM story JOIN story AS other ON other.id = story.merged WHERE story.merged_at >= ?1";

/// What has come after an entry, and changed since an instant in seconds.
pub(super) fn touched(connection: &Connection, entry: i64, since: i64) -> rusqlite::Result<Touched> {
    let mut days = BTreeSet::new();
    for (sql, after) in [(CAME, entry), (CHANGED, since), (MERGED, since)] {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            days.extend([row.get(0)?, row.get(1)?].map(|entered| instant(entered).date_naive()));
        }
    }
    Ok(Touched { days, last_entry: last_entry(connection)? })
}

/// The last entry that is stored; 0 before the first.
pub(super) fn last_entry(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(id), 0) FROM entry")?.query_row([], |row| row.get(0))
}

const LAST_BEFORE: &str = "SELECT entered FROM story WHERE entered < ?1 ORDER BY entered DESC LIMIT 1";

/// The days on which stories entered, from one down.
pub(super) fn days(connection: &Connection, newest: NaiveDate) -> rusqlite::Result<Vec<NaiveDate>> {
    let mut days = Vec::new();
    let mut end = newest.succ_opt();
    let mut statement = connection.prepare_cached(LAST_BEFORE)?;
    while let Some(before) = end.take() {
        let before = seconds(before.and_time(NaiveTime::MIN).and_utc());
        let entered: Option<i64> = statement.query_row([before], |row| row.get(0)).optional()?;
        end = entered.map(|entered| instant(entered).date_naive());
        days.extend(end);
    }
    Ok(days)
}
