//! Requests to hubs: what is asked, under which manners, and when it is asked again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::{Done, Running, STORE_PAUSE, WebSub};
use crate::config::Settings;
use crate::fetch::{FetchError, Fetcher, Manners};
use crate::schedule;
use crate::store::{StoreError, Subscription, SubscriptionChange};
use crate::websub::{Mode, pause_after, request};

/// How long a hub that has taken a request may take to ask us back before it is asked again.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// How often a hub is asked to end a subscription before it is left to itself.
const MAX_FAREWELLS: u32 = 3;

impl WebSub {
    /// Does what is due for a subscription; whether its hub is being asked now.
    pub(super) async fn attend(&mut self, host: &str, token: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(known) = self.known.get(token).cloned() else { return Ok(false) };
        if is_over(&known, now) {
            self.change(&known, SubscriptionChange::Ended).await?;
            return Ok(false);
        }
        let settings = self.publisher.settings();
        let fetcher = match self.client(&settings) {
            Ok(fetcher) => fetcher,
            Err(error) => {
                tracing::error!(%error, hint = error.hint(), "no hub can be asked");
                self.due.insert((now + STORE_PAUSE, token.to_owned()));
                return Ok(false);
            }
        };
        let due = asked_again(&known, now);
        self.change(&known, SubscriptionChange::Asked { at: now, due }).await?;
        // Who is retired is left under the strictest rule.
        let source = settings.sources.iter().find(|source| source.name.as_str() == known.name);
        let allow_private = source.is_some_and(|source| source.keys.allow_private);
        let of = token.to_owned();
        let started = self.tasks.spawn(async move { Done::Asked { token: of, asked: ask(&fetcher, &known, allow_private).await } });
        if let Some(known) = self.known.get(token) {
            self.due.remove(&(known.due, token.to_owned()));
        }
        self.running.insert(started.id(), Running::Request { token: token.to_owned(), host: host.to_owned() });
        Ok(true)
    }

    /// The client of these settings.
    fn client(&mut self, settings: &Arc<Settings>) -> Result<Arc<Fetcher>, FetchError> {
        if let Some((of, fetcher)) = &self.client
            && Arc::ptr_eq(of, settings)
        {
            return Ok(Arc::clone(fetcher));
        }
        let fetcher = Arc::new(match &self.client {
            Some((_, fetcher)) => fetcher.renewed(settings)?,
            None => Fetcher::new(settings)?,
        });
        self.client = Some((Arc::clone(settings), Arc::clone(&fetcher)));
        Ok(fetcher)
    }

    /// A hub was not there, or did not take what it was asked.
    pub(super) async fn asked_in_vain(&mut self, token: &str, error: &FetchError) {
        let Some(known) = self.known.get(token).cloned() else { return };
        let due = asked_again_after(&known, error, self.clock.now());
        tracing::warn!(source = known.name, hub = known.hub, %error, attempts = known.attempts, "the hub could not be asked");
        let failed = SubscriptionChange::Failed { error: error.to_string(), due };
        if let Err(error) = self.change(&known, failed).await {
            self.pause(&error);
        }
    }
}

/// Whether nothing is left of a subscription: it is not wanted, and the hub's lease is over, or it has been asked often enough to end it.
fn is_over(known: &Subscription, now: DateTime<Utc>) -> bool {
    !known.is_wanted && (!known.is_active(now) || known.attempts >= MAX_FAREWELLS)
}

/// Asks the hub for the subscription, or for its end. Hubs are the publisher's word: they have to stand on public addresses unless the
/// source allows others.
///
/// # Errors
/// When it cannot be asked, or does not take it.
async fn ask(fetcher: &Fetcher, known: &Subscription, allow_private: bool) -> Result<(), FetchError> {
    let url = |text: &str| Url::parse(text).map_err(|_| FetchError::BadRedirect(text.to_owned()));
    let (hub, callback) = (url(&known.hub)?, url(&[&*known.base, &known.token].concat())?);
    let mode = if known.is_wanted { Mode::Subscribe } else { Mode::Unsubscribe };
    let manners = Manners { obeys_robots: false, public_only: !allow_private, public_redirects: !allow_private };
    fetcher.post(&hub, &request(mode, &known.topic, &callback, &known.secret), manners).await
}

/// When a hub that is asked `now` is asked again, if it does not ask back.
fn asked_again(known: &Subscription, now: DateTime<Utc>) -> DateTime<Utc> {
    now + pause_after(known.attempts + 1).max(PATIENCE)
}

/// When a hub is asked again that failed: later and later, and not before it wants to be.
fn asked_again_after(known: &Subscription, error: &FetchError, now: DateTime<Utc>) -> DateTime<Utc> {
    let wish = match error {
        FetchError::Status { retry_after: Some(wish), .. } => schedule::retry_after(wish, now),
        _ => None,
    };
    (now + pause_after(known.attempts)).max(wish.unwrap_or(now))
}
