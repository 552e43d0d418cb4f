//! `schedule = "auto"`: a year of publishing, polled as the pure functions say, against the fixed interval with the same median delay.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use taspa::schedule::{Ending, Habit, Hints, Situation, next_poll};

use crate::plan::source;

const START: &str = "2026-01-01T00:00:00Z";
const DAYS: i64 = 365;

fn start() -> DateTime<Utc> {
    START.parse().unwrap()
}

/// Numbers that look drawn by chance, the same in each run.
struct Dice(u64);

impl Dice {
    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A waiting time of a process with `rate` events an hour, in hours.
    fn wait(&mut self, rate: f64) -> f64 {
        -(1.0 - self.share()).ln() / rate
    }
}

/// Times in hours since the start, of a rate that changes by the hour.
fn poisson(dice: &mut Dice, rate_of: impl Fn(i64) -> f64) -> Vec<f64> {
    let mut times = Vec::new();
    for hour in 0..DAYS * 24 {
        let rate = rate_of(hour);
        let mut within = if rate > 0.0 { dice.wait(rate) } else { 1.0 };
        while within < 1.0 {
            times.push(hour as f64 + within);
            within += dice.wait(rate);
        }
    }
    times
}

/// In Almaty (UTC+5), of which 2026-01-01 is a Thursday: hour of the day, and whether it is a working day.
fn in_almaty(hour: i64) -> (i64, bool) {
    let local = hour + 5;
    let weekday = (local.div_euclid(24) + 3).rem_euclid(7);
    (local.rem_euclid(24), weekday < 5)
}

/// Twenty items an hour, day and night.
fn agency(dice: &mut Dice) -> Vec<f64> {
    poisson(dice, |_| 20.0)
}

/// Three an hour from nine to six on working days, one in ten hours in the evenings and at weekends, none at night.
fn newspaper(dice: &mut Dice) -> Vec<f64> {
    poisson(dice, |hour| match in_almaty(hour) {
        (9..18, true) => 3.0,
        (8..23, _) => 0.1,
        _ => 0.0,
    })
}

/// Twelve items on Thursdays within the hour from eight on.
fn magazine(dice: &mut Dice) -> Vec<f64> {
    let weeks = DAYS / 7;
    let mut times: Vec<f64> = (0..weeks)
        .flat_map(|week| (0..12).map(move |item| (week, item)))
        .map(|(week, _)| week as f64 * 168.0 + 3.0 + dice.share())
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Two a day on working days for three months; then it ends.
fn blog_that_dies(dice: &mut Dice) -> Vec<f64> {
    poisson(dice, |hour| match in_almaty(hour) {
        (9..18, true) if hour < 90 * 24 => 2.0 / 9.0,
        _ => 0.0,
    })
}

/// A flurry of thirty items an hour for about three hours, ten times a month at any time, and little else.
fn flurries(dice: &mut Dice) -> Vec<f64> {
    let mut times = poisson(dice, |_| 0.02);
    let mut from = dice.wait(1.0 / 72.0);
    while from < (DAYS * 24) as f64 {
        let end = from + 1.5 + 3.0 * dice.share();
        let mut at = from + dice.wait(30.0);
        while at < end {
            times.push(at);
            at += dice.wait(30.0);
        }
        from = end + dice.wait(1.0 / 72.0);
    }
    times.retain(|time| *time < (DAYS * 24) as f64);
    times.sort_by(f64::total_cmp);
    times
}

/// What came of a year.
#[derive(Debug, Clone, Copy)]
struct Year {
    requests: usize,
    /// In minutes.
    median: f64,
    mean: f64,
}

impl Year {
    /// Of the delays of all items, in minutes.
    fn of(requests: usize, mut delays: Vec<f64>) -> Self {
        delays.sort_by(f64::total_cmp);
        Self { requests, median: delays[delays.len() / 2], mean: delays.iter().sum::<f64>() / delays.len() as f64 }
    }
}

fn instant(hours: f64) -> DateTime<Utc> {
    start() + TimeDelta::milliseconds((hours * 3_600_000.0) as i64)
}

/// Polls a year of items as `auto` says, from knowing nothing. `dated`: whether the items tell when they appeared.
fn automatic(times: &[f64], dated: bool) -> Year {
    let source = source("a", "schedule = \"auto\"\ntimezone = \"Asia/Almaty\"");
    let hints = Hints::default();
    let (mut habit, mut before, mut now) = (Habit::begun(start()), start(), start());
    let (mut requests, mut next_item, mut delays) = (0, 0, Vec::new());
    let end = instant((DAYS * 24) as f64);
    while now < end {
        requests += 1;
        let mut new = Vec::new();
        while let Some(time) = times.get(next_item).filter(|time| instant(**time) <= now) {
            delays.push((now - instant(*time)).num_milliseconds() as f64 / 60_000.0);
            new.push(dated.then(|| instant(*time)));
            next_item += 1;
        }
        habit.found(&new, before, now);
        let ending = Ending::Success { received: now, age: Duration::ZERO };
        let next = next_poll(&Situation {
            now,
            source: &source,
            due: Some(now),
            ending,
            hints: &hints,
            habit: Some(&habit),
            has_lost: false,
            pushed_until: None,
        });
        before = now;
        now = next.at.unwrap();
    }
    Year::of(requests, delays)
}

/// The same with a fixed interval, in minutes.
fn fixed(times: &[f64], interval: f64) -> Year {
    let requests = (DAYS * 24 * 60) as f64 / interval;
    Year::of(requests as usize, times.iter().map(|time| interval - (time * 60.0) % interval).collect())
}

/// The fixed interval with this median delay.
fn as_quick(times: &[f64], median: f64) -> (f64, Year) {
    let (mut low, mut high) = (0.1, 60.0 * 24.0 * 14.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if fixed(times, middle).median < median { low = middle } else { high = middle }
    }
    (low, fixed(times, low))
}

type Pattern = fn(&mut Dice) -> Vec<f64>;

/// Name, what it publishes, and the share of a fixed schedule's requests with which `auto` is as quick.
const PATTERNS: [(&str, Pattern, f64); 5] = [
    // Nothing beats an even interval where nothing tells one minute from another.
    ("agency", agency, 1.15),
    ("newspaper", newspaper, 0.5),
    ("magazine", magazine, 0.5),
    ("blog that dies", blog_that_dies, 0.5),
    ("flurries", flurries, 0.5),
];

#[test]
fn auto_needs_at_most_half_the_requests_of_a_fixed_schedule_that_is_as_quick() {
    let runs = PATTERNS.map(|(name, pattern, share)| std::thread::spawn(move || (name, share, compared(&pattern(&mut Dice(1))))));
    let (mut by_auto, mut by_fixed) = (0, 0);
    for run in runs {
        let (name, most, (auto, interval, fixed)) = run.join().unwrap();
        let share = auto.requests as f64 / fixed.requests as f64;
        eprintln!(
            "| {name} | {} | {:.1} min | {:.1} min | {interval:.1} min | {} | {:.0} % |",
            auto.requests,
            auto.median,
            auto.mean,
            fixed.requests,
            share * 100.0
        );
        assert!(share <= most, "{name}: {auto:?} against {fixed:?} every {interval:.1} min");
        by_auto += auto.requests;
        by_fixed += fixed.requests;
    }
    assert!(by_auto * 2 <= by_fixed, "all together: {by_auto} against {by_fixed}");
}

fn compared(times: &[f64]) -> (Year, f64, Year) {
    let auto = automatic(times, true);
    let (interval, fixed) = as_quick(times, auto.median);
    (auto, interval, fixed)
}
