//! What readers see: headings, dates, bylines and tags, by where they stand on the page.
//!
//! One walk over the tree collects what may be of use; what stands among comments, related articles or other furniture is left out
//! once the headline is known, for whatever holds the headline is no furniture, whatever its class says.

mod surroundings;

use dom_query::NodeRef;

use super::names::behind_label;
use crate::parse::Page;

use surroundings::Surroundings;
pub(super) use surroundings::{Seen, names_of_line};

/// Most elements of each kind that are kept.
const MAX_KEPT: usize = 1_000;
/// Most nodes of one element whose text is looked at.
const MAX_NODES: usize = 200;
/// Longest heading, line with a date, and byline, in bytes.
const MAX_HEADING: usize = 2_000;
const MAX_LINE: usize = 300;

/// The elements of a page that may tell something about its article.
pub(super) struct Outline<'a> {
    /// The text of the `title` element.
    pub title: Option<String>,
    headings: Vec<Heading<'a>>,
    dates: Vec<Placed<'a>>,
    /// Short texts with digits, in elements that nothing marks.
    numbers: Vec<Placed<'a>>,
    bylines: Vec<Placed<'a>>,
    tags: Vec<Placed<'a>>,
}

struct Heading<'a> {
    placed: Placed<'a>,
    text: String,
    is_main: bool,
}

/// An element, and how many nodes stand in front of it.
#[derive(Clone, Copy)]
struct Placed<'a> {
    node: NodeRef<'a>,
    position: usize,
}

impl<'a> Outline<'a> {
    pub fn of(page: &'a Page) -> Self {
        let mut outline =
            Self { title: None, headings: Vec::new(), dates: Vec::new(), numbers: Vec::new(), bylines: Vec::new(), tags: Vec::new() };
        for (position, node) in page.document.root().descendants_it().enumerate() {
            let placed = Placed { node, position };
            if let Some(name) = node.node_name().filter(|_| node.is_element()) {
                outline.take(&name, placed);
            } else if outline.headings.len() < MAX_KEPT && is_short_number(node) {
                keep(&mut outline.numbers, placed);
            }
        }
        outline
    }

    fn take(&mut self, name: &str, placed: Placed<'a>) {
        let node = placed.node;
        match name {
            "title" if self.title.is_none() => self.title = short_text(node, MAX_HEADING),
            "h1" | "h2" if self.headings.len() < MAX_KEPT => {
                if let Some(text) = short_text(node, MAX_HEADING) {
                    self.headings.push(Heading { placed, text, is_main: name == "h1" });
                }
            }
            _ => {}
        }
        let words = class_words(node);
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let is_dated = words.iter().any(|word| word.ends_with("date") && word.len() > "update".len() && word != "candidate");
        if name == "time" || has(&DATE_WORDS) || has(&AUTHOR_WORDS) || is_dated {
            keep(&mut self.dates, placed);
        }
        let is_author_link = name == "a" && node.attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "author"));
        if is_author_link || has(&AUTHOR_WORDS) || begins_with_label(name, node) {
            keep(&mut self.bylines, placed);
        }
        if (name == "a" && is_tag_link(node)) || is_bare_tag(name, node) {
            keep(&mut self.tags, placed);
        }
    }

    /// The texts of the headings, main ones first.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.ordered_headings().map(|heading| heading.text.as_str())
    }

    fn ordered_headings(&self) -> impl Iterator<Item = &Heading<'a>> {
        let main = self.headings.iter().filter(|heading| heading.is_main);
        main.chain(self.headings.iter().filter(|heading| !heading.is_main))
    }

    /// The index of the only main heading, where there is but one.
    pub fn only_main_heading(&self) -> Option<usize> {
        (self.headings.iter().filter(|heading| heading.is_main).count() == 1).then_some(0)
    }

    /// What stands around the heading of this index.
    pub fn around(&self, page: &Page, heading: Option<usize>) -> Seen {
        let heading = heading.and_then(|index| self.ordered_headings().nth(index)).map(|heading| heading.placed);
        let surroundings = Surroundings::of(page, heading);
        let exact: Vec<Placed<'_>> = self.dates.iter().filter(|date| date.node.has_attr("datetime")).copied().collect();
        let (datetimes, update_datetimes) = surroundings.datetimes(&exact);
        let (dates, update_dates) = surroundings.dates(&self.dates);
        Seen {
            datetimes,
            update_datetimes,
            dates,
            update_dates,
            unmarked: surroundings.close_texts(&self.numbers),
            authors: surroundings.authors(&self.bylines),
            tags: surroundings.tags(&self.tags),
        }
    }
}

fn keep<'a>(list: &mut Vec<Placed<'a>>, placed: Placed<'a>) {
    if list.len() < MAX_KEPT {
        list.push(placed);
    }
}

/// Whether a node is a short text with a digit, as each date has one.
fn is_short_number(node: NodeRef<'_>) -> bool {
    node.is_text() && {
        let text = node.text();
        text.len() <= MAX_LINE && text.bytes().any(|byte| byte.is_ascii_digit())
    }
}

/// Words of classes and ids that mark dates, or lines that begin with them.
const DATE_WORDS: [&str; 15] = [
    "date",
    "time",
    "datetime",
    "published",
    "publish",
    "pubdate",
    "timestamp",
    "posted",
    "created",
    "updated",
    "modified",
    "meta",
    "info",
    "byline",
    "dateline",
];
const AUTHOR_WORDS: [&str; 10] =
    ["author", "authors", "byline", "autor", "avtor", "writer", "journalist", "contributor", "signed", "signature"];
const TAG_WORDS: [&str; 9] = ["tag", "tags", "tegi", "taglist", "keywords", "topics", "labels", "metki", "rubrics"];
/// Those of them whose block holds nothing but tags, whatever its links lead to.
const TAG_BLOCKS: [&str; 5] = ["tags", "tegi", "taglist", "keywords", "metki"];

/// The words of an element's class and id, in lower case: `newsItem-date` has three.
fn class_words(node: NodeRef<'_>) -> Vec<String> {
    let mut words = vec![String::new()];
    let names = [node.class(), node.id_attr()];
    for name in names.iter().flatten() {
        let mut was_lower = false;
        for letter in name.chars().take(MAX_LINE) {
            if !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower) {
                words.push(String::new());
            }
            was_lower = letter.is_lowercase();
            if letter.is_alphanumeric() {
                words.last_mut().expect("it is never empty").extend(letter.to_lowercase());
            }
        }
        words.push(String::new());
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a small element begins with an author's label: `<p>Автор: Асель Омарова</p>`.
fn begins_with_label(name: &str, node: NodeRef<'_>) -> bool {
    if !matches!(name, "p" | "div" | "span" | "li" | "b" | "strong" | "em" | "i") {
        return false;
    }
    let Some(first) = node.first_child().filter(NodeRef::is_text) else { return false };
    let text = first.text();
    let text = text.trim_start();
    // "By" and "текст" begin sentences as well.
    behind_label(&text[..text.floor_char_boundary(MAX_LINE)]).is_some() && text.chars().take(40).any(|c| c == ':')
}

/// Whether a link leads to the page of a tag.
fn is_tag_link(node: NodeRef<'_>) -> bool {
    if node.attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "tag")) {
        return true;
    }
    let is_tag = |part: &str| matches!(part, "tag" | "tags" | "tegi" | "teg" | "tegter" | "keyword" | "topic" | "topics");
    let leads_to_tag = node.attr("href").is_some_and(|href| href.split(['/', '?', '=']).any(is_tag));
    is_in_block(node, if leads_to_tag { &TAG_WORDS } else { &TAG_BLOCKS })
}

/// Whether an element without a link is a tag: `<span class="tag">#вода</span>` in a block of tags.
fn is_bare_tag(name: &str, node: NodeRef<'_>) -> bool {
    let is_called_tag = || class_words(node).iter().any(|word| matches!(word.as_str(), "tag" | "hashtag"));
    matches!(name, "span" | "li" | "div") && node.element_children().is_empty() && is_called_tag() && is_in_block(node, &TAG_BLOCKS)
}

/// Whether an element stands close below one whose class has one of the words.
fn is_in_block(node: NodeRef<'_>, words: &[&str]) -> bool {
    node.ancestors_it(Some(4)).any(|ancestor| class_words(ancestor).iter().any(|word| words.contains(&word.as_str())))
}

/// The text of a small element on one line, with a space between its parts; None when it is empty, or larger than it should be.
pub(super) fn short_text(node: NodeRef<'_>, most: usize) -> Option<String> {
    let mut text = String::new();
    for (count, part) in node.descendants_it().enumerate() {
        let is_code = || part.parent().is_some_and(|parent| parent.has_name("script") || parent.has_name("style"));
        if part.is_text() && !is_code() {
            text.push_str(&part.text());
            text.push(' ');
        }
        if count >= MAX_NODES || text.len() > most * 4 {
            return None;
        }
    }
    // Not `plain_line`: a parser has resolved the entities already, and a second time would be one too many.
    let line = one_line(&text);
    (!line.is_empty() && line.len() <= most).then_some(line)
}

fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
