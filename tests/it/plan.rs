//! The next poll and its reason: what server and feed say of their rhythm, backoff, spreading. Data alone, no clock.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use taspa::config::{self, Source};
use taspa::parse::{Rhythm, parse};
use taspa::schedule::{By, CacheFields, Ending, Failing, Hints, Lifetime, Situation, backoff, bound, jitter, next_poll, width};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn source(name: &str, keys: &str) -> Arc<Source> {
    let text = format!("[[source]]\nname = \"{name}\"\nurl = \"https://example.kz/rss\"\n{keys}\n");
    let settings = config::parse(Path::new("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
    Arc::clone(&settings.sources[0])
}

const NOW: &str = "2026-11-24T10:00:00Z";

/// The usual `spread`.
const MINUTE: Duration = Duration::from_secs(60);

fn situation<'a>(source: &'a Source, hints: &'a Hints, ending: Ending) -> Situation<'a> {
    Situation { now: at(NOW), source, due: None, ending, hints, habit: None, has_lost: false, pushed_until: None }
}

fn success() -> Ending {
    Ending::Success { received: at(NOW), age: Duration::ZERO }
}

/// The next poll after a good answer, without the source's jitter, and its reason.
fn after(keys: &str, hints: &Hints, now: &str) -> (DateTime<Utc>, String) {
    let source = source("a", keys);
    let ending = Ending::Success { received: at(now), age: Duration::ZERO };
    let next = next_poll(&Situation { now: at(now), ..situation(&source, hints, ending) });
    (next.at.unwrap(), next.reason.to_string())
}

/// How much later than its quarter of an hour source "a" comes.
fn late() -> TimeDelta {
    jitter("a", TimeDelta::minutes(15), MINUTE)
}

fn fields(cache_control: &'static str) -> CacheFields<'static> {
    CacheFields { cache_control: Some(cache_control), ..CacheFields::default() }
}

#[test]
fn while_a_hub_pushes_polls_are_fewer_and_on_schedule() {
    let next = |until: &str, least: &str, schedule: &str| {
        let source = source("a", &format!("websub_poll = \"{least}\"\nschedule = \"{schedule}\""));
        let hints = Hints::default();
        let pushed = Situation { pushed_until: Some(at(until)), ..situation(&source, &hints, success()) };
        let next = next_poll(&pushed);
        (next.at.unwrap() - late(), next.reason.to_string())
    };
    let pushed = |time: &str, interval: &str| (at(time), format!("a hub pushes what is new; polled every {interval} all the same"));
    assert_eq!(next("2026-12-01T00:00:00Z", "1h", "*/15 * * * *"), pushed("2026-11-24T11:00:00Z", "1h"));
    assert_eq!(next("2026-12-01T00:00:00Z", "50m", "*/15 * * * *"), pushed("2026-11-24T11:00:00Z", "50m"));
    assert_eq!(next("2026-11-24T10:40:00Z", "1h", "*/15 * * * *"), pushed("2026-11-24T10:45:00Z", "1h"), "the lease ends before");
    assert_eq!(next("2026-12-01T00:00:00Z", "1m", "*/15 * * * *").0, at("2026-11-24T10:15:00Z"), "never sooner than planned");
}

#[test]
fn lifetimes_are_read_from_headers() {
    let max_age = |seconds| Some(Lifetime { seconds, by: By::MaxAge });
    let cases: &[(&str, Option<Lifetime>)] = &[
        ("max-age=600", max_age(600)),
        ("public, MAX-AGE=\"600\"", max_age(600)),
        ("max-age=600, max-age=10", max_age(600)),
        ("max-age=0", None),
        ("max-age=soon", None),
        ("max-age=-5", None),
        ("max-age=99999999999999999999", max_age(1 << 31)),
        // Ours is a private cache.
        ("s-maxage=600", None),
        ("max-age=60, s-maxage=600", max_age(60)),
        ("max-age=600, no-cache", None),
        ("No-Store, max-age=600", None),
        ("private=\"a, no-store\", max-age=600", max_age(600)),
        ("", None),
    ];
    for (written, expected) in cases {
        assert_eq!(fields(written).lifetime(at(NOW)), *expected, "{written}");
    }
    let expires = |expires, date| CacheFields { expires: Some(expires), date, ..CacheFields::default() }.lifetime(at(NOW));
    let by_expires = |seconds| Some(Lifetime { seconds, by: By::Expires });
    // Against the server's own clock, which may be wrong.
    assert_eq!(expires("Tue, 24 Nov 2026 12:10:00 GMT", Some("Tue, 24 Nov 2026 12:00:00 GMT")), by_expires(600));
    assert_eq!(expires("Tue, 24 Nov 2026 10:10:00 GMT", None), by_expires(600));
    assert_eq!(expires("Tue, 24 Nov 2026 09:10:00 GMT", None), None);
    assert_eq!(expires("0", None), None);
    let both = CacheFields { expires: Some("Tue, 24 Nov 2026 12:10:00 GMT"), ..fields("max-age=60") };
    assert_eq!(both.lifetime(at(NOW)), max_age(60), "a max-age beats Expires");
    let aged = CacheFields { age: Some("120"), ..fields("max-age=600") };
    assert_eq!(aged.age(), Duration::from_secs(120));
}

#[test]
fn a_304_refreshes_what_the_headers_said_and_keeps_the_rest() {
    let rhythm = Rhythm { ttl_minutes: Some(30), ..Rhythm::default() };
    let first = Hints::of_document(&fields("max-age=600"), rhythm, at(NOW));
    assert_eq!(first.confirmed(&CacheFields::default(), at(NOW)), first, "a 304 without a word");
    assert_eq!(first.confirmed(&fields("max-age=60"), at(NOW)), Hints { lifetime: Some(Lifetime { seconds: 60, by: By::MaxAge }), rhythm });
    assert_eq!(first.confirmed(&fields("no-cache"), at(NOW)), Hints { lifetime: None, rhythm });
}

fn rhythm_of(elements: &str) -> Rhythm {
    let document = format!(
        "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel><title>F</title>{elements}\
         <item><title>x</title><ttl>7</ttl></item></channel></rss>"
    );
    parse(&document, None, chrono_tz::UTC).unwrap().rhythm
}

#[test]
fn a_feed_tells_its_rhythm() {
    assert_eq!(rhythm_of(""), Rhythm::default(), "what an item says is no rhythm of the feed");
    assert_eq!(rhythm_of("<ttl> 60 </ttl>").ttl_minutes, Some(60));
    assert_eq!(rhythm_of("<ttl>soon</ttl>").ttl_minutes, None);
    let hours = rhythm_of("<skipHours><hour>0</hour><hour>23</hour><hour>24</hour><hour>77</hour></skipHours>").skip_hours;
    assert_eq!(hours, 1 | 1 << 23);
    assert_eq!(rhythm_of("<skipDays><day>Saturday</day><day>Sunday</day><day>Someday</day></skipDays>").skip_days, 0b110_0000);
    let all: String = (0..24).map(|hour| format!("<hour>{hour}</hour>")).collect();
    assert_eq!(rhythm_of(&format!("<skipHours>{all}</skipHours>")), Rhythm::default(), "a feed that may never be asked says nothing");
    let sy = rhythm_of(
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency><sy:updateBase>2026-11-01T01:30+00:00</sy:updateBase>",
    );
    assert_eq!((sy.update_seconds, sy.update_base), (Some(6 * 3600), Some(at("2026-11-01T01:30:00Z").timestamp())));
    assert_eq!(rhythm_of("<sy:updateFrequency>2</sy:updateFrequency>").update_seconds, Some(12 * 3600));
    assert_eq!(rhythm_of("<sy:updatePeriod>now</sy:updatePeriod>").update_seconds, None);
}

#[test]
fn what_server_and_feed_say_of_their_rhythm_puts_a_poll_off() {
    let nothing = Hints::default();
    let lifetime = |seconds| Hints { lifetime: Some(Lifetime { seconds, by: By::MaxAge }), ..nothing };
    let ttl = |minutes| Hints { rhythm: Rhythm { ttl_minutes: Some(minutes), ..Rhythm::default() }, ..nothing };
    let skip = |hours, days| Hints { rhythm: Rhythm { skip_hours: hours, skip_days: days, ..Rhythm::default() }, ..nothing };
    let period =
        |seconds, base| Hints { rhythm: Rhythm { update_seconds: Some(seconds), update_base: base, ..Rhythm::default() }, ..nothing };
    let base = Some(at("2026-11-01T01:30:00Z").timestamp());
    let quarter = "schedule = \"*/15 * * * *\"";
    // Tuesday, ten o'clock. Times without the jitter of a quarter of an hour, which is less than a minute.
    let cases: &[(&str, Hints, &str, &str)] = &[
        (quarter, nothing, "10:15", "on schedule: */15 * * * * in UTC"),
        (quarter, lifetime(600), "10:15", "on schedule: */15 * * * * in UTC"),
        (quarter, lifetime(3600), "11:00", "the server asks by `Cache-Control: max-age` for no poll before 2026-11-24T11:00:00Z"),
        (quarter, lifetime(3000), "11:00", "the server asks by `Cache-Control: max-age` for no poll before 2026-11-24T10:50:00Z"),
        (quarter, ttl(20), "10:30", "the feed asks by `ttl` for no poll before 2026-11-24T10:20:00Z"),
        (quarter, period(3600, None), "11:00", "the feed asks by `sy:updatePeriod` for no poll before 2026-11-24T11:00:00Z"),
        (quarter, period(6 * 3600, base), "13:30", "the feed asks by `sy:updatePeriod` for no poll before 2026-11-24T13:30:00Z"),
        (quarter, skip(0b11 << 10, 0), "12:00", "the feed asks by `skipHours` for no poll before 2026-11-24T12:00:00Z"),
        (
            "schedule = \"*/15 * * * *\"\nmax_interval = \"30m\"",
            lifetime(86400),
            "10:30",
            "the server asks by `Cache-Control: max-age` for no poll before 2026-11-25T10:00:00Z; max_interval is shorter",
        ),
        ("every = \"10m\"\nmax_interval = \"30m\"", skip(1 << 10, 0), "10:30", ""),
        // The schedule is never undercut, and an interval of its own is no affair of max_interval.
        ("schedule = \"0 22 * * *\"\nmax_interval = \"30m\"", lifetime(60), "22:00", "on schedule: 0 22 * * * in UTC"),
    ];
    for (keys, hints, expected, reason) in cases {
        let (next, said) = after(keys, hints, NOW);
        let expected = at(&format!("2026-11-24T{expected}:00Z"));
        let allowed = expected..=expected + TimeDelta::seconds(60);
        assert!(allowed.contains(&next), "{keys} {hints:?}: {next}, {said}");
        assert!(said.starts_with(reason), "{keys} {hints:?}: {said}");
    }
    let (next, reason) = after("schedule = \"*/15 * * * *\"\nmax_interval = \"3d\"", &skip(0, 0b110_0000), "2026-11-27T23:50:00Z");
    assert!(next >= at("2026-11-30T00:00:00Z") && next < at("2026-11-30T00:01:00Z"), "{next}");
    assert!(reason.contains("skipDays"), "{reason}");
}

#[test]
fn an_answer_that_is_as_fresh_as_the_interval_is_long_does_not_cost_the_next_poll() {
    let hints = Hints { lifetime: Some(Lifetime { seconds: 900, by: By::MaxAge }), ..Hints::default() };
    let mut now = at("2026-11-24T10:00:00Z") + late();
    let mut polls = 0;
    while now < at("2026-11-25T10:00:00Z") {
        // The answer comes a second and a half later.
        let ended = now + TimeDelta::milliseconds(1500);
        let next = after("schedule = \"*/15 * * * *\"", &hints, &ended.to_rfc3339()).0;
        assert!(next >= ended + TimeDelta::seconds(900), "{next}");
        now = next;
        polls += 1;
    }
    assert!((90..=96).contains(&polls), "{polls} polls in a day instead of 96");
}

#[test]
fn a_cached_answer_is_fresh_for_what_is_left_of_its_lifetime() {
    let source = source("a", "every = \"1m\"");
    let hints = Hints { lifetime: Some(Lifetime { seconds: 3600, by: By::MaxAge }), ..Hints::default() };
    let ending = Ending::Success { received: at(NOW), age: Duration::from_secs(3000) };
    assert_eq!(next_poll(&situation(&source, &hints, ending)).at, Some(at("2026-11-24T10:10:00Z")));
}

#[test]
fn backoff_is_drawn_from_a_span_that_doubles_up_to_twelve_hours() {
    let minutes = |failures| bound(failures, TimeDelta::minutes(15)).num_minutes();
    let bounds: Vec<i64> = (0..9).map(minutes).collect();
    assert_eq!(bounds, [0, 15, 30, 60, 120, 240, 480, 720, 720]);
    assert_eq!(minutes(u32::MAX), 720);
    assert_eq!(bound(1, TimeDelta::days(1)), TimeDelta::days(1), "a daily source stays daily");
    assert_eq!(bound(u32::MAX, TimeDelta::MAX), TimeDelta::MAX);

    // Full jitter: all of the span, evenly, and always the same for a name.
    let draws: Vec<i64> =
        (0..1000).map(|number| backoff(&format!("source-{number}"), 4, TimeDelta::minutes(15), Failing::Other).num_seconds()).collect();
    let mean = draws.iter().sum::<i64>() / 1000;
    assert!((3400..=3800).contains(&mean), "half of two hours, not {mean} s");
    assert!(draws.iter().all(|draw| (0..7200).contains(draw)));
    for tenth in 0..10 {
        let share = draws.iter().filter(|draw| **draw / 720 == tenth).count();
        assert!((60..=140).contains(&share), "{share} of 1000 in tenth {tenth}");
    }
    let again = backoff("source-7", 4, TimeDelta::minutes(15), Failing::Other).num_seconds();
    assert_eq!(again, draws[7]);
    assert_ne!(backoff("source-7", 5, TimeDelta::minutes(15), Failing::Other).num_seconds(), again);
}

#[test]
fn a_refusal_slows_down_more_than_an_error() {
    let mean = |failing| {
        let pause = |number| backoff(&format!("s{number}"), 1, TimeDelta::minutes(15), failing).num_seconds();
        (0..500).map(pause).sum::<i64>() / 500
    };
    assert!(mean(Failing::Forbidden) > 3 * mean(Failing::Other), "{} {}", mean(Failing::Forbidden), mean(Failing::Other));
}

#[test]
fn the_strongest_wish_decides_the_next_poll() {
    let source = source("a", "schedule = \"*/15 * * * *\"\nmax_interval = \"1h\"");
    let nothing = Hints::default();
    let failure =
        |failures, not_before: Option<&str>| Ending::Failure { failures, failing: Failing::Other, not_before: not_before.map(at) };
    let next = |ending| next_poll(&situation(&source, &nothing, ending));
    let quarter_past = at("2026-11-24T10:15:00Z") + late();
    assert_eq!(next(success()).at, Some(quarter_past));
    assert_eq!(next(failure(1, None)).at, Some(quarter_past), "the first failure costs no more than the interval");
    for failures in 2..12 {
        let at_failure = next(failure(failures, None)).at.unwrap();
        assert!(at_failure >= quarter_past && at_failure <= at(NOW) + TimeDelta::minutes(12 * 60 + 16), "{at_failure}");
        assert!(at_failure - at(NOW) >= backoff("a", failures, late() + TimeDelta::minutes(15), Failing::Other));
    }
    assert!(next(failure(9, None)).reason.to_string() == "it failed 9 times in a row");
    // What the server asks for counts where it is later, and max_interval does not cut it short.
    assert_eq!(next(failure(1, Some("2026-11-24T10:08:00Z"))).at, Some(quarter_past));
    let asked = next(failure(1, Some("2026-11-26T12:00:00.5Z")));
    assert!(asked.at >= Some(at("2026-11-26T12:00:01Z")) && asked.at < Some(at("2026-11-26T12:01:00Z")), "{asked:?}");
    assert_eq!(asked.reason.to_string(), "the server asks by `Retry-After` for no poll before 2026-11-26T12:00:00Z");
    let gone = next(Ending::Gone);
    assert_eq!((gone.at, gone.reason.to_string().as_str()), (None, "never: the server says that the feed is gone (410)"));
    // What cannot be reached is its host's affair.
    let unreachable = Ending::Failure { failures: 9, failing: Failing::Unreachable, not_before: None };
    assert_eq!(next(unreachable).at, Some(quarter_past));
}

#[test]
fn sources_of_one_minute_are_spread_over_a_tenth_of_the_interval_and_a_minute_at_most() {
    for (schedule, interval) in [("*/5 * * * *", 5), ("*/15 * * * *", 15), ("0 * * * *", 60), ("0 0 * * *", 1440)] {
        let bound = (interval * 6).min(60);
        let lates: Vec<i64> = (0..200)
            .map(|number| {
                let source = source(&format!("source-{number}"), &format!("schedule = \"{schedule}\""));
                let next = next_poll(&situation(&source, &Hints::default(), success())).at.unwrap();
                let late = next.timestamp().rem_euclid(interval * 60);
                // The same time after time.
                let then = next_poll(&Situation { now: next, ..situation(&source, &Hints::default(), success()) }).at.unwrap();
                assert_eq!(then - next, TimeDelta::minutes(interval), "{schedule}");
                late
            })
            .collect();
        assert!(lates.iter().all(|late| *late < bound), "{schedule}: {lates:?}");
        let (early, later) =
            (lates.iter().filter(|late| **late < bound / 2).count(), lates.iter().filter(|late| **late >= bound / 2).count());
        assert!(early > 70 && later > 70, "{schedule}: {early} in the first half, {later} in the second");
    }
    assert_eq!(width(TimeDelta::seconds(1), MINUTE), TimeDelta::milliseconds(100));
    assert_eq!(jitter("anything", TimeDelta::seconds(1), MINUTE), TimeDelta::zero(), "a source of every second comes every second");
}

#[test]
fn an_interval_is_counted_from_when_the_poll_was_due() {
    let source = source("a", "every = \"10m\"");
    let hints = Hints::default();
    let next = |due: Option<&str>, now: &str| {
        let ending = Ending::Success { received: at(now), age: Duration::ZERO };
        next_poll(&Situation { now: at(now), due: due.map(at), ..situation(&source, &hints, ending) }).at.unwrap()
    };
    assert_eq!(next(Some("2026-11-24T10:00:00Z"), "2026-11-24T10:00:20Z"), at("2026-11-24T10:10:00Z"));
    let first = next(None, "2026-11-24T10:00:00Z");
    assert_eq!(first, at("2026-11-24T10:10:00Z") + jitter("a", TimeDelta::minutes(10), MINUTE), "the first time spreads the sources");
    assert!(next(Some("2026-11-24T07:00:00Z"), "2026-11-24T10:00:00Z") >= at("2026-11-24T10:10:00Z"), "late by hours");
    assert!(next(Some("2026-11-24T10:30:00Z"), "2026-11-24T10:00:00Z") >= at("2026-11-24T10:10:00Z"), "by hand, before it was due");
}
