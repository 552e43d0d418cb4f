//! Searching: what people may type, what is found, and that what is new or changed is found a moment later.

use taspa::config::{Query, QueryError};

use crate::support::binary::{Daemon, Workplace};
use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::{get, request};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{BOUND, Scene, base, config, count};

fn press() -> Vec<Item> {
    vec![
        Item::new(1).title("Бюджет Алматы вырос").text("<p>Депутаты утвердили курс тенге на год.</p>"),
        Item::new(2).title("Ёлку привезли из леса").text("<p>Её высота двенадцать метров, рассказали алматинцы.</p>"),
        Item::new(3).title("Гороскоп на пятницу").text("<p>Овнам повезёт: тенге вырастет, а курс нет.</p>"),
        Item::new(4).title("Қазақстан құрамасы жеңді").text("<p>Ойын 3:1 есебімен аяқталды. COVID-19 &amp; AT&amp;T.</p>"),
    ]
}

/// The numbers of the items that a daemon finds by an encoded query, in its order.
fn found(daemon: &Daemon, query: &str) -> Vec<usize> {
    let response = get(&format!("{}/search.atom?q={query}", base(daemon)));
    assert_eq!(response.status, 200, "{query}: {}", response.text());
    let feed = feed_rs::parser::parse(response.text().as_bytes()).unwrap();
    let titles = ["Бюджет", "Ёлку", "Гороскоп", "Қазақстан"];
    let number = |title: String| 1 + titles.iter().position(|known| title.starts_with(known)).unwrap_or(8);
    feed.entries.into_iter().map(|entry| number(entry.title.unwrap().content)).collect()
}

fn encoded(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

fn wait_until_found(daemon: &Daemon, words: &str, expected: &[usize]) {
    let has_come = || (found(daemon, &encoded(words)) == expected).then_some(());
    eventually(&format!("`{words}` finds {expected:?}"), BOUND, has_come);
}

#[test]
fn words_are_found_as_people_write_them() {
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&press())));
    wait_until_found(&daemon, "ойын", &[4]);
    for (words, expected) in [
        ("тенге", vec![3, 1]),
        ("ТЕНГЕ курс", vec![3, 1]),
        ("\"курс тенге\"", vec![1]),
        ("тенге -гороскоп", vec![1]),
        ("тенге -\"курс тенге\"", vec![3]),
        ("алмат*", vec![2, 1]),
        ("алматы", vec![1]),
        ("ёлку", vec![2]),
        ("ЕЛКУ", vec![2]),
        ("повезет", vec![3]),
        ("елку OR бюджет", vec![2, 1]),
        ("тенге -гороскоп OR леса", vec![2, 1]),
        ("\"двенадцать мет*\"", vec![2]),
        ("\"двенадцать мет\"*", vec![2]),
        ("қазақстан ҚҰРАМАСЫ", vec![4]),
        ("covid-19", vec![4]),
        ("at&t", vec![4]),
        ("3:1", vec![4]),
        ("\"незакрытая ёлку", vec![]),
        ("NEAR(тенге курс)", vec![]),
        ("words:тенге", vec![]),
        ("тенге AND NOT курс", vec![]),
        ("^бюджет", vec![1]),
        ("тенге — !!!", vec![3, 1]),
        ("OR тенге OR", vec![3, 1]),
    ] {
        assert_eq!(found(&daemon, &encoded(words)), expected, "{words}");
    }
    // Control characters part words.
    assert_eq!(found(&daemon, "%D1%82%D0%B5%D0%BD%D0%B3%D0%B5%00%D0%BA%D1%83%D1%80%D1%81"), [3, 1]);
}

#[test]
fn what_finds_nothing_or_too_much_is_refused_in_words() {
    for (words, error) in [
        ("", QueryError::Empty),
        ("  — \"\" * - -- \"", QueryError::Empty),
        ("OR", QueryError::Empty),
        ("-тенге", QueryError::OnlyNot),
        ("курс OR -тенге", QueryError::OnlyNot),
        ("ка*", QueryError::ShortPrefix("ка".to_owned())),
        (&"слово ".repeat(17), QueryError::TooMany),
        (&"ы".repeat(257), QueryError::TooLong),
    ] {
        assert_eq!(Query::parse(words), Err(error), "{words}");
    }
    let Scene { origin: _origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&press())));
    for query in ["", "?q=", "?q=-a", "?p=курс", "?q=%FF%FE", "?q=a*"] {
        let response = get(&format!("{}/search.atom{query}", base(&daemon)));
        assert!(response.status == 400 && response.text().starts_with("This cannot be searched for: "), "{query}: {}", response.text());
    }
}

#[test]
fn a_query_is_written_in_one_way_whatever_its_spaces() {
    for (words, written) in [
        ("  курс   тенге ", "курс тенге"),
        ("\"курс   тенге\" -\"спорт\"", "\"курс тенге\" -спорт"),
        ("\"курс тен\"* OR  a", "\"курс тен*\" OR a"),
        ("\"OR\"", "\"OR\""),
        ("\"-курс\" -\"-тенге\"", "\"-курс\" -\"-тенге\""),
        ("курс\"тенге вверх", "курс \"тенге вверх\""),
    ] {
        let query = Query::parse(words).unwrap();
        assert_eq!(query.to_string(), written);
        assert_eq!(Query::parse(written).as_ref(), Ok(&query), "{words}");
    }
}

#[test]
fn a_search_comes_in_every_format_and_follows_the_news() {
    let Scene { origin, workplace: _workplace, daemon } = Scene::secondly(Reply::ok(rss(&press())));
    wait_until_found(&daemon, "ойын", &[4]);
    let url = |end: &str| format!("{}/search{end}?q=%D1%82%D0%B5%D0%BD%D0%B3%D0%B5+%D0%BA%D1%83%D1%80%D1%81", base(&daemon));
    for (end, media_type) in [
        (".atom", "application/atom+xml"),
        (".rss", "application/rss+xml"),
        (".json", "application/feed+json"),
        (".html", "text/html"),
        ("", "text/html"),
    ] {
        let response = get(&url(end));
        assert!(
            response.status == 200 && response.header("content-type").unwrap().starts_with(media_type),
            "{end}: {:?}",
            response.headers
        );
        assert_eq!(request("GET", &url(end), &[("If-None-Match", response.header("etag").unwrap())]).status, 304, "{end}");
        assert!(response.text().contains("Бюджет Алматы") && !response.text().contains("леса"), "{end}");
    }
    let page = get(&url("")).text().to_owned();
    assert!(page.contains("value=\"тенге курс\"") && page.contains("action=\"http://") && page.contains("/search.rss?q="), "{page}");
    let feed = feed_rs::parser::parse(get(&url(".atom")).text().as_bytes()).unwrap();
    let own = feed.links.iter().find(|link| link.rel.as_deref() == Some("self")).unwrap();
    assert!(feed.id.contains(":search/") && get(&own.href).text() == get(&url(".atom")).text(), "{} {}", feed.id, own.href);
    assert!(!get(&url(".atom")).text().contains("prev-archive"));
    // What changes is found by what it says now; what is new, at once.
    let mut items = press();
    items[0] = Item::new(1).title("Бюджет Астаны сокращён вдвое").text("<p>Министры утвердили совсем другие расходы.</p>");
    items.insert(0, Item::new(9).title("Тенге окреп").text("<p>Курс поднялся.</p>"));
    origin.put("/a.xml", Reply::ok(rss(&items)));
    wait_until_found(&daemon, "министры", &[1]);
    wait_until_found(&daemon, "тенге курс", &[9, 3]);
    assert_eq!(found(&daemon, &encoded("депутаты")), [0; 0]);
}

#[test]
fn a_view_may_be_made_of_a_search() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&press())));
    let workplace = Workplace::new();
    let view = "[[view]]\nname = \"v\"\nquery = \"алмат* -ёлку OR құрамасы\"\n[[view]]\nname = \"p\"\nquery = \"тенге\"\ntags = [\"t\"]\nstories = false\n";
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + view).replacen("[[source]]", "[[source]]\ntags = [\"t\"]", 1));
    workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    let titles = |view: &str| {
        let printed = workplace.taspa(&["preview", "--view", view]).expect_code(0).stdout;
        let feed = feed_rs::parser::parse(printed.as_bytes()).unwrap();
        feed.entries.into_iter().map(|entry| entry.title.unwrap().content).collect::<Vec<_>>()
    };
    assert_eq!(titles("v"), ["Қазақстан құрамасы жеңді", "Бюджет Алматы вырос"]);
    assert_eq!(titles("p"), ["Гороскоп на пятницу", "Бюджет Алматы вырос"]);
    // The daemon renders such a view anew once what is new is findable; its archive finds the same.
    let daemon = workplace.daemon();
    let mut items = press();
    items.insert(0, Item::new(9).title("Пробки").text("<p>На улицах Алматы их всё больше.</p>"));
    origin.put("/a.xml", Reply::ok(rss(&items)));
    let url = format!("{}/feeds/v.atom", base(&daemon));
    eventually("the new story", BOUND, || get(&url).text().contains("Пробки").then_some(()));
    let archive = get(&format!("{}/feeds/v/archive/2025-01-06.atom", base(&daemon)));
    assert!(archive.status == 200 && count(archive.text(), "<entry>") == 2 && archive.text().contains("Бюджет"), "{}", archive.text());
}

#[test]
fn nobody_searches_what_not_everybody_may_read() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&press())));
    let workplace = Workplace::new();
    workplace.config(&(config(&[("a", origin.url("/a.xml"))]) + "[[view]]\nname = \"all\"\ntoken = \"0f3c7a51d2c94e8b\"\n"));
    let daemon = workplace.daemon();
    eventually("the entries", BOUND, || {
        let private = get(&format!("{}/feeds/all.atom?token=0f3c7a51d2c94e8b", base(&daemon)));
        private.text().contains("Гороскоп").then_some(())
    });
    assert_eq!(get(&format!("{}/search.atom?q=%D1%82%D0%B5%D0%BD%D0%B3%D0%B5", base(&daemon))).status, 404);
    assert!(!get(&format!("{}/", base(&daemon))).text().contains("role=\"search\""));
}

#[test]
fn an_older_file_becomes_searchable_as_a_whole() {
    let origin = Origin::start();
    origin.put("/a.xml", Reply::ok(rss(&press())));
    let workplace = Workplace::new();
    workplace.config(&config(&[("a", origin.url("/a.xml"))]));
    workplace.taspa(&["fetch", "--strict"]).expect_code(0);
    // As the third version left it.
    rusqlite::Connection::open(workplace.database())
        .unwrap()
        .execute_batch(
            "DROP TABLE entry_search; DROP TABLE unsearched; DROP TABLE revised; DROP INDEX story_merged_at; \
             ALTER TABLE story DROP COLUMN merged_at; ALTER TABLE source DROP COLUMN feed_rights; \
             ALTER TABLE source DROP COLUMN feed_icon; ALTER TABLE source DROP COLUMN feed_logo; \
             ALTER TABLE source DROP COLUMN lost_at; ALTER TABLE source DROP COLUMN body_hash; \
             DROP TABLE subscription; DROP INDEX source_hub; ALTER TABLE source DROP COLUMN hub; ALTER TABLE source DROP COLUMN topic; \
             ALTER TABLE source DROP COLUMN hints; ALTER TABLE source DROP COLUMN reason; ALTER TABLE source DROP COLUMN host; \
             DROP TABLE host; DROP TABLE moved; DROP TABLE habit; ALTER TABLE poll DROP COLUMN next_poll; ALTER TABLE poll DROP COLUMN reason; \
             PRAGMA user_version = 3",
        )
        .unwrap();
    let daemon = workplace.daemon();
    wait_until_found(&daemon, "тенге", &[3, 1]);
}
