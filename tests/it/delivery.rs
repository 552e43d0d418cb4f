//! How documents reach readers: codings, formats, what is new since, private views, views that nobody has written down.

use std::collections::HashMap;
use std::io::Read as _;

use crate::support::binary::Workplace;
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{Response, get, request};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{BOUND, Scene, base, config, count, items, wait_for_feed};

fn unpacked(response: &Response) -> String {
    let body = response.body.as_slice();
    let mut text = String::new();
    match response.header("content-encoding") {
        None => text.push_str(response.text()),
        Some("gzip") => drop(flate2::read::GzDecoder::new(body).read_to_string(&mut text).unwrap()),
        Some("br") => drop(brotli::Decompressor::new(body, 4096).read_to_string(&mut text).unwrap()),
        Some("zstd") => text = String::from_utf8(zstd::decode_all(body).unwrap()).unwrap(),
        Some(other) => panic!("{other}"),
    }
    text
}

#[test]
fn each_coding_has_its_own_tag_and_the_same_bytes_within() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..5))));
    let whole = wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
    let url = format!("{}/feeds/all.atom", base(&daemon));
    let mut tags = HashMap::new();
    for (accepted, expected) in [
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip", Some("gzip")),
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip, zstd", Some("zstd")),
        ("gzip;q=1, br;q=0.9", Some("gzip")),
        ("*", Some("br")),
        ("br;q=0, *;q=0.5", Some("zstd")),
        ("identity;q=0, gzip", Some("gzip")),
        ("gzip;q=0, br;q=0, zstd;q=0", None),
        ("gzip;q=nonsense", None),
    ] {
        let response = request("GET", &url, &[("Accept-Encoding", accepted)]);
        assert_eq!(response.header("content-encoding"), expected, "{accepted}");
        assert_eq!(unpacked(&response), whole, "{accepted}");
        assert!(response.header("vary").unwrap().contains("Accept-Encoding"));
        tags.insert(expected, response.header("etag").unwrap().to_owned());
    }
    let mut distinct: Vec<&String> = tags.values().collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{tags:?}");
    for tag in tags.values() {
        let again = request("GET", &url, &[("If-None-Match", tag), ("Accept-Encoding", "br")]);
        assert_eq!((again.status, again.header("etag")), (304, Some(tag.as_str())));
    }
}

#[test]
fn a_reader_that_asks_for_news_gets_every_story_once() {
    let Scene { origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let url = format!("{}/feeds/all.atom", base(&daemon));
    let mut response = get(&url);
    let first = response.header("etag").unwrap().to_owned();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut told = |response: &Response| {
        let feed = feed_rs::parser::parse(unpacked(response).as_bytes()).unwrap();
        let news = feed.entries.len();
        feed.entries.into_iter().for_each(|entry| *seen.entry(entry.title.unwrap().content).or_default() += 1);
        news
    };
    told(&response);
    for n in 3..9 {
        origin.put("/a.xml", Reply::ok(rss(&items(0..n + 1))));
        let tag = response.header("etag").unwrap().to_owned();
        let asked = [("If-None-Match", tag.as_str()), ("A-IM", "gzip;q=0.3, feed"), ("Accept-Encoding", "gzip")];
        response = eventually("a new generation", BOUND, || Some(request("GET", &url, &asked)).filter(|response| response.status != 304));
        assert_eq!((response.status, response.header("im")), (226, Some("feed")));
        assert!(response.header("cache-control").unwrap().contains("no-store"));
        assert!(response.header("vary").unwrap().contains("A-IM"));
        assert_eq!(told(&response), 1, "nothing but what is new");
    }
    assert_eq!((seen.len(), seen.values().all(|times| *times == 1)), (9, true), "{seen:?}");
    // Who has been away longer gets all of that at once; who has what nobody remembers, or does not ask for it, the whole.
    let long = request("GET", &url, &[("If-None-Match", first.as_str()), ("A-IM", "feed")]);
    assert_eq!((long.status, count(&unpacked(&long), "<entry>")), (226, 6));
    let head = request("HEAD", &url, &[("If-None-Match", first.as_str()), ("A-IM", "feed")]);
    assert_eq!((head.status, head.body.len()), (226, 0));
    for asked in [
        vec![("If-None-Match", "\"never\""), ("A-IM", "feed")],
        vec![("If-None-Match", first.as_str())],
        vec![("If-None-Match", first.as_str()), ("A-IM", "vcdiff, feed;q=0")],
    ] {
        let whole = request("GET", &url, &asked);
        assert_eq!((whole.status, whole.header("im"), count(&unpacked(&whole), "<entry>")), (200, None, 9), "{asked:?}");
    }
}

#[test]
fn a_private_view_opens_to_its_secret_alone_and_stands_on_no_page() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    let workplace = Workplace::new();
    let view = "[[view]]\nname = \"mine\"\ntitle = \"Моё\"\ntoken = \"0f3c7a51d2c94e8b\"\n";
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + view));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    let url = format!("{}/feeds/mine.atom", base(&daemon));
    let basic =
        |secret: &str| format!("Basic {}", base64::prelude::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("me:{secret}")));
    let (right, wrong) = (basic("0f3c7a51d2c94e8b"), basic("0f3c7a51d2c94e8a"));
    for (url, headers, status) in [
        (url.clone(), vec![], 401),
        (format!("{url}?token=0f3c7a51d2c94e8a"), vec![], 401),
        (format!("{url}?token="), vec![], 401),
        (url.clone(), vec![("Authorization", wrong.as_str())], 401),
        (url.clone(), vec![("Authorization", "Basic ????")], 401),
        (format!("{url}?a=b&token=0f3c7a51d2c94e8b"), vec![], 200),
        (url.clone(), vec![("Authorization", right.as_str())], 200),
    ] {
        let response = request("GET", &url, &headers);
        assert_eq!(response.status, status, "{url} {headers:?}");
        match status {
            200 => assert!(response.header("cache-control").unwrap().starts_with("private"), "{:?}", response.headers),
            _ => assert!(response.header("www-authenticate").unwrap().starts_with("Basic"), "{:?}", response.headers),
        }
    }
    assert!(!get(&format!("{}/", base(&daemon))).text().contains("mine"));
    assert!(!daemon.log().contains("0f3c7a51d2c94e8b"), "it is in no log");
    assert_eq!(get(&format!("{}/sources.opml", base(&daemon))).status, 200);
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + view + "[[view]]\nname = \"all\"\nenabled = false\n"));
    daemon.signal("HUP");
    eventually("nothing is public", BOUND, || (get(&format!("{}/feeds/all.atom", base(&daemon))).status == 404).then_some(()));
    for path in ["sources.opml", "feeds/source/a.atom", "feeds/lang/ru.json"] {
        assert_eq!(get(&format!("{}/{path}", base(&daemon))).status, 404, "{path}");
    }
}

#[test]
fn views_by_source_tag_and_language_exist_where_everybody_may_read_everything() {
    let origin = Origin::start();
    for (path, number, language) in [("/a.xml", 0..2, "ru"), ("/b.xml", 2..5, "kk")] {
        let items: Vec<Item> = items(number);
        origin.put(path, Reply::ok(rss(&items).replace("<channel>", &format!("<channel><language>{language}</language>"))));
    }
    let workplace = Workplace::new();
    let sources = config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))]);
    workplace.config(&sources.replace("name = \"b\"", "name = \"b\"\ntags = [\"әлем\"]"));
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
    let held = |path: &str| {
        let response = get(&format!("{}/feeds/{path}", base(&daemon)));
        (response.status, count(response.text(), "<entry>"))
    };
    assert_eq!((held("source/a.atom"), held("source/b.atom"), held("source/c.atom").0), ((200, 2), (200, 3), 404));
    assert_eq!((held("tag/%D3%99%D0%BB%D0%B5%D0%BC.atom"), held("tag/none.atom").0), ((200, 3), 404));
    assert_eq!(held("lang/klingonese.atom").0, 404);
    let by_source = get(&format!("{}/feeds/source/a.atom", base(&daemon)));
    assert!(by_source.text().contains("/feeds/source/a.atom\""), "{}", by_source.text());
    // They follow the news.
    origin.put("/a.xml", Reply::ok(rss(&items(0..7))));
    eventually("the new ones", BOUND, || (held("source/a.atom") >= (200, 4)).then_some(()));
    // And are gone where not everybody may read everything.
    workplace.config(&(sources + "[[view]]\nname = \"all\"\nenabled = false\n[[view]]\nname = \"x\"\n"));
    daemon.signal("HUP");
    eventually("they are gone", BOUND, || (held("source/a.atom").0 == 404).then_some(()));
}

#[test]
fn a_cache_is_told_how_long_a_feed_is_fresh() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..5))));
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
    let response = get(&format!("{}/feeds/all.atom", base(&daemon)));
    let caching = response.header("cache-control").unwrap();
    let age: u64 = caching.strip_prefix("max-age=").unwrap().split(',').next().unwrap().parse().unwrap();
    assert!((60..=900).contains(&age), "{caching}");
    assert!(caching.ends_with(&format!("stale-while-revalidate={}", age * 5)), "{caching}");
}

#[test]
fn a_view_without_an_ending_comes_in_the_format_that_the_reader_likes() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let url = format!("{}/feeds/all", base(&daemon));
    for (accept, ending, kind) in [
        ("*/*", "atom", "application/atom+xml"),
        ("application/rss+xml", "rss", "application/rss+xml"),
        ("application/feed+json, application/json;q=0.9, */*;q=0.1", "json", "application/feed+json"),
        ("application/atom+xml;q=0.5, application/rss+xml;q=0.9", "rss", "application/rss+xml"),
        (
            "application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, application/xml;q=0.4, text/xml;q=0.4",
            "rss",
            "application/rss+xml",
        ),
        ("image/png", "atom", "application/atom+xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "html", "text/html; charset=utf-8"),
    ] {
        let response = request("GET", &url, &[("Accept", accept)]);
        assert_eq!((response.status, response.header("content-type")), (200, Some(kind)), "{accept}");
        assert_eq!(response.header("content-location"), Some(format!("all.{ending}").as_str()));
        assert!(response.header("vary").unwrap().starts_with("Accept, "), "{accept}");
        assert_eq!(response.text(), get(&format!("{url}.{ending}")).text(), "{accept}");
    }
    for ending in ["rss", "json"] {
        let first = get(&format!("{url}.{ending}"));
        assert_eq!(feed_rs::parser::parse(first.text().as_bytes()).unwrap().entries.len(), 3, "{ending}");
        let tag = first.header("etag").unwrap();
        assert_eq!(request("GET", &format!("{url}.{ending}"), &[("If-None-Match", tag)]).status, 304, "{ending}");
    }
}

#[test]
fn a_feed_is_a_page_where_a_browser_opens_it_and_a_feed_for_everybody_else() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let base = base(&daemon);
    const ACCEPT: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8");
    const DOCUMENT: (&str, &str) = ("Sec-Fetch-Dest", "document");
    const NAVIGATE: (&str, &str) = ("Sec-Fetch-Mode", "navigate");
    let browser = [ACCEPT, DOCUMENT, NAVIGATE];
    for path in ["feeds/all.atom", "feeds/all.rss", "search.atom?q=%D0%BC%D0%BB%D0%BD"] {
        let page = request("GET", &format!("{base}/{path}"), &browser);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        assert!(page.header("content-security-policy").is_some(), "{path}");
        for named in ["Accept, ", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "A-IM"] {
            assert!(page.header("vary").unwrap().contains(named), "{path} {named}");
        }
        let tag = page.header("etag").unwrap().to_owned();
        assert_eq!(request("GET", &format!("{base}/{path}"), &[ACCEPT, DOCUMENT, NAVIGATE, ("If-None-Match", &tag)]).status, 304);
        assert_eq!(
            request("GET", &format!("{base}/{path}"), &[("If-None-Match", &tag)]).status,
            200,
            "the page's tag is none of the feed's"
        );
    }
    let page = request("GET", &format!("{base}/feeds/all.atom"), &browser);
    assert_eq!((page.header("content-location"), page.text()), (Some("all.html"), get(&format!("{base}/feeds/all.html")).text()));
    assert!(page.text().contains("all.atom"), "it leads to the feed");
    for headers in [
        vec![],
        vec![ACCEPT],
        vec![ACCEPT, DOCUMENT],
        vec![ACCEPT, NAVIGATE],
        vec![DOCUMENT, NAVIGATE],
        vec![("Accept", "*/*"), DOCUMENT, NAVIGATE],
        vec![("Accept", "application/atom+xml, text/html"), DOCUMENT, NAVIGATE],
        vec![ACCEPT, NAVIGATE, ("Sec-Fetch-Dest", "iframe")],
        vec![ACCEPT, ("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors")],
        vec![ACCEPT, DOCUMENT, NAVIGATE, ("A-IM", "feed")],
    ] {
        for (ending, kind) in [("atom", "application/atom+xml"), ("rss", "application/rss+xml")] {
            let feed = request("GET", &format!("{base}/feeds/all.{ending}"), &headers);
            assert_eq!((feed.status, feed.header("content-type")), (200, Some(kind)), "{headers:?}");
            let vary = feed.header("vary").unwrap();
            assert!(vary.contains("Sec-Fetch-Dest") && !vary.contains("Accept,"), "{vary}");
        }
    }
    let day = chrono::Utc::now().date_naive();
    let archive = request("GET", &format!("{base}/feeds/all/archive/{day}.atom"), &browser);
    assert_eq!(
        archive.header("content-type"),
        get(&format!("{base}/feeds/all/archive/{day}.atom")).header("content-type"),
        "it has no page"
    );
    let json = request("GET", &format!("{base}/feeds/all.json"), &browser);
    assert_eq!(json.header("content-type"), Some("application/feed+json"));
}

#[test]
fn documents_made_at_a_request_follow_the_news_and_keep_their_date_while_they_do_not_change() {
    let Scene { origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..3))));
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let url = format!("{}/feeds/all.rss", base(&daemon));
    let first = get(&url);
    origin.put("/a.xml", Reply::ok(rss(&items(0..4))));
    let second = eventually("the fourth", BOUND, || Some(get(&url)).filter(|response| count(response.text(), "<item>") == 4));
    assert_ne!(first.header("etag"), second.header("etag"));
    let modified = second.header("last-modified").unwrap();
    let polled = origin.requests_to("/a.xml").len();
    origin.wait_for_requests("/a.xml", polled + 2, BOUND);
    assert_eq!(request("GET", &url, &[("If-Modified-Since", modified)]).status, 304);
}

#[test]
fn the_sources_are_listed_for_other_readers() {
    let workplace = Workplace::new();
    let listing = "[[source]]\nname = \"portal\"\nurl = \"https://portal.invalid/news\"\nschedule = \"0 0 0 1 1 *\"\ntags = [\"press\"]\n[source.listing]\nitem = \"li\"\n";
    let feed = "[[source]]\nname = \"b\"\nurl = \"https://b.invalid/rss?a=1&b=2\"\nschedule = \"0 0 0 1 1 *\"\nlanguage = \"kk\"\n";
    workplace.config(&(config(&[]) + listing + feed));
    let daemon = workplace.daemon();
    let list = get(&format!("{}/sources.opml", base(&daemon)));
    assert_eq!((list.status, list.header("content-type")), (200, Some("text/x-opml")));
    for told in [
        "xmlUrl=\"https://b.invalid/rss?a=1&#x26;b=2\" language=\"kk\"".to_owned(),
        format!("xmlUrl=\"{}/feeds/source/portal.atom\" htmlUrl=\"https://portal.invalid/news\"", base(&daemon)),
        "category=\"/press\"".to_owned(),
    ] {
        assert!(list.text().contains(&told), "{told}: {}", list.text());
    }
}

#[test]
fn public_views_are_written_as_files_and_nothing_else_is_touched() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))));
    let workplace = Workplace::new();
    let views = "[publish]\ndir = \"www\"\n[[view]]\nname = \"x\"\n[[view]]\nname = \"mine\"\ntoken = \"0f3c7a51d2c94e8b\"\n";
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + views));
    let foreign = workplace.path("www/feeds/foreign.atom");
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::write(&foreign, "not ours").unwrap();
    let daemon = workplace.daemon();
    let served = wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    let file = |name: &str| std::fs::read(workplace.path("www").join(name));
    eventually("the files follow", BOUND, || (file("feeds/all.atom").ok()?.as_slice() == served.as_bytes()).then_some(()));
    eventually("the others too", BOUND, || {
        file("feeds/x.json").ok().filter(|body| String::from_utf8_lossy(body).matches("date_published").count() == 3)
    });
    assert_eq!(zstd::decode_all(file("feeds/all.atom.zst").unwrap().as_slice()).unwrap(), served.as_bytes());
    for name in ["feeds/all.rss.gz", "feeds/x.rss.br", "index.html", "sources.opml"] {
        assert!(file(name).is_ok(), "{name}");
    }
    assert!(file("feeds/mine.atom").is_err(), "private views are served alone");
    let before = std::fs::metadata(workplace.path("www/feeds/all.atom")).unwrap().modified().unwrap();
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + "[publish]\ndir = \"www\"\n"));
    daemon.signal("HUP");
    eventually("a view that is gone is removed", BOUND, || {
        (file("feeds/x.json").is_err() && file("feeds/x.json.gz").is_err()).then_some(())
    });
    assert_eq!(std::fs::read(&foreign).unwrap(), b"not ours");
    assert_eq!(std::fs::metadata(workplace.path("www/feeds/all.atom")).unwrap().modified().unwrap(), before, "what is the same stays");
}

#[test]
fn readers_of_views_do_not_wait_for_those_who_ask_for_everything() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&items(0..5))));
    wait_for_feed(&daemon, "five entries", |feed| count(feed, "<entry>") == 5);
    let base = base(&daemon);
    let crowd: Vec<_> = (0..8)
        .map(|crowd| {
            let base = base.clone();
            std::thread::spawn(move || {
                let statuses = (0..60)
                    .map(|n| get(&format!("{base}/feeds/lang/x{}{}.html", char::from(b'a' + crowd), char::from(b'a' + n % 26))).status);
                statuses.fold([0, 0, 0], |[ok, busy, other], status| match status {
                    200 => [ok + 1, busy, other],
                    503 => [ok, busy + 1, other],
                    _ => [ok, busy, other + 1],
                })
            })
        })
        .collect();
    for ending in ["rss", "json", "html", "atom"] {
        assert_eq!(get(&format!("{base}/feeds/all.{ending}")).status, 200, "{ending}");
    }
    for statuses in crowd {
        let [ok, _, other] = statuses.join().unwrap();
        assert!(ok > 0 && other == 0, "they get theirs, or are told to come again");
    }
}

#[test]
fn a_hub_is_named_and_told_of_what_changes_until_it_takes_it() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    origin.put("/hub", Reply::ok(""));
    origin.push("/hub", Reply::ok("").status(503));
    let workplace = Workplace::new();
    let private = "[[view]]\nname = \"mine\"\ntoken = \"0f3c7a51d2c94e8b\"\n";
    let hub = origin.url("/hub");
    let text = config(&[("a", origin.url("/a.xml"))]) + private;
    workplace.config(&text.replacen("[server]\n", &format!("[server]\nhub = \"{hub}\"\n"), 1));
    let daemon = workplace.daemon();
    let feed = wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    assert!(feed.contains(&format!("href=\"{hub}\" rel=\"hub\"")), "{feed}");
    for (ending, told) in [
        ("rss", format!("<atom:link rel=\"hub\" href=\"{hub}\"/>")),
        ("json", format!("\"hubs\":[{{\"type\":\"WebSub\",\"url\":\"{hub}\"}}]")),
    ] {
        let document = get(&format!("{}/feeds/all.{ending}", base(&daemon)));
        assert!(document.text().contains(&told), "{told}: {}", document.text());
    }
    assert!(!get(&format!("{}/feeds/mine.atom?token=0f3c7a51d2c94e8b", base(&daemon))).text().contains("rel=\"hub\""));
    let told = origin.wait_for_requests("/hub", 2, BOUND);
    for request in &told {
        let form = String::from_utf8(request.body.clone()).unwrap();
        assert_eq!((request.method.as_str(), request.header("content-type")), ("POST", Some("application/x-www-form-urlencoded")));
        assert!(form.starts_with("hub.mode=publish&hub.url=http%3A%2F%2F127.0.0.1%3A") && form.contains("%2Ffeeds%2Fall.atom"), "{form}");
        assert!(form.contains("%2Ffeeds%2Fall.rss") && !form.contains("mine"), "{form}");
    }
    origin.put("/a.xml", Reply::ok(rss(&items(0..3))));
    origin.wait_for_requests("/hub", told.len() + 1, BOUND);
}

#[test]
fn a_client_that_asks_too_often_is_told_to_come_later_and_turns_come_back() {
    let workplace = Workplace::new();
    workplace.config(&config(&[]).replacen("[server]\n", "[server]\nrate = 5\n", 1));
    let daemon = workplace.daemon();
    let url = format!("{}/healthz", base(&daemon));
    let answers: Vec<Response> = (0..120).map(|_| get(&url)).collect();
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    assert!((50..110).contains(&served), "{served} of 120 were served, where 50 at once and 5 a second may be");
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert!(refused.header("retry-after").is_some());
    eventually("a turn comes back", BOUND, || (get(&url).status == 200).then_some(()));
    let free = Workplace::new();
    free.config(&config(&[]));
    let daemon = free.daemon();
    let url = format!("{}/healthz", base(&daemon));
    assert!((0..400).all(|_| get(&url).status == 200), "a proxy on this machine asks for many");
}

#[test]
fn files_that_could_not_be_written_are_written_with_the_next_change() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&items(0..1))));
    origin.put("/b.xml", Reply::ok(rss(&items(5..6))));
    let workplace = Workplace::new();
    let sources = config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))]);
    workplace.config(&(sources + "[publish]\ndir = \"www\"\n[[view]]\nname = \"quiet\"\nsources = [\"b\"]\n"));
    std::fs::write(workplace.path("www"), "in the way").unwrap();
    let daemon = workplace.daemon();
    wait_for_feed(&daemon, "two entries", |feed| count(feed, "<entry>") == 2);
    std::fs::remove_file(workplace.path("www")).unwrap();
    origin.put("/a.xml", Reply::ok(rss(&items(0..2))));
    wait_for_feed(&daemon, "three entries", |feed| count(feed, "<entry>") == 3);
    eventually("the quiet view is written too", BOUND, || workplace.path("www/feeds/quiet.atom").exists().then_some(()));
}
