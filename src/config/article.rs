//! The key `article`: whether article pages are fetched, and how one source's are read.

use serde_json::json;
use toml::Spanned;
use toml::de::DeValue;

use super::complaint::{Refusal, Report};
use super::keys::{built_in, keys};
use super::selector::{Field, Selector};
use super::values::{Value, wrong_type};

/// Whether an entry's article page is fetched for its whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    Never,
    /// When the feed's text is a teaser.
    Auto,
}

impl Value for When {
    const WHAT: &'static str = "true, false or \"auto\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        match (value.as_bool(), value.as_str()) {
            (Some(true), _) => Ok(Self::Always),
            (Some(false), _) => Ok(Self::Never),
            (_, Some("auto")) => Ok(Self::Auto),
            _ => Err(wrong_type::<Self>(value)),
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": [true, false, "auto"] })
    }
}

keys! {
    /// How a source's article pages are read, where the general way errs. The table stands in place of `article = …` and switches articles
    /// on, unless its `fetch` says otherwise.
    pub struct Article {
        /// Whether the article pages are fetched: always, never, or when the feed's text is a teaser.
        fetch: When = true, example "auto";
        /// Where the text stands: a CSS selector. Without it, it is found.
        content: Option<Selector>, example ".article-body";
        /// Where the title stands: a CSS selector, or `selector@attribute`. Without it, the page's own metadata tell.
        title: Option<Field>, example "h1";
        /// Where the date stands: a CSS selector, or `selector@attribute`. Without it, the page's own metadata tell.
        date: Option<Field>, example "time@datetime";
        /// Where the authors stand: a CSS selector, or `selector@attribute`. Without it, the page's own metadata tell.
        author: Option<Field>, example ".byline a";
        /// What is taken out before the text is looked for: CSS selectors.
        remove: Vec<Selector> = [], example [".read-also", ".poll"];
        /// The text ends before the first paragraph that begins with one of these texts.
        cut_after: Vec<String> = [], example ["Подписывайтесь на"];
    }
}

/// Of a table without any key.
impl Default for Article {
    fn default() -> Self {
        built_in().expect("every key has a default")
    }
}

/// The key `article` of a source: `true`, `false`, `"auto"`, or the table.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleKey(pub Article);

impl Value for ArticleKey {
    const WHAT: &'static str = "true, false, \"auto\" or a table";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        When::read(value).map(|fetch| Self(Article { fetch, ..Article::default() })).map_err(|_| wrong_type::<Self>(value))
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        if value.get_ref().is_table() {
            return Article::read_at(value, key, report).map(Self);
        }
        Self::read_or_refuse(value, key, report)
    }
    fn schema() -> serde_json::Value {
        json!({ "oneOf": [When::schema(), Article::schema()] })
    }
}
