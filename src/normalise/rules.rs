//! The admin's rules: which entries enter, and what their titles become.

use crate::config::{Pattern, Rule, Rules};

use super::{Entry, MAX_TITLE, text};

/// What the rules say of an entry.
#[derive(Debug)]
pub(super) enum Verdict {
    Kept,
    /// By this rule, in words.
    Dropped(String),
}

/// Judges an entry: it has to match a `keep` rule, if there is any, and no `drop` rule.
pub(super) fn judge(entry: &Entry, rules: &Rules) -> Verdict {
    if !rules.keep.is_empty() && !rules.keep.iter().any(|rule| matches(rule, entry)) {
        return Verdict::Dropped("it matches no `keep` rule".to_owned());
    }
    match rules.drop.iter().find(|rule| matches(rule, entry)) {
        Some(rule) => Verdict::Dropped(format!("it matches the `drop` rule {rule}")),
        None => Verdict::Kept,
    }
}

fn matches(rule: &Rule, entry: &Entry) -> bool {
    let Rule { title, url, category, author } = rule;
    let names_something = rule.fields().next().is_some();
    let fits = |pattern: &Option<Pattern>, holds: &dyn Fn(&Pattern) -> bool| pattern.as_ref().is_none_or(holds);
    names_something
        && fits(title, &|pattern| pattern.matches(&entry.title))
        && fits(url, &|pattern| {
            entry.link.as_ref().is_some_and(|link| pattern.matches(link.as_str()) || pattern.matches(&decoded(link.as_str())))
        })
        && fits(author, &|pattern| entry.authors.iter().any(|author| pattern.matches(&author.name)))
        && fits(category, &|pattern| {
            entry
                .categories
                .iter()
                .any(|category| pattern.matches(&category.term) || category.label.as_deref().is_some_and(|label| pattern.matches(label)))
        })
}

/// A link as the address bar of a browser shows it: with letters where they were percent-encoded.
fn decoded(link: &str) -> String {
    let mut parts = link.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            Some(Err(_)) | None => bytes.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A title after all replacing. One of which nothing would be left stays as it was.
pub(super) fn retitle(title: String, rules: &Rules) -> String {
    rules.replace.iter().fold(title, |title, rule| {
        if !rule.title.matches(&title) {
            return title;
        }
        // Bounded after each: rules that make a title longer would do so to each other's work.
        let replaced = text::shorten(&text::one_line(&rule.title.replace(&title, &rule.with)), MAX_TITLE);
        if replaced.is_empty() { title } else { replaced }
    })
}
