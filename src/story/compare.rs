//! Two signatures, compared: how much of one stands in the other, and whether their facts agree.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::{Deserialize, Serialize};

use super::signature::{Class, Signature, Token, mixed};

/// Words at the beginning of a text that tell what is new in it.
const LEAD: usize = 24;

/// Words of a run that is looked for in the other text.
const RUN: usize = 3;

/// Words of a window in which facts are masked.
const WINDOW: usize = 5;

/// What two entries have in common, and where their facts differ. Shares are of 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Of the shorter text's runs of words, how many stand in the longer one.
    pub overlap: f32,
    /// How many runs that are.
    pub shared: u32,
    /// Of the runs at the beginning of the newer text, how many stand in the older one.
    pub lead_runs: f32,
    /// Of the words at the beginning of the newer text, how many stand in the older entry.
    pub lead_words: f32,
    /// Facts at the beginning of the newer text that the older entry lacks.
    pub lead_facts: u32,
    /// Of the newer title's words, how many stand in the older entry.
    pub newer_title: f32,
    /// Of the older title's words, how many stand in the newer entry.
    pub older_title: f32,
    /// Of the shorter title's words, how many stand in the other title.
    pub titles: f32,
    /// Facts of the titles that differ although all else is the same.
    pub title_conflicts: u32,
    /// Places where the words around are the same and the facts are others.
    pub conflicts: u32,
    /// Places where the words around and the facts are the same.
    pub agreements: u32,
    /// Of the shorter text's numbers, how many the longer one lacks.
    pub numbers_missing: f32,
    /// Numbers of the shorter text.
    pub numbers: u32,
    /// Words of the shorter text.
    pub shorter: u32,
    /// Words of the shorter title.
    pub shorter_title: u32,
}

/// A map whose keys are hashes already.
type ByHash<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// One entry, made ready to be compared with many.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    signature: &'a Signature,
    /// Where each run of the text stands first.
    runs: ByHash<u32>,
    /// What stands in each frame: a window with its facts masked.
    frames: ByHash<Facts>,
    /// Words of title and text.
    words: ByHash<()>,
    /// Runs that are common property, and tell nothing.
    pub common: Vec<bool>,
}

/// Facts seen in one frame, as far as there is room.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    values: [u32; 3],
    count: u8,
}

impl Facts {
    fn add(&mut self, value: u32) {
        if !self.has(value) && usize::from(self.count) < self.values.len() {
            self.values[usize::from(self.count)] = value;
            self.count += 1;
        }
    }

    fn has(&self, value: u32) -> bool {
        self.values[..usize::from(self.count)].contains(&value)
    }
}

impl<'a> Probe<'a> {
    pub fn new(signature: &'a Signature) -> Self {
        let text = signature.text();
        let mut runs = ByHash::default();
        for (at, run) in hashes(text).enumerate() {
            runs.entry(run).or_insert(u32::try_from(at).expect("texts are bounded"));
        }
        let mut frames: ByHash<Facts> = ByHash::default();
        for_each_frame(text, |frame, value| frames.entry(frame).or_default().add(value));
        let words = signature.tokens.iter().map(|token| (mixed(u64::from(token.hash())), ())).collect();
        Self { signature, common: vec![false; text.len()], runs, frames, words }
    }

    fn has_word(&self, token: Token) -> bool {
        self.words.contains_key(&mixed(u64::from(token.hash())))
    }

    /// Which runs of the text stand in another.
    pub fn shared_with(&self, other: &Signature) -> Vec<bool> {
        let mut shared = vec![false; self.signature.text().len()];
        for run in hashes(other.text()) {
            if let Some(at) = self.runs.get(&run) {
                shared[*at as usize] = true;
            }
        }
        shared
    }

    /// The figures of the two. `is_newer`: whether this entry is the newer of them.
    pub fn figures(&self, other: &Signature, is_newer: bool) -> Figures {
        let (text, other_text) = (self.signature.text(), other.text());
        let mut figures = Figures::default();
        // Runs: of ours that are found there, of theirs that are found here.
        let mut found_here = vec![false; other_text.len()];
        let mut found_there = vec![false; text.len()];
        for (at, run) in hashes(other_text).enumerate() {
            if let Some(place) = self.runs.get(&run) {
                found_here[at] = true;
                found_there[*place as usize] = true;
            }
        }
        let theirs = share(&found_here, &[], run_count(other_text));
        let ours = share(&found_there, &self.common, run_count(text));
        let (shorter, longer_has) = if run_count(text) <= run_count(other_text) { (text, ours) } else { (other_text, theirs) };
        figures.overlap = longer_has.0;
        figures.shared = longer_has.1;
        figures.shorter = count(shorter.len());

        let there = Words::of(other);
        let is_here = |token: &Token| self.has_word(*token);
        let is_there = |token: &Token| there.has(*token);
        let (lead, found, has): (&[Token], &[bool], &dyn Fn(&Token) -> bool) =
            if is_newer { (text, &found_there, &is_there) } else { (other_text, &found_here, &is_here) };
        let lead = &lead[..lead.len().min(LEAD)];
        figures.lead_runs = share(&found[..run_count(lead)], &[], run_count(lead)).0;
        figures.lead_words = portion(lead, has);
        figures.lead_facts = count(lead.iter().filter(|token| token.is_fact() && !has(token)).count());

        let (ours, theirs) = (portion(self.signature.title(), &is_there), portion(other.title(), &is_here));
        (figures.newer_title, figures.older_title) = if is_newer { (ours, theirs) } else { (theirs, ours) };
        self.compare_titles(other, &mut figures);
        self.compare_frames(other_text, &mut figures);
        compare_numbers(shorter, if std::ptr::eq(shorter, text) { &is_there } else { &is_here }, &mut figures);
        figures
    }

    fn compare_titles(&self, other: &Signature, figures: &mut Figures) {
        let (ours, theirs) = (self.signature.title(), other.title());
        let (short, long) = if ours.len() <= theirs.len() { (ours, theirs) } else { (theirs, ours) };
        figures.shorter_title = count(short.len());
        let is_in = |tokens: &[Token], token: &Token| tokens.iter().any(|other| other.hash() == token.hash());
        figures.titles = portion(short, &|token| is_in(long, token));
        for class in [Class::Number, Class::Name, Class::Calendar] {
            let of = |tokens: &[Token]| tokens.iter().filter(|token| token.class() == class).copied().collect::<Vec<_>>();
            let (short, long) = (of(short), of(long));
            let differ = !short.is_empty() && !long.is_empty() && !short.iter().any(|token| is_in(&long, token));
            figures.title_conflicts += u32::from(differ);
        }
        figures.title_conflicts += count(opposed(short, long));
    }

    fn compare_frames(&self, other: &[Token], figures: &mut Figures) {
        let mut met: ByHash<bool> = ByHash::default();
        for_each_frame(other, |frame, value| {
            if let Some(facts) = self.frames.get(&frame) {
                *met.entry(frame).or_default() |= facts.has(value);
            }
        });
        let agreements = met.values().filter(|agrees| **agrees).count();
        (figures.agreements, figures.conflicts) = (count(agreements), count(met.len() - agreements));
    }
}

/// Words of an entry, to look one up in.
struct Words(Vec<u32>);

impl Words {
    fn of(signature: &Signature) -> Self {
        let mut words: Vec<u32> = signature.tokens.iter().map(|token| token.hash()).collect();
        words.sort_unstable();
        Self(words)
    }

    fn has(&self, token: Token) -> bool {
        self.0.binary_search(&token.hash()).is_ok()
    }
}

/// How many runs a text has.
fn run_count(text: &[Token]) -> usize {
    (text.len() + 1).saturating_sub(RUN)
}

/// The runs of a text.
pub(super) fn hashes(text: &[Token]) -> impl Iterator<Item = u64> {
    text.windows(RUN).map(|run| mixed(run.iter().fold(0, |hash, token| mixed(hash ^ u64::from(token.hash())))))
}

/// The share, and the number, of the runs that were found, those left out that are `common`.
fn share(found: &[bool], common: &[bool], of: usize) -> (f32, u32) {
    let is_common = |at: usize| common.get(at).copied().unwrap_or(false);
    let counted = (0..of).filter(|at| !is_common(*at)).count();
    let shared = (0..of).filter(|at| found[*at] && !is_common(*at)).count();
    (ratio(shared, counted), count(shared))
}

/// The share of the tokens for which `has` is true.
fn portion(tokens: &[Token], has: &dyn Fn(&Token) -> bool) -> f32 {
    ratio(tokens.iter().filter(|token| has(token)).count(), tokens.len())
}

fn compare_numbers(shorter: &[Token], has: &dyn Fn(&Token) -> bool, figures: &mut Figures) {
    let numbers = || shorter.iter().filter(|token| token.class() == Class::Number);
    figures.numbers = count(numbers().count());
    figures.numbers_missing = ratio(numbers().filter(|token| !has(token)).count(), numbers().count());
}

/// Opposites of which one title has the one, the other title the other.
fn opposed(ours: &[Token], theirs: &[Token]) -> usize {
    let poles = |tokens: &[Token]| tokens.iter().filter(|token| token.class() == Class::Pole).map(|token| token.pole()).collect::<Vec<_>>();
    let (ours, theirs) = (poles(ours), poles(theirs));
    ours.iter().filter(|(group, is_first)| theirs.contains(&(*group, !is_first)) && !theirs.contains(&(*group, *is_first))).count()
}

/// Calls `hear` with each window's frame, its facts masked, and a hash of the facts. A window without a fact, or with hardly a word
/// beside its facts, is no frame.
fn for_each_frame(text: &[Token], mut hear: impl FnMut(u64, u32)) {
    for window in text.windows(WINDOW) {
        let facts = window.iter().filter(|token| token.is_fact()).count();
        if facts == 0 || facts > WINDOW - 2 {
            continue;
        }
        let (mut frame, mut values) = (0_u64, 0_u64);
        for token in window {
            let masked = match token.class() {
                Class::Plain => u64::from(token.hash()) | 1 << 40,
                Class::Number => 2 << 40,
                Class::Name => 3 << 40,
                Class::Calendar => 4 << 40,
                Class::Pole => 5 << 40 | u64::from(token.pole().0),
            };
            frame = mixed(frame ^ masked);
            if token.is_fact() {
                values = mixed(values ^ u64::from(token.hash()));
            }
        }
        hear(frame, u32::try_from(values >> 32).expect("32 bits"));
    }
}

fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { count(part) as f32 / count(whole) as f32 }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
