//! What addresses say: which entries carry the same article by the links of their items, and by the address that an article page gives
//! itself.
//!
//! A link is its source's word, and is believed across sources. A page's own address (`rel=canonical`, `og:url`) is only as good as the
//! site's templates, some of which give one address to all pages: it is believed where the texts do not tell of different things.

use rusqlite::{Connection, OptionalExtension, Row};

use super::membership::Why;
use super::stored::Stored;
use crate::normalise::CanonicalUrl;
use crate::story::{Key, KeyKind, is_another_report};

/// How far apart an article that is one story may have been published, in seconds: an address that is used again next year is another
/// one.
pub(super) const WINDOW: i64 = 7 * 24 * 60 * 60;

/// An entry for which others with its addresses are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addressed<'a> {
    /// None before it is stored.
    pub entry: Option<i64>,
    pub source: i64,
    pub published: i64,
    /// Key of its link's canonical URL.
    pub article: Option<i64>,
    /// Key of the address that its article page gives itself.
    pub page: Option<i64>,
    pub title: &'a str,
    pub text: &'a str,
}

/// The story of the first entry that carries the same article, and why.
pub(super) fn find(connection: &Connection, addressed: Addressed<'_>) -> rusqlite::Result<Option<(i64, Why)>> {
    if let Some(article) = addressed.article {
        match by_article(connection, article, addressed)? {
            Some(Carrier { entry, story, has_link: true }) => return Ok(Some((story, Why { rule: "url", other: entry, figures: None }))),
            Some(carrier) => {
                if let Some(found) = believed(connection, carrier.entry, addressed)? {
                    return Ok(Some(found));
                }
            }
            None => {}
        }
    }
    let Some(page) = addressed.page else { return Ok(None) };
    let parameters = (page, addressed.published, WINDOW, addressed.entry);
    let linked: Option<i64> = connection.prepare_cached(LINKED)?.query_row(parameters, |row| row.get(0)).optional()?;
    linked.map_or(Ok(None), |entry| believed(connection, entry, addressed))
}

/// An entry that carries an article.
struct Carrier {
    entry: i64,
    story: i64,
    /// Its item has the article's address for a link; else its page says so.
    has_link: bool,
}

/// By links of other sources before pages of any; both indexes are asked in one statement. No entry's page has its link's address.
const ARTICLE: &str = "SELECT id, story, article IS ?1 FROM entry WHERE id = coalesce(\
                         (SELECT entry.id FROM entry JOIN source ON source.id = entry.source \
                           WHERE entry.article = ?1 AND entry.published BETWEEN ?2 - ?3 AND ?2 + ?3 AND entry.source <> ?4 \
                           AND source.is_alone = 0 ORDER BY entry.id LIMIT 1), \
                         (SELECT entry.id FROM entry JOIN source ON source.id = entry.source \
                           WHERE entry.page = ?1 AND entry.published BETWEEN ?2 - ?3 AND ?2 + ?3 AND entry.id IS NOT ?5 \
                           AND source.is_alone = 0 ORDER BY entry.id LIMIT 1))";

/// The first entry that carries an article.
fn by_article(connection: &Connection, article: i64, addressed: Addressed<'_>) -> rusqlite::Result<Option<Carrier>> {
    let columns = |row: &Row<'_>| Ok(Carrier { entry: row.get(0)?, story: row.get(1)?, has_link: row.get(2)? });
    let parameters = (article, addressed.published, WINDOW, addressed.source, addressed.entry);
    connection.prepare_cached(ARTICLE)?.query_row(parameters, columns).optional()
}

/// The first entry whose item has it for a link.
const LINKED: &str = "SELECT entry.id FROM entry JOIN source ON source.id = entry.source WHERE entry.article = ?1 \
                      AND entry.published BETWEEN ?2 - ?3 AND ?2 + ?3 AND entry.id IS NOT ?4 AND source.is_alone = 0 \
                      ORDER BY entry.id LIMIT 1";

/// The story of an entry that a page's word makes the same, if it tells of the same.
fn believed(connection: &Connection, other: i64, addressed: Addressed<'_>) -> rusqlite::Result<Option<(i64, Why)>> {
    let Some(other) = Stored::load(connection, other)? else { return Ok(None) };
    let told = format!("{} {}", addressed.title, addressed.text);
    if is_another_report(&told, &format!("{} {}", other.title, other.text)) {
        return Ok(None);
    }
    Ok(Some((other.story, Why { rule: "page", other: other.entry, figures: None })))
}

const GIVE: &str = "UPDATE entry SET page = ?2 WHERE id = ?1 AND article IS NOT ?2 RETURNING source";
const KNOWN_BY: &str = "INSERT INTO entry_key (source, key, entry) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const COUNT: &str = "UPDATE entry SET keys = keys + 1 WHERE id = ?1";

/// Gives an entry the address that its page gives itself, where that is another than its link's: an item that comes under it is known.
pub(super) fn give_page(connection: &Connection, entry: i64, address: &CanonicalUrl) -> rusqlite::Result<()> {
    if address.is_front_page() {
        return Ok(());
    }
    let key = Key::new(KeyKind::Url, address.as_str().as_bytes()).0;
    let source: Option<i64> = connection.prepare_cached(GIVE)?.query_row((entry, key), |row| row.get(0)).optional()?;
    if let Some(source) = source
        && connection.prepare_cached(KNOWN_BY)?.execute((source, key, entry))? > 0
    {
        connection.prepare_cached(COUNT)?.execute([entry])?;
    }
    Ok(())
}
