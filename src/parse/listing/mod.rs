//! A page that lists news and the selectors of its parts -> [`Feed`].
//!
//! Only `item` is needed; what no selector names is found by what the item looks like. Nothing is invented: an item without a
//! link or a title is left out and told. Reads no clock: `now` completes dates such as "today, 14:35".

pub(super) mod dates;
mod error;
mod field;
pub(super) mod item;
pub(super) mod link;
mod picture;
pub(super) mod text;
mod written;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use dom_query::NodeRef;
use url::Url;

use super::{Feed, Item, Page, Problem, Text};
use crate::config::Listing;
use dates::Reader;
use item::{Fields, Found};
use link::Base;

pub use error::{ListingError, LooksLike};
pub(super) use field::Compiled;

/// Most items of one page; more of them is not a listing's.
pub const MAX_LISTED: usize = 1000;
/// Longest title of a page kept, in bytes.
const MAX_TITLE: usize = 500;

/// What a listing gave.
#[derive(Debug, Default, PartialEq)]
pub struct Listed {
    pub feed: Feed,
    /// The page of older news, on the same host.
    pub next: Option<Url>,
}

/// Reads the news that a page lists. Dates without a zone are read in `zone`, what they leave out is completed from `now`.
///
/// # Errors
/// When the selectors do not fit the page: nothing, or nearly everything, is an item, or no item has a link or a title.
pub fn read(page: &Page, listing: &Listing, now: DateTime<Utc>, zone: Tz) -> Result<Listed, ListingError> {
    let base = Base::new(page, listing.base.as_ref());
    let dates = Reader { now, zone, format: listing.date_format.as_ref() };
    let (items, mut problems) = matched(page, listing)?;
    let fields = Fields::new(listing);
    let found: Vec<Found> = items.iter().map(|(_, node)| item::find(*node, &fields, &base, &dates)).collect();
    let error = if found.iter().all(|found| found.url.is_none()) {
        Some(ListingError::NoLink { item: listing.item.clone(), matched: items.len() })
    } else if found.iter().all(|found| found.title.is_none()) {
        Some(ListingError::NoTitle { item: listing.item.clone(), matched: items.len() })
    } else {
        None
    };
    if let Some(error) = error {
        return Err(error);
    }
    let mut feed = head(page);
    for (number, found) in merged(items.iter().map(|(number, _)| *number).zip(found)) {
        match found.into_item() {
            Ok(item) => feed.items.push(item),
            Err(reason) => problems.push(Problem::BadItem { number, reason: reason.to_owned() }),
        }
    }
    keep_written(page, &base, &mut feed.items);
    feed.problems = problems;
    Ok(Listed { feed, next: next(page, listing, &base) })
}

/// Gives the items their links as the page writes them.
fn keep_written(page: &Page, base: &Base<'_>, items: &mut [Item]) {
    let anchors = page.document.select("a[href], area[href]");
    let written = anchors.nodes().iter().filter_map(|node| node.attr("href")).map(|href| Cow::Owned(href.to_string()));
    written::give(written, |written| base.absolute(written), items);
}

/// An element that is an item, and its number, counted from 1.
type Numbered<'p> = (usize, NodeRef<'p>);

/// The elements that are items, and what is wrong with others.
fn matched<'p>(page: &'p Page, listing: &Listing) -> Result<(Vec<Numbered<'p>>, Vec<Problem>), ListingError> {
    let item = || listing.item.clone();
    let nodes = Compiled::of(&listing.item).select_all(page.document.root());
    let matched = nodes.len();
    if nodes.is_empty() {
        let bytes = page.document.html().len();
        return Err(ListingError::NothingMatches { item: item(), bytes, looks: LooksLike::of(page) });
    }
    if nodes.iter().any(|node| !node.is_element() || node.has_name("html") || node.has_name("body")) {
        return Err(ListingError::WholePage { item: item() });
    }
    if matched > MAX_LISTED {
        return Err(ListingError::TooManyMatch { item: item(), matched, most: MAX_LISTED });
    }
    let ids: std::collections::HashSet<_> = nodes.iter().map(|node| node.id).collect();
    let is_nested = |node: &NodeRef<'_>| node.ancestors_it(None).any(|above| ids.contains(&above.id));
    let numbered = nodes.into_iter().enumerate().map(|(index, node)| (index + 1, node));
    let (inner, outer): (Vec<_>, Vec<_>) = numbered.partition(|(_, node)| is_nested(node));
    // A stray one inside another is the page's slip; many of them are the selector's.
    if inner.len() * 3 > matched {
        return Err(ListingError::Nested { item: item(), matched, nested: inner.len() });
    }
    let inside = |(number, _)| Problem::BadItem { number, reason: "it stands inside another item".to_owned() };
    Ok((outer, inner.into_iter().map(inside).collect()))
}

/// Items of one link as one, in the place of the first: a picture and a headline often stand apart.
fn merged(items: impl Iterator<Item = (usize, Found)>) -> Vec<(usize, Found)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<(usize, Found)> = Vec::new();
    for (number, found) in items {
        let place = found.url.as_ref().map(|url| *places.entry(link::without_fragment(url).to_owned()).or_insert(merged.len()));
        match place.and_then(|place| merged.get_mut(place)) {
            Some((_, first)) => first.complete(found),
            None => merged.push((number, found)),
        }
    }
    merged
}

/// What the page says about itself.
fn head(page: &Page) -> Feed {
    let title = page.document.select_single("head > title");
    let title = title.nodes().first().map(|node| text::text(*node, MAX_TITLE)).filter(|title| !title.is_empty());
    let language = page.document.select_single("html").attr("lang").map(|language| language.trim().to_owned());
    Feed {
        title: title.map(|value| Text { value, is_html: false }),
        link: page.base.as_ref().map(Url::to_string),
        language: language.filter(|language| !language.is_empty()),
        ..Feed::default()
    }
}

/// The next page. One of another host, or this page again, is none.
fn next(page: &Page, listing: &Listing, base: &Base<'_>) -> Option<Url> {
    let field = Compiled::of(listing.next.as_ref()?);
    let is_other = |url: &Url| base.url().is_none_or(|page| page.host() == url.host() && !link::same_page(page, url));
    let absolute = |value: &str| base.absolute(value).filter(is_other);
    field.first(page.document.root(), |node| node.attr("href").and_then(|href| absolute(&href)), absolute)
}
