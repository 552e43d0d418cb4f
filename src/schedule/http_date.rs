//! Times as HTTP headers write them (RFC 9110 §5.6.7), and the one header that is nothing else: `Retry-After`.
//!
//! Pure: takes the header and `now`.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc, Weekday};

/// The longest pause that a server is granted: a slip of its clock or its units must not silence a source for years.
const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::days(30);

/// The instant before which the server does not want another request, by its `Retry-After` (RFC 9110 §10.2.3).
///
/// The header is a number of seconds or an HTTP-date in any of the three formats of §5.6.7. The result lies between
/// `now`, for a date in the past, and 30 days later. `None` when the header is neither.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let header = header.trim_ascii();
    let latest = now.checked_add_signed(LONGEST_RETRY_AFTER).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let asked = match delay_seconds(header) {
        Some(delay) => now.checked_add_signed(delay).unwrap_or(latest),
        None => http_date(header, now)?,
    };
    Some(asked.clamp(now, latest))
}

/// Digits as a delay; one that no clock can count is cut to the longest there is.
fn delay_seconds(text: &str) -> Option<TimeDelta> {
    if !is_digits(text) {
        return None;
    }
    Some(text.parse().ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX))
}

/// RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`. The weekday is not held against the date: a wrong one leaves the instant clear.
pub(super) fn http_date(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (weekday, date) = text.split_once(' ')?;
    weekday.trim_end_matches(',').parse::<Weekday>().ok()?;
    imf_fixdate(date).or_else(|| rfc850_date(date, now)).or_else(|| asctime_date(date))
}

fn imf_fixdate(date: &str) -> Option<DateTime<Utc>> {
    parse(date, "%d %b %Y %H:%M:%S GMT")
}

/// RFC 9110 §5.6.7: a two-digit year that seems more than 50 years ahead is the latest past year with those digits.
fn rfc850_date(date: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (day_and_month, year_and_time) = date.rsplit_once('-')?;
    let (year, time) = year_and_time.split_once(' ')?;
    if year.len() != 2 || !is_digits(year) {
        return None;
    }
    let year = now.year() - now.year() % 100 + year.parse::<i32>().ok()?;
    let year = if year > now.year() + 50 { year - 100 } else { year };
    parse(&format!("{day_and_month}-{year} {time}"), "%d-%b-%Y %H:%M:%S GMT")
}

fn asctime_date(date: &str) -> Option<DateTime<Utc>> {
    parse(date, "%b %e %H:%M:%S %Y")
}

fn parse(text: &str, format: &str) -> Option<DateTime<Utc>> {
    Some(NaiveDateTime::parse_from_str(text, format).ok()?.and_utc())
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
