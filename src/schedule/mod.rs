//! When a source is next due.
//!
//! Pure: every function takes `now` and returns an instant; nothing here reads a clock or sleeps. The strongest rule wins: the
//! server's `Retry-After`, our own backoff, the admin's schedule.

mod backoff;
mod cron;
mod pushed;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::config::cron::Cron;

pub use backoff::{backoff, retry_after};
pub use cron::next_after;
pub use pushed::Pushed;

/// How a poll ended, as far as the next one is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Success,
    Failure {
        /// Failed polls in a row, this one included.
        failures: u32,
        /// The server's own wish.
        not_before: Option<DateTime<Utc>>,
    },
    /// 410: the feed is no more.
    Gone,
}

/// When a source is next due after a poll at `now`; None when never again by itself.
pub fn next_poll(cron: &Cron, zone: Tz, now: DateTime<Utc>, ending: Ending) -> Option<DateTime<Utc>> {
    let scheduled = next_after(cron, zone, now)?;
    match ending {
        Ending::Success => Some(scheduled),
        Ending::Gone => None,
        Ending::Failure { failures, not_before } => {
            let interval = (scheduled - now).to_std().unwrap_or_default();
            let pause =
                TimeDelta::from_std(backoff(failures, interval)).expect("it is at most 12 hours, or the time to a date of the calendar");
            // Polls stay on the schedule: the first time that is late enough.
            let earliest = (now + pause).max(not_before.unwrap_or(now));
            if earliest <= scheduled { Some(scheduled) } else { next_after(cron, zone, earliest - TimeDelta::nanoseconds(1)) }
        }
    }
}
