//! What holds inside of an element and ends with it: namespaces, xml:base, xml:lang.

use std::borrow::Cow;

use memchr::memmem;

use super::attributes::attributes;
use super::entities::Entities;
use super::names::{Lower, Namespace, split};
use crate::parse::resolve::resolve;

/// Most declarations in force at a time; a feed has a dozen.
const MAX_DECLARATIONS: usize = 128;
/// Longest base, in bytes: it stands before every relative link.
const MAX_BASE: usize = 2048;

/// What is in force, each with the depth of the element that says so.
#[derive(Debug)]
pub(in crate::parse) struct Scopes<'a> {
    namespaces: Vec<(usize, &'a str, Namespace)>,
    bases: Vec<(usize, String)>,
    languages: Vec<(usize, Cow<'a, str>)>,
    /// The address of the document, in whose place xml:base stands.
    address: Option<&'a str>,
}

impl<'a> Scopes<'a> {
    pub fn at(address: Option<&'a str>) -> Self {
        Self { namespaces: Vec::new(), bases: Vec::new(), languages: Vec::new(), address }
    }

    /// Reads what the start tag of the element at `depth` declares.
    pub fn enter(&mut self, depth: usize, raw: &'a str, entities: &mut Entities) {
        // Nearly all tags declare nothing.
        if raw.len() < 6 || !["xml", "base", "lang"].iter().any(|word| memmem::find(raw.as_bytes(), word.as_bytes()).is_some()) {
            return;
        }
        for (name, value) in attributes(raw) {
            let lower = Lower::of(name);
            match lower.as_str() {
                "xmlns" => self.declare(depth, "", value),
                "xml:base" | "base" => {
                    let base = resolve(self.base().unwrap_or_default(), entities.resolve(value).trim()).into_owned();
                    if !base.is_empty() && base.len() <= MAX_BASE {
                        self.bases.push((depth, base));
                    }
                }
                "xml:lang" | "lang" => self.languages.push((depth, entities.resolve(value))),
                _ => {
                    if let ("xmlns", _) = split(lower.as_str()) {
                        self.declare(depth, split(name).1, value);
                    }
                }
            }
        }
    }

    fn declare(&mut self, depth: usize, prefix: &'a str, uri: &str) {
        let named = Namespace::of_uri(uri).or_else(|| Namespace::of_prefix(prefix));
        let otherwise = if prefix.is_empty() { Namespace::Feed } else { Namespace::Other };
        if self.namespaces.len() < MAX_DECLARATIONS {
            self.namespaces.push((depth, prefix, named.unwrap_or(otherwise)));
        }
    }

    /// Binds the prefix of the outermost element to the feed's own vocabulary: its name tells what it is, whatever the URI says.
    pub fn adopt(&mut self, prefix: &'a str) {
        if !prefix.is_empty() && self.namespace(prefix) == Namespace::Other {
            self.namespaces.push((0, prefix, Namespace::Feed));
        }
    }

    /// Forgets what the element at `depth`, and those inside of it, declared.
    pub fn leave(&mut self, depth: usize) {
        while self.namespaces.last().is_some_and(|(at, ..)| *at >= depth) {
            self.namespaces.pop();
        }
        while self.bases.last().is_some_and(|(at, _)| *at >= depth) {
            self.bases.pop();
        }
        while self.languages.last().is_some_and(|(at, _)| *at >= depth) {
            self.languages.pop();
        }
    }

    pub fn namespace(&self, prefix: &str) -> Namespace {
        let declared = self.namespaces.iter().rev().find(|(_, known, _)| *known == prefix).map(|(.., namespace)| *namespace);
        let otherwise = || if prefix.is_empty() { Namespace::Feed } else { Namespace::of_prefix(prefix).unwrap_or(Namespace::Other) };
        declared.unwrap_or_else(otherwise)
    }

    /// What relative links are resolved against: xml:base, else the address of the document.
    pub fn base(&self) -> Option<&str> {
        self.declared_base().or(self.address)
    }

    /// The base that the document itself declares here.
    pub fn declared_base(&self) -> Option<&str> {
        self.bases.last().map(|(_, base)| base.as_str())
    }

    /// The language that an element at `depth` or inside of it declares.
    pub fn language(&self, depth: usize) -> Option<&str> {
        self.languages.last().filter(|(at, language)| *at >= depth && !language.trim().is_empty()).map(|(_, language)| language.trim())
    }
}
