//! One article page in, what is kept of it out: fetch, decode, read, settle.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use url::Url;

use super::{PollError, printable, read_off_the_reactor, stopwatch};
use crate::article::{self, ArticleError};
use crate::clock::Clock;
use crate::config::Source;
use crate::decode;
use crate::fetch::{FetchError, Fetched, Fetcher, Manners, Response, Validators};
use crate::normalise::{Author, CanonicalUrl, Category};
use crate::schedule;
use crate::store::{ArticleOutcome, ArticleResult, ArticleText, DueArticle, Settled, Store, StoreError};

/// Attempts before an article page is given up.
const MAX_ATTEMPTS: u32 = 6;

/// The first pause after a failed attempt; each further one is twice as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// What came of an attempt at an article page, for logs and people. It is stored already.
#[derive(Debug)]
pub struct ArticleVisit {
    /// Which published documents may have changed.
    pub settled: Settled,
    pub error: Option<String>,
    pub hint: Option<String>,
    /// When it is tried again; None when it is done or given up.
    pub next: Option<DateTime<Utc>>,
    /// Until when the host wants, or needs, to be left alone.
    pub host_rests_until: Option<DateTime<Utc>>,
    pub duration: Duration,
}

/// Fetches an article page and stores what it gives.
///
/// # Errors
/// When the store refuses; then the page is still due. A page that fails is no error but an [`ArticleVisit`] with one.
pub async fn visit_article(
    fetcher: &Fetcher,
    store: &Store,
    source: &std::sync::Arc<Source>,
    due: &DueArticle,
    clock: &Clock,
) -> Result<ArticleVisit, StoreError> {
    let started = stopwatch();
    let read = read(fetcher, source, due, clock.now()).await;
    let at = clock.now();
    let (result, hint, fate) = match read {
        Ok(text) => (ArticleResult::Read(Box::new(text)), None, Fate::default()),
        Err(error) => {
            let is_own_host = due.host().as_deref() == source.url.host_str();
            let fate = Fate::of(&error, due.attempts, is_own_host, at);
            let (message, hint) = told(&error);
            (ArticleResult::Failed { error: printable(&message), next: fate.next }, hint, fate)
        }
    };
    let (error, next) = match &result {
        ArticleResult::Read(_) => (None, None),
        ArticleResult::Failed { error, next } => (Some(error.clone()), *next),
    };
    let Fate { host_rests_until, host_asks_until, .. } = fate;
    let host_asks = due.host().zip(host_asks_until);
    let settled = store.settle(ArticleOutcome { entry: due.entry, at, result, host_rests_until, host_asks }).await?;
    Ok(ArticleVisit { settled, error, hint, next, host_rests_until, duration: started.elapsed() })
}

/// What a failed attempt means for the page and for its host.
#[derive(Default)]
struct Fate {
    next: Option<DateTime<Utc>>,
    host_rests_until: Option<DateTime<Utc>>,
    /// It said so itself, to whoever asks it (Retry-After).
    host_asks_until: Option<DateTime<Utc>>,
}

impl Fate {
    /// `is_own_host`: the page stands on the source's own host, whose trouble is that of all its pages.
    fn of(error: &PollError, attempts: u32, is_own_host: bool, now: DateTime<Utc>) -> Self {
        let pause = FIRST_PAUSE * (1 << attempts.min(MAX_ATTEMPTS));
        let again = (attempts + 1 < MAX_ATTEMPTS).then(|| now + pause);
        let rests = |until: DateTime<Utc>| Some(until).filter(|_| is_own_host);
        match error {
            PollError::Fetch(FetchError::Status { status, retry_after })
                if retry_after.is_some() || matches!(*status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) =>
            {
                let wish = retry_after.as_deref().and_then(|wish| schedule::retry_after(wish, now));
                let rest = wish.unwrap_or(now + pause).max(now + FIRST_PAUSE);
                let host_asks_until = wish.filter(|_| error.asks_for_host());
                Self { next: again.map(|again| again.max(rest)), host_rests_until: rests(rest), host_asks_until }
            }
            PollError::Fetch(FetchError::Status { status, .. })
                if status.is_server_error() || matches!(status.as_u16(), 403 | 408 | 425) =>
            {
                Self { next: again, ..Self::default() }
            }
            PollError::Fetch(FetchError::Dns(_) | FetchError::Connect(_) | FetchError::RobotsUnknown(_)) => {
                Self { next: again, host_rests_until: rests(now + FIRST_PAUSE), host_asks_until: None }
            }
            PollError::Fetch(
                FetchError::Timeout(_)
                | FetchError::Broken(_)
                | FetchError::Truncated
                | FetchError::Certificate(_)
                | FetchError::NoCaStore(_),
            ) => Self { next: again, ..Self::default() },
            PollError::Article(ArticleError::Challenge) => Self { next: again, ..Self::default() },
            // It would say the same next time.
            PollError::Fetch(_)
            | PollError::Parse(_)
            | PollError::Listing { .. }
            | PollError::Found { .. }
            | PollError::Moved { .. }
            | PollError::Article(_)
            | PollError::Panicked(_) => Self::default(),
        }
    }
}

/// An error in the words of an article: those of [`FetchError`] speak of feeds.
fn told(error: &PollError) -> (String, Option<String>) {
    match error {
        PollError::Fetch(FetchError::Gone) => ("the server answered 410 Gone".to_owned(), None),
        PollError::Fetch(FetchError::Status { .. } | FetchError::Dns(_)) => (error.to_string(), None),
        other => (other.to_string(), other.hint()),
    }
}

async fn read(fetcher: &Fetcher, source: &std::sync::Arc<Source>, due: &DueArticle, now: DateTime<Utc>) -> Result<ArticleText, PollError> {
    let mut link = Url::parse(&due.link).map_err(|_| FetchError::BadRedirect(due.link.clone()))?;
    let manners = Manners { obeys_robots: source.keys.robots, public_only: !source.keys.allow_private, public_redirects: true };
    let fetched = fetcher.fetch_for(source, &mut link, &Validators::default(), manners, now).await?;
    let Fetched::New(response) = fetched else { return Err(FetchError::Truncated.into()) };
    let (source, title) = (std::sync::Arc::clone(source), due.title.clone());
    read_off_the_reactor(response, move |response| text_of(response, &source, &title, now)).await?.0
}

/// A page as what is kept of it. Pure.
fn text_of(response: Response, source: &Source, title: &str, now: DateTime<Utc>) -> Result<ArticleText, PollError> {
    let Response { url, content_type, body, .. } = response;
    let decoded = decode::decode(body, content_type.as_deref());
    let rules = &source.keys.article.0;
    let context = article::Context { url: Some(&url), zone: source.keys.timezone, now, title: Some(title), rules };
    let article = article::read(&decoded.text, context)?;
    if article.content_missed {
        tracing::warn!(source = %source.name, link = %url, "`content` of [source.article] matched nothing; the text was found without it");
    }
    Ok(ArticleText {
        content: Some(article.html).filter(|html| !html.is_empty()),
        authors: article.authors.into_iter().map(|name| Author { name, uri: None }).collect(),
        categories: article.categories.into_iter().map(|term| Category { term, scheme: None, label: None }).collect(),
        image: article.image.map(String::from),
        published: article.published,
        detected: article.detected,
        declared: article.declared,
        canonical: article.canonical.map(|url| CanonicalUrl::without(&url, &source.tracking)),
    })
}
