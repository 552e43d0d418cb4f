//! News with labels: what a press corps publishes in ten days, and which of its items carry the same report.
//!
//! The same seed gives the same news. Nothing here knows how taspa decides: the news show how well it does. [`items`] makes
//! them, [`measure`] compares a clustering with their labels. Used by the tests and by `benches/stories.rs`; only `std`.
//!
//! Every sentence is in the tables, with the facts to fill in (`frames.rs`); `telling.rs` tells a report, `edits.rs` and
//! `typography.rs` do to it what newsrooms do, and `recipes.rs` says which reports resemble each other on purpose.

#![allow(dead_code, unused_imports, reason = "it is one piece; which parts of it are called differs between the tests and the bench")]

mod calendar;
mod corpus;
mod dice;
mod edits;
mod frames;
mod grammar;
mod metrics;
mod outlets;
mod recipes;
mod telling;
mod typography;

pub use calendar::{HOUR, rfc2822, rfc3339};
pub use metrics::{Example, Measured, OTHER, Score, Share, measure};
pub use outlets::OUTLETS;

/// How an item of an ordinary report came about; the first is that of a report's first item.
pub const POSITIVE: [&str; 5] = ["original", "repost", "republication", "teaser", "title_only"];

/// Kinds of hard negatives that come one by one, beside a report that they resemble. The others come in rows.
pub const SINGLE_NEGATIVES: [&str; 4] = ["follow_up", "reversal", "other_day", "same_topic"];

/// When the news of [`items`] end: 2026-11-12T18:00:00+05:00.
const END: i64 = 1_794_488_400;

/// What an outlet published, and the label: which report it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub outlet: &'static str,
    pub url: String,
    pub guid: String,
    /// Plain text.
    pub title: String,
    /// HTML or plain text; empty for a bare headline.
    pub html: String,
    /// In seconds since 1970.
    pub published: i64,
    pub language: &'static str,
    /// The label: items with the same number, and no others, carry the same report.
    pub story: u32,
    /// How it came about: one of [`POSITIVE`], or a kind of hard negative.
    pub kind: &'static str,
}

/// News with at least so many reports, by time.
pub fn items(seed: u64, stories: usize) -> Vec<Item> {
    items_until(seed, stories, END)
}

/// News whose ten days end at an instant, in seconds since 1970.
pub fn items_until(seed: u64, stories: usize, end: i64) -> Vec<Item> {
    let phrasebook = frames::Library::new();
    let mut corpus = corpus::Corpus::new(&phrasebook, seed, end);
    recipes::fill(&mut corpus, stories);
    let mut items = corpus.items;
    items.sort_by(|one, other| (one.published, &one.url).cmp(&(other.published, &other.url)));
    items
}

/// Whether the headlines of such an item are no other report's.
fn is_headed_alone(kind: &str) -> bool {
    kind == POSITIVE[0] || SINGLE_NEGATIVES.contains(&kind)
}
