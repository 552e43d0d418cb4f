//! Searching: which entries have which words.
//!
//! The index (FTS5) holds no text, and follows the entries: whoever stores one only asks for it, and the writer indexes many at once when
//! it has nothing else to do. That costs half of what indexing within each poll would (docs/performance.md).

use rusqlite::{Connection, Row};

use crate::config::{Query, Term, Wants};
use crate::normalise::lines_of;

/// Most entries whose words are put in at once: some 20 ms.
const AT_ONCE: u32 = 200;

const ASK: &str = "INSERT OR IGNORE INTO unsearched (entry) VALUES (?1)";

/// Asks for an entry's words to be indexed, as they are by then.
pub(super) fn ask(connection: &Connection, entry: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(ASK)?.execute([entry]).map(drop)
}

const ASKED: &str = "SELECT unsearched.entry, entry.title, coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM unsearched \
                     JOIN entry ON entry.id = unsearched.entry LEFT JOIN entry_text ON entry_text.entry = entry.id \
                     ORDER BY unsearched.entry DESC LIMIT ?1";
const INDEX: &str = "INSERT OR REPLACE INTO entry_search (rowid, words) VALUES (?1, ?2)";
const DONE: &str = "DELETE FROM unsearched WHERE entry = ?1";

/// Indexes some of the entries that were asked for, the newest first; gives how many.
pub(super) fn index(connection: &Connection) -> rusqlite::Result<usize> {
    let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let asked: Vec<(i64, String, Option<String>)> =
        connection.prepare_cached(ASKED)?.query_map([AT_ONCE], columns)?.collect::<Result<_, _>>()?;
    // FTS5 gathers what comes in the order of its rows, and writes it down early otherwise.
    for (entry, title, html) in asked.iter().rev() {
        let words = folded(&format!("{title}\n{}", lines_of(html.as_deref().unwrap_or_default())));
        connection.prepare_cached(INDEX)?.execute((entry, words))?;
        connection.prepare_cached(DONE)?.execute([entry])?;
    }
    Ok(asked.len())
}

/// unicode61 folds the case of all letters, but only Latin ones lose their marks.
fn folded(text: &str) -> String {
    text.replace('ё', "е").replace('Ё', "Е")
}

const FOUND: &str = "SELECT rowid FROM entry_search WHERE entry_search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4";

/// The entries between two that a query finds, at most `most`, the newest first.
pub(super) fn found(connection: &Connection, query: &Query, (first, last): (i64, i64), most: u32) -> rusqlite::Result<Vec<i64>> {
    connection.prepare_cached(FOUND)?.query_map((expression(query), first, last, most), |row| row.get(0))?.collect()
}

/// A query in FTS5's language (sqlite.org/fts5.html §3). Every word stands in quotes, so that none is taken for an operator.
fn expression(query: &Query) -> String {
    let wants = |Wants { all, none }: &Wants| {
        let all = joined(all, " AND ");
        if none.is_empty() { format!("({all})") } else { format!("(({all}) NOT ({}))", joined(none, " OR ")) }
    };
    query.any.iter().map(wants).collect::<Vec<_>>().join(" OR ")
}

fn joined(terms: &[Term], between: &str) -> String {
    terms.iter().map(term).collect::<Vec<_>>().join(between)
}

fn term(term: &Term) -> String {
    format!("\"{}\"{}", folded(&term.words).replace('"', "\"\""), if term.is_prefix { " *" } else { "" })
}
