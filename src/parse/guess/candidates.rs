//! Selectors that may be the item's: for every group of like elements with one story each, the ways to name it.

use std::collections::{HashMap, HashSet};

use super::outline::{Outline, Symbol};

/// Most groups of like elements that selectors are made for, the largest first.
const MAX_GROUPS: usize = 40;
/// Elements of one group that selectors are made from.
const SAMPLES: usize = 4;
/// How far above an element a name for its surroundings is looked for.
const MAX_CONTEXTS: usize = 6;
/// Most elements looked at for all selectors of a page, so that an odd page ends in time, too.
const MAX_WORK: usize = 3_000_000;

/// What surrounds the elements of a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Context {
    Anywhere,
    /// `context > own`
    Parent(Symbol),
    /// `context own`
    Above(Symbol),
    /// The children of this one element.
    Place(usize),
    /// The grandchildren of this one element.
    PlaceAbove(usize),
}

/// A selector that may be the item's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Candidate {
    pub own: Symbol,
    pub context: Context,
}

/// The candidates of a page, each with the elements that it selects, outermost only, in order.
pub(super) fn all(outline: &Outline<'_>) -> Vec<(Candidate, Vec<usize>)> {
    let mut seen = HashSet::new();
    let mut work = 0;
    let mut candidates = Vec::new();
    for element in samples(outline) {
        for candidate in named(outline, element) {
            if work < MAX_WORK && seen.insert(candidate) {
                let members = members(outline, candidate, &mut work);
                candidates.push((candidate, members));
            }
        }
    }
    candidates
}

/// What like elements have in common: tag and names, their own and their parent's.
type Likeness<'l> = (Symbol, &'l [Symbol], (Symbol, &'l [Symbol]));

/// Elements with one story that stand for their groups: of each group one from each of the parents that hold most of it.
fn samples(outline: &Outline<'_>) -> Vec<usize> {
    let mut groups: HashMap<Likeness<'_>, Vec<(usize, usize)>> = HashMap::new();
    let mut places = HashMap::new();
    for (index, element) in outline.elements.iter().enumerate() {
        let Some(parent) = element.parent.filter(|_| outline.has_one_story(index)) else { continue };
        let above = &outline.elements[parent];
        let likeness: Likeness<'_> = (element.tag, element.names.as_slice(), (above.tag, above.names.as_slice()));
        let group = groups.entry(likeness).or_default();
        // How many of this group the parent holds, and the first of them.
        let place = *places.entry((likeness, parent)).or_insert(group.len());
        match group.get_mut(place) {
            Some((count, _)) => *count += 1,
            None => group.push((1, index)),
        }
    }
    let mut groups: Vec<Vec<(usize, usize)>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|(count, index)| (std::cmp::Reverse(*count), *index));
    }
    groups.sort_by_key(|group| {
        (std::cmp::Reverse(group.iter().map(|(count, _)| count).sum::<usize>()), group.first().map(|(_, index)| *index))
    });
    groups.into_iter().take(MAX_GROUPS).flat_map(|group| group.into_iter().take(SAMPLES)).map(|(_, index)| index).collect()
}

/// The ways to name one element.
fn named(outline: &Outline<'_>, index: usize) -> Vec<Candidate> {
    let element = &outline.elements[index];
    let mut contexts = Vec::new();
    for (distance, above) in outline.above(index).take(MAX_CONTEXTS).enumerate() {
        let above_element = &outline.elements[above];
        let is_telling =
            matches!(outline.names[above_element.tag as usize].as_str(), "main" | "article" | "section" | "table" | "ul" | "ol" | "dl");
        for name in above_element.names.iter().copied().chain(is_telling.then_some(above_element.tag)) {
            if distance == 0 {
                contexts.push(Context::Parent(name));
            }
            contexts.push(Context::Above(name));
        }
    }
    let mut places = outline.above(index);
    contexts.extend(places.next().map(Context::Place));
    contexts.extend(places.next().map(Context::PlaceAbove));
    let own = element.names.iter().copied().chain([element.tag]);
    own.flat_map(|own| {
        // A tag alone says something only if it is made for this.
        let stands_alone = own != element.tag || outline.names[own as usize] == "article";
        let anywhere = stands_alone.then_some(Context::Anywhere);
        anywhere.into_iter().chain(contexts.iter().copied()).map(move |context| Candidate { own, context })
    })
    .collect()
}

/// The elements that a candidate selects; of nested ones the outermost.
fn members(outline: &Outline<'_>, candidate: Candidate, work: &mut usize) -> Vec<usize> {
    let mut members: Vec<usize> = Vec::new();
    let mut end = 0;
    for index in &outline.having[candidate.own as usize] {
        *work += 1;
        if *index >= end && is_in(outline, *index, candidate.context, work) {
            end = outline.elements[*index].end;
            members.push(*index);
        }
    }
    members
}

fn is_in(outline: &Outline<'_>, index: usize, context: Context, work: &mut usize) -> bool {
    let has = |element: usize, name: Symbol| outline.elements[element].tag == name || outline.elements[element].names.contains(&name);
    let mut above = outline.above(index);
    match context {
        Context::Anywhere => true,
        Context::Parent(name) => above.next().is_some_and(|parent| has(parent, name)),
        Context::Above(name) => above.inspect(|_| *work += 1).any(|element| has(element, name)),
        Context::Place(place) => above.next() == Some(place),
        Context::PlaceAbove(place) => above.nth(1) == Some(place),
    }
}

/// What keeps out the members that tell no story of this site, such as advertisements: `:not(…)` of a name that all of them have and no
/// other member; empty where none are to be kept out, or they have no such name.
pub(super) fn without_strays(outline: &Outline<'_>, members: &[usize]) -> String {
    let is_stray = |index: &usize| outline.elements[*index].best[0].is_none();
    let (strays, others): (Vec<usize>, Vec<usize>) = members.iter().partition(|index| is_stray(index));
    let Some(first) = strays.first() else { return String::new() };
    let has = |index: &usize, name: &Symbol| outline.elements[*index].names.contains(name);
    let names = outline.elements[*first].names.iter();
    let mut telling = names.filter(|name| strays.iter().all(|stray| has(stray, name)) && !others.iter().any(|other| has(other, name)));
    telling.next().map_or_else(String::new, |name| format!(":not({})", outline.names[*name as usize]))
}

impl Candidate {
    /// The selector as CSS.
    pub(super) fn css(self, outline: &Outline<'_>) -> String {
        let own = &outline.names[self.own as usize];
        match self.context {
            Context::Anywhere => own.clone(),
            Context::Parent(name) => format!("{} > {own}", outline.names[name as usize]),
            Context::Above(name) => format!("{} {own}", outline.names[name as usize]),
            Context::Place(place) => format!("{} > {own}", path(outline, place)),
            Context::PlaceAbove(place) => format!("{} > * > {own}", path(outline, place)),
        }
    }

    /// How likely the selector still fits tomorrow.
    pub(super) fn steadiness(self, outline: &Outline<'_>) -> f64 {
        let is_tag = |name: Symbol| !outline.names[name as usize].starts_with(['.', '#']);
        let own = if is_tag(self.own) { 0.94 } else { 1.0 };
        let context = match self.context {
            Context::Anywhere => 1.0,
            Context::Parent(name) | Context::Above(name) if is_tag(name) => 0.93,
            Context::Parent(_) => 0.985,
            Context::Above(_) => 0.98,
            Context::Place(_) => 0.85,
            Context::PlaceAbove(_) => 0.8,
        };
        own * context
    }
}

/// The way to one element from the nearest one that has an id, or from the body.
fn path(outline: &Outline<'_>, place: usize) -> String {
    let mut steps = Vec::new();
    for index in std::iter::once(place).chain(outline.above(place)) {
        let element = &outline.elements[index];
        let id = element.names.iter().map(|name| outline.names[*name as usize].as_str()).find(|name| name.starts_with('#'));
        let tag = &outline.names[element.tag as usize];
        // A page has one body and one main part.
        if let Some(id) = id.or((index == 0 || tag == "main").then_some(tag.as_str())) {
            steps.push(id.to_owned());
            break;
        }
        let before = std::iter::successors(element.node.prev_element_sibling(), |node| node.prev_element_sibling());
        let position = before.filter(|node| node.has_name(tag)).count() + 1;
        let is_only = position == 1
            && std::iter::successors(element.node.next_element_sibling(), |node| node.next_element_sibling())
                .all(|node| !node.has_name(tag));
        steps.push(if is_only { tag.clone() } else { format!("{tag}:nth-of-type({position})") });
    }
    steps.reverse();
    steps.join(" > ")
}
