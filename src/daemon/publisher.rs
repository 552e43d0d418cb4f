//! Documents: which views are stale, rendered off the request path at most once a second.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::past::Past;
use crate::clock::Clock;
use crate::config::{Settings, Source, View};
use crate::render::{self, ATOM_TYPE, FRONT_PAGE_POLICY, Listed};
use crate::serve::{Document, Documents, FRONT_PAGE, Nature, Press, tag_of};
use crate::store::{Reader, StoreError};
use crate::view::{self, Publication};

/// Least time between two renderings: a burst of polls makes one document, not fifty.
const PAUSE: Duration = Duration::from_secs(1);

/// Pause after a rendering that failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(10);

/// Why views could not be rendered.
#[derive(Debug, thiserror::Error)]
pub(super) enum PublishError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it failed inside taspa: {0}")]
    Panicked(#[from] tokio::task::JoinError),
}

/// Renders stale views and swaps their documents.
#[derive(Debug)]
pub(super) struct Publisher {
    settings: RwLock<Arc<Settings>>,
    address: SocketAddr,
    reader: Reader,
    clock: Clock,
    documents: Arc<Documents>,
    past: Past,
    /// Names of views to render. Whoever commits adds; `run` takes them out.
    stale: Mutex<BTreeSet<String>>,
    wake: Notify,
}

impl Publisher {
    pub fn new(settings: Arc<Settings>, address: SocketAddr, reader: Reader, clock: Clock) -> Self {
        let settings = RwLock::new(settings);
        Self {
            settings,
            address,
            reader,
            clock,
            documents: Arc::default(),
            past: Past::default(),
            stale: Mutex::default(),
            wake: Notify::new(),
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
    }

    /// Anything may have changed.
    pub fn all_changed(&self) {
        self.mark(self.settings().views.iter().map(|view| view.name.to_string()));
    }

    fn mark(&self, views: impl Iterator<Item = String>) {
        self.stale.lock().expect("nothing panics while it is held").extend(views);
        self.wake.notify_one();
    }

    /// Takes new settings: all views are stale, and those that the settings do not name are gone with the next rendering.
    pub fn reload(&self, settings: Arc<Settings>) {
        *self.settings.write().expect("nothing panics while it is held") = settings;
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
            let publication = view::publication(&self.reader, &settings, (name, view), &home, self.clock.now())?;
            tracing::debug!(view = publication.name, stories = publication.stories.len(), "rendered");
            let body = render::atom(&publication);
            let since = self.past.remember(publication, tag_of(&body));
            let nature = Nature { since: Some(since.0), ..nature(ATOM_TYPE, view, &since.1) };
            self.documents.swap(&file_name(name, "atom"), Document::new(body, nature, self.clock.now()));
        }
        self.documents.outdate();
        let is_kept = |name: &str| settings.views.iter().any(|view| file_name(view.name.as_str(), "atom") == name);
        self.documents.retain(is_kept);
        self.past.retain(|name| settings.views.iter().any(|view| view.name.as_str() == name));
        Ok(())
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().expect("nothing panics while it is held"))
    }
}

impl Press for Publisher {
    fn make(&self, name: &str) -> Result<Option<Document>, String> {
        let settings = self.settings();
        if name == FRONT_PAGE {
            return Ok(Some(self.front_page(&settings)));
        }
        let Some((path, extension)) = name.strip_prefix("feeds/").and_then(|path| path.rsplit_once('.')) else { return Ok(None) };
        let Some(view) = settings.view_at(path) else { return Ok(None) };
        let publication = match self.past.publication(path) {
            Some(publication) => publication,
            None => {
                let publication = view::publication(&self.reader, &settings, (path, &view), &self.home(), self.clock.now());
                Arc::new(publication.map_err(|error| error.to_string())?)
            }
        };
        let (body, content_type) = match extension {
            "atom" => (render::atom(&publication), ATOM_TYPE),
            _ => return Ok(None),
        };
        Ok(Some(Document::new(body, nature(content_type, &view, &publication), self.clock.now())))
    }
}

impl Publisher {
    /// The page that lists what everybody may read.
    fn front_page(&self, settings: &Settings) -> Document {
        let home = self.home();
        let listed = |view: &View| Listed { title: view.title().to_owned(), url: view::document_url(&home, view.name.as_str(), "atom") };
        let public = settings.views.iter().filter(|view| view.token.is_none());
        let page = render::front_page(&public.map(listed).collect::<Vec<_>>());
        let policy = Some(FRONT_PAGE_POLICY.to_owned());
        let nature = Nature { content_type: "text/html; charset=utf-8", policy, fresh: FRESHEST, ..Nature::default() };
        Document::new(page, nature, self.clock.now())
    }
}

/// Least and most time that a cache may take a feed for fresh.
const FRESHEST: Duration = Duration::from_secs(60);
const STALEST: Duration = Duration::from_secs(15 * 60);

/// Stories by which a view's rhythm is told.
const RHYTHM: usize = 10;

/// What a view's document is besides its bytes.
fn nature(content_type: &'static str, view: &View, publication: &Publication) -> Nature {
    Nature { content_type, fresh: rhythm(publication), token: view.token.clone(), ..Nature::default() }
}

/// How long a view's documents are fresh: half the time in which a story comes, by the last ones.
fn rhythm(publication: &Publication) -> Duration {
    let mut latest = publication.stories.iter().map(|story| story.updated).take(RHYTHM);
    let (Some(first), Some(last), count) = (latest.next(), latest.next_back(), publication.stories.len().min(RHYTHM)) else { return STALEST };
    let span = (first - last).abs().to_std().unwrap_or_default();
    (span / u32::try_from(count * 2).unwrap_or(1)).clamp(FRESHEST, STALEST)
}

/// The name of a view's document.
fn file_name(view: &str, extension: &str) -> String {
    format!("feeds/{view}.{extension}")
}
