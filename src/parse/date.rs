//! Dates as feeds write them -> instants.
//!
//! RFC 3339, RFC 822 and 2822 with the liberties that feeds take: no seconds, no weekday or a wrong one, two-digit years, named
//! zones, month and day in either order, 24:00, a space for the T. A date without a zone is read in the source's.

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Longest text looked at, in bytes.
const MAX_LENGTH: usize = 100;

/// The instant that `text` names; without a zone it is local time in `zone`. None when it is no date, or one outside the years
/// 1970 to 9999.
pub fn parse(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let instant = match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => instant.to_utc(),
        Err(_) => lenient(text, zone)?,
    };
    (1970..=9999).contains(&instant.year()).then_some(instant)
}

/// What the words of a date have told so far.
#[derive(Debug, Default)]
struct Parts {
    numbers: Vec<u32>,
    month: Option<u32>,
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    /// 24:00 is the next day's midnight.
    is_next_day: bool,
    is_afternoon: Option<bool>,
    offset: Option<FixedOffset>,
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
    let mut local = NaiveDateTime::new(date, time);
    if parts.is_next_day {
        local = local.checked_add_signed(TimeDelta::days(1))?;
    }
    match parts.offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|instant| instant.to_utc()),
        None => in_zone(local, zone),
    }
}

/// The words of a date. A `T` between date and time, and a zone glued to the time, stand apart.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')).flat_map(split_iso).filter(|word| !word.is_empty())
}

/// `2026-11-23T14:35:00+05:00` -> date, time, zone; other words as they are.
fn split_iso(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = word;
    if word.is_char_boundary(10) && word.len() > 10 && iso_date(&word[..10]).is_some() {
        parts.push(&word[..10]);
        rest = word[10..].trim_start_matches(['T', 't']);
    }
    let zone = rest.find(['+', 'Z', 'z']).or_else(|| rest.rfind('-')).filter(|at| rest[..*at].contains(':'));
    match zone {
        Some(at) => parts.extend([&rest[..at], &rest[at..]]),
        None => parts.push(rest),
    }
    parts
}

impl Parts {
    /// Takes one word; None when it makes the text no date.
    fn take(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            let (time, is_next_day) = clock_time(word)?;
            self.time = Some(time);
            self.is_next_day = is_next_day;
        } else if let Some(date) = iso_date(word).or_else(|| dotted_date(word)).or_else(|| dashed_date(word)) {
            self.date = Some(date);
        } else if let Some(offset) = offset(word) {
            self.offset = Some(offset);
        } else if let Some(month) = month(word) {
            self.month = Some(month);
        } else if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") {
            self.is_afternoon = Some(word.eq_ignore_ascii_case("pm"));
        } else if let Ok(number) = word
            .trim_end_matches(['.', ','])
            .trim_end_matches("st")
            .trim_end_matches("nd")
            .trim_end_matches("rd")
            .trim_end_matches("th")
            .parse()
        {
            self.numbers.push(number);
        } else if !is_weekday(word) {
            return None;
        }
        Some(())
    }

    /// Day, month's name and year, the day before or after the month.
    fn spelled_date(&self) -> Option<NaiveDate> {
        let &[first, second] = self.numbers.as_slice() else { return None };
        let (day, year) = if first > 31 { (second, first) } else { (first, second) };
        NaiveDate::from_ymd_opt(full_year(year), self.month?, day)
    }
}

/// RFC 2822 §4.3: two digits below 50 are of this century, three are counted from 1900.
fn full_year(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    match year {
        0..=49 => year + 2000,
        50..=999 => year + 1900,
        _ => year,
    }
}

fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let is_number = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// `2026-11-23`, `2026/11/23`, `20261123`.
pub(super) fn iso_date(word: &str) -> Option<NaiveDate> {
    let (year, month, day) = match word.split(['-', '/']).collect::<Vec<_>>().as_slice() {
        [year, month, day] => (digits(year, 4, 4)?, digits(month, 1, 2)?, digits(day, 1, 2)?),
        [whole] if whole.len() == 8 => {
            let whole = digits(whole, 8, 8)?;
            (whole / 10_000, whole / 100 % 100, whole % 100)
        }
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `23.11.2026`: the day first, as Europe and Central Asia write it.
pub(super) fn dotted_date(word: &str) -> Option<NaiveDate> {
    let &[day, month, year] = word.trim_end_matches('.').split('.').collect::<Vec<_>>().as_slice() else { return None };
    NaiveDate::from_ymd_opt(full_year(digits(year, 2, 4)?), digits(month, 1, 2)?, digits(day, 1, 2)?)
}

/// `23-Nov-2026`.
fn dashed_date(word: &str) -> Option<NaiveDate> {
    let &[day, name, year] = word.split('-').collect::<Vec<_>>().as_slice() else { return None };
    NaiveDate::from_ymd_opt(full_year(digits(year, 2, 4)?), month(name)?, digits(day, 1, 2)?)
}

/// `14:35`, `14:35:07`, `14:35:07.123`, and whether it was 24:00.
pub(super) fn clock_time(word: &str) -> Option<(NaiveTime, bool)> {
    let parts: Vec<&str> = word.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, second.split(['.', ',']).next().unwrap_or_default()),
        _ => return None,
    };
    let (hour, minute, second) = (digits(hour, 1, 2)?, digits(minute, 1, 2)?, digits(second, 1, 2)?);
    if (hour, minute, second) == (24, 0, 0) {
        return Some((NaiveTime::MIN, true));
    }
    // A leap second is the second before it: no feed means more by it.
    NaiveTime::from_hms_opt(hour, minute, second.min(59)).map(|time| (time, false))
}

pub(super) fn twelve_hours(time: NaiveTime, is_afternoon: bool) -> Option<NaiveTime> {
    use chrono::Timelike;
    let hour = time.hour() % 12 + if is_afternoon { 12 } else { 0 };
    if time.hour() > 12 { Some(time) } else { time.with_hour(hour) }
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// The month of an English name or its beginning, at least three letters of it.
pub(super) fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let index = MONTHS.iter().position(|name| word.len() >= 3 && (name.starts_with(&word) || (word == "sept" && *name == "september")))?;
    u32::try_from(index + 1).ok()
}

pub(super) fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 2 && names.iter().any(|name| name.starts_with(&word))
}

/// Zones by name: RFC 822 §5.1, and the common ones of Europe. In minutes east of Greenwich.
const ZONES: [(&str, i32); 18] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("bst", 60),
];

/// `+0500`, `+05:00`, `-05`, `GMT+5`, `UTC`, `EST`.
pub(super) fn offset(word: &str) -> Option<FixedOffset> {
    let lower = word.to_ascii_lowercase();
    let sign_at = lower.find(['+', '-']);
    let minutes = match sign_at {
        None => ZONES.iter().find(|(name, _)| *name == lower)?.1,
        Some(at) if matches!(&lower[..at], "" | "gmt" | "utc" | "ut" | "z") => {
            let (hours, minutes) = hours_and_minutes(&lower[at + 1..])?;
            let east = i32::try_from(hours * 60 + minutes).ok()?;
            if lower[at..].starts_with('-') { -east } else { east }
        }
        Some(_) => return None,
    };
    FixedOffset::east_opt(minutes * 60)
}

fn hours_and_minutes(text: &str) -> Option<(u32, u32)> {
    if let Some((hours, minutes)) = text.split_once(':') {
        return Some((digits(hours, 1, 2)?, digits(minutes, 2, 2)?));
    }
    match text.len() {
        1 | 2 => Some((digits(text, 1, 2)?, 0)),
        _ => digits(text, 3, 4).map(|number| (number / 100, number % 100)),
    }
}

/// Local time in a zone: the earlier instant where it happens twice, the instant after the gap where it never happens.
pub(super) fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant.to_utc()),
        LocalResult::None => {
            zone.from_local_datetime(&local.checked_add_signed(TimeDelta::hours(1))?).earliest().map(|instant| instant.to_utc())
        }
    }
}
