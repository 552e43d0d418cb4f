//! The news of ten days: which reports there are, which of them resemble each other, and who publishes what when.

use std::collections::HashMap;

use super::Item;
use super::calendar::{DAY, HOUR, Wall};
use super::dice::Dice;
use super::edits::{Editor, Version};
use super::frames::{Frame, Library};
use super::outlets::Outlet;
use super::telling::{Report, Telling};
use super::typography::{Hand, html};

/// How long the news go on.
const DAYS: i64 = 10;

/// All versions of a report are within this.
const WINDOW: i64 = 72 * HOUR;

/// The news while they are being made.
pub struct Corpus<'a> {
    pub phrasebook: &'a Library,
    pub dice: Dice,
    /// When the last item may be published.
    pub end: i64,
    pub items: Vec<Item>,
    /// The number of the last story.
    pub stories: u32,
    /// What headlines say, and by which story; what the reports of a row must not share.
    taken: HashMap<String, u32>,
    /// The frames of rows that are still to come before any comes again, by language.
    rows: HashMap<&'static str, Vec<&'a Frame>>,
}

impl<'a> Corpus<'a> {
    pub fn new(phrasebook: &'a Library, seed: u64, end: i64) -> Self {
        Self { phrasebook, dice: Dice::new(seed), end, items: Vec::new(), stories: 0, taken: HashMap::new(), rows: HashMap::new() }
    }

    /// A language, as often as they are written.
    pub fn language(&mut self) -> &'static str {
        match self.dice.below(100) {
            0..60 => "ru",
            60..85 => "kk",
            _ => "en",
        }
    }

    /// An instant of the ten days at which newsrooms are awake.
    pub fn instant(&mut self) -> i64 {
        loop {
            let at = self.end - self.dice.between(HOUR, DAYS * DAY);
            if (6..23).contains(&Wall::at(at).hour) || self.dice.falls(10) {
                return at;
            }
        }
    }

    /// Tells a frame with facts and words by chance.
    pub fn telling(&mut self, frame: &'a Frame) -> Telling<'a> {
        let at = self.instant();
        let (common, own, words) = (self.dice.seed(), self.dice.seed(), self.dice.seed());
        Telling { phrasebook: self.phrasebook, frame, common, own, words, is_opposite: false, at }
    }

    /// The next frame of a row: each comes once before any comes again.
    pub fn row(&mut self, language: &'static str) -> Option<&'a Frame> {
        let rows = self.rows.entry(language).or_default();
        if rows.is_empty() {
            *rows = self.phrasebook.frames(language, |frame| frame.kind.is_some());
            self.dice.shuffle(rows);
        }
        rows.pop()
    }

    /// Whether no report says any of it in a headline.
    pub fn is_free(&self, claims: &[String]) -> bool {
        claims.iter().all(|claim| !self.taken.contains_key(claim))
    }

    /// The report of a telling under headlines that are no other report's. None when they all are.
    pub fn report(&self, telling: &Telling<'_>) -> Option<Report> {
        let report = telling.report(|claim| !self.taken.contains_key(claim));
        (!report.titles.is_empty()).then_some(report)
    }

    /// The report of a telling in a row, where headlines repeat but the reports do not. None when it was told before.
    pub fn row_report(&mut self, telling: &Telling<'_>) -> Option<Report> {
        let key = telling.key()?;
        if self.taken.contains_key(&key) {
            return None;
        }
        self.taken.insert(key, self.stories + 1);
        Some(telling.report(|_| true))
    }

    /// Begins a story that has these headlines to itself.
    pub fn found(&mut self, claims: Vec<String>) {
        self.stories += 1;
        for claim in claims {
            self.taken.entry(claim).or_insert(self.stories);
        }
    }

    /// An outlet that would publish the report.
    pub fn outlet(&mut self, language: &str) -> &'static Outlet {
        self.dice.pick(&Outlet::of(language))
    }

    /// Publishes the report in the story that was begun last: its first item, of `kind`, and so many further versions.
    pub fn publish(&mut self, report: &Report, kind: &'static str, at: i64, outlet: &'static Outlet, versions: usize) {
        let mut editor = self.editor(report.language);
        let first = editor.original(report);
        let url = self.put(outlet, &first, kind, at, None);
        let mut used = vec![outlet.name];
        let mut titles = vec![first.title];
        // A row's headlines name several reports: nobody could tell which one stands alone.
        let may_be_bare = super::is_headed_alone(kind);
        for _ in 0..versions {
            let mut editor = self.editor(report.language);
            let (kind, version) = match self.dice.below(100) {
                0..58 => ("republication", editor.republication(report)),
                58..73 => ("teaser", editor.teaser(report)),
                73..88 => ("repost", editor.repost(report)),
                _ if may_be_bare => ("title_only", editor.bare_title(&self.dice.pick(&titles))),
                _ => ("repost", editor.repost(report)),
            };
            let is_own = kind == "repost" || (kind == "teaser" && self.dice.falls(30));
            let publisher = if is_own { outlet } else { self.another(report.language, &used) };
            used.push(publisher.name);
            if report.titles.contains(&version.title) {
                titles.push(version.title.clone());
            }
            let later = self.delay(kind);
            let rest = self.end - at;
            let later = if later < rest { later } else { self.dice.between(1, rest - 1) };
            // Some re-posts come under the old address with a new guid.
            let kept = (kind == "repost" && self.dice.falls(20)).then_some(url.as_str());
            self.put(publisher, &version, kind, at + later, kept);
        }
    }

    fn editor(&mut self, language: &'static str) -> Editor<'a> {
        Editor { phrasebook: self.phrasebook, language, dice: Dice::new(self.dice.seed()) }
    }

    /// An outlet that has not published yet, as long as there is one.
    fn another(&mut self, language: &str, used: &[&str]) -> &'static Outlet {
        let outlets = Outlet::of(language);
        let fresh: Vec<&Outlet> = outlets.iter().copied().filter(|outlet| !used.contains(&outlet.name)).collect();
        if fresh.is_empty() { self.dice.pick(&outlets) } else { self.dice.pick(&fresh) }
    }

    /// How long after the first item a version appears: mostly on the same day, some re-posts days later.
    fn delay(&mut self, kind: &str) -> i64 {
        match self.dice.below(100) {
            0..30 if kind == "repost" => self.dice.between(40 * HOUR, WINDOW - 2 * HOUR),
            0..85 => self.dice.between(60, 12 * HOUR),
            _ => self.dice.between(12 * HOUR, 40 * HOUR),
        }
    }

    /// Publishes one item, under a known address or else a new one; gives the address.
    fn put(&mut self, outlet: &Outlet, version: &Version, kind: &'static str, at: i64, kept: Option<&str>) -> String {
        let number = 100_000 + self.items.len() * 7 + self.dice.below(7);
        let hand = Hand::new(&mut self.dice, 20);
        let language = outlet.language;
        let texts: Vec<String> = version.paragraphs.iter().map(|text| hand.set(text, language)).collect();
        let is_entity_writer = self.dice.falls(20);
        let html = html(&texts, &mut self.dice, is_entity_writer);
        let fresh = outlet.url(number, at);
        let url = kept.unwrap_or(&fresh).to_owned();
        self.items.push(Item {
            outlet: outlet.name,
            guid: outlet.guid(number, &fresh),
            url: url.clone(),
            title: hand.set_title(&version.title, language),
            html,
            published: at,
            language,
            story: self.stories,
            kind,
        });
        url
    }
}
