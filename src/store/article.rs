//! Article pages: which are to be fetched, and what became of them.
//!
//! The queue outlives a restart. An entry is asked for once; its text, when it comes, stands beside the feed's own words and is shown
//! instead of them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use url::Url;

use super::details::Details;
use super::host::{self, HostSign, Told};
use super::joining::Stories;
use super::{address, instant, membership, revised, search, seconds, story};
use crate::config::Language;
use crate::normalise::{Author, CanonicalUrl, Category, text_of};

/// Most pages of one source that wait; entries beyond them keep the feed's own text.
const MAX_WAITING: i64 = 1000;

/// An article page that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueArticle {
    /// The entry that it belongs to.
    pub entry: i64,
    /// The source's name.
    pub source: String,
    pub link: String,
    /// The entry's title.
    pub title: String,
    /// Failed attempts so far.
    pub attempts: u32,
}

impl DueArticle {
    /// The page's host; None where the link is none.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.link).ok()?.host_str().map(str::to_owned)
    }
}

/// What an article page gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArticleText {
    /// Safe HTML.
    pub content: Option<String>,
    pub authors: Vec<Author>,
    pub categories: Vec<Category>,
    pub image: Option<String>,
    pub published: Option<DateTime<Utc>>,
    /// The language that its text leaves no doubt of.
    pub detected: Option<Language>,
    /// The language that the page says it is in.
    pub declared: Option<Language>,
    /// The address that the page gives itself.
    pub canonical: Option<CanonicalUrl>,
}

/// What came of one attempt.
#[derive(Debug)]
pub struct ArticleOutcome {
    /// [`DueArticle::entry`].
    pub entry: i64,
    pub at: DateTime<Utc>,
    pub result: ArticleResult,
    /// Until when no page of the source is asked for.
    pub host_rests_until: Option<DateTime<Utc>>,
    /// The page's host, until when it wants no request (Retry-After), of whatever source.
    pub host_asks: Option<(String, DateTime<Utc>)>,
}

#[derive(Debug)]
pub enum ArticleResult {
    Read(Box<ArticleText>),
    /// `next`: when it is tried again; None when it is given up.
    Failed {
        error: String,
        next: Option<DateTime<Utc>>,
    },
}

/// What came of an attempt for the published documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// Those that hold the entry's source may have changed.
    pub has_changed: bool,
    /// All others too: a story that has other entries besides has changed.
    pub stories_moved: bool,
    /// Until when the page's host is left alone by everybody, where it has asked for that.
    pub host_rests_until: Option<DateTime<Utc>>,
}

/// What is shown now that had waited.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// The names of the sources.
    pub sources: Vec<String>,
    /// Stories that have other entries too have changed.
    pub stories_moved: bool,
}

/// When the queue has something to do next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArticleAgenda {
    pub next_due: Option<DateTime<Utc>>,
    /// When an entry has waited long enough.
    pub next_release: Option<DateTime<Utc>>,
}

const ROOM: &str = "SELECT count(*) FROM article WHERE source = ?1 AND due IS NOT NULL";

/// How many more pages of a source may wait.
pub(super) fn room(connection: &Connection, source: i64) -> rusqlite::Result<usize> {
    let waiting: i64 = connection.prepare_cached(ROOM)?.query_row([source], |row| row.get(0))?;
    Ok(usize::try_from(MAX_WAITING - waiting).unwrap_or(0))
}

const ASK: &str = "INSERT INTO article (entry, source, due, held_until) VALUES (?1, ?2, ?3, ?4)";

/// Asks for an entry's page; with a `wait` the entry is not shown before the page is there, or the time is over.
pub(super) fn ask(connection: &Connection, entry: i64, source: i64, now: DateTime<Utc>, wait: Option<TimeDelta>) -> rusqlite::Result<()> {
    let held_until = wait.map(|wait| seconds(now + wait));
    connection.prepare_cached(ASK)?.execute((entry, source, seconds(now), held_until)).map(drop)
}

const NEXT_SOURCE: &str = "SELECT source FROM article WHERE source > ?1 AND due IS NOT NULL ORDER BY source LIMIT 1";
const DUE: &str = "SELECT article.entry, source.name, entry.link, entry.title, article.attempts FROM article \
                   JOIN entry ON entry.id = article.entry JOIN source ON source.id = article.source \
                   WHERE article.source = ?1 AND article.due <= ?2 AND source.is_retired = 0 AND coalesce(source.not_before, 0) <= ?2 \
                   AND NOT EXISTS (SELECT 1 FROM host WHERE host.name = source.host AND host.not_before > ?2) \
                   ORDER BY article.due, article.entry DESC";

/// The pages of all sources that are due, at most `most` of each source.
pub(super) fn due(connection: &Connection, now: DateTime<Utc>, most: u32) -> rusqlite::Result<Vec<DueArticle>> {
    let mut due = Vec::new();
    let mut source = i64::MIN;
    while let Some(next) = connection.prepare_cached(NEXT_SOURCE)?.query_row([source], |row| row.get(0)).optional()? {
        source = next;
        due.extend(due_of(connection, source, now, most)?);
    }
    Ok(due)
}

/// The pages of one source that are due, at most `most`, the newest entries first.
pub(super) fn due_of(connection: &Connection, source: i64, now: DateTime<Utc>, most: u32) -> rusqlite::Result<Vec<DueArticle>> {
    let columns = |row: &Row<'_>| {
        Ok(DueArticle {
            entry: row.get(0)?,
            source: row.get(1)?,
            link: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            title: row.get(3)?,
            attempts: row.get(4)?,
        })
    };
    let mut statement = connection.prepare_cached(DUE)?;
    let (mut welcome, mut asked) = (Vec::new(), HashMap::new());
    for article in statement.query_map((source, seconds(now)), columns)? {
        let article = article?;
        // The source's own host has been looked at already; its pages may stand on others, and pages of one that rests must not hold up the others.
        let host = article.host().unwrap_or_default();
        let is_resting = match asked.get(&host) {
            Some(is_resting) => *is_resting,
            None => {
                let is_resting = host::find(connection, &host)?.not_before.is_some_and(|until| until > now);
                asked.insert(host, is_resting);
                is_resting
            }
        };
        if !is_resting {
            welcome.push(article);
        }
        if welcome.len() >= most as usize {
            break;
        }
    }
    Ok(welcome)
}

const NEXT_DUE: &str = "SELECT min(due) FROM article WHERE due IS NOT NULL";
const NEXT_RELEASE: &str = "SELECT min(held_until) FROM article WHERE held_until IS NOT NULL";

pub(super) fn agenda(connection: &Connection) -> rusqlite::Result<ArticleAgenda> {
    let earliest = |sql| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0));
    Ok(ArticleAgenda { next_due: earliest(NEXT_DUE)?.map(instant), next_release: earliest(NEXT_RELEASE)?.map(instant) })
}

const POSTPONE: &str =
    "UPDATE article SET due = max(due, ?2) WHERE source = (SELECT source FROM article WHERE entry = ?1) AND due IS NOT NULL";
const IS_ASKED: &str = "SELECT EXISTS (SELECT 1 FROM article WHERE entry = ?1 AND due IS NOT NULL)";
const SETTLE: &str = "UPDATE article SET due = ?2, attempts = attempts + ?3, error = ?4 WHERE entry = ?1";

/// Stores what came of an attempt. An entry that nobody asks for any more is left as it is.
pub(super) fn settle(connection: &Connection, outcome: &ArticleOutcome, stories: &mut Stories) -> rusqlite::Result<Settled> {
    let ArticleOutcome { entry, at, result, host_rests_until, host_asks } = outcome;
    let mut settled = Settled::default();
    if let Some((host, until)) = host_asks {
        host::take(connection, &[HostSign { host: host.clone(), told: Told::Asks(*until) }], *at)?;
        // Another may have been told of a longer rest.
        settled.host_rests_until = host::find(connection, host)?.rests_until();
    }
    if let Some(until) = host_rests_until {
        connection.prepare_cached(POSTPONE)?.execute((entry, seconds(*until)))?;
    }
    let is_asked: bool = connection.prepare_cached(IS_ASKED)?.query_row([entry], |row| row.get(0))?;
    if !is_asked {
        return Ok(settled);
    }
    let (due, failed, error) = match result {
        ArticleResult::Read(_) => (None, 0, None),
        ArticleResult::Failed { error, next } => (next.map(seconds), 1, Some(error)),
    };
    connection.prepare_cached(SETTLE)?.execute((entry, due, failed, error))?;
    let mut has_changed = false;
    if let ArticleResult::Read(article) = result {
        has_changed = keep(connection, *entry, article, *at)?;
        stories.again(connection, *entry, *at)?;
    }
    if due.is_none() {
        has_changed |= release(connection, *entry, *at)?;
    }
    if has_changed {
        story::next_generation(connection)?;
    }
    let stories_moved = has_changed && membership::shares_story(connection, *entry)?;
    Ok(Settled { has_changed, stories_moved, ..settled })
}

const KEEP: &str = "INSERT INTO entry_text (entry, details, article, article_details) VALUES (?1, '{}', ?2, ?3) ON CONFLICT (entry) \
                    DO UPDATE SET article = excluded.article, article_details = excluded.article_details";
const REVISE: &str = "UPDATE entry SET language = coalesce(?2, language, ?3), published = iif(published = first_seen, min(?4, first_seen), published), \
                      updated = max(updated, ?5), text_length = coalesce(?6, text_length), revision = revision + 1 \
                      WHERE id = ?1";

/// The entry takes what its page says. A date is taken where the feed had none, a language where the text leaves no doubt, or where
/// there was none.
fn keep(connection: &Connection, entry: i64, article: &ArticleText, at: DateTime<Utc>) -> rusqlite::Result<bool> {
    connection.prepare_cached(KEEP)?.execute((entry, &article.content, details(article).to_json()))?;
    let detected = article.detected.as_ref().map(|language| language.as_str());
    let declared = article.declared.as_ref().map(|language| language.as_str());
    let published = article.published.map_or(i64::MAX, seconds);
    let length =
        article.content.as_deref().map(|content| text_of(content).chars().count()).map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let changed = connection.prepare_cached(REVISE)?.execute((entry, detected, declared, published, seconds(at), length))?;
    if let Some(canonical) = &article.canonical {
        address::give_page(connection, entry, canonical)?;
    }
    search::ask(connection, entry)?;
    story::touch(connection, entry, seconds(at))?;
    revised::note(connection, entry, at)?;
    Ok(changed > 0)
}

/// What is kept of a page beside its text.
fn details(article: &ArticleText) -> Details {
    Details { authors: article.authors.clone(), categories: article.categories.clone(), image: article.image.clone(), ..Details::default() }
}

const SHOW: &str =
    "UPDATE entry SET is_held = 0, entered = iif(entered >= first_seen, ?2, entered) WHERE id = ?1 AND is_held = 1 RETURNING story";
const SHOW_STORY: &str = "UPDATE story SET is_held = 0, entered = (SELECT entered FROM entry WHERE id = ?2) WHERE id = ?1 AND is_held = 1";
const NOT_HELD: &str = "UPDATE article SET held_until = NULL WHERE entry = ?1";

/// Shows an entry that was held, on top of what readers have seen; whether it was.
fn release(connection: &Connection, entry: i64, now: DateTime<Utc>) -> rusqlite::Result<bool> {
    connection.prepare_cached(NOT_HELD)?.execute([entry])?;
    let top = story::top(connection)?.max(seconds(now));
    let shown: Option<i64> = connection.prepare_cached(SHOW)?.query_row((entry, top), |row| row.get(0)).optional()?;
    if let Some(of) = shown {
        connection.prepare_cached(SHOW_STORY)?.execute((of, entry))?;
        membership::lead_anew(connection, of, now)?;
    }
    Ok(shown.is_some())
}

const WAITED: &str = "SELECT entry, source.name FROM article JOIN source ON source.id = article.source WHERE held_until <= ?1 \
                      ORDER BY held_until, entry";

/// Shows every entry that has waited long enough.
pub(super) fn release_waited(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<Released> {
    let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let waited: Vec<(i64, String)> = connection.prepare_cached(WAITED)?.query_map([seconds(now)], columns)?.collect::<Result<_, _>>()?;
    let mut released = Released::default();
    for (entry, name) in waited {
        if release(connection, entry, now)? {
            released.stories_moved |= membership::shares_story(connection, entry)?;
            if !released.sources.contains(&name) {
                released.sources.push(name);
            }
        }
    }
    if !released.sources.is_empty() {
        story::next_generation(connection)?;
    }
    Ok(released)
}
