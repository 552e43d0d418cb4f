//! Which stories a view holds, and in which order.
//!
//! The work for one document is bounded: by the view's limit, by how many entries are looked at, and by the bytes of text.

use std::collections::hash_map::{Entry, HashMap};
use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::story::Story;
use super::told::{self, Telling};
use super::{instant, seconds};
use crate::config::Language;

/// Most bytes of text in one document; older stories are left out of it.
const MAX_DOCUMENT: usize = 32 << 20;

/// How many stories, and entries of a source, are looked at for those in a view's languages.
const LOOKED_AT: usize = 20_000;

/// Which stories a view wants.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Names; an entry of one of them makes the story wanted.
    pub sources: &'a [&'a str],
    /// In one of these languages; none named, in all.
    pub languages: &'a [Language],
    /// So many, where there are so many.
    pub limit: u32,
    /// And all that entered since.
    pub since: DateTime<Utc>,
    /// But at most so many.
    pub max: u32,
    /// Only what entered before; None, up to now.
    pub before: Option<DateTime<Utc>>,
    /// Entries that carry the same report are one story. Otherwise each stands for itself.
    pub stories: bool,
}

impl Wanted<'_> {
    fn end(&self) -> i64 {
        self.before.map_or(i64::MAX, seconds)
    }

    fn most(&self) -> usize {
        (self.max.max(1) as usize).min(SIEVED)
    }

    /// Whether so many stories are enough, when the next one entered at an instant.
    fn has_enough(&self, stories: usize, entered: i64) -> bool {
        stories >= self.most() || stories >= self.limit as usize && entered < seconds(self.since)
    }

    fn has_language(&self, language: Option<&str>) -> bool {
        let is_of = |wanted: &Language, language: &str| {
            language.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.languages.is_empty() || language.is_some_and(|language| self.languages.iter().any(|wanted| is_of(wanted, language)))
    }
}

const SOURCES: &str = "SELECT id, name FROM source";

/// How many of the newest stories are looked at where a view keeps only some of them.
const SIEVED: usize = 5_000;

/// Something that a view may hold, and its place.
type Placed = (i64, Telling);

/// The newest stories that are wanted and that `keeps` lets pass, newest first. In a view of some sources a story stands where the first of their entries put it,
/// and is told as the best of them tells it.
pub(super) fn newest(connection: &Connection, wanted: Wanted<'_>, keeps: Option<&dyn Fn(&Story) -> bool>) -> rusqlite::Result<Vec<Story>> {
    let all = connection
        .prepare_cached(SOURCES)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let named: HashSet<&str> = wanted.sources.iter().copied().collect();
    let admitted: HashSet<i64> = all.iter().filter(|(_, name)| named.contains(name.as_str())).map(|(id, _)| *id).collect();
    let has_all = admitted.len() == all.len() && wanted.stories;
    let looked_at = match keeps {
        Some(_) => Wanted { limit: u32::MAX, max: u32::MAX, ..wanted },
        None => wanted,
    };
    let placed = if has_all { newest_of_all(connection, &admitted, looked_at)? } else { newest_of(connection, &admitted, looked_at)? };
    let (mut stories, mut bytes) = (Vec::new(), 0);
    for (entered, telling) in placed {
        if wanted.has_enough(stories.len(), entered) {
            break;
        }
        let story = told::load(connection, telling, entered)?;
        if !keeps.is_none_or(|keeps| keeps(&story)) {
            continue;
        }
        bytes += size(&story);
        if bytes > MAX_DOCUMENT {
            break;
        }
        stories.push(story);
    }
    Ok(stories)
}

const LAST_BEFORE: &str = "SELECT entered FROM story WHERE entered < ?1 ORDER BY entered DESC LIMIT 1";
const FIRST: &str = "SELECT entered FROM story ORDER BY entered LIMIT 1";

/// When the last story entered that did so before an instant; without one, when the first did.
pub(super) fn entered(connection: &Connection, before: Option<DateTime<Utc>>) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let found: Option<i64> = match before {
        Some(before) => connection.prepare_cached(LAST_BEFORE)?.query_row([seconds(before)], |row| row.get(0)).optional()?,
        None => connection.prepare_cached(FIRST)?.query_row([], |row| row.get(0)).optional()?,
    };
    Ok(found.map(instant))
}

/// Bytes of its long parts.
fn size(story: &Story) -> usize {
    let texts = [&story.content, &story.summary].into_iter().flatten().map(String::len).sum::<usize>();
    texts + story.versions.iter().map(|version| version.title.len() + version.link.len()).sum::<usize>()
}

const NEWEST: &str = "SELECT story.id, entry.language, story.entered, \
                      EXISTS (SELECT 1 FROM entry AS other WHERE other.story = story.id AND other.id <> story.lead) \
                      FROM story JOIN entry ON entry.id = story.lead WHERE story.is_held = 0 AND story.merged IS NULL \
                      AND story.entered < ?1 ORDER BY story.entered DESC, story.id DESC";

/// The newest stories of all sources.
fn newest_of_all(connection: &Connection, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Vec<Placed>> {
    let mut newest = Vec::new();
    let mut statement = connection.prepare_cached(NEWEST)?;
    let mut rows = statement.query([wanted.end()])?;
    let mut looked_at = 0;
    while looked_at < LOOKED_AT
        && let Some(row) = rows.next()?
    {
        looked_at += 1;
        let (story, entered) = (row.get(0)?, row.get(2)?);
        if wanted.has_enough(newest.len(), entered) {
            break;
        }
        if wanted.has_language(row.get::<_, Option<String>>(1)?.as_deref()) {
            newest.push((entered, Telling::ByLead { story }));
        } else if row.get(3)?
            && let Some(part) = part_of(connection, story, sources, wanted)?
        {
            // It is led in another language, and told in this one too.
            newest.push((entered, Telling::By { story, entry: part.telling }));
        }
    }
    Ok(newest)
}

const NEWEST_OF_SOURCE: &str = "SELECT entered, story, id, language FROM entry WHERE source = ?1 AND is_held = 0 AND entered < ?2 \
                                ORDER BY entered DESC, story DESC";

/// The newest stories of some sources, or their entries: walks each source from its newest entry, no further down than where the best so
/// far already are enough.
fn newest_of(connection: &Connection, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Vec<Placed>> {
    // By place, then by number: of the story, with the entry that tells it; or of the entry that stands for itself, with its story.
    let mut best: BTreeSet<(i64, i64, i64)> = BTreeSet::new();
    let mut parts: HashMap<i64, Option<Part>> = HashMap::new();
    let mut statement = connection.prepare_cached(NEWEST_OF_SOURCE)?;
    for source in sources {
        let mut rows = statement.query((source, wanted.end()))?;
        let mut looked_at = 0;
        while looked_at < LOOKED_AT
            && let Some(row) = rows.next()?
        {
            looked_at += 1;
            let (entered, story, entry): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            // Of those that are worse than the worst of enough, none counts.
            if wanted.has_enough(best.len(), entered) && best.first().is_none_or(|(worst, _, _)| entered < *worst) {
                break;
            }
            if !wanted.stories {
                if wanted.has_language(row.get::<_, Option<String>>(3)?.as_deref()) {
                    best.insert((entered, entry, story));
                }
            } else {
                let part = match parts.entry(story) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(vacant) => *vacant.insert(part_of(connection, story, sources, wanted)?),
                };
                if let Some(part) = part.filter(|part| part.placing == entry) {
                    best.insert((entered, story, part.telling));
                }
            }
            while best.first().is_some_and(|(worst, _, _)| wanted.has_enough(best.len() - 1, *worst)) {
                best.pop_first();
            }
        }
    }
    let telling = |(entered, number, other): (i64, i64, i64)| {
        let telling = match wanted.stories {
            true => Telling::By { story: number, entry: other },
            false => Telling::Alone { entry: number, story: other },
        };
        (entered, telling)
    };
    Ok(best.into_iter().rev().map(telling).collect())
}

/// What a view holds of a story.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// The entry whose place it has there.
    placing: i64,
    /// The entry that tells it there.
    telling: i64,
}

/// The story's part in a view of these sources; None when no entry of theirs is wanted.
fn part_of(connection: &Connection, story: i64, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Option<Part>> {
    let tellers = told::tellers(connection, story, i64::MAX)?;
    let is_wanted =
        |teller: &&told::Teller| !teller.is_held && sources.contains(&teller.source) && wanted.has_language(teller.language.as_deref());
    let admitted = tellers.iter().filter(is_wanted);
    let part = told::placing(admitted.clone()).zip(told::best(admitted));
    Ok(part.map(|(placing, telling)| Part { placing: placing.entry, telling: telling.entry }))
}
