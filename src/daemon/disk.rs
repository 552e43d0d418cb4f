//! What everybody may read, written into a folder: documents of stale views, and archives that are owed to it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::archives::{MARK, is_archive_of};
use super::formats::{FORMATS, file_name};
use super::publisher::{PublishError, Publisher};
use crate::config::{Settings, View};
use crate::serve::{FRONT_PAGE, Made, Press as _, SOURCES};

/// Most archives that are written in one round.
const A_ROUND: usize = 16;

impl Publisher {
    /// Writes what everybody may read of the stale views, and of those that could not be written before; removes what nobody publishes any
    /// more. Gives whether there is more to write.
    ///
    /// # Errors
    /// When a document cannot be made, or the folder not be written to; what is owed stays so.
    pub(super) fn write_files(&self, settings: &Settings, folder: &Path, stale: &BTreeSet<String>) -> Result<bool, PublishError> {
        let mut owed = self.owed.lock().expect("nothing panics while it is held");
        owed.extend(stale.iter().cloned());
        let names_of = |view: &View| FORMATS.map(|format| file_name(view.name.as_str(), format.extension));
        let public = || settings.views.iter().filter(|view| view.token.is_none());
        let common = [FRONT_PAGE, SOURCES].map(str::to_owned);
        let mut documents = Vec::new();
        for name in public().filter(|view| owed.contains(view.name.as_str())).flat_map(names_of).chain(common.clone()) {
            if let Some(document) = self.documents.fresh(&name) {
                documents.push((name, document));
            } else if let Made::Document(document) = self.make(&name).map_err(PublishError::Made)? {
                documents.push((name, Arc::from(document)));
            }
        }
        self.files.write(folder, &documents)?;
        let names: BTreeSet<String> = public().flat_map(names_of).chain(common).collect();
        let is_archive = |name: &str| public().any(|view| is_archive_of(name, view.name.as_str()));
        self.files.retain(folder, |name| names.contains(name) || is_archive(name))?;
        owed.clear();
        self.write_archives(settings, folder)
    }

    /// Writes some of the archives that the folder is owed; gives whether there are more.
    fn write_archives(&self, settings: &Settings, folder: &Path) -> Result<bool, PublishError> {
        let mut ledger = self.ledger.lock().expect("nothing panics while it is held");
        let now = self.clock.now();
        // What comes while this is reckoned is owed the next time.
        let touched =
            ledger.open(folder, settings, self.home().as_str()).map(|mark| self.reader.touched(mark.entry, mark.at)).transpose()?;
        let last_entry = touched.as_ref().map_or_else(|| self.reader.last_entry(), |touched| Ok(touched.last_entry))?;
        for view in settings.views.iter().filter(|view| view.token.is_none()) {
            let name = view.name.as_str();
            if let Some(newest) = self.past.publication(name).and_then(|publication| publication.older) {
                ledger.owe(name, newest, touched.as_ref(), || self.reader.days(newest), |name| self.files.has(folder, name))?;
            }
        }
        ledger.reckoned(last_entry, now);
        for name in ledger.next(A_ROUND) {
            if let Made::Document(document) = self.make(&name).map_err(PublishError::Made)? {
                self.files.write(folder, &[(name.clone(), Arc::from(document))])?;
            }
            ledger.paid(&name);
        }
        if let Some(mark) = ledger.settled() {
            self.files.put(folder, MARK, mark.to_string().as_bytes())?;
        }
        Ok(ledger.settled().is_none())
    }
}
