//! What an element means, by namespace and name.

use super::names::{Lower, Namespace, split};
use super::scopes::Scopes;

/// What an element is in a feed. Elements that mean nothing to us are [`Element::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `rss`, `rdf:RDF`.
    Root,
    Channel,
    /// atom:feed.
    Feed,
    Item,
    Title,
    Link,
    Guid,
    /// `description`, which may hold HTML.
    Description,
    /// atom:summary, itunes:summary, CDF's `abstract`: plain unless they say otherwise.
    Summary,
    Content,
    /// content:encoded, `fullitem`, yandex:full-text.
    Encoded,
    /// `body`, xhtml:body.
    Body,
    Author,
    Contributor,
    Publisher,
    Name,
    Email,
    Uri,
    Published,
    Updated,
    /// dc:date.
    Date,
    Created,
    Category,
    /// Terms between commas.
    Keywords,
    Enclosure,
    Source,
    Picture,
    /// atom:icon.
    Icon,
    /// atom:logo.
    Logo,
    TextInput,
    Language,
    Rights,
    /// feedburner:origLink.
    OriginalLink,
    MediaTitle,
    MediaDescription,
    MediaContent,
    MediaThumbnail,
    ItunesImage,
    ItunesCategory,
    /// How often the feed changes: RSS 2.0's `ttl`, and what stands in its `skipHours` and `skipDays`.
    Ttl,
    Hour,
    Day,
    /// The same of RSS 1.0's syndication module.
    UpdatePeriod,
    UpdateFrequency,
    UpdateBase,
    Other,
}

impl Element {
    /// What the element `name` means where `scopes` hold.
    pub fn of(name: &str, scopes: &Scopes<'_>) -> Self {
        let (prefix, local) = split(name);
        let lower = Lower::of(local);
        let local = lower.as_str();
        match scopes.namespace(prefix) {
            Namespace::Feed => Self::of_feed(local),
            Namespace::Dc => Self::of_dublin_core(local),
            Namespace::Terms => match local {
                "created" => Self::Created,
                "issued" => Self::Published,
                "modified" => Self::Updated,
                _ => Self::Other,
            },
            Namespace::Content if local == "encoded" => Self::Encoded,
            Namespace::Yandex if local == "full-text" => Self::Encoded,
            Namespace::Media => Self::of_media(local),
            Namespace::Itunes => Self::of_itunes(local),
            Namespace::Syndication => match local {
                "updateperiod" => Self::UpdatePeriod,
                "updatefrequency" => Self::UpdateFrequency,
                "updatebase" => Self::UpdateBase,
                _ => Self::Other,
            },
            Namespace::Xhtml if local == "body" => Self::Body,
            Namespace::Rdf if local == "rdf" => Self::Root,
            Namespace::FeedBurner if local == "origlink" => Self::OriginalLink,
            _ => Self::Other,
        }
    }

    fn of_feed(local: &str) -> Self {
        match local {
            "rss" | "rdf" => Self::Root,
            "channel" => Self::Channel,
            "feed" => Self::Feed,
            "item" | "entry" => Self::Item,
            "title" => Self::Title,
            "link" => Self::Link,
            "guid" | "id" => Self::Guid,
            "description" => Self::Description,
            "summary" | "abstract" => Self::Summary,
            "content" => Self::Content,
            "encoded" | "fullitem" => Self::Encoded,
            "body" => Self::Body,
            "author" | "managingeditor" => Self::Author,
            "contributor" => Self::Contributor,
            "webmaster" => Self::Publisher,
            "name" => Self::Name,
            "email" => Self::Email,
            "url" | "uri" | "homepage" => Self::Uri,
            "pubdate" | "published" | "issued" => Self::Published,
            "updated" | "modified" | "lastbuilddate" => Self::Updated,
            "created" => Self::Created,
            "category" => Self::Category,
            "keywords" | "tags" => Self::Keywords,
            "enclosure" => Self::Enclosure,
            "source" => Self::Source,
            "image" => Self::Picture,
            "icon" => Self::Icon,
            "logo" => Self::Logo,
            "textinput" => Self::TextInput,
            "language" => Self::Language,
            "rights" | "copyright" => Self::Rights,
            "ttl" => Self::Ttl,
            "hour" => Self::Hour,
            "day" => Self::Day,
            _ => Self::Other,
        }
    }

    fn of_dublin_core(local: &str) -> Self {
        match local {
            "title" => Self::Title,
            "creator" | "author" => Self::Author,
            "contributor" => Self::Contributor,
            "publisher" => Self::Publisher,
            "date" => Self::Date,
            "description" => Self::Description,
            "subject" => Self::Category,
            "language" => Self::Language,
            "rights" => Self::Rights,
            _ => Self::Other,
        }
    }

    fn of_media(local: &str) -> Self {
        match local {
            "title" => Self::MediaTitle,
            "description" => Self::MediaDescription,
            "content" => Self::MediaContent,
            "thumbnail" => Self::MediaThumbnail,
            "category" => Self::Category,
            "keywords" => Self::Keywords,
            _ => Self::Other,
        }
    }

    fn of_itunes(local: &str) -> Self {
        match local {
            "title" => Self::MediaTitle,
            "author" => Self::Author,
            "owner" => Self::Publisher,
            "name" => Self::Name,
            "email" => Self::Email,
            "summary" => Self::Summary,
            "image" | "link" => Self::ItunesImage,
            "keywords" => Self::Keywords,
            "category" => Self::ItunesCategory,
            _ => Self::Other,
        }
    }

    /// Whether it stands inside of an item or a feed and is no HTML: where one begins, a title before it has ended.
    pub fn ends_a_title(self) -> bool {
        matches!(
            self,
            Self::Guid
                | Self::Description
                | Self::Encoded
                | Self::Published
                | Self::Updated
                | Self::Date
                | Self::Category
                | Self::Enclosure
                | Self::Author
                | Self::Link
        )
    }
}
