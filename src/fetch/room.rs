//! Room for bodies: few large ones are in memory at once, and as many are read at a time as there are processors, one large among them.
//!
//! Many publishers that send as much as they may, at the same moment, must not cost more than a few do. Small bodies, which nearly all are, wait
//! for no place in memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a body has at most, decoded, that needs no place.
pub(super) const SMALL: u64 = 256 << 10;

/// Large bodies at once. More than one, so that one which drips holds up no other.
const PLACES: usize = 2;

/// The places of all large bodies.
#[derive(Debug)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    turns: Arc<Turns>,
}

/// Turns to read.
#[derive(Debug)]
struct Turns {
    all: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// The place of a body, until it is dropped.
#[derive(Debug)]
pub struct Place {
    /// Of a large one.
    place: Option<OwnedSemaphorePermit>,
    turns: Arc<Turns>,
}

/// The turn to read a body, until it is dropped.
#[derive(Debug)]
pub struct Reading {
    _turn: OwnedSemaphorePermit,
    _large: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// The place of a body that is small so far.
    pub fn place(&self) -> Place {
        Place { place: None, turns: Arc::clone(&self.turns) }
    }

    /// Waits until a body may be large. Whoever has a place of that kind must not wait for another.
    pub async fn enlarge(&self, place: &mut Place) {
        place.place = Some(taken(&self.places).await);
    }
}

impl Default for Room {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let turns = Turns { all: Arc::new(Semaphore::new(processors)), large: Arc::new(Semaphore::new(1)) };
        Self { places: Arc::new(Semaphore::new(PLACES)), turns: Arc::new(turns) }
    }
}

impl Place {
    /// Waits for the turn to read it, which takes several times its size.
    pub async fn reading(&self) -> Reading {
        // In this order: those that wait for a large one must not keep the small ones waiting.
        let large = if self.place.is_some() { Some(taken(&self.turns.large).await) } else { None };
        Reading { _large: large, _turn: taken(&self.turns.all).await }
    }
}

async fn taken(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(semaphore).acquire_owned().await.expect("the semaphore is never closed")
}
