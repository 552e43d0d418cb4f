//! Cron expressions as an admin writes them: what is read, what each means on the calendar, and what is refused.
//!
//! Wall-clock time only; time zones belong to `schedule`.

use chrono::{NaiveDateTime, TimeDelta};
use taspa::config::cron::{Cron, Field};

fn cron(expression: &str) -> Cron {
    expression.parse().unwrap_or_else(|error| panic!("{expression}: {error}"))
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

/// The wall times after `after` at which the expression is due, as many as `expected` has.
#[track_caller]
fn assert_due(expression: &str, after: &str, expected: &[&str]) {
    let cron = cron(expression);
    let mut at = wall(after);
    for (index, expected) in expected.iter().enumerate() {
        at = cron.next_local(at).unwrap_or_else(|| panic!("{expression}: nothing after {at}"));
        assert_eq!(at, wall(expected), "{expression}: due time {index} after {after}");
    }
}

/// The days of June 2026, which begins with a Monday, on which the expression is due.
fn days_of_june(expression: &str) -> Vec<u32> {
    let cron = cron(expression);
    let noon = wall("2026-06-01 12:00:00");
    let is_due = |day: &u32| {
        let midnight = noon + TimeDelta::days(i64::from(*day) - 1) - TimeDelta::hours(12);
        let next = cron.next_local(midnight - TimeDelta::seconds(1)).unwrap();
        next < midnight + TimeDelta::days(1)
    };
    (1..=30).filter(is_due).collect()
}

#[test]
fn weekdays_have_unix_meaning() {
    let cases: &[(&str, &[u32])] = &[
        ("0", &[7, 14, 21, 28]),
        ("7", &[7, 14, 21, 28]),
        ("sun", &[7, 14, 21, 28]),
        ("Sunday", &[7, 14, 21, 28]),
        ("1", &[1, 8, 15, 22, 29]),
        ("MON", &[1, 8, 15, 22, 29]),
        ("6", &[6, 13, 20, 27]),
        ("0-2", &[1, 2, 7, 8, 9, 14, 15, 16, 21, 22, 23, 28, 29, 30]),
        ("sun-tue", &[1, 2, 7, 8, 9, 14, 15, 16, 21, 22, 23, 28, 29, 30]),
        ("5-7", &[5, 6, 7, 12, 13, 14, 19, 20, 21, 26, 27, 28]),
        ("fri-sun", &[5, 6, 7, 12, 13, 14, 19, 20, 21, 26, 27, 28]),
        ("5-0", &[5, 6, 7, 12, 13, 14, 19, 20, 21, 26, 27, 28]),
        ("sat-mon", &[1, 6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28, 29]),
        ("7-1", &[1, 7, 8, 14, 15, 21, 22, 28, 29]),
        ("1-5/2", &[1, 3, 5, 8, 10, 12, 15, 17, 19, 22, 24, 26, 29]),
        ("fri-mon/2", &[5, 7, 12, 14, 19, 21, 26, 28]),
        ("*/2", &[2, 4, 6, 7, 9, 11, 13, 14, 16, 18, 20, 21, 23, 25, 27, 28, 30]),
        ("*/7", &[7, 14, 21, 28]),
        ("3/2", &[3, 5, 10, 12, 17, 19, 24, 26]),
        ("7/6", &[6, 7, 13, 14, 20, 21, 27, 28]),
        ("mon,3,sat", &[1, 3, 6, 8, 10, 13, 15, 17, 20, 22, 24, 27, 29]),
    ];
    for (weekday, days) in cases {
        assert_eq!(days_of_june(&format!("0 7 * * {weekday}")), *days, "weekday field {weekday}");
    }
    let every_day: Vec<u32> = (1..=30).collect();
    for weekday in ["*", "0-7", "0-6", "1-7", "1-0", "*/1"] {
        assert_eq!(days_of_june(&format!("0 7 * * {weekday}")), every_day, "weekday field {weekday}");
    }
}

#[test]
fn either_of_two_restricted_days_is_enough_and_a_star_makes_both_needed() {
    let cases: &[(&str, &[u32])] = &[
        ("0 7 15 * *", &[15]),
        ("0 7 15 * 5", &[5, 12, 15, 19, 26]),
        ("0 7 1,2 * sun", &[1, 2, 7, 14, 21, 28]),
        ("0 7 31 * fri", &[5, 12, 19, 26]),
        ("0 7 */10 * *", &[1, 11, 21]),
        ("0 7 */10 * mon", &[1]),
        ("0 7 */7 * mon", &[1, 8, 15, 22, 29]),
        ("0 7 */10 * 0,4", &[11, 21]),
        ("0 7 1-15 * */3", &[3, 6, 7, 10, 13, 14]),
        ("0 7 *,5 * 5", &[5, 12, 19, 26]),
        ("0 7 8/10 * 7", &[7, 8, 14, 18, 21, 28]),
    ];
    for (expression, days) in cases {
        assert_eq!(days_of_june(expression), *days, "{expression}");
    }
    // Every day of the month counts as restricted, for it does not start with a star.
    assert_eq!(days_of_june("0 7 1-31 * 5").len(), 30);
}

#[test]
fn the_calendar_is_walked_across_its_edges() {
    let cases: &[(&str, &str, &[&str])] = &[
        // An hour, a day and a year end.
        ("*/20 * * * *", "2026-12-31 23:40:00", &["2027-01-01 00:00:00", "2027-01-01 00:20:00"]),
        ("5/20 * * * *", "2026-01-01 00:00:00", &["2026-01-01 00:05:00", "2026-01-01 00:25:00", "2026-01-01 00:45:00"]),
        ("59 23 31 12 *", "2026-12-31 23:59:00", &["2027-12-31 23:59:00"]),
        ("0 0 1 jan *", "2026-01-01 00:00:00", &["2027-01-01 00:00:00"]),
        // Months without a 31st or a 30th are passed over.
        ("0 0 31 * *", "2026-01-31 00:00:00", &["2026-03-31 00:00:00", "2026-05-31 00:00:00", "2026-07-31 00:00:00"]),
        ("0 6 28-31 feb *", "2027-01-01 00:00:00", &["2027-02-28 06:00:00", "2028-02-28 06:00:00", "2028-02-29 06:00:00"]),
        ("0 0 30 1-3 *", "2026-01-30 00:00:00", &["2026-03-30 00:00:00"]),
        ("0 0 1 Nov,december,2 *", "2026-10-01 00:00:00", &["2026-11-01 00:00:00", "2026-12-01 00:00:00", "2027-02-01 00:00:00"]),
        ("0 0 1 mar-may/2 *", "2026-01-01 00:00:00", &["2026-03-01 00:00:00", "2026-05-01 00:00:00", "2027-03-01 00:00:00"]),
        // Leap days; 2100 is not a leap year; a leap day on a Sunday.
        ("0 0 29 2 *", "2026-01-01 00:00:00", &["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("0 0 29 2 */7", "2026-01-01 00:00:00", &["2032-02-29 00:00:00", "2060-02-29 00:00:00", "2088-02-29 00:00:00"]),
        // Six fields begin with seconds.
        ("*/20 0 12 * * *", "2026-03-01 12:00:00", &["2026-03-01 12:00:20", "2026-03-01 12:00:40", "2026-03-02 12:00:00"]),
        ("59 59 23 * * 7", "2026-03-01 23:59:58", &["2026-03-01 23:59:59", "2026-03-08 23:59:59"]),
        // White space is free.
        ("  0\t7  * *   1-5 ", "2026-06-05 07:00:00", &["2026-06-08 07:00:00"]),
        // Nicknames.
        ("@hourly", "2026-06-05 07:59:59", &["2026-06-05 08:00:00", "2026-06-05 09:00:00"]),
        ("@daily", "2026-06-30 07:00:00", &["2026-07-01 00:00:00"]),
        ("@midnight", "2026-06-30 07:00:00", &["2026-07-01 00:00:00"]),
        ("@weekly", "2026-06-30 07:00:00", &["2026-07-05 00:00:00"]),
        ("@monthly", "2026-06-30 07:00:00", &["2026-07-01 00:00:00", "2026-08-01 00:00:00"]),
        ("@yearly", "2026-06-30 07:00:00", &["2027-01-01 00:00:00"]),
        (" @annually ", "2026-06-30 07:00:00", &["2027-01-01 00:00:00"]),
    ];
    for (expression, after, expected) in cases {
        assert_due(expression, after, expected);
    }
}

#[test]
fn the_calendar_ends_with_the_year_2100() {
    let last = wall("2100-12-31 23:59:59");
    assert_eq!(cron("* * * * * *").next_local(last - TimeDelta::seconds(1)), Some(last));
    for after in [last, wall("2101-06-01 00:00:00"), NaiveDateTime::MAX] {
        assert_eq!(cron("* * * * * *").next_local(after), None, "{after}");
    }
    assert_eq!(cron("0 0 29 2 *").next_local(wall("2096-02-29 00:00:00")), None);
    assert_eq!(cron("@daily").next_local(NaiveDateTime::MIN), Some(wall("1970-01-02 00:00:00")));
}

#[test]
fn a_fraction_of_a_second_does_not_bring_the_same_time_again() {
    let noon = wall("2026-06-05 12:00:00");
    assert_eq!(cron("0 12 * * *").next_local(noon - TimeDelta::milliseconds(1)), Some(noon));
    assert_eq!(cron("0 12 * * *").next_local(noon + TimeDelta::milliseconds(1)), Some(noon + TimeDelta::days(1)));
}

#[test]
fn only_hours_named_one_by_one_are_fixed() {
    let fixed = ["7", "7,8", "9-17", "0-22"];
    let going_on = ["*", "*/2", "1-5/2", "0/4", "1,*/6", "0-23"];
    for hour in fixed {
        assert!(cron(&format!("*/15 {hour} * * *")).has_fixed_hours(), "hour field {hour}");
    }
    for hour in going_on {
        assert!(!cron(&format!("30 {hour} * * *")).has_fixed_hours(), "hour field {hour}");
    }
}

#[test]
fn an_expression_is_kept_as_it_was_written() {
    assert_eq!(cron(" */5 7-22 * *  mon-fri ").as_str(), "*/5 7-22 * *  mon-fri");
    assert_eq!(cron("@hourly").to_string(), "@hourly");
    assert_eq!(cron("@hourly"), cron(" @hourly"));
    assert_ne!(cron("@hourly"), cron("0 * * * *"), "equality is that of the text");
}

const FIELDS: &str = "write five fields (minute hour day month weekday) or six with seconds first";
const NICKNAMES: &str = "the nicknames are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually";
const SHORT_MONTHS: &str = "February has at most 29 days; April, June, September and November have 30";

#[test]
#[rustfmt::skip]
fn a_refusal_says_what_is_wrong_where_and_what_to_write() {
    use Field::{DayOfMonth, Hour, Minute, Month, Second, Weekday};
    // Expression, field, culprit, message, hint.
    let cases: &[(&str, Option<Field>, &str, &str, &str)] = &[
        ("", None, "", "the cron expression is empty", FIELDS),
        (" \t ", None, " \t ", "the cron expression is empty", FIELDS),
        ("0 7 * *", None, "0 7 * *", "a cron expression has five or six fields, not 4", FIELDS),
        (" 0 0 7 * * 1 2026 ", None, "0 0 7 * * 1 2026", "a cron expression has five or six fields, not 7", FIELDS),
        (" @often", None, "@often", "`@often` is not a known nickname", NICKNAMES),
        ("@reboot", None, "@reboot", "`@reboot` is not a known nickname", NICKNAMES),
        ("60 * * * *", Some(Minute), "60", "60 is out of range in the minute field", "minutes run from 0 to 59"),
        ("75 0 7 * * *", Some(Second), "75", "75 is out of range in the second field", "seconds run from 0 to 59"),
        ("0 8,24 * * *", Some(Hour), "24", "24 is out of range in the hour field", "hours run from 0 to 23"),
        ("0 0 0 * *", Some(DayOfMonth), "0", "0 is out of range in the day-of-month field", "days of the month run from 1 to 31"),
        ("0 0 1-32 * *", Some(DayOfMonth), "32", "32 is out of range in the day-of-month field", "days of the month run from 1 to 31"),
        ("0 0 1 13 *", Some(Month), "13", "13 is out of range in the month field", "months run from 1 to 12 or jan to dec"),
        ("0 0 * * 8", Some(Weekday), "8", "8 is out of range in the weekday field", "weekdays run from 0 to 7 (0 and 7 are Sunday) or sun to sat"),
        ("99999999999999999999 * * * *", Some(Minute), "99999999999999999999", "99999999999999999999 is out of range in the minute field", "minutes run from 0 to 59"),
        ("30-10 * * * *", Some(Minute), "30-10", "the range 30-10 runs backwards in the minute field", "write 10-30, or 30-59,0-10 to go on past 59"),
        ("0 22-2/2 * * *", Some(Hour), "22-2", "the range 22-2 runs backwards in the hour field", "write 2-22, or 22-23,0-2 to go on past 23"),
        ("0 0 1 nov-feb *", Some(Month), "nov-feb", "the range nov-feb runs backwards in the month field", "write feb-nov, or nov-12,1-feb to go on past 12"),
        ("*/0 * * * *", Some(Minute), "0", "the step 0 is out of range in the minute field", "a step here is 1 to 59"),
        ("*/90 * * * *", Some(Minute), "90", "the step 90 is out of range in the minute field", "a step here is 1 to 59"),
        ("0 */24 * * *", Some(Hour), "24", "the step 24 is out of range in the hour field", "a step here is 1 to 23"),
        ("5,,7 * * * *", Some(Minute), "", "an item of the list is empty in the minute field", "write a value on both sides of a comma"),
        ("0 7, * * *", Some(Hour), "", "an item of the list is empty in the hour field", "write a value on both sides of a comma"),
        ("0 0 ? * *", Some(DayOfMonth), "?", "`?` is not supported in the day-of-month field", "write `*` for every value"),
        ("0 0 L * *", Some(DayOfMonth), "L", "`L` (last) is not supported in the day-of-month field", "write the days themselves, such as 28-31 or fri"),
        ("0 0 1,l-3 * *", Some(DayOfMonth), "l-3", "`L` (last) is not supported in the day-of-month field", "write the days themselves, such as 28-31 or fri"),
        ("0 0 * * 5L", Some(Weekday), "5L", "`L` (last) is not supported in the weekday field", "write the days themselves, such as 28-31 or fri"),
        ("0 0 * * friL", Some(Weekday), "friL", "`L` (last) is not supported in the weekday field", "write the days themselves, such as 28-31 or fri"),
        ("0 0 15W * *", Some(DayOfMonth), "15W", "`W` (nearest working day) is not supported in the day-of-month field", "write the weekdays themselves, such as 1-5"),
        ("0 0 * * 5#3", Some(Weekday), "5#3", "`#` (nth weekday of the month) is not supported in the weekday field", "write the weekday alone, such as fri, to be due on each of them"),
        ("0 0 30 2 *", Some(DayOfMonth), "30 2", "the expression is never due: its months have none of the days in the day-of-month field", SHORT_MONTHS),
        ("0 0 0 31 2,4,6,9,11 *", Some(DayOfMonth), "31 2,4,6,9,11", "the expression is never due: its months have none of the days in the day-of-month field", SHORT_MONTHS),
    ];
    for (expression, field, culprit, message, hint) in cases {
        let error = expression.parse::<Cron>().expect_err(expression);
        assert_eq!(error.to_string(), *message, "{expression}");
        assert_eq!(error.hint.as_deref(), Some(*hint), "{expression}");
        assert_eq!(error.field, *field, "{expression}");
        assert_eq!(&expression[error.span], *culprit, "{expression}");
    }
}

#[test]
fn what_is_not_understood_is_shown_escaped_with_the_forms_there_are() {
    for item in ["x", "1-x", "1-2-3", "1/2/3", "*5", "*-5", "**", "-5", "5-", "/5", "5/", "*/", "1/x", "+5", "5.5", "mon", "пн"] {
        let expression = format!("7,{item} * * * *");
        let error = expression.parse::<Cron>().expect_err(item);
        assert_eq!(error.to_string(), format!("`{item}` is not understood in the minute field"));
        let hint = "minutes run from 0 to 59; write a value, a range (1-5), a list (1,5) or a step (*/5)";
        assert_eq!(error.hint.as_deref(), Some(hint));
        assert_eq!(&expression[error.span], item);
    }
    let error = "\u{1b}[2J * * * *".parse::<Cron>().unwrap_err();
    assert_eq!(error.to_string(), r"`\u{1b}[2J` is not understood in the minute field");
}

#[test]
fn no_text_makes_the_parser_panic_or_point_outside_the_expression() {
    let parts = ["*", "/", "-", ",", " ", "0", "7", "31", "256", "sun", "L", "W", "#", "?", "@", "ж", "\u{a0}", "\t", "\0"];
    // A fixed walk through texts of up to 40 parts.
    let mut state = 1u64;
    for length in (1..40).cycle().take(20_000) {
        let text: String = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                parts[(state >> 33) as usize % parts.len()]
            })
            .collect();
        if let Err(error) = text.parse::<Cron>() {
            assert!(text.get(error.span.clone()).is_some(), "{text:?}: {:?}", error.span);
        }
    }
    let long = "ж".repeat(200);
    let error = long.parse::<Cron>().unwrap_err();
    assert_eq!(error.to_string(), "the cron expression is too long");
    assert_eq!(error.hint.as_deref(), Some("write at most 256 bytes"));
    assert_eq!(error.span, 0..400);
}
