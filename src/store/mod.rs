//! The one SQLite file: all SQL stands here.
//!
//! One writer thread commits whole polls ([`Store::commit`]); readers have connections of their own and never wait for it.
//! A poll is stored whole or not at all, with its validators and its next poll time. Functions that read block: call
//! them off the reactor.

mod address;
mod article;
mod details;
mod dropped;
mod echo;
mod entry;
mod explain;
mod find;
mod habit;
mod habits;
mod host;
mod identity;
mod joining;
mod known;
mod left_out;
mod links;
mod lock;
mod log;
mod membership;
mod moved;
mod nearest;
mod newest;
mod placing;
mod poll;
mod reader;
mod readers;
mod repost;
mod revised;
mod schema;
mod search;
mod source;
mod stored;
mod story;
mod subscription;
mod told;
mod tombstone;
mod touched;
mod upgrade;
mod walk;
mod wanted;
mod writer;
mod written;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::ErrorCode;
use tokio::sync::oneshot;

use crate::config::{Dedup, Settings, Source};

pub use article::{ArticleAgenda, ArticleOutcome, ArticleResult, ArticleText, DueArticle, Released, Settled};
pub use entry::Committed;
pub use explain::{Account, Correction, EntryAccount, Joined, KeyAccount, Member, Standing, StoryAccount};
pub use find::{Found, FoundEntry, NamedBy, Sought};
pub use habits::Distrust;
pub use host::{HostRest, HostSign, Told};
pub use left_out::{LeftOut, WhyLeftOut};
pub use links::WrittenLink;
pub use lock::DaemonLock;
pub use log::PollRow;
pub use nearest::{Near, Nearness, WhyApart};
pub use newest::Newest;
pub use poll::{NewFeed, PollOutcome, Polled};
pub use reader::Reader;
pub use source::{SourceState, SourceStatus, plan_of, reading_of};
pub use story::{Identity, Story, StoryId, StorySource, Version};
pub use subscription::{PushStatus, Subscription, SubscriptionChange, SubscriptionPlan, Subscriptions};
pub use tombstone::Tombstone;
pub use touched::Touched;
pub use wanted::Wanted;
pub use writer::Committing;

use readers::Readers;
use writer::{Job, Writer};

/// Why the store did not do as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{} cannot be opened as a database: {source}", path.display())]
    Open { path: PathBuf, source: rusqlite::Error },
    #[error("{} is a database of another program", path.display())]
    Foreign { path: PathBuf },
    #[error("{} was written by a newer taspa: its schema is {found}, this program knows {known}", path.display())]
    Newer { path: PathBuf, found: usize, known: usize },
    #[error("{} still has schema {found} of {known}", path.display())]
    Older { path: PathBuf, found: usize, known: usize },
    #[error("another daemon{} uses {}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), path.display())]
    Locked { path: PathBuf, pid: Option<u32> },
    #[error("{}: {source}", path.display())]
    Lock { path: PathBuf, source: std::io::Error },
    #[error("the database refused: {0}")]
    Sql(#[from] rusqlite::Error),
    /// Of a transaction that several polls shared.
    #[error("{message}")]
    Batch { message: String, hint: Option<&'static str> },
    #[error("{} was removed or replaced while this program had it open", path.display())]
    Gone { path: PathBuf },
    #[error("the writer has stopped")]
    WriterGone,
}

impl StoreError {
    /// What the admin can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Open { .. } => {
                Some("`path` in [store] must name a file in a folder where taspa may write; a damaged file can be moved away")
            }
            Self::Foreign { .. } => Some("`path` in [store] must name a file of taspa's own, or one that is not there yet"),
            Self::Newer { .. } => Some("install the newer taspa, or name another file in [store]"),
            Self::Older { .. } => Some("start the daemon once, or run `taspa fetch`: both bring the file up to date"),
            Self::Locked { .. } => Some("stop it first, or give this one a file of its own in [store]"),
            Self::Lock { .. } => Some("the folder of the database must be one where taspa may write"),
            Self::Sql(error) => sql_hint(error),
            Self::Batch { hint, .. } => *hint,
            Self::Gone { .. } => {
                Some("nothing is stored any more; put the file back, or restart the daemon to begin with what stands there now")
            }
            Self::WriterGone => None,
        }
    }
}

fn sql_hint(error: &rusqlite::Error) -> Option<&'static str> {
    match error.sqlite_error_code()? {
        ErrorCode::DiskFull => Some("make room on the disk"),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Some("another process holds the database: does a backup or a shell have it open?")
        }
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            Some("the file and its folder must be writable for the user running taspa")
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some("the file is damaged: move it away, and put a backup in its place"),
        _ => None,
    }
}

/// The open file. Cheap to share behind an `Arc`; [`Store::close`] ends the writer.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
    readers: Arc<Readers>,
}

impl Store {
    /// Opens the settings' file, made and migrated as needed.
    ///
    /// # Errors
    /// When it is no database of ours, is newer than this program, or cannot be written.
    pub fn open(settings: &Settings, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let path = &settings.store.path;
        let authority = settings.server.public_url.as_ref().and_then(|url| url.host_str());
        let connection = schema::open_for_writing(path, authority, &settings.dedup.tracking, now)?;
        Ok(Self { writer: Writer::start(connection, settings.dedup.clone()), readers: Arc::new(Readers::new(path)) })
    }

    /// Opens the settings' file for reading only; None when it is not there yet.
    ///
    /// # Errors
    /// As for [`Store::open`]; nothing is migrated.
    pub fn open_reader(path: &Path) -> Result<Option<Reader>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let readers = Arc::new(Readers::new(path));
        readers.with(|_| Ok(()))?;
        Ok(Some(Reader { readers }))
    }

    /// A handle for reading.
    pub fn reader(&self) -> Reader {
        Reader { readers: Arc::clone(&self.readers) }
    }

    /// Makes the store's sources those of the config: new ones are due at `now`, changed ones take effect, others are retired.
    /// Gives the state of all that are enabled, in the order of the config.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn adopt(&self, sources: &[Arc<Source>], now: DateTime<Utc>) -> Result<Vec<SourceState>, StoreError> {
        let sources = sources.to_vec();
        self.ask(|reply| Job::Adopt { sources, now, reply }).await
    }

    /// Stores a poll whole: entries, stories, validators, next poll time, poll row. Gives the source's new state too, unless the
    /// file has been replaced and no longer knows it.
    ///
    /// # Errors
    /// When the transaction fails; then nothing of the poll is stored.
    pub async fn commit(&self, outcome: PollOutcome) -> Result<Committing, StoreError> {
        self.ask(|reply| Job::Commit { outcome: Box::new(outcome), reply }).await
    }

    /// Stores what came of an attempt at an article page; gives which published documents may have changed.
    ///
    /// # Errors
    /// When the transaction fails; then the page is still due.
    pub async fn settle(&self, outcome: ArticleOutcome) -> Result<Settled, StoreError> {
        self.ask(|reply| Job::Settle { outcome: Box::new(outcome), reply }).await
    }

    /// Shows the entries that have waited long enough for their article pages; gives whose they are.
    ///
    /// # Errors
    /// When the transaction fails; then they wait on.
    pub async fn release_waited(&self, now: DateTime<Utc>) -> Result<Released, StoreError> {
        self.ask(|reply| Job::Release { now, reply }).await
    }

    /// Makes the subscriptions at hubs those that are planned: others are left, new ones are due at `now`. Gives all there are.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn plan_subscriptions(&self, plan: SubscriptionPlan, now: DateTime<Utc>) -> Result<Subscriptions, StoreError> {
        self.ask(|reply| Job::PlanSubscriptions { plan, now, reply }).await
    }

    /// Notes what has become of a subscription; gives it as it stands now, None when it is no more.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn change_subscription(&self, id: i64, change: SubscriptionChange) -> Result<Option<Subscription>, StoreError> {
        self.ask(|reply| Job::ChangeSubscription { id, change, reply }).await
    }

    /// A source that nobody pushes any more is next polled at `at`, unless it is polled sooner, or failing.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn poll_by(&self, source: i64, at: DateTime<Utc>) -> Result<Option<SourceState>, StoreError> {
        self.ask(|reply| Job::PollBy { source, at, reply }).await
    }

    /// Whether another process has committed since this was asked last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn foreign_commit(&self) -> Result<bool, StoreError> {
        self.ask(|reply| Job::ForeignCommit { reply }).await
    }

    /// Makes some of the entries that are new, or have changed, findable; gives how many. None is left once it gives 0.
    ///
    /// # Errors
    /// When the transaction fails; then they are still to be made so.
    pub async fn index(&self) -> Result<usize, StoreError> {
        self.ask(|reply| Job::Index { reply }).await
    }

    /// Sets how entries become one story from now on.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub async fn set_dedup(&self, dedup: Dedup) -> Result<(), StoreError> {
        self.ask(|reply| Job::SetDedup { dedup, reply }).await
    }

    /// Takes an entry out of its story by hand; gives the story that it stands for from now on, None when it stood alone. No rule
    /// brings it back.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn split(&self, entry: i64, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
        self.ask(|reply| Job::Split { entry, now, reply }).await
    }

    /// Makes one story of the stories of two entries by hand; gives it, None when they are one already. No rule parts them.
    ///
    /// # Errors
    /// When the transaction fails; then nothing has changed.
    pub async fn join(&self, one: i64, other: i64, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
        self.ask(|reply| Job::Join { one, other, now, reply }).await
    }

    /// Lets the writer finish what it was given, and closes the file. Blocks.
    pub fn close(self) {
        self.writer.join();
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(job(reply)).await?;
        answer.await.map_err(|_| StoreError::WriterGone)?
    }
}

/// An instant as the file keeps it.
fn seconds(instant: DateTime<Utc>) -> i64 {
    instant.timestamp()
}

/// An instant as the file kept it. What no clock can show becomes 1970, so that a damaged row still reads.
fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH)
}
