//! The parts of an entry that are never searched for, as one column of JSON.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::normalise::{Author, Category, Enclosure, Entry, MAX_CATEGORIES};

/// A field that an older file lacks, or a newer one has besides, does no harm.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    pub authors: Vec<Author>,
    pub categories: Vec<Category>,
    pub enclosures: Vec<Enclosure>,
    pub image: Option<String>,
    pub rights: Option<String>,
}

impl Details {
    /// What is kept of an entry.
    pub fn json(entry: &Entry) -> String {
        let details = Self {
            authors: entry.authors.clone(),
            categories: entry.categories.clone(),
            enclosures: entry.enclosures.clone(),
            image: entry.image.as_ref().map(ToString::to_string),
            rights: entry.rights.clone(),
        };
        details.to_json()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers have a form in JSON")
    }

    /// The feed's own, with what only the article page has.
    pub fn completed_by(mut self, article: Self) -> Self {
        if self.authors.is_empty() {
            self.authors = article.authors;
        }
        for category in article.categories {
            if !self.categories.iter().any(|known| known.term.to_lowercase() == category.term.to_lowercase()) {
                self.categories.push(category);
            }
        }
        self.image = self.image.or(article.image);
        self
    }

    /// Adds another entry's categories, without doubles and up to the bound of one entry. `known` holds the terms that are there, in lower
    /// case.
    pub fn add_categories(&mut self, others: Vec<Category>, known: &mut HashSet<String>) {
        for category in others {
            if self.categories.len() >= MAX_CATEGORIES {
                return;
            }
            if known.insert(category.term.to_lowercase()) {
                self.categories.push(category);
            }
        }
    }

    /// What was kept; nothing where the column cannot be read.
    pub fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }
}
