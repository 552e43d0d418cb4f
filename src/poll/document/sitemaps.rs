//! The sitemaps that an index of them names: the few that hold its news, read as one document.
//!
//! They are asked as the index itself is, on public addresses unless the source says otherwise. Of the index no validators are kept: that it
//! is unchanged does not say that they are.

use std::sync::Arc;

use url::Url;

use super::{Document, Errand, Index};
use crate::decode;
use crate::fetch::{Manners, Validators};
use crate::parse::sitemap::{Sitemap, newest};
use crate::parse::{self, Feed};
use crate::poll::{PollError, off_the_reactor, read_off_the_reactor};

impl Errand<'_> {
    /// The news of an index's newest sitemaps.
    pub(super) async fn read_sitemaps(&mut self, index: Index) -> Result<Box<Document>, PollError> {
        let Index { url: base, mut feed } = index;
        let mut failed = None;
        let mut notes = Vec::new();
        for sitemap in newest(std::mem::take(&mut feed.sitemaps)) {
            match self.read_sitemap(&sitemap).await {
                Ok(read) => {
                    feed.items.extend(read.items);
                    feed.problems.extend(read.problems);
                }
                Err(error) => {
                    notes.push(format!("the sitemap {} was not read: {error}", sitemap.url));
                    failed = Some(error);
                }
            }
        }
        feed.items.truncate(parse::MAX_ITEMS);
        if feed.items.is_empty()
            && let Some(error) = failed
        {
            return Err(error);
        }
        let (source, now) = (Arc::clone(self.source), self.clock.now());
        let document = off_the_reactor(move || Document::of(feed, base, Validators::default(), &source, now));
        let mut document = Box::new(document.await?);
        notes.iter().for_each(|note| document.note(note));
        Ok(document)
    }

    async fn read_sitemap(&mut self, sitemap: &Sitemap) -> Result<Feed, PollError> {
        let Ok(url) = Url::parse(&sitemap.url) else { return Ok(Feed::default()) };
        let manners = Manners { obeys_robots: false, ..self.manners_of_links() };
        let Some(response) = self.fetch(&url, manners).await? else { return Ok(Feed::default()) };
        let zone = self.source.keys.timezone;
        let read = read_off_the_reactor(response, move |response| {
            let decoded = decode::decode(response.body, response.content_type.as_deref());
            parse::parse(&decoded.text, Some(&response.url), zone)
        });
        Ok(read.await?.0?)
    }
}
