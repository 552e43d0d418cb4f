//! Which of the last entries may carry the same report as a new one: locality-sensitive hashing over runs of words.
//!
//! Of each text a few runs are chosen by their own hashes (winnowing: the least of every few neighbours), so that two texts with a
//! stretch in common choose the same ones in it, however much stands around. Bounded: the oldest entries make room.

use std::collections::{HashMap, VecDeque};

use super::compare::hashes;
use super::signature::{MAX_WORDS, Signature};
use super::stem::Tongue;
use super::token::{Token, mixed};

/// Most entries kept.
const MAX_ENTRIES: usize = 1 << 18;

/// Most bytes of signatures kept.
const MAX_BYTES: usize = 256 << 20;

/// Most buckets, of 64 bytes each.
const MAX_BUCKETS: usize = 1 << 20;

/// Entries in a bucket; the newest stay.
const WAYS: usize = 8;

/// How full buckets may be at the mean before there are twice as many.
const FULL: usize = 4;

/// Neighbours of which one run is chosen, at the beginning of a text and after it: what is changed least is told first.
const NEAR_LEAD: usize = 4;
const NEAR: usize = 12;

/// Runs that the beginning has.
const LEAD: usize = 32;

/// Most entries that are compared with a new one.
const MAX_RIVALS: usize = 8;

/// Entries that share less than this part of what the nearest shares are not compared.
const FAR_BEHIND: usize = 8;

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

/// Entries by their keys, the newest first: a line of the processor's cache, so that a key costs one look at memory.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    keys: [u32; WAYS],
    /// Numbers of entries, cut to 32 bits and by one; 0 where there is none.
    numbers: [u32; WAYS],
}

impl Bucket {
    fn push(&mut self, key: u32, number: u32) {
        self.keys.copy_within(..WAYS - 1, 1);
        self.numbers.copy_within(..WAYS - 1, 1);
        (self.keys[0], self.numbers[0]) = (key, number.wrapping_add(1));
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> {
        self.keys.into_iter().zip(self.numbers).filter(|(_, number)| *number != 0).map(|(key, number)| (key, number.wrapping_sub(1)))
    }
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
    buckets: Vec<Bucket>,
    /// Keys ever put into the buckets.
    written: usize,
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
        self.bytes + places + self.buckets.capacity() * size_of::<Bucket>()
    }

    /// The entries that may carry the same report as one with these keys, published at most `window` seconds before or after it: those with
    /// most in common first.
    pub fn rivals(&self, keys: &Keys, published: i64, window: i64) -> Vec<&Indexed> {
        let mut met: Vec<u32> = Vec::new();
        for key in &keys.0 {
            let Some(bucket) = self.buckets.get(self.bucket_of(*key)) else { break };
            met.extend(bucket.iter().filter(|(other, _)| other == key).map(|(_, number)| number));
        }
        met.sort_unstable();
        let fewest = 1 + keys.0.len() / MANY_KEYS;
        let fewest = fewest.min(MOST_SHARED);
        let common = met.chunk_by(|one, other| one == other).filter(|same| same.len() >= fewest);
        let mut counted: Vec<(usize, u32)> = common.map(|same| (same.len(), same[0])).collect();
        counted.sort_unstable_by(|one, other| other.cmp(one));
        let best = counted.first().map_or(0, |(shared, _)| *shared);
        counted.retain(|(shared, _)| shared * FAR_BEHIND >= best);
        let is_near = |indexed: &&Indexed| (indexed.published - published).abs() <= window && indexed.signature.tongue == keys.1;
        counted.into_iter().filter_map(|(_, number)| self.at(number)).filter(is_near).take(MAX_RIVALS).collect()
    }

    fn at(&self, number: u32) -> Option<&Indexed> {
        self.entries.get(number.wrapping_sub(self.first) as usize)?.as_ref()
    }

    /// Where a key belongs: keys are hashes already.
    fn bucket_of(&self, key: u32) -> usize {
        key as usize & self.buckets.len().wrapping_sub(1)
    }

    fn write(&mut self, key: u32, number: u32) {
        if self.written >= self.buckets.len() * FULL && self.buckets.len() < MAX_BUCKETS {
            self.grow();
        }
        self.written += 1;
        let bucket = self.bucket_of(key);
        self.buckets[bucket].push(key, number);
    }

    /// Doubles the buckets.
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.buckets);
        self.buckets = vec![Bucket::default(); (old.len() * 2).max(1 << 10)];
        for (key, number) in old.iter().flat_map(|bucket| bucket.iter().rev()) {
            let bucket = self.bucket_of(key);
            self.buckets[bucket].push(key, number);
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
