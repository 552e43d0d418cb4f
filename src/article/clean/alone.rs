//! What a line is by its words and its links alone, for those who have no article around it: no headline, no neighbours, no addresses.
//!
//! The rules are those of the cleaning that need nothing else, and a few for lines that an article may keep but that say nothing of it:
//! ages, reading times, labels of counters. Whoever asks looks after what the line's neighbours tell.

use super::line::{self, plain};
use super::{anywhere, lists, phrases};
use crate::article::tree::visible;

/// Longest line that can be furniture, in bytes: forty words.
const MAX_FURNITURE: usize = 600;
/// Up to this many bytes a line is judged whole, with all rules.
const SHORT: usize = 120;
/// Longest number of a counter, in characters.
const MAX_NUMBER: usize = 12;

/// What a line is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoneLine {
    /// Furniture wherever it stands; the name of the rule.
    Furniture(&'static str),
    /// A label over other articles, "Читайте также": furniture with the links behind it. One that `needs_links` is text without them.
    Label { needs_links: bool },
    /// A number and nothing else: a counter, unless the text before it announces it.
    Number,
    /// Text, as far as the line tells.
    Text,
}

impl LoneLine {
    /// Judges a line with its entities undone, of which `linked` characters, white space apart, stand inside links.
    pub fn of(text: &str, linked: usize) -> Self {
        let text = text.trim();
        if text.len() > MAX_FURNITURE || (text.len() > SHORT && !begins_like_furniture(text)) {
            return Self::Text;
        }
        let text = visible(text);
        let plain = plain(&text);
        if is_number(&text) {
            Self::Number
        } else if let Some(rule) = rule_of(&text, &plain, linked) {
            Self::Furniture(rule)
        } else if lists::is_label_alone(&text, &plain) {
            Self::Label { needs_links: false }
        } else if phrases::WEAK_READ_ALSO.contains(&plain.as_str()) {
            Self::Label { needs_links: true }
        } else {
            Self::Text
        }
    }
}

/// Whether a long line may be furniture, told by its beginning: the rules for such lines all look there first.
fn begins_like_furniture(text: &str) -> bool {
    let head = plain(&text[..text.floor_char_boundary(SHORT)]);
    let phrases = [phrases::FOLLOW, phrases::MISTAKES, phrases::READ_ALSO, phrases::WEAK_READ_ALSO, phrases::TAGS];
    text.starts_with('#') || phrases.iter().any(|phrases| line::begins_with(&head, phrases))
}

fn rule_of(text: &str, plain: &str, linked: usize) -> Option<&'static str> {
    if let Some(rule) = anywhere::known(plain) {
        return Some(rule);
    }
    let rules: [(&str, &dyn Fn() -> bool); 7] = [
        ("share-buttons", &|| anywhere::is_row_of_networks(plain)),
        ("counter", &|| anywhere::is_counter(text, plain) || phrases::COUNTERS.contains(&plain) || line::is_reading_time(plain)),
        ("date-line", &|| line::is_age(plain)),
        ("follow-us", &|| anywhere::is_call_to_follow(plain, linked)),
        ("mistake-note", &|| anywhere::is_mistake_note(plain)),
        ("tags", &|| anywhere::are_labelled_tags(text)),
        ("read-also", &|| lists::is_label_with_title(text, plain, linked)),
    ];
    rules.iter().find(|(_, holds)| holds()).map(|(rule, _)| *rule)
}

/// "512", "(1 234)", "2,5K", "❤ 15", but no date, time, score, share or sum of money.
fn is_number(text: &str) -> bool {
    let is_part_of_value = |c: char| matches!(c, '%' | '‰' | '°' | '+' | '-' | '−' | '–' | '—' | '$' | '€' | '₸' | '₽' | '£' | '№');
    let number = text.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = number.trim_end_matches(['k', 'K', 'к', 'К', 'm', 'M', 'м', 'М']);
    let is_digits = digits.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ','));
    let has_digit = digits.starts_with(|c: char| c.is_ascii_digit());
    has_digit
        && is_digits
        && digits.matches(['.', ',']).count() <= 1
        && number.chars().count() <= MAX_NUMBER
        && !text.contains(is_part_of_value)
}
