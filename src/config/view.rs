//! What the values of a view's keys may be, where no other table has such values.

use std::fmt;

use serde_json::json;
use sha2::{Digest, Sha256};
use toml::de::DeValue;

use super::complaint::Refusal;
use super::rules::{MAX_PATTERN, Pattern, expression, is_letter};
use super::values::{Value, text};

/// Words of a title or text, or a regular expression between slashes.
///
/// A word matches whole, without regard to case, `ё` as `е`: `спорт` matches «Спорт», not «спорта». With a star it matches with any ending: `алмат*`
/// matches «Алматыда». Several match side by side and in this order.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyword(Pattern);

impl Keyword {
    /// Reads a keyword.
    ///
    /// # Errors
    /// As [`Pattern::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        if expression(text).is_some() || text.len() > MAX_PATTERN {
            return Pattern::parse(text).map(Self);
        }
        Pattern::compile(text, &source(text)?).map(Self)
    }

    /// Whether a text holds it.
    pub fn matches(&self, text: &str) -> bool {
        self.0.matches(text)
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Words as a regular expression.
fn source(text: &str) -> Result<String, String> {
    let mut source = String::new();
    for word in text.split_whitespace() {
        let (stem, has_star) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
        if stem.is_empty() || stem.contains('*') {
            return Err("a star stands at the end of a word, for any ending".to_owned());
        }
        if !source.is_empty() {
            source.push_str(r"\W+");
        }
        if stem.starts_with(is_letter) {
            source.push_str(r"\b{start-half}");
        }
        for c in stem.chars() {
            match c {
                'е' | 'ё' | 'Е' | 'Ё' => source.push_str("[её]"),
                c => source.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        match has_star {
            true => source.push_str(r"\w*"),
            false if stem.ends_with(is_letter) => source.push_str(r"\b{end-half}"),
            false => {}
        }
    }
    Ok(source)
}

impl Value for Keyword {
    const WHAT: &'static str = "words, a word with `*` at its end, or a regular expression as \"/…/\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Self::parse(text::<Self>(value)?).map_err(Refusal::new)
    }
    fn schema() -> serde_json::Value {
        Pattern::schema()
    }
}

/// In which order a document has its stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By when they entered, the newest first: nothing slips in below what a reader has seen.
    Entered,
    /// By when they were published, the newest first.
    Published,
}

/// How much of a story a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Full,
    Summary,
    Title,
}

/// One of a few words.
fn one_of<T: Copy + Value>(value: &DeValue<'_>, names: &[(&str, T)]) -> Result<T, Refusal> {
    let name = text::<T>(value)?;
    let found = names.iter().find(|(known, _)| *known == name).map(|(_, one)| *one);
    found.ok_or_else(|| Refusal::new(format!("expected {}, found \"{name}\"", T::WHAT)))
}

impl Value for Order {
    const WHAT: &'static str = "\"entered\" or \"published\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        one_of(value, &[("entered", Self::Entered), ("published", Self::Published)])
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": ["entered", "published"] })
    }
}

impl Value for Content {
    const WHAT: &'static str = "\"full\", \"summary\" or \"title\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        one_of(value, &[("full", Self::Full), ("summary", Self::Summary), ("title", Self::Title)])
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": ["full", "summary", "title"] })
    }
}

/// Fewest letters of a secret.
const MIN_SECRET: usize = 16;

/// What opens a private view. Kept as its hash: no log and no error can tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether a secret is the right one. Takes as long for a wrong one, wherever that differs.
    pub fn admits(&self, secret: &str) -> bool {
        let differing = Self::of(secret).0.iter().zip(self.0).fold(0, |differing, (one, other)| differing | (one ^ other));
        differing == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

impl Value for Token {
    const WHAT: &'static str = "a text of at least 16 letters and digits";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let secret = text::<Self>(value)?;
        let is_fit = secret.len() >= MIN_SECRET && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if is_fit {
            return Ok(Self::of(secret));
        }
        Err(Refusal::new("a secret has at least 16 characters: Latin letters, digits, `-` and `_`")
            .hint("`openssl rand -hex 16` makes one"))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{16,}$" })
    }
}
