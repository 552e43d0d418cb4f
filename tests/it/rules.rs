//! The admin's rules: patterns, which items they keep and drop, what they replace in titles.

use std::time::{Duration, Instant};

use taspa::config::{Pattern, Replace, Rule, Rules};
use taspa::normalise::{Context, Normalised, normalise};
use taspa::parse::{Author, Category, Feed, Item, Text};
use url::Url;

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

fn item(title: &str, link: &str, category: &str, author: &str) -> Item {
    Item {
        title: Some(Text { value: title.to_owned(), is_html: false }),
        link: Some(link.to_owned()),
        categories: vec![Category { term: "rubric-7".to_owned(), scheme: None, label: Some(category.to_owned()) }],
        authors: vec![Author { name: author.to_owned(), uri: None }],
        ..Item::default()
    }
}

fn judged(items: Vec<Item>, rules: &Rules) -> Normalised {
    let base = Url::parse("https://news.kz/rss").unwrap();
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    normalise(Feed { items, ..Feed::default() }, Context { base: &base, language: None, rules, tracking: &[], now })
}

fn title(text: &str) -> Rule {
    Rule { title: Some(pattern(text)), ..Rule::default() }
}

#[test]
fn words_match_where_words_begin() {
    let cases = [
        ("спорт", "Спорт", true),
        ("спорт", "новости спорта", true),
        ("СПОРТ", "спортсмен", true),
        ("спорт", "Транспорт", false),
        ("спорт", "«Спорт» и мир", true),
        ("спорт", "теле-спорт", true),
        ("спорт", "теле_спорт", false),
        ("қоғам", "ҚОҒАМ", true),
        ("ӘЛЕМ", "әлемде", true),
        ("ілім", "білім", false),
        ("іс", "Іс-шара", true),
        ("ы", "ыстық", true),
        ("курс тенге", "Курсы тенге", true),
        ("курс тенге", "курс  «тенге»", true),
        ("курс тенге", "тенге курс", false),
        ("курс тенге", "курс доллара к тенге", false),
        ("курс тенге", "курстенге", false),
        (" курс ", "Курс", true),
        ("c++", "язык C++", true),
        ("c++", "язык C", false),
        ("a.b", "a-b", false),
        ("курс тенге", "курса (тенге)", true),
        ("курс тенге вырос", "Курсы тенге выросли", true),
        ("- реклама", "Дом - реклама", true),
        ("дом - реклама", "Дома - реклама", true),
        ("/sport", "https://a.kz/sport/1", true),
        ("18+", "Фильм (18+)", true),
        ("(18+)", "Фильм (18+)", true),
        // Between slashes.
        ("/спорт/", "Транспорт", true),
        ("/^спорт/", "Спорт", true),
        ("/^спорт/", "О спорте", false),
        ("/(?-i)^спорт/", "Спорт", false),
        ("/курс (доллара|евро)/", "Курс ЕВРО", true),
        (r"/\d{2}\.\d{2}/", "за 24.11", true),
        ("/a/b/", "x a/b", true),
    ];
    for (text, subject, expected) in cases {
        assert_eq!(pattern(text).matches(subject), expected, "`{text}` {subject}");
    }
}

#[test]
fn a_pattern_gives_its_text_back_and_is_equal_by_it() {
    for text in ["спорт", " курс  тенге", "/a|b/"] {
        assert_eq!(pattern(text).to_string(), text);
        assert_eq!(pattern(text), pattern(text));
    }
    assert_ne!(pattern("спорт"), pattern("Спорт"));
    let rule = Rule { title: Some(pattern("спорт")), author: Some(pattern("/^ред/")), ..Rule::default() };
    assert_eq!(rule.to_string(), "title = `спорт`, author = `/^ред/`");
}

#[test]
fn what_cannot_be_a_pattern_says_why() {
    let cases = [
        ("", "an empty pattern: write words, or a regular expression as `/…/`"),
        ("  ", "an empty pattern: write words, or a regular expression as `/…/`"),
        ("//", "an empty pattern: write words, or a regular expression as `/…/`"),
        ("/(/", "no regular expression: unclosed group"),
        ("/[а-/", "no regular expression: unclosed character class"),
        (r"/(?=a)/", "no regular expression: look-around, including look-ahead and look-behind, is not supported"),
        (r"/(a)\1/", "no regular expression: backreferences are not supported"),
        ("/a*/", "it matches even an empty text, and with it every other"),
        ("/a|/", "it matches even an empty text, and with it every other"),
        (r"/\w{1000}{1000}/", "the regular expression is too large: mind the numbers in `{…}`"),
        ("/((((a{99}){99}){99}){99})/", "the regular expression is too large: mind the numbers in `{…}`"),
    ];
    for (text, message) in cases {
        assert_eq!(Pattern::parse(text).unwrap_err(), message, "`{text}`");
    }
    assert_eq!(Pattern::parse(&"я".repeat(501)).unwrap_err(), "a pattern has at most 1000 bytes, this one has 1002");
    assert!(Pattern::parse(&format!("/{}/", "(".repeat(900))).is_err());
}

#[test]
fn hostile_patterns_take_time_in_proportion_to_the_text() {
    let subject = "а".repeat(20_000);
    let phrase = "а ".repeat(330);
    for text in [phrase.as_str(), r"/(а*)*б/", r"/(а|а)*б/", r"/(.*)*б/", r"/а*а*а*а*а*а*а*а*б/", r"/(?:а?){30}а{30}б/", "а б"]
    {
        let pattern = pattern(text);
        let started = Instant::now();
        assert!(!pattern.matches(&subject), "{text}");
        assert_eq!(pattern.replace(&subject, "x"), subject, "{text}");
        assert!(started.elapsed() < Duration::from_secs(5), "{text}: {:?}", started.elapsed());
    }
}

#[test]
fn every_field_of_a_rule_has_to_match() {
    let news = || item("Матч в Алматы", "/sport/матч?100%&id=5", "Спорт", "Ерлан Ахметов");
    let some = |text: &str| Some(pattern(text));
    let cases = [
        (Rule { title: some("матч"), ..Rule::default() }, true),
        (Rule { title: some("астана"), ..Rule::default() }, false),
        (Rule { url: some("/sport/"), ..Rule::default() }, true),
        (Rule { url: some("/id=5$/"), ..Rule::default() }, true),
        (Rule { url: some("https://news.kz/sport"), ..Rule::default() }, true),
        (Rule { url: some("/sport/матч"), ..Rule::default() }, true),
        (Rule { url: some("/sport/%D0%BC%D0%B0"), ..Rule::default() }, true),
        (Rule { url: some("/кино"), ..Rule::default() }, false),
        (Rule { category: some("спорт"), ..Rule::default() }, true),
        (Rule { category: some("rubric-7"), ..Rule::default() }, true),
        (Rule { category: some("матч"), ..Rule::default() }, false),
        (Rule { author: some("ахметов"), ..Rule::default() }, true),
        (Rule { author: some("ред"), ..Rule::default() }, false),
        (Rule { title: some("матч"), category: some("спорт"), ..Rule::default() }, true),
        (Rule { title: some("матч"), category: some("кино"), ..Rule::default() }, false),
        (Rule::default(), false),
    ];
    for (rule, expected) in cases {
        let dropping = judged(vec![news()], &Rules { drop: vec![rule.clone()], ..Rules::default() });
        assert_eq!((dropping.entries.len(), dropping.dropped.len()), if expected { (0, 1) } else { (1, 0) }, "drop {rule}");
        let keeping = judged(vec![news()], &Rules { keep: vec![rule.clone()], ..Rules::default() });
        assert_eq!((keeping.entries.len(), keeping.dropped.len()), if expected { (1, 0) } else { (0, 1) }, "keep {rule}");
    }
    let bare = Item { title: Some(Text { value: "Матч".to_owned(), is_html: false }), ..Item::default() };
    let by_url = Rules { drop: vec![Rule { url: some("/./"), ..Rule::default() }], ..Rules::default() };
    assert_eq!(judged(vec![bare], &by_url).dropped, [], "without a link no rule for links matches");
}

#[test]
fn an_item_enters_if_one_keep_rule_and_no_drop_rule_matches() {
    let rules = Rules {
        keep: vec![title("матч"), title("кино")], drop: vec![title("реклама"), title("ставк")], replace: vec![]
    };
    let items = ["Матч дня", "Кино недели", "Погода", "Матч и ставки", "Реклама кино"];
    let judged = judged(items.map(|title| item(title, "/1", "", "")).into(), &rules);
    assert_eq!(judged.entries.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(), ["Матч дня", "Кино недели"]);
    let dropped: Vec<_> = judged.dropped.iter().map(|dropped| (dropped.title.as_str(), dropped.rule.as_str())).collect();
    assert_eq!(
        dropped,
        [
            ("Погода", "it matches no `keep` rule"),
            ("Матч и ставки", "it matches the `drop` rule title = `ставк`"),
            ("Реклама кино", "it matches the `drop` rule title = `реклама`"),
        ]
    );
    assert_eq!(judged.dropped[0].link.as_ref().unwrap().as_str(), "https://news.kz/1");
    assert_eq!(judged.problems, []);
}

#[test]
fn titles_are_replaced_in_before_they_are_judged() {
    let replace = |text: &str, with: &str| Replace { title: pattern(text), with: with.to_owned() };
    let cases = [
        (vec![replace("| Tengrinews.kz", "")], "Курс тенге | Tengrinews.kz", "Курс тенге"),
        (vec![replace("срочно", "")], "СРОЧНО: пожар", ": пожар"),
        (vec![replace("/^срочно[:!]* */", "")], "СРОЧНО!! Пожар", "Пожар"),
        (vec![replace("/(\\d+) тг/", "$1 тенге")], "100 тг и 5 тг", "100 тенге и 5 тенге"),
        (vec![replace("тг", "$1")], "100 тг", "100 $1"),
        (vec![replace("/тг/", "$$")], "100 тг", "100 $"),
        (vec![replace("курс тенге", "курс")], "О курсах «тенге», курсе тенге и курстенге", "О курс», курс и курстенге"),
        (vec![replace("c+", "D")], "c++ c+", "D+ D"),
        (vec![replace("казнет", "Казнет")], "Новости казнета", "Новости Казнет"),
        (vec![replace("a", "b"), replace("b", "c")], "a", "c"),
        (vec![replace("/ /", "\n\t  ")], "a b", "a b"),
        (vec![replace("/.+/", "")], "Весь заголовок", "Весь заголовок"),
        (vec![replace("/.+/", " \u{0} ")], "Весь заголовок", "Весь заголовок"),
    ];
    for (replace, before, after) in cases {
        let rules = Rules { replace, ..Rules::default() };
        assert_eq!(judged(vec![item(before, "/1", "", "")], &rules).entries[0].title, after, "{before}");
    }
    let rules = Rules { drop: vec![title("пожар")], replace: vec![replace("возгоран", "пожар")], ..Rules::default() };
    assert_eq!(judged(vec![item("Возгорание в доме", "/1", "", "")], &rules).dropped[0].title, "пожар в доме");
}

#[test]
fn replacing_cannot_make_a_title_grow_without_end() {
    let double = Replace { title: pattern("/.+/"), with: "$0 $0".to_owned() };
    let rules = Rules { replace: vec![double; 100], ..Rules::default() };
    let title = judged(vec![item("слово", "/1", "", "")], &rules).entries.remove(0).title;
    assert!(title.chars().count() <= 501, "{}", title.len());
}
