//! Connections for reading, made as needed and used again.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;

use super::{StoreError, schema};

/// Idle connections kept.
const KEPT: usize = 4;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Reads within one transaction, so that all of it sees the same moment.
    pub fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let idle = self.idle.lock().expect("nothing panics while it is held").pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => schema::open_for_reading(&self.path)?,
        };
        let value = {
            let transaction = connection.transaction()?;
            read(&transaction)?
        };
        let mut idle = self.idle.lock().expect("nothing panics while it is held");
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(value)
    }
}
