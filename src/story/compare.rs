//! Two signatures, compared: how much of one stands in the other, whether both begin with the same news, and whether their facts agree.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::figures::{Figures, Lead};
use super::opening::{FAR, opening};
use super::signature::{MAX_WORDS, Signature};
use super::table::Table;
use super::token::{Class, Token};

/// Shares below which two entries have next to nothing in common, and are compared no further.
const NOTHING: f32 = 0.12;
const NO_TITLE: f32 = 0.5;

/// Words of a run that is looked for in the other text.
const RUN: usize = 3;

/// Fewest and most words of the beginning of a text, which tells what is new: its first sentence, and the next if that is short.
const LEAD: std::ops::RangeInclusive<usize> = 6..=24;

/// Words by which the beginning of a text stands later in the other, where that begins with news of its own.
const BEHIND: u32 = 5;

/// Share of a title's words that the other entry tells, where that tells of the same.
const TITLE_TOLD: f32 = 0.6;

/// Words between two places that agree, in which facts are compared one by one.
const GAP: usize = 12;

/// The same, where one text has more words there than the other.
const UNEVEN_GAP: usize = 4;

/// One entry, made ready to be compared with many.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    signature: &'a Signature,
    /// Where each run of the text stands first.
    runs: Table,
    /// Words of title and text, once a rival has enough in common for them to matter.
    words: OnceCell<Words>,
    /// Runs that are common property, and tell nothing.
    pub common: HashSet<u32>,
}

impl<'a> Probe<'a> {
    pub fn new(signature: &'a Signature) -> Self {
        let mut runs = Table::new();
        hashes(signature.text()).enumerate().for_each(|(at, run)| runs.insert(run, at));
        Self { signature, runs, words: OnceCell::new(), common: HashSet::new() }
    }

    /// The figures of the two. `is_newer`: whether this entry is the newer of them. Where they have next to nothing in common, only the
    /// figures that show it.
    pub fn figures(&self, other: &Signature, is_newer: bool) -> Figures {
        let mut figures = Figures::default();
        compare_titles(self.signature, other, &mut figures);
        let shared = self.compare_texts(other, &mut figures);
        if figures.overlap < NOTHING && figures.titles < NO_TITLE {
            return figures;
        }
        let words = Words::of(other);
        let here = Side { signature: self.signature, words: self.words.get_or_init(|| Words::of(self.signature)) };
        let there = Side { signature: other, words: &words };
        let leads = (here.lead_in(&there, &shared.here), there.lead_in(&here, &shared.there));
        let titles = (here.title_in(&there), there.title_in(&here));
        let own = (1.0 - shared.here.share(), 1.0 - shared.there.share());
        let in_order = if is_newer { (leads, titles, own) } else { (turned(leads), turned(titles), turned(own)) };
        (figures.newer_lead, figures.older_lead) = in_order.0;
        (figures.newer_title, figures.older_title) = in_order.1;
        (figures.newer_own, figures.older_own) = in_order.2;
        let (newer, older) = if is_newer { (here, there) } else { (there, here) };
        figures.title_news = newer.title_news(&older);
        figures.length = ratio(older.signature.text().len(), newer.signature.text().len());
        let (shorter, longer) = if here.signature.text().len() <= there.signature.text().len() { (here, there) } else { (there, here) };
        (figures.numbers, figures.numbers_missing) = shorter.numbers_in(&longer);
        let begin_the_same = figures.newer_lead.runs.min(figures.older_lead.runs) >= 0.9 && figures.newer_lead.known_facts >= 2;
        let one_denies = figures.titles >= 0.6 && negations(self.signature.title()) != negations(other.title());
        figures.title_conflicts = title_conflicts(here, there) + u32::from(one_denies && !begin_the_same);
        compare_leads(here, there, &mut figures);
        figures
    }

    fn compare_texts(&self, other: &Signature, figures: &mut Figures) -> Shared {
        let (ours, theirs) = (self.signature.text(), other.text());
        let mut shared = Shared { here: Found::new(run_count(ours)), there: Found::new(run_count(theirs)) };
        let mut walk = Walk { ours, theirs, end: None, conflicts: 0 };
        for (at, run) in hashes(theirs).enumerate() {
            if let Some(place) = self.runs.get(run) {
                let is_common = !self.common.is_empty() && self.common.contains(&run);
                shared.there.add(at, count(place), is_common);
                shared.here.add(place, count(at), is_common);
                figures.agreements += u32::from(theirs[at].is_fact());
                walk.agree(place, at);
            }
        }
        figures.conflicts = walk.finished();
        let (shorter, found) = if ours.len() <= theirs.len() { (ours, &shared.here) } else { (theirs, &shared.there) };
        (figures.overlap, figures.shared) = if self.common.is_empty() {
            (found.share(), found.count)
        } else {
            let telling = hashes(shorter).filter(|run| !self.common.contains(run)).count();
            (ratio(found.telling as usize, telling), found.telling)
        };
        figures.shorter = count(shorter.len());
        shared
    }
}

fn turned<T>((one, other): (T, T)) -> (T, T) {
    (other, one)
}

/// Runs that both texts have.
struct Shared {
    here: Found,
    there: Found,
}

/// Which runs of one text stand in the other.
struct Found {
    runs: usize,
    is_found: [bool; MAX_WORDS],
    /// Of the beginning: where each stands there.
    places: [u32; FAR + *LEAD.end()],
    count: u32,
    /// Those that are not common property.
    telling: u32,
}

impl Found {
    fn new(runs: usize) -> Self {
        Self { runs: runs.min(MAX_WORDS), is_found: [false; MAX_WORDS], places: [0; FAR + *LEAD.end()], count: 0, telling: 0 }
    }

    fn add(&mut self, at: usize, place: u32, is_common: bool) {
        if self.is_found.get(at).is_none_or(|is_found| *is_found) {
            return;
        }
        self.is_found[at] = true;
        self.count += 1;
        self.telling += u32::from(!is_common);
        if let Some(known) = self.places.get_mut(at) {
            *known = place;
        }
    }

    fn share(&self) -> f32 {
        ratio(self.count as usize, self.runs)
    }
}

/// Walks along what two texts have in common, and looks at what stands between.
struct Walk<'a> {
    ours: &'a [Token],
    theirs: &'a [Token],
    /// Where the last agreement ended in each.
    end: Option<(usize, usize)>,
    conflicts: u32,
}

impl Walk<'_> {
    /// A run begins in both texts.
    fn agree(&mut self, ours: usize, theirs: usize) {
        // Before the first agreement only the very beginning is near enough to be compared.
        let (our_end, their_end) = self.end.unwrap_or_default();
        if ours >= our_end && theirs >= their_end && (self.end.is_some() || ours.max(theirs) <= UNEVEN_GAP) {
            let ends_sentence = self.ours[ours].is_first() || self.theirs[theirs].is_first();
            self.conflicts += contradictions(&self.ours[our_end..ours], &self.theirs[their_end..theirs], ends_sentence);
        }
        self.end = Some((ours + RUN, theirs + RUN));
    }

    /// All facts that differ, with those behind the last agreement where both texts end soon after it, in the same sentence. A short one at
    /// the end is a counter's.
    fn finished(self) -> u32 {
        let Some((our_end, their_end)) = self.end else { return self.conflicts };
        let (ours, theirs) = (&self.ours[our_end.min(self.ours.len())..], &self.theirs[their_end.min(self.theirs.len())..]);
        let end_soon = ours.len().max(theirs.len()) <= UNEVEN_GAP;
        let begins = self.ours[..our_end].iter().rposition(|token| token.is_first()).unwrap_or(0);
        let goes_on = our_end - begins > UNEVEN_GAP && !ours.iter().chain(theirs).any(|token| token.is_first());
        self.conflicts + if end_soon && goes_on { contradictions(ours, theirs, true) } else { 0 }
    }
}

/// Facts that contradict each other between two places where the texts agree. `ends_sentence`: whether one begins behind them.
fn contradictions(ours: &[Token], theirs: &[Token], ends_sentence: bool) -> u32 {
    match (ours, theirs) {
        ([one], []) | ([], [one]) => return u32::from(one.is_not()),
        ([], _) | (_, []) => return 0,
        _ => {}
    }
    if ours.len() == theirs.len() && ours.len() <= GAP {
        let pairs = || ours.iter().zip(theirs);
        let differing = pairs().filter(|(one, other)| contradict(**one, **other)).count();
        let others = pairs().filter(|(one, other)| one.hash() != other.hash() && !contradict(**one, **other)).count();
        if others <= differing {
            return count(differing);
        }
    }
    // Next to where the texts agree, in the same sentence.
    let (first, last) = ((ours[0], theirs[0]), (ours[ours.len() - 1], theirs[theirs.len() - 1]));
    let after = contradict(first.0, first.1) && !first.0.is_first() && !first.1.is_first();
    let before = ours.len() + theirs.len() > 2 && !ends_sentence && contradict(last.0, last.1);
    if after || before {
        return u32::from(after) + u32::from(before);
    }
    let is_short = ours.len() <= UNEVEN_GAP && theirs.len() <= UNEVEN_GAP;
    let lacks = |token: &Token, tokens: &[Token]| token.is_fact() && !tokens.iter().any(|other| other.hash() == token.hash());
    let differs =
        ours.iter().filter(|one| lacks(one, theirs)).any(|one| theirs.iter().any(|other| lacks(other, ours) && contradict(*one, *other)));
    u32::from(is_short && differs)
}

/// Whether two words are facts of one kind, and differ.
fn contradict(one: Token, other: Token) -> bool {
    let is_other = one.hash() != other.hash();
    match (one.class(), other.class()) {
        (Class::Number, Class::Number) | (Class::Name, Class::Name) => is_other,
        (Class::Calendar, Class::Calendar) => is_other && one.calendar() == other.calendar(),
        (Class::Pole, Class::Pole) => is_other && one.pole().0 == other.pole().0,
        _ => false,
    }
}

/// One of two entries.
#[derive(Clone, Copy)]
struct Side<'a> {
    signature: &'a Signature,
    words: &'a Words,
}

impl Side<'_> {
    /// The beginning of its text, looked for in another entry. `found`: which of its runs stand there.
    fn lead_in(&self, other: &Side<'_>, found: &Found) -> Lead {
        let text = self.signature.text();
        let opening = opening(text, other.signature.text());
        let is_harmless = opening > 0 && self.is_harmless(&text[..opening], other);
        let start = if is_harmless { opening } else { 0 };
        let lead = lead_of(&text[start..]);
        let runs = start..start + run_count(lead);
        let mut figures = Lead { words: portion(lead, |token| other.words.has(token)), opening: count(opening), ..Lead::default() };
        for token in lead.iter().filter(|token| token.is_fact()) {
            let is_known = other.words.has(*token);
            figures.known_facts += u32::from(is_known);
            figures.new_facts += u32::from(!is_known);
            figures.new_numbers += u32::from(!is_known && token.class() == Class::Number);
        }
        let is_behind = |run: &usize| found.is_found[*run] && found.places[*run] >= count(*run - start) + BEHIND;
        figures.runs = ratio(runs.clone().filter(|run| found.is_found[*run]).count(), runs.len());
        figures.behind = ratio(runs.clone().filter(is_behind).count(), runs.len());
        if !is_harmless {
            figures.opening_news = count(text[..opening].iter().filter(|token| !other.words.has(**token)).count());
        }
        figures
    }

    /// Whether what the text says in front of the other's beginning is no news: its title speaks of something else, which the other tells.
    fn is_harmless(&self, opening: &[Token], other: &Side<'_>) -> bool {
        let is_in_opening = |token: &Token| opening.iter().any(|other| other.hash() == token.hash());
        !opening.iter().any(|token| token.is_fact())
            && !self.signature.title().iter().any(is_in_opening)
            && self.title_in(other) >= TITLE_TOLD
    }

    /// Of its title's words, how many stand in another entry.
    fn title_in(&self, other: &Side<'_>) -> f32 {
        portion(self.signature.title(), |token| other.words.has(token))
    }

    /// Numbers of its title, and of its text, that another entry lacks.
    fn title_news(&self, older: &Side<'_>) -> u32 {
        let is_in_text = |token: &Token| self.signature.text().iter().any(|other| other.hash() == token.hash());
        let is_news = |token: &&Token| token.class() == Class::Number && !older.words.has(**token) && is_in_text(token);
        count(self.signature.title().iter().filter(is_news).count())
    }

    /// Numbers of its text, and how many of them another entry lacks.
    fn numbers_in(&self, other: &Side<'_>) -> (u32, u32) {
        let numbers = || self.signature.text().iter().filter(|token| token.class() == Class::Number);
        (count(numbers().count()), count(numbers().filter(|token| !other.words.has(**token)).count()))
    }

    /// Whether its title and its beginning say one of two opposites that another entry does not: so that says the other, in words that no
    /// list has.
    fn turns(&self, other: &Side<'_>) -> bool {
        let lead = lead_of(self.signature.text());
        let is_turn = |token: &Token| token.class() == Class::Pole && !other.words.has(*token);
        self.signature.title().iter().any(|token| is_turn(token) && lead.iter().any(|one| one.hash() == token.hash()))
    }

    /// Words of title and beginning that another entry lacks.
    fn topics(&self, other: &Side<'_>) -> u32 {
        let lead = lead_of(self.signature.text());
        let is_topic = |token: &&Token| lead.iter().any(|one| one.hash() == token.hash()) && !other.words.has(**token);
        count(self.signature.title().iter().filter(is_topic).count())
    }
}

/// What the beginnings say that contradicts each other, or that only one of them is about.
fn compare_leads(here: Side<'_>, there: Side<'_>, figures: &mut Figures) {
    let (ours, theirs) = (lead_of(here.signature.text()), lead_of(there.signature.text()));
    figures.conflicts += opposed(ours, theirs, here, there);
    let is_alike = figures.newer_lead.words.min(figures.older_lead.words) >= 0.75;
    let is_worded_alike = is_alike && figures.newer_lead.runs.min(figures.older_lead.runs) >= 0.45;
    figures.conflicts += u32::from(is_worded_alike && negations(ours) != negations(theirs));
    figures.conflicts += u32::from(is_alike && (here.turns(&there) || there.turns(&here)));
    figures.topics = here.topics(&there).min(there.topics(&here));
}

/// The beginning of a text.
fn lead_of(text: &[Token]) -> &[Token] {
    let next = text.iter().enumerate().skip(*LEAD.start()).find(|(_, token)| token.is_first()).map_or(text.len(), |(at, _)| at);
    &text[..next.min(*LEAD.end())]
}

fn compare_titles(one: &Signature, other: &Signature, figures: &mut Figures) {
    let (ours, theirs) = (one.title(), other.title());
    figures.shorter_title = count(ours.len().min(theirs.len()));
    let is_in = |token: &Token, tokens: &[Token]| tokens.iter().any(|other| other.hash() == token.hash());
    let missing = |one: &[Token], other: &[Token]| {
        let missing = || one.iter().filter(|token| !is_in(token, other));
        (missing().count(), missing().filter(|token| token.is_fact()).count())
    };
    let (our_missing, their_missing) = (missing(ours, theirs), missing(theirs, ours));
    figures.title_words_missing = (count(our_missing.0.min(their_missing.0)), count(our_missing.0.max(their_missing.0)));
    figures.title_facts_missing = count(our_missing.1 + their_missing.1);
    figures.title_facts = count(ours.iter().filter(|token| token.is_fact()).count());
    let is_digest = |tokens: &[Token]| tokens.iter().any(|token| token.is_digest());
    figures.is_digest = is_digest(ours) != is_digest(theirs);
    let longer = if ours.len() >= theirs.len() { ours.len() - our_missing.0 } else { theirs.len() - their_missing.0 };
    figures.titles = ratio(longer, ours.len().max(theirs.len()));
}

fn negations(words: &[Token]) -> usize {
    words.iter().filter(|token| token.is_not()).count()
}

/// Facts of one kind of which each title has one that the other entry lacks.
fn title_conflicts(here: Side<'_>, there: Side<'_>) -> u32 {
    let unknown = |one: &Side<'_>, other: &Side<'_>| {
        let is_unknown = |token: &&Token| token.is_fact() && !other.words.has(**token);
        one.signature.title().iter().filter(is_unknown).copied().collect::<Vec<_>>()
    };
    let (ours, theirs) = (unknown(&here, &there), unknown(&there, &here));
    count(ours.iter().filter(|one| theirs.iter().any(|other| contradict(**one, *other))).count())
}

/// Opposites of which one has the one, the other the other, and nothing else of its own.
fn opposed(ours: &[Token], theirs: &[Token], here: Side<'_>, there: Side<'_>) -> u32 {
    let poles = |tokens: &[Token], other: &Side<'_>| {
        tokens.iter().filter(|token| token.class() == Class::Pole && !other.words.has(**token)).copied().collect::<Vec<_>>()
    };
    let (ours, theirs) = (poles(ours, &there), poles(theirs, &here));
    count(ours.iter().filter(|one| theirs.iter().any(|other| contradict(**one, *other))).count())
}

/// Words of an entry, to look one up in.
#[derive(Debug)]
struct Words(Table);

impl Words {
    fn of(signature: &Signature) -> Self {
        let mut words = Table::new();
        signature.tokens.iter().for_each(|token| words.insert(token.hash(), 0));
        Self(words)
    }

    fn has(&self, token: Token) -> bool {
        self.0.get(token.hash()).is_some()
    }
}

/// How many runs a text has.
fn run_count(text: &[Token]) -> usize {
    (text.len() + 1).saturating_sub(RUN)
}

/// The runs of a text.
pub(super) fn hashes(text: &[Token]) -> impl Iterator<Item = u32> {
    text.windows(RUN).map(|run| {
        let spread = |token: Token, by: u64| u64::from(token.hash()).wrapping_mul(by);
        let sum = spread(run[0], 0x9e37_79b9_7f4a_7c15) ^ spread(run[1], 0xc2b2_ae3d_27d4_eb4f).rotate_left(21);
        let hash = (sum ^ spread(run[2], 0x1656_67b1_9e37_79f9).rotate_left(42)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        u32::try_from(hash >> 32).expect("32 bits")
    })
}

/// The share of the tokens for which `has` is true.
fn portion(tokens: &[Token], has: impl Fn(Token) -> bool) -> f32 {
    ratio(tokens.iter().filter(|token| has(**token)).count(), tokens.len())
}

fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { count(part) as f32 / count(whole) as f32 }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
