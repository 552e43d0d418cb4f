//! What is known of an entry, told: its keys, its story, why each entry of the story belongs there, and what was said by hand.
//!
//! Reads alone. What is near and was not joined stands in `nearest`, what never entered in `left_out`.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use url::Url;

use super::find::FoundEntry;
use super::left_out::{self, LeftOut};
use super::nearest::{self, Nearness};
use super::{instant, story};
use crate::config::Dedup;
use crate::normalise::CanonicalUrl;
use crate::story::{Figures, Key, KeyKind};

/// Most entries of a story, and most corrections, that are told.
const MOST: u32 = 200;

/// Everything that can be told of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub entry: EntryAccount,
    pub story: StoryAccount,
    /// What somebody said by hand of this entry and others.
    pub corrections: Vec<Correction>,
    pub nearness: Nearness,
    /// The same link, left out by rules of this or another source.
    pub left_out: Vec<LeftOut>,
}

/// An entry, and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAccount {
    pub id: i64,
    pub source: String,
    pub title: String,
    /// Letter for letter as its source wrote them; the first is the one that readers get unless the source wrote that otherwise.
    pub links: Vec<String>,
    pub language: Option<String>,
    pub published: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub first_seen: DateTime<Utc>,
    /// How often it has changed.
    pub revisions: u32,
    /// Waits for its article page, unseen by readers.
    pub is_held: bool,
    /// Those of its present form.
    pub keys: Vec<KeyAccount>,
    /// How many others name it: of forms that it had before, or the address that its article page gives itself.
    pub other_keys: u32,
}

/// A key, and what it tells in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAccount {
    pub kind: KeyKind,
    /// None for a fingerprint, which nobody can read.
    pub value: Option<String>,
    pub standing: Standing,
}

/// What a key tells in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It names the entry.
    Names,
    /// It names another entry of the source.
    NamesAnother,
    /// The source has used it for several articles.
    Burnt,
    /// No guid of the source is trusted.
    Distrusted,
    /// It is a site's front page.
    FrontPage,
    /// It tells nothing apart: several items of a document had it.
    Nothing,
}

/// A story and its entries.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryAccount {
    pub id: i64,
    /// As feeds have it.
    pub atom_id: String,
    /// Its place in the feeds.
    pub entered: DateTime<Utc>,
    /// Stories that have become part of it.
    pub merged: Vec<i64>,
    /// The oldest first.
    pub members: Vec<Member>,
}

/// An entry of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub entry: FoundEntry,
    pub first_seen: DateTime<Utc>,
    /// The story that it founded, if that has become part of this one.
    pub founded: Option<i64>,
    pub joined: Option<Joined>,
}

/// Why an entry belongs to a story that it did not found.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    pub at: DateTime<Utc>,
    /// `url`, `page`, `text`, `text-and-title`, `title`, `hand`.
    pub rule: String,
    /// The entry that it was compared with, or joined to by hand.
    pub other: Option<FoundEntry>,
    pub figures: Option<Figures>,
}

/// What somebody said by hand of two entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub other: FoundEntry,
    /// One story, or never.
    pub is_same: bool,
}

/// Tells of an entry; None when it is not there.
pub(super) fn account(connection: &Connection, entry: i64, dedup: &Dedup) -> rusqlite::Result<Option<Account>> {
    let Some(found) = FoundEntry::load(connection, entry)? else { return Ok(None) };
    let told = entry_account(connection, &found)?;
    let mut left_out = Vec::new();
    for link in &told.links {
        left_out.extend(left_out::of_link(connection, link)?);
    }
    Ok(Some(Account {
        story: story_account(connection, found.story)?,
        corrections: corrections(connection, entry)?,
        nearness: nearest::nearness(connection, entry, dedup)?,
        entry: told,
        left_out,
    }))
}

const ENTRY: &str = "SELECT entry.source, entry.link, entry.url, entry.guid, entry.text_hash, entry.language, entry.updated, entry.first_seen, \
                     entry.revision, entry.is_held, entry.keys, source.distrusts_guids FROM entry \
                     JOIN source ON source.id = entry.source WHERE entry.id = ?1";
const LINKS: &str = "SELECT link FROM entry_link WHERE entry = ?1";

fn entry_account(connection: &Connection, found: &FoundEntry) -> rusqlite::Result<EntryAccount> {
    let mut statement = connection.prepare_cached(ENTRY)?;
    let mut rows = statement.query([found.id])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let mut links: Vec<String> = connection.prepare_cached(LINKS)?.query_map([found.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if links.is_empty() {
        links.extend(row.get::<_, Option<String>>(1)?);
    }
    // The one that readers get stands first.
    links.sort_by_key(|link| Some(link) != found.link.as_ref());
    let keys = keys(connection, found.id, row)?;
    let naming = u32::try_from(keys.iter().filter(|key| key.standing == Standing::Names).count()).expect("an entry has three keys");
    Ok(EntryAccount {
        id: found.id,
        source: found.source.clone(),
        title: found.title.clone(),
        links,
        language: row.get(5)?,
        published: found.published,
        updated: instant(row.get(6)?),
        first_seen: instant(row.get(7)?),
        revisions: row.get(8)?,
        is_held: row.get(9)?,
        keys,
        other_keys: row.get::<_, u32>(10)?.saturating_sub(naming),
    })
}

/// The keys of the present form, of a row of [`ENTRY`].
fn keys(connection: &Connection, entry: i64, row: &Row<'_>) -> rusqlite::Result<Vec<KeyAccount>> {
    let source: i64 = row.get(0)?;
    let is_distrusted: bool = row.get(11)?;
    let mut keys = Vec::new();
    if let Some(guid) = row.get::<_, Option<String>>(3)? {
        let standing =
            if is_distrusted { Standing::Distrusted } else { standing(connection, source, entry, KeyKind::Guid, guid.as_bytes())? };
        keys.push(KeyAccount { kind: KeyKind::Guid, value: Some(guid), standing });
    }
    if let Some(url) = row.get::<_, Option<String>>(2)? {
        let is_front_page = Url::parse(&url).is_ok_and(|url| CanonicalUrl::of(&url).is_front_page());
        let standing = if is_front_page { Standing::FrontPage } else { standing(connection, source, entry, KeyKind::Url, url.as_bytes())? };
        keys.push(KeyAccount { kind: KeyKind::Url, value: Some(url), standing });
    }
    let standing = standing(connection, source, entry, KeyKind::Fingerprint, row.get_ref(4)?.as_blob()?)?;
    keys.push(KeyAccount { kind: KeyKind::Fingerprint, value: None, standing });
    Ok(keys)
}

const KEY: &str = "SELECT entry, is_burnt FROM entry_key WHERE source = ?1 AND key = ?2";

fn standing(connection: &Connection, source: i64, entry: i64, kind: KeyKind, value: &[u8]) -> rusqlite::Result<Standing> {
    let columns = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?));
    let found = connection.prepare_cached(KEY)?.query_row((source, Key::new(kind, value).0), columns).optional()?;
    Ok(match found {
        Some((_, true)) => Standing::Burnt,
        Some((Some(named), false)) if named == entry => Standing::Names,
        Some((Some(_), false)) => Standing::NamesAnother,
        Some((None, false)) | None => Standing::Nothing,
    })
}

const STORY: &str = "SELECT atom_id, entered FROM story WHERE id = ?1";
const MERGED: &str = "SELECT id, lead FROM story WHERE merged = ?1 ORDER BY id";
const MEMBERS: &str = "SELECT entry.id, entry.first_seen, joined.at, joined.rule, joined.other, joined.figures FROM entry \
                       LEFT JOIN joined ON joined.entry = entry.id WHERE entry.story = ?1 ORDER BY entry.id LIMIT ?2";

fn story_account(connection: &Connection, id: i64) -> rusqlite::Result<StoryAccount> {
    let columns = |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?));
    let (atom_id, entered) = connection.prepare_cached(STORY)?.query_row([id], columns)?;
    let story::Identity { authority, born } = story::identity(connection)?;
    let pair = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let merged: Vec<(i64, i64)> = connection.prepare_cached(MERGED)?.query_map([id], pair)?.collect::<Result<_, _>>()?;
    let mut members = Vec::new();
    let mut statement = connection.prepare_cached(MEMBERS)?;
    let mut rows = statement.query((id, MOST))?;
    while let Some(row) = rows.next()? {
        let entry: i64 = row.get(0)?;
        let Some(found) = FoundEntry::load(connection, entry)? else { continue };
        let founded = merged.iter().find(|(_, lead)| *lead == entry).map(|(story, _)| *story);
        members.push(Member { entry: found, first_seen: instant(row.get(1)?), founded, joined: joined(connection, row)? });
    }
    Ok(StoryAccount {
        id,
        atom_id: atom_id.unwrap_or_else(|| format!("tag:{authority},{born}:{id}")),
        entered: instant(entered),
        merged: merged.into_iter().map(|(story, _)| story).collect(),
        members,
    })
}

/// Why an entry joined, of a row of [`MEMBERS`].
fn joined(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<Option<Joined>> {
    let Some(at) = row.get::<_, Option<i64>>(2)? else { return Ok(None) };
    let other = match row.get::<_, Option<i64>>(4)? {
        Some(other) => FoundEntry::load(connection, other)?,
        None => None,
    };
    // What another version wrote otherwise is left out, not an error.
    let figures = row.get::<_, Option<String>>(5)?.and_then(|figures| serde_json::from_str(&figures).ok());
    Ok(Some(Joined { at: instant(at), rule: row.get(3)?, other, figures }))
}

const CORRECTIONS: &str = "SELECT other, is_same FROM correction WHERE entry = ?1 UNION ALL \
                           SELECT entry, is_same FROM correction WHERE other = ?1 ORDER BY 1 DESC LIMIT ?2";

fn corrections(connection: &Connection, entry: i64) -> rusqlite::Result<Vec<Correction>> {
    let mut corrections = Vec::new();
    let mut statement = connection.prepare_cached(CORRECTIONS)?;
    let mut rows = statement.query((entry, MOST))?;
    while let Some(row) = rows.next()? {
        if let Some(other) = FoundEntry::load(connection, row.get(0)?)? {
            corrections.push(Correction { other, is_same: row.get(1)? });
        }
    }
    Ok(corrections)
}
