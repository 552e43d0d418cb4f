//! What is wrong with config.toml, said so that an admin can mend it: file, line, column, a caret, and what to write instead.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::nearest::nearest;

/// Why a value cannot stand, in words that complete "`key`: …".
#[derive(Debug)]
pub(super) struct Refusal {
    pub message: String,
    pub hint: Option<String>,
    /// The culprit within a string value, in bytes; the whole value otherwise.
    pub part: Option<Range<usize>>,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, part: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One thing that is wrong.
#[derive(Debug)]
struct Complaint {
    /// The culprit, in bytes of the file.
    span: Range<usize>,
    message: String,
    hint: Option<String>,
}

/// Keys of one table by the names that they have in another.
const MEANT: [(&str, &str); 3] = [("strictness", "dedup"), ("window", "dedup_window"), ("story", "stories")];

/// Everything found wrong in one reading of the file.
#[derive(Debug, Default)]
pub(super) struct Report {
    complaints: Vec<Complaint>,
    /// Where secrets stand, in bytes of the file.
    hidden: Vec<Range<usize>>,
    /// The file was not TOML throughout, so that a key may only seem to be missing.
    is_partial: bool,
}

impl Report {
    pub fn is_empty(&self) -> bool {
        self.complaints.is_empty()
    }

    pub fn add(&mut self, span: Range<usize>, message: String, hint: Option<String>) {
        self.complaints.push(Complaint { span, message, hint });
    }

    /// Marks a place as a secret, which no complaint shows.
    pub fn hide(&mut self, span: Range<usize>) {
        self.hidden.push(span);
    }

    pub fn syntax(&mut self, error: &toml::de::Error) {
        self.is_partial = true;
        let span = error.span().unwrap_or(0..0);
        let is_double = error.message().contains("duplicate key");
        let remedy = "remove one of the two; a table such as [source.article] stands in place of `article = …`";
        self.add(span, error.message().to_owned(), is_double.then(|| remedy.to_owned()));
    }

    pub fn refuse(&mut self, span: Range<usize>, key: &str, refusal: Refusal) {
        let part = refusal.part.and_then(|part| {
            // Inside quotes of one character and without escapes, offsets of the text are offsets of the file.
            let start = span.start + 1;
            (!part.is_empty() && start + part.end < span.end).then_some(start + part.start..start + part.end)
        });
        self.add(part.unwrap_or(span), format!("`{key}`: {}", refusal.message), refusal.hint);
    }

    /// `example`: a value to write, as a TOML literal.
    pub fn missing(&mut self, span: Range<usize>, key: &str, example: Option<&str>) {
        if !self.is_partial {
            let remedy = example.map(|example| format!("add `{key} = {example}`"));
            self.add(span, format!("`{key}` is missing"), remedy);
        }
    }

    pub fn unknown(&mut self, span: Range<usize>, key: &str, known: &BTreeSet<&'static str>) {
        let elsewhere = MEANT.iter().find(|(name, meant)| *name == key && known.contains(meant)).map(|(_, meant)| *meant);
        let hint = match elsewhere.or_else(|| nearest(key, known.iter().copied())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
        };
        self.add(span, format!("unknown key `{key}`"), Some(hint));
    }

    /// The report as an error about `text`, read from `path`; complaints in the order of the file.
    pub fn into_error(mut self, path: PathBuf, text: &str) -> ConfigError {
        self.complaints.sort_by_key(|complaint| complaint.span.start);
        let text = self.without_secrets(text);
        ConfigError::Invalid(Invalid { path, text, complaints: self.complaints })
    }

    /// The text with a star for each byte of a secret, so that every place in it stays where it was.
    fn without_secrets(&self, text: &str) -> String {
        let guessed = if self.is_partial { lines_of_secrets(text) } else { Vec::new() };
        let mut bytes = text.as_bytes().to_vec();
        for span in self.hidden.iter().chain(&guessed) {
            bytes[span.clone()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
        }
        String::from_utf8(bytes).expect("whole characters were replaced")
    }
}

/// Where secrets may stand in a file that is not TOML throughout, where nobody reads them: the values of keys that are called so.
fn lines_of_secrets(text: &str) -> Vec<Range<usize>> {
    let is_telling = |name: &str| ["password", "token", "auth", "headers", "proxy"].iter().any(|word| name.to_lowercase().contains(word));
    let mut spans = Vec::new();
    let (mut start, mut is_within) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            is_within = is_telling(line);
        } else if let Some((key, _)) = line.split_once('=')
            && (is_within || is_telling(key))
        {
            spans.push(start + key.len() + 1..start + line.len());
        }
        start += line.len();
    }
    spans
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("no config file: neither {} is there", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" nor "))]
    NotFound(Vec<PathBuf>),
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Invalid(Invalid),
}

impl ConfigError {
    /// What the admin can do about it, where the message does not say so itself.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotFound(_) => Some("name one with --config FILE, or begin with the config.toml of the distribution"),
            Self::Unreadable { .. } => Some("it must be a file of UTF-8 text that the user running taspa may read"),
            Self::Invalid(_) => None,
        }
    }
}

/// A file with complaints.
#[derive(Debug)]
pub struct Invalid {
    path: PathBuf,
    text: String,
    complaints: Vec<Complaint>,
}

/// A complaint, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: &'a str,
    pub hint: Option<&'a str>,
}

impl Invalid {
    /// How many things are wrong; at least one.
    pub fn count(&self) -> usize {
        self.complaints.len()
    }

    /// Every complaint, in the order of the file.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.complaints.iter().map(|complaint| {
            let before = &self.text[..self.text.floor_char_boundary(complaint.span.start)];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            Place {
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                message: &complaint.message,
                hint: complaint.hint.as_deref(),
            }
        })
    }

    /// Every complaint with its place in the file, for a terminal (`colour`) or for plain text.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let path = self.path.display().to_string();
        let blocks: Vec<String> = self.complaints.iter().map(|complaint| self.block(&renderer, &path, complaint)).collect();
        blocks.join("\n\n")
    }

    fn block(&self, renderer: &Renderer, path: &str, complaint: &Complaint) -> String {
        let snippet = Snippet::source(&self.text).path(path).annotation(AnnotationKind::Primary.span(self.one_line(&complaint.span)));
        let mut group = Level::ERROR.primary_title(&complaint.message).element(snippet);
        if let Some(hint) = &complaint.hint {
            group = group.element(Level::HELP.message(hint));
        }
        renderer.render(&[group]).to_string()
    }

    /// The span, cut at the end of its first line: a caret under a whole table helps nobody.
    fn one_line(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let end = self.text.ceil_char_boundary(span.end.max(start)).min(line_end.max(start));
        start..end
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Invalid {}
