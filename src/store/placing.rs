//! Where a view has its stories, and as which of their entries tells them there.

use std::cmp::Reverse;
use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::told::{self, Telling};
use super::wanted::Wanted;

/// Which sources a view is made of.
pub(super) struct Scope {
    pub admitted: HashSet<i64>,
    /// All there are, and their entries share stories: each story stands where it entered.
    pub has_all: bool,
}

const SOURCES: &str = "SELECT id, name FROM source";

impl Scope {
    pub fn of(connection: &Connection, wanted: Wanted<'_>) -> rusqlite::Result<Self> {
        let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let all: Vec<(i64, String)> = connection.prepare_cached(SOURCES)?.query_map([], columns)?.collect::<Result<_, _>>()?;
        let named: HashSet<&str> = wanted.sources.iter().copied().collect();
        let admitted: HashSet<i64> = all.iter().filter(|(_, name)| named.contains(name.as_str())).map(|(id, _)| *id).collect();
        let has_all = admitted.len() == all.len() && wanted.stories;
        Ok(Self { admitted, has_all })
    }
}

/// Something that a view may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// Its place there.
    pub entered: i64,
    pub telling: Telling,
    /// The entry that tells it there.
    pub told_by: i64,
}

/// What a view holds of a story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The entry whose place it has there, and when that entered.
    pub placing: i64,
    pub entered: i64,
    /// The entry that tells it there.
    pub telling: i64,
}

/// The story's part in a view of these sources; None when no entry of theirs is wanted.
pub(super) fn part_of(connection: &Connection, story: i64, sources: &HashSet<i64>, wanted: Wanted<'_>) -> rusqlite::Result<Option<Part>> {
    let tellers = told::tellers(connection, story, i64::MAX)?;
    let is_wanted =
        |teller: &&told::Teller| !teller.is_held && sources.contains(&teller.source) && wanted.has_language(teller.language.as_deref());
    let admitted = tellers.iter().filter(is_wanted);
    let part = told::placing(admitted.clone()).zip(told::best(admitted));
    Ok(part.map(|(placing, telling)| Part { placing: placing.entry, entered: placing.entered, telling: telling.entry }))
}

const ENTRY: &str = "SELECT entry.story, entry.source, entry.entered, entry.is_held, entry.language, story.lead, story.entered, lead.language \
                     FROM entry JOIN story ON story.id = entry.story JOIN entry AS lead ON lead.id = story.lead WHERE entry.id = ?1";

/// An entry, and its story.
struct Candidate {
    story: i64,
    source: i64,
    entered: i64,
    is_held: bool,
    language: Option<String>,
    lead: i64,
    story_entered: i64,
    lead_language: Option<String>,
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            story: row.get(0)?,
            source: row.get(1)?,
            entered: row.get(2)?,
            is_held: row.get(3)?,
            language: row.get(4)?,
            lead: row.get(5)?,
            story_entered: row.get(6)?,
            lead_language: row.get(7)?,
        })
    }
}

/// Where entries, or their stories, stand in a view that holds them: each once, the newest first.
pub(super) fn places(
    connection: &Connection,
    entries: impl IntoIterator<Item = i64>,
    scope: &Scope,
    wanted: Wanted<'_>,
) -> rusqlite::Result<Vec<Placed>> {
    let (mut seen, mut places) = (HashSet::new(), Vec::new());
    let mut statement = connection.prepare_cached(ENTRY)?;
    for entry in entries {
        let Some(candidate) = statement.query_row([entry], Candidate::read).optional()? else { continue };
        let is_wanted = !candidate.is_held && scope.admitted.contains(&candidate.source);
        if !is_wanted || wanted.stories && !seen.insert(candidate.story) {
            continue;
        }
        places.extend(match wanted.stories {
            true => place_of_story(connection, &candidate, scope, wanted)?,
            false => wanted.has_language(candidate.language.as_deref()).then_some(Placed {
                entered: candidate.entered,
                telling: Telling::Alone { story: candidate.story, entry },
                told_by: entry,
            }),
        });
    }
    places.retain(|place| place.entered < wanted.end());
    places.sort_by_key(|place| Reverse((place.entered, place.telling.number())));
    Ok(places)
}

fn place_of_story(connection: &Connection, of: &Candidate, scope: &Scope, wanted: Wanted<'_>) -> rusqlite::Result<Option<Placed>> {
    let Candidate { story, lead, story_entered, .. } = *of;
    if scope.has_all && wanted.has_language(of.lead_language.as_deref()) {
        return Ok(Some(Placed { entered: story_entered, telling: Telling::ByLead { story }, told_by: lead }));
    }
    let part = part_of(connection, story, &scope.admitted, wanted)?;
    Ok(part.map(|part| Placed {
        entered: if scope.has_all { story_entered } else { part.entered },
        telling: Telling::By { story, entry: part.telling },
        told_by: part.telling,
    }))
}
