//! An entry as it is compared with others: its title and its text, plain, with what else the rules ask for.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::normalise::lines_of;

/// All entries after one that may share stories.
pub(super) const TEXTS: &str = "SELECT entry.id, entry.story, entry.source, entry.published, entry.article, entry.page, entry.title, entry.language, \
                     coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM entry \
                     JOIN source ON source.id = entry.source LEFT JOIN entry_text ON entry_text.entry = entry.id \
                     WHERE entry.id > ?1 AND source.is_alone = 0 ORDER BY entry.id";
const TEXT: &str = "SELECT entry.id, entry.story, entry.source, entry.published, entry.article, entry.page, entry.title, entry.language, \
                    coalesce(entry_text.article, entry_text.content, entry_text.summary) FROM entry \
                    LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE entry.id = ?1";

/// An entry as it is compared.
pub(super) struct Stored {
    pub entry: i64,
    pub story: i64,
    pub source: i64,
    pub published: i64,
    pub article: Option<i64>,
    pub page: Option<i64>,
    pub title: String,
    pub language: Option<String>,
    pub text: String,
}

impl Stored {
    pub fn load(connection: &Connection, entry: i64) -> rusqlite::Result<Option<Self>> {
        connection.prepare_cached(TEXT)?.query_row([entry], Self::read).optional()
    }

    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: row.get(0)?,
            story: row.get(1)?,
            source: row.get(2)?,
            published: row.get(3)?,
            article: row.get(4)?,
            page: row.get(5)?,
            title: row.get(6)?,
            language: row.get(7)?,
            text: lines_of(row.get_ref(8)?.as_str_or_null()?.unwrap_or_default()),
        })
    }
}
