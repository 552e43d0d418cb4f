//! Dates as feeds write them -> instants.
//!
//! RFC 3339, RFC 822 and 2822 with the liberties that feeds take: no seconds, no weekday or a wrong one, two-digit years, named
//! zones, month and day in either order, 24:00, a space for the T, months in Kazakh, Russian, Greek and Hungarian, Korean. In a field that
//! holds nothing but a date also the short forms of ISO 8601 and seconds since 1970. A date without a zone is read in the source's.

mod names;
mod numeric;
mod short;
mod zones;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use numeric::{dashed_date, full_year, slashed_date};
use zones::Zone;

pub(super) use names::{is_weekday, month};
pub(super) use numeric::{clock_time, dotted_date, iso_date, twelve_hours};
pub(super) use zones::{in_zone, offset};

/// Longest text looked at, in bytes.
const MAX_LENGTH: usize = 100;

/// The instant that a date's field names; without a zone it is local time in `zone`. None when it is no date, or one outside the years
/// 1970 to 9999.
pub fn parse(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim();
    spelled(text, zone).or_else(|| if text.len() > MAX_LENGTH { None } else { in_range(short::read(text, zone)?) })
}

/// The instant of a date that is spelled out, to be told from other texts: a number, a year, or a year and month are none.
pub fn spelled(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => in_range(instant.to_utc()),
        Err(_) => in_range(lenient(text, zone)?),
    }
}

fn in_range(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (1970..=9999).contains(&instant.year()).then_some(instant)
}

/// What the words of a date have told so far.
#[derive(Debug, Default)]
struct Parts {
    numbers: Vec<u32>,
    month: Option<u32>,
    /// How many numbers stood before the month.
    before_month: usize,
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    /// 24:00 is the next day's midnight.
    is_next_day: bool,
    is_afternoon: Option<bool>,
    zone: Option<Zone>,
}

fn lenient(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let mut parts = Parts::default();
    for word in words(text) {
        parts.take(word)?;
    }
    let date = parts.date.or_else(|| parts.spelled_date())?;
    let mut time = parts.time.unwrap_or(NaiveTime::MIN);
    if let Some(is_afternoon) = parts.is_afternoon {
        time = twelve_hours(time, is_afternoon)?;
    }
    let local = NaiveDateTime::new(date, time).checked_add_signed(TimeDelta::days(i64::from(parts.is_next_day)))?;
    parts.zone.unwrap_or(Zone::Region(zone)).instant(local)
}

/// The words of a date. A `T` between date and time, and a zone glued to the time, stand apart.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')).flat_map(split_iso).filter(|word| !word.is_empty())
}

/// `2026-11-23T14:35:00+05:00` -> date, time, zone; other words as they are.
fn split_iso(word: &str) -> [&str; 3] {
    let date_end = word.find(['T', 't']).filter(|at| is_date(&word[..*at])).unwrap_or_default();
    let (date, rest) = word.split_at(date_end);
    let rest = if date.is_empty() { rest } else { &rest[1..] };
    let is_time = rest.starts_with(|c: char| c.is_ascii_digit());
    let zone = rest.find(|c: char| !c.is_ascii_digit() && !":.,".contains(c)).filter(|at| is_time && rest[..*at].contains(':'));
    let (time, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    [date, time, zone]
}

fn is_date(word: &str) -> bool {
    date_of(word).is_some()
}

fn date_of(word: &str) -> Option<NaiveDate> {
    iso_date(word).or_else(|| dotted_date(word)).or_else(|| slashed_date(word)).or_else(|| dashed_date(word))
}

impl Parts {
    /// Takes one word; None when it makes the text no date, or says again what has been said.
    fn take(&mut self, word: &str) -> Option<()> {
        let is_new = if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            let (time, is_next_day) = clock_time(word)?;
            self.is_next_day = is_next_day;
            self.time.replace(time).is_none()
        } else if let Some(date) = date_of(word) {
            self.date.replace(date).is_none()
        } else if JOINTS.contains(&word.to_lowercase().trim_end_matches('.')) {
            true
        } else if let Some(zone) = zones::zone(word) {
            // "GMT+5 (MSK)": the first is meant, the others explain.
            self.zone.get_or_insert(zone);
            true
        } else if let Some(is_afternoon) = half(word) {
            self.is_afternoon.replace(is_afternoon).is_none()
        } else if let Some(number) = number(word) {
            self.numbers.push(number);
            true
        } else if let Some(month) = korean_month(word).or_else(|| month(word)) {
            self.before_month = self.numbers.len();
            self.month.replace(month).is_none()
        } else {
            is_weekday(word)
        };
        self.expect_korea(word);
        is_new.then_some(())
    }

    /// Korean words without a zone are of Korea.
    fn expect_korea(&mut self, word: &str) {
        if word.contains(|c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c)) {
            self.zone = self.zone.or_else(|| FixedOffset::east_opt(9 * 3600).map(Zone::Fixed));
        }
    }

    /// Day, month's name and year, the day before or after the month. "16 17 сентября" are two days.
    fn spelled_date(&self) -> Option<NaiveDate> {
        let &[first, second] = self.numbers.as_slice() else { return None };
        let (day, year) = match first {
            ..=31 if self.before_month == 2 => return None,
            ..=31 => (first, second),
            _ => (second, first),
        };
        NaiveDate::from_ymd_opt(full_year(year), self.month?, day)
    }
}

/// Words that hold a date together and say nothing.
const JOINTS: [&str; 13] = ["в", "во", "г", "год", "года", "ж", "жыл", "жылы", "жылғы", "сағат", "at", "of", "on"];

/// am and pm.
fn half(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "am" | "a.m." | "오전" => Some(false),
        "pm" | "p.m." | "오후" => Some(true),
        _ => None,
    }
}

/// A day or a year: `23`, `23rd`, `2026г.`, `2026년`.
fn number(word: &str) -> Option<u32> {
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, ending) = word.split_at(end);
    let is_ending = ["", "st", "nd", "rd", "th", "г", "ж", "년", "일"].contains(&ending.trim_end_matches(['.', ',']));
    if is_ending { digits.parse().ok() } else { None }
}

/// `05월`.
fn korean_month(word: &str) -> Option<u32> {
    word.strip_suffix('월')?.parse().ok()
}
