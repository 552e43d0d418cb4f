//! XML 1.0, written. Whatever a text holds, the document stays well-formed; each element begins on a line of its own.

/// Names with their values; one without a value is left out.
pub(super) type Attributes<'a> = &'a [(&'a str, Option<&'a str>)];

/// A document in the making. Names and prefixes are the caller's to get right, values may be anything.
pub(super) struct Xml {
    document: String,
    open: Vec<&'static str>,
}

impl Xml {
    pub fn new() -> Self {
        Self { document: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned(), open: Vec::new() }
    }

    /// Begins an element that holds others.
    pub fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.document.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the element that was opened last.
    pub fn close(&mut self) {
        let name = self.open.pop().expect("only what was opened is closed");
        self.end(name);
    }

    /// An element that says all in its attributes.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.document.push_str("/>\n");
    }

    /// An element of plain text.
    pub fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.start(name, attributes);
        self.document.push('>');
        self.push(text, in_plain_text);
        self.end(name);
    }

    /// An element of HTML, escaped.
    pub fn html(&mut self, name: &str, attributes: Attributes<'_>, html: &str) {
        self.start(name, attributes);
        self.document.push('>');
        self.push(html, in_html);
        self.end(name);
    }

    /// The document, every element of it closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.document
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        self.document.push('<');
        self.document.push_str(name);
        for (attribute, value) in attributes {
            let Some(value) = value else { continue };
            self.document.push(' ');
            self.document.push_str(attribute);
            self.document.push_str("=\"");
            self.push(value, in_plain_text);
            self.document.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.document.push_str("</");
        self.document.push_str(name);
        self.document.push_str(">\n");
    }

    /// The value, with what `instead` gives in the place of a character.
    fn push(&mut self, value: &str, instead: impl Fn(char) -> Option<&'static str>) {
        let mut copied = 0;
        for (at, c) in value.char_indices() {
            if let Some(instead) = instead(c) {
                self.document.push_str(&value[copied..at]);
                self.document.push_str(instead);
                copied = at + c.len_utf8();
            }
        }
        self.document.push_str(&value[copied..]);
    }
}

/// RSS Best Practices Profile, "Character Data": `&` and `<` of plain text as hexadecimal references, which no reader takes for HTML. White
/// space of an attribute is kept as it is only where it is escaped (XML 1.0 §3.3.3).
fn in_plain_text(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&#x26;"),
        '<' => Some("&#x3C;"),
        '>' => Some("&#x3E;"),
        '"' => Some("&#x22;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        c => is_forbidden(c).then_some(""),
    }
}

/// The `>` of `]]>` must be escaped (XML 1.0 §2.4); all are.
fn in_html(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        c => is_forbidden(c).then_some(""),
    }
}

/// XML 1.0 §2.2: not even a reference may name these.
pub(super) fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}
