//! Names of query parameters, as the admin writes them.

use serde_json::json;
use toml::de::DeValue;

use super::complaint::Refusal;
use super::values::{Value, text};

/// Longest name, in characters.
const MAX_NAME: usize = 100;
/// Fewest characters in front of a `*`: with one, ids would be among what it stands for.
const MIN_BEGINNING: usize = 2;

/// The name of a query parameter, or the beginning of several; without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterName {
    /// In lower case, without the `*`.
    text: String,
    /// Whether any rest may follow.
    is_beginning: bool,
}

impl ParameterName {
    /// Reads a name of letters, digits, `_`, `-`, `.` and `~`: those that no link encodes. A `*` at its end stands for any rest.
    ///
    /// # Errors
    /// When it is empty, too long, or has a character that may not stand in it; or when a `*` stands elsewhere than at the end, or for nearly
    /// everything.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, is_beginning) = text.strip_suffix('*').map_or((text, false), |name| (name, true));
        let length = name.chars().count();
        if is_beginning && length < MIN_BEGINNING {
            return Err(format!("`{text}` stands for too many parameters, ids of articles among them"));
        }
        if length == 0 || length > MAX_NAME {
            return Err(format!("the name of a query parameter has 1 to {MAX_NAME} characters"));
        }
        if name.contains('*') {
            return Err("`*` may stand only once, at the end of a name".to_owned());
        }
        if let Some(wrong) = name.chars().find(|c| !is_of_name(*c)) {
            return Err(format!("{wrong:?} may not stand in the name of a query parameter"));
        }
        Ok(Self { text: name.to_ascii_lowercase(), is_beginning })
    }

    /// Whether it stands for `name`, which is in lower case.
    pub fn matches(&self, name: &str) -> bool {
        if self.is_beginning { name.starts_with(&self.text) } else { name == self.text }
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.~".contains(c)
}

/// What to write instead: the name that begins the text, where it has one.
fn remedy(text: &str) -> String {
    let name: String = text.chars().skip_while(|c| !is_of_name(*c)).take_while(|c| is_of_name(*c)).collect();
    if (MIN_BEGINNING..=MAX_NAME).contains(&name.len()) {
        format!("write the name alone: \"{name}\", or \"{name}*\" for all that begin so")
    } else {
        "write a name such as \"partner\", or \"promo_*\" for all that begin so".to_owned()
    }
}

impl Value for ParameterName {
    const WHAT: &'static str = "the name of a query parameter such as \"partner\" or \"promo_*\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        Self::parse(text).map_err(|message| Refusal::new(message).hint(remedy(text)))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "maxLength": MAX_NAME + 1, "pattern": "^([A-Za-z0-9_.~-]+|[A-Za-z0-9_.~-]{2,}\\*)$" })
    }
}
