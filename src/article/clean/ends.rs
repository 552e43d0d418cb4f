//! Rules for the two ends of an article: what stands before its first line of text and behind its last.

use super::line::{self, plain};
use super::{Line, Text, anywhere, phrases};

/// Letters of text from which on a headline is another article's.
const AN_ARTICLE: usize = 300;
/// Words of a line that can be a rubric or a name.
const SHORT: usize = 6;

/// Ends the text before the first block that begins with one of the source's own phrases.
pub(super) fn cut_after(text: &mut Text<'_>) {
    let phrases: Vec<&str> = text.facts.cut_after.iter().map(String::as_str).collect();
    let Some(first) = text.lines.iter().position(|line| line::begins_with(&line.plain, &phrases)) else { return };
    (first..text.lines.len()).for_each(|at| text.take(at, "cut-after"));
}

/// Pages that go on with the next article: all from its headline on.
pub(super) fn other_articles(text: &mut Text<'_>) {
    let mut before = 0;
    let mut has_title = false;
    for at in 0..text.lines.len() {
        let line = &text.lines[at];
        let is_headline = matches!(line.block.kind, super::Kind::Heading(1));
        let is_title = text.is_title(&line.plain);
        if is_headline && has_title && before >= AN_ARTICLE {
            (at..text.lines.len()).for_each(|at| text.take(at, "another-article"));
            return;
        }
        has_title |= is_headline && is_title;
        before += if line.block.is_linked() { 0 } else { line.plain.len() };
    }
}

/// What readers wrote under the article, where it stands under its heading.
pub(super) fn comments(text: &mut Text<'_>) {
    let is_heading = |line: &Line| {
        let words: Vec<&str> = line.plain.split(' ').filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())).collect();
        matches!(words.as_slice(), ["комментарии" | "комментариев" | "пікірлер" | "comments"]) && !line.is_item()
    };
    let all: usize = text.lines.iter().map(|line| line.plain.len()).sum();
    let mut before = 0;
    for at in 0..text.lines.len() {
        before += text.lines[at].plain.len();
        if before * 2 >= all && is_heading(&text.lines[at]) {
            (at..text.lines.len()).for_each(|at| text.take(at, "comments"));
            return;
        }
    }
}

/// What stands before the headline, where that is little.
pub(super) fn before_headline(text: &mut Text<'_>) {
    let Some(headline) = text.lines.iter().position(|line| line.is_heading() && text.is_title(&line.plain)) else { return };
    let before: usize = text.lines[..headline].iter().map(|line| if line.block.is_linked() { 0 } else { line.plain.len() }).sum();
    if before < AN_ARTICLE {
        for at in 0..headline {
            if !text.lines[at].block.is_picture() {
                text.take(at, "before-headline");
            }
        }
    }
}

/// Lines of text behind which no byline stands any more.
const HEAD: usize = 3;

/// Lines before the text, or just behind its lead: dates, bylines, rubrics, counters.
pub(super) fn head(text: &mut Text<'_>) {
    let mut passed = 0;
    for at in 0..text.lines.len() {
        let line = &text.lines[at];
        if line.is_gone() || line.block.is_picture() {
            continue;
        }
        // Behind a lead there may still be a byline; a lone number there is a number.
        let is_first = passed == 0;
        let rule = if is_date(line) {
            Some("date-line")
        } else if is_byline(line, text) {
            Some("byline")
        } else if is_first && is_lone_number(line) {
            Some("counter")
        } else {
            (is_rubric(line) && (is_first || (passed == 1 && !line.is_item()))).then_some("rubric")
        };
        match rule {
            Some(rule) => text.take(at, rule),
            None => passed += 1,
        }
        if passed >= HEAD {
            break;
        }
    }
}

/// Lines behind the last line of text: bylines, sources, tags, copyright, the next article.
pub(super) fn tail(text: &mut Text<'_>) {
    for at in (0..text.lines.len()).rev() {
        let line = &text.lines[at];
        if line.is_gone() || line.block.is_picture() {
            continue;
        }
        match at_the_tail(line, text) {
            Some(rule) => text.take(at, rule),
            None => break,
        }
    }
}

fn is_lone_number(line: &Line) -> bool {
    !line.is_whole() && (line::is_number(&line.block.text) || anywhere::is_counter(&line.block.text, &line.plain))
}

fn at_the_tail(line: &Line, text: &Text<'_>) -> Option<&'static str> {
    if line.is_whole() {
        return None;
    }
    if is_lone_number(line) {
        return Some("counter");
    }
    if is_byline(line, text) {
        return Some("byline");
    }
    let says_when = line.block.text.contains(':')
        || line::begins_with(&line.plain, &["опубликовано", "обновлено", "жарияланды", "published", "updated", "posted", "last updated"]);
    if is_date(line) && says_when {
        return Some("date-line");
    }
    if line::after_label(&line.block.text, phrases::SOURCES).is_some_and(|rest| !rest.is_empty() && line::words(&plain(rest)) <= 8) {
        return Some("source-line");
    }
    let is_copyright = line.block.text.starts_with(['©', 'Ⓒ'])
        || line::begins_with(&line.plain, phrases::COPYRIGHT)
        || line.plain.contains("all rights reserved");
    if is_copyright {
        return Some("copyright");
    }
    if is_signature(line) {
        return Some("signature");
    }
    if is_author_note(&line.plain) {
        return Some("author-note");
    }
    is_other_article(line, text).then_some("next-article")
}

fn is_date(line: &Line) -> bool {
    !line.is_whole() && line.plain.len() <= 300 && line::is_date(&line.block.text)
}

/// "Автор: Айгуль Сейтова", "By John Smith", or a known author's name alone.
fn is_byline(line: &Line, text: &Text<'_>) -> bool {
    let block = &line.block;
    if line.is_whole() {
        return false;
    }
    if text.facts.authors.contains(&line.plain) || matches!(line.plain.as_str(), "by" | "автор") {
        return true;
    }
    if let Some(rest) = line::after_label(&block.text, phrases::BYLINES) {
        return !rest.is_empty() && line::words(&plain(rest)) <= SHORT && !line::is_sentence(rest);
    }
    let names = block.text.strip_prefix("By ").or_else(|| block.text.strip_prefix("BY ")).or_else(|| block.text.strip_prefix("by "));
    names.is_some_and(|names| {
        line::words(&plain(names)) <= SHORT && names.starts_with(char::is_uppercase) && !names.ends_with(['.', '!', '?'])
    })
}

/// A name alone, or an office with its telephone.
fn is_signature(line: &Line) -> bool {
    if !matches!(line.block.kind, super::Kind::Paragraph) || line::is_sentence(&line.block.text) {
        return false;
    }
    let words = line::words(&line.plain);
    let is_office = (line::begins_with(&line.plain, phrases::OFFICES) || line.plain.ends_with("баспасөз қызметі")) && words <= 12;
    let are_names =
        line.block.text.split(' ').all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-') && word.starts_with(char::is_uppercase));
    is_office || (are_names && (2..=3).contains(&words))
}

/// "Follow her on Twitter", "may be reached at": what is said of the author behind the text.
fn is_author_note(plain: &str) -> bool {
    let padded = format!(" {plain} ");
    phrases::AUTHOR_NOTES.iter().any(|phrase| padded.contains(&format!(" {phrase} "))) && line::words(plain) <= 80
}

/// A short line that is a link: the way to the rubric, or to the author.
fn is_rubric(line: &Line) -> bool {
    line.block.is_linked() && line::words(&line.plain) <= SHORT
}

/// A line that is nothing but a link to another page of the site.
fn is_other_article(line: &Line, text: &Text<'_>) -> bool {
    let host = text.facts.url.and_then(url::Url::host_str);
    let is_here = |url: &url::Url| host.is_none() || url.host_str() == host;
    line.block.is_linked() && line.block.links.iter().all(is_here)
}

/// Headings with nothing under them at the end.
pub(super) fn hanging_headings(text: &mut Text<'_>) {
    for at in (0..text.lines.len()).rev() {
        let line = &text.lines[at];
        if line.is_gone() || line.block.is_picture() {
            continue;
        }
        if !line.is_heading() {
            break;
        }
        text.take(at, "hanging-heading");
    }
}
