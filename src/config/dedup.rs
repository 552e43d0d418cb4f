//! How boldly entries become one story.

use std::fmt;

use serde_json::json;
use toml::de::DeValue;

use super::complaint::Refusal;
use super::keys::keys;
use super::parameter::ParameterName;
use super::values::{Value, text, wrong_type};

/// How much two entries must have in common to be one story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Nearly the same words.
    Cautious,
    /// The same text, as republications leave it.
    Balanced,
    /// Much of the text.
    Eager,
}

impl Strictness {
    const NAMES: [(&'static str, Self); 3] = [("cautious", Self::Cautious), ("balanced", Self::Balanced), ("eager", Self::Eager)];

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, strictness)| *strictness)
    }
}

impl fmt::Display for Strictness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(_, strictness)| strictness == self).map(|(name, _)| name);
        f.write_str(name.expect("all have names"))
    }
}

impl Value for Strictness {
    const WHAT: &'static str = "\"cautious\", \"balanced\" or \"eager\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let name = text::<Self>(value)?;
        Self::parse(name).ok_or_else(|| Refusal::new(format!("expected {}, found \"{name}\"", Self::WHAT)))
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": Self::NAMES.map(|(name, _)| name) })
    }
}

/// Whether a source's entries share stories, and how boldly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    Off,
    /// As `[dedup]` says.
    Usual,
    With(Strictness),
}

impl Value for Sharing {
    const WHAT: &'static str = "true, false, \"cautious\", \"balanced\" or \"eager\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match value.as_bool() {
            Some(true) => Ok(Self::Usual),
            Some(false) => Ok(Self::Off),
            None => value.as_str().and_then(Strictness::parse).map(Self::With).ok_or_else(|| wrong_type::<Self>(value)),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": [true, false, "cautious", "balanced", "eager"] })
    }
}

keys! {
    /// How items that carry the same report become one story, of one source or of several.
    pub struct Dedup {
        /// Whether they do. Without it every entry is a story of its own.
        enabled: bool = true;
        /// How far apart two entries of one story may have been published.
        window: std::time::Duration = "72h", in "1h" ..= "30d";
        /// How much they must have in common: `cautious`, `balanced` or `eager`.
        strictness: Strictness = "balanced";
        /// Whether a line at the end of a story's text names the other outlets that carry it. Links to them are there either way.
        other_versions: bool = true;
        /// Query parameters that name no article, beside those that are known everywhere (docs/dedup.md): links that differ in them alone are
        /// the same. A `*` at the end stands for any rest. Upper and lower case are the same.
        tracking: Vec<ParameterName> = [], example ["partner", "promo_*"];
    }
}
