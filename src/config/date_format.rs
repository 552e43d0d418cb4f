//! A format of dates that the admin wrote: strftime's terms, checked when the file is read.

use std::fmt::Write as _;

use chrono::format::{Fixed, Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, TimeDelta};
use serde_json::json;
use toml::de::DeValue;

use super::complaint::Refusal;
use super::keys::one_line;
use super::values::{Value, text};

/// Longest format taken, in bytes.
const MAX_FORMAT: usize = 100;

/// How a site writes its dates, in strftime's terms: `%d %B %Y, %H:%M`. `%B` and `%b` stand for a month's name, whole or short, in
/// Kazakh, Russian or English; upper and lower case are the same. What the format leaves out is completed from the time of the poll.
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

    /// Its terms, literals in lower case.
    pub fn items(&self) -> &[Item<'static>] {
        &self.items
    }

    /// Whether the format asks for a month's name.
    pub fn names_month(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Fixed(Fixed::LongMonthName)))
    }

    /// Tries the format on a date: what it cannot write or read back, it cannot read from a page either. A plain `to_string` would
    /// panic on items that cannot be written.
    fn reads_what_it_writes(&self) -> bool {
        let sample = DateTime::UNIX_EPOCH + TimeDelta::days(365 * 30);
        let mut text = String::new();
        let mut parsed = Parsed::new();
        let written = write!(text, "{}", sample.format_with_items(self.items.iter()));
        let is_read = written.is_ok() && parse(&mut parsed, &text.to_lowercase(), self.items.iter()).is_ok();
        let tells_day = (parsed.month().is_some() && parsed.day().is_some()) || parsed.to_naive_date().is_ok();
        is_read && (tells_day || parsed.timestamp().is_some() || tells_time_alone(&parsed))
    }
}

fn tells_time_alone(parsed: &Parsed) -> bool {
    let has_day = parsed.year().is_some() || parsed.month().is_some() || parsed.day().is_some() || parsed.weekday().is_some();
    !has_day && parsed.minute().is_some() && parsed.to_naive_time().is_ok()
}

impl Value for DateFormat {
    const WHAT: &'static str = "a format of dates such as \"%d.%m.%Y %H:%M\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let remedy = "terms are %d day, %m month, %B its name, %Y year, %H hour, %M minute";
        Self::parse(text::<Self>(value)?).map_err(|message| Refusal::new(message).hint(remedy))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "maxLength": MAX_FORMAT, "examples": ["%d.%m.%Y %H:%M"] })
    }
}
