//! The daemon in process under a clock that the test moves: days pass in a moment, nothing sleeps.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use taspa::clock::{Clock, Hand};
use taspa::config;
use taspa::daemon::Running;
use taspa::schedule::jitter;

use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::get;
use crate::support::origin::{Gate, Origin, Reply};
use crate::support::scene::ids;

const BOUND: Duration = Duration::from_secs(20);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A daemon with one source, and the hand of its clock.
struct Day {
    origin: Origin,
    folder: tempfile::TempDir,
    hand: Hand,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
}

impl Day {
    fn new(start: &str, keys: &str) -> Self {
        Self::with(start, keys, |origin| origin.put("/a", Reply::ok(rss(&[Item::new(1)]))))
    }

    fn with(start: &str, keys: &str, prepare: impl FnOnce(&Origin)) -> Self {
        let origin = Origin::start();
        prepare(&origin);
        let folder = tempfile::tempdir().unwrap();
        let (clock, hand) = Clock::manual(at(start));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut day = Self { origin, folder, hand, clock, runtime, running: None };
        day.start(keys);
        day
    }

    fn start(&mut self, keys: &str) {
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nallow_private = true\n{keys}\n",
            self.origin.url("/a")
        );
        let settings = config::parse(&self.folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
        self.running = Some(self.runtime.block_on(Running::start(settings, self.clock.clone())).unwrap());
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    /// The merged feed, once it satisfies `is_so`.
    fn feed(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let url = format!("http://{}/feeds/all.atom", self.running.as_ref().unwrap().address);
        eventually(what, BOUND, || Some(get(&url).text().to_owned()).filter(|feed| is_so(feed)))
    }

    fn count(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.folder.path().join("taspa.sqlite")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The clock's time at the last poll that is stored.
    fn last_poll(&self) -> DateTime<Utc> {
        let connection = rusqlite::Connection::open(self.folder.path().join("taspa.sqlite")).unwrap();
        let at: i64 = connection.query_row("SELECT last_poll FROM source", [], |row| row.get(0)).unwrap();
        DateTime::from_timestamp(at, 0).unwrap()
    }

    /// When the source is next due, once `polls` polls are stored.
    fn next_poll_after(&self, polls: usize) -> DateTime<Utc> {
        let database: &Path = &self.folder.path().join("taspa.sqlite");
        eventually("the poll is stored", BOUND, || {
            let connection = rusqlite::Connection::open(database).unwrap();
            // Old rows go; their numbers are not given again.
            let stored: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM poll", [], |row| row.get(0)).unwrap();
            let next: i64 = connection.query_row("SELECT next_poll FROM source", [], |row| row.get(0)).unwrap();
            (stored == polls as i64).then(|| DateTime::from_timestamp(next, 0).unwrap())
        })
    }
}

impl Drop for Day {
    fn drop(&mut self) {
        self.stop();
    }
}

#[test]
fn a_daemon_polls_at_every_due_instant_through_a_change_of_clocks_and_never_between() {
    // Berlin: on 29 March 2026 at 02:00 the clocks go to 03:00.
    let day = Day::new("2026-03-28T00:00:00Z", "schedule = \"30 2,14 * * *\"\ntimezone = \"Europe/Berlin\"");
    let due = ["2026-03-28T01:30:00Z", "2026-03-28T13:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T12:30:00Z", "2026-03-30T00:30:00Z"];
    for (number, due) in due.iter().enumerate() {
        let (polls, due) = (number + 1, at(due) + jitter("a", TimeDelta::hours(12), Duration::from_secs(60)));
        assert_eq!(day.next_poll_after(polls), due);
        day.hand.move_to(due - TimeDelta::seconds(1));
        day.hand.move_to(due);
        day.next_poll_after(polls + 1);
        assert_eq!(day.last_poll(), due, "neither before nor after");
    }
}

#[test]
fn a_year_of_daily_polls_takes_no_time() {
    let day = Day::new("2026-01-01T00:00:00Z", "schedule = \"@daily\"\ntimezone = \"Asia/Almaty\"");
    for polls in 1..=365 {
        let next = day.next_poll_after(polls);
        let midnight = at("2025-12-31T19:00:00Z") + TimeDelta::days(polls as i64);
        assert_eq!(next, midnight + jitter("a", TimeDelta::days(1), Duration::from_secs(60)), "midnight in Almaty");
        day.hand.move_to(next);
    }
    day.next_poll_after(366);
}

#[test]
fn a_failing_source_is_left_alone_longer_and_longer_and_recovers() {
    let day = Day::new("2026-01-01T00:00:00Z", "schedule = \"*/15 * * * *\"");
    let minutes = |polls: usize| (day.next_poll_after(polls) - day.clock.now()).num_minutes();
    assert_eq!(minutes(1), 15);
    day.origin.put("/a", Reply::ok("").status(500));
    for (polls, most) in [(2, 15), (3, 30), (4, 60), (5, 120)] {
        day.hand.move_to(day.next_poll_after(polls - 1));
        // Drawn from a span that doubles, then on to the schedule.
        assert!((15..=most + 16).contains(&minutes(polls)), "{} after {} failures", minutes(polls), polls - 1);
    }
    day.origin.put("/a", Reply::ok("").status(503).header("Retry-After", "86400"));
    day.hand.move_to(day.next_poll_after(5));
    assert!((24 * 60..=24 * 60 + 15).contains(&minutes(6)), "{}", minutes(6));
    day.origin.put("/a", Reply::ok(rss(&[Item::new(1)])));
    day.hand.move_to(day.next_poll_after(6));
    assert!((1..=15).contains(&minutes(7)), "the schedule again, not {}", minutes(7));
}

#[test]
fn sources_that_are_late_come_one_after_the_other_after_sleep_and_after_a_restart() {
    let names: Vec<String> = (1..=12).map(|number| format!("s{number}")).collect();
    let mut day = Day::with("2026-01-01T00:00:00Z", "enabled = false", |origin| {
        names.iter().for_each(|name| origin.put(&format!("/{name}"), Reply::ok(rss(&[Item::new(1)]))));
        origin.put("/a", Reply::ok(rss(&[Item::new(2)])));
    });
    day.stop();
    let source = |name| {
        let url = day.origin.url(&format!("/{name}"));
        format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\nallow_private = true\nevery = \"1h\"\n")
    };
    // When it has been polled after the sleep, everybody's turn has been thought of.
    let keys: String = std::iter::once("schedule = \"30 5 * * *\"\n".to_owned()).chain(names.iter().map(source)).collect();
    day.start(&keys);
    let of = |name: &str| format!("FROM poll WHERE source = (SELECT id FROM source WHERE name = '{name}')");
    let polls = |day: &Day, name: &str| day.count(&format!("SELECT count(*) {}", of(name)));
    eventually("each is polled", BOUND, || names.iter().all(|name| polls(&day, name) == 1).then_some(()));
    let come = |day: &Day, from: DateTime<Utc>, number: i64| {
        let mut due: Vec<_> = names.iter().map(|name| (from + jitter(name, TimeDelta::hours(1), Duration::from_secs(60)), name)).collect();
        due.sort();
        let moments: std::collections::BTreeSet<_> = due.iter().map(|(at, _)| at).collect();
        assert!(moments.len() > 8, "{due:?}");
        for (at, name) in &due {
            day.hand.move_to(*at);
            eventually("it is polled", BOUND, || (polls(day, name) == number).then_some(()));
            let last = day.count(&format!("SELECT max(at) {}", of(name)));
            assert_eq!(DateTime::from_timestamp(last, 0), Some(*at), "{name}: neither before nor after");
        }
        for name in &names {
            assert_eq!(polls(day, name), number, "{name}: once, however many polls were missed");
        }
    };
    eventually("the first poll", BOUND, || (polls(&day, "a") == 1).then_some(()));
    let slept = DateTime::from_timestamp(day.count("SELECT next_poll FROM source WHERE name = 'a'"), 0).unwrap();
    day.hand.move_to(slept);
    eventually("the scheduler is awake", BOUND, || (polls(&day, "a") == 2).then_some(()));
    come(&day, slept, 2);
    day.stop();
    let down = at("2026-01-01T11:00:00Z");
    day.hand.move_to(down);
    day.start(&keys);
    come(&day, down, 3);
}

#[test]
fn what_auto_has_learnt_outlives_a_restart() {
    // News of every morning from six to nine, a piece in ten minutes.
    let start = at("2026-01-05T00:00:00Z");
    let document = |now: DateTime<Utc>| {
        let pieces = (0..).map(|n: i64| start + TimeDelta::days(n / 18 - 3) + TimeDelta::hours(6) + TimeDelta::minutes(n % 18 * 10));
        let known: Vec<_> = pieces.take_while(|piece| *piece <= now).collect();
        let last = known.iter().enumerate().rev().take(20);
        rss(&last.map(|(n, piece)| Item::new(n as u32).date(Some(&piece.to_rfc2822()))).collect::<Vec<_>>())
    };
    let keys = "schedule = \"auto\"\ntimezone = \"UTC\"";
    let mut day = Day::with("2026-01-05T00:00:00Z", keys, |origin| origin.put("/a", Reply::ok(document(start))));
    let mut polls = 1;
    let mut until = |day: &Day, end: DateTime<Utc>| {
        let mut times = Vec::new();
        loop {
            let next = day.next_poll_after(polls);
            if next >= end {
                return times;
            }
            day.origin.put("/a", Reply::ok(document(next)));
            day.hand.move_to(next);
            times.push(next);
            polls += 1;
        }
    };
    until(&day, at("2026-01-09T00:00:00Z"));
    day.stop();
    day.start(keys);
    let times = until(&day, at("2026-01-10T00:00:00Z"));
    let mornings = times.iter().filter(|time| (6..9).contains(&time.hour())).count();
    // Three hours of morning against 21: polls an hour more than three times as many.
    assert!(mornings * 7 > (times.len() - mornings) * 3, "{mornings} of {}: {times:?}", times.len());
    let pieces = (0..18).map(|n| at("2026-01-09T06:00:00Z") + TimeDelta::minutes(n * 10));
    let waits = pieces.map(|piece| times.iter().find(|time| **time >= piece).map_or(24 * 60, |time| (*time - piece).num_minutes()));
    assert!(waits.sum::<i64>() <= 18 * 5, "in five minutes at the mean, as `freshness` wants: {times:?}");
    day.stop();
}

#[test]
fn published_and_first_seen_follow_the_clock() {
    let mut day = Day::new("2025-06-01T12:00:00Z", "schedule = \"@hourly\"");
    day.next_poll_after(1);
    let due = day.next_poll_after(1);
    day.hand.move_to(due);
    day.origin
        .put("/a", Reply::ok(rss(&[Item::new(2).date(None), Item::new(3).date(Some("Fri, 01 Jan 2038 00:00:00 GMT")), Item::new(1)])));
    day.next_poll_after(2);
    let feed = day.feed("three stories", |feed| feed.matches("<entry>").count() == 3);
    assert_eq!(feed.matches(&format!("<published>{}</published>", due.to_rfc3339())).count(), 2, "{feed}");
    day.stop();
}

#[test]
fn reloads_during_polls_neither_double_a_poll_nor_lose_a_place() {
    let mut day = Day::new("2025-06-01T12:00:00Z", "schedule = \"@hourly\"");
    day.next_poll_after(1);
    for round in 1..=4 {
        let gate = Gate::new();
        day.origin.push("/a", Reply::ok(rss(&[Item::new(round)])).gate(&gate));
        let polls = round as usize;
        day.hand.move_to(day.next_poll_after(polls));
        day.origin.wait_for_requests("/a", polls + 1, BOUND);
        // Another schedule each time, while the poll runs.
        let text = format!(
            "[fetch]\nhost_spacing = \"0s\"\n[server]\nlisten = \"127.0.0.1:0\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nschedule = \"{round} * * * *\"\n",
            day.origin.url("/a")
        );
        let settings = config::parse(&day.folder.path().join("config.toml"), &text).unwrap();
        let running = day.running.as_mut().unwrap();
        day.runtime.block_on(running.reload(settings));
        gate.open();
        assert_eq!(day.next_poll_after(polls + 1).format("%M").to_string(), format!("{round:02}"));
    }
    assert_eq!(day.origin.requests_to("/a").len(), 5);
}

/// A page with an article of its own, of some length.
fn article(word: &str) -> Reply {
    let paragraph = format!("<p>{}</p>", format!("Это предложение статьи про {word}, и оно достаточно длинное. ").repeat(4));
    let page = format!("<!DOCTYPE html><html lang=ru><title>x</title><body><article><h1>x</h1>{}</article>", paragraph.repeat(5));
    Reply::ok(page).content_type("text/html; charset=utf-8")
}

/// A source with one item, whose article page the origin answers with `reply`.
fn with_article(keys: &str, reply: Reply) -> Day {
    let keys = format!("schedule = \"@daily\"\nrobots = false\narticle = true\n{keys}");
    Day::with("2025-06-01T12:00:00Z", &keys, |origin| {
        origin.put("/a", Reply::ok(rss(&[Item::new(1).link(origin.url("/article")).title("Новость")])));
        origin.push("/article", reply);
    })
}

#[test]
fn an_entry_is_published_at_once_and_revised_when_its_article_arrives() {
    let gate = Gate::new();
    let day = with_article("", article("верблюдов").gate(&gate));
    day.origin.wait_for_requests("/article", 1, BOUND);
    let before = day.feed("the entry is published without its article", |feed| feed.contains("Новость"));
    assert!(!before.contains("верблюдов"), "{before}");
    day.hand.move_to(at("2025-06-01T12:05:00Z"));
    gate.open();
    let after = day.feed("the article has arrived", |feed| feed.contains("верблюдов"));
    assert!(after.contains("<updated>2025-06-01T12:05:00+00:00</updated>"), "{after}");
    assert_eq!(ids(&after), ids(&before), "it is the same entry");
}

#[test]
fn an_entry_may_wait_for_its_article_but_no_longer_than_it_is_told_to() {
    let gate = Gate::new();
    let day = with_article("article_wait = \"10m\"", article("верблюдов").gate(&gate));
    day.origin.wait_for_requests("/article", 1, BOUND);
    day.hand.move_to(at("2025-06-01T12:09:59Z"));
    assert_eq!(day.count("SELECT count(*) FROM story WHERE is_held"), 1);
    assert!(!day.feed("there is a feed", |_| true).contains("Новость"));
    day.hand.move_to(at("2025-06-01T12:10:00Z"));
    let feed = day.feed("the time is over", |feed| feed.contains("Новость"));
    assert!(!feed.contains("верблюдов"), "{feed}");
    gate.open();
    day.feed("the article arrives late, and is taken all the same", |feed| feed.contains("верблюдов"));
}

#[test]
fn an_entry_that_waited_is_published_whole_as_soon_as_its_article_arrives() {
    let gate = Gate::new();
    let day = with_article("article_wait = \"10m\"", article("верблюдов").gate(&gate));
    day.origin.wait_for_requests("/article", 1, BOUND);
    day.hand.move_to(at("2025-06-01T12:01:00Z"));
    gate.open();
    day.feed("it is published whole", |feed| feed.contains("Новость") && feed.contains("верблюдов"));
    assert_eq!(day.count("SELECT count(*) FROM article WHERE due IS NOT NULL OR held_until IS NOT NULL"), 0);
}

#[test]
fn a_failing_article_page_is_tried_again_later_and_later_and_then_given_up() {
    let day = with_article("", Reply::ok("").status(500));
    day.origin.put("/article", Reply::ok("").status(500));
    let attempts = |number: i64| {
        eventually("the attempt is stored", BOUND, || (day.count("SELECT coalesce(max(attempts), 0) FROM article") == number).then_some(()))
    };
    for (attempt, pause) in [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160)] {
        attempts(attempt);
        assert_eq!(day.count("SELECT due FROM article") - day.clock.now().timestamp(), pause * 60, "after {attempt}");
        day.hand.move_to(day.clock.now() + TimeDelta::minutes(pause));
    }
    attempts(6);
    assert_eq!(day.count("SELECT count(*) FROM article WHERE due IS NULL AND error LIKE '%500%'"), 1, "given up");
    assert_eq!(day.origin.requests_to("/article").len(), 6);
    day.feed("the entry stays", |feed| feed.contains("Новость"));
}

/// Reloads the settings with other keys for the source.
fn reload(day: &mut Day, keys: &str) {
    let text = format!(
        "[fetch]\nhost_spacing = \"0s\"\n[server]\nlisten = \"127.0.0.1:0\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nallow_private = true\n{keys}\n",
        day.origin.url("/a")
    );
    let settings = config::parse(&day.folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
    day.runtime.block_on(day.running.as_mut().unwrap().reload(settings));
}

#[test]
fn a_page_that_waits_is_not_fetched_while_its_source_wants_no_articles() {
    let mut day = with_article("", Reply::ok("").status(500));
    day.origin.put("/article", article("верблюдов"));
    eventually("the first attempt is stored", BOUND, || (day.count("SELECT coalesce(max(attempts), 0) FROM article") == 1).then_some(()));
    reload(&mut day, "schedule = \"@hourly\"\narticle = false");
    for polls in 1..=3 {
        // Each poll takes the scheduler round several times.
        day.hand.move_to(day.next_poll_after(polls));
    }
    day.next_poll_after(4);
    assert_eq!(day.origin.requests_to("/article").len(), 1);
    reload(&mut day, "schedule = \"@hourly\"\narticle = true\nrobots = false");
    day.hand.move_to(day.clock.now() + TimeDelta::minutes(1));
    day.feed("the article is fetched after all", |feed| feed.contains("верблюдов"));
}

#[test]
fn a_source_whose_selectors_were_mended_is_polled_at_once() {
    let listing = |item: &str| format!("schedule = \"@daily\"\nrobots = false\n[source.listing]\nitem = \"{item}\"");
    let page = "<!DOCTYPE html><html><body><a class=news href=/ru/1>Первая новость дня о городе</a><a class=news href=/ru/2>Вторая новость дня</a></body></html>";
    let mut day =
        Day::with("2025-06-01T12:00:00Z", &listing(".gone"), |origin| origin.put("/a", Reply::ok(page).content_type("text/html")));
    day.next_poll_after(1);
    assert_eq!(day.count("SELECT count(*) FROM source WHERE error IS NOT NULL"), 1);
    reload(&mut day, &listing(".news"));
    day.feed("both news", |feed| feed.matches("<entry>").count() == 2);
}
