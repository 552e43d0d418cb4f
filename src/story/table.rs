//! A small hash table that needs no memory but its own: what an entry's words and runs are looked up in, many times an entry.

/// Places. An entry has fewer than half as many words.
const PLACES: usize = 512;

/// Keys, each with a number below 65,535.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The key, and the number by one; 0 where the place is free.
    places: [(u32, u16); PLACES],
    left: usize,
}

impl Table {
    pub fn new() -> Self {
        Self { places: [(0, 0); PLACES], left: PLACES / 2 }
    }

    /// Puts a key in, unless it is there. What finds no room is left out.
    pub fn insert(&mut self, key: u32, number: usize) {
        let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
        let mut at = key as usize % PLACES;
        while self.places[at].1 != 0 {
            if self.places[at].0 == key {
                return;
            }
            at = (at + 1) % PLACES;
        }
        if self.left > 0 {
            self.places[at] = (key, number);
            self.left -= 1;
        }
    }

    /// The number of a key.
    pub fn get(&self, key: u32) -> Option<usize> {
        let mut at = key as usize % PLACES;
        // Half of the places are free.
        while self.places[at].1 != 0 {
            if self.places[at].0 == key {
                return Some(usize::from(self.places[at].1) - 1);
            }
            at = (at + 1) % PLACES;
        }
        None
    }
}
