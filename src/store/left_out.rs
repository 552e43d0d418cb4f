//! What never entered, or is there no more: by the admin's rules, by a bound, or because it was let go.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};
use url::Url;

use super::find::{self, Sought, folded};
use super::instant;
use crate::normalise::CanonicalUrl;
use crate::story::Key;

/// Most that are told.
const MOST: usize = 10;

/// Something that a source had, and that is no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub source: String,
    /// When that was found; None where only a key is left, which has no date.
    pub at: Option<DateTime<Utc>>,
    pub title: Option<String>,
    pub link: Option<String>,
    pub why: WhyLeftOut,
}

/// Why something is no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// One of the admin's rules, in words that complete "it was left out: …".
    Rule(String),
    /// It stood in the source's first document, beyond `initial`, or in a longer document than `max_items` allows.
    Bound,
    /// The guid names several articles of the source.
    Burnt,
    /// It was an entry once.
    LetGo,
}

/// What is known of it, the newest first, of those that have the link, or the guid, or the words in their title.
pub(super) fn left_out(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<Vec<LeftOut>> {
    let mut all = by_rules(connection, sought)?;
    let keys = find::keys_of_link(sought).into_iter().chain([find::key_of_guid(sought.item)]);
    for key in keys {
        for other in by_key(connection, key)? {
            let is_told = all.iter().any(|known| known.source == other.source);
            if all.len() < MOST && !is_told && sought.admits(&other.source) {
                all.push(other);
            }
        }
    }
    Ok(all)
}

const DROPPED: &str = "SELECT source.name, dropped.at, dropped.title, dropped.link, dropped.rule FROM dropped \
                       JOIN source ON source.id = dropped.source ORDER BY dropped.at DESC, dropped.id DESC";

fn by_rules(connection: &Connection, sought: Sought<'_>) -> rusqlite::Result<Vec<LeftOut>> {
    let form = |link: &str| Url::parse(link).ok().map(|url| CanonicalUrl::without(&url, sought.tracking));
    let (wanted, part) = (form(sought.item), folded(sought.item));
    let mut statement = connection.prepare_cached(DROPPED)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while all.len() < MOST
        && let Some(row) = rows.next()?
    {
        let (title, link) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
        // An item without a link is kept with an empty one.
        let has_link = !link.is_empty() && (link == sought.item || wanted.is_some() && form(link) == wanted);
        let has_words = wanted.is_none() && !part.is_empty() && folded(title).contains(&part);
        if (has_link || has_words) && sought.admits(row.get_ref(0)?.as_str()?) {
            all.push(by_rule(row)?);
        }
    }
    Ok(all)
}

fn by_rule(row: &Row<'_>) -> rusqlite::Result<LeftOut> {
    Ok(LeftOut {
        source: row.get(0)?,
        at: Some(instant(row.get(1)?)),
        title: Some(row.get(2)?),
        link: Some(row.get::<_, String>(3)?).filter(|link| !link.is_empty()),
        why: WhyLeftOut::Rule(row.get(4)?),
    })
}

const OF_LINK: &str = "SELECT source.name, dropped.at, dropped.title, dropped.link, dropped.rule FROM source \
                       CROSS JOIN dropped ON dropped.source = source.id AND dropped.link = ?1 ORDER BY dropped.at DESC LIMIT 10";

/// What rules left out under that very link.
pub(super) fn of_link(connection: &Connection, link: &str) -> rusqlite::Result<Vec<LeftOut>> {
    connection.prepare_cached(OF_LINK)?.query_map([link], by_rule)?.collect()
}

const KEPT_OUT: &str = "SELECT source.name, entry_key.is_burnt, entry_key.entry IS NULL FROM source \
                        CROSS JOIN entry_key ON entry_key.source = source.id AND entry_key.key = ?1 \
                        WHERE is_burnt = 1 OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_key.entry)";

fn by_key(connection: &Connection, key: Key) -> rusqlite::Result<Vec<LeftOut>> {
    let left_out = |row: &Row<'_>| {
        let why = match (row.get(1)?, row.get(2)?) {
            (true, _) => WhyLeftOut::Burnt,
            (false, true) => WhyLeftOut::Bound,
            (false, false) => WhyLeftOut::LetGo,
        };
        Ok(LeftOut { source: row.get(0)?, at: None, title: None, link: None, why })
    };
    connection.prepare_cached(KEPT_OUT)?.query_map([key.0], left_out)?.collect()
}
