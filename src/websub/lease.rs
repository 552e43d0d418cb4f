//! How long a subscription holds, and when a hub is asked again.

use chrono::{DateTime, TimeDelta, Utc};

/// The lease that a hub is asked for: what the Recommendation takes where nothing is said (§5.1).
pub const WISHED_LEASE: TimeDelta = TimeDelta::days(10);

/// Longest lease that is believed. A hub that loses its subscriptions says nothing.
const LONGEST_LEASE: TimeDelta = TimeDelta::days(30);

/// A hub is never asked again sooner, however short its leases are.
const LEAST_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Longest pause between two attempts at a hub that fails.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(12);

/// The lease that a hub grants with `hub.lease_seconds`. Hubs of older drafts name none, and mean for good.
pub fn granted_lease(said: Option<u64>) -> TimeDelta {
    match said {
        None => WISHED_LEASE,
        Some(seconds) => i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds).unwrap_or(LONGEST_LEASE).min(LONGEST_LEASE),
    }
}

/// When a lease from `now` on is renewed: after 60 to 72 hundredths of it, each subscription at a point of its own, which its `token` fixes, so that
/// what was subscribed at once is not renewed at once.
pub fn renewal(now: DateTime<Utc>, lease: TimeDelta, token: &str) -> DateTime<Utc> {
    let jitter = token.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 121;
    let after = TimeDelta::milliseconds(lease.num_milliseconds() / 1000 * i64::from(600 + jitter));
    now + after.max(LEAST_PAUSE)
}

/// How long a hub is left alone after so many requests in a row that came to nothing: a minute after the first, then twice as long each time, up to
/// twelve hours.
pub fn pause_after(attempts: u32) -> TimeDelta {
    LEAST_PAUSE.checked_mul(1 << attempts.saturating_sub(1).min(16)).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}
