//! References -> characters: the five of XML, numbers, the names of HTML, and the document's own simple entities.
//!
//! An own entity stands for text alone and never for another entity, and what all of them grow to is bounded, so that no document can grow
//! from within. What is no reference stays as it is written.

use std::borrow::Cow;
use std::collections::HashMap;

use markup5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::{memchr, memmem};

/// Longest name of a reference, in bytes: HTML's longest has 31.
const MAX_NAME: usize = 32;
/// Most own entities of a document, and the longest text that one stands for, in bytes.
const MAX_OWN: usize = 256;
const MAX_TEXT: usize = 1024;
/// How far into a document type declaration its entities are looked for, in bytes.
const MAX_DOCTYPE: usize = 64 << 10;
/// What a document's own entities may grow to in all, in bytes.
const MAX_GROWTH: usize = 1 << 20;

/// What a document's references stand for.
#[derive(Debug, Default)]
pub(in crate::parse) struct Entities {
    own: HashMap<String, String>,
    growth: usize,
    /// A reference could not be resolved.
    pub is_any_unknown: bool,
}

impl Entities {
    /// Learns the entities that a document type declaration declares (XML 1.0 §4.2.2), of those the simple ones.
    pub fn declare(&mut self, doctype: &str) {
        let doctype = &doctype[..doctype.floor_char_boundary(MAX_DOCTYPE)];
        for at in memmem::find_iter(doctype.as_bytes(), b"<!ENTITY").take(MAX_OWN) {
            let rest = doctype[at + "<!ENTITY".len()..].trim_ascii_start();
            let Some((name, rest)) = rest.split_once(|c: char| c.is_ascii_whitespace()) else { continue };
            let rest = rest.trim_ascii_start();
            let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
            let Some((text, _)) = rest[1..].split_once(quote) else { continue };
            if name.len() <= MAX_NAME && text.len() <= MAX_TEXT {
                let resolved = Self::default().resolve(text).into_owned();
                // What still names an entity may name itself.
                if memchr(b'&', resolved.as_bytes()).is_none() {
                    self.own.insert(name.to_owned(), resolved);
                }
            }
        }
    }

    /// Whether the document has entities that HTML does not know.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// The text with its references resolved.
    pub fn resolve<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
        let mut resolved = String::with_capacity(text.len());
        resolved.push_str(&text[..first]);
        let mut rest = &text[first..];
        while let Some(after) = rest.strip_prefix('&') {
            let end = after.bytes().take(MAX_NAME + 1).position(|byte| byte == b';');
            rest = match end.filter(|end| self.push(&after[..*end], &mut resolved)) {
                Some(end) => &after[end + 1..],
                None => {
                    self.is_any_unknown = true;
                    resolved.push('&');
                    after
                }
            };
            let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
            resolved.push_str(&rest[..next]);
            rest = &rest[next..];
        }
        Cow::Owned(resolved)
    }

    /// Writes what a reference stands for; false when it is unknown.
    fn push(&mut self, name: &str, into: &mut String) -> bool {
        if let Some(number) = name.strip_prefix('#') {
            return number_of(number).map(|code| into.extend(character(code))).is_some();
        }
        let known = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return self.push_named(name, into),
        };
        into.push(known);
        true
    }

    fn push_named(&mut self, name: &str, into: &mut String) -> bool {
        if let Some(text) = self.own.get(name) {
            self.growth += text.len();
            if self.growth <= MAX_GROWTH {
                into.push_str(text);
                return true;
            }
            return false;
        }
        let mut key = [0; MAX_NAME + 1];
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        key[..name.len()].copy_from_slice(name.as_bytes());
        key[name.len()] = b';';
        let Some((first, second)) = str::from_utf8(&key[..=name.len()]).ok().and_then(|key| NAMED_ENTITIES.get(key)).copied() else {
            return false;
        };
        // 0 stands for "none" in this table.
        into.extend([first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32));
        first != 0
    }
}

fn number_of(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) if hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hexadecimal, 16).ok(),
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    }
}

/// The character of a number: 128 to 159 are meant as windows-1252 (HTML §13.2.5.80); those that XML forbids are left out.
fn character(code: u32) -> Option<char> {
    let replaced = code.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(index as usize)).copied().flatten();
    let character = replaced.or_else(|| char::from_u32(code))?;
    let is_forbidden = matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    (!is_forbidden).then_some(character)
}
