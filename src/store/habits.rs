//! What a source's documents have told of its keys: whether its guids, and its links, name the same articles at each poll.
//!
//! Distrust costs little: guids are no keys then, and items are known by address and text. So it is never taken back. Nothing is
//! doubted for what happens once, as when a newsroom changes its software.

use std::fmt;

use rusqlite::Connection;

/// How many guids a source may use again for other articles before none of them is trusted.
const MAX_BURNT: u32 = 3;

/// After how many polls in a row with nothing but new guids, or new links, they count as made up at each poll.
const MADE_UP: u32 = 2;

/// How many items of a document must agree to tell anything, and that four fifths of them do.
const FEWEST: usize = 3;

/// Whether `some` of `all` items are enough to tell what a source does.
pub(super) fn are_most(some: usize, all: usize) -> bool {
    some >= FEWEST && some * 5 >= all * 4
}

/// How a source has treated its keys up to the last poll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Habits {
    /// Its guids are no keys.
    pub distrusts_guids: bool,
    /// How many polls in a row brought known items under guids that nobody had seen.
    pub fresh_guids: u32,
    /// How many polls in a row brought known items under guids and links that nobody had seen.
    pub fresh_links: u32,
}

/// What one document told of its source's keys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Observed {
    /// Known items that have a guid.
    pub with_guid: usize,
    /// Those of them whose guid nobody had seen, though the entry had one.
    pub fresh_guids: usize,
    /// Items known by guid or address.
    pub by_keys: usize,
    /// Items were known by title and text alone, since most of them were.
    pub is_echo: bool,
    /// A guid turned out to name another article than before.
    pub has_burnt: bool,
}

/// Why a source's guids, or guids and links, are not trusted from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// The same guid has named several articles, several times.
    GuidsUsedAgain,
    /// Items come under another guid at each poll.
    GuidsMadeUp,
    /// Items come under another guid and another link at each poll.
    LinksMadeUp,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GuidsUsedAgain => {
                "its guids name other articles than before: they are not trusted from now on, items are known by address and text"
            }
            Self::GuidsMadeUp => "its guids change at each poll: they are not trusted from now on, items are known by address and text",
            Self::LinksMadeUp => "its guids and links change at each poll: items are known by title, text and date",
        })
    }
}

impl Habits {
    /// Takes what a document told, and says what the admin should know of it.
    pub fn learn(&mut self, connection: &Connection, source: i64, observed: Observed) -> rusqlite::Result<Option<Distrust>> {
        let before = *self;
        self.fresh_links = match observed {
            Observed { is_echo: true, .. } => (self.fresh_links + 1).min(MADE_UP),
            Observed { by_keys: FEWEST.., .. } => 0,
            Observed { .. } => self.fresh_links,
        };
        if are_most(observed.fresh_guids, observed.with_guid) {
            self.fresh_guids = (self.fresh_guids + 1).min(MADE_UP);
        } else if observed.with_guid >= FEWEST {
            self.fresh_guids = 0;
        }
        let are_used_again = observed.has_burnt && !self.distrusts_guids && burnt(connection, source)? >= MAX_BURNT;
        self.distrusts_guids |= are_used_again || self.fresh_guids == MADE_UP;
        if *self != before {
            connection.prepare_cached(LEARN)?.execute((source, self.distrusts_guids, self.fresh_guids, self.fresh_links))?;
        }
        let is_new = self.distrusts_guids && !before.distrusts_guids;
        Ok(if self.fresh_links == MADE_UP && before.fresh_links < MADE_UP {
            Some(Distrust::LinksMadeUp)
        } else if is_new && are_used_again {
            Some(Distrust::GuidsUsedAgain)
        } else if is_new {
            Some(Distrust::GuidsMadeUp)
        } else {
            None
        })
    }
}

const LEARN: &str = "UPDATE source SET distrusts_guids = ?2, fresh_guids = ?3, fresh_links = ?4 WHERE id = ?1";
const BURNT: &str = "SELECT count(*) FROM entry_key WHERE source = ?1 AND is_burnt = 1";

/// How many guids of a source have turned out to name several articles.
fn burnt(connection: &Connection, source: i64) -> rusqlite::Result<u32> {
    connection.prepare_cached(BURNT)?.query_row([source], |row| row.get(0))
}
