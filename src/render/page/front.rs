//! The page at `/`: the views, and how to subscribe.

use url::Url;

use super::words::Words;
use super::{FeedFormat, Page, addresses, alternate, is_web, lang, search_form};
use crate::render::escape::escape;

/// A view as the front page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub title: String,
    pub subtitle: Option<String>,
    /// Of its title and subtitle.
    pub language: Option<String>,
    /// Absolute address of its own page, where it has one.
    pub page: Option<String>,
    /// Absolute addresses of its documents, the one that readers should find first.
    pub feeds: Vec<(FeedFormat, String)>,
}

/// The page with all views, in the language that they share, else in English.
/// `search` is the server's address, where it has a search.
pub fn front_page(views: &[Listed], search: Option<&Url>) -> String {
    let words = Words::of(shared_language(views).unwrap_or_default());
    let first = |view: &Listed| view.feeds.first().map(|(format, url)| alternate(&view.title, *format, url));
    let page = Page {
        language: words.language,
        words,
        title: "taspa",
        head: views.iter().filter_map(first).collect(),
        header: format!("<h1>taspa</h1>\n{}", search.map(|home| search_form(home, None, words)).unwrap_or_default()),
        main: if views.is_empty() { format!("<p class=\"empty\">{}</p>\n", words.no_views) } else { list(views, words) },
    };
    page.html()
}

fn shared_language(views: &[Listed]) -> Option<&str> {
    let first = views.first()?.language.as_deref()?;
    views.iter().all(|view| view.language.as_deref() == Some(first)).then_some(first)
}

fn list(views: &[Listed], words: &Words) -> String {
    let Words { addresses, no_reader, views: label, .. } = words;
    let items: String = views.iter().map(|view| item(view, words)).collect();
    format!(
        "<p>{addresses}</p>\n<nav aria-label=\"{label}\">\n<ul class=\"views\">\n{items}</ul>\n</nav>\n<p class=\"aside\">{no_reader}</p>\n"
    )
}

fn item(view: &Listed, words: &Words) -> String {
    let lang = lang(view.language.as_deref(), words.language);
    let title = escape(&view.title);
    let title = match view.page.as_deref().filter(|page| is_web(page)) {
        Some(page) => format!("<a href=\"{}\">{title}</a>", escape(page)),
        None => title,
    };
    let subtitle = |text: &String| format!("<p class=\"subtitle\"{lang}>{}</p>\n", escape(text));
    let subtitle = view.subtitle.as_ref().map(subtitle).unwrap_or_default();
    format!("<li>\n<h2{lang}>{title}</h2>\n{subtitle}{}</li>\n", addresses(&view.feeds))
}
