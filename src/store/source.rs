//! Sources: what the config says of them, and how their polling stands.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use url::Url;

use super::host::{self, HostRest};
use super::{habit, instant, moved, seconds, upgrade};
use crate::config::{Listing, Rules, Schedule, Sharing, Source};
use crate::fetch::Validators;
use crate::schedule::{self, Ending, Failing, Hints, Next, Situation};

/// How a source's polling stands: what the next poll needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceState {
    pub id: i64,
    pub name: String,
    /// Of the last good response.
    pub validators: Validators,
    /// Failed polls since the last good one.
    pub failures: u32,
    /// None: never again by itself.
    pub next_poll: Option<DateTime<Utc>>,
    /// The wish of its server, told to this source or to another of its host; nobody polls before it.
    pub not_before: Option<DateTime<Utc>>,
    /// SHA-256 of the last good body.
    pub body_hash: Option<[u8; 32]>,
    /// Where it is polled, if its url is a page: the feed that was found, or the url itself when there is none.
    pub found_url: Option<String>,
    /// Where it has moved for good, by the word of its server: it is polled there.
    pub moved_to: Option<String>,
    /// The host at which it is polled.
    pub host: String,
    /// Until when that is left alone, for its own wish or since it was not to be reached. It may be over.
    pub host_rests_until: Option<DateTime<Utc>>,
    /// What the last good answer said of the next poll.
    pub hints: Hints,
    /// The row of the last poll that is in this state, 0 before the first: of two states the one with the higher is the later.
    pub poll: i64,
}

/// What people want to know of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    pub name: String,
    pub last_poll: Option<DateTime<Utc>>,
    pub last_success: Option<DateTime<Utc>>,
    pub next_poll: Option<DateTime<Utc>>,
    /// Where it is polled, if its server says that it has moved for good.
    pub moved_to: Option<String>,
    /// When a poll last found that items had come and gone since the one before.
    pub lost_at: Option<DateTime<Utc>>,
    /// Why then, in a sentence; None before the first poll.
    pub reason: Option<String>,
    /// Of the last poll; None when it went well.
    pub error: Option<String>,
    /// Entries stored.
    pub entries: u64,
    /// Article pages that are still to be fetched.
    pub articles_waiting: u64,
    /// Article pages that were given up.
    pub articles_given_up: u64,
    /// Why the page of the newest entry whose page was asked for was not read; None when it was.
    pub article_error: Option<String>,
    /// Why the page of the newest entry that has none was not read.
    pub last_article_error: Option<String>,
}

/// What a source's next poll is reckoned from: another one makes the stored next poll stale.
pub fn plan_of(source: &Source) -> String {
    let keys = &source.keys;
    let mut plan = format!("{} {}", keys.schedule, keys.timezone.name());
    if keys.schedule == Schedule::Auto {
        plan.push_str(&format!(" {:?} {:?}", keys.freshness, keys.min_interval));
    }
    plan.push_str(&format!(" {:?}", keys.max_interval));
    plan
}

/// Keeps at which host a source is polled: that of another address, if it is polled there, else its own.
pub(super) fn polled_at(connection: &Connection, id: i64, source: &Source, elsewhere: Option<&str>) -> rusqlite::Result<()> {
    let elsewhere = elsewhere.and_then(|url| Url::parse(url).ok());
    let host = elsewhere.as_ref().and_then(Url::host_str).unwrap_or_else(|| source.host());
    connection.prepare_cached(HOST)?.execute((id, host))?;
    Ok(())
}

/// Hints as they were kept; what cannot be read says nothing.
pub(super) fn hints_of(kept: Option<&str>) -> Hints {
    kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
}

/// Hints as they are kept; None when they say nothing.
pub(super) fn kept_hints(hints: &Hints) -> Option<String> {
    if *hints == Hints::default() { None } else { serde_json::to_string(hints).ok() }
}

/// What the config says of how a source's documents are read.
pub fn reading_of(source: &Source) -> String {
    let mut reading = source.listing.as_ref().map(Listing::to_toml).unwrap_or_default();
    let rules = source.keys.rules();
    if rules != Rules::default() {
        reading.push_str(&format!("{rules:?}"));
    }
    if !source.tracking.is_empty() {
        reading.push_str(&format!("{:?}", source.tracking));
    }
    reading
}

const FIND: &str = "SELECT id, url, schedule, last_poll IS NOT NULL AND next_poll IS NOT NULL, not_before, reading, \
                    found_url, last_success, hints, failures FROM source WHERE name = ?1";
const INSERT: &str = "INSERT INTO source (name, url, schedule, reading, next_poll) VALUES (?1, ?2, ?3, ?4, ?5)";
const KEEP: &str = "UPDATE source SET is_retired = 0 WHERE id = ?1 AND is_retired = 1";
const REPLAN: &str = "UPDATE source SET schedule = ?2 WHERE id = ?1";
const RESCHEDULE: &str = "UPDATE source SET next_poll = ?2, reason = ?3 WHERE id = ?1";
const HOST: &str = "UPDATE source SET host = ?2 WHERE id = ?1 AND host IS NOT ?2";
const REREAD: &str = "UPDATE source SET reading = ?2, etag = NULL, last_modified = NULL, body_hash = NULL, found_url = NULL, hints = NULL, failures = 0, \
                      error = NULL, reason = NULL, next_poll = iif(next_poll IS NULL, NULL, max(?3, coalesce(not_before, 0))) WHERE id = ?1";
const MOVE: &str = "UPDATE source SET url = ?2, etag = NULL, last_modified = NULL, body_hash = NULL, failures = 0, error = NULL, not_before = NULL, \
                    found_url = NULL, hub = NULL, topic = NULL, hints = NULL, reason = NULL, next_poll = ?3 WHERE id = ?1";
const SHARE: &str = "UPDATE source SET priority = ?2, is_alone = ?3, strictness = ?4, window = ?5 WHERE id = ?1 \
                     AND (priority, is_alone) IS NOT (?2, ?3) OR id = ?1 AND (strictness IS NOT ?4 OR window IS NOT ?5)";
const RETIRE: &str = "UPDATE source SET is_retired = 1 WHERE name = ?1";
const LIVE: &str = "SELECT name FROM source WHERE is_retired = 0";

/// Makes the table's sources those of the config.
pub(super) fn adopt(connection: &Connection, sources: &[Arc<Source>], now: DateTime<Utc>) -> rusqlite::Result<()> {
    for source in sources {
        adopt_one(connection, source, now)?;
    }
    let names: HashSet<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let live: Vec<String> = connection.prepare(LIVE)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in live.iter().filter(|name| !names.contains(name.as_str())) {
        connection.prepare_cached(RETIRE)?.execute([name])?;
    }
    Ok(())
}

fn adopt_one(connection: &Connection, source: &Source, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let (name, url, plan, reading) = (source.name.as_str(), source.url.as_str(), plan_of(source), reading_of(source));
    let Some(known) = connection.prepare_cached(FIND)?.query_row([name], Known::read).optional()? else {
        connection.prepare_cached(INSERT)?.execute((name, url, &plan, &reading, seconds(now)))?;
        let id = connection.last_insert_rowid();
        connection.prepare_cached(SHARE)?.execute(sharing(id, source))?;
        return polled_at(connection, id, source, None);
    };
    connection.prepare_cached(KEEP)?.execute([known.id])?;
    if known.plan != plan {
        connection.prepare_cached(REPLAN)?.execute((known.id, &plan))?;
        // A source that was never polled, or that was stopped, keeps its own next poll.
        if known.is_planned {
            let next = known.next_poll(connection, source, now)?;
            connection.prepare_cached(RESCHEDULE)?.execute((known.id, next.at.map(seconds), next.reason.to_string()))?;
        }
    }
    if known.reading != reading {
        connection.prepare_cached(REREAD)?.execute((known.id, &reading, seconds(now)))?;
        // Addresses may be told apart otherwise now; what is known stays known.
        upgrade::reckon_source(connection, known.id, &source.tracking)?;
    }
    connection.prepare_cached(SHARE)?.execute(sharing(known.id, source))?;
    let has_stayed = known.url == url && known.reading == reading;
    if known.url != url {
        connection.prepare_cached(MOVE)?.execute((known.id, url, seconds(now)))?;
        moved::forget(connection, known.id)?;
    }
    let found = known.found_url.filter(|_| has_stayed);
    let moved = moved::find(connection, known.id)?.to.map(|to| to.url);
    polled_at(connection, known.id, source, moved.or(found).as_deref())
}

/// How a source's entries share stories, as [`SHARE`] takes it.
fn sharing(id: i64, source: &Source) -> (i64, u32, bool, Option<String>, Option<i64>) {
    let keys = &source.keys;
    let strictness = match keys.dedup {
        Sharing::Off | Sharing::Usual => None,
        Sharing::With(strictness) => Some(strictness.to_string()),
    };
    let window = keys.dedup_window.map(|window| i64::try_from(window.as_secs()).unwrap_or(i64::MAX));
    (id, keys.priority, keys.dedup == Sharing::Off, strictness, window)
}

/// What the table has of a source that the config names.
struct Known {
    id: i64,
    url: String,
    plan: String,
    is_planned: bool,
    not_before: Option<DateTime<Utc>>,
    reading: String,
    found_url: Option<String>,
    last_success: Option<DateTime<Utc>>,
    hints: Hints,
    failures: u32,
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let not_before = row.get::<_, Option<i64>>(4)?.map(instant);
        Ok(Self {
            id: row.get(0)?,
            url: row.get(1)?,
            plan: row.get(2)?,
            is_planned: row.get(3)?,
            not_before,
            reading: row.get(5)?,
            found_url: row.get(6)?,
            last_success: row.get::<_, Option<i64>>(7)?.map(instant),
            hints: hints_of(row.get_ref(8)?.as_str_or_null()?),
            failures: row.get(9)?,
        })
    }

    /// The next poll by another schedule than before. What server and feed asked for holds; after failures the admin may want to see at once
    /// whether the change helps.
    fn next_poll(&self, connection: &Connection, source: &Source, now: DateTime<Utc>) -> rusqlite::Result<Next> {
        let ending = match (self.not_before.filter(|until| *until > now), self.last_success) {
            (Some(_), _) => Ending::Failure { failures: 0, failing: Failing::Other, not_before: self.not_before },
            (None, Some(received)) if self.failures == 0 => Ending::Success { received, age: Duration::ZERO },
            _ => Ending::Failure { failures: 0, failing: Failing::Other, not_before: None },
        };
        let habit = if source.keys.schedule == Schedule::Auto { habit::find(connection, self.id)? } else { None };
        Ok(schedule::next_poll(&Situation {
            now,
            source,
            due: None,
            ending,
            hints: &self.hints,
            habit: habit.as_ref(),
            has_lost: false,
            pushed_until: None,
        }))
    }
}

const STATE: &str = "SELECT id, name, etag, last_modified, failures, next_poll, not_before, found_url, host, hints, \
                     (SELECT coalesce(max(poll.id), 0) FROM poll WHERE poll.source = source.id), body_hash, \
                     (SELECT moved.url FROM moved WHERE moved.source = source.id) FROM source WHERE name = ?1";
const STATE_BY_ID: &str = "SELECT id, name, etag, last_modified, failures, next_poll, not_before, found_url, host, hints, \
                     (SELECT coalesce(max(poll.id), 0) FROM poll WHERE poll.source = source.id), body_hash, \
                     (SELECT moved.url FROM moved WHERE moved.source = source.id) FROM source WHERE id = ?1";

/// The state of one source; None when the file no longer has it.
pub(super) fn state_of(connection: &Connection, id: i64) -> rusqlite::Result<Option<SourceState>> {
    let state = connection.prepare_cached(STATE_BY_ID)?.query_row([id], state).optional()?;
    state.map(|state| with_host(connection, state)).transpose()
}

/// The states of the enabled ones among `sources`, in their order.
pub(super) fn states(connection: &Connection, sources: &[Arc<Source>]) -> rusqlite::Result<Vec<SourceState>> {
    let enabled = sources.iter().filter(|source| source.keys.enabled);
    enabled.filter_map(|source| state_named(connection, source.name.as_str()).transpose()).collect()
}

/// The state of the source of that name; None when the file does not have it.
pub(super) fn state_named(connection: &Connection, name: &str) -> rusqlite::Result<Option<SourceState>> {
    let state = connection.prepare_cached(STATE)?.query_row([name], state).optional()?;
    state.map(|state| with_host(connection, state)).transpose()
}

/// The state, with what is known of its host.
fn with_host(connection: &Connection, state: SourceState) -> rusqlite::Result<SourceState> {
    let host = host::find(connection, &state.host)?;
    Ok(SourceState { not_before: state.not_before.max(host.not_before), host_rests_until: host.rests_until(), ..state })
}

fn state(row: &Row<'_>) -> rusqlite::Result<SourceState> {
    Ok(SourceState {
        id: row.get(0)?,
        name: row.get(1)?,
        validators: Validators { etag: row.get(2)?, last_modified: row.get(3)? },
        failures: row.get(4)?,
        next_poll: row.get::<_, Option<i64>>(5)?.map(instant),
        not_before: row.get::<_, Option<i64>>(6)?.map(instant),
        found_url: row.get(7)?,
        host: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        hints: hints_of(row.get_ref(9)?.as_str_or_null()?),
        host_rests_until: None,
        poll: row.get(10)?,
        body_hash: row.get(11)?,
        moved_to: row.get(12)?,
    })
}

const POLL_BY: &str = "UPDATE source SET next_poll = ?2 WHERE id = ?1 AND next_poll > ?2 AND failures = 0";

/// A source is next polled at `at`, unless it is polled sooner, never, or failing.
pub(super) fn poll_by(connection: &Connection, source: i64, at: DateTime<Utc>) -> rusqlite::Result<Option<SourceState>> {
    connection.prepare_cached(POLL_BY)?.execute((source, seconds(at)))?;
    state_of(connection, source)
}

const STATUS: &str = "SELECT name, last_poll, last_success, next_poll, error, lost_at, \
                      (SELECT count(*) FROM entry WHERE entry.source = source.id), \
                      (SELECT count(*) FROM article WHERE article.source = source.id AND due IS NOT NULL), \
                      (SELECT article.error FROM article WHERE article.source = source.id AND (due IS NULL OR attempts > 0) \
                       ORDER BY entry DESC LIMIT 1), \
                      (SELECT count(*) FROM article WHERE article.source = source.id AND due IS NULL AND article.error IS NOT NULL), \
                      (SELECT article.error FROM article WHERE article.source = source.id AND article.error IS NOT NULL \
                       ORDER BY entry DESC LIMIT 1), reason, coalesce(host, ''), \
                      (SELECT moved.url FROM moved WHERE moved.source = source.id) \
                      FROM source WHERE is_retired = 0 ORDER BY name";

/// A source on a host that is left alone is due when that is over.
pub(super) fn status(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<Vec<SourceStatus>> {
    let row = |row: &Row<'_>| {
        let time = |index: usize| row.get::<_, Option<i64>>(index).map(|seconds| seconds.map(instant));
        let status = SourceStatus {
            name: row.get(0)?,
            last_poll: time(1)?,
            last_success: time(2)?,
            next_poll: time(3)?,
            reason: row.get(11)?,
            error: row.get(4)?,
            moved_to: row.get(13)?,
            lost_at: time(5)?,
            entries: row.get::<_, i64>(6)?.unsigned_abs(),
            articles_waiting: row.get::<_, i64>(7)?.unsigned_abs(),
            article_error: row.get(8)?,
            articles_given_up: row.get::<_, i64>(9)?.unsigned_abs(),
            last_article_error: row.get(10)?,
        };
        Ok((status, row.get::<_, String>(12)?))
    };
    let sources: Vec<_> = connection.prepare_cached(STATUS)?.query_map([], row)?.collect::<Result<_, _>>()?;
    let told = sources.into_iter().map(|(mut status, host)| {
        let rest: Option<HostRest> = host::find(connection, &host)?.rest(&host, now);
        if let Some(rest) = rest.filter(|rest| status.next_poll.is_some_and(|next| next < rest.until)) {
            (status.next_poll, status.reason) = (Some(rest.until), Some(rest.reason.to_string()));
        }
        Ok(status)
    });
    told.collect()
}
