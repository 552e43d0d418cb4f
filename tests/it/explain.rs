//! Asking why an item stands where it stands, and correcting it by hand: the real binary, its output and what polls leave of it.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;

use crate::support::binary::{Output, Workplace};
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Origin, Reply};
use crate::support::scene::{BOUND, config, count, wait_for_feed};

const SCHOOL: &str = "В Шымкенте до конца года построят новую школу на девятьсот мест, сообщили в управлении строительства города. Подрядчик \
                      уже возвёл стены первого корпуса и завозит оборудование для столовой. Родители микрорайона ждали эту школу несколько лет, \
                      потому что дети учатся в три смены. На площадке работают сорок строителей, ещё двадцать человек выйдут весной. Рядом со \
                      школой появится стадион с беговой дорожкой и площадка для волейбола.";
const RATES: &str = "Национальный банк установил официальные курсы валют на сегодня. Доллар стоит 521 тенге, евро стоит 543 тенге, рубль стоит \
                     5 тенге. По сравнению со вчерашним днём доллар подорожал на 2 тенге, евро подешевел на 1 тенге. Биржа открылась в десять \
                     часов утра, объём торгов составил 187 миллионов долларов.";
const THEATRE: &str = "Театр в Павлодаре готовит премьеру спектакля по повести местного писателя. Актёры репетируют с осени, декорации рисует \
                       художник из Семея. Музыку к постановке написал выпускник консерватории, которому нет и тридцати.";

/// Newsrooms `a`, `b` and `c`, polled by hand.
struct Newsrooms {
    origin: Origin,
    workplace: Workplace,
}

impl Newsrooms {
    fn new(keys: &str) -> Self {
        let (origin, workplace) = (Origin::start(), Workplace::new());
        let mut config = format!("[fetch]\nhost_spacing = \"0s\"\n[defaults]\nallow_private = true\n{keys}\n");
        for source in ["a", "b", "c"] {
            config.push_str(&format!("[[source]]\nname = \"{source}\"\nurl = \"{}\"\n", origin.url(&format!("/{source}"))));
        }
        workplace.config(&config);
        Self { origin, workplace }
    }

    /// One report in two newsrooms, and yesterday's and today's rates in the third.
    fn with_news() -> Self {
        let rooms = Self::new("");
        rooms.poll("a", &[item("a", 1, "В Шымкенте построят новую школу", SCHOOL)]);
        rooms.poll("b", &[item("b", 1, "Новую школу построят в Шымкенте", SCHOOL)]);
        let today = RATES.replace("521", "524").replace("543", "541");
        rooms.poll("c", &[item("c", 1, "Курсы валют на сегодня", RATES), item("c", 2, "Официальные курсы валют", &today)]);
        rooms
    }

    fn poll(&self, source: &str, items: &[Item]) {
        self.origin.put(&format!("/{source}"), Reply::ok(rss(items)));
        let output = self.workplace.taspa(&["fetch", source]).expect_code(0);
        assert!(!output.stdout.contains("error"), "{output}");
    }

    fn taspa(&self, arguments: &[&str]) -> Output {
        self.workplace.taspa(arguments)
    }

    /// `taspa explain ITEM --json`.
    fn account(&self, item: &str) -> Value {
        serde_json::from_str(&self.taspa(&["explain", item, "--json"]).expect_code(0).stdout).unwrap()
    }

    fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.workplace.database()).unwrap().execute_batch(sql).unwrap();
    }

    /// The story of each entry, by the link of it.
    fn stories(&self) -> BTreeMap<String, i64> {
        let connection = rusqlite::Connection::open(self.workplace.database()).unwrap();
        let mut statement = connection.prepare("SELECT link, story FROM entry").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    fn are_one(&self, one: &str, other: &str) -> bool {
        let stories = self.stories();
        stories[one] == stories[other]
    }
}

fn link(source: &str, number: u32) -> String {
    format!("https://{source}.example/news/{number}")
}

fn item(source: &str, number: u32, title: &str, text: &str) -> Item {
    let date = format!("Mon, 06 Jan 2025 1{number}:00:00 +0500");
    Item::new(number).guid(Some(&format!("{source}-{number}"))).link(link(source, number)).title(title).text(text).date(Some(&date))
}

/// The output with all figures of a comparison as `N`: how texts are compared is not told here.
fn masked(text: &str) -> String {
    Regex::new(r"\d+ (%|runs?|places?|facts?|numbers?)").unwrap().replace_all(text, "N $1").into_owned()
}

/// As if all had been seen a minute after it was published, in a file of that day.
const STEADY: &str = "UPDATE meta SET value = 'news.example' WHERE name = 'authority'; UPDATE meta SET value = '2025-01-06' WHERE name = 'born'; \
                      UPDATE entry SET first_seen = published + 60; UPDATE joined SET at = 1736143500; \
                      UPDATE story SET entered = (SELECT published FROM entry WHERE entry.id = lead);";

#[test]
fn everything_about_an_item_is_told() {
    let rooms = Newsrooms::with_news();
    rooms.sql(STEADY);
    insta::assert_snapshot!("a_lead", masked(&rooms.taspa(&["explain", &link("a", 1)]).expect_code(0).stdout));
    insta::assert_snapshot!("other_facts", masked(&rooms.taspa(&["explain", &link("c", 2)]).expect_code(0).stdout));
}

#[test]
fn corrections_by_hand_are_told() {
    let rooms = Newsrooms::with_news();
    rooms.taspa(&["split", &link("b", 1)]).expect_code(0);
    rooms.taspa(&["join", &link("a", 1), &link("c", 1)]).expect_code(0);
    rooms.sql(STEADY);
    insta::assert_snapshot!("corrected", masked(&rooms.taspa(&["explain", &link("a", 1)]).expect_code(0).stdout));
}

#[test]
fn the_rule_and_its_figures_are_kept_for_programs() {
    let rooms = Newsrooms::with_news();
    let account = rooms.account(&link("b", 1));
    let [first, second] = account["story"]["entries"].as_array().unwrap().as_slice() else { panic!("{account:#}") };
    assert_eq!((&first["lead"], &first["joined"]), (&Value::from(true), &Value::Null));
    assert_eq!((&second["joined"]["rule"], &second["joined"]["with"]["source"]), (&Value::from("text"), &Value::from("a")));
    assert!(second["joined"]["figures"]["overlap"].as_f64().unwrap() > 0.9, "{account:#}");
    let account = rooms.account(&link("c", 2));
    let facts = account["nearest"].as_array().unwrap().iter().find(|near| near["source"] == "c").unwrap();
    assert_eq!(facts["reason"], "facts", "{account:#}");
    assert!(facts["words"].as_str().unwrap().starts_with("other facts: "), "{account:#}");
}

#[test]
fn an_item_is_found_by_link_guid_story_and_title() {
    let rooms = Newsrooms::with_news();
    rooms.poll("a", &[item("a", 3, "«Қазақ тілі» — ЁЛКА… и «ёжики»", THEATRE).guid(Some("https://a.example/?p=3"))]);
    rooms.sql("INSERT INTO entry_link VALUES (3, '/news/1 '), (3, 'https://c.example/news/1?from=a')");
    let number = |item: &str| rooms.account(item)["entry"]["id"].clone();
    let cases = [
        ("https://c.example/news/1", 3),
        ("http://www.c.example/news/1/?utm_source=telegram#top", 3),
        ("/news/1 ", 3),
        ("https://c.example/news/1?from=a", 3),
        ("a-1", 1),
        ("b-1", 2),
        ("https://a.example/?p=3", 5),
        // The lead of the story.
        ("1", 1),
        ("елка", 5),
        ("\"Қазақ тілі\" - ёлка... и", 5),
        ("НОВУЮ ШКОЛУ ПОСТРОЯТ", 2),
        ("курсы валют на", 3),
    ];
    for (item, entry) in cases {
        assert_eq!(number(item), entry, "{item}");
    }
    let account = rooms.account("b-1");
    assert_eq!(number(account["story"]["atom_id"].as_str().unwrap()), 1, "by the id that readers see");
    assert_eq!(account["entry"]["links"], Value::from(vec![link("b", 1)]));
    assert_eq!(rooms.account("c-1")["entry"]["links"].as_array().unwrap().len(), 2);
}

#[test]
fn the_id_of_a_story_that_became_part_of_another_leads_there() {
    let rooms = Newsrooms::with_news();
    let joined = rooms.taspa(&["join", "курсы валют на", &link("a", 1)]).expect_code(0).stdout;
    assert!(joined.ends_with("are one story now: 1\n"), "{joined}");
    let account = rooms.account("2");
    assert_eq!((&account["story"]["id"], &account["story"]["merged"]), (&Value::from(1), &Value::from(vec![2])));
}

#[test]
fn when_several_are_meant_they_are_listed() {
    let rooms = Newsrooms::with_news();
    let output = rooms.taspa(&["explain", "курсы валют"]).expect_code(2);
    assert_eq!(output.stdout, "");
    insta::assert_snapshot!("several", output.stderr);
    let output = rooms.taspa(&["explain", "школу", "--source", "b"]).expect_code(0);
    assert!(output.stdout.starts_with("Новую школу построят в Шымкенте\n"), "{output}");
    rooms.taspa(&["explain", "школу", "--source", "nobody"]).expect_code(2);
    let output = rooms.taspa(&["split", "1"]).expect_code(2);
    assert!(output.stderr.contains(&link("a", 1)) && output.stderr.contains(&link("b", 1)), "{output}");
    assert!(output.stderr.contains("hint: these are the story's entries"), "{output}");
    rooms.taspa(&["join", "курсы валют", &link("a", 1)]).expect_code(2);
}

#[test]
fn a_number_may_be_a_guid_and_a_story() {
    let rooms = Newsrooms::new("");
    rooms.poll("a", &[item("a", 1, "Школа", SCHOOL)]);
    rooms.poll("b", &[item("b", 1, "Театр", THEATRE).guid(Some("1")), item("b", 2, "Курсы", RATES).guid(Some("7"))]);
    let output = rooms.taspa(&["explain", "1"]).expect_code(2);
    assert!(output.stderr.contains("  Школа\n") && output.stderr.contains("  Театр\n"), "{output}");
    assert_eq!(rooms.account("7")["entry"]["title"], "Курсы");
}

#[test]
fn stories_with_the_same_address_are_near_whenever_they_were_published() {
    let rooms = Newsrooms::new("");
    rooms.poll("a", &[item("a", 1, "Школа", SCHOOL)]);
    rooms.poll("b", &[item("b", 1, "Театр", THEATRE).link(link("a", 1)).date(Some("Mon, 06 Jan 2020 10:00:00 GMT"))]);
    let near = |source: &str| {
        let output = rooms.taspa(&["explain", &link("a", 1), "--source", source, "--json"]).expect_code(0).stdout;
        let account: Value = serde_json::from_str(&output).unwrap();
        assert_eq!(account["nearest"].as_array().unwrap().len(), 1, "{account:#}");
        account["nearest"][0]["reason"].clone()
    };
    assert_eq!((near("a"), near("b")), ("address-used-again".into(), "address-used-again".into()));
    rooms.sql("UPDATE entry SET published = 1736143200");
    assert_eq!(near("a"), "none", "they would be one today");
    rooms.taspa(&["join", "2", "1"]).expect_code(0);
    rooms.taspa(&["split", &link("a", 1), "--source", "b"]).expect_code(0);
    assert_eq!(near("a"), "hand");
}

#[test]
fn what_nobody_knows_is_said() {
    let rooms = Newsrooms::new("");
    for arguments in [&["explain", "x"][..], &["split", "x"], &["join", "x", "y"]] {
        let output = rooms.taspa(arguments).expect_code(1);
        assert!(output.stderr.starts_with("error: nothing is known of `x`\n  hint: "), "{output}");
        assert!(!rooms.workplace.database().exists(), "looking makes no file");
    }
    rooms.poll("a", &[item("a", 1, "Школа", SCHOOL)]);
    for unknown in ["https://a.example/news/2", "театр", "77", "", "  ", "»", "https://[", "tag:x", "\u{1b}[2J"] {
        let output = rooms.taspa(&["explain", unknown]).expect_code(1);
        assert!(output.stderr.starts_with("error: nothing is known of `") && !output.stderr.contains('\u{1b}'), "{output}");
    }
    rooms.taspa(&["explain"]).expect_code(2);
}

#[test]
fn what_never_entered_is_told_with_its_reason() {
    let rooms = Newsrooms::new("initial = 1");
    rooms.poll("a", &[item("a", 1, "Старое", THEATRE), item("a", 2, "Новое", SCHOOL)]);
    rooms.sql(
        "INSERT INTO dropped (source, at, title, link, rule) SELECT id, 1736143200, 'Гороскоп на «завтра»', 'https://a.example/stars', \
         'it matches the `drop` rule { title = \"гороскоп\" }' FROM source WHERE name = 'a'",
    );
    let kept_out = rooms.account(&link("a", 1));
    assert_eq!((&kept_out["entry"], &kept_out["left_out"][0]["reason"]), (&Value::Null, &Value::from("bound")));
    assert_eq!(rooms.account("a-1")["left_out"][0]["source"], "a");
    for item in ["https://a.example/stars", "http://www.a.example/stars/?utm_source=x", "гороскоп на завтра"] {
        let left_out = &rooms.account(item)["left_out"][0];
        assert_eq!((&left_out["reason"], &left_out["at"]), (&Value::from("rule"), &Value::from("2025-01-06T06:00:00Z")), "{item}");
    }
    let told = |item: &str| rooms.taspa(&["explain", item]).expect_code(0).stdout;
    insta::assert_snapshot!("left_out", format!("{}\n{}", told("https://a.example/stars"), told(&link("a", 1))));
    // The same link, left out by one source and an entry of another.
    rooms.sql("UPDATE dropped SET link = 'https://a.example/news/2'");
    let told = told(&link("a", 2));
    assert!(told.contains("Left out under the same link:\n") && told.contains("left out: it matches the `drop` rule"), "{told}");
}

#[test]
fn keys_that_tell_nothing_are_told_as_such() {
    let rooms = Newsrooms::new("");
    rooms.poll("a", &[item("a", 1, "Театр", THEATRE).link("https://a.example/"), item("a", 2, "Школа", SCHOOL)]);
    let names = |item: &str, key: usize| rooms.account(item)["entry"]["keys"][key]["names"].clone();
    assert_eq!((names("Театр", 0), names("Театр", 1), names("Театр", 2)), ("this".into(), "front-page".into(), "this".into()));
    rooms.sql("UPDATE entry_key SET is_burnt = 1 WHERE entry = (SELECT id FROM entry WHERE guid = 'a-2')");
    assert_eq!(names("a-2", 0), "burnt", "it is found all the same");
    rooms.sql("UPDATE source SET distrusts_guids = 1");
    assert_eq!(names("a-1", 0), "distrusted");
    // An entry that was let go, with its keys left behind.
    rooms.sql("PRAGMA foreign_keys = 0; DELETE FROM entry_text; DELETE FROM story; DELETE FROM entry;");
    assert_eq!(rooms.account("a-1")["left_out"][0]["reason"], "let-go");
    assert_eq!(rooms.account("a-2")["left_out"][0]["reason"], "burnt");
}

#[test]
fn it_is_told_when_nothing_is_compared() {
    for (keys, sentence) in [
        ("[dedup]\nenabled = false\n", "Not compared with other entries: `enabled` of [dedup] is false\n"),
        ("dedup = false\n", "Not compared with other entries: the source a has `dedup = false`\n"),
    ] {
        let rooms = Newsrooms::new(keys);
        rooms.poll("a", &[item("a", 1, "Школа", SCHOOL)]);
        let told = rooms.taspa(&["explain", "школа"]).expect_code(0).stdout;
        assert!(told.ends_with(sentence), "{told}");
    }
}

#[test]
fn what_newsrooms_wrote_cannot_steer_the_terminal() {
    let rooms = Newsrooms::with_news();
    rooms.sql(
        "UPDATE entry SET title = 'Школа' || char(27) || '[2J' || char(0x202e), guid = char(27), url = 'https://x/' || char(0x9b); \
         INSERT INTO entry_link SELECT id, link || char(27) FROM entry; UPDATE story SET atom_id = id || char(7);",
    );
    for arguments in [&["explain", "a-1"][..], &["explain", "школа"], &["explain", "--all"], &["split", "b-1"], &["split", "1"]] {
        let output = rooms.taspa(arguments);
        let steers = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(!output.stdout.contains(steers) && !output.stderr.contains(steers), "{output:?}");
        assert!(output.stdout.contains('\u{fffd}') || output.stderr.contains('\u{fffd}'), "{output:?}");
    }
}

#[test]
fn each_link_stands_once_as_it_was_written() {
    let rooms = Newsrooms::with_news();
    // Entry 1 was written in two ways, and has kept neither; entry 4 shares a link with entry 3.
    rooms.sql(
        "INSERT INTO entry_link VALUES (1, ' https://a.example/news/1?utm_source=x'), (1, '../news/1'); \
         UPDATE entry SET link = (SELECT link FROM entry WHERE id = 3) WHERE id = 4;",
    );
    let output = rooms.taspa(&["explain", "--all", "--json"]).expect_code(0).stdout;
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, i64, bool)> = lines
        .iter()
        .map(|line| (line["item_url"].as_str().unwrap(), line["cluster"].as_i64().unwrap(), line["lead"].as_bool().unwrap()))
        .collect();
    let (b, c) = (link("b", 1), link("c", 1));
    assert_eq!(told, [(" https://a.example/news/1?utm_source=x", 1, true), ("../news/1", 1, true), (&*b, 1, false), (&*c, 3, true)]);
    let table = rooms.taspa(&["explain", "--all"]).expect_code(0).stdout;
    assert_eq!(table.lines().nth(2), Some("        1  lead  ../news/1"));
    rooms.taspa(&["explain", "--all", "x"]).expect_code(2);
}

#[test]
fn a_link_that_two_entries_of_a_story_have_leads_if_one_of_them_does() {
    let rooms = Newsrooms::new("");
    rooms.poll("a", &[item("a", 1, "Школа", SCHOOL)]);
    rooms.poll("b", &[item("b", 1, "Школа", SCHOOL).link(link("a", 1))]);
    let output = rooms.taspa(&["explain", "--all", "--json"]).expect_code(0).stdout;
    let line: Value = serde_json::from_str(&output).unwrap();
    assert_eq!((&line["cluster"], &line["lead"]), (&Value::from(1), &Value::from(true)), "one line: {output}");
    let told = rooms.taspa(&["explain", &link("a", 1)]).expect_code(0).stdout;
    assert!(told.contains("by its address, which is the same, with “Школа” (a)"), "{told}");
    let output = rooms.taspa(&["split", &link("a", 1)]).expect_code(2);
    assert!(output.stderr.contains("--source NAME"), "{output}");
    rooms.taspa(&["split", &link("a", 1), "--source", "b"]).expect_code(0);
    assert_eq!(rooms.taspa(&["join", "2", "1"]).expect_code(0).stdout, "“Школа” (b) and “Школа” (a) are one story now: 1\n");
}

#[test]
fn all_of_nothing_is_nothing() {
    assert_eq!(Newsrooms::new("").taspa(&["explain", "--all", "--json"]).expect_code(0).stdout, "");
}

#[test]
fn a_split_entry_stays_apart_whatever_comes() {
    let rooms = Newsrooms::with_news();
    let (a, b) = (link("a", 1), link("b", 1));
    assert!(rooms.are_one(&a, &b), "or the test tells nothing");
    let output = rooms.taspa(&["split", &b]).expect_code(0);
    assert_eq!(output.stdout, format!("“Новую школу построят в Шымкенте” (b) stands for itself now: story {}\n", rooms.stories()[&b]));
    assert!(!rooms.are_one(&a, &b));
    let output = rooms.taspa(&["split", &b]).expect_code(1);
    assert!(output.stderr.starts_with("error: nothing was changed: “Новую школу") && output.stderr.contains("itself already"), "{output}");
    // Its text changes, that of the other too, and a third newsroom has the report as well.
    rooms.poll("b", &[item("b", 1, "Новую школу построят в Шымкенте", &format!("{SCHOOL} Дополнено."))]);
    rooms.poll("a", &[item("a", 1, "В Шымкенте построят новую школу", &format!("{SCHOOL} Обновлено в полдень."))]);
    rooms.poll("c", &[item("c", 3, "Школу в Шымкенте построят", SCHOOL)]);
    assert!(!rooms.are_one(&a, &b), "{:?}", rooms.stories());
    // And it comes back by hand alone.
    rooms.taspa(&["join", &b, &a]).expect_code(0);
    assert!(rooms.are_one(&a, &b));
}

#[test]
fn joined_entries_stay_together_whatever_comes() {
    let rooms = Newsrooms::with_news();
    let (a, c) = (link("a", 1), link("c", 1));
    let output = rooms.taspa(&["join", &c, &a]).expect_code(0);
    assert_eq!(output.stdout, "“Курсы валют на сегодня” (c) and “В Шымкенте построят новую школу” (a) are one story now: 1\n");
    let output = rooms.taspa(&["join", &a, &c]).expect_code(1);
    assert!(output.stderr.ends_with("are one story already: 1\n"), "{output}");
    assert!(rooms.taspa(&["join", &a, "a-1"]).expect_code(1).stderr.contains("both are the same: “В Шымкенте"));
    rooms.poll("c", &[item("c", 1, "Совсем другое", THEATRE)]);
    rooms.poll("a", &[item("a", 1, "В Шымкенте построят новую школу", &format!("{SCHOOL} Обновлено."))]);
    assert!(rooms.are_one(&a, &c));
    rooms.taspa(&["split", &c]).expect_code(0);
    assert!(!rooms.are_one(&a, &c));
    rooms.poll("c", &[item("c", 1, "В Шымкенте построят новую школу", SCHOOL)]);
    assert!(!rooms.are_one(&a, &c), "what was split last counts");
}

#[test]
fn a_running_daemon_publishes_corrections() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    origin.put("/a.xml", Reply::ok(rss(&[item("a", 1, "В Шымкенте построят новую школу", SCHOOL)])));
    origin.put("/b.xml", Reply::ok(rss(&[item("b", 1, "Новую школу построят в Шымкенте", SCHOOL)])));
    workplace.config(&config(&[("a", origin.url("/a.xml")), ("b", origin.url("/b.xml"))]));
    let daemon = workplace.daemon();
    let entries = |number: usize| move |feed: &str| count(feed, "<entry>") == number;
    daemon.wait_for_line(|line| line.contains("source=a") && line.contains("items_new=1"), BOUND);
    daemon.wait_for_line(|line| line.contains("source=b") && line.contains("items_new=1"), BOUND);
    wait_for_feed(&daemon, "one story", entries(1));
    workplace.taspa(&["split", "b-1"]).expect_code(0);
    wait_for_feed(&daemon, "two stories", entries(2));
    // The daemon, which polls every second, sees the text change, and knows what was said.
    origin.put("/b.xml", Reply::ok(rss(&[item("b", 1, "Новую школу построят", &format!("{SCHOOL} Дополнено."))])));
    wait_for_feed(&daemon, "the new title", |feed| feed.contains("Новую школу построят<") && count(feed, "<entry>") == 2);
    workplace.taspa(&["join", "a-1", "b-1"]).expect_code(0);
    wait_for_feed(&daemon, "one story again", entries(1));
}

#[test]
fn help_shows_an_example() {
    let workplace = Workplace::new();
    for verb in ["explain", "split", "join"] {
        let help = workplace.taspa(&[verb, "--help"]).expect_code(0).stdout;
        assert!(help.contains("Example") && help.contains(&format!("  taspa {verb} https://")), "{help}");
    }
}
