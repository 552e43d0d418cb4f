//! Feeds captured from the live web, polled by the real binary. They lie beside the checkout, not in it; without them these tests
//! say so and pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::support::binary::Workplace;
use crate::support::eventually;
use crate::support::http::get;
use crate::support::origin::{Origin, Reply};

/// A head that says nothing, and is another than the first: what comes under it is read once more.
const AGAIN: &str = "application/octet-stream; again=1";

/// The feeds of one folder of the corpus, by path; None with a word where it is missing.
fn corpus(folder: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(folder);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).ok().into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| ["xml", "rss", "atom", "json"].iter().any(|known| extension == *known)));
    files.sort();
    if files.is_empty() {
        eprintln!("skipped: no corpus at {}", root.display());
        return None;
    }
    Some(files)
}

/// A config with every file as a source of the origin, polled once a year.
fn config(origin: &Origin, files: &[PathBuf]) -> String {
    let mut text = String::from(
        "[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nhost_spacing = \"0s\"\nper_host = 16\n\
         [defaults]\nschedule = \"0 0 1 1 *\"\nallow_private = true\ninitial = 10000\n[[view]]\nname = \"all\"\nlimit = 1000\n",
    );
    for (number, file) in files.iter().enumerate() {
        let path = format!("/{number}");
        origin.put(&path, Reply::ok(fs::read(file).unwrap()).etag(format!("\"{number}\"")));
        text.push_str(&format!("[[source]]\nname = \"s{number}\"\nurl = \"{}\"\n", origin.url(&path)));
    }
    text
}

fn fetch(workplace: &Workplace) -> Vec<Value> {
    let output = workplace.taspa(&["fetch", "--json"]).expect_code(0);
    let mut lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["name"].as_str().unwrap()[1..].parse::<usize>().unwrap());
    lines
}

fn sum(lines: &[Value], key: &str) -> u64 {
    lines.iter().map(|line| line[key].as_u64().unwrap_or(0)).sum()
}

/// How many items a document holds, told without our parser: by counting their end tags.
fn items_in(file: &Path) -> Option<usize> {
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    let plain: String = text
        .split("<![CDATA[")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("]]>").map_or("", |(_, rest)| rest) })
        .collect();
    if text.trim_start().starts_with('{') {
        return Some(serde_json::from_str::<Value>(&text).ok()?["items"].as_array()?.len());
    }
    Some(plain.matches("</item>").count() + plain.matches("</entry>").count())
}

fn is_feed(file: &Path) -> bool {
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    ["<rss", "<feed", "<rdf:RDF", "jsonfeed.org"].iter().any(|root| text.contains(root))
}

#[test]
fn every_real_feed_is_stored_once() {
    let Some(files) = corpus("real") else { return };
    let origin = Origin::start();
    let workplace = Workplace::new();
    workplace.config(&config(&origin, &files));

    let first = fetch(&workplace);
    let parsed: Vec<usize> = first.iter().enumerate().filter(|(_, line)| line["error"].is_null()).map(|(at, _)| at).collect();
    eprintln!("{} of {} real feeds parsed, {} entries stored", parsed.len(), files.len(), sum(&first, "new"));
    for line in first.iter().filter(|line| !line["error"].is_null()) {
        let at = line["name"].as_str().unwrap()[1..].parse::<usize>().unwrap();
        eprintln!("  not: {}: {}", files[at].display(), line["error"]);
    }
    // Some files of the corpus are pieces of pages.
    let feeds = files.iter().filter(|file| is_feed(file)).count();
    assert!(parsed.len() * 100 >= feeds * 98, "{} of {feeds} feeds are refused", feeds - parsed.len());
    for at in &parsed {
        let left_out =
            first[*at]["problems"].as_array().unwrap().iter().filter(|problem| problem.as_str().unwrap().contains("left out")).count();
        let expected = items_in(&files[*at]).unwrap() - left_out;
        let stored = first[*at]["new"].as_u64().unwrap() as usize;
        assert!(stored == expected, "{}: {stored} stored of {expected} items; {}", files[*at].display(), first[*at]["problems"]);
    }

    let second = fetch(&workplace);
    assert_eq!((sum(&second, "new"), sum(&second, "changed")), (0, 0));
    assert!(parsed.iter().all(|at| second[*at]["not_modified"] == true));

    // The same bodies under another head are read again, and bring nothing new.
    for (number, file) in files.iter().enumerate() {
        origin.put(&format!("/{number}"), Reply::ok(fs::read(file).unwrap()).content_type(AGAIN));
    }
    let third = fetch(&workplace);
    assert_eq!((sum(&third, "new"), sum(&third, "changed")), (0, 0));
    assert_eq!(sum(&third, "unchanged"), sum(&first, "new"));

    let daemon = workplace.daemon();
    let feed = eventually("the merged feed", Duration::from_secs(20), || {
        let response = get(&format!("{}/feeds/all.atom", daemon.base_url()));
        (response.status == 200).then(|| response.text().to_owned())
    });
    crate::schema::assert_valid(&[&feed]);
    let stories = feed.matches("<entry>").count() as i64;
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM entry"), sum(&first, "new") as i64, "a restart stores nothing new");
    assert_eq!(stories, count("SELECT min(count(*), 1000) FROM story"));
    let newest: String = connection
        .query_row(
            "SELECT title FROM entry JOIN story ON story.lead = entry.id ORDER BY story.entered DESC, story.id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let top = feed.split("<entry><title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert_eq!(top.replace("&amp;", "&").replace("&apos;", "'").replace("&quot;", "\""), newest, "the newest stands on top");

    let reparsed = feed_rs::parser::parse(feed.as_bytes()).expect("the merged feed is well-formed");
    assert_eq!(reparsed.entries.len() as i64, stories);
    let ids: std::collections::HashSet<&str> = reparsed.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len() as i64, stories, "ids are unique");

    let document = |ending: &str| get(&format!("{}/feeds/all.{ending}", daemon.base_url()));
    let told = |feed: &feed_rs::model::Feed| -> Vec<(String, Option<String>, Option<String>)> {
        let link = |entry: &feed_rs::model::Entry| {
            entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate")).map(|link| link.href.clone())
        };
        let title = |entry: &feed_rs::model::Entry| entry.title.as_ref().map(|title| title.content.clone());
        feed.entries.iter().map(|entry| (entry.id.clone(), title(entry), link(entry))).collect()
    };
    for ending in ["rss", "json"] {
        let document = document(ending);
        let other = feed_rs::parser::parse(document.text().as_bytes()).unwrap_or_else(|error| panic!("{ending}: {error}"));
        for (one, other) in told(&reparsed).iter().zip(told(&other)) {
            assert_eq!((&one.0, &one.2), (&other.0, &other.2), "{ending}: ids and links are the same");
        }
        assert_eq!(other.entries.len() as i64, stories, "{ending}");
    }
    let page = document("html");
    assert_eq!(page.text().matches("<article").count() as i64, stories);
    assert!(!page.text().contains("<script") && !page.text().contains("javascript:"), "what sources sent does nothing on the page");
}

#[test]
fn quirks_of_all_kinds_neither_stop_a_poll_nor_enter_twice() {
    let Some(files) = corpus("feedparser") else { return };
    let origin = Origin::start();
    let workplace = Workplace::new();
    workplace.config(&config(&origin, &files));
    let first = fetch(&workplace);
    let parsed = first.iter().filter(|line| line["error"].is_null()).count();
    eprintln!("{parsed} of {} documents with quirks parsed, {} entries stored", files.len(), sum(&first, "new"));
    assert!(parsed * 100 >= files.len() * 99, "{parsed} of {} are read", files.len());
    for (number, file) in files.iter().enumerate() {
        origin.put(&format!("/{number}"), Reply::ok(fs::read(file).unwrap()).content_type(AGAIN));
    }
    let second = fetch(&workplace);
    assert_eq!((sum(&second, "new"), sum(&second, "changed")), (0, 0));
    assert_eq!(sum(&second, "unchanged"), sum(&first, "new"));
}
