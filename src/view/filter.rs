//! Which stories a view keeps of those that its sources and languages have, and how much of each.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::{Content, View};
use crate::normalise::{lines_of, shorten};
use crate::store::Story;

/// Longest summary that is made of a text, in characters.
const SUMMARY: usize = 400;

/// Whether a view keeps only some of the stories that its sources and languages have.
pub(super) fn sieves(view: &View) -> bool {
    !(view.categories.is_empty() && view.authors.is_empty() && view.include.is_empty() && view.exclude.is_empty())
        || view.has_image.is_some()
        || view.max_age.is_some()
}

/// Whether a view keeps a story.
pub(super) fn keeps(view: &View, story: &Story, now: DateTime<Utc>) -> bool {
    let is_fresh = view.max_age.is_none_or(|age| now - story.published <= TimeDelta::from_std(age).unwrap_or(TimeDelta::MAX));
    let has_image = view.has_image.is_none_or(|wanted| wanted == story.image.is_some());
    is_fresh && has_image && has_category(view, story) && has_author(view, story) && has_words(view, story)
}

fn has_category(view: &View, story: &Story) -> bool {
    let names = || story.categories.iter().flat_map(|category| [Some(&category.term), category.label.as_ref()]).flatten();
    view.categories.is_empty() || view.categories.iter().any(|wanted| names().any(|name| is_same(wanted, name)))
}

fn has_author(view: &View, story: &Story) -> bool {
    view.authors.is_empty() || view.authors.iter().any(|wanted| story.authors.iter().any(|author| is_same(wanted, &author.name)))
}

fn has_words(view: &View, story: &Story) -> bool {
    if view.include.is_empty() && view.exclude.is_empty() {
        return true;
    }
    let text = lines_of(story.content.as_deref().or(story.summary.as_deref()).unwrap_or_default());
    let has = |keyword: &crate::config::Keyword| keyword.matches(&story.title) || keyword.matches(&text);
    (view.include.is_empty() || view.include.iter().any(has)) && !view.exclude.iter().any(has)
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The story with as much as a view shows of it.
pub(super) fn cut(view: &View, story: Story) -> Story {
    match view.content {
        Content::Full => story,
        Content::Summary => {
            let whole = story.summary.clone().or_else(|| story.content.as_deref().map(summary));
            Story { summary: whole, content: None, ..story }
        }
        Content::Title => Story { summary: None, content: None, ..story },
    }
}

/// The beginning of a text, as HTML.
fn summary(html: &str) -> String {
    let text = shorten(&lines_of(html).replace('\n', " "), SUMMARY);
    text.replace('&', "&amp;").replace('<', "&lt;")
}
