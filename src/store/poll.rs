//! A poll, stored whole: its entries, the source's new state, and the row that records it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::entry::{self, Arrival, Committed};
use super::{seconds, story};
use crate::fetch::Validators;
use crate::normalise::FeedHead;
use crate::story::Identified;

/// Poll rows kept for each source.
const KEPT: u32 = 50;

/// Everything that came of one visit to a source.
#[derive(Debug)]
pub struct PollOutcome {
    /// [`super::SourceState::id`].
    pub source: i64,
    /// The address that was polled. If the config has given the source another one meanwhile, the validators are not kept.
    pub url: String,
    pub at: DateTime<Utc>,
    pub duration: Duration,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Bytes of the body on the wire.
    pub wire_bytes: u64,
    pub result: Polled,
    /// None: never again by itself.
    pub next_poll: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub enum Polled {
    New(Box<NewFeed>),
    /// The validators that the 304 brought replace the old ones, if it brought any.
    NotModified {
        validators: Option<Validators>,
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
    pub validators: Validators,
    /// What was wrong without stopping the poll.
    pub problems: Vec<String>,
    /// Most entries that enter if this is the source's first good poll.
    pub initial: usize,
}

const FIND: &str = "SELECT last_success IS NULL, url FROM source WHERE id = ?1";
const VALIDATORS: &str = "UPDATE source SET etag = ?2, last_modified = ?3 WHERE id = ?1 AND url = ?4";
const SUCCESS: &str = "UPDATE source SET last_poll = ?2, last_success = ?2, next_poll = ?3, failures = 0, error = NULL WHERE id = ?1";
const FAILURE: &str = "UPDATE source SET last_poll = ?2, next_poll = ?3, failures = failures + 1, error = ?4 WHERE id = ?1";
const HEAD: &str = "UPDATE source SET feed_id = ?2, feed_title = ?3, feed_link = ?4, feed_language = ?5 WHERE id = ?1 \
                    AND (feed_id IS NOT ?2 OR feed_title IS NOT ?3 OR feed_link IS NOT ?4 OR feed_language IS NOT ?5)";
const ROW: &str = "INSERT INTO poll (source, at, duration_ms, status, wire_bytes, items_new, items_changed, items_unchanged, error, problems) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const TRIM: &str =
    "DELETE FROM poll WHERE source = ?1 AND id <= (SELECT id FROM poll WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";

/// Stores the outcome within the caller's transaction.
pub(super) fn commit(connection: &Connection, outcome: PollOutcome, dedup: bool) -> rusqlite::Result<Committed> {
    let id = outcome.source;
    let Some(is_first) = connection.prepare_cached(FIND)?.query_row([id], |row| row.get(0)).optional()? else {
        // The database was replaced under the daemon; there is nothing that this poll belongs to.
        return Ok(Committed::default());
    };
    let at = seconds(outcome.at);
    let next_poll = outcome.next_poll.map(seconds);
    let mut committed = Committed::default();
    let mut error = None;
    let mut problems = None;
    match outcome.result {
        Polled::New(feed) => {
            let head = &feed.head;
            connection.prepare_cached(HEAD)?.execute((id, &head.id, &head.title, &head.link, &head.language))?;
            connection.prepare_cached(VALIDATORS)?.execute((id, &feed.validators.etag, &feed.validators.last_modified, &outcome.url))?;
            problems = (!feed.problems.is_empty()).then(|| feed.problems.join("\n"));
            let arrival = Arrival { source: id, now: outcome.at, is_first, initial: feed.initial, dedup };
            committed = entry::store(connection, feed.entries, arrival)?;
            connection.prepare_cached(SUCCESS)?.execute((id, at, next_poll))?;
        }
        Polled::NotModified { validators } => {
            if let Some(Validators { etag, last_modified }) = validators {
                connection.prepare_cached(KEEP_OR_REPLACE)?.execute((id, etag, last_modified, &outcome.url))?;
            }
            connection.prepare_cached(SUCCESS)?.execute((id, at, next_poll))?;
        }
        Polled::Failed { error: text } => {
            connection.prepare_cached(FAILURE)?.execute((id, at, next_poll, &text))?;
            error = Some(text);
        }
    }
    if committed.touches_stories() {
        story::next_generation(connection)?;
    }
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    connection.prepare_cached(ROW)?.execute((
        id,
        at,
        i64::try_from(outcome.duration.as_millis()).unwrap_or(i64::MAX),
        outcome.status,
        i64::try_from(outcome.wire_bytes).unwrap_or(i64::MAX),
        count(committed.items_new),
        count(committed.items_changed),
        count(committed.items_unchanged),
        error,
        problems,
    ))?;
    connection.prepare_cached(TRIM)?.execute((id, KEPT))?;
    Ok(committed)
}

/// RFC 9111 §4.3.4: a 304 updates the fields that it brings.
const KEEP_OR_REPLACE: &str =
    "UPDATE source SET etag = coalesce(?2, etag), last_modified = coalesce(?3, last_modified) WHERE id = ?1 AND url = ?4";
