//! When a cron expression is next due in a time zone.
//!
//! Pure: takes `after`, reads no clock. An expression speaks of wall-clock time, and a zone's clocks skip some of it and
//! show some of it twice:
//!
//! - A wall time in a gap (clocks go forward) is due at the first instant after the gap. Several in one gap are due once.
//! - A wall time in a fold (clocks go back) is due on the first pass; on the second pass too, unless the hour field
//!   names hours ([`Cron::has_fixed_hours`]). So `30 2 * * *` polls once in that night, and `*/15 * * * *` goes on
//!   every quarter of an hour.
//!
//! Fed its own result, [`next_after`] gives strictly later instants, each of them once.

use std::iter;

use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use crate::config::cron::Cron;

/// The first instant strictly later than `after` at which the expression is due in the zone, in whole seconds.
///
/// `None` when nothing is due before the end of [`Cron::LAST_YEAR`]. An `after` before 1970 counts as the start of 1970.
/// The cost does not depend on how far away the instant is, save for rare dates: 29 February on a given weekday looks
/// through up to 40 years of Februaries.
pub fn next_after(cron: &Cron, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if after.year() > Cron::LAST_YEAR {
        return None;
    }
    let after = after.max(DateTime::UNIX_EPOCH);
    let local = after.with_timezone(&zone).naive_local();
    let fold = Fold::around(zone, after, local);

    let from = fold.as_ref().map_or(local, |fold| fold.start_of_first_passes(local));
    let first_pass = first_pass_after(cron, zone, after, from);
    let second_pass = match fold {
        Some(fold) if !cron.has_fixed_hours() => fold.second_pass_after(cron, zone, local),
        _ => None,
    };
    first_pass.into_iter().chain(second_pass).min()
}

/// The earliest instant later than `after` among the first passes of the wall times later than `from`.
///
/// Later wall times have later first passes, so the walk stops at the first one that is late enough; that is the first
/// one of all, unless the zone's records are odd.
fn first_pass_after(cron: &Cron, zone: Tz, after: DateTime<Utc>, from: NaiveDateTime) -> Option<DateTime<Utc>> {
    iter::successors(cron.next_local(from), |wall| cron.next_local(*wall))
        .filter_map(|wall| first_pass(zone, wall))
        .find(|due| *due > after)
}

/// When a zone's clocks first show a wall time, or, where they skip it, the first instant after the gap.
fn first_pass(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(only) => Some(only.to_utc()),
        LocalResult::Ambiguous(first, _) => Some(first.to_utc()),
        LocalResult::None => Some(GapInfo::new(&wall, &zone)?.end?.to_utc()),
    }
}

/// The wall times that a zone's clocks show twice around an instant, from `start` up to but without `end`.
struct Fold {
    start: NaiveDateTime,
    end: NaiveDateTime,
    /// Whether the instant lies in the second pass.
    is_second_pass: bool,
}

impl Fold {
    /// The fold that `instant` lies in, if it lies in one; `local` is its wall time.
    fn around(zone: Tz, instant: DateTime<Utc>, local: NaiveDateTime) -> Option<Fold> {
        let LocalResult::Ambiguous(first, second) = zone.from_local_datetime(&local) else {
            return None;
        };
        let turn = turn_between(zone, first.to_utc(), second.to_utc()).naive_utc();
        Some(Fold { start: turn + second.offset().fix(), end: turn + first.offset().fix(), is_second_pass: instant == second })
    }

    /// The wall time after which first passes are still to come, seen from wall time `local` in this pass.
    fn start_of_first_passes(&self, local: NaiveDateTime) -> NaiveDateTime {
        if self.is_second_pass { just_before(self.end) } else { local }
    }

    /// The next due instant of the second pass, seen from wall time `local` in this pass.
    fn second_pass_after(&self, cron: &Cron, zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let from = if self.is_second_pass { local } else { just_before(self.start) };
        let wall = cron.next_local(from).filter(|wall| *wall < self.end)?;
        Some(zone.from_local_datetime(&wall).latest()?.to_utc())
    }
}

/// The instant at which the clocks go back, given one before it and one after it with no other change between.
fn turn_between(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    let offset_at = |instant: DateTime<Utc>| zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("it lies between two instants");
    let (mut low, mut high) = (before.timestamp(), after.timestamp());
    while high - low > 1 {
        let middle = low.midpoint(high);
        if offset_at(at(middle)) == offset_at(before) {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(high)
}

/// So near to a wall time that nothing of a whole second lies between.
fn just_before(wall: NaiveDateTime) -> NaiveDateTime {
    wall - TimeDelta::nanoseconds(1)
}
