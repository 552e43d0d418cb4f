//! The scheduler: which source is due, polls at once within bounds, each stored by the writer.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::articles::{Articles, Surroundings};
use super::publisher::Publisher;
use super::report::report;
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::fetch::Fetcher;
use crate::poll::{self, Queue, Visit};
use crate::schedule;
use crate::store::{SourceState, Store, StoreError};

/// How often the store is asked whether another process has written to it.
const FOREIGN_CHECK: Duration = Duration::from_secs(1);

/// How long nobody is polled after the store has refused a poll: what cannot be kept need not be fetched.
const STORE_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// A source that is later than this was slept over, not held up: those are polled one after the other, not all at once. It is longer than a
/// clock that jumps takes to be noticed.
const LATE: TimeDelta = TimeDelta::seconds(120);

/// Something asked of the scheduler.
#[derive(Debug)]
pub(super) enum Wish {
    /// Take these settings; `done` tells whether they were taken.
    Reload { settings: Arc<Settings>, done: oneshot::Sender<bool> },
    /// A hub pushes this source no more: it is polled on its schedule from now on.
    PushedNoMore { source: i64 },
    /// Entries that were pushed may want their article pages.
    LookForArticles,
}

/// A source and how its polling stands.
#[derive(Debug)]
struct Planned {
    source: Arc<Source>,
    state: SourceState,
    /// When it is next looked at: at its next poll, or later, if its host rests or it is late.
    due: Option<DateTime<Utc>>,
}

/// A poll that has not ended.
#[derive(Debug)]
struct InFlight {
    task: task::Id,
    source: Arc<Source>,
    host: String,
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
    /// Rung when the hubs that feeds name, or the settings, may be others.
    subscriber: Arc<Notify>,
    /// By the store's id.
    sources: HashMap<i64, Planned>,
    /// Until when hosts are left alone; it may be over. Filled from the store, and by polls.
    rests: HashMap<String, DateTime<Utc>>,
    /// Due times. One that is not the source's own any more is passed over.
    due: BinaryHeap<Reverse<(DateTime<Utc>, i64)>>,
    /// Due, and waiting for the turn of their host; the same ones by id.
    queue: Queue<i64>,
    queued: HashSet<i64>,
    /// By the store's id.
    in_flight: HashMap<i64, InFlight>,
    polls: JoinSet<Finished>,
    articles: Articles,
    /// Set when the store has refused a poll.
    paused_until: Option<DateTime<Utc>>,
    /// The store's when another process's commits were last looked at; stories have changed since if it is another now.
    generation: Option<i64>,
    /// Another process has committed, and that has not been read yet.
    has_foreign: bool,
}

impl Scheduler {
    /// A scheduler that takes wishes. `states` are those of the settings' enabled sources.
    pub fn new(
        settings: Arc<Settings>,
        store: Arc<Store>,
        fetcher: Arc<Fetcher>,
        publisher: Arc<Publisher>,
        clock: Clock,
        states: Vec<SourceState>,
        (wishes, subscriber): (mpsc::Receiver<Wish>, Arc<Notify>),
    ) -> Self {
        let articles = Articles::new(settings.fetch.per_host as usize);
        let mut scheduler = Self {
            queue: Queue::new(settings.fetch.per_host as usize),
            queued: HashSet::new(),
            settings,
            store,
            fetcher,
            publisher,
            clock,
            wishes,
            subscriber,
            sources: HashMap::new(),
            rests: HashMap::new(),
            due: BinaryHeap::new(),
            in_flight: HashMap::new(),
            polls: JoinSet::new(),
            articles,
            paused_until: None,
            generation: None,
            has_foreign: false,
        };
        scheduler.plan(states);
        scheduler
    }

    /// Polls what is due until `stop`, or until the store's writer is gone. Then running polls have until `patience` is over, and those
    /// that do not finish are dropped whole.
    pub async fn run(mut self, stop: CancellationToken, patience: Duration) {
        let mut foreign_check = tokio::time::interval(FOREIGN_CHECK);
        foreign_check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.start_due();
            let around = self.surroundings();
            self.articles.start_due(&around);
            let wake = self.next_wake().into_iter().chain(self.articles.next_wake()).min();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(wish) = self.wishes.recv() => unless(&stop, self.grant(wish)).await,
                Some(finished) = self.polls.join_next() => if self.finish(finished).is_break() { break },
                done = self.articles.next_done() => self.rests.extend(self.articles.finish(done, &around)),
                () = wait(&self.clock, wake) => {}
                _ = foreign_check.tick() => unless(&stop, self.notice_foreign_commits()).await,
            }
        }
        let drained = tokio::time::timeout(patience, async {
            while let Some(finished) = self.polls.join_next().await {
                if self.finish(finished).is_break() {
                    break;
                }
            }
            let around = self.surroundings();
            self.articles.drain(&around).await;
        });
        if drained.await.is_err() {
            tracing::warn!(polls = self.in_flight.len(), "running polls were dropped; they will be polled again");
        }
        self.polls.shutdown().await;
        self.articles.shutdown().await;
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            settings: Arc::clone(&self.settings),
            store: Arc::clone(&self.store),
            fetcher: Arc::clone(&self.fetcher),
            publisher: Arc::clone(&self.publisher),
            clock: self.clock.clone(),
        }
    }

    fn is_full(&self) -> bool {
        self.in_flight.len() >= self.settings.fetch.concurrency as usize
    }

    /// Makes these the sources that are polled.
    fn plan(&mut self, states: Vec<SourceState>) {
        let by_name: HashMap<&str, &Arc<Source>> = self.settings.sources.iter().map(|source| (source.name.as_str(), source)).collect();
        let now = self.clock.now();
        self.rests = states.iter().filter_map(|state| Some((state.host.clone(), state.host_rests_until?))).collect();
        let planned = states.into_iter().filter_map(|state| {
            let source = Arc::clone(by_name.get(state.name.as_str())?);
            let due = first_look(&source, &state, now);
            Some((state.id, Planned { source, state, due }))
        });
        self.sources = planned.collect();
        // Whoever is being polled gets his next time when that poll has ended.
        let idle = self.sources.iter().filter(|(id, _)| !self.in_flight.contains_key(id));
        self.due = idle.filter_map(|(id, planned)| Some(Reverse((planned.due?, *id)))).collect();
        self.queue.clear();
        self.queued.clear();
    }

    /// The earliest due time, after passing over those that no longer hold.
    fn next_due(&mut self) -> Option<DateTime<Utc>> {
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            let holds = self.sources.get(&id).is_some_and(|planned| planned.due == Some(at));
            if holds && !self.in_flight.contains_key(&id) && !self.queued.contains(&id) {
                return Some(at);
            }
            self.due.pop();
        }
        None
    }

    /// When there is next something to start: a full house waits for a poll to end instead.
    fn next_wake(&mut self) -> Option<DateTime<Utc>> {
        if self.is_full() {
            return None;
        }
        let next_due = self.next_due();
        match self.paused_until {
            Some(until) => Some(next_due.map_or(until, |due| due.max(until))),
            None => next_due,
        }
    }

    fn start_due(&mut self) {
        let now = self.clock.now();
        while let Some(at) = self.next_due()
            && at <= now
        {
            if let Some(Reverse((_, id))) = self.due.pop()
                && let Some(planned) = self.sources.get(&id)
            {
                let later = if now - at > LATE { Some(catch_up(planned, now)) } else { self.after_rest(planned, now) };
                if let Some(later) = later {
                    self.look_again(id, later);
                    continue;
                }
                self.queue.push(&planned.state.host, id);
                self.queued.insert(id);
            }
        }
        if self.paused_until.is_some_and(|until| now < until) {
            return;
        }
        self.paused_until = None;
        while !self.is_full()
            && let Some((host, id)) = self.queue.pop()
        {
            self.start(id, host);
        }
    }

    fn start(&mut self, id: i64, host: String) {
        self.queued.remove(&id);
        let Some(planned) = self.sources.get(&id) else {
            self.queue.finished(&host);
            return;
        };
        // The host may have begun to rest while the source waited in its line.
        if let Some(later) = self.after_rest(planned, self.clock.now()) {
            self.queue.finished(&host);
            self.look_again(id, later);
            return;
        }
        let (fetcher, store, clock) = (Arc::clone(&self.fetcher), Arc::clone(&self.store), self.clock.clone());
        let (source, state) = (Arc::clone(&planned.source), planned.state.clone());
        let polled = Arc::clone(&source);
        let poll = self.polls.spawn(async move { (id, poll::visit(&fetcher, &store, &polled, &state, &clock).await) });
        self.in_flight.insert(id, InFlight { task: poll.id(), source, host });
    }

    /// When a source is looked at again whose host is left alone; None when it is not. They come back one after the other.
    fn after_rest(&self, planned: &Planned, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.rests.get(&planned.state.host).copied().filter(|until| *until > now)?;
        Some(catch_up(planned, until))
    }

    fn look_again(&mut self, id: i64, at: DateTime<Utc>) {
        if let Some(planned) = self.sources.get_mut(&id) {
            planned.due = Some(at);
            self.due.push(Reverse((at, id)));
        }
    }

    /// Takes a finished poll; breaks when the store's writer is gone.
    fn finish(&mut self, finished: Result<Finished, task::JoinError>) -> ControlFlow<()> {
        let (id, visit) = match finished {
            Ok((id, visit)) => (id, visit.map_err(Some)),
            Err(error) => {
                let polled = self.in_flight.iter().find(|(_, poll)| poll.task == error.id()).map(|(id, _)| *id);
                let Some(id) = polled else { return ControlFlow::Continue(()) };
                tracing::error!(%error, "a poll failed inside taspa");
                (id, Err(None))
            }
        };
        let Some(InFlight { source, host, .. }) = self.in_flight.remove(&id) else { return ControlFlow::Continue(()) };
        self.queue.finished(&host);
        let state = match visit {
            Ok(visit) => {
                report(&source, &visit);
                self.rests.extend(visit.rests.iter().cloned());
                if visit.committed.touches_stories() {
                    // What the feed calls itself stands in stories that others lead.
                    let stories_moved = visit.committed.stories_moved || visit.committed.feed_changed;
                    self.publisher.source_changed(&source, stories_moved);
                    self.articles.stir();
                }
                if visit.committed.hub_changed {
                    self.subscriber.notify_one();
                }
                visit.state.map(|state| self.kept_to_schedule(id, &source, visit.at, self.last_known(id, state)))
            }
            Err(Some(StoreError::WriterGone)) => {
                tracing::error!("the store's writer is gone");
                return ControlFlow::Break(());
            }
            Err(error) => {
                if let Some(error) = error {
                    tracing::error!(source = %source.name, %error, hint = error.hint(), "a poll could not be stored; polling pauses");
                    self.paused_until = Some(self.clock.now() + STORE_PAUSE);
                }
                self.sources.get(&id).map(|planned| self.not_polled(planned))
            }
        };
        if let (Some(planned), Some(state)) = (self.sources.get_mut(&id), state) {
            planned.due = state.next_poll;
            if let Some(next) = state.next_poll {
                self.due.push(Reverse((next, id)));
            }
            planned.state = state;
        }
        ControlFlow::Continue(())
    }

    /// The later of a poll's state and the plan's: while the poll was on its way back from the store, the store may have been given other
    /// settings, and the plan made anew.
    fn last_known(&self, id: i64, polled: SourceState) -> SourceState {
        match self.sources.get(&id) {
            Some(planned) if planned.state.poll >= polled.poll => planned.state.clone(),
            _ => polled,
        }
    }

    /// The state of a source after a poll at `at`. If the store takes it for due all the same, another process has put other settings
    /// into it than these, and the source keeps to these.
    fn kept_to_schedule(&self, id: i64, polled: &Arc<Source>, at: DateTime<Utc>, mut state: SourceState) -> SourceState {
        let is_unchanged = self.sources.get(&id).is_some_and(|planned| Arc::ptr_eq(&planned.source, polled));
        if is_unchanged && state.next_poll.is_some_and(|next| next <= at) {
            state.next_poll = schedule::unhurried(polled, at);
        }
        state
    }

    /// The state of a source whose poll came to nothing: it keeps to its schedule.
    fn not_polled(&self, planned: &Planned) -> SourceState {
        SourceState { next_poll: schedule::unhurried(&planned.source, self.clock.now()), ..planned.state.clone() }
    }

    async fn grant(&mut self, wish: Wish) {
        let (settings, done) = match wish {
            Wish::Reload { settings, done } => (settings, done),
            Wish::PushedNoMore { source } => return self.poll_on_schedule(source).await,
            Wish::LookForArticles => return self.articles.stir(),
        };
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

    /// A source that was polled less often, since a hub pushed it, is polled on its schedule again.
    async fn poll_on_schedule(&mut self, id: i64) {
        let Some(planned) = self.sources.get(&id) else { return };
        let Some(next) = schedule::unhurried(&planned.source, self.clock.now()) else { return };
        match self.store.poll_by(id, next).await {
            Ok(Some(state)) => {
                if let (Some(planned), Some(at)) = (self.sources.get_mut(&id), state.next_poll) {
                    planned.due = Some(at);
                    planned.state = state;
                    self.due.push(Reverse((at, id)));
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(source = %planned.source.name, %error, "the source is polled less often for a while"),
        }
    }

    async fn reload(&mut self, settings: Arc<Settings>) -> Result<(), super::DaemonError> {
        let is_other_client = settings.fetch != self.settings.fetch || settings.server.public_url != self.settings.server.public_url;
        let fetcher = if is_other_client { Arc::new(self.fetcher.renewed(&settings)?) } else { Arc::clone(&self.fetcher) };
        let states = self.store.adopt(&settings.sources, self.clock.now()).await?;
        self.store.set_dedup(settings.dedup.clone()).await?;
        self.fetcher = fetcher;
        self.queue.set_per_host(settings.fetch.per_host as usize);
        self.articles.reload(settings.fetch.per_host as usize);
        self.settings = Arc::clone(&settings);
        self.plan(states);
        self.publisher.reload(settings);
        self.subscriber.notify_one();
        Ok(())
    }

    /// Another process has polled, or corrected something: plan and documents follow.
    async fn notice_foreign_commits(&mut self) {
        match self.store.foreign_commit().await {
            Ok(has_foreign) => self.has_foreign |= has_foreign,
            Err(error) => tracing::error!(%error, "the store cannot be read"),
        }
        if !self.has_foreign {
            return;
        }
        match self.read_states().await {
            Ok((states, generation)) => {
                self.has_foreign = false;
                self.plan(states);
                self.articles.stir();
                self.subscriber.notify_one();
                if self.generation.replace(generation) != Some(generation) {
                    self.publisher.all_changed();
                }
            }
            Err(error) => tracing::error!(%error, "another process has written to the store, and it cannot be read"),
        }
    }

    /// The states of all enabled sources as they stand in the store, and its generation.
    #[expect(clippy::disallowed_methods, reason = "awaited right here")]
    async fn read_states(&self) -> Result<(Vec<SourceState>, i64), StoreError> {
        let (reader, settings) = (self.store.reader(), Arc::clone(&self.settings));
        let read = tokio::task::spawn_blocking(move || {
            let enabled = settings.sources.iter().filter(|source| source.keys.enabled);
            let states = reader.states_of(enabled.map(|source| source.name.as_str()))?;
            Ok((states.into_iter().flatten().collect(), reader.generation()?))
        });
        read.await.unwrap_or(Err(StoreError::WriterGone))
    }
}

/// When a source is looked at first, at a start or a reload: one that was due meanwhile soon, but not all of those at once; one that was
/// never polled now, since whoever added it waits for its news.
fn first_look(source: &Source, state: &SourceState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let next = state.next_poll?;
    Some(if next < now && state.poll > 0 { schedule::catch_up(source, now) } else { next.max(now) })
}

/// When a source is polled that could be at `from`, and many others could as well.
fn catch_up(planned: &Planned, from: DateTime<Utc>) -> DateTime<Utc> {
    if planned.state.poll > 0 { schedule::catch_up(&planned.source, from) } else { from }
}

/// Waits for something, but no longer than until `stop`.
async fn unless(stop: &CancellationToken, wish: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = wish => {}
    }
}

/// Waits for the next due time; for good when there is none.
pub(super) async fn wait(clock: &Clock, next: Option<DateTime<Utc>>) {
    match next {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}
