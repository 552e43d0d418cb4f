//! A page as a flat list of elements in document order, with what the search for its news needs to know of each.
//!
//! An element's descendants follow it directly, so that everything "inside" is a range and every sum is a difference.

use std::collections::HashMap;

use dom_query::{NodeId, NodeRef};

use super::names::{is_stable, symbol_of_class, symbol_of_id};
use super::zone::Zone;
use crate::parse::listing::dates::Reader;
use crate::parse::listing::link::{Base, Link, links, same_page, without_fragment};
use crate::parse::listing::text::{self, Step, Walk, is_unseen};

/// Most classes of one element that are looked at.
const MAX_CLASSES: usize = 6;
/// Most texts of one page that are tried as dates.
const MAX_DATES: usize = 8_000;

/// A name in a selector: `div`, `.news`, `#content`; an index into [`Outline::names`].
pub(super) type Symbol = u32;

/// An element.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub node: NodeRef<'a>,
    pub parent: Option<usize>,
    /// Behind its last descendant.
    pub end: usize,
    pub tag: Symbol,
    /// Its id and its classes, as far as they look like those of the next page, too.
    pub names: Vec<Symbol>,
    pub zone: Zone,
    /// The two links to different articles below it, or in it, that weigh most.
    pub best: [Option<Story>; 2],
}

/// A link that may be one to an article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Story {
    /// Equal for equal URLs.
    pub url: usize,
    /// Characters of its text.
    pub length: usize,
    pub weight: f64,
    /// Its URL looks like an article's, not a rubric's.
    pub is_article: bool,
    /// Its text is in a heading, or it holds one.
    pub is_headline: bool,
}

#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub elements: Vec<Element<'a>>,
    /// The elements that have a symbol, in order.
    pub having: Vec<Vec<usize>>,
    pub names: Vec<String>,
    /// How many dates stand before each element.
    dates_before: Vec<usize>,
}

impl<'a> Outline<'a> {
    pub(super) fn new(body: NodeRef<'a>, base: &Base<'_>, dates: &Reader<'_>) -> Self {
        let mut outline = Self { elements: Vec::new(), having: Vec::new(), names: Vec::new(), dates_before: Vec::new() };
        let places = outline.take_elements(body);
        outline.take_stories(&links(body, base), &places, base);
        outline.take_zones();
        outline.take_dates(dates);
        outline
    }

    /// How many dates an element holds.
    pub(super) fn dates_in(&self, element: usize) -> usize {
        self.dates_before[self.elements[element].end] - self.dates_before[element]
    }

    /// The elements above one, the nearest first.
    pub(super) fn above(&self, element: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.elements[element].parent, |above| self.elements[*above].parent)
    }

    fn take_elements(&mut self, body: NodeRef<'a>) -> HashMap<NodeId, usize> {
        let mut symbols: HashMap<String, Symbol> = HashMap::new();
        let mut places = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut walk = Walk::new(body);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(node) if !node.is_element() => {}
                Step::Enter(node) if is_unseen(node) => walk.pass_over(node),
                Step::Enter(node) => {
                    let index = self.elements.len();
                    let tag = self.symbol(&mut symbols, text::name(node).to_owned(), index);
                    let names = stable_names(node).into_iter().map(|name| self.symbol(&mut symbols, name, index)).collect();
                    let parent = open.last().copied();
                    places.insert(node.id, index);
                    self.elements.push(Element { node, parent, end: 0, tag, names, zone: Zone::Content, best: [None; 2] });
                    open.push(index);
                }
                Step::Leave(node) => {
                    if open.last().is_some_and(|last| self.elements[*last].node.id == node.id)
                        && let Some(last) = open.pop()
                    {
                        self.elements[last].end = self.elements.len();
                    }
                }
            }
        }
        places
    }

    fn symbol(&mut self, symbols: &mut HashMap<String, Symbol>, name: String, element: usize) -> Symbol {
        let symbol = *symbols.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            self.having.push(Vec::new());
            Symbol::try_from(self.names.len() - 1).expect("a page has fewer names than bytes")
        });
        let having = &mut self.having[symbol as usize];
        if having.last() != Some(&element) {
            having.push(element);
        }
        symbol
    }

    /// Gives each element the links that weigh most in it: children come behind their parents, so that one way back carries all upwards.
    fn take_stories(&mut self, links: &[Link<'a>], places: &HashMap<NodeId, usize>, base: &Base<'_>) {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for link in links {
            let Some(place) = places.get(&link.node.id) else { continue };
            let is_here = base.url().is_none_or(|page| same_site(page.host_str(), link.url.host_str()) && !same_page(page, &link.url));
            if is_here {
                let next = numbers.len();
                let url = *numbers.entry(without_fragment(&link.url)).or_insert(next);
                let is_article = super::names::is_article(&link.url);
                let factor = if is_article { 1.0 } else { 0.5 };
                #[expect(clippy::cast_precision_loss, reason = "a weight is a small number")]
                let weight = link.weight() as f64 * factor + 0.1;
                merge(
                    &mut self.elements[*place].best,
                    Story { url, length: link.length, weight, is_article, is_headline: link.is_headline },
                );
            }
        }
        for index in (1..self.elements.len()).rev() {
            let best = self.elements[index].best;
            if let Some(parent) = self.elements[index].parent {
                best.into_iter().flatten().for_each(|story| merge(&mut self.elements[parent].best, story));
            }
        }
    }

    /// A part of the page is furniture when it, or what it stands in, is called so; never a part that holds most of the page.
    fn take_zones(&mut self) {
        let total = self.elements.len();
        let is_main = |element: &Element<'_>| element.node.has_name("main") && element.best[0].is_some();
        let main = self.elements.iter().position(is_main).map(|main| main..self.elements[main].end);
        for index in 1..total {
            let element = &self.elements[index];
            let holds_most =
                (element.end - index) * 10 > total * 7 || main.as_ref().is_some_and(|main| (index..element.end).contains(&main.start));
            let is_outside = main.as_ref().is_some_and(|main| !main.contains(&index));
            let own =
                if holds_most { Zone::Content } else { Zone::of(element.node).max(if is_outside { Zone::Outside } else { Zone::Content }) };
            let above = element.parent.map_or(Zone::Content, |parent| self.elements[parent].zone);
            self.elements[index].zone = own.max(above);
        }
    }

    fn take_dates(&mut self, dates: &Reader<'_>) {
        let mut tried = 0;
        let mut count = 0;
        let mut counted_until = 0;
        for index in 0..self.elements.len() {
            self.dates_before.push(count);
            let element = &self.elements[index];
            if index < counted_until || tried >= MAX_DATES {
                continue;
            }
            let has_own_date = || element.node.children_it(false).any(|child| child.is_text() && dates.begins_in(child));
            tried += 1;
            if dates.is_date(element.node) {
                count += 1;
                counted_until = element.end;
            } else if has_own_date() {
                count += 1;
            }
        }
        self.dates_before.push(count);
    }
}

/// Keeps the two heaviest stories of different URLs.
fn merge(best: &mut [Option<Story>; 2], story: Story) {
    if let Some(same) = best.iter_mut().flatten().find(|known| known.url == story.url) {
        same.weight = same.weight.max(story.weight);
        same.length = same.length.max(story.length);
        same.is_headline |= story.is_headline;
    } else if let Some(free) = best.iter_mut().find(|place| place.is_none()) {
        *free = Some(story);
    } else if best[1].is_some_and(|second| second.weight < story.weight) {
        best[1] = Some(story);
    }
    if let [Some(first), Some(second)] = *best
        && second.weight > first.weight
    {
        best.swap(0, 1);
    }
}

fn stable_names(node: NodeRef<'_>) -> Vec<String> {
    let id = node.id_attr().filter(|id| is_stable(id)).map(|id| symbol_of_id(&id));
    let class = node.class().unwrap_or_default();
    let classes = class.split_ascii_whitespace().filter(|class| is_stable(class)).take(MAX_CLASSES).map(symbol_of_class);
    id.into_iter().chain(classes).collect()
}

/// The same host, or one a part of the other: `www.example.kz`, `example.kz`, `sport.example.kz`.
fn same_site(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let (one, other) = (one.trim_start_matches("www."), other.trim_start_matches("www."));
    let is_part = |whole: &str, end: &str| whole.strip_suffix(end).is_some_and(|start| start.ends_with('.'));
    one == other || is_part(one, other) || is_part(other, one)
}
