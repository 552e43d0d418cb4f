//! One chain of requests: an address, and the redirects that it leads through, each hop under the same terms.
//!
//! Credentials stay with the origin of the source, cookies with the host that set them, and both end with the chain.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use url::{Host, Url};

use super::account::Account;
use super::answer::{self, redirect_target, retry_after};
use super::body::{Bounds, stopwatch};
use super::clients::Pair;
use super::cookies::Jar;
use super::error::Wait;
use super::{Caching, FetchError, Fetched, Fetcher, MAX_HEAD, Manners, PRODUCT, Validators, addresses, literal_is_public};
use crate::config::Bytes;

/// Most redirects followed for one request.
const MAX_REDIRECTS: usize = 5;

/// The type of what is posted.
const FORM: &str = "application/x-www-form-urlencoded";

/// How long each part of a request may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// To the head of the answer.
    pub first_byte: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// In all.
    pub total: Duration,
}

/// The terms on which one chain of requests is made.
#[derive(Clone)]
pub(super) struct Terms<'a> {
    pub pair: Arc<Pair>,
    pub max_body: Bytes,
    pub patience: Patience,
    /// Sent to the source's own origin, until a redirect has led elsewhere.
    pub account: Option<Account>,
    pub validators: &'a Validators,
    pub manners: Manners,
}

impl Fetcher {
    /// Asks for `url` and follows where it is sent. `url` is afterwards the one that was asked last, whether that went well or not.
    /// `robots_at`: the time at which robots.txt is asked, where it is.
    pub(super) async fn follow(
        &self,
        url: &mut Url,
        mut terms: Terms<'_>,
        robots_at: Option<DateTime<Utc>>,
    ) -> Result<Fetched, FetchError> {
        let first = url.clone();
        // With the cookies of each: an address asked again with others is no circle.
        let mut seen = vec![(url.clone(), None)];
        let mut jar = Jar::default();
        let (mut moved, mut is_permanent) = (None, true);
        loop {
            if terms.manners.public_redirects && url.host_str() != first.host_str() {
                terms.manners.public_only = true;
            }
            if url.origin() != first.origin() {
                // Nor do they come back: whoever it led through could have chosen the way.
                terms.account = None;
            }
            self.judge(url, &terms).await?;
            if let Some(now) = robots_at {
                self.ask_robots(url, &terms, now).await?;
            }
            let (target, is_for_good) = match self.request(url, &terms, &mut jar).await? {
                Answer::Fetched(fetched) => return Ok(fetched.after(moved.filter(|moved| *moved != first))),
                Answer::Redirect(target, is_for_good) => (target, is_for_good),
            };
            let step = (target.clone(), jar.field(&target));
            if seen.contains(&step) {
                return Err(FetchError::RedirectLoop(target));
            }
            if seen.len() > MAX_REDIRECTS {
                return Err(FetchError::TooManyRedirects(MAX_REDIRECTS));
            }
            is_permanent &= is_for_good;
            if is_permanent {
                moved = Some(target.clone());
            }
            seen.push(step);
            *url = target;
        }
    }

    /// Posts a form, and follows the redirects that keep it a POST (RFC 9110 §15.4.8 and §15.4.9).
    pub(super) async fn submit(&self, mut url: Url, form: &str, terms: &Terms<'_>) -> Result<(), FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            self.judge(&url, terms).await?;
            let _turn = self.hosts.turn(&url).await;
            let request = terms.client(&url)?.post(url.clone()).timeout(terms.patience.total);
            let response = request.header(header::CONTENT_TYPE, FORM).body(form.to_owned()).send().await.map_err(FetchError::of)?;
            match response.status() {
                status if status.is_success() => return Ok(()),
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => url = redirect_target(&url, response.headers())?,
                status => return Err(FetchError::Status { status, retry_after: retry_after(response.headers()) }),
            }
        }
        Err(FetchError::TooManyRedirects(MAX_REDIRECTS))
    }

    /// Whether the manners let the host be asked at all.
    async fn judge(&self, url: &Url, terms: &Terms<'_>) -> Result<(), FetchError> {
        if !terms.manners.public_only {
            return Ok(());
        }
        if !literal_is_public(url) {
            return Err(FetchError::NotPublic(url.host_str().unwrap_or_default().to_owned()));
        }
        match url.host() {
            Some(Host::Domain(name)) if terms.pair.has_proxy => addresses::judge_for_proxy(name, terms.patience.first_byte).await,
            _ => Ok(()),
        }
    }

    /// Whether the host's robots.txt lets us ask for `url`; it is fetched when it is not known, or known for a day.
    pub(super) async fn ask_robots(&self, url: &Url, terms: &Terms<'_>, now: DateTime<Utc>) -> Result<(), FetchError> {
        let robots = self.robots.of(url, now, |mut address| async move {
            // What it says is kept for all sources, and asked in the name of none.
            let none = Validators::default();
            let terms = Terms { account: None, validators: &none, ..terms.clone() };
            // Boxed, since what it calls calls this.
            let fetched = Box::pin(self.follow(&mut address, terms, None)).await;
            fetched.map(|fetched| match fetched {
                Fetched::New(response) => response.body,
                Fetched::NotModified { .. } => Vec::new(),
            })
        });
        let robots = robots.await?;
        if let Some(delay) = robots.crawl_delay(PRODUCT) {
            self.hosts.slow_down(url, delay);
        }
        if robots.allows(PRODUCT, url) { Ok(()) } else { Err(FetchError::Robots) }
    }

    async fn request(&self, url: &Url, terms: &Terms<'_>, jar: &mut Jar) -> Result<Answer, FetchError> {
        let client = terms.client(url)?;
        let _turn = self.hosts.turn(url).await;
        let Patience { first_byte, idle, total } = terms.patience;
        let started = stopwatch();
        let sending = client.get(url.clone()).headers(headers(url, terms, jar)).send();
        let response = match tokio::time::timeout(first_byte.min(total), sending).await {
            Ok(response) => response.map_err(FetchError::of)?,
            Err(_) => return Err(FetchError::Timeout(Wait::FirstByte)),
        };
        let status = response.status();
        // Paths and queries may hold secrets.
        tracing::debug!(host = url.host_str(), status = status.as_u16(), "answered");
        bound_head(response.headers())?;
        jar.take(url, response.headers());
        match status {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {
                let bounds = Bounds { max_body: terms.max_body, idle, total: total.saturating_sub(started.elapsed()) };
                let response = answer::whole(response, bounds, &self.room).await?;
                Ok(Answer::Fetched(Box::new(Fetched::New(response))))
            }
            StatusCode::NOT_MODIFIED if !terms.validators.is_empty() => {
                let brought = Validators::of(response.headers());
                let caching = Caching::of(response.headers());
                let validators = (!brought.is_empty()).then_some(brought);
                Ok(Answer::Fetched(Box::new(Fetched::NotModified { validators, caching, moved: None })))
            }
            StatusCode::GONE => Err(FetchError::Gone),
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
                if response.headers().contains_key(header::LOCATION) =>
            {
                let is_for_good = matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
                redirect_target(url, response.headers()).map(|target| Answer::Redirect(target, is_for_good))
            }
            status => Err(FetchError::Status { status, retry_after: retry_after(response.headers()) }),
        }
    }
}

impl Terms<'_> {
    /// The client that may ask for `url`.
    fn client(&self, url: &Url) -> Result<&reqwest::Client, FetchError> {
        if url.scheme() == "https" {
            self.pair.roots.require()?;
        }
        Ok(if self.manners.public_only { &self.pair.guarded } else { &self.pair.client })
    }
}

/// What one request led to.
enum Answer {
    Fetched(Box<Fetched>),
    /// And whether for good.
    Redirect(Url, bool),
}

/// What a request carries beside what all carry.
fn headers(url: &Url, terms: &Terms<'_>, jar: &Jar) -> HeaderMap {
    let mut headers = terms.account.as_ref().and_then(|account| account.for_url(url)).cloned().unwrap_or_default();
    if let Some(cookies) = jar.field(url) {
        headers.append(header::COOKIE, cookies);
    }
    terms.validators.write(&mut headers);
    headers
}

fn bound_head(headers: &HeaderMap) -> Result<(), FetchError> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes > MAX_HEAD as usize { Err(FetchError::HeadTooLarge) } else { Ok(()) }
}
