//! Archives (RFC 5005): a reader who follows them from the feed backwards gets every story that is kept.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use feed_rs::model::Feed;
use taspa::clock::{Clock, Hand};
use taspa::config::{self, Settings};
use taspa::daemon::Running;

use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{Response, get};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::count;

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
    hand: Hand,
    clock: Clock,
    settings: Settings,
}

/// The items up to a day, the newest first.
fn items(day: i64) -> Vec<Item> {
    let last = u32::try_from(day + 1).unwrap() * A_DAY;
    let item = |n: u32| Item::new(n).date(Some(&(noon(i64::from(n / A_DAY)) - TimeDelta::minutes(i64::from(9 - n % A_DAY))).to_rfc2822()));
    (0..last).rev().map(item).collect()
}

impl Press {
    fn new(views: &str) -> Self {
        Self::with("", views)
    }

    /// `server` are further keys of that table.
    fn with(server: &str, views: &str) -> Self {
        let (origin, folder) = (Origin::start(), tempfile::tempdir().unwrap());
        let published = |origin: &Origin, day: i64| origin.put("/a", Reply::ok(rss(&items(day))));
        published(&origin, 0);
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n{server}[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nschedule = \"0 12 * * *\"\nurl = \"{}\"\n{views}",
            origin.url("/a")
        );
        let settings = config::parse(&folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
        let (clock, hand) = Clock::manual(noon(0));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let running = runtime.block_on(Running::start(settings.clone(), clock.clone())).unwrap();
        let press = Self { runtime, running: Some(running), origin, folder, hand, clock, settings };
        for day in 0..DAYS {
            published(&press.origin, day);
            press.hand.move_to(noon(day));
            let entries = (day + 1) * i64::from(A_DAY);
            eventually(&format!("day {day} is stored"), BOUND, || (press.entries() == entries).then_some(()));
        }
        press
    }

    fn restart(&mut self) {
        self.runtime.block_on(self.running.take().unwrap().stop());
        self.running = Some(self.runtime.block_on(Running::start(self.settings.clone(), self.clock.clone())).unwrap());
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
        crate::schema::assert_valid(&[response.text()]);
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

#[test]
fn archives_are_written_as_files_and_again_only_where_they_changed() {
    let mut press = Press::with(
        "public_url = \"http://news.example/\"\n",
        "[publish]\ndir = \"www\"\n[[view]]\nname = \"all\"\nlimit = 4\nwindow = \"0s\"\n[[view]]\nname = \"mine\"\ntoken = \"0f3c7a51d2c94e8b\"\n",
    );
    let path = |press: &Press, day: i64| press.folder.path().join(format!("www/feeds/all/archive/2025-06-0{day}.atom"));
    let all_written = |press: &Press| {
        let is_written = |day: i64| std::fs::read_to_string(path(press, day)).is_ok_and(|file| count(&file, "<entry>") == A_DAY as usize);
        (1..=5).all(is_written).then_some(())
    };
    eventually("an archive for each day", BOUND, || all_written(&press));
    assert!(!path(&press, 6).exists(), "the feed itself holds the last day");
    for day in 1..=5 {
        assert_eq!(std::fs::read(path(&press, day)).unwrap(), get(&press.url(&format!("all/archive/2025-06-0{day}.atom"))).body);
    }
    assert!(path(&press, 3).with_extension("atom.br").exists() && !press.folder.path().join("www/feeds/mine").exists());
    let written = |press: &Press, day: i64| std::fs::metadata(path(press, day)).unwrap().modified().unwrap();
    let before: Vec<_> = (1..=5).map(|day| written(&press, day)).collect();
    // What is corrected is written again, and what is missing, and what the feed no longer holds itself.
    let mut all = items(DAYS);
    let corrected = all.len() - 2;
    all[corrected] = all[corrected].clone().title("Исправлено: погибших нет").text("<p>Раньше сообщалось о трёх погибших.</p>");
    press.origin.put("/a", Reply::ok(rss(&all)));
    press.hand.move_to(noon(DAYS));
    eventually("the corrected day", BOUND, || std::fs::read_to_string(path(&press, 1)).unwrap().contains("Исправлено").then_some(()));
    eventually("the next day", BOUND, || path(&press, 6).exists().then_some(()));
    let after: Vec<_> = (1..=5).map(|day| written(&press, day)).collect();
    assert_eq!(before[1..], after[1..], "the others stay as they are");
    eventually("all is settled", BOUND, || press.folder.path().join("www/.taspa-archives").exists().then_some(()));
    press.restart();
    press.hand.move_to(noon(DAYS + 1));
    press.origin.put("/a", Reply::ok(rss(&items(DAYS + 1))));
    press.hand.move_to(noon(DAYS + 2));
    eventually("the day after", BOUND, || path(&press, 7).exists().then_some(()));
    assert_eq!((2..=5).map(|day| written(&press, day)).collect::<Vec<_>>(), after[1..], "a restart writes nothing anew");
}

#[test]
fn a_correction_of_an_archived_story_comes_back_into_the_feed_for_a_while() {
    let press = Press::new(
        "[[view]]\nname = \"all\"\nlimit = 4\nwindow = \"0s\"\n[[view]]\nname = \"alone\"\nlimit = 4\nwindow = \"0s\"\nstories = false\n",
    );
    let mut all = items(DAYS);
    let corrected = all.len() - 2;
    all[corrected] = all[corrected].clone().title("Исправлено: погибших нет").text("<p>Раньше сообщалось о трёх погибших.</p>");
    press.origin.put("/a", Reply::ok(rss(&all)));
    press.hand.move_to(noon(DAYS));
    let is_there = |view: &str| get(&press.url(&format!("{view}.atom"))).text().contains("Исправлено");
    for view in ["all", "alone"] {
        eventually("the correction", BOUND, || is_there(view).then_some(()));
        let feed = parsed(&get(&press.url(&format!("{view}.atom"))));
        assert_eq!(feed.entries.len(), 5, "{view}");
        let last = feed.entries.last().unwrap();
        assert_eq!((last.title.as_ref().unwrap().content.as_str(), last.updated), ("Исправлено: погибших нет", Some(noon(DAYS))));
        assert_eq!(feed.updated, Some(noon(DAYS)));
        // The archive goes on where the feed ends, not where the correction stands, and holds it in its place.
        let older = link_to(&feed, "prev-archive").unwrap();
        assert!(older.ends_with("2025-06-06.atom"), "{older}");
        assert!(get(&press.url(&format!("{view}/archive/2025-06-01.atom"))).text().contains("Исправлено"));
    }
    for day in 1..=3 {
        press.origin.put("/a", Reply::ok(rss(&items(DAYS + day).into_iter().take(6).collect::<Vec<_>>())));
        press.hand.move_to(noon(DAYS + day));
        let newest = format!("{} млн", (DAYS + day + 1) * i64::from(A_DAY) - 1);
        eventually("the next day", BOUND, || get(&press.url("all.atom")).text().contains(&newest).then_some(()));
        assert_eq!(is_there("all"), day <= 2, "day {day}");
    }
}
