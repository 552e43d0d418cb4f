//! The attributes of a start tag, however they are written.

use std::borrow::Cow;

use super::entities::Entities;

/// Most attributes of one tag that are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// The name and the raw value of each: quoted in either way or not at all, or none; with any space around the equals sign.
pub(in crate::parse) fn attributes(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=' | '"' | '\'' | ','));
        let name_end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        if name.is_empty() {
            return None;
        }
        let Some(after) = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            rest = after;
            return Some((name, ""));
        };
        let (value, after) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len())),
        };
        rest = after;
        Some((name, value))
    })
    .take(MAX_ATTRIBUTES)
}

/// The value of the attribute `name`, whatever its case, with its references resolved.
pub(in crate::parse) fn attribute<'a>(raw: &'a str, name: &str, entities: &mut Entities) -> Option<Cow<'a, str>> {
    if raw.is_empty() {
        return None;
    }
    let value = attributes(raw).find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
    Some(entities.resolve(value))
}
