//! A source's document: fetched, and read as a feed, or as a page that names its feed or lists its news.
//!
//! A page is searched for its feed once, and what was found is polled from then on; the search begins anew when that is no more.
//! Pages are asked under robots.txt, and what a page links to only on public addresses, unless the source says otherwise.

mod older;
mod sitemaps;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use url::Url;

use super::{Answered, PollError, new_feed, off_the_reactor, printable};
use crate::clock::Clock;
use crate::config::{Listing, Source};
use crate::decode;
use crate::fetch::{FetchError, Fetched, Fetcher, Manners, Response, Validators};
use crate::normalise::{Context, normalise};
use crate::parse::listing::{self, Listed, ListingError};
use crate::parse::{self, Feed, Page, ParseError, Problem, discover, guess};
use crate::store::{NewFeed, SourceState, Store};
use crate::story::identify;

/// Failed polls after which what was found counts as lost, and every so many of which the usual places are tried again.
const MANY_FAILURES: u32 = 8;

/// Most addresses tried that a page names as its feeds.
const MAX_NAMED: usize = 3;

/// What a source's address gave.
pub(super) enum Got {
    NotModified {
        validators: Option<Validators>,
    },
    /// The same body again, under these validators.
    Same {
        validators: Validators,
    },
    Document(Box<Document>),
}

/// A document that was read, as what is kept of it.
pub(super) struct Document {
    pub feed: NewFeed,
    /// Where it came from, after redirects.
    pub base: Url,
    /// How it was read, if it is a page.
    pub listing: Option<Listing>,
    /// Where its older items stand.
    pub older: Option<Url>,
}

impl Document {
    fn of(feed: Feed, base: Url, validators: Validators, source: &Source, now: DateTime<Utc>) -> Self {
        let older = feed.older.as_deref().and_then(|older| base.join(older).ok());
        Self { feed: new_feed(feed, &base, validators, source, now), base, listing: None, older }
    }

    /// Tells the admin how it was got.
    fn note(&mut self, note: &str) {
        self.feed.notes.push(printable(note));
    }
}

/// A source to be read.
pub(super) struct Errand<'a> {
    pub fetcher: &'a Fetcher,
    /// Knows what has been read before; without it, one page of a listing is read.
    pub store: Option<&'a Store>,
    pub source: &'a Arc<Source>,
    pub state: &'a SourceState,
    pub clock: &'a Clock,
    /// What the last HTTP answer told.
    pub answered: Answered,
}

/// What an address answered.
enum Answer {
    NotModified { validators: Option<Validators> },
    Same { validators: Validators },
    Looked(Looked),
}

/// What a response turned out to be.
enum Looked {
    Feed(Box<Document>),
    Page(Box<Look>),
}

/// What a response turned out to be, before anything else is asked for.
enum Read {
    Whole(Looked),
    Index(Box<Index>),
}

/// An index of sitemaps: the news stand in them.
struct Index {
    url: Url,
    feed: Feed,
}

/// What the pages of a listing have given so far.
struct Pages {
    feed: Feed,
    /// Of the first page.
    base: Url,
    notes: Vec<String>,
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
            let manners = if self.is_known_page() { self.manners_of_page() } else { self.manners_of_feed() };
            return self.get_from(&self.source.url.clone(), &self.state.validators.clone(), manners).await;
        };
        let manners = Manners { obeys_robots: false, ..self.manners_of_links() };
        let error = match self.ask(&found, &self.state.validators.clone(), manners).await {
            Ok(Answer::Looked(Looked::Feed(mut document))) => {
                document.feed.found_url = Some(found.to_string());
                return Ok(Got::Document(document));
            }
            Ok(Answer::NotModified { validators }) => return Ok(Got::NotModified { validators }),
            Ok(Answer::Same { validators }) => return Ok(Got::Same { validators }),
            Ok(Answer::Looked(Looked::Page(_))) => ParseError::Page.into(),
            Err(error) => error,
        };
        let is_gone = matches!(&error, PollError::Parse(_) | PollError::Fetch(FetchError::Gone))
            || matches!(&error, PollError::Fetch(FetchError::Status { status, .. }) if *status == StatusCode::NOT_FOUND);
        // What was found may be no more, and the page may name another by now. A page in its place for a moment must not cost the source.
        match self.search_anew(is_gone).await {
            Some(document) => Ok(Got::Document(document)),
            None => Err(PollError::Found { url: found, error: Box::new(error) }),
        }
    }

    /// Another feed than the one that was found; after many failures, whatever its page has.
    async fn search_anew(&mut self, is_gone: bool) -> Option<Box<Document>> {
        let has_long_failed = self.state.failures >= MANY_FAILURES;
        if !is_gone && !has_long_failed {
            return None;
        }
        let (url, manners) = (self.source.url.clone(), self.manners_of_page());
        match self.ask(&url, &Validators::default(), manners).await {
            Ok(Answer::Looked(Looked::Feed(document))) => Some(document),
            Ok(Answer::Looked(Looked::Page(look))) => match self.search(&look).await {
                Some(document) => Some(document),
                None if has_long_failed => self.read_listing(*look).await.ok(),
                None => None,
            },
            Ok(Answer::NotModified { .. } | Answer::Same { .. }) | Err(_) => None,
        }
    }

    /// For the source's own address.
    fn manners_of_feed(&self) -> Manners {
        Manners { obeys_robots: false, public_only: false, public_redirects: !self.source.keys.allow_private }
    }

    /// For the source's own address, when it is a page.
    fn manners_of_page(&self) -> Manners {
        Manners { obeys_robots: self.source.keys.robots, ..self.manners_of_feed() }
    }

    /// For what the page links to.
    fn manners_of_links(&self) -> Manners {
        Manners { public_only: !self.source.keys.allow_private, ..self.manners_of_page() }
    }

    async fn get_from(&mut self, url: &Url, validators: &Validators, manners: Manners) -> Result<Got, PollError> {
        match self.ask(url, validators, manners).await? {
            Answer::NotModified { validators } => Ok(Got::NotModified { validators }),
            Answer::Same { validators } => Ok(Got::Same { validators }),
            Answer::Looked(Looked::Feed(document)) => Ok(Got::Document(document)),
            Answer::Looked(Looked::Page(look)) => self.read_page(*look).await.map(Got::Document),
        }
    }

    async fn ask(&mut self, url: &Url, validators: &Validators, manners: Manners) -> Result<Answer, PollError> {
        let mut asked = url.clone();
        let fetched = self.fetcher.fetch_for(self.source, &mut asked, validators, manners, self.clock.now()).await;
        self.answered.host = asked.host_str().map(str::to_owned);
        self.answered.caching = fetched.as_ref().map(|fetched| fetched.caching().clone()).unwrap_or_default();
        self.answered.status = match &fetched {
            Ok(Fetched::New(response)) => Some(response.status),
            Ok(Fetched::NotModified { .. }) => Some(304),
            Err(error) => error.status(),
        };
        match fetched? {
            Fetched::New(response) => {
                self.answered.wire_bytes += response.wire_bytes;
                if self.state.body_hash == Some(response.body_hash) {
                    return Ok(Answer::Same { validators: response.validators });
                }
                let mut looked = self.look(response, self.source.listing.clone()).await?;
                if let Looked::Feed(document) = &mut looked {
                    self.read_back(document).await;
                }
                Ok(Answer::Looked(looked))
            }
            Fetched::NotModified { validators, .. } => Ok(Answer::NotModified { validators }),
        }
    }

    /// Something else than the source's own document; None where the server says, unasked, that it has not changed.
    async fn fetch(&mut self, url: &Url, manners: Manners) -> Result<Option<Response>, PollError> {
        let (mut url, none) = (url.clone(), Validators::default());
        let fetched = self.fetcher.fetch_for(self.source, &mut url, &none, manners, self.clock.now()).await?;
        let Fetched::New(response) = fetched else { return Ok(None) };
        self.answered.wire_bytes += response.wire_bytes;
        Ok(Some(response))
    }

    /// Reading is work of milliseconds, off the reactor.
    async fn look(&mut self, response: Response, listing: Option<Listing>) -> Result<Looked, PollError> {
        let (source, now) = (Arc::clone(self.source), self.clock.now());
        match off_the_reactor(move || look(response, &source, listing, now)).await?? {
            Read::Index(index) => self.read_sitemaps(*index).await.map(Looked::Feed),
            Read::Whole(looked) => Ok(looked),
        }
    }

    /// The feed that a page names, else the news that it lists.
    async fn read_page(&mut self, look: Look) -> Result<Box<Document>, PollError> {
        let is_searched = self.source.listing.is_some() || (self.is_known_page() && look.listed.is_ok());
        if !is_searched && let Some(document) = self.search(&look).await {
            return Ok(document);
        }
        if !self.is_known_page() {
            self.fetcher.may_ask(self.source, &look.url, self.manners_of_page(), self.clock.now()).await?;
        }
        self.read_listing(look).await
    }

    /// The news that a page lists.
    async fn read_listing(&mut self, look: Look) -> Result<Box<Document>, PollError> {
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

    /// Whether the source's own address is known to be a page, and was asked as one.
    fn is_known_page(&self) -> bool {
        self.source.listing.is_some() || self.state.found_url.as_deref() == Some(self.source.url.as_str())
    }

    /// Tries what the page names as its feeds; where it names none, now and then the places where sites have them.
    async fn search(&mut self, look: &Look) -> Option<Box<Document>> {
        let mut candidates: Vec<Url> = look.feeds.iter().take(MAX_NAMED).cloned().collect();
        if candidates.is_empty() && self.state.failures.is_multiple_of(MANY_FAILURES) {
            candidates = discover::common_places(&look.url);
        }
        for candidate in candidates {
            match self.try_feed(&candidate).await {
                Ok(Some(mut document)) => {
                    document
                        .note(&format!("the address is a page; its feed is polled instead: put `url = \"{candidate}\"` into the config"));
                    document.feed.found_url = Some(candidate.to_string());
                    return Some(document);
                }
                Ok(None) => {}
                // A host in trouble is asked no more.
                Err(PollError::Fetch(FetchError::Status { status, .. })) if status.is_server_error() || status.as_u16() == 429 => {
                    return None;
                }
                Err(error) => tracing::debug!(source = %self.source.name, %error, "no feed at a likely place"),
            }
        }
        None
    }

    /// The feed at an address; None when it is none, or has nothing to read.
    async fn try_feed(&mut self, url: &Url) -> Result<Option<Box<Document>>, PollError> {
        let Some(response) = self.fetch(url, self.manners_of_links()).await? else { return Ok(None) };
        match self.look(response, None).await? {
            Looked::Feed(document) if !document.feed.entries.is_empty() || !document.feed.dropped.is_empty() => Ok(Some(document)),
            Looked::Feed(_) | Looked::Page(_) => Ok(None),
        }
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

/// A response as a feed or as a page. Pure.
fn look(response: Response, source: &Source, listing: Option<Listing>, now: DateTime<Utc>) -> Result<Read, PollError> {
    let Response { url, content_type, validators, links, body, body_hash, .. } = response;
    let decoded = decode::decode(body, content_type.as_deref());
    if listing.is_none() {
        match parse::parse(&decoded.text, Some(&url), source.keys.timezone) {
            Ok(mut feed) => {
                // With the validators of half a document the other half would never be sent.
                let is_cut_short = feed.problems.contains(&Problem::CutShort);
                let validators = if is_cut_short { Validators::default() } else { validators };
                if decoded.is_lossy {
                    feed.problems.push(Problem::Replaced(decoded.charset));
                }
                if !feed.sitemaps.is_empty() {
                    return Ok(Read::Index(Box::new(Index { url, feed })));
                }
                // What the head of the response says comes first (WebSub §4).
                feed.hubs.splice(..0, links.hubs.into_iter().map(String::from));
                feed.own_url = links.own.or(feed.own_url);
                let mut document = Box::new(Document::of(feed, url, validators, source, now));
                document.feed.body_hash = Some(body_hash).filter(|_| !is_cut_short);
                document.feed.is_cut_short = is_cut_short;
                return Ok(Read::Whole(Looked::Feed(document)));
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
    Ok(Read::Whole(Looked::Page(Box::new(Look { url, validators, feeds, listed }))))
}

/// A response that has to be a feed, as what is kept of it. Pure.
pub(super) fn read_feed(response: Response, source: &Source, now: DateTime<Utc>) -> Result<NewFeed, PollError> {
    match look(response, source, None, now)? {
        Read::Whole(Looked::Feed(document)) => Ok(document.feed),
        Read::Whole(Looked::Page(_)) | Read::Index(_) => Err(ParseError::Page.into()),
    }
}
