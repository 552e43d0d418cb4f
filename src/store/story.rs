//! Stories: what is known of one, and its row: founded by an entry, shown, touched.
//!
//! Which entries join it stands in `joining.rs`, how it is told in `told.rs`, which ones a view holds in `newest.rs`.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::normalise::{Author, Category, Enclosure};

/// What a subscriber sees: a story as one of its entries tells it, or an entry that stands for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub id: StoryId,
    /// The publisher's id, where it is ours too.
    pub atom_id: Option<String>,
    pub updated: DateTime<Utc>,
    pub published: DateTime<Utc>,
    /// Its place in the view that holds it.
    pub entered: DateTime<Utc>,
    pub title: String,
    /// As the source wrote it, made absolute.
    pub link: Option<String>,
    pub language: Option<String>,
    /// Safe HTML.
    pub summary: Option<String>,
    /// Safe HTML.
    pub content: Option<String>,
    pub authors: Vec<Author>,
    /// Of all its entries, those of the one that tells it first.
    pub categories: Vec<Category>,
    pub enclosures: Vec<Enclosure>,
    pub image: Option<String>,
    /// Who holds which rights in it, where the entry itself says so; else its source's hold.
    pub rights: Option<String>,
    pub source: StorySource,
    /// Where else it stands, in the order of first sight; each link once.
    pub versions: Vec<Version>,
}

/// What names it where it has no publisher's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoryId {
    /// Of a story, whichever entry tells it.
    Story(i64),
    /// Of an entry that stands for itself, whatever story it belongs to.
    Entry(i64),
}

/// Another entry of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The feed's title, else the source's name.
    pub outlet: String,
    pub title: String,
    /// As the source wrote it, made absolute.
    pub link: String,
    pub language: Option<String>,
}

/// The source of the entry that tells a story, as its feed describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorySource {
    pub name: String,
    pub url: String,
    pub feed_id: Option<String>,
    pub title: Option<String>,
    pub link: Option<String>,
    pub rights: Option<String>,
    /// Addresses of pictures: a small square one, and a larger one.
    pub icon: Option<String>,
    pub logo: Option<String>,
}

impl StorySource {
    /// What readers know it by: the feed's title, else the source's name.
    pub fn outlet(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// What ids are made of in this file: `tag:AUTHORITY,DATE:…` (RFC 4151).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub authority: String,
    /// The day on which the file was made, as `2026-11-23`.
    pub born: String,
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

const FOUND: &str =
    "INSERT INTO story (id, atom_id, lead, entered, updated, is_held) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (atom_id) DO NOTHING";

/// A story that an entry founds.
pub(super) struct Founded<'a> {
    /// [`next_id`].
    pub id: i64,
    /// The entry that leads it.
    pub lead: i64,
    /// The publisher's id, to be taken if no other story has it or may get it.
    pub atom_id: Option<&'a str>,
    pub entered: i64,
    pub updated: i64,
    pub is_held: bool,
}

/// Stores a new story led by a stored entry.
pub(super) fn found(connection: &Connection, story: &Founded<'_>) -> rusqlite::Result<()> {
    let Founded { id, lead, atom_id, entered, updated, is_held } = *story;
    let atom_id = match atom_id {
        Some(theirs) if looks_like_ours(connection, theirs)? => None,
        other => other,
    };
    let mut statement = connection.prepare_cached(FOUND)?;
    if statement.execute((id, atom_id, lead, entered, updated, is_held))? == 0 {
        statement.execute((id, None::<&str>, lead, entered, updated, is_held))?;
    }
    Ok(())
}

/// Whether an id is of those that are made here: a source that sends one would take it from another story.
fn looks_like_ours(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    let Some(name) = id.strip_prefix("tag:") else { return Ok(false) };
    let Identity { authority, born } = identity(connection)?;
    Ok(name.strip_prefix(&format!("{authority},{born}:")).is_some())
}

const SHOW_JOINED: &str = "UPDATE story SET is_held = 0, lead = ?2, entered = ?3, \
                           updated = max(updated, (SELECT updated FROM entry WHERE id = ?2)) WHERE id = ?1 AND is_held = 1";

/// A story that waits is shown when an entry joins it that does not, as that entry tells it.
pub(super) fn show_joined(connection: &Connection, story: i64, entry: i64, entered: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(SHOW_JOINED)?.execute((story, entry, entered)).map(drop)
}

const TOUCH: &str = "UPDATE story SET updated = ?2 WHERE id = (SELECT story FROM entry WHERE id = ?1) AND lead = ?1 AND updated < ?2";

/// Moves the story's `updated` on with its lead's.
pub(super) fn touch(connection: &Connection, entry: i64, updated: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(TOUCH)?.execute((entry, updated)).map(drop)
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
