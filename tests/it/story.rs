//! Which item is which: keys within a document, within a source over time, and across sources. Documents go through the real
//! binary into a real file.

use crate::support::feeds::{Item, atom, json_feed, rss};
use crate::support::newsroom::Newsroom;
use crate::support::origin::Reply;

const SAME: &str = "0 new, 0 changed, 1 unchanged";

#[test]
fn an_item_with_neither_guid_nor_link_is_stored_once() {
    let room = Newsroom::new(&["a"], "");
    let document = "<rss version=\"2.0\"><channel><title>F</title><item><title>Без адреса</title><description>Текст</description></item></channel></rss>";
    assert_eq!(room.polls("a", document), "1 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("a", document), SAME);
    let json =
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"title": "Без адреса", "content_text": "Текст"}]}"#;
    assert_eq!(room.polls("a", json), SAME, "the same text in another format");
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
}

#[test]
fn the_same_guid_is_the_same_entry_whatever_else_changes() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", rss(&[Item::new(1)]));
    let changed =
        Item::new(1).title("Новый заголовок").link("https://news.example/elsewhere").date(Some("Tue, 07 Jan 2025 09:00:00 +0500"));
    assert_eq!(room.polls("a", rss(std::slice::from_ref(&changed))), "0 new, 1 changed, 0 unchanged");
    assert_eq!(room.polls("a", rss(&[changed])), SAME);
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
    assert_eq!(room.text("SELECT title FROM entry"), "Новый заголовок");
}

#[test]
fn the_same_canonical_url_is_the_same_entry_though_the_guid_changes() {
    let room = Newsroom::new(&["a"], "");
    let link = "https://news.example/article/1";
    room.polls("a", rss(&[Item::new(1).guid(Some("session-1")).link(link)]));
    let again = Item::new(1).guid(Some("session-2")).link(format!("{link}?utm_source=rss#x"));
    assert_eq!(room.polls("a", rss(&[again])), "0 new, 1 changed, 0 unchanged");
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
    // By now both guids, the URL and the text are known.
    assert_eq!(room.number("SELECT count(*) FROM entry_key"), 4);
    assert_eq!(room.number("SELECT keys FROM entry"), 4);
    assert_eq!(
        room.polls("a", rss(&[Item::new(1).guid(Some("session-1")).link("https://news.example/moved")])),
        "0 new, 1 changed, 0 unchanged"
    );
}

#[test]
fn keys_that_tell_nothing_apart_are_not_used() {
    let room = Newsroom::new(&["a", "b", "c"], "");
    // One link for all items.
    let shared: Vec<Item> = (0..5).map(|n| Item::new(n).link("https://news.example/page")).collect();
    assert_eq!(room.polls("a", rss(&shared)), "5 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("a", rss(&shared)), "0 new, 0 changed, 5 unchanged");
    // One guid for all items.
    let shared: Vec<Item> = (10..15).map(|n| Item::new(n).guid(Some("1"))).collect();
    assert_eq!(room.polls("b", rss(&shared)), "5 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("b", rss(&shared)), "0 new, 0 changed, 5 unchanged");
    // The front page as link of one item after the other.
    assert_eq!(room.polls("c", rss(&[Item::new(20).link("https://news.example/")])), "1 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("c", rss(&[Item::new(21).link("https://news.example/")])), "1 new, 0 changed, 0 unchanged");
}

#[test]
fn an_item_that_stands_twice_in_a_document_is_stored_once() {
    let room = Newsroom::new(&["a"], "");
    assert_eq!(room.polls("a", rss(&[Item::new(1), Item::new(2), Item::new(1)])), "2 new, 0 changed, 0 unchanged");
}

#[test]
fn the_format_of_a_feed_may_change_under_the_same_items() {
    let room = Newsroom::new(&["a"], "");
    let items = [Item::new(1), Item::new(2)];
    assert_eq!(room.polls("a", rss(&items)), "2 new, 0 changed, 0 unchanged");
    for document in [atom(&items), json_feed(&items)] {
        assert!(room.polls("a", document).starts_with("0 new"));
    }
}

#[test]
fn only_the_newest_enter_on_the_first_poll_and_the_others_never() {
    let room = Newsroom::new(&["a"], "initial = 3");
    let items: Vec<Item> = (0..10).map(Item::new).collect();
    assert_eq!(room.polls("a", rss(&items)), "3 new, 0 changed, 0 unchanged");
    assert_eq!(room.text("SELECT group_concat(guid) FROM (SELECT substr(guid, -1) AS guid FROM entry ORDER BY id)"), "7,8,9");
    assert_eq!(room.polls("a", rss(&items)), "0 new, 0 changed, 10 unchanged");
    let changed: Vec<Item> = (0..10).map(|n| Item::new(n).title(format!("Новый {n}"))).collect();
    assert_eq!(room.polls("a", rss(&changed)), "0 new, 3 changed, 7 unchanged");
    // After the first poll every newcomer enters.
    let more: Vec<Item> = (9..20).map(Item::new).collect();
    assert_eq!(room.polls("a", rss(&more)), "10 new, 1 changed, 0 unchanged");
}

#[test]
fn on_the_first_poll_entries_take_their_place_by_their_own_date() {
    let room = Newsroom::new(&["a"], "");
    let undated = Item::new(5).date(None);
    room.polls("a", rss(&[Item::new(2), undated, Item::new(1)]));
    assert_eq!(room.text("SELECT group_concat(g) FROM (SELECT substr(guid, -1) AS g FROM entry JOIN story ON lead = entry.id ORDER BY story.entered, story.id)"), "1,2,5");
    assert_eq!(room.number("SELECT count(*) FROM entry WHERE published = first_seen"), 1, "a missing date is the time first seen");
}

#[test]
fn the_same_article_of_two_sources_is_one_story() {
    let room = Newsroom::new(&["a", "b"], "");
    room.polls("a", rss(&[Item::new(1)]));
    let same = Item::new(1).guid(Some("other")).link("https://news.example/article/1?utm_campaign=x").title("Другой заголовок");
    assert_eq!(room.polls("b", rss(&[same])), "1 new, 0 changed, 0 unchanged");
    assert_eq!((room.number("SELECT count(*) FROM entry"), room.number("SELECT count(*) FROM story")), (2, 1));
    assert_eq!(room.text("SELECT source.name FROM story JOIN entry ON entry.id = lead JOIN source ON source.id = entry.source"), "a");
}

#[test]
fn links_that_differ_in_what_names_no_article_are_one_story() {
    let links = ["http://www.news.example/a/1/?partner=x", "https://m.news.example/a/1?utm_source=rss", "https://news.example/a/1/amp/"];
    for (keys, stories) in [("[dedup]\ntracking = [\"partner\"]\n", 1), ("", 2)] {
        let room = Newsroom::new(&["a", "b", "c"], keys);
        for (source, link) in ["a", "b", "c"].into_iter().zip(links) {
            // Texts that have nothing in common: the address alone speaks.
            let (title, text) = match source {
                "a" => ("Мост через Ишим открыли для движения", "Строители сдали переправу на месяц раньше срока."),
                "b" => ("Экзамены в школах пройдут в мае", "Расписание утвердило министерство просвещения."),
                _ => ("Сборная вышла в финал", "Гол на последней минуте забил капитан."),
            };
            room.polls(source, rss(&[Item::new(1).guid(Some(source)).link(link).title(title).text(text)]));
        }
        assert_eq!((room.number("SELECT count(*) FROM entry"), room.number("SELECT count(*) FROM story")), (3, stories), "{keys}");
    }
}

#[test]
fn a_document_is_read_again_when_the_admin_names_tracking_parameters() {
    let room = Newsroom::new(&["a"], "");
    let item = Item::new(1).link("https://news.example/a/1?partner=x");
    room.origin.put("/a", Reply::ok(rss(&[item])).etag("\"1\""));
    let keys = || {
        room.workplace.taspa(&["fetch", "a"]).expect_code(0);
        room.number("SELECT count(*) FROM entry_key")
    };
    assert_eq!((keys(), keys()), (3, 3), "guid, address and text");
    let config = std::fs::read_to_string(room.workplace.path("config.toml")).unwrap();
    room.workplace.config(&format!("{config}[dedup]\ntracking = [\"partner\"]\n"));
    assert_eq!(keys(), 4, "and the address without `partner`");
}

#[test]
fn dedup_can_be_switched_off_and_ids_stay_unique() {
    let room = Newsroom::new(&["a", "b"], "[dedup]\nenabled = false\n");
    room.polls("a", rss(&[Item::new(1)]));
    room.polls("b", rss(&[Item::new(1)]));
    assert_eq!((room.number("SELECT count(*) FROM story"), room.number("SELECT count(atom_id) FROM story")), (2, 1));
}

#[test]
fn updated_moves_with_text_and_not_with_the_rest() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", rss(&[Item::new(1)]));
    let updated = || room.number("SELECT updated FROM story");
    let before = updated();
    assert_eq!(room.polls("a", rss(&[Item::new(1).link("https://news.example/x")])), "0 new, 1 changed, 0 unchanged");
    assert_eq!(updated(), before);
    room.polls("a", rss(&[Item::new(1).link("https://news.example/x").text("Исправленный текст")]));
    assert!(updated() > before);
}

#[test]
fn updated_stays_where_a_reader_would_notice_nothing() {
    let room = Newsroom::new(&["a"], "");
    let told = |text: &str| rss(&[Item::new(1).title("Порт Актау меняет часы приёма").text(text)]);
    let news = "Порт принимает суда с <b>6</b> утра, сообщила пресс-служба.";
    room.polls("a", told(&format!("<p>{news}</p><p>Просмотров: 15</p><p>Обновлено: 06.01.2025 14:35</p>")));
    let row = || (room.number("SELECT updated FROM story"), room.number("SELECT revision FROM entry"));
    let (before, _) = row();
    let same = news.replace("<b>6</b>", "<strong>6</strong>").replace(", с", ",&nbsp;с");
    let counted =
        format!("<div>{same}</div><p>Просмотров: 1 815</p><p>Обновлено: 07.01.2025 09:10</p><p><a href=\"/2\">Ещё новость</a></p>");
    assert_eq!(room.polls("a", told(&counted)), "0 new, 1 changed, 0 unchanged");
    assert_eq!(row(), (before, 1), "kept, and not announced");
    room.polls("a", told(&counted.replace("6</strong>", "8</strong>")));
    assert!(row().0 > before, "another hour is another text");
}

/// An article that shares neither address nor text with one of another letter.
fn article(guid: &str, letter: char) -> Item {
    let words: Vec<String> = (1..=20).map(|number| format!("{letter}{letter}{number}")).collect();
    let item = Item::new(1).guid(Some(guid)).link(format!("https://news.example/{letter}"));
    item.title(format!("{letter}{letter}{letter} заголовок")).text(words.join(" "))
}

#[test]
fn guids_that_are_positions_lose_their_trust_and_no_item_is_lost() {
    let room = Newsroom::new(&["a"], "");
    assert_eq!(room.polls("a", rss(&[article("1", 'A'), article("2", 'B'), article("3", 'C')])), "3 new, 0 changed, 0 unchanged");
    let shifted = rss(&[article("1", 'N'), article("2", 'A'), article("3", 'B')]);
    // The others have a new guid, which is published nowhere but counts as a change.
    assert!(room.polls("a", shifted.as_str()).starts_with("1 new"));
    assert_eq!(room.text("SELECT group_concat(t) FROM (SELECT substr(title, 1, 1) AS t FROM entry ORDER BY t)"), "A,B,C,N");
    assert_eq!(room.polls("a", shifted.as_str()), "0 new, 0 changed, 3 unchanged", "and it settles");
    assert_eq!(room.polls("a", rss(&[article("1", 'M'), article("2", 'N'), article("3", 'A')])).split(',').next(), Some("1 new"));
    assert_eq!(room.number("SELECT count(*) FROM entry"), 5);
}

#[test]
fn a_guid_that_comes_with_another_address_and_another_text_is_another_article() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", rss(&[article("1", 'A')]));
    assert_eq!(room.polls("a", rss(&[article("1", 'B')])), "1 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("a", rss(&[article("1", 'B')])), SAME);
    assert_eq!(room.number("SELECT sum(is_burnt) FROM entry_key"), 1);
}

#[test]
fn an_unchanged_item_is_known_though_its_neighbours_change() {
    let room = Newsroom::new(&["a", "b", "c"], "");
    let item = |name: char| article("", name).guid(None).link("https://news.example/shared");
    room.polls("a", rss(&[item('X'), item('Y')]));
    assert_eq!(room.polls("a", rss(&[item('Y')])), SAME);
    room.polls("b", rss(&[item('X')]));
    assert_eq!(room.polls("b", rss(&[item('X'), item('Y')])), "1 new, 0 changed, 1 unchanged");
    let item = |name: char| article("same", name).link("");
    room.polls("c", rss(&[item('X'), item('Y')]));
    assert_eq!(room.polls("c", rss(&[item('Y')])), SAME);
}

#[test]
fn a_headline_that_comes_every_day_is_news_every_day() {
    let room = Newsroom::new(&["a"], "");
    for day in 1..=3 {
        let item = Item::new(1)
            .title("Погода на сегодня")
            .text("")
            .guid(Some(&format!("weather-{day}")))
            .link(format!("https://news.example/weather/{day}"));
        assert_eq!(room.polls("a", rss(&[item])), "1 new, 0 changed, 0 unchanged");
    }
}

#[test]
fn a_long_text_posted_again_under_another_guid_and_address_is_the_same_entry() {
    let room = Newsroom::new(&["a"], "");
    let text = "Аким области провёл встречу с жителями сельского округа и обсудил строительство школы. ".repeat(4);
    room.polls("a", rss(&[Item::new(1).text(text.as_str())]));
    let again = Item::new(1).text(text.as_str()).guid(Some("again")).link("https://news.example/again");
    assert_eq!(room.polls("a", rss(&[again])), "0 new, 1 changed, 0 unchanged");
}

#[test]
fn items_beyond_the_bound_never_enter_later() {
    let room = Newsroom::new(&["a"], "max_items = 3");
    let items = |from: u32| rss(&(from..from + 6).map(Item::new).collect::<Vec<_>>());
    let first = room.polls("a", items(1));
    assert!(first.starts_with("3 new, 0 changed, 0 unchanged") && first.contains("only the first 3 of 6 items were read"), "{first}");
    assert!(room.polls("a", items(0)).starts_with("0 new, 0 changed, 3 unchanged"));
}

#[test]
fn a_feed_with_new_guids_at_each_poll_fills_no_disk() {
    let room = Newsroom::new(&["a"], "");
    for session in 0..20 {
        room.polls("a", rss(&[Item::new(1).guid(Some(&format!("session-{session}")))]));
    }
    assert_eq!(room.number("SELECT count(*) FROM entry"), 1);
    assert!(room.number("SELECT count(*) FROM entry_key") <= 17);
}

#[test]
fn the_same_address_a_year_later_is_another_story() {
    let room = Newsroom::new(&["a", "b"], "");
    room.polls("a", rss(&[Item::new(1)]));
    room.polls("b", rss(&[Item::new(1).date(Some("Tue, 06 Jan 2026 09:00:00 +0500"))]));
    assert_eq!(room.number("SELECT count(*) FROM story"), 2);
}

#[test]
fn items_with_the_same_text_settle() {
    let room = Newsroom::new(&["a", "b"], "");
    let text = "Аким области провёл встречу с жителями сельского округа и обсудил строительство школы. ".repeat(4);
    let twin = |guid: Option<&str>| Item::new(1).guid(guid).link("").title("Близнецы").text(text.as_str());
    let document = rss(&[twin(None), twin(Some("b"))]);
    room.polls("a", document.as_str());
    let stored = room.number("SELECT count(*) FROM entry");
    for _ in 0..3 {
        assert!(room.polls("a", document.as_str()).starts_with("0 new"));
    }
    for poll in 0..5 {
        room.polls("b", rss(&[twin(Some(&format!("x{poll}"))), twin(Some(&format!("y{poll}")))]));
    }
    assert!(room.number("SELECT count(*) FROM entry") <= stored + 2);
}

#[test]
fn a_guid_that_was_kept_out_may_name_another_article_later() {
    let room = Newsroom::new(&["a"], "initial = 1");
    room.polls(
        "a",
        rss(&[
            article("1", 'A').date(Some("Mon, 06 Jan 2025 10:00:00 GMT")),
            article("2", 'B').date(Some("Mon, 06 Jan 2025 09:00:00 GMT")),
        ]),
    );
    assert_eq!(room.polls("a", rss(&[article("2", 'C')])), "1 new, 0 changed, 0 unchanged");
    assert_eq!(room.polls("a", rss(&[article("2", 'B')])), SAME, "what was kept out stays out");
}

#[test]
fn an_oldest_first_feed_longer_than_the_bound_still_brings_news() {
    let room = Newsroom::new(&["a"], "max_items = 3");
    let document = |to: u32| rss(&(0..to).map(Item::new).collect::<Vec<_>>());
    room.polls("a", document(5));
    assert_eq!(room.text("SELECT group_concat(g) FROM (SELECT substr(guid, -1) AS g FROM entry ORDER BY g)"), "2,3,4");
    assert!(room.polls("a", document(6)).starts_with("1 new"));
}

#[test]
fn two_items_of_one_source_are_never_one_story() {
    let room = Newsroom::new(&["a"], "");
    room.polls("a", rss(&[article("1", 'A')]));
    let without_link = article("1", 'A').link("");
    let with_link = article("2", 'A').title("Другой заголовок").text("Совсем другой текст");
    room.polls("a", rss(&[without_link, with_link]));
    assert_eq!(room.number("SELECT count(*) FROM entry"), room.number("SELECT count(*) FROM story"));
}

#[test]
fn an_atom_entry_with_updated_alone_stands_where_that_puts_it() {
    let room = Newsroom::new(&["a"], "");
    let entry =
        |day: u32| format!("<entry><id>tag:a.kz,2020:{day}</id><title>T{day}</title><updated>2020-01-0{day}T10:00:00Z</updated></entry>");
    let document = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>{}{}</feed>", entry(1), entry(2));
    room.polls("a", document);
    assert_eq!(
        room.text("SELECT group_concat(d) FROM (SELECT date(entered, 'unixepoch') AS d FROM story ORDER BY entered)"),
        "2020-01-01,2020-01-02"
    );
    assert_eq!(
        room.text("SELECT group_concat(d) FROM (SELECT date(updated, 'unixepoch') AS d FROM story ORDER BY entered)"),
        "2020-01-01,2020-01-02"
    );
}
