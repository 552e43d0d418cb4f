//! One item of a listing: what its fields select, and what it is by itself where no field is given.

use chrono::{DateTime, Utc};
use dom_query::{NodeId, NodeRef};
use url::Url;

use super::dates::Reader;
use super::field::Compiled;
use super::link::{Base, Link, article_link, links, same_page};
use super::text::{self, Step, Walk, is_heading, is_unseen};
use super::{Listing, picture};
use crate::config::Field;
use crate::parse::{Author, Item, Text, page};

/// Longest title, summary and name kept, in bytes.
const MAX_TITLE: usize = 1000;
const MAX_SUMMARY: usize = 4000;
const MAX_NAME: usize = 200;
/// Most authors of one item.
const MAX_AUTHORS: usize = 10;
/// From this length, in characters, a text is a headline rather than the name of a rubric.
const HEADLINE: usize = 20;

/// The fields of a listing, ready to be looked for.
#[derive(Debug)]
pub(in crate::parse) struct Fields<'f> {
    link: Option<Compiled<'f>>,
    title: Option<Compiled<'f>>,
    date: Option<Compiled<'f>>,
    summary: Option<Compiled<'f>>,
    image: Option<Compiled<'f>>,
    author: Option<Compiled<'f>>,
}

impl<'f> Fields<'f> {
    pub(in crate::parse) fn new(listing: &'f Listing) -> Self {
        let compile = |field: &'f Option<Field>| field.as_ref().map(Compiled::of);
        Self {
            link: compile(&listing.link),
            title: compile(&listing.title),
            date: compile(&listing.date),
            summary: compile(&listing.summary),
            image: compile(&listing.image),
            author: compile(&listing.author),
        }
    }
}

/// An item, and how sure its title is.
#[derive(Debug)]
pub(in crate::parse) struct Found {
    pub(in crate::parse) url: Option<Url>,
    pub(in crate::parse) title: Option<Title>,
    pub(in crate::parse) published: Option<DateTime<Utc>>,
    pub(in crate::parse) summary: Option<String>,
    pub(in crate::parse) image: Option<Url>,
    pub(in crate::parse) authors: Vec<Author>,
}

/// The title of an item and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::parse) struct Title {
    pub(in crate::parse) text: String,
    pub(in crate::parse) node: NodeId,
    /// It is what the page shows, not the title or `alt` of a picture's link.
    pub(in crate::parse) is_seen: bool,
}

pub(in crate::parse) fn find(item: NodeRef<'_>, fields: &Fields<'_>, base: &Base<'_>, dates: &Reader<'_>) -> Found {
    let links = links(item, base);
    let own_link = article_link(item, &links, base);
    let url = match &fields.link {
        Some(field) => field.first(item, |node| link_of(node, base), |value| base.absolute(value)),
        None => own_link.as_ref().map(|link| link.url.clone()),
    };
    // The link that is meant, where the item holds it, tells the title.
    let chosen = links.iter().filter(|link| url.as_ref().is_some_and(|url| same_page(url, &link.url))).max_by_key(|link| link.weight());
    let title = match &fields.title {
        Some(field) => named_title(field, item, dates),
        None => title_of(item, chosen.or(own_link.as_ref()), dates),
    };
    let published = match &fields.date {
        Some(field) => field.first(item, |node| dates.of_element(node), |value| dates.read(value)),
        None => date_of(item, title.as_ref(), dates),
    };
    let image = match &fields.image {
        Some(field) => field.first(item, |node| picture::first(node, base), |value| picture::of_value(value, base)),
        None => picture::first(item, base),
    };
    let summary = fields.summary.as_ref().and_then(|field| field.first(item, |node| some_text(node, MAX_SUMMARY), one_line));
    let authors = fields.author.as_ref().map_or_else(Vec::new, |field| authors(field, item));
    Found { url, title, published, summary, image, authors }
}

impl Found {
    /// Takes from another item of the same link what this one lacks.
    pub(super) fn complete(&mut self, other: Self) {
        let is_better = other.title.as_ref().is_some_and(|title| title.is_seen) && !self.title.as_ref().is_some_and(|title| title.is_seen);
        if is_better {
            self.title = other.title;
        }
        self.published = self.published.or(other.published);
        self.summary = self.summary.take().or(other.summary);
        self.image = self.image.take().or(other.image);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
    }

    /// The item as feeds have it.
    ///
    /// # Errors
    /// What it lacks.
    pub(super) fn into_item(self) -> Result<Item, &'static str> {
        let plain = |value: String| Text { value, is_html: false };
        let link = self.url.ok_or("it has no link")?;
        let title = self.title.ok_or("it has no title")?;
        Ok(Item {
            link: Some(link.into()),
            title: Some(plain(title.text)),
            summary: self.summary.map(plain),
            authors: self.authors,
            images: self.image.into_iter().map(String::from).collect(),
            published: self.published,
            ..Item::default()
        })
    }
}

/// The date that an item holds; that of a definition stands in the term before it.
fn date_of(item: NodeRef<'_>, title: Option<&Title>, dates: &Reader<'_>) -> Option<DateTime<Utc>> {
    let own = dates.search(item, title.map(|title| title.node)).map(|(_, instant)| instant);
    let term = || item.prev_element_sibling().filter(|before| item.has_name("dd") && before.has_name("dt"));
    own.or_else(|| term().and_then(|term| dates.of_element(term)))
}

/// The link that a selected element is, or holds.
fn link_of(node: NodeRef<'_>, base: &Base<'_>) -> Option<Url> {
    let own = node.attr("href").and_then(|href| base.absolute(&href));
    own.or_else(|| article_link(node, &links(node, base), base).map(|link| link.url))
}

fn some_text(node: NodeRef<'_>, most: usize) -> Option<String> {
    Some(text::text(node, most)).filter(|text| !text.is_empty())
}

fn one_line(value: &str) -> Option<String> {
    let line = page::one_line(value);
    let line = &line[..line.floor_char_boundary(MAX_SUMMARY)];
    (!line.is_empty()).then(|| line.to_owned())
}

fn authors(field: &Compiled<'_>, item: NodeRef<'_>) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    for node in field.select(item).into_iter().take(MAX_AUTHORS) {
        if let Some(name) = field.text(node, MAX_NAME)
            && authors.iter().all(|author| author.name != name)
        {
            authors.push(Author { name, uri: None });
        }
    }
    authors
}

fn named_title(field: &Compiled<'_>, item: NodeRef<'_>, dates: &Reader<'_>) -> Option<Title> {
    let nodes = field.select(item);
    nodes.into_iter().find_map(|node| {
        let text = match field.names_attribute() {
            true => field.text(node, MAX_TITLE)?,
            false => undated(node, dates)?,
        };
        Some(Title { text, node: node.id, is_seen: true })
    })
}

/// The title that an item shows: its heading, else what is called a title, else the text of its link.
fn title_of<'a>(item: NodeRef<'a>, link: Option<&Link<'a>>, dates: &Reader<'_>) -> Option<Title> {
    let seen = |node: NodeRef<'a>| undated(node, dates).map(|text| Title { text, node: node.id, is_seen: true });
    let headline = link.filter(|link| link.length > 0);
    let node = heading(item, headline).or_else(|| headline.and_then(|link| called_title(link.node)));
    if let Some(title) = node.and_then(seen) {
        return Some(title);
    }
    if let Some(link) = headline
        && let Some(title) = seen(part_of_link(link.node, dates))
    {
        return Some(title);
    }
    if let Some(title) = called_title(item).and_then(seen) {
        return Some(title);
    }
    let link = link?;
    let attribute = link.node.attr("title").or_else(|| link.node.attr("aria-label")).and_then(|value| one_line(&value));
    let picture = || first_element(link.node, |node| node.has_name("img")).and_then(|node| node.attr("alt")).and_then(|alt| one_line(&alt));
    attribute.or_else(picture).map(|text| Title { text, node: link.node.id, is_seen: false })
}

/// What an item shows as its title, apart from its links.
pub(in crate::parse) fn shown_title(item: NodeRef<'_>) -> Option<NodeRef<'_>> {
    heading(item, None).or_else(|| called_title(item))
}

/// The heading of an item: the one around or inside its link, else its first, unless the link reads more like a headline.
fn heading<'a>(item: NodeRef<'a>, link: Option<&Link<'a>>) -> Option<NodeRef<'a>> {
    let Some(link) = link else { return first_element(item, is_heading) };
    if link.is_headline {
        let inside = first_element(link.node, is_heading);
        return inside.or_else(|| link.node.ancestors_it(None).find(|node| is_heading(*node)));
    }
    first_element(item, is_heading).filter(|_| link.length < HEADLINE)
}

/// The first element whose class calls it a title.
fn called_title(top: NodeRef<'_>) -> Option<NodeRef<'_>> {
    first_element(top, |node| {
        node.id != top.id
            && node.class().is_some_and(|class| {
                let class = class.to_ascii_lowercase();
                ["title", "headline", "caption", "zagolovok"].iter().any(|word| class.contains(word)) && !class.contains("subtitle")
            })
            && text::has_text(node)
    })
}

/// The part of a link that is its headline: where it holds several pieces of text, the first that is long enough and no date.
fn part_of_link<'a>(link: NodeRef<'a>, dates: &Reader<'_>) -> NodeRef<'a> {
    let pieces: Vec<NodeRef<'a>> = link.children_it(false).filter(|node| text::has_text(*node)).collect();
    if pieces.iter().any(|node| node.is_text()) {
        return link;
    }
    if let [only] = pieces.as_slice() {
        return *only;
    }
    let texts = pieces.into_iter().filter(|node| !dates.is_date(*node));
    let lengths: Vec<(NodeRef<'a>, usize)> = texts.map(|node| (node, text::text(node, MAX_TITLE).chars().count())).collect();
    let first = lengths.iter().find(|(_, length)| *length >= HEADLINE);
    first.or_else(|| lengths.iter().max_by_key(|(_, length)| *length)).map_or(link, |(node, _)| *node)
}

/// The text of an element without the dates in it.
fn undated(node: NodeRef<'_>, dates: &Reader<'_>) -> Option<String> {
    let text = text::text_without(node, MAX_TITLE, |part| part.id != node.id && part.is_element() && dates.is_date(part));
    (!text.is_empty()).then_some(text)
}

fn first_element<'a>(top: NodeRef<'a>, is_meant: impl Fn(NodeRef<'a>) -> bool) -> Option<NodeRef<'a>> {
    let mut walk = Walk::new(top);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) if node.is_element() && is_unseen(node) => walk.pass_over(node),
            Step::Enter(node) if node.is_element() && is_meant(node) => return Some(node),
            Step::Enter(_) | Step::Leave(_) => {}
        }
    }
    None
}
