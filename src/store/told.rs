//! How a story is told: which of its entries leads, what that one says, and where else the story stands.
//!
//! The lead is chosen in one place ([`best`]), for the story itself and for views that hold only some of its entries.

use std::cmp::Reverse;
use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::details::Details;
use super::instant;
use super::story::{Story, StoryId, StorySource, Version};

/// Entries first seen within so many seconds of the first count as seen together.
const TOGETHER: i64 = 60;

/// Most other versions of one story.
const MAX_VERSIONS: usize = 20;

/// How many of a story's entries are looked at for its other versions and categories.
const LOOKED_AT: i64 = 100;

/// An entry of a story, as far as it matters for who tells it.
#[derive(Debug)]
pub(super) struct Teller {
    pub entry: i64,
    pub source: i64,
    pub language: Option<String>,
    /// It waits for its article page, and nobody sees it.
    pub is_held: bool,
    /// The first entry by which its source posted the report, and when that was seen.
    first: i64,
    first_seen: i64,
    pub entered: i64,
    text_length: i64,
    priority: i64,
}

impl Teller {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: row.get(0)?,
            source: row.get(1)?,
            language: row.get(2)?,
            is_held: row.get(3)?,
            first: row.get(4)?,
            first_seen: row.get(5)?,
            entered: row.get(6)?,
            text_length: row.get(7)?,
            priority: row.get(8)?,
        })
    }
}

const TELLER: &str = "SELECT entry.id, entry.source, entry.language, entry.is_held, coalesce(entry.succeeds, entry.id), \
                      coalesce(first.first_seen, entry.first_seen), entry.entered, entry.text_length, source.priority \
                      FROM entry JOIN source ON source.id = entry.source LEFT JOIN entry AS first ON first.id = entry.succeeds \
                      WHERE entry.id = ?1";
const TELLERS: &str = "SELECT entry.id, entry.source, entry.language, entry.is_held, coalesce(entry.succeeds, entry.id), \
                       coalesce(first.first_seen, entry.first_seen), entry.entered, entry.text_length, source.priority \
                       FROM entry JOIN source ON source.id = entry.source LEFT JOIN entry AS first ON first.id = entry.succeeds \
                       WHERE entry.story = ?1 ORDER BY entry.id LIMIT ?2";

/// The entries of a story, at most `most`, the first ones first.
pub(super) fn tellers(connection: &Connection, story: i64, most: i64) -> rusqlite::Result<Vec<Teller>> {
    connection.prepare_cached(TELLERS)?.query_map((story, most), Teller::read)?.collect()
}

/// One entry, as a teller of its story.
pub(super) fn teller(connection: &Connection, entry: i64) -> rusqlite::Result<Option<Teller>> {
    connection.prepare_cached(TELLER)?.query_row([entry], Teller::read).optional()
}

/// Who tells the story: of those that were first seen together the longest text, then the source's priority, then the first. What its
/// source posted again is told by the newest, which counts as seen when the first was.
pub(super) fn best<'a>(tellers: impl Iterator<Item = &'a Teller> + Clone) -> Option<&'a Teller> {
    let first_seen = tellers.clone().map(|teller| teller.first_seen).min()?;
    let told = tellers
        .clone()
        .filter(|teller| teller.first_seen.saturating_sub(first_seen) < TOGETHER)
        .max_by_key(|teller| (teller.text_length, teller.priority, Reverse(teller.first)))?;
    tellers.filter(|teller| teller.first == told.first).max_by_key(|teller| teller.entry)
}

/// Whose place the story has where these are all that is shown of it: that of the first that anybody saw. What joins later, or tells it
/// from now on, moves nothing.
pub(super) fn placing<'a>(tellers: impl Iterator<Item = &'a Teller>) -> Option<&'a Teller> {
    // On a source's first poll, entries take their place by their date; they are seen from then on all the same.
    tellers.min_by_key(|teller| (teller.entered.max(teller.first_seen), teller.entry))
}

/// Something that a view holds, and how it is told there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// A story, as its lead tells it.
    ByLead { story: i64 },
    /// A story, as one of its entries tells it.
    By { story: i64, entry: i64 },
    /// An entry for itself, whatever its story.
    Alone { story: i64, entry: i64 },
}

impl Telling {
    /// Of the story, or of the entry that stands for itself.
    pub fn number(self) -> i64 {
        match self {
            Self::ByLead { story } | Self::By { story, .. } => story,
            Self::Alone { entry, .. } => entry,
        }
    }
}

const STORY: &str = "SELECT story.id, story.atom_id, iif(?2 IS NULL, story.updated, entry.updated), entry.published, entry.title, entry.link, \
                     entry.language, entry_text.summary, coalesce(entry_text.article, entry_text.content), entry_text.details, \
                     source.name, source.url, source.feed_id, source.feed_title, source.feed_link, entry_text.article_details, \
                     entry.id, entry.url, source.feed_rights, source.feed_icon, source.feed_logo FROM story JOIN entry ON entry.id = coalesce(?2, story.lead) \
                     JOIN source ON source.id = entry.source LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE story.id = ?1";

/// What a view shows of it, at its place there.
pub(super) fn load(connection: &Connection, telling: Telling, entered: i64) -> rusqlite::Result<Story> {
    let (story, by) = match telling {
        Telling::ByLead { story } => (story, None),
        Telling::By { story, entry } | Telling::Alone { story, entry } => (story, Some(entry)),
    };
    let read = |row: &Row<'_>| Ok((told(row, entered)?, row.get(16)?, row.get(17)?));
    let (mut shown, entry, url) = connection.prepare_cached(STORY)?.query_row((story, by), read)?;
    match telling {
        Telling::ByLead { .. } | Telling::By { .. } => add_others(connection, story, entry, url, &mut shown)?,
        Telling::Alone { entry, .. } => (shown.id, shown.atom_id) = (StoryId::Entry(entry), None),
    }
    Ok(shown)
}

/// A row of [`STORY`], as if it had no other entries.
fn told(row: &Row<'_>, entered: i64) -> rusqlite::Result<Story> {
    let details = details(row, 9, 15)?;
    Ok(Story {
        id: StoryId::Story(row.get(0)?),
        atom_id: row.get(1)?,
        updated: instant(row.get(2)?),
        published: instant(row.get(3)?),
        entered: instant(entered),
        title: row.get(4)?,
        link: row.get(5)?,
        language: row.get(6)?,
        summary: row.get(7)?,
        content: row.get(8)?,
        authors: details.authors,
        categories: details.categories,
        enclosures: details.enclosures,
        image: details.image,
        rights: details.rights,
        source: source(row)?,
        versions: Vec::new(),
    })
}

/// The source in a row of [`STORY`].
fn source(row: &Row<'_>) -> rusqlite::Result<StorySource> {
    Ok(StorySource {
        name: row.get(10)?,
        url: row.get(11)?,
        feed_id: row.get(12)?,
        title: row.get(13)?,
        link: row.get(14)?,
        rights: row.get(18)?,
        icon: row.get(19)?,
        logo: row.get(20)?,
    })
}

/// What two columns keep of an entry: the feed's, completed by the article page's.
fn details(row: &Row<'_>, feed: usize, article: usize) -> rusqlite::Result<Details> {
    let kept =
        |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(column)?.map(|json| Details::parse(&json)).unwrap_or_default());
    Ok(kept(feed)?.completed_by(kept(article)?))
}

const OTHERS: &str = "SELECT coalesce(source.feed_title, source.name), entry.title, entry.link, entry.language, coalesce(entry.url, entry.link), \
                      entry_text.details, entry_text.article_details FROM entry JOIN source ON source.id = entry.source \
                      LEFT JOIN entry_text ON entry_text.entry = entry.id \
                      WHERE entry.story = ?1 AND entry.id <> ?2 AND entry.is_held = 0 ORDER BY entry.id LIMIT ?3";

/// Adds what the story's other entries give: links to them, and their categories. `entry` tells the story, `url` is its canonical URL.
fn add_others(connection: &Connection, story: i64, entry: i64, url: Option<String>, shown: &mut Story) -> rusqlite::Result<()> {
    let mut terms: HashSet<String> = shown.categories.iter().map(|category| category.term.to_lowercase()).collect();
    let mut kept = Details { categories: std::mem::take(&mut shown.categories), ..Details::default() };
    let mut urls: HashSet<String> = url.into_iter().collect();
    let mut statement = connection.prepare_cached(OTHERS)?;
    let mut rows = statement.query((story, entry, LOOKED_AT))?;
    while let Some(row) = rows.next()? {
        kept.add_categories(details(row, 5, 6)?.categories, &mut terms);
        let (Some(link), Some(url)) = (row.get(2)?, row.get(4)?) else { continue };
        if shown.versions.len() < MAX_VERSIONS && urls.insert(url) {
            shown.versions.push(Version { outlet: row.get(0)?, title: row.get(1)?, link, language: row.get(3)? });
        }
    }
    shown.categories = kept.categories;
    Ok(())
}
