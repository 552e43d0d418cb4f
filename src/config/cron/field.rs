//! One field of a cron expression: its bounds, its names, and the set of values that its text stands for.
//!
//! Nothing here knows the other fields or the calendar. Every error carries the bytes at fault, so text travels as a
//! [`Piece`], which remembers where it stands.

use std::fmt;
use std::ops::RangeInclusive;

use super::{CronError, Problem};

/// A field by what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    Weekday,
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const DAYS_A_WEEK: u8 = 7;

impl Field {
    /// What the field is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day-of-month",
            Self::Month => "month",
            Self::Weekday => "weekday",
        }
    }

    /// The smallest value that may be written.
    pub fn first(self) -> u8 {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::Weekday => 0,
            Self::DayOfMonth | Self::Month => 1,
        }
    }

    /// The largest value that may be written; 7 for weekdays, where it is Sunday again.
    pub fn last(self) -> u8 {
        match self {
            Self::Second | Self::Minute => 59,
            Self::Hour => 23,
            Self::DayOfMonth => 31,
            Self::Month => 12,
            Self::Weekday => DAYS_A_WEEK,
        }
    }

    /// The largest value that differs from the smaller ones.
    fn last_distinct(self) -> u8 {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth | Self::Month => self.last(),
            Self::Weekday => DAYS_A_WEEK - 1,
        }
    }

    /// The value as the set holds it: a weekday of this week, Sunday being 0.
    fn distinct(self, value: u8) -> u8 {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth | Self::Month => value,
            Self::Weekday => value % DAYS_A_WEEK,
        }
    }

    /// The bounds as a clause.
    pub(super) fn bounds(self) -> &'static str {
        match self {
            Self::Second => "seconds run from 0 to 59",
            Self::Minute => "minutes run from 0 to 59",
            Self::Hour => "hours run from 0 to 23",
            Self::DayOfMonth => "days of the month run from 1 to 31",
            Self::Month => "months run from 1 to 12 or jan to dec",
            Self::Weekday => "weekdays run from 0 to 7 (0 and 7 are Sunday) or sun to sat",
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth => &[],
            Self::Month => &MONTHS,
            Self::Weekday => &WEEKDAYS,
        }
    }

    /// The values that the field's text stands for.
    pub(super) fn parse(self, written: Piece<'_>) -> Result<Values, CronError> {
        let mut values = Values { field: self, bits: 0, starts_with_star: written.text.starts_with('*'), repeats: false };
        for item in written.split(|c| c == ',') {
            self.refuse_extensions(item)?;
            let (base, step) = match item.split_once('/') {
                Some((base, step)) => (base, Some(self.step(step, item)?)),
                None => (item, None),
            };
            values.repeats |= step.is_some() || base.text == "*";
            values.insert(self.range(base, step.is_some(), item)?, step.unwrap_or(1));
        }
        Ok(values)
    }

    /// Names what other crons understand and this one does not; an item that is merely wrong passes.
    fn refuse_extensions(self, item: Piece<'_>) -> Result<(), CronError> {
        let letters: String = item.text.chars().filter(char::is_ascii_alphabetic).collect();
        let letters = letters.to_ascii_uppercase();
        let is_day = matches!(self, Self::DayOfMonth | Self::Weekday);
        let is_last_weekday = |letters: &str| letters.strip_suffix('L').is_some_and(|day| self.named(day).is_some());
        let problem = match letters.as_str() {
            _ if item.text.is_empty() => Problem::EmptyItem,
            _ if item.text.contains('?') => Problem::QuestionMark,
            _ if is_day && item.text.contains('#') => Problem::NthWeekday,
            "L" if is_day => Problem::Last,
            "W" | "LW" if is_day => Problem::NearestWorkday,
            letters if is_day && is_last_weekday(letters) => Problem::Last,
            _ => return Ok(()),
        };
        Err(item.error(Some(self), problem))
    }

    fn step(self, written: Piece<'_>, item: Piece<'_>) -> Result<u8, CronError> {
        if !written.is_number() {
            return Err(self.not_understood(item));
        }
        match written.text.parse() {
            Ok(step) if (1..=self.last()).contains(&step) => Ok(step),
            _ => Err(written.error(Some(self), Problem::Step(written.text.to_owned()))),
        }
    }

    /// The values from first to last; those of weekdays may go past 6 into the next week.
    fn range(self, base: Piece<'_>, has_step: bool, item: Piece<'_>) -> Result<RangeInclusive<u8>, CronError> {
        if base.text == "*" {
            return Ok(self.first()..=self.last());
        }
        let Some((start, end)) = base.split_once('-') else {
            let start = self.distinct(self.value(base, item)?);
            return Ok(start..=if has_step { self.last_distinct() } else { start });
        };
        match (self.value(start, item)?, self.value(end, item)?) {
            (first, last) if first <= last => Ok(first..=last),
            (first, last) if self == Self::Weekday => Ok(first..=last + DAYS_A_WEEK),
            _ => {
                let (start, end) = (start.text.to_owned(), end.text.to_owned());
                Err(base.error(Some(self), Problem::Reversed { start, end }))
            }
        }
    }

    fn value(self, written: Piece<'_>, item: Piece<'_>) -> Result<u8, CronError> {
        if !written.is_number() {
            return self.named(written.text).ok_or_else(|| self.not_understood(item));
        }
        match written.text.parse() {
            Ok(value) if (self.first()..=self.last()).contains(&value) => Ok(value),
            _ => Err(written.error(Some(self), Problem::OutOfRange(written.text.to_owned()))),
        }
    }

    /// The value of an English name or its first three letters, in any case.
    fn named(self, text: &str) -> Option<u8> {
        let is_it = |name: &&str| name.eq_ignore_ascii_case(text) || name[..3].eq_ignore_ascii_case(text);
        (self.first()..).zip(self.names()).find(|(_, name)| is_it(name)).map(|(value, _)| value)
    }

    fn not_understood(self, item: Piece<'_>) -> CronError {
        item.error(Some(self), Problem::NotUnderstood(item.text.to_owned()))
    }
}

/// The values of a field. Its `Display` is the field as the crate `cron` reads it: `*` or a list of numbers.
pub(super) struct Values {
    field: Field,
    /// Bit n is value n; weekdays are 0 = Sunday to 6 = Saturday.
    bits: u64,
    pub(super) starts_with_star: bool,
    /// Whether an item of the list is `*` or has a step.
    pub(super) repeats: bool,
}

impl Values {
    fn insert(&mut self, range: RangeInclusive<u8>, step: u8) {
        for value in range.step_by(step.into()) {
            self.bits |= 1 << self.field.distinct(value);
        }
    }

    /// Whether nothing is left out, however it was written.
    pub(super) fn is_full(&self) -> bool {
        (self.field.first()..=self.field.last_distinct()).all(|value| self.holds(value))
    }

    fn holds(&self, value: u8) -> bool {
        self.bits & (1 << value) != 0
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_full() {
            return f.write_str("*");
        }
        // The crate counts weekdays from 1 = Sunday.
        let offset = u8::from(self.field == Field::Weekday);
        let numbers = (0..64).filter(|value| self.holds(*value)).map(|value| (value + offset).to_string());
        f.write_str(&numbers.collect::<Vec<_>>().join(","))
    }
}

/// A part of an expression, and the byte of the expression at which it starts.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn whole(text: &'a str) -> Self {
        Piece { text, start: 0 }
    }

    pub(super) fn trim(self) -> Self {
        let text = self.text.trim_ascii_start();
        Piece { text: text.trim_ascii_end(), start: self.start + self.text.len() - text.len() }
    }

    /// The parts between white space.
    pub(super) fn words(self) -> impl Iterator<Item = Piece<'a>> {
        self.split(|c| c.is_ascii_whitespace()).filter(|word| !word.text.is_empty())
    }

    /// The parts between separators, which must be ASCII.
    fn split(self, is_separator: fn(char) -> bool) -> impl Iterator<Item = Piece<'a>> {
        let mut start = self.start;
        self.text.split(is_separator).map(move |text| {
            let piece = Piece { text, start };
            start += text.len() + 1;
            piece
        })
    }

    fn split_once(self, separator: char) -> Option<(Piece<'a>, Piece<'a>)> {
        let (before, after) = self.text.split_once(separator)?;
        let start = self.start + self.text.len() - after.len();
        Some((Piece { text: before, start: self.start }, Piece { text: after, start }))
    }

    fn is_number(self) -> bool {
        !self.text.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn error(self, field: Option<Field>, problem: Problem) -> CronError {
        self.error_to(self, field, problem)
    }

    /// The error of everything from here to the end of a later piece.
    pub(super) fn error_to(self, last: Piece<'_>, field: Option<Field>, problem: Problem) -> CronError {
        CronError::new(problem, field, self.start..last.start + last.text.len())
    }
}
