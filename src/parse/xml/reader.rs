//! Tokens -> a feed: the stack of open elements, mended where the document does not close what it opens.
//!
//! An end tag closes the innermost element of its name and all that are open inside of it; one without an element is passed over. An item
//! ends where the next begins. The last item counts only if something ends it: a document that was cut short has half of it.

use chrono_tz::Tz;

use super::content::{Content, Started, is_void};
use super::draft::Draft;
use super::elements::Element;
use super::entities::Entities;
use super::flaw::Flaw;
use super::names::{Lower, split};
use super::person::Person;
use super::scopes::Scopes;
use super::tokens::{Tag, Token, Tokens};
use crate::parse::rhythm::Said;
use crate::parse::{Feed, Item, MAX_ITEMS, ParseError, Problem};

/// Most elements open inside each other; the tags of deeper ones are passed over.
const MAX_DEPTH: usize = 256;

/// What the texts of a document may grow by when their links are resolved, in bytes.
const MAX_GROWTH: usize = 8 << 20;

/// A document while it is read.
pub(super) struct Reader<'a> {
    tokens: Tokens<'a>,
    pub entities: Entities,
    pub scopes: Scopes<'a>,
    pub zone: Tz,
    /// Elements that are open, the outermost first.
    open: Vec<Open<'a>>,
    /// Start tags passed over for their depth, whose end tags have not come.
    passed: usize,
    pub inside: Inside<'a>,
    /// The person that is open.
    pub person: Person,
    pub dialect: Option<Dialect>,
    pub feed: Draft,
    /// How often the feed changes.
    pub said: Said,
    /// The item that is open.
    pub item: Option<Draft>,
    items: Vec<Item>,
    /// Items that ended, those beyond [`MAX_ITEMS`] included.
    total: usize,
    /// The channel around the items has ended: a missing end tag of the root leaves nothing out.
    is_whole: bool,
    /// What texts may still grow by.
    pub budget: usize,
}

/// An open element.
pub(super) struct Open<'a> {
    pub name: &'a str,
    pub role: Role,
    pub attributes: &'a str,
    /// Its text, if that is wanted.
    pub content: Option<Content<'a>>,
}

/// What an open element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Element(Element),
    /// Markup inside of a text.
    Markup(Started),
}

/// Whose vocabulary decides what a text is where it does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// All texts may be HTML (RSS 2.0, "Encoding").
    Rss,
    /// Texts are plain unless they say otherwise (RFC 4287 §3.1.1).
    Atom,
}

/// Where in the stack the elements stand that decide what others mean.
#[derive(Debug, Default)]
pub(super) struct Inside<'a> {
    /// The item, and its name as written.
    item: Option<(usize, &'a str)>,
    /// A text that elements may stand in.
    content: Option<usize>,
    /// The source of an item, a picture of the feed, its search box: what stands there is said of another thing.
    aside: Option<usize>,
    /// An author or contributor.
    pub person: Option<(usize, Element)>,
}

impl<'a> Reader<'a> {
    pub fn of(text: &'a str, address: Option<&'a str>, zone: Tz) -> Self {
        Self {
            tokens: Tokens::of(text),
            entities: Entities::default(),
            scopes: Scopes::at(address),
            zone,
            open: Vec::with_capacity(16),
            passed: 0,
            inside: Inside::default(),
            person: Person::default(),
            dialect: None,
            feed: Draft::default(),
            said: Said::default(),
            item: None,
            items: Vec::new(),
            total: 0,
            is_whole: false,
            budget: MAX_GROWTH,
        }
    }

    /// Reads the whole document.
    pub fn read(mut self) -> Option<Result<Feed, ParseError>> {
        loop {
            let open = self.open.last().map_or("", |open| open.name);
            match self.tokens.next(open) {
                Some(Token::Start(tag)) => self.start(tag),
                Some(Token::End(name)) => self.end(name),
                Some(Token::Text(text)) => self.text(text, false),
                Some(Token::Literal(text)) => self.text(text, true),
                Some(Token::Doctype(doctype)) => self.entities.declare(doctype),
                None => break,
            }
        }
        self.dialect.is_some().then(|| self.finish())
    }

    fn finish(mut self) -> Result<Feed, ParseError> {
        let is_open = self.item.is_some() || self.open.iter().any(|open| open.is_container());
        let is_cut_short = self.tokens.is_cut_short || (is_open && !self.is_whole);
        if is_cut_short && self.items.is_empty() {
            return Err(ParseError::Broken("it ends before its first item has ended".to_owned()));
        }
        if self.entities.is_any_unknown {
            self.tokens.note(Flaw::Ampersand);
        }
        let mut feed = self.feed.into_feed();
        feed.items = self.items;
        feed.rhythm = self.said.into_rhythm();
        if let Some(flaw) = self.tokens.flaw {
            feed.problems.push(Problem::Broken(flaw.to_string()));
        }
        if is_cut_short {
            feed.problems.push(Problem::CutShort);
        }
        if self.total > MAX_ITEMS {
            feed.problems.push(Problem::TooManyItems { read: MAX_ITEMS, total: self.total });
        }
        Ok(feed)
    }

    fn start(&mut self, tag: Tag<'a>) {
        if let Some(at) = self.inside.content {
            if !self.ends_content(tag, at) {
                return self.start_markup(tag, at);
            }
            self.tokens.note(Flaw::OpenElement);
            self.close_to(at);
        }
        if self.open.len() >= MAX_DEPTH {
            self.passed += usize::from(!tag.is_empty);
            return;
        }
        self.scopes.enter(self.open.len(), tag.attributes, &mut self.entities);
        if self.dialect.is_none() {
            self.adopt_root(tag.name);
        }
        let element = Element::of(tag.name, &self.scopes);
        if element == Element::Item
            && let Some((at, _)) = self.inside.item
        {
            self.tokens.note(Flaw::OpenElement);
            self.close_to(at);
            self.scopes.enter(self.open.len(), tag.attributes, &mut self.entities);
        }
        self.dialect = self.dialect.or_else(|| dialect(element, tag.name));
        self.open(tag, element);
        if tag.is_empty {
            self.close_to(self.open.len() - 1);
        }
    }

    /// A root with a prefix of its own, whatever that is bound to, makes it the feed's.
    fn adopt_root(&mut self, name: &'a str) {
        let (prefix, local) = split(name);
        if matches!(Lower::of(local).as_str(), "rss" | "feed" | "rdf") {
            self.scopes.adopt(prefix);
        }
    }

    fn open(&mut self, tag: Tag<'a>, element: Element) {
        let at = self.open.len();
        let is_aside = self.inside.aside.is_some();
        match element {
            Element::Item => {
                self.inside.item = Some((at, tag.name));
                self.item = Some(Draft::default());
            }
            Element::Root | Element::Channel | Element::Feed => {
                if let Some(language) = self.scopes.language(0) {
                    self.feed.language = Some(language.to_owned());
                }
            }
            Element::Source | Element::Picture | Element::TextInput if !is_aside => self.inside.aside = Some(at),
            Element::Author | Element::Contributor | Element::Publisher if !is_aside => self.inside.person = Some((at, element)),
            _ => {}
        }
        let is_said_of_it = !is_aside || self.is_address_of_picture(element);
        let content = if !is_said_of_it || self.dialect.is_none() { None } else { self.begin(tag, element) };
        if content.as_ref().is_some_and(Content::may_hold_markup) {
            self.inside.content = Some(at);
        }
        self.open.push(Open { name: tag.name, role: Role::Element(element), attributes: tag.attributes, content });
    }

    /// Whether an element inside of a picture tells where that is.
    pub fn is_address_of_picture(&self, element: Element) -> bool {
        let is_picture = self.open.last().is_some_and(|open| open.role == Role::Element(Element::Picture));
        element == Element::Uri && is_picture
    }

    /// Whether the text at `at` must have ended before `tag`: another item begins, or a title would hold what stands beside titles.
    fn ends_content(&self, tag: Tag<'a>, at: usize) -> bool {
        if self.inside.item.is_some_and(|(_, name)| name == tag.name) {
            return true;
        }
        let is_title = self.open[at].role == Role::Element(Element::Title) && self.open.len() == at + 1;
        is_title && self.open[at].content.as_ref().is_some_and(|content| !content.is_meant_as_markup()) && {
            Element::of(tag.name, &self.scopes).ends_a_title()
        }
    }

    fn start_markup(&mut self, tag: Tag<'a>, at: usize) {
        let depth = self.open.len();
        let Some(content) = &mut self.open[at].content else { return };
        let started = content.start(tag);
        if tag.is_empty {
            return;
        }
        if started == Started::Wrapper {
            // Of what is left out the base still holds.
            self.scopes.enter(depth, tag.attributes, &mut self.entities);
            content.base = self.scopes.declared_base().map(str::to_owned);
        }
        if depth >= MAX_DEPTH {
            self.passed += 1;
            return;
        }
        self.open.push(Open { name: tag.name, role: Role::Markup(started), attributes: "", content: None });
    }

    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else {
            return self.end_without_start();
        };
        let is_top = at + 1 == self.open.len();
        if self.passed > 0 && !self.open[at].is_container() && self.inside.item.is_none_or(|(item, _)| item != at) {
            self.passed -= 1;
            return;
        }
        // What stands in an item closes nothing around it, but for the feed's own containers.
        if self.inside.item.is_some_and(|(item, _)| at < item) && !self.open[at].is_container() {
            return self.tokens.note(Flaw::StrayEnd);
        }
        // RSS 1.0 has its items behind the channel.
        self.is_whole |= self.open[at].role == Role::Element(Element::Channel) && !split(self.open[0].name).1.eq_ignore_ascii_case("rdf");
        if !is_top && self.open[at + 1..].iter().any(|open| !is_void(open.name)) {
            self.tokens.note(Flaw::OpenElement);
        }
        self.close_to(at);
    }

    fn end_without_start(&mut self) {
        if self.passed > 0 {
            self.passed -= 1;
        } else {
            self.tokens.note(Flaw::StrayEnd);
        }
    }

    fn text(&mut self, text: &'a str, is_literal: bool) {
        let at = self.inside.content.or_else(|| self.open.len().checked_sub(1));
        let Some(content) = at.and_then(|at| self.open[at].content.as_mut()) else { return };
        if is_literal { content.literal(text) } else { content.text(text, &mut self.entities) }
    }

    /// Closes the elements from `at` on, the innermost first.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at
            && let Some(open) = self.open.pop()
        {
            let depth = self.open.len();
            match open.role {
                Role::Markup(started) => {
                    if started == Started::Open
                        && let Some(content) = self.inside.content.and_then(|at| self.open[at].content.as_mut())
                    {
                        content.end(open.name);
                    }
                }
                Role::Element(element) => {
                    self.inside.content = self.inside.content.filter(|at| *at != depth);
                    self.give(open, element, depth);
                    self.inside.aside = self.inside.aside.filter(|at| *at != depth);
                    self.inside.person = self.inside.person.filter(|(at, _)| *at != depth);
                    if self.inside.item.is_some_and(|(at, _)| at == depth) {
                        self.inside.item = None;
                        self.end_item();
                    }
                }
            }
            self.scopes.leave(depth);
        }
        self.passed = 0;
    }

    fn end_item(&mut self) {
        let Some(draft) = self.item.take() else { return };
        self.total += 1;
        if self.items.len() < MAX_ITEMS {
            self.items.push(draft.into_item());
        }
    }

    /// What is being told of: the item that is open, else the feed.
    pub fn draft(&mut self) -> &mut Draft {
        self.item.as_mut().unwrap_or(&mut self.feed)
    }

    /// Where in the stack the item stands, or the outermost element where there is none.
    pub fn item_depth(&self) -> usize {
        self.inside.item.map_or(0, |(at, _)| at)
    }
}

impl Open<'_> {
    /// Whether it is the feed itself, or what holds its items.
    fn is_container(&self) -> bool {
        matches!(self.role, Role::Element(Element::Root | Element::Channel | Element::Feed))
    }
}

/// The dialect of a document with this element, if it is a feed's.
fn dialect(element: Element, name: &str) -> Option<Dialect> {
    match element {
        Element::Feed => Some(Dialect::Atom),
        Element::Item if split(name).1.eq_ignore_ascii_case("entry") => Some(Dialect::Atom),
        Element::Root | Element::Channel | Element::Item => Some(Dialect::Rss),
        _ => None,
    }
}
