//! Why a listing gave nothing, told so that an admin can mend it.

use url::Url;

use super::text;
use crate::config::Field;
use crate::parse::Page;

/// Why a listing gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    #[error("the listing matched no item: selector `{item}` found nothing in {}{}", size(*.bytes), described(*.looks))]
    NothingMatches { item: Field, bytes: usize, looks: Option<LooksLike> },
    #[error("the listing matched too much: selector `{item}` found {matched} elements, {most} are the most")]
    TooManyMatch { item: Field, matched: usize, most: usize },
    #[error("the listing matched too much: selector `{item}` found the whole page")]
    WholePage { item: Field },
    #[error("the listing matched too much: of {matched} elements that selector `{item}` found, {nested} stand inside others")]
    Nested { item: Field, matched: usize, nested: usize },
    #[error("the listing found no link in any item: selector `{item}` matched {matched}")]
    NoLink { item: Field, matched: usize },
    #[error("the listing found no title in any item: selector `{item}` matched {matched}")]
    NoTitle { item: Field, matched: usize },
    #[error("the page names no feed, and no list of news was found in its {}{}", size(*.bytes), described(*.looks))]
    NoNews { bytes: usize, looks: Option<LooksLike> },
}

impl ListingError {
    /// Of a page without a feed, in which nothing looks like a list of news.
    pub fn no_news(page: &Page) -> Self {
        Self::NoNews { bytes: page.document.html().len(), looks: LooksLike::of(page) }
    }

    /// What the admin can do about it; `url` is the source's.
    pub fn hint(&self, url: &Url) -> String {
        let preview = format!("`taspa preview {url}`");
        match self {
            Self::NothingMatches { looks: Some(LooksLike::Challenge | LooksLike::Login), .. }
            | Self::NoNews { looks: Some(LooksLike::Challenge | LooksLike::Login), .. } => {
                "the site keeps programs out; ask it for a feed, or for leave to read this page".to_owned()
            }
            Self::NothingMatches { looks: Some(LooksLike::ErrorPage), .. } | Self::NoNews { looks: Some(LooksLike::ErrorPage), .. } => {
                "open the source's `url` in a browser: the page may have moved".to_owned()
            }
            Self::NothingMatches { looks: Some(LooksLike::ScriptsOnly), .. } | Self::NoNews { looks: Some(LooksLike::ScriptsOnly), .. } => {
                "a browser builds this page by scripts, which taspa does not run; look for a feed, or another page of the site".to_owned()
            }
            Self::NothingMatches { looks: Some(LooksLike::Empty) | None, .. } => {
                format!("the layout may have changed; {preview} proposes new selectors")
            }
            Self::NoNews { looks: Some(LooksLike::Empty) | None, .. } => {
                "open the source's `url` in a browser: it must be a feed, or a page that lists news; [source.listing] says where they stand"
                    .to_owned()
            }
            Self::TooManyMatch { .. } | Self::WholePage { .. } | Self::Nested { .. } => {
                format!("`item` must match each piece of news once, and nothing else; {preview} proposes selectors")
            }
            Self::NoLink { .. } => format!("`link` must match inside each item; {preview} proposes selectors"),
            Self::NoTitle { .. } => format!("`title` must match inside each item; {preview} proposes selectors"),
        }
    }
}

/// A page of another kind than a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    /// Nothing to read.
    Empty,
    /// "Checking your browser": a guard against programs.
    Challenge,
    Login,
    /// "Not found", "technical works".
    ErrorPage,
    /// A shell that scripts fill.
    ScriptsOnly,
}

/// Longest beginning of a page's text that is looked at, in bytes.
const MAX_TEXT: usize = 20_000;
/// A page with more text than this, in bytes, is not one of these kinds.
const SHORT: usize = 4000;
/// With less text than this, in bytes, a page with scripts is only their shell.
const SHELL: usize = 400;

const CHALLENGES: [&str; 10] = [
    "just a moment",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "ddos-guard",
    "проверка браузера",
    "проверяем ваш браузер",
    "проверка безопасности",
    "вы не робот",
    "attention required! | cloudflare",
];
const ERRORS: [&str; 18] = [
    "404",
    "403 forbidden",
    "not found",
    "access denied",
    "500 internal",
    "502 bad gateway",
    "503 service",
    "service unavailable",
    "bad gateway",
    "страница не найдена",
    "не найдено",
    "доступ запрещен",
    "доступ запрещён",
    "технические работы",
    "ошибка сервера",
    "бет табылмады",
    "парақша табылмады",
    "under maintenance",
];

impl LooksLike {
    /// The other kind that a page is of, as far as its text tells.
    pub fn of(page: &Page) -> Option<Self> {
        let document = &page.document;
        let has = |selector: &str| document.select_single(selector).exists();
        let body = text::text(document.root(), MAX_TEXT).to_lowercase();
        let said = |phrases: &[&str]| phrases.iter().any(|phrase| body.contains(phrase));
        if body.len() > SHORT {
            return None;
        }
        if has("#challenge-form, #cf-challenge-running, script[src*='challenge-platform'], [class*='captcha'], [id*='captcha']")
            || said(&CHALLENGES)
        {
            return Some(Self::Challenge);
        }
        if has("input[type=password]") {
            return Some(Self::Login);
        }
        if said(&ERRORS) {
            return Some(Self::ErrorPage);
        }
        if body.len() < SHELL && has("body script, head script[src]") {
            return Some(Self::ScriptsOnly);
        }
        let shows_nothing = document.body().is_none_or(|body| !text::has_text(body));
        shows_nothing.then_some(Self::Empty)
    }
}

fn described(looks: Option<LooksLike>) -> &'static str {
    match looks {
        None => "",
        Some(LooksLike::Empty) => "; the page is empty",
        Some(LooksLike::Challenge) => "; the page asks whether a person reads it",
        Some(LooksLike::Login) => "; the page asks for a login",
        Some(LooksLike::ErrorPage) => "; the page reads like an error message",
        Some(LooksLike::ScriptsOnly) => "; the page is empty until scripts fill it",
    }
}

fn size(bytes: usize) -> String {
    if bytes < 1000 { format!("{bytes} bytes") } else { format!("{} KB", bytes.div_ceil(1000)) }
}
