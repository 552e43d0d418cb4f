//! Lines that say whom a picture is credited to.

use super::line::{self, plain};
use super::phrases;

/// A credit has no more words than this behind its label.
const MAX_CREDIT_WORDS: usize = 10;

/// Whom the pictures are credited to.
#[derive(Debug, Clone)]
pub(in crate::article) struct Credit {
    pub name: String,
    /// The line that says so.
    pub line: String,
}

/// Whether a line is nothing but the credit of a picture.
pub(in crate::article) fn is_credit(text: &str) -> bool {
    credit(text).is_some()
}

/// "Фото: Gov", "Фото Жанары Есмагул": a label and a name, no sentence.
pub(super) fn credit(text: &str) -> Option<Credit> {
    let labelled = line::after_label(text, phrases::CREDITS).filter(|rest| line::words(&plain(rest)) <= MAX_CREDIT_WORDS);
    let name = labelled.or_else(|| phrases::CREDIT_WORDS.iter().find_map(|word| text.strip_prefix(word)).filter(|name| is_name(name)))?;
    let name = name.trim_start_matches(['©', ' ']);
    (!name.is_empty() && !line::is_sentence(name)).then(|| Credit { name: name.to_owned(), line: text.to_owned() })
}

/// Words of which each begins with a capital letter, or a press office.
fn is_name(text: &str) -> bool {
    let words = line::words(&plain(text));
    let is_office = ["пресс-служб", "предоставлен", "из архива", "из личного архива", "с сайта", "из открытых"]
        .iter()
        .any(|start| text.starts_with(start));
    let are_capitals =
        text.split_whitespace().all(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_uppercase));
    (1..=6).contains(&words) && (is_office || are_capitals)
}
