//! How much the elements that a selector picks look like a list of news.

use std::collections::HashSet;

use super::candidates::Candidate;
use super::outline::{Outline, Story};
use super::zone::Zone;
use crate::parse::listing::{item, text};

/// Fewest items of a listing, and fewest if each has its date.
const FEWEST: usize = 5;
const FEWEST_DATED: usize = 3;
/// A second link that weighs this much of the first is another story.
const RIVAL: f64 = 0.55;
/// What an element without any story counts for beside one with a story.
const STRAY: f64 = 0.3;
/// From this length, in characters, the text of a link is a headline for certain; below the other it is a word of a menu.
const HEADLINE: usize = 25;
const WORD: usize = 12;

/// A candidate that was looked at.
#[derive(Debug)]
pub(super) struct Scored<'m> {
    pub candidate: Candidate,
    pub members: &'m [usize],
    pub score: f64,
    /// Members with a story of their own.
    pub stories: usize,
    pub dated: usize,
    /// Of the headlines, in characters; half of them are longer.
    pub length: usize,
}

impl Outline<'_> {
    /// Whether an element tells one story, and not several side by side.
    pub(super) fn has_one_story(&self, index: usize) -> bool {
        match self.elements[index].best {
            [Some(first), Some(second)] => !is_rival(first, second),
            [first, _] => first.is_some(),
        }
    }
}

fn is_rival(first: Story, second: Story) -> bool {
    let is_of_kind = second.is_article || !first.is_article;
    is_of_kind && second.length >= WORD && second.weight >= first.weight * RIVAL
}

/// Longest title whose length matters, in bytes.
const MAX_TITLE: usize = 500;

/// A member that tells a story of its own.
struct Member {
    story: Story,
    zone: Zone,
    is_dated: bool,
    /// It holds more than its link.
    is_rich: bool,
}

/// Judges a candidate; None when it is no list of news at all.
#[expect(clippy::cast_precision_loss, reason = "counts of one page's elements are small")]
pub(super) fn score<'m>(outline: &Outline<'_>, candidate: Candidate, members: &'m [usize]) -> Option<Scored<'m>> {
    let telling = telling(outline, members);
    let stories = telling.len();
    let count = |is_so: fn(&Member) -> bool| telling.iter().filter(|member| is_so(member)).count();
    let (dated, articles) = (count(|member| member.is_dated), count(|member| member.story.is_article));
    if stories < FEWEST_DATED || (stories < FEWEST && dated < stories) {
        return None;
    }
    let mut lengths: Vec<usize> = telling.iter().map(|member| member.story.length).collect();
    lengths.sort_unstable();
    let length = lengths[stories / 2];
    let of_stories = |count: usize| count as f64 / stories as f64;
    let looks_like_news = of_stories(dated) >= 0.5 || of_stories(articles) >= 0.5 || length >= HEADLINE + 5;
    if length < WORD || !looks_like_news {
        return None;
    }
    // What stands among news and is none, by its place or because it lacks what the others have, counts against all.
    let fitting = |member: &Member| {
        let lacks = [
            member.story.length * 2 < length,
            !member.is_dated && of_stories(dated) >= 0.5,
            !member.story.is_article && of_stories(articles) >= 0.5,
        ];
        member.zone.weight() * 0.5_f64.powi(lacks.iter().map(|lacks| i32::from(*lacks)).sum())
    };
    let fit: f64 = telling.iter().map(fitting).sum();
    // An advertisement among the news, or an empty place for one, says less.
    let strays = members.iter().filter(|index| outline.elements[**index].best[0].is_none()).count();
    let precision = fit / ((members.len() - strays) as f64 + STRAY * strays as f64);
    let headlines = match length {
        WORD..15 => 0.3,
        15..HEADLINE => 0.7,
        HEADLINE..=200 => 1.0,
        _ => 0.5,
    };
    let score = fit.min(100.0).powf(0.7)
        * headlines
        * (0.25 + 0.75 * of_stories(articles))
        * (0.4 + 0.6 * of_stories(dated))
        * (0.85 + 0.15 * of_stories(count(|member| member.story.is_headline)))
        * (0.97 + 0.03 * of_stories(count(|member| member.is_rich)))
        * precision.powi(2)
        * candidate.steadiness(outline);
    Some(Scored { candidate, members, score, stories, dated, length })
}

/// The members that tell one story each; the picture and the headline of one article, side by side, are one.
fn telling(outline: &Outline<'_>, members: &[usize]) -> Vec<Member> {
    let mut urls = HashSet::new();
    let telling = members.iter().filter_map(|index| {
        let element = &outline.elements[*index];
        let mut story = element.best[0].filter(|story| outline.has_one_story(*index) && urls.insert(story.url))?;
        if story.length == 0 {
            // A link may lie over its item without a word of its own.
            story.length = item::shown_title(element.node).map_or(0, |title| text::text(title, MAX_TITLE).chars().count());
        }
        Some(Member { story, zone: element.zone, is_dated: outline.dates_in(*index) > 0, is_rich: element.end - index > 2 })
    });
    telling.collect()
}
