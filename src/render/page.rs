//! The page for people at `/`: the views, and how to subscribe.

use std::fmt::Write as _;

/// A view as the page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub title: String,
    /// Absolute address of its Atom document.
    pub url: String,
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{max-width:40rem;margin:3rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif}\
h1{font-size:1.6rem;margin-bottom:.25rem}\
ul{padding:0;list-style:none}\
li{padding:.75rem 0;border-top:1px solid color-mix(in srgb,currentColor 20%,transparent)}\
a{font-weight:600}\
code{overflow-wrap:anywhere}";

/// The page's Content-Security-Policy: its own style and nothing else.
pub const FRONT_PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page with all views.
pub fn front_page(views: &[Listed]) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>taspa</title>\n",
    );
    for view in views {
        let (title, url) = (escape(&view.title), escape(&view.url));
        writeln!(page, "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{title}\" href=\"{url}\">")
            .expect("a String takes all");
    }
    write!(page, "<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>taspa</h1>\n").expect("a String takes all");
    if views.is_empty() {
        page.push_str("<p>No feed is published here: the config has no enabled view.</p>\n");
    } else {
        page.push_str("<p>To subscribe, give one of these addresses to your feed reader.</p>\n<ul>\n");
        for view in views {
            let (title, url) = (escape(&view.title), escape(&view.url));
            writeln!(page, "<li><a href=\"{url}\">{title}</a><br><code>{url}</code></li>").expect("a String takes all");
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// A text as HTML, also within an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
