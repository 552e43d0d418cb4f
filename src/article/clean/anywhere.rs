//! Rules that hold wherever a line stands.

use super::credit::{Credit, credit};
use super::line::{self, plain};
use super::{Text, phrases};
use crate::article::Removed;
use crate::article::blocks::{Block, Kind};

/// Longest line, in bytes, that can be a caption without being marked as one.
const MAX_CAPTION: usize = 300;

/// A short line in italics right behind a picture is its caption, unless it is a sentence or someone's words.
pub(super) fn italics(text: &mut Text<'_>) {
    for at in 1..text.lines.len() {
        let line = &text.lines[at].block;
        let is_speech = line.text.starts_with(['«', '"', '“', '–', '—', '-', '„']);
        let may_be = line.kind == Kind::Paragraph && line.is_italic() && !is_speech && line.text.len() <= MAX_CAPTION;
        if !may_be || line::is_sentence(&line.text) {
            continue;
        }
        let words = line.text.clone();
        if let Kind::Picture(picture) = &mut text.lines[at - 1].block.kind
            && picture.caption.is_empty()
        {
            picture.add_to_caption(&words);
            text.take(at, "caption");
        }
    }
}

/// Captions and alternative texts that only say the headline again; credits among captions.
pub(super) fn captions(text: &mut Text<'_>) {
    for at in 0..text.lines.len() {
        let Kind::Picture(picture) = &text.lines[at].block.kind else { continue };
        let (mut caption, mut alt) = (picture.caption.clone(), picture.alt.clone());
        if text.is_title(&plain(&alt)) {
            alt.clear();
        }
        if let Some((before, credit)) = split_credit(&caption) {
            if !before.is_empty() {
                caption = before.to_owned();
            }
            text.credit.get_or_insert(credit);
        }
        if !caption.is_empty() && text.is_title(&plain(&caption)) {
            text.removed.push(Removed { rule: "caption-repeats-title", text: std::mem::take(&mut caption) });
        }
        if let Kind::Picture(picture) = &mut text.lines[at].block.kind {
            (picture.caption, picture.alt) = (caption, alt);
        }
    }
}

/// A caption without the credit that ends it, and the credit.
fn split_credit(caption: &str) -> Option<(&str, Credit)> {
    let starts = caption.char_indices().filter(|(at, _)| *at == 0 || caption[..*at].ends_with([' ', '(', '/']));
    starts.map(|(at, _)| (&caption[..at], &caption[at..])).find_map(|(before, rest)| {
        let credit = credit(rest.trim_end_matches([')', '.']))?;
        Some((before.trim_end_matches([' ', '(', '/', '|', '—', '–']), credit))
    })
}

/// Lines that are furniture by themselves.
pub(super) fn lines(text: &mut Text<'_>) {
    for at in 0..text.lines.len() {
        let line = &text.lines[at];
        if line.is_gone() || line.is_whole() {
            continue;
        }
        if line.plain.is_empty() {
            // A row of stars or dashes parts sections; a lone sign is the rest of a button.
            if line.block.text.chars().count() <= 2 {
                text.take(at, "empty");
            }
            continue;
        }
        if text.is_title(&line.plain) {
            text.take(at, "title-again");
        } else if let Some(credit) = credit(&line.block.text).filter(|_| !line.is_item() && !line.is_heading()) {
            text.credit.get_or_insert(credit);
            text.take(at, "credit");
        } else if let Some(rule) = rule_of(&line.block, &line.plain, text) {
            text.take(at, rule);
        }
    }
}

fn rule_of(block: &Block, plain: &str, text: &Text<'_>) -> Option<&'static str> {
    let is_item = matches!(block.kind, Kind::Item { .. });
    let may_be_list = is_item && !block.is_linked();
    let known = known(plain);
    if known.is_some() && !may_be_list {
        return known;
    }
    if !may_be_list && is_row_of_networks(plain) {
        return Some("share-buttons");
    }
    if !is_item && is_counter(&block.text, plain) {
        return Some("counter");
    }
    if !may_be_list && is_call_to_follow(plain, block.linked) {
        return Some("follow-us");
    }
    if is_mistake_note(plain) {
        return Some("mistake-note");
    }
    if !is_item && is_tags(block, plain, text) {
        return Some("tags");
    }
    None
}

/// The rule of a line that is furniture word for word.
pub(super) fn known(plain: &str) -> Option<&'static str> {
    phrases::LINES.iter().find(|(_, lines)| lines.contains(&plain)).map(|(rule, _)| *rule)
}

pub(super) fn is_row_of_networks(plain: &str) -> bool {
    line::words(plain) >= 2 && plain.split(' ').all(|word| phrases::NETWORKS.contains(&word)) && plain.split(' ').any(|word| word.len() > 3)
}

/// "Просмотров: 1815", "3 комментария, 5 лайков", "👁 1 815": numbers with the labels of counters, or an eye.
pub(super) fn is_counter(text: &str, plain: &str) -> bool {
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let has_eye = || text.contains(['👁', '👀']);
    are_labelled_numbers(plain) || (has_eye() && line::is_number(text))
}

/// Numbers with the labels of counters before or behind them, and nothing else.
fn are_labelled_numbers(plain: &str) -> bool {
    let is_numeral = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || phrases::UNITS.contains(&word);
    let words: Vec<&str> = plain.split(' ').collect();
    let mut labels = words.split(|word| is_numeral(word)).filter(|label| !label.is_empty()).peekable();
    labels.peek().is_some() && labels.all(|label| phrases::COUNTERS.contains(&label.join(" ").as_str()))
}

/// A call to follow or subscribe that names where, in one short line; a longer one only where it links there.
pub(super) fn is_call_to_follow(plain: &str, linked: usize) -> bool {
    let names_place = || plain.split(' ').any(|word| phrases::PLACES.contains(&word));
    let most = if linked > 0 { 40 } else { 25 };
    line::begins_with(plain, phrases::FOLLOW) && line::words(plain) <= most && names_place()
}

/// A note on mistakes in the text: "Нашли ошибку? Выделите её и нажмите Ctrl+Enter".
pub(super) fn is_mistake_note(plain: &str) -> bool {
    line::begins_with(plain, phrases::MISTAKES) && line::words(plain) <= 25
}

/// Tags under their label, a row of links to tag pages, or the page's own keywords as a line.
fn is_tags(block: &Block, plain: &str, text: &Text<'_>) -> bool {
    let is_row_of_links = block.is_linked() && block.links.iter().all(is_tag_page) && !block.links.is_empty();
    is_row_of_links || are_labelled_tags(&block.text) || is_keywords(plain, &text.facts.keywords)
}

/// "Теги: Алматы, погода", "#Алматы #погода".
pub(super) fn are_labelled_tags(text: &str) -> bool {
    let rest = line::after_label(text, phrases::TAGS);
    let is_labelled = rest.is_some_and(|rest| !line::is_sentence(rest) && line::words(&plain(rest)) <= 40);
    let is_hashes = text.split_whitespace().all(|word| word.starts_with('#')) && text.contains('#');
    is_labelled || is_hashes
}

fn is_tag_page(url: &url::Url) -> bool {
    let is_tag =
        |part: &str| matches!(part, "tag" | "tags" | "teg" | "tegi" | "topic" | "topics" | "label" | "hashtag" | "keyword" | "keywords");
    let in_path = url.path_segments().is_some_and(|mut parts| parts.any(is_tag));
    in_path || url.query_pairs().any(|(name, _)| is_tag(&name))
}

/// Whether a line has all the keywords, two at least, and nothing else, parted or run together.
fn is_keywords(plain: &str, keywords: &[String]) -> bool {
    let letters = |text: &str| text.chars().filter(|c| *c != ' ').count();
    let all: usize = keywords.iter().map(|keyword| letters(keyword)).sum();
    let line: String = plain.chars().filter(|c| *c != ' ').collect();
    let is_in = |keyword: &String| line.contains(&keyword.replace(' ', ""));
    keywords.len() >= 2 && letters(&line) == all && keywords.iter().all(is_in)
}
