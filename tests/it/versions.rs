//! One report in many outlets, end to end under a hand-driven clock: what readers of a feed see of it at every step.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use feed_rs::model::{Entry, Feed};
use taspa::clock::{Clock, Hand};
use taspa::config;
use taspa::config::Settings;
use taspa::daemon::Running;
use taspa::store::Store;

use crate::support::eventually;
use crate::support::feeds::{Item, rss};
use crate::support::http::get;
use crate::support::origin::{Gate, Origin, Reply};

const BOUND: Duration = Duration::from_secs(20);

/// Six paragraphs of a release, as its press office wrote them.
const RELEASE: [&str; 6] = [
    "Национальная библиотека в Алматы открыла электронный архив рукописей, который собирали восемь лет. В нём 14 тысяч страниц на \
     арабской графике, латинице и кириллице.",
    "Самая старая рукопись написана в 1612 году и найдена в сундуке жителя Туркестана. Её бумагу укрепили реставраторы, а каждую \
     страницу сняли в четырёх видах света.",
    "Читать архив можно без регистрации с любого компьютера. Для слепых читателей 900 страниц озвучили студенты театральной академии.",
    "Директор библиотеки Гульнар Сапарова сказала, что работа обошлась в 210 миллионов тенге. Половину этих денег дали попечители, \
     остальное выделило министерство.",
    "Расшифровать почерк помогла программа, которую обучили лингвисты из Караганды. Она ошибается в одном слове из тридцати, поэтому \
     каждую страницу сверяют два человека.",
    "До конца года сотрудники обещают добавить ещё 3 тысячи страниц из частных собраний. Владельцы рукописей получат их копии и \
     свидетельство о передаче.",
];

/// Stands in every version of the release and in nothing else.
const MARK: &str = "найдена в сундуке жителя Туркестана";

fn release(without: Option<usize>) -> String {
    let kept = RELEASE.iter().enumerate().filter(|(number, _)| Some(*number) != without);
    kept.map(|(_, paragraph)| format!("<p>{paragraph}</p>")).collect()
}

/// An instant of the day on which all of this happens.
fn at(time: &str) -> DateTime<Utc> {
    format!("2025-06-01T{time}Z").parse().unwrap()
}

/// An outlet's item number `n`, seen at some time of the day.
fn item(outlet: &str, n: u32, title: &str, text: &str, time: &str) -> Item {
    let site = format!("https://{outlet}.example");
    Item::new(n)
        .guid(Some(&format!("{site}/?p={n}")))
        .link(format!("{site}/news/{n}"))
        .title(title)
        .text(text)
        .date(Some(&at(time).to_rfc2822()))
}

/// A report of an outlet's own that nobody else has.
fn own(outlet: &str, n: u32) -> Item {
    Item::new(n).guid(Some(&format!("https://{outlet}.example/?p={n}"))).link(format!("https://{outlet}.example/news/{n}"))
}

/// Outlets on one origin, the daemon that polls them, and the hand of its clock.
struct Press {
    origin: Origin,
    folder: tempfile::TempDir,
    settings: Settings,
    hand: Hand,
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
}

impl Press {
    /// `outlets` with their own keys; `rest` is the rest of the config. Each has an empty feed until it publishes.
    fn new(start: &str, outlets: &[(&str, &str)], rest: &str) -> Self {
        Self::with(start, outlets, rest, |_| {})
    }

    /// `prepare` may say otherwise of the first polls.
    fn with(start: &str, outlets: &[(&str, &str)], rest: &str, prepare: impl FnOnce(&Origin)) -> Self {
        let origin = Origin::start();
        let mut text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\nper_host = 16\n[defaults]\nallow_private = true\nspread = \"0s\"\n{rest}\n"
        );
        for (outlet, keys) in outlets {
            text.push_str(&format!("[[source]]\nname = \"{outlet}\"\nurl = \"{}\"\n{keys}\n", origin.url(&format!("/{outlet}"))));
        }
        let folder = tempfile::tempdir().unwrap();
        let (clock, hand) = Clock::manual(at(start));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let settings = config::parse(&folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"));
        let mut press = Self { origin, folder, settings: settings.clone(), hand, runtime, running: None };
        for (outlet, _) in outlets {
            press.publish(outlet, &[]);
        }
        prepare(&press.origin);
        press.running = Some(press.runtime.block_on(Running::start(settings, clock)).unwrap());
        for (outlet, _) in outlets {
            press.wait_for_poll(outlet, at(start));
        }
        press
    }

    fn publish(&self, outlet: &str, items: &[Item]) {
        let feed = rss(items).replace("Жаңалықтар &amp; новости", &title_of(outlet));
        self.origin.put(&format!("/{outlet}"), Reply::ok(feed));
    }

    /// Moves the clock on; each of the outlets is polled then.
    fn polls(&self, outlets: &[&str], time: &str) {
        self.polls_at(outlets, at(time));
    }

    fn polls_at(&self, outlets: &[&str], instant: DateTime<Utc>) {
        self.hand.move_to(instant);
        for outlet in outlets {
            self.wait_for_poll(outlet, instant);
        }
    }

    fn wait_for_poll(&self, outlet: &str, time: DateTime<Utc>) {
        let sql = format!("SELECT count(*) FROM source WHERE name = '{outlet}' AND last_poll = {}", time.timestamp());
        eventually(&format!("{outlet} is polled at {time}"), BOUND, || (self.count(&sql) == 1).then_some(()));
    }

    fn count(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.folder.path().join("taspa.sqlite")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// A view's feed, once it satisfies `is_so`; every look at it before that has to satisfy `always`.
    fn feed(&self, view: &str, what: &str, always: impl Fn(&Feed), is_so: impl Fn(&Feed) -> bool) -> Feed {
        let url = format!("http://{}/feeds/{view}.atom", self.running.as_ref().unwrap().address);
        eventually(what, BOUND, || {
            let feed = feed_rs::parser::parse(get(&url).text().as_bytes()).unwrap();
            always(&feed);
            is_so(&feed).then_some(feed)
        })
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

fn title_of(outlet: &str) -> String {
    format!("Газета {}", outlet.to_uppercase())
}

fn text(entry: &Entry) -> String {
    let content = entry.content.as_ref().and_then(|content| content.body.clone());
    content.or_else(|| entry.summary.as_ref().map(|summary| summary.content.clone())).unwrap_or_default()
}

fn title(entry: &Entry) -> &str {
    &entry.title.as_ref().unwrap().content
}

/// The entries that carry the release.
fn releases(feed: &Feed) -> Vec<&Entry> {
    feed.entries.iter().filter(|entry| text(entry).contains(MARK)).collect()
}

/// Where else an entry says that its story stands.
fn related(entry: &Entry) -> Vec<&str> {
    entry.links.iter().filter(|link| link.rel.as_deref() == Some("related")).map(|link| link.href.as_str()).collect()
}

fn ids(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.id.as_str()).collect()
}

/// Looks at every document: the release stands there at most once, nothing has an id of another, and all links are whole.
fn once(feed: &Feed) {
    assert!(releases(feed).len() <= 1, "{:?}", ids(feed));
    let mut distinct = ids(feed);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), feed.entries.len());
    for entry in &feed.entries {
        assert!(entry.links.iter().all(|link| link.href.starts_with("http")), "{entry:?}");
        assert!(text(entry).matches("Также: ").count() <= 1, "{entry:?}");
    }
}

/// Six outlets publish one release over an hour: with other headlines, without a paragraph, behind an agency's line, as a teaser whose
/// page comes late. In between the first corrects it; at the end there is something new to say.
#[test]
fn a_release_in_six_outlets_is_one_entry_whose_id_and_place_never_change() {
    let outlets: Vec<(&str, &str)> = ["a", "b", "c", "e", "f"].map(|outlet| (outlet, "schedule = \"*/10 * * * *\"")).into();
    let waiting = ("d", "schedule = \"*/10 * * * *\"\nrobots = false\narticle = true\narticle_wait = \"1h\"");
    let outlets = [outlets, vec![waiting]].concat();
    let press = Press::new("11:50:00", &outlets, "[[view]]\nname = \"c\"\nsources = [\"c\"]");
    let all: Vec<&str> = outlets.iter().map(|(outlet, _)| *outlet).collect();

    // What is known before: a report of each outlet's own.
    let publish = |outlet: &str, n: u32, items: &[Item]| press.publish(outlet, &[items, &[own(outlet, n)]].concat());
    for (n, outlet) in (1..).zip(["a", "b", "c", "e", "f"]) {
        publish(outlet, n, &[]);
    }
    press.polls(&all, "12:00:00");
    let before = press.feed("all", "five reports", once, |feed| feed.entries.len() == 5);
    let before: Vec<String> = ids(&before).into_iter().map(str::to_owned).collect();

    let told = item("a", 10, "В Алматы открыли архив рукописей", &release(None), "12:05:00");
    publish("a", 1, std::slice::from_ref(&told));
    press.polls(&all, "12:10:00");
    let feed = press.feed("all", "the release", once, |feed| releases(feed).len() == 1);
    let lead = releases(&feed)[0].clone();
    assert_eq!((title(&lead), related(&lead)), ("В Алматы открыли архив рукописей", vec![]));
    assert!(!text(&lead).contains("Также"), "nobody else has it");

    // Where it stands from now on, whatever comes.
    let place: Vec<String> = [vec![lead.id.clone()], before].concat();
    let see = |versions: &[&str], updated: DateTime<Utc>| {
        let what = format!("{} other versions", versions.len());
        let feed = press.feed("all", &what, once, |feed| related(releases(feed)[0]).len() == versions.len());
        assert_eq!(ids(&feed), place);
        let entry = releases(&feed)[0];
        assert_eq!(related(entry), versions);
        assert_eq!(title(entry), "В Алматы открыли архив рукописей");
        assert_eq!(entry.updated, Some(updated), "a version that joins is no news");
        assert_eq!(feed.updated, Some(updated));
        entry.clone()
    };

    publish("b", 2, &[item("b", 10, "Национальная библиотека открыла архив рукописей", &release(Some(5)), "12:15:00")]);
    press.polls(&all, "12:20:00");
    let entry = see(&["https://b.example/news/10"], at("12:05:00"));
    assert!(text(&entry).ends_with("<p>Также: <a href=\"https://b.example/news/10\">Газета B</a></p>"), "{}", text(&entry));

    let agency = release(None).replacen("<p>", "<p>АЛМАТЫ. ПРЕСС-АГЕНТСТВО – ", 1);
    publish("c", 3, &[item("c", 10, "Электронный архив рукописей открыли в Алматы", &agency, "12:25:00")]);
    press.polls(&all, "12:30:00");
    see(&["https://b.example/news/10", "https://c.example/news/10"], at("12:05:00"));
    // Its own view tells it as it does itself.
    let see_c = |versions: &[&str]| {
        let what = format!("{} other versions in a view of its own", versions.len());
        let is_so = |feed: &Feed| releases(feed).first().is_some_and(|entry| related(entry).len() == versions.len());
        let feed = press.feed("c", &what, once, is_so);
        let entry = releases(&feed)[0];
        assert_eq!((feed.entries.len(), &entry.id, &feed.entries[0].id), (2, &lead.id, &lead.id));
        assert_eq!(title(entry), "Электронный архив рукописей открыли в Алматы");
        assert_eq!(related(entry), versions);
    };
    see_c(&["https://a.example/news/10", "https://b.example/news/10"]);

    // A teaser waits for its page; meanwhile the first mends a sentence.
    let gate = Gate::new();
    let page =
        format!("<!DOCTYPE html><html lang=ru><title>Архив</title><body><article><h1>Архив рукописей</h1>{}</article>", release(Some(4)));
    press.origin.put("/page", Reply::ok(page).content_type("text/html; charset=utf-8").gate(&gate));
    let teaser = item("d", 10, "Архив рукописей открыт", "Библиотека показала старинные страницы…", "12:35:00");
    press.publish("d", &[teaser.link(press.origin.url("/page"))]);
    let corrected = told.clone().text(release(None).replace("без регистрации", "без всякой регистрации"));
    publish("a", 1, &[corrected]);
    press.polls(&all, "12:40:00");
    press.origin.wait_for_requests("/page", 1, BOUND);
    press.feed("all", "the correction", once, |feed| text(releases(feed)[0]).contains("без всякой регистрации"));
    see(&["https://b.example/news/10", "https://c.example/news/10"], at("12:40:00"));

    press.hand.move_to(at("12:45:00"));
    gate.open();
    let page = press.origin.url("/page");
    let mut versions = vec!["https://b.example/news/10", "https://c.example/news/10", page.as_str()];
    see(&versions, at("12:40:00"));
    see_c(&["https://a.example/news/10", "https://b.example/news/10", page.as_str()]);

    let ending = format!("{}<p>Источник: пресс-служба Национальной библиотеки.</p>", release(None));
    publish("e", 4, &[item("e", 10, "Архив рукописей открыт в Алматы", &ending, "12:45:00")]);
    press.polls(&all, "12:50:00");
    versions.push("https://e.example/news/10");
    see(&versions, at("12:40:00"));

    publish("f", 5, &[item("f", 10, "Открылся архив рукописей: 14 тысяч страниц", &release(Some(2)), "12:55:00")]);
    press.polls(&all, "13:00:00");
    versions.push("https://f.example/news/10");
    let entry = see(&versions, at("12:40:00"));
    let line = text(&entry);
    let line = line.split("Также: ").nth(1).unwrap();
    assert_eq!(["Газета B", "Газета C", "Газета D", "Газета E", "Газета F"].map(|name| line.matches(name).count()), [1; 5], "{line}");
    see_c(&["https://a.example/news/10", "https://b.example/news/10", &page, "https://e.example/news/10", "https://f.example/news/10"]);

    // New facts are news, above it.
    let new = "<p>Читатели за первые сутки нашли в оцифрованных тетрадях 37 неизвестных писем поэта. Их передали в музей, экспертиза займёт \
               полгода.</p><p>Музей попросил наследников откликнуться и обещал выставку осенью. На её подготовку уйдёт 60 миллионов тенге.</p>";
    publish("b", 2, &[item("b", 11, "В архиве нашли письма поэта", new, "13:05:00")]);
    press.polls(&all, "13:10:00");
    let feed = press.feed("all", "the follow-up", once, |feed| feed.entries.len() == place.len() + 1);
    assert_eq!(title(&feed.entries[0]), "В архиве нашли письма поэта");
    assert_eq!(related(&feed.entries[0]), Vec::<&str>::new());
    assert_eq!(ids(&feed)[1..], place);
    assert_eq!(related(releases(&feed)[0]), versions);
}

const NOON: &str = "schedule = \"0 0 12 * * *\"";
const LATER: &str = "schedule = \"0 10 12 * * *\"";

/// The release in two outlets, ten minutes apart; `a` first.
fn two_outlets(keys_of_second: &str, rest: &str) -> Press {
    let press = Press::new("11:59:00", &[("a", NOON), ("b", &format!("{LATER}\n{keys_of_second}"))], rest);
    press.publish("a", &[item("a", 1, "Открыт электронный архив рукописей", &release(None), "11:58:00")]);
    press.publish("b", &[item("b", 1, "Архив рукописей открыли в Алматы", &release(None), "12:08:00")]);
    press.polls(&["a"], "12:00:00");
    press.polls(&["b"], "12:10:00");
    press
}

#[test]
fn without_stories_at_all_every_entry_stands_for_itself() {
    for (keys, rest) in [("", "[dedup]\nenabled = false"), ("dedup = false", "")] {
        let press = two_outlets(keys, rest);
        let feed = press.feed("all", "both", |_| {}, |feed| releases(feed).len() == 2);
        assert_eq!(
            feed.entries.iter().map(title).collect::<Vec<_>>(),
            ["Архив рукописей открыли в Алматы", "Открыт электронный архив рукописей"]
        );
        for entry in &feed.entries {
            assert_eq!(related(entry), Vec::<&str>::new());
            assert!(!text(entry).contains("Также"), "{entry:?}");
        }
    }
}

#[test]
fn only_the_source_that_wants_no_stories_stands_apart() {
    let third = "schedule = \"0 20 12 * * *\"";
    let press = Press::new("11:59:00", &[("a", NOON), ("b", &format!("{LATER}\ndedup = false")), ("c", third)], "");
    for (outlet, time) in [("a", "12:00:00"), ("b", "12:10:00"), ("c", "12:20:00")] {
        press.publish(outlet, &[item(outlet, 1, &format!("Электронный архив рукописей открыт, сообщает {outlet}"), &release(None), time)]);
        press.polls(&[outlet], time);
    }
    let is_so = |feed: &Feed| feed.entries.len() == 2 && feed.entries.iter().any(|entry| !related(entry).is_empty());
    let feed = press.feed("all", "two entries, one with another version", |_| {}, is_so);
    let told: Vec<(&str, Vec<&str>)> = feed.entries.iter().map(|entry| (title(entry), related(entry))).collect();
    assert_eq!(
        told,
        [
            ("Электронный архив рукописей открыт, сообщает b", vec![]),
            ("Электронный архив рукописей открыт, сообщает a", vec!["https://c.example/news/1"])
        ]
    );
}

#[test]
fn a_view_without_stories_shows_every_entry_under_an_id_of_its_own() {
    let views = "[[view]]\nname = \"each\"\nstories = false\n[[view]]\nname = \"each-of-b\"\nstories = false\nsources = [\"b\"]\nlimit = 1";
    let press = two_outlets("", views);
    let feed = press.feed("all", "one story", |_| {}, |feed| releases(feed).len() == 1 && related(releases(feed)[0]).len() == 1);
    assert_eq!(feed.entries.len(), 1);
    let each = press.feed("each", "both", |_| {}, |feed| feed.entries.len() == 2);
    assert_eq!(
        each.entries.iter().map(title).collect::<Vec<_>>(),
        ["Архив рукописей открыли в Алматы", "Открыт электронный архив рукописей"]
    );
    assert_eq!(ids(&each).iter().map(|id| id.rsplit_once(':').unwrap().1).collect::<Vec<_>>(), ["entry/2", "entry/1"]);
    assert!(each.entries.iter().all(|entry| related(entry).is_empty() && !text(entry).contains("Также")), "{each:?}");
    assert_eq!(ids(&press.feed("each-of-b", "b", |_| {}, |feed| feed.entries.len() == 1)), &ids(&each)[..1]);

    // Somebody parts them by hand, in another process: the ids stay.
    let store = Store::open(&press.settings, at("12:11:00")).unwrap();
    assert_eq!(press.runtime.block_on(store.split(2, at("12:11:00"))).unwrap(), Some(2));
    store.close();
    let feed = press.feed("all", "two stories", |_| {}, |feed| feed.entries.len() == 2);
    assert!(feed.entries.iter().all(|entry| related(entry).is_empty()), "{feed:?}");
    let after = press.feed("each", "both", |_| {}, |feed| feed.entries.len() == 2);
    assert_eq!(ids(&after), ids(&each));
}

#[test]
fn of_outlets_polled_in_the_same_minute_the_priority_leads() {
    let press =
        Press::new("11:59:00", &[("a", NOON), ("b", &format!("{NOON}\npriority = 5")), ("c", &format!("{NOON}\npriority = 1"))], "");
    for outlet in ["a", "b", "c"] {
        press.publish(
            outlet,
            &[item(outlet, 1, &format!("Электронный архив рукописей открыт, сообщает {outlet}"), &release(None), "11:58:00")],
        );
    }
    press.polls(&["a", "b", "c"], "12:00:00");
    let feed = press.feed("all", "one story of three", |_| {}, |feed| feed.entries.len() == 1 && related(&feed.entries[0]).len() == 2);
    assert_eq!(title(&feed.entries[0]), "Электронный архив рукописей открыт, сообщает b");
}

const LONGER: &str = "Национальная библиотека открыла архив рукописей";

#[test]
fn the_longest_text_of_the_same_minute_leads_and_a_later_one_does_not() {
    let outlets = [("a", "schedule = \"0 0 12 * * *\""), ("b", "schedule = \"30 0 12 * * *\""), ("c", "schedule = \"30 1 12 * * *\"")];
    let press = Press::new("11:59:00", &outlets, "[[view]]\nname = \"late\"\nsources = [\"b\", \"c\"]");
    press.publish("a", &[item("a", 1, "В Алматы открыли архив рукописей", &release(Some(5)), "11:58:00")]);
    press.polls(&["a"], "12:00:00");
    let feed = press.feed("all", "the first", once, |feed| releases(feed).len() == 1);
    let id = releases(&feed)[0].id.clone();

    press.publish("b", &[item("b", 1, LONGER, &release(None), "11:58:00")]);
    press.polls(&["b"], "12:00:30");
    let feed = press.feed("all", "the longer one leads", once, |feed| title(&feed.entries[0]) == LONGER);
    assert_eq!((ids(&feed), related(&feed.entries[0])), (vec![id.as_str()], vec!["https://a.example/news/1"]));

    let longest = format!("{}<p>Источник: пресс-служба Национальной библиотеки.</p>", release(None));
    press.publish("c", &[item("c", 1, "Электронный архив рукописей открыли в Алматы", &longest, "11:58:00")]);
    press.polls(&["c"], "12:01:30");
    for view in ["all", "late"] {
        let feed = press.feed(view, "the late one is a version", once, |feed| related(&feed.entries[0]).len() == 2);
        assert_eq!((ids(&feed), title(&feed.entries[0])), (vec![id.as_str()], LONGER), "{view}");
    }
}

#[test]
fn a_story_has_the_categories_of_all_its_entries_once() {
    let press = Press::new("11:59:00", &[("a", NOON), ("b", LATER)], "[dedup]\nother_versions = false");
    for (outlet, categories) in [("a", ["Культура", "Общество"]), ("b", ["КУЛЬТУРА", "Алматы"])] {
        let feed = rss(&[item(outlet, 1, "Открыт электронный архив рукописей", &release(None), "11:58:00")]);
        let categories: String = categories.iter().map(|term| format!("<category>{term}</category>")).collect();
        press.origin.put(&format!("/{outlet}"), Reply::ok(feed.replace("</item>", &format!("{categories}</item>"))));
    }
    press.polls(&["a"], "12:00:00");
    press.polls(&["b"], "12:10:00");
    let feed = press.feed("all", "one story of two", once, |feed| feed.entries.len() == 1 && related(&feed.entries[0]).len() == 1);
    let terms: Vec<&str> = feed.entries[0].categories.iter().map(|category| category.term.as_str()).collect();
    assert_eq!(terms, ["Культура", "Общество", "Алматы"]);
    assert!(!text(&feed.entries[0]).contains("Также"), "the config wants no such line");
}

#[test]
fn what_an_outlet_changes_shows_where_others_tell_the_story() {
    let press = two_outlets("", "[[view]]\nname = \"a\"\nsources = [\"a\"]");
    let titles = |feed: &Feed| {
        let links = feed.entries.iter().flat_map(|entry| &entry.links).filter(|link| link.rel.as_deref() == Some("related"));
        links.map(|link| link.title.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    press.feed("a", "the version", once, |feed| titles(feed) == ["Газета B: Архив рукописей открыли в Алматы"]);
    press.publish("b", &[item("b", 1, "Архив рукописей открыли для всех", &release(None), "12:08:00")]);
    press.polls_at(&["b"], at("12:10:00") + TimeDelta::days(1));
    press.feed("a", "its new title", once, |feed| titles(feed) == ["Газета B: Архив рукописей открыли для всех"]);
    let renamed = rss(&[item("b", 1, "Архив рукописей открыли для всех", &release(None), "12:08:00")]);
    press.origin.put("/b", Reply::ok(renamed.replace("Жаңалықтар &amp; новости", "Вестник")));
    press.polls_at(&["b"], at("12:10:00") + TimeDelta::days(2));
    press.feed("a", "the outlet's new name", once, |feed| titles(feed) == ["Вестник: Архив рукописей открыли для всех"]);
}

#[test]
fn an_entry_that_waited_leads_what_it_was_first_to_have_and_nothing_moves() {
    let waiting = format!("{NOON}\nrobots = false\narticle = true\narticle_wait = \"1h\"");
    let press = Press::new("11:59:00", &[("a", &waiting), ("b", LATER), ("c", "schedule = \"0 20 12 * * *\"")], "");
    let gate = Gate::new();
    let page = format!("<!DOCTYPE html><html lang=ru><title>Архив</title><body><article><h1>Архив</h1>{}</article>", release(None));
    press.origin.put("/page", Reply::ok(page).content_type("text/html; charset=utf-8").gate(&gate));
    let item_of_a = item("a", 1, "В Алматы открыли архив рукописей", &release(Some(5)), "11:58:00");
    press.publish("a", &[item_of_a.link(press.origin.url("/page"))]);
    press.publish("b", &[item("b", 1, "Архив рукописей открыли в Алматы", &release(None), "12:08:00")]);
    press.publish("c", &[own("c", 1)]);
    press.polls(&["a"], "12:00:00");
    press.origin.wait_for_requests("/page", 1, BOUND);
    press.polls(&["b"], "12:10:00");
    press.polls(&["c"], "12:20:00");
    let before = press.feed("all", "what waits is not seen, nor named", once, |feed| feed.entries.len() == 2);
    let entry = releases(&before)[0];
    assert_eq!((title(entry), related(entry)), ("Архив рукописей открыли в Алматы", vec![]));
    press.hand.move_to(at("12:30:00"));
    gate.open();
    let after = press.feed("all", "it leads", once, |feed| !related(releases(feed)[0]).is_empty());
    assert_eq!(title(releases(&after)[0]), "В Алматы открыли архив рукописей");
    assert_eq!(related(releases(&after)[0]), ["https://b.example/news/1"]);
    assert_eq!(ids(&after), ids(&before), "id and place stay");
}

#[test]
fn a_source_that_comes_later_with_an_older_date_takes_no_story_down() {
    let outlets = [("a", NOON), ("b", LATER), ("c", "schedule = \"0 20 12 * * *\"")];
    let view = "[[view]]\nname = \"late\"\nsources = [\"b\", \"c\"]";
    let earlier = item("b", 2, "Погода в горах", "Спасатели советуют туристам не выходить на ледник до среды.", "11:00:00");
    let press = Press::with("11:59:00", &outlets, view, |origin| {
        origin.put("/b", Reply::ok(rss(std::slice::from_ref(&earlier))));
        origin.put("/c", Reply::ok("").status(500));
    });
    press.publish("a", &[item("a", 1, "В Алматы открыли архив рукописей", &release(None), "11:58:00")]);
    press.publish("b", &[item("b", 1, "Архив рукописей открыли в Алматы", &release(None), "12:08:00"), earlier.clone()]);
    press.polls(&["a"], "12:00:00");
    press.polls(&["b"], "12:10:00");
    let before = press.feed("late", "both", once, |feed| feed.entries.len() == 2);
    assert_eq!(title(&before.entries[1]), "Погода в горах");
    press.publish("c", &[item("c", 1, "Электронный архив рукописей открыли в Алматы", &release(None), "10:00:00")]);
    press.polls(&["c"], "12:20:00");
    let after = press.feed("late", "another version", once, |feed| releases(feed).iter().any(|entry| related(entry).len() == 2));
    assert_eq!(ids(&after), ids(&before));
    assert_eq!(title(releases(&after)[0]), "Архив рукописей открыли в Алматы");
}

#[test]
fn each_link_is_a_version_once_and_there_are_at_most_twenty() {
    let press = Press::new("11:59:00", &[("a", NOON), ("b", LATER)], "");
    press.publish("a", &[item("a", 1, "В Алматы открыли архив рукописей", &release(None), "11:58:00")]);
    press.polls(&["a"], "12:00:00");
    // Once more under the lead's address, and then again and again under its own.
    let title = "Архив рукописей открыли в Алматы";
    let lead = item("b", 1, title, &release(None), "12:08:00").link("https://a.example/news/1?utm_source=b");
    let ending = |n: u32| char::from_u32(u32::from('а') + n).unwrap().to_string().repeat(5);
    let others = (2..=26).map(|n| item("b", n, title, &format!("{}<p>И ещё {}.</p>", release(None), ending(n)), "12:08:00"));
    press.publish("b", &std::iter::once(lead).chain(others).collect::<Vec<_>>());
    press.polls(&["b"], "12:10:00");
    assert_eq!(press.count("SELECT count(*) FROM entry"), 27);
    let feed = press.feed("all", "one story", once, |feed| feed.entries.len() == 1 && related(&feed.entries[0]).len() > 1);
    let mut links = related(&feed.entries[0]);
    assert_eq!(links.len(), 20);
    assert!(links.iter().all(|link| link.starts_with("https://b.example/news/")), "{links:?}");
    links.sort_unstable();
    links.dedup();
    assert_eq!(links.len(), 20);
    assert_eq!(text(&feed.entries[0]).matches("Газета B").count(), 1);
}

#[test]
fn a_view_of_one_language_has_a_story_that_is_told_in_it_too() {
    let press = Press::new("11:59:00", &[("a", NOON), ("b", LATER)], "[[view]]\nname = \"kk\"\nlanguages = [\"kk\"]");
    let kazakh = "<p>Ұлттық кітапхана Алматыда қолжазбалардың электронды мұрағатын ашты, оны сегіз жыл бойы жинаған.</p>";
    press.publish("a", &[item("a", 1, "В Алматы открыли архив рукописей", &release(None), "11:58:00")]);
    press.publish("b", &[item("b", 1, "Алматыда қолжазбалар мұрағаты ашылды", kazakh, "12:08:00").link("https://a.example/news/1")]);
    press.polls(&["a"], "12:00:00");
    press.polls(&["b"], "12:10:00");
    let feed = press.feed("kk", "the story in Kazakh", |_| {}, |feed| feed.entries.len() == 1);
    assert_eq!(title(&feed.entries[0]), "Алматыда қолжазбалар мұрағаты ашылды");
    let all = press.feed("all", "the story", once, |feed| feed.entries.len() == 1);
    assert_eq!((title(&all.entries[0]), ids(&all)), ("В Алматы открыли архив рукописей", ids(&feed)));
}
