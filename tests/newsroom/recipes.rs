//! Which reports resemble each other on purpose, and how often each sort comes.

use super::POSITIVE;
use super::calendar::HOUR;
use super::corpus::Corpus;
use super::frames::{Frame, Library};
use super::telling::{Report, Telling};

const ORIGINAL: &str = POSITIVE[0];

/// How often a report is tried anew whose headlines are taken.
const TRIES: usize = 20;

/// Publishes until there are so many stories.
pub fn fill(corpus: &mut Corpus<'_>, stories: usize) {
    while (corpus.stories as usize) < stories {
        match corpus.dice.below(100) {
            0..52 => alone(corpus),
            52..72 => copied(corpus),
            72..80 => followed(corpus),
            80..84 => contradicted(corpus),
            84..88 => announced_again(corpus),
            88..91 => beside(corpus),
            _ => in_a_row(corpus),
        }
    }
}

/// From 1 to 7 further versions, few more often than many.
fn several(corpus: &mut Corpus<'_>) -> usize {
    let most = 1 + corpus.dice.below(7);
    1 + corpus.dice.below(most)
}

/// In so many cases of a hundred some further versions.
fn perhaps(corpus: &mut Corpus<'_>, percent: usize) -> usize {
    if corpus.dice.falls(percent) { several(corpus) } else { 0 }
}

/// An ordinary report by chance that has headlines of its own, from a frame that fits.
fn told<'a>(corpus: &mut Corpus<'a>, fits: impl Fn(&Frame) -> bool) -> Option<(Telling<'a>, Report)> {
    let language = corpus.language();
    let phrasebook: &'a Library = corpus.phrasebook;
    let frames = phrasebook.frames(language, |frame| frame.kind.is_none() && fits(frame));
    for _ in (0..TRIES).filter(|_| !frames.is_empty()) {
        let frame = corpus.dice.pick(&frames);
        let telling = Telling { is_opposite: frame.has_opposite() && corpus.dice.falls(40), ..corpus.telling(frame) };
        if let Some(report) = corpus.report(&telling) {
            return Some((telling, report));
        }
    }
    None
}

fn publish(corpus: &mut Corpus<'_>, telling: &Telling<'_>, report: &Report, kind: &'static str, versions: usize) {
    corpus.found(telling.claims());
    let outlet = corpus.outlet(report.language);
    corpus.publish(report, kind, telling.at, outlet, versions);
}

fn alone(corpus: &mut Corpus<'_>) {
    if let Some((telling, report)) = told(corpus, |_| true) {
        publish(corpus, &telling, &report, ORIGINAL, 0);
    }
}

fn copied(corpus: &mut Corpus<'_>) {
    if let Some((telling, report)) = told(corpus, |_| true) {
        let versions = several(corpus);
        publish(corpus, &telling, &report, ORIGINAL, versions);
    }
}

/// News on the same event, hours or days later, with old paragraphs below.
fn followed(corpus: &mut Corpus<'_>) {
    let Some((telling, report)) = told(corpus, |frame| !frame.sequels.is_empty()) else { return };
    let versions = perhaps(corpus, 65);
    publish(corpus, &telling, &report, ORIGINAL, versions);
    let mut at = telling.at;
    for number in 0..telling.frame.sequels.len() {
        at += corpus.dice.between(2 * HOUR, 50 * HOUR);
        let claims = telling.sequel_claim(number);
        if at > corpus.end || (number > 0 && corpus.dice.falls(40)) || !corpus.is_free(&claims) {
            continue;
        }
        let later = Telling { at, ..telling };
        let Some(sequel) = later.sequel(number, &report) else { continue };
        corpus.found(claims);
        let outlet = corpus.outlet(report.language);
        let versions = perhaps(corpus, 30);
        corpus.publish(&sequel, "follow_up", at, outlet, versions);
    }
}

/// Nearly the same words, the opposite fact.
fn contradicted(corpus: &mut Corpus<'_>) {
    let Some((telling, report)) = told(corpus, Frame::has_opposite) else { return };
    let versions = perhaps(corpus, 50);
    publish(corpus, &telling, &report, ORIGINAL, versions);
    let at = telling.at + corpus.dice.between(HOUR, 60 * HOUR);
    let opposite = Telling { is_opposite: !telling.is_opposite, at: at.min(corpus.end - HOUR), ..telling };
    if let Some(report) = corpus.report(&opposite) {
        publish(corpus, &opposite, &report, "reversal", 0);
    }
}

/// The same announcement for another day or place.
fn announced_again(corpus: &mut Corpus<'_>) {
    let Some((telling, report)) = told(corpus, |frame| !frame.vary.is_empty()) else { return };
    let versions = perhaps(corpus, 50);
    publish(corpus, &telling, &report, ORIGINAL, versions);
    for _ in 0..1 + corpus.dice.below(3) {
        let at = (telling.at + corpus.dice.between(HOUR, 70 * HOUR)).min(corpus.end - HOUR);
        let again = Telling { own: corpus.dice.seed(), at, ..telling };
        if let Some(report) = corpus.report(&again) {
            publish(corpus, &again, &report, "other_day", 0);
        }
    }
}

/// Other news of the same people and places.
fn beside(corpus: &mut Corpus<'_>) {
    let Some((telling, report)) = told(corpus, |_| true) else { return };
    let versions = perhaps(corpus, 50);
    publish(corpus, &telling, &report, ORIGINAL, versions);
    let phrasebook = corpus.phrasebook;
    let beside = phrasebook.frames(report.language, |frame| {
        frame.kind.is_none() && frame.section == telling.frame.section && frame.name != telling.frame.name
    });
    for frame in beside.into_iter().take(2) {
        let at = (telling.at + corpus.dice.between(HOUR, 60 * HOUR)).min(corpus.end - HOUR);
        let other = Telling { common: telling.common, own: telling.own, at, ..corpus.telling(frame) };
        if let Some(report) = corpus.report(&other) {
            publish(corpus, &other, &report, "same_topic", 0);
        }
    }
}

/// The same frame day after day or town after town: other facts in the same words.
fn in_a_row(corpus: &mut Corpus<'_>) {
    let language = corpus.language();
    let Some(frame) = corpus.row(language) else { return };
    let row = corpus.telling(frame);
    let outlet = corpus.outlet(language);
    for _ in 0..3 + corpus.dice.below(5) {
        let mut telling = Telling { common: row.common, ..corpus.telling(frame) };
        if !corpus.dice.falls(20) {
            telling.words = row.words;
        }
        let Some((report, kind)) = corpus.row_report(&telling).zip(frame.kind) else { continue };
        corpus.found(Vec::new());
        let outlet = if corpus.dice.falls(65) { outlet } else { corpus.outlet(language) };
        let versions = perhaps(corpus, 15);
        corpus.publish(&report, kind, telling.at, outlet, versions);
    }
}
