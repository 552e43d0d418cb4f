//! Room for bodies: the larger they are, the fewer are in memory at once, and the fewer are read at once.
//!
//! Many publishers that send as much as they may, at the same moment, must not cost more than one does. Small bodies, which nearly all are, wait
//! for no place in memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From how many decoded bytes on a body needs a place of which kind, and how many places of each there are. A body takes them in this order and
/// gives the one before back, so that two never wait for each other.
const KINDS: [(u64, usize); 2] = [(256 << 10, 8), (1 << 20, 1)];

/// How many KiB of bodies are read at once, which takes several times as much; a body that is larger is read alone.
const READ_AT_ONCE: u32 = 1 << 10;

/// The places of all bodies.
#[derive(Debug)]
pub(super) struct Room {
    places: [Arc<Semaphore>; KINDS.len()],
    turns: Arc<Semaphore>,
}

/// The place of a body, until it is dropped. Whoever has one must not wait for another.
#[derive(Debug)]
pub struct Place {
    held: Option<OwnedSemaphorePermit>,
    turns: Arc<Semaphore>,
}

/// The turn to read a body, until it is dropped.
#[derive(Debug)]
pub struct Reading {
    _turn: OwnedSemaphorePermit,
}

impl Room {
    /// The place of a body that is small so far.
    pub fn place(&self) -> Place {
        Place { held: None, turns: Arc::clone(&self.turns) }
    }

    /// From how many bytes on a body needs another place, in order, and what gives it that.
    pub fn kinds(&self) -> impl Iterator<Item = (u64, &Arc<Semaphore>)> {
        KINDS.iter().map(|(from, _)| *from).zip(&self.places)
    }
}

impl Default for Room {
    fn default() -> Self {
        let places = KINDS.map(|(_, places)| Arc::new(Semaphore::new(places)));
        Self { places, turns: Arc::new(Semaphore::new(READ_AT_ONCE as usize)) }
    }
}

impl Place {
    /// Waits until the body may grow.
    pub(super) async fn enlarge(&mut self, places: &Arc<Semaphore>) {
        self.held = Some(taken(places, 1).await);
    }

    /// Waits for the turn to read a body of so many bytes.
    pub async fn reading(&self, bytes: usize) -> Reading {
        let kib = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        Reading { _turn: taken(&self.turns, kib.min(READ_AT_ONCE)).await }
    }
}

async fn taken(semaphore: &Arc<Semaphore>, permits: u32) -> OwnedSemaphorePermit {
    Arc::clone(semaphore).acquire_many_owned(permits).await.expect("the semaphore is never closed")
}
