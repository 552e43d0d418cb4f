//! Meta tags, links of the head, and microdata.

use dom_query::NodeRef;

use super::json_ld::is_article;
use super::visible::{Outline, short_text};
use super::{Author, Claims, folded, names};
use crate::normalise::plain_line;
use crate::parse::Page;

/// Most meta tags, and most elements with microdata, that are looked at.
const MAX_METAS: usize = 500;
const MAX_PROPERTIES: usize = 1_000;
/// Longest text of a microdata element, in bytes.
const MAX_TEXT: usize = 1_000;

/// The meta tags of a page: name in lower case, and content.
pub(super) fn metas(page: &Page) -> Vec<(String, String)> {
    let metas = page.document.select("meta[content]");
    let metas = metas.iter().take(MAX_METAS).filter_map(|meta| {
        let name = ["property", "name", "http-equiv"].iter().find_map(|key| meta.attr(key))?;
        let content = meta.attr("content")?.trim().to_owned();
        (!content.is_empty()).then(|| (name.trim().to_ascii_lowercase(), content))
    });
    metas.collect()
}

/// The contents of the meta tags of these names, in the order of the names.
fn contents(metas: &[(String, String)], names: &[&str]) -> Vec<String> {
    let of = |name: &&str| metas.iter().filter(move |(known, _)| known == name).map(|(_, content)| content.clone()).collect::<Vec<_>>();
    names.iter().flat_map(of).collect()
}

/// The addresses of the links of one relation.
pub(super) fn links(page: &Page, relation: &str) -> Vec<String> {
    let links = page.document.select("link[rel][href]");
    let is_wanted = |rel: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(relation));
    let links = links.iter().filter(|link| link.attr("rel").is_some_and(|rel| is_wanted(&rel)));
    links.take(MAX_METAS).filter_map(|link| link.attr("href")).map(|href| href.to_string()).collect()
}

fn people(contents: Vec<String>) -> Vec<Author> {
    contents.iter().map(|name| Author { name: plain_line(name), is_organisation: false }).collect()
}

fn keywords_of(lists: &[String]) -> Vec<String> {
    lists.iter().flat_map(|list| names::keywords(list)).collect()
}

/// What a page tells social networks.
pub(super) fn open_graph(metas: &[(String, String)]) -> Claims {
    let of = |names: &[&str]| contents(metas, names);
    Claims {
        titles: of(&["og:title"]),
        authors: people(of(&["article:author", "og:article:author"])),
        published: of(&["article:published_time", "og:article:published_time", "og:published_time"]),
        updated: of(&["article:modified_time", "og:article:modified_time", "og:updated_time"]),
        images: of(&["og:image", "og:image:secure_url", "og:image:url"]),
        sections: of(&["article:section", "og:article:section"]),
        keywords: keywords_of(&of(&["article:tag", "og:article:tag"])),
        languages: of(&["og:locale"]),
        urls: of(&["og:url"]),
        sites: of(&["og:site_name"]),
        ..Claims::default()
    }
}

/// What a page says in meta tags that nobody defined, but many read.
pub(super) fn named(page: &Page, metas: &[(String, String)]) -> Claims {
    let of = |names: &[&str]| contents(metas, names);
    let mut images = of(&["twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full"]);
    images.extend(links(page, "image_src"));
    Claims {
        titles: of(&["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title"]),
        authors: people(of(&["author", "parsely-author", "sailthru.author", "mediator_author", "dc.creator", "dcterms.creator", "byl"])),
        published: of(&[
            "datepublished",
            "parsely-pub-date",
            "mediator_published_time",
            "sailthru.date",
            "pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "publication_date",
            "article.published",
            "dc.date.issued",
            "dcterms.created",
            "dc.date.created",
            "dc.date",
            "dcterms.date",
            "date",
        ]),
        updated: of(&["datemodified", "article.updated", "dc.date.modified", "dcterms.modified", "lastmod", "modified"]),
        images,
        sections: of(&["parsely-section", "mediator_theme", "section"]),
        keywords: keywords_of(&of(&["news_keywords", "parsely-tags", "sailthru.tags"])),
        languages: of(&["dc.language", "content-language", "language"]),
        sites: of(&["application-name"]),
        ..Claims::default()
    }
}

/// The keywords of the page, which many sites fill with the same words everywhere.
pub(super) fn keywords(metas: &[(String, String)]) -> Vec<String> {
    keywords_of(&contents(metas, &["keywords"]))
}

/// What a page says in microdata about the article that it shows.
pub(super) fn microdata(page: &Page, outline: &Outline<'_>) -> Claims {
    let elements = page.document.select("[itemprop]");
    let properties: Vec<Property<'_>> =
        elements.iter().take(MAX_PROPERTIES).filter_map(|element| Property::of(*element.nodes().first()?)).collect();
    let headings: Vec<String> = outline.headings().map(folded).collect();
    let heading = |property: &Property<'_>| {
        let headline = property.text().filter(|_| property.has("headline")).map(|text| folded(&text))?;
        headings.iter().position(|heading| *heading == headline)
    };
    // Cards of other articles have scopes of their own: the page's is the one with its foremost headline, or else the first.
    let foremost = properties.iter().filter_map(|property| Some((heading(property)?, property))).min_by_key(|(heading, _)| *heading);
    let own = foremost.map(|(_, property)| property).or(properties.first());
    let Some(own) = own.map(|property| property.scope.map(|node| node.id)) else { return Claims::default() };
    let mut claims = Claims::default();
    for property in properties.iter().filter(|property| property.scope.map(|node| node.id) == own) {
        property.read(&mut claims);
    }
    claims
}

/// An element with a property of the article that it stands in.
struct Property<'a> {
    node: NodeRef<'a>,
    names: String,
    /// The article's element; None where it has none.
    scope: Option<NodeRef<'a>>,
}

impl<'a> Property<'a> {
    /// None for the property of something else than an article.
    fn of(node: NodeRef<'a>) -> Option<Self> {
        let names = node.attr("itemprop")?.to_string();
        let scope = node.ancestors_it(None).find(|ancestor| ancestor.has_attr("itemscope"));
        let kind = scope.and_then(|scope| scope.attr("itemtype"));
        let is_of_article = match &kind {
            Some(kind) => kind.split_ascii_whitespace().any(|kind| is_article(kind.rsplit('/').next().unwrap_or_default())),
            None => scope.is_none(),
        };
        is_of_article.then_some(Self { node, names, scope })
    }

    fn has(&self, name: &str) -> bool {
        self.names.split_ascii_whitespace().any(|known| known == name)
    }

    /// The first of these attributes that the element has.
    fn attribute(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.node.attr(name)).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn text(&self) -> Option<String> {
        self.attribute(&["content"]).or_else(|| short_text(self.node, MAX_TEXT))
    }

    /// The property of an object that stands in this element, such as the name of the author.
    fn inner(&self, names: &[&str]) -> Option<Self> {
        let inner = self.node.descendants_it().take(MAX_PROPERTIES).filter(NodeRef::is_element);
        let mut inner = inner.filter_map(|node| Some(Self { node, names: node.attr("itemprop")?.to_string(), scope: None }));
        inner.find(|property| names.iter().any(|name| property.has(name)))
    }

    fn read(&self, claims: &mut Claims) {
        if self.has("headline") {
            claims.titles.extend(self.text());
        }
        if self.has("datePublished") {
            claims.published.extend(self.attribute(&["content", "datetime"]).or_else(|| self.text()));
        }
        if self.has("dateModified") {
            claims.updated.extend(self.attribute(&["content", "datetime"]).or_else(|| self.text()));
        }
        if self.has("author") || self.has("creator") {
            let is_organisation = self.attribute(&["itemtype"]).is_some_and(|kind| kind.ends_with("Organization"));
            let name = self.inner(&["name"]).map_or_else(|| self.text(), |name| name.text());
            claims.authors.extend(name.map(|name| Author { name: plain_line(&name), is_organisation }));
        }
        if self.has("image") {
            const ADDRESSES: [&str; 4] = ["content", "href", "src", "data-src"];
            let inner = self.inner(&["url", "contentUrl"]).and_then(|url| url.attribute(&ADDRESSES));
            claims.images.extend(inner.or_else(|| self.attribute(&ADDRESSES)));
        }
        if self.has("keywords") {
            claims.keywords.extend(self.text().iter().flat_map(|list| names::keywords(list)));
        }
        if self.has("articleSection") {
            claims.sections.extend(self.text());
        }
        if self.has("inLanguage") {
            claims.languages.extend(self.text());
        }
    }
}
