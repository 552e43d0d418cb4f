//! Texts to instants: whatever is read lies in the years that can be written down again.
#![no_main]

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;
use taspa::parse::{date, visible_date};

fuzz_target!(|text: &str| {
    let now = DateTime::<Utc>::from_timestamp(1_795_860_000, 0).expect("it is a date");
    for zone in [Tz::UTC, Tz::Asia__Almaty, Tz::America__St_Johns] {
        let read = [date::parse(text, zone), date::spelled(text, zone), visible_date::read(text, now, zone), visible_date::find(text, now, zone)];
        for instant in read.into_iter().flatten() {
            assert!((1970..=9999).contains(&instant.year()), "{instant}");
            assert_eq!(date::parse(&instant.to_rfc3339(), zone), Some(instant));
        }
        if let Some(instant) = date::spelled(text, zone) {
            assert_eq!(date::parse(text, zone), Some(instant), "what is a date anywhere is one in its field");
        }
    }
});
