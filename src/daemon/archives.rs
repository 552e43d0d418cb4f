//! Archives as files: which of them are owed to the folder, and since when it has the others.
//!
//! A view's archives are written as far up as its feed leads to them. A day that is over seldom changes, so that few are written again: those of
//! the days on which something entered or changed since the last time. With much history a new folder fills day by day, the newest first.

use std::cmp::Reverse;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use crate::config::Settings;
use crate::store::Touched;

/// Names the file that says how far the folder's archives go.
pub(super) const MARK: &str = ".taspa-archives";

/// Up to where the archives of a folder go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Of everything but the stories that makes their bytes.
    config: u64,
    /// The last entry that is in them.
    pub entry: i64,
    /// Up to when changes are, in seconds.
    pub at: i64,
}

impl Mark {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split_whitespace();
        let mark = Self { config: numbers.next()?.parse().ok()?, entry: numbers.next()?.parse().ok()?, at: numbers.next()?.parse().ok()? };
        numbers.next().is_none().then_some(mark)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, entry, at } = self;
        writeln!(formatter, "{config} {entry} {at}")
    }
}

/// What is owed to a folder.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    folder: PathBuf,
    config: u64,
    mark: Option<Mark>,
    /// By day, the newest first, and by view.
    owed: BTreeSet<(Reverse<NaiveDate>, String)>,
    /// The newest day whose archive each view leads to.
    reached: HashMap<String, NaiveDate>,
}

impl Ledger {
    /// Opens the ledger of a folder; gives up to where its archives go, None when all of them are to be written.
    pub fn open(&mut self, folder: &Path, settings: &Settings, home: &str) -> Option<Mark> {
        let config = fingerprint(settings, home);
        if self.folder != folder {
            let mark = std::fs::read_to_string(folder.join(MARK)).ok().and_then(|text| Mark::parse(&text));
            *self = Self { folder: folder.to_owned(), mark, ..Self::default() };
        }
        self.config = config;
        if self.mark.is_some_and(|mark| mark.config != config) {
            (self.mark, self.reached) = (None, HashMap::new());
        }
        self.mark
    }

    /// Adds the archives of a view, which leads to that of the day `newest`: of the days that were touched (None: all), and of those among
    /// all its `days` whose archive is not written.
    pub fn owe<E>(
        &mut self,
        view: &str,
        newest: NaiveDate,
        touched: Option<&Touched>,
        days: impl FnOnce() -> Result<Vec<NaiveDate>, E>,
        is_written: impl Fn(&str) -> bool,
    ) -> Result<(), E> {
        let reached = self.reached.insert(view.to_owned(), newest);
        let days = match touched {
            Some(touched) if reached == Some(newest) => touched.days.iter().copied().filter(|day| *day <= newest).collect(),
            _ => days()?,
        };
        let is_owed = |day: &NaiveDate| touched.is_none_or(|touched| touched.days.contains(day)) || !is_written(&file_name(view, *day));
        self.owed.extend(days.into_iter().filter(is_owed).map(|day| (Reverse(day), view.to_owned())));
        Ok(())
    }

    /// Everything up to an entry and an instant is either written or owed.
    pub fn reckoned(&mut self, entry: i64, now: DateTime<Utc>) {
        self.mark = Some(Mark { config: self.config, entry, at: now.timestamp() });
    }

    /// The names of the archives that are to be written next.
    pub fn next(&self, most: usize) -> Vec<String> {
        self.owed.iter().take(most).map(|(day, view)| file_name(view, day.0)).collect()
    }

    /// An archive has been written.
    pub fn paid(&mut self, name: &str) {
        self.owed.retain(|(day, view)| file_name(view, day.0) != name);
    }

    /// Up to where the folder's archives go, once nothing is owed.
    pub fn settled(&self) -> Option<Mark> {
        self.mark.filter(|_| self.owed.is_empty())
    }
}

/// The name of the file of a view's archive.
fn file_name(view: &str, day: NaiveDate) -> String {
    format!("feeds/{view}/archive/{day}.atom")
}

/// Whether a file is an archive of a view.
pub(super) fn is_archive_of(name: &str, view: &str) -> bool {
    name.strip_prefix("feeds/").and_then(|rest| rest.strip_prefix(view)).is_some_and(|rest| rest.starts_with("/archive/"))
}

/// Of everything but the stories that makes the bytes of archives. A newer program may hash otherwise: then all of them are written anew.
fn fingerprint(settings: &Settings, home: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let sources = settings.sources.iter().map(|source| (source.name.as_str(), &source.keys.tags));
    format!("{home} {} {:?} {:?}", env!("CARGO_PKG_VERSION"), settings.views, sources.collect::<Vec<_>>()).hash(&mut hasher);
    settings.dedup.other_versions.hash(&mut hasher);
    hasher.finish()
}
