//! Whether two entries carry the same report, and which story a new entry belongs to. Precision before recall: a missed duplicate is
//! a nuisance, a wrong merge loses news.

use std::collections::HashSet;

use super::compare::{Figures, Probe};
use super::index::Indexed;
use super::signature::Signature;
use crate::config::Strictness;

/// Why two entries carry the same report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The text of one stands in the other.
    Text,
    /// Much of the text does, and the titles agree.
    TextAndTitle,
    /// One has no text to speak of; the titles agree.
    Title,
}

/// Why two entries do not carry the same report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The titles differ in a number, a name or a day alone.
    TitleFacts,
    /// The same sentences with other numbers, names or days.
    Facts,
    /// The numbers of the one are not those of the other.
    Numbers,
    /// Too little of the one text stands in the other.
    LittleInCommon,
    /// The newer text begins with something new.
    News,
    /// Neither title tells of what the other entry tells.
    Titles,
    /// A title alone is not enough.
    TitleAlone,
}

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
    /// Other stories that carry its report.
    pub others: Vec<i64>,
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

/// Runs that texts of so many stories share are common property.
const COMMON: usize = 3;

/// Compares a new entry with its rivals ([`super::Index::rivals`]).
pub fn decide(newcomer: Newcomer<'_>, rivals: &[&Indexed], strictness: Strictness) -> Decision {
    let mut probe = Probe::new(newcomer.signature);
    mark_common(&mut probe, rivals);
    let judged: Vec<Judged> = rivals
        .iter()
        .map(|rival| {
            let figures = probe.figures(&rival.signature, newcomer.published >= rival.published);
            let pair = Pair { seconds: (newcomer.published - rival.published).abs(), is_same_source: newcomer.source == rival.source };
            Judged { entry: rival.entry, story: rival.story, figures, verdict: judge(&figures, pair, strictness) }
        })
        .collect();
    let is_opposed =
        |story: i64| judged.iter().any(|one| one.story == story && matches!(one.verdict, Err(Reason::Facts | Reason::TitleFacts)));
    let mut same: Vec<&Judged> = judged.iter().filter(|one| one.verdict.is_ok() && !is_opposed(one.story)).collect();
    same.sort_by(|one, other| weight(&other.figures).total_cmp(&weight(&one.figures)));
    let joined = same.first().map(|one| **one);
    let mut others: Vec<i64> =
        same.iter().map(|one| one.story).filter(|story| joined.is_some_and(|joined| joined.story != *story)).collect();
    others.sort_unstable();
    others.dedup();
    Decision { joined, others, judged }
}

/// How much speaks for a pair that passed.
fn weight(figures: &Figures) -> f32 {
    figures.overlap + figures.titles / 2.0 + figures.lead_runs / 2.0
}

fn mark_common(probe: &mut Probe<'_>, rivals: &[&Indexed]) {
    let stories: HashSet<i64> = rivals.iter().map(|rival| rival.story).collect();
    if stories.len() < COMMON {
        return;
    }
    let mut counts = vec![0_usize; probe.common.len()];
    for story in stories {
        let mut shared = vec![false; counts.len()];
        for rival in rivals.iter().filter(|rival| rival.story == story) {
            shared.iter_mut().zip(probe.shared_with(&rival.signature)).for_each(|(all, one)| *all |= one);
        }
        counts.iter_mut().zip(shared).for_each(|(count, shared)| *count += usize::from(shared));
    }
    probe.common = counts.into_iter().map(|count| count >= COMMON).collect();
}

/// What else is known of two entries.
#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Between their publications.
    seconds: i64,
    is_same_source: bool,
}

/// Fewest words of a text that is compared as one.
const MIN_TEXT: u32 = 9;

const DAY: i64 = 24 * 60 * 60;

fn judge(figures: &Figures, pair: Pair, strictness: Strictness) -> Result<Rule, Reason> {
    let Figures { overlap, shared, titles, .. } = *figures;
    let slack = match strictness {
        Strictness::Cautious => -0.1,
        Strictness::Balanced => 0.0,
        Strictness::Eager => 0.1,
    };
    if figures.title_conflicts > 0 && titles >= 0.4 {
        return Err(Reason::TitleFacts);
    }
    if figures.conflicts > 0 {
        return Err(Reason::Facts);
    }
    if figures.shorter < MIN_TEXT {
        let is_enough = figures.shorter_title >= 4
            && titles >= 0.8 - slack
            && pair.seconds <= DAY
            && figures.title_conflicts == 0
            && !pair.is_same_source;
        return if is_enough { Ok(Rule::Title) } else { Err(Reason::TitleAlone) };
    }
    let is_told = figures.lead_runs >= 0.45 - slack || (figures.lead_words >= 0.75 - slack && figures.lead_facts <= 1);
    let rule = if overlap >= 0.5 - slack && shared >= 5 {
        Rule::Text
    } else if overlap >= 0.3 - slack && shared >= 4 && titles >= 0.6 {
        Rule::TextAndTitle
    } else {
        return Err(Reason::LittleInCommon);
    };
    if !is_told {
        return Err(Reason::News);
    }
    if figures.newer_title < 0.3 - slack && figures.older_title < 0.3 - slack {
        return Err(Reason::Titles);
    }
    if figures.numbers >= 3 && figures.numbers_missing > 0.5 {
        return Err(Reason::Numbers);
    }
    Ok(rule)
}
