//! A portal without a feed, end to end: its listing, its article pages and its robots.txt go through the real daemon.

use std::path::Path;

use serde_json::Value;

use crate::support::binary::{Daemon, Workplace};
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Gate, Origin, Reply};
use crate::support::scene::{BOUND, between, count, feed_of, ids, rows, wait_for_feed};

/// The portal of the folder `site`, served by an origin.
struct Portal {
    origin: Origin,
    workplace: Workplace,
    expected: Value,
}

impl Portal {
    fn new() -> Self {
        let portal = Self { origin: Origin::start(), workplace: Workplace::new(), expected: read_json("expected.json") };
        let served = portal.expected["serve"].as_object().unwrap();
        for (path, file) in served {
            let file = file.as_str().unwrap();
            let kind = if file.ends_with(".txt") { "text/plain" } else { "text/html; charset=utf-8" };
            portal.origin.put(path, Reply::ok(read(file)).content_type(kind));
        }
        portal
    }

    /// Writes a config with the portal as its one source.
    fn config(&self, keys: &str) {
        self.workplace.config(&format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"portal\"\nurl = \"{}\"\n\
             schedule = \"* * * * * *\"\ntimezone = \"Asia/Almaty\"\nallow_private = true\n{keys}\n",
            self.origin.url("/ru/all")
        ));
    }

    /// The items of all pages of the listing, in their order.
    fn items(&self) -> Vec<&Value> {
        self.expected["listings"].as_array().unwrap().iter().flat_map(|page| page["items"].as_array().unwrap()).collect()
    }

    fn asked(&self, path: &str) -> usize {
        self.origin.requests_to(path).len()
    }
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/site").join(file)).unwrap()
}

fn read_json(file: &str) -> Value {
    serde_json::from_slice(&read(file)).unwrap()
}

const LISTING: &str = "article = true\n[source.listing]\nitem = \".item\"\ntitle = \"span\"\ndate = \"time\"\nnext = \"a.next@href\"\n";

fn entry_titled<'a>(feed: &'a str, title: &str) -> &'a str {
    feed.split("<entry>")
        .skip(1)
        .find(|entry| between(entry, "<title", "</title>").ends_with(title))
        .unwrap_or_else(|| panic!("no {title}"))
}

/// An entry's HTML as its lines of text.
fn lines(entry: &str) -> Vec<String> {
    let html = between(entry, "<content", "</content>");
    let html = html.split_once('>').unwrap().1.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    html.split("</p>").flat_map(|part| part.split("</li>")).map(taspa::normalise::text_of).filter(|line| !line.is_empty()).collect()
}

fn articles_settled(portal: &Portal) -> bool {
    rows(&portal.workplace, "SELECT count(*) FROM article") == 10
        && rows(&portal.workplace, "SELECT count(*) FROM article WHERE due IS NOT NULL") == 0
}

fn settled(portal: &Portal, daemon: &Daemon) -> String {
    feed_of(daemon);
    eventually("every article page is settled", BOUND, || articles_settled(portal).then_some(()));
    wait_for_feed(daemon, "the articles are published", |feed| count(feed, "<content") >= 3)
}

#[test]
fn a_portal_without_a_feed_becomes_a_feed_of_whole_articles() {
    let portal = Portal::new();
    portal.config(LISTING);
    let daemon = portal.workplace.daemon();
    let feed = settled(&portal, &daemon);

    assert_eq!(ids(&feed).len(), 10, "both pages of the listing");
    for item in portal.items() {
        let entry = entry_titled(&feed, item["title"].as_str().unwrap());
        assert!(entry.contains(item["href"].as_str().unwrap()), "{entry}");
        let published = between(entry, "<published>", "</published>").replace("+00:00", "Z");
        assert_eq!(published, item["date"].as_str().unwrap(), "{}", item["title"]);
    }
    for article in portal.expected["articles"].as_object().unwrap().values() {
        let entry = entry_titled(&feed, article["title"].as_str().unwrap());
        let lines = lines(entry).join("\n");
        for paragraph in article["text"].as_array().unwrap() {
            assert!(lines.contains(paragraph.as_str().unwrap()), "{paragraph} is missing from\n{lines}");
        }
        for furniture in article["furniture"].as_array().unwrap().iter().filter_map(Value::as_str).filter(|text| text.chars().count() > 6) {
            assert!(!lines.contains(furniture) || is_caption(article, furniture), "{furniture} is left in\n{lines}");
        }
        for category in article["categories"].as_array().unwrap() {
            assert!(entry.contains(&format!("term=\"{}\"", category.as_str().unwrap())), "{category} of\n{entry}");
        }
        assert!(entry.contains("xml:lang=\"ru\""), "{entry}");
    }
    for not_item in portal.expected["not_items"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(!feed.contains(&format!(">{not_item}<")), "{not_item} is no news");
    }
}

/// A photo's credit stands in its caption, and nowhere else.
fn is_caption(article: &Value, text: &str) -> bool {
    article["credit"].as_str().is_some_and(|credit| text.contains(credit))
}

#[test]
fn robots_txt_is_asked_once_and_obeyed() {
    let portal = Portal::new();
    portal.config(LISTING);
    let daemon = portal.workplace.daemon();
    settled(&portal, &daemon);
    let forbidden = portal.items().into_iter().find(|item| item["disallowed"] == true).unwrap()["href"].as_str().unwrap().to_owned();
    assert_eq!(portal.asked(&forbidden), 0);
    assert_eq!(portal.asked("/robots.txt"), 1);
    for never in ["/admin", "/ru/all/secret"] {
        assert_eq!(portal.asked(never), 0);
    }
    let status = portal.workplace.taspa(&["status"]).expect_code(0);
    assert!(status.stdout.contains("  7 article pages were given up, the last: "), "{status}");
    let refused = rows(&portal.workplace, "SELECT count(*) FROM article WHERE error = 'robots.txt forbids it'");
    assert_eq!(refused, 1);
    let agent = &portal.origin.requests_to("/robots.txt")[0];
    assert!(agent.header("user-agent").unwrap().starts_with("taspa/"), "{agent:?}");
}

#[test]
fn robots_false_ignores_robots_txt() {
    let portal = Portal::new();
    portal.config(&format!("robots = false\n{LISTING}"));
    let daemon = portal.workplace.daemon();
    settled(&portal, &daemon);
    let forbidden = portal.items().into_iter().find(|item| item["disallowed"] == true).unwrap()["href"].as_str().unwrap().to_owned();
    assert_eq!((portal.asked("/robots.txt"), portal.asked(&forbidden)), (0, 1));
}

#[test]
fn article_pages_are_fetched_once_and_further_listing_pages_only_for_news() {
    let portal = Portal::new();
    portal.config(LISTING);
    let daemon = portal.workplace.daemon();
    settled(&portal, &daemon);
    let polls = portal.asked("/ru/all");
    portal.origin.wait_for_requests("/ru/all", polls + 3, BOUND);
    for item in portal.items().iter().filter(|item| item["file"].is_string()) {
        assert_eq!(portal.asked(item["href"].as_str().unwrap()), 1, "{}", item["href"]);
    }
    assert_eq!(portal.asked("/ru/all?page=2"), 1, "the first page brought nothing new after that");
}

#[test]
fn a_killed_daemon_goes_on_with_the_article_pages_it_had_not_fetched() {
    let portal = Portal::new();
    let slow = portal.items()[0]["href"].as_str().unwrap().to_owned();
    let gate = Gate::new();
    portal.origin.push(&slow, Reply::ok(read("372110.html")).content_type("text/html; charset=utf-8").gate(&gate));
    portal.config(LISTING);
    let daemon = portal.workplace.daemon();
    portal.origin.wait_for_requests(&slow, 1, BOUND);
    daemon.signal("KILL");
    daemon.wait_exit(BOUND);
    drop(daemon);
    gate.open();
    let daemon = portal.workplace.daemon();
    settled(&portal, &daemon);
    assert_eq!(portal.asked(&slow), 2);
}

#[test]
fn the_news_of_a_page_are_found_without_selectors() {
    let portal = Portal::new();
    portal.config("article = true");
    let daemon = portal.workplace.daemon();
    let feed = wait_for_feed(&daemon, "the listing is published", |feed| count(feed, "<entry>") >= 6);
    let titles: Vec<&str> = portal.items().iter().map(|item| item["title"].as_str().unwrap()).collect();
    for title in &titles[..6] {
        entry_titled(&feed, title);
    }
    for entry in feed.split("<entry>").skip(1) {
        let title = between(entry, "<title", "</title>");
        assert!(titles.iter().any(|known| title.ends_with(known)), "{title} is no news");
    }
    let problems = rows(&portal.workplace, "SELECT count(*) FROM poll WHERE problems LIKE '%taspa preview%'");
    assert!(problems > 0, "the admin is told");
}

#[test]
fn taspa_fetch_reads_the_articles_too() {
    let portal = Portal::new();
    portal.config(LISTING);
    let output = portal.workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("portal: 10 new, 0 changed, 0 unchanged, articles read: 3"), "{output}");
    assert!(output.stdout.contains("robots.txt forbids it"), "{output}");
    let output = portal.workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("portal: 0 new, 0 changed, 6 unchanged\n"), "{output}");
}

#[test]
fn a_listing_that_yields_nothing_any_more_is_an_error_and_loses_nothing() {
    let portal = Portal::new();
    portal.config(LISTING);
    portal.workplace.taspa(&["fetch"]).expect_code(0);
    let page = String::from_utf8(read("all.html")).unwrap().replace("class=\"item\"", "class=\"card\"");
    portal.origin.put("/ru/all", Reply::ok(page).content_type("text/html; charset=utf-8"));
    let output = portal.workplace.taspa(&["fetch", "--strict"]).expect_code(1);
    assert!(output.stdout.contains("portal: error: ") && output.stdout.contains("`.item`"), "{output}");
    assert!(output.stdout.contains("taspa preview http"), "{output}");
    let status = portal.workplace.taspa(&["status", "--json"]).expect_code(0);
    assert!(status.stdout.contains("`.item`"), "{status}");
    assert_eq!(rows(&portal.workplace, "SELECT count(*) FROM entry"), 10);
}

#[test]
fn another_selector_reads_a_page_anew_though_it_has_not_changed() {
    let portal = Portal::new();
    portal.origin.put("/ru/all", Reply::ok(read("all.html")).content_type("text/html").etag("\"v1\""));
    portal.config("[source.listing]\nitem = \".news-lent-item\"\n");
    portal.workplace.taspa(&["fetch"]).expect_code(0);
    portal.config("[source.listing]\nitem = \".item\"\n");
    let output = portal.workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("portal: 6 new"), "{output}");
}

#[test]
fn a_page_that_names_its_feed_is_polled_there_and_the_admin_is_told() {
    let origin = Origin::start();
    let page = "<!DOCTYPE html><html><head><title>x</title><link rel=alternate type=\"application/rss+xml\" href=\"/news.rss\"></head><body>Hello</body></html>";
    origin.put("/", Reply::ok(page).content_type("text/html"));
    origin.put("/news.rss", Reply::ok(rss(&[Item::new(1), Item::new(2)])).etag("\"f1\""));
    let workplace = Workplace::new();
    workplace.config(&crate::support::scene::config(&[("a", origin.url("/"))]));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 2 new"), "{output}");
    assert!(output.stdout.contains(&format!("put `url = \"{}\"`", origin.url("/news.rss"))), "{output}");
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("2 unchanged, not modified") || output.stdout.contains("not modified"), "{output}");
    assert_eq!(origin.requests_to("/").len(), 1, "the page is not asked again");
    origin.put("/news.rss", Reply::ok("").status(404));
    origin.put("/", Reply::ok(page.replace("/news.rss", "/new.rss")).content_type("text/html"));
    origin.put("/new.rss", Reply::ok(rss(&[Item::new(3)])));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 1 new"), "{output}");
}

#[test]
fn a_page_that_names_no_feed_is_tried_at_the_places_where_feeds_are() {
    let origin = Origin::start();
    origin.put("/", Reply::ok("<!DOCTYPE html><html><body>Hello</body></html>").content_type("text/html"));
    origin.put("/feed", Reply::ok(rss(&[Item::new(1)])));
    let workplace = Workplace::new();
    workplace.config(&crate::support::scene::config(&[("a", origin.url("/"))]));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 1 new"), "{output}");
    assert!(origin.requests().len() <= 12, "few and bounded: {}", origin.requests().len());
}

#[test]
fn links_of_a_publisher_lead_to_no_private_address() {
    let origin = Origin::start();
    let link = origin.url("/article");
    origin.put("/a.xml", Reply::ok(rss(&[Item::new(1).link(link)])));
    origin.put("/article", Reply::ok(read("372110.html")));
    let workplace = Workplace::new();
    let config = crate::support::scene::config(&[("a", origin.url("/a.xml"))]).replace("allow_private = true\n", "article = true\n");
    workplace.config(&config);
    workplace.taspa(&["fetch"]).expect_code(0);
    assert!(origin.requests_to("/article").is_empty());
    assert!(origin.requests_to("/robots.txt").is_empty());
    assert_eq!(rows(&workplace, "SELECT count(*) FROM article WHERE error LIKE '%not on the public internet%' AND due IS NULL"), 1);
}

#[test]
fn a_host_that_is_overloaded_is_left_alone_and_the_feed_goes_on() {
    let portal = Portal::new();
    for item in portal.items() {
        portal.origin.put(item["href"].as_str().unwrap(), Reply::ok("").status(503).header("Retry-After", "600"));
    }
    portal.config(LISTING);
    let output = portal.workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("portal: 10 new"), "{output}");
    let asked = portal.origin.requests().iter().filter(|request| request.path.contains("/3720") || request.path.contains("/3721")).count();
    assert_eq!(asked, 1, "one answer is enough for all");
    assert_eq!(rows(&portal.workplace, "SELECT count(*) FROM article WHERE due IS NOT NULL"), 10);
    let status = portal.workplace.taspa(&["status"]).expect_code(0);
    assert!(status.stdout.contains("  10 article pages wait\n"), "{status}");
    assert!(status.stdout.contains("  the newest article page was not read: the server answered 503 Service Unavailable\n"), "{status}");
    let daemon = portal.workplace.daemon();
    assert_eq!(ids(&feed_of(&daemon)).len(), 10);
}

#[test]
fn a_host_whose_robots_txt_fails_is_left_alone() {
    let portal = Portal::new();
    portal.origin.put("/robots.txt", Reply::ok("").status(503));
    portal.config(LISTING);
    let output = portal.workplace.taspa(&["fetch", "--strict"]).expect_code(1);
    assert!(output.stdout.contains("robots.txt cannot be asked"), "{output}");
    assert_eq!(portal.origin.requests().len(), 1, "robots.txt alone");
    portal.origin.put("/robots.txt", Reply::ok("").status(404));
    let output = portal.workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    assert!(output.stdout.contains("portal: 10 new"), "{output}");
}

#[test]
fn a_found_feed_in_trouble_is_waited_for_and_not_replaced() {
    let origin = Origin::start();
    let page = String::from_utf8(read("all.html"))
        .unwrap()
        .replace("</head>", "<link rel=alternate type=\"application/rss+xml\" href=\"/news.rss\"></head>");
    origin.put("/", Reply::ok(page).content_type("text/html"));
    origin.put("/news.rss", Reply::ok(rss(&[Item::new(1)])));
    let workplace = Workplace::new();
    workplace.config(&crate::support::scene::config(&[("a", origin.url("/"))]));
    workplace.taspa(&["fetch"]).expect_code(0);
    origin.put("/news.rss", Reply::ok("").status(503));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    let message = format!("a: error: the feed that was found, {}: the server answered 503", origin.url("/news.rss"));
    assert!(output.stdout.contains(&message), "{output}");
    assert_eq!((origin.requests_to("/").len(), rows(&workplace, "SELECT count(*) FROM entry")), (1, 1));
}

#[test]
fn with_auto_only_teasers_have_their_article_fetched() {
    let origin = Origin::start();
    let whole = "Это длинный текст новости, который лента уже содержит целиком. ".repeat(30);
    let items = [
        Item::new(1).link(origin.url("/teaser")).title("Тизер").text("Коротко о главном…"),
        Item::new(2).link(origin.url("/whole")).title("Целиком").text(whole),
    ];
    origin.put("/a.xml", Reply::ok(rss(&items)));
    origin.put("/teaser", Reply::ok(read("372110.html")).content_type("text/html; charset=utf-8"));
    let workplace = Workplace::new();
    workplace
        .config(&crate::support::scene::config(&[("a", origin.url("/a.xml"))]).replace("[[source]]", "article = \"auto\"\n[[source]]"));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 2 new, 0 changed, 0 unchanged, articles read: 1"), "{output}");
    assert_eq!((origin.requests_to("/teaser").len(), origin.requests_to("/whole").len()), (1, 0));
}

#[test]
fn a_source_says_how_its_article_pages_are_read() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&[Item::new(1).link(origin.url("/article")).title("Новость").date(None)])));
    let text = "Предложение статьи, которое достаточно длинное для абзаца. ".repeat(4);
    let page = format!(
        "<!DOCTYPE html><html lang=ru><head><meta name=author content=\"Кто-то Другой\"></head><body><h1>Новость</h1><b class=when data-at=\"01.02.2025 10:00\"></b>\
         <i class=who>Асель Омарова</i><div class=main><p>{text}</p><p class=poll>Опрос: да или нет?</p><p>Второй абзац. {text}</p><p>Наш канал в сети</p><p>Хвост.</p></div><div><p>{text} Чужое.</p></div>"
    );
    origin.put("/article", Reply::ok(page).content_type("text/html; charset=utf-8"));
    let workplace = Workplace::new();
    let rules = "[source.article]\ncontent = \".main\"\nremove = [\".poll\"]\ncut_after = [\"Наш канал\"]\nauthor = \".who\"\ndate = \".when@data-at\"\n";
    workplace.config(&format!("{}{rules}", crate::support::scene::config(&[("a", origin.url("/a.xml"))])));
    workplace.taspa(&["fetch"]).expect_code(0);
    let daemon = workplace.daemon();
    let feed = wait_for_feed(&daemon, "the article is published", |feed| feed.contains("Второй абзац"));
    for gone in ["Опрос", "Наш канал", "Хвост", "Чужое", "Кто-то"] {
        assert!(!feed.contains(gone), "{gone}\n{feed}");
    }
    assert!(feed.contains("<name>Асель Омарова</name>") && feed.contains("<published>2025-02-01T10:00:00+00:00</published>"), "{feed}");
}

#[test]
fn rules_keep_drop_and_retitle_and_preview_shows_them() {
    let origin = Origin::start();
    let items = [
        Item::new(1).title("Видео: В Алматы открыли мост").link(origin.url("/news/1")),
        Item::new(2).title("Гороскоп на завтра").link(origin.url("/news/2")),
        Item::new(3).title("Матч закончился вничью").link(origin.url("/sport/3")),
    ];
    origin.put("/a.xml", Reply::ok(rss(&items)));
    let workplace = Workplace::new();
    let rules = "drop = [\"гороскоп\", { url = \"/\\\\/sport\\\\//\" }]\nreplace = [{ title = \"/^Видео: /\" }]\n";
    workplace.config(&format!("{}{rules}", crate::support::scene::config(&[("a", origin.url("/a.xml"))])));
    let output = workplace.taspa(&["preview", "a"]).expect_code(0);
    assert!(output.stdout.contains("2 left out by the source's rules"), "{output}");
    assert!(output.stdout.contains("Гороскоп на завтра (it matches the `drop` rule title = `гороскоп`)"), "{output}");
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 1 new"), "{output}");
    let daemon = workplace.daemon();
    let feed = feed_of(&daemon);
    assert!(feed.contains(">В Алматы открыли мост</title>"), "{feed}");
}

#[test]
fn a_page_in_the_place_of_a_found_feed_costs_nothing() {
    let origin = Origin::start();
    let page = String::from_utf8(read("all.html"))
        .unwrap()
        .replace("</head>", "<link rel=alternate type=\"application/rss+xml\" href=\"/news.rss\"></head>");
    origin.put("/", Reply::ok(page).content_type("text/html"));
    let feed = || Reply::ok(rss(&[Item::new(1), Item::new(2)]));
    origin.put("/news.rss", feed());
    let workplace = Workplace::new();
    workplace.config(&crate::support::scene::config(&[("a", origin.url("/"))]));
    workplace.taspa(&["fetch"]).expect_code(0);
    let stored = "SELECT count(*) || group_concat(content) FROM entry JOIN entry_text ON entry = id";
    let look =
        |sql: &str| -> String { rusqlite::Connection::open(workplace.database()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap() };
    let before = look(stored);
    origin.put("/news.rss", Reply::ok("<!DOCTYPE html><html><body>Maintenance</body></html>").content_type("text/html"));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(
        output.stdout.contains(&format!("a: error: the feed that was found, {}: the body is an HTML page", origin.url("/news.rss"))),
        "{output}"
    );
    assert_eq!(look(stored), before);
    origin.put("/news.rss", feed());
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 0 new, 0 changed, 0 unchanged, not modified"), "{output}");
}

#[test]
fn what_stands_on_two_pages_of_a_listing_is_one_entry() {
    let origin = Origin::start();
    let item = |number: u32, more: &str| {
        format!("<div class=item><a href=\"/ru/news/{number}\">Новость под номером {number} о городе</a>{more}</div>")
    };
    let page =
        |items: String, next: &str| Reply::ok(format!("<!DOCTYPE html><html><body>{items}{next}</body></html>")).content_type("text/html");
    let first: String = (1..=5).map(|number| item(number, "")).collect();
    origin.put("/list", page(first, "<a class=next href=\"?page=2\">Далее</a>"));
    origin.put("/list?page=2", page((5..=8).map(|number| item(number, "<p class=lead>Подробности.</p>")).collect(), ""));
    let workplace = Workplace::new();
    let listing = "[source.listing]\nitem = \".item\"\nsummary = \".lead\"\nnext = \"a.next@href\"\n";
    workplace.config(&format!("{}{listing}", crate::support::scene::config(&[("a", origin.url("/list"))])));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 8 new"), "{output}");
    assert_eq!(rows(&workplace, "SELECT count(*) FROM entry WHERE article IS NULL"), 0);
}

#[test]
fn a_redirect_leads_to_no_private_address_of_another_host() {
    let origin = Origin::start();
    let inside = format!("http://localhost:{}/inside", origin.address().port());
    origin.put("/a.xml", Reply::ok("").status(302).header("Location", inside));
    origin.put("/inside", Reply::ok(rss(&[Item::new(1)])));
    let workplace = Workplace::new();
    let config = crate::support::scene::config(&[("a", origin.url("/a.xml"))]);
    workplace.config(&config.replace("allow_private = true\n", ""));
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("not on the public internet") && output.stdout.contains("`allow_private = true`"), "{output}");
    assert!(origin.requests_to("/inside").is_empty());
    workplace.config(&config);
    let output = workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("a: 1 new"), "{output}");
}

#[test]
fn one_broken_article_page_holds_up_no_other() {
    let portal = Portal::new();
    portal.origin.put(portal.items()[0]["href"].as_str().unwrap(), Reply::ok("").status(500));
    portal.config(LISTING);
    let output = portal.workplace.taspa(&["fetch"]).expect_code(0);
    assert!(output.stdout.contains("portal: 10 new, 0 changed, 0 unchanged, articles read: 2"), "{output}");
}

#[test]
fn beside_a_daemon_taspa_fetch_leaves_the_article_pages_to_it() {
    let portal = Portal::new();
    let gate = Gate::new();
    for item in portal.items().iter().filter(|item| item["file"].is_string()) {
        let page = read(item["file"].as_str().unwrap());
        portal.origin.put(item["href"].as_str().unwrap(), Reply::ok(page).content_type("text/html; charset=utf-8").gate(&gate));
    }
    portal.config(LISTING);
    let daemon = portal.workplace.daemon();
    portal.origin.wait_for_requests(portal.items()[0]["href"].as_str().unwrap(), 1, BOUND);
    portal.workplace.taspa(&["fetch"]).expect_code(0);
    gate.open();
    settled(&portal, &daemon);
    for item in portal.items().iter().filter(|item| item["file"].is_string()) {
        assert_eq!(portal.asked(item["href"].as_str().unwrap()), 1, "{}", item["href"]);
    }
}

#[test]
fn a_story_that_waits_is_shown_when_another_source_brings_it() {
    let (origin, gate, later) = (Origin::start(), Gate::new(), Gate::new());
    let item = |title: &str| Item::new(1).link(origin.url("/article")).title(title);
    origin.put("/a.xml", Reply::ok(rss(&[item("Ждёт")])));
    origin.put("/b.xml", Reply::ok(rss(&[item("Не ждёт")])).gate(&later));
    origin.put("/article", Reply::ok(read("372110.html")).gate(&gate));
    let workplace = Workplace::new();
    let sources = [("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))];
    workplace.config(
        &crate::support::scene::config(&sources).replace("/a.xml\"\n", "/a.xml\"\narticle = true\nrobots = false\narticle_wait = \"1d\"\n"),
    );
    let daemon = workplace.daemon();
    origin.wait_for_requests("/article", 1, BOUND);
    assert_eq!(count(&feed_of(&daemon), "<entry>"), 0);
    later.open();
    let feed = wait_for_feed(&daemon, "the other source's entry shows the story", |feed| count(feed, "<entry>") == 1);
    assert!(feed.contains("Не ждёт"), "{feed}");
}
