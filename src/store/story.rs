//! Stories: founded by an entry, joined by others, read by views.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::details::Details;
use super::instant;
use crate::config::Language;
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

const ARTICLE: &str = "SELECT id, story FROM entry WHERE article = ?1 AND published BETWEEN ?2 - ?3 AND ?2 + ?3 AND source <> ?4 \
                       ORDER BY id LIMIT 1";

/// How far apart two sources may have published an article that is one story, in seconds: an address that is used again next year is
/// another one.
pub(super) const ARTICLE_WINDOW: i64 = 7 * 24 * 60 * 60;

/// The first entry by which another source than `source` carries an article, and its story.
pub(super) fn of_article(connection: &Connection, article: i64, source: i64, published: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    connection.prepare_cached(ARTICLE)?.query_row((article, published, ARTICLE_WINDOW, source), columns).optional()
}

/// The place of the story that entered last; no instant at all while there is none.
pub(super) fn top(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(entered), 0) FROM story")?.query_row([], |row| row.get(0))
}

const NEXT_ID: &str = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'story'";

/// The id that the next story gets.
pub(super) fn next_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached(NEXT_ID)?.query_row([], |row| row.get(0))
}

const ID_TAKEN: &str = "SELECT EXISTS (SELECT 1 FROM story WHERE atom_id = ?1)";
const FOUND: &str = "INSERT INTO story (id, atom_id, lead, entered, updated, is_held) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// A story that an entry founds.
pub(super) struct Founded<'a> {
    /// [`next_id`].
    pub id: i64,
    /// The entry that leads it.
    pub lead: i64,
    /// The publisher's id, to be taken if no other story has it.
    pub atom_id: Option<&'a str>,
    pub entered: i64,
    pub updated: i64,
    pub is_held: bool,
}

/// Stores a new story led by a stored entry.
pub(super) fn found(connection: &Connection, story: &Founded<'_>) -> rusqlite::Result<()> {
    let Founded { id, lead, atom_id, entered, updated, is_held } = *story;
    let is_taken = match atom_id {
        Some(atom_id) => connection.prepare_cached(ID_TAKEN)?.query_row([atom_id], |row| row.get(0))?,
        None => false,
    };
    connection.prepare_cached(FOUND)?.execute((id, atom_id.filter(|_| !is_taken), lead, entered, updated, is_held)).map(drop)
}

const SHOW_JOINED: &str = "UPDATE story SET is_held = 0, lead = ?2, entered = ?3 WHERE id = ?1 AND is_held = 1";

/// A story that waits is shown when an entry joins it that does not, as that entry tells it.
pub(super) fn show_joined(connection: &Connection, story: i64, entry: i64, entered: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(SHOW_JOINED)?.execute((story, entry, entered)).map(drop)
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
const NEWEST: &str = "SELECT story.id, entry.language FROM story JOIN entry ON entry.id = story.lead WHERE story.is_held = 0 AND story.merged IS NULL \
                      ORDER BY story.entered DESC, story.id DESC";
const NEWEST_OF_SOURCE: &str = "SELECT entered, story, id FROM entry WHERE source = ?1 ORDER BY entered DESC, story DESC";
const ENTRIES: &str = "SELECT id, source, language FROM entry WHERE story = ?1 AND is_held = 0 ORDER BY id";

/// Most bytes of text in one document; older stories are left out of it.
const MAX_DOCUMENT: usize = 32 << 20;

/// How many stories, and entries of a source, are looked at for those in a view's languages.
const LOOKED_AT: usize = 20_000;

/// Which stories a view wants.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Names; an entry of one of them makes the story wanted.
    pub sources: &'a [&'a str],
    /// In one of these languages; none named, in all.
    pub languages: &'a [Language],
    /// At most so many.
    pub limit: u32,
}

impl Wanted<'_> {
    fn has_language(&self, language: Option<&str>) -> bool {
        let is_of = |wanted: &Language, language: &str| {
            language.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.languages.is_empty() || language.is_some_and(|language| self.languages.iter().any(|wanted| is_of(wanted, language)))
    }
}

/// The newest stories that are wanted, newest first. A story stands where the first such entry put it, and is told as that entry tells it.
pub(super) fn newest(connection: &Connection, wanted: Wanted<'_>) -> rusqlite::Result<Vec<Story>> {
    let all = connection
        .prepare_cached(SOURCES)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let named: HashSet<&str> = wanted.sources.iter().copied().collect();
    let admitted: HashSet<i64> = all.iter().filter(|(_, name)| named.contains(name.as_str())).map(|(id, _)| *id).collect();
    let leads = if admitted.len() == all.len() { newest_of_all(connection, wanted)? } else { newest_of(connection, &admitted, wanted)? };
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

/// The newest stories of all sources.
fn newest_of_all(connection: &Connection, wanted: Wanted<'_>) -> rusqlite::Result<Vec<(i64, Option<i64>)>> {
    let mut newest = Vec::new();
    let mut statement = connection.prepare_cached(NEWEST)?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while newest.len() < wanted.limit as usize
        && looked_at < LOOKED_AT
        && let Some(row) = rows.next()?
    {
        looked_at += 1;
        if wanted.has_language(row.get::<_, Option<String>>(1)?.as_deref()) {
            newest.push((row.get(0)?, None));
        }
    }
    Ok(newest)
}

/// The newest stories of some sources, each with its first entry of one of them: walks each source from its newest entry, no further
/// down than where the best so far already are enough.
fn newest_of(connection: &Connection, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Vec<(i64, Option<i64>)>> {
    let limit = wanted.limit as usize;
    let mut best: BTreeSet<(i64, i64, i64)> = BTreeSet::new();
    let mut statement = connection.prepare_cached(NEWEST_OF_SOURCE)?;
    for source in sources {
        let mut rows = statement.query([source])?;
        let mut looked_at = 0;
        while looked_at < LOOKED_AT
            && let Some(row) = rows.next()?
        {
            looked_at += 1;
            let (entered, story, entry): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let is_below = best.len() == limit && best.first().is_none_or(|worst| (entered, story, entry) < *worst);
            if is_below {
                break;
            }
            if first_of(connection, story, sources, wanted)? == Some(entry) {
                best.insert((entered, story, entry));
                if best.len() > limit {
                    best.pop_first();
                }
            }
        }
    }
    Ok(best.into_iter().rev().map(|(_, story, entry)| (story, Some(entry))).collect())
}

/// A story's first entry of one of the sources: its place in their view, and its words. None when none of them is wanted.
fn first_of(connection: &Connection, story: i64, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let mut rows = statement.query([story])?;
    while let Some(row) = rows.next()? {
        if sources.contains(&row.get(1)?) && wanted.has_language(row.get::<_, Option<String>>(2)?.as_deref()) {
            return row.get(0).map(Some);
        }
    }
    Ok(None)
}

const LOAD: &str = "SELECT story.id, story.atom_id, iif(?2 IS NULL, story.updated, entry.updated), entry.published, entry.title, entry.link, \
                    entry.language, entry_text.summary, coalesce(entry_text.article, entry_text.content), entry_text.details, \
                    source.name, source.url, source.feed_id, source.feed_title, source.feed_link, entry_text.article_details \
                    FROM story JOIN entry ON entry.id = coalesce(?2, story.lead) JOIN source ON source.id = entry.source \
                    LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE story.id = ?1";

/// A story as its lead tells it, or as `entry` does.
fn load(connection: &Connection, id: i64, entry: Option<i64>) -> rusqlite::Result<Story> {
    connection.prepare_cached(LOAD)?.query_row((id, entry), story)
}

fn story(row: &Row<'_>) -> rusqlite::Result<Story> {
    let kept =
        |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(column)?.map(|json| Details::parse(&json)).unwrap_or_default());
    let details = kept(9)?.completed_by(kept(15)?);
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
