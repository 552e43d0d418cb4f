//! The link to the page of older news.

use dom_query::NodeRef;

use super::names::{is_stable, symbol_of_class};
use crate::config::Field;
use crate::parse::Page;
use crate::parse::listing::link::{Base, links, same_page};
use crate::parse::listing::{Compiled, text};

/// Words that a link to older news is made of, in lower case.
const WORDS: [&str; 16] = [
    "следующая",
    "следующая страница",
    "следующие",
    "вперед",
    "вперёд",
    "далее",
    "старые записи",
    "предыдущие записи",
    "келесі",
    "келесі бет",
    "алға",
    "next",
    "next page",
    "older posts",
    "older",
    "older entries",
];
const ARROWS: [&str; 7] = ["›", "»", "→", ">", ">>", "❯", "⟩"];
/// Longest text of such a link, in bytes.
const MAX_TEXT: usize = 60;

/// The field that gives the next page, if the page links one.
pub(super) fn of(page: &Page) -> Option<Field> {
    ["link[rel~=\"next\"]@href", "a[rel~=\"next\"]@href"]
        .into_iter()
        .filter_map(|field| Field::parse(field).ok())
        .find(|field| leads_on(page, field, None))
        .or_else(|| linked(page))
}

/// The first match of the field leads to another page of this host: to `target`, if that is given.
fn leads_on(page: &Page, field: &Field, target: Option<&url::Url>) -> bool {
    let base = Base::new(page, None);
    let url = Compiled::of(field).first(page.document.root(), |_| None, |href| base.absolute(href));
    url.is_some_and(|url| {
        target.is_none_or(|target| *target == url)
            && page.base.as_ref().is_none_or(|base| base.host() == url.host() && !same_page(base, &url))
    })
}

fn linked(page: &Page) -> Option<Field> {
    let base = Base::new(page, None);
    let links = links(page.document.body()?, &base);
    let said = |node: NodeRef<'_>| {
        let text = text::text(node, MAX_TEXT).to_lowercase();
        let label = ["aria-label", "title"].into_iter().find_map(|name| node.attr(name)).unwrap_or_default().to_lowercase();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        let is_arrow = ARROWS.contains(&text.trim());
        (WORDS.contains(&bare) || WORDS.contains(&label.trim()), is_arrow)
    };
    let short: Vec<_> = links.iter().filter(|link| link.length < MAX_TEXT).map(|link| (link, said(link.node))).collect();
    let by_word = short.iter().filter(|(_, (is_word, _))| *is_word);
    let by_arrow = short.iter().filter(|(link, (_, is_arrow))| *is_arrow && is_of_pager(link.node));
    let second = short.iter().filter(|(link, _)| is_second_page(&link.url) && text::text(link.node, 3) == "2");
    by_word.chain(by_arrow).chain(second).find_map(|(link, _)| {
        let fields = selectors(link.node).into_iter().filter_map(|selector| Field::parse(&format!("{selector}@href")).ok());
        fields.into_iter().find(|field| leads_on(page, field, Some(&link.url)))
    })
}

fn is_of_pager(node: NodeRef<'_>) -> bool {
    std::iter::once(node).chain(node.ancestors_it(Some(4))).any(|node| {
        let names = format!("{} {}", node.class().unwrap_or_default(), node.id_attr().unwrap_or_default()).to_lowercase();
        ["pag", "next", "nav-links"].iter().any(|word| names.contains(word))
    })
}

fn is_second_page(url: &url::Url) -> bool {
    let is_page = |key: &str| matches!(key.to_ascii_lowercase().as_str(), "page" | "p" | "paged") || key.starts_with("PAGEN");
    url.query_pairs().any(|(key, value)| is_page(&key) && value == "2") || url.path().trim_end_matches('/').ends_with("/page/2")
}

/// The ways to name the link, those first that fit on every page.
fn selectors(node: NodeRef<'_>) -> Vec<String> {
    let names = |node: NodeRef<'_>| -> Vec<String> {
        let class = node.class().unwrap_or_default();
        class.split_ascii_whitespace().filter(|class| is_stable(class)).take(4).map(symbol_of_class).collect()
    };
    let mut own = names(node);
    own.sort_by_key(|name| !["next", "forward", "older"].iter().any(|word| name.contains(word)));
    let mut selectors: Vec<String> = own.into_iter().map(|name| format!("a{name}")).collect();
    let parents: Vec<NodeRef<'_>> = node.ancestors_it(Some(4)).collect();
    if let Some(parent) = parents.first() {
        selectors.extend(names(*parent).into_iter().filter(|name| name.contains("next")).map(|name| format!("{name} > a")));
    }
    let words = text::text(node, MAX_TEXT);
    let quoted = words.replace('\\', "\\\\").replace('"', "\\\"");
    let is_number = words.bytes().all(|byte| byte.is_ascii_digit());
    let around: Vec<String> = parents.into_iter().flat_map(names).collect();
    if is_number {
        let current =
            ["a.active + a", ".active + li > a", ".active + a", ".current + a", ".current + li > a", "span + a", "b + a", "strong + a"];
        selectors.extend(around.iter().flat_map(|name| current.map(|current| format!("{name} {current}"))));
    } else if !quoted.is_empty() {
        selectors.extend(around.iter().map(|name| format!("{name} a:contains(\"{quoted}\")")));
        selectors.push(format!("a:contains(\"{quoted}\")"));
    }
    selectors
}
