//! The stories that are nearest to an entry without being its own, and why they are not: compared anew, as the writer compares.

use chrono::TimeDelta;
use rusqlite::{Connection, OptionalExtension};

use super::address;
use super::find::FoundEntry;
use super::joining::{Terms, compare};
use super::membership::is_forbidden;
use super::stored::Stored;
use crate::config::{Dedup, Strictness};
use crate::story::{Figures, Index, Indexed, Keys, Reason, Signer};

/// Most stories that are told.
const MOST: usize = 5;

/// Entries of its own story that take part in the comparison, as they did when it came; more would leave no room for others.
const OWN: usize = 4;

/// How much later than it was published an entry may have been stored, and still have a lower id than others.
const DISORDER: i64 = 24 * 60 * 60;

/// What is near to an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Nearness {
    /// Nothing is compared: `[dedup] enabled` is false.
    Off,
    /// Nothing of its source is compared: its `dedup` is false.
    SourceOff,
    Compared {
        window: TimeDelta,
        strictness: Strictness,
        /// How many entries were published within the window, of those sources that share stories.
        entries: usize,
        /// Those with most in common first.
        nearest: Vec<Near>,
    },
}

/// A story that is near.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// Its entry that has most in common.
    pub entry: FoundEntry,
    pub why: WhyApart,
    /// None where the address alone makes it near.
    pub figures: Option<Figures>,
}

/// Why two entries are not in one story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyApart {
    /// They do not carry the same report.
    Judged(Reason),
    /// Somebody said so.
    ByHand,
    /// They have the same address, and were published too far apart for that to tell anything.
    AddressUsedAgain,
    /// Nothing, by today's texts and settings; it was otherwise when they came.
    NoLonger,
}

/// Compares an entry with all that was published around it.
pub(super) fn nearness(connection: &Connection, entry: i64, dedup: &Dedup) -> rusqlite::Result<Nearness> {
    if !dedup.enabled {
        return Ok(Nearness::Off);
    }
    let Some(stored) = Stored::load(connection, entry)? else { return Ok(Nearness::Off) };
    let terms = Terms::of(connection, stored.source, dedup)?;
    if !terms.is_shared {
        return Ok(Nearness::SourceOff);
    }
    let mut signer = Signer::default();
    let signature = signer.sign(&stored.title, &stored.text, stored.language.as_deref());
    let index = around(connection, &stored, terms.window, &mut signer)?;
    let decision = compare(&index, stored.source, stored.published, (&signature, &Keys::of(&signature)), terms);
    let mut nearest = with_address(connection, &stored)?;
    for judged in decision.judged.iter().filter(|judged| judged.story != stored.story) {
        if nearest.len() >= MOST || nearest.iter().any(|near| near.entry.story == judged.story && near.figures.is_some()) {
            continue;
        }
        // What was compared says more than the address.
        nearest.retain(|near| near.entry.story != judged.story);
        let is_forbidden = is_forbidden(connection, stored.story, judged.story)?;
        let why = match judged.verdict {
            Ok(_) | Err(_) if is_forbidden => WhyApart::ByHand,
            Err(reason) => WhyApart::Judged(reason),
            Ok(_) => WhyApart::NoLonger,
        };
        let entry = FoundEntry::load(connection, judged.entry)?;
        nearest.extend(entry.map(|entry| Near { entry, why, figures: Some(judged.figures) }));
    }
    Ok(Nearness::Compared { window: TimeDelta::seconds(terms.window), strictness: terms.strictness, entries: index.len(), nearest })
}

const WITH_ADDRESS: &str = "SELECT id FROM entry WHERE article = ?1 AND story <> ?2 ORDER BY id DESC LIMIT 20";

/// The other stories in which an entry has the same address, the newest first.
fn with_address(connection: &Connection, stored: &Stored) -> rusqlite::Result<Vec<Near>> {
    let mut statement = connection.prepare_cached(WITH_ADDRESS)?;
    let mut rows = statement.query((stored.article, stored.story))?;
    let mut nearest: Vec<Near> = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(entry) = FoundEntry::load(connection, row.get(0)?)? else { continue };
        if nearest.len() >= MOST || nearest.iter().any(|near| near.entry.story == entry.story) {
            continue;
        }
        let seconds = (entry.published.timestamp() - stored.published).abs();
        let why = if is_forbidden(connection, stored.story, entry.story)? {
            WhyApart::ByHand
        } else if seconds > address::WINDOW {
            WhyApart::AddressUsedAgain
        } else {
            WhyApart::NoLonger
        };
        nearest.push(Near { entry, why, figures: None });
    }
    Ok(nearest)
}

const BEFORE: &str = "SELECT id FROM entry WHERE first_seen < ?1 ORDER BY id DESC LIMIT 1";
const AROUND: &str = "SELECT entry.id, entry.story, entry.source, entry.published, entry.article, entry.page, entry.title, entry.language, \
                      coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM entry \
                      JOIN source ON source.id = entry.source LEFT JOIN entry_text ON entry_text.entry = entry.id \
                      WHERE entry.id > ?1 AND entry.published BETWEEN ?2 AND ?3 AND source.is_alone = 0 AND entry.id <> ?4 ORDER BY entry.id";

/// The entries published within the window of one. None is published after it was first seen, so that what was seen before the window
/// need not be looked at.
fn around(connection: &Connection, stored: &Stored, window: i64, signer: &mut Signer) -> rusqlite::Result<Index> {
    let (from, to) = (stored.published.saturating_sub(window), stored.published.saturating_add(window));
    let before: Option<i64> = connection.prepare_cached(BEFORE)?.query_row([from.saturating_sub(DISORDER)], |row| row.get(0)).optional()?;
    let mut index = Index::default();
    let mut own = 0;
    let mut statement = connection.prepare_cached(AROUND)?;
    let mut rows = statement.query((before.unwrap_or(0), from, to, stored.entry))?;
    while let Some(row) = rows.next()? {
        let near = Stored::read(row)?;
        own += usize::from(near.story == stored.story);
        if near.story == stored.story && own > OWN {
            continue;
        }
        let signature = signer.sign(&near.title, &near.text, near.language.as_deref());
        let Stored { entry, story, source, published, .. } = near;
        let keys = Keys::of(&signature);
        index.add(Indexed { entry, story, source, published, signature }, &keys);
    }
    Ok(index)
}
