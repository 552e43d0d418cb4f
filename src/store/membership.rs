//! Which entries a story has: joined, parted, led, and why. By rules or by hand.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::story::{self, Founded};
use super::{revised, seconds, told};
use crate::normalise::can_be_id;
use crate::story::Figures;

/// Why an entry belongs to a story that another one founded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Why {
    pub rule: &'static str,
    /// The entry that it was found, or said by hand, to belong with.
    pub other: i64,
    pub figures: Option<Figures>,
}

const STORY_OF: &str = "SELECT story FROM entry WHERE id = ?1";

pub(super) fn story_of(connection: &Connection, entry: i64) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(STORY_OF)?.query_row([entry], |row| row.get(0)).optional()
}

const REMEMBER: &str = "INSERT OR REPLACE INTO joined (entry, other, at, rule, figures) VALUES (?1, ?2, ?3, ?4, ?5)";

/// Keeps why an entry joined.
pub(super) fn remember(connection: &Connection, entry: i64, why: &Why, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let figures = why.figures.map(|figures| serde_json::to_string(&figures).expect("numbers have a form in JSON"));
    connection.prepare_cached(REMEMBER)?.execute((entry, why.other, seconds(now), why.rule, figures)).map(drop)
}

const IS_SHARED: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE story = ?1 LIMIT 1 OFFSET 1)";

pub(super) fn is_alone(connection: &Connection, story: i64) -> rusqlite::Result<bool> {
    let is_shared: bool = connection.prepare_cached(IS_SHARED)?.query_row([story], |row| row.get(0))?;
    Ok(!is_shared)
}

const IS_CORRECTED: &str =
    "SELECT EXISTS (SELECT 1 FROM correction WHERE entry = ?1) OR EXISTS (SELECT 1 FROM correction WHERE other = ?1)";

pub(super) fn is_corrected(connection: &Connection, entry: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached(IS_CORRECTED)?.query_row([entry], |row| row.get(0))
}

const IS_FORBIDDEN: &str = "SELECT EXISTS (SELECT 1 FROM entry AS one JOIN correction ON correction.entry = one.id \
                            JOIN entry AS other ON other.id = correction.other \
                            WHERE one.story = ?1 AND other.story = ?2 AND is_same = 0)";

/// Whether somebody has said by hand that entries of the two stories do not belong together.
pub(super) fn is_forbidden(connection: &Connection, one: i64, other: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(IS_FORBIDDEN)?;
    let forbids =
        |first: i64, second: i64, statement: &mut rusqlite::CachedStatement<'_>| statement.query_row((first, second), |row| row.get(0));
    Ok(forbids(one, other, &mut statement)? || forbids(other, one, &mut statement)?)
}

const MOVE: &str = "UPDATE entry SET story = ?1 WHERE story = ?2 RETURNING id";
const MERGE: &str = "UPDATE story SET merged = ?1, merged_at = iif(is_held, NULL, ?3) WHERE id = ?2";
const MERGE_MERGED: &str = "UPDATE story SET merged = ?1 WHERE merged = ?2";
const SHOW: &str = "UPDATE story SET is_held = 0, entered = (SELECT entered FROM story AS other WHERE other.id = ?2) \
                    WHERE id = ?1 AND is_held = 1 AND (SELECT is_held FROM story AS other WHERE other.id = ?2) = 0";

/// Moves the entries of a story to another, which is shown if either was; gives those that moved.
pub(super) fn unite(connection: &Connection, into: i64, from: i64, now: DateTime<Utc>) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(SHOW)?.execute((into, from))?;
    let moved = connection.prepare_cached(MOVE)?.query_map((into, from), |row| row.get(0))?.collect::<Result<_, _>>()?;
    connection.prepare_cached(MERGE)?.execute((into, from, seconds(now)))?;
    connection.prepare_cached(MERGE_MERGED)?.execute((into, from))?;
    Ok(moved)
}

const IS_HELD: &str = "SELECT is_held FROM story WHERE id = ?1";

/// Which of two stories stays when they become one: the one that readers have seen, else the older.
pub(super) fn survivor(connection: &Connection, one: i64, other: i64) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached(IS_HELD)?;
    let mut is_held = |story: i64| statement.query_row([story], |row| row.get::<_, bool>(0));
    Ok(match (is_held(one)?, is_held(other)?) {
        (true, false) => other,
        (false, true) => one,
        (true, true) | (false, false) => one.min(other),
    })
}

/// What its source posted again is a change of when it came.
const LEAD: &str = "UPDATE story SET lead = ?2, updated = max(updated, (SELECT max(updated, iif(succeeds IS NULL, 0, entered)) FROM entry \
                    WHERE id = ?2)) WHERE id = ?1 AND lead <> ?2";

/// An entry leads a story from now on; readers are to notice that it tells another text.
fn lead(connection: &Connection, story: i64, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let changed = connection.prepare_cached(LEAD)?.execute((story, entry))?;
    if changed > 0 { revised::note(connection, entry, now) } else { Ok(()) }
}

/// How many of a story's entries may lead it: who comes after so many does not, and a flood of copies costs each of them no more.
const EARLIEST: i64 = 2000;

const LEAD_BY_HAND: &str = "UPDATE story SET updated = max(updated, ?3) WHERE id = ?1 AND lead <> ?2";

/// Chooses who leads a story that somebody has changed by hand: where that is another entry, readers are to notice.
fn lead_by_hand(connection: &Connection, story: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let before: i64 = connection.prepare_cached(LED_BY)?.query_row([story], |row| row.get(0))?;
    lead_anew(connection, story, now)?;
    connection.prepare_cached(LEAD_BY_HAND)?.execute((story, before, seconds(now))).map(drop)
}

/// Chooses who leads a story: the best of those that are shown, of all while none is. Id and place of the story stay.
pub(super) fn lead_anew(connection: &Connection, story: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let tellers = told::tellers(connection, story, EARLIEST)?;
    let shown = tellers.iter().filter(|teller| !teller.is_held);
    if let Some(leader) = told::best(shown).or_else(|| told::best(tellers.iter())) {
        lead(connection, story, leader.entry, now)?;
    }
    Ok(())
}

const FIRST: &str = "SELECT min(id) FROM entry WHERE story = ?1";
const LED_BY: &str = "SELECT lead FROM story WHERE id = ?1";

/// Chooses who leads a story in which one entry is new, or has another text: only that one may be better than the lead.
pub(super) fn lead_with(connection: &Connection, story: i64, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let leader: i64 = connection.prepare_cached(LED_BY)?.query_row([story], |row| row.get(0))?;
    let first: Option<i64> = connection.prepare_cached(FIRST)?.query_row([story], |row| row.get(0))?;
    if leader == entry {
        return lead_anew(connection, story, now);
    }
    let mut tellers = Vec::with_capacity(3);
    for candidate in [first.unwrap_or(leader), leader, entry] {
        tellers.extend(told::teller(connection, candidate)?.filter(|teller| !teller.is_held));
    }
    if told::best(tellers.iter()).is_some_and(|best| best.entry == entry) {
        lead(connection, story, entry, now)?;
    }
    Ok(())
}

const SHARES_STORY: &str =
    "SELECT EXISTS (SELECT 1 FROM entry WHERE story = (SELECT story FROM entry AS one WHERE one.id = ?1) LIMIT 1 OFFSET 1)";

/// Whether an entry's story has others besides.
pub(super) fn shares_story(connection: &Connection, entry: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached(SHARES_STORY)?.query_row([entry], |row| row.get(0))
}

const PARTED: &str = "INSERT OR REPLACE INTO correction (entry, other, is_same) \
                      SELECT min(id, ?1), max(id, ?1), 0 FROM entry WHERE story = ?2 AND id <> ?1";
const HAD_BEEN: &str = "UPDATE story SET merged = NULL, merged_at = NULL, is_held = (SELECT is_held FROM entry WHERE id = ?1), \
     updated = max(updated, (SELECT updated FROM entry WHERE id = ?1)) \
     WHERE id = (SELECT id FROM story WHERE merged = ?2 AND lead = ?1) RETURNING id";
const GUID: &str = "SELECT guid, updated, is_held FROM entry WHERE id = ?1";
const GO: &str = "UPDATE entry SET story = ?2 WHERE id = ?1";
const NOT_JOINED: &str = "DELETE FROM joined WHERE entry = ?1";

/// Takes an entry out of its story by hand: it stands for itself from now on, on top of the feeds, and no rule brings it back. Gives
/// its new story; None when it stood alone.
pub(super) fn split(connection: &Connection, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<Option<i64>> {
    let Some(story) = story_of(connection, entry)? else { return Ok(None) };
    if is_alone(connection, story)? {
        return Ok(None);
    }
    connection.prepare_cached(PARTED)?.execute((entry, story))?;
    connection.prepare_cached(NOT_JOINED)?.execute([entry])?;
    let had_been = connection.prepare_cached(HAD_BEEN)?.query_row((entry, story), |row| row.get(0)).optional()?;
    let own = match had_been {
        Some(own) => own,
        None => {
            let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let (guid, updated, is_held): (Option<String>, i64, bool) = connection.prepare_cached(GUID)?.query_row([entry], columns)?;
            let own = story::next_id(connection)?;
            let atom_id = guid.as_deref().filter(|guid| can_be_id(guid));
            let entered = story::top(connection)?.max(seconds(now));
            story::found(connection, &Founded { id: own, lead: entry, atom_id, entered, updated, is_held })?;
            own
        }
    };
    connection.prepare_cached(GO)?.execute((entry, own))?;
    lead_by_hand(connection, story, now)?;
    story::next_generation(connection)?;
    Ok(Some(own))
}

const UNPARTED: &str = "DELETE FROM correction WHERE is_same = 0 AND entry IN (SELECT id FROM entry WHERE story IN (?1, ?2)) \
                        AND other IN (SELECT id FROM entry WHERE story IN (?1, ?2))";
const UNITED: &str = "INSERT OR REPLACE INTO correction (entry, other, is_same) VALUES (min(?1, ?2), max(?1, ?2), 1)";

/// Makes one story of the stories of two entries by hand; gives it. None when they are one already.
pub(super) fn join(connection: &Connection, one: i64, other: i64, now: DateTime<Utc>) -> rusqlite::Result<Option<i64>> {
    let (Some(first), Some(second)) = (story_of(connection, one)?, story_of(connection, other)?) else { return Ok(None) };
    if first == second {
        return Ok(None);
    }
    connection.prepare_cached(UNPARTED)?.execute((first, second))?;
    connection.prepare_cached(UNITED)?.execute((one, other))?;
    let into = survivor(connection, first, second)?;
    let (joining, stays, from) = if first == into { (other, one, second) } else { (one, other, first) };
    unite(connection, into, from, now)?;
    remember(connection, joining, &Why { rule: "hand", other: stays, figures: None }, now)?;
    lead_by_hand(connection, into, now)?;
    story::next_generation(connection)?;
    Ok(Some(into))
}
