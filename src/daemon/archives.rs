//! Archives as files: which of them are owed to the folder, and since when it has the others.
//!
//! A view's archives are written as far up as its feed leads to them. A day that is over seldom changes, so that few are written again: those of
//! the days on which something entered or changed since the last time. With much history a new folder fills day by day, the newest first.

use std::cmp::Reverse;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::files::Files;
use super::publisher::{PublishError, Publisher};
use crate::config::Settings;
use crate::serve::{Made, Press as _};
use crate::store::Touched;

/// Most archives that are written in one round.
const A_ROUND: usize = 16;

/// Names the file that says how far the folder's archives go.
const MARK: &str = ".taspa-archives";

/// What a folder's archives are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// Of what the config says of views.
    config: u64,
    /// The last entry that is in them.
    entry: i64,
    /// Up to when changes are.
    at: i64,
}

impl Mark {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split_whitespace();
        let mark = Self { config: numbers.next()?.parse().ok()?, entry: numbers.next()?.parse().ok()?, at: numbers.next()?.parse().ok()? };
        numbers.next().is_none().then_some(mark)
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { config, entry, at } = self;
        writeln!(formatter, "{config} {entry} {at}")
    }
}

/// What is owed to a folder.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    folder: PathBuf,
    mark: Option<Mark>,
    /// By day, the newest first, and by view.
    owed: BTreeSet<(Reverse<NaiveDate>, String)>,
    /// The newest day whose archive each view leads to.
    reached: HashMap<String, NaiveDate>,
}

impl Publisher {
    /// Writes some of the archives that the folder is owed; gives whether there are more.
    ///
    /// # Errors
    /// When the store cannot be read or the folder not be written to; what is owed stays so.
    pub(super) fn write_archives(&self, settings: &Settings, folder: &Path, files: &Files) -> Result<bool, PublishError> {
        let mut ledger = self.ledger.lock().expect("nothing panics while it is held");
        let now = self.clock.now();
        self.reckon(&mut ledger, settings, folder, files, now)?;
        let round: Vec<(Reverse<NaiveDate>, String)> = ledger.owed.iter().take(A_ROUND).cloned().collect();
        for (day, view) in round {
            let name = file_name(&view, day.0);
            match self.make(&name).map_err(PublishError::Made)? {
                Made::Document(document) => files.write(folder, &[(name, (*document).into())])?,
                Made::Nothing | Made::Gone => {}
            }
            ledger.owed.remove(&(day, view));
        }
        if let (true, Some(mark)) = (ledger.owed.is_empty(), ledger.mark) {
            files.put(folder, MARK, mark.to_string().as_bytes())?;
        }
        Ok(!ledger.owed.is_empty())
    }

    /// Adds to the ledger what has come to be owed since it was last looked at.
    fn reckon(
        &self,
        ledger: &mut Ledger,
        settings: &Settings,
        folder: &Path,
        files: &Files,
        now: DateTime<Utc>,
    ) -> Result<(), PublishError> {
        let config = fingerprint(settings, self.home().as_str());
        if ledger.folder != folder {
            let mark = std::fs::read_to_string(folder.join(MARK)).ok().and_then(|text| Mark::parse(&text));
            *ledger = Ledger { folder: folder.to_owned(), mark, ..Ledger::default() };
        }
        if ledger.mark.is_some_and(|mark| mark.config != config) {
            *ledger = Ledger { folder: folder.to_owned(), ..Ledger::default() };
        }
        // What comes while this is reckoned is owed the next time.
        let touched = ledger.mark.map(|mark| self.reader.touched(mark.entry, mark.at)).transpose()?;
        let entry = touched.as_ref().map_or_else(|| self.reader.last_entry(), |touched| Ok(touched.last_entry))?;
        for view in settings.views.iter().filter(|view| view.token.is_none()) {
            let name = view.name.as_str();
            let Some(newest) = self.past.publication(name).and_then(|publication| publication.older) else { continue };
            let days: Vec<NaiveDate> = match (&touched, ledger.reached.insert(name.to_owned(), newest)) {
                (Some(Touched { days, .. }), Some(reached)) if reached == newest => {
                    days.iter().copied().filter(|day| *day <= newest).collect()
                }
                (touched, _) => {
                    let is_touched = |day: &NaiveDate| touched.as_ref().is_none_or(|touched| touched.days.contains(day));
                    let is_owed = |day: &NaiveDate| is_touched(day) || !files.has(folder, &file_name(name, *day));
                    self.reader.days(newest)?.into_iter().filter(is_owed).collect()
                }
            };
            ledger.owed.extend(days.into_iter().map(|day| (Reverse(day), name.to_owned())));
        }
        ledger.mark = Some(Mark { config, entry, at: now.timestamp() });
        Ok(())
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
