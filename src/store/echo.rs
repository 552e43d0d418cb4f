//! Items that come under other guids and other links at each poll, as where both hold the number of a session.
//!
//! Title and text alone prove little: a headline may come every day. Where most items of a document have those of known entries, and no
//! guid or link that was ever seen, the source makes them up, and they are those entries. Where both have a date, it has to be the same.

use super::habits::are_most;
use super::known::{Document, Likeness, Stored};
use super::{instant, seconds};
use crate::story::{Identified, is_young};

/// How far a document's titles and texts are trusted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trusted {
    is_echo: bool,
    was_echo: bool,
}

/// What the dates say of an item and an entry with the same title and text.
enum Dates {
    Agree,
    Differ,
    /// One of them has none of its own.
    Silent,
}

impl Dates {
    fn of(identified: &Identified, stored: &Stored) -> Self {
        match identified.entry.published {
            // Without a date, or with one to come, an entry has that of its first poll.
            Some(_) if stored.published >= stored.first_seen => Self::Silent,
            Some(published) if seconds(published) == stored.published => Self::Agree,
            Some(_) => Self::Differ,
            None => Self::Silent,
        }
    }
}

impl Trusted {
    /// What the items of a document tell: those that no key names, `by_keys` that are named by one, and `all` that have keys.
    pub fn of(alike: &[(&Identified, Likeness)], by_keys: usize, all: usize, document: &Document) -> Self {
        let was_echo = document.habits.fresh_links > 0;
        let (mut dated, mut undated, mut others) = (0, 0, by_keys);
        for (identified, likeness) in alike.iter().filter(|(identified, _)| identified.has_better()) {
            match likeness {
                Likeness::None => {}
                Likeness::Kept => undated += 1,
                Likeness::Entry(stored) => match Dates::of(identified, stored) {
                    Dates::Agree => dated += 1,
                    Dates::Silent if was_echo || is_young(instant(stored.first_seen), document.now) => undated += 1,
                    Dates::Silent | Dates::Differ => others += 1,
                },
            }
        }
        // News among them tell nothing, where dates vouch for the rest.
        Self { is_echo: are_most(dated, dated + others) || are_most(dated + undated, all), was_echo }
    }

    /// Whether the document's guids and links are made up.
    pub fn is_echo(self) -> bool {
        self.is_echo
    }

    /// Whether an item is the entry that has its title and text.
    pub fn trusts(self, identified: &Identified, stored: &Stored, document: &Document) -> bool {
        match Dates::of(identified, stored) {
            Dates::Agree => self.is_echo || self.was_echo,
            Dates::Silent => self.is_echo && (self.was_echo || is_young(instant(stored.first_seen), document.now)),
            Dates::Differ => false,
        }
    }
}
