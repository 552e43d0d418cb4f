//! Which stories a view holds, in which order, and what the view says of itself.

mod filter;

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use url::Url;

use crate::config::{Order, Settings, View};
use crate::store::{Reader, StoreError, Wanted};

pub use crate::store::{Identity, Story, StoryId, StorySource, Version};

/// A view, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    pub name: String,
    pub title: String,
    pub subtitle: Option<String>,
    /// Absolute address of a square picture.
    pub icon: Option<String>,
    /// The language that the config gives the view.
    pub declared_language: Option<String>,
    pub identity: Identity,
    /// Address under which readers reach this server; ends in a slash.
    pub home: Url,
    /// When a story of it last changed; the day the store was made, while there is none.
    pub updated: DateTime<Utc>,
    /// Newest first.
    pub stories: Vec<Story>,
    /// Whether a line at the end of a story's text names the other outlets that carry it.
    pub names_outlets: bool,
}

/// Reads what a view holds now. `name` is its path below `feeds/`, `home` the server's public address.
///
/// # Errors
/// When the store cannot be read.
pub fn publication(
    reader: &Reader,
    settings: &Settings,
    (name, view): (&str, &View),
    home: &Url,
    now: DateTime<Utc>,
) -> Result<Publication, StoreError> {
    let sources: Vec<&str> = settings.sources.iter().filter(|source| view.admits(source)).map(|source| source.name.as_str()).collect();
    let wanted = Wanted {
        sources: &sources,
        languages: &view.languages,
        limit: view.limit,
        since: now - TimeDelta::from_std(view.window).unwrap_or_default(),
        max: view.max,
        stories: view.stories,
    };
    let keeps = |story: &Story| filter::keeps(view, story, now);
    let mut stories = reader.stories(wanted, filter::sieves(view).then_some(&keeps as &dyn Fn(&Story) -> bool))?;
    if view.order == Order::Published {
        stories.sort_by_key(|story| Reverse(story.published));
    }
    let stories: Vec<Story> = stories.into_iter().map(|story| filter::cut(view, story)).collect();
    let identity = reader.identity()?;
    let updated = stories.iter().map(|story| story.updated).max().unwrap_or_else(|| birthday(&identity));
    Ok(Publication {
        name: name.to_owned(),
        title: view.title().to_owned(),
        subtitle: view.subtitle.clone(),
        icon: view.icon.as_ref().map(Url::to_string),
        declared_language: view.language.as_ref().map(|language| language.as_str().to_owned()),
        identity,
        home: home.clone(),
        updated,
        stories,
        names_outlets: settings.dedup.other_versions,
    })
}

fn birthday(identity: &Identity) -> DateTime<Utc> {
    let day = NaiveDate::parse_from_str(&identity.born, "%Y-%m-%d").unwrap_or_default();
    day.and_time(NaiveTime::MIN).and_utc()
}

impl Publication {
    /// The feed's own id: it stays whatever the server's address becomes (RFC 4151).
    pub fn id(&self) -> String {
        let Identity { authority, born } = &self.identity;
        format!("tag:{authority},{born}:view/{}", percent_encoded(&self.name))
    }

    /// A story's id: it stays whichever entry tells the story.
    pub fn story_id(&self, story: &Story) -> String {
        let Identity { authority, born } = &self.identity;
        story.atom_id.clone().unwrap_or_else(|| match story.id {
            StoryId::Story(number) => format!("tag:{authority},{born}:{number}"),
            StoryId::Entry(number) => format!("tag:{authority},{born}:entry/{number}"),
        })
    }

    /// The same view with other stories.
    pub fn with_stories(&self, stories: Vec<Story>) -> Self {
        Self {
            name: self.name.clone(),
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            icon: self.icon.clone(),
            declared_language: self.declared_language.clone(),
            identity: self.identity.clone(),
            home: self.home.clone(),
            updated: self.updated,
            stories,
            names_outlets: self.names_outlets,
        }
    }

    /// The address of this view in the format of `extension`.
    pub fn url(&self, extension: &str) -> String {
        document_url(&self.home, &self.name, extension)
    }

    /// The language that the config gives it, else the one that all its stories share.
    pub fn language(&self) -> Option<&str> {
        if let Some(declared) = &self.declared_language {
            return Some(declared);
        }
        let first = self.stories.first()?.language.as_deref()?;
        self.stories.iter().all(|story| story.language.as_deref() == Some(first)).then_some(first)
    }
}

/// The address of a view's document below the server's public address.
pub fn document_url(home: &Url, view: &str, extension: &str) -> String {
    format!("{home}feeds/{}.{extension}", percent_encoded(view))
}

/// A name as a path of a URL (RFC 3986 §3.3).
fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
