//! What `h2 a@href` selects in a page.

use dom_query::{Matcher, NodeRef, Selection};

use crate::config::{Field, Selector};
use crate::parse::page;

/// Most elements of one item that one field looks at.
const MAX_MATCHES: usize = 50;

/// A field, looked for in a page.
#[derive(Debug)]
pub(in crate::parse) struct Compiled<'f> {
    matcher: Option<&'f Matcher>,
    attribute: Option<&'f str>,
}

impl<'f> Compiled<'f> {
    pub(in crate::parse) fn of(field: &'f Field) -> Self {
        Self { matcher: field.selector.as_ref().map(Selector::matcher), attribute: field.attribute.as_deref() }
    }

    /// What the field selects below `top`, in the order of the document; `top` itself when it has no selector.
    pub(in crate::parse) fn select<'a>(&self, top: NodeRef<'a>) -> Vec<NodeRef<'a>> {
        match self.matcher {
            None => vec![top],
            Some(_) => self.select_all(top).into_iter().take(MAX_MATCHES).collect(),
        }
    }

    /// Everything that the field selects below `top`.
    pub(in crate::parse) fn select_all<'a>(&self, top: NodeRef<'a>) -> Vec<NodeRef<'a>> {
        match self.matcher {
            None => vec![top],
            Some(matcher) => Selection::from(top).select_matcher(matcher).nodes().to_vec(),
        }
    }

    pub(in crate::parse) fn names_attribute(&self) -> bool {
        self.attribute.is_some()
    }

    /// What a selected element says: the named attribute, else its text; None when that is empty.
    pub(in crate::parse) fn text(&self, node: NodeRef<'_>, most: usize) -> Option<String> {
        let text = match self.attribute {
            Some(attribute) => page::one_line(&node.attr(attribute)?),
            None => super::text::text(node, most),
        };
        let text = &text[..text.floor_char_boundary(most)];
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first thing that `usual` gives for a selected element; where an attribute is named, its value goes through `named`.
    pub(in crate::parse) fn first<'a, T>(
        &self,
        top: NodeRef<'a>,
        usual: impl Fn(NodeRef<'a>) -> Option<T>,
        named: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.select(top).into_iter().find_map(|node| match self.attribute {
            Some(attribute) => node.attr(attribute).and_then(|value| named(&value)),
            None => usual(node),
        })
    }
}
