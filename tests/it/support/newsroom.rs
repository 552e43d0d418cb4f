//! Sources whose documents change from poll to poll, and what is stored of them.

use super::binary::Workplace;
use super::origin::{Origin, Reply};

/// An origin with feeds by name, and the binary that polls them.
pub struct Newsroom {
    pub origin: Origin,
    pub workplace: Workplace,
}

impl Newsroom {
    pub fn new(sources: &[&str], keys: &str) -> Self {
        let (origin, workplace) = (Origin::start(), Workplace::new());
        let mut config = format!("[fetch]\nhost_spacing = \"0s\"\n[defaults]\nallow_private = true\n{keys}\n");
        for source in sources {
            config.push_str(&format!("[[source]]\nname = \"{source}\"\nurl = \"{}\"\n", origin.url(&format!("/{source}"))));
        }
        workplace.config(&config);
        Self { origin, workplace }
    }

    /// Publishes a document and polls; gives the line that `taspa fetch` prints. The same document again is read again: it comes with a head of
    /// its own.
    pub fn polls(&self, source: &str, document: impl Into<Vec<u8>>) -> String {
        let head = format!("application/octet-stream; poll={}", self.origin.requests().len());
        self.origin.put(&format!("/{source}"), Reply::ok(document).content_type(&head));
        let line = self.workplace.taspa(&["fetch", source]).expect_code(0).stdout;
        line.trim().trim_start_matches(&format!("{source}: ")).to_owned()
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.text(sql).parse().unwrap()
    }

    pub fn text(&self, sql: &str) -> String {
        let connection = rusqlite::Connection::open(self.workplace.database()).unwrap();
        let value: rusqlite::types::Value = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }
}
