//! The HTTP clients: one for each combination of what a connection depends on, built once and kept.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::redirect;
use url::Url;

use super::roots::Roots;
use super::{FetchError, Guard, PRODUCT, body};
use crate::config::{Proxy, Settings, SourceKeys};

/// Clients kept at once; of more combinations the one that was used longest ago makes room.
const MANY: usize = 64;

/// Most header fields of an answer.
const MAX_FIELDS: usize = 200;

/// What a feed reader takes: the feed formats first, a page as a last resort.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.3, */*;q=0.1";

/// What a connection depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    proxy: Option<Url>,
    user_agent: HeaderValue,
    http1: bool,
    ca_file: Option<PathBuf>,
}

/// A client in two forms.
pub(super) struct Pair {
    pub client: reqwest::Client,
    /// The same, for public addresses alone.
    pub guarded: reqwest::Client,
    /// Names are the proxy's to resolve.
    pub has_proxy: bool,
    pub roots: Arc<Roots>,
}

/// All clients, and what they are built from.
pub(super) struct Clients {
    user_agent: HeaderValue,
    proxy: Option<Url>,
    ca_file: Option<PathBuf>,
    connect_timeout: Duration,
    idle_per_host: usize,
    /// The system's authorities, read when somebody first needs them.
    system: Mutex<Option<Arc<Roots>>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// With the number of the use that was its last.
    clients: HashMap<Kind, (u64, Arc<Pair>)>,
    uses: u64,
}

impl Clients {
    pub fn new(settings: &Settings) -> Self {
        let fetch = &settings.fetch;
        let contact = settings.server.public_url.as_ref().map_or(env!("CARGO_PKG_HOMEPAGE"), Url::as_str);
        let user_agent = format!("{PRODUCT}/{} (+{contact})", env!("CARGO_PKG_VERSION"));
        Self {
            user_agent: HeaderValue::from_str(&user_agent).expect("a URL is ASCII"),
            proxy: fetch.proxy.as_ref().and_then(Proxy::url).cloned(),
            ca_file: fetch.ca_file.clone(),
            connect_timeout: fetch.connect_timeout,
            idle_per_host: fetch.per_host as usize,
            system: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// The client for a source, or without one for what belongs to none.
    ///
    /// # Errors
    /// When `ca_file` cannot be read or holds no certificate, or the TLS library refuses to start.
    pub fn of(&self, keys: Option<&SourceKeys>) -> Result<Arc<Pair>, FetchError> {
        let kind = Kind {
            proxy: match keys.and_then(|keys| keys.proxy.as_ref()) {
                Some(proxy) => proxy.url().cloned(),
                None => self.proxy.clone(),
            },
            user_agent: keys.and_then(|keys| keys.user_agent.as_ref()).map_or_else(|| self.user_agent.clone(), |text| text.0.clone()),
            http1: keys.is_some_and(|keys| keys.http1),
            ca_file: keys.and_then(|keys| keys.ca_file.clone()).or_else(|| self.ca_file.clone()),
        };
        if let Some(pair) = self.kept.lock().expect("nothing panics while it is held").find(&kind) {
            return Ok(pair);
        }
        // Two that build the same one at once do no harm.
        let pair = Arc::new(self.build(&kind)?);
        self.kept.lock().expect("nothing panics while it is held").keep(kind, &pair);
        Ok(pair)
    }

    /// How many clients are kept, for those who count them.
    pub fn count(&self) -> usize {
        self.kept.lock().expect("nothing panics while it is held").clients.len()
    }

    fn build(&self, kind: &Kind) -> Result<Pair, FetchError> {
        let roots = match &kind.ca_file {
            Some(path) => Arc::new(Roots::load(Some(path))?),
            None => self.system_roots()?,
        };
        let mut tls = roots.client_config()?;
        // The library leaves them to whoever brings a configuration of TLS (RFC 7301).
        tls.alpn_protocols = if kind.http1 { vec![b"http/1.1".to_vec()] } else { vec![b"h2".to_vec(), b"http/1.1".to_vec()] };
        let client = || self.client(kind, tls.clone());
        let guarded = match kind.proxy {
            // The one name that is resolved here is the proxy's, which the admin chose.
            Some(_) => client()?,
            None => client()?.dns_resolver(Arc::new(Guard)),
        };
        Ok(Pair {
            client: client()?.build().map_err(FetchError::client)?,
            guarded: guarded.build().map_err(FetchError::client)?,
            has_proxy: kind.proxy.is_some(),
            roots,
        })
    }

    fn system_roots(&self) -> Result<Arc<Roots>, FetchError> {
        let mut system = self.system.lock().expect("nothing panics while it is held");
        if let Some(roots) = system.as_ref() {
            return Ok(Arc::clone(roots));
        }
        let roots = Arc::new(Roots::load(None)?);
        *system = Some(Arc::clone(&roots));
        Ok(roots)
    }

    fn client(&self, kind: &Kind, tls: rustls::ClientConfig) -> Result<reqwest::ClientBuilder, FetchError> {
        let mut client = reqwest::Client::builder()
            .user_agent(kind.user_agent.clone())
            .default_headers(default_headers())
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .pool_max_idle_per_host(self.idle_per_host)
            .pool_idle_timeout(Duration::from_secs(20))
            .http1_max_headers(MAX_FIELDS)
            .http2_max_header_list_size(super::MAX_HEAD)
            .no_proxy();
        if kind.http1 {
            client = client.http1_only();
        }
        match &kind.proxy {
            Some(proxy) => Ok(client.proxy(reqwest::Proxy::all(proxy.as_str()).map_err(FetchError::client)?)),
            None => Ok(client),
        }
    }
}

impl Kept {
    fn find(&mut self, kind: &Kind) -> Option<Arc<Pair>> {
        self.uses += 1;
        let (used, pair) = self.clients.get_mut(kind)?;
        *used = self.uses;
        Some(Arc::clone(pair))
    }

    fn keep(&mut self, kind: Kind, pair: &Arc<Pair>) {
        if self.clients.len() >= MANY
            && let Some(oldest) = self.clients.iter().min_by_key(|(_, (used, _))| *used).map(|(kind, _)| kind.clone())
        {
            self.clients.remove(&oldest);
        }
        self.clients.insert(kind, (self.uses, Arc::clone(pair)));
    }
}

fn default_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (header::ACCEPT, HeaderValue::from_static(ACCEPT)),
        (header::ACCEPT_ENCODING, HeaderValue::from_static(body::ACCEPT_ENCODING)),
    ])
}
