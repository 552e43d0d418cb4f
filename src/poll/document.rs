//! A source's document: fetched, and read as a feed, or as a page that names its feed or lists its news.
//!
//! A page is searched for its feed once, and what was found is polled from then on; the search begins anew when that is no more.
//! Pages are asked under robots.txt, and what a page links to only on public addresses, unless the source says otherwise.

mod found;
mod moved;
mod older;
mod pages;
mod sitemaps;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use super::{Answered, PollError, new_feed, printable, read_off_the_reactor};
use crate::clock::Clock;
use crate::config::{Listing, Source};
use crate::decode;
use crate::fetch::{Fetched, Fetcher, Manners, Response, Validators};
use crate::parse::listing::{self, Listed, ListingError};
use crate::parse::{self, Feed, Page, ParseError, Problem, discover, guess};
use crate::store::{NewFeed, SourceState, Store};

/// Failed polls after which what was found, or has moved, counts as lost, and every so many of which the usual places are tried again.
const MANY_FAILURES: u32 = 8;

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
    /// Whether the source's own address is known to be a page, and was asked as one.
    fn is_known_page(&self) -> bool {
        self.source.listing.is_some() || self.state.found_url.as_deref() == Some(self.source.url.as_str())
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
        self.answered.place = None;
        let mut asked = url.clone();
        let fetched = self.fetcher.fetch_for(self.source, &mut asked, validators, manners, self.clock.now()).await;
        self.answered.host = asked.host_str().map(str::to_owned);
        self.answered.moved = fetched.as_ref().ok().and_then(|fetched| fetched.moved().map(Url::to_string));
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
        self.answered.place = None;
        let (mut url, none) = (url.clone(), Validators::default());
        let fetched = self.fetcher.fetch_for(self.source, &mut url, &none, manners, self.clock.now()).await?;
        let Fetched::New(response) = fetched else { return Ok(None) };
        self.answered.wire_bytes += response.wire_bytes;
        Ok(Some(response))
    }

    /// Reading is work of milliseconds, off the reactor.
    async fn look(&mut self, response: Response, listing: Option<Listing>) -> Result<Looked, PollError> {
        let (source, now) = (Arc::clone(self.source), self.clock.now());
        let (read, place) = read_off_the_reactor(response, move |response| look(response, &source, listing, now)).await?;
        self.answered.place = place;
        match read? {
            Read::Index(index) => self.read_sitemaps(*index).await.map(Looked::Feed),
            Read::Whole(looked) => Ok(looked),
        }
    }
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
                // What is made of it now can be as large again.
                drop(decoded);
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
