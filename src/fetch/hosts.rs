//! Whose turn it is at a host: few connections at once, and a pause between the starts of two requests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// Hosts remembered before those that nobody waits for are forgotten.
const MANY: usize = 4096;

/// The turns of all hosts.
#[derive(Debug)]
pub(super) struct Hosts {
    per_host: usize,
    spacing: Duration,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    permits: Arc<Semaphore>,
    /// Earliest start of the next request. Taken and moved on by whoever holds a permit.
    next_start: Mutex<Instant>,
    /// The pause that its robots.txt asks for, in milliseconds.
    crawl_delay_ms: AtomicU64,
}

/// Holds a connection's place at a host until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
    /// A host that is being asked is not forgotten.
    _host: Arc<Host>,
}

impl Hosts {
    pub fn new(per_host: u32, spacing: Duration) -> Self {
        Self { per_host: per_host as usize, spacing, hosts: Mutex::default() }
    }

    /// Whether these are the bounds.
    pub fn has(&self, per_host: u32, spacing: Duration) -> bool {
        self.per_host == per_host as usize && self.spacing == spacing
    }

    /// Waits until a request to the URL's host may start.
    #[expect(clippy::disallowed_methods, reason = "a pause between requests is measured by the monotonic clock")]
    pub async fn turn(&self, url: &Url) -> Turn {
        let host = self.host(url);
        let permit = Arc::clone(&host.permits).acquire_owned().await.expect("the semaphore is never closed");
        let start = {
            let mut next_start = host.next_start.lock().expect("nothing panics while it is held");
            let start = (*next_start).max(Instant::now());
            *next_start = start + self.spacing.max(Duration::from_millis(host.crawl_delay_ms.load(Ordering::Relaxed)));
            start
        };
        tokio::time::sleep_until(start).await;
        Turn { _permit: permit, _host: host }
    }

    /// Makes the pause between two requests to the URL's host at least this long, for as long as the host is remembered.
    pub fn slow_down(&self, url: &Url, pause: Duration) {
        let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.host(url).crawl_delay_ms.store(milliseconds, Ordering::Relaxed);
    }

    #[expect(clippy::disallowed_methods, reason = "a pause between requests is measured by the monotonic clock")]
    fn host(&self, url: &Url) -> Arc<Host> {
        let name = url.host_str().unwrap_or_default();
        let mut hosts = self.hosts.lock().expect("nothing panics while it is held");
        if let Some(host) = hosts.get(name) {
            return Arc::clone(host);
        }
        let now = Instant::now();
        if hosts.len() >= MANY {
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || *host.next_start.lock().expect("nothing panics while it is held") > now);
        }
        let host = Arc::new(Host {
            permits: Arc::new(Semaphore::new(self.per_host)),
            next_start: Mutex::new(now),
            crawl_delay_ms: AtomicU64::new(0),
        });
        hosts.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}
