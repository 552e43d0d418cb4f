//! Pushes: read and stored in their order for each subscription, a few at once.

use std::sync::Arc;

use super::super::scheduler::Wish;
use super::{Done, PUSHES_AT_ONCE, Running, Waiting, WebSub, source_named};
use crate::config::Source;
use crate::poll::{Delivery, take_push};
use crate::store::{StoreError, Subscription, SubscriptionChange};

impl WebSub {
    /// Starts those that have their turn.
    pub(super) fn start_pushes(&mut self) {
        while self.pushes_running() < PUSHES_AT_ONCE
            && let Some((token, waiting)) = self.pushes.pop()
        {
            let settings = self.publisher.settings();
            let subscription = self.known.get(&token).filter(|known| known.is_wanted).cloned();
            let source = subscription.as_ref().and_then(|known| source_named(&settings, &known.name));
            let (Some(subscription), Some(source)) = (subscription, source) else {
                self.pushes.finished(&token);
                continue;
            };
            let (store, clock) = (Arc::clone(&self.store), self.clock.clone());
            let started = self.tasks.spawn(async move {
                let Waiting { push, room } = waiting;
                let delivery = take_push(&store, &source, &subscription, push, &clock).await;
                drop(room);
                Done::Delivered { subscription: Box::new(subscription), source, delivery }
            });
            self.running.insert(started.id(), Running::Push { token });
        }
    }

    /// How many are being read.
    pub(super) fn pushes_running(&self) -> usize {
        self.running.values().filter(|running| matches!(running, Running::Push { .. })).count()
    }

    /// Logs a push, and tells whom it concerns.
    pub(super) async fn delivered(&mut self, subscription: &Subscription, source: &Arc<Source>, delivery: Result<Delivery, StoreError>) {
        match delivery {
            Ok(Delivery::Stored { committed, bytes, duration }) => {
                let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(
                    source = %source.name,
                    items_new = committed.items_new,
                    items_changed = committed.items_changed,
                    items_unchanged = committed.items_unchanged,
                    bytes,
                    duration_ms,
                    "pushed"
                );
                if committed.touches_stories() {
                    self.publisher.source_changed(source, committed.stories_moved);
                    self.owed.push_back(Wish::LookForArticles);
                }
            }
            Ok(Delivery::NotBelieved(distrust)) => {
                tracing::warn!(source = %source.name, hub = subscription.hub, "a push was ignored: {distrust}");
                self.not_kept(subscription, SubscriptionChange::NotBelieved).await;
            }
            Ok(Delivery::NotRead(error)) => {
                tracing::warn!(source = %source.name, hub = subscription.hub, error, "a push cannot be read");
                self.not_kept(subscription, SubscriptionChange::NotRead).await;
            }
            // The next poll brings what it held.
            Err(error) => self.pause(&error),
        }
    }

    /// A push was of no use: its source is polled on its schedule until a good one comes.
    async fn not_kept(&mut self, subscription: &Subscription, change: SubscriptionChange) {
        match self.change(subscription, change).await {
            Ok(()) => self.owed.push_back(Wish::PushedNoMore { source: subscription.source }),
            Err(error) => self.pause(&error),
        }
    }
}
