//! What stories are searched for: words as people write them into a search box.
//!
//! Pure: a text to a [`Query`], and how it is written again. What of it is asked of the database stands in `store/search.rs`.

use std::fmt;

use serde_json::json;
use toml::de::DeValue;

use super::complaint::Refusal;
use super::values::{Value, text};

/// Longest query, in characters.
const MAX_LENGTH: usize = 256;
/// Most words and phrases of one query.
const MAX_TERMS: usize = 16;
/// Fewest letters before a star: with fewer a good part of all words begins.
const MIN_PREFIX: usize = 3;

/// Words that a story has to have: `бюджет алматы` both, `бюджет OR казна` one of them, `"курс тенге"` side by side, `алмат*` with any
/// ending, `-спорт` not. Neither case counts nor whether `ё` is written `е`. OR parts what stands left and right of it as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// One of them has to match; never empty.
    pub any: Vec<Wants>,
}

/// What has to stand in a story, and what must not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// Never empty.
    pub all: Vec<Term>,
    pub none: Vec<Term>,
}

/// A word, or several side by side; each has a letter or a digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub words: String,
    /// It was written in quotes.
    is_phrase: bool,
    /// The last word may go on.
    pub is_prefix: bool,
}

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("it names no word to look for")]
    Empty,
    #[error("it only says what must not be there: name a word to look for as well")]
    OnlyNot,
    #[error("it has more than {MAX_LENGTH} characters")]
    TooLong,
    #[error("it has more than {MAX_TERMS} words")]
    TooMany,
    #[error("`{0}*`: before a star there are at least {MIN_PREFIX} letters")]
    ShortPrefix(String),
}

impl Query {
    /// Reads a query. Whatever people type is read as far as it makes sense: a quote that is never closed ends with the text, marks without
    /// letters are nothing.
    ///
    /// # Errors
    /// When it has no word to look for, or is longer than the bounds allow.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > MAX_LENGTH {
            return Err(QueryError::TooLong);
        }
        let text = text.replace(char::is_control, " ");
        let mut any = vec![Wants::default()];
        let (mut rest, mut terms) = (text.trim_start(), 0);
        while !rest.is_empty() {
            let (is_not, after) = rest.strip_prefix('-').map_or((false, rest), |after| (true, after));
            let (term, after) = Term::first_of(after);
            rest = after.trim_start();
            if !is_not && !term.is_phrase && term.words == "OR" {
                any.push(Wants::default());
            } else if term.words.contains(char::is_alphanumeric) {
                if term.is_prefix && term.words.chars().filter(|c| c.is_alphanumeric()).count() < MIN_PREFIX {
                    return Err(QueryError::ShortPrefix(term.words));
                }
                terms += 1;
                let wants = any.last_mut().expect("there is always one");
                if is_not { wants.none.push(term) } else { wants.all.push(term) }
            }
        }
        // What stands beside an OR may be nothing.
        let has_not = any.iter().any(|wants| wants.all.is_empty() && !wants.none.is_empty());
        any.retain(|wants| !wants.all.is_empty());
        match (any.is_empty(), has_not) {
            (_, true) => Err(QueryError::OnlyNot),
            (true, false) => Err(QueryError::Empty),
            (false, false) if terms > MAX_TERMS => Err(QueryError::TooMany),
            (false, false) => Ok(Self { any }),
        }
    }
}

impl Term {
    /// The term at the beginning of a text, and what follows it.
    fn first_of(text: &str) -> (Self, &str) {
        let (words, is_phrase, rest) = match text.strip_prefix('"') {
            Some(inside) => {
                let (words, rest) = inside.split_once('"').unwrap_or((inside, ""));
                (words, true, rest)
            }
            None => {
                let (word, rest) = text.split_at(text.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(text.len()));
                (word, false, rest)
            }
        };
        // A star stands inside the quotes or behind them.
        let (words, rest, is_prefix) = match (words.strip_suffix('*'), rest.strip_prefix('*').filter(|_| is_phrase)) {
            (Some(words), _) => (words, rest, true),
            (None, Some(rest)) => (words, rest, true),
            (None, None) => (words, rest, false),
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        // Of a plain word, quotes say nothing.
        let is_phrase = is_phrase && (words == "OR" || !words.chars().all(char::is_alphanumeric));
        (Self { words, is_phrase, is_prefix }, rest)
    }
}

/// One way of writing for all that mean the same: a name for what was found.
impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Wants { all, none }) in self.any.iter().enumerate() {
            let terms = all.iter().map(|term| ("", term)).chain(none.iter().map(|term| ("-", term)));
            for (place, (not, term)) in terms.enumerate() {
                let between = match (number, place) {
                    (0, 0) => "",
                    (_, 0) => " OR ",
                    _ => " ",
                };
                write!(formatter, "{between}{not}{term}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.is_prefix { "*" } else { "" };
        if self.is_phrase { write!(formatter, "\"{}{star}\"", self.words) } else { write!(formatter, "{}{star}", self.words) }
    }
}

impl Value for Query {
    const WHAT: &'static str = "words to search for, such as \"алмат* -спорт\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Self::parse(text::<Self>(value)?).map_err(|error| Refusal::new(format!("this cannot be searched for: {error}")))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_LENGTH })
    }
}
