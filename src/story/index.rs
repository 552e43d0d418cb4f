//! Which of the last entries may carry the same report as a new one: locality-sensitive hashing over runs of words.
//!
//! Of each text a few runs are chosen by their own hashes (winnowing: the least of every few neighbours), so that two texts with a
//! stretch in common choose the same ones in it, however much stands around. Bounded: the oldest entries make room.

use std::collections::{HashMap, VecDeque};

use super::compare::hashes;
use super::signature::{MAX_WORDS, Signature, Token, mixed};
use super::stem::Tongue;

/// Most entries kept.
const MAX_ENTRIES: usize = 1 << 18;

/// Most bytes of signatures kept.
const MAX_BYTES: usize = 256 << 20;

/// Most keys kept, of 12 bytes each; the oldest make room.
const MAX_POSTINGS: usize = 1 << 23;

/// Neighbours of which one run is chosen, at the beginning of a text and after it: what is changed least is told first.
const NEAR_LEAD: usize = 4;
const NEAR: usize = 12;

/// Runs that the beginning has.
const LEAD: usize = 32;

/// Newest entries looked at under one key: what more of them share tells nothing.
const MAX_UNDER_KEY: usize = 40;

/// Most entries that are compared with a new one.
const MAX_RIVALS: usize = 12;

/// A text has to share one key more for each so many that it has, up to a bound.
const MANY_KEYS: usize = 12;
const MOST_SHARED: usize = 3;

/// An entry in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    pub entry: i64,
    pub story: i64,
    pub source: i64,
    /// Seconds since 1970.
    pub published: i64,
    pub signature: Signature,
}

/// A key of an entry, linked with the one written before under the same head.
#[derive(Debug, Clone, Copy, Default)]
struct Posting {
    key: u32,
    /// The entry's number, cut to 32 bits.
    number: u32,
    /// The place before; 0 for none.
    before: u32,
}

/// The newest entries, by what they may have in common.
#[derive(Debug, Default)]
pub struct Index {
    /// None where an entry was forgotten.
    entries: VecDeque<Option<Indexed>>,
    /// The number of the first of `entries`.
    first: u32,
    numbers: HashMap<i64, u32>,
    bytes: usize,
    /// A ring once it has grown to its bound. Places count from 1.
    postings: Vec<Posting>,
    /// Postings ever written.
    written: u32,
    heads: Vec<u32>,
}

impl Index {
    /// Adds an entry, or what it has become.
    pub fn add(&mut self, indexed: Indexed, keys: &Keys) {
        self.forget(indexed.entry);
        let number = self.first.wrapping_add(u32::try_from(self.entries.len()).expect("bounded"));
        for key in &keys.0 {
            self.write(*key, number);
        }
        self.bytes += indexed.signature.size();
        self.numbers.insert(indexed.entry, number);
        self.entries.push_back(Some(indexed));
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            if let Some(oldest) = self.entries.pop_front().flatten() {
                self.bytes -= oldest.signature.size();
                self.numbers.remove(&oldest.entry);
            }
            self.first = self.first.wrapping_add(1);
        }
    }

    /// Takes an entry out.
    pub fn forget(&mut self, entry: i64) {
        if let Some(number) = self.numbers.remove(&entry)
            && let Some(place) = self.entries.get_mut(number.wrapping_sub(self.first) as usize)
            && let Some(indexed) = place.take()
        {
            self.bytes -= indexed.signature.size();
        }
    }

    /// The entry, if it is there.
    pub fn get(&self, entry: i64) -> Option<&Indexed> {
        self.at(*self.numbers.get(&entry)?)
    }

    /// All that are there, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Indexed> {
        self.entries.iter().flatten()
    }

    /// An entry belongs to another story from now on.
    pub fn moved(&mut self, entry: i64, story: i64) {
        if let Some(number) = self.numbers.get(&entry)
            && let Some(Some(indexed)) = self.entries.get_mut(number.wrapping_sub(self.first) as usize)
        {
            indexed.story = story;
        }
    }

    /// Entries that are there.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether none is there.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Bytes that it takes in memory, nearly.
    pub fn size(&self) -> usize {
        let places = self.entries.capacity() * size_of::<Option<Indexed>>() + self.numbers.capacity() * (size_of::<(i64, u32)>() + 1);
        self.bytes + places + self.postings.capacity() * size_of::<Posting>() + self.heads.capacity() * size_of::<u32>()
    }

    /// The entries that may carry the same report as one with these keys, published at most `window` seconds before or after it: those with
    /// most in common first.
    pub fn rivals(&self, keys: &Keys, published: i64, window: i64) -> Vec<&Indexed> {
        let mut met: Vec<u32> = Vec::new();
        for key in &keys.0 {
            self.for_each_under(*key, |number| met.push(number));
        }
        met.sort_unstable();
        let fewest = 1 + keys.0.len() / MANY_KEYS;
        let fewest = fewest.min(MOST_SHARED);
        let common = met.chunk_by(|one, other| one == other).filter(|same| same.len() >= fewest);
        let mut counted: Vec<(usize, u32)> = common.map(|same| (same.len(), same[0])).collect();
        counted.sort_unstable_by(|one, other| other.cmp(one));
        let is_near = |indexed: &&Indexed| (indexed.published - published).abs() <= window && indexed.signature.tongue == keys.1;
        counted.into_iter().filter_map(|(_, number)| self.at(number)).filter(is_near).take(MAX_RIVALS).collect()
    }

    fn at(&self, number: u32) -> Option<&Indexed> {
        self.entries.get(number.wrapping_sub(self.first) as usize)?.as_ref()
    }

    /// Calls `hear` with the numbers under a key, the newest first.
    fn for_each_under(&self, key: u32, mut hear: impl FnMut(u32)) {
        if self.heads.is_empty() {
            return;
        }
        let mut place = self.heads[key as usize % self.heads.len()];
        let mut looked_at = 0;
        let mut last = None;
        while place != 0 && looked_at < MAX_UNDER_KEY && self.written.wrapping_sub(place) < self.kept() {
            let posting = self.postings[self.ring(place)];
            if posting.key == key && last != Some(posting.number) {
                hear(posting.number);
                last = Some(posting.number);
            }
            looked_at += 1;
            place = posting.before;
        }
    }

    /// How many of the postings ever written are still there.
    fn kept(&self) -> u32 {
        u32::try_from(self.postings.len()).expect("bounded")
    }

    fn ring(&self, place: u32) -> usize {
        (place as usize - 1) % MAX_POSTINGS
    }

    fn write(&mut self, key: u32, number: u32) {
        if self.written == u32::MAX {
            // After four milliards of keys places begin anew; what is linked so far is no longer found.
            self.heads.fill(0);
            self.written = 0;
        }
        if self.postings.len() >= self.heads.len() && self.postings.len() < MAX_POSTINGS {
            self.relink((self.heads.len() * 2).max(1 << 12));
        }
        self.written += 1;
        let place = self.written;
        let head = key as usize % self.heads.len();
        let posting = Posting { key, number, before: self.heads[head] };
        self.heads[head] = place;
        let at = self.ring(place);
        match self.postings.get_mut(at) {
            Some(oldest) => *oldest = posting,
            None => self.postings.push(posting),
        }
    }

    /// Gives the keys more heads. Only while the ring has not closed, so that places and postings still go one with one.
    fn relink(&mut self, heads: usize) {
        self.heads = vec![0; heads];
        for (at, posting) in self.postings.iter_mut().enumerate() {
            let head = posting.key as usize % heads;
            posting.before = self.heads[head];
            self.heads[head] = u32::try_from(at + 1).expect("bounded");
        }
    }
}

/// What an entry is found by, and its language: texts of two languages are never compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys(Vec<u32>, Tongue);

impl Keys {
    /// The keys of a signature.
    pub fn of(signature: &Signature) -> Self {
        let mut keys = Vec::with_capacity(MANY_KEYS * 3);
        let mut runs = [0; MAX_WORDS];
        let count = fill(&mut runs, hashes(signature.text()));
        let (lead, rest) = runs[..count].split_at(count.min(LEAD));
        winnow(lead, NEAR_LEAD, &mut keys);
        winnow(rest, NEAR, &mut keys);
        let count = fill(&mut runs, signature.title().windows(2).map(title_hash));
        winnow(&runs[..count], 2, &mut keys);
        Self(keys, signature.tongue)
    }
}

/// Fills places from the beginning; gives how many.
fn fill(places: &mut [u32], values: impl Iterator<Item = u32>) -> usize {
    places.iter_mut().zip(values).map(|(place, value)| *place = value).count()
}

fn title_hash(pair: &[Token]) -> u32 {
    let hash = pair.iter().fold(0x0074_6974_6c65, |hash, token| mixed(hash ^ u64::from(token.hash())));
    u32::try_from(hash >> 32).expect("32 bits")
}

/// Chooses the least of every `near` neighbours.
fn winnow(runs: &[u32], near: usize, keys: &mut Vec<u32>) {
    if runs.is_empty() {
        return;
    }
    let mut chosen = None;
    for window in runs.windows(near.min(runs.len())) {
        let least = window.iter().min().expect("windows are not empty");
        if chosen != Some(least) {
            keys.push(*least);
            chosen = Some(least);
        }
    }
}
