//! What newsrooms do to a report that they take over: other headlines, fewer paragraphs, agency lines, words of their own.

use super::dice::Dice;
use super::frames::Library;
use super::telling::Report;

/// A report as one outlet is about to publish it.
#[derive(Clone, Debug)]
pub struct Version {
    pub title: String,
    /// Plain text, one a paragraph.
    pub paragraphs: Vec<String>,
}

/// An editor: what is done to a report by chance.
pub struct Editor<'a> {
    pub phrasebook: &'a Library,
    pub language: &'static str,
    pub dice: Dice,
}

impl Editor<'_> {
    /// The report as it was first published.
    pub fn original(&mut self, report: &Report) -> Version {
        let mut version = Version { title: report.titles[0].clone(), paragraphs: vec![report.leads[0].clone()] };
        version.paragraphs.extend(report.paragraphs.iter().cloned());
        if self.dice.falls(15) {
            version.paragraphs.push(self.line("footer"));
        }
        version
    }

    /// The outlet's own version once more, a little mended.
    pub fn repost(&mut self, report: &Report) -> Version {
        let mut version = self.original(report);
        if self.dice.falls(50) {
            version.title = self.headline(report);
        }
        if self.dice.falls(45) {
            self.replace_words(&mut version.paragraphs, 15);
        }
        if version.paragraphs.len() > 3 && self.dice.falls(25) {
            version.paragraphs.pop();
        }
        if self.dice.falls(20) {
            version.paragraphs.push(self.line("background"));
        }
        version
    }

    /// Another outlet's copy.
    pub fn republication(&mut self, report: &Report) -> Version {
        let mut version = Version { title: self.headline(report), paragraphs: report.paragraphs.clone() };
        self.drop_paragraphs(&mut version.paragraphs);
        let lead = if self.dice.falls(30) { self.dice.pick(&report.leads) } else { report.leads[0].clone() };
        version.paragraphs.insert(0, lead);
        if self.dice.falls(50) {
            let percent = self.dice.pick(&[20, 45, 80]);
            self.replace_words(&mut version.paragraphs, percent);
        }
        if self.dice.falls(25) {
            self.join_or_split(&mut version.paragraphs);
        }
        self.credit(&mut version.paragraphs);
        if self.dice.falls(25) {
            version.paragraphs.push(self.line("background"));
        }
        if self.dice.falls(30) {
            version.paragraphs.push(self.line("footer"));
        }
        version
    }

    /// Only the beginning, often cut.
    pub fn teaser(&mut self, report: &Report) -> Version {
        let title = if self.dice.falls(60) { report.titles[0].clone() } else { self.headline(report) };
        let all = sentences(&report.leads[0]);
        let mut text = all[..all.len().min(1 + self.dice.below(2))].join(" ");
        let letters = text.chars().count();
        if letters > 130 && self.dice.falls(45) {
            let keep = 110 + self.dice.below((letters - 120).min(120));
            text = text.chars().take(keep).collect();
            let end = text.rfind(' ').unwrap_or(text.len());
            text.truncate(end);
            text.push_str(self.dice.pick(&["…", "...", " [...]", "…"]));
        }
        let mut paragraphs = vec![text];
        if self.dice.falls(25) {
            paragraphs.push(self.line("more"));
        }
        Version { title, paragraphs }
    }

    /// A headline without a text, nearly that of another version.
    pub fn bare_title(&mut self, title: &str) -> Version {
        let title = match self.dice.below(10) {
            0 => format!("{title} {}", self.dice.pick(&["(фото)", "(видео)", "+"])),
            1 => format!("{title}."),
            2 => title.to_uppercase(),
            _ => title.to_owned(),
        };
        Version { title, paragraphs: Vec::new() }
    }

    /// A headline for the report: one of its own, longer, shorter or in other words.
    fn headline(&mut self, report: &Report) -> String {
        let title = if self.dice.falls(35) { report.titles[0].clone() } else { self.dice.pick(&report.titles) };
        match self.dice.below(12) {
            0 | 1 => {
                let extra = self.line("extra");
                format!("{title}{}{extra}", if extra.starts_with([':', ',']) { "" } else { " " })
            }
            2 => {
                let mut titles = [title];
                self.replace_words(&mut titles, 100);
                let [title] = titles;
                title
            }
            3 => match title.split_once(": ") {
                Some((before, after)) if before.chars().count() > 24 && !after.starts_with(char::is_numeric) => before.to_owned(),
                _ => title,
            },
            4 => match title.split_once(": ") {
                Some((before, after)) => format!("{after}: {before}"),
                None => title,
            },
            _ => title,
        }
    }

    /// Drops paragraphs from the end or the middle, in some of the cases.
    fn drop_paragraphs(&mut self, paragraphs: &mut Vec<String>) {
        match self.dice.below(10) {
            0..=3 => {}
            4..=7 => {
                let keep = self.dice.below(paragraphs.len() + 1);
                paragraphs.truncate(keep.max(1));
            }
            _ => {
                for _ in 0..1 + self.dice.below(2) {
                    if paragraphs.len() > 2 {
                        paragraphs.remove(self.dice.below(paragraphs.len() - 1));
                    }
                }
            }
        }
    }

    /// Says where it comes from, in one of the ways of newsrooms.
    fn credit(&mut self, paragraphs: &mut Vec<String>) {
        match self.dice.below(10) {
            0..=2 => {
                let inline = self.line("inline");
                let joint = if self.language == "kk" { " – " } else { ", " };
                let all = sentences(&paragraphs[0]);
                let first = all[0].trim_end_matches('.');
                // A sentence that names its source already is not given another one.
                if !first.contains("сообщ") && !first.contains("деп ") && !first.contains(" said") {
                    paragraphs[0] = std::iter::once(format!("{first}{joint}{inline}.").as_str())
                        .chain(all[1..].iter().copied())
                        .collect::<Vec<_>>()
                        .join(" ");
                }
            }
            3 => paragraphs[0] = format!("{} {}", self.line("dateline"), paragraphs[0]),
            4..=6 => {
                let credit = self.line("credit");
                let place = if self.dice.falls(50) { 1 } else { paragraphs.len() };
                paragraphs.insert(place, credit);
            }
            _ => {}
        }
    }

    /// Replaces words by others of the same meaning, each in so many cases of a hundred.
    fn replace_words(&mut self, texts: &mut [String], percent: usize) {
        for pair in self.phrasebook.list(self.language, "synonym") {
            let Some((one, other)) = pair.split_once('/') else { continue };
            let (from, to) = if self.dice.falls(70) { (one, other) } else { (other, one) };
            for text in texts.iter_mut() {
                if self.dice.falls(percent) {
                    *text = with_word_replaced(text, from, to);
                }
            }
        }
    }

    /// Makes one sentence of two, or two of one.
    fn join_or_split(&mut self, paragraphs: &mut [String]) {
        let is_join = self.dice.falls(60);
        for paragraph in paragraphs {
            if is_join {
                for pair in self.phrasebook.list(self.language, "join") {
                    let Some((capital, small)) = pair.split_once('/') else { continue };
                    *paragraph = paragraph.replace(&format!(". {capital} "), &format!("; {small} "));
                }
            } else {
                *paragraph = paragraph.replace(", однако ", ". Однако ").replace(", поэтому ", ". Поэтому ").replace("; ", ". ");
            }
        }
    }

    /// A line of a list, with the name of an agency where it has a place for one.
    fn line(&mut self, list: &str) -> String {
        let line = self.dice.pick(self.phrasebook.list(self.language, list));
        line.replace("{agency}", self.dice.pick(self.phrasebook.list(self.language, "agency")))
    }
}

/// The sentences of a paragraph: each ends where a full stop stands before a space and no small letter.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (place, _) in text.match_indices(". ") {
        let rest = &text[place + 2..];
        if !rest.starts_with(char::is_lowercase) && place > from {
            found.push(&text[from..=place]);
            from = place + 2;
        }
    }
    found.push(&text[from..]);
    found
}

/// The text with a word replaced, where it stands as a word of its own.
fn with_word_replaced(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(word) {
        let (before, after) = (&rest[..place], &rest[place + word.len()..]);
        let is_whole = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if is_whole { by } else { word });
        rest = after;
    }
    out + rest
}
