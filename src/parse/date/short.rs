//! Forms that are a date only because they stand in a date's field: ISO 8601 beyond year, month and day, and seconds since 1970.
//!
//! Of ISO 8601's truncated forms those that name a year are read. Two digits for a year are of this century; two digits alone are a
//! century, this one or the last, whose first year ends in 01. The month first, as Americans write it, where the second number can be none.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::numeric::{american_date, basic_time, clock_time, digits, iso_date};
use super::zones::{Zone, zone};

/// The instant of one of these forms; without a zone it is local time in `local_zone`.
pub(super) fn read(text: &str, local_zone: Tz) -> Option<DateTime<Utc>> {
    let is_figures = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_figures && let Some(instant) = since_1970(text) {
        return Some(instant);
    }
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None if is_figures && matches!(text.len(), 12 | 14) => text.split_at(8),
        None => (text, ""),
    };
    let date = iso_date(date).or_else(|| american_date(date)).or_else(|| short_date(date))?;
    let zone_at = rest.find(|c: char| !c.is_ascii_digit() && !":.,".contains(c)).unwrap_or(rest.len());
    let (time, named) = (&rest[..zone_at], rest[zone_at..].trim());
    let (time, is_next_day) = if rest.is_empty() { (NaiveTime::MIN, false) } else { clock_time(time).or_else(|| basic_time(time))? };
    let zone = if named.is_empty() { Zone::Region(local_zone) } else { zone(named)? };
    let local = NaiveDateTime::new(date, time).checked_add_signed(TimeDelta::days(i64::from(is_next_day)))?;
    zone.instant(local)
}

/// Seconds, or the thousandths or millionths of them that other languages count in.
fn since_1970(text: &str) -> Option<DateTime<Utc>> {
    let whole = text.split('.').next().unwrap_or_default();
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        16 => DateTime::from_timestamp_micros(number),
        _ => None,
    }
}

fn short_date(text: &str) -> Option<NaiveDate> {
    if let Some((year, week)) = text.split_once(['W', 'w']) {
        return week_date(year.trim_end_matches('-'), week);
    }
    let first_of = |year: u32, month: u32| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1);
    let day_of = |year: u32, day: u32| NaiveDate::from_yo_opt(i32::try_from(year).ok()?, day);
    let this_century = |year: u32| year + 2000;
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [whole] => match (whole.len(), digits(whole, 2, 7)?) {
            (2, century @ 20..=21) => first_of((century - 1) * 100 + 1, 1),
            (4, year) => first_of(year, 1),
            (5, number) => day_of(this_century(number / 1000), number % 1000),
            (6, number) => day(this_century(number / 10_000), number / 100 % 100, number % 100),
            (7, number) => day_of(number / 1000, number % 1000),
            _ => None,
        },
        ["", year] if year.len() == 2 => first_of(this_century(digits(year, 2, 2)?), 1),
        ["", both] => digits(both, 4, 4).and_then(|both| first_of(this_century(both / 100), both % 100)),
        ["", year, month] => first_of(this_century(digits(year, 2, 2)?), digits(month, 2, 2)?),
        [year, ordinal] if ordinal.len() == 3 => {
            let number = digits(year, 2, 4)?;
            day_of(if year.len() == 2 { this_century(number) } else { number }, digits(ordinal, 3, 3)?)
        }
        [year, month] => first_of(digits(year, 4, 4)?, digits(month, 1, 2)?),
        [year, month, of_month] => day(this_century(digits(year, 2, 2)?), digits(month, 2, 2)?, digits(of_month, 2, 2)?),
        _ => None,
    }
}

fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `2026-W48`, `2026W481`, `2026-W48-1`: a week alone begins on its Monday.
fn week_date(year: &str, week: &str) -> Option<NaiveDate> {
    let (week, day) = week.split_at_checked(2)?;
    let day = match day.trim_start_matches('-') {
        "" => 1,
        day => digits(day, 1, 1)?,
    };
    let weekday = Weekday::try_from(u8::try_from(day.checked_sub(1)?).ok()?).ok()?;
    NaiveDate::from_isoywd_opt(i32::try_from(digits(year, 4, 4)?).ok()?, digits(week, 2, 2)?, weekday)
}
