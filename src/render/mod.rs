//! Publications -> bytes: Atom, RSS, JSON Feed, and the page that lists the views; lists of feeds -> OPML. No I/O.

mod atom;
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
pub use page::{FRONT_PAGE_POLICY, Listed, front_page};
pub use rss::{RSS_TYPE, rss};
