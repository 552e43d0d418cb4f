//! A page that lists its news, and the pages with older ones that it leads to.

use std::collections::HashSet;
use std::sync::Arc;

use url::Url;

use super::{Document, Errand, Look, Looked};
use crate::config::Listing;
use crate::normalise::{Context, normalise};
use crate::parse::listing::Listed;
use crate::parse::{self, Feed};
use crate::poll::{PollError, off_the_reactor};
use crate::story::identify;

/// What the pages of a listing have given so far.
struct Pages {
    feed: Feed,
    /// Of the first page.
    base: Url,
    notes: Vec<String>,
}

impl Errand<'_> {
    /// The feed that a page names, else the news that it lists.
    pub(super) async fn read_page(&mut self, look: Look) -> Result<Box<Document>, PollError> {
        let is_searched = self.source.listing.is_some() || (self.is_known_page() && look.listed.is_ok());
        if !is_searched && let Some(document) = self.search(&look).await {
            return Ok(document);
        }
        if !self.is_known_page() {
            // Its robots.txt may need a place of its own.
            self.answered.place = None;
            self.fetcher.may_ask(self.source, &look.url, self.manners_of_page(), self.clock.now()).await?;
        }
        self.read_listing(look).await
    }

    /// The news that a page lists.
    pub(super) async fn read_listing(&mut self, look: Look) -> Result<Box<Document>, PollError> {
        let Look { url, validators, listed, .. } = look;
        let (listing, Listed { feed, next }) =
            listed.map_err(|error| PollError::Listing { error: Box::new(error), url: self.source.url.clone() })?;
        let mut read = Pages { feed, base: url, notes: Vec::new() };
        self.read_on(&mut read, &listing, next).await;
        let Pages { feed, base, notes } = read;
        let (source, now) = (Arc::clone(self.source), self.clock.now());
        let document = off_the_reactor(move || Document::of(feed, base, validators, &source, now));
        let mut document = Box::new(document.await?);
        notes.iter().for_each(|note| document.note(note));
        if self.source.listing.is_none() {
            document.feed.found_url = Some(self.source.url.to_string());
            if !self.is_known_page() {
                document.note(&format!(
                    "the page names no feed; its news were told by their likeness (`{}`): `taspa preview {}` prints the table to keep",
                    listing.item, self.source.url
                ));
            }
        }
        document.listing = Some(listing);
        Ok(document)
    }

    /// Reads the pages with older news, while there is nothing on the last one that has been seen.
    async fn read_on(&mut self, document: &mut Pages, listing: &Listing, mut next: Option<Url>) {
        let mut read = 1;
        let mut last: Vec<parse::Item> = document.feed.items.clone();
        let mut listed: HashSet<String> = last.iter().filter_map(article_of).collect();
        while let Some(url) = next.take()
            && read < listing.pages
            && self.is_all_news(last, document.base.clone()).await
        {
            read += 1;
            match self.further_page(&url, listing).await {
                Ok(Listed { feed, next: further }) => {
                    // What is pinned, or moved down meanwhile, stands on both pages.
                    last = feed.items.into_iter().filter(|item| article_of(item).is_none_or(|link| listed.insert(link))).collect();
                    document.feed.items.extend(last.iter().cloned());
                    document.feed.problems.extend(feed.problems);
                    next = further.filter(|further| *further != url);
                }
                Err(error) => {
                    document.notes.push(format!("page {read} of the listing, {url}, was not read: {error}"));
                    return;
                }
            }
        }
    }

    async fn further_page(&mut self, url: &Url, listing: &Listing) -> Result<Listed, PollError> {
        let Some(response) = self.fetch(url, self.manners_of_links()).await? else { return Ok(Listed::default()) };
        match self.look(response, Some(listing.clone())).await? {
            Looked::Feed(_) => Ok(Listed::default()),
            Looked::Page(look) => match look.listed {
                Ok((_, listed)) => Ok(listed),
                Err(error) => Err(PollError::Listing { error: Box::new(error), url: url.clone() }),
            },
        }
    }

    /// Whether the store knows none of these items.
    async fn is_all_news(&self, items: Vec<parse::Item>, base: Url) -> bool {
        let Some(store) = self.store else { return false };
        let (reader, source, now) = (store.reader(), self.state.id, self.clock.now());
        let tracking = Arc::clone(&self.source.tracking);
        let asked = off_the_reactor(move || {
            let feed = Feed { items, ..Feed::default() };
            let entries = identify(normalise(feed, Context { tracking: &tracking, ..Context::bare(&base, now) }).entries);
            let keys: Vec<_> = entries.iter().filter_map(|identified| identified.url).collect();
            reader.knows_any(source, &keys)
        });
        // Who cannot tell asks for no more.
        matches!(asked.await, Ok(Ok(false)))
    }
}

/// The address of an item's article, by which it is known among the pages of a listing.
fn article_of(item: &parse::Item) -> Option<String> {
    item.link.as_ref().map(|link| link.split('#').next().unwrap_or_default().to_owned())
}
