//! Documents: which views are stale, rendered off the request path at most once a second.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::archives::Ledger;
use super::bell::Bell;
use super::files::Files;
use super::formats::{file_name, nature};
use super::past::Past;
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::render::{self, ATOM_TYPE};
use crate::serve::{Document, Documents, Nature, SEARCH, tag_of};
use crate::store::{Reader, StoreError};
use crate::view::{self, Wish};

/// Least time between two renderings: a burst of polls makes one document, not fifty.
const PAUSE: Duration = Duration::from_secs(1);

/// Pause after a rendering that failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(10);

/// Why views could not be rendered.
#[derive(Debug, thiserror::Error)]
pub(super) enum PublishError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Made(String),
    #[error(transparent)]
    Written(#[from] io::Error),
    #[error("it failed inside taspa: {0}")]
    Panicked(#[from] tokio::task::JoinError),
}

/// Renders stale views and swaps their documents.
#[derive(Debug)]
pub(super) struct Publisher {
    settings: RwLock<Arc<Settings>>,
    pub(super) address: SocketAddr,
    pub(super) reader: Reader,
    pub(super) clock: Clock,
    pub(super) documents: Arc<Documents>,
    pub(super) past: Past,
    pub(super) files: Files,
    pub(super) ledger: Mutex<Ledger>,
    /// Views whose files are not written yet.
    pub(super) owed: Mutex<BTreeSet<String>>,
    pub(super) bell: Bell,
    /// When the settings were read.
    pub(super) since: RwLock<DateTime<Utc>>,
    /// Names of views to render. Whoever commits adds; `run` takes them out.
    stale: Mutex<BTreeSet<String>>,
    wake: Notify,
    /// Rung when there may be entries that no search finds yet.
    pub(super) unsearched: Notify,
}

impl Publisher {
    pub fn new(settings: Arc<Settings>, address: SocketAddr, reader: Reader, clock: Clock) -> Self {
        let (settings, since) = (RwLock::new(settings), RwLock::new(clock.now()));
        Self {
            settings,
            address,
            reader,
            clock,
            documents: Arc::default(),
            past: Past::default(),
            files: Files::default(),
            ledger: Mutex::default(),
            owed: Mutex::default(),
            bell: Bell::default(),
            since,
            stale: Mutex::default(),
            wake: Notify::new(),
            unsearched: Notify::new(),
        }
    }

    pub fn documents(&self) -> Arc<Documents> {
        Arc::clone(&self.documents)
    }

    /// The address under which readers reach the server; ends in a slash.
    pub fn home(&self) -> Url {
        super::home(&self.settings(), self.address)
    }

    /// A story of `source` has changed: the views that hold it are stale. With `stories_moved` it is a story of others too, and any
    /// view may hold it.
    pub fn source_changed(&self, source: &Source, stories_moved: bool) {
        let settings = self.settings();
        let stale = settings.views.iter().filter(|view| stories_moved || view.admits(source));
        self.mark(stale.map(|view| view.name.to_string()));
        self.unsearched.notify_one();
    }

    /// Searches find something else: documents of those, and views that are made of one, are stale.
    pub fn searched(&self) {
        self.documents.outdate(|name| name.starts_with(SEARCH));
        let settings = self.settings();
        let mut stale = settings.views.iter().filter(|view| view.query.is_some()).peekable();
        if stale.peek().is_some() {
            self.mark(stale.map(|view| view.name.to_string()));
        }
    }

    /// Anything may have changed.
    pub fn all_changed(&self) {
        self.mark(self.settings().views.iter().map(|view| view.name.to_string()));
        self.unsearched.notify_one();
    }

    fn mark(&self, views: impl Iterator<Item = String>) {
        self.stale.lock().expect("nothing panics while it is held").extend(views);
        self.wake.notify_one();
    }

    /// Takes new settings: all views are stale, and those that the settings do not name are gone with the next rendering.
    pub fn reload(&self, settings: Arc<Settings>) {
        *self.settings.write().expect("nothing panics while it is held") = settings;
        *self.since.write().expect("nothing panics while it is held") = self.clock.now();
        self.all_changed();
    }

    /// Renders every view now.
    pub async fn publish_all(self: &Arc<Self>) -> Result<(), PublishError> {
        self.all_changed();
        self.publish().await
    }

    /// Renders what becomes stale until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wake.notified() => {}
            }
            let mut pause = PAUSE;
            if let Err(error) = self.publish().await {
                tracing::error!(%error, "the feeds could not be rendered; the old ones stay");
                pause = PAUSE_AFTER_ERROR;
                self.wake.notify_one();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Renders the stale views; those stay stale if it fails.
    #[expect(clippy::disallowed_methods, reason = "awaited right here")]
    async fn publish(self: &Arc<Self>) -> Result<(), PublishError> {
        let stale = std::mem::take(&mut *self.stale.lock().expect("nothing panics while it is held"));
        let (publisher, views) = (Arc::clone(self), stale.clone());
        let rendered = tokio::task::spawn_blocking(move || publisher.publish_views(&views)).await;
        let published = rendered.map_err(PublishError::from).and_then(|published| Ok(published?));
        if published.is_err() {
            self.stale.lock().expect("nothing panics while it is held").extend(stale);
        }
        published
    }

    fn publish_views(&self, stale: &BTreeSet<String>) -> Result<(), StoreError> {
        let (settings, home) = (self.settings(), self.home());
        for view in settings.views.iter().filter(|view| stale.contains(view.name.as_str())) {
            let name = view.name.as_str();
            let publication = view::publication(&self.reader, &settings, Wish { name, view, home: &home, now: self.clock.now() })?;
            tracing::debug!(view = publication.name, stories = publication.stories.len(), "rendered");
            let body = render::atom(&publication);
            let since = self.past.remember(publication, tag_of(&body));
            let nature = Nature { since: Some(since.0), ..nature(ATOM_TYPE, view, &since.1) };
            let has_changed = self.documents.swap(&file_name(name, "atom"), Document::new(body, nature, self.clock.now()));
            if has_changed && view.token.is_none() {
                self.bell.ring(["atom", "rss", "json"].map(|format| view::document_url(&home, name, format)));
            }
        }
        self.documents.outdate(|_| true);
        let is_kept = |name: &str| settings.views.iter().any(|view| file_name(view.name.as_str(), "atom") == name);
        self.documents.retain(is_kept);
        self.past.retain(|name| settings.views.iter().any(|view| view.name.as_str() == name));
        if let Some(folder) = &settings.publish.dir {
            match self.write_files(&settings, folder, stale) {
                Ok(true) => self.wake.notify_one(),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(folder = %folder.display(), %error, "the feeds could not be written as files; the old ones stay");
                }
            }
        }
        Ok(())
    }

    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().expect("nothing panics while it is held"))
    }
}
