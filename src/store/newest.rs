//! Which stories a view holds, and in which order.
//!
//! The work for one document is bounded: by the view's limit, by how many entries are looked at, and by the bytes of text.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::placing::{Placed, Scope, places};
use super::story::Story;
use super::wanted::{SIEVED, Wanted};
use super::{instant, revised, search, seconds, told, walk};
use crate::config::Query;

/// Most bytes of text in one document; older stories are left out of it.
const MAX_DOCUMENT: usize = 32 << 20;

/// What a view holds.
#[derive(Debug, Default, PartialEq)]
pub struct Newest {
    /// The newest first.
    pub stories: Vec<Story>,
    /// Those further down that have changed since, in the same order: readers who have seen them are to see what they say now.
    pub revised: Vec<Story>,
}

/// The newest stories that are wanted and that `keeps` lets pass. In a view of some sources a story stands where the first of their
/// entries put it, and is told as the best of them tells it.
pub(super) fn newest(connection: &Connection, wanted: Wanted<'_>, keeps: Option<&dyn Fn(&Story) -> bool>) -> rusqlite::Result<Newest> {
    let scope = Scope::of(connection, wanted)?;
    let looked_at = match keeps {
        Some(_) => Wanted { limit: u32::MAX, max: u32::MAX, ..wanted },
        None => wanted,
    };
    let placed = match wanted.query {
        Some(query) => places(connection, found(connection, query, &scope, wanted)?, &scope, wanted)?,
        None => walk::down(connection, &scope, looked_at)?,
    };
    let mut load = Load { connection, keeps, bytes: 0 };
    let mut newest = Newest::default();
    for place in placed {
        if wanted.has_enough(newest.stories.len(), place.entered) || !load.one(place, &mut newest.stories)? {
            break;
        }
    }
    if let Some(since) = wanted.revised_since {
        newest.revised = below(&mut load, &newest.stories, &scope, wanted, since)?;
    }
    Ok(newest)
}

/// Loads stories, while there is room.
struct Load<'a> {
    connection: &'a Connection,
    keeps: Option<&'a dyn Fn(&Story) -> bool>,
    bytes: usize,
}

impl Load<'_> {
    /// Adds a story if it is to be kept; false when the document is full.
    fn one(&mut self, place: Placed, stories: &mut Vec<Story>) -> rusqlite::Result<bool> {
        let story = told::load(self.connection, place.telling, place.entered)?;
        if !self.keeps.is_none_or(|keeps| keeps(&story)) {
            return Ok(true);
        }
        self.bytes += size(&story);
        if self.bytes > MAX_DOCUMENT {
            return Ok(false);
        }
        stories.push(story);
        Ok(true)
    }
}

/// The stories below the last of `stories` that tell something else since an instant.
fn below(load: &mut Load<'_>, stories: &[Story], scope: &Scope, wanted: Wanted<'_>, since: DateTime<Utc>) -> rusqlite::Result<Vec<Story>> {
    let (Some(last), room) = (stories.last(), wanted.most().saturating_sub(stories.len())) else { return Ok(Vec::new()) };
    let changed = revised::since(load.connection, since, SIEVED)?;
    let mut below = Vec::new();
    if changed.is_empty() || room == 0 {
        return Ok(below);
    }
    let is_found: Option<HashSet<i64>> = match wanted.query {
        Some(query) => Some(found(load.connection, query, scope, wanted)?.into_iter().collect()),
        None => None,
    };
    let admitted = changed.iter().copied().filter(|entry| is_found.as_ref().is_none_or(|found| found.contains(entry)));
    for place in places(load.connection, admitted, scope, Wanted { before: Some(last.entered), ..wanted })? {
        // What another entry tells there is as it was.
        if changed.contains(&place.told_by) && (below.len() >= room || !load.one(place, &mut below)?) {
            break;
        }
    }
    Ok(below)
}

const SPAN_OF_ALL: &str = "SELECT min(entry.id), max(entry.id) FROM story JOIN entry ON entry.story = story.id \
                           WHERE story.entered >= ?1 AND story.entered < ?2";
const SPAN_OF_SOURCE: &str = "SELECT min(other.id), max(other.id) FROM entry JOIN entry AS other ON other.story = entry.story \
                              WHERE entry.source = ?1 AND entry.entered >= ?2 AND entry.entered < ?3";

/// The entries that a query finds among those that may matter.
fn found(connection: &Connection, query: &Query, scope: &Scope, wanted: Wanted<'_>) -> rusqlite::Result<Vec<i64>> {
    let Some(before) = wanted.before else { return search::found(connection, query, (0, i64::MAX), SIEVED) };
    let (since, before) = (seconds(wanted.since), seconds(before));
    let read = |row: &Row<'_>| Ok(row.get::<_, Option<i64>>(0)?.zip(row.get::<_, Option<i64>>(1)?));
    let mut spans = Vec::new();
    if scope.has_all {
        spans.extend(connection.prepare_cached(SPAN_OF_ALL)?.query_row((since, before), read)?);
    } else {
        let mut statement = connection.prepare_cached(SPAN_OF_SOURCE)?;
        for source in &scope.admitted {
            spans.extend(statement.query_row((source, since, before), read)?);
        }
    }
    let first = spans.iter().map(|(first, _)| *first).min();
    let last = spans.iter().map(|(_, last)| *last).max();
    first.zip(last).map_or(Ok(Vec::new()), |span| search::found(connection, query, span, SIEVED))
}

const LAST_BEFORE: &str = "SELECT entered FROM story WHERE entered < ?1 ORDER BY entered DESC LIMIT 1";
const FIRST: &str = "SELECT entered FROM story ORDER BY entered LIMIT 1";

/// When the last story entered that did so before an instant; without one, when the first did.
pub(super) fn entered(connection: &Connection, before: Option<DateTime<Utc>>) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let found: Option<i64> = match before {
        Some(before) => connection.prepare_cached(LAST_BEFORE)?.query_row([seconds(before)], |row| row.get(0)).optional()?,
        None => connection.prepare_cached(FIRST)?.query_row([], |row| row.get(0)).optional()?,
    };
    Ok(found.map(instant))
}

/// Bytes of its long parts.
fn size(story: &Story) -> usize {
    let texts = [&story.content, &story.summary].into_iter().flatten().map(String::len).sum::<usize>();
    texts + story.versions.iter().map(|version| version.title.len() + version.link.len()).sum::<usize>()
}
