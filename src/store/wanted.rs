//! What a view asks of the store.

use chrono::{DateTime, Utc};

use super::seconds;
use crate::config::{Language, Query};

/// How many of the newest stories are looked at where a view keeps only some of them, and how many entries a search finds.
pub(super) const SIEVED: u32 = 5_000;

/// Which stories a view wants.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Names; an entry of one of them makes the story wanted.
    pub sources: &'a [&'a str],
    /// In one of these languages; none named, in all.
    pub languages: &'a [Language],
    /// Only stories with an entry that it finds.
    pub query: Option<&'a Query>,
    /// So many, where there are so many.
    pub limit: u32,
    /// And all that entered since.
    pub since: DateTime<Utc>,
    /// But at most so many.
    pub max: u32,
    /// Only what entered before; None, up to now.
    pub before: Option<DateTime<Utc>>,
    /// And what has changed since then of the stories further down; None, nothing of them.
    pub revised_since: Option<DateTime<Utc>>,
    /// Entries that carry the same report are one story. Otherwise each stands for itself.
    pub stories: bool,
}

impl Wanted<'_> {
    pub(super) fn end(&self) -> i64 {
        self.before.map_or(i64::MAX, seconds)
    }

    pub(super) fn most(&self) -> usize {
        self.max.clamp(1, SIEVED) as usize
    }

    /// Whether so many stories are enough, when the next one entered at an instant.
    pub(super) fn has_enough(&self, stories: usize, entered: i64) -> bool {
        stories >= self.most() || stories >= self.limit as usize && entered < seconds(self.since)
    }

    pub(super) fn has_language(&self, language: Option<&str>) -> bool {
        let is_of = |wanted: &Language, language: &str| {
            language.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.languages.is_empty() || language.is_some_and(|language| self.languages.iter().any(|wanted| is_of(wanted, language)))
    }
}
