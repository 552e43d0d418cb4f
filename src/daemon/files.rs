//! Documents as files, for whoever serves files: a web server, a CDN, a bucket.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::serve::Document;

/// Names every file that was written into the folder, one a line, so that nothing else is ever removed from it.
const MANIFEST: &str = ".taspa-files";

/// The page at `/`, as web servers look for it.
const INDEX: &str = "index.html";

/// What stands in a folder: names, with the tag of their bytes; what an earlier run wrote, without.
type Tags = BTreeMap<String, Option<String>>;

/// A folder with documents.
#[derive(Debug, Default)]
pub(super) struct Files {
    written: Mutex<Option<(PathBuf, Tags)>>,
}

impl Files {
    /// Writes the documents that are not there yet, with their precompressed twins.
    ///
    /// # Errors
    /// When the folder cannot be written to; what was there before is whole.
    pub fn write(&self, folder: &Path, documents: &[(String, Arc<Document>)]) -> io::Result<()> {
        let mut written = self.written.lock().expect("nothing panics while it is held");
        let known = known(&mut written, folder);
        for (name, document) in documents {
            let name = if name.is_empty() { INDEX } else { name };
            if known.get(name).is_some_and(|tag| tag.as_deref() == Some(document.tag())) {
                continue;
            }
            // Named before it is there: after a crash it is still known for ours.
            if known.insert(name.to_owned(), None).is_none() {
                remember(folder, known)?;
            }
            for (ending, body) in document.bodies() {
                replace(&folder.join(format!("{name}{ending}")), &body)?;
            }
            known.insert(name.to_owned(), Some(document.tag().to_owned()));
        }
        Ok(())
    }

    /// Whether a document stands there, of whatever age.
    pub fn has(&self, folder: &Path, name: &str) -> bool {
        known(&mut self.written.lock().expect("nothing panics while it is held"), folder).contains_key(name)
    }

    /// Writes a file for this program alone, which no manifest names.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub fn put(&self, folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
        replace(&folder.join(name), bytes)
    }

    /// Removes the documents that are written there and are not to be kept.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub fn retain(&self, folder: &Path, is_kept: impl Fn(&str) -> bool) -> io::Result<()> {
        let mut written = self.written.lock().expect("nothing panics while it is held");
        let known = known(&mut written, folder);
        let gone: Vec<String> = known.keys().filter(|name| *name != INDEX && !is_kept(name)).cloned().collect();
        for name in &gone {
            for ending in Document::ENDINGS {
                match fs::remove_file(folder.join(format!("{name}{ending}"))) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    Ok(()) | Err(_) => {}
                }
            }
            known.remove(name);
        }
        if gone.is_empty() { Ok(()) } else { remember(folder, known) }
    }
}

/// What stands in the folder; of an earlier run as its manifest says.
fn known<'a>(
    written: &'a mut Option<(PathBuf, BTreeMap<String, Option<String>>)>,
    folder: &Path,
) -> &'a mut BTreeMap<String, Option<String>> {
    if written.as_ref().is_none_or(|(of, _)| of != folder) {
        let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
        // A name that leads out of the folder is not ours.
        let is_ours = |name: &&str| !name.is_empty() && !name.starts_with('/') && name.split('/').all(|part| part != "..");
        let names = manifest.lines().filter(is_ours).map(|name| (name.to_owned(), None)).collect();
        *written = Some((folder.to_owned(), names));
    }
    &mut written.as_mut().expect("it has just been set").1
}

fn remember(folder: &Path, known: &Tags) -> io::Result<()> {
    let names: String = known.keys().map(|name| format!("{name}\n")).collect();
    replace(&folder.join(MANIFEST), names.as_bytes())
}

/// Puts bytes in the place of a file at once: whoever reads it gets the old ones or the new ones.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let mut file = fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&new, path)
}
