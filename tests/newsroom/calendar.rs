//! Dates in Kazakhstan's time, UTC+5 all year round: as feeds and as people write them.

/// Seconds of an hour and of a day.
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

const OFFSET: i64 = 5 * HOUR;

const ENGLISH_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const RUSSIAN_DAYS: [&str; 7] = ["понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"];
const KAZAKH_DAYS: [&str; 7] = ["дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"];

const ENGLISH_MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const RUSSIAN_MONTHS: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];
const KAZAKH_MONTHS: [&str; 12] =
    ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];

/// An instant taken apart on the wall clock.
#[derive(Debug)]
pub struct Wall {
    pub year: i64,
    /// From 1.
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    /// 0 is Monday.
    weekday: usize,
}

impl Wall {
    /// The wall clock at an instant in seconds since 1970.
    pub fn at(instant: i64) -> Self {
        let (days, second) = ((instant + OFFSET).div_euclid(DAY), (instant + OFFSET).rem_euclid(DAY));
        // Years begin in March here, so that a leap day is the last one of its year.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
            hour: second / HOUR,
            minute: second / 60 % 60,
            second: second % 60,
            weekday: usize::try_from((days + 3).rem_euclid(7)).expect("a week has seven days"),
        }
    }

    /// The month as a date has it, in Russian in the genitive.
    pub fn month_name(&self, language: &str) -> &'static str {
        let month = usize::try_from(self.month - 1).expect("months count from 1");
        match language {
            "ru" => RUSSIAN_MONTHS[month],
            "kk" => KAZAKH_MONTHS[month],
            _ => ENGLISH_MONTHS[month],
        }
    }

    /// A day with its month: "25 ноября", "25 қараша", "November 25".
    pub fn date(&self, language: &str) -> String {
        let month = self.month_name(language);
        if language == "en" { format!("{month} {}", self.day) } else { format!("{} {month}", self.day) }
    }

    /// The day of the week, in Russian in the accusative ("в среду").
    pub fn weekday(&self, language: &str) -> &'static str {
        match language {
            "ru" => RUSSIAN_DAYS[self.weekday],
            "kk" => KAZAKH_DAYS[self.weekday],
            _ => ENGLISH_DAYS[self.weekday],
        }
    }
}

/// RFC 3339: "2026-11-03T08:15:00+05:00".
pub fn rfc3339(instant: i64) -> String {
    let Wall { year, month, day, hour, minute, second, .. } = Wall::at(instant);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+05:00")
}

/// RFC 2822, as RSS has it: "Tue, 03 Nov 2026 08:15:00 +0500".
pub fn rfc2822(instant: i64) -> String {
    let wall = Wall::at(instant);
    let (weekday, month) = (&wall.weekday("en")[..3], &wall.month_name("en")[..3]);
    format!("{weekday}, {:02} {month} {} {:02}:{:02}:{:02} +0500", wall.day, wall.year, wall.hour, wall.minute, wall.second)
}
