//! Time zones as dates name them: offsets, abbreviations, regions.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::numeric::digits;

/// What a date says of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Fixed(FixedOffset),
    /// Whose offset depends on the date.
    Region(Tz),
}

impl Zone {
    /// The instant of local time in this zone.
    pub fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::Fixed(offset) => offset.from_local_datetime(&local).single().map(|instant| instant.to_utc()),
            Self::Region(zone) => in_zone(local, zone),
        }
    }
}

/// `+0500`, `GMT+5`, `MSK`, `ALMT`, `Asia/Almaty`, `Etc/GMT`, and the military letters that RFC 822 §5.1 writes out.
pub(super) fn zone(word: &str) -> Option<Zone> {
    if let Some(offset) = offset(word) {
        return Some(Zone::Fixed(offset));
    }
    let lower = word.to_lowercase();
    if let Some((_, region)) = REGIONS.iter().find(|(name, _)| *name == lower) {
        return Some(Zone::Region(*region));
    }
    if let Some((_, hours)) = MILITARY.iter().find(|(letter, _)| *letter == lower) {
        return FixedOffset::east_opt(hours * 3600).map(Zone::Fixed);
    }
    word.contains('/').then(|| word.parse().ok().map(Zone::Region)).flatten()
}

const MILITARY: [(&str, i32); 4] = [("a", -1), ("m", -12), ("n", 1), ("y", 12)];

/// Abbreviations whose offset has changed, or changes with the season: Kazakhstan has one since 1 March 2024.
const REGIONS: [(&str, Tz); 8] = [
    ("almt", Tz::Asia__Almaty),
    ("alt", Tz::Asia__Almaty),
    ("qyzt", Tz::Asia__Qyzylorda),
    ("aqtt", Tz::Asia__Aqtobe),
    ("orat", Tz::Asia__Oral),
    ("алматы", Tz::Asia__Almaty),
    ("астана", Tz::Asia__Almaty),
    ("et", Tz::America__New_York),
];

/// Zones by name, in minutes east of Greenwich: RFC 822 §5.1, and those that news are written in, of the former Union first.
const ZONES: [(&str, i32); 56] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("ast", -240),
    ("adt", -180),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("ct", -360),
    ("mt", -420),
    ("pt", -480),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("bst", 60),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("мск", 180),
    ("msd", 240),
    ("trt", 180),
    ("samt", 240),
    ("azt", 240),
    ("gst", 240),
    ("yekt", 300),
    ("uzt", 300),
    ("tjt", 300),
    ("tmt", 300),
    ("pkt", 300),
    ("ist", 330),
    ("omst", 360),
    ("kgt", 360),
    ("novt", 420),
    ("krat", 420),
    ("irkt", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("yakt", 540),
    ("jst", 540),
    ("kst", 540),
    ("vlat", 600),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
];

/// `+0500`, `+05:00`, `-05`, `GMT+5`, `UTC`, `EST`.
pub(in crate::parse) fn offset(word: &str) -> Option<FixedOffset> {
    let lower = word.to_lowercase();
    let sign_at = lower.find(['+', '-', '\u{2212}']);
    let minutes = match sign_at {
        None => ZONES.iter().find(|(name, _)| *name == lower)?.1,
        Some(at) if matches!(&lower[..at], "" | "gmt" | "utc" | "ut" | "z" | "etc/gmt" | "etc/utc") => {
            let sign = lower[at..].chars().next()?;
            let (hours, minutes) = hours_and_minutes(&lower[at + sign.len_utf8()..])?;
            let east = i32::try_from(hours * 60 + minutes).ok()?;
            if sign == '+' { east } else { -east }
        }
        Some(_) => return None,
    };
    FixedOffset::east_opt(minutes * 60)
}

fn hours_and_minutes(text: &str) -> Option<(u32, u32)> {
    if let Some((hours, minutes)) = text.split_once(':') {
        return Some((digits(hours, 1, 2)?, digits(minutes, 1, 2)?));
    }
    match text.len() {
        1 | 2 => Some((digits(text, 1, 2)?, 0)),
        _ => digits(text, 3, 4).map(|number| (number / 100, number % 100)),
    }
}

/// Local time in a zone: the earlier instant where it happens twice, the instant after the gap where it never happens.
pub(in crate::parse) fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant.to_utc()),
        LocalResult::None => {
            zone.from_local_datetime(&local.checked_add_signed(TimeDelta::hours(1))?).earliest().map(|instant| instant.to_utc())
        }
    }
}
