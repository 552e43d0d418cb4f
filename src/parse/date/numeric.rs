//! Dates and times in figures.

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::names::month;

/// A number of so many ASCII digits.
pub(super) fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let is_number = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// RFC 2822 §4.3: two digits below 50 are of this century, three are counted from 1900.
pub(super) fn full_year(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    match year {
        0..=49 => year + 2000,
        50..=999 => year + 1900,
        _ => year,
    }
}

/// `2026-11-23`, `2026/11/23`, `20261123`, and months of three digits, which some software writes.
pub(in crate::parse) fn iso_date(word: &str) -> Option<NaiveDate> {
    let (year, month, day) = match word.split(['-', '/']).collect::<Vec<_>>().as_slice() {
        [year, month, day] => (digits(year, 4, 4)?, digits(month, 1, 3)?, digits(day, 1, 2)?),
        [whole] if whole.len() == 8 => {
            let whole = digits(whole, 8, 8)?;
            (whole / 10_000, whole / 100 % 100, whole % 100)
        }
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `23.11.2026`: the day first, as Europe and Central Asia write it.
pub(in crate::parse) fn dotted_date(word: &str) -> Option<NaiveDate> {
    let &[day, month, year] = word.trim_end_matches('.').split('.').collect::<Vec<_>>().as_slice() else { return None };
    NaiveDate::from_ymd_opt(full_year(digits(year, 2, 4)?), digits(month, 1, 2)?, digits(day, 1, 2)?)
}

/// `23/11/2026`, `23-11-2026`.
pub(super) fn slashed_date(word: &str) -> Option<NaiveDate> {
    let (day, month, year) = slashed(word)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// `11/23/2026`, which the day can only come second in.
pub(super) fn american_date(word: &str) -> Option<NaiveDate> {
    let (month, day, year) = slashed(word)?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| day > 12)
}

fn slashed(word: &str) -> Option<(u32, u32, i32)> {
    let &[first, second, year] = word.split(['/', '-']).collect::<Vec<_>>().as_slice() else { return None };
    Some((digits(first, 1, 2)?, digits(second, 1, 2)?, full_year(digits(year, 4, 4)?)))
}

/// `23-Nov-2026`; `2026-Nov-23`, as Hungarians write it.
pub(super) fn dashed_date(word: &str) -> Option<NaiveDate> {
    let &[first, name, last] = word.split('-').collect::<Vec<_>>().as_slice() else { return None };
    let (day, year) = if first.len() == 4 { (last, first) } else { (first, last) };
    NaiveDate::from_ymd_opt(full_year(digits(year, 2, 4)?), month(name)?, digits(day, 1, 2)?)
}

/// `14:35`, `14:35:07`, `14:35:07.123`, and whether it was 24:00.
pub(in crate::parse) fn clock_time(word: &str) -> Option<(NaiveTime, bool)> {
    let parts: Vec<&str> = word.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, second.split(['.', ',']).next().unwrap_or_default()),
        _ => return None,
    };
    time_of_day(digits(hour, 1, 2)?, digits(minute, 1, 2)?, digits(second, 1, 2)?)
}

/// `14`, `1435`, `143507`, `143507.123` (ISO 8601, basic), and whether it was 24:00.
pub(super) fn basic_time(word: &str) -> Option<(NaiveTime, bool)> {
    let whole = word.split(['.', ',']).next().unwrap_or_default();
    let number = digits(whole, 2, 6)?;
    let (hour, minute, second) = match whole.len() {
        2 => (number, 0, 0),
        4 => (number / 100, number % 100, 0),
        6 => (number / 10_000, number / 100 % 100, number % 100),
        _ => return None,
    };
    time_of_day(hour, minute, second)
}

fn time_of_day(hour: u32, minute: u32, second: u32) -> Option<(NaiveTime, bool)> {
    if (hour, minute, second) == (24, 0, 0) {
        return Some((NaiveTime::MIN, true));
    }
    // A leap second is the second before it: no feed means more by it.
    let second = if second == 60 { 59 } else { second };
    NaiveTime::from_hms_opt(hour, minute, second).map(|time| (time, false))
}

/// The time of an hour counted to twelve.
pub(in crate::parse) fn twelve_hours(time: NaiveTime, is_afternoon: bool) -> Option<NaiveTime> {
    let hour = time.hour() % 12 + if is_afternoon { 12 } else { 0 };
    if time.hour() > 12 { Some(time) } else { time.with_hour(hour) }
}
