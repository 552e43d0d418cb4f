//! Older documents of a feed, after a burst.
//!
//! When all items of a document are new, and the oldest is newer than the last one seen, others have come and gone between two polls. Where
//! the feed leads to older documents (RFC 5005) they are read until one joins what has been seen; where it does not, the admin is told.

use std::collections::HashSet;

use url::Url;

use super::{Document, Errand, Looked};
use crate::fetch::Manners;
use crate::parse::{MAX_ITEMS, ParseError, Problem};
use crate::poll::{PollError, off_the_reactor, printable};
use crate::story::Identified;

/// Most older documents read in one poll.
const MAX_DOCUMENTS: usize = 10;

impl Errand<'_> {
    /// Adds what older documents have, while nothing read so far joins what has been seen.
    pub(super) async fn read_back(&mut self, document: &mut Document) {
        let mut is_beyond = self.is_beyond(&document.feed.entries).await;
        let mut asked = HashSet::from([document.base.clone()]);
        while is_beyond
            && asked.len() <= MAX_DOCUMENTS
            && document.feed.entries.len() < MAX_ITEMS
            && let Some(url) = document.older.take().filter(|url| asked.insert(url.clone()))
        {
            match self.older(&url).await {
                Ok(older) => {
                    is_beyond = self.is_beyond(&older.feed.entries).await;
                    document.older = older.older;
                    append(&mut document.feed.entries, older.feed.entries);
                    document.feed.dropped.extend(older.feed.dropped);
                }
                Err(error) => document.note(&printable(&format!("older items, at {url}, were not read: {error}"))),
            }
        }
        if is_beyond {
            document.feed.has_gap = true;
            document.feed.problems.push(Problem::Gap(document.feed.entries.len()).to_string());
        }
    }

    async fn older(&mut self, url: &Url) -> Result<Document, PollError> {
        let manners = Manners { obeys_robots: false, ..self.manners_of_links() };
        let Some(response) = self.fetch(url, manners).await? else { return Err(ParseError::Empty.into()) };
        match self.look(response, None).await? {
            Looked::Feed(document) => Ok(*document),
            Looked::Page(_) => Err(ParseError::Page.into()),
        }
    }

    /// Whether none of these items was ever seen, and all of them are newer than what was. Undated ones tell nothing, and neither does a
    /// single one, which may be all that a feed ever holds.
    async fn is_beyond(&self, entries: &[Identified]) -> bool {
        let Some(store) = self.store.filter(|_| self.state.poll > 0 && entries.len() > 1) else { return false };
        let dates: Option<Vec<_>> = entries.iter().map(|identified| identified.entry.published).collect();
        let Some(oldest) = dates.and_then(|dates| dates.into_iter().min()) else { return false };
        let (reader, source) = (store.reader(), self.state.id);
        let keys: Vec<_> = entries.iter().flat_map(Identified::keys).collect();
        // Who cannot tell asks for no more.
        matches!(off_the_reactor(move || reader.lies_beyond(source, &keys, oldest)).await, Ok(Ok(true)))
    }
}

/// Adds the entries that are not there already.
fn append(entries: &mut Vec<Identified>, older: Vec<Identified>) {
    let known: HashSet<_> = entries.iter().flat_map(|identified| [identified.guid, identified.url]).flatten().collect();
    let is_new = |identified: &Identified| ![identified.guid, identified.url].into_iter().flatten().any(|key| known.contains(&key));
    entries.extend(older.into_iter().filter(is_new));
}
