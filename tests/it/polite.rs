//! What publishers measure pollers by, through the real binary: validators, and what a failed answer is called.

use crate::support::binary::Workplace;
use crate::support::feeds::rss;
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{config, items, rows};

fn newsroom() -> (Origin, Workplace) {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    (origin, workplace)
}

#[test]
fn validators_come_back_byte_for_byte_however_odd() {
    let long = format!("\"{}\"", "x".repeat(4000));
    let etags: [&[u8]; 10] = [
        b"W/\"weak\"",
        b"unquoted",
        b"W/unquoted-and-weak",
        b"\"with \\\"quotes\\\" and spaces\"",
        b"\"half",
        b"\"a\", \"b\"",
        b"*",
        b"\"\"",
        "\"этаг\"".as_bytes(),
        long.as_bytes(),
    ];
    let dates: [&[u8]; 5] =
        [b"Sat, 28 Nov 2026 10:00:00 +0500", b"28.11.2026", b"1795860000", b"Saturday, 28-Nov-26 10:00:00 GMT", b"never, \"really\""];
    let (origin, workplace) = newsroom();
    for (n, etag) in etags.iter().enumerate() {
        let date = dates[n % dates.len()];
        origin.put("/a.xml", Reply::ok(rss(&items(0..1))).header("ETag", *etag).header("Last-Modified", date));
        workplace.taspa(&["fetch"]).expect_code(0);
        origin.put("/a.xml", Reply::ok("").status(304));
        workplace.taspa(&["fetch"]).expect_code(0);
        let requests = origin.requests_to("/a.xml");
        let headers = &requests.last().unwrap().headers;
        assert_eq!((headers.get("if-none-match"), headers.get("if-modified-since")), (Some(*etag), Some(date)), "{n}");
    }
}

#[test]
fn the_same_body_under_other_validators_is_read_once() {
    let (origin, workplace) = newsroom();
    let poll = |reply: Reply| {
        origin.put("/a.xml", reply);
        workplace.taspa(&["fetch"]).expect_code(0);
        rows(&workplace, "SELECT items_new + items_changed + items_unchanged FROM poll ORDER BY id DESC LIMIT 1")
    };
    let body = rss(&items(0..3));
    assert_eq!(poll(Reply::ok(body.clone()).etag("\"1\"").last_modified("A")), 3);
    assert_eq!(poll(Reply::ok(body.clone()).etag("\"2\"")), 0, "the same once more");
    assert_eq!(poll(Reply::ok(body.clone()).etag("\"3\"").gzip()), 0, "packed or not");
    let last = || origin.requests_to("/a.xml").pop().unwrap();
    assert_eq!(
        (last().header("if-none-match"), last().header("if-modified-since")),
        (Some("\"2\""), None),
        "a 200 replaces both all the same"
    );
    assert_eq!(poll(Reply::ok(body.clone()).content_type("text/xml; charset=koi8-r")), 3, "it may be read otherwise");
    assert_eq!(poll(Reply::ok(rss(&items(0..4)))), 4);
    assert_eq!(poll(Reply::ok(body.clone())), 3, "only the last body is known");
    assert_eq!(poll(Reply::ok(body.clone())), 0);
    workplace.config(&format!("{}drop = [\"Акимат\"]\n", config(&[("a", origin.url("/a.xml"))])));
    assert!(poll(Reply::ok(body)) > 0, "other rules read it anew");
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 4);
}

#[test]
fn every_failure_has_a_name() {
    let body = rss(&items(0..3));
    let cases = [
        (Reply::ok("").status(404), "the server answered 404 Not Found"),
        (Reply::ok("").status(401), "the server answered 401 Unauthorized"),
        (Reply::ok("").status(403), "the server answered 403 Forbidden"),
        (Reply::ok("").status(429), "the server answered 429 Too Many Requests"),
        (Reply::ok("").status(599), "the server answered 599"),
        (Reply::ok(body.clone()).status(304), "the server answered 304 Not Modified"),
        (Reply::ok(""), "the body is empty"),
        (Reply::ok(" \n\t "), "the body is empty"),
        (
            Reply::ok("{\"message\": \"not found\"}"),
            "the body is neither RSS, Atom nor JSON Feed: it begins with `{\"message\": \"not found\"}`",
        ),
        (Reply::ok("Service is down"), "the body is neither RSS, Atom nor JSON Feed: it begins with `Service is down`"),
        (Reply::ok(body.clone()).truncated(700), "the body was cut short"),
        (Reply::ok(body.clone()).chunked().truncated(700), "the body was cut short"),
        (Reply::ok(body.clone()).gzip().truncated(200), "the body was cut short"),
        (Reply::ok(body.clone()).encoded("gzip", body.as_bytes()), "the body does not unpack"),
        (Reply::ok(body.clone()).encoded("rot13", body.as_bytes()), "the body is packed in an unknown way: rot13"),
        (Reply::ok(body.clone()).reset(), "the connection broke before an answer came"),
        (
            Reply::ok("").status(302).header("Location", "gopher://a.kz/"),
            "a redirect to an address that cannot be fetched: `gopher://a.kz/`",
        ),
    ];
    for (reply, expected) in cases {
        let (origin, workplace) = newsroom();
        origin.put("/a.xml", reply);
        let told = workplace.taspa(&["fetch"]).expect_code(0).stdout;
        assert!(told.contains(expected), "{expected}: {told}");
        let status = workplace.taspa(&["status"]).expect_code(0).stdout;
        assert!(status.contains(expected), "{expected}: {status}");
    }
    // A page, whatever it says it is: judged by what it holds.
    let (origin, workplace) = newsroom();
    origin.put("/a.xml", Reply::ok("<!DOCTYPE html><title>Кіру</title><p>Введите пароль</p>").content_type("application/rss+xml"));
    assert!(workplace.taspa(&["fetch"]).stdout.contains("a: error: "), "no feed");
    origin.put("/a.xml", Reply::ok(body).content_type("text/html"));
    assert_eq!(workplace.taspa(&["fetch"]).expect_code(0).stdout, "a: 3 new, 0 changed, 0 unchanged\n");
}

#[test]
fn the_last_polls_of_a_source_and_the_reason_for_the_next_are_told() {
    let (origin, workplace) = newsroom();
    let config = config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))]).replace("* * * * * *", "0 0 * * *");
    workplace.config(&config);
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))).etag("\"1\"").header("Cache-Control", "max-age=600"));
    workplace.taspa(&["fetch", "a"]).expect_code(0);
    origin.put("/a.xml", Reply::ok("").status(503).header("Retry-After", "3000000"));
    workplace.taspa(&["fetch", "a"]).expect_code(0);
    let told = workplace.taspa(&["status", "a"]).expect_code(0).stdout;
    assert!(told.contains("next poll: 2") && told.contains("the server asks by `Retry-After` for no poll before"), "{told}");
    let lines: Vec<&str> = told.lines().collect();
    let head = lines.iter().position(|line| line.starts_with("POLL")).unwrap();
    assert!(lines[head + 1].contains(" 503 ") && lines[head + 2].contains("error: the server answered 503"), "{told}");
    assert!(lines[head + 3].contains(" 200 ") && lines[head + 3].contains("on schedule: 0 0 * * *"), "{told}");
    assert!(!told.contains("\nb "), "one source alone: {told}");
    let json: serde_json::Value = serde_json::from_str(&workplace.taspa(&["status", "a", "--json"]).expect_code(0).stdout).unwrap();
    let polls = json[0]["polls"].as_array().unwrap();
    assert_eq!(
        (json.as_array().unwrap().len(), polls.len(), &polls[1]["new"], &polls[0]["status"]),
        (1, 2, &3.into(), &503.into()),
        "{json}"
    );
    assert_eq!(json[0]["reason"], polls[0]["reason"]);
    let all: serde_json::Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    assert!(all[0].get("polls").is_none() && all.as_array().unwrap().len() == 2, "{all}");
    assert!(workplace.taspa(&["status", "nobody"]).expect_code(2).stderr.contains("no source is named `nobody`"));
    assert!(workplace.taspa(&["status", "b"]).expect_code(0).stdout.contains("no poll yet"));
}

#[test]
fn a_source_in_trouble_holds_up_no_other_of_its_host_and_a_host_that_is_away_all_of_them() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    origin.put("/good", Reply::ok(rss(&items(0..1))));
    origin.put("/reset", Reply::ok(rss(&items(0..1))).reset());
    origin.put("/drip", Reply::ok(rss(&items(0..1))).drip(1, std::time::Duration::from_millis(50)));
    origin.put("/cut", Reply::ok(rss(&items(0..1))).truncated(20));
    let sources = |last: &str| {
        let named = [("reset", origin.url("/reset")), ("drip", origin.url("/drip")), ("cut", origin.url("/cut")), ("z", last.to_owned())];
        config(&named).replace("[fetch]\n", "[fetch]\ntimeout = \"300ms\"\n") + "schedule = \"@yearly\"\n"
    };
    let rests = || rows(&workplace, "SELECT count(*) FROM host WHERE rests_until IS NOT NULL");
    workplace.config(&sources(&origin.url("/good")));
    workplace.taspa(&["fetch"]).expect_code(0);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM source WHERE error IS NOT NULL"), 3);
    assert_eq!(rests(), 0, "the host is there");
    workplace.config(&sources(&format!("http://{closed}/feed")));
    workplace.taspa(&["fetch", "z"]);
    assert_eq!(rests(), 1);
    let status = workplace.taspa(&["status", "drip"]).stdout;
    assert!(status.contains("127.0.0.1 was not to be reached"), "{status}");
}
