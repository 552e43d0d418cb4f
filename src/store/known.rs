//! What is known of the items of a document: the words in which `identity` tells it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::habits::Habits;
use crate::story::Key;

/// The document that an item stands in.
pub(super) struct Document {
    pub source: i64,
    pub now: DateTime<Utc>,
    /// Of all its items.
    pub urls: HashSet<Key>,
    /// What earlier documents told of the source's keys.
    pub habits: Habits,
}

/// What the source's keys say of an item.
pub(super) enum Known {
    No,
    /// Seen before, and not to enter.
    Kept,
    /// Seen before under another guid and link, which are made up at each poll, and not to enter.
    KeptEcho,
    /// Another item of the document is the entry that has its text.
    Double(Stored),
    Entry(Stored),
}

/// What is compared with an item that was seen before.
pub(super) struct Stored {
    pub id: i64,
    pub updated: i64,
    pub text_hash: [u8; 16],
    pub hash: [u8; 16],
    /// How many keys name it.
    pub keys: u32,
    /// How many links are kept as they were written.
    pub links: u32,
    /// Whether guid and address of the item that is looked at need not be remembered: they name it already, or tell nothing.
    pub is_named: bool,
    /// Whether title and text alone name it, though the item has a guid or an address.
    pub is_echo: bool,
    pub published: i64,
    pub first_seen: i64,
    /// Whether its item had a guid.
    pub has_guid: bool,
    /// Key of its address, where that tells one article apart.
    pub article: Option<i64>,
}

/// What the same title and text say of an item, before it is known whether they are trusted.
pub(super) enum Likeness {
    None,
    Kept,
    Entry(Stored),
}
