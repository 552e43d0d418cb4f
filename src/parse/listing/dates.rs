//! The date of an item, wherever it stands.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use dom_query::{NodeId, NodeRef};

use super::text::{self, Step, Walk, is_heading, is_unseen};
use crate::config::DateFormat;
use crate::parse::visible_date;

/// Longest text looked at, in bytes.
const MAX_DATE: usize = 160;
/// Longest text that is tried as a date where no selector names it, in bytes.
const MAX_FOUND: usize = 90;
/// Most nodes of one item that are tried.
const MAX_TRIED: usize = 300;

/// How far above an item, and over how many elements before it, the heading of its day is looked for.
const MAX_LEVELS: usize = 4;
const MAX_BEFORE: usize = 300;

/// What a text needs to be read as a date.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse) struct Reader<'f> {
    pub(in crate::parse) now: DateTime<Utc>,
    pub(in crate::parse) zone: Tz,
    pub(in crate::parse) format: Option<&'f DateFormat>,
}

impl Reader<'_> {
    /// The instant that the whole of a text names.
    pub(in crate::parse) fn read(&self, text: &str) -> Option<DateTime<Utc>> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_DATE {
            return None;
        }
        self.format
            .and_then(|format| visible_date::read_as(format, text, self.now, self.zone))
            .or_else(|| visible_date::read(text, self.now, self.zone))
    }

    /// The date that a text names among other words.
    fn find(&self, text: &str) -> Option<DateTime<Utc>> {
        self.read(text).or_else(|| visible_date::find(text, self.now, self.zone))
    }

    /// The date of an element that a selector names: its machine-readable attribute before its text.
    pub(super) fn of_element(&self, node: NodeRef<'_>) -> Option<DateTime<Utc>> {
        self.of_attribute(node).or_else(|| self.find(&text::text(node, MAX_DATE)))
    }

    fn of_attribute(&self, node: NodeRef<'_>) -> Option<DateTime<Utc>> {
        ["datetime", "content"].into_iter().find_map(|name| node.attr(name).and_then(|value| self.read(&value)))
    }

    /// The element of an item that tells its date: a `time`, else the first that is nothing but a date, else the first line that
    /// begins to tell one outside `title`.
    pub(in crate::parse) fn search<'a>(&self, item: NodeRef<'a>, title: Option<NodeId>) -> Option<(NodeRef<'a>, DateTime<Utc>)> {
        let (mut whole, mut part) = (None, None);
        let mut walk = Walk::new(item);
        let mut tried = 0;
        while let Some(step) = walk.next() {
            let Step::Enter(node) = step else { continue };
            if node.is_element() && is_unseen(node) {
                walk.pass_over(node);
                continue;
            }
            if node.has_name("time")
                && let Some(instant) = self.of_element(node)
            {
                // `<div>16 September <time>14:35</time></div>`: what is around it says more, unless it speaks to machines.
                let around = whole.filter(|(around, _): &(NodeRef<'_>, _)| self.of_attribute(node).is_none() && is_inside(node, *around));
                return Some(around.unwrap_or((node, self.with_neighbours(node, item).unwrap_or(instant))));
            }
            if tried == MAX_TRIED || !(node.is_element() || node.is_nonempty_text()) {
                continue;
            }
            tried += 1;
            let Some(text) = short_text(node) else { continue };
            if whole.is_none() {
                let exact = || self.of_attribute(node);
                let read = || self.read(&text).map(|instant| self.with_neighbours(node, item).unwrap_or(instant));
                whole = exact().or_else(read).map(|instant| (node, instant));
            }
            let is_title = is_heading(node) || Some(node.id) == title || node.parent().is_some_and(|parent| Some(parent.id) == title);
            if is_title {
                walk.pass_over(node);
            } else if part.is_none() && node.is_text() {
                part = self.find(&text).map(|instant| (node.parent().unwrap_or(node), instant));
            }
        }
        whole.or(part)
    }

    /// The date that an element tells together with what stands beside it, where day and time stand apart: in the element after it, or,
    /// for a time alone, in the heading of its day above the item.
    fn with_neighbours(&self, node: NodeRef<'_>, item: NodeRef<'_>) -> Option<DateTime<Utc>> {
        let own = short_text(node)?;
        if self.of_attribute(node).is_some() {
            return None;
        }
        let after = node.next_element_sibling().filter(|_| node.id != item.id).and_then(short_text);
        let beside = after.and_then(|after| self.read(&format!("{own} {after}")).filter(|_| is_clock(&own) != is_clock(&after)));
        beside.or_else(|| if is_clock(&own) { self.day_above(item, &own) } else { None })
    }

    /// The time of an item on the day that the nearest line above it names.
    fn day_above(&self, item: NodeRef<'_>, clock: &str) -> Option<DateTime<Utc>> {
        let levels = std::iter::successors(Some(item), |node| node.parent().filter(|parent| !parent.has_name("body"))).take(MAX_LEVELS);
        let before = levels.flat_map(|level| std::iter::successors(level.prev_element_sibling(), |node| node.prev_element_sibling()));
        let day = before.take(MAX_BEFORE).filter_map(short_text).find(|text| !is_clock(text) && self.read(text).is_some())?;
        self.read(&format!("{day} {clock}"))
    }

    /// Whether a piece of text tells a date, maybe among other words.
    pub(in crate::parse) fn begins_in(&self, text: NodeRef<'_>) -> bool {
        short_text(text).is_some_and(|text| self.find(&text).is_some())
    }

    /// Whether an element is nothing but a date.
    pub(in crate::parse) fn is_date(&self, node: NodeRef<'_>) -> bool {
        node.has_name("time") || short_text(node).is_some_and(|text| self.read(&text).is_some())
    }
}

/// `14:35`: a time without its day.
fn is_clock(text: &str) -> bool {
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 8 && text.contains(':') && text.split(':').all(is_number)
}

fn is_inside(node: NodeRef<'_>, outer: NodeRef<'_>) -> bool {
    node.ancestors_it(None).any(|above| above.id == outer.id)
}

/// The text of a node that is short enough to be a date and could be one.
fn short_text(node: NodeRef<'_>) -> Option<String> {
    let text = text::text(node, MAX_FOUND);
    let may_be_date = !text.is_empty() && text.len() < MAX_FOUND;
    may_be_date.then_some(text)
}
