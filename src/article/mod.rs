//! Article page -> its text, clean, and what it says about itself.
//!
//! Pure: no I/O, no clock. A page is built into a tree within the bounds of [`Page`]; `metadata` reads what it says about itself;
//! `prune` takes the furniture out of it; `container` finds the element that holds the article, with a generic extractor's guess as its
//! guide; `blocks` reads that element as a row of blocks; `clean` takes from the blocks what is no text of the article, each piece under
//! the name of its rule.

mod blocks;
mod clean;
mod container;
mod facts;
mod generic;
pub mod metadata;
mod picture;
mod prune;
mod table;
mod tree;
mod write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::config::{self, Language};
use crate::normalise::{language_of, safe_html};
use crate::parse::listing::LooksLike;
use crate::parse::{Page, ParseError};

pub use clean::alone::LoneLine;
use facts::Facts;

/// What reading needs to know beside the page.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The address that the page came from.
    pub url: Option<&'a Url>,
    /// Of dates without a zone.
    pub zone: Tz,
    pub now: DateTime<Utc>,
    /// The headline, where a feed or a listing has told it.
    pub title: Option<&'a str>,
    /// How the source's pages are read, where the general way errs.
    pub rules: &'a config::Article,
}

/// An article, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub title: Option<String>,
    /// Safe HTML with absolute links: paragraphs, headings, lists, quotes, tables, and pictures with their captions.
    pub html: String,
    /// A paragraph, heading, list item or row of a table a line; without the headline.
    pub text: String,
    /// Its address in the page's own words, if they are to be trusted: on another host where the text is taken over from there.
    pub canonical: Option<Url>,
    pub authors: Vec<String>,
    pub published: Option<DateTime<Utc>>,
    /// The language that the text leaves no doubt of.
    pub detected: Option<Language>,
    /// The language that the page says it is in.
    pub declared: Option<Language>,
    /// The lead picture.
    pub image: Option<Url>,
    /// Sections and tags.
    pub categories: Vec<String>,
    /// Whom the pictures are credited to: "Gov" of "Фото: Gov".
    pub credit: Option<String>,
    /// What the cleaning took away.
    pub removed: Vec<Removed>,
    /// The source's `content` selector matched nothing: the general rules found the text.
    pub content_missed: bool,
}

impl Article {
    /// The language of its text, else the one that the page names.
    pub fn language(&self) -> Option<&Language> {
        self.detected.as_ref().or(self.declared.as_ref())
    }
}

/// A piece that a rule took from an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The rule's name in docs/articles.md.
    pub rule: &'static str,
    pub text: String,
}

/// Why a page gave no article.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    #[error(transparent)]
    Page(#[from] ParseError),
    #[error("the page holds no text of an article")]
    NoText,
    #[error("the page asks whether a person reads it")]
    Challenge,
}

/// Bytes of text up to which a page that asks whether a person reads it has nothing else to say.
const CHALLENGE: usize = 400;

/// Reads an article page.
///
/// # Errors
/// [`ArticleError::Page`] for a page beyond the bounds of [`Page::read`], [`ArticleError::NoText`] for one without text,
/// [`ArticleError::Challenge`] for one that keeps programs out.
pub fn read(html: &str, context: Context<'_>) -> Result<Article, ArticleError> {
    let rules = context.rules;
    let mut page = Page::read(html, context.url)?;
    let is_challenge = LooksLike::of(&page) == Some(LooksLike::Challenge);
    let facts = Facts::of(&page, context);
    page.base = page.base.or_else(|| facts.metadata.canonical.clone());
    for selector in &rules.remove {
        page.document.select_matcher(selector.matcher()).remove();
    }
    let content = rules.content.as_ref().map(|selector| page.document.select_matcher(selector.matcher()).nodes().to_vec());
    let content_missed = content.as_ref().is_some_and(Vec::is_empty);
    let content = content.unwrap_or_default();
    prune::prune(&page, &content);
    let blocks = if content.is_empty() {
        container::blocks_of_article(&page, &facts.titles)
    } else {
        content.iter().flat_map(|node| blocks::blocks(&page, *node)).collect()
    };
    let mut cleaned = clean::clean(blocks, &facts.known(context.url, &rules.cut_after));
    write::place_credit(&mut cleaned);
    let text = write::text(&cleaned.blocks);
    if text.is_empty() {
        return Err(ArticleError::NoText);
    }
    // Comments under a real article may ask the same, and it may be about robots.
    if is_challenge && text.len() < CHALLENGE {
        return Err(ArticleError::Challenge);
    }
    let html = write::html(&cleaned.blocks);
    // Its links are absolute already, or were left out.
    let nowhere = Url::parse("https://page.invalid/").expect("it is a URL");
    let mut metadata = facts.metadata;
    if metadata.authors.is_empty() {
        metadata.authors = signed(&cleaned.removed);
    }
    Ok(Article {
        title: metadata.title,
        html: safe_html(&html, page.base.as_ref().unwrap_or(&nowhere)).unwrap_or_default(),
        canonical: metadata.canonical,
        authors: metadata.authors,
        published: metadata.published,
        detected: language_of(&text),
        declared: metadata.language,
        image: metadata.image.or_else(|| write::first_picture(&cleaned.blocks)),
        categories: metadata.categories,
        credit: cleaned.credit.map(|credit| credit.name),
        removed: cleaned.removed,
        content_missed,
        text,
    })
}

/// Who a line says wrote the text, where nothing else does: a byline or signature that the cleaning took.
fn signed(removed: &[Removed]) -> Vec<String> {
    let lines = removed.iter().filter(|removed| matches!(removed.rule, "byline" | "signature"));
    lines.map(|removed| metadata::authors_of_line(&removed.text)).find(|authors| !authors.is_empty()).unwrap_or_default()
}
