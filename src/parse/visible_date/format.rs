//! Dates in a format that the admin wrote, with the months of three languages.

use chrono::format::{Parsed, parse};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::{MAX_LENGTH, instant, last_such_day, last_such_time};
use crate::config::DateFormat;
use crate::parse::date::month;
use crate::parse::page::one_line;

/// The instant that `text` names in this format, which must account for all of it but the ornaments around it. What the format leaves
/// out is completed as [`super::read`] does.
pub fn read_as(format: &DateFormat, text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = one_line(text).to_lowercase();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    [text.as_str(), bare].into_iter().find_map(|text| read_exactly(format, text, now, zone))
}

fn read_exactly(format: &DateFormat, text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let text = if format.names_month() { with_english_months(text) } else { text.to_owned() };
    let mut parsed = Parsed::new();
    parse(&mut parsed, &text, format.items().iter()).ok()?;
    complete(&parsed, now, zone)
}

/// The text with every month's name in English, the only language that chrono reads.
fn with_english_months(text: &str) -> String {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut english = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let gap = rest.find(char::is_alphabetic).unwrap_or(rest.len());
        let word_end = rest[gap..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |length| gap + length);
        let (before, word) = (&rest[..gap], &rest[gap..word_end]);
        english.push_str(before);
        let month = month(word).and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
        english.push_str(month.map_or(word, |name| name));
        rest = &rest[word_end..];
    }
    english
}

fn complete(parsed: &Parsed, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if parsed.timestamp().is_some() {
        let instant = parsed.to_naive_datetime_with_offset(0).ok()?.and_utc();
        return (1970..=9999).contains(&instant.year()).then_some(instant);
    }
    let time = match parsed.to_naive_time() {
        Ok(time) => time,
        Err(_) if parsed.hour_mod_12().is_none() && parsed.hour_div_12().is_none() && parsed.minute().is_none() => NaiveTime::MIN,
        Err(_) => return None,
    };
    let has_year = parsed.year().is_some() || parsed.year_mod_100().is_some() || parsed.isoyear().is_some();
    let has_day = parsed.month().is_some() || parsed.day().is_some() || parsed.ordinal().is_some() || parsed.weekday().is_some();
    let date = match (has_year, has_day) {
        (true, _) => parsed.to_naive_date().ok()?,
        (false, true) => last_such_day(parsed.month()?, parsed.day()?, now.with_timezone(&zone).date_naive())?,
        (false, false) => return parsed.minute().and_then(|_| last_such_time(time, now, zone)),
    };
    let offset = parsed.offset().and_then(FixedOffset::east_opt);
    instant(NaiveDateTime::new(date, time), offset, zone)
}
