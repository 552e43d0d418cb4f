//! Whether two entries carry the same report, and which story a new entry belongs to. Precision before recall: a missed duplicate is
//! a nuisance, a wrong merge loses news.

use std::collections::{HashMap, HashSet};

use super::compare::{Figures, Lead, Probe, hashes};
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
    /// Each title, and what its text begins with, is about something that the other entry does not name.
    Topics,
    /// Too little of the one text stands in the other.
    LittleInCommon,
    /// The newer text begins with something new.
    News,
    /// The numbers of the one are not those of the other.
    Numbers,
    /// One is a list of the day's news.
    Digest,
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
    mark_common(&mut probe, rivals, newcomer.source);
    let judged: Vec<Judged> = rivals
        .iter()
        .map(|rival| {
            let figures = probe.figures(&rival.signature, newcomer.published >= rival.published);
            let pair = Pair { seconds: (newcomer.published - rival.published).abs(), is_same_source: newcomer.source == rival.source };
            Judged { entry: rival.entry, story: rival.story, figures, verdict: judge(&figures, pair, strictness) }
        })
        .collect();
    let is_opposed = |one: &Judged| {
        let of_story = || judged.iter().filter(|other| other.story == one.story);
        let against = of_story().filter(|other| matches!(other.verdict, Err(Reason::Facts | Reason::TitleFacts))).count();
        let by_title = one.verdict == Ok(Rule::Title);
        let has_text = by_title && of_story().any(|other| other.verdict.is_err() && other.figures.shorter >= MIN_TEXT);
        let missing = one.figures.title_words_missing;
        let is_as_good =
            |other: &&Judged| other.story != one.story && other.verdict.is_ok() && other.figures.title_words_missing <= missing;
        let is_ambiguous = by_title && judged.iter().any(|other| is_as_good(&other));
        let is_exact = by_title && missing == (0, 0);
        has_text || is_ambiguous || !is_exact && against >= of_story().filter(|other| other.verdict.is_ok()).count()
    };
    let mut same: Vec<&Judged> = judged.iter().filter(|one| one.verdict.is_ok() && !is_opposed(one)).collect();
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
    figures.overlap + figures.titles / 2.0 + figures.newer_lead.runs / 2.0
}

/// What texts of one outlet share in many stories is its own, not the news'.
fn mark_common(probe: &mut Probe<'_>, rivals: &[&Indexed], source: i64) {
    let stories: HashSet<i64> = rivals.iter().filter(|rival| rival.source == source).map(|rival| rival.story).collect();
    if stories.len() < COMMON {
        return;
    }
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for story in stories {
        let of_story = rivals.iter().filter(|rival| rival.story == story && rival.source == source);
        let runs: HashSet<u64> = of_story.flat_map(|rival| hashes(rival.signature.text())).collect();
        runs.into_iter().for_each(|run| *counts.entry(run).or_default() += 1);
    }
    probe.common = counts.into_iter().filter(|(_, count)| *count >= COMMON).map(|(run, _)| run).collect();
}

/// What else is known of two entries.
#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Between their publications.
    seconds: i64,
    is_same_source: bool,
}

/// Fewest words of a text that is compared as one.
const MIN_TEXT: u32 = 4;

/// Texts with fewer words say little by themselves.
const SHORT_TEXT: u32 = 9;

const HOUR: i64 = 60 * 60;

fn judge(figures: &Figures, pair: Pair, strictness: Strictness) -> Result<Rule, Reason> {
    let slack = match strictness {
        Strictness::Cautious => -0.1,
        Strictness::Balanced => 0.0,
        Strictness::Eager => 0.1,
    };
    if figures.is_digest {
        return Err(Reason::Digest);
    }
    if figures.title_conflicts > 0 {
        return Err(Reason::TitleFacts);
    }
    if figures.conflicts > 0 || figures.newer_lead.new_numbers.min(figures.older_lead.new_numbers) > 0 {
        return Err(Reason::Facts);
    }
    if figures.topics > 0 && (figures.topics > 1 || figures.shorter < 25 || figures.overlap < 0.5) {
        return Err(Reason::Topics);
    }
    if figures.shorter < MIN_TEXT {
        return judge_titles(figures, pair);
    }
    let (newer, older) = (&figures.newer_lead, &figures.older_lead);
    let agree_on_lead = newer.runs.min(older.runs) >= 0.9 && newer.known_facts >= 3 && figures.shared >= 4 && !pair.is_same_source;
    let agree_on_titles =
        figures.titles >= 0.8 && figures.shorter_title >= 4 && figures.title_facts_missing == 0 && figures.overlap >= 0.15;
    let rule = if (figures.overlap >= 0.5 - slack && figures.shared >= 2) || agree_on_lead {
        Rule::Text
    } else if figures.overlap >= 0.3 - slack && figures.shared >= 2 && figures.titles >= 0.6 || agree_on_titles {
        Rule::TextAndTitle
    } else if figures.shorter < SHORT_TEXT {
        return judge_titles(figures, pair);
    } else {
        return Err(Reason::LittleInCommon);
    };
    let has_news = figures.title_news > 0 && figures.length > 0.6;
    let own = figures.newer_own.max(figures.older_own);
    let is_alike = newer.words.min(older.words) >= 0.3 && newer.words.max(older.words) >= 0.5;
    let has_other_words = figures.overlap >= 0.75 && figures.shared >= 25 && newer.behind.max(older.behind) < 0.15 && own < 0.4 && is_alike;
    if has_news || !has_other_words && (!is_told(newer, older, slack) || !is_told(older, newer, slack)) {
        return Err(Reason::News);
    }
    let is_short = figures.shorter < 25 && figures.numbers_missing * 4 > figures.numbers;
    let has_none = figures.numbers >= 2 && figures.numbers_missing == figures.numbers;
    if is_short || has_none || (figures.numbers >= 3 && figures.numbers_missing * 5 >= figures.numbers * 3) {
        return Err(Reason::Numbers);
    }
    let is_vague = figures.title_facts == 0 && figures.titles >= 0.5;
    if is_vague && newer.words.min(older.words) < 0.9 && newer.runs.min(older.runs) < 0.75 {
        return Err(Reason::Titles);
    }
    let best = figures.newer_title.max(figures.older_title);
    let worst = figures.newer_title.min(figures.older_title);
    let both_go_on = figures.newer_own > 0.25 && figures.older_own > 0.25;
    let longer_title = if figures.length > 1.0 { figures.older_title } else { figures.newer_title };
    let is_one_of_many = longer_title < 0.25 && !(0.2..=5.0).contains(&figures.length);
    if best < 0.4 - slack
        || (both_go_on && worst < 0.4 - slack)
        || (pair.is_same_source && worst < 0.3 - slack && figures.overlap < 0.93)
        || is_one_of_many
    {
        return Err(Reason::Titles);
    }
    Ok(rule)
}

/// Whether the other entry tells what a text begins with: in the same words, or in others. Where the other entry's own beginning stands
/// behind it, word for word, it must be the same words: that is what a report of later news looks like.
fn is_told(lead: &Lead, other: &Lead, slack: f32) -> bool {
    if other.behind >= 0.5 {
        return lead.words >= 0.85 && lead.new_facts == 0;
    }
    if lead.runs >= 0.75 || (lead.runs >= 0.45 - slack && lead.known_facts >= 2) {
        return true;
    }
    if other.behind >= 0.3 {
        return false;
    }
    lead.words >= 0.85
        || (lead.words >= 0.6 - slack && lead.known_facts >= 2)
        || (lead.words >= 0.45 - slack && lead.new_facts <= 1 && lead.known_facts >= 2)
}

/// Whether two titles alone are enough: the same words, or one with a few more, and no fact that is not in both.
fn judge_titles(figures: &Figures, pair: Pair) -> Result<Rule, Reason> {
    let (fewer, more) = figures.title_words_missing;
    let is_same = fewer == 0 && more <= figures.shorter_title / 4 && figures.title_facts_missing == 0;
    let is_telling = figures.shorter_title >= 4 || (figures.shorter_title >= 3 && figures.title_facts > 0);
    let hours = if figures.title_facts == 0 && pair.is_same_source { 12 } else { 24 };
    if is_same && is_telling && pair.seconds <= hours * HOUR { Ok(Rule::Title) } else { Err(Reason::TitleAlone) }
}
