//! Archives (RFC 5005): a reader who follows them from the feed backwards gets every story that is kept.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use feed_rs::model::Feed;
use taspa::clock::Clock;
use taspa::config;
use taspa::daemon::Running;

use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{Response, get};
use crate::support::origin::{Origin, Reply};

const BOUND: Duration = Duration::from_secs(20);
const DAYS: i64 = 6;
const A_DAY: u32 = 3;

fn noon(day: i64) -> DateTime<Utc> {
    "2025-06-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
}

fn parsed(response: &Response) -> Feed {
    feed_rs::parser::parse(response.text().as_bytes()).unwrap()
}

fn link_to(feed: &Feed, rel: &str) -> Option<String> {
    feed.links.iter().find(|link| link.rel.as_deref() == Some(rel)).map(|link| link.href.clone())
}

/// A daemon that has polled three new items on each of six days, at noon.
struct Press {
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
    origin: Origin,
    folder: tempfile::TempDir,
}

impl Press {
    fn new(views: &str) -> Self {
        let (origin, folder) = (Origin::start(), tempfile::tempdir().unwrap());
        let published = |origin: &Origin, day: i64| {
            let last = u32::try_from(day + 1).unwrap() * A_DAY;
            let item =
                |n: u32| Item::new(n).date(Some(&(noon(i64::from(n / A_DAY)) - TimeDelta::minutes(i64::from(9 - n % A_DAY))).to_rfc2822()));
            origin.put("/a", Reply::ok(rss(&(0..last).rev().map(item).collect::<Vec<_>>())));
        };
        published(&origin, 0);
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nschedule = \"0 12 * * *\"\nurl = \"{}\"\n{views}",
            origin.url("/a")
        );
        let settings = config::parse(&folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
        let (clock, hand) = Clock::manual(noon(0));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let running = runtime.block_on(Running::start(settings, clock)).unwrap();
        let press = Self { runtime, running: Some(running), origin, folder };
        for day in 0..DAYS {
            published(&press.origin, day);
            hand.move_to(noon(day));
            let entries = (day + 1) * i64::from(A_DAY);
            eventually(&format!("day {day} is stored"), BOUND, || (press.entries() == entries).then_some(()));
        }
        press
    }

    fn entries(&self) -> i64 {
        let connection = rusqlite::Connection::open(self.folder.path().join("taspa.sqlite")).unwrap();
        connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/feeds/{path}", self.running.as_ref().unwrap().address)
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

#[test]
fn whoever_follows_the_archives_gets_every_story() {
    let press = Press::new("[[view]]\nname = \"all\"\nlimit = 4\nwindow = \"0s\"\n");
    let mut url = press.url("all.atom");
    let (mut titles, mut documents) = (BTreeSet::new(), 0);
    let newest = "17 млн";
    eventually("the last day is rendered", BOUND, || get(&url).text().contains(newest).then_some(()));
    loop {
        let response = get(&url);
        let feed = parsed(&response);
        assert_eq!(link_to(&feed, "self").as_deref(), Some(url.as_str()));
        let is_archive = documents > 0;
        assert_eq!(response.text().contains("<fh:archive"), is_archive, "{}", response.text());
        assert_eq!(link_to(&feed, "current"), is_archive.then(|| press.url("all.atom")));
        titles.extend(feed.entries.iter().map(|entry| entry.title.as_ref().unwrap().content.clone()));
        documents += 1;
        match link_to(&feed, "prev-archive") {
            Some(older) => url = older,
            None => break,
        }
    }
    assert_eq!((titles.len(), documents), (18, 1 + 5), "{titles:?}");
    // A day's stories, for good.
    let day = get(&press.url("all/archive/2025-06-03.atom"));
    assert_eq!((day.status, parsed(&day).entries.len()), (200, 3));
    assert!(day.header("cache-control").unwrap().starts_with("max-age=86400"), "{:?}", day.headers);
    assert_eq!(parsed(&day).id, parsed(&get(&press.url("all.atom"))).id, "of one feed");
    let of_source = get(&press.url("source/a/archive/2025-06-03.atom"));
    assert_eq!((of_source.status, parsed(&of_source).entries.len()), (200, 3));
    for (path, status) in [
        ("all/archive/2025-05-30.atom", 410),
        ("all/archive/1970-01-01.atom", 410),
        ("all/archive/2025-06-07.atom", 404),
        ("all/archive/2025-6-3.atom", 404),
        ("all/archive/2025-02-30.atom", 404),
        ("all/archive/2025-06-03.rss", 404),
        ("none/archive/2025-06-03.atom", 404),
        ("all/archive/.atom", 404),
    ] {
        assert_eq!(get(&press.url(path)).status, status, "{path}");
    }
}

#[test]
fn a_feed_that_holds_everything_has_no_archive() {
    let press = Press::new("[[view]]\nname = \"all\"\nlimit = 100\n");
    eventually("the last day is rendered", BOUND, || get(&press.url("all.atom")).text().contains("17 млн").then_some(()));
    let feed = parsed(&get(&press.url("all.atom")));
    assert_eq!((feed.entries.len(), link_to(&feed, "prev-archive")), (18, None));
}
