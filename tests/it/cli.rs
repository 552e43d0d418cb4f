//! What people see of the verbs: lines, tables, JSON, exit codes.

use serde_json::Value;

use crate::support::binary::{Workplace, run};
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Origin, Reply};

fn workplace(origin: &Origin) -> Workplace {
    origin.put("/good", Reply::ok(rss(&[Item::new(1), Item::new(2)])).etag("\"1\""));
    origin.put("/page", Reply::ok("<!DOCTYPE html><html><body>Сайт</body></html>").content_type("text/html"));
    let workplace = Workplace::new();
    workplace.config(&format!(
        "[fetch]\nhost_spacing = \"0s\"\n[defaults]\nallow_private = true\n\
         [[source]]\nname = \"good\"\nurl = \"{}\"\n[[source]]\nname = \"page\"\nurl = \"{}\"\n\
         [[source]]\nname = \"off\"\nurl = \"{}\"\nenabled = false\n",
        origin.url("/good"),
        origin.url("/page"),
        origin.url("/off"),
    ));
    workplace
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn fetch_tells_a_line_a_source_and_its_exit_code() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert_eq!(
        sorted(&output.stdout),
        [
            "  hint: open the source's `url` in a browser: it must be a feed, or a page that lists news; [source.listing] says where they stand",
            "good: 2 new, 0 changed, 0 unchanged",
            "page: error: the page names no feed, and no list of news was found in its 62 bytes",
        ]
    );
    assert_eq!(output.stderr, "", "no progress bar, no log where there is no terminal");
    assert_eq!(workplace.taspa(&["fetch", "good"]).expect_code(0).stdout, "good: 0 new, 0 changed, 0 unchanged, not modified\n");
    workplace.taspa(&["fetch", "--strict"]).expect_code(1);
    workplace.taspa(&["fetch", "--strict", "good"]).expect_code(0);
    assert_eq!(origin.requests_to("/off").len(), 0);
}

#[test]
fn fetch_of_an_unknown_name_is_wrong_usage() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let output = workplace.taspa(&["fetch", "nobody"]).expect_code(2);
    assert!(output.stderr.contains("no source is named `nobody`") && output.stderr.contains("good, page, off"), "{output}");
    workplace.taspa(&["fetchh"]).expect_code(2);
}

#[test]
fn fetch_with_nothing_to_poll_says_so() {
    let workplace = Workplace::new();
    workplace.config("");
    assert!(workplace.taspa(&["fetch"]).expect_code(1).stderr.contains("there is no source to poll"));
}

#[test]
fn fetch_json_is_an_object_a_line() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let output = workplace.taspa(&["fetch", "--json"]).expect_code(0);
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let good = lines.iter().find(|line| line["name"] == "good").unwrap();
    assert_eq!((&good["new"], &good["error"], &good["status"]), (&Value::from(2), &Value::Null, &Value::from(200)));
    let page = lines.iter().find(|line| line["name"] == "page").unwrap();
    assert_eq!(page["error"], "the page names no feed, and no list of news was found in its 62 bytes");
}

#[test]
fn status_tells_how_each_source_stands() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let before: Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    assert_eq!((before.as_array().unwrap().len(), &before[0]["last_poll"], &before[0]["entries"]), (3, &Value::Null, &Value::from(0)));
    assert!(!workplace.database().exists(), "looking makes no file");

    workplace.taspa(&["fetch"]).expect_code(0);
    let status: Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    let [good, page, off] = status.as_array().unwrap().as_slice() else { panic!("{status}") };
    assert_eq!((&good["name"], &good["url"]), (&Value::from("good"), &Value::from(origin.url("/good"))));
    assert_eq!((&good["error"], &good["entries"]), (&Value::Null, &Value::from(2)));
    assert!(
        good["last_poll"].as_str().unwrap().ends_with('Z') && good["last_success"] == good["last_poll"] && good["next_poll"].is_string()
    );
    assert_eq!(
        (&page["error"], &page["last_success"]),
        (&Value::from("the page names no feed, and no list of news was found in its 62 bytes"), &Value::Null)
    );
    assert_eq!(good["reason"], "on schedule: */15 * * * * in UTC");
    assert_eq!((&off["enabled"], &off["next_poll"]), (&Value::from(false), &Value::Null));

    let table = workplace.taspa(&["status"]).expect_code(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("SOURCE") && lines[1].starts_with("page "), "what fails stands first:\n{table}");
    assert_eq!(lines[2], "  error: the page names no feed, and no list of news was found in its 62 bytes");
}

#[test]
fn a_source_that_is_gone_is_polled_only_by_name() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    origin.put("/good", Reply::ok("").status(410));
    workplace.taspa(&["fetch"]).expect_code(0);
    let polled = origin.requests_to("/good").len();
    workplace.taspa(&["fetch"]).expect_code(0);
    assert_eq!(origin.requests_to("/good").len(), polled);
    let table = workplace.taspa(&["status"]).expect_code(0).stdout;
    assert!(table.contains("stopped") && table.contains("410 Gone"), "{table}");
    origin.put("/good", Reply::ok(rss(&[Item::new(1)])));
    assert_eq!(workplace.taspa(&["fetch", "good"]).expect_code(0).stdout, "good: 1 new, 0 changed, 0 unchanged\n");
}

#[test]
fn validators_follow_each_answer() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let poll = |reply: Reply| {
        origin.put("/good", reply);
        workplace.taspa(&["fetch", "good"]).expect_code(0);
        let last = origin.requests_to("/good").pop().unwrap();
        (last.header("if-none-match").map(str::to_owned), last.header("if-modified-since").map(str::to_owned))
    };
    let document = rss(&[Item::new(1)]);
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(poll(Reply::ok(document.as_str()).etag("\"1\"").last_modified("A")), (None, None));
    assert_eq!(poll(Reply::ok(document.as_str()).etag("\"2\"")), (text("\"1\""), text("A")), "both come back");
    assert_eq!(poll(Reply::ok(document.as_str()).status(304).header("ETag", "\"3\"")), (text("\"2\""), None), "a 200 replaces both");
    assert_eq!(poll(Reply::ok(document.as_str()).status(500)), (text("\"3\""), None), "a 304 updates what it brings");
    assert_eq!(poll(Reply::ok(document.as_str())), (text("\"3\""), None), "a failure keeps them");
    assert_eq!(poll(Reply::ok(document.as_str())), (None, None), "a 200 without any drops them");
}

#[test]
fn a_truncated_body_keeps_the_old_validators() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch", "good"]).expect_code(0);
    let longer: Vec<Item> = (1..30).map(Item::new).collect();
    origin.put("/good", Reply::ok(rss(&longer)).etag("\"2\"").truncated(4000));
    assert_eq!(workplace.taspa(&["fetch", "good"]).expect_code(0).stdout, "good: error: the body was cut short\n");
    origin.put("/good", Reply::ok(rss(&longer)).etag("\"2\""));
    assert_eq!(workplace.taspa(&["fetch", "good"]).expect_code(0).stdout, "good: 27 new, 0 changed, 2 unchanged\n");
    assert_eq!(origin.requests_to("/good")[2].header("if-none-match"), Some("\"1\""));
}

#[test]
fn a_missing_store_of_authorities_is_named_and_costs_only_https() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let config = std::fs::read_to_string(workplace.path("config.toml")).unwrap();
    workplace.config(&format!("{config}[[source]]\nname = \"secure\"\nurl = \"https://127.0.0.1:9/\"\nallow_private = true\n"));
    let mut command = workplace.command(&["fetch", "good", "secure"]);
    command.env("SSL_CERT_FILE", workplace.path("none.pem")).env("SSL_CERT_DIR", workplace.path("none"));
    let output = run(command).expect_code(0);
    assert!(output.stdout.contains("good: 2 new"), "{output}");
    assert!(output.stdout.contains("secure: error: there is no store of certificate authorities"), "{output}");
    assert!(output.stdout.contains("hint: install the package `ca-certificates`"), "{output}");
}

#[test]
fn no_proxy_of_the_environment_is_used() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let mut command = workplace.command(&["fetch", "good"]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9/");
    }
    assert_eq!(run(command).expect_code(0).stdout, "good: 2 new, 0 changed, 0 unchanged\n");
}

#[test]
fn check_says_good_or_all_that_is_wrong() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    assert_eq!(workplace.taspa(&["check"]).expect_code(0).stdout, "config.toml: good; sources: 3 (1 disabled), views: 1\n");
    workplace.config("[server]\nlisten = 1\nx = 2\n");
    let output = workplace.taspa(&["check"]).expect_code(1);
    assert!(output.stderr.contains("--> config.toml:2:10") && output.stderr.ends_with("config.toml: 2 errors\n"), "{output}");
    let json: Value = serde_json::from_str(&workplace.taspa(&["check", "--json"]).expect_code(1).stdout).unwrap();
    assert_eq!((&json["errors"][1]["line"], &json["errors"][1]["column"]), (&Value::from(3), &Value::from(1)));
}

#[test]
fn the_config_option_stands_before_or_after_the_verb() {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("other.toml"), "").unwrap();
    workplace.taspa(&["--config", "other.toml", "check"]).expect_code(0);
    workplace.taspa(&["check", "--config", "other.toml"]).expect_code(0);
    workplace.taspa(&["check"]).expect_code(1);
}

#[test]
fn schema_and_help_need_no_config() {
    let workplace = Workplace::new();
    let schema: Value = serde_json::from_str(&workplace.taspa(&["schema"]).expect_code(0).stdout).unwrap();
    assert_eq!(schema["properties"]["fetch"]["properties"]["concurrency"]["maximum"], 1024);
    assert!(workplace.taspa(&["schema", "--markdown"]).expect_code(0).stdout.starts_with("# config.toml"));
    let help = workplace.taspa(&["--help"]).expect_code(0).stdout;
    for verb in ["run", "fetch", "status", "check", "schema"] {
        assert!(help.contains(&format!("  {verb} ")), "{help}");
    }
}

#[test]
fn fetch_leaves_a_server_alone_that_asks_for_it() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    origin.put("/good", Reply::ok("").status(503).header("Retry-After", "3600"));
    workplace.taspa(&["fetch", "good"]).expect_code(0);
    let output = workplace.taspa(&["fetch", "good"]).expect_code(0);
    assert!(output.stdout.starts_with("good: left alone until 20"), "{output}");
    assert_eq!(origin.requests_to("/good").len(), 1);
}

#[test]
fn a_host_that_asks_to_be_left_alone_is_left_alone_by_all_its_sources() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    origin.put("/a", Reply::ok("").status(429).header("Retry-After", "3600"));
    origin.put("/b", Reply::ok(rss(&[Item::new(1)])));
    let source = |name: &str| format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n", origin.url(&format!("/{name}")));
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n{}{}", source("a"), source("b")));
    workplace.taspa(&["fetch", "a"]).expect_code(0);
    // Another process, and a source that was never told itself.
    let output = workplace.taspa(&["fetch", "b"]).expect_code(0);
    assert!(output.stdout.starts_with("b: left alone until 20"), "{output}");
    let status: Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    assert!(status[1]["reason"].as_str().unwrap().starts_with("127.0.0.1 asks by `Retry-After` for no poll of any source"), "{status}");
    // Nor does the daemon, whose b was never polled and would be polled at once.
    // Another name of the same machine is another host.
    origin.put("/c", Reply::ok(rss(&[Item::new(2)])));
    let other = source("c").replace("127.0.0.1", "localhost");
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n{}{}{other}", source("a"), source("b")));
    let daemon = workplace.daemon();
    daemon.wait_for_line(|line| line.contains("polled source=c"), std::time::Duration::from_secs(20));
    assert_eq!(origin.requests_to("/b").len(), 0, "{}", daemon.log());
}

#[test]
fn an_article_page_that_asks_to_wait_speaks_for_its_host() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    // The feeds of a and c stand on another host than their articles.
    let on_localhost = |path: &str| origin.url(path).replace("127.0.0.1", "localhost");
    let pages = ["/a5", "/a6", "/a7"];
    origin.put("/a", Reply::ok(rss(&[5, 6, 7].map(|number| Item::new(number).link(on_localhost(&format!("/a{number}")))))));
    for page in pages {
        origin.put(page, Reply::ok("").status(429).header("Retry-After", "3600"));
    }
    origin.put("/b", Reply::ok(rss(&[Item::new(2)])));
    origin.put("/c", Reply::ok(rss(&[Item::new(3).link(on_localhost("/c1")), Item::new(4).link(origin.url("/c2"))])));
    let source = |name: &str, url: String| {
        format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\nallow_private = true\narticle = {}\n", name != "b")
    };
    let sources = source("a", origin.url("/a")) + &source("b", on_localhost("/b")) + &source("c", origin.url("/c"));
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n{sources}"));
    workplace.taspa(&["fetch", "a"]).expect_code(0);
    assert_eq!(pages.map(|page| origin.requests_to(page).len()).iter().sum::<usize>(), 1, "one answer is enough");
    let output = workplace.taspa(&["fetch", "b", "c"]).expect_code(0);
    assert!(output.stdout.contains("b: left alone until 20") && output.stdout.contains("c: 2 new"), "{output}");
    assert_eq!((origin.requests_to("/c1").len(), origin.requests_to("/c2").len()), (0, 1));
    let status: Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
    let reason = "localhost asks by `Retry-After` for no poll of any source";
    assert!(
        status.as_array().unwrap().iter().any(|source| source["reason"].as_str().is_some_and(|told| told.starts_with(reason))),
        "{status}"
    );
}

#[test]
fn what_the_feed_said_of_its_rhythm_outlives_a_304() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    let document = rss(&[Item::new(1)]).replacen("<item>", "<ttl>600</ttl><item>", 1);
    origin.put("/a", Reply::ok(document).etag("\"1\"").header("Cache-Control", "max-age=7200"));
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\n", origin.url("/a")));
    let reason = || {
        workplace.taspa(&["fetch"]).expect_code(0);
        let status: Value = serde_json::from_str(&workplace.taspa(&["status", "--json"]).expect_code(0).stdout).unwrap();
        status[0]["reason"].as_str().unwrap().to_owned()
    };
    assert!(reason().starts_with("the feed asks by `ttl` for no poll before"));
    origin.put("/a", Reply::ok("").status(304));
    assert!(reason().starts_with("the feed asks by `ttl` for no poll before"), "the 304 has no body");
    origin.put("/a", Reply::ok("").status(304).header("Cache-Control", "max-age=72000"));
    assert!(reason().starts_with("the server asks by `Cache-Control: max-age`"), "the 304 brings a longer lifetime");
    assert_eq!(origin.requests_to("/a").len(), 3);
}

#[test]
fn what_a_server_sends_cannot_steer_the_terminal() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    origin.put("/good", Reply::ok("\u{1b}]0;pwned\u{7}\u{1b}[2J"));
    let output = workplace.taspa(&["fetch", "good"]).expect_code(0);
    let status = workplace.taspa(&["status"]).expect_code(0);
    assert!(!output.stdout.contains('\u{1b}') && !status.stdout.contains('\u{1b}'), "{output:?}");
}

#[test]
fn many_sources_of_one_slow_host_hold_up_no_other() {
    let (slow, quick) = (Origin::start(), Origin::start());
    let workplace = Workplace::new();
    let mut config = String::from("[fetch]\nhost_spacing = \"0s\"\nconcurrency = 4\nper_host = 2\n");
    for number in 0..10 {
        slow.put(&format!("/{number}"), Reply::ok(rss(&[Item::new(number)])).delay(std::time::Duration::from_millis(150)));
        // Another host name for the same address.
        let url = slow.url(&format!("/{number}")).replace("127.0.0.1", "localhost");
        config.push_str(&format!("[[source]]\nname = \"slow{number}\"\nurl = \"{url}\"\n"));
    }
    quick.put("/", Reply::ok(rss(&[Item::new(50)])));
    config.push_str(&format!("[[source]]\nname = \"quick\"\nurl = \"{}\"\n", quick.url("/")));
    workplace.config(&config);
    let lines = workplace.taspa(&["fetch"]).expect_code(0).stdout;
    assert!(lines.starts_with("quick: 1 new"), "{lines}");
    assert_eq!(lines.lines().count(), 11);
}

#[test]
fn half_a_document_leaves_no_validators() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let whole = rss(&(1..6).map(Item::new).collect::<Vec<_>>());
    let cut = whole.split("</item>").take(3).collect::<Vec<_>>().join("</item>") + "</item><item><tit";
    origin.put("/good", Reply::ok(cut).etag("\"1\""));
    let output = workplace.taspa(&["fetch", "good"]).expect_code(0);
    assert!(output.stdout.starts_with("good: 3 new") && output.stdout.contains("the document ends before its end"), "{output}");
    origin.put("/good", Reply::ok(whole).etag("\"1\""));
    assert_eq!(workplace.taspa(&["fetch", "good"]).expect_code(0).stdout, "good: 2 new, 0 changed, 3 unchanged\n");
}

#[test]
fn fetch_ends_with_1_when_the_store_refuses() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch", "page"]).expect_code(0);
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    connection.execute_batch("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no room'); END").unwrap();
    drop(connection);
    let output = workplace.taspa(&["fetch", "good"]).expect_code(1);
    assert!(output.stdout.starts_with("good: error: the database refused: no room"), "{output}");
}
