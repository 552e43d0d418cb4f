//! A source that has moved: asked where permanent redirects led, day after day, and at its own address again when that is no more.

use reqwest::StatusCode;
use url::Url;

use super::{Errand, Got, MANY_FAILURES};
use crate::fetch::{FetchError, Manners};
use crate::poll::PollError;

impl Errand<'_> {
    /// Gets and reads the source's document.
    pub async fn get(&mut self) -> Result<Got, PollError> {
        let Some(moved) = self.state.moved_to.as_deref().and_then(|url| Url::parse(url).ok()) else { return self.get_at_home().await };
        self.answered.is_elsewhere = true;
        let error = match self.get_moved(&moved).await {
            Ok(got) => return Ok(got),
            Err(error) => error,
        };
        // Its own address may answer again, or lead somewhere else by now. Unless it answers well, the move stands: who moves away gives up the
        // old address one day.
        if is_gone(&error) || self.state.failures >= MANY_FAILURES {
            self.answered.is_elsewhere = false;
            match self.get_at_home().await {
                Ok(got) => return Ok(got),
                Err(gone @ PollError::Fetch(FetchError::Gone)) => return Err(gone),
                Err(error) => tracing::debug!(source = %self.source.name, %error, "not at its old address either"),
            }
        }
        Err(PollError::Moved { url: moved, error: Box::new(error) })
    }

    async fn get_moved(&mut self, moved: &Url) -> Result<Got, PollError> {
        let manners = if self.is_known_page() { self.manners_of_page() } else { self.manners_of_feed() };
        // Whoever sent us to another host is the publisher and not the admin.
        let is_strange = moved.host_str() != self.source.url.host_str();
        let manners = Manners { public_only: is_strange && !self.source.keys.allow_private, ..manners };
        let mut got = self.get_from(moved, &self.state.validators.clone(), manners).await?;
        if let (Got::Document(document), Some(found)) = (&mut got, &self.state.found_url) {
            document.feed.found_url.get_or_insert_with(|| found.clone());
        }
        Ok(got)
    }
}

/// Whether it is no feed any more, or says that there is none.
pub(super) fn is_gone(error: &PollError) -> bool {
    match error {
        PollError::Parse(_) | PollError::Listing { .. } | PollError::Fetch(FetchError::Gone) => true,
        PollError::Fetch(FetchError::Status { status, .. }) => *status == StatusCode::NOT_FOUND,
        _ => false,
    }
}
