//! Documents by name: those that are rendered ahead, and those that are made when a reader first asks for them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use tokio::sync::Semaphore;

use super::document::Document;

/// Most bytes of documents that were made at a request; what was asked for longest ago goes first.
const MAX_MADE: usize = 64 << 20;

/// Makes documents that nobody has rendered ahead.
pub trait Press: Send + Sync + 'static {
    /// The document of that name, as things stand. Not called on the reactor.
    ///
    /// # Errors
    /// In words for the log.
    fn make(&self, name: &str) -> Result<Made, String>;

    /// Whether the config names what the document is of. What anybody may name besides waits in a line of its own.
    fn is_of_config(&self, name: &str) -> bool;
}

/// What came of it.
#[derive(Debug)]
pub enum Made {
    Document(Box<Document>),
    /// There is no such document.
    Nothing,
    /// There was one, of something that is kept no longer.
    Gone,
}

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Nothing,
    Gone,
    /// It could not be made; the log says why.
    Failed,
}

/// A document on the shelf.
#[derive(Debug)]
struct Kept {
    document: Arc<Document>,
    /// Rendered ahead: its maker sees to it that it is fresh. Otherwise it is made again once it is stale.
    is_ahead: bool,
    is_stale: bool,
    /// When it was last asked for, by the shelf's own count.
    used: AtomicU64,
}

/// All documents. One task renders and swaps those that are made ahead; requests read, and have the others made, one at a time.
pub struct Documents {
    by_name: RwLock<HashMap<String, Kept>>,
    press: RwLock<Option<Arc<dyn Press>>>,
    /// One at a time: of views that the config names, and of what anybody may name. So nobody who asks for many of the latter keeps the
    /// former waiting.
    making: Semaphore,
    making_others: Semaphore,
    waiting: AtomicUsize,
    count: AtomicU64,
    /// How often anything was outdated: what was being made meanwhile may be out of date before it is there.
    outdated: AtomicU64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            by_name: RwLock::default(),
            press: RwLock::default(),
            making: Semaphore::new(1),
            making_others: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
            count: AtomicU64::new(0),
            outdated: AtomicU64::new(0),
        }
    }
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Documents").finish_non_exhaustive()
    }
}

impl Documents {
    /// Says who makes what is not there.
    pub fn set_press(&self, press: Arc<dyn Press>) {
        *self.press.write().expect("nothing panics while it is held") = Some(press);
    }

    /// Lets go of whoever makes documents.
    pub fn close(&self) {
        *self.press.write().expect("nothing panics while it is held") = None;
    }

    /// The document of that name, made if need be.
    #[expect(clippy::disallowed_methods, reason = "awaited right here")]
    pub(super) async fn get(&self, name: &str) -> Result<Arc<Document>, Missing> {
        if let Some(document) = self.fresh(name) {
            return Ok(document);
        }
        let press = self.press.read().expect("nothing panics while it is held").clone().ok_or(Missing::Failed)?;
        let is_of_config = press.is_of_config(name);
        let turns = if is_of_config { &self.making } else { &self.making_others };
        let waiting = Waiting::one_more(&self.waiting, is_of_config).ok_or(Missing::Failed)?;
        let _one_at_a_time = turns.acquire().await.map_err(|_| Missing::Failed)?;
        drop(waiting);
        // Somebody else may have had it made meanwhile.
        if let Some(document) = self.fresh(name) {
            return Ok(document);
        }
        let outdated = self.outdated.load(Ordering::Acquire);
        let asked = name.to_owned();
        let made = tokio::task::spawn_blocking(move || press.make(&asked)).await;
        let missing = match made.map_err(|error| error.to_string()).and_then(|made| made) {
            Ok(Made::Document(document)) => return Ok(self.put(name, *document, Ahead::Not { outdated })),
            Ok(Made::Nothing) => Missing::Nothing,
            Ok(Made::Gone) => Missing::Gone,
            Err(error) => {
                tracing::error!(name, error, "this document could not be made");
                return self.any(name).ok_or(Missing::Failed);
            }
        };
        self.by_name.write().expect("nothing panics while it is held").remove(name);
        Err(missing)
    }

    /// The document of that name, if it is there and fresh.
    pub fn fresh(&self, name: &str) -> Option<Arc<Document>> {
        let by_name = self.by_name.read().expect("nothing panics while it is held");
        let kept = by_name.get(name).filter(|kept| !kept.is_stale)?;
        kept.used.store(self.count.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(Arc::clone(&kept.document))
    }

    /// An old one rather than none.
    fn any(&self, name: &str) -> Option<Arc<Document>> {
        self.by_name.read().expect("nothing panics while it is held").get(name).map(|kept| Arc::clone(&kept.document))
    }

    /// Puts a document that was rendered ahead in the place of the old one; gives whether its bytes are others.
    pub fn swap(&self, name: &str, document: Document) -> bool {
        let has_changed = self.any(name).is_none_or(|old| !old.is_same(&document));
        self.put(name, document, Ahead::Rendered);
        has_changed
    }

    fn put(&self, name: &str, document: Document, ahead: Ahead) -> Arc<Document> {
        let mut by_name = self.by_name.write().expect("nothing panics while it is held");
        let (is_ahead, is_stale) = match ahead {
            Ahead::Rendered => (true, false),
            Ahead::Not { outdated } => (false, self.outdated.load(Ordering::Acquire) != outdated),
        };
        let old = by_name.get(name).map(|kept| &kept.document).filter(|old| old.is_same(&document));
        let document = match old {
            Some(old) if old.nature.is_like(&document.nature) => Arc::clone(old),
            // The same bytes have not changed since: their date stays.
            Some(old) => Arc::new(document.unchanged_since(old.last_modified)),
            None => Arc::new(document),
        };
        let used = AtomicU64::new(self.count.fetch_add(1, Ordering::Relaxed));
        by_name.insert(name.to_owned(), Kept { document: Arc::clone(&document), is_ahead, is_stale, used });
        make_room(&mut by_name);
        document
    }

    /// What was made at a request, and has such a name, is made anew at the next.
    pub fn outdate(&self, is_outdated: impl Fn(&str) -> bool) {
        let mut by_name = self.by_name.write().expect("nothing panics while it is held");
        self.outdated.fetch_add(1, Ordering::AcqRel);
        let made = by_name.iter_mut().filter(|(name, kept)| !kept.is_ahead && is_outdated(name));
        made.for_each(|(_, kept)| kept.is_stale = true);
    }

    /// Lets go of every document rendered ahead whose name is not kept.
    pub fn retain(&self, keep: impl Fn(&str) -> bool) {
        self.by_name.write().expect("nothing panics while it is held").retain(|name, kept| !kept.is_ahead || keep(name));
    }
}

/// Whether a document was rendered before anybody asked.
enum Ahead {
    Rendered,
    /// It was begun when so much had been outdated.
    Not {
        outdated: u64,
    },
}

/// Most requests that may wait for documents that anybody may name.
const MOST_WAITING: usize = 64;

/// A request that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    /// One more, unless too many wait already.
    fn one_more(waiting: &'a AtomicUsize, is_of_config: bool) -> Option<Self> {
        let this = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        (is_of_config || before < MOST_WAITING).then_some(this)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps what was made at requests within its bound.
fn make_room(by_name: &mut HashMap<String, Kept>) {
    loop {
        let made = || by_name.iter().filter(|(_, kept)| !kept.is_ahead);
        if made().map(|(_, kept)| kept.document.size()).sum::<usize>() <= MAX_MADE {
            return;
        }
        let Some(oldest) = made().min_by_key(|(_, kept)| kept.used.load(Ordering::Relaxed)).map(|(name, _)| name.clone()) else { return };
        by_name.remove(&oldest);
    }
}
