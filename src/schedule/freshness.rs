//! How long an answer stays fresh by its headers (RFC 9111 §4.2, §5.2.2, §5.3).
//!
//! Pure. We are a private cache: `s-maxage` is not for us. No heuristic freshness (§4.2.2) is made up where the server names none. What cannot
//! be read counts as stale, as §4.2.1 wants it: then the schedule alone decides.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::http_date::{http_date, is_digits};

/// The longest lifetime that is understood, in seconds: RFC 9111 §1.2.2.
const LONGEST: u64 = 1 << 31;

/// The fields of an answer that tell how long it is fresh, as they were written; several of a name are joined by commas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheFields<'a> {
    pub cache_control: Option<&'a str>,
    pub expires: Option<&'a str>,
    pub date: Option<&'a str>,
    pub age: Option<&'a str>,
}

/// Which field says how long an answer is fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    MaxAge,
    Expires,
}

/// How long an answer is fresh from the moment at which its origin made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    pub seconds: u64,
    pub by: By,
}

impl CacheFields<'_> {
    /// Whether the answer says anything of its lifetime, be it that there is none. A 304 that does not leaves that of the stored answer as it
    /// is (RFC 9111 §4.3.4).
    pub fn say_anything(&self) -> bool {
        self.cache_control.is_some() || self.expires.is_some()
    }

    /// The lifetime that the answer has from its origin; None where it has none, or must not be used without asking.
    pub fn lifetime(&self, now: DateTime<Utc>) -> Option<Lifetime> {
        let mut max_age = None;
        for (name, value) in directives(self.cache_control.unwrap_or_default()) {
            if name.eq_ignore_ascii_case("no-cache") || name.eq_ignore_ascii_case("no-store") {
                return None;
            }
            // RFC 9111 §4.2.1: of several, the first counts.
            if name.eq_ignore_ascii_case("max-age") && max_age.is_none() {
                max_age = Some(delta_seconds(value).unwrap_or(0));
            }
        }
        let (seconds, by) = match max_age {
            // RFC 9111 §5.3: beside a max-age, Expires is not looked at.
            Some(seconds) => (seconds, By::MaxAge),
            None => {
                let expires = http_date(self.expires?.trim_ascii(), now)?;
                let made = self.date.and_then(|date| http_date(date.trim_ascii(), now)).unwrap_or(now);
                (u64::try_from((expires - made).num_seconds()).unwrap_or(0).min(LONGEST), By::Expires)
            }
        };
        (seconds > 0).then_some(Lifetime { seconds, by })
    }

    /// How long the answer has been in caches on its way (RFC 9111 §5.1).
    pub fn age(&self) -> Duration {
        let first = self.age.and_then(|age| age.split(',').next());
        Duration::from_secs(first.and_then(delta_seconds).unwrap_or(0))
    }
}

/// A number of seconds (RFC 9111 §1.2.2); quotes around it are taken, as §5.2 asks.
fn delta_seconds(text: &str) -> Option<u64> {
    let digits = text.trim_ascii().trim_matches('"');
    is_digits(digits).then(|| digits.parse().unwrap_or(LONGEST).min(LONGEST))
}

/// The directives of a Cache-Control with their values, which are empty where there are none. A comma inside of quotes ends none.
fn directives(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_quoted = false;
    let split = text.split(move |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    split.map(|directive| {
        directive.split_once('=').map_or((directive.trim_ascii(), ""), |(name, value)| (name.trim_ascii(), value.trim_ascii()))
    })
}
