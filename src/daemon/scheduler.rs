//! The scheduler: which source is due, polls at once within bounds, each stored by the writer.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::articles::{Articles, Surroundings};
use super::plan::{Plan, Turn};
use super::publisher::Publisher;
use super::report::report;
use crate::clock::Clock;
use crate::config::Settings;
use crate::fetch::Fetcher;
use crate::poll::{self, Visit};
use crate::schedule;
use crate::store::{SourceState, Store, StoreError};

/// How often the store is asked whether another process has written to it.
const FOREIGN_CHECK: Duration = Duration::from_secs(1);

/// How long nobody is polled after the store has refused a poll: what cannot be kept need not be fetched.
const STORE_PAUSE: TimeDelta = TimeDelta::seconds(60);

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
    plan: Plan,
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
        let mut plan = Plan::new(settings.fetch.per_host as usize);
        plan.renew(&settings, states, clock.now());
        Self {
            settings,
            store,
            fetcher,
            publisher,
            clock,
            wishes,
            subscriber,
            plan,
            polls: JoinSet::new(),
            articles,
            paused_until: None,
            generation: None,
            has_foreign: false,
        }
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
                done = self.articles.next_done() => self.plan.rest(self.articles.finish(done, &around)),
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
            tracing::warn!(polls = self.plan.running(), "running polls were dropped; they will be polled again");
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
        self.plan.running() >= self.settings.fetch.concurrency as usize
    }

    /// When there is next something to start: a full house waits for a poll to end instead.
    fn next_wake(&mut self) -> Option<DateTime<Utc>> {
        if self.is_full() {
            return None;
        }
        let next_due = self.plan.next_due();
        match self.paused_until {
            Some(until) => Some(next_due.map_or(until, |due| due.max(until))),
            None => next_due,
        }
    }

    fn start_due(&mut self) {
        let now = self.clock.now();
        self.plan.line_up(now);
        if self.paused_until.is_some_and(|until| now < until) {
            return;
        }
        self.paused_until = None;
        while !self.is_full()
            && let Some(Turn { id, source, state, host }) = self.plan.next_turn(now)
        {
            let (fetcher, store, clock) = (Arc::clone(&self.fetcher), Arc::clone(&self.store), self.clock.clone());
            let polled = Arc::clone(&source);
            let poll = self.polls.spawn(async move { (id, poll::visit(&fetcher, &store, &polled, &state, &clock).await) });
            self.plan.started(id, source, host, poll.id());
        }
    }

    /// Takes a finished poll; breaks when the store's writer is gone.
    fn finish(&mut self, finished: Result<Finished, task::JoinError>) -> ControlFlow<()> {
        let (id, visit) = match finished {
            Ok((id, visit)) => (id, visit.map_err(Some)),
            Err(error) => {
                let Some(id) = self.plan.polled_by(error.id()) else { return ControlFlow::Continue(()) };
                tracing::error!(%error, "a poll failed inside taspa");
                (id, Err(None))
            }
        };
        let Some(source) = self.plan.ended(id) else { return ControlFlow::Continue(()) };
        match visit {
            Ok(visit) => {
                report(&source, &visit);
                self.plan.rest(visit.rests.iter().cloned());
                if visit.committed.touches_stories() {
                    // What the feed calls itself stands in stories that others lead.
                    let stories_moved = visit.committed.stories_moved || visit.committed.feed_changed;
                    self.publisher.source_changed(&source, stories_moved);
                    self.articles.stir();
                }
                if visit.committed.hub_changed {
                    self.subscriber.notify_one();
                }
                if let Some(state) = visit.state {
                    self.plan.polled(id, &source, visit.at, state);
                }
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
                self.plan.not_polled(id, self.clock.now());
            }
        }
        ControlFlow::Continue(())
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
        let Some(source) = self.plan.source(id) else { return };
        let Some(next) = schedule::unhurried(source, self.clock.now()) else { return };
        match self.store.poll_by(id, next).await {
            Ok(Some(state)) if state.next_poll.is_some() => self.plan.follow(id, state),
            Ok(_) => {}
            Err(error) => tracing::error!(source = %source.name, %error, "the source is polled less often for a while"),
        }
    }

    async fn reload(&mut self, settings: Arc<Settings>) -> Result<(), super::DaemonError> {
        let is_other_client = settings.fetch != self.settings.fetch || settings.server.public_url != self.settings.server.public_url;
        let fetcher = if is_other_client { Arc::new(self.fetcher.renewed(&settings)?) } else { Arc::clone(&self.fetcher) };
        let states = self.store.adopt(&settings.sources, self.clock.now()).await?;
        self.store.set_dedup(settings.dedup.clone()).await?;
        self.fetcher = fetcher;
        self.plan.set_per_host(settings.fetch.per_host as usize);
        self.articles.reload(settings.fetch.per_host as usize);
        self.settings = Arc::clone(&settings);
        self.plan.renew(&settings, states, self.clock.now());
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
                self.plan.renew(&self.settings, states, self.clock.now());
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
