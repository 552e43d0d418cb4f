//! What the robots.txt of each host said, for a day (RFC 9309 §2.4).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::FetchError;
use super::robots::{Answer, Robots};

/// How long an answer holds.
const FRESH: TimeDelta = TimeDelta::hours(24);

/// How long a host that could not answer is left alone.
const PAUSE: TimeDelta = TimeDelta::hours(1);

/// Origins remembered before those that have gone stale are forgotten.
const MANY: usize = 4096;

/// What is known of all origins.
#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    origins: Mutex<HashMap<String, Slot>>,
}

/// One origin's answer. Whoever asks first holds the lock until it is there, so that it is asked for once.
type Slot = Arc<tokio::sync::Mutex<Option<Known>>>;

#[derive(Debug)]
struct Known {
    until: DateTime<Utc>,
    /// Or why it could not be asked.
    robots: Result<Arc<Robots>, String>,
}

impl RobotsCache {
    /// The rules of the URL's origin, known or asked for by `fetch`.
    ///
    /// # Errors
    /// [`FetchError::RobotsUnknown`] when the host could not say, which forbids everything (§2.3.1.4).
    pub async fn of<F, A>(&self, url: &Url, now: DateTime<Utc>, fetch: F) -> Result<Arc<Robots>, FetchError>
    where
        F: FnOnce(Url) -> A,
        A: Future<Output = Result<Vec<u8>, FetchError>>,
    {
        let Ok(address) = url.join("/robots.txt") else { return Ok(Arc::new(Robots::allow_all())) };
        let slot = self.slot(&url.origin().ascii_serialization(), now);
        let mut known = slot.lock().await;
        if let Some(known) = known.as_ref().filter(|known| now < known.until) {
            return known.robots.clone().map_err(FetchError::RobotsUnknown);
        }
        let (robots, holds) = match fetch(address).await {
            Ok(body) => (Ok(Robots::parse(&body)), FRESH),
            // §2.3.1.2: what redirects without end is not there.
            Err(FetchError::TooManyRedirects(_) | FetchError::RedirectLoop(_) | FetchError::BadRedirect(_)) => {
                (Ok(Robots::allow_all()), FRESH)
            }
            // Of the one who asked, not of the host: whoever may ask private addresses asks again.
            Err(error @ FetchError::NotPublic(_)) => return Err(error),
            Err(error) => match error.status().map(Answer::of) {
                // A success without a body, such as 204, is as good as none.
                Some(Answer::Missing | Answer::Elsewhere | Answer::File) => (Ok(Robots::allow_all()), FRESH),
                Some(Answer::Trouble) | None => (Err(error.to_string()), PAUSE),
            },
        };
        let robots = robots.map(Arc::new);
        *known = Some(Known { until: now + holds, robots: robots.clone() });
        robots.map_err(FetchError::RobotsUnknown)
    }

    fn slot(&self, origin: &str, now: DateTime<Utc>) -> Slot {
        let mut origins = self.origins.lock().expect("nothing panics while it is held");
        if origins.len() >= MANY {
            let is_fresh = |slot: &Slot| slot.try_lock().map_or(true, |known| known.as_ref().is_some_and(|known| now < known.until));
            origins.retain(|_, slot| is_fresh(slot));
        }
        Arc::clone(origins.entry(origin.to_owned()).or_default())
    }
}
