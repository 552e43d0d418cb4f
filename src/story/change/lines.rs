//! Safe HTML as lines of text. Not a parser: `normalise` wrote the HTML, so that a tag is a tag; what is broken all the same is read
//! somehow, within the time that one pass takes.

use std::ops::Range;

use super::entity;

/// Parts the cells of a row.
pub(super) const BAR: &str = " | ";

/// A line of text: what stands between two tags that begin a new one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Entities undone, white space as it comes.
    pub text: String,
    /// What of the text stands inside links, in order, none empty.
    pub links: Vec<Range<usize>>,
    /// It is a row of a table, its cells parted by bars.
    pub is_row: bool,
}

impl Line {
    /// Characters inside links, white space apart.
    pub fn linked(&self) -> usize {
        let letters = |range: &Range<usize>| self.text[range.clone()].chars().filter(|c| !c.is_whitespace()).count();
        self.links.iter().map(letters).sum()
    }

    /// The text without its links.
    pub fn outside_links(&self) -> String {
        let mut outside = String::new();
        let mut from = 0;
        for link in &self.links {
            outside.push_str(&self.text[from..link.start]);
            outside.push(' ');
            from = link.end;
        }
        outside.push_str(&self.text[from..]);
        outside
    }
}

/// The lines of safe HTML that hold any text. Text without any tag is read as it stands, line by line.
pub(super) fn lines(html: &str) -> Vec<Line> {
    let mut reader =
        Reader { lines: Vec::new(), line: Line::default(), is_linked: false, tables: 0, breaks_at_newline: !html.contains('<') };
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        reader.text(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with('<') { reader.markup(rest) } else { reader.entity(rest) };
        rest = &rest[length..];
    }
    reader.text(rest);
    reader.end_line();
    reader.lines
}

struct Reader {
    lines: Vec<Line>,
    line: Line,
    /// Inside a link.
    is_linked: bool,
    /// How many tables are open.
    tables: usize,
    breaks_at_newline: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if !self.breaks_at_newline {
            self.push(text);
            return;
        }
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.end_line();
            }
            self.push(line);
        }
    }

    fn push(&mut self, text: &str) {
        let start = self.line.text.len();
        self.line.text.push_str(text);
        if !self.is_linked || text.is_empty() {
            return;
        }
        match self.line.links.last_mut().filter(|link| link.end == start) {
            Some(link) => link.end = self.line.text.len(),
            None => self.line.links.push(start..self.line.text.len()),
        }
    }

    /// Reads what begins with `<`; gives its length, at least one.
    fn markup(&mut self, rest: &str) -> usize {
        let inside = &rest[1..];
        if inside.starts_with("!--") {
            return inside.find("-->").map_or(rest.len(), |end| end + 4);
        }
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            self.push("<");
            return 1;
        }
        let length = tag_length(inside);
        self.tag(&inside[..length]);
        (length + 2).min(rest.len())
    }

    /// Reads what begins with `&`; gives its length, at least one.
    fn entity(&mut self, rest: &str) -> usize {
        let Some((sign, length)) = entity::read(rest) else {
            self.push("&");
            return 1;
        };
        // HTML that was escaped once too often, shown as text until the publisher mends it.
        if let Some(end) = (sign == '<').then(|| escaped_tag_length(&rest[length..])).flatten() {
            self.tag(&rest[length..length + end]);
            return length + end;
        }
        self.push(sign.encode_utf8(&mut [0; 4]));
        length
    }

    /// A tag without its brackets.
    fn tag(&mut self, tag: &str) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        match name(tag) {
            "a" => self.is_linked = !is_end && tag.contains("href"),
            "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "del" | "em" | "font" | "i" | "img" | "ins" | "kbd" | "mark" | "q" | "s"
            | "samp" | "strike" | "strong" | "sub" | "sup" | "tt" | "u" | "var" | "wbr" => {}
            // Set side by side, they are words apart.
            "abbr" | "acronym" | "data" | "label" | "small" | "span" | "time" => self.push(" "),
            "td" | "th" if !is_end && !self.line.text.is_empty() => self.line.text.push_str(BAR),
            "td" | "th" => {}
            "table" => {
                self.end_line();
                self.tables = if is_end { self.tables.saturating_sub(1) } else { self.tables + 1 };
            }
            _ => self.end_line(),
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.text.contains(char::is_alphanumeric) {
            self.lines.push(Line { is_row: self.tables > 0, ..line });
        }
    }
}

/// The name of a tag; empty for a comment and its like.
fn name(tag: &str) -> &str {
    &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())]
}

/// Where a tag ends: at the first bracket outside a quoted value, else with the text.
fn tag_length(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, _) => {}
        }
    }
    text.len()
}

/// Longest tag that is looked for in text, in bytes.
const MAX_ESCAPED_TAG: usize = 500;

/// The length of a tag whose brackets are entities, behind the first one and with the second.
fn escaped_tag_length(text: &str) -> Option<usize> {
    let known = name(text.strip_prefix('/').unwrap_or(text));
    let is_tag = matches!(
        known,
        "a" | "b"
            | "blockquote"
            | "br"
            | "div"
            | "em"
            | "font"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "i"
            | "img"
            | "li"
            | "ol"
            | "p"
            | "span"
            | "strong"
            | "u"
            | "ul"
    );
    let window = &text[..text.floor_char_boundary(MAX_ESCAPED_TAG)];
    is_tag.then(|| window.find("gt;").map(|end| end + 3)).flatten()
}
