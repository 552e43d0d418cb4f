//! The file: what is refused, what migrations leave, and how its statements find their rows.

use std::fs;
use std::path::Path;

use crate::support::binary::Workplace;
use crate::support::feeds::{Item, rss};
use crate::support::origin::{Origin, Reply};

fn workplace(origin: &Origin) -> Workplace {
    origin.put("/a", Reply::ok(rss(&[Item::new(1)])));
    let workplace = Workplace::new();
    workplace.config(&format!(
        "[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{}\"\nallow_private = true\n",
        origin.url("/a")
    ));
    workplace
}

#[test]
fn the_file_is_made_as_the_design_asks() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch"]).expect_code(0);
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
    assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".to_owned()));
    assert_eq!(pragma("auto_vacuum"), rusqlite::types::Value::Integer(2), "incremental");
    assert_eq!(pragma("application_id"), rusqlite::types::Value::Integer(0x7461_7370));
    assert_eq!(pragma("user_version"), rusqlite::types::Value::Integer(9));
    let loose: i64 = connection
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
    let broken: i64 = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch"]).expect_code(0);
    rusqlite::Connection::open(workplace.database()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for verb in ["fetch", "run", "status"] {
        let output = workplace.taspa(&[verb]).expect_code(1);
        assert!(output.stderr.contains("was written by a newer taspa: its schema is 99, this program knows 9"), "{output}");
        assert!(output.stderr.contains("hint: "), "{output}");
    }
}

/// What the first version of the schema held comes through every migration since.
#[test]
fn a_file_of_the_first_schema_is_brought_up_to_date_and_keeps_everything() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    let first = rusqlite::Connection::open(workplace.database()).unwrap();
    first.execute_batch(include_str!("../../src/store/schema/001.sql")).unwrap();
    first
        .execute_batch(
            "PRAGMA application_id = 0x74617370; PRAGMA user_version = 1;
             INSERT INTO meta VALUES ('authority', 'old.example'), ('born', '2025-01-01'), ('generation', 7);
             BEGIN;
             INSERT INTO source (id, name, url, schedule, etag) VALUES (1, 'a', 'https://old.example/', '0 0 * * * UTC', x'2261');
             INSERT INTO entry (id, source, story, title, published, updated, first_seen, entered, keys, text_hash, hash)
                 VALUES (1, 1, 1, 'Old news', 100, 100, 100, 100, 0, x'00', x'00');
             INSERT INTO story (id, lead, entered, updated) VALUES (1, 1, 100, 100);
             INSERT INTO entry_text VALUES (1, NULL, '<p>As it was.</p>', '{}');
             COMMIT;",
        )
        .unwrap();
    drop(first);
    workplace.taspa(&["fetch"]).expect_code(0);
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let old: (String, String, i64) = connection
        .query_row("SELECT title, content, is_held FROM entry JOIN entry_text ON entry = id WHERE id = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(old, ("Old news".to_owned(), "<p>As it was.</p>".to_owned(), 0));
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 9);
}

/// A file in which addresses had another canonical form, and texts no length.
#[test]
fn entries_of_the_second_schema_are_known_by_their_new_addresses() {
    let origin = Origin::start();
    let item =
        |link: &str, title: &str| format!("<item><link>{link}</link><title>{title}</title><description>Новый текст</description></item>");
    let items = item("https://old.example/news/1", "Исправлено") + &item("https://old.example/news/1500", "Исправлено тоже");
    origin.put("/a", Reply::ok(format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>")));
    let workplace = Workplace::new();
    let url = origin.url("/a");
    workplace.config(&format!("[fetch]\nhost_spacing = \"0s\"\n[[source]]\nname = \"a\"\nurl = \"{url}\"\nallow_private = true\n"));
    let old = rusqlite::Connection::open(workplace.database()).unwrap();
    old.execute_batch(include_str!("../../src/store/schema/001.sql")).unwrap();
    old.execute_batch(include_str!("../../src/store/schema/002.sql")).unwrap();
    old.execute_batch(&format!(
        "PRAGMA application_id = 0x74617370; PRAGMA user_version = 2;
         INSERT INTO meta VALUES ('authority', 'old.example'), ('born', '2025-01-01'), ('generation', 7);
         BEGIN;
         INSERT INTO source (id, name, url, schedule, next_poll, last_success) VALUES (1, 'a', '{url}', '0 0 * * * UTC', 100, 100);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
             INSERT INTO entry (id, source, story, link, url, article, title, published, updated, first_seen, entered, keys, text_hash, hash)
             SELECT i, 1, i, 'http://www.old.example/news/' || i || '/', 'http://www.old.example/news/' || i || '/', -i, 'T' || i, 1, 1, 1, 1, 1, zeroblob(16), zeroblob(16) FROM n;
         INSERT INTO story (id, lead, entered, updated) SELECT id, id, 1, 1 FROM entry;
         INSERT INTO entry_key (source, key, entry) SELECT 1, article, id FROM entry;
         INSERT INTO entry_text (entry, content, details) SELECT id, '<p>Ақпарат</p>', '{{}}' FROM entry;
         UPDATE entry SET link = 'http://www.old.example/', url = 'http://www.old.example/' WHERE id = 2;
         UPDATE entry SET article = NULL WHERE id = 3;
         COMMIT;"
    ))
    .unwrap();
    drop(old);
    let line = workplace.taspa(&["fetch"]).expect_code(0).stdout;
    assert!(line.starts_with("a: 0 new, 2 changed, 0 unchanged"), "{line}");
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("SELECT count(*) FROM entry"), 1500);
    assert_eq!(
        number("SELECT count(*) FROM entry WHERE url = 'https://old.example/news/' || id AND article BETWEEN -1500 AND -1"),
        0,
        "the old key is none"
    );
    assert_eq!(number("SELECT count(*) FROM entry WHERE url = 'https://old.example/news/' || id"), 1499);
    assert_eq!(number("SELECT count(*) FROM entry WHERE article IS NULL"), 2, "a front page, and what told nothing apart");
    assert_eq!(number("SELECT count(*) FROM entry_key WHERE entry = 4 AND key = -4"), 1, "the old key stays");
    assert_eq!(number("SELECT count(*) FROM entry JOIN entry_key ON entry = id AND key = article WHERE keys >= 2"), 1498);
    assert_eq!(number("SELECT text_length FROM entry WHERE id = 7"), 7);
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    fs::write(workplace.database(), "this is a letter, not a database, and it is longer than a header of SQLite would have to be").unwrap();
    let output = workplace.taspa(&["fetch"]).expect_code(1);
    assert!(output.stderr.contains("cannot be opened as a database"), "{output}");
    assert!(fs::read_to_string(workplace.database()).unwrap().starts_with("this is a letter"));

    fs::remove_file(workplace.database()).unwrap();
    rusqlite::Connection::open(workplace.database()).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
    let output = workplace.taspa(&["fetch"]).expect_code(1);
    assert!(output.stderr.contains("is a database of another program"), "{output}");
}

#[test]
fn a_folder_that_is_doubted_is_told() {
    let workplace = Workplace::new();
    workplace.config("[store]\npath = \"no/such/folder/x.sqlite\"\n[[source]]\nname = \"a\"\nurl = \"http://127.0.0.1:9/\"\n");
    let output = workplace.taspa(&["fetch"]).expect_code(1);
    assert!(output.stderr.contains("no/such/folder/x.sqlite") && output.stderr.contains("hint: "), "{output}");
}

/// SQL texts of src/store: every string constant or literal that begins like a statement.
fn statements() -> Vec<String> {
    let mut statements = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // A string that goes on over lines: the backslash and the indentation are not part of it.
        let mut joined = String::new();
        for part in text.split("\\\n") {
            joined.push_str(if joined.is_empty() { part } else { part.trim_start() });
        }
        for literal in joined.split('"').skip(1).step_by(2) {
            if ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| literal.starts_with(verb)) {
                statements.push(literal.to_owned());
            }
        }
    }
    statements
}

/// Statements that read a whole table, and why they may.
const SCANS: [(&str, &str); 16] = [
    ("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence", "a row for each of two tables"),
    ("SELECT id FROM entry WHERE first_seen < ?1 ORDER BY id DESC", "walks the last days backwards, once a start"),
    ("SELECT name FROM source WHERE is_retired = 0", "once a start or reload"),
    ("SELECT id, name FROM source", "the table of sources is small beside the entries, and a view has to know them all"),
    ("SELECT name, last_poll, last_success", "taspa status shows every source"),
    ("SELECT source.name, subscription.hub", "taspa status shows every subscription"),
    ("SELECT subscription.id, source, source.name", "subscriptions are planned all at once, when a feed names another hub"),
    (
        "SELECT entry.id, entry.title, source.name FROM entry",
        "words of a title have no index; by hand, the newest first, until enough are found",
    ),
    ("SELECT id FROM entry WHERE link = ?1 OR url IN", "a link or guid that is no key, looked for by hand after all keys"),
    ("SELECT entry FROM entry_link WHERE link = ?1", "links as they were written, looked for by hand; most entries have none here"),
    ("SELECT written.link, entry.story", "taspa explain --all tells every link"),
    (
        "SELECT source.name, dropped.at, dropped.title, dropped.link, dropped.rule FROM",
        "by hand, and the table holds few rows of each source",
    ),
    ("SELECT rowid FROM entry_search WHERE entry_search MATCH", "a search asks the index of words"),
    ("SELECT unsearched.entry, entry.title", "walks what is yet to be indexed, the newest first, as far as one round goes"),
    ("SELECT entry_key.entry FROM source", "a key is looked for in every source, by hand; the table of sources is small"),
    ("SELECT source.name, entry_key.is_burnt", "a key is looked for in every source, by hand; the table of sources is small"),
];

#[test]
fn no_statement_scans_a_table_unawares() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch"]).expect_code(0);
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    let statements = statements();
    assert!(statements.len() > 25, "only {} statements were found", statements.len());
    for statement in statements.iter().filter(|statement| !statement.contains("sqlite_schema")) {
        let parameters = rusqlite::params_from_iter(std::iter::repeat_n(
            1_i64,
            (1..=20).rev().find(|n| statement.contains(&format!("?{n}"))).unwrap_or(0),
        ));
        let mut plan =
            connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap_or_else(|error| panic!("{statement}: {error}"));
        let steps: Vec<String> = plan.query_map(parameters, |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        // Walking an index in its order is what ORDER BY … LIMIT wants.
        let scans: Vec<&String> =
            steps.iter().filter(|step| step.starts_with("SCAN") && !step.contains("USING") && !step.contains("CONSTANT ROW")).collect();
        let is_allowed = SCANS.iter().any(|(start, _)| statement.starts_with(start));
        assert!(scans.is_empty() || is_allowed, "{statement}\n  {scans:?}");
    }
}

#[test]
fn poll_rows_are_kept_within_a_bound() {
    let origin = Origin::start();
    let workplace = workplace(&origin);
    workplace.taspa(&["fetch"]).expect_code(0);
    let connection = rusqlite::Connection::open(workplace.database()).unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO poll (source, at, duration_ms, wire_bytes, items_new, \
             items_changed, items_unchanged) SELECT 1, i, 0, 0, 0, 0, 0 FROM n",
        )
        .unwrap();
    drop(connection);
    workplace.taspa(&["fetch"]).expect_code(0);
    let rows: i64 =
        rusqlite::Connection::open(workplace.database()).unwrap().query_row("SELECT count(*) FROM poll", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 50);
}
