//! Whether two entries carry the same report, by the figures of their comparison.
//!
//! Precision before recall: a missed duplicate is a nuisance, a wrong merge loses news. So every rule below can only part, and one that
//! parts is asked before one that joins. The bounds were found on labelled news (benches/stories.rs) and on pairs that people had judged.

use super::figures::{Figures, Lead};
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

/// Why two entries do not carry the same report, or do not become one story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// One is a list of the day's news.
    Digest,
    /// The titles have facts that contradict each other.
    TitleFacts,
    /// The same sentences with other numbers, names, days, or the opposite.
    Facts,
    /// Each title, and what its text begins with, is about something that the other entry does not name.
    Topics,
    /// Too little of the one text stands in the other.
    LittleInCommon,
    /// One begins with something new.
    News,
    /// The numbers of the one are not those of the other.
    Numbers,
    /// The titles do not tell of what the other entry tells.
    Titles,
    /// A title alone is not enough.
    TitleAlone,
    /// They agree, but another entry of that story does not, or a title fits several stories.
    Opposed,
}

/// What else is known of two entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    /// Between their publications.
    pub seconds: i64,
    pub is_same_source: bool,
}

/// Fewest words of a text that is compared as one.
pub(super) const MIN_TEXT: u32 = 4;

/// Texts with fewer words say little by themselves.
const SHORT_TEXT: u32 = 9;

/// Texts with fewer words have to agree in everything that they say.
const TEASER: u32 = 25;

/// Texts of so many words that are the same need no titles.
const SAME_TEXT: u32 = 14;

const HOUR: i64 = 60 * 60;

/// What two entries are to each other.
pub(super) fn judge(figures: &Figures, pair: Pair, strictness: Strictness) -> Result<Rule, Reason> {
    let slack = slack(strictness);
    if figures.is_digest {
        return Err(Reason::Digest);
    }
    if figures.title_conflicts > 0 {
        return Err(Reason::TitleFacts);
    }
    if figures.conflicts > 0 || figures.newer_lead.new_numbers.min(figures.older_lead.new_numbers) > 0 {
        return Err(Reason::Facts);
    }
    if figures.topics > 0 && (figures.topics > 1 || figures.shorter < TEASER || figures.overlap < 0.5) {
        return Err(Reason::Topics);
    }
    if figures.shorter < MIN_TEXT {
        return judge_titles(figures, pair);
    }
    let Some(rule) = agreement(figures, pair, slack) else {
        return if figures.shorter < SHORT_TEXT { judge_titles(figures, pair) } else { Err(Reason::LittleInCommon) };
    };
    if has_news(figures, strictness) {
        return Err(Reason::News);
    }
    if lacks_numbers(figures) {
        return Err(Reason::Numbers);
    }
    if has_other_title(figures, pair, slack) {
        return Err(Reason::Titles);
    }
    Ok(rule)
}

/// By how much the bounds give way.
fn slack(strictness: Strictness) -> f32 {
    match strictness {
        Strictness::Cautious => -0.15,
        Strictness::Balanced => 0.0,
        Strictness::Eager => 0.1,
    }
}

/// What two texts agree by, if they do.
fn agreement(figures: &Figures, pair: Pair, slack: f32) -> Option<Rule> {
    let Figures { overlap, shared, titles, .. } = *figures;
    let (newer, older) = (&figures.newer_lead, &figures.older_lead);
    // Teasers with much of their outlet's own behind the news.
    let begin_the_same = newer.runs.min(older.runs) >= 0.9 && newer.known_facts >= 3 && shared >= 4 && !pair.is_same_source;
    let have_one_title = titles >= 0.8 && figures.shorter_title >= 4 && figures.title_facts_missing == 0;
    if shared >= 2 && overlap >= 0.5 - slack || begin_the_same {
        Some(Rule::Text)
    } else if shared >= 2 && overlap >= 0.3 - slack && titles >= 0.6 - slack || have_one_title && overlap >= 0.15 - slack / 2.0 {
        Some(Rule::TextAndTitle)
    } else {
        None
    }
}

/// Whether one of two entries begins with what the other does not know.
fn has_news(figures: &Figures, strictness: Strictness) -> bool {
    let (newer, older) = (&figures.newer_lead, &figures.older_lead);
    // A number that the older entry would have, were it as long: the toll has risen.
    if figures.title_news > 0 && figures.length > 0.6 {
        return true;
    }
    if is_follow_up(figures, strictness) {
        return true;
    }
    let slack = slack(strictness);
    // In other words on both sides: then the rest has to say the same.
    let is_in_words = newer.runs.max(older.runs) >= 0.3 || figures.overlap >= 0.6 - slack;
    let are_told = is_in_words && is_told(newer, older, slack) && is_told(older, newer, slack);
    !are_told && (strictness == Strictness::Cautious || !is_begun_anew(figures))
}

/// Whether one of two texts tells news in front of the other's beginning.
pub(super) fn is_follow_up(figures: &Figures, strictness: Strictness) -> bool {
    let enough = if strictness == Strictness::Eager { 0.3 } else { 0.0 };
    [figures.newer_lead, figures.older_lead].iter().any(|lead| lead.opening_news as f32 > lead.opening as f32 * enough)
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
    let is_reworded = lead.words >= 0.6 - slack || (lead.words >= 0.45 - slack && lead.new_facts <= 1);
    other.behind < 0.3 && (lead.words >= 0.85 || is_reworded && lead.known_facts >= 2)
}

/// Whether long texts are the same but for their beginnings, of which neither stands behind the other: another editor's first sentence.
fn is_begun_anew(figures: &Figures) -> bool {
    let (newer, older) = (&figures.newer_lead, &figures.older_lead);
    let is_alike = newer.words.min(older.words) >= 0.3 && newer.words.max(older.words) >= 0.5;
    let own = figures.newer_own.max(figures.older_own);
    is_alike && figures.overlap >= 0.75 && figures.shared >= TEASER && own < 0.4 && newer.behind.max(older.behind) < 0.15
}

fn lacks_numbers(figures: &Figures) -> bool {
    let Figures { numbers, numbers_missing: missing, .. } = *figures;
    let is_teaser = figures.shorter < TEASER;
    is_teaser && missing * 4 > numbers || numbers >= 2 && missing == numbers || numbers >= 3 && missing * 5 >= numbers * 3
}

/// Whether a title tells of something else than the other entry.
fn has_other_title(figures: &Figures, pair: Pair, slack: f32) -> bool {
    let (newer, older) = (&figures.newer_lead, &figures.older_lead);
    if is_one_text(figures) {
        return false;
    }
    // "The president sent a telegram": as good as none.
    let is_vague = figures.title_facts == 0 && figures.titles >= 0.5;
    if is_vague && newer.words.min(older.words) < 0.9 && newer.runs.min(older.runs) < 0.75 {
        return true;
    }
    let best = figures.newer_title.max(figures.older_title);
    let worst = figures.newer_title.min(figures.older_title);
    let both_go_on = figures.newer_own.min(figures.older_own) > 0.25;
    // What an outlet writes around all its items may outweigh the news.
    let is_its_own = pair.is_same_source && figures.overlap < 0.93;
    let of_longer = if figures.length > 1.0 { figures.older_title } else { figures.newer_title };
    let is_one_of_many = !(0.2..=5.0).contains(&figures.length);
    best < 0.4 - slack || both_go_on && worst < 0.4 - slack || is_its_own && worst < 0.3 - slack || is_one_of_many && of_longer < 0.25
}

/// Whether two texts begin alike and one of them, whole, stands in the other: then titles do not matter.
fn is_one_text(figures: &Figures) -> bool {
    let (fewer, more) = (figures.newer_own.min(figures.older_own), figures.newer_own.max(figures.older_own));
    let begin_the_same = figures.newer_lead.runs.min(figures.older_lead.runs) >= 0.9;
    begin_the_same && figures.shorter >= SAME_TEXT && (more < 0.1 || fewer < 0.05 && more < 0.5 && figures.shared >= 20)
}

/// Whether two titles alone are enough: the same words, or one with a few more, and no fact that is not in both.
fn judge_titles(figures: &Figures, pair: Pair) -> Result<Rule, Reason> {
    let (fewer, more) = figures.title_words_missing;
    let is_same = fewer == 0 && more <= figures.shorter_title / 4 && figures.title_facts_missing == 0;
    let is_telling = figures.shorter_title >= 4 || (figures.shorter_title >= 3 && figures.title_facts > 0);
    let hours = match figures.title_facts {
        0 if pair.is_same_source => 12,
        0 | 1 => 24,
        _ => 72,
    };
    if is_same && is_telling && pair.seconds <= hours * HOUR { Ok(Rule::Title) } else { Err(Reason::TitleAlone) }
}
