//! Which entry an item is, and which story an entry belongs to: keys and the rules that trust them. Pure.
//!
//! Within a source an item is known by its guid, else by its canonical URL, else by its fingerprint. A key that several
//! items of one document share tells none of them apart, and is not used.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::normalise::Entry;

/// What a key is made of. The number is stored: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    Guid = 1,
    Url = 2,
    /// Of title and text; used only where an item has neither guid nor URL that tells it apart.
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

/// An entry of a document with the keys by which it is known, the most trusted first; at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    pub entry: Entry,
    pub keys: Vec<Key>,
    /// The canonical URL's key, where it tells one article apart: entries of different sources that share it are one story.
    pub article: Option<Key>,
}

/// Gives the entries of one document their keys. An item that stands twice in it is kept once, the first time.
pub fn identify(entries: Vec<Entry>) -> Vec<Identified> {
    let keys: Vec<Own> = entries.iter().map(Own::of).collect();
    let urls_of_guid = sharers(&keys, |own| own.guid, |own| own.url.map_or(own.fingerprint, |url| url));
    let guids_of_url = sharers(&keys, |own| own.url, |own| own.guid.map_or(own.fingerprint, |guid| guid));

    let mut seen = std::collections::HashSet::new();
    let mut identified = Vec::with_capacity(entries.len());
    for (entry, own) in entries.into_iter().zip(keys) {
        let guid = own.guid.filter(|guid| urls_of_guid[guid] == 1);
        let url = own.url.filter(|url| guids_of_url[url] == 1);
        let mut keys: Vec<Key> = [guid, url].into_iter().flatten().collect();
        if keys.is_empty() {
            keys.push(own.fingerprint);
        }
        if keys.iter().any(|key| seen.contains(key)) {
            continue;
        }
        seen.extend(keys.iter().copied());
        identified.push(Identified { entry, keys, article: url });
    }
    identified
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
    let mut others: HashMap<Key, std::collections::HashSet<Key>> = HashMap::new();
    for own in all {
        if let Some(key) = key(own) {
            others.entry(key).or_default().insert(other(own));
        }
    }
    others.into_iter().map(|(key, others)| (key, others.len())).collect()
}
