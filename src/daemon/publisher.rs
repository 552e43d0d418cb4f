//! Documents: which views are stale, rendered off the request path at most once a second.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::config::{Settings, View};
use crate::render::{self, ATOM_TYPE, FRONT_PAGE_POLICY, Listed};
use crate::serve::{Document, Documents, FRONT_PAGE};
use crate::store::{Reader, StoreError};
use crate::view;

/// Least time between two renderings: a burst of polls makes one document, not fifty.
const PAUSE: Duration = Duration::from_secs(1);

/// Renders stale views and swaps their documents.
#[derive(Debug)]
pub(super) struct Publisher {
    settings: RwLock<Arc<Settings>>,
    address: SocketAddr,
    reader: Reader,
    clock: Clock,
    documents: Arc<Documents>,
    /// Names of views to render. Whoever commits adds; `run` takes them out.
    stale: Mutex<BTreeSet<String>>,
    wake: Notify,
}

impl Publisher {
    pub fn new(settings: Arc<Settings>, address: SocketAddr, reader: Reader, clock: Clock) -> Self {
        let settings = RwLock::new(settings);
        Self { settings, address, reader, clock, documents: Arc::default(), stale: Mutex::default(), wake: Notify::new() }
    }

    pub fn documents(&self) -> Arc<Documents> {
        Arc::clone(&self.documents)
    }

    /// The address under which readers reach the server; ends in a slash.
    pub fn home(&self) -> Url {
        super::home(&self.settings(), self.address)
    }

    /// A story of `source` has changed: the views that hold it are stale.
    pub fn source_changed(&self, source: &str) {
        let settings = self.settings();
        let Some(source) = settings.sources.iter().find(|known| known.name.as_str() == source) else { return };
        let stale = settings.views.iter().filter(|view| view.admits(source)).map(|view| view.name.to_string());
        self.stale.lock().expect("nothing panics while it is held").extend(stale);
        self.wake.notify_one();
    }

    /// Anything may have changed.
    pub fn all_changed(&self) {
        let stale = self.settings().views.iter().map(|view| view.name.to_string()).collect::<Vec<_>>();
        self.stale.lock().expect("nothing panics while it is held").extend(stale);
        self.wake.notify_one();
    }

    /// Takes new settings: views that they do not name are gone, all others are stale.
    pub fn reload(&self, settings: Arc<Settings>) {
        *self.settings.write().expect("nothing panics while it is held") = Arc::clone(&settings);
        self.documents.retain(|name| name == FRONT_PAGE || settings.views.iter().any(|view| file_name(view.name.as_str()) == name));
        self.all_changed();
    }

    /// Renders every view now.
    pub async fn publish_all(self: &Arc<Self>) -> Result<(), StoreError> {
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
            if let Err(error) = self.publish().await {
                tracing::error!(%error, "the feeds could not be rendered; the old ones stay");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "awaited right here")]
    async fn publish(self: &Arc<Self>) -> Result<(), StoreError> {
        let publisher = Arc::clone(self);
        let rendered = tokio::task::spawn_blocking(move || publisher.publish_stale()).await;
        rendered.unwrap_or_else(|panic| {
            tracing::error!(%panic, "rendering failed inside taspa; the old feeds stay");
            Ok(())
        })
    }

    fn publish_stale(&self) -> Result<(), StoreError> {
        let stale = std::mem::take(&mut *self.stale.lock().expect("nothing panics while it is held"));
        let settings = self.settings();
        let home = self.home();
        let published = self.publish_views(&settings, &home, &stale);
        if published.is_err() {
            self.stale.lock().expect("nothing panics while it is held").extend(stale);
        }
        published
    }

    fn publish_views(&self, settings: &Settings, home: &Url, stale: &BTreeSet<String>) -> Result<(), StoreError> {
        for view in settings.views.iter().filter(|view| stale.contains(view.name.as_str())) {
            let publication = view::publication(&self.reader, settings, view, home)?;
            let document = Document::new(render::atom(&publication), ATOM_TYPE, None, publication.updated);
            self.documents.swap(&file_name(view.name.as_str()), document, self.clock.now());
        }
        let listed = |view: &View| Listed { title: view.title().to_owned(), url: view::document_url(home, view.name.as_str(), "atom") };
        let page = render::front_page(&settings.views.iter().map(listed).collect::<Vec<_>>());
        let page = Document::new(page, "text/html; charset=utf-8", Some(FRONT_PAGE_POLICY), self.clock.now());
        self.documents.swap(FRONT_PAGE, page, self.clock.now());
        Ok(())
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().expect("nothing panics while it is held"))
    }
}

fn file_name(view: &str) -> String {
    format!("{view}.atom")
}
