//! Finds the news that a page lists, where nobody has said how: the repeated block of links that look like headlines.
//!
//! Links are grouped by the elements that hold one each; every way to name such a group in CSS is a candidate. The best ones are
//! tried by reading the page with them, and the first that gives its items is the guess. Reads no clock.

mod candidates;
mod fields;
mod names;
mod next;
mod outline;
mod score;
mod zone;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Page;
use super::listing;
use super::listing::dates::Reader;
use super::listing::link::Base;
use crate::config::{Field, Listing};
use outline::Outline;
use score::Scored;

/// Most candidates that the page is read with.
const MAX_TRIED: usize = 6;

/// A listing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub listing: Listing,
    /// How many items it gives.
    pub items: usize,
    /// How much the items look like news; only good for comparing guesses.
    pub score: f64,
    /// What speaks for it, for people.
    pub why: String,
}

/// The listing of a page, as far as it can be told; None for a page that lists no news.
pub fn guess(page: &Page, now: DateTime<Utc>, zone: Tz) -> Option<Guess> {
    let base = Base::new(page, None);
    let dates = Reader { now, zone, format: None };
    let outline = Outline::new(page.document.body()?, &base, &dates);
    let candidates = candidates::all(&outline);
    let mut scored: Vec<Scored<'_>> =
        candidates.iter().filter_map(|(candidate, members)| score::score(&outline, *candidate, members)).collect();
    // Of equals the one found first, so that a page always gives the same guess.
    scored.sort_by(|one, other| other.score.total_cmp(&one.score));
    scored.iter().take(MAX_TRIED).find_map(|scored| tried(page, &outline, scored, now, zone))
}

/// The guess that a candidate makes, if the page can be read with it.
fn tried(page: &Page, outline: &Outline<'_>, scored: &Scored<'_>, now: DateTime<Utc>, zone: Tz) -> Option<Guess> {
    let item = scored.candidate.css(outline) + &candidates::without_strays(outline, scored.members);
    let bare = Listing::of(Field::parse(&item).ok()?);
    let plain = listing::read(page, &bare, now, zone).ok()?;
    let items = plain.feed.items.len();
    if items * 10 < scored.stories * 9 {
        return None;
    }
    let full = fields::of(page, bare.clone(), now, zone);
    let listing = match listing::read(page, &full, now, zone) {
        Ok(listed) if fields::tell_the_same(&listed.feed, &plain.feed) => full,
        Ok(_) | Err(_) => bare,
    };
    let why = format!("{items} items, {} with a date, headlines of about {} characters", scored.dated, scored.length);
    Some(Guess { listing: Listing { next: next::of(page), ..listing }, items, score: scored.score, why })
}
