//! What the admin wants of a source's items: which to keep, which to drop, what to replace in titles.
//!
//! A pattern is read once, here; what comes out matches any text in time proportional to its length.

use std::fmt;

use regex::{Regex, RegexBuilder};
use serde_json::json;
use toml::Spanned;
use toml::de::DeValue;

use super::complaint::{Refusal, Report};
use super::keys::keys;
use super::values::{Value, text, wrong_type};

/// Longest pattern, in bytes.
pub(super) const MAX_PATTERN: usize = 1_000;
/// Most memory that a compiled pattern may take, in bytes. `\w{60}` fits.
const MAX_COMPILED: usize = 4 << 20;

/// The rules of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// If there are any, only items that match one of them enter.
    pub keep: Vec<Rule>,
    /// Items that match one of them do not enter.
    pub drop: Vec<Rule>,
    /// Applied to titles before anything else, in this order.
    pub replace: Vec<Replace>,
}

/// Matches an item by what it names; all of it has to match. One that names nothing matches nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rule {
    pub title: Option<Pattern>,
    /// The link as the source wrote it, made absolute; percent-encoded, or with the letters that were.
    pub url: Option<Pattern>,
    /// Any category, by its term or its label.
    pub category: Option<Pattern>,
    /// Any author, by name.
    pub author: Option<Pattern>,
}

impl Rule {
    /// What it names, in the words of the config.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Pattern)> {
        let fields = [("title", &self.title), ("url", &self.url), ("category", &self.category), ("author", &self.author)];
        fields.into_iter().filter_map(|(name, pattern)| Some((name, pattern.as_ref()?)))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (name, pattern)) in self.fields().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(formatter, "{comma}{name} = `{pattern}`")?;
        }
        Ok(())
    }
}

/// Words, or a regular expression between slashes.
///
/// Words match without regard to case where a word begins: `спорт` matches «Спорта», not «Транспорт». Several match side by side and in
/// this order: `курс тенге` matches «курса тенге». A regular expression has the syntax of the crate regex and disregards case,
/// unless it says `(?-i)`.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is empty, matches even an empty text, or is no regular expression within the bounds; in words that complete "`pattern`: …".
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_PATTERN {
            return Err(format!("a pattern has at most {MAX_PATTERN} bytes, this one has {}", text.len()));
        }
        let source = expression(text).map_or_else(|| words(text), str::to_owned);
        Self::compile(text, &source)
    }

    /// A pattern that is written so, and means a regular expression.
    pub(super) fn compile(text: &str, source: &str) -> Result<Self, String> {
        if source.is_empty() {
            return Err("an empty pattern: write words, or a regular expression as `/…/`".to_owned());
        }
        let regex = RegexBuilder::new(source).case_insensitive(true).size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).build();
        let regex = regex.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the regular expression is too large: mind the numbers in `{…}`".to_owned(),
            // The last line of its drawing says what is wrong.
            error => {
                format!("no regular expression: {}", error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: "))
            }
        })?;
        if regex.is_match("") {
            return Err("it matches even an empty text, and with it every other".to_owned());
        }
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Whether a text holds a match.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The text with another in the place of every match; where words match, with their endings.
    pub fn replace(&self, text: &str, with: &str) -> String {
        if expression(&self.text).is_some() {
            return self.regex.replace_all(text, with).into_owned();
        }
        let mut replaced = String::with_capacity(text.len());
        let mut rest = 0;
        for found in self.regex.find_iter(text) {
            if found.start() >= rest {
                replaced.push_str(&text[rest..found.start()]);
                replaced.push_str(with);
                let ending = text[found.end()..].find(|c| !is_letter(c)).unwrap_or(text.len() - found.end());
                rest = found.end() + if found.as_str().ends_with(is_letter) { ending } else { 0 };
            }
        }
        replaced.push_str(&text[rest..]);
        replaced
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What stands between the slashes of a pattern that is a regular expression.
pub(super) fn expression(text: &str) -> Option<&str> {
    text.strip_prefix('/')?.strip_suffix('/')
}

pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words as a regular expression: each where a word begins, whatever its ending. Signs stand for themselves.
fn words(text: &str) -> String {
    let mut source = String::new();
    let mut follows_letter = None;
    for word in text.split_whitespace() {
        let begins_with_letter = word.starts_with(is_letter);
        source.push_str(match follows_letter {
            Some(true) if begins_with_letter => r#"\S*\s+["«“„(]*"#,
            Some(true) => r"\S*\s+",
            Some(false) => r"\s+",
            None if begins_with_letter => r"\b{start-half}",
            None => "",
        });
        source.push_str(&regex::escape(word));
        follows_letter = Some(word.ends_with(is_letter));
    }
    source
}

keys! {
    /// A rule of `keep` or `drop`. All that it names has to match; a text in place of the table is its `title`.
    pub struct RuleTable {
        /// A pattern for the title.
        title: Option<Pattern>, example "гороскоп";
        /// A pattern for the link.
        url: Option<Pattern>, example "/\\/sport\\//";
        /// A pattern for any of the categories.
        category: Option<Pattern>, example "спорт";
        /// A pattern for any of the authors.
        author: Option<Pattern>, example "PR";
    }
}

keys! {
    /// A rule of `replace`.
    pub struct Replace {
        /// What is looked for in the title.
        title: Pattern, example "/^Видео: /";
        /// What is put in its place. For a regular expression `$1` and `${name}` stand for what its groups matched, `$$` for a dollar sign.
        with: String = "", example "";
    }
}

impl Value for Pattern {
    const WHAT: &'static str = "words, or a regular expression as \"/…/\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Self::parse(text::<Self>(value)?).map_err(Refusal::new)
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_PATTERN })
    }
}

impl Value for Rule {
    const WHAT: &'static str = "a pattern for the title, or a table of patterns";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match value.as_str() {
            Some(_) => Pattern::read(value).map(|title| Self { title: Some(title), ..Self::default() }),
            None => Err(wrong_type::<Self>(value)),
        }
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        if !value.get_ref().is_table() {
            return Self::read_or_refuse(value, key, report);
        }
        let RuleTable { title, url, category, author } = RuleTable::read_at(value, key, report)?;
        let rule = Self { title, url, category, author };
        if rule.fields().next().is_none() {
            report.refuse(
                value.span(),
                key,
                Refusal::new("a rule that names nothing matches nothing").hint("name title, url, category or author"),
            );
            return None;
        }
        Some(rule)
    }
    fn schema() -> serde_json::Value {
        json!({ "oneOf": [Pattern::schema(), RuleTable::schema()] })
    }
}
