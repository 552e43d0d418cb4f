//! The types that a key of config.toml may have: how each is read, and what a person is told when it cannot be.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::json;
use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::complaint::{Refusal, Report};
use super::cron::Cron;
use super::nearest::nearest;

/// A type that a key may have.
pub(super) trait Value: Sized {
    /// What to write, for people: completes "expected …".
    const WHAT: &'static str;
    /// Whether the key may be missing without a default.
    const OPTIONAL: bool = false;

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal>;
    fn schema() -> serde_json::Value;

    /// Reads the value of `key` where it stands, and complains in `report` of what cannot be read. Lists and tables complain of their
    /// parts, each in its place.
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        Self::read_or_refuse(value, key, report)
    }

    /// Reads the value as one, and complains in `report` of what is wrong with it.
    fn read_or_refuse(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        Self::read(value.get_ref()).map_err(|refusal| report.refuse(value.span(), key, refusal)).ok()
    }

    /// The value of a key that is missing and has no default; None where one must be written.
    fn absent() -> Option<Self> {
        None
    }
}

pub(super) fn wrong_type<T: Value>(value: &DeValue<'_>) -> Refusal {
    let found = value.type_str();
    let article = if found.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    Refusal::new(format!("expected {}, found {article} {found}", T::WHAT))
}

pub(super) fn text<'a, T: Value>(value: &'a DeValue<'_>) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| wrong_type::<T>(value))
}

impl<T: Value> Value for Option<T> {
    const WHAT: &'static str = T::WHAT;
    const OPTIONAL: bool = true;

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        T::read(value).map(Some)
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        T::read_at(value, key, report).map(Some)
    }
    fn schema() -> serde_json::Value {
        T::schema()
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl Value for bool {
    const WHAT: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        value.as_bool().ok_or_else(|| wrong_type::<Self>(value))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

impl Value for u32 {
    const WHAT: &'static str = "a whole number";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let integer = value.as_integer().ok_or_else(|| wrong_type::<Self>(value))?;
        let digits = integer.as_str();
        Self::from_str_radix(digits, integer.radix()).map_err(|_| {
            Refusal::new(match digits.starts_with('-') {
                true => format!("{digits} is negative: whole numbers begin at 0 here"),
                false => format!("{digits} is out of range: whole numbers run to {}", Self::MAX),
            })
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "integer" })
    }
}

impl Value for String {
    const WHAT: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        text::<Self>(value).map(str::to_owned)
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string" })
    }
}

impl Value for PathBuf {
    const WHAT: &'static str = "a path in quotes";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match text::<Self>(value)? {
            "" => Err(Refusal::new("the path is empty")),
            path => Ok(Self::from(path)),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    /// A socket in the file system, by its absolute path.
    Unix(PathBuf),
}

impl Listen {
    /// The address; for a socket in the file system, of the machine itself, where a proxy is looked for.
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Tcp(address) => *address,
            Self::Unix(_) => SocketAddr::from(([127, 0, 0, 1], 80)),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(formatter),
            Self::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}

impl Value for Listen {
    const WHAT: &'static str = "an IP address with a port, such as \"127.0.0.1:8080\", or \"unix:\" and a path";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return match path.is_absolute() {
                true => Ok(Self::Unix(path)),
                false => Err(Refusal::new(format!("`{text}` has no absolute path")).hint("write \"unix:/run/taspa/taspa.sock\"")),
            };
        }
        text.parse().map(Self::Tcp).map_err(|_| {
            Refusal::new(format!("`{text}` is no IP address with a port"))
                .hint("write \"127.0.0.1:8080\" for this machine alone, \"0.0.0.0:8080\" or \"[::]:8080\" for all networks")
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "examples": ["127.0.0.1:8080", "[::1]:8080", "unix:/run/taspa/taspa.sock"] })
    }
}

impl Value for Url {
    const WHAT: &'static str = "a URL such as \"https://example.kz/rss\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        let url = Self::parse(text).map_err(|error| {
            Refusal::new(format!("`{text}` is no URL: {error}")).hint("write it whole, with https:// or http:// in front")
        })?;
        match url.scheme() {
            "http" | "https" => {}
            scheme => {
                return Err(Refusal::new(format!("`{scheme}:` is not a scheme that can be polled"))
                    .hint("use an address that begins with https:// or http://"));
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::new("a URL may carry no user name or password")
                .hint("it would be published in the feed; remove the part before the @"));
        }
        Ok(url)
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "format": "uri", "pattern": "^https?://" })
    }
}

impl Value for Duration {
    const WHAT: &'static str = "a duration such as \"30s\", \"10m\" or \"1h 30m\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        humantime::parse_duration(text).map_err(|error| {
            Refusal::new(format!("`{text}` is no duration: {error}"))
                .hint("write a number and a unit: ms, s, m, h or d, as in \"90s\" or \"1h 30m\"")
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^ *([0-9]+ *[a-zA-Z]+ *)+$|^0$", "examples": ["30s", "10m"] })
    }
}

/// A number of bytes, written with a unit: "8MiB".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

const BYTE_UNITS: [(&str, u64); 7] =
    [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) =
            BYTE_UNITS[..3].iter().rev().find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size)).unwrap_or(&("B", 1));
        write!(formatter, "{} {unit}", self.0 / size)
    }
}

impl Value for Bytes {
    const WHAT: &'static str = "a size such as \"8MiB\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let size = BYTE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim())).map(|(_, size)| size);
        let bytes = digits.parse::<u64>().ok().zip(size).and_then(|(number, size)| number.checked_mul(*size));
        bytes.map(Self).ok_or_else(|| {
            Refusal::new(format!("`{text}` is no size")).hint("write a whole number and a unit: B, KiB, MiB or GiB, as in \"8MiB\"")
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[0-9]+ *([KkMmGg][Ii]?)?[Bb]$", "examples": ["8MiB"] })
    }
}

impl Value for Cron {
    const WHAT: &'static str = "a cron expression such as \"*/15 * * * *\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        text::<Self>(value)?.parse().map_err(|error: super::cron::CronError| Refusal {
            message: error.to_string(),
            hint: error.hint,
            part: Some(error.span),
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "examples": ["*/15 * * * *", "0 7-22 * * mon-fri"] })
    }
}

impl Value for Tz {
    const WHAT: &'static str = "a time zone such as \"Asia/Almaty\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        text.parse().map_err(|_| {
            let refusal = Refusal::new(format!("`{text}` is no time zone of the IANA database"));
            match nearest(text, TZ_VARIANTS.iter().map(|zone| zone.name())) {
                Some(near) => refusal.hint(format!("did you mean \"{near}\"?")),
                None => refusal.hint("write Region/City, such as \"Asia/Almaty\", or \"UTC\""),
            }
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "examples": ["Asia/Almaty", "UTC"] })
    }
}

/// A language tag (RFC 5646), lower case: "ru", "kk", "en-gb".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(String);

impl Language {
    /// Reads a tag of a language of two or three letters and further subtags of at most eight letters or digits each; None when it is not
    /// of that form. What a feed declares goes through here too.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
        let mut subtags = tag.split('-');
        let is_language =
            subtags.next().is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()));
        let rest_is_fit = subtags.all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()));
        (is_language && rest_is_fit && tag.len() <= 35).then_some(Self(tag))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Language {
    const WHAT: &'static str = "a language tag such as \"ru\", \"kk\" or \"en\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        if text.to_ascii_lowercase().starts_with("kz") {
            return Err(Refusal::new(format!("`{text}` is the code of a country, not of a language")).hint("write \"kk\" for Kazakh"));
        }
        Self::parse(text).ok_or_else(|| {
            Refusal::new(format!("`{text}` is no language tag")).hint("write the two-letter code: \"ru\", \"kk\", \"en\" (RFC 5646)")
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$" })
    }
}

/// The name of a source, a view or a tag: letters and digits of any script, `.`, `_` and `-`, at most 100 characters, so
/// that it stands in a URL and on a command line as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is empty, too long, or has a character that may not stand in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.chars().count() > 100 {
            return Err("a name has 1 to 100 characters".to_owned());
        }
        if let Some(wrong) = text.chars().find(|c| !c.is_alphanumeric() && !"._-".contains(*c)) {
            return Err(format!("{wrong:?} may not stand in a name"));
        }
        if text.starts_with(['.', '-']) {
            return Err("a name begins with a letter or a digit".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The name of a source of which nothing is known.
    pub fn source() -> Self {
        Self("source".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Value for Name {
    const WHAT: &'static str = "a name of letters, digits, `.`, `_` and `-`";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        Self::parse(text).map_err(|message| {
            let refusal = Refusal::new(message);
            let fit: String = text.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
            if fit == text { refusal } else { refusal.hint(format!("write \"{fit}\"")) }
        })
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\s/.-][^\\s/]*$" })
    }
}

impl<T: Value> Value for Vec<T> {
    const WHAT: &'static str = "a list such as [\"one\", \"two\"]";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let items = value.as_array().ok_or_else(|| match value.as_str() {
            Some(one) => wrong_type::<Self>(value).hint(format!("put it in brackets: [\"{one}\"]")),
            None => wrong_type::<Self>(value),
        })?;
        items.iter().map(|item| T::read(item.get_ref())).collect()
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        match value.get_ref().as_array() {
            // All of it is looked at, so that everything wrong is told at once.
            Some(items) => items.iter().map(|item| T::read_at(item, key, report)).collect::<Vec<_>>().into_iter().collect(),
            None => Self::read_or_refuse(value, key, report),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "array", "items": T::schema() })
    }
}
