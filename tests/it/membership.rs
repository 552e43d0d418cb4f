//! Stories over time, through the store itself: what merges, settings, other processes, waiting entries and hands do to them. The clock is
//! a number of minutes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use taspa::config::{self, Settings};
use taspa::fetch::Validators;
use taspa::normalise::{CanonicalUrl, Context, normalise};
use taspa::parse::{Rhythm, parse};
use taspa::schedule::{Ending, Hints};
use taspa::store::{
    ArticleOutcome, ArticleResult, ArticleText, NewFeed, PollOutcome, Polled, SourceState, Store, Story, Wanted, plan_of, reading_of,
};
use taspa::story::identify;

use crate::support::feeds::{Item, rss};

const ARCHIVE: &str = "Национальная библиотека открыла электронный архив рукописей, который собирали восемь лет. В нём 14 тысяч страниц на \
    арабской графике, латинице и кириллице. Самая старая рукопись написана в 1612 году и найдена в сундуке жителя Туркестана. Её бумагу \
    укрепили реставраторы, а каждую страницу сняли в четырёх видах света. Читать архив можно без регистрации с любого компьютера.";
const ARCHIVE_TITLE: &str = "В Национальной библиотеке открыли архив рукописей";

const MINE: &str = "Число погибших при обрушении шахты в Караганде выросло до 12 человек, сообщили в министерстве по чрезвычайным ситуациям. \
    Спасатели продолжают поиски под завалами, на месте работают 300 человек и 40 единиц техники. Глава государства выразил \
    соболезнования семьям.";

fn minute(minutes: i64) -> DateTime<Utc> {
    "2025-06-01T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

/// An item of a source, published at a minute.
fn item(source: &str, number: u32, title: &str, text: &str, published: i64) -> Item {
    let guid = format!("urn:{source}:{number}");
    let date = minute(published).to_rfc2822();
    Item::new(number).guid(Some(&guid)).link(format!("https://{source}.example/{number}")).title(title).text(text).date(Some(&date))
}

/// A store, and the sources that fill it.
struct Room {
    folder: tempfile::TempDir,
    settings: Settings,
    store: Option<Store>,
    runtime: tokio::runtime::Runtime,
    states: Vec<SourceState>,
}

impl Room {
    /// With the sources a to d, each with the keys that `keys` gives it. Each has been polled once.
    fn new(keys: &[(&str, &str)], rest: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let settings = settings(&folder, keys, rest);
        let mut room = Self { folder, settings, store: None, runtime, states: Vec::new() };
        room.open();
        for source in ["a", "b", "c", "d"] {
            room.poll(source, &[], 0);
        }
        room
    }

    fn open(&mut self) {
        let store = Store::open(&self.settings, minute(0)).unwrap();
        self.states = self.runtime.block_on(store.adopt(&self.settings.sources, minute(0))).unwrap();
        self.store = Some(store);
    }

    fn restart(&mut self) {
        self.store.take().unwrap().close();
        self.open();
    }

    fn reload(&mut self, keys: &[(&str, &str)], rest: &str, now: i64) {
        self.settings = settings(&self.folder, keys, rest);
        self.states = self.runtime.block_on(self.store().adopt(&self.settings.sources, minute(now))).unwrap();
        self.runtime.block_on(self.store().set_dedup(self.settings.dedup.clone())).unwrap();
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    /// Polls a document; gives how many items were new.
    fn poll(&self, source: &str, items: &[Item], now: i64) -> usize {
        let source = self.settings.sources.iter().find(|known| known.name.as_str() == source).unwrap();
        let (keys, now) = (&source.keys, minute(now));
        let feed = parse(&rss(items), Some(&source.url), chrono_tz::UTC).unwrap();
        let context = Context { base: &source.url, language: None, rules: &keys.rules(), tracking: &source.tracking, now };
        let normalised = normalise(feed, context);
        let feed = NewFeed {
            head: normalised.head,
            entries: identify(normalised.entries),
            dropped: normalised.dropped,
            validators: Validators::default(),
            problems: Vec::new(),
            rhythm: Rhythm::default(),
            notes: Vec::new(),
            initial: keys.initial as usize,
            max_items: keys.max_items as usize,
            article: keys.article.0.fetch,
            article_wait: keys.article_wait,
            topic: None,
            found_url: None,
            body_hash: None,
            has_gap: false,
            is_cut_short: false,
        };
        let outcome = PollOutcome {
            is_elsewhere: false,
            moved: None,
            source: self.states.iter().find(|state| state.name == source.name.as_str()).unwrap().id,
            url: source.url.to_string(),
            plan: plan_of(source),
            reading: reading_of(source),
            at: now,
            duration: Duration::ZERO,
            status: Some(200),
            wire_bytes: 0,
            result: Polled::New(Box::new(feed)),
            settings: std::sync::Arc::clone(source),
            due: None,
            ending: Ending::Success { received: now, age: Duration::ZERO },
            hints: Hints::default(),
            signs: Vec::new(),
        };
        self.runtime.block_on(self.store().commit(outcome)).unwrap().committed.items_new
    }

    /// Settles the article page of an entry, which gives itself an address.
    fn read_page(&self, entry: i64, text: &str, canonical: &str, now: i64) {
        let text = ArticleText {
            content: Some(format!("<p>{text}</p>")),
            canonical: Some(CanonicalUrl::of(&canonical.parse().unwrap())),
            ..ArticleText::default()
        };
        let outcome =
            ArticleOutcome { entry, at: minute(now), host_rests_until: None, host_asks: None, result: ArticleResult::Read(Box::new(text)) };
        self.runtime.block_on(self.store().settle(outcome)).unwrap();
    }

    fn number(&self, sql: &str) -> i64 {
        rusqlite::Connection::open(&self.settings.store.path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The story of an entry.
    fn story_of(&self, entry: i64) -> i64 {
        self.number(&format!("SELECT story FROM entry WHERE id = {entry}"))
    }

    /// What the feed of all sources shows.
    fn shown(&self) -> Vec<Story> {
        self.shown_of(&["a", "b", "c", "d"])
    }

    fn shown_of(&self, sources: &[&str]) -> Vec<Story> {
        let wanted = Wanted {
            sources,
            languages: &[],
            query: None,
            limit: 100,
            since: minute(0),
            max: 100,
            before: None,
            revised_since: None,
            stories: true,
        };
        self.store().reader().newest(wanted, None).unwrap().stories
    }
}

fn settings(folder: &tempfile::TempDir, keys: &[(&str, &str)], rest: &str) -> Settings {
    let mut text = format!("{rest}\n");
    for name in ["a", "b", "c", "d"] {
        let keys = keys.iter().find(|(of, _)| *of == name).map_or("", |(_, keys)| keys);
        text.push_str(&format!("[[source]]\nname = \"{name}\"\nurl = \"https://{name}.example/rss\"\n{keys}\n"));
    }
    config::parse(&folder.path().join("config.toml"), &text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_vague_text_makes_no_one_story_of_two_that_contradict_each_other() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "Число погибших на шахте выросло до 12", MINE, 1)], 2);
    room.poll("b", &[item("b", 1, "Число погибших на шахте выросло до 15", &MINE.replace("до 12", "до 15"), 3)], 4);
    room.poll("c", &[item("c", 1, "Число погибших на шахте выросло", &MINE.replace(" до 12 человек", ""), 5)], 6);
    assert_ne!(room.story_of(1), room.story_of(2));
}

#[test]
fn a_story_that_readers_have_seen_is_the_one_that_stays() {
    let room = Room::new(&[("a", "article = true\narticle_wait = \"1h\"")], "");
    room.poll("a", &[item("a", 1, "Новости культуры", "Подробности на сайте издания.", 1)], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    let before = room.shown();
    let text = ArticleText { content: Some(format!("<p>{ARCHIVE}</p>")), ..ArticleText::default() };
    let outcome =
        ArticleOutcome { entry: 1, at: minute(6), host_rests_until: None, host_asks: None, result: ArticleResult::Read(Box::new(text)) };
    room.runtime.block_on(room.store().settle(outcome)).unwrap();
    let after = room.shown();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_eq!((&before[0].id, &before[0].atom_id), (&after[0].id, &after[0].atom_id));
    assert_eq!(room.story_of(1), room.story_of(2), "the page of the one that waited tells the same");
}

#[test]
fn pages_of_a_host_that_rests_hold_up_no_others_and_its_longest_rest_stands() {
    let room = Room::new(&[("a", "article = true")], "");
    let hosts = ["slow", "slow", "quick", "slow", "slow"];
    let items = hosts.iter().zip(1..).map(|(host, n)| {
        item("a", n, &format!("Сообщение номер {n}"), &"Подробности. ".repeat(n as usize), 1).link(format!("https://{host}.example/{n}"))
    });
    room.poll("a", &items.collect::<Vec<_>>(), 2);
    let told = |entry: i64, until: i64| {
        let result = ArticleResult::Failed { error: "503".to_owned(), next: Some(minute(until)) };
        let host_asks = Some(("slow.example".to_owned(), minute(until)));
        let outcome = ArticleOutcome { entry, at: minute(3), host_rests_until: None, host_asks, result };
        room.runtime.block_on(room.store().settle(outcome)).unwrap().host_rests_until
    };
    assert_eq!(told(1, 60), Some(minute(60)));
    assert_eq!(told(5, 20), Some(minute(60)), "who was under way and heard of less");
    let due = |now: i64, most: u32| room.store().reader().due_articles(minute(now), most).unwrap();
    assert_eq!(due(4, 1).iter().map(|due| due.link.as_str()).collect::<Vec<_>>(), ["https://quick.example/3"]);
    assert_eq!((due(4, 9).len(), due(61, 9).len(), due(61, 2).len()), (1, 5, 2));
}

#[test]
fn an_entry_that_waits_goes_on_waiting_when_it_is_split_off() {
    let room = Room::new(&[("a", "article = true\narticle_wait = \"1h\"")], "");
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 4)], 5);
    assert_eq!(room.story_of(1), room.story_of(2));
    room.runtime.block_on(room.store().split(2, minute(6))).unwrap();
    assert_eq!((room.shown().len(), room.shown_of(&["a"]).len()), (1, 0));
    room.runtime.block_on(room.store().release_waited(minute(100))).unwrap();
    assert_eq!((room.shown().len(), room.shown_of(&["a"]).len()), (2, 1));
}

#[test]
fn a_source_that_keeps_to_itself_shares_no_story_by_address_either() {
    let room = Room::new(&[("a", "dedup = false")], "");
    let link = "https://x.example/1";
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1).link(link)], 2);
    room.poll("b", &[item("b", 1, "Иное название у этого издания", "Короткий текст.", 3).link(link)], 4);
    room.poll("c", &[item("c", 1, ARCHIVE_TITLE, ARCHIVE, 5)], 6);
    assert_eq!(room.number("SELECT count(DISTINCT story) FROM entry"), 3);
}

#[test]
fn settings_that_change_take_effect_on_what_is_stored() {
    let mut room = Room::new(&[], "[dedup]\nenabled = false");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.reload(&[], "", 3);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 4)], 5);
    assert_eq!(room.story_of(1), room.story_of(2), "switched on, it finds what came before");
    room.reload(&[("a", "dedup = false"), ("b", "dedup = false")], "", 6);
    room.poll("c", &[item("c", 1, ARCHIVE_TITLE, ARCHIVE, 7)], 8);
    assert_ne!(room.story_of(1), room.story_of(3), "and nobody joins those that keep to themselves now");
}

#[test]
fn a_wide_window_holds_through_a_restart() {
    let mut room = Room::new(&[("b", "dedup_window = \"30d\"")], "");
    let later = 20 * 24 * 60;
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.restart();
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, later)], later + 1);
    assert_eq!(room.story_of(1), room.story_of(2));
    room.poll("c", &[item("c", 1, ARCHIVE_TITLE, &format!("{ARCHIVE} Адрес прежний."), later + 4 * 24 * 60)], later + 4 * 24 * 60 + 1);
    assert_ne!(room.story_of(2), room.story_of(3), "72 hours is the usual window");
}

#[test]
fn what_another_process_merged_is_followed_at_once() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.poll("b", &[item("b", 1, "Авария на шахте", MINE, 3)], 4);
    let other = Store::open(&room.settings, minute(7)).unwrap();
    room.runtime.block_on(other.join(1, 2, minute(7))).unwrap();
    other.close();
    room.poll("c", &[item("c", 1, "Авария на шахте в Караганде", MINE, 8)], 9);
    assert_eq!(room.number("SELECT count(*) FROM entry JOIN story ON story.id = entry.story WHERE story.merged IS NOT NULL"), 0);
    assert_eq!((room.story_of(1), room.story_of(2), room.story_of(3)), (1, 1, 1));
    assert_eq!(room.shown().len(), 1);
}

#[test]
fn a_split_and_a_join_hold_for_the_store_that_did_them() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    let own = room.runtime.block_on(room.store().split(2, minute(5))).unwrap().unwrap();
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, &format!("{ARCHIVE} Открытие было в среду."), 3)], 6);
    assert_eq!((room.story_of(1), room.story_of(2)), (1, own), "no rule brings it back");
    room.runtime.block_on(room.store().join(1, 2, minute(7))).unwrap();
    assert_eq!(room.story_of(2), 1);
    assert_eq!(room.shown().len(), 1);
}

#[test]
fn a_story_that_is_parted_again_tells_when_its_entry_changed() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "Авария на шахте", MINE, 1)], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    room.runtime.block_on(room.store().join(1, 2, minute(7))).unwrap();
    room.poll("b", &[item("b", 1, "В архиве рукописей 20 тысяч страниц", ARCHIVE, 3)], 9);
    room.runtime.block_on(room.store().split(2, minute(10))).unwrap();
    let shown = room.shown();
    let parted = shown.iter().find(|story| story.source.name == "b").unwrap();
    assert_eq!((parted.title.as_str(), parted.updated), ("В архиве рукописей 20 тысяч страниц", minute(9)));
}

#[test]
fn an_address_and_a_text_that_name_two_stories_make_them_one() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "Новости культуры", "Подробности на сайте издания.", 1).link("https://x.example/1")], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    room.poll("c", &[item("c", 1, ARCHIVE_TITLE, ARCHIVE, 5).link("https://x.example/1")], 6);
    assert_eq!((room.story_of(1), room.story_of(2), room.story_of(3)), (1, 1, 1));
    assert_eq!(room.number("SELECT count(*) FROM joined"), 2, "and why is kept of both that came");
}

#[test]
fn what_a_source_posts_again_with_a_correction_is_what_readers_see() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "В Национальной библиотеке открыли архив рукписей", ARCHIVE, 1)], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    let before = room.shown();
    let corrected = ARCHIVE.replace("14 тысяч страниц", "более 14 тысяч листов");
    room.poll("a", &[item("a", 2, ARCHIVE_TITLE, &corrected, 5)], 6);
    let after = room.shown();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_eq!((&after[0].id, after[0].title.as_str()), (&before[0].id, ARCHIVE_TITLE));
    assert_eq!(after[0].updated, minute(6), "readers are to notice");
    room.poll("a", &[item("a", 3, &ARCHIVE_TITLE.replace("рукописей", "рукописей."), &corrected, 8)], 9);
    let again = room.shown();
    assert_eq!((again.len(), again[0].updated), (1, minute(6)), "a dot more is nothing to notice");
}

#[test]
fn a_counter_that_grows_makes_no_other_entry_the_lead() {
    let room = Room::new(&[], "");
    let viewed = |views: u32| format!("{ARCHIVE}<p>Просмотров: {views}</p>");
    let item_of = |source: &str, views: u32| item(source, 1, ARCHIVE_TITLE, &viewed(views), 1);
    room.poll("a", &[item_of("a", 100)], 2);
    room.poll("b", &[item_of("b", 7)], 2);
    assert_eq!(room.shown()[0].source.name, "a");
    room.poll("b", &[item_of("b", 1_000_000)], 3);
    let shown = room.shown();
    assert_eq!((shown.len(), shown[0].source.name.as_str()), (1, "a"));
}

#[test]
fn a_lead_that_a_hand_changes_is_news_to_readers() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "Авария на шахте", "Коротко.", 1)], 2);
    room.poll("b", &[item("b", 1, "На шахте авария", MINE, 1)], 2);
    room.runtime.block_on(room.store().join(1, 2, minute(7))).unwrap();
    let shown = room.shown();
    assert_eq!((shown[0].title.as_str(), shown[0].updated), ("На шахте авария", minute(7)), "the longer text leads");
}

#[test]
fn items_stay_known_when_the_admin_names_tracking_parameters() {
    let mut room = Room::new(&[], "");
    let listed = |n: u32| {
        let query = if n < 3 { "?partner=7" } else { "" };
        item("a", n, &format!("Новость под номером {n} о погоде"), "", i64::from(n))
            .guid(None)
            .link(format!("https://a.example/{n}{query}"))
    };
    let items: Vec<Item> = (0..6).map(listed).collect();
    assert_eq!(room.poll("a", &items, 10), 6);
    room.reload(&[], "[dedup]\ntracking = [\"partner\"]", 12);
    assert_eq!(room.poll("a", &items, 13), 0);
}

#[test]
fn links_are_bounded_however_many_copies_a_document_has() {
    let room = Room::new(&[("a", "max_items = 10000")], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    for poll in 0..3 {
        let copies: Vec<Item> = (0..200).map(|n| item("a", 1_000 * (poll + 1) + n, ARCHIVE_TITLE, ARCHIVE, 1)).collect();
        room.poll("a", &copies, 3 + i64::from(poll));
    }
    assert_eq!(room.number("SELECT max(n) FROM (SELECT count(*) AS n FROM entry_link GROUP BY entry)"), 16);
    assert_eq!(room.number("SELECT max(links) FROM entry"), 16);
}

#[test]
fn letters_of_any_script_are_read_to_the_end() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, "Երևանում բացվել է նոր գրադարան մանկական գրքերի համար", "", 1)], 2);
    room.poll("b", &[item("b", 1, "Գյումրիում երկրաշարժ է տեղի ունեցել այսօր առավոտյան", "", 3)], 4);
    room.poll("c", &[item("c", 1, "Գյումրիում երկրաշարժ է տեղի ունեցել այսօր առավոտյան", "", 5)], 6);
    assert_ne!(room.story_of(1), room.story_of(2));
    assert_eq!(room.story_of(2), room.story_of(3));
}

/// The same report in other words: no rule for texts makes the two one story.
const RETOLD: &str = "Страницы рукописей, которые библиотека собирала восемь лет, теперь доступны всем в электронном виде: национальная \
    библиотека открыла архив. Старейшая датирована XVII веком, её нашли в сундуке. Читать можно без регистрации.";

#[test]
fn a_page_that_names_the_article_that_it_was_taken_from_belongs_to_its_story() {
    let room = Room::new(&[("b", "article = true")], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.poll("b", &[item("b", 1, "Рукописи онлайн", "Подробности на сайте.", 3)], 4);
    assert_ne!(room.story_of(1), room.story_of(2));
    room.read_page(2, RETOLD, "http://www.a.example/1/?utm_source=b", 5);
    assert_eq!(room.story_of(1), room.story_of(2));
    assert_eq!(room.number("SELECT count(*) FROM joined WHERE entry = 2 AND other = 1 AND rule = 'page'"), 1);
}

#[test]
fn an_item_whose_address_another_page_named_before_belongs_to_its_story() {
    let room = Room::new(&[("b", "article = true")], "");
    room.poll("b", &[item("b", 1, "Рукописи онлайн", "Подробности на сайте.", 1)], 2);
    room.read_page(1, RETOLD, "https://a.example/1", 3);
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 4)], 5);
    assert_eq!(room.story_of(1), room.story_of(2));
}

#[test]
fn an_item_that_comes_under_the_address_of_its_page_is_known() {
    let room = Room::new(&[("b", "article = true")], "");
    room.poll("b", &[item("b", 1, "Рукописи онлайн", "Подробности на сайте.", 1)], 2);
    room.read_page(1, RETOLD, "https://b.example/culture/rukopisi", 3);
    let again = item("b", 7, "Рукописи — онлайн!", "Подробности теперь на нашем сайте.", 1).link("https://b.example/culture/rukopisi");
    assert_eq!(room.poll("b", &[again], 5), 0);
}

#[test]
fn a_site_that_gives_all_its_pages_one_address_loses_no_article() {
    let room = Room::new(&[("a", "article = true"), ("b", "article = true")], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, "", 1), item("a", 2, "Авария на шахте", "", 1)], 2);
    room.poll("b", &[item("b", 1, "Главное за день", "Сводка редакции.", 3).link("https://a.example/news")], 4);
    room.read_page(1, ARCHIVE, "https://a.example/news", 5);
    room.read_page(2, MINE, "https://a.example/news", 5);
    assert_eq!(room.number("SELECT count(DISTINCT story) FROM entry"), 3);
    room.read_page(3, "Сводка дня: погода, курсы валют и спорт.", "https://a.example/", 6);
    assert_eq!(room.number("SELECT count(DISTINCT story) FROM entry"), 3);
}

#[test]
fn a_file_that_was_taken_away_is_told_and_nothing_is_stored_beside_it() {
    let room = Room::new(&[], "");
    room.poll("a", &[item("a", 1, ARCHIVE_TITLE, ARCHIVE, 1)], 2);
    room.poll("b", &[item("b", 1, ARCHIVE_TITLE, ARCHIVE, 3)], 4);
    let (path, away) = (&room.settings.store.path, room.folder.path().join("away"));
    std::fs::rename(path, &away).unwrap();
    let error = room.runtime.block_on(room.store().split(2, minute(5))).unwrap_err();
    assert!(error.to_string().contains("was removed or replaced while this program had it open"), "{error}");
    assert!(error.hint().is_some());
    std::fs::rename(&away, path).unwrap();
    assert!(room.runtime.block_on(room.store().split(2, minute(6))).unwrap().is_some(), "put back, it goes on");
}
