//! A view's stories from the newest down, as far as it wants them.

use std::collections::hash_map::{Entry, HashMap};
use std::collections::{BTreeSet, HashSet};

use rusqlite::Connection;

use super::placing::{Part, Placed, Scope, part_of};
use super::told::Telling;
use super::wanted::Wanted;

/// How many stories, and entries of a source, are looked at for those in a view's languages.
const LOOKED_AT: usize = 20_000;

/// What a view may hold, the newest first, until that is enough.
pub(super) fn down(connection: &Connection, scope: &Scope, wanted: Wanted<'_>) -> rusqlite::Result<Vec<Placed>> {
    if scope.has_all { newest_of_all(connection, &scope.admitted, wanted) } else { newest_of(connection, &scope.admitted, wanted) }
}

const NEWEST: &str = "SELECT story.id, entry.language, story.entered, story.lead, \
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
            newest.push(Placed { entered, telling: Telling::ByLead { story }, told_by: row.get(3)? });
        } else if row.get(4)?
            && let Some(part) = part_of(connection, story, sources, wanted)?
        {
            // It is led in another language, and told in this one too.
            newest.push(Placed { entered, telling: Telling::By { story, entry: part.telling }, told_by: part.telling });
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
    let placed = |(entered, number, other): (i64, i64, i64)| match wanted.stories {
        true => Placed { entered, telling: Telling::By { story: number, entry: other }, told_by: other },
        false => Placed { entered, telling: Telling::Alone { entry: number, story: other }, told_by: number },
    };
    Ok(best.into_iter().rev().map(placed).collect())
}
