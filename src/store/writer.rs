//! The writer thread: the only one that changes the file.
//!
//! Polls that wait together share one transaction, each in a savepoint of its own, so that one that fails takes no other
//! with it. Nobody is answered before the transaction has been committed.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::joining::Stories;
use super::{
    ArticleOutcome, Committed, PollOutcome, Released, Settled, SourceState, StoreError, Subscription, SubscriptionChange, SubscriptionPlan,
    Subscriptions, article, host, membership, poll, search, source, subscription,
};
use crate::config::{Dedup, Source};

/// Jobs that may wait; whoever has one more waits himself.
const QUEUE: usize = 64;

/// Most polls in one transaction.
const BATCH: usize = 32;

/// What a commit did, and how polling stands after it.
#[derive(Debug)]
pub struct Committing {
    pub committed: Committed,
    /// The source's state; None when the file no longer has it.
    pub state: Option<SourceState>,
    /// Hosts that the poll told something of, and until when they are left alone; it may be over.
    pub rests: Vec<(String, DateTime<Utc>)>,
}

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something for the writer to do.
pub(super) enum Job {
    Commit { outcome: Box<PollOutcome>, reply: Reply<Committing> },
    Adopt { sources: Vec<Arc<Source>>, now: DateTime<Utc>, reply: Reply<Vec<SourceState>> },
    ForeignCommit { reply: Reply<bool> },
    Index { reply: Reply<usize> },
    SetDedup { dedup: Dedup, reply: Reply<()> },
    Split { entry: i64, now: DateTime<Utc>, reply: Reply<Option<i64>> },
    Join { one: i64, other: i64, now: DateTime<Utc>, reply: Reply<Option<i64>> },
    Settle { outcome: Box<ArticleOutcome>, reply: Reply<Settled> },
    Release { now: DateTime<Utc>, reply: Reply<Released> },
    PlanSubscriptions { plan: SubscriptionPlan, now: DateTime<Utc>, reply: Reply<Subscriptions> },
    ChangeSubscription { id: i64, change: SubscriptionChange, reply: Reply<Option<Subscription>> },
    PollBy { source: i64, at: DateTime<Utc>, reply: Reply<Option<SourceState>> },
}

#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl Writer {
    #[expect(clippy::disallowed_methods, reason = "the one writer thread; Writer::join joins it")]
    pub fn start(connection: Connection, dedup: Dedup) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        // What others commit from here on is foreign.
        let data_version = data_version(&connection).ok();
        let path = PathBuf::from(connection.path().unwrap_or_default());
        let file = file_at(&path);
        let desk = Desk { connection, path, file, stories: Stories::new(dedup), data_version, indexed_version: None };
        Self { jobs, thread: std::thread::spawn(move || desk.work(queue)) }
    }

    pub async fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).await.map_err(|_| StoreError::WriterGone)
    }

    /// Ends the thread after the jobs that it already has.
    pub fn join(self) {
        drop(self.jobs);
        if self.thread.join().is_err() {
            tracing::error!("the writer thread had panicked");
        }
    }
}

/// What the thread owns.
struct Desk {
    connection: Connection,
    path: PathBuf,
    /// What stood there when it was opened.
    file: Option<(u64, u64)>,
    stories: Stories,
    /// SQLite's count of other connections' commits when it was last asked for.
    data_version: Option<i64>,
    /// The same, when a transaction was last begun.
    indexed_version: Option<i64>,
}

impl Desk {
    fn work(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut next = queue.blocking_recv();
        while let Some(job) = next.take() {
            match job {
                Job::Commit { outcome, reply } => {
                    let mut batch = vec![(outcome, reply)];
                    while batch.len() < BATCH {
                        match queue.try_recv() {
                            Ok(Job::Commit { outcome, reply }) => batch.push((outcome, reply)),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.commit(batch);
                }
                Job::Adopt { sources, now, reply } => {
                    // Whoever asked may be gone; then nobody misses the answer.
                    let _ = reply.send(self.adopt(&sources, now));
                }
                Job::ForeignCommit { reply } => {
                    let _ = reply.send(self.foreign_commit());
                }
                Job::Index { reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, _| search::index(transaction)));
                }
                Job::SetDedup { dedup, reply } => {
                    self.stories.set(dedup);
                    let _ = reply.send(Ok(()));
                }
                Job::Settle { outcome, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, stories| article::settle(transaction, &outcome, stories)));
                }
                Job::Release { now, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, _| article::release_waited(transaction, now)));
                }
                Job::PlanSubscriptions { plan, now, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, _| subscription::plan(transaction, &plan, now)));
                }
                Job::ChangeSubscription { id, change, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, _| subscription::change(transaction, id, &change)));
                }
                Job::PollBy { source, at, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, _| source::poll_by(transaction, source, at)));
                }
                Job::Split { entry, now, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, stories| {
                        stories.outdate();
                        membership::split(transaction, entry, now)
                    }));
                }
                Job::Join { one, other, now, reply } => {
                    let _ = reply.send(self.in_transaction(|transaction, stories| {
                        stories.outdate();
                        membership::join(transaction, one, other, now)
                    }));
                }
            }
            if next.is_none() {
                next = queue.blocking_recv();
            }
        }
    }

    fn commit(&mut self, batch: Vec<(Box<PollOutcome>, Reply<Committing>)>) {
        let (outcomes, replies): (Vec<_>, Vec<_>) = batch.into_iter().map(|(outcome, reply)| (*outcome, reply)).unzip();
        match self.commit_all(outcomes) {
            Ok(results) => {
                for (reply, result) in replies.into_iter().zip(results) {
                    let _ = reply.send(result);
                }
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(StoreError::Batch { message: error.to_string(), hint: error.hint() }));
                }
            }
        }
    }

    fn commit_all(&mut self, outcomes: Vec<PollOutcome>) -> Result<Vec<Result<Committing, StoreError>>, StoreError> {
        let (mut transaction, stories) = self.begin()?;
        match commit_each(&mut transaction, outcomes, stories) {
            Ok(results) => committed(transaction, stories).map(|()| results),
            Err(error) => {
                stories.forget();
                Err(error.into())
            }
        }
    }

    fn adopt(&mut self, sources: &[Arc<Source>], now: DateTime<Utc>) -> Result<Vec<SourceState>, StoreError> {
        self.in_transaction(|transaction, stories| {
            stories.adopted();
            source::adopt(transaction, sources, now)?;
            source::states(transaction, sources)
        })
    }

    fn in_transaction<T>(&mut self, change: impl FnOnce(&Transaction<'_>, &mut Stories) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let (transaction, stories) = self.begin()?;
        match change(&transaction, stories) {
            Ok(value) => committed(transaction, stories).map(|()| value),
            Err(error) => {
                stories.forget();
                Err(error.into())
            }
        }
    }

    fn foreign_commit(&mut self) -> Result<bool, StoreError> {
        let version = data_version(&self.connection)?;
        let before = self.data_version.replace(version);
        let is_foreign = before.is_some_and(|before| before != version);
        if is_foreign {
            self.stories.outdate();
        }
        Ok(is_foreign)
    }

    fn begin(&mut self) -> Result<(Transaction<'_>, &mut Stories), StoreError> {
        // SQLite would go on writing to a file that nobody finds any more.
        if file_at(&self.path) != self.file {
            return Err(StoreError::Gone { path: self.path.clone() });
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // From here on nobody else commits: what the index follows now stays true to the end.
        let version = data_version(&transaction)?;
        if self.indexed_version.replace(version).is_some_and(|before| before != version) {
            self.stories.outdate();
        }
        Ok((transaction, &mut self.stories))
    }
}

/// Stores each poll in a savepoint of its own; fails as a whole only where savepoints do.
fn commit_each(
    transaction: &mut Transaction<'_>,
    outcomes: Vec<PollOutcome>,
    stories: &mut Stories,
) -> rusqlite::Result<Vec<Result<Committing, StoreError>>> {
    let mut results = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let savepoint = transaction.savepoint()?;
        let id = outcome.source;
        let hosts: Vec<String> = outcome.signs.iter().map(|sign| sign.host.clone()).collect();
        let result = poll::commit(&savepoint, outcome, stories).and_then(|committed| {
            let rest = |host: String| host::find(&savepoint, &host).map(|found| (host, found.rests_until().unwrap_or_default()));
            let rests = hosts.into_iter().map(rest).collect::<rusqlite::Result<_>>()?;
            Ok(Committing { committed, state: source::state_of(&savepoint, id)?, rests })
        });
        if result.is_ok() {
            savepoint.commit()?;
        } else {
            stories.forget();
            savepoint.finish()?;
        }
        results.push(result.map_err(StoreError::from));
    }
    Ok(results)
}

/// Commits; what the index of the stories holds is stored then, or the index is made anew.
fn committed(transaction: Transaction<'_>, stories: &mut Stories) -> Result<(), StoreError> {
    transaction.commit().inspect_err(|_| stories.forget())?;
    Ok(())
}

/// Device and number of the file that stands at a path.
fn file_at(path: &Path) -> Option<(u64, u64)> {
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// SQLite's count of the commits that other connections made.
fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}
