//! What can be asked of the file beside the writer.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::readers::Readers;
use super::{
    Account, ArticleAgenda, DueArticle, Found, Identity, LeftOut, Newest, PollRow, PushStatus, Sought, SourceState, SourceStatus,
    StoreError, Story, Tombstone, Touched, Wanted, WrittenLink, article, entry, explain, find, host, identity, left_out, links, log,
    newest, source, story, subscription, tombstone, touched,
};
use crate::config::Dedup;
use crate::story::Key;

/// Reads the file beside the writer. Every method blocks.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) readers: Arc<Readers>,
}

impl Reader {
    /// How each source's polling stands, retired ones left out, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn status(&self, now: DateTime<Utc>) -> Result<Vec<SourceStatus>, StoreError> {
        self.readers.with(|connection| source::status(connection, now))
    }

    /// The polls of a source that are still recorded, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn polls_of(&self, name: &str) -> Result<Vec<PollRow>, StoreError> {
        self.readers.with(|connection| log::polls_of(connection, name))
    }

    /// How the subscriptions at hubs stand that are wanted, each with its source's name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn push_status(&self) -> Result<Vec<(String, PushStatus)>, StoreError> {
        self.readers.with(subscription::status)
    }

    /// The states of the named sources, each None when the store does not know it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn states_of<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Vec<Option<SourceState>>, StoreError> {
        self.readers.with(|connection| names.map(|name| source::state_named(connection, name)).collect())
    }

    /// The instant before which a host wants no request, by its `Retry-After`; it may be over.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn not_before(&self, host: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.readers.with(|connection| Ok(host::find(connection, host)?.not_before))
    }

    /// The number that grows with every commit that changed a story, whoever made it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn generation(&self) -> Result<i64, StoreError> {
        self.readers.with(story::generation)
    }

    /// The newest stories that are wanted, and what has changed below them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn newest(&self, wanted: Wanted<'_>, keeps: Option<&dyn Fn(&Story) -> bool>) -> Result<Newest, StoreError> {
        self.readers.with(|connection| newest::newest(connection, wanted, keeps))
    }

    /// The stories of these sources that are none of their own any more since an instant, the last first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tombstones(&self, sources: &[&str], since: DateTime<Utc>) -> Result<Vec<Tombstone>, StoreError> {
        self.readers.with(|connection| tombstone::since(connection, sources, since))
    }

    /// What has come after an entry, and changed since an instant in seconds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn touched(&self, entry: i64, since: i64) -> Result<Touched, StoreError> {
        self.readers.with(|connection| touched::touched(connection, entry, since))
    }

    /// The last entry that is stored; 0 before the first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_entry(&self) -> Result<i64, StoreError> {
        self.readers.with(touched::last_entry)
    }

    /// The days (UTC) on which stories entered, from one down.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn days(&self, newest: NaiveDate) -> Result<Vec<NaiveDate>, StoreError> {
        self.readers.with(|connection| touched::days(connection, newest))
    }

    /// When the last story entered that did so before an instant.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_entered_before(&self, before: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.readers.with(|connection| newest::entered(connection, Some(before)))
    }

    /// When the first story entered.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn first_entered(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.readers.with(|connection| newest::entered(connection, None))
    }

    /// Whether a source has ever had an item under one of these keys.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn knows_any(&self, source: i64, keys: &[Key]) -> Result<bool, StoreError> {
        self.readers.with(|connection| identity::knows_any(connection, source, keys))
    }

    /// Whether a source has never had an item under one of these keys, and what it has had last is older than `oldest`. False where it has
    /// had none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lies_beyond(&self, source: i64, keys: &[Key], oldest: DateTime<Utc>) -> Result<bool, StoreError> {
        self.readers.with(|connection| {
            let newest = entry::newest_date(connection, source)?;
            Ok(newest.is_some_and(|newest| newest < oldest) && !identity::knows_any(connection, source, keys)?)
        })
    }

    /// The entries that a person means; None when nothing has that name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(&self, sought: Sought<'_>) -> Result<Option<Found>, StoreError> {
        self.readers.with(|connection| find::find(connection, sought))
    }

    /// What is known of something that never became an entry, or is none any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn left_out(&self, sought: Sought<'_>) -> Result<Vec<LeftOut>, StoreError> {
        self.readers.with(|connection| left_out::left_out(connection, sought))
    }

    /// Everything that can be told of an entry; None when it is not there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account(&self, entry: i64, dedup: &Dedup) -> Result<Option<Account>, StoreError> {
        self.readers.with(|connection| explain::account(connection, entry, dedup))
    }

    /// Tells every distinct link that sources wrote, until `hear` fails with an error of its own, which is given back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn each_link<E>(&self, hear: impl FnMut(WrittenLink) -> Result<(), E>) -> Result<Result<(), E>, StoreError> {
        self.readers.with(|connection| links::each(connection, hear))
    }

    /// The article pages that are due, at most `most` of each source.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn due_articles(&self, now: DateTime<Utc>, most: u32) -> Result<Vec<DueArticle>, StoreError> {
        self.readers.with(|connection| article::due(connection, now, most))
    }

    /// The article pages of one source that are due, at most `most`, the newest entries first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn due_articles_of(&self, source: i64, now: DateTime<Utc>, most: u32) -> Result<Vec<DueArticle>, StoreError> {
        self.readers.with(|connection| article::due_of(connection, source, now, most))
    }

    /// When there is next something to do about article pages.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn article_agenda(&self) -> Result<ArticleAgenda, StoreError> {
        self.readers.with(article::agenda)
    }

    /// What ids are made of in this file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn identity(&self) -> Result<Identity, StoreError> {
        self.readers.with(story::identity)
    }
}
