//! The article's title, without the site's name that is glued to it.

use url::Url;

use super::visible::Outline;
use super::{Claims, MAX_TITLE, folded};
use crate::normalise::plain_line;

/// What stands between a title and the site's name.
const SEPARATORS: [&str; 13] = [" | ", " - ", " — ", " – ", " :: ", " » ", " « ", " • ", " · ", " / ", " // ", " ‹ ", " > "];
/// Most parts that are cut off one title.
const MAX_CUTS: usize = 4;

/// The names that a site goes by, folded.
pub(super) struct Site {
    names: Vec<String>,
    /// The host without `www.` and ending, where it is long enough to say something.
    label: Option<String>,
}

impl Site {
    pub fn new(sites: &[String], base: Option<&Url>) -> Self {
        let mut names: Vec<String> = sites.iter().map(|site| folded(site)).filter(|site| !site.is_empty()).collect();
        let host = base.and_then(Url::host_str).unwrap_or_default().trim_start_matches("www.");
        let label = host.rsplit_once('.').map(|(label, _)| label.rsplit('.').next().unwrap_or(label));
        names.extend([folded(host), folded(label.unwrap_or_default())].into_iter().filter(|name| !name.is_empty()));
        Self { names, label: label.map(folded).filter(|label| label.len() >= 4) }
    }

    /// Whether a text is the site's name, or what the site says of itself beside its name.
    fn is_named_by(&self, text: &str) -> bool {
        const NEWS: [&str; 8] = ["новости", "последние", "жаңалықтар", "жаңалықтары", "news", "latest", "сми", "портал"];
        let folded = folded(text);
        let first_word = text.split_whitespace().next().unwrap_or_default().to_lowercase();
        let is_news = NEWS.contains(&first_word.as_str()) && text.split_whitespace().count() <= 5;
        let has_label = self.label.as_ref().is_some_and(|label| folded.starts_with(label.as_str()) || folded.ends_with(label.as_str()));
        folded.is_empty() || self.names.contains(&folded) || (has_label && text.chars().count() <= 60) || is_news
    }

    /// The title without what names the site at either end.
    fn cut(&self, title: &str, headings: &[String]) -> Option<String> {
        let mut title = title.trim();
        for _ in 0..MAX_CUTS {
            if headings.contains(&folded(title)) {
                break;
            }
            let (last, first) = (last_part(title), first_part(title));
            title = match (last, first) {
                (Some((head, tail)), _) if self.is_named_by(tail) || headings.contains(&folded(head)) => head,
                (_, Some((head, tail))) if self.is_named_by(head) => tail,
                _ => break,
            };
        }
        let is_title =
            !self.names.contains(&folded(title)) && title.chars().any(char::is_alphanumeric) && title.chars().count() <= MAX_TITLE;
        is_title.then(|| title.to_owned())
    }
}

fn last_part(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS.iter().filter_map(|mark| title.rfind(mark).map(|at| (at, mark.len())));
    cuts.max().map(|(at, length)| (title[..at].trim(), title[at + length..].trim()))
}

fn first_part(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS.iter().filter_map(|mark| title.find(mark).map(|at| (at, mark.len())));
    cuts.min().map(|(at, length)| (title[..at].trim(), title[at + length..].trim()))
}

/// The title, and the index of the heading that shows it. The heading that says what the page declares is written best: declared
/// titles are cut short, and their letters and entities broken.
pub(super) fn choose(sources: &[Claims], outline: &Outline<'_>, site: &Site) -> (Option<String>, Option<usize>) {
    let headings: Vec<String> = outline.headings().map(folded).collect();
    let declared: Vec<String> = sources.iter().flat_map(|claims| claims.titles.iter().take(5)).map(|title| plain_line(title)).collect();
    let declared: Vec<String> = declared.iter().filter_map(|title| site.cut(title, &headings)).collect();
    let tab = outline.title.as_deref().and_then(|title| site.cut(title, &headings));
    let shown = |title: &String| outline.headings().position(|heading| agree(heading, title));
    let confirmed = declared.iter().find_map(shown).or_else(|| tab.as_ref().and_then(shown));
    let heading = confirmed.or_else(|| outline.only_main_heading());
    let heading_title = heading.and_then(|index| outline.headings().nth(index)).and_then(|heading| site.cut(heading, &[]));
    // A heading that is the site's name is none of the article.
    let heading = heading.filter(|_| heading_title.is_some());
    let title = match (heading_title, declared.into_iter().next()) {
        (Some(heading), Some(declared)) if is_shouted(&heading) && folded(&heading) == folded(&declared) => Some(declared),
        (Some(heading), declared) if confirmed.is_some() || declared.is_none() => Some(heading),
        (_, declared) => declared.or(tab),
    };
    (title, heading)
}

/// Whether two titles are the same, or one is the beginning of the other, of at least half its length.
fn agree(heading: &str, title: &str) -> bool {
    let (heading, title) = (folded(heading), folded(title));
    let (short, long) = if heading.len() < title.len() { (&heading, &title) } else { (&title, &heading) };
    !short.is_empty() && long.starts_with(short.as_str()) && short.len() * 2 >= long.len()
}

/// Whether a title is all in capitals.
fn is_shouted(title: &str) -> bool {
    title.chars().filter(|c| c.is_alphabetic()).count() > 3 && !title.chars().any(char::is_lowercase)
}
