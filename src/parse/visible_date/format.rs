//! A date format that the admin wrote: strftime's terms, with the months of three languages.

use std::fmt::Write;

use chrono::format::{Fixed, Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::words::month;
use super::{MAX_LENGTH, instant, last_such_day, last_such_time};

/// Longest format taken, in bytes.
const MAX_FORMAT: usize = 100;

/// How a site writes its dates, in strftime's terms: `%d %B %Y, %H:%M`. `%B` and `%b` stand for a month's name, whole or short, in
/// Kazakh, Russian or English; upper and lower case are the same. What the format leaves out is completed as [`super::read`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    format: String,
    items: Vec<Item<'static>>,
}

impl DateFormat {
    /// Reads a format.
    ///
    /// # Errors
    /// What is wrong, for people, when it is none or names neither a day nor a time.
    pub fn parse(format: &str) -> Result<Self, String> {
        if format.len() > MAX_FORMAT {
            return Err(format!("the format is longer than {MAX_FORMAT} bytes"));
        }
        let line = one_line(format);
        if !line.contains('%') {
            return Err("the format holds no `%`: a day is `%d`, a month `%m` or `%B`, a year `%Y`, a time `%H:%M`".to_owned());
        }
        let mut items = Vec::new();
        for item in StrftimeItems::new(&line) {
            items.push(match item {
                Item::Error => return Err("the format holds a `%` with no meaning in strftime".to_owned()),
                // Short and whole names are both read by the item for whole ones.
                Item::Fixed(Fixed::ShortMonthName) => Item::Fixed(Fixed::LongMonthName),
                Item::Fixed(Fixed::ShortWeekdayName) => Item::Fixed(Fixed::LongWeekdayName),
                Item::Literal(text) => Item::OwnedLiteral(text.to_lowercase().into()),
                other => other.to_owned(),
            });
        }
        let format = Self { format: format.to_owned(), items };
        if format.reads_what_it_writes() { Ok(format) } else { Err("the format does not tell a day and month, or a time".to_owned()) }
    }

    /// The format as it was written.
    pub fn as_str(&self) -> &str {
        &self.format
    }

    /// The instant that `text` names in this format, which must account for all of it but the ornaments around it.
    pub fn read(&self, text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let text = one_line(text).to_lowercase();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        [text.as_str(), bare].into_iter().find_map(|text| self.read_exactly(text, now, zone))
    }

    fn read_exactly(&self, text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let names_month = self.items.iter().any(|item| matches!(item, Item::Fixed(Fixed::LongMonthName)));
        let text = if names_month { with_english_months(text) } else { text.to_owned() };
        let mut parsed = Parsed::new();
        parse(&mut parsed, &text, self.items.iter()).ok()?;
        complete(&parsed, now, zone)
    }

    /// Tries the format on a date: what it cannot write or read back, it cannot read from a page either. A plain `to_string` would
    /// panic on items that cannot be written.
    fn reads_what_it_writes(&self) -> bool {
        let sample = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(365 * 30);
        let mut text = String::new();
        let written = write!(text, "{}", sample.format_with_items(self.items.iter()));
        written.is_ok() && self.read_exactly(&text.to_lowercase(), sample, Tz::UTC).is_some()
    }
}

/// Every run of white space is one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
