//! The instants at which the admin's schedule lets a source be polled.
//!
//! Pure. A cron instant is spread: the poll comes up to [`width`] later, always by the same time for a source. So a wish that ends a moment
//! after an instant of the schedule does not cost the whole interval: the poll may come as late as the width lets it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::auto::Forecast;
use super::cron::next_after;
use super::jitter::{jitter, width};
use crate::config::cron::Cron;

/// What gives the instants.
#[derive(Debug)]
pub(super) enum Slots<'a> {
    Cron {
        cron: &'a Cron,
        zone: Tz,
        name: &'a str,
        spread: Duration,
    },
    /// Each poll so long after the one before.
    Every {
        next: DateTime<Utc>,
    },
    Auto {
        forecast: Forecast,
    },
}

impl Slots<'_> {
    /// The first instant after `now`.
    pub fn first(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron { cron, zone, name, spread } => {
                let slot = next_after(cron, *zone, now)?;
                Some(slot + jitter(name, interval(cron, *zone, slot), *spread))
            }
            Self::Every { next } => Some(*next),
            Self::Auto { forecast } => Some(forecast.next),
        }
    }

    /// The first instant after `now` that is not before `earliest`, in whole seconds.
    pub fn at_or_after(&self, earliest: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let earliest = ceiled(earliest);
        let (cron, zone, name, spread) = match self {
            Self::Cron { cron, zone, name, spread } => (cron, *zone, name, *spread),
            Self::Every { .. } | Self::Auto { .. } => return self.first(now).map(|first| first.max(earliest)),
        };
        // From the first that may be late enough with all of its width.
        let mut after = now.max(earliest - width(TimeDelta::MAX, spread) - TimeDelta::nanoseconds(1));
        loop {
            let slot = next_after(cron, zone, after)?;
            let interval = interval(cron, zone, slot);
            if slot + width(interval, spread) >= earliest {
                return Some((slot + jitter(name, interval, spread)).max(earliest));
            }
            after = slot;
        }
    }
}

/// The time from an instant of the schedule to the next one.
fn interval(cron: &Cron, zone: Tz, slot: DateTime<Utc>) -> TimeDelta {
    next_after(cron, zone, slot).map_or(TimeDelta::zero(), |next| next - slot)
}

/// The store keeps whole seconds, and a wish is not to be undercut by a part of one.
fn ceiled(at: DateTime<Utc>) -> DateTime<Utc> {
    let part = TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
    if part.is_zero() { at } else { at - part + TimeDelta::seconds(1) }
}
