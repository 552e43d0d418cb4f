//! The real binary, end to end: daemon and origin on loopback, a real file, real signals.

use std::time::Duration;

use crate::support::binary::{Daemon, Workplace};
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{get, request};
use crate::support::origin::{Gate, Origin, Reply};

const BOUND: Duration = Duration::from_secs(20);

/// A config that polls each source every second.
fn config(sources: &[(&str, String)]) -> String {
    let mut text = String::from(
        "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[defaults]\nschedule = \"* * * * * *\"\nallow_private = true\n",
    );
    for (name, url) in sources {
        text.push_str(&format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\n"));
    }
    text
}

fn feed_of(daemon: &Daemon) -> String {
    get(&format!("{}/feeds/all.atom", base(daemon))).text().to_owned()
}

fn base(daemon: &Daemon) -> String {
    daemon.base_url().trim_end_matches('/').to_owned()
}

/// Waits until the merged feed satisfies `is_so`.
fn wait_for_feed(daemon: &Daemon, what: &str, is_so: impl Fn(&str) -> bool) -> String {
    eventually(what, BOUND, || Some(feed_of(daemon)).filter(|feed| is_so(feed)))
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// Rows that the SQL counts in the workplace's database.
fn rows(workplace: &Workplace, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn items(numbers: impl IntoIterator<Item = u32>) -> Vec<Item> {
    numbers.into_iter().map(Item::new).collect()
}

#[test]
fn a_cold_start_polls_stores_and_publishes() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..5))).content_type("application/rss+xml"));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();

    let feed = wait_for_feed(&daemon, "five entries in the feed", |feed| count(feed, "<entry>") == 5);
    assert!(feed.contains(&Item::new(4).title), "{feed}");

    let response = get(&format!("{}/feeds/all.atom", base(&daemon)));
    assert_eq!(response.header("content-type"), Some("application/atom+xml"));
    assert_eq!(get(&format!("{}/healthz", base(&daemon))).text(), "ok\n");
    let page = get(&format!("{}/", base(&daemon)));
    assert!(page.text().contains("<link rel=\"alternate\" type=\"application/atom+xml\""), "{}", page.text());
}

#[test]
fn a_second_round_is_all_304_and_echoes_both_validators_byte_for_byte() {
    let origin = Origin::start();
    let body = rss(&items(0..3));
    let reply = Reply::ok(body).etag("W/\"odd, tag\"").last_modified("Tuesday, 24-Nov-26 10:00:00 GMT+5");
    origin.put("/a.xml", reply);
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();

    let requests = origin.wait_for_requests("/a.xml", 3, BOUND);
    assert_eq!(requests[0].header("if-none-match"), None);
    for later in &requests[1..] {
        assert_eq!(later.header("if-none-match"), Some("W/\"odd, tag\""));
        assert_eq!(later.header("if-modified-since"), Some("Tuesday, 24-Nov-26 10:00:00 GMT+5"));
    }
    daemon.wait_for_line(|line| line.contains("status=304"), BOUND);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 3);
}

#[test]
fn the_user_agent_names_taspa_and_where_it_lives() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..1))));
    let workplace = Workplace::new();
    let config = config(&[("a", origin.url("/a.xml"))]).replace("[server]\n", "[server]\npublic_url = \"https://news.example.kz/\"\n");
    workplace.config(&config);
    workplace.taspa(&["fetch"]).expect_code(0);
    let request = &origin.requests_to("/a.xml")[0];
    assert_eq!(request.header("user-agent"), Some(concat!("taspa/", env!("CARGO_PKG_VERSION"), " (+https://news.example.kz/)")));
    assert!(request.header("accept").unwrap().starts_with("application/atom+xml, application/rss+xml"));
    assert_eq!(request.header("accept-encoding"), Some("gzip, br, zstd, deflate"));
}

#[test]
fn a_changed_item_becomes_a_revision_and_moves_updated() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    let before = wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);

    let mut changed = items(0..3);
    changed[1] = Item::new(1).title("Исправленный заголовок").link("https://news.example/new-address");
    origin.put("/a.xml", Reply::ok(rss(&changed)));
    let after = wait_for_feed(&daemon, "the corrected title", |feed| feed.contains("Исправленный заголовок"));

    assert_eq!(count(&after, "<entry>"), 3);
    assert_eq!(ids(&after), ids(&before), "ids and order stay");
    assert_ne!(feed_updated(&after), feed_updated(&before));
    assert_eq!(rows(&workplace, "SELECT revision FROM entry WHERE title = 'Исправленный заголовок'"), 1);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 3);
}

fn ids(feed: &str) -> Vec<String> {
    feed.split("<entry>").skip(1).map(|entry| between(entry, "<id>", "</id>")).collect()
}

fn between(text: &str, start: &str, end: &str) -> String {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(inner, _)| inner.to_owned()).unwrap_or_default()
}

fn feed_updated(feed: &str) -> String {
    between(feed.split("<entry>").next().unwrap(), "<updated>", "</updated>")
}

#[test]
fn a_later_item_stands_on_top_and_an_unchanged_feed_keeps_its_bytes() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    let before = wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 2, BOUND);
    assert_eq!(feed_of(&daemon), before);

    // Its own date is older than all others; it entered last.
    let old = Item::new(77).date(Some("Mon, 01 Jan 2024 00:00:00 +0500"));
    let mut later = items(0..3);
    later.push(old);
    origin.put("/a.xml", Reply::ok(rss(&later)));
    let after = wait_for_feed(&daemon, "four entries", |feed| count(feed, "<entry>") == 4);
    assert_eq!(ids(&after)[1..], ids(&before));
}

#[test]
fn a_restart_continues_where_it_stopped() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..4))).etag("\"v1\""));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    let before = wait_for_feed(&daemon, "four entries", |feed| count(feed, "<entry>") == 4).replace(&base(&daemon), "");
    daemon.signal("TERM");
    assert!(daemon.wait_exit(BOUND).success());
    let polled = origin.requests_to("/a.xml").len();

    let daemon = workplace.daemon();
    assert_eq!(feed_of(&daemon).replace(&base(&daemon), ""), before, "the feed is there before the first poll");
    let requests = origin.wait_for_requests("/a.xml", polled + 1, BOUND);
    assert_eq!(requests[polled].header("if-none-match"), Some("\"v1\""));
    daemon.wait_for_line(|line| line.contains("status=304"), BOUND);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 4);
}

#[test]
fn next_poll_times_survive_a_restart() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..4))));
    let workplace = Workplace::new();
    // Due once a year; only a source that was never polled is due at once.
    workplace.config(&config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", "0 0 0 1 1 *"));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "four entries", |feed| count(feed, "<entry>") == 4);
    daemon.signal("TERM");
    daemon.wait_exit(BOUND);

    let second = workplace.daemon();
    wait_for_feed(&second, "four entries again", |feed| count(feed, "<entry>") == 4);
    second.signal("TERM");
    second.wait_exit(BOUND);
    assert_eq!(origin.requests_to("/a.xml").len(), 1, "{}", second.log());
}

#[test]
fn a_kill_during_a_poll_loses_and_doubles_nothing() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))).etag("\"v1\""));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);

    let gate = Gate::new();
    origin.put("/a.xml", Reply::ok(rss(&items(0..6))).etag("\"v2\"").gate(&gate));
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 1, BOUND);
    daemon.signal("KILL");
    daemon.wait_exit(BOUND);
    gate.open();

    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "six entries", |feed| count(feed, "<entry>") == 6);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 6);
    assert_eq!(rows(&workplace, "SELECT count(*) - count(DISTINCT guid) FROM entry"), 0);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM story"), 6);
}

#[test]
fn kills_at_any_moment_keep_a_poll_whole_or_not_at_all() {
    let origin = Origin::start();
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    for round in 0..6_u32 {
        // Each round brings 50 new items with their own validator.
        origin.put("/a.xml", Reply::ok(rss(&items(round * 50..(round + 1) * 50))).etag(format!("\"v{round}\"")));
        let daemon = workplace.daemon();
        let polled = origin.requests_to("/a.xml").len();
        origin.wait_for_requests("/a.xml", polled + 1, BOUND);
        // A different moment each time, from right after the request to well after the commit.
        std::thread::sleep(Duration::from_millis(u64::from(round) * 7));
        daemon.signal("KILL");
        daemon.wait_exit(BOUND);
        let stored = rows(&workplace, "SELECT count(*) FROM entry");
        assert_eq!(stored % 50, 0, "round {round}: a poll was half stored");
        let keeps_new_validators = rows(&workplace, &format!("SELECT count(*) FROM source WHERE CAST(etag AS TEXT) = '\"v{round}\"'"));
        let has_new_entries = rows(&workplace, &format!("SELECT EXISTS (SELECT 1 FROM entry WHERE guid LIKE '%={}')", round * 50));
        assert_eq!(keeps_new_validators, has_new_entries, "round {round}: entries and validators come together");
    }
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn sigterm_lets_a_running_poll_finish() {
    let origin = Origin::start();
    let gate = Gate::new();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))).gate(&gate));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    origin.wait_for_requests("/a.xml", 1, BOUND);
    daemon.signal("TERM");
    daemon.wait_for_line(|line| line.contains("stopping"), BOUND);
    gate.open();
    assert!(daemon.wait_exit(Duration::from_secs(10)).success());
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 3);
}

#[test]
fn sigterm_drops_a_poll_that_does_not_finish_within_ten_seconds() {
    let origin = Origin::start();
    let gate = Gate::new();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))).gate(&gate));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    origin.wait_for_requests("/a.xml", 1, BOUND);
    daemon.signal("INT");
    assert!(daemon.wait_exit(Duration::from_secs(10)).success());
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 0);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM poll"), 0);
}

#[test]
fn sighup_adds_changes_and_retires_sources() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    origin.put("/b.xml", Reply::ok(rss(&items(10..13))));
    origin.put("/a2.xml", Reply::ok(rss(&items(20..21))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries of a", |feed| count(feed, "<entry>") == 2);

    workplace.config(&config(&[("a", origin.url("/a2.xml")), ("b", origin.url("/b.xml"))]));
    daemon.signal("HUP");
    wait_for_feed(&daemon, "b added, a moved", |feed| count(feed, "<entry>") == 6);

    workplace.config(&config(&[("b", origin.url("/b.xml"))]));
    daemon.signal("HUP");
    wait_for_feed(&daemon, "a retired", |feed| count(feed, "<entry>") == 3);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 6, "retiring keeps what is stored");
    let polled = origin.requests_to("/a2.xml").len();
    let of_b = origin.requests_to("/b.xml").len();
    origin.wait_for_requests("/b.xml", of_b + 2, BOUND);
    assert!(origin.requests_to("/a2.xml").len() <= polled + 1, "a retired source is polled no more");
}

#[test]
fn sighup_with_a_wrong_file_keeps_the_old_settings_and_says_so() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    workplace.config("[server]\nlisten = 5\n[[source]]\nnam = \"a\"\n");
    daemon.signal("HUP");
    daemon.wait_for_line(|line| line.contains("the config was not reloaded"), BOUND);
    daemon.wait_for_line(|line| line.contains("config.toml:4:1"), BOUND);
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 2, BOUND);
    assert_eq!(count(&feed_of(&daemon), "<entry>"), 2);
}

#[test]
fn a_bad_config_refuses_to_start_with_exit_code_1() {
    let workplace = Workplace::new();
    workplace.config("[[source]]\nname = \"a\"\nurl = \"ftp://x/\"\n");
    let output = workplace.taspa(&["run"]).expect_code(1);
    assert!(output.stderr.contains("config.toml:3:7"), "{output}");
    let output = Workplace::new().taspa(&["run"]).expect_code(1);
    assert!(output.stderr.contains("no config file"), "{output}");
}

#[test]
fn a_second_daemon_on_the_same_file_is_refused() {
    let workplace = Workplace::new();
    workplace.config(&config(&[]));
    let first = workplace.daemon();
    first.base_url();
    let output = workplace.taspa(&["run"]).expect_code(1);
    assert!(output.stderr.contains("another daemon (process "), "{output}");
    assert!(output.stderr.contains("hint: stop it first"), "{output}");
}

#[test]
fn what_another_process_fetches_is_published_by_the_daemon() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", "0 0 0 1 1 *"));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    origin.put("/a.xml", Reply::ok(rss(&items(0..5))));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert_eq!(output.stdout, "a: 3 new, 0 changed, 2 unchanged\n");
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
}

#[test]
fn logs_in_a_file_have_no_colour_codes_and_one_line_a_poll() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", "0 0 0 1 1 *"));
    let daemon = workplace.daemon();
    daemon.wait_for_line(|line| line.contains("polled") && line.contains("items_new=2"), BOUND);
    daemon.signal("TERM");
    daemon.wait_exit(BOUND);
    assert!(!daemon.log().contains('\u{1b}'), "{}", daemon.log());
    assert_eq!(count(&daemon.log(), "source=a"), 1, "{}", daemon.log());
}

#[test]
fn readers_get_304_head_and_gzip() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..5))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
    let url = format!("{}/feeds/all.atom", base(&daemon));

    let whole = get(&url);
    let etag = whole.header("etag").unwrap().to_owned();
    let modified = whole.header("last-modified").unwrap().to_owned();
    assert!(etag.starts_with('"'), "strong: {etag}");
    for conditions in [
        vec![("If-None-Match", etag.as_str())],
        vec![("If-None-Match", "\"other\", W/\"x\""), ("If-None-Match", etag.as_str())],
        vec![("If-None-Match", "*")],
        vec![("If-Modified-Since", modified.as_str())],
        vec![("If-None-Match", etag.as_str()), ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT")],
    ] {
        let response = request("GET", &url, &conditions);
        assert_eq!((response.status, response.body.len()), (304, 0), "{conditions:?}");
        assert_eq!(response.header("etag"), Some(etag.as_str()));
    }
    for conditions in [
        vec![("If-None-Match", "\"other\""), ("If-Modified-Since", modified.as_str())],
        vec![("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT")],
        vec![("If-Modified-Since", "yesterday")],
    ] {
        assert_eq!(request("GET", &url, &conditions).status, 200, "{conditions:?}");
    }

    let head = request("HEAD", &url, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));

    let packed = request("GET", &url, &[("Accept-Encoding", "br, gzip;q=0.5")]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_ne!(packed.header("etag"), Some(etag.as_str()));
    let mut unpacked = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.body.as_slice()), &mut unpacked).unwrap();
    assert_eq!(unpacked, whole.text());
    assert_eq!(request("GET", &url, &[("Accept-Encoding", "gzip;q=0")]).header("content-encoding"), None);

    assert_eq!(request("POST", &url, &[]).status, 405);
    assert_eq!(get(&format!("{}/feeds/none.atom", base(&daemon))).status, 404);
    assert_eq!(get(&format!("{}/feeds/..%2f..%2fetc%2fpasswd", base(&daemon))).status, 404);
}

#[test]
fn systemd_is_told_when_the_socket_listens_and_when_it_ends() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..1))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let socket = std::os::unix::net::UnixDatagram::bind(workplace.path("notify")).unwrap();
    socket.set_read_timeout(Some(BOUND)).unwrap();
    let heard = || {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let mut command = workplace.command(&["run"]);
    command.env("NOTIFY_SOCKET", workplace.path("notify"));
    let daemon = Daemon::start(command);
    assert_eq!(heard(), "READY=1");
    assert_eq!(get(&format!("{}/healthz", base(&daemon))).status, 200);
    daemon.signal("HUP");
    assert!(heard().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    assert_eq!(heard(), "READY=1");
    daemon.signal("TERM");
    assert_eq!(heard(), "STOPPING=1");
    assert!(daemon.wait_exit(BOUND).success());
}

#[test]
fn hostile_requests_are_answered_or_closed_and_others_go_on() {
    let workplace = Workplace::new();
    workplace.config(&config(&[]));
    let daemon = workplace.daemon();
    let address = daemon.address();
    let idle: Vec<std::net::TcpStream> = (0..300).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    let giant = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(200));
    for hostile in [
        giant.as_str(),
        many.as_str(),
        "\0\0\0\r\n\r\n",
        "GET  / HTTP/9.9\r\n\r\n",
        "GET /feeds/%00%ff.atom HTTP/1.0\r\n\r\n",
        "GET http://[ HTTP/1.1\r\n\r\n",
    ] {
        let answer = String::from_utf8_lossy(&crate::support::http::raw(address, hostile.as_bytes())).into_owned();
        assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{}: {answer}", &hostile[..20.min(hostile.len())]);
    }
    assert_eq!(get(&format!("{}/healthz", base(&daemon))).status, 200);
    drop(idle);
}

#[test]
fn a_poll_in_flight_does_not_undo_a_reload() {
    let origin = Origin::start();
    let gate = Gate::new();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))).gate(&gate));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", "0 0 0 1 1 *"));
    let daemon = workplace.daemon();
    origin.wait_for_requests("/a.xml", 1, BOUND);
    // The schedule changes while the old one's poll runs.
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    daemon.signal("HUP");
    daemon.wait_for_line(|line| line.contains("the config was reloaded"), BOUND);
    gate.open();
    origin.wait_for_requests("/a.xml", 3, BOUND);

    // The address changes while the old one answers that it is gone.
    let gate = Gate::new();
    origin.put("/a.xml", Reply::ok("").status(410).gate(&gate));
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 1, BOUND);
    origin.put("/b.xml", Reply::ok(rss(&items(5..6))));
    workplace.config(&config(&[("a", origin.url("/b.xml"))]));
    daemon.signal("HUP");
    let mut reloads = 0;
    daemon.wait_for_line(
        |line| {
            reloads += usize::from(line.contains("the config was reloaded"));
            reloads == 2
        },
        BOUND,
    );
    gate.open();
    origin.wait_for_requests("/b.xml", 2, BOUND);
    wait_for_feed(&daemon, "an entry of the new address", |feed| count(feed, "<entry>") == 3);
}

#[test]
fn sigterm_does_not_wait_for_another_process_that_holds_the_database() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    let holder = rusqlite::Connection::open(workplace.database()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    origin.put("/a.xml", Reply::ok(rss(&items(0..4))));
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 1, BOUND);
    daemon.signal("TERM");
    assert!(daemon.wait_exit(Duration::from_secs(11)).success());
    drop(holder);
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry") % 2, 0);
}

#[test]
fn a_view_that_leaves_the_config_leaves_the_server() {
    let workplace = Workplace::new();
    workplace.config(&(config(&[]) + "[[view]]\nname = \"x\"\n"));
    let daemon = workplace.daemon();
    let url = format!("{}/feeds/x.atom", base(&daemon));
    assert_eq!(get(&url).status, 200);
    workplace.config(&config(&[]));
    daemon.signal("HUP");
    eventually("the view is gone", BOUND, || (get(&url).status == 404).then_some(()));
    assert_eq!(get(&format!("{}/feeds/all.atom", base(&daemon))).status, 200);
}

#[test]
fn the_front_page_has_its_own_date_and_no_other_path() {
    let workplace = Workplace::new();
    workplace.config(&config(&[]));
    let daemon = workplace.daemon();
    let page = get(&format!("{}/", base(&daemon)));
    let modified = page.header("last-modified").unwrap();
    assert_eq!(request("GET", &format!("{}/", base(&daemon)), &[("If-Modified-Since", modified)]).status, 304);
    for path in ["/feeds/%2F", "/feeds/", "/feeds", "/feeds/all", "/feeds/all.atom/"] {
        assert_eq!(get(&format!("{}{path}", base(&daemon))).status, 404, "{path}");
    }
}

#[test]
fn a_story_of_two_sources_stands_in_each_view_where_that_views_source_put_it() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..1))));
    origin.put("/b.xml", Reply::ok(rss(&items(10..13))));
    let workplace = Workplace::new();
    let views = "[[view]]\nname = \"b\"\nsources = [\"b\"]\nlimit = 2\n";
    workplace.config(&(config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))]) + views));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "four stories", |feed| count(feed, "<entry>") == 4);
    // b now carries what a had first.
    let taken = Item::new(0).guid(Some("b-0")).title("Как рассказывает Б");
    let mut all = items(10..13);
    all.push(taken);
    origin.put("/b.xml", Reply::ok(rss(&all)));
    let url = format!("{}/feeds/b.atom", base(&daemon));
    let of_b = eventually("b's view", BOUND, || Some(get(&url).text().to_owned()).filter(|feed| feed.contains("Как рассказывает Б")));
    assert!(between(&of_b, "<entry>", "</entry>").contains("Как рассказывает Б"), "on top, in b's own words: {of_b}");
    assert_eq!(count(&of_b, "<entry>"), 2);
    let merged = feed_of(&daemon);
    assert_eq!(count(&merged, "<entry>"), 4);
    assert!(!merged.contains("Как рассказывает Б"));
    assert!(ids(&merged).contains(&ids(&of_b)[0]), "one story, one id");
}

#[test]
fn a_closed_standard_output_stops_nothing() {
    let workplace = Workplace::new();
    workplace.config(&config(&[]));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = workplace.command(&["run"]);
    let mut child = command.stdout(full).stderr(std::process::Stdio::null()).spawn().unwrap();
    eventually("the daemon holds its lock", BOUND, || {
        std::fs::read_to_string(workplace.path("taspa.sqlite.lock")).ok().filter(|pid| !pid.is_empty())
    });
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let status = child.wait().unwrap();
    assert!(status.success() || status.code().is_none(), "{status}");
}

#[test]
fn a_view_of_some_sources_is_full_though_they_carry_the_same_stories() {
    let origin = Origin::start();
    let workplace = Workplace::new();
    let names = ["a", "b", "c", "off"];
    let mut sources = Vec::new();
    for name in names {
        origin.put(&format!("/{name}.xml"), Reply::ok(rss(&items(0..30))));
        sources.push((name, origin.url(&format!("/{name}.xml"))));
    }
    let text =
        config(&sources).replace("* * * * * *", "0 0 0 1 1 *") + "[[view]]\nname = \"abc\"\nsources = [\"a\", \"b\", \"c\"]\nlimit = 10\n";
    workplace.config(&text);
    // One after the other, so that each carries what the others had before.
    for name in names {
        workplace.taspa(&["fetch", name]).expect_code(0);
    }
    let daemon = workplace.daemon();
    let feed = get(&format!("{}/feeds/abc.atom", base(&daemon))).text().to_owned();
    assert_eq!(count(&feed, "<entry>"), 10);
    assert_eq!(ids(&feed), ids(&feed_of(&daemon))[..10]);
    assert_eq!(count(&feed_of(&daemon), "<entry>"), 30);
}

#[test]
fn a_config_that_another_process_took_into_the_store_starts_no_storm() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    let yearly = config(&[("a", origin.url("/a.xml"))]).replace("* * * * * *", "0 0 0 1 1 *");
    workplace.config(&yearly);
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    workplace.taspa(&["fetch"]).expect_code(0);
    // The daemon has not been told of the new schedule: it polls once more at most, and goes back to its own.
    let mut polls = 0;
    daemon.wait_for_line(
        |line| {
            polls += usize::from(line.contains("polled source=a"));
            polls == 2
        },
        BOUND,
    );
    workplace.config(&yearly);
    workplace.taspa(&["fetch"]).expect_code(0);
    assert!(origin.requests_to("/a.xml").len() <= 5, "{}", daemon.log());
}
