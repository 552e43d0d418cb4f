//! The scheduler: which source is due, polls at once within bounds, each stored by the writer.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use super::publisher::Publisher;
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::fetch::Fetcher;
use crate::poll::{self, Visit};
use crate::store::{SourceState, Store, StoreError};

/// How often the store is asked whether another process has written to it.
const FOREIGN_CHECK: Duration = Duration::from_secs(1);

/// How long a source waits after the store refused its poll.
const STORE_PAUSE: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// Something asked of the scheduler.
#[derive(Debug)]
pub(super) enum Wish {
    /// Take these settings; `done` tells whether they were taken.
    Reload { settings: Arc<Settings>, done: oneshot::Sender<bool> },
}

/// A source and how its polling stands.
#[derive(Debug)]
struct Planned {
    source: Arc<Source>,
    state: SourceState,
}

/// A finished poll.
type Finished = (i64, Result<Visit, StoreError>);

#[derive(Debug)]
pub(super) struct Scheduler {
    settings: Arc<Settings>,
    store: Arc<Store>,
    fetcher: Arc<Fetcher>,
    publisher: Arc<Publisher>,
    clock: Clock,
    wishes: mpsc::Receiver<Wish>,
    /// By the store's id.
    sources: HashMap<i64, Planned>,
    /// Due times. One that is not the source's own any more is passed over.
    due: BinaryHeap<Reverse<(DateTime<Utc>, i64)>>,
    /// By the store's id: the task that polls it.
    in_flight: HashMap<i64, task::Id>,
    polls: JoinSet<Finished>,
}

impl Scheduler {
    /// A scheduler, and the way to ask something of it. `states` are those of the settings' enabled sources.
    pub fn new(
        settings: Arc<Settings>,
        store: Arc<Store>,
        fetcher: Arc<Fetcher>,
        publisher: Arc<Publisher>,
        clock: Clock,
        states: Vec<SourceState>,
    ) -> (Self, mpsc::Sender<Wish>) {
        let (sender, wishes) = mpsc::channel(4);
        let (sources, due, in_flight, polls) = (HashMap::new(), BinaryHeap::new(), HashMap::new(), JoinSet::new());
        let mut scheduler = Self { settings, store, fetcher, publisher, clock, wishes, sources, due, in_flight, polls };
        scheduler.plan(states);
        (scheduler, sender)
    }

    /// Polls what is due until `stop`; then running polls have until `patience` is over, and those that do not finish are dropped
    /// whole.
    pub async fn run(mut self, stop: CancellationToken, patience: Duration) {
        let mut foreign_check = tokio::time::interval(FOREIGN_CHECK);
        loop {
            self.start_due();
            let next = self.next_due();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(wish) = self.wishes.recv() => self.grant(wish).await,
                Some(finished) = self.polls.join_next() => self.finish(finished),
                () = wait(&self.clock, next), if self.in_flight.len() < self.concurrency() => {}
                _ = foreign_check.tick() => self.notice_foreign_commits().await,
            }
        }
        if tokio::time::timeout(patience, self.drain()).await.is_err() {
            tracing::warn!(polls = self.in_flight.len(), "running polls were dropped; they will be polled again");
            self.polls.shutdown().await;
        }
    }

    async fn drain(&mut self) {
        while let Some(finished) = self.polls.join_next().await {
            self.finish(finished);
        }
    }

    fn concurrency(&self) -> usize {
        self.settings.fetch.concurrency as usize
    }

    /// Makes these the sources that are polled.
    fn plan(&mut self, states: Vec<SourceState>) {
        let by_name: HashMap<&str, &Source> = self.settings.sources.iter().map(|source| (source.name.as_str(), source)).collect();
        self.sources = states
            .into_iter()
            .filter_map(|state| Some((state.id, Planned { source: Arc::new((*by_name.get(state.name.as_str())?).clone()), state })))
            .collect();
        let due = self.sources.iter().filter_map(|(id, planned)| Some(Reverse((planned.state.next_poll?, *id))));
        self.due = due.collect();
    }

    /// The earliest due time, after passing over those that no longer hold.
    fn next_due(&mut self) -> Option<DateTime<Utc>> {
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            let holds =
                self.sources.get(&id).is_some_and(|planned| planned.state.next_poll == Some(at)) && !self.in_flight.contains_key(&id);
            if holds {
                return Some(at);
            }
            self.due.pop();
        }
        None
    }

    fn start_due(&mut self) {
        let now = self.clock.now();
        while self.in_flight.len() < self.concurrency()
            && let Some(at) = self.next_due()
            && at <= now
        {
            if let Some(Reverse((_, id))) = self.due.pop() {
                self.start(id, now);
            }
        }
    }

    fn start(&mut self, id: i64, now: DateTime<Utc>) {
        let Some(planned) = self.sources.get(&id) else { return };
        let (fetcher, store) = (Arc::clone(&self.fetcher), Arc::clone(&self.store));
        let (source, state) = (Arc::clone(&planned.source), planned.state.clone());
        let poll = self.polls.spawn(async move { (id, poll::visit(&fetcher, &store, &source, &state, now).await) });
        self.in_flight.insert(id, poll.id());
    }

    fn finish(&mut self, finished: Result<Finished, task::JoinError>) {
        let (id, visit) = match finished {
            Ok((id, visit)) => (id, visit.map_err(|error| error.to_string())),
            Err(error) => {
                let polled = self.in_flight.iter().find(|(_, task)| **task == error.id()).map(|(id, _)| *id);
                let Some(id) = polled else { return };
                (id, Err(format!("it failed inside taspa: {error}")))
            }
        };
        self.in_flight.remove(&id);
        let Some(planned) = self.sources.get_mut(&id) else { return };
        match visit {
            Ok(visit) => {
                report(&planned.source, &visit);
                if visit.committed.touches_stories() {
                    self.publisher.source_changed(planned.source.name.as_str());
                }
                planned.state = visit.state;
            }
            Err(error) => {
                tracing::error!(source = %planned.source.name, error, "a poll could not be stored; it will be repeated");
                planned.state.next_poll = Some(self.clock.now() + STORE_PAUSE);
            }
        }
        if let Some(next) = planned.state.next_poll {
            self.due.push(Reverse((next, id)));
        }
    }

    async fn grant(&mut self, wish: Wish) {
        let Wish::Reload { settings, done } = wish;
        let is_taken = match self.reload(settings).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!("the config was not reloaded, the old one stays: {error}");
                false
            }
        };
        // Whoever asked may have stopped waiting.
        let _ = done.send(is_taken);
    }

    async fn reload(&mut self, settings: Arc<Settings>) -> Result<(), super::DaemonError> {
        if settings.fetch != self.settings.fetch || settings.server.public_url != self.settings.server.public_url {
            self.fetcher = Arc::new(Fetcher::new(&settings)?);
        }
        let states = self.store.adopt(&settings.sources, self.clock.now()).await?;
        self.store.set_dedup(settings.dedup.enabled).await?;
        self.settings = Arc::clone(&settings);
        self.plan(states);
        self.publisher.reload(settings);
        Ok(())
    }

    /// Another process has polled, or corrected something: plan and documents follow.
    async fn notice_foreign_commits(&mut self) {
        match self.store.foreign_commit().await {
            Ok(false) => {}
            Ok(true) => match self.store.adopt(&self.settings.sources, self.clock.now()).await {
                Ok(states) => {
                    self.plan(states);
                    self.publisher.all_changed();
                }
                Err(error) => tracing::error!(%error, "another process has written to the store, and it cannot be read"),
            },
            Err(error) => tracing::error!(%error, "the store cannot be read"),
        }
    }
}

/// Waits for the next due time; for good when there is none.
async fn wait(clock: &Clock, next: Option<DateTime<Utc>>) {
    match next {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The one line a poll leaves in the log.
fn report(source: &Source, visit: &Visit) {
    let next_poll = visit.state.next_poll.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let duration_ms = u64::try_from(visit.duration.as_millis()).unwrap_or(u64::MAX);
    match &visit.error {
        Some(error) => tracing::warn!(
            source = %source.name,
            status = visit.status,
            failures = visit.state.failures,
            duration_ms,
            next_poll,
            error,
            hint = visit.hint,
            "poll failed"
        ),
        None => tracing::info!(
            source = %source.name,
            status = visit.status,
            items_new = visit.committed.items_new,
            items_changed = visit.committed.items_changed,
            items_unchanged = visit.committed.items_unchanged,
            problems = visit.problems.len(),
            wire_bytes = visit.wire_bytes,
            duration_ms,
            next_poll,
            "polled"
        ),
    }
}
