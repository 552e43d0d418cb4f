//! When server and feed want the next poll: what is remembered of the last good answer, and the instant that it asks for.
//!
//! Pure. A 304 has no body, so that what the feed said is kept from the 200 before it.

use std::time::Duration;

use chrono::{DateTime, Datelike, DurationRound, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

use super::freshness::{By, CacheFields, Lifetime};
use crate::parse::Rhythm;

/// What the last good answer says of the next one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Lifetime>,
    #[serde(flatten)]
    pub rhythm: Rhythm,
}

/// What puts a poll off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    CacheControl,
    Expires,
    Ttl,
    UpdatePeriod,
    SkipHours,
    SkipDays,
}

impl Hint {
    /// As the server or the feed writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CacheControl => "Cache-Control: max-age",
            Self::Expires => "Expires",
            Self::Ttl => "ttl",
            Self::UpdatePeriod => "sy:updatePeriod",
            Self::SkipHours => "skipHours",
            Self::SkipDays => "skipDays",
        }
    }
}

impl Hints {
    /// Those of a new document.
    pub fn of_document(fields: &CacheFields<'_>, rhythm: Rhythm, now: DateTime<Utc>) -> Self {
        Self { lifetime: fields.lifetime(now), rhythm }
    }

    /// These, after a 304 with those header fields (RFC 9111 §4.3.4).
    pub fn confirmed(self, fields: &CacheFields<'_>, now: DateTime<Utc>) -> Self {
        if fields.say_anything() { Self { lifetime: fields.lifetime(now), ..self } } else { self }
    }

    /// The instant before which an answer of that age, received then, wants no other, and by what; the latest of all wishes.
    pub(super) fn fresh_until(&self, received: DateTime<Utc>, age: Duration) -> Option<(DateTime<Utc>, Hint)> {
        let after =
            |seconds: u64| i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds).and_then(|time| received.checked_add_signed(time));
        let lifetime = self.lifetime.and_then(|Lifetime { seconds, by }| {
            let hint = if by == By::MaxAge { Hint::CacheControl } else { Hint::Expires };
            Some((after(seconds.saturating_sub(age.as_secs()))?, hint))
        });
        let ttl = self.rhythm.ttl_minutes.and_then(|minutes| Some((after(u64::from(minutes) * 60)?, Hint::Ttl)));
        let period = self.next_update(received).map(|at| (at, Hint::UpdatePeriod));
        [lifetime, ttl, period].into_iter().flatten().max_by_key(|(at, _)| *at)
    }

    /// When the feed changes next after `now` by its sy: elements: a whole number of periods after its base, or a period later.
    fn next_update(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let period = i64::from(self.rhythm.update_seconds?);
        let wait = match self.rhythm.update_base {
            Some(base) => period - (now.timestamp() - base).rem_euclid(period),
            None => period,
        };
        now.checked_add_signed(TimeDelta::try_seconds(wait)?)
    }

    /// The end of the hours and days on which the feed wants no poll, if `at` lies in them.
    pub(super) fn skipped_until(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, Hint)> {
        let skips_day = |at: DateTime<Utc>| self.rhythm.skip_days & (1 << at.weekday().num_days_from_monday()) != 0;
        let skips_hour = |at: DateTime<Utc>| self.rhythm.skip_hours & (1 << at.hour()) != 0;
        let hint = if skips_day(at) { Hint::SkipDays } else { Hint::SkipHours };
        let mut end = at.duration_trunc(TimeDelta::hours(1)).ok()?;
        // Never a whole day nor a whole week are skipped, so that this ends within one.
        for _ in 0..=7 * 24 {
            if !skips_day(end) && !skips_hour(end) {
                break;
            }
            end += TimeDelta::hours(1);
        }
        (end > at).then_some((end, hint))
    }
}
