//! `schedule = "auto"`: when to poll a source so that its items wait little and requests are few.
//!
//! **What is known.** [`Habit`] counts the items of each of the last hours. What is older counts less: half after two weeks. Of it come the
//! items to be expected in each of the 168 hours of a week, in the source's zone. An hour of the week has few observations of its own, so
//! each leans on what is known better, as if it had been seen `LEAN` times more at that value: the hour of the week on the hour of the day
//! times the day of the week, those on the rate of all hours, and that on `PRIOR_ITEMS` items in `PRIOR_HOURS` hours. Neighbouring hours
//! share a quarter each way, since nobody publishes on the stroke.
//!
//! **What just happened.** News comes in flurries. How much of one hour's surplus over its expectation is still there in the next, is the
//! correlation of the surpluses of neighbouring hours in the history, `carry` (0 for items that appear independently). So the rate expected
//! `s` hours from now is the week's plus `carry^(1+s)` times the surplus of the last hour.
//!
//! **What follows.** Polled every T hours while λ items an hour appear, items wait T/2 on average, for 1/T requests an hour. The fewest
//! requests for a mean wait over all items come with T = c/√λ (Lagrange: minimise Σ 1/T + μ Σ λT/2). So the next poll is when the integral of
//! √λ/c from now on reaches 1, within `min_interval` and `max_interval`; and c is the largest with which the mean wait over the week,
//! Σ λT/2 / Σ λ, stays under the target: T is the same for all sources of an even rate, twice the target. But a rare item is not worth any number
//! of requests: c is also so large that there are at most `REQUESTS_PER_ITEM` requests for each item expected.

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::habit::Habit;

const WEEK: usize = 168;
/// After so many hours an observation counts half.
const HALF_LIFE_HOURS: f64 = 14.0 * 24.0;
/// For how many observations of its own what is known better counts.
const LEAN: f64 = 2.0;
/// What is expected of a source of which nothing is known.
const PRIOR_ITEMS: f64 = 0.25;
const PRIOR_HOURS: f64 = 6.0;
/// Most requests for each item that is to be expected.
const REQUESTS_PER_ITEM: f64 = 50.0;
/// The least share of the week's rate that a quiet hour leaves of it.
const LEAST_SHARE: f64 = 0.1;

/// Within what the next poll is chosen.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The mean wait of an item.
    pub target: TimeDelta,
    pub least: TimeDelta,
    pub most: TimeDelta,
}

/// When the next poll is, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    pub next: DateTime<Utc>,
    /// Items expected until then.
    pub items: f64,
    /// Items expected in a week like those that are remembered.
    pub items_a_week: f64,
}

/// The next poll after one at `now`, of a source with that past.
pub fn forecast(habit: &Habit, zone: Tz, now: DateTime<Utc>, limits: Limits) -> Forecast {
    let model = Model::of(habit, zone, now);
    let (least, most) = (hours(limits.least), hours(limits.most.max(limits.least)));
    let pace = pace(&model.week, hours(limits.target), least, most);
    let (mut at, mut polls, mut items) = (0.0_f64, 0.0_f64, 0.0_f64);
    // In steps of a quarter of an hour, or what is left of one.
    while polls < 1.0 && at < most {
        let step = 0.25_f64.min(most - at);
        let rate = model.rate(at + step / 2.0);
        let density = rate.sqrt() / pace;
        let step = if polls + density * step >= 1.0 && density > 0.0 { (1.0 - polls) / density } else { step };
        polls += density * step;
        items += rate * step;
        at += step.max(1e-6);
    }
    let wait = at.clamp(least, most);
    let next = now + TimeDelta::seconds((wait * 3600.0).round().max(1.0) as i64);
    Forecast { next, items, items_a_week: model.week.iter().sum() }
}

fn hours(time: TimeDelta) -> f64 {
    time.num_milliseconds().max(1) as f64 / 3_600_000.0
}

/// The factor c of T = c/√λ: the largest under which items of such a week wait no longer than `target` on average, or that under which
/// [`REQUESTS_PER_ITEM`] requests are made for each, if that is larger. All in hours.
fn pace(week: &[f64; WEEK], target: f64, least: f64, most: f64) -> f64 {
    let roots = week.map(|rate| rate.sqrt().max(1e-9));
    let interval = |pace: f64, root: f64| (pace / root).clamp(least, most);
    let items: f64 = week.iter().sum();
    let waits_too_long = |pace: f64| roots.iter().map(|root| root * root * interval(pace, *root) / 2.0).sum::<f64>() > target * items;
    let asks_too_often = |pace: f64| roots.iter().map(|root| 1.0 / interval(pace, *root)).sum::<f64>() > REQUESTS_PER_ITEM * items;
    // Between a poll every `least` in the busiest and one every `most` in the quietest of hours.
    let (mut low, mut high) = (least * 1e-5, most * 1e3);
    for _ in 0..48 {
        let middle = (low * high).sqrt();
        if waits_too_long(middle) && !asks_too_often(middle) { high = middle } else { low = middle }
    }
    low
}

/// What is to be expected.
struct Model {
    /// Items an hour, by the hour of the week from Monday's first on, in the zone.
    week: [f64; WEEK],
    /// How much of an hour's surplus is there in the next.
    carry: f64,
    /// Items of the last sixty minutes beyond what was to be expected.
    surplus: f64,
    /// `now` in hours of the zone's wall clock since a Monday's first hour.
    now: f64,
}

/// Sums of what counts, and for how much it counts.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    items: f64,
    hours: f64,
}

impl Seen {
    fn add(&mut self, items: f64, hours: f64) {
        self.items += items;
        self.hours += hours;
    }

    /// The rate, leaning on another as if that had been seen for so many hours.
    fn rate(self, other: f64, for_hours: f64) -> f64 {
        (self.items + other * for_hours) / (self.hours + for_hours)
    }
}

/// The hour of 1970 (a Thursday) in which its first Monday began, and back by a week, so that all hours lie after it.
const A_MONDAY: i64 = 4 * 24 - 168;

impl Model {
    fn of(habit: &Habit, zone: Tz, now: DateTime<Utc>) -> Self {
        let (since, counts) = habit.hours();
        // By today's offset throughout: an hour's shift twice a year is forgotten within weeks.
        let offset = i64::from(zone.offset_from_utc_datetime(&now.naive_utc()).fix().local_minus_utc());
        let shift = offset.div_euclid(3600) - A_MONDAY;
        let hour_of_week = |index: usize| (since + index as i64 + shift).rem_euclid(WEEK as i64) as usize;
        let now_hours = now.timestamp_millis() as f64 / 3_600_000.0;
        let last = counts.len() - 1;
        // Of the last hour only a part has been seen.
        let exposure = |index: usize| if index == last { (now_hours - (since + index as i64) as f64).clamp(0.0, 1.0) } else { 1.0 };

        let mut own = [Seen::default(); WEEK];
        let decay = 0.5_f64.powf(1.0 / HALF_LIFE_HOURS);
        let mut weight = 1.0;
        for (index, count) in counts.iter().enumerate().rev() {
            own[hour_of_week(index)].add(weight * f64::from(*count), weight * exposure(index));
            weight *= decay;
        }
        let week = expected(&own);

        let carry = carry(counts, |index| week[hour_of_week(index)]);
        let part = exposure(last);
        let before = last.checked_sub(1).map_or(0.0, |index| f64::from(counts[index]) * (1.0 - part));
        let expected_lately =
            week[hour_of_week(last)] * part + last.checked_sub(1).map_or(0.0, |index| week[hour_of_week(index)] * (1.0 - part));
        let surplus = f64::from(counts[last]) + before - expected_lately;
        let now = (now_hours + offset as f64 / 3600.0 - A_MONDAY as f64).rem_euclid(WEEK as f64);
        Self { week, carry, surplus, now }
    }

    /// Items an hour, so many hours from now.
    fn rate(&self, ahead: f64) -> f64 {
        let week = self.week[(self.now + ahead) as usize % WEEK];
        (week + self.carry.powf(1.0 + ahead) * self.surplus).max(week * LEAST_SHARE)
    }
}

/// The rate of each hour of the week.
fn expected(own: &[Seen; WEEK]) -> [f64; WEEK] {
    let (mut all, mut days, mut hours) = (Seen::default(), [Seen::default(); 7], [Seen::default(); 24]);
    for (hour, seen) in own.iter().enumerate() {
        for sum in [&mut all, &mut days[hour / 24], &mut hours[hour % 24]] {
            sum.add(seen.items, seen.hours);
        }
    }
    all.add(PRIOR_ITEMS, PRIOR_HOURS);
    let all = all.items / all.hours;
    let rates: Vec<f64> = own
        .iter()
        .enumerate()
        .map(|(hour, seen)| {
            let by_day = days[hour / 24].rate(all, 24.0 * LEAN);
            let by_hour = hours[hour % 24].rate(all, LEAN);
            seen.rate(by_day * by_hour / all, LEAN)
        })
        .collect();
    std::array::from_fn(|hour| (rates[(hour + WEEK - 1) % WEEK] + 2.0 * rates[hour] + rates[(hour + 1) % WEEK]) / 4.0)
}

/// The correlation of neighbouring hours' surpluses, from 0 to 0.95; it leans on 0.
fn carry(counts: &[u8], expected: impl Fn(usize) -> f64) -> f64 {
    let (mut both, mut one, mut before) = (0.0, 0.0, None);
    // The last hour is not over.
    for (index, count) in counts[..counts.len() - 1].iter().enumerate() {
        let surplus = f64::from(*count) - expected(index);
        if let Some(before) = before.replace(surplus) {
            both += before * surplus;
            one += before * before;
        }
    }
    // Ten items that came alone in their hour outweigh little.
    (both / (one + 10.0)).clamp(0.0, 0.95)
}
