//! What an element is called: its namespace, told by URI or else by a well-known prefix, and what its name means in a feed.
//!
//! Feeds get namespaces wrong in every way: none declared, a wrong URI, a prefix of one's own. Whatever has no prefix and no other known
//! namespace is taken for the feed's own vocabulary, be it RSS or Atom, since the two share no name with two meanings.

/// Whose vocabulary a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Namespace {
    /// RSS of all versions, Atom of all versions, CDF.
    Feed,
    /// Dublin Core's elements.
    Dc,
    /// Dublin Core's terms.
    Terms,
    /// RSS 1.0's content module.
    Content,
    Media,
    Itunes,
    Xhtml,
    Rdf,
    FeedBurner,
    /// RSS 1.0's syndication module.
    Syndication,
    /// What Yandex News asks of its partners.
    Yandex,
    Sitemap,
    /// Google's news in sitemaps.
    News,
    /// Google's images in sitemaps.
    Image,
    Other,
}

/// URIs without scheme and without what stands at their ends, in lower case.
const URIS: [(&str, Namespace); 29] = [
    ("www.w3.org/2005/atom", Namespace::Feed),
    ("purl.org/atom/ns", Namespace::Feed),
    ("purl.org/rss/1.0", Namespace::Feed),
    ("purl.org/rss/1.0/modules/rss091", Namespace::Feed),
    ("my.netscape.com/rdf/simple/0.9", Namespace::Feed),
    ("channel.netscape.com/rdf/simple/0.9", Namespace::Feed),
    ("blogs.law.harvard.edu/tech/rss", Namespace::Feed),
    ("cyber.law.harvard.edu/rss/rss.html", Namespace::Feed),
    ("purl.org/echo", Namespace::Feed),
    ("purl.org/pie", Namespace::Feed),
    ("purl.org/dc/elements/1.1", Namespace::Dc),
    ("purl.org/dc/elements/1.0", Namespace::Dc),
    ("purl.org/dc/terms", Namespace::Terms),
    ("purl.org/rss/1.0/modules/content", Namespace::Content),
    ("purl.org/rss/1.0/modules/syndication", Namespace::Syndication),
    ("search.yahoo.com/mrss", Namespace::Media),
    ("video.search.yahoo.com/mrss", Namespace::Media),
    ("tools.search.yahoo.com/mrss", Namespace::Media),
    ("www.itunes.com/dtds/podcast-1.0.dtd", Namespace::Itunes),
    ("www.w3.org/1999/xhtml", Namespace::Xhtml),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Namespace::Rdf),
    ("rssnamespace.org/feedburner/ext/1.0", Namespace::FeedBurner),
    ("news.yandex.ru", Namespace::Yandex),
    ("news.yandex.com", Namespace::Yandex),
    ("www.sitemaps.org/schemas/sitemap/0.9", Namespace::Sitemap),
    ("www.google.com/schemas/sitemap/0.84", Namespace::Sitemap),
    ("www.google.com/schemas/sitemap-news/0.9", Namespace::News),
    ("www.google.com/schemas/sitemap-image/1.1", Namespace::Image),
    ("www.itunes.com/dtd/podcast-1.0.dtd", Namespace::Itunes),
];

/// Prefixes that mean what they say although nobody declares them, or declares them with a URI that nobody knows.
const PREFIXES: [(&str, Namespace); 17] = [
    ("atom", Namespace::Feed),
    ("rss", Namespace::Feed),
    ("dc", Namespace::Dc),
    ("dcterms", Namespace::Terms),
    ("content", Namespace::Content),
    ("sy", Namespace::Syndication),
    ("media", Namespace::Media),
    ("itunes", Namespace::Itunes),
    ("xhtml", Namespace::Xhtml),
    ("html", Namespace::Xhtml),
    ("rdf", Namespace::Rdf),
    ("feedburner", Namespace::FeedBurner),
    ("yandex", Namespace::Yandex),
    ("sitemap", Namespace::Sitemap),
    ("news", Namespace::News),
    ("image", Namespace::Image),
    ("a10", Namespace::Feed),
];

impl Namespace {
    /// The namespace that a URI names.
    pub fn of_uri(uri: &str) -> Option<Self> {
        let uri = uri.trim();
        let bare = uri.split_once("://").map_or(uri, |(_, bare)| bare).trim_end_matches(['/', '#']);
        let is = |known: &str| known.eq_ignore_ascii_case(bare);
        let is_userland = || bare.get(..24).is_some_and(|start| start.eq_ignore_ascii_case("backend.userland.com/rss"));
        URIS.iter().find(|(known, _)| is(known)).map(|(_, namespace)| *namespace).or_else(|| is_userland().then_some(Self::Feed))
    }

    /// The namespace that a prefix is commonly bound to.
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map(|(_, namespace)| *namespace)
    }
}

/// Prefix and local name; the prefix is empty where there is none.
pub(in crate::parse) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Longest name that means something, in bytes.
const MAX_NAME: usize = 24;

/// A name in lower case; a longer one than any that is known is empty.
pub(in crate::parse) struct Lower {
    bytes: [u8; MAX_NAME],
    length: usize,
}

impl Lower {
    pub fn of(name: &str) -> Self {
        let mut bytes = [0; MAX_NAME];
        let length = if name.len() <= MAX_NAME { name.len() } else { 0 };
        bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
        bytes[..length].make_ascii_lowercase();
        Self { bytes, length }
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}
