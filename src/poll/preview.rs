//! What a poll of an address would give, without storing anything: for people who set up a source.

use std::sync::Arc;

use url::Url;

use super::document::{Document, Errand, Got};
use super::{Answered, PollError};
use crate::clock::Clock;
use crate::config::{Listing, Source};
use crate::fetch::Fetcher;
use crate::normalise::{Dropped, Entry};
use crate::parse::ParseError;
use crate::store::SourceState;

/// What an address gives.
#[derive(Debug)]
pub struct Preview {
    /// Where the document came from, after redirects.
    pub url: Url,
    /// The feed that was found, if the address is a page that has one; the address itself, if it has none.
    pub found: Option<Url>,
    /// What the document calls itself.
    pub title: Option<String>,
    /// How it was read, if it is a page that lists news.
    pub listing: Option<Listing>,
    /// In the order of the document.
    pub entries: Vec<Entry>,
    /// What the source's rules left out.
    pub dropped: Vec<Dropped>,
    pub problems: Vec<String>,
}

/// Why an address gives nothing, for people.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct NothingToRead {
    message: String,
    pub hint: Option<String>,
}

/// Polls an address as `source` would be polled the first time, and stores nothing.
///
/// # Errors
/// When it gives neither a feed nor a listing of news.
pub async fn preview(fetcher: &Fetcher, source: &Arc<Source>, clock: &Clock) -> Result<Preview, NothingToRead> {
    let state = SourceState::default();
    let mut errand = Errand { fetcher, store: None, source, state: &state, clock, answered: Answered::default() };
    let read = match errand.get().await {
        Ok(Got::Document(document)) => Ok(told(*document)),
        // A server that says so without being asked has sent nothing.
        Ok(Got::NotModified { .. } | Got::Same { .. }) => Err(ParseError::Empty.into()),
        Err(error) => Err(error),
    };
    read.map_err(|error: PollError| NothingToRead { message: super::printable(&error.to_string()), hint: error.hint() })
}

fn told(document: Document) -> Preview {
    let Document { feed, base, listing, older: _ } = document;
    let found = feed.found_url.as_deref().and_then(|url| Url::parse(url).ok());
    let entries = feed.entries.into_iter().map(|identified| identified.entry).collect();
    let (dropped, problems) = (feed.dropped, [feed.notes, feed.problems].concat());
    Preview { url: base, found, title: feed.head.title, listing, entries, dropped, problems }
}
