//! CSS selectors, checked when the file is read.

use std::fmt;

use dom_query::Matcher;
use serde_json::json;
use toml::de::DeValue;

use super::complaint::Refusal;
use super::values::{Value, text};

/// Longest selector, in bytes.
const MAX_LENGTH: usize = 500;

/// A CSS selector.
#[derive(Clone)]
pub struct Selector {
    text: String,
    matcher: Matcher,
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// When it is no CSS, or longer than 500 bytes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("a selector must select something".to_owned());
        }
        if text.len() > MAX_LENGTH {
            return Err(format!("a selector has at most {MAX_LENGTH} bytes"));
        }
        let matcher = Matcher::new(text).map_err(|_| format!("`{text}` is no CSS selector"))?;
        if has_sibling_combinator(text) {
            return Err(format!("`{text}` uses `~`, which takes too long on a long page: use `+`, `>` or a space"));
        }
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// The selector as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What finds its elements in a page.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Selector {}

impl fmt::Debug for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Selector").field(&self.text).finish()
    }
}

impl Value for Selector {
    const WHAT: &'static str = "a CSS selector such as \".news a\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Self::parse(text::<Self>(value)?).map_err(|message| Refusal::new(message).hint("write CSS, such as \"div.news > a\""))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_LENGTH })
    }
}

/// Where a value stands: the text of an element, or one of its attributes. `h2 a`, `h2 a@href`, or `@href` for the item itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// None: the item itself.
    pub selector: Option<Selector>,
    /// None: the element's text.
    pub attribute: Option<String>,
}

impl Field {
    /// Reads `selector`, `selector@attribute` or `@attribute`.
    ///
    /// # Errors
    /// When the selector is no CSS, or the attribute no name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let (selector, attribute) = match text.rsplit_once('@') {
            Some((selector, attribute)) if is_attribute(attribute) => (selector.trim_end(), Some(attribute)),
            Some((selector, "")) => return Err(format!("no attribute stands behind the `@` of `{selector}@`")),
            _ => (text, None),
        };
        let selector = if selector.is_empty() { None } else { Some(Selector::parse(selector)?) };
        Ok(Self { selector, attribute: attribute.map(str::to_ascii_lowercase) })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.selector.as_ref().map_or("", Selector::as_str))?;
        match &self.attribute {
            Some(attribute) => write!(formatter, "@{attribute}"),
            None => Ok(()),
        }
    }
}

fn is_attribute(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
}

/// `a ~ b` is checked against every element before it, so that a page of many siblings takes the square of its length.
fn has_sibling_combinator(selector: &str) -> bool {
    let mut quote = None;
    let mut letters = selector.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (_, '\\') => {
                letters.next();
            }
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '~') if letters.peek() != Some(&'=') => return true,
            (None, _) => {}
        }
    }
    false
}

impl Value for Field {
    const WHAT: &'static str = "a CSS selector such as \"h2 a\" or \"h2 a@href\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let remedy = "write CSS, such as \"h2 a\", with @attribute behind it where the value is an attribute's";
        Self::parse(text::<Self>(value)?).map_err(|message| Refusal::new(message).hint(remedy))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_LENGTH })
    }
}
