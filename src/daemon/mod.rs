//! The daemon: wires the parts. Start, reload, drain, stop.

mod archives;
mod articles;
mod bell;
mod disk;
mod files;
mod formats;
mod hub;
mod indexing;
mod past;
mod plan;
mod press;
mod publisher;
mod report;
mod scheduler;
mod systemd;
mod websub;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::config::{self, Listen, Settings};
use crate::fetch::{FetchError, Fetcher};
use crate::serve::{self, Listener};
use crate::store::{DaemonLock, Store, StoreError};
use crate::view;

use publisher::Publisher;
use scheduler::{Scheduler, Wish};
use websub::WebSub;

/// How long running polls and requests may take to finish once the daemon is told to stop.
const PATIENCE: Duration = Duration::from_secs(7);

/// How long the store may take to close after that.
const CLOSING: Duration = Duration::from_secs(1);

/// Why the daemon did not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: Listen, source: std::io::Error },
    #[error("nothing can be served: {0}")]
    Serve(#[source] std::io::Error),
    #[error("signals cannot be received: {0}")]
    Signals(#[source] std::io::Error),
    #[error("the feeds cannot be rendered: {0}")]
    Render(String),
    #[error("a part of the daemon stopped by itself: {0}")]
    Part(String),
}

impl DaemonError {
    /// What the admin can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Fetch(error) => error.hint(),
            Self::Listen { .. } => Some("another program may have the port; `listen` in [server] takes another one"),
            Self::Serve(_) | Self::Signals(_) | Self::Render(_) => None,
            Self::Part(_) => Some("please report this, with the log"),
        }
    }
}

/// Runs the daemon until SIGTERM or Ctrl-C. SIGHUP rereads the config file.
///
/// # Errors
/// When it cannot start, or a part of it stops by itself.
pub async fn run(settings: Settings, clock: Clock) -> Result<(), DaemonError> {
    let catch = |kind| signal(kind).map_err(DaemonError::Signals);
    let (mut terminate, mut interrupt, mut hangup) =
        (catch(SignalKind::terminate())?, catch(SignalKind::interrupt())?, catch(SignalKind::hangup())?);
    let file = settings.file.clone();
    let mut running = Running::start(settings, clock).await?;
    announce(&running);
    systemd::notify("READY=1");
    let ended = loop {
        tokio::select! {
            signal = ending(&mut terminate, &mut interrupt) => {
                tracing::info!(signal, "stopping");
                break Ok(());
            }
            _ = hangup.recv() => {
                systemd::notify("RELOADING=1");
                tokio::select! {
                    signal = ending(&mut terminate, &mut interrupt) => {
                        tracing::info!(signal, "stopping");
                        break Ok(());
                    }
                    () = reload(&mut running, &file) => systemd::notify("READY=1"),
                }
            }
            failed = running.failed() => break Err(failed),
        }
    };
    systemd::notify("STOPPING=1");
    running.stop().await;
    tracing::info!("stopped");
    ended
}

async fn ending(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

/// The old settings stay when the new file is wrong.
#[expect(clippy::disallowed_methods, reason = "awaited right here")]
async fn reload(running: &mut Running, file: &Path) {
    let path = file.to_owned();
    match tokio::task::spawn_blocking(move || config::load(&path)).await {
        Ok(Ok(settings)) => running.reload(settings).await,
        Ok(Err(error)) => tracing::error!("the config was not reloaded, the old one stays:\n{error}"),
        Err(error) => tracing::error!(%error, "the config was not reloaded, the old one stays"),
    }
}

/// Tells the person who started it where the feeds are.
fn announce(running: &Running) {
    let settings = &running.settings;
    let polled = settings.sources.iter().filter(|source| source.keys.enabled).count();
    let home = running.publisher.home();
    let mut text = format!("taspa {} polls {polled} sources from {}\n", env!("CARGO_PKG_VERSION"), settings.file.display());
    for view in &settings.views {
        text.push_str(&format!("{}\n", view::document_url(&home, view.name.as_str(), "atom")));
    }
    // Nobody may be reading, as under `>&-`: the feeds are there all the same.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// A daemon at work.
#[derive(Debug)]
pub struct Running {
    /// Where it listens; the port is the real one where the settings said 0.
    pub address: SocketAddr,
    settings: Arc<Settings>,
    store: Arc<Store>,
    publisher: Arc<Publisher>,
    wishes: tokio::sync::mpsc::Sender<Wish>,
    stop: CancellationToken,
    scheduling: JoinHandle<()>,
    publishing: JoinHandle<()>,
    telling: JoinHandle<()>,
    subscribing: JoinHandle<()>,
    indexing: JoinHandle<()>,
    serving: JoinHandle<()>,
    _lock: DaemonLock,
}

impl Running {
    /// Takes the lock, opens the store, listens, renders every view once, and begins to poll.
    ///
    /// # Errors
    /// When another daemon has the store, or the store, the address or the HTTP client is not to be had.
    #[expect(clippy::disallowed_methods, reason = "the daemon's tasks; Running::stop joins them")]
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self, DaemonError> {
        let settings = Arc::new(settings);
        let lock = DaemonLock::take(&settings.store.path)?;
        let store = Arc::new(Store::open(&settings, clock.now())?);
        let fetcher = Arc::new(Fetcher::new(&settings)?);
        let states = store.adopt(&settings.sources, clock.now()).await?;

        let asked = &settings.server.listen;
        let listener = Listener::open(asked).await.map_err(|source| DaemonError::Listen { address: asked.clone(), source })?;
        let address = listener.address().unwrap_or_else(|| asked.address());

        let publisher = Arc::new(Publisher::new(Arc::clone(&settings), address, store.reader(), clock.clone()));
        publisher.publish_all().await.map_err(|error| DaemonError::Render(error.to_string()))?;
        let stop = CancellationToken::new();
        let publishing = tokio::spawn(Arc::clone(&publisher).run(stop.clone()));
        let telling = tokio::spawn(hub::run(Arc::clone(&publisher), stop.clone()));

        let indexing = tokio::spawn(indexing::run(Arc::clone(&store), Arc::clone(&publisher), stop.clone()));

        // Before anybody is served: a hub that is told that there is no subscription ends it.
        let (wishes, taken) = tokio::sync::mpsc::channel(4);
        let (callbacks, calls) = serve::Callbacks::new(settings.fetch.max_body.0);
        let (callbacks, stir) = (Arc::new(callbacks), Arc::new(tokio::sync::Notify::new()));
        let of_hubs = (Arc::clone(&callbacks), calls);
        let websub = WebSub::new(Arc::clone(&store), Arc::clone(&publisher), clock.clone(), of_hubs, wishes.clone(), Arc::clone(&stir));
        let subscribing = tokio::spawn(websub.await?.run(stop.clone()));

        let documents = publisher.documents();
        documents.set_press(Arc::clone(&publisher) as Arc<dyn serve::Press>);
        let site = serve::Site::new(documents, callbacks, settings.server.rate);
        let connections = settings.server.connections as usize;
        let serving = serve::start(listener, site, connections, stop.clone(), PATIENCE).map_err(DaemonError::Serve)?;

        let asked = (taken, stir);
        let scheduler = Scheduler::new(Arc::clone(&settings), Arc::clone(&store), fetcher, Arc::clone(&publisher), clock, states, asked);
        let scheduling = tokio::spawn(scheduler.run(stop.clone(), PATIENCE));
        Ok(Self {
            address,
            settings,
            store,
            publisher,
            wishes,
            stop,
            scheduling,
            publishing,
            telling,
            subscribing,
            indexing,
            serving,
            _lock: lock,
        })
    }

    /// Takes new settings: sources are added, changed and retired, views rendered anew. What cannot change while it runs is
    /// logged.
    pub async fn reload(&mut self, settings: Settings) {
        let settings = Arc::new(settings);
        for (key, has_changed) in [
            ("listen", self.settings.server.listen != settings.server.listen),
            ("rate", self.settings.server.rate != settings.server.rate),
            ("connections", self.settings.server.connections != settings.server.connections),
            ("path", self.settings.store.path != settings.store.path),
        ] {
            if has_changed {
                tracing::warn!(key, "this change takes effect at the next start");
            }
        }
        let (done, taken) = tokio::sync::oneshot::channel();
        if self.wishes.send(Wish::Reload { settings: Arc::clone(&settings), done }).await.is_ok() && taken.await.unwrap_or(false) {
            self.settings = settings;
            tracing::info!(sources = self.settings.sources.len(), views = self.settings.views.len(), "the config was reloaded");
        }
    }

    /// Waits until a part stops by itself, which none should.
    async fn failed(&mut self) -> DaemonError {
        let (part, ended) = tokio::select! {
            ended = &mut self.scheduling => ("the scheduler", ended),
            ended = &mut self.publishing => ("the publisher", ended),
            ended = &mut self.telling => ("the hub's teller", ended),
            ended = &mut self.subscribing => ("the subscriber at hubs", ended),
            ended = &mut self.indexing => ("the search index", ended),
            ended = &mut self.serving => ("the server", ended),
        };
        DaemonError::Part(match ended {
            Ok(()) => part.to_owned(),
            Err(error) => format!("{part}: {error}"),
        })
    }

    /// Stops: running polls and requests finish or are dropped whole, then the store is closed.
    pub async fn stop(self) {
        let Self { store, publisher, wishes, stop, scheduling, publishing, telling, subscribing, indexing, serving, _lock: lock, .. } =
            self;
        stop.cancel();
        drop(wishes);
        for part in [scheduling, serving, subscribing, publishing, telling, indexing] {
            if !part.is_finished() {
                // A part that panicked has been reported by the panic itself.
                let _ = part.await;
            }
        }
        publisher.documents().close();
        drop(publisher);
        if let Some(store) = Arc::into_inner(store) {
            close(store).await;
        }
        drop(lock);
    }
}

/// Joins the writer off the reactor. A writer that another process keeps waiting is left behind: what it has not committed is polled
/// again.
#[expect(clippy::disallowed_methods, reason = "awaited right here, within a bound")]
async fn close(store: Store) {
    let joined = tokio::task::spawn_blocking(move || store.close());
    if tokio::time::timeout(CLOSING, joined).await.is_err() {
        tracing::warn!("the database is held by another process; it is left as it is");
    }
}

/// The address under which readers reach the server: the public one, else where it listens.
pub fn home(settings: &Settings, address: SocketAddr) -> Url {
    let mut url = settings.server.public_url.clone().unwrap_or_else(|| {
        let mut reachable = address;
        if address.ip().is_unspecified() {
            reachable.set_ip(if address.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
        }
        Url::parse(&format!("http://{reachable}/")).expect("an address with a port makes a URL")
    });
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}
