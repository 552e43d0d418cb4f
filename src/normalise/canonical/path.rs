//! The path of an article, without what only tells how its site serves it.

use std::borrow::Cow;

use super::percent::one_spelling;

/// Endings of a folder's own page, behind `index.` or `default.`.
const INDEX_ENDINGS: [&str; 10] = ["html", "htm", "php", "asp", "aspx", "jsp", "shtml", "phtml", "xhtml", "php5"];
const INDEX_NAMES: [&str; 2] = ["/index.", "/default."];

/// Folders of lists, in which `amp` is a name like any other.
const LISTS: [&str; 8] = ["/tag", "/tags", "/topic", "/topics", "/category", "/keyword", "/search", "/wiki"];

const SESSION: &str = "jsessionid=";

/// The path of a URL in one spelling: percent-encoding, slashes, no id of a session. It begins with a slash, and ends with one only when it
/// is nothing else.
pub(super) fn cleaned(path: &str) -> Cow<'_, str> {
    let spelt = one_spelling(path);
    if is_clean(&spelt) {
        return spelt;
    }
    let mut cleaned = String::with_capacity(spelt.len() + 1);
    for segment in spelt.split('/').map(without_session).filter(|segment| !segment.is_empty()) {
        cleaned.push('/');
        cleaned.push_str(&segment);
    }
    if cleaned.is_empty() {
        cleaned.push('/');
    }
    Cow::Owned(cleaned)
}

/// Whether a path has no slash too many and no place where a session could stand.
fn is_clean(path: &str) -> bool {
    let bytes = path.as_bytes();
    let has_double = bytes.windows(2).fold(false, |found, pair| found | (pair == b"//"));
    path.starts_with('/') && !has_double && memchr::memchr(b';', bytes).is_none() && (path.len() == 1 || !path.ends_with('/'))
}

/// A segment without the session that servlets write behind it.
fn without_session(segment: &str) -> Cow<'_, str> {
    let is_session = |part: &str| part.get(..SESSION.len()).is_some_and(|name| name.eq_ignore_ascii_case(SESSION));
    let Some((name, rest)) = segment.split_once(';') else { return Cow::Borrowed(segment) };
    if !rest.split(';').any(is_session) {
        return Cow::Borrowed(segment);
    }
    let mut kept = name.to_owned();
    for part in rest.split(';').filter(|part| !is_session(part)) {
        kept.push(';');
        kept.push_str(part);
    }
    // What is left must not lead to another folder.
    if matches!(kept.as_str(), "." | "..") { Cow::Borrowed(segment) } else { Cow::Owned(kept) }
}

/// Writes a cleaned path behind `text`, without index pages and marks of AMP at its end.
pub(super) fn push(text: &mut String, path: &str) {
    let start = text.len();
    text.push_str(path);
    // Every turn takes something from the end, and looks at nothing but the end.
    while let Some((length, ending)) = shorter(&text[start..]) {
        text.truncate(start + length);
        text.push_str(ending);
    }
    if text.len() == start {
        text.push('/');
    }
}

/// How much of a path stays, and what then ends it; None when all does.
fn shorter(path: &str) -> Option<(usize, &'static str)> {
    if let Some(folder) = path.strip_suffix('/').filter(|folder| !folder.is_empty()) {
        return Some((folder.len(), ""));
    }
    if let Some(folder) = without_index(path).or_else(|| without_amp(path)) {
        return Some((folder.len(), ""));
    }
    if let Some(page) = without_ending(path, ".amp").filter(|page| ends_with_name(page)) {
        return Some((page.len(), ""));
    }
    without_ending(path, ".amp.html").filter(|page| ends_with_name(page)).map(|page| (page.len(), ".html"))
}

fn without_ending<'a>(text: &'a str, ending: &str) -> Option<&'a str> {
    let (start, end) = text.split_at_checked(text.len().checked_sub(ending.len())?)?;
    end.eq_ignore_ascii_case(ending).then_some(start)
}

fn without_index(path: &str) -> Option<&str> {
    let stem = INDEX_ENDINGS.iter().find_map(|ending| without_ending(path, ending).filter(|stem| stem.ends_with('.')))?;
    INDEX_NAMES.iter().find_map(|name| without_ending(stem, name))
}

fn without_amp(path: &str) -> Option<&str> {
    without_ending(path, "/amp").filter(|folder| !LISTS.iter().any(|list| without_ending(folder, list).is_some()))
}

/// Whether a path ends with something that is a name: dots alone lead to another folder.
fn ends_with_name(path: &str) -> bool {
    !["/", "/.", "/.."].iter().any(|end| path.ends_with(end))
}
