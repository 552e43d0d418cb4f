//! The neighbourhood of the headline: which dates, names and tags around it are the article's.

use std::collections::HashSet;

use dom_query::{NodeId, NodeRef};

use super::{MAX_LINE, MAX_NODES, Placed, class_words, one_line, short_text};
use crate::article::metadata::names::{behind_label, behind_verb, is_name};
use crate::parse::Page;

/// How many nodes a date may stand away from the headline; in front of it, half as many.
const MAX_DISTANCE: usize = 400;
/// How many dates near the headline are believed.
const NEAREST: usize = 3;
/// Most names of one byline.
const MAX_NAMES: usize = 20;
/// How many nodes a date may stand away from the headline that nothing marks as one.
const UNMARKED_DISTANCE: usize = 80;

const UPDATE_WORDS: [&str; 5] = ["updated", "update", "modified", "lastmod", "edited"];
/// What stands around an article and is about others.
const FURNITURE: [&str; 30] = [
    "comment",
    "comments",
    "related",
    "sidebar",
    "popular",
    "recommend",
    "recommended",
    "recommendations",
    "recommendation",
    "similar",
    "footer",
    "header",
    "topbar",
    "nav",
    "navigation",
    "menu",
    "carousel",
    "slider",
    "teaser",
    "teasers",
    "trending",
    "promo",
    "aside",
    "latest",
    "readmore",
    "cloud",
    "tagcloud",
    "disqus",
    "newsletter",
    "more",
];

/// What stands around the headline.
#[derive(Debug, Default)]
pub(in crate::article::metadata) struct Seen {
    /// The `datetime` of time elements, the nearest first.
    pub datetimes: Vec<String>,
    /// Lines with dates, the nearest first.
    pub dates: Vec<String>,
    /// Texts near the headline that are dates if all of their words are.
    pub unmarked: Vec<String>,
    pub update_datetimes: Vec<String>,
    pub update_dates: Vec<String>,
    pub authors: Vec<String>,
    pub tags: Vec<String>,
}

/// The neighbourhood of a heading.
pub(super) struct Surroundings<'a> {
    page: &'a Page,
    heading: Option<Placed<'a>>,
    /// The elements that hold the heading.
    holders: HashSet<NodeId>,
}

impl<'a> Surroundings<'a> {
    pub fn of(page: &'a Page, heading: Option<Placed<'a>>) -> Self {
        let holders = heading.iter().flat_map(|heading| heading.node.ancestors_it(None)).map(|ancestor| ancestor.id).collect();
        Self { page, heading, holders }
    }

    /// The `datetime` of the nearest elements: of publication, and of updates.
    pub fn datetimes(&self, exact: &[Placed<'a>]) -> (Vec<String>, Vec<String>) {
        self.parted(exact, |node| node.attr("datetime").map(|datetime| datetime.to_string()))
    }

    /// The lines of the nearest elements: of publication, and of updates.
    pub fn dates(&self, dates: &[Placed<'a>]) -> (Vec<String>, Vec<String>) {
        self.parted(dates, |node| short_text(node, MAX_LINE))
    }

    fn parted(&self, dates: &[Placed<'a>], text: impl Fn(NodeRef<'a>) -> Option<String>) -> (Vec<String>, Vec<String>) {
        let (updates, dates): (Vec<Placed<'_>>, Vec<Placed<'_>>) = self.nearest(dates).into_iter().partition(|date| is_update(date.node));
        let texts = |dates: Vec<Placed<'a>>| dates.into_iter().filter_map(|date| text(date.node)).collect();
        (texts(dates), texts(updates))
    }

    /// The texts close to the heading, where nothing marks them.
    pub fn close_texts(&self, texts: &[Placed<'a>]) -> Vec<String> {
        self.heading
            .map(|heading| self.near(texts, heading, UNMARKED_DISTANCE))
            .unwrap_or_default()
            .iter()
            .map(|text| one_line(&text.node.text()))
            .collect()
    }

    /// Whether an element belongs to something beside the article.
    fn is_furniture(&self, node: NodeRef<'_>) -> bool {
        let mut between = std::iter::once(node).chain(node.ancestors_it(None)).take_while(|node| !self.holders.contains(&node.id));
        between.any(|node| {
            let name = node.node_name().unwrap_or_default();
            let is_apart = matches!(&*name, "aside" | "nav") || (matches!(&*name, "footer" | "header") && !is_in_article(node));
            let is_whole = matches!(&*name, "html" | "body" | "main" | "article");
            is_apart || (!is_whole && is_called_furniture(&class_words(node))) || self.leads_elsewhere(node, &name)
        })
    }

    /// Whether an element is a link around a block, such as the card of another article.
    fn leads_elsewhere(&self, node: NodeRef<'_>, name: &str) -> bool {
        let has_block = || node.element_children().len() > 1;
        let leads_here = |href: &str| self.page.absolute(href).is_some_and(|url| Some(&url) == self.page.base.as_ref());
        name == "a" && has_block() && node.attr("href").is_some_and(|href| !leads_here(&href))
    }

    /// The elements that stand nearest to the heading; without a heading the first ones.
    fn nearest(&self, placed: &[Placed<'a>]) -> Vec<Placed<'a>> {
        let mut nearest = match self.heading {
            Some(heading) => self.near(placed, heading, MAX_DISTANCE),
            None => placed.iter().filter(|placed| !self.is_furniture(placed.node)).copied().collect(),
        };
        nearest.retain(|placed| placed.node.has_attr("datetime") || short_text(placed.node, MAX_LINE).is_some());
        nearest.truncate(NEAREST);
        nearest
    }

    /// The article's elements around the heading, the nearest first. What stands in front of it is twice as far away: today's date does,
    /// at the top of many pages.
    fn near(&self, placed: &[Placed<'a>], heading: Placed<'a>, most: usize) -> Vec<Placed<'a>> {
        let distance = |placed: &Placed<'_>| match placed.position.checked_sub(heading.position) {
            Some(behind) => behind,
            None => (heading.position - placed.position) * 2,
        };
        let mut near: Vec<Placed<'_>> = placed.iter().filter(|placed| distance(placed) <= most).copied().collect();
        near.sort_by_key(distance);
        near.retain(|placed| !self.is_furniture(placed.node));
        near
    }

    /// The names in the nearest byline that has any.
    pub fn authors(&self, bylines: &[Placed<'a>]) -> Vec<String> {
        let mut bylines: Vec<Placed<'_>> = bylines.iter().filter(|byline| !self.is_furniture(byline.node)).copied().collect();
        if let Some(heading) = self.heading {
            bylines.sort_by_key(|byline| byline.position.abs_diff(heading.position));
        }
        bylines.iter().map(|byline| names_in(byline.node)).find(|names| !names.is_empty()).unwrap_or_default()
    }

    pub fn tags(&self, tags: &[Placed<'a>]) -> Vec<String> {
        let tags = tags.iter().filter(|tag| !self.is_furniture(tag.node));
        tags.filter_map(|tag| short_text(tag.node, MAX_LINE)).collect()
    }
}

/// Whether an element stands in one that is an article: then its header and footer are the article's.
fn is_in_article(node: NodeRef<'_>) -> bool {
    node.ancestors_it(None).any(|ancestor| ancestor.has_name("article"))
}

/// Whether the words of a class name something beside the article. `article__header` is the article's own.
fn is_called_furniture(words: &[String]) -> bool {
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let is_own = has(&["article", "post", "entry", "news", "story", "content", "item"]);
    words.iter().any(|word| FURNITURE.contains(&word.as_str()) && !(is_own && matches!(word.as_str(), "header" | "footer")))
}

/// Whether a date is that of an update.
fn is_update(date: NodeRef<'_>) -> bool {
    let line = short_text(date, MAX_LINE).unwrap_or_default().to_lowercase();
    let says_update = ["обновлен", "изменен", "жаңарт", "updated", "modified"].iter().any(|word| line.starts_with(word));
    let words = class_words(date);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    // WordPress writes "published updated" where the two are the same.
    says_update || (has(&UPDATE_WORDS) && !has(&["published"]))
}

/// The names in a byline: those of its links and of what is marked as a name, else the text behind the label.
fn names_in(byline: NodeRef<'_>) -> Vec<String> {
    let line = short_text(byline, MAX_LINE);
    // A longer element says more than who wrote: in it, only what is marked as a name is one.
    let is_marked = |node: &NodeRef<'_>| {
        let is_link = node.has_name("a") && (line.is_some() || node.attr("rel").is_some_and(|rel| &*rel == "author"));
        is_link || node.attr("itemprop").is_some_and(|name| &*name == "name")
    };
    let marked = std::iter::once(byline).chain(byline.descendants_it().take(MAX_NODES)).filter(NodeRef::is_element).filter(is_marked);
    let names: Vec<String> = marked.filter_map(|node| short_text(node, MAX_LINE)).filter(|name| is_name(name)).take(MAX_NAMES).collect();
    if !names.is_empty() {
        return names;
    }
    // A label alone in its element: the name stands beside it.
    let line = match line.as_deref().and_then(behind_label) {
        Some("") => byline.parent().and_then(|parent| short_text(parent, MAX_LINE)),
        _ => line,
    };
    let Some(line) = line else { return Vec::new() };
    names_of_line(&line)
}

/// The names in a line that says who wrote: "Автор: Асель Омарова", "Беседовал Ерлан Қасен, «Egemen Qazaqstan»".
pub(in crate::article::metadata) fn names_of_line(line: &str) -> Vec<String> {
    let bare = behind_label(line).or_else(|| behind_verb(line)).unwrap_or(line);
    let name = bare.split(['|', '·', '•', '—']).next().unwrap_or_default();
    let parts: Vec<&str> = name.split([',', ';']).map(str::trim).filter(|part| !part.starts_with(['«', '"', '“'])).collect();
    if !parts.is_empty() && parts.iter().all(|part| is_name(part)) { vec![parts.join(", ")] } else { Vec::new() }
}
