//! Which element of a page holds its article.
//!
//! A generic extractor's guess is the guide: the element that holds most of what it found, and as little else as may be, holds the
//! article. So what the extractor lost inside that element is found again, and what it took from elsewhere is left out. An element
//! that the page itself marks as the article's body wins.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use dom_query::{NodeId, NodeRef};

use super::blocks::{self, Block, Kind};
use super::clean::credit::is_credit;
use super::{clean, generic, tree};
use crate::parse::Page;

/// Words in a row by which texts are compared.
const RUN: usize = 4;
/// Share of a block's runs of words, in percent, from which on the guess holds it.
const HELD: usize = 60;
/// Share of the guess, in percent, that the article's element holds. The rest is furniture that the extractor took for text.
const MOST: usize = 80;
/// Letters of the guess, and their share in percent, from which on an element marked as the article's body is believed to be it.
const MARKED: (usize, usize) = (300, 20);

/// Letters from which on a block counts as a sentence.
const SENTENCE: usize = 40;
/// Letters from which on a line between headline and article is a lead.
const LEAD: usize = 60;
/// How many blocks behind the article a credit is looked for.
const BEHIND: usize = 8;

/// The blocks of the page's article.
pub(super) fn blocks_of_article(page: &Page, titles: &[String]) -> Vec<Block> {
    let Some(body) = page.document.body() else { return Vec::new() };
    let guess = generic::text_of_article(page).map(|text| Runs::of(&text));
    let all = blocks::blocks(page, body);
    let weights = weights(page, &all, guess.as_ref());
    let Some(container) = marked(page, &weights).or_else(|| deepest(&weights, body.id)) else { return Vec::new() };
    let is_in: Vec<bool> = all.iter().map(|block| is_inside(NodeRef::new(block.node, &page.document.tree), container)).collect();
    let first = is_in.iter().position(|inside| *inside).unwrap_or(0);
    let last = is_in.iter().rposition(|inside| *inside).unwrap_or(0);
    let headline = all[..first].iter().rposition(|block| matches!(block.kind, Kind::Heading(_)) && clean::is_one_of(&block.text, titles));
    let mut has_lead = false;
    let mut is_part = |(at, block): (usize, &Block)| match headline {
        _ if is_in[at] => true,
        Some(headline) if at > headline && at < first => {
            let is_lead = !has_lead && is_lead(block);
            has_lead |= is_lead;
            is_lead || block.is_picture() || is_credit(&block.text)
        }
        Some(_) | None => at > last && at <= last + BEHIND && is_credit(&block.text),
    };
    let parts: Vec<bool> = all.iter().enumerate().map(&mut is_part).collect();
    all.into_iter().zip(parts).filter(|(_, is_part)| *is_part).map(|(block, _)| block).collect()
}

/// Between the headline and the article's element pages have the lead, a picture and its credit, among much else.
fn is_lead(block: &Block) -> bool {
    tree::letters(&block.text) >= LEAD && block.linked * 2 < LEAD
}

/// Letters of the guess in an element, and how deep it lies.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    letters: usize,
    depth: usize,
}

/// What every element that holds a part of the guess holds of it; without a guess, of all text.
fn weights(page: &Page, blocks: &[Block], guess: Option<&Runs>) -> HashMap<NodeId, Weight> {
    let mut weights: HashMap<NodeId, Weight> = HashMap::new();
    for block in blocks.iter().filter(|block| guess.is_none_or(|guess| guess.hold(&block.text))) {
        let node = NodeRef::new(block.node, &page.document.tree);
        // Short lines and links tell little: they are what furniture is made of.
        let letters = tree::letters(&block.text);
        let letters = if letters < SENTENCE || block.linked * 2 > letters { 1 } else { letters };
        let above: Vec<NodeId> = std::iter::once(node).chain(node.ancestors_it(None)).map(|node| node.id).collect();
        for (depth, id) in above.into_iter().rev().enumerate() {
            let weight = weights.entry(id).or_default();
            weight.letters += letters;
            weight.depth = depth;
        }
    }
    weights
}

/// The one element that the page marks as the article's body.
fn marked(page: &Page, weights: &HashMap<NodeId, Weight>) -> Option<NodeId> {
    let bodies = page.document.select("[itemprop='articleBody']");
    let [body] = bodies.nodes() else { return None };
    let total = weights.get(&page.document.root().id)?.letters;
    let own = weights.get(&body.id)?.letters;
    (own >= MARKED.0 && own * 100 >= total * MARKED.1).then_some(body.id)
}

/// The deepest element that holds most of the guess.
fn deepest(weights: &HashMap<NodeId, Weight>, body: NodeId) -> Option<NodeId> {
    let total = weights.get(&body)?.letters;
    let holds_most = |weight: &Weight| weight.letters * 100 >= total * MOST;
    weights.iter().filter(|(_, weight)| holds_most(weight)).max_by_key(|(_, weight)| weight.depth).map(|(id, _)| *id)
}

fn is_inside(node: NodeRef<'_>, container: NodeId) -> bool {
    node.id == container || node.ancestors_it(None).any(|above| above.id == container)
}

/// The runs of words of a text.
struct Runs(HashSet<u64>);

impl Runs {
    fn of(text: &str) -> Self {
        // Lines of fewer words than a run stand for themselves.
        Self(runs(text).into_iter().chain(text.lines().flat_map(runs)).collect())
    }

    /// Whether most of a text is among the runs.
    fn hold(&self, text: &str) -> bool {
        let runs = runs(text);
        let held = runs.iter().filter(|run| self.0.contains(run)).count();
        !runs.is_empty() && held * 100 >= runs.len() * HELD
    }
}

fn runs(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(hash).collect();
    words.windows(RUN.min(words.len().max(1))).map(hash).collect()
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
