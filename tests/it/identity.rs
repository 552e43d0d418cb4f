//! Sources that use their guids and links badly, and what is remembered of an entry beside its text. Documents go through the real binary
//! into a real file.

use std::collections::HashSet;

use crate::support::feeds::{Item, json_feed, rss};
use crate::support::newsroom::Newsroom;

/// An article of its own words; a title and a sentence, or a title alone.
fn article(number: u32, is_short: bool) -> Item {
    let words: Vec<String> = (1..=12).map(|word| format!("с{number}л{word}")).collect();
    let item = Item::new(number).guid(Some(&format!("guid-{number}"))).link(format!("https://news.example/a/{number}"));
    item.title(words[..4].join(" ")).text(if is_short { String::new() } else { words.join(" ") })
}

/// The newest of so many articles, as feeds have them.
fn newest(upto: u32, count: u32, change: impl Fn(u32, Item) -> Item) -> String {
    let items: Vec<Item> = (upto.saturating_sub(count) + 1..=upto).rev().map(|number| change(number, article(number, true))).collect();
    rss(&items)
}

/// How many articles are stored, and how many rows they take: no more than there are.
fn stored(room: &Newsroom) -> (i64, i64) {
    (room.number("SELECT count(DISTINCT title) FROM entry"), room.number("SELECT count(*) FROM entry"))
}

fn distrusts(room: &Newsroom) -> i64 {
    room.number("SELECT distrusts_guids FROM source")
}

#[test]
fn guids_used_again_three_times_are_trusted_no_more_and_the_admin_is_told_once() {
    let room = Newsroom::new(&["a"], "");
    let position = |upto: u32| newest(upto, 6, move |number, item| item.guid(Some(&(upto - number).to_string())));
    let lines: Vec<String> = (6..14).map(|upto| room.polls("a", position(upto))).collect();
    assert_eq!(stored(&room), (13, 13));
    assert_eq!(distrusts(&room), 1);
    let told: Vec<&String> = lines.iter().filter(|line| line.contains("its guids name other articles than before")).collect();
    assert_eq!(told, [&lines[1]], "{lines:?}");
    assert!(room.text("SELECT problems FROM poll WHERE id = 2").contains("not trusted from now on"));
    let keys = room.number("SELECT count(*) FROM entry_key");
    room.polls("a", newest(13, 6, |number, item| item.guid(Some(&format!("another-{number}")))));
    assert_eq!(room.number("SELECT count(*) FROM entry_key"), keys, "guids are no keys any more");
}

#[test]
fn two_articles_that_swap_their_guids_cost_the_others_no_trust() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", newest(6, 6, |_, item| item));
    let swapped = newest(6, 6, |number, item| item.guid(Some(&format!("guid-{}", if number < 3 { 3 - number } else { number }))));
    assert_eq!(room.polls("a", swapped.as_str()), "0 new, 0 changed, 6 unchanged");
    assert_eq!(room.polls("a", swapped), "0 new, 0 changed, 6 unchanged");
    assert_eq!((stored(&room), distrusts(&room)), ((6, 6), 0));
    assert_eq!(room.number("SELECT sum(is_burnt) FROM entry_key"), 2);
}

#[test]
fn guids_with_the_time_of_the_fetch_are_found_out_and_fill_no_disk() {
    let room = Newsroom::new(&["a"], "");
    let mut told = 0;
    for poll in 0..8 {
        let document = newest(6 + poll, 6, |number, item| item.guid(Some(&format!("{number}-at-{poll}"))));
        told += room.polls("a", document).matches("its guids change at each poll: they are not trusted").count();
    }
    assert_eq!((stored(&room), distrusts(&room), told), ((13, 13), 1, 1));
    assert!(room.number("SELECT max(keys) FROM entry") <= 5);
}

#[test]
fn an_article_that_stands_twice_under_guids_made_up_is_stored_once() {
    let room = Newsroom::new(&["a"], "");
    for poll in 0..4 {
        let item = |place: u32, number: u32| article(number, true).guid(Some(&format!("{poll}-{place}")));
        room.polls("a", rss(&[item(0, 2), item(1, 3), item(2, 2), item(3, 1)]));
        assert_eq!(stored(&room), (3, 3), "poll {poll}");
    }
}

#[test]
fn a_newsroom_that_numbers_its_articles_anew_once_is_trusted_as_before() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", newest(6, 6, |_, item| item));
    for upto in 6..9 {
        room.polls("a", newest(upto, 6, |number, item| item.guid(Some(&format!("new-{number}")))));
    }
    assert_eq!((stored(&room), distrusts(&room)), ((8, 8), 0));
    assert_eq!(room.number("SELECT fresh_guids FROM source"), 0);
}

/// A document of a source that puts the number of a session into everything.
fn of_session(session: u32, upto: u32, is_dated: bool) -> String {
    newest(upto, 8, |number, item| {
        let item = if is_dated { item } else { item.date(None) };
        item.guid(Some(&format!("{session}-{number}"))).link(format!("https://news.example/a/{number}?visit={session}"))
    })
}

#[test]
fn guids_and_links_with_the_number_of_a_session_bring_nothing_back() {
    for (is_dated, step) in [(true, 4), (false, 1)] {
        let room = Newsroom::new(&["a"], "initial = 5");
        let mut told = 0;
        for poll in 0..10 {
            told += room.polls("a", of_session(poll, 8 + poll * step, is_dated)).matches("its guids and links change at each poll").count();
        }
        let all = i64::from(5 + 9 * step);
        assert_eq!((stored(&room), told), ((all, all), 1), "dated: {is_dated}");
        assert!(room.number("SELECT max(keys) FROM entry") <= 7);
        assert!(room.number("SELECT count(*) FROM entry_key") < all * 8, "nor does it fill the disk");
        // Long after: the age of an entry matters no more.
        rusqlite::Connection::open(room.workplace.database())
            .unwrap()
            .execute(
                "UPDATE entry SET first_seen = first_seen - 8640000, published = published - iif(published < first_seen, 0, 8640000)",
                [],
            )
            .unwrap();
        assert!(room.polls("a", of_session(99, 8 + 9 * step, is_dated)).starts_with("0 new"), "dated: {is_dated}");
    }
}

#[test]
fn items_kept_out_stay_out_under_made_up_links_and_when_those_become_good() {
    let room = Newsroom::new(&["a"], "initial = 5");
    let keys_after = |sessions: std::ops::Range<u32>| {
        sessions.for_each(|session| drop(room.polls("a", of_session(session, 8, true))));
        room.number("SELECT count(*) FROM entry_key")
    };
    assert_eq!(keys_after(0..4), keys_after(4..9), "they fill no disk either");
    for _ in 0..3 {
        assert!(room.polls("a", of_session(100, 8, true)).starts_with("0 new"));
    }
    assert_eq!(stored(&room), (5, 5));
}

#[test]
fn a_source_that_starts_badly_and_mends_its_ways_loses_and_doubles_nothing() {
    let bad: [fn(u32, u32, Item) -> Item; 3] = [
        |poll, number, item| item.guid(Some(&format!("{poll}-{number}"))),
        |poll, number, item| item.guid(Some(&(6 + poll - number).to_string())),
        |poll, number, item| item.guid(Some(&format!("{poll}-{number}"))).link(format!("https://news.example/a/{number}?visit={poll}")),
    ];
    for (kind, spoil) in bad.into_iter().enumerate() {
        for is_bad_first in [true, false] {
            let room = Newsroom::new(&["a"], "initial = 4");
            for poll in 0..12 {
                let is_bad = (poll < 6) == is_bad_first;
                room.polls("a", newest(6 + poll, 6, |number, item| if is_bad { spoil(poll, number, item) } else { item }));
            }
            assert_eq!(stored(&room), (15, 15), "kind {kind}, bad first: {is_bad_first}");
        }
    }
}

#[test]
fn headlines_that_come_every_day_are_news_every_day_though_there_are_several() {
    let room = Newsroom::new(&["a"], "");
    for day in 1..=4 {
        let headlines = ["Погода на сегодня", "Курс валют", "Гороскоп"];
        let items: Vec<Item> = (0..)
            .zip(headlines)
            .map(|(number, title)| {
                let link = format!("https://news.example/{day}/{number}");
                Item::new(number)
                    .title(title)
                    .text("")
                    .guid(Some(&link))
                    .link(&link)
                    .date(Some(&format!("Mon, 0{day} Sep 2025 09:00:00 +0500")))
            })
            .collect();
        assert_eq!(room.polls("a", rss(&items)), "3 new, 0 changed, 0 unchanged");
    }
}

/// Numbers that look random and are the same at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(sides)).unwrap()
    }
}

#[test]
fn an_item_is_one_entry_whatever_becomes_of_it_while_its_guid_stays() {
    let sources: Vec<String> = (0..12).map(|number| format!("s{number}")).collect();
    let room = Newsroom::new(&sources.iter().map(String::as_str).collect::<Vec<_>>(), "[dedup]\nenabled = false\n");
    let mut dice = Dice(7);
    for source in &sources {
        let mut items: Vec<Item> = (1..=10).map(|number| article(number, false)).collect();
        let mut seen = HashSet::new();
        for poll in 0..8_u32 {
            for (number, item) in (1..).zip(&mut items) {
                let changed = item.clone();
                *item = match dice.roll(8) {
                    0 => {
                        let title = format!("{} снова {poll}", changed.title);
                        changed.title(title)
                    }
                    1 => changed.link(format!("https://news.example/moved/{number}/{poll}")),
                    2 => changed.date(Some(&format!("Tue, 0{} Apr 2025 10:00:00 +0500", poll + 1))),
                    3 => changed.link(format!("https://news.example/a/{number}?utm_source={poll}")),
                    4 => {
                        let text = format!("{} дополнено {poll}", changed.text);
                        changed.text(text)
                    }
                    _ => changed,
                };
            }
            let mut shown: Vec<&Item> = items.iter().filter(|_| dice.roll(4) > 0).collect();
            let turn = dice.roll(10) as usize % shown.len().max(1);
            shown.rotate_left(turn);
            seen.extend(shown.iter().map(|item| item.guid.clone()));
            let document: Vec<Item> = shown.into_iter().cloned().collect();
            room.polls(source, rss(&document));
            let entries = room.number(&format!("SELECT count(*) FROM entry JOIN source ON source.id = source WHERE name = '{source}'"));
            assert_eq!(usize::try_from(entries).unwrap(), seen.len(), "{source}, poll {poll}: {document:#?}");
        }
    }
    assert_eq!(room.number("SELECT max(distrusts_guids) FROM source"), 0);
    let wrong = "SELECT count(*) FROM entry WHERE NOT EXISTS (SELECT 1 FROM entry_key WHERE entry_key.source = entry.source AND key = article AND entry = id)";
    assert_eq!(room.number(wrong), 0, "an entry is known by the address that it has");
}

#[test]
fn a_relinked_entry_is_known_by_its_new_address() {
    let room = Newsroom::new(&["a", "b"], "");
    room.polls("a", rss(&[article(1, false)]));
    let moved = article(1, false).link("https://news.example/moved/1");
    assert_eq!(room.polls("a", rss(std::slice::from_ref(&moved))), "0 new, 1 changed, 0 unchanged");
    assert_eq!(room.polls("a", rss(&[moved.clone().guid(None).title("Другое").text("Другое")])), "0 new, 1 changed, 0 unchanged");
    // And joined by it.
    room.polls("b", rss(&[moved.title("Иное").text("Иное")]));
    assert_eq!(room.number("SELECT count(*) FROM story WHERE merged IS NULL"), 1);
}

/// The links of the only entry, as they were written.
fn written(room: &Newsroom) -> String {
    room.text("SELECT coalesce(group_concat(link, '|'), '') FROM (SELECT link FROM entry_link ORDER BY link)")
}

#[test]
fn every_link_is_kept_as_it_was_written() {
    let room = Newsroom::new(&["a"], "");
    let polls = |links: &[&str]| {
        let items: Vec<Item> = links.iter().map(|link| article(1, false).link(*link)).collect();
        room.polls("a", rss(&items));
        written(&room)
    };
    assert_eq!(polls(&["https://news.example/a/1"]), "", "one link, as it is shown, takes no row");
    assert_eq!(polls(&["https://news.example/a/1"]), "");
    let two = "https://news.example/a/1|https://news.example/a/1?utm_source=rss&x=1";
    assert_eq!(polls(&["https://news.example/a/1?utm_source=rss&x=1"]), two);
    assert_eq!(polls(&["https://news.example/a/1?utm_source=rss&x=1"]), two);
    let all = "HTTPS://News.Example/a/1 |https://news.example/a/1|https://news.example/a/1?utm_source=rss&x=1";
    assert_eq!(polls(&["https://news.example/a/1", "HTTPS://News.Example/a/1 "]), all, "it stands twice in the document");
    assert_eq!(room.number("SELECT links FROM entry"), 3);
    for number in 0..30 {
        polls(&[&format!("https://news.example/a/1?utm_source={number}")]);
    }
    assert_eq!(room.number("SELECT count(*) FROM entry_link"), 16);
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
}

#[test]
fn links_that_are_no_addresses_yet_are_kept_as_they_were_written() {
    let room = Newsroom::new(&["a", "b", "c"], "");
    room.polls("a", rss(&[article(1, false).link("/новости/1?b&a")]));
    let tag = "<entry><id>urn:x</id><title>T</title><link rel='alternate' href='новость&amp;2'/><summary>S</summary></entry>";
    room.polls("b", format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>{tag}</feed>"));
    room.polls("c", json_feed(&[article(3, false).link("/c/\"3\"")]));
    let of = |source: &str| {
        room.text(&format!("SELECT entry_link.link FROM entry_link JOIN entry ON entry.id = entry JOIN source ON source.id = source WHERE name = '{source}'"))
    };
    assert_eq!([of("a"), of("b"), of("c")], ["/новости/1?b&a", "новость&2", "/c/\"3\""]);
    assert_eq!(room.number("SELECT count(*) FROM entry WHERE link LIKE 'http://127.0.0.1%'"), 3);
}

#[test]
fn the_link_of_an_item_left_out_for_its_text_is_kept_with_the_entry_that_has_it() {
    let room = Newsroom::new(&["a"], "");
    let long = article(1, false).text("Аким области провёл встречу с жителями сельского округа и обсудил строительство школы. ".repeat(4));
    room.polls("a", rss(std::slice::from_ref(&long)));
    let twin = long.clone().guid(Some("twin")).link("https://news.example/twin");
    assert_eq!(room.polls("a", rss(&[long, twin])), "0 new, 0 changed, 2 unchanged");
    assert_eq!(written(&room), "https://news.example/a/1|https://news.example/twin");
}

#[test]
fn what_has_been_let_go_is_not_new_when_it_comes_again() {
    let room = Newsroom::new(&["a"], "");
    let nameless = Item::new(9).guid(None).link("");
    let mut items: Vec<Item> = (1..=4).map(|number| article(number, false)).chain([nameless]).collect();
    assert_eq!(room.polls("a", rss(&items)), "5 new, 0 changed, 0 unchanged");
    let connection = || rusqlite::Connection::open(room.workplace.database()).unwrap();
    connection().execute("DELETE FROM entry_text", []).unwrap();
    assert_eq!(room.polls("a", rss(&items)), "0 new, 0 changed, 5 unchanged");
    items[0] = items[0].clone().link("https://news.example/moved");
    items[1] = items[1].clone().title("Совсем иначе");
    assert_eq!(room.polls("a", rss(&items)), "0 new, 2 changed, 3 unchanged");
    connection().execute_batch("PRAGMA foreign_keys = 0; DELETE FROM entry_text; DELETE FROM entry_link; DELETE FROM entry WHERE id IN (SELECT id FROM entry LIMIT 5)").unwrap();
    assert_eq!(room.polls("a", rss(&items)), "0 new, 0 changed, 5 unchanged");
    let reposted = article(3, false).guid(None).title("Иной заголовок");
    assert_eq!(room.polls("a", rss(&[reposted])), "0 new, 0 changed, 1 unchanged", "the address alone is remembered");
    let reused = article(20, false).guid(Some("guid-4"));
    assert_eq!(
        room.polls("a", rss(std::slice::from_ref(&reused))),
        "1 new, 0 changed, 0 unchanged",
        "a guid of one that is gone names another article"
    );
    assert_eq!(room.polls("a", rss(&[reused, article(4, false)])), "0 new, 0 changed, 2 unchanged");
}

#[test]
fn what_the_rules_left_out_is_remembered_once_with_its_rule() {
    let room = Newsroom::new(&["a"], "drop = [{ title = \"реклама\" }]");
    let advert = |number: u32| Item::new(number).title(format!("Реклама {number}"));
    room.polls("a", rss(&[advert(2), Item::new(1), advert(3)]));
    room.polls("a", rss(&[advert(2), Item::new(1), advert(3), advert(4).link("")]));
    let kept = "SELECT group_concat(title || ' ' || link || ' ' || rule, '; ') FROM (SELECT * FROM dropped ORDER BY id)";
    insta::assert_snapshot!(room.text(kept).replace("; ", "\n"));
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
    let many: Vec<Item> = (10..630).map(advert).collect();
    room.polls("a", rss(&many));
    assert_eq!(room.number("SELECT count(*) FROM dropped"), 500);
    let last = room.number("SELECT max(id) FROM dropped");
    room.polls("a", rss(&many));
    assert_eq!(room.number("SELECT max(id) FROM dropped"), last, "the same ones again change nothing");
}

#[test]
fn an_entry_is_joined_by_the_address_that_the_admin_has_tracking_taken_from() {
    let room = Newsroom::new(&["a", "b"], "");
    let of = |number: u32, link: &str| article(number, false).link(link);
    room.polls("a", rss(&[of(1, "https://news.example/a/1?partner=x")]));
    let config = std::fs::read_to_string(room.workplace.path("config.toml")).unwrap();
    room.workplace.config(&format!("{config}[dedup]\ntracking = [\"partner\"]\n"));
    assert_eq!(room.polls("a", rss(&[of(1, "https://news.example/a/1?partner=x")])), "0 new, 0 changed, 1 unchanged");
    assert_eq!(room.text("SELECT url FROM entry"), "https://news.example/a/1");
    room.polls("b", rss(&[of(2, "https://news.example/a/1")]));
    assert_eq!(room.number("SELECT count(*) FROM story WHERE merged IS NULL"), 1);
}
