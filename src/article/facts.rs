//! What is known of an article beside its text: what the page says about itself, and what the source's own selectors say instead.

use chrono::{DateTime, Utc};
use url::Url;

use super::metadata::{self, Metadata};
use super::{Context, clean, tree};
use crate::config::Field;
use crate::parse::{Page, visible_date};

/// Marks that part a headline from the site's name in a page's title.
const MARKS: [&str; 5] = [" | ", " - ", " – ", " — ", " :: "];

pub(super) struct Facts {
    pub metadata: Metadata,
    /// All that the headline may be on this page, with and without the site's name.
    pub titles: Vec<String>,
}

impl Facts {
    pub fn of(page: &Page, context: Context<'_>) -> Self {
        let mut metadata = metadata::read(page, context.zone, context.now);
        let told = metadata.title.clone();
        let rules = context.rules;
        if let Some(title) = rules.title.as_ref().and_then(|field| page.first(field)) {
            metadata.title = Some(title);
        }
        if let Some(date) = rules.date.as_ref().and_then(|field| date(page, field, context)) {
            metadata.published = Some(date);
        }
        if let Some(authors) = rules.author.as_ref().map(|field| page.all(field)).filter(|authors| !authors.is_empty()) {
            metadata.authors = authors;
        }
        metadata.title = metadata.title.or_else(|| context.title.map(str::to_owned));
        let titles = titles(page, [context.title.map(str::to_owned), metadata.title.clone(), told]);
        Self { metadata, titles }
    }

    /// What the cleaning compares lines with.
    pub fn known<'a>(&self, url: Option<&'a Url>, cut_after: &'a [String]) -> clean::Facts<'a>
    where
        Self: 'a,
    {
        clean::Facts {
            titles: self.titles.clone(),
            authors: self.metadata.authors.clone(),
            keywords: self.metadata.categories.clone(),
            url,
            cut_after,
        }
    }
}

fn date(page: &Page, field: &Field, context: Context<'_>) -> Option<DateTime<Utc>> {
    let text = page.first(field)?;
    visible_date::read(&text, context.now, context.zone).or_else(|| visible_date::find(&text, context.now, context.zone))
}

fn titles(page: &Page, known: [Option<String>; 3]) -> Vec<String> {
    let of_meta = page.document.select_single("meta[property='og:title']").attr("content").map(|value| value.trim().to_owned());
    let of_element = |selector: &str| page.document.select_single(selector).nodes().first().map(|node| tree::text_of(*node));
    let page_titles = [of_meta, of_element("h1"), of_element("title")];
    let mut titles: Vec<String> = known.into_iter().chain(page_titles).flatten().filter(|title| !title.is_empty()).collect();
    let shorter: Vec<String> = titles
        .iter()
        .flat_map(|title| MARKS.iter().filter_map(|mark| title.rsplit_once(mark)).map(|(before, _)| before.to_owned()))
        .collect();
    titles.extend(shorter);
    titles
}
