//! A WebSub hub on loopback, its subscriber in process, and the hand of the clock: what the tests of subscriptions stand on.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension as _;
use sha2::Digest;
use taspa::clock::{Clock, Hand};
use taspa::config;
use taspa::daemon::Running;
use url::form_urlencoded;

use crate::support::eventually;
use crate::support::feeds::{Item, atom};
use crate::support::http::{Response, get, post};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::items;

pub const BOUND: Duration = Duration::from_secs(20);

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// HMAC by the book (RFC 2104), so that taspa's own is held against another.
pub fn hmac<D: Digest>(block: usize, secret: &str, body: &[u8]) -> String {
    let mut key = if secret.len() > block { D::digest(secret).to_vec() } else { secret.as_bytes().to_vec() };
    key.resize(block, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = D::new().chain_update(pad(0x36)).chain_update(body).finalize();
    let outer = D::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `X-Hub-Signature` under SHA-256.
pub fn signed(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hmac::<sha2::Sha256>(64, secret, body))
}

/// What a form or a query says.
pub fn parameters(text: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// The Atom feed of these items, which names its hub and itself.
pub fn feed_with_hub(origin: &Origin, items: &[Item]) -> String {
    let links = format!("<link rel=\"hub\" href=\"{}\"/>\n<link rel=\"self\" href=\"{}\"/>\n", origin.url("/hub"), origin.url("/a"));
    atom(items).replacen("<updated>", &format!("{links}<updated>"), 1)
}

/// A publisher with a hub, and a daemon that subscribes there.
pub struct Press {
    pub origin: Origin,
    pub folder: tempfile::TempDir,
    pub hand: Hand,
    pub clock: Clock,
    pub runtime: tokio::runtime::Runtime,
    pub running: Option<Running>,
}

/// What the config says of the source in most tests.
pub const KEYS: &str = "schedule = \"*/15 * * * *\"\nallow_private = true";

impl Press {
    /// One source at `/a`, which names the hub at `/hub`.
    pub fn new() -> Self {
        let mut press = Self::unstarted();
        press.origin.put("/a", Reply::ok(feed_with_hub(&press.origin, &items(0..3))).content_type("application/atom+xml"));
        press.start(KEYS);
        press
    }

    pub fn unstarted() -> Self {
        let origin = Origin::start();
        origin.put("/hub", Reply::ok("").status(202));
        let (clock, hand) = Clock::manual(at("2026-11-28T10:00:00Z"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { origin, folder: tempfile::tempdir().unwrap(), hand, clock, runtime, running: None }
    }

    pub fn settings(&self, keys: &str) -> config::Settings {
        self.settings_with("public_url = \"https://news.example.kz/\"", keys)
    }

    pub fn settings_with(&self, server: &str, keys: &str) -> config::Settings {
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n{server}\n[fetch]\nhost_spacing = \"0s\"\nmax_body = \"64KiB\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\n{keys}\n",
            self.origin.url("/a")
        );
        config::parse(&self.folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn start(&mut self, keys: &str) {
        self.start_with(self.settings(keys));
    }

    pub fn start_with(&mut self, settings: config::Settings) {
        self.running = Some(self.runtime.block_on(Running::start(settings, self.clock.clone())).unwrap());
    }

    pub fn reload(&mut self, settings: config::Settings) {
        self.runtime.block_on(self.running.as_mut().unwrap().reload(settings));
    }

    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.running.as_ref().unwrap().address)
    }

    /// What the hub was asked the `n`th time, counted from 1.
    pub fn asked(&self, n: usize) -> HashMap<String, String> {
        parameters(&self.origin.wait_for_requests("/hub", n, BOUND)[n - 1].body)
    }

    pub fn times_asked(&self) -> usize {
        self.origin.requests_to("/hub").len()
    }

    /// A callback as the hub reaches it: through the proxy that stands at `public_url`.
    pub fn callback(&self, asked: &HashMap<String, String>) -> String {
        asked["hub.callback"].replace("https://news.example.kz", &self.base())
    }

    /// The hub asks whether a subscription, or its end, is wanted.
    pub fn question(&self, asked: &HashMap<String, String>, mode: &str, more: &str) -> Response {
        let topic: String = form_urlencoded::byte_serialize(asked["hub.topic"].as_bytes()).collect();
        get(&format!("{}?hub.mode={mode}&hub.topic={topic}&hub.challenge=ch4lleng3{more}", self.callback(asked)))
    }

    /// The hub has been asked once, and has been told that it is wanted.
    pub fn subscribed(&self) -> HashMap<String, String> {
        let asked = self.asked(1);
        let answer = self.question(&asked, "subscribe", "&hub.lease_seconds=864000");
        assert_eq!((answer.status, answer.text()), (200, "ch4lleng3"));
        asked
    }

    /// The hub pushes a document.
    pub fn push(&self, asked: &HashMap<String, String>, document: &str) -> Response {
        let signature = signed(&asked["hub.secret"], document.as_bytes());
        self.push_signed(asked, document, &signature)
    }

    pub fn push_signed(&self, asked: &HashMap<String, String>, document: &str, signature: &str) -> Response {
        let headers = [("Content-Type", "application/atom+xml"), ("X-Hub-Signature", signature)];
        post(&self.callback(asked), &headers, document.as_bytes())
    }

    /// The merged feed, once it satisfies `is_so`.
    pub fn feed(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let url = format!("{}/feeds/all.atom", self.base());
        eventually(what, BOUND, || Some(get(&url).text().to_owned()).filter(|feed| is_so(feed)))
    }

    /// What the SQL gives; -1 for nothing.
    pub fn number(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.folder.path().join("taspa.sqlite")).unwrap();
        let row = connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).optional();
        row.unwrap().flatten().unwrap_or(-1)
    }

    /// Waits until the SQL gives this number.
    pub fn wait_for_number(&self, what: &str, sql: &str, number: i64) {
        eventually(what, BOUND, || (self.number(sql) == number).then_some(()));
    }

    /// When the source is next due.
    pub fn next_poll(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.number("SELECT next_poll FROM source"), 0).unwrap()
    }

    /// The clock goes to the next poll, which is done when this returns.
    pub fn poll(&self) {
        let polls = self.number("SELECT max(id) FROM poll");
        self.hand.move_to(self.next_poll());
        eventually("the poll is stored", BOUND, || (self.number("SELECT max(id) FROM poll") > polls).then_some(()));
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        self.stop();
    }
}
