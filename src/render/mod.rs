//! Publications -> bytes: Atom, RSS, JSON Feed, and pages for people; lists of feeds -> OPML. No I/O.

mod atom;
mod escape;
mod json;
mod opml;
mod page;
mod rss;
mod shown;
mod versions;
mod xml;

pub use atom::{ATOM_TYPE, atom};
pub use json::{JSON_FEED_TYPE, json_feed};
pub use opml::{OPML_TYPE, Outline, opml};
pub use page::{FeedFormat, Listed, PAGE_POLICY, PAGE_TYPE, front_page, view_page};
pub use rss::{RSS_TYPE, rss};
