//! Entries: which are new, which have changed, and what becomes of them.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Row};

use super::details::Details;
use super::habits::{Distrust, Habits};

use super::joining::{Arriving, Stories};
use super::known::{Document, Known, Stored};
use super::story::Founded;
use super::{article, identity, instant, membership, revised, search, seconds, story, written};
use crate::config::When;
use crate::normalise::{Entry, can_be_id};
use crate::story::{Identified, Told, is_noticeable};

/// Where and when entries arrive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub source: i64,
    pub now: DateTime<Utc>,
    /// The source's first good poll: entries take their place by their own date, and only the newest enter.
    pub is_first: bool,
    /// How many enter then.
    pub initial: usize,
    /// How many items of one document count.
    pub max_items: usize,
    /// What earlier documents told of the source's keys.
    pub habits: Habits,
    /// Whose article pages are asked for, and how long they are waited for.
    pub article: When,
    pub article_wait: TimeDelta,
}

impl Arrival {
    fn wants_article(&self, entry: &Entry) -> bool {
        let wants = match self.article {
            When::Always => true,
            When::Auto => entry.is_teaser,
            When::Never => false,
        };
        wants && entry.link.is_some()
    }
}

/// What a commit did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    pub items_new: usize,
    pub items_changed: usize,
    pub items_unchanged: usize,
    /// The feed describes itself otherwise than before.
    pub feed_changed: bool,
    /// The feed names another hub than before, or none any more.
    pub hub_changed: bool,
    /// That the source has moved is believed since this poll.
    pub has_moved: bool,
    /// Stories that have other entries too have changed: they are carried by more, led by others, or one of their entries has changed.
    pub stories_moved: bool,
    /// The source's guids, or guids and links, are not trusted from now on.
    pub distrust: Option<Distrust>,
}

impl Committed {
    /// Whether any published document may have changed.
    pub fn touches_stories(&self) -> bool {
        self.items_new + self.items_changed > 0 || self.feed_changed || self.stories_moved
    }
}

/// Stores the entries of one document, given in its order; tells the dates of the new ones besides. Of more than `max_items` the others only leave their keys.
pub(super) fn store(
    connection: &Connection,
    mut entries: Vec<Identified>,
    arrival: Arrival,
    stories: &mut Stories,
) -> rusqlite::Result<(Committed, Vec<Option<DateTime<Utc>>>)> {
    let mut committed = Committed::default();
    let mut habits = arrival.habits;
    if habits.distrusts_guids {
        entries.iter_mut().for_each(|identified| identified.guid = None);
    }
    let (entries, surplus) = within(entries, arrival.max_items);
    let urls = entries.iter().filter_map(|identified| identified.url).collect();
    let document = Document { source: arrival.source, now: arrival.now, urls, habits };
    let mut newcomers = Vec::new();
    let (known, observed) = identity::recognise(connection, &document, &entries)?;
    committed.distrust = habits.learn(connection, arrival.source, observed)?;
    for (identified, known) in entries.into_iter().zip(known) {
        match known {
            Known::No => newcomers.push(identified),
            Known::Double(stored) => {
                written::follow(connection, &stored, &identified, false)?;
                committed.items_unchanged += 1;
            }
            Known::KeptEcho => committed.items_unchanged += 1,
            Known::Kept => {
                identity::remember(connection, arrival.source, &identified)?;
                committed.items_unchanged += 1;
            }
            Known::Entry(mut stored) => {
                let is_unchanged = stored.hash == identified.entry.hash;
                written::follow(connection, &stored, &identified, is_unchanged)?;
                if stored.is_echo && document.habits.fresh_links > 0 {
                    identity::forget_made_up(connection, arrival.source, &mut stored)?;
                }
                if is_unchanged {
                    identity::readdress(connection, &identified, &stored)?;
                    committed.items_unchanged += 1;
                } else {
                    committed.stories_moved |= revise(connection, &stored, &identified, arrival, stories)?;
                    committed.items_changed += 1;
                }
                if !(is_unchanged && stored.is_named) {
                    identity::add_keys(connection, arrival.source, &identified, &stored)?;
                }
            }
        }
    }
    // The oldest first, so that the newest has the highest id and leads among equals.
    newcomers.reverse();
    newcomers.sort_by_key(|identified| identified.entry.published.unwrap_or(arrival.now));
    let left_out = if arrival.is_first { newcomers.len().saturating_sub(arrival.initial) } else { 0 };
    for identified in newcomers.drain(..left_out).chain(surplus) {
        identity::remember(connection, arrival.source, &identified)?;
    }
    committed.items_new = newcomers.len();
    let dates = newcomers.iter().map(|newcomer| newcomer.entry.published).collect();
    if !newcomers.is_empty() {
        // Nothing may slip in below what readers have seen already, though its poll began earlier.
        let top = story::top(connection)?.max(seconds(arrival.now));
        let wants_article = wanted_articles(connection, &newcomers, arrival)?;
        for ((id, identified), wants_article) in (next_id(connection)?..).zip(&newcomers).zip(wants_article) {
            committed.stories_moved |= insert(connection, id, identified, arrival, top, wants_article, stories)?;
        }
    }
    Ok((committed, dates))
}

/// Which of the newcomers, the oldest first, have their article page asked for: the newest, as far as the queue has room.
fn wanted_articles(connection: &Connection, newcomers: &[Identified], arrival: Arrival) -> rusqlite::Result<Vec<bool>> {
    let mut room = if arrival.article == When::Never { 0 } else { article::room(connection, arrival.source)? };
    let mut wanted: Vec<bool> = newcomers.iter().map(|newcomer| arrival.wants_article(&newcomer.entry)).collect();
    for wants in wanted.iter_mut().rev().filter(|wants| **wants) {
        *wants = room > 0;
        room = room.saturating_sub(1);
    }
    Ok(wanted)
}

fn next_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'entry'")?.query_row([], |row| row.get(0))
}

/// The `most` items that count, and the others: the newest ones where all have dates, else the first ones, which newest-first feeds
/// begin with.
fn within(mut items: Vec<Identified>, most: usize) -> (Vec<Identified>, Vec<Identified>) {
    if items.len() <= most {
        return (items, Vec::new());
    }
    if items.iter().all(|identified| identified.entry.published.is_some()) {
        items.sort_by_key(|identified| std::cmp::Reverse(identified.entry.published));
    }
    let others = items.split_off(most);
    (items, others)
}

const INSERT: &str = "INSERT INTO entry (id, source, story, guid, link, url, article, title, language, published, updated, first_seen, \
                      entered, keys, text_hash, hash, is_held, text_length) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
const INSERT_TEXT: &str = "INSERT INTO entry_text (entry, summary, content, details) VALUES (?1, ?2, ?3, ?4)";

/// `top`: the place above all stories. Gives whether a story of other entries has changed.
fn insert(
    connection: &Connection,
    id: i64,
    identified: &Identified,
    arrival: Arrival,
    top: i64,
    wants_article: bool,
    stories: &mut Stories,
) -> rusqlite::Result<bool> {
    let entry = &identified.entry;
    let first_seen = seconds(arrival.now);
    let published = entry.published.map_or(first_seen, seconds);
    let updated = entry.updated.map_or(published, seconds).max(published);
    let entered = if arrival.is_first { published } else { top };
    let article = identified.url.map(|key| key.0);
    let wait = Some(arrival.article_wait).filter(|wait| wants_article && *wait > TimeDelta::zero());

    let arriving = Arriving {
        source: arrival.source,
        article,
        title: &entry.title,
        text: &entry.text,
        language: entry.language.as_ref().map(|language| language.as_str()),
        published,
        now: arrival.now,
    };
    let place = stories.place(connection, arriving)?;
    let joined = place.story;
    let story = match joined {
        Some(joined) => joined,
        None => story::next_id(connection)?,
    };
    let keys = identity::name(connection, arrival.source, identified, id)?;
    connection.prepare_cached(INSERT)?.execute(rusqlite::params![
        id,
        arrival.source,
        story,
        entry.guid,
        entry.link.as_ref().map(url::Url::as_str),
        entry.url.as_ref().map(|url| url.as_str()),
        article,
        entry.title,
        entry.language.as_ref().map(|language| language.as_str()),
        published,
        updated,
        first_seen,
        entered,
        keys,
        entry.text_hash,
        entry.hash,
        wait.is_some(),
        text_length(&entry.text),
    ])?;
    connection.prepare_cached(INSERT_TEXT)?.execute((id, &entry.summary, &entry.content, Details::json(entry)))?;
    written::keep(connection, id, identified)?;
    search::ask(connection, id)?;
    if joined.is_none() {
        let atom_id = entry.guid.as_deref().filter(|guid| can_be_id(guid));
        story::found(connection, &Founded { id: story, lead: id, atom_id, entered, updated, is_held: wait.is_some() })?;
    }
    if joined.is_some() && wait.is_none() {
        story::show_joined(connection, story, id, entered)?;
    }
    if wants_article {
        article::ask(connection, id, arrival.source, arrival.now, wait)?;
    }
    stories.keep(connection, id, story, place, arriving)
}

fn text_length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

const REVISE: &str = "UPDATE entry SET guid = ?2, link = ?3, url = ?4, title = ?5, language = coalesce(?6, language), updated = ?7, text_hash = ?8, hash = ?9, \
                      article = coalesce(?10, article), text_length = iif((SELECT article FROM entry_text WHERE entry = ?1) IS NULL, coalesce(?11, text_length), text_length), revision = revision + 1 WHERE id = ?1";
const REVISE_TEXT: &str = "INSERT INTO entry_text (entry, summary, content, details) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (entry) \
                           DO UPDATE SET summary = excluded.summary, content = excluded.content, details = excluded.details";

/// The entry takes what the item says now; gives whether it shares a story with others. `updated` moves only for a change that a reader
/// would notice (RFC 4287 §4.2.15).
fn revise(
    connection: &Connection,
    stored: &Stored,
    identified: &Identified,
    arrival: Arrival,
    stories: &mut Stories,
) -> rusqlite::Result<bool> {
    let entry = &identified.entry;
    let says_the_same = stored.text_hash == entry.text_hash;
    let is_noticed = !says_the_same && has_news(connection, stored.id, entry)?;
    let updated = if is_noticed {
        let said = entry.updated.map(seconds).filter(|said| *said > stored.updated);
        said.unwrap_or_else(|| seconds(arrival.now)).max(stored.updated)
    } else {
        stored.updated
    };
    connection.prepare_cached(REVISE)?.execute(rusqlite::params![
        stored.id,
        entry.guid,
        entry.link.as_ref().map(url::Url::as_str),
        entry.url.as_ref().map(|url| url.as_str()),
        entry.title,
        entry.language.as_ref().map(|language| language.as_str()),
        updated,
        entry.text_hash,
        entry.hash,
        identified.url.map(|key| key.0),
        // What nobody notices makes no other entry the story's lead.
        is_noticed.then(|| text_length(&entry.text)),
    ])?;
    connection.prepare_cached(REVISE_TEXT)?.execute((stored.id, &entry.summary, &entry.content, Details::json(entry)))?;
    search::ask(connection, stored.id)?;
    story::touch(connection, stored.id, updated)?;
    if is_noticed {
        revised::note(connection, stored.id, arrival.now)?;
    }
    if !says_the_same {
        stories.again(connection, stored.id, arrival.now)?;
    }
    membership::shares_story(connection, stored.id)
}

const NEWEST: &str =
    "SELECT max(published) FROM (SELECT published FROM entry WHERE source = ?1 ORDER BY entered DESC, story DESC LIMIT 100)";

/// The latest date among the entries of a source that entered last.
pub(super) fn newest_date(connection: &Connection, source: i64) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let newest: Option<i64> = connection.prepare_cached(NEWEST)?.query_row([source], |row| row.get(0))?;
    Ok(newest.map(instant))
}

const WAS: &str = "SELECT entry.title, coalesce(entry_text.content, entry_text.summary) FROM entry \
                   LEFT JOIN entry_text ON entry_text.entry = entry.id WHERE entry.id = ?1";

/// Whether a reader would notice what the item says now.
fn has_news(connection: &Connection, stored: i64, now: &Entry) -> rusqlite::Result<bool> {
    let columns = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
    let (title, html) = connection.prepare_cached(WAS)?.query_row([stored], columns)?;
    let was = Told { title: &title, html: html.as_deref().unwrap_or_default() };
    let html = now.content.as_deref().or(now.summary.as_deref()).unwrap_or_default();
    Ok(is_noticeable(was, Told { title: &now.title, html }))
}
