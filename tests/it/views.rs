//! What a view holds: filters, window and order, as `taspa preview --view` prints it.

use chrono::{DateTime, TimeDelta, Utc};
use feed_rs::model::Feed;

use crate::support::binary::Workplace;
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Origin, Reply};

/// A source of five items, the first published a day ago, each an hour after the one before.
struct Press {
    _origin: Origin,
    workplace: Workplace,
}

fn items(now: DateTime<Utc>) -> Vec<Item> {
    let date = |hours: i64| (now - TimeDelta::hours(24 - hours)).to_rfc2822();
    let long = "Подробности стали известны журналистам из разных источников, и каждый рассказывает своё. ".repeat(12);
    vec![
        Item::new(1).title("Бюджет Алматы вырос").text(format!("<p>{long}</p><p>Алматинцы довольны.</p>")).date(Some(&date(1))),
        Item::new(2).title("Ёлку привезли из леса").text("<p>Высота двенадцать метров.</p>").date(Some(&date(2))),
        Item::new(3).title("Гороскоп на пятницу").text("<p>Овнам повезёт в Алматы.</p>").date(Some(&date(3))),
        Item::new(4).title("Спортсмены вернулись").text("<p>Самолёт сел утром.</p>").date(Some(&date(4))),
        Item::new(5).title("Погода").text("<p><img src=\"https://news.example/i.jpg\"> Солнечно везде.</p>").date(Some(&date(5))),
    ]
}

impl Press {
    fn new(view: &str) -> Self {
        let (origin, workplace) = (Origin::start(), Workplace::new());
        #[expect(clippy::disallowed_methods, reason = "windows are reckoned from the real binary's now")]
        let now = Utc::now();
        origin.put("/a", Reply::ok(rss(&items(now))));
        workplace.config(&format!(
            "[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\ntags = [\"t\"]\n[[view]]\nname = \"v\"\n{view}\n",
            origin.url("/a")
        ));
        workplace.taspa(&["fetch", "--strict"]).expect_code(0);
        Self { _origin: origin, workplace }
    }

    fn feed(&self) -> Feed {
        let printed = self.workplace.taspa(&["preview", "--view", "v"]).expect_code(0).stdout;
        feed_rs::parser::parse(printed.as_bytes()).unwrap()
    }

    /// The numbers of the items that the view holds, in its order.
    fn held(&self) -> Vec<u32> {
        let number = |entry: feed_rs::model::Entry| {
            let title = entry.title.unwrap().content;
            let titles = ["Бюджет", "Ёлку", "Гороскоп", "Спортсмены", "Погода"];
            u32::try_from(1 + titles.iter().position(|known| title.starts_with(known)).unwrap()).unwrap()
        };
        self.feed().entries.into_iter().map(number).collect()
    }
}

#[track_caller]
fn holds(view: &str, expected: &[u32]) {
    assert_eq!(Press::new(view).held(), expected, "{view}");
}

#[test]
fn keywords_match_whole_words_and_a_star_any_ending() {
    holds("include = [\"алматы\"]", &[3, 1]);
    holds("include = [\"алмат*\"]", &[3, 1]);
    holds("include = [\"спорт\"]", &[]);
    holds("include = [\"спорт*\", \"елку\"]", &[4, 2]);
    holds("include = [\"/^погода$/\"]", &[5]);
    holds("exclude = [\"гороскоп*\", \"солнечно везде\"]", &[4, 2, 1]);
    holds("include = [\"алмат*\"]\nexclude = [\"гороскоп\"]", &[1]);
}

#[test]
fn a_view_may_ask_for_pictures_and_for_age() {
    holds("has_image = true", &[5]);
    holds("has_image = false\nmax_age = \"22h 30m\"", &[4, 3, 2]);
}

#[test]
fn a_window_is_whole_whatever_the_limit() {
    holds("limit = 2", &[5, 4, 3, 2, 1]);
    holds("limit = 2\nwindow = \"0s\"", &[5, 4]);
    holds("limit = 2\nmax = 3", &[5, 4, 3]);
    holds("limit = 2\nwindow = \"0s\"\nsources = [\"a\"]\nstories = false", &[5, 4]);
    holds("limit = 1\nwindow = \"21h 30m\"\nsources = [\"a\"]\nstories = false", &[5, 4, 3]);
    holds("limit = 1\nwindow = \"0s\"\ninclude = [\"алмат*\"]", &[3]);
}

#[test]
fn a_view_says_its_own_words_and_holds_as_much_of_a_text_as_it_is_asked_for() {
    let feed =
        Press::new("title = \"Моё\"\nsubtitle = \"Строка\"\nlanguage = \"ru\"\nicon = \"https://a.example/i.png\"\ncontent = \"summary\"")
            .feed();
    assert_eq!((feed.title.unwrap().content.as_str(), feed.description.unwrap().content.as_str()), ("Моё", "Строка"));
    assert_eq!((feed.language.as_deref(), feed.icon.unwrap().uri.as_str()), (Some("ru"), "https://a.example/i.png"));
    let last = feed.entries.last().unwrap();
    let summary = last.summary.as_ref().unwrap().content.as_str();
    assert!(last.content.is_none() && summary.ends_with('…') && summary.chars().count() <= 401, "{summary}");
    let feed = Press::new("content = \"title\"").feed();
    assert!(feed.entries.iter().all(|entry| entry.content.is_none() && entry.summary.is_none()));
}

#[test]
fn a_view_that_is_not_there_and_keys_that_mean_nothing_are_told() {
    let press = Press::new("");
    let output = press.workplace.taspa(&["preview", "--view", "w"]).expect_code(2);
    assert!(output.stderr.contains("no view is named `w`") && output.stderr.contains("all, v"), "{output}");
    let workplace = Workplace::new();
    workplace.config("[[view]]\nname = \"v\"\norder = \"newest\"\ninclude = [\"*\"]\ntoken = \"short\"\n");
    let output = workplace.taspa(&["check"]).expect_code(1);
    for told in [
        "expected \"entered\" or \"published\", found \"newest\"",
        "a star stands at the end of a word",
        "a secret has at least 16 characters",
    ] {
        assert!(output.stderr.contains(told), "{told}: {output}");
    }
    assert!(!output.stderr.contains("panicked"));
}

#[test]
fn a_story_that_became_part_of_another_is_told_to_be_gone() {
    let press = Press::new(
        "[[view]]\nname = \"none\"\ntags = [\"none\"]\n[[source]]\nname = \"other\"\nenabled = false\ntags = [\"none\"]\nurl = \"http://127.0.0.1:9/\"",
    );
    let document = |view: &str| press.workplace.taspa(&["preview", "--view", view]).expect_code(0).stdout;
    let ids =
        |document: &str| feed_rs::parser::parse(document.as_bytes()).unwrap().entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>();
    let before = ids(&document("v"));
    press.workplace.taspa(&["join", "https://news.example/article/2", "https://news.example/article/4"]).expect_code(0);
    let joined = document("v");
    let gone: Vec<&String> = before.iter().filter(|id| !ids(&joined).contains(id)).collect();
    assert_eq!((before.len(), gone.len()), (5, 1));
    let told = format!("<at:deleted-entry ref=\"{}\" when=\"", gone[0].replace('&', "&amp;"));
    assert!(joined.contains(&told) && joined.contains("xmlns:at=\"http://purl.org/atompub/tombstones/1.0\""), "{joined}");
    assert!(!document("none").contains("deleted-entry"), "a view that never held it says nothing");
    press.workplace.taspa(&["split", "https://news.example/article/4"]).expect_code(0);
    let parted = document("v");
    assert!(!parted.contains("deleted-entry") && ids(&parted).len() == 5, "{parted}");
}
