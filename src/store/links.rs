//! All links that sources wrote, one after the other, each with its story.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};

use super::instant;

/// A link as a source wrote it, and where it leads a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLink {
    /// Letter for letter.
    pub link: String,
    pub story: i64,
    /// Whether the entry that leads the story has this link.
    pub is_lead: bool,
    /// Of the newest entry that has the link.
    pub source: String,
    pub title: String,
    pub published: DateTime<Utc>,
}

/// An entry without rows in `entry_link` has one link, which is as it was written. SQLite sorts in a file of its own: memory stays bounded.
const ALL: &str = "SELECT written.link, entry.story, story.lead = entry.id OR iif(\
                     EXISTS (SELECT 1 FROM entry_link WHERE entry_link.entry = story.lead), \
                     EXISTS (SELECT 1 FROM entry_link WHERE entry_link.entry = story.lead AND entry_link.link = written.link), \
                     written.link IS (SELECT lead.link FROM entry AS lead WHERE lead.id = story.lead)), \
                   source.name, entry.title, entry.published \
                   FROM (SELECT link, max(entry) AS entry FROM (SELECT link, entry FROM entry_link UNION ALL \
                     SELECT link, id FROM entry WHERE link IS NOT NULL \
                     AND NOT EXISTS (SELECT 1 FROM entry_link WHERE entry_link.entry = entry.id)) GROUP BY link) AS written \
                   CROSS JOIN entry ON entry.id = written.entry CROSS JOIN story ON story.id = entry.story \
                   CROSS JOIN source ON source.id = entry.source ORDER BY written.link";

/// Tells each distinct link once, in alphabetical order, until `hear` fails. A link that several entries have is the newest one's.
pub(super) fn each<E>(connection: &Connection, mut hear: impl FnMut(WrittenLink) -> Result<(), E>) -> rusqlite::Result<Result<(), E>> {
    let mut statement = connection.prepare(ALL)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(error) = hear(read(row)?) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

fn read(row: &Row<'_>) -> rusqlite::Result<WrittenLink> {
    Ok(WrittenLink {
        link: row.get(0)?,
        story: row.get(1)?,
        is_lead: row.get(2)?,
        source: row.get(3)?,
        title: row.get(4)?,
        published: instant(row.get(5)?),
    })
}
