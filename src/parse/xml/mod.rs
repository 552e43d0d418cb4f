//! RSS, RDF, Atom and CDF, of whatever version and however broken -> [`Feed`].
//!
//! One path reads them all: `tokens` takes any text apart, `reader` keeps the stack of open elements and mends it, `elements` says what a
//! name means, `fields` what an element gives, `draft` which of several givings counts. It is linear in the document, and what it builds is
//! bounded by it.

mod attributes;
mod content;
mod draft;
mod elements;
mod entities;
mod fields;
mod flaw;
mod html_links;
mod links;
mod names;
mod person;
mod reader;
mod scopes;
mod tokens;

use chrono_tz::Tz;

use super::{Feed, ParseError};

// For the other documents that are made of tags.
pub(super) use entities::Entities;
pub(super) use names::{Lower, Namespace, split};
pub(super) use scopes::Scopes;
pub(super) use tokens::{Tag, Token, Tokens};

/// Reads a document of XML; None when no element of it is a feed's.
///
/// # Errors
/// When it ends before its first item has ended.
pub(super) fn read(text: &str, address: Option<&str>, zone: Tz) -> Option<Result<Feed, ParseError>> {
    reader::Reader::of(text, address, zone).read()
}
