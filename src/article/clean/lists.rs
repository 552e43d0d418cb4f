//! Rules that look at a line and those around it.

use std::collections::HashSet;

use super::line;
use super::{Line, Text, phrases};
use crate::article::blocks::Kind;

/// Most links that a label over other articles takes with it.
const MAX_LINKS: usize = 30;
/// A text of so many bytes does not come twice by chance, nor as a refrain.
const LONG: usize = 160;

/// "Читайте также" and its like, with the links that belong to it.
pub(super) fn read_also(text: &mut Text<'_>) {
    for at in 0..text.lines.len() {
        let line = &text.lines[at];
        if !line.is_text() || line.is_whole() {
            continue;
        }
        if is_labelled_link(line) {
            text.take(at, "read-also");
        } else if phrases::WEAK_READ_ALSO.contains(&line.plain.as_str()) && line.block.linked == 0 {
            let links = links_behind(&text.lines, at);
            if !links.is_empty() {
                text.take(at, "read-also");
                links.into_iter().for_each(|at| text.take(at, "read-also"));
            }
        } else if is_label(line) {
            let links = links_behind(&text.lines, at);
            let is_end = !text.lines[at + 1..].iter().any(Line::is_text);
            let is_sure = !line.is_heading() && line.plain.contains(' ');
            if !links.is_empty() || is_end || is_sure {
                text.take(at, "read-also");
                links.into_iter().for_each(|at| text.take(at, "read-also"));
            }
        }
    }
}

/// A label alone: "Читайте также:", "More from Sports".
fn is_label(line: &Line) -> bool {
    is_label_alone(&line.block.text, &line.plain)
}

/// The same of a line out of its article.
pub(super) fn is_label_alone(text: &str, plain: &str) -> bool {
    phrases::READ_ALSO.contains(&plain)
        || (line::begins_with(plain, &["more from", "more in", "more news from", "more on", "еще в рубрике"])
            && line::words(plain) <= 6
            && !line::is_sentence(text))
}

/// A label with its link on the same line: "Читайте также: Курс тенге на завтра".
fn is_labelled_link(line: &Line) -> bool {
    let block = &line.block;
    if let Some(rest) = line::after_label(&block.text, phrases::READ_ALSO) {
        return !rest.is_empty() && (is_link(rest, block.linked) || line::words(&line.plain) <= 25);
    }
    if let Some(rest) = line::after_label(&block.text, phrases::WEAK_READ_ALSO) {
        return !rest.is_empty() && is_link(rest, block.linked);
    }
    if is_link_behind_unmarked_label(&line.plain, block.linked) {
        return true;
    }
    let is_recall = line::begins_with(&line.plain, phrases::RECALLS) && block.linked * 10 >= crate::article::tree::letters(&block.text) * 4;
    is_recall || (block.is_linked() && line::begins_with(&line.plain, phrases::READ_ALSO))
}

/// A label with its link on the same line, of a line out of its article. Without a link the label has to be more than one word, which could
/// open a sentence: "Важное: погибших нет".
pub(super) fn is_label_with_title(text: &str, plain: &str, linked: usize) -> bool {
    if let Some(rest) = line::after_label(text, phrases::READ_ALSO) {
        let label = &text[..text.len() - rest.len()];
        let is_title = line::words(&line::plain(label)) >= 2 && line::words(plain) <= 25 && !line::is_sentence(rest);
        return !rest.is_empty() && (is_link(rest, linked) || is_title);
    }
    let weak = line::after_label(text, phrases::WEAK_READ_ALSO).filter(|rest| !rest.is_empty());
    weak.map_or_else(|| is_link_behind_unmarked_label(plain, linked), |rest| is_link(rest, linked))
}

/// Without a mark between them, what follows the label has to be the link.
fn is_link_behind_unmarked_label(plain: &str, linked: usize) -> bool {
    let behind = phrases::READ_ALSO.iter().filter_map(|label| plain.strip_prefix(label)?.strip_prefix(' '));
    linked > 0 && behind.min_by_key(|rest| rest.len()).is_some_and(|rest| is_link(rest, linked))
}

/// Whether most of the end of a line is the line's link.
fn is_link(rest: &str, linked: usize) -> bool {
    linked > 0 && linked * 10 >= crate::article::tree::letters(rest) * 8
}

/// The lines behind `at` that are links and nothing else.
fn links_behind(lines: &[Line], at: usize) -> Vec<usize> {
    let behind = (at + 1..lines.len()).filter(|at| !lines[*at].is_gone() && !lines[*at].block.is_picture());
    behind.take_while(|at| lines[*at].block.is_linked()).take(MAX_LINKS).collect()
}

/// Links to other articles that stand between or behind the paragraphs without any label.
pub(super) fn link_lists(text: &mut Text<'_>) {
    let (mut at, mut is_introduced) = (0, false);
    while at < text.lines.len() {
        let run = run_of_links(&text.lines, at);
        if run.is_empty() {
            let line = &text.lines[at];
            is_introduced = if line.is_text() { line.block.text.ends_with(':') } else { is_introduced };
            at += 1;
            continue;
        }
        let is_line = run.len() == 1 && matches!(text.lines[at].block.kind, Kind::Paragraph) && line::words(&text.lines[at].plain) >= 3;
        let (rule, is_gone) = if is_line { ("linked-line", true) } else { ("link-list", run.len() >= 2) };
        at += 1 + run.last().map_or(0, |last| last - at);
        if is_gone && !is_introduced {
            run.into_iter().for_each(|at| text.take(at, rule));
        }
    }
}

/// The lines from `at` on that are wholly links to other pages.
fn run_of_links(lines: &[Line], at: usize) -> Vec<usize> {
    let ahead = (at..lines.len()).filter(|at| !lines[*at].is_gone() && !lines[*at].block.is_picture());
    let is_link = |line: &Line| line.block.is_linked() && !line.block.continues && !matches!(line.block.kind, Kind::Quote);
    if lines[at].is_gone() || lines[at].block.is_picture() {
        return Vec::new();
    }
    ahead.take_while(|at| is_link(&lines[*at]) && !lines.get(at + 1).is_some_and(|next| next.block.continues)).collect()
}

/// A paragraph told twice: long ones within a section, short ones side by side. Lines of one paragraph may repeat, as in a poem, and so
/// may what is told again under another heading, as in a timetable.
pub(super) fn doubled(text: &mut Text<'_>) {
    let mut seen: HashSet<String> = HashSet::new();
    let mut last: Option<String> = None;
    for at in 0..text.lines.len() {
        let line = &text.lines[at];
        if line.is_heading() && line.is_text() {
            seen.clear();
        }
        let is_verse = line.block.continues || text.lines.get(at + 1).is_some_and(|next| next.block.continues);
        if !line.is_text() || is_verse || matches!(line.block.kind, Kind::Table | Kind::Picture(_) | Kind::Item { .. }) {
            last = None;
            continue;
        }
        let plain = line.plain.clone();
        let is_again = if plain.len() >= LONG { !seen.insert(plain.clone()) } else { last.as_ref() == Some(&plain) };
        if is_again {
            text.take(at, "doubled");
        }
        last = Some(plain);
    }
}
