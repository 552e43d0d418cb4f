//! An admin's cron expression: parsed, checked, and able to name the next wall-clock time at which it is due.
//!
//! Expressions have Unix meaning. Five fields (minute, hour, day of month, month, weekday), or six with seconds first;
//! each is a list of values, ranges and steps.
//!
//! - Weekdays: 0 and 7 are Sunday. A weekday range may run over the week's end (`fri-mon`, `5-1`).
//! - When day of month and weekday are both restricted, either one makes a day due. As in vixie cron, a field that
//!   starts with `*` counts as unrestricted, `*/2` too; then both must agree.
//! - `N/S` runs from N to the end of its field in steps of S: `5/20` in minutes is 5, 25 and 45.
//! - `@hourly`, `@daily` or `@midnight`, `@weekly`, `@monthly`, `@yearly` or `@annually` stand for whole expressions.
//!
//! The crate `cron` walks the calendar, but it counts weekdays from 1 = Sunday, has no five-field form and always asks
//! day and weekday to agree. So the grammar is ours, and the crate is given plain lists of numbers. Time zones are not
//! known here: `schedule::cron` maps wall-clock time to instants.

mod error;
mod field;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use cron::Schedule;

pub use error::{CronError, Problem};
pub use field::Field;
use field::{Piece, Values};

/// A cron expression that is due at least once in a hundred years. Two are equal when their texts are.
#[derive(Clone)]
pub struct Cron {
    text: String,
    /// Due when any of these is: two when day of month and weekday are both restricted, else one.
    schedules: Vec<Schedule>,
    has_fixed_hours: bool,
}

impl Cron {
    /// The longest expression that is read, in bytes.
    pub const MAX_BYTES: usize = 256;
    /// The last year of the crate's calendar: nothing is due after it.
    pub const LAST_YEAR: i32 = 2100;

    /// The expression as the admin wrote it, without white space at its ends.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first wall-clock time strictly later than `after` that the expression names, in whole seconds.
    ///
    /// A calendar without time zones: the result may fall into a DST gap, and every day has 24 hours. Years run from
    /// 1970 to [`Cron::LAST_YEAR`]; an earlier `after` counts as the start of 1970, and past the end there is `None`.
    pub fn next_local(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        if after.year() > Self::LAST_YEAR {
            return None;
        }
        let after = after.and_utc().max(DateTime::UNIX_EPOCH);
        let next_of = |schedule: &Schedule| schedule.after(&after).next();
        Some(self.schedules.iter().filter_map(next_of).min()?.naive_utc())
    }

    /// Whether the hour field names hours of the day, rather than going on through all of them.
    ///
    /// A value, a list and a range are fixed (`7`, `8,20`, `9-17`). A field with `*` or a step in it is not, nor is one
    /// that holds all 24 hours. It decides about an hour that the clocks show twice: a fixed hour is meant once.
    pub fn has_fixed_hours(&self) -> bool {
        self.has_fixed_hours
    }
}

impl FromStr for Cron {
    type Err = CronError;

    /// Reads an expression of up to [`Cron::MAX_BYTES`].
    ///
    /// # Errors
    /// The first thing that is wrong, from left to right; an expression that is never due is the last to be refused.
    fn from_str(expression: &str) -> Result<Self, CronError> {
        if expression.len() > Self::MAX_BYTES {
            return Err(Piece::whole(expression).error(None, Problem::TooLong));
        }
        let text = expression.trim_ascii();
        if text.starts_with('@') {
            let piece = Piece::whole(expression).trim();
            let fields = nickname(text).ok_or_else(|| piece.error(None, Problem::Nickname(text.to_owned())))?;
            return Cron::from_fields(text, Piece::whole(fields));
        }
        Cron::from_fields(text, Piece::whole(expression))
    }
}

impl Cron {
    fn from_fields(text: &str, expression: Piece<'_>) -> Result<Self, CronError> {
        let pieces: Vec<Piece<'_>> = expression.words().collect();
        let [second, minute, hour, day, month, weekday] = match pieces[..] {
            [minute, hour, day, month, weekday] => [Piece::whole("0"), minute, hour, day, month, weekday],
            [second, minute, hour, day, month, weekday] => [second, minute, hour, day, month, weekday],
            [] => return Err(expression.error(None, Problem::Empty)),
            _ => return Err(expression.trim().error(None, Problem::FieldCount(pieces.len()))),
        };
        let second = Field::Second.parse(second)?;
        let minute = Field::Minute.parse(minute)?;
        let hour = Field::Hour.parse(hour)?;
        let day_values = Field::DayOfMonth.parse(day)?;
        let month_values = Field::Month.parse(month)?;
        let weekday_values = Field::Weekday.parse(weekday)?;

        let time = format!("{second} {minute} {hour}");
        let cron = Cron {
            text: text.to_owned(),
            schedules: schedules(&time, &day_values, &month_values, &weekday_values),
            has_fixed_hours: !hour.repeats && !hour.is_full(),
        };
        match cron.next_local(start_of_search()) {
            Some(_) => Ok(cron),
            None => Err(day.error_to(month, Some(Field::DayOfMonth), Problem::NeverDue)),
        }
    }
}

/// The crate's schedules for the expression: `time` is its seconds, minutes and hours in the crate's form.
fn schedules(time: &str, day: &Values, month: &Values, weekday: &Values) -> Vec<Schedule> {
    let schedule = |expression: String| {
        Schedule::from_str(&expression).expect("lists of numbers within the bounds of each field are the crate's own form")
    };
    if day.starts_with_star || weekday.starts_with_star {
        return vec![schedule(format!("{time} {day} {month} {weekday}"))];
    }
    vec![schedule(format!("{time} {day} {month} *")), schedule(format!("{time} * {month} {weekday}"))]
}

/// Where the search for a first due time starts. The crate's calendar goes on for more than the 28 years in which every
/// date meets every weekday.
fn start_of_search() -> NaiveDateTime {
    NaiveDate::from_yo_opt(2000, 1).expect("a year has a first day").into()
}

/// The fields that a nickname of crontab(5) stands for. `@reboot` has none: it names no time.
fn nickname(text: &str) -> Option<&'static str> {
    match text {
        "@hourly" => Some("0 * * * *"),
        "@daily" | "@midnight" => Some("0 0 * * *"),
        "@weekly" => Some("0 0 * * 0"),
        "@monthly" => Some("0 0 1 * *"),
        "@yearly" | "@annually" => Some("0 0 1 1 *"),
        _ => None,
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cron").field(&self.text).finish()
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
