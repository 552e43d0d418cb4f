//! Which links a part of a page holds, and which of them is the one to the article.

use dom_query::{NodeId, NodeRef};
use url::Url;

use super::text::{self, Step, Walk, is_heading, is_unseen};
use crate::parse::Page;

/// Longest link followed, in bytes.
const MAX_LINK: usize = 4096;
/// How far above an item the link that wraps it is looked for.
const MAX_WRAPPERS: usize = 5;
/// What a heading counts for beside the length of a link's text, in characters.
const HEADING: usize = 30;
/// Most characters of a link's text that count: what is longer is a summary.
const MAX_COUNTED: usize = 150;

/// What relative links are resolved against.
#[derive(Debug)]
pub(in crate::parse) struct Base<'p> {
    page: &'p Page,
    /// What the listing says instead.
    named: Option<&'p Url>,
}

impl<'p> Base<'p> {
    pub(in crate::parse) fn new(page: &'p Page, named: Option<&'p Url>) -> Self {
        Self { page, named }
    }

    /// The page's own address, as far as it is known.
    pub(in crate::parse) fn url(&self) -> Option<&Url> {
        self.named.or(self.page.base.as_ref())
    }

    /// A link to another page as an absolute http or https URL. One to a place inside this page is none.
    pub(in crate::parse) fn absolute(&self, link: &str) -> Option<Url> {
        let link = link.trim();
        if link.len() > MAX_LINK || link.starts_with('#') {
            return None;
        }
        let url = match self.named {
            Some(base) => {
                base.join(link).ok().filter(|url| !link.is_empty() && matches!(url.scheme(), "http" | "https") && url.has_host())?
            }
            None => self.page.absolute(link)?,
        };
        let is_inside = url.fragment().is_some() && self.url().is_some_and(|page| same_page(page, &url));
        (!is_inside).then_some(url)
    }
}

/// The URL without its fragment: what two links to one article have in common.
pub(in crate::parse) fn without_fragment(url: &Url) -> &str {
    &url[..url::Position::AfterQuery]
}

pub(in crate::parse) fn same_page(one: &Url, other: &Url) -> bool {
    without_fragment(one) == without_fragment(other)
}

/// A link to another page.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Link<'a> {
    pub(in crate::parse) node: NodeRef<'a>,
    pub(in crate::parse) url: Url,
    /// Characters of its text.
    pub(in crate::parse) length: usize,
    /// Its text is in a heading, or it holds one.
    pub(in crate::parse) is_headline: bool,
}

impl Link<'_> {
    /// How much the link looks like the one to the article, beside others of the same item.
    pub(in crate::parse) fn weight(&self) -> usize {
        self.length.min(MAX_COUNTED) + if self.is_headline && self.length > 0 { HEADING } else { 0 }
    }
}

/// The links of a part of a page, in its order.
pub(in crate::parse) fn links<'a>(top: NodeRef<'a>, base: &Base<'_>) -> Vec<Link<'a>> {
    let mut links: Vec<Link<'a>> = Vec::new();
    let mut open: Option<(NodeId, Option<usize>)> = None;
    let mut headings = 0_usize;
    let mut walk = Walk::new(top);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) if node.is_text() => {
                if let Some((_, Some(index))) = open {
                    links[index].length += node.text().split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>();
                    links[index].is_headline |= headings > 0;
                }
            }
            Step::Enter(node) if is_unseen(node) => walk.pass_over(node),
            Step::Enter(node) => {
                headings += usize::from(is_heading(node));
                if open.is_none() && matches!(&*text::name(node), "a" | "area") {
                    let url = node.attr("href").and_then(|href| base.absolute(&href));
                    let index = url.map(|url| {
                        links.push(Link { node, url, length: 0, is_headline: false });
                        links.len() - 1
                    });
                    open = Some((node.id, index));
                }
            }
            Step::Leave(node) => {
                headings = headings.saturating_sub(usize::from(is_heading(node)));
                if open.is_some_and(|(id, _)| id == node.id) {
                    open = None;
                }
            }
        }
    }
    links
}

/// The link of an item to its article: the item itself, else its most prominent link, else the one that it stands in.
pub(super) fn article_link<'a>(item: NodeRef<'a>, links: &[Link<'a>], base: &Base<'_>) -> Option<Link<'a>> {
    if let Some(own) = links.iter().find(|link| link.node.id == item.id) {
        return Some(own.clone());
    }
    // Of several equally prominent ones the first.
    if let Some(link) = links.iter().rev().max_by_key(|link| link.weight()) {
        return Some(link.clone());
    }
    let wrapper = item.ancestors_it(Some(MAX_WRAPPERS)).find(|node| node.has_name("a"))?;
    let url = wrapper.attr("href").and_then(|href| base.absolute(&href))?;
    Some(Link { node: wrapper, url, length: 0, is_headline: false })
}
