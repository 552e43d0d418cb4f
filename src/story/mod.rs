//! Which items are the same entry, and which entries are the same story. Pure.
//!
//! Within a source an item is known by its keys (`identity`). Across sources, and for what a source posts again, the texts speak:
//! a [`Signer`] makes a [`Signature`] of an entry's words, an [`Index`] finds the few entries of the last days that may carry the
//! same report, and [`decide()`] compares them properly. docs/dedup.md says it in an admin's words.

mod change;
mod compare;
mod decide;
mod figures;
mod identity;
mod index;
mod judge;
mod lexicon;
mod opening;
mod signature;
mod stem;
mod table;
mod token;
mod words;

pub use change::{Told, is_noticeable};
pub use decide::{Decision, Judged, Newcomer, decide};
pub use figures::{Figures, Lead};
pub use identity::{Identified, Key, KeyKind, MAX_LINKS, identify, is_another_report, is_young};
pub use index::{Index, Indexed, Keys};
pub use judge::{Reason, Rule};
pub use signature::{Signature, Signer};
pub use stem::Tongue;
