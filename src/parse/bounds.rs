//! How much HTML is built into a tree, told from its bytes alone, before anything is built.

/// Bounds on one document's tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Most tags; more of them is an attack, or nothing that anybody reads.
    tags: usize,
    /// Most elements open inside each other.
    depth: usize,
    /// Most formatting elements (`<b>`, `<font>` …) left open. A tree builder opens all of them again in each paragraph that follows
    /// (HTML §13.2.4.3), so that ten kilobytes can become a hundred megabytes.
    formatting: usize,
}

impl Bounds {
    /// Of an entry's text.
    pub const TEXT: Self = Self { tags: 50_000, depth: 256, formatting: 16 };
    /// Of a whole page, furniture included.
    pub const PAGE: Self = Self { tags: 100_000, depth: 512, formatting: 64 };

    /// More tags, deeper ones, or more formatting left open than a tree builder should be given. The stack is kept as a tree builder
    /// keeps it, roughly: an end tag closes its own element and those inside it, and one without an element closes nothing; formatting
    /// stays active until its own end tag.
    pub fn are_broken_by(&self, html: &str) -> bool {
        let mut open: Vec<&str> = Vec::new();
        let mut formatting: Vec<&str> = Vec::new();
        let close = |stack: &[&str], name: &str| stack.iter().rposition(|known| known.eq_ignore_ascii_case(name));
        for (count, tag) in tags(html).enumerate() {
            let (is_end, name) = match tag.strip_prefix('/') {
                Some(name) => (true, name),
                None => (false, tag),
            };
            if is_end {
                if let Some(last) = close(&formatting, name) {
                    formatting.remove(last);
                }
                if let Some(depth) = close(&open, name) {
                    open.truncate(depth);
                }
            } else if !may_stay_open(name) {
                open.push(name);
                if is_formatting(name) {
                    formatting.push(name);
                }
            }
            if count >= self.tags || open.len() > self.depth || formatting.len() > self.formatting {
                return true;
            }
        }
        false
    }
}

/// The names of the tags of any HTML, those of end tags with their slash. What stands in comments and in quoted attributes is no tag.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('<')? + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = &comment[comment.find("-->").unwrap_or(comment.len())..];
                continue;
            }
            let slash = usize::from(rest.starts_with('/'));
            let name_end = rest[slash..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(rest.len(), |end| slash + end);
            if !rest[slash..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let tag = &rest[..name_end];
            rest = &rest[tag_length(rest)..];
            if is_one_of(tag, &["script", "style"]) {
                rest = &rest[raw_text_length(rest, tag)..];
            }
            return Some(tag);
        }
    })
}

/// Where the end tag of a script or a style sheet begins: what looks like tags before it is text (HTML §13.2.5.4).
fn raw_text_length(text: &str, name: &str) -> usize {
    let is_end = |at: &usize| text.as_bytes()[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()));
    text.match_indices("</").map(|(at, _)| at).find(is_end).unwrap_or(text.len())
}

/// Where the tag that `text` is inside of ends. A quote only counts behind an equals sign (HTML §13.2.5.37).
fn tag_length(text: &str) -> usize {
    let (mut quote, mut before) = (None, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return at,
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    text.len()
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// HTML §13.2.4.3, "formatting".
fn is_formatting(name: &str) -> bool {
    is_one_of(name, &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
}

/// Elements that are never closed, or whose end tag is commonly left out (HTML §13.1.2).
fn may_stay_open(name: &str) -> bool {
    const VOID: [&str; 13] = ["br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "col", "embed", "param", "track"];
    const OFTEN_LEFT_OUT: [&str; 10] = ["p", "li", "td", "tr", "th", "dd", "dt", "option", "tbody", "thead"];
    is_one_of(name, &VOID) || is_one_of(name, &OFTEN_LEFT_OUT)
}
