//! The real binary, end to end: its life from a cold start to SIGTERM, on loopback, with a real file and real signals.

use std::time::Duration;

use crate::support::binary::{Daemon, Workplace};
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::get;
use crate::support::origin::{Gate, Origin, Reply};
use crate::support::scene::{BOUND, Scene, base, config, count, feed_of, items, rows, wait_for_feed};

#[test]
fn a_cold_start_polls_stores_and_publishes() {
    let Scene { origin: _origin, workplace: _workplace, daemon } =
        Scene::secondly(Reply::ok(rss(&items(0..5))).content_type("application/rss+xml"));

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
    let body = rss(&items(0..3));
    let reply = Reply::ok(body).etag("W/\"odd, tag\"").last_modified("Tuesday, 24-Nov-26 10:00:00 GMT+5");
    let Scene { origin, workplace, daemon } = Scene::secondly(reply);

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
fn a_restart_continues_where_it_stopped() {
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..4))).etag("\"v1\""));
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
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))).etag("\"v1\""));
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
    let gate = Gate::new();
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))).gate(&gate));
    origin.wait_for_requests("/a.xml", 1, BOUND);
    daemon.signal("TERM");
    daemon.wait_for_line(|line| line.contains("stopping"), BOUND);
    gate.open();
    assert!(daemon.wait_exit(Duration::from_secs(10)).success());
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry"), 3);
}

#[test]
fn sigterm_drops_a_poll_that_does_not_finish_within_ten_seconds() {
    let gate = Gate::new();
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))).gate(&gate));
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
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..2))));
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
    let Scene { origin, workplace, daemon } = Scene::yearly(Reply::ok(rss(&items(0..2))));
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    origin.put("/a.xml", Reply::ok(rss(&items(0..5))));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert_eq!(output.stdout, "a: 3 new, 0 changed, 2 unchanged\n");
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
}

#[test]
fn logs_in_a_file_have_no_colour_codes_and_one_line_a_poll() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::yearly(Reply::ok(rss(&items(0..2))));
    daemon.wait_for_line(|line| line.contains("polled") && line.contains("items_new=2"), BOUND);
    daemon.signal("TERM");
    daemon.wait_exit(BOUND);
    assert!(!daemon.log().contains('\u{1b}'), "{}", daemon.log());
    assert_eq!(count(&daemon.log(), "source=a"), 1, "{}", daemon.log());
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
fn a_poll_in_flight_does_not_undo_a_reload() {
    let gate = Gate::new();
    let Scene { origin, workplace, daemon } = Scene::yearly(Reply::ok(rss(&items(0..2))).gate(&gate));
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
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..2))));
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

#[test]
fn rust_log_tells_more() {
    let workplace = Workplace::new();
    let origin = Origin::start();
    origin.put(
        "/a.xml",
        Reply::ok("<rss version=\"2.0\"><channel><item><title>one</title></item><item><title>A&B</title></item></channel></rss>"),
    );
    workplace.config(&config(&[("a", origin.url("/a.xml?secret=1"))]));
    let mut command = workplace.command(&["run"]);
    command.env("RUST_LOG", "taspa=debug");
    let daemon = Daemon::start(command);
    daemon.wait_for_line(|line| line.contains("DEBUG answered host=\"127.0.0.1\" status=200"), BOUND);
    daemon.wait_for_line(|line| line.contains("DEBUG a problem that did not stop the poll source=a"), BOUND);
    daemon.wait_for_line(|line| line.contains("DEBUG rendered view=\"all\""), BOUND);
    assert!(!daemon.log().contains("secret=1"), "{}", daemon.log());
}

#[test]
fn a_view_may_hold_one_language() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    let titles = [
        ("Президент прибыл в Шымкент с рабочей поездкой", 1),
        ("Астанада жаңа мектеп ашылды, оған мың бала барады", 2),
        ("The bank has kept its rate for the third time", 3),
    ];
    let all: Vec<Item> = titles.iter().map(|(title, number)| Item::new(*number).title(*title).text(*title)).collect();
    origin.put("/a.xml", Reply::ok(rss(&all)));
    origin.put("/b.xml", Reply::ok(rss(&[Item::new(9).title("Алматыда көпір салынып жатыр, ол көктемде ашылады").text("")])));
    let views = "[[view]]\nname = \"kk\"\nlanguages = [\"kk\"]\n[[view]]\nname = \"a-kk\"\nsources = [\"a\"]\nlanguages = [\"kk\"]\n[[view]]\nname = \"two\"\nlanguages = [\"en\", \"ru\"]\n";
    workplace.config(&format!("{}{views}", config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))])));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "all four are there", |feed| count(feed, "<entry>") == 4);
    let view = |name: &str, entries: usize| {
        let url = format!("{}/feeds/{name}.atom", base(&daemon));
        eventually(name, BOUND, || Some(get(&url).text().to_owned()).filter(|feed| count(feed, "<entry>") == entries))
    };
    let kazakh = view("kk", 2);
    assert!(kazakh.contains("Астанада") && kazakh.contains("Алматыда") && kazakh.contains("xml:lang=\"kk\""), "{kazakh}");
    assert!(view("a-kk", 1).contains("Астанада"));
    assert!(!view("two", 2).contains("Астанада"));
}
