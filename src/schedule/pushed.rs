//! The pace of a source whose hub pushes what is new.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::cron::next_after;
use crate::config::cron::Cron;

/// A lease that a hub holds for a source, and how often it is polled meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// When the lease ends.
    pub until: DateTime<Utc>,
    /// Polls are at least so long apart.
    pub least: Duration,
}

impl Pushed {
    /// When a source is next polled that would be at `planned` without a hub: `least` after `now`, but not after the lease has ended, and on its
    /// schedule. Never sooner than planned.
    pub fn next_poll(self, cron: &Cron, zone: Tz, now: DateTime<Utc>, planned: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let planned = planned?;
        let least = TimeDelta::from_std(self.least).unwrap_or(TimeDelta::MAX);
        let earliest = now.checked_add_signed(least).unwrap_or(self.until).min(self.until);
        if earliest <= planned { Some(planned) } else { next_after(cron, zone, earliest - TimeDelta::nanoseconds(1)) }
    }
}
