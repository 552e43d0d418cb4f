//! Which story a new entry belongs to, once it has been compared with the entries that may carry its report.

use std::collections::{HashMap, HashSet};

use super::compare::{Probe, hashes};
use super::figures::Figures;
use super::index::Indexed;
use super::judge::{MIN_TEXT, Pair, Reason, Rule, is_follow_up, judge};
use super::signature::Signature;
use crate::config::Strictness;

/// Two entries, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The other entry, and its story.
    pub entry: i64,
    pub story: i64,
    pub figures: Figures,
    pub verdict: Result<Rule, Reason>,
}

/// What was decided about a new entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The comparison by which it joins a story; None when it founds one.
    pub joined: Option<Judged>,
    /// Comparisons with other stories that carry its report, and do not contradict the one that it joins.
    pub others: Vec<Judged>,
    /// All comparisons, in the order of the rivals.
    pub judged: Vec<Judged>,
}

/// A new entry.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    pub source: i64,
    /// Seconds since 1970.
    pub published: i64,
    pub signature: &'a Signature,
}

/// Compares a new entry with its rivals ([`super::Index::rivals`]).
pub fn decide(newcomer: Newcomer<'_>, rivals: &[&Indexed], strictness: Strictness) -> Decision {
    if rivals.is_empty() {
        return Decision { joined: None, others: Vec::new(), judged: Vec::new() };
    }
    let mut probe = Probe::new(newcomer.signature);
    probe.common = common_runs(rivals, newcomer.source);
    let mut judged: Vec<Judged> = rivals
        .iter()
        .map(|rival| {
            let figures = probe.figures(&rival.signature, newcomer.published >= rival.published);
            let pair = Pair { seconds: (newcomer.published - rival.published).abs(), is_same_source: newcomer.source == rival.source };
            Judged { entry: rival.entry, story: rival.story, figures, verdict: judge(&figures, pair, strictness) }
        })
        .collect();
    let opposed: Vec<bool> = judged.iter().map(|one| one.verdict.is_ok() && is_opposed(one, &judged)).collect();
    judged.iter_mut().zip(opposed).filter(|(_, is_opposed)| *is_opposed).for_each(|(one, _)| one.verdict = Err(Reason::Opposed));

    let mut agreeing: Vec<(&Judged, &Indexed)> = judged.iter().zip(rivals.iter().copied()).filter(|(one, _)| one.verdict.is_ok()).collect();
    agreeing.sort_by(|(one, _), (other, _)| weight(&other.figures).total_cmp(&weight(&one.figures)));
    let joined = agreeing.first().map(|(one, _)| **one);
    let others = agreeing.first().map_or_else(Vec::new, |(_, first)| bridged(first, &agreeing, strictness));
    Decision { joined, others, judged }
}

/// The comparisons with other stories than the one that is joined, the best of each, whose entries do not contradict it: a vague text that
/// fits two reports makes no one of them.
fn bridged(joined: &Indexed, agreeing: &[(&Judged, &Indexed)], strictness: Strictness) -> Vec<Judged> {
    let mut others: Vec<Judged> = Vec::new();
    for (judged, rival) in agreeing {
        let is_known = judged.story == joined.story || others.iter().any(|other| other.story == judged.story);
        if !is_known && !contradict(joined, rival, strictness) {
            others.push(**judged);
        }
    }
    others
}

fn contradict(one: &Indexed, other: &Indexed, strictness: Strictness) -> bool {
    let figures = Probe::new(&one.signature).figures(&other.signature, one.published >= other.published);
    let pair = Pair { seconds: (one.published - other.published).abs(), is_same_source: one.source == other.source };
    match judge(&figures, pair, strictness) {
        Err(Reason::Digest | Reason::TitleFacts | Reason::Facts) => true,
        Err(Reason::News) => is_follow_up(&figures, strictness),
        Err(Reason::Topics | Reason::LittleInCommon | Reason::Numbers | Reason::Titles | Reason::TitleAlone | Reason::Opposed) | Ok(_) => {
            false
        }
    }
}

/// How much speaks for a pair that agrees.
fn weight(figures: &Figures) -> f32 {
    figures.overlap + figures.titles / 2.0 + figures.newer_lead.runs / 2.0
}

/// Whether the rest of a story speaks against an entry of it that agrees: as many of its entries have other facts as agree, or it agrees by
/// its title alone, and so does another story, or a text of its own says something else.
fn is_opposed(one: &Judged, judged: &[Judged]) -> bool {
    let of_story = || judged.iter().filter(|other| other.story == one.story);
    let agreeing = of_story().filter(|other| other.verdict.is_ok()).count();
    let against = of_story().filter(|other| matches!(other.verdict, Err(Reason::Facts | Reason::TitleFacts))).count();
    if one.verdict != Ok(Rule::Title) {
        return against >= agreeing;
    }
    let missing = one.figures.title_words_missing;
    let is_as_good = |other: &Judged| other.story != one.story && other.verdict.is_ok() && other.figures.title_words_missing <= missing;
    let says_something_else = of_story().any(|other| other.verdict.is_err() && other.figures.shorter >= MIN_TEXT);
    says_something_else || judged.iter().any(is_as_good) || missing != (0, 0) && against >= agreeing
}

/// Runs that texts of one outlet share in so many stories are its own, not the news'.
const COMMON: usize = 3;

/// The runs that tell nothing, because an outlet writes them around all its items.
fn common_runs(rivals: &[&Indexed], source: i64) -> HashSet<u32> {
    let own = || rivals.iter().filter(|rival| rival.source == source);
    let stories: HashSet<i64> = own().map(|rival| rival.story).collect();
    if stories.len() < COMMON {
        return HashSet::new();
    }
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for story in stories {
        let runs: HashSet<u32> = own().filter(|rival| rival.story == story).flat_map(|rival| hashes(rival.signature.text())).collect();
        runs.into_iter().for_each(|run| *counts.entry(run).or_default() += 1);
    }
    counts.into_iter().filter(|(_, count)| *count >= COMMON).map(|(run, _)| run).collect()
}
