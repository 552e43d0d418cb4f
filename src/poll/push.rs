//! One push of a hub in, what is kept of it out: believe, decode, parse, normalise, identify, commit.
//!
//! A push is a document of which nothing is to be learned but its items: it may hold all of the feed or what is new alone, and how polling
//! stands does not change.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::document::read_feed;
use super::{off_the_reactor, printable, stopwatch};
use crate::clock::Clock;
use crate::config::Source;
use crate::fetch::{Caching, Response, Validators};
use crate::schedule::{Ending, Hints};
use crate::store::{Committed, PollOutcome, Polled, Store, StoreError, Subscription, plan_of, reading_of};
use crate::websub;

/// What was posted to a callback.
#[derive(Debug)]
pub struct Push {
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

/// What came of a push. What was kept is stored already.
#[derive(Debug)]
pub enum Delivery {
    Stored {
        committed: Committed,
        bytes: usize,
        duration: Duration,
    },
    /// Nothing shows that the hub sent it.
    NotBelieved(websub::Distrust),
    /// The hub sent it, and it is no feed.
    NotRead(String),
}

/// Stores the items of a push to a subscription of `source`, if it is the hub's.
///
/// # Errors
/// When the store refuses; then nothing of the push is kept.
pub async fn take_push(
    store: &Store,
    source: &Arc<Source>,
    subscription: &Subscription,
    push: Push,
    clock: &Clock,
) -> Result<Delivery, StoreError> {
    let started = stopwatch();
    let (secret, now, bytes) = (subscription.secret.clone(), clock.now(), push.body.len());
    // The address under which the hub knows the document is what its links are relative to.
    let url = Url::parse(&subscription.topic).unwrap_or_else(|_| source.url.clone());
    let of = Arc::clone(source);
    let read = off_the_reactor(move || {
        let Push { signature, content_type, body } = push;
        websub::check(&secret, signature.as_deref(), &body)?;
        let wire_bytes = body.len() as u64;
        // No poll is compared with it.
        let response = Response {
            url,
            moved: None,
            status: 200,
            content_type,
            validators: Validators::default(),
            caching: Caching::default(),
            links: Box::default(),
            body,
            body_hash: [0; 32],
            wire_bytes,
            place: None,
        };
        Ok(read_feed(response, &of, now))
    });
    let feed = match read.await {
        Ok(Ok(Ok(feed))) => feed,
        Ok(Err(distrust)) => return Ok(Delivery::NotBelieved(distrust)),
        Ok(Ok(Err(error))) | Err(error) => return Ok(Delivery::NotRead(printable(&error.to_string()))),
    };
    let outcome = PollOutcome {
        is_elsewhere: false,
        moved: None,
        source: subscription.source,
        url: source.url.to_string(),
        plan: plan_of(source),
        reading: reading_of(source),
        at: now,
        duration: started.elapsed(),
        status: None,
        wire_bytes: bytes as u64,
        result: Polled::Pushed(Box::new(feed)),
        settings: Arc::clone(source),
        due: None,
        ending: Ending::Success { received: now, age: Duration::ZERO },
        hints: Hints::default(),
        signs: Vec::new(),
    };
    let committed = store.commit(outcome).await?.committed;
    Ok(Delivery::Stored { committed, bytes, duration: started.elapsed() })
}
