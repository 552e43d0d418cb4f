//! What is written from the declarations: docs/config.md, the JSON Schema, the commented defaults of the shipped config.toml.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::access::AuthKeys;
use super::article::Article;
use super::dedup::Dedup;
use super::keys::{Key, Keys, Section, one_line, section_schema};
use super::listing::Listing;
use super::settings::{Fetch, Publish, Server, SourceIdentity, SourceKeys, Store, View};

/// A table of config.toml: its name, whether it is a list of tables, and its sections of keys.
struct Table {
    name: &'static str,
    is_list: bool,
    sections: &'static [&'static Section],
}

/// The tables that may stand below a source.
const BELOW_SOURCE: [Table; 3] = [
    Table { name: "source.listing", is_list: false, sections: &[Listing::SECTION] },
    Table { name: "source.article", is_list: false, sections: &[Article::SECTION] },
    Table { name: "source.auth", is_list: false, sections: &[AuthKeys::SECTION] },
];

const TABLES: [Table; 8] = [
    Table { name: "server", is_list: false, sections: &[Server::SECTION] },
    Table { name: "store", is_list: false, sections: &[Store::SECTION] },
    Table { name: "publish", is_list: false, sections: &[Publish::SECTION] },
    Table { name: "fetch", is_list: false, sections: &[Fetch::SECTION] },
    Table { name: "dedup", is_list: false, sections: &[Dedup::SECTION] },
    Table { name: "defaults", is_list: false, sections: &[SourceKeys::SECTION] },
    Table { name: "source", is_list: true, sections: &[SourceIdentity::SECTION, SourceKeys::SECTION] },
    Table { name: "view", is_list: true, sections: &[View::SECTION] },
];

impl Table {
    fn header(&self) -> String {
        if self.is_list { format!("[[{}]]", self.name) } else { format!("[{}]", self.name) }
    }

    fn doc(&self) -> String {
        one_line(self.sections[0].doc)
    }

    fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.sections.iter().flat_map(|section| section.keys)
    }
}

impl Key {
    fn text(&self) -> String {
        one_line(self.doc)
    }
}

/// docs/config.md: every key with its meaning, type, default, bounds and an example.
pub fn markdown() -> String {
    let mut page = String::from(
        "# config.toml\n\nWritten by `taspa schema --markdown` from the declarations in `src/config/settings.rs`. `taspa check` tells what is \
         wrong with a\nfile, with line and remedy; `taspa schema` prints the JSON Schema for editors.\n",
    );
    for table in TABLES.iter().chain(&BELOW_SOURCE) {
        write!(page, "\n## {}\n\n{}\n", table.header(), table.doc()).expect("a String takes all");
        if table.name == "source" {
            page.push_str("\nBeside these it takes every key of `[defaults]`.\n");
        }
        let section = table.sections[0];
        for key in section.keys {
            write!(page, "\n### `{}`\n\n{}\n\n- {}\n", key.name, key.text(), kind(key)).expect("a String takes all");
            match key.default {
                Some(default) => writeln!(page, "- default: `{default}`"),
                None if key.required => writeln!(page, "- required"),
                None => writeln!(page, "- default: none"),
            }
            .expect("a String takes all");
            if let Some((least, most)) = key.bounds {
                writeln!(page, "- bounds: `{least}` to `{most}`").expect("a String takes all");
            }
            if let Some(example) = key.example {
                writeln!(page, "- example: `{} = {example}`", key.name).expect("a String takes all");
            }
        }
    }
    page
}

fn kind(key: &Key) -> String {
    let mut kind = key.kind.to_owned();
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    kind
}

/// The JSON Schema (draft 2020-12) of config.toml, for editors that check TOML.
pub fn json_schema() -> Value {
    let properties: Map<String, Value> = TABLES.iter().map(|table| (table.name.to_owned(), table_schema(table))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "taspa's config.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn table_schema(table: &Table) -> Value {
    let object = section_schema(table.sections);
    if table.is_list { json!({ "type": "array", "items": object }) } else { object }
}

/// The tables that have one instance, each key with its default in a comment: the first part of the shipped config.toml.
pub fn example() -> String {
    let mut text = String::new();
    for table in TABLES.iter().filter(|table| !table.is_list) {
        write!(text, "\n{}\n{}\n", comment(&table.doc()), table.header()).expect("a String takes all");
        for key in table.keys() {
            let value = key.default.or(key.example).expect("a key without default has an example");
            write!(text, "\n{}\n#{} = {value}\n", comment(&key.text()), key.name).expect("a String takes all");
        }
    }
    text
}

/// Wraps text into comment lines of at most 100 columns.
fn comment(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in text.split(' ') {
        let line = lines.last().expect("there is always a line");
        if line.chars().count() + 1 + word.chars().count() > 100 {
            lines.push(String::from("#"));
        }
        let line = lines.last_mut().expect("there is always a line");
        line.push(' ');
        line.push_str(word);
    }
    lines.join("\n")
}
