//! What hubs ask at a callback, answered once the store has what follows from it.

use chrono::TimeDelta;
use tokio::sync::oneshot;

use super::super::scheduler::Wish;
use super::WebSub;
use crate::serve::Reply;
use crate::store::{StoreError, Subscription, SubscriptionChange};
use crate::websub::{Answer, Intent, Standing, judge, renewal};

/// How long a hub that has refused is left alone.
const AFTER_DENIAL: TimeDelta = TimeDelta::days(1);

impl WebSub {
    /// Answers a hub's question, once the store has what follows from it.
    pub(super) async fn answer(&mut self, token: &str, query: &str, reply: oneshot::Sender<Reply>) {
        let answer = match (self.known.get(token).cloned(), Intent::read(query)) {
            (None, _) => Reply::Refused,
            (Some(_), None) => Reply::Malformed,
            (Some(known), Some(intent)) => match self.settle(&known, intent).await {
                Ok(reply) => reply,
                Err(error) => {
                    self.pause(&error);
                    Reply::Later
                }
            },
        };
        // The hub may have hung up.
        let _ = reply.send(answer);
    }

    async fn settle(&mut self, known: &Subscription, intent: Intent) -> Result<Reply, StoreError> {
        let now = self.clock.now();
        let is_asked = known.asked.is_some() || known.is_active(now);
        let (source, hub) = (&known.name, &known.hub);
        match judge(Standing { topic: &known.topic, is_wanted: known.is_wanted, is_asked }, intent) {
            Answer::Confirm { challenge, lease } => {
                let (lease_ends, due) = (now + lease, renewal(now, lease, &known.token));
                self.change(known, SubscriptionChange::Confirmed { lease_ends, due }).await?;
                let lease_ends = lease_ends.format("%Y-%m-%dT%H:%M:%SZ").to_string();
                tracing::info!(source, hub, lease_ends, "the hub pushes what is new");
                Ok(Reply::Challenge(challenge))
            }
            Answer::ConfirmEnd { challenge } => {
                self.change(known, SubscriptionChange::Ended).await?;
                tracing::info!(source, hub, "the hub pushes no more, as it was asked");
                Ok(Reply::Challenge(challenge))
            }
            Answer::Noted { reason } => {
                let error = reason.map_or_else(|| "the hub refused".to_owned(), |reason| format!("the hub refused: {reason}"));
                tracing::warn!(source, hub, error, "the hub pushes nothing");
                if known.is_wanted {
                    self.change(known, SubscriptionChange::Denied { error, due: now + AFTER_DENIAL }).await?;
                } else {
                    self.change(known, SubscriptionChange::Ended).await?;
                }
                if known.is_active(now) {
                    self.owed.push_back(Wish::PushedNoMore { source: known.source });
                }
                Ok(Reply::Noted)
            }
            Answer::Refuse => {
                tracing::debug!(source, hub, "a question about what was not asked for");
                Ok(Reply::Refused)
            }
        }
    }
}
