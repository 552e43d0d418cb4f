//! Which story an entry belongs to: decided, kept, and corrected by hand.
//!
//! The rules themselves stand in `crate::story`; here they meet what is stored. Owned by the writer, whose index of the last entries
//! follows every commit.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::story::{self, Founded};
use super::{seconds, told};
use crate::config::{Dedup, Strictness};
use crate::normalise::{can_be_id, lines_of};
use crate::story::{Decision, Figures, Index, Indexed, Keys, Newcomer, Rule, Signature, Signer, decide};

/// How much longer than a window ago an entry may have been stored that the index still holds.
const LATENESS: TimeDelta = TimeDelta::days(1);

/// The stories of the last days, and how entries join them.
#[derive(Debug)]
pub(super) struct Stories {
    dedup: Dedup,
    signer: Signer,
    /// Made when it is first needed. None as well after a commit that failed: what it holds may never have been stored.
    index: Option<Index>,
    /// Another process has committed since the index was last looked at.
    is_stale: bool,
    /// Of the source whose entries came last; None when its row may have changed.
    terms: Option<(i64, Terms)>,
}

/// An entry that is about to be stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arriving<'a> {
    pub source: i64,
    /// Key of its canonical URL.
    pub article: Option<i64>,
    pub title: &'a str,
    /// Plain, a line for each paragraph.
    pub text: &'a str,
    pub language: Option<&'a str>,
    pub published: i64,
    pub now: DateTime<Utc>,
}

/// Where an entry belongs.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The story that it joins; None when it founds one.
    pub story: Option<i64>,
    why: Option<Why>,
    /// Other stories that turn out to carry the same report.
    others: Vec<i64>,
    signed: Option<(Signature, Keys)>,
}

/// Why an entry joins a story.
#[derive(Debug)]
struct Why {
    rule: &'static str,
    other: i64,
    figures: Option<Figures>,
}

impl Stories {
    pub fn new(dedup: Dedup) -> Self {
        Self { dedup, signer: Signer::default(), index: None, is_stale: false, terms: None }
    }

    /// Takes new settings.
    pub fn set(&mut self, dedup: Dedup) {
        if self.dedup.window != dedup.window {
            self.index = None;
        }
        self.dedup = dedup;
        self.terms = None;
    }

    /// The sources' rows have changed.
    pub fn adopted(&mut self) {
        self.terms = None;
    }

    /// Another process has committed: stories may have moved, entries may have come.
    pub fn is_stale(&mut self) {
        self.is_stale = true;
        self.terms = None;
    }

    /// Forgets what was not committed.
    pub fn forget(&mut self) {
        self.index = None;
    }

    fn terms_of(&mut self, connection: &Connection, source: i64) -> rusqlite::Result<Terms> {
        match self.terms {
            Some((of, terms)) if of == source => Ok(terms),
            _ => {
                let terms = Terms::of(connection, source, &self.dedup)?;
                self.terms = Some((source, terms));
                Ok(terms)
            }
        }
    }

    /// Finds the story that an arriving entry joins.
    pub fn place(&mut self, connection: &Connection, arriving: Arriving<'_>) -> rusqlite::Result<Place> {
        let terms = self.terms_of(connection, arriving.source)?;
        if !terms.is_shared {
            return Ok(Place::default());
        }
        let signature = self.signer.sign(arriving.title, arriving.text, arriving.language);
        let keys = Keys::of(&signature);
        let index = self.index(connection, arriving.now)?;
        let decision = compare(index, arriving.source, arriving.published, (&signature, &keys), terms);
        let mut place = Place { signed: Some((signature, keys)), ..Place::default() };
        let by_article = match arriving.article {
            Some(article) => story::of_article(connection, article, arriving.source, arriving.published)?,
            None => None,
        };
        if let Some((entry, story)) = by_article {
            place.story = Some(story);
            place.why = Some(Why { rule: "url", other: entry, figures: None });
        } else if let Some((story, why)) = current(connection, &decision)? {
            place.story = Some(story);
            place.why = Some(why);
        }
        place.others = decision.others;
        Ok(place)
    }

    /// Keeps what came of [`Stories::place`], once the entry is stored; whether another entry's story has changed by it.
    pub fn keep(
        &mut self,
        connection: &Connection,
        entry: i64,
        story: i64,
        place: Place,
        arriving: Arriving<'_>,
    ) -> rusqlite::Result<bool> {
        let Some((signature, keys)) = place.signed else { return Ok(false) };
        let indexed = Indexed { entry, story, source: arriving.source, published: arriving.published, signature };
        self.index(connection, arriving.now)?.add(indexed, &keys);
        let Some(why) = place.why else { return Ok(false) };
        remember(connection, entry, &why, arriving.now)?;
        let mut story = story;
        for other in place.others {
            story = self.merge(connection, story, other)?.unwrap_or(story);
        }
        lead_anew(connection, story)?;
        Ok(true)
    }

    /// Looks at an entry again whose text has changed: it may turn out to carry a known report. One that shares its story already stays
    /// where it is, and so does one of which somebody has said by hand where it belongs. Whether stories have changed.
    pub fn again(&mut self, connection: &Connection, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<bool> {
        let Some(stored) = Stored::load(connection, entry)? else { return Ok(false) };
        let terms = self.terms_of(connection, stored.source)?;
        if !terms.is_shared {
            return Ok(false);
        }
        let signature = self.signer.sign(&stored.title, &stored.text, stored.language.as_deref());
        let keys = Keys::of(&signature);
        let index = self.index(connection, now)?;
        index.forget(entry);
        let decision = compare(index, stored.source, stored.published, (&signature, &keys), terms);
        let Stored { story, source, published, .. } = stored;
        index.add(Indexed { entry, story, source, published, signature }, &keys);
        let mut has_changed = false;
        if is_alone(connection, story)? && !is_corrected(connection, entry)? {
            let by_article = match stored.article {
                Some(article) => story::of_article(connection, article, source, published)?,
                None => None,
            };
            let by_url = by_article.map(|(other, story)| (story, Why { rule: "url", other, figures: None }));
            let found = match by_url {
                Some(found) => Some(found),
                None => current(connection, &decision)?,
            };
            if let Some((other, why)) = found
                && self.merge(connection, story, other)?.is_some()
            {
                remember(connection, entry, &why, now)?;
                has_changed = true;
            }
        }
        let story = story_of(connection, entry)?.unwrap_or(story);
        lead_anew(connection, story)?;
        Ok(has_changed)
    }

    /// Makes one story of two, unless somebody has said by hand that they are not; gives the one that is left: the older, which readers
    /// have seen first.
    fn merge(&mut self, connection: &Connection, one: i64, other: i64) -> rusqlite::Result<Option<i64>> {
        if one == other || is_forbidden(connection, one, other)? {
            return Ok(None);
        }
        let (into, from) = (one.min(other), one.max(other));
        for entry in unite(connection, into, from)? {
            if let Some(index) = &mut self.index {
                index.moved(entry, into);
            }
        }
        Ok(Some(into))
    }

    /// The index, made or brought up to date.
    fn index(&mut self, connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<&mut Index> {
        let window = TimeDelta::from_std(self.dedup.window).unwrap_or_default();
        let index = match self.index.take() {
            Some(index) if !self.is_stale => index,
            Some(mut index) => {
                self.follow(connection, &mut index)?;
                index
            }
            None => {
                let mut index = Index::default();
                let since = connection.prepare_cached(BEFORE)?.query_row([seconds(now - window * 2 - LATENESS)], |row| row.get(0));
                self.fill(connection, &mut index, since.optional()?.unwrap_or(0))?;
                let (entries, megabytes) = (index.len(), index.size() >> 20);
                tracing::info!(entries, megabytes, "the index of the last entries is ready");
                index
            }
        };
        self.is_stale = false;
        Ok(self.index.insert(index))
    }

    /// Adds all entries after one.
    fn fill(&mut self, connection: &Connection, index: &mut Index, after: i64) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(TEXTS)?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            let stored = Stored::read(row)?;
            let signature = self.signer.sign(&stored.title, &stored.text, stored.language.as_deref());
            let Stored { entry, story, source, published, .. } = stored;
            let keys = Keys::of(&signature);
            index.add(Indexed { entry, story, source, published, signature }, &keys);
        }
        Ok(())
    }

    /// Sees what another process has committed: entries that came, and stories that moved.
    fn follow(&mut self, connection: &Connection, index: &mut Index) -> rusqlite::Result<()> {
        let (mut oldest, mut newest) = (i64::MAX, 0);
        for indexed in index.iter() {
            (oldest, newest) = (oldest.min(indexed.entry), newest.max(indexed.entry));
        }
        let mut statement = connection.prepare_cached(STORIES)?;
        let mut rows = statement.query([oldest])?;
        while let Some(row) = rows.next()? {
            index.moved(row.get(0)?, row.get(1)?);
        }
        self.fill(connection, index, newest)
    }
}

/// What a source's entries must have in common with others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub is_shared: bool,
    pub strictness: Strictness,
    /// In seconds.
    pub window: i64,
}

const TERMS: &str = "SELECT is_alone, strictness, window FROM source WHERE id = ?1";

impl Terms {
    pub fn of(connection: &Connection, source: i64, dedup: &Dedup) -> rusqlite::Result<Self> {
        let window = i64::try_from(dedup.window.as_secs()).unwrap_or(i64::MAX);
        let usual = Self { is_shared: dedup.enabled, strictness: dedup.strictness, window };
        let columns = |row: &Row<'_>| {
            let own: Option<String> = row.get(1)?;
            Ok(Self {
                is_shared: dedup.enabled && !row.get::<_, bool>(0)?,
                strictness: own.as_deref().and_then(Strictness::parse).unwrap_or(dedup.strictness),
                window: row.get::<_, Option<i64>>(2)?.unwrap_or(window),
            })
        };
        Ok(connection.prepare_cached(TERMS)?.query_row([source], columns).optional()?.unwrap_or(usual))
    }
}

pub(super) fn compare(index: &Index, source: i64, published: i64, signed: (&Signature, &Keys), terms: Terms) -> Decision {
    let (signature, keys) = signed;
    let rivals = index.rivals(keys, published, terms.window);
    decide(Newcomer { source, published, signature }, &rivals, terms.strictness)
}

/// The story that a decision names, as it stands now: the index may be older than another process's commit.
fn current(connection: &Connection, decision: &Decision) -> rusqlite::Result<Option<(i64, Why)>> {
    let Some(joined) = &decision.joined else { return Ok(None) };
    let rule = match joined.verdict {
        Ok(Rule::Text) => "text",
        Ok(Rule::TextAndTitle) => "text-and-title",
        Ok(Rule::Title) => "title",
        Err(_) => return Ok(None),
    };
    let story = story_of(connection, joined.entry)?;
    Ok(story.map(|story| (story, Why { rule, other: joined.entry, figures: Some(joined.figures) })))
}

const STORY_OF: &str = "SELECT story FROM entry WHERE id = ?1";

fn story_of(connection: &Connection, entry: i64) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(STORY_OF)?.query_row([entry], |row| row.get(0)).optional()
}

const REMEMBER: &str = "INSERT OR REPLACE INTO joined (entry, other, at, rule, figures) VALUES (?1, ?2, ?3, ?4, ?5)";

fn remember(connection: &Connection, entry: i64, why: &Why, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let figures = why.figures.map(|figures| serde_json::to_string(&figures).expect("numbers have a form in JSON"));
    connection.prepare_cached(REMEMBER)?.execute((entry, why.other, seconds(now), why.rule, figures)).map(drop)
}

/// The last entry that was stored before an instant.
const BEFORE: &str = "SELECT id FROM entry WHERE first_seen < ?1 ORDER BY id DESC LIMIT 1";
const STORIES: &str = "SELECT id, story FROM entry WHERE id >= ?1";
const TEXTS: &str = "SELECT entry.id, entry.story, entry.source, entry.published, entry.article, entry.title, entry.language, \
                     coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM entry \
                     JOIN source ON source.id = entry.source LEFT JOIN entry_text ON entry_text.entry = entry.id \
                     WHERE entry.id > ?1 AND source.is_alone = 0 ORDER BY entry.id";
const TEXT: &str = "SELECT entry.id, entry.story, entry.source, entry.published, entry.article, entry.title, entry.language, \
                    coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM entry \
                    LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE entry.id = ?1";

/// An entry as it is compared.
pub(super) struct Stored {
    pub entry: i64,
    pub story: i64,
    pub source: i64,
    pub published: i64,
    pub article: Option<i64>,
    pub title: String,
    pub language: Option<String>,
    pub text: String,
}

impl Stored {
    pub fn load(connection: &Connection, entry: i64) -> rusqlite::Result<Option<Self>> {
        connection.prepare_cached(TEXT)?.query_row([entry], Self::read).optional()
    }

    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: row.get(0)?,
            story: row.get(1)?,
            source: row.get(2)?,
            published: row.get(3)?,
            article: row.get(4)?,
            title: row.get(5)?,
            language: row.get(6)?,
            text: lines_of(row.get_ref(7)?.as_str_or_null()?.unwrap_or_default()),
        })
    }
}

const IS_SHARED: &str = "SELECT EXISTS (SELECT 1 FROM entry WHERE story = ?1 LIMIT 1 OFFSET 1)";

fn is_alone(connection: &Connection, story: i64) -> rusqlite::Result<bool> {
    let is_shared: bool = connection.prepare_cached(IS_SHARED)?.query_row([story], |row| row.get(0))?;
    Ok(!is_shared)
}

const IS_CORRECTED: &str =
    "SELECT EXISTS (SELECT 1 FROM correction WHERE entry = ?1) OR EXISTS (SELECT 1 FROM correction WHERE other = ?1)";

fn is_corrected(connection: &Connection, entry: i64) -> rusqlite::Result<bool> {
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
const MERGE: &str = "UPDATE story SET merged = ?1 WHERE id = ?2";
const MERGE_MERGED: &str = "UPDATE story SET merged = ?1 WHERE merged = ?2";
const SHOW: &str = "UPDATE story SET is_held = 0, entered = (SELECT entered FROM story AS other WHERE other.id = ?2) \
                    WHERE id = ?1 AND is_held = 1 AND (SELECT is_held FROM story AS other WHERE other.id = ?2) = 0";

/// Moves the entries of a story to another, which is shown if either was; gives those that moved.
fn unite(connection: &Connection, into: i64, from: i64) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(SHOW)?.execute((into, from))?;
    let moved = connection.prepare_cached(MOVE)?.query_map((into, from), |row| row.get(0))?.collect::<Result<_, _>>()?;
    connection.prepare_cached(MERGE)?.execute((into, from))?;
    connection.prepare_cached(MERGE_MERGED)?.execute((into, from))?;
    Ok(moved)
}

const LEAD: &str =
    "UPDATE story SET lead = ?2, updated = max(updated, (SELECT updated FROM entry WHERE id = ?2)) WHERE id = ?1 AND lead <> ?2";

/// How many of a story's entries may lead it: who comes after so many does not, and a flood of copies costs each of them no more.
const EARLIEST: i64 = 2000;

/// Chooses who leads a story: the best of those that are shown, of all while none is. Id and place of the story stay.
pub(super) fn lead_anew(connection: &Connection, story: i64) -> rusqlite::Result<()> {
    let tellers = told::tellers(connection, story, EARLIEST)?;
    let shown = tellers.iter().filter(|teller| !teller.is_held);
    if let Some(leader) = told::best(shown).or_else(|| told::best(tellers.iter())) {
        connection.prepare_cached(LEAD)?.execute((story, leader.entry))?;
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
const HAD_BEEN: &str =
    "UPDATE story SET merged = NULL, is_held = 0 WHERE id = (SELECT id FROM story WHERE merged = ?2 AND lead = ?1) RETURNING id";
const GUID: &str = "SELECT guid, updated FROM entry WHERE id = ?1";
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
            let (guid, updated): (Option<String>, i64) =
                connection.prepare_cached(GUID)?.query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let own = story::next_id(connection)?;
            let atom_id = guid.as_deref().filter(|guid| can_be_id(guid));
            let entered = story::top(connection)?.max(seconds(now));
            story::found(connection, &Founded { id: own, lead: entry, atom_id, entered, updated, is_held: false })?;
            own
        }
    };
    connection.prepare_cached(GO)?.execute((entry, own))?;
    lead_anew(connection, story)?;
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
    let into = first.min(second);
    let (joining, stays) = if first == into { (other, one) } else { (one, other) };
    unite(connection, into, first.max(second))?;
    remember(connection, joining, &Why { rule: "hand", other: stays, figures: None }, now)?;
    lead_anew(connection, into)?;
    story::next_generation(connection)?;
    Ok(Some(into))
}
