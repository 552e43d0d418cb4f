//! When a source is next due.
//!
//! Pure: every function takes `now` and returns an instant; nothing here reads a clock or sleeps. The strongest rule wins: the
//! server's `Retry-After`, our own backoff, what server and feed say of their rhythm (up to `max_interval`), the admin's schedule. None of
//! them brings a poll forward.

pub mod auto;
mod backoff;
mod cron;
mod freshness;
mod habit;
mod hints;
mod http_date;
mod jitter;
mod reason;
mod slots;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::{Schedule, Source};

pub use backoff::{Failing, backoff, bound};
pub use cron::next_after;
pub use freshness::{By, CacheFields, Lifetime};
pub use habit::Habit;
pub use hints::{Hint, Hints};
pub use http_date::retry_after;
pub use jitter::{jitter, width};
pub use reason::Reason;

use auto::Limits;
use slots::Slots;

/// How a poll ended, as far as the next one is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Success {
        /// When the answer came, and how old it was then.
        received: DateTime<Utc>,
        age: Duration,
    },
    Failure {
        /// Failed polls in a row, this one included.
        failures: u32,
        failing: Failing,
        /// The server's own wish.
        not_before: Option<DateTime<Utc>>,
    },
    /// 410: the feed is no more.
    Gone,
}

/// Everything that decides about the next poll.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// When the poll ended.
    pub now: DateTime<Utc>,
    /// The source, with its schedule, zone and bounds.
    pub source: &'a Source,
    /// When the poll was due; None when it came without being due, or is the first.
    pub due: Option<DateTime<Utc>>,
    pub ending: Ending,
    /// What the last good answer said.
    pub hints: &'a Hints,
    /// When the source's items appeared, where that is known.
    pub habit: Option<&'a Habit>,
    /// Whether items have come and gone between two polls of late.
    pub has_lost: bool,
    /// Until when a hub pushes what is new; polls are a net meanwhile.
    pub pushed_until: Option<DateTime<Utc>>,
}

/// The next poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// None: never again by itself.
    pub at: Option<DateTime<Utc>>,
    pub reason: Reason,
}

/// When a source is next due after a poll, and why.
pub fn next_poll(situation: &Situation<'_>) -> Next {
    let Situation { now, source, ending, .. } = *situation;
    let (slots, on_schedule) = slots(situation);
    let Some(scheduled) = slots.first(now) else { return Next { at: None, reason: Reason::Over } };
    let mut wish = Wish { earliest: scheduled, reason: on_schedule };
    match ending {
        Ending::Gone => return Next { at: None, reason: Reason::Gone },
        Ending::Success { received, age } => {
            if let Some(until) = situation.pushed_until {
                let least = TimeDelta::from_std(source.keys.websub_poll).unwrap_or(TimeDelta::MAX);
                wish.put_off(now.checked_add_signed(least).unwrap_or(until).min(until), Reason::Pushed(source.keys.websub_poll));
            }
            let latest = latest(now, source);
            if let Some((until, hint)) = situation.hints.fresh_until(received, age).filter(|(until, _)| *until > now) {
                wish.put_off(until.min(latest), Reason::Hint { hint, until, is_bounded: until > latest });
            }
        }
        Ending::Failure { failures, failing, not_before } => {
            let pause = backoff(source.name.as_str(), failures, scheduled - now, failing);
            let reason = if failing == Failing::Forbidden { Reason::Forbidden(failures) } else { Reason::Backoff(failures) };
            // What is not to be reached is the host's affair.
            if failing != Failing::Unreachable {
                wish.put_off(now.checked_add_signed(pause).unwrap_or(scheduled), reason);
            }
            if let Some(until) = not_before {
                wish.put_off(until, Reason::RetryAfter(until));
            }
        }
    }
    not_skipped(situation, &slots, wish)
}

/// The first poll that the wish lets be and that falls into no hour or day which the feed wants skipped, up to `max_interval`.
fn not_skipped(situation: &Situation<'_>, slots: &Slots<'_>, mut wish: Wish) -> Next {
    let Situation { now, source, hints, .. } = *situation;
    let latest = latest(now, source);
    loop {
        let at = if wish.is_schedule() { Some(wish.earliest) } else { slots.at_or_after(wish.earliest, now) };
        let Some(at) = at else { return Next { at: None, reason: Reason::Over } };
        let Some((until, hint)) = hints.skipped_until(at).filter(|_| at < latest) else {
            return Next { at: Some(at), reason: wish.reason };
        };
        wish = Wish { earliest: until.min(latest).max(at), reason: Reason::Hint { hint, until, is_bounded: until > latest } };
    }
}

/// The latest instant to which server and feed may put a poll off by what they say of their rhythm.
fn latest(now: DateTime<Utc>, source: &Source) -> DateTime<Utc> {
    TimeDelta::from_std(source.keys.max_interval).ok().and_then(|most| now.checked_add_signed(most)).unwrap_or(now)
}

/// The earliest instant that everybody allows, and who decided it.
struct Wish {
    earliest: DateTime<Utc>,
    reason: Reason,
}

impl Wish {
    fn put_off(&mut self, until: DateTime<Utc>, reason: Reason) {
        if until > self.earliest {
            *self = Self { earliest: until, reason };
        }
    }

    fn is_schedule(&self) -> bool {
        matches!(self.reason, Reason::Schedule(_) | Reason::Every(_) | Reason::Auto { .. })
    }
}

/// The instants of the admin's schedule, and what is to be said of them.
fn slots<'a>(situation: &Situation<'a>) -> (Slots<'a>, Reason) {
    let Situation { now, source, due, habit, has_lost, .. } = *situation;
    let (keys, name) = (&source.keys, source.name.as_str());
    match &keys.schedule {
        Schedule::Cron(cron) => {
            let reason = Reason::Schedule(format!("{cron} in {}", keys.timezone.name()));
            (Slots::Cron { cron, zone: keys.timezone, name, spread: keys.spread }, reason)
        }
        Schedule::Every(interval) => {
            let time = TimeDelta::from_std(*interval).unwrap_or(TimeDelta::MAX);
            // Counted from when the poll was due, if it was not late: the time that it took does not add up.
            let base = match due {
                Some(due) if (TimeDelta::zero()..=width(time, keys.spread)).contains(&(now - due)) => due,
                _ => now + jitter(name, time, keys.spread),
            };
            (Slots::Every { next: base.checked_add_signed(time).unwrap_or(now) }, Reason::Every(*interval))
        }
        Schedule::Auto => {
            let time = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
            // What comes faster than it was known to is looked for twice as often.
            let haste = if has_lost { 2 } else { 1 };
            let limits = Limits {
                target: time(keys.freshness) / haste,
                least: time(keys.min_interval),
                most: (time(keys.max_interval) / haste).max(time(keys.min_interval)),
            };
            let unknown = Habit::begun(now);
            let forecast = auto::forecast(habit.unwrap_or(&unknown), keys.timezone, now, limits);
            (Slots::Auto { forecast }, Reason::Auto { items: forecast.items, items_a_week: forecast.items_a_week })
        }
    }
}

/// When a source that is late is polled, for example after the machine slept: soon, but not all of them at once.
pub fn catch_up(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let scheduled = unhurried(source, now).unwrap_or(now);
    now + jitter(source.name.as_str(), scheduled - now, source.keys.spread)
}

/// When a source is next due by its schedule alone.
pub fn unhurried(source: &Source, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ending = Ending::Success { received: now, age: Duration::ZERO };
    next_poll(&Situation { now, source, due: None, ending, hints: &Hints::default(), habit: None, has_lost: false, pushed_until: None }).at
}
