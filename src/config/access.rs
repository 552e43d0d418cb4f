//! How a source is asked: `headers`, `auth` and `proxy`, with the secrets in them.
//!
//! A secret shows in no `Debug` and in no complaint: the value is starred out where the file's lines are shown.

use std::fmt;
use std::path::{Path, PathBuf};

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::complaint::{Refusal, Report};
use super::keys::keys;
use super::values::{Value, text, wrong_type};

/// Most bytes of all extra headers together.
const MAX_HEADERS: usize = 16 << 10;

/// A secret: written in the config, or in a file of its own.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    Text(String),
    /// Read at each use, so that a new secret takes effect at once.
    File(PathBuf),
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => formatter.write_str("Secret(…)"),
            Self::File(path) => write!(formatter, "Secret({})", path.display()),
        }
    }
}

impl Value for Secret {
    const WHAT: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match text::<Self>(value)? {
            "" => Err(Refusal::new("the secret is empty")),
            secret if secret.chars().any(char::is_control) => Err(Refusal::new("a secret is one line without control characters")),
            secret => Ok(Self::Text(secret.to_owned())),
        }
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        report.hide(value.span());
        Self::read_or_refuse(value, key, report)
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

keys! {
    /// What opens the source's own address: a user's name and password (HTTP's Basic authentication), or a token (Bearer). It goes to the
    /// scheme, host and port of the source's `url` and nowhere else.
    pub struct AuthKeys {
        /// The user's name.
        user: Option<String>, example "taspa";
        /// The user's password.
        password: Option<Secret>, example "correct horse";
        /// A file with the password, in the place of `password`. Relative to this config file; read at each request.
        password_file: Option<PathBuf>, example "/etc/taspa/agency.password";
        /// A bearer token.
        token: Option<Secret>, example "6f1ed002ab559585";
        /// A file with the token, in the place of `token`. Relative to this config file; read at each request.
        token_file: Option<PathBuf>, example "/etc/taspa/agency.token";
    }
}

/// The keys of [`AuthKeys`] whose values are no secrets.
const OPEN_KEYS: [&str; 3] = ["user", "password_file", "token_file"];

/// What opens a source's own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// RFC 7617.
    Basic { user: String, password: Secret },
    /// RFC 6750.
    Bearer(Secret),
}

impl Auth {
    fn of(keys: AuthKeys) -> Result<Self, Refusal> {
        let AuthKeys { user, password, password_file, token, token_file } = keys;
        let one = |text: Option<Secret>, file: Option<PathBuf>, key: &str| match (text, file) {
            (Some(_), Some(_)) => Err(Refusal::new(format!("`{key}` and `{key}_file` exclude each other")).hint("remove one of them")),
            (text, file) => Ok(text.or(file.map(Secret::File))),
        };
        let (password, token) = (one(password, password_file, "password")?, one(token, token_file, "token")?);
        let remedy = "write { user = \"…\", password_file = \"…\" } or { token_file = \"…\" }";
        match (user, password, token) {
            // RFC 7617 §2: the first colon ends the name.
            (Some(user), _, _) if user.is_empty() || user.contains(|c: char| c == ':' || c.is_control()) => {
                Err(Refusal::new("a user's name is not empty and has no colon"))
            }
            (Some(user), Some(password), None) => Ok(Self::Basic { user, password }),
            (None, None, Some(token)) => Ok(Self::Bearer(token)),
            (_, _, Some(_)) => Err(Refusal::new("a token goes without `user` and `password`").hint(remedy)),
            (Some(_), None, None) => Err(Refusal::new("`user` needs a password").hint(remedy)),
            (None, Some(_), None) => Err(Refusal::new("a password needs a `user`").hint(remedy)),
            (None, None, None) => Err(Refusal::new("nothing is in it").hint(remedy)),
        }
    }

    fn relative_to(&mut self, folder: &Path) {
        let (Self::Basic { password: secret, .. } | Self::Bearer(secret)) = self;
        if let Secret::File(path) = secret {
            *path = folder.join(&path);
        }
    }
}

impl Value for Auth {
    const WHAT: &'static str = "a table of `user` and `password`, or of `token`";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Err(wrong_type::<Self>(value).hint("write { user = \"…\", password_file = \"…\" } or { token_file = \"…\" }"))
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            report.hide(value.span());
            return Self::read_or_refuse(value, key, report);
        };
        // A key that is written wrong has a secret all the same.
        for (_, value) in table.iter().filter(|(name, _)| !OPEN_KEYS.contains(&name.get_ref().as_ref())) {
            report.hide(value.span());
        }
        Self::of(AuthKeys::read_at(value, key, report)?).map_err(|refusal| report.refuse(value.span(), key, refusal)).ok()
    }
    fn schema() -> serde_json::Value {
        AuthKeys::schema()
    }
}

/// Extra fields of a request. Their values are marked as sensitive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Headers(pub HeaderMap);

/// Fields that are the connection's, or that taspa reckons itself; each with what to do instead.
const NOT_FREE: [(HeaderName, &str); 17] = [
    (header::HOST, "it follows from the `url`"),
    (header::CONTENT_LENGTH, "a request for a feed has no body"),
    (header::TRANSFER_ENCODING, "a request for a feed has no body"),
    (header::CONTENT_TYPE, "a request for a feed has no body"),
    (header::CONNECTION, "it belongs to the connection and not to the request"),
    (HeaderName::from_static("keep-alive"), "it belongs to the connection and not to the request"),
    (HeaderName::from_static("proxy-connection"), "it belongs to the connection and not to the request"),
    (header::PROXY_AUTHENTICATE, "it belongs to the connection and not to the request"),
    (header::PROXY_AUTHORIZATION, "write the name and password into `proxy`: \"http://user:password@host:port\""),
    (header::TE, "it belongs to the connection and not to the request"),
    (header::TRAILER, "it belongs to the connection and not to the request"),
    (header::UPGRADE, "it belongs to the connection and not to the request"),
    (header::EXPECT, "a request for a feed has no body"),
    (header::RANGE, "a feed is read whole"),
    (header::ACCEPT_ENCODING, "taspa names the codings that it can undo"),
    (header::IF_NONE_MATCH, "taspa sends the validators of the last answer"),
    (header::IF_MODIFIED_SINCE, "taspa sends the validators of the last answer"),
];

impl Headers {
    fn field(name: &str, value: &DeValue<'_>) -> Result<(HeaderName, HeaderValue), Refusal> {
        let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            Refusal::new(format!("`{name}` is no name of a header"))
                .hint("a name has Latin letters, digits and hyphens, as in \"Accept-Language\"")
        })?;
        if field == header::USER_AGENT {
            return Err(Refusal::new(format!("`{name}` may not be set here")).hint("use the key `user_agent`"));
        }
        if let Some((_, why)) = NOT_FREE.iter().find(|(reserved, _)| *reserved == field) {
            return Err(Refusal::new(format!("`{name}` may not be set")).hint(*why));
        }
        let text = value.as_str().ok_or_else(|| Refusal::new(format!("the value of `{name}` must be a text in quotes")))?;
        let mut value = HeaderValue::from_str(text).map_err(|_| {
            Refusal::new(format!("the value of `{name}` has characters that no header may have"))
                .hint("write it in one line of Latin letters, digits and signs")
        })?;
        value.set_sensitive(true);
        Ok((field, value))
    }
}

impl Value for Headers {
    const WHAT: &'static str = "a table of names and texts, such as { \"Accept-Language\" = \"kk\" }";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let table = value.as_table().ok_or_else(|| wrong_type::<Self>(value))?;
        let fields = table.iter().map(|(name, value)| Self::field(name.get_ref(), value.get_ref()));
        fields.collect::<Result<_, _>>().map(Self)
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            report.hide(value.span());
            return Self::read_or_refuse(value, key, report);
        };
        let mut fields = Some(HeaderMap::new());
        for (name, value) in table.iter() {
            report.hide(value.span());
            match Self::field(name.get_ref(), value.get_ref()) {
                Ok((field, value)) => {
                    if let Some(fields) = &mut fields {
                        fields.insert(field, value);
                    }
                }
                Err(refusal) => {
                    report.refuse(name.span(), key, refusal);
                    fields = None;
                }
            }
        }
        let fields = fields?;
        let bytes: usize = fields.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > MAX_HEADERS {
            report.refuse(value.span(), key, Refusal::new(format!("the headers have {bytes} bytes; {MAX_HEADERS} are the most")));
            return None;
        }
        Some(Self(fields))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

/// A text that stands in a request's head: one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderText(pub HeaderValue);

impl Value for HeaderText {
    const WHAT: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        match HeaderValue::from_str(text) {
            Ok(value) if !text.trim().is_empty() => Ok(Self(value)),
            _ => Err(Refusal::new("it must be one line of Latin letters, digits and signs")),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^[ -~]*[!-~][ -~]*$" })
    }
}

/// Whom requests go through.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// Nobody, whatever `[fetch]` or `[defaults]` say.
    None,
    /// With a user's name and password, where it wants them.
    Via(Url),
}

impl Proxy {
    /// Its address with the credentials in it.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::None => None,
            Self::Via(url) => Some(url),
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("none"),
            Self::Via(url) => match (url.host_str(), url.port()) {
                (Some(host), Some(port)) => write!(formatter, "{}://{host}:{port}", url.scheme()),
                (host, _) => write!(formatter, "{}://{}", url.scheme(), host.unwrap_or_default()),
            },
        }
    }
}

/// Without the credentials.
impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({self})")
    }
}

impl Value for Proxy {
    const WHAT: &'static str = "the address of a proxy, such as \"socks5h://127.0.0.1:9050\", or \"none\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        let text = text::<Self>(value)?;
        if text == "none" {
            return Ok(Self::None);
        }
        let remedy = "write \"http://host:port\", \"https://…\", \"socks5://…\" or, where the proxy finds hosts by name, \"socks5h://…\"";
        // What was written may hold a password: it is not repeated.
        let url = Url::parse(text).map_err(|error| Refusal::new(format!("it is no address: {error}")).hint(remedy))?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host_str().is_none_or(str::is_empty) {
            return Err(Refusal::new("it is no address of a proxy").hint(remedy));
        }
        Ok(Self::Via(url))
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        if value.get_ref().as_str().is_none_or(|text| text.contains('@')) {
            report.hide(value.span());
        }
        Self::read_or_refuse(value, key, report)
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^(none|(https?|socks5h?)://.+)$" })
    }
}

/// Makes relative paths relative to the config file's folder.
pub(super) fn place(auth: &mut Option<Auth>, ca_file: &mut Option<PathBuf>, folder: &Path) {
    if let Some(auth) = auth {
        auth.relative_to(folder);
    }
    if let Some(file) = ca_file {
        *file = folder.join(&file);
    }
}
