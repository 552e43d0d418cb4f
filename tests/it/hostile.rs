//! Publishers at their worst, many at once: each ends at a bound and has its name, and the daemon stays small and goes on.

use std::time::Duration;

use crate::fetch::{brotli, gzip, zstd};
use crate::support::binary::Workplace;
use crate::support::eventually;
use crate::support::feeds::rss;
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{items, rows};

/// As much as a body may have, and little less than that.
const MOST: usize = 8 << 20;

const JSON: &str = "application/feed+json";

/// An RSS document that is filled up with `item`.
fn filled(item: &str) -> Vec<u8> {
    let (head, tail) = ("<rss version=\"2.0\"><channel><title>t</title>", "</channel></rss>");
    [head, &item.repeat((MOST - 100) / item.len()), tail].concat().into_bytes()
}

/// What each does, and what is said of it; None where it is read.
fn scenarios() -> Vec<(&'static str, Reply, Option<&'static str>)> {
    let zeros = vec![0_u8; 8 * MOST];
    let too_large = Some("the body is larger than 8 MiB");
    let lols: String = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}{{}}]}}", "{\"id\":\"1\"},".repeat(600_000));
    let values = format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"tags\":[{}0]}}]}}", "1,".repeat(3 << 20));
    let text = format!("<item><guid>1</guid><description>{}</description></item>", "слово ".repeat(600));
    vec![
        ("gzip", Reply::ok("").encoded("gzip", gzip(&zeros)), too_large),
        ("brotli", Reply::ok("").encoded("br", brotli(&zeros)), too_large),
        ("zstd", Reply::ok("").encoded("zstd", zstd(&zeros)), too_large),
        ("too-long", Reply::ok(zeros.clone()).chunked(), too_large),
        ("drip", Reply::ok(vec![b' '; 1000]).drip(1, Duration::from_millis(20)), Some("time-out")),
        ("cut", Reply::ok(filled(&text)).truncated(MOST / 2), Some("the body was cut short")),
        ("head", Reply::ok("").header("X-Long", vec![b'x'; 300_000]), Some("the head of the answer is larger than any needs to be")),
        ("many", Reply::ok(filled("<item><guid>1</guid></item>")), None),
        ("texts", Reply::ok(filled(&text)), None),
        (
            "nested-html",
            Reply::ok(["<html><body>", &"<div>".repeat(MOST / 6)].concat()).content_type("text/html"),
            Some("the page is longer"),
        ),
        ("attributes", Reply::ok(filled("<item a=\"1\" b=\"2\" c=\"3\"/>")), None),
        ("json-values", Reply::ok(values).content_type(JSON), None),
        ("json-nested", Reply::ok("[".repeat(MOST)).content_type(JSON), Some("neither RSS, Atom nor JSON Feed")),
        ("nested", Reply::ok("<a>".repeat(MOST / 3)), Some("neither RSS, Atom nor JSON Feed")),
        ("entities", Reply::ok(format!("<!DOCTYPE r [<!ENTITY l0 \"ha\">{lols}]><rss><channel><title>&l9;</title></channel></rss>")), None),
        ("json", Reply::ok(json).content_type(JSON), None),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn the_worst_publishers_end_at_their_bounds_and_the_daemon_stays_small() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    let mut text = String::from(
        "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\ntimeout = \"8s\"\n\
         [defaults]\nschedule = \"@yearly\"\nallow_private = true\n",
    );
    let scenarios = scenarios();
    origin.put("/good", Reply::ok(rss(&items(0..3))));
    for name in scenarios.iter().map(|(name, ..)| *name).chain(["good"]) {
        text.push_str(&format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n", origin.url(&format!("/{name}"))));
    }
    let names: Vec<_> = scenarios.iter().map(|(name, _, told)| (*name, *told)).collect();
    for (name, reply, _) in scenarios {
        origin.put(&format!("/{name}"), reply);
    }
    workplace.config(&text);
    let daemon = workplace.daemon();
    // From then on there is a database.
    daemon.address();
    let all = names.len() as i64 + 1;
    eventually("every source was polled", Duration::from_secs(90), || (rows(&workplace, "SELECT count(*) FROM poll") == all).then_some(()));
    let (peak, code) = (daemon.peak_kib(), daemon.code_kib());
    eprintln!("{peak} KiB at most, {code} KiB of them code");
    assert!(peak - code < 46 << 10, "{peak} KiB at most, {code} KiB of them code");
    // A build for debugging has twice the code, and more.
    assert!(cfg!(debug_assertions) || peak < 64 << 10, "{peak} KiB at most");
    for (name, told) in names {
        let output = workplace.taspa(&["status", name, "--json"]);
        let status: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        match (told, status[0]["error"].as_str()) {
            (None, None) => {}
            (Some(told), Some(error)) if error.contains(told) => {}
            (told, error) => panic!("{name}: {error:?}, not {told:?}"),
        }
    }
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry JOIN source ON source.id = entry.source WHERE name = 'good'"), 3);
    assert_eq!(rows(&workplace, "SELECT max(duration_ms) < 20000 FROM poll"), 1, "none took much longer than its time-out");
}
