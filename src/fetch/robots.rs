//! robots.txt (RFC 9309): what a host's owner lets crawlers read, and how often.
//!
//! Pure: it judges bytes that others fetched. Whatever the bytes are, reading and judging take time in proportion to them.

use std::time::Duration;

use memchr::memmem;
use url::Url;

/// How much of a file is read, in bytes: the least that RFC 9309 §2.5 demands.
const MAX_FILE: usize = 500 << 10;
/// Most rules kept of one file; the press has a tenth of it. Later ones are not read.
const MAX_RULES: usize = 5_000;
/// Longest pause between two requests that a file may ask for.
const MAX_DELAY: Duration = Duration::from_mins(1);

/// What the status of an answer for /robots.txt means (RFC 9309 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The body is a file to parse.
    File,
    /// Another address has it; after five of them there is none, and all is allowed.
    Elsewhere,
    /// There is none: all is allowed.
    Missing,
    /// The host is in trouble, or wants less of us: nothing is allowed until it has been asked again. A host that cannot be reached
    /// counts as this.
    Trouble,
}

impl Answer {
    /// The meaning of a status.
    pub fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::File,
            300..=399 => Self::Elsewhere,
            // RFC 9309 has it among the 4xx; who asks for fewer requests has not allowed all of them.
            429 => Self::Trouble,
            400..=499 => Self::Missing,
            _ => Self::Trouble,
        }
    }
}

/// The rules of one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    groups: Vec<Group>,
}

/// Rules for some crawlers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    /// Product tokens in lower case, `*` among them.
    agents: Vec<String>,
    /// The most specific first; of equal ones those that allow first.
    rules: Vec<Rule>,
    delay: Option<Duration>,
    /// A rule was read: a further user-agent line begins the next group.
    is_closed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    pattern: Pattern,
}

impl Robots {
    /// Rules that allow everything, as of a host without a file.
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Rules that allow nothing, as of a host in trouble.
    pub fn disallow_all() -> Self {
        Self::parse(b"User-agent: *\nDisallow: /")
    }

    /// Reads a file, whatever it is: what makes no sense is passed over, so that a page of HTML in its place allows everything.
    pub fn parse(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let (read, has_more) = body.split_at_checked(MAX_FILE).map_or((body, false), |(read, _)| (read, true));
        // A line cut short might forbid more than the whole line does.
        let whole = if has_more { read.iter().rposition(is_break).unwrap_or(0) } else { read.len() };

        let mut groups: Vec<Group> = Vec::new();
        let mut rules_left = MAX_RULES;
        for (key, value) in read[..whole].split(is_break).filter_map(record) {
            if key.eq_ignore_ascii_case(b"user-agent") {
                if groups.last().is_none_or(|group| group.is_closed) {
                    groups.push(Group::default());
                }
                groups.last_mut().expect("one was just made sure of").agents.extend(agent(value));
            } else if let Some(group) = groups.last_mut() {
                group.read(key, value, &mut rules_left);
            }
        }
        for group in &mut groups {
            group.rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.specificity()), !rule.allows));
        }
        Self { groups }
    }

    /// Whether the crawler of this product token may read a URL (RFC 9309 §2.2.2): the longest pattern that matches decides, and of
    /// equally long ones the friendliest.
    pub fn allows(&self, product: &str, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let path = match url.query() {
            Some(query) => normalised(&[url.path(), "?", query].concat().into_bytes(), false),
            None => normalised(url.path().as_bytes(), false),
        };
        let matches = self.groups_of(product).filter_map(|group| group.rules.iter().find(|rule| rule.pattern.matches(&path)));
        matches.max_by_key(|rule| (rule.pattern.specificity(), rule.allows)).is_none_or(|rule| rule.allows)
    }

    /// The pause that the file asks the crawler of this product token to make between two requests; no RFC knows it, many files have
    /// it. At most a minute.
    pub fn crawl_delay(&self, product: &str) -> Option<Duration> {
        self.groups_of(product).filter_map(|group| group.delay).max()
    }

    /// The groups that speak to a product, or, where none does, those that speak to everybody (RFC 9309 §2.2.1).
    fn groups_of(&self, product: &str) -> impl Iterator<Item = &Group> {
        let product = product.to_ascii_lowercase();
        let is_named = self.groups.iter().any(|group| group.agents.contains(&product));
        let wanted = if is_named { product } else { "*".to_owned() };
        self.groups.iter().filter(move |group| group.agents.contains(&wanted))
    }
}

impl Group {
    fn read(&mut self, key: &[u8], value: &[u8], rules_left: &mut usize) {
        let allows = key.eq_ignore_ascii_case(b"allow");
        if allows || key.eq_ignore_ascii_case(b"disallow") {
            self.is_closed = true;
            // An empty pattern matches nothing.
            if !value.is_empty() && *rules_left > 0 {
                *rules_left -= 1;
                self.rules.push(Rule { allows, pattern: Pattern::new(value) });
            }
        } else if key.eq_ignore_ascii_case(b"crawl-delay") {
            // For those who write it, it is a rule like the others.
            self.is_closed = true;
            let delay = str::from_utf8(value).ok().and_then(|text| text.replace(',', ".").parse::<f64>().ok());
            let delay = delay.map(|seconds| seconds.clamp(0.0, MAX_DELAY.as_secs_f64())).filter(|seconds| !seconds.is_nan());
            self.delay = self.delay.max(delay.map(Duration::from_secs_f64));
        }
    }
}

/// A line as key and value, without its comment.
fn record(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|byte| *byte == b'#').next()?;
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()))
}

/// The product token that a user-agent line begins with; `taspa/1.0` is taken for `taspa`.
fn agent(value: &[u8]) -> Option<String> {
    let is_token = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let token: String = value.iter().take_while(is_token).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    match value.first() {
        Some(b'*') => Some("*".to_owned()),
        Some(_) | None => (!token.is_empty()).then_some(token),
    }
}

/// The beginning of a path; `*` in it stands for anything, `$` at its end for the end of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    /// In the form of [`normalised`], where `*` stands for nothing else; never two of them side by side.
    text: Vec<u8>,
    is_anchored: bool,
}

impl Pattern {
    fn new(value: &[u8]) -> Self {
        let anchored = value.strip_suffix(b"$");
        let mut text = normalised(anchored.unwrap_or(value), true);
        text.dedup_by(|this, before| *this == b'*' && *before == b'*');
        Self { text, is_anchored: anchored.is_some() }
    }

    /// How many bytes it is long.
    fn specificity(&self) -> usize {
        self.text.len() + usize::from(self.is_anchored)
    }

    /// Each part between two stars is taken where it stands first, which is never wrong: so nothing is tried twice.
    fn matches(&self, path: &[u8]) -> bool {
        let mut parts = self.text.split(|byte| *byte == b'*').peekable();
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = path.strip_prefix(first) else { return false };
        if parts.peek().is_none() {
            return !self.is_anchored || rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if self.is_anchored && parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match memmem::find(rest, part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}

/// A path or a pattern in the form in which two are compared (RFC 9309 §2.2.2): percent-encoded is what has to be, in upper case, and
/// nothing else; so are `*` and `$` where they stand for themselves.
fn normalised(text: &[u8], is_pattern: bool) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let encoded = if byte == b'%' { text.get(at + 1..at + 3).and_then(hex) } else { None };
        at += if encoded.is_some() { 3 } else { 1 };
        let stays = match encoded {
            Some(byte) => byte.is_ascii_alphanumeric() || b"-._~".contains(&byte),
            None => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!&'()+,;=".contains(&byte) || byte == b'*' && is_pattern,
        };
        let byte = encoded.unwrap_or(byte);
        if stays {
            clean.push(byte);
        } else {
            clean.extend([b'%', b"0123456789ABCDEF"[usize::from(byte >> 4)], b"0123456789ABCDEF"[usize::from(byte & 15)]]);
        }
    }
    clean
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(text, 16).ok()
}
