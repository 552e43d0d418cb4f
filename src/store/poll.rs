//! A poll, stored whole: its entries, the source's new state, and the row that records it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::dropped;
use super::entry::{self, Arrival, Committed};
use super::habits::Habits;
use super::host::HostSign;
use super::joining::Stories;
use super::{habit, host, instant, moved, seconds, source, story, subscription};
use crate::config::{Schedule, Source, When};
use crate::fetch::{Validators, Way};
use crate::normalise::{Dropped, FeedHead};
use crate::parse::Rhythm;
use crate::schedule::{self, Ending, Habit, Hints, Next, Situation};
use crate::story::Identified;
use crate::websub::Topic;

/// Poll rows kept for each source.
const KEPT: u32 = 50;

/// How long a source whose items were lost is polled more often, where its schedule is learnt.
const HASTE: TimeDelta = TimeDelta::days(7);

/// Everything that came of one visit to a source.
#[derive(Debug)]
pub struct PollOutcome {
    /// [`super::SourceState::id`].
    pub source: i64,
    /// The address that was polled. If the config has given the source another one meanwhile, the poll tells nothing of how polling
    /// stands.
    pub url: String,
    /// [`super::plan_of`] the source when it was polled. If the config has another one by now, that decides the next poll.
    pub plan: String,
    /// [`super::reading_of`] the source when it was polled. If the config has another one by now, the document was read otherwise than it
    /// should be, and its validators are worth nothing.
    pub reading: String,
    pub at: DateTime<Utc>,
    pub duration: Duration,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Bytes of the body on the wire.
    pub wire_bytes: u64,
    pub result: Polled,
    /// The source as it was polled: by its schedule, and what the store knows, the next poll is reckoned.
    pub settings: Arc<Source>,
    /// When this poll was due, if it was.
    pub due: Option<DateTime<Utc>>,
    pub ending: Ending,
    /// What the answer says of the next poll, if it was good.
    pub hints: Hints,
    /// What it told of hosts.
    pub signs: Vec<HostSign>,
    /// It was asked where the source has moved, and not at its own address.
    pub is_elsewhere: bool,
    /// Where permanent redirects led.
    pub moved: Option<String>,
}

#[derive(Debug)]
pub enum Polled {
    New(Box<NewFeed>),
    /// The source's hub sent it: a document of which nothing is to be learned but its items. How polling stands does not change, and there
    /// is no row of it.
    Pushed(Box<NewFeed>),
    /// The validators that the 304 brought replace the old ones, if it brought any.
    NotModified {
        validators: Option<Validators>,
    },
    /// The body of the last good response again; its validators replace the old ones.
    Same {
        validators: Validators,
    },
    /// The old validators stay.
    Failed {
        error: String,
    },
}

/// A document that was read.
#[derive(Debug)]
pub struct NewFeed {
    pub head: FeedHead,
    /// In the order of the document.
    pub entries: Vec<Identified>,
    /// What the source's rules left out, in the order of the document.
    pub dropped: Vec<Dropped>,
    pub validators: Validators,
    /// How often the feed says that it changes.
    pub rhythm: Rhythm,
    /// What was wrong without stopping the poll.
    pub problems: Vec<String>,
    /// What the admin should know of how it was got.
    pub notes: Vec<String>,
    /// Most entries that enter if this is the source's first good poll.
    pub initial: usize,
    /// Most items of the document that may enter or change.
    pub max_items: usize,
    /// Whose article pages are asked for.
    pub article: When,
    /// How long an entry may wait for its page before it is shown.
    pub article_wait: Duration,
    /// The hub that it names.
    pub topic: Option<Topic>,
    /// Where the document was found, if the source's url is a page.
    pub found_url: Option<String>,
    /// SHA-256 of what it was read from, if the same once more would give the same.
    pub body_hash: Option<[u8; 32]>,
    /// Whether items have come and gone since the last poll.
    pub has_gap: bool,
    /// It breaks off: what it does not name may stand in the rest.
    pub is_cut_short: bool,
}

const FIND: &str = "SELECT last_success IS NULL, url = ?2 AND reading = ?3, distrusts_guids, fresh_guids, fresh_links, \
                    last_success, hints, lost_at, found_url \
                    FROM source WHERE id = ?1";
const DOCUMENT: &str =
    "UPDATE source SET etag = ?2, last_modified = ?3, found_url = ?4, body_hash = ?5, lost_at = coalesce(?6, lost_at) WHERE id = ?1";
const VALIDATORS: &str = "UPDATE source SET etag = ?2, last_modified = ?3 WHERE id = ?1";
/// RFC 9111 §4.3.4: a 304 updates the fields that it brings.
const VALIDATORS_OF_304: &str = "UPDATE source SET etag = coalesce(?2, etag), last_modified = coalesce(?3, last_modified) WHERE id = ?1";
const SUCCESS: &str = "UPDATE source SET last_poll = ?2, last_success = ?2, next_poll = iif(schedule = ?4, ?3, next_poll), \
                       reason = iif(schedule = ?4, ?5, reason), hints = ?6, not_before = NULL, failures = 0, error = NULL WHERE id = ?1";
const FAILURE: &str = "UPDATE source SET last_poll = ?2, next_poll = iif(schedule = ?4, ?3, next_poll), not_before = ?5, reason = iif(schedule = ?4, ?7, reason), \
                       failures = failures + 1, error = ?6 WHERE id = ?1";
const HEAD: &str = "UPDATE source SET feed_id = ?2, feed_title = ?3, feed_link = ?4, feed_rights = ?5, feed_icon = ?6, feed_logo = ?7 WHERE id = ?1 \
                    AND (feed_id IS NOT ?2 OR feed_title IS NOT ?3 OR feed_link IS NOT ?4 OR feed_rights IS NOT ?5 OR feed_icon IS NOT ?6 \
                    OR feed_logo IS NOT ?7)";
const ROW: &str = "INSERT INTO poll (source, at, duration_ms, status, wire_bytes, items_new, items_changed, items_unchanged, error, problems, \
                   next_poll, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const TRIM: &str =
    "DELETE FROM poll WHERE source = ?1 AND id <= (SELECT id FROM poll WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";

/// Stores the outcome within the caller's transaction.
pub(super) fn commit(connection: &Connection, mut outcome: PollOutcome, stories: &mut Stories) -> rusqlite::Result<Committed> {
    let id = outcome.source;
    let columns = |row: &Row<'_>| {
        let habits = Habits { distrusts_guids: row.get(2)?, fresh_guids: row.get(3)?, fresh_links: row.get(4)? };
        Ok((
            row.get(0)?,
            row.get(1)?,
            habits,
            row.get::<_, Option<i64>>(5)?.map(instant),
            row.get::<_, Option<String>>(6)?,
            row.get::<_, Option<i64>>(7)?.map(instant),
            row.get(8)?,
        ))
    };
    let Some((is_first, is_current, habits, last_success, hints, lost_at, found_url)) =
        connection.prepare_cached(FIND)?.query_row((id, &outcome.url, &outcome.reading), columns).optional()?
    else {
        // The database was replaced under the daemon; there is nothing that this poll belongs to.
        return Ok(Committed::default());
    };
    host::take(connection, &outcome.signs, outcome.at)?;
    let mut past = Past { last_success, hints: source::hints_of(hints.as_deref()), habit: None, lost_at, found_url };
    let mut committed = Committed::default();
    let mut problems = None;
    if let Polled::New(feed) | Polled::Pushed(feed) = &mut outcome.result {
        let arrival = Arrival {
            source: id,
            now: outcome.at,
            is_first,
            initial: feed.initial,
            max_items: feed.max_items,
            habits,
            article: feed.article,
            article_wait: TimeDelta::from_std(feed.article_wait).unwrap_or_default(),
        };
        let entries = std::mem::take(&mut feed.entries);
        let all_dates: Vec<_> = entries.iter().filter_map(|identified| identified.entry.published).collect();
        let new_dates;
        (committed, new_dates) = entry::store(connection, entries, arrival, stories)?;
        if outcome.settings.keys.schedule == Schedule::Auto {
            past.learn(connection, (id, outcome.at), &all_dates, &new_dates)?;
        }
        dropped::keep(connection, id, &feed.dropped, outcome.at)?;
        let mut told = [feed.notes.as_slice(), feed.problems.as_slice()].concat();
        told.extend(committed.distrust.map(|distrust| distrust.to_string()));
        problems = (!told.is_empty()).then(|| told.join("\n"));
    }
    if let Polled::New(feed) = &outcome.result {
        let FeedHead { id: feed_id, title, link, rights, icon, logo, .. } = &feed.head;
        let changed = connection.prepare_cached(HEAD)?.execute((id, feed_id, title, link, rights, icon, logo))?;
        committed.feed_changed = changed > 0 && !is_first;
        if is_current && (feed.topic.is_some() || !feed.is_cut_short) {
            committed.hub_changed = subscription::name_hub(connection, id, feed.topic.as_ref())?;
        }
        if committed.items_new > 0 {
            subscription::doubt(connection, id, outcome.at)?;
        }
    }
    if committed.touches_stories() {
        story::next_generation(connection)?;
    }
    if let Polled::Pushed(_) = &outcome.result {
        subscription::pushed(connection, id, outcome.at)?;
        return Ok(committed);
    }
    if is_current {
        committed.has_moved = follow(connection, &outcome, past.found_url.as_deref())?;
    }
    let next = if is_current { Some(stand(connection, &outcome, past)?) } else { None };
    let error = if let Polled::Failed { error } = &outcome.result { Some(error) } else { None };
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    connection.prepare_cached(ROW)?.execute((
        id,
        seconds(outcome.at),
        i64::try_from(outcome.duration.as_millis()).unwrap_or(i64::MAX),
        outcome.status,
        i64::try_from(outcome.wire_bytes).unwrap_or(i64::MAX),
        count(committed.items_new),
        count(committed.items_changed),
        count(committed.items_unchanged),
        error,
        problems,
        next.as_ref().and_then(|next| next.at).map(seconds),
        next.map(|next| next.reason.to_string()),
    ))?;
    connection.prepare_cached(TRIM)?.execute((id, KEPT))?;
    Ok(committed)
}

/// What is known of a source from before a poll.
struct Past {
    last_success: Option<DateTime<Utc>>,
    hints: Hints,
    habit: Option<Habit>,
    lost_at: Option<DateTime<Utc>>,
    found_url: Option<String>,
}

impl Past {
    /// Learns from the dates of a document's items, and of those among them that are new.
    fn learn(
        &mut self,
        connection: &Connection,
        (source, at): (i64, DateTime<Utc>),
        all: &[DateTime<Utc>],
        new: &[Option<DateTime<Utc>>],
    ) -> rusqlite::Result<()> {
        let habit = match (habit::find(connection, source)?, self.last_success) {
            (Some(mut habit), Some(before)) => {
                habit.found(new, before, at);
                habit
            }
            _ => Habit::from_document(all, at),
        };
        habit::keep(connection, source, &habit)?;
        self.habit = Some(habit);
        Ok(())
    }

    /// What was known of the source's habit, until now.
    fn habit(self, connection: &Connection, outcome: &PollOutcome) -> rusqlite::Result<Option<Habit>> {
        if self.habit.is_some() || outcome.settings.keys.schedule != Schedule::Auto {
            return Ok(self.habit);
        }
        let mut known = habit::find(connection, outcome.source)?;
        if let Some(habit) = &mut known {
            habit.found(&[], outcome.at, outcome.at);
        }
        Ok(known)
    }
}

/// Where the source is polled from now on, after a good answer; whether that is another place than before.
fn follow(connection: &Connection, outcome: &PollOutcome, found_before: Option<&str>) -> rusqlite::Result<bool> {
    if !matches!(outcome.ending, Ending::Success { .. }) {
        return Ok(false);
    }
    let before = moved::find(connection, outcome.source)?;
    let way = Way { is_home: !outcome.is_elsewhere, target: outcome.moved.as_deref() };
    let after = before.clone().after(&outcome.url, way, outcome.at);
    if after != before {
        moved::keep(connection, outcome.source, &after)?;
    }
    let found = if let Polled::New(feed) = &outcome.result { feed.found_url.as_deref() } else { found_before };
    let to = after.to.as_ref().map(|to| to.url.as_str());
    source::polled_at(connection, outcome.source, &outcome.settings, to.or(found))?;
    Ok(after.to.is_some() && after.to != before.to)
}

/// How polling stands after it: validators, failures, the next poll.
fn stand(connection: &Connection, outcome: &PollOutcome, past: Past) -> rusqlite::Result<Next> {
    let (id, at) = (outcome.source, seconds(outcome.at));
    let is_good = matches!(outcome.ending, Ending::Success { .. });
    let hints = if is_good { outcome.hints } else { past.hints };
    let has_gap = matches!(&outcome.result, Polled::New(feed) if feed.has_gap);
    let has_lost = has_gap || past.lost_at.is_some_and(|lost_at| outcome.at - lost_at < HASTE);
    let pushed_until = if is_good { subscription::pushed_until(connection, id, outcome.at)? } else { None };
    let habit = past.habit(connection, outcome)?;
    let next = schedule::next_poll(&Situation {
        now: outcome.at,
        source: &outcome.settings,
        due: outcome.due,
        ending: outcome.ending,
        hints: &hints,
        habit: habit.as_ref(),
        has_lost,
        pushed_until,
    });
    let (next_poll, reason, hints) = (next.at.map(seconds), next.reason.to_string(), source::kept_hints(&hints));
    match &outcome.result {
        Polled::New(feed) => {
            let Validators { etag, last_modified } = &feed.validators;
            let lost_at = feed.has_gap.then_some(at);
            connection.prepare_cached(DOCUMENT)?.execute((id, etag, last_modified, &feed.found_url, feed.body_hash, lost_at))?;
            connection.prepare_cached(SUCCESS)?.execute((id, at, next_poll, &outcome.plan, reason, hints))?;
        }
        Polled::Pushed(_) => {}
        Polled::NotModified { validators } => {
            if let Some(Validators { etag, last_modified }) = validators {
                connection.prepare_cached(VALIDATORS_OF_304)?.execute((id, etag, last_modified))?;
            }
            connection.prepare_cached(SUCCESS)?.execute((id, at, next_poll, &outcome.plan, reason, hints))?;
        }
        Polled::Same { validators: Validators { etag, last_modified } } => {
            connection.prepare_cached(VALIDATORS)?.execute((id, etag, last_modified))?;
            connection.prepare_cached(SUCCESS)?.execute((id, at, next_poll, &outcome.plan, reason, hints))?;
        }
        Polled::Failed { error } => {
            let not_before = if let Ending::Failure { not_before, .. } = outcome.ending { not_before.map(seconds) } else { None };
            connection.prepare_cached(FAILURE)?.execute((id, at, next_poll, &outcome.plan, not_before, error, reason))?;
        }
    }
    Ok(next)
}
