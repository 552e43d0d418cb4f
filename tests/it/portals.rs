//! Article pages in the shapes of Kazakhstan's portals, each with what is to come out of it beside it: a case is two files in the folder
//! `portals`.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use taspa::article::{self, Article, Context};
use taspa::{config, decode};
use url::Url;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/portals")
}

/// The names of all cases.
fn cases() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|file| file.strip_suffix(".html").map(str::to_owned)).collect();
    names.sort();
    assert!(names.len() >= 20, "only {names:?}");
    names
}

fn expected(name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder().join(format!("{name}.json"))).unwrap()).unwrap()
}

fn read(name: &str, expected: &Value) -> Article {
    let body = fs::read(folder().join(format!("{name}.html"))).unwrap();
    let page = decode::decode(body, None);
    assert!(!page.is_lossy, "{name}");
    let url = Url::parse(expected["url"].as_str().unwrap()).unwrap();
    let rules = config::Article::default();
    let now: DateTime<Utc> = "2025-09-17T12:00:00Z".parse().unwrap();
    let context = Context { url: Some(&url), zone: chrono_tz::Asia::Almaty, now, title: None, rules: &rules };
    article::read(&page.text, context).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A list as its source typed it, with dashes, says the same without.
fn line(text: &str) -> String {
    text.trim_start_matches(['-', '–', '—', '•', ' ']).trim().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Checks every case with `check`, and tells all that fail at once.
fn each(check: impl Fn(&Value, &Article) -> Vec<String>) {
    let mut complaints = Vec::new();
    for name in cases() {
        let expected = expected(&name);
        let article = read(&name, &expected);
        complaints.extend(check(&expected, &article).into_iter().map(|complaint| format!("{name}: {complaint}")));
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn no_sentence_is_lost_and_none_is_out_of_place() {
    each(|expected, article| {
        // The cells of tables may stand in the text, and are not required to.
        let cells = strings(&expected["cells"]).join(" ");
        let wanted: Vec<String> = strings(&expected["text"]).iter().map(|text| line(text)).collect();
        let found: Vec<String> = article.text.lines().map(line).filter(|text| !is_of_cells(text, &cells)).collect();
        let missing = wanted.iter().filter(|text| !found.contains(text)).map(|text| format!("missing: {text}"));
        let left = found.iter().filter(|text| !wanted.contains(text)).map(|text| format!("left in: {text}"));
        let mut complaints: Vec<String> = missing.chain(left).collect();
        if complaints.is_empty() && wanted != found {
            complaints.push("the order differs".to_owned());
        }
        complaints
    });
}

fn is_of_cells(line: &str, cells: &str) -> bool {
    !cells.is_empty() && line.split([' ', '\t', '|']).filter(|word| !word.is_empty()).all(|word| cells.contains(word))
}

#[test]
fn nothing_of_the_furniture_survives() {
    each(|expected, article| {
        // Captions are judged elsewhere.
        let without_captions: String =
            article.html.split("<figcaption>").map(|part| part.split_once("</figcaption>").map_or(part, |(_, rest)| rest)).collect();
        let html = taspa::normalise::text_of(&without_captions);
        let captions = strings(&expected["captions"]).join("\n");
        let text = strings(&expected["text"]).join("\n");
        strings(&expected["furniture"])
            .into_iter()
            .filter(|furniture| {
                furniture.chars().count() > 4 && !text.contains(furniture.as_str()) && !captions.contains(furniture.as_str())
            })
            .filter(|furniture| article.text.contains(furniture.as_str()) || html.contains(furniture.as_str()))
            .map(|furniture| format!("survives: {furniture}"))
            .collect()
    });
}

#[test]
fn pictures_have_true_captions_only() {
    each(|expected, article| {
        let captions: Vec<String> = article
            .html
            .split("<figcaption>")
            .skip(1)
            .filter_map(|rest| rest.split("</figcaption>").next())
            .map(taspa::normalise::text_of)
            .collect();
        let credit = expected["credit"].as_str().unwrap_or("\u{0}");
        let wanted = strings(&expected["captions"]);
        let missing = wanted
            .iter()
            .filter(|caption| !captions.iter().any(|found| found.contains(caption.as_str())))
            .map(|caption| format!("no caption: {caption}"));
        let left = captions
            .iter()
            .filter(|found| !wanted.iter().any(|caption| found.contains(caption.as_str())) && !found.contains(credit))
            .map(|found| format!("no true caption: {found}"));
        missing.chain(left).collect()
    });
}

#[test]
fn metadata_are_those_of_the_page() {
    each(|expected, article| {
        let date = article.published.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true));
        let is_same_day = expected["date_published"].as_str().is_some_and(|date| date.ends_with("T19:00:00Z"));
        let found = serde_json::json!({
            "title": article.title,
            "authors": article.authors,
            // A day alone says no more than that.
            "date_published": if is_same_day { expected["date_published"].clone() } else { date.into() },
            "language": article.language().map(|language| language.as_str()),
            "image": article.image.as_ref().map(Url::as_str),
            "categories": article.categories,
            "credit": article.credit,
        });
        let keys = ["title", "authors", "date_published", "language", "image", "categories", "credit"];
        let differs = |key: &&str| found[*key] != expected[*key];
        keys.iter().filter(|key| differs(key)).map(|key| format!("{key}: {} instead of {}", found[*key], expected[*key])).collect()
    });
}
