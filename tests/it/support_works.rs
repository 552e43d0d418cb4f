//! The subtle parts of the harness itself: where a fault in it would make other tests pass.

use std::io::{ErrorKind, Read};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

use crate::support::feeds::{self, Item};
use crate::support::http;
use crate::support::origin::{Gate, Origin, Reply};

const BOUND: Duration = Duration::from_secs(5);

#[test]
fn only_the_exact_validator_gives_304_and_an_etag_decides_alone() {
    const DATE: &str = "Mon, 06 Jan 2025 04:00:00 GMT";
    const OTHER_DATE: &str = "Mon, 06 Jan 2025 04:00:01 GMT";
    let origin = Origin::start();
    let reply = Reply::ok("body").etag("W/\"v1\"").last_modified(DATE);
    origin.put("/", reply.content_type("text/xml").header("Cache-Control", "max-age=60"));
    let cases: [(&[(&str, &str)], u16); 7] = [
        (&[], 200),
        (&[("If-None-Match", "W/\"v1\"")], 304),
        (&[("If-None-Match", "\"v1\"")], 200),
        (&[("If-None-Match", "\"v0\""), ("If-Modified-Since", DATE)], 200),
        (&[("if-none-match", "W/\"v1\""), ("If-Modified-Since", OTHER_DATE)], 304),
        (&[("If-Modified-Since", DATE)], 304),
        (&[("If-Modified-Since", OTHER_DATE)], 200),
    ];
    for (headers, status) in cases {
        let response = http::request("GET", &origin.url("/"), headers);
        assert_eq!(response.status, status, "{headers:?}");
        assert_eq!(response.header("etag"), Some("W/\"v1\""));
        assert_eq!(response.header("last-modified"), Some(DATE));
        assert_eq!(response.header("cache-control"), Some("max-age=60"));
        assert_eq!(response.header("content-type").is_some(), status == 200);
        assert_eq!(response.text(), if status == 200 { "body" } else { "" });
    }
}

#[test]
fn a_validator_that_is_not_utf8_is_matched_and_recorded_as_bytes() {
    let origin = Origin::start();
    origin.put("/", Reply::ok("body").etag(b"\"\xe9\""));
    let request = b"GET / HTTP/1.1\r\nConnection: close\r\nIf-None-Match: \"\xe9\"\r\n\r\n";
    assert!(http::raw(origin.address(), request).starts_with(b"HTTP/1.1 304 "));
    assert_eq!(origin.requests()[0].headers.get("if-none-match"), Some(&b"\"\xe9\""[..]));
}

#[test]
fn a_gate_holds_a_recorded_request_until_it_is_opened() {
    let origin = Origin::start();
    let gate = Gate::new();
    origin.put("/", Reply::ok("late").gate(&gate));
    origin.put("/other", Reply::ok("at once"));
    let (answered, answers) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| answered.send(http::get(&origin.url("/"))).unwrap());
        origin.wait_for_requests("/", 1, BOUND);
        assert_eq!(http::get(&origin.url("/other")).text(), "at once");
        assert!(answers.try_recv().is_err());
        gate.open();
        assert_eq!(answers.recv_timeout(BOUND).unwrap().text(), "late");
    });
}

#[test]
fn dropping_the_origin_ends_gates_delays_and_drips() {
    let start = Instant::now();
    let origin = Origin::start();
    let hour = Duration::from_secs(3600);
    origin.put("/gate", Reply::ok("x").gate(&Gate::new()));
    origin.put("/delay", Reply::ok("x").delay(hour));
    origin.put("/drip", Reply::ok("xx").drip(1, hour));
    let clients = ["/gate", "/delay", "/drip"].map(|path| {
        let url = origin.url(path);
        let client = thread::spawn(move || http::try_request("GET", &url, &[]));
        origin.wait_for_requests(path, 1, BOUND);
        client
    });
    drop(origin);
    for client in clients {
        assert!(client.join().unwrap().is_err());
    }
    assert!(start.elapsed() < BOUND);
}

#[test]
fn a_cut_or_missing_reply_is_an_error_with_either_framing() {
    let origin = Origin::start();
    origin.put("/length", Reply::ok("0123456789").truncated(4));
    origin.put("/chunks", Reply::ok("0123456789").chunked().truncated(4));
    origin.put("/none", Reply::ok("0123456789").reset());
    for path in ["/length", "/chunks", "/none"] {
        let error = http::try_request("GET", &origin.url(path), &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{path}: {error}");
    }
    let sent = http::raw(origin.address(), b"GET /length HTTP/1.1\r\n\r\n");
    assert_eq!(sent, b"HTTP/1.1 200 \r\nContent-Length: 10\r\n\r\n0123");
}

#[test]
fn codings_chunks_and_drips_carry_the_whole_body() {
    let origin = Origin::start();
    let body = feeds::rss(&(0..20).map(Item::new).collect::<Vec<_>>());
    let reply = Reply::ok(body.clone()).gzip().chunked();
    origin.put("/", reply.drip(100, Duration::from_micros(10)));
    let response = http::get(&origin.url("/"));
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    assert_eq!(response.header("content-length"), None);
    let mut decoded = String::new();
    GzDecoder::new(response.body.as_slice()).read_to_string(&mut decoded).unwrap();
    assert_eq!(decoded, body);
}

#[test]
fn pushed_replies_go_first_and_a_connection_is_kept_between_requests() {
    let origin = Origin::start();
    origin.put("/a", Reply::ok("standing"));
    origin.push("/a", Reply::ok("once").status(503));
    let sent = http::raw(
        origin.address(),
        b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcHEAD /a?page=2 HTTP/1.1\r\n\r\n\
          GET /b HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(
        String::from_utf8(sent).unwrap(),
        "HTTP/1.1 503 \r\nContent-Length: 4\r\n\r\nonce\
         HTTP/1.1 200 \r\nContent-Length: 8\r\n\r\n\
         HTTP/1.1 404 \r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nno such path\n"
    );
    assert_eq!(origin.requests_to("/a").len(), 2);
    assert_eq!(origin.requests_to("/a?page=2").len(), 1);
}

#[test]
#[should_panic(expected = "0 of 1 requests to /never within 1ms; all that came: [\"GET /other\"]")]
fn a_request_that_never_comes_fails_the_test() {
    let origin = Origin::start();
    http::get(&origin.url("/other"));
    origin.wait_for_requests("/never", 1, Duration::from_millis(1));
}

#[test]
fn items_are_escaped_and_dated_by_their_number() {
    let odd = Item::new(1).title("<b>Q&A</b>").link("https://news.example/?a=1&b=\"2\"").guid(None);
    let (rss, atom) = (feeds::rss(std::slice::from_ref(&odd)), feeds::atom(&[odd.clone().date(Some("вчера"))]));
    assert!(rss.contains("<title>&lt;b&gt;Q&amp;A&lt;/b&gt;</title>"));
    assert!(rss.contains("<pubDate>Mon, 06 Jan 2025 10:00:00 +0500</pubDate>"));
    assert!(!rss.contains("<guid"));
    assert!(atom.contains("href=\"https://news.example/?a=1&amp;b=&quot;2&quot;\""));
    assert!(atom.contains("<updated>вчера</updated>"));
    let json: serde_json::Value = serde_json::from_str(&feeds::json_feed(&[odd, Item::new(28_000)])).unwrap();
    assert_eq!(json["items"][0]["title"], "<b>Q&A</b>");
    assert_eq!(json["items"][1]["date_published"], "2028-03-18T01:00:00+05:00");
}
