//! Whether a new version of an entry says something else than the old one.
//!
//! Pure. Of each version that is kept which a reader reads as the report: the letters of its title and of its lines, without typography
//! and without lines that are furniture by their words or by being links. Each version is read by itself, so that it does not matter
//! which of the two came first. docs/dedup.md says it to the admin.

mod entity;
mod letters;
mod lines;

use crate::article::LoneLine;

use letters::Letters;
use lines::Line;

/// One version of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// Plain text.
    pub title: &'a str,
    /// Safe HTML, as `normalise` leaves it; empty where there is none.
    pub html: &'a str,
}

/// Longest headline of another article, in bytes. A longer link is text that stands inside one, as when a link is never closed.
const MAX_HEADLINE: usize = 500;
/// Longest line of furniture with several parts, in bytes, and its most parts.
const MAX_ROW: usize = 300;
const MAX_PARTS: usize = 8;

/// Whether a reader would notice that `before` became `now`: a word, a number, a name or a date is another one, in the title or in the text.
/// Typography, markup, pictures and links around the text are none of it. Takes the time of a few passes over both.
pub fn is_noticeable(before: Told<'_>, now: Told<'_>) -> bool {
    (before.title != now.title && letters_of_title(before.title) != letters_of_title(now.title))
        || (before.html != now.html && !is_same_text(before.html, now.html))
}

fn is_same_text(before: &str, now: &str) -> bool {
    let (before, now) = (lines::lines(before), lines::lines(now));
    let kinds_before: Vec<Kind> = before.iter().map(Kind::of).collect();
    // A line by itself is the same in both versions, and most lines stand in both: it is judged once.
    let same_before = before.iter().zip(&now).take_while(|(before, now)| before == now).count();
    let behind = before[same_before..].iter().rev().zip(now[same_before..].iter().rev());
    let same_behind = behind.take_while(|(before, now)| before == now).count();
    let mut kinds_now = kinds_before[..same_before].to_vec();
    kinds_now.extend(now[same_before..now.len() - same_behind].iter().map(Kind::of));
    kinds_now.extend_from_slice(&kinds_before[before.len() - same_behind..]);
    letters_of_text(&before, kinds_before) == letters_of_text(&now, kinds_now)
}

fn letters_of_title(title: &str) -> String {
    // A title is plain text, but may have been escaped once too often.
    let mut undone = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(at) = rest.find('&') {
        undone.push_str(&rest[..at]);
        let (sign, length) = entity::read(&rest[at..]).unwrap_or(('&', 1));
        undone.push(sign);
        rest = &rest[at + length..];
    }
    undone.push_str(rest);
    let undone = without_marks(&undone);
    let mut letters = Letters::default();
    letters.push_line(undone);
    letters.into_text()
}

/// What newsrooms put in brackets behind a title that stays the same.
const MARKS: [&str; 14] = [
    "обновлено",
    "обновлена",
    "обновляется",
    "дополнено",
    "фото",
    "видео",
    "фото, видео",
    "фото и видео",
    "жаңартылды",
    "сурет",
    "updated",
    "photo",
    "photos",
    "video",
];

/// Longest name of a site behind a title, in bytes.
const MAX_SITE: usize = 30;

/// A title without what tells of its page and not of the report: `(ФОТО)`, `[обновлено]`, `| zakon.kz`.
fn without_marks(title: &str) -> &str {
    let mut title = title.trim_end();
    loop {
        let is_mark = |mark: &str| MARKS.contains(&mark.trim().to_lowercase().as_str());
        let bracketed = [('(', ')'), ('[', ']')].iter().find_map(|(open, close)| title.strip_suffix(*close)?.rsplit_once(*open));
        let parted = [" - ", " – ", " — ", " | "].iter().filter_map(|mark| title.rsplit_once(mark)).min_by_key(|(_, last)| last.len());
        title = match (bracketed, parted) {
            (Some((before, mark)), _) if is_mark(mark) && !before.trim().is_empty() => before.trim_end(),
            (_, Some((before, last))) if is_site(last) && !before.trim().is_empty() => before.trim_end(),
            _ => return title,
        };
    }
}

/// "Zakon.kz", "www.inform.kz": but no sum with a point in it.
fn is_site(text: &str) -> bool {
    let is_of_site = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let ends_as_one = text
        .rsplit_once('.')
        .is_some_and(|(name, end)| !name.is_empty() && matches!(end.len(), 2..=5) && end.bytes().all(|b| b.is_ascii_alphabetic()));
    text.len() <= MAX_SITE && text.chars().all(is_of_site) && ends_as_one
}

fn letters_of_text(lines: &[Line], mut kinds: Vec<Kind>) -> String {
    settle(lines, &mut kinds);
    let mut letters = Letters::default();
    let kept = |wanted: Kind| lines.iter().zip(&kinds).filter(move |(_, kind)| **kind == wanted).map(|(line, _)| line);
    kept(Kind::Text).for_each(|line| letters.push_line(&line.text));
    if letters.is_empty() {
        // Some feeds set the whole text inside a link.
        kept(Kind::Links).filter(|line| is_sentence(&line.text)).for_each(|line| letters.push_line(&line.text));
    }
    letters.into_text()
}

/// What a line is among its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// Nothing but links.
    Links,
    /// Links with dates or times; text, unless they stand under a label.
    DatedLinks,
    /// A label over other articles. It goes if links follow; else it stays if text follows, or if it `needs_links`.
    Label {
        needs_links: bool,
    },
    /// A number alone.
    Number,
    Furniture,
}

impl Kind {
    fn of(line: &Line) -> Self {
        let text = line.text.as_str();
        let mut is_dated = false;
        if !line.links.is_empty() && (line.links.len() > 1 || text.len() <= MAX_HEADLINE) {
            let outside = line.outside_links();
            if !outside.contains(char::is_alphanumeric) {
                return Self::Links;
            }
            is_dated = !outside.contains(|c: char| c.is_alphabetic()) || matches!(LoneLine::of(&outside, 0), LoneLine::Furniture(_));
        }
        match LoneLine::of(text, line.linked()) {
            // In a table labels and numbers are what it is about.
            LoneLine::Furniture(_) | LoneLine::Number if line.is_row && text.contains(lines::BAR) => Self::Text,
            LoneLine::Number if line.is_row => Self::Text,
            LoneLine::Furniture(_) => Self::Furniture,
            LoneLine::Label { needs_links } => Self::Label { needs_links },
            LoneLine::Number => Self::Number,
            LoneLine::Text if is_dated => Self::DatedLinks,
            LoneLine::Text if !line.is_row && is_row_of_furniture(text) => Self::Furniture,
            LoneLine::Text => Self::Text,
        }
    }

    fn is_links(self) -> bool {
        matches!(self, Self::Links | Self::DatedLinks)
    }
}

/// "Обновлено: 14:35 | Просмотров: 512": furniture side by side.
fn is_row_of_furniture(text: &str) -> bool {
    let marks = ['|', '·', '•'];
    if text.len() > MAX_ROW || !text.contains(marks) || text.matches(marks).count() >= MAX_PARTS {
        return false;
    }
    let parts = || text.split(marks).filter(|part| part.contains(char::is_alphanumeric)).map(|part| LoneLine::of(part, 0));
    parts().all(|part| matches!(part, LoneLine::Furniture(_) | LoneLine::Number)) && parts().any(|part| part != LoneLine::Number)
}

/// Decides what depends on the lines before and behind.
fn settle(lines: &[Line], kinds: &mut [Kind]) {
    // What follows, furniture apart; None at the end.
    let mut follows: Option<Kind> = None;
    for at in (0..kinds.len()).rev() {
        let goes_on = follows == Some(Kind::Text) && lines[at + 1].text.trim_start().starts_with(char::is_lowercase);
        kinds[at] = match kinds[at] {
            Kind::Label { .. } if follows.is_some_and(Kind::is_links) => kinds[at],
            Kind::Label { needs_links: false } if follows.is_none() => Kind::Furniture,
            Kind::Label { .. } => Kind::Text,
            // A link or a number on a line of its own, in the middle of a sentence.
            Kind::Links | Kind::Number if goes_on && kinds[at + 1] == Kind::Text => Kind::Text,
            kind @ (Kind::Text | Kind::Links | Kind::DatedLinks | Kind::Number | Kind::Furniture) => kind,
        };
        if kinds[at] != Kind::Furniture {
            follows = Some(kinds[at]);
        }
    }
    // "Число погибших:" keeps the number behind it.
    let (mut is_under_label, mut is_announced) = (false, false);
    for (line, kind) in lines.iter().zip(kinds) {
        match *kind {
            Kind::Label { .. } => (is_under_label, *kind) = (true, Kind::Furniture),
            Kind::DatedLinks if is_under_label => *kind = Kind::Furniture,
            Kind::Number if is_announced => *kind = Kind::Text,
            Kind::Links if is_under_label => *kind = Kind::Furniture,
            Kind::DatedLinks => *kind = Kind::Text,
            Kind::Text | Kind::Links | Kind::Number | Kind::Furniture => {}
        }
        is_under_label &= *kind != Kind::Text;
        is_announced = *kind == Kind::Text && line.text.trim_end().ends_with(':');
    }
}

/// Whether a line of links ends as sentences do.
fn is_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '»' | '”' | ')'));
    text.ends_with(['.', '!', '?', '…'])
}
