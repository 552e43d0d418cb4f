//! One due source in, one [`Visit`] out: fetch, decode, parse, normalise, identify, commit.
//!
//! The only place that strings these together. Whatever goes wrong becomes the source's error and its next poll time; the old
//! validators and entries stay.

mod queue;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::config::{Rules, Source};
use crate::fetch::{FetchError, Fetched, Fetcher, Response, Validators};
use crate::normalise::{Context, normalise};
use crate::parse::{ParseError, Problem};
use crate::schedule::{self, Ending};
use crate::store::{Committed, NewFeed, PollOutcome, Polled, SourceState, Store, StoreError, plan_of};
use crate::story::identify;
use crate::{decode, parse};

pub use queue::Queue;

/// What came of a poll, for logs and people. It is stored already.
#[derive(Debug)]
pub struct Visit {
    /// When the answer was there.
    pub at: DateTime<Utc>,
    pub committed: Committed,
    /// The server said that nothing has changed.
    pub is_not_modified: bool,
    pub error: Option<String>,
    pub hint: Option<&'static str>,
    pub problems: Vec<String>,
    pub status: Option<u16>,
    pub wire_bytes: u64,
    pub duration: Duration,
    /// How polling stands after it; None when the store was replaced and no longer knows the source.
    pub state: Option<SourceState>,
}

/// Why a poll gave nothing.
#[derive(Debug, thiserror::Error)]
enum PollError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Parse(#[from] ParseError),
    #[error("reading the feed failed inside taspa: {0}")]
    Panicked(String),
}

impl PollError {
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Fetch(error) => error.hint(),
            Self::Parse(error) => error.hint(),
            Self::Panicked(_) => Some("please report this, with the feed's address"),
        }
    }

    fn ending(&self, failures: u32, now: DateTime<Utc>) -> Ending {
        match self {
            Self::Fetch(FetchError::Gone) => Ending::Gone,
            Self::Fetch(FetchError::Status { retry_after: Some(retry_after), .. }) => {
                Ending::Failure { failures, not_before: schedule::retry_after(retry_after, now) }
            }
            _ => Ending::Failure { failures, not_before: None },
        }
    }
}

/// Polls a source and stores what came of it, whole. The time of the poll is when the answer was there: waiting for the host's turn may
/// have taken minutes.
///
/// # Errors
/// When the store refuses; then nothing of this poll is kept. A source that fails is no error but a [`Visit`] with one.
pub async fn visit(
    fetcher: &Fetcher,
    store: &Store,
    source: &Arc<Source>,
    state: &SourceState,
    clock: &Clock,
) -> Result<Visit, StoreError> {
    let started = stopwatch();
    let fetched = fetcher.fetch(&source.url, &state.validators).await;
    let now = clock.now();
    let mut answered = Answered::default();
    let read = match fetched {
        Ok(Fetched::New(response)) => {
            answered = Answered { status: Some(response.status), wire_bytes: response.wire_bytes };
            read_off_the_reactor(response, Arc::clone(source), now).await.map(|feed| Polled::New(Box::new(feed)))
        }
        Ok(Fetched::NotModified { validators }) => {
            answered.status = Some(304);
            Ok(Polled::NotModified { validators })
        }
        Err(error) => {
            answered.status = error.status();
            Err(PollError::from(error))
        }
    };
    let ending = match &read {
        Ok(_) => Ending::Success,
        Err(error) => error.ending(state.failures + 1, now),
    };
    let hint = read.as_ref().err().and_then(PollError::hint);
    let result = read.unwrap_or_else(|error| Polled::Failed { error: printable(&error.to_string()) });
    let is_not_modified = matches!(result, Polled::NotModified { .. });
    let error = if let Polled::Failed { error } = &result { Some(error.clone()) } else { None };
    let problems = if let Polled::New(feed) = &result { feed.problems.clone() } else { Vec::new() };
    let duration = started.elapsed();
    let Answered { status, wire_bytes } = answered;
    let outcome = PollOutcome {
        source: state.id,
        url: source.url.to_string(),
        plan: plan_of(source),
        at: now,
        duration,
        status,
        wire_bytes,
        result,
        next_poll: schedule::next_poll(&source.keys.schedule, source.keys.timezone, now, ending),
        not_before: if let Ending::Failure { not_before, .. } = ending { not_before } else { None },
    };
    let (committed, state) = store.commit(outcome).await?;
    Ok(Visit { at: now, committed, is_not_modified, error, hint, problems, status, wire_bytes, duration, state })
}

/// Most problems of one poll that are kept.
const MAX_PROBLEMS: usize = 20;

/// Longest error or problem kept, in characters.
const MAX_MESSAGE: usize = 500;

/// A message as it may stand in a terminal: it can quote what a server sent, escape sequences included.
fn printable(message: &str) -> String {
    message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// What the HTTP answer alone told.
#[derive(Debug, Default)]
struct Answered {
    status: Option<u16>,
    wire_bytes: u64,
}

#[expect(clippy::disallowed_methods, reason = "how long a poll took is measured by the monotonic clock")]
fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

/// Parsing is work of milliseconds; it must not hold up the connections that share the reactor's threads.
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn read_off_the_reactor(response: Response, source: Arc<Source>, now: DateTime<Utc>) -> Result<NewFeed, PollError> {
    match tokio::task::spawn_blocking(move || read(response, &source, now)).await {
        Ok(feed) => Ok(feed?),
        // A panic in a parser on hostile input costs this poll and no other.
        Err(error) => Err(PollError::Panicked(error.to_string())),
    }
}

/// A response as entries with keys. Pure.
fn read(response: Response, source: &Source, now: DateTime<Utc>) -> Result<NewFeed, ParseError> {
    let Response { url, content_type, validators, body, status: _, wire_bytes: _ } = response;
    let decoded = decode::decode(body, content_type.as_deref());
    let mut feed = parse::parse(&decoded.text, &url, source.keys.timezone)?;
    // With the validators of half a document the other half would never be sent.
    let validators = if feed.problems.contains(&Problem::CutShort) { Validators::default() } else { validators };
    if decoded.is_lossy {
        feed.problems.push(Problem::Replaced(decoded.charset));
    }
    let normalised = normalise(feed, Context { base: &url, language: source.keys.language.as_ref(), rules: &Rules::default(), now });
    let entries = identify(normalised.entries);
    let max_items = source.keys.max_items as usize;
    let mut problems: Vec<String> = normalised.problems.iter().map(|problem| printable(&problem.to_string())).collect();
    if entries.len() > max_items {
        problems.push(Problem::TooManyItems { read: max_items, total: entries.len() }.to_string());
    }
    problems.truncate(MAX_PROBLEMS);
    let initial = source.keys.initial as usize;
    Ok(NewFeed { head: normalised.head, entries, validators, problems, initial, max_items })
}
