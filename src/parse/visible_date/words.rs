//! The words of a printed date, in Kazakh, Russian and English.
//!
//! Every text can be taken apart; what belongs to no date becomes [`Word::Other`]. White space, commas and ornaments part words and
//! say nothing.

use chrono::{FixedOffset, NaiveDate, NaiveTime};

use crate::parse::date;

/// What one word of a date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Number {
        value: u32,
        digits: usize,
    },
    Clock {
        time: NaiveTime,
        is_next_day: bool,
    },
    /// All of a date: `16.09.2025`.
    Date(NaiveDate),
    Month(u32),
    Weekday,
    /// Today and the days before it.
    DaysAgo(i64),
    Unit(Unit),
    /// "an" of "an hour ago".
    One,
    Ago,
    /// am and pm.
    Half {
        is_afternoon: bool,
    },
    Offset(FixedOffset),
    /// "Published:" and the like, in front of a date.
    Label,
    /// Holds a date together and says nothing: "в", "г.", "жылғы".
    Joint,
    Other,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds(i64),
    Months(u32),
}

impl Unit {
    pub const HOUR: Self = Self::Seconds(3600);
    pub const YEAR: Self = Self::Months(12);
}

/// A word and where it stands in the text, in bytes.
#[derive(Debug)]
pub(super) struct Piece {
    pub word: Word,
    pub start: usize,
    pub end: usize,
}

/// The words of a text in lower case.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(letter) = text[start..].chars().next() {
        let rest = &text[start..];
        let is_signed = letter == '+' && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        let (length, word) = if letter.is_ascii_digit() || is_signed {
            let length = number_length(rest);
            (length, Some(number(&rest[..length])))
        } else if rest.starts_with("a.m.") || rest.starts_with("p.m.") {
            (4, Some(Word::Half { is_afternoon: letter == 'p' }))
        } else if letter.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            (length, Some(name(&rest[..length])))
        } else {
            // A quantity is no date, whatever number stands beside its sign.
            let is_quantity = letter.is_numeric() || "%$€₸₽№#°=*+".contains(letter);
            (letter.len_utf8(), is_quantity.then_some(Word::Other))
        };
        pieces.extend(word.map(|word| Piece { word, start, end: start + length }));
        start += length;
    }
    pieces
}

/// How long the number is that a text begins with: digits, and what stands between two of them in dates and times.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 1;
    while is_digit(end) || (bytes.get(end).is_some_and(|byte| b".:/-".contains(byte)) && is_digit(end + 1)) {
        end += 1;
    }
    end
}

fn number(text: &str) -> Word {
    if text.starts_with('+') {
        return date::offset(text).map_or(Word::Other, Word::Offset);
    }
    if text.contains(':') {
        return date::clock_time(text).map_or(Word::Other, |(time, is_next_day)| Word::Clock { time, is_next_day });
    }
    if text.contains(['.', '/', '-']) {
        let is_year_first = text.find(['.', '/', '-']) == Some(4);
        let dotted = text.replace(['/', '-'], ".");
        let date = if is_year_first { date::iso_date(&dotted.replace('.', "-")) } else { date::dotted_date(&dotted) };
        return date.map_or(Word::Other, Word::Date);
    }
    text.parse().map_or(Word::Other, |value| Word::Number { value, digits: text.len() })
}

fn name(word: &str) -> Word {
    match word {
        "назад" | "бұрын" | "ago" => Word::Ago,
        "сегодня" | "бүгін" | "today" => Word::DaysAgo(0),
        "вчера" | "кеше" | "yesterday" => Word::DaysAgo(1),
        "позавчера" => Word::DaysAgo(2),
        "am" => Word::Half { is_afternoon: false },
        "pm" => Word::Half { is_afternoon: true },
        "a" | "an" | "бір" | "один" | "одну" => Word::One,
        _ if JOINTS.contains(&word) => Word::Joint,
        _ if LABELS.contains(&word) => Word::Label,
        _ => named(word),
    }
}

fn named(word: &str) -> Word {
    if let Some((_, unit)) = UNITS.iter().find(|(names, _)| names.contains(&word)) {
        Word::Unit(*unit)
    } else if let Some(month) = date::month(word) {
        Word::Month(month)
    } else if date::is_weekday(word) {
        Word::Weekday
    } else {
        date::offset(word).map_or(Word::Other, Word::Offset)
    }
}

/// The T of RFC 3339 and the endings of ordinals are among them.
const JOINTS: [&str; 23] = [
    "t",
    "в",
    "во",
    "г",
    "гг",
    "го",
    "е",
    "ж",
    "жылғы",
    "жылдың",
    "күні",
    "ші",
    "шы",
    "сы",
    "сі",
    "at",
    "on",
    "of",
    "the",
    "st",
    "nd",
    "rd",
    "th",
];

const LABELS: [&str; 33] = [
    "опубликовано",
    "опубликована",
    "опубликован",
    "публикации",
    "публикация",
    "добавлено",
    "размещено",
    "создано",
    "обновлено",
    "обновление",
    "обновления",
    "изменено",
    "дата",
    "время",
    "жарияланды",
    "жарияланған",
    "жариялануы",
    "жаңартылды",
    "жаңартылған",
    "уақыты",
    "мерзімі",
    "published",
    "publication",
    "posted",
    "created",
    "updated",
    "modified",
    "update",
    "last",
    "first",
    "date",
    "time",
    "submitted",
];

const UNITS: [(&[&str], Unit); 9] = [
    (&["секунда", "секунду", "секунды", "секунд", "сек", "second", "seconds", "sec", "secs"], Unit::Seconds(1)),
    (&["минута", "минуту", "минуты", "минут", "мин", "minute", "minutes", "min", "mins"], Unit::Seconds(60)),
    (&["полчаса"], Unit::Seconds(1800)),
    (&["час", "часа", "часов", "ч", "сағат", "hour", "hours", "hr", "hrs", "h"], Unit::HOUR),
    (&["день", "дня", "дней", "дн", "күн", "day", "days"], Unit::Seconds(86_400)),
    (&["неделя", "неделю", "недели", "недель", "нед", "апта", "week", "weeks"], Unit::Seconds(604_800)),
    (&["месяц", "месяца", "месяцев", "мес", "ай", "month", "months"], Unit::Months(1)),
    (&["год", "года", "году", "лет", "жыл", "жылы", "year", "years"], Unit::YEAR),
    (&["полгода"], Unit::Months(6)),
];
