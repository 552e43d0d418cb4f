//! Pages for people: the frame that all of them stand in, and what more than one of them says.
//!
//! A page has no script and loads nothing but the pictures of its stories; [`PAGE_POLICY`] holds it to that. Whatever sources and the
//! config wrote goes through [`escape`], and becomes a link only if [`is_web`] lets it.

mod front;
mod view;
mod words;

use super::escape::escape;
use url::Url;

use super::atom::ATOM_TYPE;
use words::Words;

pub use front::{Listed, front_page};
pub use view::view_page;

/// The media type of all pages.
pub const PAGE_TYPE: &str = "text/html; charset=utf-8";

/// The pages' Content-Security-Policy. The hash is that of style.css (CSP 3 §2.3.1); a test compares them.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'sha256-J9JMxXetR6iQMxIxWODXcX8Kxdcm6sWXPgjF9wCPHbU='; \
                               img-src http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("style.css");

/// A format in which a view can be subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    Atom,
    Rss,
    Json,
}

impl FeedFormat {
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "Atom",
            Self::Rss => "RSS",
            Self::Json => "JSON Feed",
        }
    }

    /// The end of its documents' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// The media type by which readers find it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => ATOM_TYPE,
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// What a page puts into the frame. All but `title` and `language` is HTML.
struct Page<'a> {
    /// Of the title and of most texts.
    language: &'a str,
    /// Of what the page itself says.
    words: &'static Words,
    title: &'a str,
    /// Elements of the head beside title and style.
    head: String,
    header: String,
    main: String,
}

impl Page<'_> {
    fn html(&self) -> String {
        let Self { words, head, header, main, .. } = self;
        let (language, title) = (escape(self.language), escape(self.title));
        // A page in a language that has no words of ours speaks another one than its title.
        let spoken = lang(Some(words.language), self.language);
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n{head}<style>{STYLE}</style>\n</head>\n\
             <body{spoken}>\n<a class=\"skip\" href=\"#main\">{skip}</a>\n<header>\n{header}</header>\n<main id=\"main\" tabindex=\"-1\">\n\
             {main}</main>\n<footer>\n<p>{footer}</p>\n</footer>\n</body>\n</html>\n",
            skip = words.skip,
            footer = words.footer,
        )
    }
}

/// What lets readers find a feed by the page's address.
fn alternate(title: &str, format: FeedFormat, url: &str) -> String {
    let (title, url) = (escape(title), escape(url));
    format!("<link rel=\"alternate\" type=\"{}\" title=\"{title}\" href=\"{url}\">\n", format.media_type())
}

/// Where a view can be subscribed to, as a list.
fn addresses(feeds: &[(FeedFormat, String)]) -> String {
    let item = |(format, url): &(FeedFormat, String)| {
        let url = escape(url);
        format!("<li><a href=\"{url}\">{}</a> <code>{url}</code></li>\n", format.name())
    };
    format!("<ul class=\"addresses\">\n{}</ul>\n", feeds.iter().map(item).collect::<String>())
}

/// The way to search, with what was sought last.
fn search_form(home: &Url, sought: Option<&str>, words: &Words) -> String {
    let Words { search, search_button, .. } = words;
    let sought = sought.map(|sought| format!(" value=\"{}\"", escape(sought))).unwrap_or_default();
    format!(
        "<form role=\"search\" method=\"get\" action=\"{}search\">\n<label class=\"hidden\" for=\"q\">{search}</label>\n\
         <input id=\"q\" name=\"q\" type=\"search\" placeholder=\"{search}\"{sought} required>\n<button>{search_button}</button>\n</form>\n",
        escape(home.as_str())
    )
}

/// The attribute of a text that is in another language than what stands `around` it; None is a language that nobody knows, for which
/// HTML has the empty tag.
fn lang(language: Option<&str>, around: &str) -> String {
    match language {
        Some(language) if primary(language) == primary(around) => String::new(),
        language => format!(" lang=\"{}\"", escape(language.unwrap_or_default())),
    }
}

/// The language of a tag, without region and script (RFC 5646 §2.1).
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// Whether a link leads to the web: `javascript:` and the like do not stand on a page.
fn is_web(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
