//! Subscriptions at WebSub hubs: what was asked of them, until when they push, and what is due.
//!
//! Which hub a source's feed names stands in the source's own row; here, what became of it. Of a source at most one subscription is wanted;
//! others are being left.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{instant, seconds};
use crate::websub::Topic;

/// A subscription and how it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: i64,
    /// [`super::SourceState::id`].
    pub source: i64,
    /// The source's name.
    pub name: String,
    pub hub: String,
    pub topic: String,
    /// The callback's address without its last part.
    pub base: String,
    /// The last part, which nobody guesses.
    pub token: String,
    /// By which the hub signs what it pushes.
    pub secret: String,
    /// Else it is being left.
    pub is_wanted: bool,
    /// When the hub was last asked; None when it has answered since.
    pub asked: Option<DateTime<Utc>>,
    /// Requests in a row that came to nothing.
    pub attempts: u32,
    /// When there is something to do next.
    pub due: DateTime<Utc>,
    /// None while the hub has not confirmed it.
    pub lease_ends: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Token and secret stand in no log.
        formatter.debug_struct("Subscription").field("source", &self.name).field("hub", &self.hub).finish_non_exhaustive()
    }
}

impl Subscription {
    /// Whether the hub holds a lease.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.lease_ends.is_some_and(|ends| now < ends)
    }
}

/// Which subscriptions there are to be.
#[derive(Debug, Clone)]
pub struct SubscriptionPlan {
    /// What callbacks' addresses begin with; None where no hub can reach this server, and nothing is subscribed to.
    pub base: Option<String>,
    /// The names of the sources that may be pushed.
    pub sources: HashSet<String>,
    /// Gives words that nobody guesses, for tokens and secrets; None when it cannot.
    pub word: fn() -> Option<String>,
}

/// What a plan led to.
#[derive(Debug, Default)]
pub struct Subscriptions {
    /// All there are.
    pub all: Vec<Subscription>,
    /// Sources ([`super::SourceState::id`]) that were pushed and are pushed no longer.
    pub lost: Vec<i64>,
}

/// What has become of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionChange {
    /// The hub is being asked; `due`: when again, if it does not answer.
    Asked { at: DateTime<Utc>, due: DateTime<Utc> },
    /// It could not be asked, or refused at once. Nothing changes if it has confirmed meanwhile.
    Failed { error: String, due: DateTime<Utc> },
    /// It was told that the subscription is wanted.
    Confirmed { lease_ends: DateTime<Utc>, due: DateTime<Utc> },
    /// It gives nothing, or nothing any more.
    Denied { error: String, due: DateTime<Utc> },
    /// A push was not believed.
    NotBelieved,
    /// A push was believed, and could not be read.
    NotRead,
    /// It is over.
    Ended,
}

/// What people want to know of a source's subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushStatus {
    pub hub: String,
    /// None while the hub has not confirmed it.
    pub lease_ends: Option<DateTime<Utc>>,
    /// The last push that was believed.
    pub last_push: Option<DateTime<Utc>>,
    /// Pushes that were not believed.
    pub ignored: u64,
    /// A poll has found news that the hub had not pushed, or a push was of no use.
    pub is_doubted: bool,
    /// Why the last request to the hub came to nothing.
    pub error: Option<String>,
}

const NAME: &str = "UPDATE source SET hub = ?2, topic = ?3 WHERE id = ?1 AND (hub IS NOT ?2 OR topic IS NOT ?3)";

/// The hub that a source's feed names from now on; whether it is another than before.
pub(super) fn name_hub(connection: &Connection, source: i64, topic: Option<&Topic>) -> rusqlite::Result<bool> {
    let (hub, url) = (topic.map(|topic| topic.hub.as_str()), topic.map(|topic| topic.url.as_str()));
    Ok(connection.prepare_cached(NAME)?.execute((source, hub, url))? > 0)
}

const PUSHED: &str = "UPDATE subscription SET pushes = pushes + 1, last_push = ?2, is_doubted = 0 WHERE source = ?1 AND is_wanted = 1";

/// A push of a source was stored.
pub(super) fn pushed(connection: &Connection, source: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection.prepare_cached(PUSHED)?.execute((source, seconds(at))).map(drop)
}

const MISSING: &str = "UPDATE subscription SET is_doubted = 1 WHERE source = ?1 AND is_wanted = 1 AND lease_ends > ?2";

/// A poll of a source has found news that its hub, if there is one, should have pushed.
pub(super) fn doubt(connection: &Connection, source: i64, at: DateTime<Utc>) -> rusqlite::Result<()> {
    connection.prepare_cached(MISSING)?.execute((source, seconds(at))).map(drop)
}

const PUSHED_UNTIL: &str = "SELECT lease_ends FROM subscription WHERE source = ?1 AND is_wanted = 1 AND is_doubted = 0 AND lease_ends > ?2";

/// Until when a source's hub pushes what is new; None where none does, or where it has been found to forget.
pub(super) fn pushed_until(connection: &Connection, source: i64, now: DateTime<Utc>) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let ends: Option<i64> = connection.prepare_cached(PUSHED_UNTIL)?.query_row((source, seconds(now)), |row| row.get(0)).optional()?;
    Ok(ends.map(instant))
}

const ALL: &str = "SELECT subscription.id, source, source.name, subscription.hub, subscription.topic, base, token, secret, is_wanted, asked, \
                   attempts, due, lease_ends FROM subscription JOIN source ON source.id = subscription.source";
const ONE: &str = "SELECT subscription.id, source, source.name, subscription.hub, subscription.topic, base, token, secret, is_wanted, asked, \
                   attempts, due, lease_ends FROM subscription JOIN source ON source.id = subscription.source WHERE subscription.id = ?1";

fn subscription(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let time = |index: usize| row.get::<_, Option<i64>>(index).map(|seconds| seconds.map(instant));
    Ok(Subscription {
        id: row.get(0)?,
        source: row.get(1)?,
        name: row.get(2)?,
        hub: row.get(3)?,
        topic: row.get(4)?,
        base: row.get(5)?,
        token: row.get(6)?,
        secret: row.get(7)?,
        is_wanted: row.get(8)?,
        asked: time(9)?,
        attempts: row.get(10)?,
        due: instant(row.get(11)?),
        lease_ends: time(12)?,
    })
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<Subscription>> {
    connection.prepare_cached(ALL)?.query_map([], subscription)?.collect()
}

const NAMED: &str = "SELECT id, name, hub, topic FROM source INDEXED BY source_hub WHERE hub IS NOT NULL AND is_retired = 0";
const LEAVE: &str = "UPDATE subscription SET is_wanted = 0, asked = NULL, attempts = 0, due = ?2 WHERE id = ?1";
const ADD: &str =
    "INSERT INTO subscription (source, hub, topic, base, token, secret, is_wanted, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)";

/// Makes the subscriptions those that are planned: others are left, new ones are due.
pub(super) fn plan(connection: &Connection, plan: &SubscriptionPlan, now: DateTime<Utc>) -> rusqlite::Result<Subscriptions> {
    let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let named: Vec<(i64, String, String, String)> = connection.prepare_cached(NAMED)?.query_map([], columns)?.collect::<Result<_, _>>()?;
    let base = plan.base.as_deref();
    let wanted = named.into_iter().filter(|(_, name, ..)| base.is_some() && plan.sources.contains(name));
    let mut wanted: HashSet<(i64, String, String)> = wanted.map(|(id, _, hub, topic)| (id, hub, topic)).collect();
    let mut lost = Vec::new();
    for known in all(connection)?.into_iter().filter(|known| known.is_wanted) {
        let is_kept = base == Some(known.base.as_str()) && wanted.remove(&(known.source, known.hub.clone(), known.topic.clone()));
        if !is_kept {
            connection.prepare_cached(LEAVE)?.execute((known.id, seconds(now)))?;
            if known.is_active(now) {
                lost.push(known.source);
            }
        }
    }
    for (source, hub, topic) in wanted {
        if let (Some(base), Some(token), Some(secret)) = (base, (plan.word)(), (plan.word)()) {
            connection.prepare_cached(ADD)?.execute((source, hub, topic, base, token, secret, seconds(now)))?;
        }
    }
    Ok(Subscriptions { all: all(connection)?, lost })
}

const ASKED: &str = "UPDATE subscription SET asked = ?2, due = ?3, attempts = attempts + 1 WHERE id = ?1";
const FAILED: &str = "UPDATE subscription SET error = ?2, due = ?3 WHERE id = ?1 AND asked IS NOT NULL";
const CONFIRMED: &str =
    "UPDATE subscription SET asked = NULL, attempts = 0, error = NULL, lease_ends = ?2, due = ?3 WHERE id = ?1 AND is_wanted = 1";
const DENIED: &str = "UPDATE subscription SET asked = NULL, lease_ends = NULL, error = ?2, due = ?3 WHERE id = ?1";
/// What it held is news that the hub has not pushed, as far as anybody knows.
const NOT_KEPT: &str = "UPDATE subscription SET ignored = ignored + ?2, is_doubted = 1 WHERE id = ?1";
const ENDED: &str = "DELETE FROM subscription WHERE id = ?1";

/// Notes what has become of a subscription; gives it as it stands now, None when it is no more.
pub(super) fn change(connection: &Connection, id: i64, change: &SubscriptionChange) -> rusqlite::Result<Option<Subscription>> {
    match change {
        SubscriptionChange::Asked { at, due } => connection.prepare_cached(ASKED)?.execute((id, seconds(*at), seconds(*due)))?,
        SubscriptionChange::Failed { error, due } => connection.prepare_cached(FAILED)?.execute((id, error, seconds(*due)))?,
        SubscriptionChange::Confirmed { lease_ends, due } => {
            connection.prepare_cached(CONFIRMED)?.execute((id, seconds(*lease_ends), seconds(*due)))?
        }
        SubscriptionChange::Denied { error, due } => connection.prepare_cached(DENIED)?.execute((id, error, seconds(*due)))?,
        SubscriptionChange::NotBelieved => connection.prepare_cached(NOT_KEPT)?.execute((id, 1))?,
        SubscriptionChange::NotRead => connection.prepare_cached(NOT_KEPT)?.execute((id, 0))?,
        SubscriptionChange::Ended => connection.prepare_cached(ENDED)?.execute([id])?,
    };
    connection.prepare_cached(ONE)?.query_row([id], subscription).optional()
}

const STATUS: &str = "SELECT source.name, subscription.hub, lease_ends, last_push, ignored, is_doubted, subscription.error FROM subscription \
                      JOIN source ON source.id = subscription.source WHERE is_wanted = 1 AND source.is_retired = 0";

/// How the subscriptions stand that are wanted, each with its source's name.
pub(super) fn status(connection: &Connection) -> rusqlite::Result<Vec<(String, PushStatus)>> {
    let columns = |row: &Row<'_>| {
        let time = |index: usize| row.get::<_, Option<i64>>(index).map(|seconds| seconds.map(instant));
        let status = PushStatus {
            hub: row.get(1)?,
            lease_ends: time(2)?,
            last_push: time(3)?,
            ignored: row.get::<_, i64>(4)?.unsigned_abs(),
            is_doubted: row.get(5)?,
            error: row.get(6)?,
        };
        Ok((row.get(0)?, status))
    };
    connection.prepare_cached(STATUS)?.query_map([], columns)?.collect()
}
