//! One due source in, one [`Visit`] out: fetch, decode, parse, normalise, identify, commit.
//!
//! The only place that strings these together. Whatever goes wrong becomes the source's error and its next poll time; the old
//! validators and entries stay.

mod article;
mod document;
mod preview;
mod push;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::article::ArticleError;
use crate::clock::Clock;
use crate::config::Source;
use crate::fetch::{Caching, FetchError, Fetcher, Place, Response, Validators, Wait};
use crate::normalise::{Context, normalise};
use crate::parse::listing::ListingError;
use crate::parse::{Feed, ParseError, Problem};
use crate::schedule::{self, CacheFields, Ending, Failing, Hints};
use crate::store::{
    Committed, Committing, HostSign, NewFeed, PollOutcome, Polled, SourceState, Store, StoreError, Told, plan_of, reading_of,
};
use crate::story::identify;
use crate::websub::Topic;

pub use article::{ArticleVisit, visit_article};
pub use preview::{NothingToRead, Preview, preview};
pub use push::{Delivery, Push, take_push};
pub use queue::Queue;

use document::{Errand, Got};

/// What came of a poll, for logs and people. It is stored already.
#[derive(Debug)]
pub struct Visit {
    /// When the answer was there.
    pub at: DateTime<Utc>,
    pub committed: Committed,
    /// The server said that nothing has changed, or sent the same once more.
    pub is_not_modified: bool,
    pub error: Option<String>,
    pub hint: Option<String>,
    pub problems: Vec<String>,
    /// What the admin should know of how the document was got.
    pub notes: Vec<String>,
    pub status: Option<u16>,
    pub wire_bytes: u64,
    pub duration: Duration,
    /// Hosts that it has told something of, and until when they are left alone.
    pub rests: Vec<(String, DateTime<Utc>)>,
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
    #[error("{error}")]
    Listing { error: Box<ListingError>, url: Url },
    #[error("the feed that was found, {url}: {error}")]
    Found { url: Url, error: Box<PollError> },
    #[error("at its new address, {url}: {error}")]
    Moved { url: Url, error: Box<PollError> },
    #[error(transparent)]
    Article(#[from] ArticleError),
    #[error("reading the feed failed inside taspa: {0}")]
    Panicked(String),
}

impl PollError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Fetch(error) => error.hint().map(str::to_owned),
            Self::Parse(error) => error.hint().map(str::to_owned),
            Self::Listing { error, url } => Some(error.hint(url)),
            Self::Found { .. } => {
                Some("it is looked for again when it is gone, or has failed often; a `url` that is a feed's own needs no search".to_owned())
            }
            Self::Moved { .. } => Some(
                "its old address is asked as well when that is gone, or has failed often; put the feed's address into the config"
                    .to_owned(),
            ),
            Self::Article(_) => None,
            Self::Panicked(_) => Some("please report this, with the feed's address".to_owned()),
        }
    }

    fn ending(&self, failures: u32, now: DateTime<Utc>) -> Ending {
        match self {
            Self::Found { error, .. } | Self::Moved { error, .. } if !matches!(**error, Self::Fetch(FetchError::Gone)) => {
                error.ending(failures, now)
            }
            Self::Fetch(FetchError::Gone) => Ending::Gone,
            Self::Fetch(FetchError::Status { status, retry_after }) => {
                let failing = if matches!(status.as_u16(), 401 | 403) { Failing::Forbidden } else { Failing::Other };
                let not_before = retry_after.as_deref().and_then(|retry_after| schedule::retry_after(retry_after, now));
                Ending::Failure { failures, failing, not_before }
            }
            // A host that took the connection is there for others: what comes then is the source's own trouble.
            Self::Fetch(FetchError::Dns(_) | FetchError::Connect(_) | FetchError::Certificate(_) | FetchError::Timeout(Wait::Connect)) => {
                Ending::Failure { failures, failing: Failing::Unreachable, not_before: None }
            }
            _ => Ending::Failure { failures, failing: Failing::Other, not_before: None },
        }
    }

    /// What went wrong with the request, wherever it was made.
    fn of_fetch(&self) -> Option<&FetchError> {
        match self {
            Self::Found { error, .. } | Self::Moved { error, .. } => error.of_fetch(),
            Self::Fetch(error) => Some(error),
            Self::Parse(_) | Self::Listing { .. } | Self::Article(_) | Self::Panicked(_) => None,
        }
    }

    /// Whether the answer asks the whole host's visitors to wait.
    fn asks_for_host(&self) -> bool {
        matches!(self.of_fetch(), Some(FetchError::Status { status, .. }) if matches!(status.as_u16(), 429 | 503))
    }

    /// Whether the host was never asked.
    fn is_ours(&self) -> bool {
        // What its robots.txt gave has been no answer to this poll.
        matches!(self.of_fetch(), Some(FetchError::Robots | FetchError::RobotsUnknown(_) | FetchError::NotPublic(_)))
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
    let mut errand = Errand { fetcher, store: Some(store), source, state, clock, answered: Answered::default() };
    let got = errand.get().await;
    let Answered { status, wire_bytes, host, caching, moved, is_elsewhere, place } = errand.answered;
    let now = clock.now();
    let read = match got {
        Ok(Got::Document(document)) => Ok(Polled::New(Box::new(document.feed))),
        Ok(Got::NotModified { validators }) => Ok(Polled::NotModified { validators }),
        Ok(Got::Same { validators }) => Ok(Polled::Same { validators }),
        Err(error) => Err(error),
    };
    let ending = match &read {
        Ok(_) => Ending::Success { received: now, age: fields(&caching).age() },
        Err(error) => error.ending(state.failures + 1, now),
    };
    let hints = match &read {
        Ok(Polled::New(feed)) => Hints::of_document(&fields(&caching), feed.rhythm, now),
        Ok(_) | Err(_) => state.hints.confirmed(&fields(&caching), now),
    };
    let signs = signs(&read, ending, host, source, now);
    let hint = read.as_ref().err().and_then(PollError::hint);
    let result = read.unwrap_or_else(|error| Polled::Failed { error: printable(&error.to_string()) });
    let is_not_modified = matches!(result, Polled::NotModified { .. } | Polled::Same { .. });
    let error = if let Polled::Failed { error } = &result { Some(error.clone()) } else { None };
    let (mut problems, notes) =
        if let Polled::New(feed) = &result { (feed.problems.clone(), feed.notes.clone()) } else { Default::default() };
    let duration = started.elapsed();
    let outcome = PollOutcome {
        source: state.id,
        url: source.url.to_string(),
        plan: plan_of(source),
        reading: reading_of(source),
        at: now,
        duration,
        status,
        wire_bytes,
        result,
        settings: Arc::clone(source),
        due: state.next_poll.filter(|_| state.poll > 0),
        ending,
        hints,
        signs,
        is_elsewhere,
        moved,
    };
    let Committing { committed, state, rests } = store.commit(outcome).await?;
    drop(place);
    if committed.has_moved {
        let moved_to = state.as_ref().and_then(|state| state.moved_to.as_deref());
        tracing::warn!(source = %source.name, moved_to, "the source has moved for good and is polled there: put that into the config");
    }
    if let Some(distrust) = committed.distrust {
        tracing::warn!(source = %source.name, "{distrust}");
        problems.push(distrust.to_string());
    }
    Ok(Visit { at: now, committed, is_not_modified, error, hint, problems, notes, status, wire_bytes, duration, rests, state })
}

fn fields(caching: &Caching) -> CacheFields<'_> {
    CacheFields {
        cache_control: caching.cache_control.as_deref(),
        expires: caching.expires.as_deref(),
        date: caching.date.as_deref(),
        age: caching.age.as_deref(),
    }
}

/// What a poll tells of the host that was asked last.
fn signs(read: &Result<Polled, PollError>, ending: Ending, host: Option<String>, source: &Source, now: DateTime<Utc>) -> Vec<HostSign> {
    let Some(host) = host else { return Vec::new() };
    let asks = read.as_ref().is_err_and(PollError::asks_for_host);
    match ending {
        Ending::Failure { failing: Failing::Unreachable, .. } => {
            let interval = schedule::unhurried(source, now).map_or(TimeDelta::zero(), |next| next - now);
            vec![HostSign { host, told: Told::Unreachable { interval } }]
        }
        Ending::Failure { not_before: Some(until), .. } if asks => {
            vec![HostSign { host: host.clone(), told: Told::Answered }, HostSign { host, told: Told::Asks(until) }]
        }
        _ if read.as_ref().is_err_and(PollError::is_ours) => Vec::new(),
        _ => vec![HostSign { host, told: Told::Answered }],
    }
}

/// Most problems of one poll that are kept.
const MAX_PROBLEMS: usize = 20;

/// Longest error or problem kept, in characters.
const MAX_MESSAGE: usize = 500;

/// A message as it may stand in a terminal: it can quote what a server sent, escape sequences included.
fn printable(message: &str) -> String {
    message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// What the HTTP answers alone told: the last status, all bytes.
#[derive(Debug, Default)]
struct Answered {
    status: Option<u16>,
    wire_bytes: u64,
    /// The host that was asked last, after redirects.
    host: Option<String>,
    /// What the last answer says of how long it is fresh.
    caching: Caching,
    /// Where permanent redirects led to it.
    moved: Option<String>,
    /// It was asked where the source has moved, and not at its own address.
    is_elsewhere: bool,
    /// In memory, of what was read last.
    place: Option<Box<Place>>,
}

#[expect(clippy::disallowed_methods, reason = "how long a poll took is measured by the monotonic clock")]
fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

/// Runs work of milliseconds where it does not hold up the connections that share the reactor's threads.
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn off_the_reactor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PollError> {
    // A panic in a parser on hostile input costs this poll and no other.
    tokio::task::spawn_blocking(work).await.map_err(|error| PollError::Panicked(error.to_string()))
}

/// The same with a response, once it is its turn; and its place in memory, for as long as what was made of it needs one.
async fn read_off_the_reactor<T: Send + 'static>(
    mut response: Response,
    work: impl FnOnce(Response) -> T + Send + 'static,
) -> Result<(T, Option<Box<Place>>), PollError> {
    let place = response.place.take();
    let turn = match &place {
        Some(place) => Some(place.reading(response.body.len()).await),
        None => None,
    };
    let work = off_the_reactor(move || {
        let _turn = turn;
        work(response)
    });
    Ok((work.await?, place))
}

/// What is kept of a document. Pure.
fn new_feed(feed: Feed, base: &Url, validators: Validators, source: &Source, now: DateTime<Utc>) -> NewFeed {
    let keys = &source.keys;
    let topic = Topic::of(&feed.hubs, feed.own_url.as_deref(), base);
    let rules = keys.rules();
    let rhythm = feed.rhythm;
    let context = Context { base, language: keys.language.as_ref(), rules: &rules, tracking: &source.tracking, now };
    let normalised = normalise(feed, context);
    let entries = identify(normalised.entries);
    let max_items = keys.max_items as usize;
    let mut problems: Vec<String> = normalised.problems.iter().map(|problem| printable(&problem.to_string())).collect();
    if entries.len() > max_items {
        problems.push(Problem::TooManyItems { read: max_items, total: entries.len() }.to_string());
    }
    problems.truncate(MAX_PROBLEMS);
    NewFeed {
        head: normalised.head,
        entries,
        dropped: normalised.dropped,
        validators,
        problems,
        rhythm,
        notes: Vec::new(),
        initial: keys.initial as usize,
        max_items,
        article: keys.article.0.fetch,
        article_wait: keys.article_wait,
        topic,
        found_url: None,
        body_hash: None,
        has_gap: false,
        is_cut_short: false,
    }
}
