//! Article pages: those that are due are fetched beside the polls, hosts in turn, each settled by the writer.
//!
//! The queue is the store's; here stands only what is due now. A page never holds up a poll: polls have places of their own, and at a
//! host both wait for the same turns.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::{self, JoinError, JoinSet};

use super::publisher::Publisher;
use crate::clock::Clock;
use crate::config::{Settings, Source, When};
use crate::fetch::Fetcher;
use crate::poll::{ArticleVisit, Queue, visit_article};
use crate::store::{ArticleAgenda, DueArticle, Released, Store, StoreError};

/// Most article pages at once, whatever `concurrency` says.
const AT_ONCE: usize = 16;

/// Most pages of one source taken from the store at once.
const TAKEN: u32 = 50;

/// How long no page is fetched after the store has refused one.
const STORE_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// How long what is due but cannot be fetched is left alone.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);

/// What a task came back with.
pub(super) enum Done {
    /// With the time of the look.
    Looked(DateTime<Utc>, Result<(Vec<DueArticle>, ArticleAgenda), StoreError>),
    Visited {
        due: DueArticle,
        host: String,
        visit: Result<ArticleVisit, StoreError>,
    },
    Released(Result<Released, StoreError>),
}

impl std::fmt::Debug for Done {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Done")
    }
}

/// What a finished task needs to be judged by, and the next ones to be started with.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub settings: Arc<Settings>,
    pub store: Arc<Store>,
    pub fetcher: Arc<Fetcher>,
    pub publisher: Arc<Publisher>,
    pub clock: Clock,
}

impl Surroundings {
    /// Something that a source published has changed, and it may be that stories of others have.
    fn publish(&self, source: &str, stories_moved: bool) {
        if let Some(source) = self.settings.sources.iter().find(|known| known.name.as_str() == source) {
            self.publisher.source_changed(source, stories_moved);
        }
    }
}

/// The article pages that are due, and those that are being fetched.
#[derive(Debug)]
pub(super) struct Articles {
    queue: Queue<DueArticle>,
    /// Entries that wait in the queue or are being fetched.
    taken: HashSet<i64>,
    tasks: JoinSet<Done>,
    agenda: ArticleAgenda,
    /// The store has to be looked at again: something has changed, or all that was due has been taken.
    is_stale: bool,
    is_looking: bool,
    /// Settled while the store was being looked at, which may have seen them still due.
    settled_meanwhile: HashSet<i64>,
    /// The pages that are being fetched.
    fetching: HashMap<task::Id, (i64, String)>,
    is_releasing: bool,
    /// Hosts that rest; what was taken of them meanwhile is let go, and is due later.
    resting: HashMap<String, DateTime<Utc>>,
    paused_until: Option<DateTime<Utc>>,
}

impl Articles {
    pub fn new(per_host: usize) -> Self {
        Self {
            queue: Queue::new(per_host),
            taken: HashSet::new(),
            tasks: JoinSet::new(),
            agenda: ArticleAgenda::default(),
            is_stale: true,
            is_looking: false,
            settled_meanwhile: HashSet::new(),
            fetching: HashMap::new(),
            is_releasing: false,
            resting: HashMap::new(),
            paused_until: None,
        }
    }

    /// Entries may have come that want their pages.
    pub fn stir(&mut self) {
        self.is_stale = true;
    }

    /// Takes new settings.
    pub fn reload(&mut self, per_host: usize) {
        self.queue.set_per_host(per_host);
        self.is_stale = true;
    }

    /// When there is next something to start, if nothing happens before.
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        let ArticleAgenda { next_due, next_release } = self.agenda;
        let next_due = next_due.filter(|_| !self.is_looking && self.has_room());
        let next_release = next_release.filter(|_| !self.is_releasing);
        let wake = [next_due, next_release].into_iter().flatten().min()?;
        Some(self.paused_until.map_or(wake, |until| until.max(wake)))
    }

    /// Starts what can be started now.
    pub fn start_due(&mut self, around: &Surroundings) {
        let now = around.clock.now();
        if self.paused_until.is_some_and(|until| now < until) {
            return;
        }
        self.paused_until = None;
        if !self.is_releasing && self.agenda.next_release.is_some_and(|at| at <= now) {
            self.release(around, now);
        }
        let is_due = self.has_room() && self.agenda.next_due.is_some_and(|at| at <= now);
        if !self.is_looking && (self.is_stale || is_due) {
            self.look(around, now);
        }
        let at_once = AT_ONCE.min(around.settings.fetch.concurrency as usize);
        while self.tasks.len() < at_once
            && let Some((host, due)) = self.queue.pop()
        {
            self.visit(around, host, due, now);
        }
    }

    /// Whether more may be taken from the store: what was taken is nearly used up.
    fn has_room(&self) -> bool {
        self.taken.len() < AT_ONCE
    }

    fn look(&mut self, around: &Surroundings, now: DateTime<Utc>) {
        (self.is_stale, self.is_looking) = (false, true);
        let reader = around.store.reader();
        self.tasks.spawn_blocking(move || {
            let due = reader.due_articles(now, TAKEN);
            Done::Looked(now, due.and_then(|due| Ok((due, reader.article_agenda()?))))
        });
    }

    fn release(&mut self, around: &Surroundings, now: DateTime<Utc>) {
        self.is_releasing = true;
        let store = Arc::clone(&around.store);
        self.tasks.spawn(async move { Done::Released(store.release_waited(now).await) });
    }

    fn visit(&mut self, around: &Surroundings, host: String, due: DueArticle, now: DateTime<Utc>) {
        let source = source_named(&around.settings, &due.source);
        let rests = self.resting.get(&host).is_some_and(|until| now < *until);
        let Some(source) = source.filter(|_| !rests) else {
            self.queue.finished(&host);
            self.taken.remove(&due.entry);
            return;
        };
        let (fetcher, store, clock) = (Arc::clone(&around.fetcher), Arc::clone(&around.store), around.clock.clone());
        let (entry, of_host) = (due.entry, host.clone());
        let task = self.tasks.spawn(async move {
            let visit = visit_article(&fetcher, &store, &source, &due, &clock).await;
            Done::Visited { due, host, visit }
        });
        self.fetching.insert(task.id(), (entry, of_host));
    }

    /// The next task to end; never while there is none.
    pub async fn next_done(&mut self) -> Result<Done, JoinError> {
        match self.tasks.join_next().await {
            Some(done) => done,
            None => std::future::pending().await,
        }
    }

    /// Takes what a task came back with; gives a host that wants no request of anybody, and until when.
    pub fn finish(&mut self, done: Result<Done, JoinError>, around: &Surroundings) -> Option<(String, DateTime<Utc>)> {
        let now = around.clock.now();
        match done {
            Ok(Done::Looked(at, looked)) => {
                self.is_looking = false;
                let settled = std::mem::take(&mut self.settled_meanwhile);
                let looked = looked.map(|(due, agenda)| (due.into_iter().filter(|due| !settled.contains(&due.entry)).collect(), agenda));
                match looked {
                    Ok((due, agenda)) => self.take(due, agenda, at, &around.settings),
                    Err(error) => self.pause(&error, now),
                }
            }
            Ok(Done::Visited { due, host, visit }) => {
                self.let_go(due.entry, &host);
                match visit {
                    Ok(visit) => {
                        let asks_until = visit.settled.host_rests_until;
                        if let Some(until) = visit.host_rests_until.max(asks_until) {
                            let known = self.resting.entry(host.clone()).or_insert(until);
                            *known = until.max(*known);
                        }
                        self.visited(&due, &visit, around);
                        return asks_until.map(|until| (host, until));
                    }
                    Err(error) => self.pause(&error, now),
                }
            }
            Ok(Done::Released(released)) => {
                self.is_releasing = false;
                self.agenda.next_release = None;
                self.is_stale = true;
                match released {
                    Ok(released) => {
                        for name in &released.sources {
                            around.publish(name, released.stories_moved);
                        }
                    }
                    Err(error) => self.pause(&error, now),
                }
            }
            Err(error) => {
                tracing::error!(%error, "an article page failed inside taspa");
                match self.fetching.remove(&error.id()) {
                    Some((entry, host)) => self.let_go(entry, &host),
                    None => (self.is_looking, self.is_releasing) = (false, false),
                }
                self.paused_until = Some(now + STORE_PAUSE);
            }
        }
        None
    }

    fn let_go(&mut self, entry: i64, host: &str) {
        self.queue.finished(host);
        self.taken.remove(&entry);
        self.fetching.retain(|_, (fetched, _)| *fetched != entry);
        if self.is_looking {
            self.settled_meanwhile.insert(entry);
        }
    }

    /// `at`: when the store was looked at.
    fn take(&mut self, due: Vec<DueArticle>, agenda: ArticleAgenda, at: DateTime<Utc>, settings: &Settings) {
        self.agenda = agenda;
        self.resting.retain(|_, until| at < *until);
        let mut has_new = false;
        for article in due {
            let host = article.host().unwrap_or_default();
            let is_wanted = source_named(settings, &article.source).is_some() && !self.resting.contains_key(&host);
            if is_wanted && self.taken.insert(article.entry) {
                has_new = true;
                self.queue.push(&host, article);
            }
        }
        if !has_new {
            // What is due all the same is of a source that is switched off, or being fetched.
            self.agenda.next_due = self.agenda.next_due.map(|due| if due <= at { at + LOOK_AGAIN } else { due });
        }
    }

    fn visited(&mut self, due: &DueArticle, visit: &ArticleVisit, around: &Surroundings) {
        // What is tried again is due at another time than the agenda knows of.
        self.is_stale |= visit.next.is_some();
        let duration_ms = u64::try_from(visit.duration.as_millis()).unwrap_or(u64::MAX);
        match (&visit.error, visit.next) {
            (None, _) => tracing::debug!(source = %due.source, duration_ms, "article read"),
            (Some(error), Some(_)) => {
                tracing::debug!(source = %due.source, link = due.link, error, "article page failed, it is tried again")
            }
            (Some(error), None) => {
                tracing::warn!(source = %due.source, link = due.link, error, hint = visit.hint.as_deref(), "article page given up");
            }
        }
        if visit.settled.has_changed {
            around.publish(&due.source, visit.settled.stories_moved);
        }
    }

    fn pause(&mut self, error: &StoreError, now: DateTime<Utc>) {
        tracing::error!(%error, hint = error.hint(), "article pages pause");
        self.is_stale = true;
        self.paused_until = Some(now + STORE_PAUSE);
    }

    /// Lets running pages finish.
    pub async fn drain(&mut self, around: &Surroundings) {
        while let Some(done) = self.tasks.join_next().await {
            self.finish(done, around);
        }
    }

    /// Drops what is still running; it is due again.
    pub async fn shutdown(&mut self) {
        self.tasks.shutdown().await;
    }
}

/// The source of that name, if it is enabled and wants articles.
fn source_named(settings: &Settings, name: &str) -> Option<Arc<Source>> {
    let named = settings.sources.iter().find(|source| source.name.as_str() == name)?;
    (named.keys.enabled && named.keys.article.0.fetch != When::Never).then(|| Arc::clone(named))
}
