//! Selectors for the parts of items: each says what reading the item without it found, so that nothing changes today, and the site's
//! own names are kept for tomorrow.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use dom_query::NodeRef;

use super::names::{is_stable, symbol_of_class};
use crate::config::{Field, Listing};
use crate::parse::listing::Compiled;
use crate::parse::listing::dates::Reader;
use crate::parse::listing::item::{self, Fields, Found};
use crate::parse::listing::link::{Base, links};
use crate::parse::listing::text::{self, Step, Walk, is_heading, is_unseen};
use crate::parse::{Feed, Page};

/// Most items that selectors are made from and tried on.
const SAMPLES: usize = 60;
/// Most selectors tried for one field.
const MAX_TRIED: usize = 12;
/// From this length, in characters, a text beside the headline is a summary.
const SUMMARY: usize = 40;
/// Longest author's name, in characters.
const NAME: usize = 60;

/// What one item gave without selectors.
struct Sample<'a> {
    item: NodeRef<'a>,
    found: Found,
}

impl<'a> Sample<'a> {
    fn title_node(&self) -> Option<NodeRef<'a>> {
        let title = self.found.title.as_ref().filter(|title| title.is_seen)?;
        self.item.descendants_it().find(|node| node.id == title.node)
    }

    fn link_node(&self, base: &Base<'_>) -> Option<NodeRef<'a>> {
        let same = links(self.item, base).into_iter().filter(|link| Some(&link.url) == self.found.url.as_ref());
        same.max_by_key(|link| link.weight()).map(|link| link.node)
    }

    fn date_node(&self, dates: &Reader<'_>) -> Option<NodeRef<'a>> {
        let title = self.found.title.as_ref().map(|title| title.node);
        dates.search(self.item, title).map(|(node, _)| node)
    }

    fn summary_node(&self, dates: &Reader<'_>) -> Option<NodeRef<'a>> {
        summary_block(self.item, self.found.title.as_ref()?, dates)
    }
}

/// The listing with the selectors that say the same as none.
pub(super) fn of(page: &Page, mut listing: Listing, now: DateTime<Utc>, zone: Tz) -> Listing {
    let base = Base::new(page, None);
    let dates = Reader { now, zone, format: None };
    let samples: Vec<Sample<'_>> = {
        let fields = Fields::new(&listing);
        let items = Compiled::of(&listing.item).select_all(page.document.root());
        let samples = items.into_iter().map(|item| Sample { item, found: item::find(item, &fields, &base, &dates) });
        samples.filter(|sample| sample.found.url.is_some() && sample.found.title.is_some()).take(SAMPLES).collect()
    };
    listing.title = agreed(&samples, Sample::title_node, |field, sample| {
        let title = read_with(sample, &base, &dates, |listing| listing.title = Some(field)).title;
        title.map(|title| title.text) == sample.found.title.as_ref().map(|title| title.text.clone())
    });
    listing.link = agreed(
        &samples,
        |sample| sample.link_node(&base),
        |field, sample| read_with(sample, &base, &dates, |listing| listing.link = Some(field)).url == sample.found.url,
    );
    listing.date = agreed(
        &samples,
        |sample| sample.date_node(&dates),
        |field, sample| read_with(sample, &base, &dates, |listing| listing.date = Some(field)).published == sample.found.published,
    );
    listing.summary = summary(&samples, &dates);
    listing.author = author(&samples);
    listing
}

/// Whether two readings of a page agree in what makes an item.
pub(super) fn tell_the_same(one: &Feed, other: &Feed) -> bool {
    let same = |(one, other): (&crate::parse::Item, &crate::parse::Item)| {
        one.link == other.link && one.title == other.title && one.published == other.published && one.images == other.images
    };
    one.items.len() == other.items.len() && one.items.iter().zip(&other.items).all(same)
}

fn read_with(sample: &Sample<'_>, base: &Base<'_>, dates: &Reader<'_>, set: impl FnOnce(&mut Listing)) -> Found {
    let mut listing = Listing::of(Field::parse("*").expect("the star selects every element"));
    set(&mut listing);
    item::find(sample.item, &Fields::new(&listing), base, dates)
}

/// The first selector of the nodes that `target` names which says the same for every item. None when the item itself is meant.
fn agreed<'a>(
    samples: &[Sample<'a>],
    target: impl Fn(&Sample<'a>) -> Option<NodeRef<'a>>,
    is_same: impl Fn(Field, &Sample<'a>) -> bool,
) -> Option<Field> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut selectors: Vec<String> = Vec::new();
    for sample in samples {
        let Some(node) = target(sample).filter(|node| node.id != sample.item.id) else { continue };
        for selector in selectors_of(node, sample.item) {
            let count = counts.entry(selector.clone()).or_default();
            *count += 1;
            if *count == 1 && selectors.len() < 100 {
                selectors.push(selector);
            }
        }
    }
    // The common before the rare, names before tags, and of names the longest: `.field-created` says more than `.field`.
    selectors.sort_by_key(|selector| (Reverse(counts[selector]), !selector.contains('.'), selector.contains('>'), Reverse(selector.len())));
    let fields = selectors.iter().take(MAX_TRIED).filter_map(|selector| Field::parse(selector).ok());
    fields.into_iter().find(|field| samples.iter().all(|sample| is_same(field.clone(), sample)))
}

/// The ways to name a node inside its item.
fn selectors_of(node: NodeRef<'_>, item: NodeRef<'_>) -> Vec<String> {
    let names = |node: NodeRef<'_>| -> Vec<String> {
        let class = node.class().unwrap_or_default();
        class.split_ascii_whitespace().filter(|class| is_stable(class)).take(3).map(symbol_of_class).collect()
    };
    let tag = text::name(node).to_owned();
    let parent = node.parent().filter(|parent| parent.id != item.id && parent.is_element());
    let inside = parent.map(|parent| {
        let mut parents = names(parent);
        parents.push(text::name(parent).to_owned());
        parents
    });
    let with_parent = inside.into_iter().flatten().map(|parent| format!("{parent} > {tag}"));
    let time = node.has_name("time").then(|| tag.clone());
    time.into_iter().chain(names(node)).chain([tag.clone()]).chain(with_parent).collect()
}

/// The longest text of an item that is neither in its link's headline nor a date.
fn summary(samples: &[Sample<'_>], dates: &Reader<'_>) -> Option<Field> {
    let found: Vec<Option<NodeRef<'_>>> = samples.iter().map(|sample| sample.summary_node(dates)).collect();
    let having = found.iter().flatten().count();
    if having * 2 < samples.len() || having == 0 {
        return None;
    }
    let mut counts: Vec<(String, usize)> = Vec::new();
    for (sample, node) in samples.iter().zip(&found) {
        for selector in node.iter().flat_map(|node| selectors_of(*node, sample.item)) {
            match counts.iter_mut().find(|(known, _)| *known == selector) {
                Some((_, count)) => *count += 1,
                None => counts.push((selector, 1)),
            }
        }
        counts.truncate(50);
    }
    counts.sort_by_key(|(_, count)| Reverse(*count));
    // It must give the summary wherever there is one, and nothing where there is none.
    let fields = counts.into_iter().take(MAX_TRIED).filter_map(|(selector, _)| Field::parse(&selector).ok());
    fields.into_iter().find(|field| {
        let compiled = Compiled::of(field);
        samples
            .iter()
            .zip(&found)
            .all(|(sample, node)| compiled.select(sample.item).first().map(|first| first.id) == node.map(|node| node.id))
    })
}

fn summary_block<'a>(item: NodeRef<'a>, title: &item::Title, dates: &Reader<'_>) -> Option<NodeRef<'a>> {
    let mut best: Option<(NodeRef<'a>, usize)> = None;
    let mut walk = Walk::new(item);
    while let Some(step) = walk.next() {
        let Step::Enter(node) = step else { continue };
        if !node.is_element() || is_unseen(node) || is_heading(node) || node.id == title.node {
            if node.is_element() {
                walk.pass_over(node);
            }
            continue;
        }
        let has_own_text = node.children_it(false).any(|child| child.is_nonempty_text());
        if !has_own_text || node.id == item.id {
            continue;
        }
        let text = text::text(node, 2000);
        let length = text.chars().count();
        if length >= SUMMARY && !text.contains(&title.text) && !dates.is_date(node) && best.is_none_or(|(_, known)| length > known) {
            best = Some((node, length));
        }
        walk.pass_over(node);
    }
    best.map(|(node, _)| node)
}

/// The element that is called the author, where most items have one.
fn author(samples: &[Sample<'_>]) -> Option<Field> {
    let named = |node: &NodeRef<'_>| {
        let length = text::text(*node, 400).chars().count();
        (2..=NAME).contains(&length)
    };
    ["[rel=\"author\"]", "[itemprop=\"author\"]", ".author", ".byline"].into_iter().filter_map(|selector| Field::parse(selector).ok()).find(
        |field| {
            let compiled = Compiled::of(field);
            let having = samples.iter().filter(|sample| compiled.select(sample.item).first().is_some_and(named)).count();
            having * 2 > samples.len()
        },
    )
}
