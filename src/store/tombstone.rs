//! Stories that readers have seen and that are none of their own any more: they have become part of another.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};

use super::story::StoryId;
use super::{instant, seconds};

/// Most that are told.
const MOST: u32 = 200;

/// A story that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    pub id: StoryId,
    /// The publisher's id, where it was ours too.
    pub atom_id: Option<String>,
    pub at: DateTime<Utc>,
}

const SINCE: &str = "SELECT story.id, story.atom_id, story.merged_at, source.name FROM story JOIN entry ON entry.id = story.lead \
                     JOIN source ON source.id = entry.source WHERE story.merged_at >= ?1 ORDER BY story.merged_at DESC LIMIT ?2";

/// Those that one of these sources told, since an instant, the last first.
pub(super) fn since(connection: &Connection, sources: &[&str], since: DateTime<Utc>) -> rusqlite::Result<Vec<Tombstone>> {
    let columns = |row: &Row<'_>| {
        let tombstone = Tombstone { id: StoryId::Story(row.get(0)?), atom_id: row.get(1)?, at: instant(row.get(2)?) };
        Ok(sources.contains(&row.get_ref(3)?.as_str()?).then_some(tombstone))
    };
    let mut statement = connection.prepare_cached(SINCE)?;
    let all = statement.query_map((seconds(since), MOST), columns)?;
    all.filter_map(Result::transpose).collect()
}
