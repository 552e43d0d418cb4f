//! The polite HTTP client: one URL in, one [`Fetched`] out.
//!
//! Conditional requests (RFC 9110 §13), few connections a host with a pause between them, bounds on time, redirects and bytes
//! both on the wire and decoded. It judges nothing of what the body says, and knows nothing of schedules.

mod account;
mod addresses;
mod answer;
mod body;
mod chain;
mod clients;
mod cookies;
mod error;
mod hosts;
mod links;
mod moves;
pub mod robots;
mod robots_cache;
mod room;
mod roots;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::config::{Bytes, Settings, Source};

pub use addresses::{Guard, NotPublic, is_public, literal_is_public};
pub use answer::{Caching, Fetched, Response, Validators};
pub use error::{FetchError, Wait};
pub use links::Links;
pub use moves::{Candidate, Moved, Moves, Way};
pub use room::Place;

use account::Account;
use chain::{Patience, Terms};
use clients::Clients;
use hosts::Hosts;
use robots_cache::RobotsCache;
use room::Room;

/// What this program is called in User-Agent and robots.txt (RFC 9309 §2.2.1).
const PRODUCT: &str = "taspa";

/// Most bytes of an answer's head. The library itself reads up to 400 KB of one by HTTP/1.
const MAX_HEAD: u32 = 64 << 10;

/// What is asked for on whose behalf, and so which rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manners {
    /// robots.txt is obeyed (RFC 9309): for pages, which are there for people. Feeds are there to be polled.
    pub obeys_robots: bool,
    /// Only public addresses are asked: for links that a publisher wrote and not the admin. Behind a proxy the name is resolved and judged
    /// here first; what the proxy then finds under it is the proxy's.
    pub public_only: bool,
    /// Redirects to another host lead to public addresses only.
    pub public_redirects: bool,
}

/// Fetches URLs for all sources under shared bounds. Cheap to share behind an `Arc`.
pub struct Fetcher {
    clients: Clients,
    hosts: Arc<Hosts>,
    robots: Arc<RobotsCache>,
    room: Arc<Room>,
    max_body: Bytes,
    patience: Patience,
}

/// Without the clients: they know the credentials of proxies.
impl std::fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Fetcher").field("max_body", &self.max_body).field("patience", &self.patience).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// A client with the bounds, proxy and certificate authorities of the settings. It is made without any authority, too:
    /// then only https requests fail.
    ///
    /// # Errors
    /// When `ca_file` cannot be read or holds no certificate, or the TLS library refuses to start.
    pub fn new(settings: &Settings) -> Result<Self, FetchError> {
        let hosts = Hosts::new(settings.fetch.per_host, settings.fetch.host_spacing);
        Self::with_hosts(settings, Arc::new(hosts), Arc::default(), Arc::default())
    }

    /// A client with other settings. Where the bounds on hosts are the same, it knows of the requests that this one has under way.
    ///
    /// # Errors
    /// As for [`Fetcher::new`].
    pub fn renewed(&self, settings: &Settings) -> Result<Self, FetchError> {
        let fetch = &settings.fetch;
        let hosts = if self.hosts.has(fetch.per_host, fetch.host_spacing) {
            Arc::clone(&self.hosts)
        } else {
            Arc::new(Hosts::new(fetch.per_host, fetch.host_spacing))
        };
        Self::with_hosts(settings, hosts, Arc::clone(&self.robots), Arc::clone(&self.room))
    }

    fn with_hosts(settings: &Settings, hosts: Arc<Hosts>, robots: Arc<RobotsCache>, room: Arc<Room>) -> Result<Self, FetchError> {
        let fetch = &settings.fetch;
        let clients = Clients::new(settings);
        // What is wrong with the settings for all is told at once.
        clients.of(None)?;
        let patience = Patience {
            first_byte: fetch.first_byte_timeout.unwrap_or(Duration::ZERO),
            idle: fetch.idle_timeout.unwrap_or(Duration::ZERO),
            total: fetch.timeout,
        };
        Ok(Self { clients, hosts, robots, room, max_body: fetch.max_body, patience })
    }

    /// How many HTTP clients are kept: one for each combination of proxy, User-Agent, HTTP version and authorities, up to a bound.
    pub fn clients(&self) -> usize {
        self.clients.count()
    }

    /// One conditional GET for the admin himself, of a feed: [`Fetcher::fetch_with`] without any rule.
    ///
    /// # Errors
    /// Anything but 200 and 304 with a whole body within the bounds.
    pub async fn fetch(&self, url: &Url, validators: &Validators) -> Result<Fetched, FetchError> {
        self.follow(&mut url.clone(), self.terms(None, validators, Manners::default())?, None).await
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
        let terms = self.terms(None, validators, manners)?;
        self.follow(&mut url.clone(), terms, Some(now).filter(|_| manners.obeys_robots)).await
    }

    /// The same on a source's behalf: by its proxy, under its bounds, and with its headers and credentials where `url` is of the origin of
    /// the source's own `url`. `url` is afterwards the one that was asked last, whether that went well or not.
    ///
    /// # Errors
    /// As for [`Fetcher::fetch_with`]; when the file of a secret or of authorities cannot be read.
    pub async fn fetch_for(
        &self,
        source: &Source,
        url: &mut Url,
        validators: &Validators,
        manners: Manners,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        let terms = self.terms(Some(source), validators, manners)?;
        self.follow(url, terms, Some(now).filter(|_| manners.obeys_robots)).await
    }

    /// Tells a WebSub hub that the feeds at these addresses have changed.
    ///
    /// # Errors
    /// When it does not answer, or does not take it.
    pub async fn tell_hub(&self, hub: &Url, topics: &[String]) -> Result<(), FetchError> {
        let pairs = topics.iter().map(|topic| ("hub.url", topic.as_str()));
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("hub.mode", "publish").extend_pairs(pairs).finish();
        self.post(hub, &form, Manners::default()).await
    }

    /// Posts a form, once it is the host's turn, and follows the redirects that keep it a POST under the same manners. What the answer
    /// says besides its status is not read.
    ///
    /// # Errors
    /// When it does not answer, or with anything but a 2xx; what the manners forbid. robots.txt is not asked: a hub is there to be asked.
    pub async fn post(&self, url: &Url, form: &str, manners: Manners) -> Result<(), FetchError> {
        let none = Validators::default();
        self.submit(url.clone(), form, &self.terms(None, &none, manners)?).await
    }

    /// Whether `url` may be asked for on the source's behalf under `manners`, if it was asked for without.
    ///
    /// # Errors
    /// [`FetchError::Robots`] when not; [`FetchError::RobotsUnknown`] when nobody can tell.
    pub async fn may_ask(&self, source: &Source, url: &Url, manners: Manners, now: DateTime<Utc>) -> Result<(), FetchError> {
        if !manners.obeys_robots {
            return Ok(());
        }
        self.ask_robots(url, &self.terms(Some(source), &Validators::default(), manners)?, now).await
    }

    fn terms<'a>(&self, source: Option<&Source>, validators: &'a Validators, manners: Manners) -> Result<Terms<'a>, FetchError> {
        let keys = source.map(|source| &source.keys);
        let total = keys.and_then(|keys| keys.timeout).unwrap_or(self.patience.total);
        let or = |set: Duration, usual: Duration| if set.is_zero() { usual } else { set };
        Ok(Terms {
            pair: self.clients.of(keys)?,
            max_body: keys.and_then(|keys| keys.max_body).unwrap_or(self.max_body),
            patience: Patience { first_byte: or(self.patience.first_byte, total * 2 / 3), idle: or(self.patience.idle, total / 2), total },
            account: source.map(Account::of).transpose()?.flatten(),
            validators,
            manners,
        })
    }
}
