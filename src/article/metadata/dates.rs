//! When an article was published and updated: the first date that is one, corrected by what the page shows.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::Claims;
use super::visible::Seen;
use crate::parse::{date, visible_date};

/// Most dates of one kind that are looked at.
const MAX_DATES: usize = 20;

/// `published` and `updated`.
pub(super) fn choose(sources: &[Claims], seen: &Seen, zone: Tz, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let reader = Reader { zone, now };
    let declared = sources.iter().flat_map(|claims| &claims.published).chain(&seen.datetimes);
    let mut visible = reader.visible(&seen.dates, visible_date::find);
    visible.extend(reader.visible(&seen.unmarked, visible_date::read));
    let published = reader.choose(&reader.dates(declared), &visible);
    let modified = sources.iter().flat_map(|claims| &claims.updated).chain(&seen.update_datetimes);
    let updated = reader.choose(&reader.dates(modified), &reader.visible(&seen.update_dates, visible_date::find));
    let has_wrong_zone = published.is_some_and(|chosen| chosen.had_wrong_zone);
    let updated = updated.map(|chosen| match chosen.date.as_local(zone) {
        // The same clock wrote both.
        Some(local) if has_wrong_zone && !chosen.had_wrong_zone => local,
        _ => chosen.instant,
    });
    let published = published.map(|chosen| chosen.instant);
    (published, updated.filter(|updated| published.is_none_or(|published| *updated >= published)))
}

/// A date that the page names.
#[derive(Debug, Clone, Copy)]
struct Date {
    instant: DateTime<Utc>,
    zone: Zone,
    /// Whether it tells nothing but the day.
    is_day: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Written without one.
    Local,
    /// "Z" or +00:00, which programs also write when they know no better.
    Utc,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Chosen {
    instant: DateTime<Utc>,
    date: Date,
    had_wrong_zone: bool,
}

impl Date {
    /// The instant if the "Z" is wrong and the time is local.
    fn as_local(&self, zone: Tz) -> Option<DateTime<Utc>> {
        let is_utc = self.zone == Zone::Utc && !self.is_day;
        is_utc.then(|| zone.from_local_datetime(&self.instant.naive_utc()).earliest()).flatten().map(|local| local.to_utc())
    }

    /// The day as it is written: midnight UTC is meant as a day, whatever day it is elsewhere.
    fn day(&self, zone: Tz) -> NaiveDate {
        if self.is_day && self.zone == Zone::Utc { self.instant.date_naive() } else { self.instant.with_timezone(&zone).date_naive() }
    }
}

struct Reader {
    zone: Tz,
    now: DateTime<Utc>,
}

impl Reader {
    fn dates<'a>(&self, texts: impl Iterator<Item = &'a String>) -> Vec<Date> {
        texts.take(MAX_DATES).filter_map(|text| self.date(text)).filter(|date| self.is_possible(date.instant)).collect()
    }

    /// Dates for people, read with one of the ways to read them.
    fn visible(&self, texts: &[String], read: fn(&str, DateTime<Utc>, Tz) -> Option<DateTime<Utc>>) -> Vec<Date> {
        let dates = texts.iter().filter_map(|text| {
            let instant = read(text, self.now, self.zone)?;
            let is_day = instant.with_timezone(&self.zone).time() == NaiveTime::MIN;
            Some(Date { instant, zone: Zone::Local, is_day })
        });
        dates.filter(|date| self.is_possible(date.instant)).take(MAX_DATES).collect()
    }

    /// Neither the zero of a clock nor further ahead than clocks and zones differ.
    fn is_possible(&self, instant: DateTime<Utc>) -> bool {
        instant >= DateTime::UNIX_EPOCH + TimeDelta::days(2) && instant <= self.now + TimeDelta::days(1)
    }

    fn date(&self, text: &str) -> Option<Date> {
        let text = text.trim();
        if let Some(instant) = unix_time(text) {
            return Some(Date { instant, zone: Zone::Other, is_day: false });
        }
        let instant = date::spelled(text, self.zone).or_else(|| visible_date::read(text, self.now, self.zone))?;
        // A date with a zone of its own is the same instant everywhere.
        let is_zoned = date::spelled(text, Tz::UTC).is_some_and(|utc| date::spelled(text, Tz::Asia__Tokyo) == Some(utc));
        let lower = text.to_ascii_lowercase();
        let zone = match is_zoned {
            false => Zone::Local,
            true if ["z", "+00:00", "+0000", "utc", "gmt"].iter().any(|end| lower.ends_with(end)) => Zone::Utc,
            true => Zone::Other,
        };
        let is_midnight = |time: NaiveTime| time.num_seconds_from_midnight() == 0;
        let is_day = is_midnight(instant.with_timezone(&self.zone).time()) || (zone == Zone::Utc && is_midnight(instant.time()));
        Some(Date { instant, zone, is_day })
    }

    fn choose(&self, declared: &[Date], visible: &[Date]) -> Option<Chosen> {
        let date = *declared.iter().chain(visible).next()?;
        if let Some(local) = date.as_local(self.zone)
            && self.is_contradicted(date, local, declared, visible)
        {
            return Some(Chosen { instant: local, date, had_wrong_zone: true });
        }
        // A day alone takes the time from the next source that tells one for the same day.
        let is_finer = |other: &&Date| !other.is_day && other.day(self.zone) == date.day(self.zone);
        let finer = if date.is_day { declared.iter().chain(visible).find(is_finer) } else { None };
        let date = finer.copied().unwrap_or(date);
        Some(Chosen { instant: date.instant, date, had_wrong_zone: false })
    }

    /// Whether the page shows the time of a "Z" as local time, and no date with another zone says that the "Z" is right.
    fn is_contradicted(&self, date: Date, local: DateTime<Utc>, declared: &[Date], visible: &[Date]) -> bool {
        let is_shown = visible.iter().any(|shown| !shown.is_day && minute(shown.instant) == minute(local));
        let is_confirmed = declared.iter().any(|other| other.zone == Zone::Other && minute(other.instant) == minute(date.instant));
        local != date.instant && is_shown && !is_confirmed
    }
}

fn minute(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().div_euclid(60)
}

/// Seconds or milliseconds since 1970, as some meta tags have them.
fn unix_time(text: &str) -> Option<DateTime<Utc>> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        10 if is_number => DateTime::from_timestamp(text.parse().ok()?, 0),
        13 if is_number => DateTime::from_timestamp_millis(text.parse().ok()?),
        _ => None,
    }
}
