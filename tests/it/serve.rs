//! What readers get from the real binary: documents, conditional answers, views; and what hostile ones get.

use std::io::{Read as _, Write as _};

use crate::support::binary::Workplace;
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{get, request};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{BOUND, Scene, base, between, config, count, feed_of, feed_updated, ids, items, rows, wait_for_feed};

#[test]
fn a_changed_item_becomes_a_revision_and_moves_updated() {
    let Scene { origin, workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
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

#[test]
fn a_later_item_stands_on_top_and_an_unchanged_feed_keeps_its_bytes() {
    let Scene { origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
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
fn readers_get_304_head_and_gzip() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..5))));
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

    let packed = request("GET", &url, &[("Accept-Encoding", "br;q=0.4, gzip;q=0.5")]);
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
    for path in ["/feeds/%2F", "/feeds/", "/feeds", "/feeds/all.atom/", "/feeds/source/none.atom", "/feeds/all/all.atom"] {
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

/// What comes back for a request over a socket in the file system.
fn over(path: &std::path::Path, request: &str) -> String {
    let mut stream = std::os::unix::net::UnixStream::connect(path).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_socket_in_the_file_system_is_served_and_taken_over_when_it_is_left_over() {
    let workplace = Workplace::new();
    let socket = workplace.path("taspa.sock");
    // Left over by a daemon that was killed.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    workplace.config(&format!("[server]\nlisten = \"unix:{}\"\npublic_url = \"https://news.example/\"\n", socket.display()));
    let daemon = workplace.daemon();
    daemon.wait_for_line(|line| line.contains("https://news.example/feeds/all.atom"), BOUND);
    let answer = over(&socket, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&socket).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o666, "a proxy of another user may connect");
    let relative = Workplace::new();
    relative.config("[server]\nlisten = \"unix:taspa.sock\"\n");
    assert!(relative.taspa(&["check"]).expect_code(1).stderr.contains("has no absolute path"));
}

/// As systemd does it: the socket is file number 3, and the environment says so.
const ACTIVATE: &str = "import os, socket, sys
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ['LISTEN_FDS'] = '1'
os.environ['LISTEN_PID'] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])";

#[test]
fn a_socket_that_systemd_passes_on_is_taken() {
    let workplace = Workplace::new();
    workplace.config("[server]\nlisten = \"127.0.0.1:1\"\n");
    let binary = env!("CARGO_BIN_EXE_taspa");
    let mut command = std::process::Command::new("python3");
    command.args(["-c", ACTIVATE, binary, "--config"]).arg(workplace.path("config.toml")).stdout(std::process::Stdio::piped());
    let Ok(mut child) = command.stderr(std::process::Stdio::null()).spawn() else {
        eprintln!("skipped: python3 is not installed");
        return;
    };
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let port = lines.next().unwrap().unwrap();
    let url = format!("http://127.0.0.1:{port}/healthz");
    let status =
        eventually("it answers", BOUND, || crate::support::http::try_request("GET", &url, &[]).ok().map(|response| response.status));
    assert_eq!(status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}
