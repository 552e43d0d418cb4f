//! Hosts that are left alone: since they ask for it, or cannot be reached. All sources of a host wait together, and a restart changes nothing.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{instant, seconds};
use crate::schedule::{Failing, Reason, backoff};

/// What a poll told of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSign {
    pub host: String,
    pub told: Told,
}

/// What was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It answered, whatever that was.
    Answered,
    /// No answer came to the poll of a source with such an interval.
    Unreachable { interval: TimeDelta },
    /// It wants no request before then (Retry-After).
    Asks(DateTime<Utc>),
}

/// A host that is left alone.
#[derive(Debug, Clone, PartialEq)]
pub struct HostRest {
    pub host: String,
    pub until: DateTime<Utc>,
    pub reason: Reason,
}

/// What the table has of a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Host {
    /// Its own wish.
    pub not_before: Option<DateTime<Utc>>,
    failures: u32,
    rests_until: Option<DateTime<Utc>>,
}

const FIND: &str = "SELECT not_before, failures, rests_until FROM host WHERE name = ?1";
const KEEP: &str = "INSERT INTO host (name, not_before, failures, rests_until) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) \
                    DO UPDATE SET not_before = excluded.not_before, failures = excluded.failures, rests_until = excluded.rests_until";
const FORGET: &str = "DELETE FROM host WHERE name = ?1";

/// What is known of a host.
pub(super) fn find(connection: &Connection, name: &str) -> rusqlite::Result<Host> {
    let columns = |row: &Row<'_>| {
        let time = |index: usize| row.get::<_, Option<i64>>(index).map(|seconds| seconds.map(instant));
        Ok(Host { not_before: time(0)?, failures: row.get(1)?, rests_until: time(2)? })
    };
    Ok(connection.prepare_cached(FIND)?.query_row([name], columns).optional()?.unwrap_or_default())
}

/// Takes what a poll at `now` told of hosts.
pub(super) fn take(connection: &Connection, signs: &[HostSign], now: DateTime<Utc>) -> rusqlite::Result<()> {
    for HostSign { host: name, told } in signs {
        let known = find(connection, name)?;
        let host = known.after(name, *told, now);
        if host == Host::default() {
            if known != host {
                connection.prepare_cached(FORGET)?.execute([name])?;
            }
        } else if known != host {
            let time = |at: Option<DateTime<Utc>>| at.map(seconds);
            connection.prepare_cached(KEEP)?.execute((name, time(host.not_before), host.failures, time(host.rests_until)))?;
        }
    }
    Ok(())
}

impl Host {
    fn after(self, name: &str, told: Told, now: DateTime<Utc>) -> Self {
        let not_before = self.not_before.filter(|until| *until > now);
        match told {
            Told::Answered => Self { not_before, ..Self::default() },
            Told::Asks(until) => Self { not_before: Some(not_before.map_or(until, |known| known.max(until))), ..self },
            // Polls that were under way when the rest began tell nothing new.
            Told::Unreachable { .. } if self.rests_until.is_some_and(|until| until > now) => self,
            Told::Unreachable { interval } => {
                let failures = self.failures.saturating_add(1);
                let pause = backoff(name, failures, interval, Failing::Unreachable);
                Self { not_before, failures, rests_until: now.checked_add_signed(pause) }
            }
        }
    }

    /// Until when the host is left alone, if it is after `now`.
    pub fn rest(self, name: &str, now: DateTime<Utc>) -> Option<HostRest> {
        let asks = self.not_before.map(|until| (until, Reason::HostAsks { host: name.to_owned(), until }));
        let fails = self.rests_until.map(|until| (until, Reason::HostBackoff { host: name.to_owned(), failures: self.failures }));
        let latest = asks.into_iter().chain(fails).filter(|(until, _)| *until > now).max_by_key(|(until, _)| *until);
        latest.map(|(until, reason)| HostRest { host: name.to_owned(), until, reason })
    }

    /// The later of two instants.
    pub fn rests_until(self) -> Option<DateTime<Utc>> {
        self.not_before.max(self.rests_until)
    }
}
