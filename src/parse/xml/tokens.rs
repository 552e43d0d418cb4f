//! Any text -> the tokens of XML, without ever failing.
//!
//! What is no markup is text: a `<` before a space or a digit, a tag that the next one interrupts. A quote that is never closed ends with its
//! tag, a CDATA section that is never closed with its element. Comments, processing instructions and declarations are passed over. Every byte
//! is looked at a bounded number of times, whatever the text.

use memchr::{memchr, memmem};

use super::flaw::Flaw;

/// A piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Token<'a> {
    Start(Tag<'a>),
    /// The element's name.
    End(&'a str),
    /// With its references as they stand.
    Text(&'a str),
    /// Text without references.
    Literal(&'a str),
    /// What stands between `<!DOCTYPE` and its end.
    Doctype(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) struct Tag<'a> {
    pub name: &'a str,
    /// As they stand; [`attributes`](super::attributes::attributes) takes them apart.
    pub attributes: &'a str,
    /// It is its own end tag.
    pub is_empty: bool,
}

/// A document, taken apart from its beginning on.
#[derive(Debug)]
pub(in crate::parse) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// Bytes looked at in vain for the ends of tags. Beyond the document's own length quotes are no longer respected.
    in_vain: usize,
    /// Where the next `]]>` stands, if it has been looked for.
    literal_end: Option<usize>,
    /// Ends that have been looked for and stand nowhere behind.
    missing: Missing,
    /// The first thing that was wrong.
    pub flaw: Option<Flaw>,
    /// The text ends inside of markup.
    pub is_cut_short: bool,
}

#[derive(Debug, Default)]
struct Missing {
    comment_end: bool,
    instruction_end: bool,
    subset_end: bool,
}

const CDATA: &str = "<![CDATA[";

impl<'a> Tokens<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0, in_vain: 0, literal_end: None, missing: Missing::default(), flaw: None, is_cut_short: false }
    }

    /// The next token; `open` is the name of the innermost element that is open, empty when there is none.
    pub fn next(&mut self, open: &str) -> Option<Token<'a>> {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            if !rest.starts_with('<') {
                return Some(self.text_to(memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())));
            }
            let token = match rest.as_bytes().get(1) {
                Some(b'/') => self.end_tag(rest),
                Some(b'!') => match self.declaration(rest, open) {
                    Passed::Token(token) => Some(token),
                    Passed::Over => continue,
                    Passed::No => None,
                },
                Some(b'?') => {
                    self.pass_instruction(rest);
                    continue;
                }
                Some(byte) if begins_name(*byte) => self.start_tag(rest),
                _ => None,
            };
            return Some(match token {
                Some(token) => token,
                None => {
                    self.note(Flaw::StrayBracket);
                    self.text_to(1 + memchr(b'<', &rest.as_bytes()[1..]).unwrap_or(rest.len() - 1))
                }
            });
        }
        None
    }

    /// Remembers what was wrong first.
    pub fn note(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    fn text_to(&mut self, length: usize) -> Token<'a> {
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        Token::Text(text)
    }

    fn start_tag(&mut self, rest: &'a str) -> Option<Token<'a>> {
        let end = match self.tag_end(rest) {
            TagEnd::At(end) => end,
            TagEnd::Interrupted => return None,
            TagEnd::Never => {
                self.is_cut_short = true;
                self.at = self.text.len();
                return Some(Token::Text(""));
            }
        };
        self.at += end + 1;
        let inside = &rest[1..end];
        let (inside, is_empty) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let name_end = inside.bytes().position(|byte| byte.is_ascii_whitespace() || byte == b'/').unwrap_or(inside.len());
        Some(Token::Start(Tag { name: &inside[..name_end], attributes: &inside[name_end..], is_empty }))
    }

    /// Where the `>` of the start tag stands that `rest` begins with.
    fn tag_end(&mut self, rest: &str) -> TagEnd {
        let bytes = rest.as_bytes();
        let respects_quotes = self.in_vain <= self.text.len();
        let mut at = 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'>' => return TagEnd::At(at),
                b'<' => {
                    self.in_vain += at;
                    return TagEnd::Interrupted;
                }
                b'=' if respects_quotes => {
                    let value = at + 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    at = match bytes.get(value) {
                        Some(quote @ (b'"' | b'\'')) => match value_end(rest, value + 1, *quote) {
                            ValueEnd::Quote(end) => end + 1,
                            ValueEnd::Bracket(end) => {
                                self.note(Flaw::OpenQuote);
                                return TagEnd::At(end);
                            }
                            ValueEnd::Never => {
                                self.in_vain += rest.len();
                                return TagEnd::Never;
                            }
                        },
                        _ => value,
                    };
                }
                _ => at += 1,
            }
        }
        self.in_vain += rest.len();
        TagEnd::Never
    }

    fn end_tag(&mut self, rest: &'a str) -> Option<Token<'a>> {
        let bytes = rest.as_bytes();
        if !bytes.get(2).is_some_and(|byte| begins_name(*byte)) {
            return None;
        }
        match memchr::memchr2(b'<', b'>', &bytes[2..]) {
            Some(end) => {
                let name = rest[2..2 + end].trim_ascii_end();
                let is_closed = bytes[2 + end] == b'>';
                self.at += 2 + end + usize::from(is_closed);
                if !is_closed {
                    self.note(Flaw::StrayBracket);
                }
                Some(Token::End(name))
            }
            // Whether the name is whole shows by what it closes.
            None => {
                self.at = self.text.len();
                Some(Token::End(rest[2..].trim_ascii_end()))
            }
        }
    }

    fn declaration(&mut self, rest: &'a str, open: &str) -> Passed<'a> {
        if rest.starts_with(CDATA) {
            return Passed::Token(self.literal(rest, open));
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = if self.missing.comment_end { None } else { memmem::find(comment.as_bytes(), b"-->") };
            if end.is_none() {
                self.missing.comment_end = true;
                self.note(Flaw::OpenComment);
            }
            return self.pass(end.map(|end| 4 + end + 3).or_else(|| bracket_end(rest)));
        }
        if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) {
            let end = self.doctype_end(rest);
            self.at += end;
            return Passed::Token(Token::Doctype(&rest[9..end]));
        }
        if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) { self.pass(bracket_end(rest)) } else { Passed::No }
    }

    /// Behind the end of a document type declaration, with its internal subset.
    fn doctype_end(&mut self, rest: &str) -> usize {
        let bracket = bracket_end(rest).unwrap_or(rest.len());
        let Some(subset) = memchr(b'[', &rest.as_bytes()[..bracket]).filter(|_| !self.missing.subset_end) else { return bracket };
        let mut at = subset;
        while let Some(close) = memchr(b']', &rest.as_bytes()[at..]) {
            at += close + 1;
            let after = rest[at..].trim_start();
            if after.starts_with('>') {
                return rest.len() - after.len() + 1;
            }
        }
        self.missing.subset_end = true;
        bracket
    }

    fn pass(&mut self, length: Option<usize>) -> Passed<'a> {
        self.is_cut_short |= length.is_none();
        self.at = length.map_or(self.text.len(), |length| self.at + length);
        Passed::Over
    }

    fn pass_instruction(&mut self, rest: &str) {
        let end = if self.missing.instruction_end { None } else { memmem::find(rest.as_bytes(), b"?>") };
        self.missing.instruction_end |= end.is_none();
        self.pass(end.map(|end| end + 2).or_else(|| bracket_end(rest)));
    }

    /// A CDATA section. One that holds the beginning of another was never closed, if the element that it stands in ends before that.
    fn literal(&mut self, rest: &'a str, open: &str) -> Token<'a> {
        let inside = &rest[CDATA.len()..];
        let start = self.at + CDATA.len();
        if self.literal_end.is_none_or(|end| end < start) {
            self.literal_end = memmem::find(inside.as_bytes(), b"]]>").map(|end| start + end).or(Some(usize::MAX));
        }
        let end = self.literal_end.filter(|end| *end != usize::MAX).map(|end| end - start);
        let section = &inside[..end.unwrap_or(inside.len())];
        let doubtful = match (end, memmem::find(section.as_bytes(), CDATA.as_bytes())) {
            (_, Some(next)) => Some(&section[..next]),
            (None, None) => Some(section),
            (Some(_), None) => None,
        };
        if let Some(element_end) = doubtful.filter(|_| !open.is_empty()).and_then(|doubtful| end_tag_of(doubtful, open)) {
            self.note(Flaw::OpenLiteral);
            self.at = start + element_end;
            return Token::Literal(&section[..element_end]);
        }
        self.is_cut_short |= end.is_none();
        self.at = end.map_or(self.text.len(), |end| start + end + 3);
        Token::Literal(section)
    }
}

/// What became of a declaration.
enum Passed<'a> {
    Token(Token<'a>),
    Over,
    /// It is none.
    No,
}

/// How a start tag ends.
enum TagEnd {
    At(usize),
    /// By another tag.
    Interrupted,
    Never,
}

/// How the value of an attribute ends.
enum ValueEnd {
    /// Where its closing quote stands.
    Quote(usize),
    /// It has none: where the tag ends.
    Bracket(usize),
    Never,
}

/// Where a quoted value ends that begins at `start`. If tags stand in it, it must close as values do: before white space or the tag's end.
fn value_end(rest: &str, start: usize, quote: u8) -> ValueEnd {
    let bytes = rest.as_bytes();
    let closing = memchr(quote, &bytes[start..]).map(|at| start + at);
    let value = &bytes[start..closing.unwrap_or(bytes.len())];
    let Some(bracket) = memchr(b'>', value).map(|at| start + at) else {
        return closing.map_or(ValueEnd::Never, ValueEnd::Quote);
    };
    match closing {
        Some(closing) if memchr(b'<', &bytes[bracket..closing]).is_none() => ValueEnd::Quote(closing),
        Some(closing) if bytes.get(closing + 1).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/')) => {
            ValueEnd::Quote(closing)
        }
        _ => ValueEnd::Bracket(bracket),
    }
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Behind the next `>`.
fn bracket_end(rest: &str) -> Option<usize> {
    memchr(b'>', rest.as_bytes()).map(|end| end + 1)
}

/// Where the end tag of the element `name` begins.
fn end_tag_of(text: &str, name: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), b"</").find(|at| {
        let after = &text.as_bytes()[at + 2..];
        after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && after.get(name.len()).is_none_or(|next| !next.is_ascii_alphanumeric())
    })
}
