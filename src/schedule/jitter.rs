//! Chance that is always the same: what spreads sources that would be due at once, and backoff.
//!
//! Pure: the seed is a name, so that a restart, another process and a test get the same numbers.

use std::time::Duration;

use chrono::TimeDelta;

/// The most that a source may come later than its schedule, so that not all come at once: a tenth of the interval, and its `spread` at most.
pub fn width(interval: TimeDelta, spread: Duration) -> TimeDelta {
    (interval / 10).clamp(TimeDelta::zero(), TimeDelta::from_std(spread).unwrap_or(TimeDelta::MAX))
}

/// How much later than its schedule a source comes, in whole seconds below [`width`]: always the same for a name and an interval.
pub fn jitter(name: &str, interval: TimeDelta, spread: Duration) -> TimeDelta {
    part(width(interval, spread), share(name, 0))
}

/// This share of a time, in whole seconds.
pub(super) fn part(of: TimeDelta, share: f64) -> TimeDelta {
    // No time of a schedule has more seconds than an f64 counts.
    TimeDelta::seconds((of.num_seconds() as f64 * share) as i64)
}

/// A number from 0 to below 1 that looks drawn by chance, always the same for a name and a count.
pub(super) fn share(name: &str, count: u32) -> f64 {
    // FNV-1a, then the finaliser of SplitMix64: names that differ in one letter lie far apart.
    let mut hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash = hash.wrapping_add(u64::from(count).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}
