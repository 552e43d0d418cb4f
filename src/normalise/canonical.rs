//! The canonical form of an article's URL: the key by which two links name the same article.
//!
//! It is never fetched and never shown: the link as the source wrote it is kept beside it. So it may leave out boldly whatever names no
//! article, such as the scheme, `www.` or the marks of a campaign; but where an id may be at stake, the link stays as it is.
//! Pure, and linear in the link's length, but for the sorting of its parameters.

mod amp;
mod host;
mod path;
mod percent;
mod query;
mod tracking;

use url::Url;

use crate::config::ParameterName;

/// An absolute http(s) URL in canonical form: two equal values name the same article (docs/dedup.md lists the rules).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CanonicalUrl(String);

impl CanonicalUrl {
    /// The canonical form of an absolute http(s) URL. It is a URL itself, and its own canonical form. Another URL stays as it is.
    pub fn of(url: &Url) -> Self {
        Self::without(url, &[])
    }

    /// The canonical form, without the query parameters that the admin calls tracking either.
    pub fn without(url: &Url, tracking: &[ParameterName]) -> Self {
        if !matches!(url.scheme(), "http" | "https") {
            return Self(url.as_str().to_owned());
        }
        let cleaned = path::cleaned(url.path());
        let (mut host, mut port, mut path) = (host::of_site(url.host_str().unwrap_or_default()), url.port(), cleaned.as_ref());
        // A link may be wrapped several times. Each turn leaves less of it, and looks only at what it takes away.
        loop {
            if let Some((inner, rest)) = amp::wrapped(host, path) {
                (host, port, path) = (host::of_site(inner), None, rest);
            } else if let Some(rest) = amp::without_front(path) {
                path = rest;
            } else {
                break;
            }
        }
        let mut text = String::with_capacity(url.as_str().len() + 8);
        text.push_str("https://");
        text.push_str(host);
        text["https://".len()..].make_ascii_lowercase();
        // The default port of either scheme: which of the two it is tells nothing.
        if let Some(port) = port.filter(|port| !matches!(port, 80 | 443)) {
            text.push_str(&format!(":{port}"));
        }
        path::push(&mut text, path);
        if let Some(query) = url.query() {
            query::push(&mut text, query, tracking);
        }
        // Sites drawn by a script keep the page's name here; elsewhere it is a place within the page.
        if let Some(fragment) = url.fragment().filter(|fragment| fragment.len() > 1 && fragment.starts_with(['!', '/'])) {
            text.push('#');
            text.push_str(&percent::one_spelling(fragment));
        }
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is a host's front page, which never names one article.
    pub fn is_front_page(&self) -> bool {
        let after_scheme = self.0.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.split_once('/').is_none_or(|(_, path)| path.is_empty())
    }
}
