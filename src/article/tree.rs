//! Walking a page's tree, and the kinds of its elements. Never by recursion: a page may be 512 elements deep.

use std::borrow::Cow;

use dom_query::NodeRef;

/// A step of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The node begins. The visitor says whether to go inside; if not, there is no `Leave`.
    Enter,
    /// All that was inside it has been visited.
    Leave,
}

/// Visits everything below `root` in the order of the document.
pub(super) fn walk<'a>(root: NodeRef<'a>, mut visit: impl FnMut(Step, NodeRef<'a>) -> bool) {
    let Some(mut node) = root.first_child() else { return };
    loop {
        if visit(Step::Enter, node) {
            if let Some(child) = node.first_child() {
                node = child;
                continue;
            }
            visit(Step::Leave, node);
        }
        while node.next_sibling().is_none() {
            match node.parent() {
                Some(parent) if parent.id != root.id => node = parent,
                Some(_) | None => return,
            }
            visit(Step::Leave, node);
        }
        if let Some(next) = node.next_sibling() {
            node = next;
        }
    }
}

/// An element's name; empty for what is none.
pub(super) fn name_of(node: NodeRef<'_>) -> String {
    node.node_name().map_or_else(String::new, |name| name.to_string())
}

/// What holds nothing that a reader reads.
pub(super) fn is_mute(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "svg"
            | "math"
            | "canvas"
            | "object"
            | "embed"
            | "video"
            | "audio"
            | "button"
            | "input"
            | "select"
            | "textarea"
            | "head"
            | "title"
            | "dialog"
            | "map"
    )
}

/// What stands inside a line of text. All other elements begin a new one.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Text without soft hyphens and characters of no width, which part words for machines only.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}');
    if text.contains(is_unseen) { Cow::Owned(text.replace(is_unseen, "")) } else { Cow::Borrowed(text) }
}

/// The text of any node on one line.
pub(super) fn text_of(node: NodeRef<'_>) -> String {
    let text = node.text();
    visible(&text).split_whitespace().collect::<Vec<&str>>().join(" ")
}

pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

pub(super) fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}

/// Characters that are not white space.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The names of an element: its classes and its id, each as its words in lower case. `articleBody__related-links` has four.
pub(super) fn names_of(node: NodeRef<'_>) -> Vec<Vec<String>> {
    let values = [node.attr("class"), node.attr("id")].into_iter().flatten();
    let mut names = Vec::new();
    for value in values {
        let value = &value[..value.floor_char_boundary(MAX_CLASS)];
        names.extend(value.split_whitespace().map(words));
    }
    names
}

/// Bytes of a class or id that are looked at.
const MAX_CLASS: usize = 512;

fn words(name: &str) -> Vec<String> {
    let (mut words, mut word, mut was_lower) = (Vec::new(), String::new(), false);
    for c in name.chars() {
        let is_end = !c.is_alphanumeric() || (was_lower && c.is_uppercase());
        if is_end && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}
