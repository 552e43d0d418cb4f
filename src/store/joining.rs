//! Which story an entry belongs to: the rules of `crate::story` meet what is stored.
//!
//! Owned by the writer, whose index of the last entries follows every commit.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::address::{self, Addressed};
use super::membership::{Why, is_alone, is_corrected, is_forbidden, lead_anew, lead_with, remember, story_of, survivor, unite};
use super::stored::{self, Stored};
use super::{repost, seconds};
use crate::config::{Dedup, Strictness};
use crate::story::{Decision, Index, Indexed, Judged, Keys, Newcomer, Rule, Signature, Signer, decide};

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
    /// Entries of other stories that turn out to carry the same report.
    others: Vec<Judged>,
    /// The last entry by which its source told the report before.
    before: Option<Judged>,
    signed: Option<(Signature, Keys)>,
}

impl Stories {
    pub fn new(dedup: Dedup) -> Self {
        Self { dedup, signer: Signer::default(), index: None, is_stale: false, terms: None }
    }

    /// Takes new settings.
    pub fn set(&mut self, dedup: Dedup) {
        if self.dedup != dedup {
            self.index = None;
        }
        self.dedup = dedup;
        self.terms = None;
    }

    /// The sources' rows may have changed: others than before may share stories.
    pub fn adopted(&mut self) {
        self.index = None;
        self.terms = None;
    }

    /// Somebody else has committed: stories may have moved, entries may have come.
    pub fn outdate(&mut self) {
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
        let before = posted_before(index, arriving.source, &decision);
        let mut place = Place { before, signed: Some((signature, keys)), ..Place::default() };
        let Arriving { source, published, article, title, text, .. } = arriving;
        let addressed = Addressed { entry: None, source, published, article, page: None, title, text };
        if let Some((story, why)) = address::find(connection, addressed)? {
            place.story = Some(story);
            place.why = Some(why);
            place.others.extend(decision.joined.filter(|joined| joined.story != story));
        } else if let Some((story, why)) = current(connection, decision.joined)? {
            place.story = Some(story);
            place.why = Some(why);
        }
        place.others.extend(decision.others);
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
        if let Some(before) = &place.before {
            repost::succeed(connection, entry, before)?;
        }
        if place.others.is_empty() {
            lead_with(connection, story, entry, arriving.now)?;
            return Ok(true);
        }
        let mut story = story;
        for other in place.others {
            story = self.bridge(connection, (story, why.other), &other, entry, arriving.now)?;
        }
        lead_anew(connection, story, arriving.now)?;
        Ok(true)
    }

    /// Makes one story of an entry's and of another that carries its report too, and keeps why; gives the one that is left.
    fn bridge(
        &mut self,
        connection: &Connection,
        (story, known): (i64, i64),
        other: &Judged,
        entry: i64,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<i64> {
        let Some(rule) = other.verdict.ok().map(name_of) else { return Ok(story) };
        let Some(theirs) = story_of(connection, other.entry)? else { return Ok(story) };
        let Some(into) = self.merge(connection, story, theirs, now)? else { return Ok(story) };
        let came = if into == story { other.entry } else { known };
        remember(connection, came, &Why { rule, other: entry, figures: Some(other.figures) }, now)?;
        Ok(into)
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
        let Stored { story, source, published, article, page, ref title, ref text, .. } = stored;
        let (mut decision, mut before) = (None, None);
        if index.get(entry).is_none_or(|indexed| indexed.signature != signature) {
            index.forget(entry);
            let compared = compare(index, source, published, (&signature, &keys), terms);
            before = posted_before(index, source, &compared);
            decision = compared.joined;
            index.add(Indexed { entry, story, source, published, signature }, &keys);
        }
        let mut has_changed = false;
        if is_alone(connection, story)? && !is_corrected(connection, entry)? {
            let addressed = Addressed { entry: Some(entry), source, published, article, page, title, text };
            let found = match address::find(connection, addressed)? {
                Some(found) => Some(found),
                None => current(connection, decision)?,
            };
            if let Some((other, why)) = found
                && self.merge(connection, story, other, now)?.is_some()
            {
                remember(connection, entry, &why, now)?;
                if let Some(before) = &before {
                    repost::succeed(connection, entry, before)?;
                }
                has_changed = true;
            }
        }
        let story = story_of(connection, entry)?.unwrap_or(story);
        if has_changed {
            lead_anew(connection, story, now)?
        } else {
            lead_with(connection, story, entry, now)?
        }
        Ok(has_changed)
    }

    /// Makes one story of two, unless somebody has said by hand that they are not; gives the one that is left.
    fn merge(&mut self, connection: &Connection, one: i64, other: i64, now: DateTime<Utc>) -> rusqlite::Result<Option<i64>> {
        if one == other || is_forbidden(connection, one, other)? {
            return Ok(None);
        }
        let into = survivor(connection, one, other)?;
        let from = if into == one { other } else { one };
        for entry in unite(connection, into, from, now)? {
            if let Some(index) = &mut self.index {
                index.moved(entry, into);
            }
        }
        Ok(Some(into))
    }

    /// The index, made or brought up to date.
    fn index(&mut self, connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<&mut Index> {
        let index = match self.index.take() {
            Some(index) if !self.is_stale => index,
            Some(mut index) => {
                self.follow(connection, &mut index)?;
                index
            }
            None => {
                let mut index = Index::default();
                let usual = TimeDelta::from_std(self.dedup.window).unwrap_or_default();
                let widest: Option<i64> = connection.prepare_cached(WIDEST)?.query_row([], |row| row.get(0))?;
                let window = usual.max(TimeDelta::seconds(widest.unwrap_or(0)));
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
        let mut statement = connection.prepare_cached(stored::TEXTS)?;
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

/// The last entry by which a source told before what a new one of it tells.
fn posted_before(index: &Index, source: i64, decision: &Decision) -> Option<Judged> {
    let is_of_source = |judged: &&Judged| judged.verdict.is_ok() && index.get(judged.entry).is_some_and(|rival| rival.source == source);
    decision.judged.iter().filter(is_of_source).max_by_key(|judged| judged.entry).copied()
}

/// The story that a comparison names, as it stands now: the index may be older than another process's commit.
fn current(connection: &Connection, joined: Option<Judged>) -> rusqlite::Result<Option<(i64, Why)>> {
    let Some(joined) = joined else { return Ok(None) };
    let Some(rule) = joined.verdict.ok().map(name_of) else { return Ok(None) };
    let story = story_of(connection, joined.entry)?;
    Ok(story.map(|story| (story, Why { rule, other: joined.entry, figures: Some(joined.figures) })))
}

/// A rule as it is kept.
fn name_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Text => "text",
        Rule::TextAndTitle => "text-and-title",
        Rule::Title => "title",
    }
}

const WIDEST: &str = "SELECT max(window) FROM source";

/// The last entry that was stored before an instant.
const BEFORE: &str = "SELECT id FROM entry WHERE first_seen < ?1 ORDER BY id DESC LIMIT 1";
const STORIES: &str = "SELECT id, story FROM entry WHERE id >= ?1";
