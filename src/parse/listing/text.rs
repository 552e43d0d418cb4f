//! The text of a part of a page as a reader sees it, and a walk over the tree that needs no recursion.

use dom_query::NodeRef;

/// Least steps that a text is looked for, however short it may be: elements can be nested by the thousand around nothing.
const LEAST_STEPS: usize = 500;

/// One step of a walk.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse) enum Step<'a> {
    Enter(NodeRef<'a>),
    Leave(NodeRef<'a>),
}

/// A walk over a node and everything below it, in the order of the document.
#[derive(Debug)]
pub(in crate::parse) struct Walk<'a> {
    top: NodeRef<'a>,
    next: Option<Step<'a>>,
}

impl<'a> Walk<'a> {
    pub(in crate::parse) fn new(top: NodeRef<'a>) -> Self {
        Self { top, next: Some(Step::Enter(top)) }
    }

    /// Leaves out what is below the node that was entered last.
    pub(in crate::parse) fn pass_over(&mut self, entered: NodeRef<'a>) {
        self.next = Some(Step::Leave(entered));
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let step = self.next.take()?;
        self.next = match step {
            Step::Enter(node) => Some(node.first_child().map_or(Step::Leave(node), Step::Enter)),
            Step::Leave(node) if node.id == self.top.id => None,
            Step::Leave(node) => match node.next_sibling() {
                Some(sibling) => Some(Step::Enter(sibling)),
                None => node.parent().map(Step::Leave),
            },
        };
        Some(step)
    }
}

/// The text below a node on one line, without what `is_left_out` names, cut off at about `most` bytes.
pub(in crate::parse) fn text_without<'a>(top: NodeRef<'a>, most: usize, is_left_out: impl Fn(NodeRef<'a>) -> bool) -> String {
    let mut line = Line::default();
    let mut walk = Walk::new(top);
    let mut steps_left = LEAST_STEPS + most * 8;
    // Two elements side by side are two words, as in `<span>Title</span><span>Rubric</span>`; text beside an element may go on its word.
    let mut has_just_left = false;
    while let Some(step) = walk.next().filter(|_| steps_left > 0) {
        steps_left -= 1;
        match step {
            Step::Enter(node) if node.is_text() => {
                line.push(&node.text());
                has_just_left = false;
            }
            Step::Enter(node) if !node.is_element() => {}
            Step::Enter(node) if is_unseen(node) || is_left_out(node) => {
                line.is_parted = true;
                walk.pass_over(node);
            }
            Step::Enter(node) => line.is_parted |= has_just_left || !is_inline(node),
            Step::Leave(node) => {
                line.is_parted |= node.is_element() && !is_inline(node);
                has_just_left |= node.is_element();
            }
        }
        if line.text.len() > most {
            line.text.truncate(line.text.floor_char_boundary(most));
            break;
        }
    }
    line.text
}

/// The text below a node on one line, cut off at about `most` bytes.
pub(in crate::parse) fn text(top: NodeRef<'_>, most: usize) -> String {
    text_without(top, most, |_| false)
}

/// Whether a reader sees any text below a node.
pub(in crate::parse) fn has_text(top: NodeRef<'_>) -> bool {
    // One letter takes up to four bytes.
    !text(top, 4).is_empty()
}

/// Words, with one space between them.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// The next word is not the end of the last one.
    is_parted: bool,
}

impl Line {
    fn push(&mut self, piece: &str) {
        self.is_parted |= piece.starts_with(char::is_whitespace);
        for word in piece.split_whitespace() {
            if self.is_parted && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.extend(word.chars().filter(|c| !c.is_control()));
            self.is_parted = true;
        }
        if !piece.trim().is_empty() {
            self.is_parted = piece.ends_with(char::is_whitespace);
        }
    }
}

/// The name of an element; empty for what is none.
pub(in crate::parse) fn name<'a>(node: NodeRef<'a>) -> impl std::ops::Deref<Target = str> + use<'a> {
    node.node_name().unwrap_or_default()
}

/// Elements whose text nobody sees.
pub(in crate::parse) fn is_unseen(node: NodeRef<'_>) -> bool {
    matches!(&*name(node), "script" | "style" | "noscript" | "template" | "iframe" | "select" | "textarea" | "svg" | "object")
}

/// Elements that stand inside a line.
fn is_inline(node: NodeRef<'_>) -> bool {
    const INLINE: [&str; 20] = [
        "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "mark", "nobr", "q", "s", "small", "span", "strong", "sub", "sup", "u",
        "wbr",
    ];
    INLINE.contains(&&*name(node))
}

pub(in crate::parse) fn is_heading(node: NodeRef<'_>) -> bool {
    matches!(&*name(node), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}
