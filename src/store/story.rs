//! Stories: founded by an entry, joined by others, read by views.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::details::Details;
use super::instant;
use crate::normalise::{Author, Category, Enclosure};

/// What a subscriber sees: a story as its leading entry tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub id: i64,
    /// The publisher's id, where it is ours too.
    pub atom_id: Option<String>,
    pub updated: DateTime<Utc>,
    pub published: DateTime<Utc>,
    pub title: String,
    /// As the source wrote it, made absolute.
    pub link: Option<String>,
    pub language: Option<String>,
    /// Safe HTML.
    pub summary: Option<String>,
    /// Safe HTML.
    pub content: Option<String>,
    pub authors: Vec<Author>,
    pub categories: Vec<Category>,
    pub enclosures: Vec<Enclosure>,
    pub image: Option<String>,
    pub source: StorySource,
}

/// The source of a story's leading entry, as its feed describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorySource {
    pub name: String,
    pub url: String,
    pub feed_id: Option<String>,
    pub title: Option<String>,
    pub link: Option<String>,
}

/// What ids are made of in this file: `tag:AUTHORITY,DATE:…` (RFC 4151).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub authority: String,
    /// The day on which the file was made, as `2026-11-23`.
    pub born: String,
}

const ARTICLE: &str = "SELECT story FROM entry WHERE article = ?1 AND published BETWEEN ?2 - ?3 AND ?2 + ?3 ORDER BY id LIMIT 1";

/// How far apart two sources may have published an article that is one story, in seconds: an address that is used again next year is
/// another one.
const ARTICLE_WINDOW: i64 = 7 * 24 * 60 * 60;

/// The story that already carries an article.
pub(super) fn of_article(connection: &Connection, article: i64, published: i64) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(ARTICLE)?.query_row((article, published, ARTICLE_WINDOW), |row| row.get(0)).optional()
}

/// The place of the story that entered last; no instant at all while there is none.
pub(super) fn top(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(entered), 0) FROM story")?.query_row([], |row| row.get(0))
}

const ID_TAKEN: &str = "SELECT EXISTS (SELECT 1 FROM story WHERE atom_id = ?1)";
const FOUND: &str = "INSERT INTO story (atom_id, lead, entered, updated) VALUES (?1, ?2, ?3, ?4)";

/// A new story led by `entry`, under `atom_id` if no other story has it.
pub(super) fn found(connection: &Connection, entry: i64, atom_id: Option<&str>, entered: i64, updated: i64) -> rusqlite::Result<i64> {
    let is_taken = match atom_id {
        Some(atom_id) => connection.prepare_cached(ID_TAKEN)?.query_row([atom_id], |row| row.get(0))?,
        None => false,
    };
    connection.prepare_cached(FOUND)?.execute((atom_id.filter(|_| !is_taken), entry, entered, updated))?;
    Ok(connection.last_insert_rowid())
}

const TOUCH: &str = "UPDATE story SET updated = ?3 WHERE id = ?1 AND lead = ?2 AND updated < ?3";

/// Moves the story's `updated` on with its lead's.
pub(super) fn touch(connection: &Connection, story: i64, entry: i64, updated: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(TOUCH)?.execute((story, entry, updated)).map(drop)
}

/// Counts a commit that changed a story.
pub(super) fn next_generation(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE meta SET value = value + 1 WHERE name = 'generation'")?.execute([]).map(drop)
}

pub(super) fn generation(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT value FROM meta WHERE name = 'generation'")?.query_row([], |row| row.get(0))
}

pub(super) fn identity(connection: &Connection) -> rusqlite::Result<Identity> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let mut value = |name: &str| statement.query_row([name], |row| row.get(0));
    Ok(Identity { authority: value("authority")?, born: value("born")? })
}

const SOURCES: &str = "SELECT id, name FROM source";
const NEWEST: &str = "SELECT id FROM story ORDER BY entered DESC, id DESC LIMIT ?1";
const NEWEST_OF_SOURCE: &str =
    "SELECT entered, story FROM entry WHERE source = ?1 AND entered >= ?2 ORDER BY entered DESC, story DESC LIMIT ?3";
const ENTRIES: &str = "SELECT id, source, entered FROM entry WHERE story = ?1 ORDER BY id";

/// Most bytes of text in one document; older stories are left out of it.
const MAX_DOCUMENT: usize = 32 << 20;

/// The newest stories with an entry of one of the named sources, newest first. A story stands where the first such entry put it, and is
/// told as that entry tells it.
pub(super) fn newest(connection: &Connection, sources: &[&str], limit: u32) -> rusqlite::Result<Vec<Story>> {
    let all = connection
        .prepare_cached(SOURCES)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let named: HashSet<&str> = sources.iter().copied().collect();
    let admitted: HashSet<i64> = all.iter().filter(|(_, name)| named.contains(name.as_str())).map(|(id, _)| *id).collect();
    let leads = if admitted.len() == all.len() {
        let ids = connection.prepare_cached(NEWEST)?.query_map([limit], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        ids.into_iter().map(|id| (id, None)).collect()
    } else {
        newest_of(connection, &admitted, limit)?
    };
    let mut stories = Vec::with_capacity(leads.len());
    let mut bytes = 0;
    for (id, entry) in leads {
        let story = load(connection, id, entry)?;
        bytes += story.content.as_ref().map_or(0, String::len) + story.summary.as_ref().map_or(0, String::len);
        if bytes > MAX_DOCUMENT {
            break;
        }
        stories.push(story);
    }
    Ok(stories)
}

/// The newest stories of some sources, each with its first entry of one of them.
fn newest_of(connection: &Connection, sources: &HashSet<i64>, limit: u32) -> rusqlite::Result<Vec<(i64, Option<i64>)>> {
    // Twice as many: a story that one of the sources joined late stands further down than that entry.
    let candidates = candidates(connection, sources, limit.saturating_mul(2))?;
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let mut placed = Vec::new();
    for story in candidates {
        let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let entries = statement.query_map([story], columns)?.collect::<Result<Vec<(i64, i64, i64)>, _>>()?;
        let first = entries.into_iter().filter(|(_, source, _)| sources.contains(source)).min_by_key(|(id, _, entered)| (*entered, *id));
        placed.extend(first.map(|(id, _, entered)| (entered, story, id)));
    }
    placed.sort_unstable_by(|a, b| b.cmp(a));
    Ok(placed.into_iter().take(limit as usize).map(|(_, story, entry)| (story, Some(entry))).collect())
}

/// The stories of the newest entries: walks each source from its newest, no further down than where the best so far already are enough.
fn candidates(connection: &Connection, sources: &HashSet<i64>, limit: u32) -> rusqlite::Result<HashSet<i64>> {
    let mut best: BTreeSet<(i64, i64)> = BTreeSet::new();
    let mut statement = connection.prepare_cached(NEWEST_OF_SOURCE)?;
    for source in sources {
        let floor = if best.len() < limit as usize { i64::MIN } else { best.first().map_or(i64::MIN, |(entered, _)| *entered) };
        let rows = statement.query_map((source, floor, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            best.insert(row?);
        }
        while best.len() > limit as usize {
            best.pop_first();
        }
    }
    Ok(best.into_iter().map(|(_, story)| story).collect())
}

const LOAD: &str = "SELECT story.id, story.atom_id, max(story.updated, entry.updated), entry.published, entry.title, entry.link, \
                    entry.language, entry_text.summary, entry_text.content, entry_text.details, source.name, source.url, \
                    source.feed_id, source.feed_title, source.feed_link \
                    FROM story JOIN entry ON entry.id = coalesce(?2, story.lead) JOIN source ON source.id = entry.source \
                    LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE story.id = ?1";

/// A story as its lead tells it, or as `entry` does.
fn load(connection: &Connection, id: i64, entry: Option<i64>) -> rusqlite::Result<Story> {
    connection.prepare_cached(LOAD)?.query_row((id, entry), story)
}

fn story(row: &Row<'_>) -> rusqlite::Result<Story> {
    let details: Option<String> = row.get(9)?;
    let details = details.map(|json| Details::parse(&json)).unwrap_or_default();
    Ok(Story {
        id: row.get(0)?,
        atom_id: row.get(1)?,
        updated: instant(row.get(2)?),
        published: instant(row.get(3)?),
        title: row.get(4)?,
        link: row.get(5)?,
        language: row.get(6)?,
        summary: row.get(7)?,
        content: row.get(8)?,
        authors: details.authors,
        categories: details.categories,
        enclosures: details.enclosures,
        image: details.image,
        source: StorySource { name: row.get(10)?, url: row.get(11)?, feed_id: row.get(12)?, title: row.get(13)?, link: row.get(14)? },
    })
}
