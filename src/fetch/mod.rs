//! The polite HTTP client: one URL in, one [`Fetched`] out.
//!
//! Conditional requests (RFC 9110 §13), few connections a host with a pause between them, bounds on time, redirects and bytes
//! both on the wire and decoded. It judges nothing of what the body says, and knows nothing of schedules.

mod addresses;
mod body;
mod error;
mod hosts;
mod links;
pub mod robots;
mod robots_cache;
mod roots;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{StatusCode, redirect};
use sha2::{Digest, Sha256};
use url::Url;

use crate::config::Settings;

pub use addresses::{Guard, NotPublic, is_public, literal_is_public};
pub use error::FetchError;
pub use links::Links;

use body::Bounds;
use hosts::Hosts;
use robots_cache::RobotsCache;
use roots::Roots;

/// What this program is called in User-Agent and robots.txt (RFC 9309 §2.2.1).
const PRODUCT: &str = "taspa";

/// Most redirects followed for one request.
const MAX_REDIRECTS: usize = 5;

/// What a feed reader takes: the feed formats first, a page as a last resort.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.3, */*;q=0.1";

/// The type of what is posted.
const FORM: &str = "application/x-www-form-urlencoded";

/// ETag and Last-Modified of a response: opaque bytes, sent back as they came (RFC 9110 §8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let bytes = |name| headers.get(name).map(|value: &HeaderValue| value.as_bytes().to_vec());
        Self { etag: bytes(header::ETAG), last_modified: bytes(header::LAST_MODIFIED) }
    }

    fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    fn write(&self, headers: &mut HeaderMap) {
        for (name, value) in [(header::IF_NONE_MATCH, &self.etag), (header::IF_MODIFIED_SINCE, &self.last_modified)] {
            if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

/// What is asked for on whose behalf, and so which rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manners {
    /// robots.txt is obeyed (RFC 9309): for pages, which are there for people. Feeds are there to be polled.
    pub obeys_robots: bool,
    /// Only public addresses are asked: for links that a publisher wrote and not the admin. Behind a proxy names are the proxy's
    /// to judge.
    pub public_only: bool,
    /// Redirects to another host lead to public addresses only.
    pub public_redirects: bool,
}

/// The header fields of an answer that say how long it is fresh (RFC 9111), as they were written; several of a name are joined by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caching {
    pub cache_control: Option<String>,
    pub expires: Option<String>,
    pub date: Option<String>,
    pub age: Option<String>,
}

impl Caching {
    fn of(headers: &HeaderMap) -> Self {
        let joined = |name: header::HeaderName| {
            let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Self {
            cache_control: joined(header::CACHE_CONTROL),
            expires: joined(header::EXPIRES),
            date: joined(header::DATE),
            age: joined(header::AGE),
        }
    }
}

/// A good answer.
#[derive(Debug)]
pub enum Fetched {
    /// 200: the whole body, decoded.
    New(Response),
    /// 304: nothing changed since the validators; those that it brought itself, if any.
    NotModified { validators: Option<Validators>, caching: Caching },
}

/// A whole body and what its headers said of it.
#[derive(Debug)]
pub struct Response {
    /// Where it came from, after redirects.
    pub url: Url,
    /// 200, or 203.
    pub status: u16,
    pub content_type: Option<String>,
    pub validators: Validators,
    /// Boxed, since few responses have any.
    pub links: Box<Links>,
    pub caching: Caching,
    /// After Content-Encoding; at most `max_body` bytes.
    pub body: Vec<u8>,
    /// SHA-256 of the content type and the body: two equal ones are read alike.
    pub body_hash: [u8; 32],
    /// Bytes of the body as it came over the wire.
    pub wire_bytes: u64,
}

/// Fetches URLs for all sources under shared bounds. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Fetcher {
    client: reqwest::Client,
    /// The same, for public addresses alone.
    guarded: reqwest::Client,
    hosts: Arc<Hosts>,
    robots: Arc<RobotsCache>,
    bounds: Bounds,
    roots: Roots,
}

impl Fetcher {
    /// A client with the bounds, proxy and certificate authorities of the settings. It is made without any authority, too:
    /// then only https requests fail.
    ///
    /// # Errors
    /// When `ca_file` cannot be read or holds no certificate, or the TLS library refuses to start.
    pub fn new(settings: &Settings) -> Result<Self, FetchError> {
        let hosts = Hosts::new(settings.fetch.per_host, settings.fetch.host_spacing);
        Self::with_hosts(settings, Arc::new(hosts), Arc::default())
    }

    /// A client with other settings. Where the bounds on hosts are the same, it knows of the requests that this one has under way.
    ///
    /// # Errors
    /// As for [`Fetcher::new`].
    pub fn renewed(&self, settings: &Settings) -> Result<Self, FetchError> {
        let fetch = &settings.fetch;
        if self.hosts.has(fetch.per_host, fetch.host_spacing) {
            Self::with_hosts(settings, Arc::clone(&self.hosts), Arc::clone(&self.robots))
        } else {
            let hosts = Hosts::new(fetch.per_host, fetch.host_spacing);
            Self::with_hosts(settings, Arc::new(hosts), Arc::clone(&self.robots))
        }
    }

    fn with_hosts(settings: &Settings, hosts: Arc<Hosts>, robots: Arc<RobotsCache>) -> Result<Self, FetchError> {
        let roots = Roots::load(settings.fetch.ca_file.as_deref())?;
        let tls = roots.client_config()?;
        let client = || client(settings, tls.clone());
        let guarded = match settings.fetch.proxy {
            // The one name that is resolved here is the proxy's, which the admin chose.
            Some(_) => client()?,
            None => client()?.dns_resolver(Arc::new(Guard)),
        };
        let guarded = guarded.build().map_err(FetchError::Client)?;
        let client = client()?.build().map_err(FetchError::Client)?;
        Ok(Self { client, guarded, hosts, robots, bounds: Bounds { max_body: settings.fetch.max_body }, roots })
    }

    /// One conditional GET for the admin himself, of a feed: [`Fetcher::fetch_with`] without any rule.
    ///
    /// # Errors
    /// Anything but 200 and 304 with a whole body within the bounds.
    pub async fn fetch(&self, url: &Url, validators: &Validators) -> Result<Fetched, FetchError> {
        self.follow(&mut url.clone(), validators, Manners::default(), None).await
    }

    /// One conditional GET under `manners`, redirects followed, each hop under the same ones. It waits for the host's turn first, so that
    /// the time-out of a request runs from its own start. `now` tells how old a known robots.txt is.
    ///
    /// # Errors
    /// Anything but 200 and 304 with a whole body within the bounds; what the manners forbid.
    pub async fn fetch_with(
        &self,
        url: &Url,
        validators: &Validators,
        manners: Manners,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        self.fetch_to(&mut url.clone(), validators, manners, now).await
    }

    /// The same; `url` is afterwards the one that was asked last, whether that went well or not.
    ///
    /// # Errors
    /// As for [`Fetcher::fetch_with`].
    pub async fn fetch_to(
        &self,
        url: &mut Url,
        validators: &Validators,
        manners: Manners,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        self.follow(url, validators, manners, Some(now).filter(|_| manners.obeys_robots)).await
    }

    /// Tells a WebSub hub that the feeds at these addresses have changed.
    ///
    /// # Errors
    /// When it does not answer, or does not take it.
    pub async fn tell_hub(&self, hub: &Url, topics: &[String]) -> Result<(), FetchError> {
        let pairs = topics.iter().map(|topic| ("hub.url", topic.as_str()));
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("hub.mode", "publish").extend_pairs(pairs).finish();
        self.post(hub, form, Manners::default()).await
    }

    /// Posts a form, once it is the host's turn, and follows the redirects that keep it a POST (RFC 9110 §15.4.8 and §15.4.9) under the same
    /// manners. What the answer says besides its status is not read.
    ///
    /// # Errors
    /// When it does not answer, or with anything but a 2xx; what the manners forbid. robots.txt is not asked: a hub is there to be asked.
    pub async fn post(&self, url: &Url, form: String, manners: Manners) -> Result<(), FetchError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            if manners.public_only && !literal_is_public(&url) {
                return Err(FetchError::NotPublic(url.host_str().unwrap_or_default().to_owned()));
            }
            match self.post_once(&url, &form, manners).await? {
                Some(target) => url = target,
                None => return Ok(()),
            }
        }
        Err(FetchError::TooManyRedirects(MAX_REDIRECTS))
    }

    /// None, or where the form is to be posted instead.
    async fn post_once(&self, url: &Url, form: &str, manners: Manners) -> Result<Option<Url>, FetchError> {
        if url.scheme() == "https" {
            self.roots.require()?;
        }
        let _turn = self.hosts.turn(url).await;
        let client = if manners.public_only { &self.guarded } else { &self.client };
        let request = client.post(url.clone()).header(header::CONTENT_TYPE, FORM).body(form.to_owned());
        let response = request.send().await.map_err(FetchError::of)?;
        match response.status() {
            status if status.is_success() => Ok(None),
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => redirect_target(url, response.headers()).map(Some),
            status => Err(FetchError::Status { status, retry_after: retry_after(response.headers()) }),
        }
    }

    /// `robots_at`: the time at which robots.txt is asked, where it is.
    async fn follow(
        &self,
        url: &mut Url,
        validators: &Validators,
        mut manners: Manners,
        robots_at: Option<DateTime<Utc>>,
    ) -> Result<Fetched, FetchError> {
        let mut seen = vec![url.clone()];
        loop {
            if manners.public_redirects && url.host_str() != seen[0].host_str() {
                manners.public_only = true;
            }
            if manners.public_only && !literal_is_public(url) {
                return Err(FetchError::NotPublic(url.host_str().unwrap_or_default().to_owned()));
            }
            if let Some(now) = robots_at {
                self.ask_robots(url, manners, now).await?;
            }
            match self.request(url, validators, manners).await? {
                Answer::Fetched(fetched) => return Ok(*fetched),
                Answer::Redirect(target) if seen.contains(&target) => return Err(FetchError::RedirectLoop(target)),
                Answer::Redirect(_) if seen.len() > MAX_REDIRECTS => return Err(FetchError::TooManyRedirects(MAX_REDIRECTS)),
                Answer::Redirect(target) => {
                    seen.push(target.clone());
                    *url = target;
                }
            }
        }
    }

    /// Whether `url` may be asked for under `manners`, if it was asked for without.
    ///
    /// # Errors
    /// [`FetchError::Robots`] when not; [`FetchError::RobotsUnknown`] when nobody can tell.
    pub async fn may_ask(&self, url: &Url, manners: Manners, now: DateTime<Utc>) -> Result<(), FetchError> {
        if manners.obeys_robots { self.ask_robots(url, manners, now).await } else { Ok(()) }
    }

    /// Whether the host's robots.txt lets us ask for `url`; it is fetched when it is not known, or known for a day.
    async fn ask_robots(&self, url: &Url, manners: Manners, now: DateTime<Utc>) -> Result<(), FetchError> {
        let robots = self.robots.of(url, now, |mut address| async move {
            // Boxed, since what it calls calls this.
            let fetched = Box::pin(self.follow(&mut address, &Validators::default(), manners, None)).await;
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

    async fn request(&self, url: &Url, validators: &Validators, manners: Manners) -> Result<Answer, FetchError> {
        if url.scheme() == "https" {
            self.roots.require()?;
        }
        let _turn = self.hosts.turn(url).await;
        let mut headers = HeaderMap::new();
        validators.write(&mut headers);
        let client = if manners.public_only { &self.guarded } else { &self.client };
        let response = client.get(url.clone()).headers(headers).send().await.map_err(FetchError::of)?;
        let status = response.status();
        // Paths and queries may hold secrets.
        tracing::debug!(host = url.host_str(), status = status.as_u16(), "answered");
        match status {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => self.whole(response).await.map(Box::new).map(Answer::Fetched),
            StatusCode::NOT_MODIFIED if !validators.is_empty() => {
                let brought = Validators::of(response.headers());
                let caching = Caching::of(response.headers());
                Ok(Answer::Fetched(Box::new(Fetched::NotModified { validators: (!brought.is_empty()).then_some(brought), caching })))
            }
            StatusCode::GONE => Err(FetchError::Gone),
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
                if response.headers().contains_key(header::LOCATION) =>
            {
                redirect_target(url, response.headers()).map(Answer::Redirect)
            }
            status => Err(FetchError::Status { status, retry_after: retry_after(response.headers()) }),
        }
    }

    async fn whole(&self, response: reqwest::Response) -> Result<Fetched, FetchError> {
        let (url, status) = (response.url().clone(), response.status().as_u16());
        let (validators, caching) = (Validators::of(response.headers()), Caching::of(response.headers()));
        let links = Box::new(Links::of(response.headers(), &url));
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let (body, wire_bytes) = body::read(response, self.bounds).await?;
        let body_hash = body_hash(content_type.as_deref(), &body);
        Ok(Fetched::New(Response { url, status, content_type, validators, caching, links, body, body_hash, wire_bytes }))
    }
}

fn body_hash(content_type: Option<&str>, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(content_type.unwrap_or_default());
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().into()
}

/// What one request led to.
enum Answer {
    Fetched(Box<Fetched>),
    Redirect(Url),
}

/// The client that the settings ask for.
fn client(settings: &Settings, tls: rustls::ClientConfig) -> Result<reqwest::ClientBuilder, FetchError> {
    let fetch = &settings.fetch;
    let contact = settings.server.public_url.as_ref().map_or(env!("CARGO_PKG_HOMEPAGE"), Url::as_str);
    let client = reqwest::Client::builder()
        .user_agent(format!("{PRODUCT}/{} (+{contact})", env!("CARGO_PKG_VERSION")))
        .default_headers(default_headers())
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(fetch.timeout.min(Duration::from_secs(15)))
        .timeout(fetch.timeout)
        .pool_max_idle_per_host(fetch.per_host as usize)
        .pool_idle_timeout(Duration::from_secs(20))
        .http2_max_header_list_size(64 << 10)
        .no_proxy();
    match &fetch.proxy {
        Some(proxy) => Ok(client.proxy(reqwest::Proxy::all(proxy.as_str()).map_err(FetchError::Client)?)),
        None => Ok(client),
    }
}

fn default_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (header::ACCEPT, HeaderValue::from_static(ACCEPT)),
        (header::ACCEPT_ENCODING, HeaderValue::from_static(body::ACCEPT_ENCODING)),
    ])
}

/// `Retry-After` as the server wrote it.
fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The absolute target of a redirect (RFC 9110 §10.2.2); only http and https can be followed.
fn redirect_target(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers.get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default();
    match from.join(&location) {
        Ok(target) if matches!(target.scheme(), "http" | "https") && target.has_host() => Ok(target),
        _ => Err(FetchError::BadRedirect(location)),
    }
}
