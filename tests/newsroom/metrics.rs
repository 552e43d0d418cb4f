//! How good a clustering is: found stories against the labels.
//!
//! A report is of the kind of hard negative that its first item is. A false merge is charged to the negative kinds in it; one
//! without any negative is charged to "other".

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use super::{Item, POSITIVE};

/// At most so many examples of each sort are kept.
const MOST_EXAMPLES: usize = 500;

/// What false merges without any negative are charged to.
pub const OTHER: &str = "other";

/// Precision, recall and what they were made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub precision: f64,
    pub recall: f64,
}

impl Score {
    /// The harmonic mean.
    pub fn f1(self) -> f64 {
        if self.precision + self.recall > 0.0 { 2.0 * self.precision * self.recall / (self.precision + self.recall) } else { 0.0 }
    }
}

/// Some items of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub of: usize,
    pub are: usize,
}

impl Share {
    fn count(&mut self, is: bool) {
        self.of += 1;
        self.are += usize::from(is);
    }

    /// Between 0 and 1; 1 when there is nothing to share.
    pub fn ratio(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.are as f64 / self.of as f64 }
    }
}

/// Two items that were judged wrongly.
#[derive(Clone, Debug)]
pub struct Example {
    pub items: [Item; 2],
}

/// How a clustering did.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub items: usize,
    pub stories: usize,
    /// Over all pairs of items.
    pub pairwise: Score,
    /// Over all items, each against the items it is with (B-cubed).
    pub bcubed: Score,
    /// Pairs that are together and should not be.
    pub wrong_pairs: usize,
    /// Items by the kind of negative of their report, and how many are in a story with another report.
    pub negatives: BTreeMap<&'static str, Share>,
    /// Items with a companion by their kind, and how many are with at least one of theirs.
    pub positives: BTreeMap<&'static str, Share>,
    /// Items of two reports in one story.
    pub merges: Vec<Example>,
    /// Items of one report in two stories, the first one with none of its own.
    pub misses: Vec<Example>,
}

/// Measures a clustering: `cluster_of` names the story that an item is in, None when it is in none and stands alone.
pub fn measure(items: &[Item], cluster_of: impl Fn(&Item) -> Option<String>) -> Measured {
    let mut stories: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut clusters: BTreeMap<(Option<String>, usize), Vec<usize>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        stories.entry(item.story).or_default().push(place);
        let cluster = cluster_of(item);
        // Whoever is in no cluster is alone in one of its own.
        let alone = if cluster.is_none() { place } else { 0 };
        clusters.entry((cluster, alone)).or_default().push(place);
    }
    let kind_of: HashMap<u32, &'static str> = stories.iter().map(|(story, members)| (*story, negative_kind(items, members))).collect();
    let mut measured = Measured { items: items.len(), stories: stories.len(), ..Measured::default() };
    let (mut right, mut together) = (0, 0);
    for members in clusters.values() {
        let mut by_story: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for &place in members {
            by_story.entry(items[place].story).or_default().push(place);
        }
        together += pairs(members.len());
        right += by_story.values().map(|mates| pairs(mates.len())).sum::<usize>();
        judge(&mut measured, items, members.len(), &by_story, &stories, &kind_of);
    }
    let actual = stories.values().map(|members| pairs(members.len())).sum::<usize>();
    measured.wrong_pairs = together - right;
    measured.pairwise = Score { precision: Share { of: together, are: right }.ratio(), recall: Share { of: actual, are: right }.ratio() };
    measured.bcubed.precision /= items.len().max(1) as f64;
    measured.bcubed.recall /= items.len().max(1) as f64;
    thin(&mut measured.merges);
    thin(&mut measured.misses);
    measured
}

/// Counts the items of one cluster.
fn judge(
    measured: &mut Measured,
    items: &[Item],
    size: usize,
    by_story: &BTreeMap<u32, Vec<usize>>,
    stories: &BTreeMap<u32, Vec<usize>>,
    kind_of: &HashMap<u32, &'static str>,
) {
    let plain: BTreeSet<u32> = by_story.keys().copied().filter(|story| kind_of[story] == OTHER).collect();
    for (story, mates) in by_story {
        let kind = kind_of[story];
        let is_wrong = if kind == OTHER { plain.len() > 1 } else { by_story.len() > 1 };
        let all = &stories[story];
        for &place in mates {
            measured.negatives.entry(kind).or_default().count(is_wrong);
            measured.bcubed.precision += mates.len() as f64 / size as f64;
            measured.bcubed.recall += mates.len() as f64 / all.len() as f64;
            if all.len() > 1 {
                measured.positives.entry(positive_kind(items[place].kind)).or_default().count(mates.len() > 1);
            }
            if let Some(&other) = all.iter().find(|other| mates.len() == 1 && **other != place) {
                measured.misses.push(Example { items: [items[place].clone(), items[other].clone()] });
            }
        }
    }
    let firsts: Vec<usize> = by_story.values().filter_map(|mates| mates.first().copied()).collect();
    if let [one, another, ..] = firsts.as_slice() {
        measured.merges.push(Example { items: [items[*one].clone(), items[*another].clone()] });
    }
}

/// The kind of negative that a report is; [`OTHER`] when it is none.
fn negative_kind(items: &[Item], members: &[usize]) -> &'static str {
    members.iter().map(|&place| items[place].kind).find(|kind| !POSITIVE.contains(kind)).unwrap_or(OTHER)
}

/// What a negative is among its own versions: the original.
fn positive_kind(kind: &'static str) -> &'static str {
    if POSITIVE.contains(&kind) { kind } else { POSITIVE[0] }
}

fn pairs(members: usize) -> usize {
    members * members.saturating_sub(1) / 2
}

/// Leaves a bounded number, from all over.
fn thin(examples: &mut Vec<Example>) {
    let step = examples.len().div_ceil(MOST_EXAMPLES).max(1);
    let mut place = 0;
    examples.retain(|_| {
        place += 1;
        (place - 1) % step == 0
    });
}

impl Measured {
    /// Up to `most` wrong merges and as many misses, from all over, for people to read.
    pub fn examples(&self, most: usize) -> String {
        let mut text = String::new();
        for (name, all) in [("wrong merge", &self.merges), ("miss", &self.misses)] {
            let step = all.len().div_ceil(most.max(1)).max(1);
            for Example { items } in all.iter().step_by(step).take(most) {
                text.push_str(&format!("{name}\n"));
                for Item { kind, title, url, published, .. } in items {
                    text.push_str(&format!("  {kind:<15} {} {title}\n  {:<15} {url}\n", super::calendar::rfc3339(*published), ""));
                }
            }
        }
        text
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} items of {} reports, {} pairs wrongly together", self.items, self.stories, self.wrong_pairs)?;
        writeln!(out, "\n{:<18} {:>9} {:>9} {:>9}", "", "precision", "recall", "F1")?;
        for (name, score) in [("pairwise", self.pairwise), ("B-cubed", self.bcubed)] {
            writeln!(out, "{name:<18} {:>9.4} {:>9.4} {:>9.4}", score.precision, score.recall, score.f1())?;
        }
        writeln!(out, "\n{:<18} {:>9} {:>9} {:>9}", "different reports", "items", "merged", "rate")?;
        for (kind, share) in &self.negatives {
            let rate = if share.are == 0 { 0.0 } else { share.ratio() };
            writeln!(out, "{kind:<18} {:>9} {:>9} {rate:>9.4}", share.of, share.are)?;
        }
        writeln!(out, "\n{:<18} {:>9} {:>9} {:>9}", "same report", "items", "found", "recall")?;
        for (kind, share) in &self.positives {
            writeln!(out, "{kind:<18} {:>9} {:>9} {:>9.4}", share.of, share.are, share.ratio())?;
        }
        Ok(())
    }
}
