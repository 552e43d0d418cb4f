//! A daemon at work on one source: what most end-to-end tests begin with, and how they look at what it publishes.

use std::time::Duration;

use super::binary::{Daemon, Workplace};
use super::eventually;
use super::feeds::Item;
use super::http::get;
use super::origin::{Origin, Reply};

/// How long anything may take that a test waits for.
pub const BOUND: Duration = Duration::from_secs(20);

/// A config that polls each source every second.
pub fn config(sources: &[(&str, String)]) -> String {
    let mut text = String::from(
        "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[defaults]\nschedule = \"* * * * * *\"\nallow_private = true\n",
    );
    for (name, url) in sources {
        text.push_str(&format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\n"));
    }
    text
}

/// One source at `/a.xml`, and the daemon that polls it. What is declared last ends first.
pub struct Scene {
    pub origin: Origin,
    pub workplace: Workplace,
    pub daemon: Daemon,
}

impl Scene {
    /// Polled every second.
    pub fn secondly(reply: Reply) -> Self {
        Self::with(reply, "* * * * * *")
    }

    /// Polled at the start, and then once a year.
    pub fn yearly(reply: Reply) -> Self {
        Self::with(reply, "0 0 0 1 1 *")
    }

    fn with(reply: Reply, schedule: &str) -> Self {
        let (origin, workplace) = (Origin::start(), Workplace::new());
        origin.put("/a.xml", reply);
        workplace.config(&config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", schedule));
        let daemon = workplace.daemon();
        Self { origin, workplace, daemon }
    }
}

pub fn feed_of(daemon: &Daemon) -> String {
    get(&format!("{}/feeds/all.atom", base(daemon))).text().to_owned()
}

pub fn base(daemon: &Daemon) -> String {
    daemon.base_url().trim_end_matches('/').to_owned()
}

/// Waits until the merged feed satisfies `is_so`.
pub fn wait_for_feed(daemon: &Daemon, what: &str, is_so: impl Fn(&str) -> bool) -> String {
    eventually(what, BOUND, || Some(feed_of(daemon)).filter(|feed| is_so(feed)))
}

pub fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Rows that the SQL counts in the workplace's database.
pub fn rows(workplace: &Workplace, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

pub fn items(numbers: impl IntoIterator<Item = u32>) -> Vec<Item> {
    numbers.into_iter().map(Item::new).collect()
}

pub fn ids(feed: &str) -> Vec<String> {
    feed.split("<entry>").skip(1).map(|entry| between(entry, "<id>", "</id>")).collect()
}

pub fn between(text: &str, start: &str, end: &str) -> String {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(inner, _)| inner.to_owned()).unwrap_or_default()
}

pub fn feed_updated(feed: &str) -> String {
    between(feed.split("<entry>").next().unwrap(), "<updated>", "</updated>")
}
