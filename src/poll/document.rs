//! A source's document: fetched, and read as a feed, or as a page that names its feed or lists its news.
//!
//! A page is searched for its feed once, and what was found is polled from then on; the search begins anew when that is no more.
//! Pages are asked under robots.txt, and what a page links to only on public addresses, unless the source says otherwise.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use super::{Answered, PollError, off_the_reactor};
use crate::config::{Listing, Source};
use crate::decode;
use crate::fetch::{FetchError, Fetched, Fetcher, Manners, Response, Validators};
use crate::normalise::{Context, normalise};
use crate::parse::listing::{self, Listed, ListingError};
use crate::parse::{self, Feed, Page, ParseError, Problem, discover, guess};
use crate::store::{SourceState, Store};
use crate::story::identify;

/// Most addresses tried that a page names as its feeds.
const MAX_NAMED: usize = 3;

/// What a source's address gave.
pub(super) enum Got {
    NotModified { validators: Option<Validators> },
    Document(Box<Document>),
}

/// A document that was read.
pub(super) struct Document {
    pub feed: Feed,
    /// Where it came from, after redirects.
    pub base: Url,
    pub validators: Validators,
    /// What the admin should know of how it was got.
    pub notes: Vec<String>,
    /// Where it was found, if the source's url is a page.
    pub found_url: Option<String>,
    /// How it was read, if it is a page.
    pub listing: Option<Listing>,
}

/// A source to be read.
pub(super) struct Errand<'a> {
    pub fetcher: &'a Fetcher,
    /// Knows what has been read before; without it, one page of a listing is read.
    pub store: Option<&'a Store>,
    pub source: &'a Arc<Source>,
    pub state: &'a SourceState,
    pub now: DateTime<Utc>,
    /// What the last HTTP answer told.
    pub answered: Answered,
}

/// What a response turned out to be.
enum Looked {
    Feed(Box<Document>),
    Page(Box<Look>),
}

/// A page, looked at.
struct Look {
    url: Url,
    validators: Validators,
    /// What it names as its feeds.
    feeds: Vec<Url>,
    /// Its news, by the source's listing or by a guess.
    listed: Result<(Listing, Listed), ListingError>,
}

impl Errand<'_> {
    /// Gets and reads the source's document.
    pub async fn get(&mut self) -> Result<Got, PollError> {
        let found = self.state.found_url.as_deref().filter(|_| self.source.listing.is_none()).and_then(|url| Url::parse(url).ok());
        let Some(found) = found.filter(|found| *found != self.source.url) else {
            let is_page = self.source.listing.is_some() || self.state.found_url.is_some();
            let manners = if is_page { self.manners_of_page() } else { Manners::default() };
            return self.get_from(&self.source.url.clone(), &self.state.validators.clone(), manners).await;
        };
        let manners = Manners { obeys_robots: false, ..self.manners_of_links() };
        match self.get_from(&found, &self.state.validators.clone(), manners).await {
            Ok(Got::Document(mut document)) => {
                document.found_url.get_or_insert_with(|| found.to_string());
                Ok(Got::Document(document))
            }
            // What was found is no more: the page may name another by now.
            Err(PollError::Fetch(FetchError::Gone | FetchError::Status { .. }) | PollError::Parse(_) | PollError::Listing { .. }) => {
                self.get_from(&self.source.url.clone(), &Validators::default(), Manners::default()).await
            }
            other => other,
        }
    }

    /// For the source's own address, when it is a page.
    fn manners_of_page(&self) -> Manners {
        Manners { obeys_robots: self.source.keys.robots, public_only: false }
    }

    /// For what the page links to.
    fn manners_of_links(&self) -> Manners {
        Manners { obeys_robots: self.source.keys.robots, public_only: !self.source.keys.allow_private }
    }

    async fn get_from(&mut self, url: &Url, validators: &Validators, manners: Manners) -> Result<Got, PollError> {
        let response = match self.fetcher.fetch_with(url, validators, manners, self.now).await {
            Ok(Fetched::New(response)) => response,
            Ok(Fetched::NotModified { validators }) => {
                self.answered.status = Some(304);
                return Ok(Got::NotModified { validators });
            }
            Err(error) => {
                self.answered.status = error.status();
                return Err(error.into());
            }
        };
        self.answered = Answered { status: Some(response.status), wire_bytes: self.answered.wire_bytes + response.wire_bytes };
        match self.look(response, self.source.listing.clone()).await? {
            Looked::Feed(document) => Ok(Got::Document(document)),
            Looked::Page(look) => self.read_page(*look).await.map(|document| Got::Document(Box::new(document))),
        }
    }

    /// Reading is work of milliseconds, off the reactor.
    async fn look(&self, response: Response, listing: Option<Listing>) -> Result<Looked, PollError> {
        let (source, now) = (Arc::clone(self.source), self.now);
        off_the_reactor(move || look(response, &source, listing, now)).await?
    }

    /// The feed that a page names, else the news that it lists.
    async fn read_page(&mut self, look: Look) -> Result<Document, PollError> {
        if self.source.listing.is_none()
            && let Some(document) = self.search(&look).await
        {
            return Ok(document);
        }
        if !self.was_asked_as_page() {
            self.fetcher.may_ask(&look.url, self.manners_of_page(), self.now).await?;
        }
        let Look { url, validators, listed, .. } = look;
        let (listing, Listed { feed, next }) =
            listed.map_err(|error| PollError::Listing { error: Box::new(error), url: self.source.url.clone() })?;
        let mut notes = Vec::new();
        if self.source.listing.is_none() {
            notes.push(format!(
                "the page names no feed; its news were told by their likeness (`{}`): `taspa preview {}` prints the table to keep",
                listing.item, self.source.url
            ));
        }
        let found_url = self.source.listing.is_none().then(|| self.source.url.to_string());
        let mut document = Document { feed, base: url, validators, notes, found_url, listing: None };
        self.read_on(&mut document, &listing, next).await;
        document.listing = Some(listing);
        Ok(document)
    }

    fn was_asked_as_page(&self) -> bool {
        self.source.listing.is_some() || self.state.found_url.is_some()
    }

    /// Tries what the page names as its feeds; where it names none, and nobody has looked yet, the places where sites have them.
    async fn search(&mut self, look: &Look) -> Option<Document> {
        let mut candidates: Vec<Url> = look.feeds.iter().take(MAX_NAMED).cloned().collect();
        if candidates.is_empty() && self.state.found_url.is_none() {
            candidates = discover::common_places(&look.url);
        }
        for candidate in candidates {
            match self.try_feed(&candidate).await {
                Ok(Some(mut document)) => {
                    document
                        .notes
                        .push(format!("the address is a page; its feed is polled instead: put `url = \"{candidate}\"` into the config"));
                    document.found_url = Some(candidate.to_string());
                    return Some(document);
                }
                Ok(None) => {}
                Err(error) => tracing::debug!(source = %self.source.name, %error, "no feed at a likely place"),
            }
        }
        None
    }

    /// The feed at an address; None when it is none, or has nothing to read.
    async fn try_feed(&mut self, url: &Url) -> Result<Option<Document>, PollError> {
        let fetched = self.fetcher.fetch_with(url, &Validators::default(), self.manners_of_links(), self.now).await?;
        let Fetched::New(response) = fetched else { return Ok(None) };
        self.answered.wire_bytes += response.wire_bytes;
        match self.look(response, None).await? {
            Looked::Feed(document) if !document.feed.items.is_empty() => Ok(Some(*document)),
            Looked::Feed(_) | Looked::Page(_) => Ok(None),
        }
    }

    /// Reads the pages with older news, while there is nothing on the last one that has been seen.
    async fn read_on(&mut self, document: &mut Document, listing: &Listing, mut next: Option<Url>) {
        let mut read = 1;
        let mut last: Vec<parse::Item> = document.feed.items.clone();
        while let Some(url) = next.take()
            && read < listing.pages
            && self.is_all_news(last, document.base.clone()).await
        {
            read += 1;
            match self.further_page(&url, listing).await {
                Ok(Listed { feed, next: further }) => {
                    last = feed.items.clone();
                    document.feed.items.extend(feed.items);
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
        let fetched = self.fetcher.fetch_with(url, &Validators::default(), self.manners_of_links(), self.now).await?;
        let Fetched::New(response) = fetched else { return Ok(Listed::default()) };
        self.answered.wire_bytes += response.wire_bytes;
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
        let (reader, source, now) = (store.reader(), self.state.id, self.now);
        let asked = off_the_reactor(move || {
            let feed = Feed { items, ..Feed::default() };
            let entries = identify(normalise(feed, Context::bare(&base, now)).entries);
            let keys: Vec<_> = entries.iter().filter_map(|identified| identified.url).collect();
            reader.knows_any(source, &keys)
        });
        // Who cannot tell asks for no more.
        matches!(asked.await, Ok(Ok(false)))
    }
}

/// A response as a feed or as a page. Pure.
fn look(response: Response, source: &Source, listing: Option<Listing>, now: DateTime<Utc>) -> Result<Looked, PollError> {
    let Response { url, content_type, validators, body, status: _, wire_bytes: _ } = response;
    let decoded = decode::decode(body, content_type.as_deref());
    if listing.is_none() {
        match parse::parse(&decoded.text, &url, source.keys.timezone) {
            Ok(mut feed) => {
                // With the validators of half a document the other half would never be sent.
                let validators = if feed.problems.contains(&Problem::CutShort) { Validators::default() } else { validators };
                if decoded.is_lossy {
                    feed.problems.push(Problem::Replaced(decoded.charset));
                }
                return Ok(Looked::Feed(Box::new(Document {
                    feed,
                    base: url,
                    validators,
                    notes: Vec::new(),
                    found_url: None,
                    listing: None,
                })));
            }
            Err(ParseError::Page) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let page = Page::read(&decoded.text, Some(&url))?;
    let feeds = discover::feeds(&page).into_iter().map(|feed| feed.url).filter(|feed| *feed != url).collect();
    let listing = listing.or_else(|| guess::guess(&page, now, source.keys.timezone).map(|guess| guess.listing));
    let listed = match listing {
        Some(listing) => listing::read(&page, &listing, now, source.keys.timezone).map(|listed| (listing, listed)),
        None => Err(ListingError::no_news(&page)),
    };
    Ok(Looked::Page(Box::new(Look { url, validators, feeds, listed })))
}
