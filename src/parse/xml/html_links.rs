//! Relative links in HTML, where the document says what they are relative to.

use super::attributes::attributes;
use super::tokens::{Token, Tokens};
use crate::parse::resolve::resolve;

/// Attributes that hold a link, of whatever element.
const LINKS: [&str; 9] = ["href", "src", "cite", "poster", "action", "background", "longdesc", "usemap", "codebase"];

/// The HTML with its links resolved against `base`; None when they are absolute already. `budget`, in bytes, is what all texts of a
/// document may grow by: a long base before many short links must not fill the memory.
pub(super) fn resolved(html: &str, base: &str, budget: &mut usize) -> Option<String> {
    let mut tokens = Tokens::of(html);
    let mut whole = String::new();
    let mut copied = 0;
    while let Some(token) = tokens.next("") {
        let Token::Start(tag) = token else { continue };
        for (name, value) in attributes(tag.attributes) {
            if value.is_empty() || !LINKS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            let link = resolve(base, value.trim());
            let at = value.as_ptr() as usize - html.as_ptr() as usize;
            if link == value || link.len() > *budget {
                continue;
            }
            *budget -= link.len();
            whole.extend([&html[copied..at], &link]);
            copied = at + value.len();
        }
    }
    if copied == 0 {
        return None;
    }
    whole.push_str(&html[copied..]);
    Some(whole)
}
