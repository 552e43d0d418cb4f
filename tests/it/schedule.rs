//! When a source is next due: cron expressions in time zones, `Retry-After`. Data alone, no clock.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use taspa::config::cron::Cron;
use taspa::schedule::{next_after, retry_after};

fn cron(expression: &str) -> Cron {
    expression.parse().unwrap_or_else(|error| panic!("{expression}: {error}"))
}

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The due instants in the hours from `start`, as "HH:MM" of UTC.
fn due_within(expression: &str, zone_name: &str, start: &str, hours: i64) -> Vec<String> {
    let (cron, zone) = (cron(expression), zone(zone_name));
    let end = at(start) + TimeDelta::hours(hours);
    let first = next_after(&cron, zone, at(start) - TimeDelta::nanoseconds(1));
    std::iter::successors(first, |due| next_after(&cron, zone, *due))
        .take_while(|due| *due < end)
        .map(|due| due.format("%H:%M").to_string())
        .collect()
}

// Europe/Berlin in 2026: on 29 March 02:00 becomes 03:00 at 01:00 UTC, on 25 October 03:00 becomes 02:00 at 01:00 UTC.

#[test]
fn a_wall_time_in_the_gap_is_due_at_the_first_instant_after_it() {
    let cases: &[(&str, &[&str])] = &[
        ("30 2 * * *", &["01:00"]),
        ("0 2 29 3 *", &["01:00"]),
        ("59 59 2 * * *", &["01:00"]),
        ("0 3 * * *", &["01:00"]),
        ("0 2,3 * * *", &["01:00"]),
        ("*/10 2 * * *", &["01:00"]),
        ("30 1-3 * * *", &["00:30", "01:00", "01:30"]),
        ("*/30 * * * *", &["00:00", "00:30", "01:00", "01:30"]),
        ("20 * * * *", &["00:20", "01:00", "01:20"]),
    ];
    for (expression, expected) in cases {
        assert_eq!(due_within(expression, "Europe/Berlin", "2026-03-29T00:00:00Z", 2), *expected, "{expression}");
    }
}

#[test]
fn a_fixed_hour_in_the_fold_is_due_once() {
    let cases: &[(&str, &[&str])] = &[
        ("30 2 * * *", &["00:30"]),
        ("0 2 * * *", &["00:00"]),
        ("0 3 * * *", &["02:00"]),
        ("*/30 2 * * *", &["00:00", "00:30"]),
        ("30 1-3 * * *", &["23:30", "00:30", "02:30"]),
        ("15,45 2,3 25 10 *", &["00:15", "00:45", "02:15", "02:45"]),
    ];
    for (expression, expected) in cases {
        assert_eq!(due_within(expression, "Europe/Berlin", "2026-10-24T23:00:00Z", 4), *expected, "{expression}");
    }
}

#[test]
fn a_step_or_star_of_hours_goes_on_through_both_passes_of_the_fold() {
    let cases: &[(&str, &[&str])] = &[
        ("*/30 * * * *", &["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"]),
        ("20 * * * *", &["00:20", "01:20", "02:20"]),
        ("0 */2 * * *", &["00:00", "01:00"]),
        ("45 2/10 * * *", &["00:45", "01:45"]),
        ("0 0-23 * * *", &["00:00", "01:00", "02:00"]),
    ];
    for (expression, expected) in cases {
        assert_eq!(due_within(expression, "Europe/Berlin", "2026-10-25T00:00:00Z", 3), *expected, "{expression}");
    }
}

#[test]
fn almaty_shows_the_last_hour_of_february_2024_twice() {
    // UTC+6 became UTC+5 at 2024-02-29T18:00Z: midnight of 1 March became 23:00 of 29 February.
    let cases: &[(&str, &[&str])] = &[
        ("30 23 * * *", &["17:30"]),
        ("0 0 * * *", &["19:00"]),
        ("0 0 1 3 *", &["19:00"]),
        ("30 * 29 2 *", &["17:30", "18:30"]),
        ("*/30 * * * *", &["17:00", "17:30", "18:00", "18:30", "19:00", "19:30"]),
        ("0 7 * * *", &[]),
    ];
    for (expression, expected) in cases {
        assert_eq!(due_within(expression, "Asia/Almaty", "2024-02-29T17:00:00Z", 3), *expected, "{expression}");
    }
    let seven = cron("0 7 * * *");
    assert_eq!(next_after(&seven, zone("Asia/Almaty"), at("2024-02-29T00:00:00Z")), Some(at("2024-02-29T01:00:00Z")));
    assert_eq!(next_after(&seven, zone("Asia/Almaty"), at("2024-02-29T12:00:00Z")), Some(at("2024-03-01T02:00:00Z")));
}

#[test]
fn far_dates_are_found_and_the_end_of_the_calendar_is_none() {
    let cases: &[(&str, &str, &str, Option<&str>)] = &[
        ("0 0 29 2 *", "Asia/Almaty", "2026-01-01T00:00:00Z", Some("2028-02-28T19:00:00Z")),
        ("0 0 29 2 */7", "UTC", "2032-02-29T00:00:00Z", Some("2060-02-29T00:00:00Z")),
        ("0 0 31 12 *", "America/New_York", "2026-12-31T05:00:00Z", Some("2027-12-31T05:00:00Z")),
        ("0 0 1 1 *", "Pacific/Kiritimati", "2026-12-31T09:59:59Z", Some("2026-12-31T10:00:00Z")),
        // A day that Samoa never had.
        ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", Some("2011-12-30T10:00:00Z")),
        ("0 0 * * *", "UTC", "2100-12-31T00:00:00Z", None),
        ("0 0 * * *", "UTC", "+262142-12-31T23:59:59Z", None),
        ("0 0 * * *", "UTC", "-9999-01-01T00:00:00Z", Some("1970-01-02T00:00:00Z")),
    ];
    for (expression, zone_name, after, expected) in cases {
        let due = next_after(&cron(expression), zone(zone_name), at(after));
        assert_eq!(due, expected.map(at), "{expression} in {zone_name} after {after}");
    }
}

#[test]
fn a_night_of_seconds_in_the_fold_is_walked_in_order() {
    let every_second = cron("* * * * * *");
    let mut due = at("2026-10-24T23:59:50.25Z");
    for second in 0..10_000 {
        due = next_after(&every_second, zone("Europe/Berlin"), due).unwrap();
        assert_eq!(due, at("2026-10-24T23:59:51Z") + TimeDelta::seconds(second));
    }
    assert_eq!(next_after(&cron("* * 2 * * *"), zone("Europe/Berlin"), at("2026-10-25T00:59:59Z")), Some(at("2026-10-26T01:00:00Z")));
}

/// Whether an expression names a wall-clock minute, written by hand for each expression.
type Names = fn(NaiveDateTime) -> bool;

/// Expression, whether its hours are fixed, what it names.
const EXPRESSIONS: &[(&str, bool, Names)] = &[
    ("* * * * *", false, |_| true),
    ("*/15 * * * *", false, |t| t.minute() % 15 == 0),
    ("7/25 * * * *", false, |t| matches!(t.minute(), 7 | 32 | 57)),
    ("30 * * * *", false, |t| t.minute() == 30),
    ("10,50 */3 * * *", false, |t| matches!(t.minute(), 10 | 50) && t.hour() % 3 == 0),
    ("0 1-23/2 * * *", false, |t| t.minute() == 0 && t.hour() % 2 == 1),
    ("@daily", true, |t| t.minute() == 0 && t.hour() == 0),
    ("30 2 * * *", true, |t| t.minute() == 30 && t.hour() == 2),
    ("*/5 2 * * *", true, |t| t.minute() % 5 == 0 && t.hour() == 2),
    ("* 1-3 * * *", true, |t| (1..=3).contains(&t.hour())),
    ("45 0,1,23 * * *", true, |t| t.minute() == 45 && matches!(t.hour(), 0 | 1 | 23)),
    ("59 23 * * 5-7", true, |t| t.minute() == 59 && t.hour() == 23 && matches!(weekday(t), 5 | 6 | 0)),
    ("15 * * * sat-sun", false, |t| t.minute() == 15 && matches!(weekday(t), 6 | 0)),
    ("0 */6 1 * 0", false, |t| t.minute() == 0 && t.hour() % 6 == 0 && (t.day() == 1 || weekday(t) == 0)),
    ("20 2 */2 * */3", true, |t| t.minute() == 20 && t.hour() == 2 && t.day() % 2 == 1 && matches!(weekday(t), 0 | 3 | 6)),
    ("0 0 29 feb *", true, |t| t.minute() == 0 && t.hour() == 0 && t.day() == 29 && t.month() == 2),
];

fn weekday(wall: NaiveDateTime) -> u32 {
    wall.weekday().num_days_from_sunday()
}

/// Zones and a UTC day within a day of which their clocks change, or do not.
const CHANGES: &[(&str, &str)] = &[
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Santiago", "2026-09-06"),
    ("America/Santiago", "2026-04-05"),
    ("Africa/Cairo", "2026-04-23"),
    ("Africa/Cairo", "2026-10-29"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Australia/Lord_Howe", "2026-10-03"),
    ("Australia/Lord_Howe", "2026-04-04"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("Asia/Almaty", "2024-02-29"),
    ("Asia/Kathmandu", "2026-02-28"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("UTC", "2028-02-29"),
];

/// The due instants by brute force: every minute is asked for its wall time, and those skipped are walked one by one.
fn due_by_minutes(names: Names, is_fixed: bool, zone: Tz, start: DateTime<Utc>, minutes: i64) -> Vec<DateTime<Utc>> {
    let wall_at = |minute: i64| (start + TimeDelta::minutes(minute)).with_timezone(&zone).naive_local();
    let mut shown = HashSet::new();
    let mut due = Vec::new();
    for minute in 0..minutes {
        let wall = wall_at(minute);
        let is_again = !shown.insert(wall);
        let skipped = (wall - wall_at(minute - 1)).num_minutes() - 1;
        let is_after_named_gap = (1..=skipped).any(|back| names(wall - TimeDelta::minutes(back)));
        if is_after_named_gap || (names(wall) && !(is_again && is_fixed)) {
            due.push(start + TimeDelta::minutes(minute));
        }
    }
    due
}

#[test]
fn every_due_instant_is_given_once_and_in_order_through_any_change_of_clocks() {
    const MINUTES: i64 = 4 * 24 * 60;
    for (zone_name, day) in CHANGES {
        let zone = zone(zone_name);
        let start = at(&format!("{day}T00:00:00Z")) - TimeDelta::hours(36);
        for (expression, is_fixed, names) in EXPRESSIONS {
            let cron = cron(expression);
            assert_eq!(cron.has_fixed_hours(), *is_fixed, "{expression}");
            let due = due_by_minutes(*names, *is_fixed, zone, start, MINUTES);
            // Asked from many instants, not only from its own results.
            for seconds in (0..MINUTES * 60).step_by(977) {
                let after = start + TimeDelta::seconds(seconds);
                let Some(expected) = due.get(due.partition_point(|due| *due <= after)) else { break };
                assert_eq!(next_after(&cron, zone, after), Some(*expected), "{expression} in {zone_name} after {after}");
            }
            for pair in due.windows(2) {
                assert_eq!(next_after(&cron, zone, pair[0]), Some(pair[1]), "{expression} in {zone_name} after {}", pair[0]);
            }
        }
    }
}

#[test]
fn instants_grow_strictly_through_every_change_of_clocks_of_2026_in_every_zone() {
    let expressions = ["*/20 */2 * * *", "*/20 * * * *", "30 0-3,22,23 * * *"].map(cron);
    let offset_at = |zone: Tz, day: DateTime<Utc>| zone.offset_from_utc_datetime(&day.naive_utc()).fix();
    let mut changes = 0;
    for zone in chrono_tz::TZ_VARIANTS {
        let days = (0..365).map(|day| at("2026-01-01T00:00:00Z") + TimeDelta::days(day));
        for day in days.filter(|day| offset_at(zone, *day) != offset_at(zone, *day + TimeDelta::days(1))) {
            changes += 1;
            for cron in &expressions {
                let mut due = day - TimeDelta::hours(6);
                while due < day + TimeDelta::hours(30) {
                    let next = next_after(cron, zone, due).unwrap();
                    assert!(next > due && next - due <= TimeDelta::hours(20), "{cron} in {zone}: {due}, then {next}");
                    due = next;
                }
            }
        }
    }
    assert!(changes > 200, "only {changes} changes of clocks were walked");
}

#[test]
fn retry_after_reads_seconds_and_the_three_forms_of_http_date() {
    let now = "1994-11-06T08:00:00Z";
    let cases: &[(&str, Option<&str>)] = &[
        ("0", Some(now)),
        ("120", Some("1994-11-06T08:02:00Z")),
        (" 120\t", Some("1994-11-06T08:02:00Z")),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
        ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
        ("Sun Nov 16 08:49:37 1994", Some("1994-11-16T08:49:37Z")),
        // A wrong weekday leaves the instant clear.
        ("Mon, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
        // The past is now.
        ("Sat, 05 Nov 1994 08:49:37 GMT", Some(now)),
        // A two-digit year far ahead is one of the past.
        ("Saturday, 06-Nov-99 08:49:37 GMT", Some("1994-12-06T08:00:00Z")),
        ("Sunday, 06-Nov-45 08:49:37 GMT", Some(now)),
        // Thirty days at most.
        ("2592001", Some("1994-12-06T08:00:00Z")),
        ("99999999999999999999999", Some("1994-12-06T08:00:00Z")),
        ("Thu, 01 Jan 2099 00:00:00 GMT", Some("1994-12-06T08:00:00Z")),
        // Neither seconds nor a date.
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("+5", None),
        ("soon", None),
        ("120, 240", None),
        ("1994-11-06T08:49:37Z", None),
        ("06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 31 Feb 1995 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 PST", None),
        ("Sunday, 06-Nov-+4 08:49:37 GMT", None),
        ("Sunday, 06-Nov-1994", None),
    ];
    for (header, expected) in cases {
        assert_eq!(retry_after(header, at(now)), expected.map(at), "{header:?}");
    }
}
