//! config.toml: what it means, what is refused and how, and the files that are generated from its declarations.

use std::fs;
use std::path::Path;

use taspa::config::{self, ConfigError, Settings, When};

fn settings(text: &str) -> Settings {
    config::parse(Path::new("config.toml"), text).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything that is said against a text, as a person sees it.
fn refusal(text: &str) -> String {
    match config::parse(Path::new("config.toml"), text) {
        Err(ConfigError::Invalid(invalid)) => invalid.render(false),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_empty_file_has_every_default_and_the_view_all() {
    let settings = settings("");
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.store.path, Path::new("taspa.sqlite"));
    assert_eq!((settings.fetch.concurrency, settings.fetch.per_host, settings.fetch.max_body.0), (64, 2, 8 << 20));
    assert_eq!(settings.views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["all"]);
    assert!(settings.sources.is_empty());
}

#[test]
fn a_source_says_otherwise_than_defaults_which_say_otherwise_than_the_program() {
    let settings = settings(
        "[defaults]\ntimezone = \"Asia/Almaty\"\ntags = [\"press\"]\n\
         [[source]]\nname = \"a\"\nurl = \"https://a.kz/rss\"\n\
         [[source]]\nname = \"b\"\nurl = \"https://b.kz/rss\"\ntimezone = \"UTC\"\ntags = []\n",
    );
    let [a, b] = settings.sources.as_slice() else { panic!("two sources") };
    assert_eq!((a.keys.timezone.name(), b.keys.timezone.name()), ("Asia/Almaty", "UTC"));
    assert_eq!((a.keys.tags.len(), b.keys.tags.len()), (1, 0));
    assert_eq!(a.keys.schedule.to_string(), "*/15 * * * *");
}

#[test]
fn the_view_all_stands_beside_others_until_the_admin_takes_it_away() {
    let names = |text: &str| settings(text).views.iter().map(|view| view.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names("[[view]]\nname = \"x\"\n"), ["all", "x"]);
    assert_eq!(names("[[view]]\nname = \"all\"\nlimit = 5\n"), ["all"]);
    assert_eq!(names("[[view]]\nname = \"all\"\nenabled = false\n[[view]]\nname = \"x\"\n"), ["x"]);
}

#[test]
fn relative_paths_are_relative_to_the_file() {
    let settings = config::parse(Path::new("/etc/taspa/config.toml"), "[store]\npath = \"data/x.sqlite\"\n").unwrap();
    assert_eq!(settings.store.path, Path::new("/etc/taspa/data/x.sqlite"));
}

#[test]
fn everything_wrong_is_told_in_one_go() {
    insta::assert_snapshot!(refusal(
        r#"[server]
listen = "nowhere"
prot = 3

[defaults]
timezone = "Asia/Almati"
schedule = "*/75 * * * *"

[[source]]
name = "қазақ портал"
url = "ftp://x.kz/feed"
shedule = "* * * * *"

[[source]]
name = "two"
url = "https://user:secret@a.kz/"
tags = "press"
schedule = "0 0 30 2 *"
initial = 99999999

[[source]]
name = "two"
url = "not a url"

[[source]]
title = "no name"

[[view]]
title = 3
limit = 0
"#
    ));
}

#[test]
fn a_key_that_belongs_to_another_table_is_led_to_its_name_here() {
    let told = |text: &str| config::parse(Path::new("config.toml"), text).unwrap_err().to_string();
    let source = told("[[source]]\nname = \"a\"\nurl = \"https://a.kz/rss\"\nstrictness = \"eager\"\n");
    assert!(source.contains("did you mean `dedup`?"), "{source}");
    let view = told("[[source]]\nname = \"a\"\nurl = \"https://a.kz/rss\"\n[[view]]\nname = \"v\"\nstory = false\n");
    assert!(view.contains("did you mean `stories`?"), "{view}");
}

#[test]
fn each_type_says_what_to_write_instead() {
    insta::assert_snapshot!(refusal(
        r#"[fetch]
timeout = "30 parsecs"
max_body = "8"
host_spacing = 1
concurrency = -1
proxy = ""
ca_file = ""
[store]
path = 5
[server]
connections = 0
public_url = "example.kz"
[defaults]
enabled = "yes"
language = "русский"
article = "sometimes"
tags = ["a b"]
[dedup]
enabled = 1
"#
    ));
}

#[test]
fn a_view_of_unknown_sources_and_tags_is_refused() {
    insta::assert_snapshot!(refusal(
        "[[source]]\nname = \"tengrinews\"\nurl = \"https://a.kz/\"\ntags = [\"press\"]\n\
         [[view]]\nname = \"x\"\nsources = [\"tengrinew\"]\ntags = [\"presse\", \"kk\"]\n\
         [[view]]\nname = \"x\"\n"
    ));
}

#[test]
fn broken_toml_is_told_with_its_place() {
    insta::assert_snapshot!(refusal("[server]\nlisten = \"127.0.0.1:80\n[[source]]\nname = a\n[store\npath = \"x\"\npath = \"y\"\n"));
}

#[test]
fn tables_of_the_wrong_kind_are_told() {
    insta::assert_snapshot!(refusal("server = 5\nview = [1]\n[source]\nname = \"a\"\n[sources]\n"));
}

#[test]
fn hostile_files_are_refused_without_a_panic() {
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("[[source]]\nname = \"{}\"\nurl = \"https://{}/\"\n", "ж".repeat(5000), "a".repeat(100_000));
    for text in [deep.as_str(), long.as_str(), "\u{feff}[server]\nlisten = 1", "\0", "[server]\r\nlisten = \"\u{1f4a9}\"\r\n"] {
        assert!(!refusal(text).is_empty());
    }
}

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
    assert_eq!(read("docs/config.md"), config::markdown(), "run `just generate`");
    assert_eq!(read("docs/config.schema.json"), format!("{:#}\n", config::json_schema()), "run `just generate`");
    let shipped = read("config.toml");
    assert!(shipped.contains(&config::example()), "config.toml holds what `taspa schema --toml` prints");
}

#[test]
fn the_shipped_config_is_valid_and_polls_kazakhstans_press() {
    let settings = config::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml")).unwrap_or_else(|error| panic!("{error}"));
    assert!(settings.sources.iter().filter(|source| source.keys.enabled).count() >= 15);
    for language in ["ru", "kk", "en"] {
        let speaks = |source: &config::Source| source.keys.language.as_ref().is_some_and(|known| known.as_str() == language);
        assert!(settings.sources.iter().any(|source| speaks(source)), "{language}");
    }
    assert!(settings.sources.iter().all(|source| source.keys.timezone.name() == "Asia/Almaty"));
}

#[test]
fn every_default_and_example_is_valid_by_itself() {
    // The commented keys, taken out of their comments; `schedule` and `every` exclude each other.
    let active: String = config::example()
        .lines()
        .filter(|line| !line.starts_with("#schedule"))
        .map(|line| format!("{}\n", line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line)))
        .collect();
    let settings = settings(&active);
    assert_eq!(settings.fetch.concurrency, 64);
    assert_eq!(settings.server.public_url.unwrap().as_str(), "https://news.example.kz/");
}

#[test]
fn a_source_has_one_schedule_and_what_it_writes_stands_in_place_of_the_defaults() {
    let schedule = |defaults: &str, keys: &str| {
        let text = format!("[defaults]\n{defaults}\n[[source]]\nname = \"a\"\nurl = \"https://a.kz/\"\n{keys}\n");
        config::parse(Path::new("config.toml"), &text).map(|settings| settings.sources[0].keys.schedule.to_string())
    };
    let cases = [
        ("", "", "*/15 * * * *"),
        ("", "every = \"10m\"", "every 10m"),
        ("", "schedule = \"auto\"", "auto"),
        ("every = \"10m\"", "", "every 10m"),
        ("every = \"10m\"", "schedule = \"0 * * * *\"", "0 * * * *"),
        ("schedule = \"auto\"", "every = \"1h\"", "every 1h"),
    ];
    for (defaults, keys, expected) in cases {
        assert_eq!(schedule(defaults, keys).unwrap(), expected, "{defaults} / {keys}");
    }
    let both = schedule("", "every = \"10m\"\nschedule = \"auto\"").unwrap_err().to_string();
    assert!(both.contains("`every` and `schedule` both say when it is polled"), "{both}");
    let crossed = schedule("", "min_interval = \"2h\"\nmax_interval = \"1h\"").unwrap_err().to_string();
    assert!(crossed.contains("`min_interval` (2h) is longer than `max_interval` (1h)"), "{crossed}");
}

#[test]
fn a_listing_says_where_the_news_stand() {
    let settings = settings(
        r#"[[source]]
name = "dknews"
url = "https://dknews.kz/ru/all"
[source.listing]
item = ".item"
title = "span"
date = "time@datetime"
link = "@href"
next = "a.next@href"
pages = 2
date_format = "%d.%m.%Y %H:%M"
base = "https://dknews.kz/"
"#,
    );
    let listing = settings.sources[0].listing.as_ref().unwrap();
    assert_eq!(listing.item.to_string(), ".item");
    assert_eq!(listing.link.as_ref().unwrap().to_string(), "@href");
    assert_eq!((listing.pages, listing.date_format.as_ref().unwrap().as_str()), (2, "%d.%m.%Y %H:%M"));
    let pasted = format!("[[source]]\nname = \"x\"\nurl = \"https://x.kz/\"\n{}", listing.to_toml());
    let again = config::parse(Path::new("config.toml"), &pasted).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.sources[0].listing.as_ref().unwrap().to_toml(), listing.to_toml(), "what is printed to be pasted says the same");
}

#[test]
fn article_is_a_word_or_a_table() {
    let article = |lines: &str| {
        let text = format!("[defaults]\narticle = \"auto\"\n[[source]]\nname = \"a\"\nurl = \"https://a.kz/\"\n{lines}");
        settings(&text).sources[0].keys.article.0.clone()
    };
    assert_eq!(article("").fetch, When::Auto, "from [defaults]");
    assert_eq!(article("article = true").fetch, When::Always);
    assert_eq!(article("article = false").fetch, When::Never);
    let table = article("[source.article]\ncontent = \".text\"\nremove = [\".poll\"]\ncut_after = [\"Подписывайтесь\"]\n");
    assert_eq!(table.fetch, When::Always, "who describes articles wants them");
    assert_eq!(table.content.unwrap().as_str(), ".text");
    assert_eq!(article("[source.article]\nfetch = \"auto\"\n").fetch, When::Auto);
}

#[test]
fn what_is_wrong_below_a_source_is_told_in_its_place() {
    insta::assert_snapshot!(refusal(
        r#"[[source]]
name = "a"
url = "https://a.kz/"
[source.listing]
title = "h2 >"
link = "a@"
date_format = "%Q"
nexxt = "a"
[source.article]
fetch = "sometimes"
remove = [".ok", "p["]
contents = "div"
[[source]]
name = "b"
url = "https://b.kz/"
listing = ".item"
[[source]]
name = "c"
url = "https://c.kz/"
[source.listing]
item = "a@href"
"#
    ));
}

#[test]
fn rules_are_words_or_tables() {
    let settings = settings(
        r#"[defaults]
drop = ["гороскоп"]
[[source]]
name = "a"
url = "https://a.kz/"
keep = [{ category = "экономика", author = "/^Иванов/" }, { url = "/\\/ru\\//" }]
replace = [{ title = "/^Видео: /" }, { title = "фото", with = "снимок" }]
"#,
    );
    let rules = settings.sources[0].keys.rules();
    assert_eq!(rules.drop.iter().map(ToString::to_string).collect::<Vec<_>>(), ["title = `гороскоп`"], "from [defaults]");
    assert_eq!(
        rules.keep.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["category = `экономика`, author = `/^Иванов/`", r"url = `/\/ru\//`"]
    );
    assert_eq!(rules.replace.iter().map(|rule| rule.with.as_str()).collect::<Vec<_>>(), ["", "снимок"]);
}

#[test]
fn a_wrong_rule_is_told_in_its_place() {
    insta::assert_snapshot!(refusal(
        r#"[[source]]
name = "a"
url = "https://a.kz/"
keep = ["", {}]
drop = [{ title = "/(/" }, { titel = "x" }, 5]
replace = [{ with = "x" }]
"#
    ));
}

#[test]
fn tracking_parameters_apply_to_all_sources() {
    let settings = settings(
        "[dedup]\ntracking = [\"partner\", \"Promo_*\"]\n[[source]]\nname = \"a\"\nurl = \"https://a.kz/\"\n\
         [[source]]\nname = \"b\"\nurl = \"https://b.kz/\"\n",
    );
    let bare = settings.bare_source("https://c.kz/".parse().unwrap());
    for source in settings.sources.iter().map(AsRef::as_ref).chain([&bare]) {
        let is_tracking = |name: &str| source.tracking.iter().any(|tracking| tracking.matches(name));
        assert!(["partner", "promo_", "promo_x"].into_iter().all(is_tracking), "{}", source.name);
        assert!(!["partners", "promo", "a_promo_x", "id"].into_iter().any(is_tracking), "{}", source.name);
    }
}

#[test]
fn a_wrong_tracking_parameter_is_told_in_its_place() {
    insta::assert_snapshot!(refusal(
        r#"[dedup]
tracking = ["*", "i*", "a*b", "ab**", "partner=", "?utm", "a&b", "партнёр", "", "ok", 5]
"#
    ));
}
