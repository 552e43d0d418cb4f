//! The cleaning pass: takes from an article's blocks what is none of its text. docs/articles.md explains every rule.
//!
//! Precision first: a rule acts on whole lines only, and a line that merely begins like furniture and goes on as a sentence stays.
//! Some rules hold anywhere; those that a real paragraph could fall to hold only at the head, before the first line of text, or at the
//! tail, behind the last.

pub(super) mod alone;
mod anywhere;
pub(super) mod credit;
mod ends;
mod line;
mod lists;
mod phrases;

use url::Url;

use super::Removed;
use super::blocks::{Block, Kind};
use credit::Credit;
use line::plain;

/// What is known of the article beside its blocks.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    /// The headline, in all its forms.
    pub titles: Vec<String>,
    pub authors: Vec<String>,
    /// What the page says that it is about.
    pub keywords: Vec<String>,
    pub url: Option<&'a Url>,
    /// The text ends before the first block that begins with one of these.
    pub cut_after: &'a [String],
}

/// Blocks, and what was taken from them.
#[derive(Debug)]
pub(super) struct Cleaned {
    pub blocks: Vec<Block>,
    pub removed: Vec<Removed>,
    pub credit: Option<Credit>,
}

/// Takes out what is no part of the article.
pub(super) fn clean(blocks: Vec<Block>, facts: &Facts<'_>) -> Cleaned {
    let mut text = Text::new(blocks, facts);
    ends::cut_after(&mut text);
    ends::other_articles(&mut text);
    ends::comments(&mut text);
    ends::before_headline(&mut text);
    anywhere::italics(&mut text);
    anywhere::captions(&mut text);
    anywhere::lines(&mut text);
    lists::read_also(&mut text);
    lists::link_lists(&mut text);
    ends::head(&mut text);
    ends::tail(&mut text);
    lists::doubled(&mut text);
    ends::hanging_headings(&mut text);
    text.finish()
}

/// Whether a line says the same as one of some others.
pub(super) fn is_one_of(text: &str, others: &[String]) -> bool {
    let line = plain(text);
    others.iter().any(|other| plain(other) == line)
}

/// The blocks under the knife.
struct Text<'a> {
    lines: Vec<Line>,
    facts: Known<'a>,
    removed: Vec<Removed>,
    credit: Option<Credit>,
}

/// The facts as lines are compared with them.
struct Known<'a> {
    titles: Vec<String>,
    authors: Vec<String>,
    /// Sorted.
    keywords: Vec<String>,
    url: Option<&'a Url>,
    cut_after: Vec<String>,
}

/// A block and what is found out about it.
struct Line {
    block: Block,
    plain: String,
    /// The rule that took it.
    rule: Option<&'static str>,
}

impl Line {
    fn is_gone(&self) -> bool {
        self.rule.is_some()
    }

    /// Still there, with words.
    fn is_text(&self) -> bool {
        self.rule.is_none() && !self.plain.is_empty()
    }

    fn is_heading(&self) -> bool {
        matches!(self.block.kind, Kind::Heading(_))
    }

    fn is_item(&self) -> bool {
        matches!(self.block.kind, Kind::Item { .. })
    }

    /// One of the kinds that no rule looks into.
    fn is_whole(&self) -> bool {
        matches!(self.block.kind, Kind::Table | Kind::Preformatted | Kind::Picture(_))
    }
}

impl<'a> Text<'a> {
    fn new(blocks: Vec<Block>, facts: &Facts<'a>) -> Self {
        let all = |texts: &[String]| -> Vec<String> { texts.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect() };
        let mut keywords = all(&facts.keywords);
        keywords.sort();
        keywords.dedup();
        let known =
            Known { titles: all(&facts.titles), authors: all(&facts.authors), keywords, url: facts.url, cut_after: all(facts.cut_after) };
        let lines = blocks.into_iter().map(|block| Line { plain: plain(&block.text), block, rule: None }).collect();
        Self { lines, facts: known, removed: Vec::new(), credit: None }
    }

    fn take(&mut self, at: usize, rule: &'static str) {
        self.lines[at].rule.get_or_insert(rule);
    }

    fn is_title(&self, plain: &str) -> bool {
        self.facts.titles.iter().any(|title| title == plain)
    }

    fn finish(mut self) -> Cleaned {
        let mut blocks = Vec::with_capacity(self.lines.len());
        let mut was_taken = false;
        for line in self.lines {
            match line.rule {
                Some(rule) => {
                    was_taken |= !line.block.continues;
                    self.removed.push(Removed { rule, text: line.block.text });
                }
                None => {
                    let mut block = line.block;
                    // Where the first line of a paragraph went, the second begins it.
                    block.continues &= !std::mem::take(&mut was_taken);
                    blocks.push(block);
                }
            }
        }
        Cleaned { blocks, removed: self.removed, credit: self.credit }
    }
}
