//! Opening the file: its pragmas, its schema's number, its migrations.
//!
//! Statistics (ANALYZE, `PRAGMA optimize`) are never gathered: taken of a young file they have the planner scan tables that grow
//! afterwards; without them it takes the index every time.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{StoreError, upgrade};
use crate::config::ParameterName;

/// "tasp": marks the file as ours in SQLite's header.
const APPLICATION_ID: i32 = 0x7461_7370;

/// Each file brings a database from the version before to its own number. One that has landed never changes.
const MIGRATIONS: [&str; 9] = [
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
    include_str!("schema/007.sql"),
    include_str!("schema/008.sql"),
    include_str!("schema/009.sql"),
];

/// The migration whose entries need more than SQL.
const RECKONED: usize = 3;

/// The version that this program reads and writes.
const VERSION: usize = MIGRATIONS.len();

/// How long a writer waits for another process's transaction, in milliseconds.
const BUSY_MS: u32 = 5_000;

/// Most bytes that the write-ahead log keeps after a checkpoint.
const WAL_BYTES: u32 = 64 << 20;

/// After how many pages of 4 KiB the log goes into the file: pages of indexes change again and again while many sources are polled, and
/// are carried over once.
const CHECKPOINT_PAGES: u32 = 4_000;

/// Opens the file for writing, makes it when it is missing, and brings it to the newest schema.
pub(super) fn open_for_writing(
    path: &Path,
    authority: Option<&str>,
    tracking: &[ParameterName],
    now: DateTime<Utc>,
) -> Result<Connection, StoreError> {
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // Before anything is asked of it that could change a file which is not ours.
    version(&connection, path)?;
    // Only a new file takes it; it has to come before the first table.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    // The journals of savepoints, one for each poll, need no file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    migrate(&mut connection, path, authority, tracking, now)?;
    Ok(connection)
}

/// Opens the file for reading, which must be of the newest schema.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "query_only", true)?;
    match version(&connection, path)? {
        VERSION => Ok(connection),
        older => Err(StoreError::Older { path: path.to_owned(), found: older, known: VERSION }),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens the database")]
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.pragma_update(None, "busy_timeout", BUSY_MS)?;
        connection.set_prepared_statement_cache_capacity(128);
        // Otherwise SQLite plans a statement anew whenever a value is bound that it looked at for a partial index: at each new entry.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    });
    opened.map_err(|source| StoreError::Open { path: path.to_owned(), source })
}

/// The schema's number; zero for an empty file.
fn version(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let of_file = |source| StoreError::Open { path: path.to_owned(), source };
    let application = pragma("application_id").map_err(of_file)?;
    let version = pragma("user_version").map_err(of_file)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(of_file)?;
    let found = usize::try_from(version).unwrap_or(usize::MAX);
    let is_empty = application == 0 && version == 0 && tables == 0;
    if application != i64::from(APPLICATION_ID) && !is_empty {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    Ok(found)
}

fn migrate(
    connection: &mut Connection,
    path: &Path,
    authority: Option<&str>,
    tracking: &[ParameterName],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if version(connection, path)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated while this one waited for its turn.
    let found = version(&transaction, path)?;
    for migration in &MIGRATIONS[found..] {
        transaction.execute_batch(migration)?;
    }
    if found == 0 {
        birth(&transaction, authority, now)?;
    } else if found < RECKONED {
        upgrade::reckon_entries(&transaction, tracking)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", i64::try_from(VERSION).expect("migrations are few"))?;
    transaction.commit()?;
    Ok(())
}

/// Fixes what tag: ids are made of (RFC 4151) for the life of the file, whatever the config says later. Without a public name
/// the authority is a random one under `.invalid`, which nobody else can own (RFC 2606 §2).
fn birth(connection: &Connection, authority: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let random: String = connection.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))?;
    let authority = authority.map_or_else(|| format!("{random}.taspa.invalid"), str::to_owned);
    let mut insert = connection.prepare("INSERT INTO meta (name, value) VALUES (?1, ?2)")?;
    insert.execute(("authority", authority))?;
    insert.execute(("born", now.format("%Y-%m-%d").to_string()))?;
    insert.execute(("generation", 0))?;
    Ok(())
}
