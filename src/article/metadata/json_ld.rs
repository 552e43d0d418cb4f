//! JSON-LD: what a page tells search engines in schema.org's words.
//!
//! Only the objects that stand for the page are looked at: those of the scripts themselves, of their lists, of `@graph` and of
//! what says that it is the page's main entity. Lists of other articles, comments and updates inside an article are not.

mod repair;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::visible::Outline;
use super::{Author, Claims, folded};
use crate::normalise::plain_line;
use crate::parse::Page;

/// Most scripts, objects in all of them, and values of one property that are looked at.
const MAX_SCRIPTS: usize = 50;
const MAX_OBJECTS: usize = 5_000;
const MAX_VALUES: usize = 200;

type Object = Map<String, Value>;

/// What the page's JSON-LD claims about its article.
pub(super) fn claims(page: &Page, outline: &Outline<'_>) -> Claims {
    let documents = documents(page);
    let graph = Graph::of(&documents);
    let mut claims = Claims::default();
    for article in graph.articles(page, outline) {
        graph.read_article(article, &mut claims);
    }
    for object in &graph.objects {
        if has_type(object, |kind| matches!(kind, "WebPage" | "ItemPage")) {
            claims.published.extend(graph.texts(object.get("datePublished"), &[]));
            claims.updated.extend(graph.texts(object.get("dateModified"), &[]));
            claims.languages.extend(graph.texts(object.get("inLanguage"), &["alternateName", "name"]));
        } else if has_type(object, |kind| kind == "WebSite") {
            claims.sites.extend(graph.texts(object.get("name"), &[]));
        }
    }
    claims
}

fn documents(page: &Page) -> Vec<Value> {
    let scripts = page.document.select("script[type]");
    let is_json_ld = |kind: &str| kind.trim().get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
    let scripts = scripts.iter().filter(|script| script.attr("type").is_some_and(|kind| is_json_ld(&kind)));
    scripts.take(MAX_SCRIPTS).flat_map(|script| repair::read(&script.text())).collect()
}

/// The kinds of an object, without the vocabulary's address.
fn has_type(object: &Object, is_wanted: impl Fn(&str) -> bool) -> bool {
    let is_wanted = |kind: &Value| kind.as_str().is_some_and(|kind| is_wanted(kind.rsplit(['/', ':', '#']).next().unwrap_or_default()));
    match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().take(MAX_VALUES).any(is_wanted),
        Some(kind) => is_wanted(kind),
        None => false,
    }
}

/// Whether a schema.org type is one of an article.
pub(super) fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("BlogPosting") || matches!(kind, "Report" | "SocialMediaPosting")
}

/// The objects that stand for the page and its parts.
struct Graph<'a> {
    objects: Vec<&'a Object>,
    by_id: HashMap<&'a str, &'a Object>,
}

impl<'a> Graph<'a> {
    fn of(documents: &'a [Value]) -> Self {
        let mut objects = Vec::new();
        let mut left: Vec<&Value> = documents.iter().rev().collect();
        while let Some(value) = left.pop() {
            match value {
                Value::Array(values) => left.extend(values.iter().take(MAX_OBJECTS).rev()),
                Value::Object(object) => {
                    objects.push(object);
                    left.extend(["mainEntityOfPage", "mainEntity", "@graph"].iter().filter_map(|key| object.get(*key)));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
            if objects.len() >= MAX_OBJECTS {
                break;
            }
        }
        // An object that only refers to another says nothing by itself.
        let named = objects.iter().filter(|object| object.len() > 1);
        let by_id = named.filter_map(|object| Some((object.get("@id")?.as_str()?, *object))).collect();
        Self { objects, by_id }
    }

    /// The objects of the page's own article. Where a page describes several, those with the page's address or its foremost headline.
    fn articles(&self, page: &Page, outline: &Outline<'_>) -> Vec<&'a Object> {
        let mut articles: Vec<&Object> = self.objects.iter().filter(|object| has_type(object, is_article)).copied().collect();
        let headings: Vec<String> = outline.headings().map(folded).collect();
        let heading = |article: &Object| {
            let headline = folded(&self.texts(article.get("headline").or_else(|| article.get("name")), &[]).join(" "));
            headings.iter().position(|heading| !headline.is_empty() && *heading == headline)
        };
        let ranked: Vec<(Option<usize>, &Object)> = articles.iter().map(|article| (heading(article), *article)).collect();
        let foremost = ranked.iter().filter_map(|(heading, _)| *heading).min();
        let is_own = |heading: Option<usize>, article: &Object| (foremost.is_some() && heading == foremost) || self.is_here(article, page);
        let own: Vec<&Object> =
            ranked.into_iter().filter(|(heading, article)| is_own(*heading, article)).map(|(_, article)| article).collect();
        if own.is_empty() {
            articles.truncate(1);
            return articles;
        }
        own
    }

    fn is_here(&self, article: &Object, page: &Page) -> bool {
        let mut urls = ["mainEntityOfPage", "url", "@id"].iter().flat_map(|key| self.texts(article.get(*key), &["@id", "url"]));
        page.base.is_some() && urls.any(|url| page.absolute(&url) == page.base)
    }

    fn read_article(&self, article: &Object, claims: &mut Claims) {
        let texts = |key: &str, fields: &[&str]| self.texts(article.get(key), fields);
        claims.titles.extend(texts("headline", &[]));
        claims.titles.extend(texts("name", &[]));
        for key in ["author", "creator"] {
            claims.authors.extend(self.authors(article.get(key)));
        }
        claims.published.extend(texts("datePublished", &[]));
        claims.published.extend(texts("dateCreated", &[]));
        claims.updated.extend(texts("dateModified", &[]));
        for key in ["image", "thumbnailUrl"] {
            claims.images.extend(texts(key, &["url", "contentUrl"]));
        }
        claims.sections.extend(texts("articleSection", &["name"]));
        claims.keywords.extend(texts("keywords", &["name"]).iter().flat_map(|list| super::names::keywords(list)));
        claims.languages.extend(texts("inLanguage", &["alternateName", "name"]));
        for key in ["url", "mainEntityOfPage"] {
            claims.urls.extend(texts(key, &["@id", "url"]));
        }
        for publisher in values(article.get("publisher")) {
            claims.sites.extend(self.texts(Some(publisher), &["name"]));
            claims.logos.extend(self.texts(publisher.get("logo"), &["url", "contentUrl"]));
        }
        let body = texts("articleBody", &[]).join("\n\n");
        if claims.body.is_none() && !body.trim().is_empty() {
            claims.body = Some(body);
        }
    }

    /// The property as texts; of objects, the first of `fields` that has one.
    fn texts(&self, value: Option<&Value>, fields: &[&str]) -> Vec<String> {
        let texts = values(value).into_iter().filter_map(|value| self.text(value, fields));
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    /// A value as text. What an object does not say itself, the one says that it refers to.
    fn text(&self, value: &Value, fields: &[&str]) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Object(object) => {
                let referred = object.get("@id").and_then(Value::as_str).and_then(|id| self.by_id.get(id).copied());
                let objects = [Some(object), referred];
                let named = objects.into_iter().flatten().flat_map(|object| fields.iter().filter_map(|field| object.get(*field)));
                // The "@value" of a typed text.
                let found = named.chain(object.get("@value")).find_map(|value| match value {
                    Value::Array(list) => list.first().and_then(Value::as_str),
                    value => value.as_str(),
                });
                found.map(str::to_owned)
            }
            Value::Null | Value::Bool(_) | Value::Array(_) => None,
        }
    }

    fn authors(&self, value: Option<&Value>) -> Vec<Author> {
        let is_organisation =
            |value: &Value| value.as_object().is_some_and(|object| has_type(object, |kind| kind.ends_with("Organization")));
        let named = values(value).into_iter().filter_map(|value| {
            let name = plain_line(&self.text(value, &["name"])?);
            Some(Author { name, is_organisation: is_organisation(value) })
        });
        named.collect()
    }
}

/// The values of a property: itself, or those of its lists.
fn values(value: Option<&Value>) -> Vec<&Value> {
    let mut values = Vec::new();
    let mut left: Vec<&Value> = value.into_iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::Array(list) => left.extend(list.iter().take(MAX_VALUES).rev()),
            value => values.push(value),
        }
        if values.len() >= MAX_VALUES {
            break;
        }
    }
    values
}
