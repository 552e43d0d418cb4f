//! Feed readers at work over many states of a feed: one that asks for what is new alone, one that only asks whether anything is, one that comes
//! every other day. None of them misses a story, none is told one twice.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use taspa::clock::Clock;
use taspa::config;
use taspa::daemon::Running;

use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{Response, get, request};
use crate::support::origin::{Origin, Reply};

const BOUND: Duration = Duration::from_secs(20);

/// States of the feed: one an hour, each with one new story.
const STATES: u32 = 50;

fn hour(number: u32) -> DateTime<Utc> {
    "2025-06-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(i64::from(number))
}

/// The first three stories, and one of each hour.
fn stories_by(hour: u32) -> u32 {
    3 + hour
}

/// What a reader keeps of one feed.
struct Reader {
    url: String,
    /// What it sends besides.
    asks: &'static [(&'static str, &'static str)],
    etag: Option<String>,
    /// How often a document told it each story as it was at an instant.
    told: HashMap<(String, Option<DateTime<Utc>>), usize>,
}

impl Reader {
    fn new(url: &str, asks: &'static [(&'static str, &'static str)]) -> Self {
        Self { url: url.to_owned(), asks, etag: None, told: HashMap::new() }
    }

    /// Looks into the feed; gives the status.
    fn look(&mut self) -> u16 {
        let mut headers = self.asks.to_vec();
        headers.extend(self.etag.as_deref().map(|etag| ("If-None-Match", etag)));
        let response = request("GET", &self.url, &headers);
        if response.status != 304 {
            self.read(&response);
        }
        response.status
    }

    fn read(&mut self, response: &Response) {
        self.etag = response.header("etag").map(str::to_owned);
        let feed = feed_rs::parser::parse(response.body.as_slice()).unwrap();
        for entry in feed.entries {
            *self.told.entry((entry.id, entry.updated)).or_default() += 1;
        }
    }

    fn stories(&self) -> u32 {
        u32::try_from(self.told.len()).unwrap()
    }
}

#[test]
fn readers_of_all_habits_get_every_story_of_fifty_states_once() {
    let (origin, folder) = (Origin::start(), tempfile::tempdir().unwrap());
    let publish = |hour: u32| origin.put("/a", Reply::ok(rss(&(0..stories_by(hour)).rev().take(10).map(Item::new).collect::<Vec<_>>())));
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nschedule = \"0 * * * *\"\nurl = \"{}\"\n\
         [[view]]\nname = \"all\"\nlimit = 5\n",
        origin.url("/a")
    );
    let settings = config::parse(&folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
    let (clock, hand) = Clock::manual(hour(0));
    publish(0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let running = runtime.block_on(Running::start(settings, clock)).unwrap();
    let url = format!("http://{}/feeds/all.atom", running.address);
    let [mut delta, mut plain, mut rare] = [&[("A-IM", "feed")][..], &[], &[]].map(|asks| Reader::new(&url, asks));
    for now in 0..=STATES {
        publish(now);
        hand.move_to(hour(now));
        let newest = format!("<id>https://news.example/?p={}</id>", stories_by(now) - 1);
        eventually(&format!("the story of hour {now}"), BOUND, || get(&url).text().contains(&newest).then_some(()));
        let is_first = now == 0;
        assert_eq!((delta.look(), plain.look()), (if is_first { 200 } else { 226 }, 200), "hour {now}");
        assert_eq!((delta.look(), plain.look()), (304, 304), "nothing is new a moment later: hour {now}");
        assert_eq!((delta.stories(), plain.stories()), (stories_by(now), stories_by(now)), "hour {now}");
        if now % 48 == 0 {
            assert_eq!(rare.look(), 200);
            assert_eq!(rare.stories(), stories_by(now), "whoever comes every other day misses none");
        }
    }
    assert!(delta.told.values().all(|times| *times == 1), "{:?}", delta.told);
    runtime.block_on(running.stop());
}
