//! An HTML page as a tree, if it is one that may be built.

use dom_query::Document;
use url::Url;

use super::ParseError;
use super::bounds::Bounds;
use crate::config::Field;

/// Longest page read, in bytes: the press has none of a tenth of it.
const MAX_PAGE: usize = 4 << 20;

/// Most values of one field read.
const MAX_SAID: usize = 50;

/// A page as a tree.
pub struct Page {
    /// The tree. Everything below may be asked for by CSS selectors.
    pub document: Document,
    /// Where it came from.
    pub url: Option<Url>,
    /// What its relative links are resolved against (HTML §4.2.3); None for a page that came from nowhere and names no base.
    pub base: Option<Url>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Page").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Page {
    /// Builds the tree of `html`, which came from `url`.
    ///
    /// # Errors
    /// [`ParseError::TooMuch`] when it is longer, or has more or deeper tags, than a page of the press ever has.
    pub fn read(html: &str, url: Option<&Url>) -> Result<Self, ParseError> {
        if html.len() > MAX_PAGE || Bounds::PAGE.are_broken_by(html) {
            return Err(ParseError::TooMuch);
        }
        let document = Document::from(html);
        let named = document.select_single("base[href]").attr("href");
        let base = match (&named, url) {
            (Some(named), Some(url)) => url.join(named).ok().or_else(|| Some(url.clone())),
            (Some(named), None) => Url::parse(named).ok(),
            (None, url) => url.cloned(),
        };
        Ok(Self { document, url: url.cloned(), base })
    }

    /// What a field says first in the page, on one line.
    pub fn first(&self, field: &Field) -> Option<String> {
        self.all(field).into_iter().next()
    }

    /// All that a field says in the page, each on one line; nothing that is empty, at most 50.
    pub fn all(&self, field: &Field) -> Vec<String> {
        let Some(selector) = &field.selector else { return Vec::new() };
        let selected = self.document.select_matcher(selector.matcher());
        let said = selected.nodes().iter().filter_map(|node| match &field.attribute {
            Some(attribute) => node.attr(attribute),
            None => Some(node.text()),
        });
        let lines = said.map(|text| one_line(&text));
        lines.filter(|line| !line.is_empty()).take(MAX_SAID).collect()
    }

    /// A link of the page as an absolute http or https URL.
    pub fn absolute(&self, link: &str) -> Option<Url> {
        let link = link.trim();
        let url = match &self.base {
            Some(base) => base.join(link).ok()?,
            None => Url::parse(link).ok()?,
        };
        (!link.is_empty() && matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    }
}

/// A text on one line: every run of white space is one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
