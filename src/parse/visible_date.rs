//! Dates as portals print them for people -> instants: "16 қыркүйек 2025, 14:35", "вчера в 9:10", "2 hours ago".
//!
//! Kazakh, Russian and English, with the labels, weekdays and ornaments that stand around a date. Precision first: a number is
//! no date, and a text that says anything besides the date is none for [`read`]. What a date leaves out is completed from `now`.

mod format;
mod words;

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::date;
use words::{Piece, Unit, Word, pieces};

pub use format::read_as;

/// Longest text looked at, in bytes.
const MAX_LENGTH: usize = 300;
/// Most words of one date, labels not counted.
const MAX_WORDS: usize = 12;
/// How far a site's clock may run ahead of ours before its "14:35" is taken for yesterday's.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// The instant that the whole of `text` names. What it leaves out is completed: a time alone is today's, or yesterday's if that is
/// still to come; a day without a year is the last such day up to tomorrow; a day without a time begins at midnight. Local time is
/// that of `zone`.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    if let Some(instant) = date::spelled(text, zone) {
        return Some(instant);
    }
    let text = text.to_lowercase();
    let pieces = pieces(&text);
    let labels = pieces.iter().take_while(|piece| piece.word == Word::Label).count();
    let pieces = &pieces[labels..];
    let (first, last) = (pieces.first()?, pieces.last()?);
    let bare = &text[first.start..last.end];
    if matches!(bare, "только что" | "жаңа ғана" | "қазір ғана" | "just now") {
        return Some(now);
    }
    date::spelled(bare, zone).or_else(|| whole(pieces, Place::Alone, now, zone))
}

/// The first date inside a short line, such as "Алматы. 16 сентября 2025, 14:35. Просмотров 1815". A day without year and time, or a
/// time that does not open the line, is not enough: sentences have them too.
pub fn find(text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    if let Some(instant) = read(text, now, zone) {
        return Some(instant);
    }
    let text = text.to_lowercase();
    let pieces = pieces(&text);
    (0..pieces.len()).find_map(|start| {
        let most = pieces[start..].iter().take(MAX_WORDS).take_while(|piece| piece.word != Word::Other).count();
        let place = Place::InLine { opens: start == 0 };
        (1..=most).rev().find_map(|length| whole(&pieces[start..start + length], place, now, zone))
    })
}

/// Where the words of a date stand.
#[derive(Debug, Clone, Copy)]
enum Place {
    Alone,
    InLine { opens: bool },
}

fn whole(pieces: &[Piece], place: Place, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if pieces.len() > MAX_WORDS {
        return None;
    }
    if let Some((last, span)) = pieces.split_last()
        && last.word == Word::Ago
    {
        return ago(span, now);
    }
    let mut printed = Printed::default();
    for (index, piece) in pieces.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| pieces[index].word);
        printed.take(piece.word, before, pieces.get(index + 1).map(|piece| piece.word))?;
    }
    let is_enough = match place {
        Place::Alone => true,
        Place::InLine { opens } => printed.stands_out(opens),
    };
    if is_enough { printed.complete(now, zone) } else { None }
}

/// `now` less a span such as "2 часа" or "1 hour 20 minutes"; a unit alone is one of it.
fn ago(span: &[Piece], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (mut instant, mut count, mut units) = (now, None, 0);
    for piece in span {
        match (piece.word, count) {
            (Word::Number { value, .. }, None) => count = Some(value),
            (Word::One, None) => count = Some(1),
            (Word::Unit(unit), _) if units == 0 || count.is_some() => {
                instant = before(instant, count.take().unwrap_or(1), unit)?;
                units += 1;
            }
            _ => return None,
        }
    }
    (units > 0 && count.is_none() && instant.year() >= 1970).then_some(instant)
}

fn before(instant: DateTime<Utc>, count: u32, unit: Unit) -> Option<DateTime<Utc>> {
    match unit {
        Unit::Seconds(length) => instant.checked_sub_signed(TimeDelta::try_seconds(i64::from(count) * length)?),
        Unit::Months(length) => instant.checked_sub_months(Months::new(count.checked_mul(length)?)),
    }
}

/// What the words of a date have told so far.
#[derive(Debug, Default)]
struct Printed {
    date: Option<NaiveDate>,
    days_ago: Option<i64>,
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    time: Option<NaiveTime>,
    /// 24:00 is the next day's midnight.
    is_next_day: bool,
    is_afternoon: Option<bool>,
    offset: Option<FixedOffset>,
    has_weekday: bool,
}

impl Printed {
    /// Takes one word; None when it makes the text no date, or says again what has been said.
    fn take(&mut self, word: Word, before: Option<Word>, after: Option<Word>) -> Option<()> {
        let is_new = match word {
            Word::Clock { time, is_next_day } => {
                self.is_next_day = is_next_day;
                self.time.replace(time).is_none()
            }
            Word::Date(date) => self.date.replace(date).is_none(),
            Word::DaysAgo(days) => self.days_ago.replace(days).is_none(),
            Word::Month(month) => self.month.replace(month).is_none(),
            Word::Number { value, digits: 1 | 2 } if (1..=31).contains(&value) => self.day.replace(value).is_none(),
            Word::Number { value, digits: 4 } if (1970..=9999).contains(&value) => self.year.replace(i32::try_from(value).ok()?).is_none(),
            Word::Half { is_afternoon } => self.is_afternoon.replace(is_afternoon).is_none(),
            Word::Offset(offset) => {
                // "GMT+5" comes as two words, the second of which says more.
                self.offset = Some(offset);
                true
            }
            Word::Weekday => !std::mem::replace(&mut self.has_weekday, true),
            Word::Joint => true,
            // "2025 года", "2025 жыл".
            Word::Unit(Unit::YEAR) => self.year.is_some(),
            // "сағат 14:35", "14:35 часов".
            Word::Unit(Unit::HOUR) => [before, after].iter().any(|word| matches!(word, Some(Word::Clock { .. }))),
            Word::Number { .. } | Word::Unit(_) | Word::One | Word::Ago | Word::Label | Word::Other => false,
        };
        is_new.then_some(())
    }

    /// Whether nothing but a date is written like this, even inside a line.
    fn stands_out(&self, opens: bool) -> bool {
        let is_dated = self.date.is_some() || self.days_ago.is_some() || self.day.is_some();
        self.date.is_some() || (self.day.is_some() && self.year.is_some()) || (self.time.is_some() && (is_dated || opens))
    }

    fn complete(&self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let today = now.with_timezone(&zone).date_naive();
        let time = match (self.time, self.is_afternoon) {
            (Some(time), Some(is_afternoon)) => Some(date::twelve_hours(time, is_afternoon)?),
            (None, Some(_)) => return None,
            (time, None) => time,
        };
        let has_parts = self.day.is_some() || self.month.is_some() || self.year.is_some();
        let date = match (self.date, self.days_ago, has_parts) {
            (Some(date), None, false) => date,
            (None, Some(days), false) => today.checked_sub_signed(TimeDelta::days(days))?,
            (None, None, true) => match self.year {
                Some(year) => NaiveDate::from_ymd_opt(year, self.month?, self.day?)?,
                None => last_such_day(self.month?, self.day?, today)?,
            },
            // A time alone is of today; a weekday with it could be of any week.
            (None, None, false) if !self.has_weekday => return last_such_time(time?, now, zone),
            _ => return None,
        };
        let mut local = NaiveDateTime::new(date, time.unwrap_or(NaiveTime::MIN));
        if self.is_next_day {
            local = local.checked_add_signed(TimeDelta::days(1))?;
        }
        instant(local, self.offset, zone)
    }
}

fn instant(local: NaiveDateTime, offset: Option<FixedOffset>, zone: Tz) -> Option<DateTime<Utc>> {
    let instant = match offset {
        Some(offset) => offset.from_local_datetime(&local).single()?.to_utc(),
        None => date::in_zone(local, zone)?,
    };
    (1970..=9999).contains(&instant.year()).then_some(instant)
}

/// The last day of this name up to tomorrow: a site's day may begin before that of `zone`.
fn last_such_day(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let tomorrow = today.succ_opt()?;
    // Eight years hold a 29 February, even around 2100.
    (0..=8).filter_map(|years| NaiveDate::from_ymd_opt(today.year() + 1 - years, month, day)).find(|date| *date <= tomorrow)
}

/// Today at this time; yesterday where that is still to come.
fn last_such_time(time: NaiveTime, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&zone).date_naive();
    let at = |date: NaiveDate| instant(NaiveDateTime::new(date, time), None, zone);
    at(today).filter(|instant| *instant <= now + CLOCK_SKEW).or_else(|| at(today.pred_opt()?))
}
