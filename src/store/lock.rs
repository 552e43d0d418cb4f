//! The daemon's lock: one daemon a database.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::StoreError;

/// Held as long as the daemon runs. The kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct DaemonLock {
    _file: File,
}

impl DaemonLock {
    /// Takes the lock beside the database `path`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another daemon has it; [`StoreError::Lock`] when the lock file cannot be made.
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        let lock_path = beside(path);
        let unusable = |source| StoreError::Lock { path: lock_path.clone(), source };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&lock_path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let pid = file.read_to_string(&mut pid).ok().and_then(|_| pid.trim().parse().ok());
                return Err(StoreError::Locked { path: path.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(unusable)?;
        Ok(Self { _file: file })
    }

    /// Whether a daemon has the lock of the database `path`. One that takes it at this very moment may be refused once.
    pub fn is_held(path: &Path) -> bool {
        let file = File::open(beside(path));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lock");
    PathBuf::from(name)
}
