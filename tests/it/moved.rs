//! Permanent redirects: when a source is polled where they lead, and when at its own address again.

use chrono::{DateTime, TimeDelta, Utc};
use taspa::fetch::{Candidate, Moved, Moves, Way};

use crate::support::binary::{Output, Workplace};
use crate::support::feeds::rss;
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{items, rows};

const HOME: &str = "http://a.kz/rss";

fn at(day: i64) -> DateTime<Utc> {
    "2026-11-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
}

fn home(target: Option<&str>) -> Way<'_> {
    Way { is_home: true, target }
}

fn elsewhere(target: Option<&str>) -> Way<'_> {
    Way { is_home: false, target }
}

fn moved(url: &str, day: i64) -> Moves {
    Moves { to: Some(Moved { url: url.to_owned(), since: at(day) }), candidate: None }
}

fn candidate(url: &str, days: u32, last_day: i64) -> Option<Candidate> {
    Some(Candidate { url: url.to_owned(), days, last_day: at(last_day).date_naive() })
}

/// What is tried, what good answers told on which days, and what came of it.
type Case<'a> = (&'a str, &'a [(i64, Way<'a>)], Moves);

#[test]
fn a_target_is_believed_on_its_third_day() {
    const NEW: &str = "https://b.kz/rss";
    const OTHER: &str = "https://c.kz/rss";
    let led = |target| home(Some(target));
    let further = |target| elsewhere(Some(target));
    let cases: &[Case<'_>] = &[
        ("nothing is told", &[(0, home(None))], Moves::default()),
        ("two days", &[(0, led(NEW)), (1, led(NEW))], Moves { to: None, candidate: candidate(NEW, 2, 1) }),
        ("three days", &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW))], moved(NEW, 2)),
        ("with days between", &[(0, led(NEW)), (7, led(NEW)), (14, led(NEW))], moved(NEW, 14)),
        ("one day, however often", &[(0, led(NEW)); 40], Moves { to: None, candidate: candidate(NEW, 1, 0) }),
        ("a clock that goes back", &[(5, led(NEW)), (1, led(NEW)), (2, led(NEW))], Moves { to: None, candidate: candidate(NEW, 1, 5) }),
        ("its own answer between", &[(0, led(NEW)), (1, home(None)), (2, led(NEW))], Moves { to: None, candidate: candidate(NEW, 1, 2) }),
        ("another target between", &[(0, led(NEW)), (1, led(OTHER)), (2, led(NEW))], Moves { to: None, candidate: candidate(NEW, 1, 2) }),
        ("long ago", &[(0, led(NEW)), (1, led(NEW)), (90, led(NEW))], Moves { to: None, candidate: candidate(NEW, 1, 90) }),
        ("moved, and well there", &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW)), (3, elsewhere(None))], moved(NEW, 2)),
        (
            "moved on",
            &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW)), (3, further(OTHER)), (4, further(OTHER)), (5, further(OTHER))],
            moved(OTHER, 5),
        ),
        (
            "moved, and about to move on",
            &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW)), (3, further(OTHER))],
            Moves { candidate: candidate(OTHER, 1, 3), ..moved(NEW, 2) },
        ),
        (
            "moved back",
            &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW)), (3, further(HOME)), (4, further(HOME)), (5, further(HOME))],
            Moves::default(),
        ),
        ("at home again", &[(0, led(NEW)), (1, led(NEW)), (2, led(NEW)), (3, home(None))], Moves::default()),
    ];
    for (name, ways, expected) in cases {
        let moves = ways.iter().fold(Moves::default(), |moves, (day, way)| moves.after(HOME, *way, at(*day)));
        assert_eq!(moves, *expected, "{name}");
    }
}

/// A source whose address sends its readers elsewhere.
struct Move {
    origin: Origin,
    workplace: Workplace,
}

impl Move {
    /// `/a` answers with `status` and leads to `target`.
    fn new(status: u16, target: &str) -> Self {
        let moved = Self { origin: Origin::start(), workplace: Workplace::new() };
        moved.config("/a");
        moved.origin.put("/new", Reply::ok(rss(&items(0..3))).etag("\"1\""));
        moved.redirect("/a", status, &moved.origin.url(target));
        moved
    }

    fn config(&self, path: &str) {
        self.workplace.config(&format!(
            "[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nallow_private = true\n",
            self.origin.url(path)
        ));
    }

    fn redirect(&self, from: &str, status: u16, to: &str) {
        self.origin.put(from, Reply::ok("").status(status).header("Location", to));
    }

    /// Polls on this many days, the paths that were asked on the last one, and what was said then.
    fn days(&self, days: usize) -> (Vec<String>, Output) {
        let (mut asked, mut output) = (Vec::new(), None);
        for _ in 0..days {
            if self.workplace.database().exists() {
                rusqlite::Connection::open(self.workplace.database())
                    .unwrap()
                    .execute("UPDATE moved SET last_day = last_day - 1", [])
                    .unwrap();
            }
            let before = self.origin.requests().len();
            output = Some(self.workplace.taspa(&["fetch", "a"]));
            asked = self.origin.requests()[before..].iter().map(|request| request.path.clone()).collect();
        }
        (asked, output.unwrap())
    }

    fn status(&self) -> serde_json::Value {
        let output = self.workplace.taspa(&["status", "--json"]).expect_code(0);
        serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap()[0].clone()
    }
}

#[test]
fn a_source_that_moved_for_good_is_polled_there_from_its_third_day_on_and_the_admin_is_told() {
    let moved = Move::new(301, "/new");
    let new = moved.origin.url("/new");
    for _ in 0..2 {
        let (asked, output) = moved.days(1);
        assert_eq!(asked, ["/a", "/new"]);
        assert!(!output.stderr.contains("moved"), "{output}");
    }
    assert_eq!(moved.status()["moved_to"], serde_json::Value::Null);
    let (asked, output) = moved.days(1);
    assert_eq!(asked, ["/a", "/new"]);
    assert!(output.stderr.contains("moved for good") && output.stderr.contains(&new), "{output}");
    let (asked, output) = moved.days(1);
    assert_eq!(asked, ["/new"], "the old address is left alone");
    assert!(!output.stderr.contains("moved"), "told once: {output}");
    assert_eq!(moved.origin.requests().last().unwrap().header("if-none-match"), Some("\"1\""), "the document is the same one");
    assert_eq!(moved.status()["moved_to"], new.as_str());
    let text = moved.workplace.taspa(&["status"]).stdout;
    assert!(text.contains(&format!("  moved for good {new}: put that into the config\n")), "{text}");
    assert_eq!(rows(&moved.workplace, "SELECT count(*) FROM entry"), 3, "and nothing came twice");
}

#[test]
fn to_another_host_it_moves_with_a_word_of_that_in_the_status() {
    let moved = Move::new(308, "/new");
    let elsewhere = moved.origin.url("/new").replace("127.0.0.1", "localhost");
    moved.redirect("/a", 308, &elsewhere);
    assert_eq!(moved.days(4).0, ["/new"]);
    let text = moved.workplace.taspa(&["status"]).stdout;
    assert!(text.contains(&format!("  moved for good to another host, localhost: {elsewhere}: put")), "{text}");
    assert_eq!(moved.workplace.taspa(&["status", "a"]).stdout.matches("another host").count(), 1);
}

#[test]
fn what_is_not_for_good_moves_nothing() {
    for status in [302, 303, 307] {
        let moved = Move::new(status, "/new");
        assert_eq!(moved.days(5).0, ["/a", "/new"], "{status}");
        assert_eq!(moved.status()["moved_to"], serde_json::Value::Null);
    }
    let moved = Move::new(302, "/b");
    moved.redirect("/b", 301, &moved.origin.url("/new"));
    assert_eq!(moved.days(5).0, ["/a", "/b", "/new"], "a way that begins with a detour");
}

#[test]
fn a_way_that_ends_with_a_detour_moves_as_far_as_it_is_for_good() {
    let moved = Move::new(301, "/b");
    moved.redirect("/b", 307, &moved.origin.url("/new"));
    assert_eq!(moved.days(4).0, ["/b", "/new"]);
    assert_eq!(moved.status()["moved_to"], moved.origin.url("/b").as_str());
}

#[test]
fn a_target_that_fails_is_never_believed() {
    let moved = Move::new(301, "/new");
    moved.origin.put("/new", Reply::ok("<html><title>Parked</title><p>This domain is for sale</p>").content_type("text/html"));
    assert_eq!(moved.days(5).0[..2], ["/a", "/new"]);
    moved.origin.put("/new", Reply::ok("").status(500));
    assert_eq!(moved.days(5).0, ["/a", "/new"]);
    assert_eq!(rows(&moved.workplace, "SELECT count(*) FROM moved"), 0);
}

#[test]
fn where_it_is_gone_its_own_address_is_asked_again_and_taken_if_it_answers() {
    let moved = Move::new(301, "/new");
    moved.days(3);
    moved.origin.put("/new", Reply::ok("").status(404));
    moved.origin.put("/a", Reply::ok(rss(&items(0..4))));
    let (asked, output) = moved.days(1);
    assert_eq!(asked, ["/new", "/a"]);
    output.expect_code(0);
    assert_eq!(rows(&moved.workplace, "SELECT count(*) FROM entry"), 4);
    assert_eq!(moved.days(1).0, ["/a"]);
    assert_eq!(moved.status()["moved_to"], serde_json::Value::Null);
}

#[test]
fn while_its_own_address_is_dead_it_stays_where_it_moved() {
    let moved = Move::new(301, "/new");
    moved.days(3);
    moved.origin.put("/a", Reply::ok("").status(404));
    moved.origin.put("/new", Reply::ok("").status(500));
    assert_eq!(moved.days(1).0, ["/new"], "an error is not the end");
    assert!(moved.status()["error"].as_str().unwrap().starts_with(&format!("at its new address, {}: ", moved.origin.url("/new"))));
    let (asked, _) = moved.days(8);
    assert_eq!(asked, ["/new", "/a"], "after many, the old address may know more");
    moved.origin.put("/new", Reply::ok(rss(&items(0..5))));
    assert_eq!(moved.days(1).0, ["/new"]);
    assert_eq!(rows(&moved.workplace, "SELECT count(*) FROM entry"), 5);
    moved.origin.put("/new", Reply::ok("").status(410));
    moved.days(1);
    assert_ne!(moved.status()["next_poll"], serde_json::Value::Null, "its own address did not say so");
    moved.redirect("/a", 301, &moved.origin.url("/new"));
    moved.days(1);
    assert_eq!(moved.status()["next_poll"], serde_json::Value::Null, "gone wherever one asks");
}

#[test]
fn another_address_in_the_config_counts_at_once() {
    let moved = Move::new(301, "/new");
    moved.days(3);
    moved.origin.put("/b", Reply::ok(rss(&items(0..3))));
    moved.config("/b");
    assert_eq!(moved.days(1).0, ["/b"]);
    assert_eq!(rows(&moved.workplace, "SELECT count(*) FROM moved"), 0);
}
