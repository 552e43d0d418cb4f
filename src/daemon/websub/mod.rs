//! Subscriptions at WebSub hubs: asked for, renewed and left as they are due, their questions answered, their pushes stored.
//!
//! The store has the last word: what stands here is what it gave back. A hub is asked only after the store has noted that it is, so that its
//! question, which may come before its answer, finds the subscription waiting for it. Only this task changes subscriptions. Polls go on meanwhile,
//! slower.

mod pushes;
mod questions;
mod requests;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::{Notify, mpsc};
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::publisher::Publisher;
use super::scheduler::{Wish, wait};
use crate::clock::Clock;
use crate::config::{Settings, Source};
use crate::fetch::{FetchError, Fetcher};
use crate::poll::{Delivery, Push, Queue};
use crate::serve::{CALLBACK, Callbacks, HubCall, Post, Room};
use crate::store::{Store, StoreError, Subscription, SubscriptionChange, SubscriptionPlan, Subscriptions};

/// Most requests to hubs at once, and most pushes that are read at once.
const REQUESTS_AT_ONCE: usize = 8;
const PUSHES_AT_ONCE: usize = 2;

/// How long nothing is tried after the store has refused something.
const STORE_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// Least time between two plans: many feeds may name their hubs at once.
const PLAN_PAUSE: Duration = Duration::from_millis(200);

/// What a task came back with.
enum Done {
    Asked { token: String, asked: Result<(), FetchError> },
    Delivered { subscription: Box<Subscription>, source: Arc<Source>, delivery: Result<Delivery, StoreError> },
}

/// A push that waits for its turn.
struct Waiting {
    push: Push,
    room: Room,
}

/// What a running task is about.
enum Running {
    Request { token: String, host: String },
    Push { token: String },
}

/// The subscriber.
pub(super) struct WebSub {
    store: Arc<Store>,
    publisher: Arc<Publisher>,
    clock: Clock,
    callbacks: Arc<Callbacks>,
    calls: mpsc::Receiver<HubCall>,
    wishes: mpsc::Sender<Wish>,
    /// Rung when sources, their hubs or the settings may be others.
    stir: Arc<Notify>,
    /// By token.
    known: HashMap<String, Subscription>,
    /// When each of them is due that is not being attended.
    due: BTreeSet<(DateTime<Utc>, String)>,
    /// Tokens of those that are due, in the lines of their hubs.
    requests: Queue<String>,
    /// In the line of its token each: what a hub pushes first is stored first.
    pushes: Queue<Waiting>,
    tasks: JoinSet<Done>,
    running: HashMap<task::Id, Running>,
    client: Option<(Arc<Settings>, Arc<Fetcher>)>,
    paused_until: Option<DateTime<Utc>>,
    /// There may be other subscriptions to plan.
    is_stale: bool,
    /// What the scheduler is still to be told.
    owed: VecDeque<Wish>,
}

impl WebSub {
    /// Knows the subscriptions of the store, so that no hub that pushes is told that there are none.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn new(
        store: Arc<Store>,
        publisher: Arc<Publisher>,
        clock: Clock,
        callbacks: (Arc<Callbacks>, mpsc::Receiver<HubCall>),
        wishes: mpsc::Sender<Wish>,
        stir: Arc<Notify>,
    ) -> Result<Self, StoreError> {
        let (callbacks, calls) = callbacks;
        let mut websub = Self {
            store,
            publisher,
            clock,
            callbacks,
            calls,
            wishes,
            stir,
            known: HashMap::new(),
            due: BTreeSet::new(),
            requests: Queue::new(1),
            pushes: Queue::new(1),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            client: None,
            paused_until: None,
            is_stale: false,
            owed: VecDeque::new(),
        };
        websub.plan().await?;
        Ok(websub)
    }

    /// Works until `stop`. What is being asked of hubs then is asked again after the next start; pushes that were taken are stored.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut planning = tokio::time::interval(PLAN_PAUSE);
        planning.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let wishes = self.wishes.clone();
        loop {
            self.start_due().await;
            let wake = self.next_wake();
            let may_plan = self.is_stale && self.paused_until.is_none();
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.stir.notified() => self.is_stale = true,
                _ = planning.tick(), if may_plan => self.plan_anew().await,
                Some(call) = self.calls.recv() => self.take(call).await,
                Some(done) = self.tasks.join_next_with_id() => self.finish(done).await,
                Ok(permit) = wishes.reserve(), if !self.owed.is_empty() => {
                    if let Some(wish) = self.owed.pop_front() {
                        permit.send(wish);
                    }
                }
                () = wait(&self.clock, wake) => {}
            }
        }
        self.drain().await;
    }

    /// Stores the pushes that were taken: their hubs think that we have them. Requests to hubs are dropped.
    async fn drain(&mut self) {
        self.due.clear();
        self.requests.clear();
        self.calls.close();
        // Bodies that are still coming have until the server gives them up.
        while let Some(call) = self.calls.recv().await {
            self.take(call).await;
        }
        loop {
            self.start_pushes();
            if self.pushes_running() == 0 {
                break;
            }
            match self.tasks.join_next_with_id().await {
                Some(done) => self.finish(done).await,
                None => break,
            }
        }
        self.tasks.shutdown().await;
    }

    fn next_wake(&self) -> Option<DateTime<Utc>> {
        self.paused_until.or_else(|| self.due.first().map(|(at, _)| *at))
    }

    async fn plan_anew(&mut self) {
        self.is_stale = false;
        if let Err(error) = self.plan().await {
            self.is_stale = true;
            self.pause(&error);
        }
    }

    /// Which subscriptions there are to be, by the settings and by what the feeds name.
    async fn plan(&mut self) -> Result<(), StoreError> {
        let settings = self.publisher.settings();
        self.callbacks.set_max_body(settings.fetch.max_body.0);
        let base = settings.server.public_url.as_ref().map(|_| {
            let home = self.publisher.home();
            home.join(CALLBACK.trim_start_matches('/')).unwrap_or(home).to_string()
        });
        let wanted = settings.sources.iter().filter(|source| source.keys.enabled && source.keys.websub);
        let sources = wanted.map(|source| source.name.to_string()).collect();
        let plan = SubscriptionPlan { base, sources, word: unguessable };
        let Subscriptions { all, lost } = self.store.plan_subscriptions(plan, self.clock.now()).await?;
        let attended: HashSet<String> = self.attended().map(str::to_owned).collect();
        self.callbacks.set_tokens(all.iter().map(|subscription| subscription.token.clone()).collect());
        self.requests.clear();
        self.due = all.iter().filter(|known| !attended.contains(&known.token)).map(|known| (known.due, known.token.clone())).collect();
        self.known = all.into_iter().map(|subscription| (subscription.token.clone(), subscription)).collect();
        self.owed.extend(lost.into_iter().map(|source| Wish::PushedNoMore { source }));
        Ok(())
    }

    /// The tokens of those that are being asked for.
    fn attended(&self) -> impl Iterator<Item = &str> {
        self.running.values().filter_map(|running| match running {
            Running::Request { token, .. } => Some(token.as_str()),
            Running::Push { .. } => None,
        })
    }

    async fn start_due(&mut self) {
        self.start_pushes();
        let now = self.clock.now();
        if self.paused_until.is_some_and(|until| now < until) {
            return;
        }
        self.paused_until = None;
        while let Some((at, token)) = self.due.pop_first() {
            if at > now {
                self.due.insert((at, token));
                break;
            }
            let hub = self.known.get(&token).and_then(|known| Url::parse(&known.hub).ok());
            self.requests.push(hub.as_ref().and_then(Url::host_str).unwrap_or_default(), token);
        }
        while self.attended().count() < REQUESTS_AT_ONCE
            && self.paused_until.is_none()
            && let Some((host, token)) = self.requests.pop()
        {
            match self.attend(&host, &token, now).await {
                Ok(true) => {}
                Ok(false) => self.requests.finished(&host),
                Err(error) => {
                    self.requests.finished(&host);
                    self.due.insert((now + STORE_PAUSE, token));
                    self.pause(&error);
                }
            }
        }
    }

    async fn take(&mut self, call: HubCall) {
        match call {
            HubCall::Question { token, query, reply } => self.answer(&token, &query, reply).await,
            HubCall::Push { token, post: Post { signature, content_type, body, room } } => {
                self.pushes.push(&token, Waiting { push: Push { signature, content_type, body }, room });
            }
        }
    }

    async fn change(&mut self, known: &Subscription, change: SubscriptionChange) -> Result<(), StoreError> {
        let changed = self.store.change_subscription(known.id, change).await?;
        self.put(&known.token, changed);
        Ok(())
    }

    /// A subscription as it stands now.
    fn put(&mut self, token: &str, subscription: Option<Subscription>) {
        if let Some(old) = self.known.remove(token) {
            self.due.remove(&(old.due, old.token));
        }
        match subscription {
            Some(subscription) => {
                if !self.attended().any(|attended| attended == token) {
                    self.due.insert((subscription.due, token.to_owned()));
                }
                self.known.insert(token.to_owned(), subscription);
            }
            None => self.callbacks.forget(token),
        }
    }

    async fn finish(&mut self, done: Result<(task::Id, Done), JoinError>) {
        let (id, done) = match done {
            Ok((id, done)) => (id, Some(done)),
            Err(error) => {
                tracing::error!(%error, "a subscription failed inside taspa");
                (error.id(), None)
            }
        };
        match self.running.remove(&id) {
            Some(Running::Request { token, host }) => {
                self.requests.finished(&host);
                self.due.extend(self.known.get(&token).map(|known| (known.due, token)));
            }
            Some(Running::Push { token }) => self.pushes.finished(&token),
            None => {}
        }
        if let Some(done) = done {
            self.finished(done).await;
        }
    }

    async fn finished(&mut self, done: Done) {
        match done {
            Done::Asked { asked: Ok(()), .. } => {}
            Done::Asked { token, asked: Err(error) } => self.asked_in_vain(&token, &error).await,
            Done::Delivered { subscription, source, delivery } => self.delivered(&subscription, &source, delivery).await,
        }
    }

    fn pause(&mut self, error: &StoreError) {
        tracing::error!(%error, hint = error.hint(), "subscriptions at hubs pause");
        self.paused_until = Some(self.clock.now() + STORE_PAUSE);
    }
}

/// The enabled source of that name.
fn source_named(settings: &Settings, name: &str) -> Option<Arc<Source>> {
    settings.sources.iter().find(|source| source.name.as_str() == name && source.keys.enabled).map(Arc::clone)
}

/// A word of 256 random bits: the last part of a callback's address, or the secret by which pushes are signed, which has to be shorter than 200
/// bytes (WebSub §5.1).
fn unguessable() -> Option<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
