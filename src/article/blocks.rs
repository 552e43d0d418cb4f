//! An element of a page as a row of blocks: paragraphs, headings, list items, quotes, tables, pictures.
//!
//! Nothing is judged here: what is furniture was taken out of the tree before, or is found among the blocks later. The tree is
//! walked without recursion.

use dom_query::{NodeId, NodeRef};
use url::Url;

use super::clean::credit::is_credit;
use super::picture::{self, Picture};
use super::table;
use super::tree::{self, Step, name_of};
use crate::parse::Page;

/// Most formatting elements open inside each other; those inside them are read as their text.
const MAX_INLINE: usize = 8;
/// Past this many bytes of HTML no formatting is written any more: an element that holds many lines is opened again in each of them.
const MAX_HTML: usize = 4 << 20;
/// Most blocks of one element.
const MAX_BLOCKS: usize = 20_000;

/// A piece of text that stands by itself, or a picture.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub kind: Kind,
    /// Plain text: on one line, but for tables and preformatted text.
    pub text: String,
    /// The same with its links and formatting; of a table the whole element. Safe as it stands.
    pub html: String,
    /// Characters of `text` inside links, white space apart.
    pub linked: usize,
    /// Where its links lead.
    pub links: Vec<Url>,
    /// It follows the block before it behind a line break, in the same paragraph.
    pub continues: bool,
    /// The list or quotation that it is part of.
    pub group: Option<NodeId>,
    /// The element that it stands in.
    pub node: NodeId,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    /// From 1 to 6.
    Heading(u8),
    Item {
        ordered: bool,
    },
    Quote,
    Preformatted,
    Table,
    Picture(Picture),
}

impl Block {
    /// All of it is in italics.
    pub(super) fn is_italic(&self) -> bool {
        [("<em>", "</em>"), ("<i>", "</i>")].iter().any(|(start, end)| {
            self.html.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|inside| !inside.contains(start))
        })
    }

    pub(super) fn is_picture(&self) -> bool {
        matches!(self.kind, Kind::Picture(_))
    }

    /// Nearly all of its text is links.
    pub(super) fn is_linked(&self) -> bool {
        self.linked > 0 && self.linked * 10 >= tree::letters(&self.text) * 9
    }
}

/// The blocks of `root`, in order.
pub(super) fn blocks(page: &Page, root: NodeRef<'_>) -> Vec<Block> {
    let mut reader = Reader {
        page,
        blocks: Vec::new(),
        current: Line::default(),
        continues: false,
        inline: Vec::new(),
        contexts: Vec::new(),
        parents: vec![root.id],
        last_item: None,
        written: 0,
    };
    tree::walk(root, |step, node| match step {
        Step::Enter => reader.enter(node),
        Step::Leave => {
            reader.leave(node);
            true
        }
    });
    reader.end_block();
    reader.blocks
}

/// The line that is being read.
#[derive(Debug, Default)]
struct Line {
    text: String,
    html: String,
    linked: usize,
    links: Vec<Url>,
}

/// What is open at a place of the walk.
struct Reader<'a> {
    page: &'a Page,
    blocks: Vec<Block>,
    current: Line,
    /// The current line stands behind a line break of its paragraph.
    continues: bool,
    /// Open formatting elements, from the outside in.
    inline: Vec<Inline>,
    /// Open elements that say what their text is.
    contexts: Vec<(NodeId, Kind, Option<NodeId>)>,
    /// Open elements that stand by themselves.
    parents: Vec<NodeId>,
    /// The list item that the last block stood in: a second block of it goes on with it.
    last_item: Option<NodeId>,
    /// Bytes of HTML written so far.
    written: usize,
}

/// An open formatting element.
struct Inline {
    node: NodeId,
    name: &'static str,
    link: Option<Url>,
}

impl Inline {
    fn start(&self) -> String {
        match &self.link {
            Some(url) => format!("<a href=\"{}\">", tree::escape_attribute(url.as_str())),
            None => format!("<{}>", self.name),
        }
    }
}

impl Reader<'_> {
    /// Whether the walk is to go inside.
    fn enter(&mut self, node: NodeRef<'_>) -> bool {
        if node.is_text() {
            self.push(&node.text());
            return false;
        }
        if !node.is_element() || self.blocks.len() >= MAX_BLOCKS {
            return false;
        }
        let name = name_of(node);
        match name.as_str() {
            "br" => self.end_line(),
            "hr" => self.end_block(),
            "img" => self.picture(node, node),
            "figure" | "picture" => match picture::image_of(node) {
                Some(image) => self.picture(image, node),
                None => return self.open(node, &name),
            },
            _ if picture::is_caption(node, &name) => self.caption(node),
            "pre" => self.whole(node, Kind::Preformatted, tree::visible(&node.text()).trim_end().to_owned()),
            "table" if self.whole_table(node) => {}
            name if tree::is_mute(name) => {}
            name if tree::is_inline(name) => {
                self.open_inline(node, name);
                return true;
            }
            "div" | "table" | "section" | "center" | "td" | "dl" => match picture::wrapped_image(node) {
                Some(image) => self.picture(image, node),
                None => return self.open(node, &name),
            },
            name => return self.open(node, name),
        }
        false
    }

    fn leave(&mut self, node: NodeRef<'_>) {
        if let Some(inline) = self.inline.pop_if(|inline| inline.node == node.id) {
            self.current.close(&inline);
        } else if self.parents.last() == Some(&node.id) {
            self.end_block();
            self.parents.pop();
            self.contexts.pop_if(|(id, _, _)| *id == node.id);
        }
    }

    /// An element that stands by itself begins.
    fn open(&mut self, node: NodeRef<'_>, name: &str) -> bool {
        self.end_block();
        self.parents.push(node.id);
        let parent = node.parent().map(|parent| (parent.id, name_of(parent)));
        let ordered = parent.as_ref().is_some_and(|(_, name)| name == "ol");
        let (kind, group) = match name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => (Kind::Heading(level - b'0'), None),
            b"li" | b"dt" | b"dd" => (Kind::Item { ordered }, parent.map(|(id, _)| id)),
            b"blockquote" => (Kind::Quote, Some(node.id)),
            _ => return true,
        };
        self.contexts.push((node.id, kind, group));
        true
    }

    fn open_inline(&mut self, node: NodeRef<'_>, name: &str) {
        if self.inline.len() >= MAX_INLINE || self.written > MAX_HTML {
            return;
        }
        let link = if name == "a" { node.attr("href").and_then(|href| self.page.absolute(&href)) } else { None };
        let name = match name {
            "a" if link.is_some() => "a",
            "b" => "b",
            "strong" => "strong",
            "i" => "i",
            "em" => "em",
            "code" => "code",
            "sub" => "sub",
            "sup" => "sup",
            _ => return,
        };
        let inline = Inline { node: node.id, name, link };
        self.current.html.push_str(&inline.start());
        self.current.links.extend(inline.link.clone());
        self.inline.push(inline);
    }

    /// Adds text, every run of white space as one space.
    fn push(&mut self, text: &str) {
        let is_link = self.inline.iter().any(|inline| inline.link.is_some());
        let line = &mut self.current;
        let text = tree::visible(text);
        // Elements that a page sets side by side are words apart: `<span>Next story</span><a>Fire in Shymkent</a>`.
        let meets_word = line.text.ends_with(char::is_lowercase) && text.starts_with(char::is_uppercase);
        let mut pending = meets_word || text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            if pending {
                line.space();
            }
            line.text.push_str(word);
            line.html.push_str(&tree::escape(word));
            line.linked += if is_link { word.chars().count() } else { 0 };
            pending = true;
        }
        if text.ends_with(char::is_whitespace) {
            line.space();
        }
    }

    /// A line break: the paragraph goes on behind it, unless another one follows.
    fn end_line(&mut self) {
        let had_text = !self.current.text.trim().is_empty();
        self.end_block();
        self.continues = had_text;
    }

    /// Ends the current line; what follows is another paragraph.
    fn end_block(&mut self) {
        let mut line = std::mem::take(&mut self.current);
        let continues = std::mem::take(&mut self.continues);
        for inline in self.inline.iter().rev() {
            line.close(inline);
        }
        for inline in &self.inline {
            self.current.html.push_str(&inline.start());
            self.current.links.extend(inline.link.clone());
        }
        let text = line.text.trim();
        if text.is_empty() {
            return;
        }
        let context = self.contexts.last();
        let (kind, group) = context.map_or((Kind::Paragraph, None), |(_, kind, group)| (kind.clone(), *group));
        let item = context.filter(|_| matches!(kind, Kind::Item { .. })).map(|(id, _, _)| *id);
        let continues = continues || (item.is_some() && self.last_item == item);
        self.last_item = item;
        self.written += line.html.len();
        let node = *self.parents.last().expect("the root stays");
        let (text, html) = (text.to_owned(), line.html.trim().to_owned());
        self.blocks.push(Block { kind, text, html, linked: line.linked, links: line.links, continues, group, node });
    }

    /// A picture stands before the paragraph that it is found in.
    fn picture(&mut self, image: NodeRef<'_>, around: NodeRef<'_>) {
        if let Some(picture) = picture::read(self.page, image, around) {
            self.add(Kind::Picture(picture), String::new(), String::new(), around.id);
        }
    }

    /// A caption belongs to the picture before it. Without one only a credit says something.
    fn caption(&mut self, node: NodeRef<'_>) {
        self.end_block();
        let text = picture::text_of(node);
        if text.is_empty() {
            return;
        }
        if let Some(Kind::Picture(picture)) = self.blocks.last_mut().map(|block| &mut block.kind) {
            picture.add_to_caption(&text);
        } else if is_credit(&text) {
            let html = tree::escape(&text).into_owned();
            self.add(Kind::Paragraph, text, html, node.id);
        }
    }

    /// An element that is one block, whatever is inside it.
    fn whole(&mut self, node: NodeRef<'_>, kind: Kind, text: String) {
        self.end_block();
        if !text.trim().is_empty() {
            let html = tree::escape(&text).into_owned();
            self.add(kind, text, html, node.id);
        }
    }

    /// Whether an element is a table of facts; if so it becomes a block.
    fn whole_table(&mut self, node: NodeRef<'_>) -> bool {
        let Some(table) = table::of_facts(node) else { return false };
        self.end_block();
        self.add(Kind::Table, table.text(), table.html(), node.id);
        true
    }

    fn add(&mut self, kind: Kind, text: String, html: String, node: NodeId) {
        self.written += html.len();
        self.blocks.push(Block { kind, text, html, linked: 0, links: Vec::new(), continues: false, group: None, node });
    }
}

impl Line {
    /// Writes an end tag, or takes the start tag back where nothing came behind it.
    fn close(&mut self, inline: &Inline) {
        let start = inline.start();
        match self.html.strip_suffix(&start) {
            Some(before) => {
                self.html.truncate(before.len());
                if inline.link.is_some() {
                    self.links.pop();
                }
            }
            None => self.html.push_str(&format!("</{}>", inline.name)),
        }
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
            self.html.push(' ');
        }
    }
}
