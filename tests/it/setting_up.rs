//! What an admin does to set up a source: `taspa preview`, `taspa add`, `taspa extract`.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::binary::{Workplace, run};
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Origin, Reply};

const CONFIG: &str = "# ours\n[server]\nlisten = \"127.0.0.1:0\" # any\n\n[fetch]\nhost_spacing = \"0s\"\n\n# The first source.\n[[source]]\nname = \"old\"\n\
                      url = \"https://old.example/rss\"\n# The last word.\n\n[[view]]\nname = \"x\" # kept\n";

fn page(file: &str) -> Vec<u8> {
    fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/site").join(file)).unwrap()
}

fn origin() -> Origin {
    let origin = Origin::start();
    origin.put("/ru/all", Reply::ok(page("all.html")).content_type("text/html; charset=utf-8"));
    origin.put("/news.rss", Reply::ok(rss(&[Item::new(1), Item::new(2), Item::new(3), Item::new(4), Item::new(5), Item::new(6)])));
    let html =
        "<!DOCTYPE html><title>x</title><link rel=\"alternate\" type=\"application/rss+xml\" title=\"News\" href=\"/news.rss\"><p>Hello";
    origin.put("/front", Reply::ok(html).content_type("text/html"));
    origin.put("/empty", Reply::ok("<!DOCTYPE html><title>x</title><p>Nothing here").content_type("text/html"));
    origin
}

#[test]
fn add_writes_a_found_feed_and_keeps_the_file_as_it_is() {
    let (origin, workplace) = (origin(), Workplace::new());
    workplace.config(CONFIG);
    let output = workplace
        .taspa(&["add", &origin.url("/front"), "--name", "fresh", "--tag", "press", "--tag", "ru", "--allow-private"])
        .expect_code(0);
    assert!(output.stdout.contains("added fresh") && output.stdout.contains(&origin.url("/news.rss")), "{output}");
    assert_eq!(
        output.stdout.lines().filter(|line| line.contains("https://") && line.starts_with("                    ")).count(),
        5,
        "{output}"
    );
    let config = fs::read_to_string(workplace.path("config.toml")).unwrap();
    let added = format!(
        "\n[[source]]\nname = \"fresh\"\nurl = \"{}\"\ntags = [\"press\", \"ru\"]\nallow_private = true\n",
        origin.url("/news.rss")
    );
    assert!(config.contains(&added), "{config}");
    let rest = config.replace(&added, "");
    assert_eq!(rest, CONFIG, "nothing else has changed");
    workplace.taspa(&["check"]).expect_code(0);
    let output = workplace.taspa(&["fetch", "fresh"]).expect_code(0);
    assert!(output.stdout.contains("fresh: 6 new"), "{output}");
}

#[test]
fn add_proposes_a_listing_where_there_is_no_feed() {
    let (origin, workplace) = (origin(), Workplace::new());
    workplace.config(CONFIG);
    let output = workplace.taspa(&["add", &origin.url("/ru/all"), "--name", "portal", "--allow-private"]).expect_code(0);
    assert!(output.stdout.contains("В Атырау построят завод"), "{output}");
    let config = fs::read_to_string(workplace.path("config.toml")).unwrap();
    assert!(config.contains("[source.listing]\nitem = "), "{config}");
    workplace.taspa(&["check"]).expect_code(0);
    let output = workplace.taspa(&["fetch", "portal"]).expect_code(0);
    assert!(output.stdout.contains("portal: 6 new"), "{output}");
}

#[test]
fn add_refuses_what_is_there_already_and_what_gives_nothing() {
    let (origin, workplace) = (origin(), Workplace::new());
    workplace.config(CONFIG);
    for (arguments, message) in [
        (vec!["add", "http://www.old.example/rss/"], "the source `old` has https://old.example/rss already"),
        (vec!["add", &origin.url("/news.rss"), "--name", "old"], "there is a source `old` already"),
        (vec!["add", &origin.url("/news.rss"), "--name", "a b"], "may not stand in a name"),
        (vec!["add", "ftp://old.example/"], "cannot be polled"),
        (vec!["add", &origin.url("/empty"), "--allow-private"], "error: "),
        (vec!["add", &origin.url("/missing")], "404 Not Found"),
    ] {
        let output = workplace.taspa(&arguments).expect_code(1);
        assert!(output.stderr.contains(message), "{arguments:?}: {output}");
        assert_eq!(fs::read_to_string(workplace.path("config.toml")).unwrap(), CONFIG);
    }
    workplace.taspa(&["add", &origin.url("/news.rss"), "--name", "one"]).expect_code(0);
    let before = fs::read_to_string(workplace.path("config.toml")).unwrap();
    let output = workplace.taspa(&["add", &origin.url("/front"), "--name", "two", "--allow-private"]).expect_code(1);
    assert!(output.stderr.contains("the source `one` has"), "the feed that was found is known: {output}");
    assert_eq!(fs::read_to_string(workplace.path("config.toml")).unwrap(), before);
}

#[test]
fn preview_needs_no_config_and_prints_what_to_paste() {
    let (origin, workplace) = (origin(), Workplace::new());
    let output = workplace.taspa(&["preview", &origin.url("/ru/all"), "--allow-private"]).expect_code(0);
    assert!(output.stdout.contains("is a page that lists news"), "{output}");
    let (_, table) = output.stdout.split_once("for config.toml:\n\n").unwrap();
    workplace.config(table);
    workplace.taspa(&["check"]).expect_code(0);
    let output = workplace.taspa(&["preview", &origin.url("/news.rss"), "--json"]).expect_code(0);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((object["kind"].as_str(), object["items"].as_array().map(Vec::len)), (Some("feed"), Some(6)), "{object}");
    let output = workplace.taspa(&["preview", &origin.url("/empty"), "--allow-private"]).expect_code(1);
    assert!(output.stderr.contains("error: ") && output.stderr.contains("hint: "), "{output}");
    workplace.taspa(&["preview", "nobody"]).expect_code(2);
}

fn extract(workplace: &Workplace, arguments: &[&str], input: Option<&str>) -> (Vec<Value>, i32) {
    let mut command = workplace.command(&[&["extract", "--json"], arguments].concat());
    let output = match input {
        None => run(command),
        Some(input) => {
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let lines = String::from_utf8(output.stdout).unwrap();
            return (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code().unwrap());
        }
    };
    (output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.code.unwrap())
}

#[test]
fn extract_gives_a_line_for_every_path_in_their_order_also_on_error() {
    let workplace = Workplace::new();
    fs::write(workplace.path("good.html"), page("372110.html")).unwrap();
    fs::write(workplace.path("garbage.html"), [0xff, 0x00, 0x3c, 0x80].repeat(1000)).unwrap();
    fs::write(workplace.path("huge.html"), "<p>word word word</p>".repeat(600_000)).unwrap();
    fs::write(workplace.path("deep.html"), "<div>".repeat(100_000)).unwrap();
    let paths = ["good.html", "missing.html", "garbage.html", "huge.html", "deep.html", "good.html"];
    let (lines, code) = extract(&workplace, &paths, None);
    assert_eq!(code, 1, "some failed");
    assert_eq!(lines.iter().map(|line| line["path"].as_str().unwrap()).collect::<Vec<_>>(), paths);
    for key in
        ["path", "error", "title", "text", "html", "canonical", "author", "date_published", "language", "image", "categories", "removed"]
    {
        assert!(lines.iter().all(|line| line.get(key).is_some()), "{key}");
    }
    assert!(lines[0]["error"].is_null() && lines[0] == lines[5], "{}", lines[0]);
    assert!(lines[1]["error"].as_str().unwrap().contains("No such file"), "{}", lines[1]);
    assert!(lines[3]["error"].is_string() && lines[4]["error"].is_string(), "what is no page of news is refused");
    assert_eq!(lines[0]["title"], "В Атырау построят завод по переработке рыбных отходов");
    assert_eq!(lines[0]["language"], "ru");
}

#[test]
fn extract_reads_paths_from_standard_input_by_the_thousand() {
    let workplace = Workplace::new();
    fs::write(workplace.path("a.html"), page("372110.html")).unwrap();
    let (lines, code) = extract(&workplace, &[], Some(&"a.html\nnone.html\n".repeat(500)));
    assert_eq!((lines.len(), code), (1000, 1));
    assert!(lines.iter().enumerate().all(|(index, line)| line["error"].is_null() == (index % 2 == 0)));
    let (lines, code) = extract(&workplace, &[], Some(""));
    assert_eq!((lines.len(), code), (0, 0));
}

#[test]
fn extract_reads_a_date_without_a_zone_where_it_is_told_to() {
    let workplace = Workplace::new();
    fs::write(workplace.path("a.html"), page("372110.html")).unwrap();
    let date = |arguments: &[&str]| extract(&workplace, arguments, None).0[0]["date_published"].as_str().unwrap().to_owned();
    let (utc, almaty) = (date(&["a.html"]), date(&["--timezone", "Asia/Almaty", "a.html"]));
    let parse = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    assert_eq!(parse(&utc) - parse(&almaty), chrono::TimeDelta::hours(5));
    let (lines, _) = extract(&workplace, &["--url", "https://dknews.kz/ru/x/1-y", "a.html"], None);
    assert!(lines[0]["image"].as_str().unwrap().starts_with("https://dknews.kz/"), "{}", lines[0]["image"]);
}

#[test]
fn extract_asks_a_private_address_only_when_told_to() {
    let (origin, workplace) = (Origin::start(), Workplace::new());
    origin.put("/x", Reply::ok(page("372110.html")).content_type("text/html"));
    let (lines, code) = extract(&workplace, &[&origin.url("/x")], None);
    assert_eq!(code, 1);
    assert!(lines[0]["error"].as_str().unwrap().contains("--allow-private"), "{}", lines[0]);
    assert!(origin.requests().is_empty());
    let (lines, code) = extract(&workplace, &["--allow-private", &origin.url("/x")], None);
    assert_eq!((code, lines[0]["title"].as_str()), (0, Some("В Атырау построят завод по переработке рыбных отходов")));
}

#[test]
fn add_keeps_line_ends_byte_order_mark_and_comments_wherever_they_stand() {
    let origin = origin();
    let source = |name: &str| format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n", origin.url("/news.rss"));
    let listing = "[[source]]\nname = \"l\"\nurl = \"https://l.example/\"\n[source.listing]\nitem = \".a\"\n";
    let cases = [
        ("# only a comment\n".to_owned(), format!("# only a comment\n\n{}", source("n"))),
        (String::new(), source("n")),
        (
            "\u{feff}[server]\r\nlisten = \"127.0.0.1:0\"\r\n".to_owned(),
            format!("\u{feff}[server]\r\nlisten = \"127.0.0.1:0\"\r\n\r\n{}", source("n").replace('\n', "\r\n")),
        ),
        (
            format!("{listing}\n# of the view\n[[view]]\nname = \"v\"\n"),
            format!("{listing}\n{}\n# of the view\n[[view]]\nname = \"v\"\n", source("n")),
        ),
        (format!("{listing}# the end, without a line end"), format!("{listing}# the end, without a line end\n\n{}", source("n"))),
    ];
    for (before, after) in cases {
        let workplace = Workplace::new();
        workplace.config(&before);
        workplace.taspa(&["add", &origin.url("/news.rss"), "--name", "n"]).expect_code(0);
        assert_eq!(fs::read_to_string(workplace.path("config.toml")).unwrap(), after, "{before:?}");
    }
}

#[test]
fn add_tells_what_to_write_where_it_may_not() {
    let (origin, workplace) = (origin(), Workplace::new());
    workplace.config("source = [{ name = \"a\", url = \"https://a.example/\" }]\n");
    let output = workplace.taspa(&["add", &origin.url("/news.rss"), "--name", "n"]).expect_code(1);
    assert!(output.stderr.contains("[[source]]"), "{output}");
}

#[test]
fn preview_by_address_looks_anew_whatever_the_selectors_say() {
    let (origin, workplace) = (origin(), Workplace::new());
    let url = origin.url("/ru/all");
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"p\"\nurl = \"{url}\"\nallow_private = true\n[source.listing]\nitem = \".gone\"\n"));
    let output = workplace.taspa(&["preview", "p"]).expect_code(1);
    assert!(output.stderr.contains("`.gone`") && output.stderr.contains(&format!("`taspa preview {url}`")), "{output}");
    let output = workplace.taspa(&["preview", &url]).expect_code(0);
    assert!(output.stdout.contains("6 items"), "{output}");
}

#[test]
fn extract_answers_each_path_as_it_comes() {
    let workplace = Workplace::new();
    fs::write(workplace.path("a.html"), page("372110.html")).unwrap();
    let mut child = workplace.command(&["extract", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), std::io::BufReader::new(child.stdout.take().unwrap()));
    for path in [&b"a.html\n"[..], b"no-utf8-\xff.html\n", b"a.html\n"] {
        input.write_all(path).unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["error"].is_null(), path[0] == b'a', "{object}");
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
