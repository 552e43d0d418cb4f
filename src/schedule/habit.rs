//! When a source's items appeared: a count for each of the last hours.
//!
//! Pure, and bounded: one byte an hour, eight weeks at most. The store keeps it as it is.

use chrono::{DateTime, TimeDelta, Utc};

/// The hours of which counts are kept.
const KEPT_HOURS: usize = 8 * 7 * 24;

/// Counts of the hours (UTC) from one on, without a gap. An hour of which nothing is known is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    /// The first hour, counted from 1970.
    since: i64,
    counts: Vec<u8>,
}

fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3600)
}

impl Habit {
    /// That of a source of which nothing is known before `now`.
    pub fn begun(now: DateTime<Utc>) -> Self {
        Self { since: hour_of(now), counts: vec![0] }
    }

    /// That of a source whose document holds items of these dates: they tell of the time from the oldest to `now`. Dates that lie in the
    /// future, or are all of one instant or at midnight, are no evidence.
    pub fn from_document(dates: &[DateTime<Utc>], now: DateTime<Utc>) -> Self {
        let mut habit = Self::begun(now);
        let oldest_kept = now - TimeDelta::hours(KEPT_HOURS as i64 - 1);
        let dates: Vec<_> = dates.iter().copied().filter(|date| (oldest_kept..=now).contains(date)).collect();
        let has_times = dates.iter().any(|date| date.timestamp() % 3600 != 0) && dates.iter().any(|date| *date != dates[0]);
        if let Some(oldest) = dates.iter().min().filter(|_| has_times) {
            habit.since = hour_of(*oldest);
            habit.go_on_to(now);
            dates.iter().for_each(|date| habit.note(*date));
        }
        habit
    }

    /// Takes what a poll at `now` found: new items by their dates, where they have any. `before` is when nothing of them was there yet; an
    /// item without a date, or with one that cannot be, appeared at some time since, and they are spread evenly over it.
    pub fn found(&mut self, dates: &[Option<DateTime<Utc>>], before: DateTime<Utc>, now: DateTime<Utc>) {
        self.go_on_to(now);
        let before = before.min(now);
        let is_sure = |date: &DateTime<Utc>| (before..=now).contains(date);
        dates.iter().flatten().filter(|date| is_sure(date)).for_each(|date| self.note(*date));
        let unsure = dates.iter().filter(|date| !date.as_ref().is_some_and(is_sure)).count();
        for number in 0..unsure {
            let share = (number as f64 + 0.5) / unsure as f64;
            self.note(before + TimeDelta::seconds(((now - before).num_seconds() as f64 * share) as i64));
        }
    }

    /// Hours until `now` have passed.
    fn go_on_to(&mut self, now: DateTime<Utc>) {
        let length = usize::try_from(hour_of(now) - self.since + 1).unwrap_or(0).max(self.counts.len());
        let dropped = length.saturating_sub(KEPT_HOURS);
        if dropped >= self.counts.len() {
            *self = Self { since: hour_of(now), counts: Vec::new() };
        } else {
            self.counts.drain(..dropped);
            self.since += dropped as i64;
        }
        let length = usize::try_from(hour_of(now) - self.since + 1).unwrap_or(0).max(self.counts.len());
        self.counts.resize(length.max(1), 0);
    }

    fn note(&mut self, at: DateTime<Utc>) {
        let index = usize::try_from(hour_of(at) - self.since).ok();
        if let Some(count) = index.and_then(|index| self.counts.get_mut(index)) {
            *count = count.saturating_add(1);
        }
    }

    /// The first hour, counted from 1970, and the counts from there on.
    pub(super) fn hours(&self) -> (i64, &[u8]) {
        (self.since, &self.counts)
    }

    /// As it is kept: the first hour in eight bytes, then a byte for each hour.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.since.to_be_bytes().as_slice(), &self.counts].concat()
    }

    /// As it was kept; None when it is not of that form.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (since, counts) = bytes.split_first_chunk()?;
        let is_fit = (1..=KEPT_HOURS).contains(&counts.len());
        let since = i64::from_be_bytes(*since);
        (is_fit && (0..1 << 40).contains(&since)).then(|| Self { since, counts: counts.to_vec() })
    }
}
