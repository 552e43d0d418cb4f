//! Which entry an item is: keys, and the rules by which they are trusted. Pure.
//!
//! Within a source an item is known by its guid, by its canonical URL, and with reserve by its fingerprint. A key that several
//! items of one document share tells none of them apart, and is not used.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::normalise::Entry;

/// What a key is made of. The number is stored: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    Guid = 1,
    Url = 2,
    /// Of title and text.
    Fingerprint = 3,
}

/// A key of an entry within its source: 64 bits of a SHA-256 over kind and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub i64);

impl Key {
    /// The key of a value.
    pub fn new(kind: KeyKind, value: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([kind as u8]);
        hasher.update(value);
        let digest: [u8; 32] = hasher.finalize().into();
        Self(i64::from_be_bytes(digest[..8].try_into().expect("32 bytes hold 8")))
    }
}

/// An entry of a document with the keys by which it may be known.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    pub entry: Entry,
    /// Of its guid, unless other items of the document have the same guid.
    pub guid: Option<Key>,
    /// Of its canonical URL, unless other items of the document have the same URL.
    pub url: Option<Key>,
    /// Of its title and text. Trusted least: see [`Identified::trusts_fingerprint`].
    pub fingerprint: Key,
    /// Links, as they were written, of items of the document that it stands for as well.
    pub other_links: Vec<String>,
}

/// Most links of one entry that are kept as they were written.
pub const MAX_LINKS: usize = 16;

/// How many characters of text make a fingerprint that no other report shares by chance: a headline alone may come every day.
const SUBSTANTIVE: usize = 200;

/// How long after an entry was first seen its fingerprint still names it, where the item has better keys of its own.
const FINGERPRINT_WINDOW: TimeDelta = TimeDelta::days(7);

impl Identified {
    /// Its keys, the most trusted first.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        [self.guid, self.url, Some(self.fingerprint)].into_iter().flatten()
    }

    /// Whether it has a better key than its title and text.
    pub fn has_better(&self) -> bool {
        self.guid.is_some() || self.url.is_some()
    }

    /// Every link under which it stands in its document, as it was written.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.entry.as_written().into_iter().chain(self.other_links.iter().map(String::as_str))
    }

    /// Takes the link of an item that stands for the same entry.
    fn stands_for(&mut self, entry: &Entry) {
        if let Some(link) = entry.as_written()
            && self.other_links.len() < MAX_LINKS
            && self.links().all(|known| known != link)
        {
            self.other_links.push(link.to_owned());
        }
    }

    /// Whether the same title and text alone make this item a stored entry: when nothing better tells either of them apart, or
    /// when the text is long and the entry young, so that it is the same report posted again.
    pub fn trusts_fingerprint(&self, stored_has_better: bool, first_seen: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let is_all_there_is = !self.has_better() || !stored_has_better;
        is_all_there_is || (self.entry.text.chars().nth(SUBSTANTIVE - 1).is_some() && is_young(first_seen, now))
    }
}

/// Whether an entry was first seen so lately that its fingerprint may still name it.
pub fn is_young(first_seen: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - first_seen <= FINGERPRINT_WINDOW
}

/// Gives the entries of one document their keys. An item that stands twice in it is kept once, the first time, with the links of both.
pub fn identify(entries: Vec<Entry>) -> Vec<Identified> {
    let keys: Vec<Own> = entries.iter().map(Own::of).collect();
    let urls_of_guid = sharers(&keys, |own| own.guid, |own| own.url.unwrap_or(own.fingerprint));
    let guids_of_url = sharers(&keys, |own| own.url, |own| own.guid.unwrap_or(own.fingerprint));

    // Items of one URL that say the same are one, whatever their guids are.
    let is_shared = guids_of_url.values().any(|guids| *guids > 1);
    let texts_of_url = if is_shared { sharers(&keys, |own| own.url, |own| own.fingerprint) } else { HashMap::new() };

    let mut seen: HashMap<Key, usize> = HashMap::new();
    let mut identified: Vec<Identified> = Vec::with_capacity(entries.len());
    for (entry, own) in entries.into_iter().zip(keys) {
        let guid = own.guid.filter(|guid| urls_of_guid[guid] == 1);
        let url = own.url.filter(|url| guids_of_url[url] == 1 || texts_of_url[url] == 1);
        let strong: Vec<Key> = [guid, url].into_iter().flatten().collect();
        let deciding = if strong.is_empty() { vec![own.fingerprint] } else { strong };
        if let Some(first) = deciding.iter().find_map(|key| seen.get(key)) {
            identified[*first].stands_for(&entry);
            continue;
        }
        seen.extend(deciding.into_iter().map(|key| (key, identified.len())));
        identified.push(Identified { entry, guid, url, fingerprint: own.fingerprint, other_links: Vec::new() });
    }
    identified
}

/// Whether two texts, each of title and body, tell different things: fewer than one word in five is common. A guid that comes with
/// another address and another text is one that the source uses again.
pub fn is_another_report(before: &str, now: &str) -> bool {
    let (before, now) = (words(before), words(now));
    let fewest = before.len().min(now.len());
    fewest > 0 && before.intersection(&now).count() * 5 < fewest
}

/// The words of a text that can tell reports apart, in lower case.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.map(str::to_lowercase).collect()
}

/// All keys that an entry could have.
struct Own {
    guid: Option<Key>,
    url: Option<Key>,
    fingerprint: Key,
}

impl Own {
    fn of(entry: &Entry) -> Self {
        let url = entry.url.as_ref().filter(|url| !url.is_front_page());
        Self {
            guid: entry.guid.as_ref().map(|guid| Key::new(KeyKind::Guid, guid.as_bytes())),
            url: url.map(|url| Key::new(KeyKind::Url, url.as_str().as_bytes())),
            fingerprint: Key::new(KeyKind::Fingerprint, &entry.text_hash),
        }
    }
}

/// How many different `other`s share each `key` in one document.
fn sharers(all: &[Own], key: impl Fn(&Own) -> Option<Key>, other: impl Fn(&Own) -> Key) -> HashMap<Key, usize> {
    let mut others: HashMap<Key, HashSet<Key>> = HashMap::new();
    for own in all {
        if let Some(key) = key(own) {
            others.entry(key).or_default().insert(other(own));
        }
    }
    others.into_iter().map(|(key, others)| (key, others.len())).collect()
}
