//! The feed that a page names: searched for once, polled from then on, and searched for anew when it is no more.

use url::Url;

use super::moved::is_gone;
use super::{Answer, Document, Errand, Got, Look, Looked, MANY_FAILURES};
use crate::fetch::{FetchError, Manners, Validators};
use crate::parse::{ParseError, discover};
use crate::poll::PollError;

/// Most addresses tried that a page names as its feeds.
const MAX_NAMED: usize = 3;

impl Errand<'_> {
    /// Gets and reads the source's document by the address of the config.
    pub(super) async fn get_at_home(&mut self) -> Result<Got, PollError> {
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
        // What was found may be no more, and the page may name another by now. A page in its place for a moment must not cost the source.
        match self.search_anew(is_gone(&error)).await {
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

    /// Tries what the page names as its feeds; where it names none, now and then the places where sites have them.
    pub(super) async fn search(&mut self, look: &Look) -> Option<Box<Document>> {
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
}
