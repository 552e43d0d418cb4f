//! What the elements of a feed give: begun at their start tags, given at their ends.

use super::attributes::{attribute, attributes};
use super::content::{Content, Meaning, meaning_of};
use super::draft::Dated;
use super::elements::Element;
use super::html_links;
use super::links::{Link, Linked, file, linked};
use super::person::name_of;
use super::reader::{Dialect, Open, Reader};
use super::tokens::Tag;
use crate::parse::{Author, Category, Text, date};

impl<'a> Reader<'a> {
    /// What is to be collected of an element's text. What its attributes tell is given at once.
    pub fn begin(&mut self, tag: Tag<'a>, element: Element) -> Option<Content<'a>> {
        let usual = if self.dialect == Some(Dialect::Atom) { Meaning::Plain } else { Meaning::Html };
        let usual = match element {
            Element::Title | Element::MediaTitle | Element::Summary | Element::Rights | Element::MediaDescription => usual,
            Element::Description | Element::Encoded => Meaning::Html,
            Element::Content => {
                self.draft().has_content = true;
                usual
            }
            Element::Body => Meaning::Markup,
            _ => return self.begin_plain(tag, element),
        };
        self.draft().has_content |= element == Element::Encoded;
        Some(meaning_of(tag, usual, &mut self.entities))
    }

    fn begin_plain(&mut self, tag: Tag<'a>, element: Element) -> Option<Content<'a>> {
        let is_wanted = match element {
            Element::Item | Element::Channel => {
                self.take_attributes(tag.attributes);
                false
            }
            Element::Link => return self.begin_link(tag),
            Element::Enclosure => {
                let file = file(tag.attributes, &self.scopes, &mut self.entities);
                self.draft().enclosure(file);
                false
            }
            Element::MediaContent => {
                let file = file(tag.attributes, &self.scopes, &mut self.entities);
                self.draft().media(file);
                false
            }
            Element::MediaThumbnail | Element::ItunesImage | Element::Picture => {
                let url = file(tag.attributes, &self.scopes, &mut self.entities).url;
                self.draft().thumbnail(url);
                element != Element::ItunesImage
            }
            Element::ItunesCategory => {
                let term = attribute(tag.attributes, "text", &mut self.entities).unwrap_or_default().trim().to_owned();
                self.draft().category(Category { term, scheme: None, label: None });
                false
            }
            Element::Name | Element::Email => self.inside.person.is_some(),
            Element::Uri => self.inside.person.is_some() || self.is_address_of_picture(element),
            Element::Author | Element::Contributor | Element::Publisher => true,
            Element::Guid | Element::Published | Element::Updated | Element::Date | Element::Created => true,
            Element::Category | Element::Keywords | Element::Language | Element::OriginalLink => true,
            Element::Icon | Element::Logo => true,
            Element::Ttl | Element::Hour | Element::Day => self.item.is_none(),
            Element::UpdatePeriod | Element::UpdateFrequency | Element::UpdateBase => self.item.is_none(),
            _ => false,
        };
        is_wanted.then(Content::plain)
    }

    /// rdf:about; CDF's `href` and `lastmod`.
    fn take_attributes(&mut self, raw: &str) {
        for (name, value) in attributes(raw) {
            let value = self.entities.resolve(value);
            let value = value.trim();
            if name.eq_ignore_ascii_case("rdf:about") || name.eq_ignore_ascii_case("about") {
                self.draft().guid(value.to_owned(), usize::MAX);
            } else if name.eq_ignore_ascii_case("href") {
                let link = Link::of(value, &self.scopes);
                self.draft().links.add_page(link);
            } else if name.eq_ignore_ascii_case("lastmod")
                && let Some(date) = date::parse(value, self.zone)
            {
                self.draft().date(Dated::Updated, date);
            }
        }
    }

    fn begin_link(&mut self, tag: Tag<'a>) -> Option<Content<'a>> {
        let is_inside = tag.attributes.is_empty() || self.take_link(tag.attributes, None);
        is_inside.then(Content::plain)
    }

    /// Gives what a `link` element is; whether its address must stand in its text.
    fn take_link(&mut self, raw: &str, text: Option<&str>) -> bool {
        match linked(raw, text, &self.scopes, &mut self.entities) {
            Linked::Page(link) => self.draft().links.add_page(link),
            Linked::Other(link) => self.draft().links.add_other(link),
            Linked::Enclosure(file) => self.draft().enclosure(file),
            Linked::Own(link) => self.draft().own(link),
            Linked::Hub(link) => self.draft().hub(link),
            Linked::Archive(link) => self.draft().links.add_archive(link),
            Linked::NextPage(link) => self.draft().links.add_next_page(link),
            Linked::Nothing => {}
            Linked::Inside => return true,
        }
        false
    }

    /// Gives what an element has said to whatever it was said of. `depth` is how deep it stood.
    pub fn give(&mut self, open: Open<'a>, element: Element, depth: usize) {
        let Some(content) = open.content else { return };
        let item_depth = self.item_depth();
        if let Some(item) = self.item.as_mut().filter(|item| item.language.is_none()) {
            item.language = self.scopes.language(item_depth).map(str::to_owned);
        }
        match element {
            Element::Title | Element::MediaTitle | Element::Summary | Element::Description | Element::Rights => {
                self.give_text(content, element, depth)
            }
            Element::Content | Element::Encoded | Element::Body | Element::MediaDescription => self.give_text(content, element, depth),
            Element::Link => {
                self.take_link(open.attributes, Some(content.as_written()));
            }
            Element::OriginalLink => {
                let link = Link::of(content.as_written(), &self.scopes);
                self.draft().links.add_original(link);
            }
            Element::Guid => self.give_guid(&content.into_plain(), open.attributes, depth),
            Element::Published => self.give_date(Dated::Published, &content.into_plain()),
            Element::Updated => self.give_date(Dated::Updated, &content.into_plain()),
            Element::Date => self.give_date(Dated::Undefined, &content.into_plain()),
            Element::Created => self.give_date(Dated::Created, &content.into_plain()),
            Element::Author | Element::Contributor | Element::Publisher => self.give_person(&content.into_plain(), element),
            Element::Name => self.person.name = content.into_plain(),
            Element::Email => self.person.email = content.into_plain(),
            Element::Uri if self.inside.person.is_some() => self.person.uri = content.into_plain(),
            Element::Category => self.give_category(content.into_plain(), open.attributes),
            Element::Keywords => self.give_keywords(&content.into_plain()),
            Element::Language => self.draft().language = Some(content.into_plain()).filter(|language| !language.is_empty()),
            Element::Icon | Element::Logo => {
                let url = Some(Link::of(content.as_written(), &self.scopes).url).filter(|url| !url.is_empty());
                let draft = self.draft();
                *(if element == Element::Icon { &mut draft.icon } else { &mut draft.logo }) = url;
            }
            Element::Ttl => self.said.ttl(&content.into_plain()),
            Element::Hour => self.said.skip_hour(&content.into_plain()),
            Element::Day => self.said.skip_day(&content.into_plain()),
            Element::UpdatePeriod => self.said.period(&content.into_plain()),
            Element::UpdateFrequency => self.said.frequency(&content.into_plain()),
            Element::UpdateBase => self.said.base(date::parse(&content.into_plain(), self.zone)),
            Element::MediaThumbnail | Element::Picture | Element::Uri => {
                let url = Link::of(content.as_written(), &self.scopes).url;
                self.draft().thumbnail(url);
            }
            _ => {}
        }
    }

    fn give_text(&mut self, content: Content<'a>, element: Element, depth: usize) {
        let is_html_usually = self.dialect != Some(Dialect::Atom);
        let wrapper_base = content.base.clone();
        let Some(mut text) = content.into_text(is_html_usually) else { return };
        if text.is_html
            && let Some(base) = wrapper_base.as_deref().or(self.scopes.declared_base())
            && let Some(value) = html_links::resolved(&text.value, base, &mut self.budget)
        {
            text = Text { value, ..text };
        }
        let draft = self.draft();
        match element {
            Element::Title => draft.title(text, depth),
            // What stands deeper than any title of the item itself.
            Element::MediaTitle => draft.title(text, usize::MAX - 1),
            Element::Summary | Element::Description => draft.summary(text, depth),
            Element::MediaDescription => draft.caption(text),
            Element::Rights => draft.rights = Some(text),
            _ => draft.content(text),
        }
    }

    fn give_guid(&mut self, guid: &str, raw: &str, depth: usize) {
        if guid.is_empty() {
            return;
        }
        let is_link = attribute(raw, "isPermaLink", &mut self.entities).is_none_or(|said| said.trim().eq_ignore_ascii_case("true"));
        if is_link {
            let link = Link::of(guid, &self.scopes);
            self.draft().links.add_permanent(link);
        }
        // The address of the document may change, and the guid must not.
        let base = self.scopes.declared_base().filter(|_| is_link).unwrap_or_default();
        let guid = crate::parse::resolve::resolve(base, guid).into_owned();
        self.draft().guid(guid, depth);
    }

    fn give_date(&mut self, dated: Dated, text: &str) {
        if let Some(date) = date::parse(text, self.zone) {
            self.draft().date(dated, date);
        }
    }

    fn give_person(&mut self, text: &str, element: Element) {
        let person = std::mem::take(&mut self.person);
        if element != Element::Author {
            return;
        }
        let names = [person.name, name_of(text), person.email];
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        self.draft().author(Author { name, uri: Some(person.uri).filter(|uri| !uri.is_empty()) });
    }

    fn give_category(&mut self, text: String, raw: &str) {
        let mut said =
            |name: &str| attribute(raw, name, &mut self.entities).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let (term, label) = (said("term"), said("label"));
        let scheme = said("scheme").or_else(|| said("domain"));
        self.draft().category(Category { term: term.unwrap_or(text), scheme, label });
    }

    fn give_keywords(&mut self, text: &str) {
        for term in text.split(',') {
            self.draft().category(Category { term: term.trim().to_owned(), scheme: None, label: None });
        }
    }
}
