//! One report, told: a frame whose facts are drawn and whose words are chosen.
//!
//! Facts and words have seeds of their own, so that the same report can be told otherwise, and another one in the same words.
//!
//! Templates: `{city}` is a fact, `{city2}` another of its list, `{city.p}` its case or form, `{dead:человек,человека,человек}`
//! a number with its noun, `{day+1}` a date beside that of the report; `[a|b]` are words of the same meaning; `<a~b>` is what
//! happened and its opposite.

use super::calendar::{DAY, Wall};
use super::dice::{Dice, named};
use super::frames::{Frame, Library, Number};
use super::grammar;

/// A frame with its facts and words.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    pub phrasebook: &'a Library,
    pub frame: &'a Frame,
    /// Of the facts that a row keeps, or that another day of an announcement has in common.
    pub common: u64,
    /// Of the facts that are its own.
    pub own: u64,
    pub words: u64,
    /// Tells the opposite.
    pub is_opposite: bool,
    /// When it is told: "today" in its dates.
    pub at: i64,
}

/// A report before any newsroom laid hands on it.
#[derive(Clone, Debug)]
pub struct Report {
    pub language: &'static str,
    /// Headlines for the same report; the first is the original's.
    pub titles: Vec<String>,
    /// Ways to tell the first paragraph; the first is the original's.
    pub leads: Vec<String>,
    /// What follows the lead.
    pub paragraphs: Vec<String>,
}

impl Telling<'_> {
    /// What no other report of the frame may be.
    pub fn key(&self) -> Option<String> {
        self.frame.key.map(|key| format!("{} {} {}", self.frame.language, self.frame.name, self.filled(key, 0)))
    }

    /// What the headlines say, whatever their words: no other report may claim it, or a bare headline could not be told.
    pub fn claims(&self) -> Vec<String> {
        self.frame.titles.iter().map(|template| self.claim(template)).collect()
    }

    /// What the headline of such a sequel says.
    pub fn sequel_claim(&self, number: usize) -> Vec<String> {
        self.frame.sequels.get(number).and_then(|parts| parts.first()).map(|title| self.claim(title)).into_iter().collect()
    }

    fn claim(&self, template: &str) -> String {
        self.filled(&replaced(template, '[', ']', |choices| choices.split('|').next().unwrap_or_default().to_owned()), 0)
    }

    /// The report as an outlet first has it, under headlines whose claim `is_free`. Without such a headline it has no title.
    pub fn report(&self, is_free: impl Fn(&str) -> bool) -> Report {
        let mut dice = Dice::new(named(self.words, "report"));
        let free: Vec<&str> = self.frame.titles.iter().copied().filter(|template| is_free(&self.claim(template))).collect();
        let titles = self.wordings(&free, &mut dice);
        let leads = self.wordings(&self.frame.leads, &mut dice);
        let mut chosen: Vec<usize> = (0..self.frame.texts.len()).collect();
        dice.shuffle(&mut chosen);
        chosen.truncate(2 + dice.below(self.frame.texts.len().min(9)));
        chosen.sort_unstable();
        let mut paragraphs = Vec::new();
        for place in chosen {
            let template = dice.pick(&self.frame.texts[place]);
            let mut paragraph = self.filled(template, dice.seed());
            // A paragraph without facts would be that of all reports of the frame.
            if self.frame.kind.is_none() && (!template.contains('{') || dice.falls(25)) {
                paragraph = format!("{paragraph} {}", self.detail(&mut dice));
            }
            paragraphs.push(paragraph);
        }
        if self.frame.kind.is_none() && dice.falls(35) {
            paragraphs.insert(dice.below(paragraphs.len() + 1), format!("{} {}", self.detail(&mut dice), self.detail(&mut dice)));
        }
        Report { language: self.frame.language, titles, leads, paragraphs }
    }

    /// What is reported next of the same event, with some of the old paragraphs as background. None when the frame has no
    /// such sequel.
    pub fn sequel(&self, number: usize, before: &Report) -> Option<Report> {
        let (title, news) = self.frame.sequels.get(number)?.split_first()?;
        let mut dice = Dice::new(named(self.words, "sequel") ^ number as u64);
        let titles = self.wordings(&[title], &mut dice);
        let mut told: Vec<String> = news.iter().map(|template| self.filled(template, dice.seed())).collect();
        let lead = told.remove(0);
        let mut background: Vec<&String> = before.leads.iter().take(1).chain(&before.paragraphs).collect();
        background.truncate(1 + dice.below(4));
        told.extend(background.into_iter().cloned());
        Some(Report { language: before.language, titles, leads: vec![lead], paragraphs: told })
    }

    /// A sentence with particulars that only this report has.
    fn detail(&self, dice: &mut Dice) -> String {
        let template = dice.pick(self.phrasebook.list(self.frame.language, "detail"));
        self.filled(template, dice.seed())
    }

    /// All templates in an order of chance, each in some of its wordings.
    fn wordings(&self, templates: &[&str], dice: &mut Dice) -> Vec<String> {
        let mut order: Vec<&str> = templates.to_vec();
        dice.shuffle(&mut order);
        let mut told: Vec<String> = Vec::new();
        for _ in 0..3 {
            for template in &order {
                let text = self.filled(template, dice.seed());
                if !told.contains(&text) {
                    told.push(text);
                }
            }
        }
        told
    }

    /// A template with its words chosen and its facts filled in.
    fn filled(&self, template: &str, words: u64) -> String {
        let mut dice = Dice::new(words);
        let worded = replaced(template, '[', ']', |choices| {
            let choices: Vec<&str> = choices.split('|').collect();
            dice.pick(&choices).to_owned()
        });
        let sided = replaced(&worded, '<', '>', |sides| match sides.split_once('~') {
            Some((happened, opposite)) => if self.is_opposite { opposite } else { happened }.to_owned(),
            None => sides.to_owned(),
        });
        capitalised(&replaced(&sided, '{', '}', |slot| self.fact(slot)))
    }

    fn seed_of(&self, name: &str) -> u64 {
        let is_own = if self.frame.kind.is_some() { !self.frame.keep.contains(&name) } else { self.frame.vary.contains(&name) };
        if is_own { self.own } else { self.common }
    }

    fn fact(&self, slot: &str) -> String {
        let language = self.frame.language;
        if let Some((name, forms)) = slot.split_once(':') {
            let number = self.number(name).unwrap_or_else(|| panic!("no number {slot}"));
            let forms: Vec<&str> = forms.split(',').collect();
            return format!("{} {}", grammar::number(language, number), grammar::counted(language, number, &forms));
        }
        let (name, form) = slot.split_once('.').unwrap_or((slot, "n"));
        let form = form.chars().next().unwrap_or('n');
        if let Some(number) = self.number(name) {
            return grammar::number(language, number);
        }
        if let Some(date) = self.date(name, form) {
            return date;
        }
        self.choice(name, form)
    }

    fn number(&self, name: &str) -> Option<Number> {
        let seed_of = |name: &str| self.seed_of(name);
        self.frame.number(name, &seed_of).or_else(|| self.phrasebook.shared(self.frame.language).number(name, &seed_of))
    }

    /// A date or an hour, where the name is one.
    fn date(&self, slot: &str, form: char) -> Option<String> {
        let language = self.frame.language;
        let (name, days) = match slot.find(['+', '-']) {
            Some(place) => (&slot[..place], slot[place..].parse().ok()?),
            None => (slot, 0),
        };
        let chance = i64::try_from(named(self.seed_of(name), name) % 1_000_003).expect("it is small");
        let ahead = 3 + i64::try_from(named(self.seed_of("ahead"), "ahead") % 25).expect("it is small");
        let wall = Wall::at(self.at + days * DAY);
        let text = match name {
            "day" => wall.date(language),
            "weekday" => wall.weekday(language).to_owned(),
            "month" => wall.month_name(language).to_owned(),
            "year" => (wall.year + days).to_string(),
            "ahead" => Wall::at(self.at + ahead * DAY).date(language),
            "ahead_weekday" => Wall::at(self.at + ahead * DAY).weekday(language).to_owned(),
            "time" | "time2" => format!("{:02}:{:02}", chance % 24, chance / 24 % 60),
            "hour" => format!("{:02}:{}0", 9 + chance % 11, if chance / 11 % 3 == 0 { 3 } else { 0 }),
            "until" => format!("{}:00", 20 + chance % 4),
            _ => return None,
        };
        Some(if language == "kk" { grammar::kazakh(&text, form) } else { text })
    }

    /// An entry of a list, in one of its forms.
    fn choice(&self, slot: &str, form: char) -> String {
        let is_whole = self.frame.list(slot).is_some();
        let name = if is_whole { slot } else { slot.trim_end_matches(|letter: char| letter.is_ascii_digit()) };
        let nth = slot[name.len()..].parse::<usize>().unwrap_or(1) - 1;
        match (self.frame.language, name) {
            ("ru", "man" | "woman") => grammar::russian_person(&self.person(name, nth, slot), form, name == "man"),
            ("ru", "city") => grammar::russian_place(self.entry(name, nth, slot), form),
            ("ru", "region") => grammar::russian_region(self.entry(name, nth, slot), form),
            ("ru", "district") => grammar::russian_district(self.entry(name, nth, slot), form),
            ("en", "man" | "woman") => match form {
                's' => self.person(name, nth, slot).split(' ').nth(1).unwrap_or_default().to_owned(),
                _ => self.person(name, nth, slot),
            },
            ("kk", "man" | "woman") => grammar::kazakh(&self.person(name, nth, slot), form),
            (language, _) => {
                let forms: Vec<&str> = self.entry(name, nth, slot).split('/').collect();
                match form.to_digit(10) {
                    Some(place) => forms[usize::try_from(place).expect("a digit is small").clamp(1, forms.len()) - 1].to_owned(),
                    None if language == "kk" => grammar::kazakh(forms[0], form),
                    None => forms[0].to_owned(),
                }
            }
        }
    }

    fn person(&self, name: &str, nth: usize, slot: &str) -> String {
        let (given, surname) = if name == "man" { ("man_given", "man_surname") } else { ("woman_given", "woman_surname") };
        format!("{} {}", self.entry(given, nth, slot), self.entry(surname, nth, slot))
    }

    /// The nth of the entries that this report draws from a list, all of them different.
    fn entry(&self, list: &str, nth: usize, slot: &str) -> &'static str {
        let entries = self.frame.list(list).unwrap_or_else(|| self.phrasebook.list(self.frame.language, list));
        // A person's two lists vary with the person, the second of a list with its own name.
        let base = if list.starts_with("man_") || list.starts_with("woman_") { slot } else { list };
        let seed = if self.is_named(slot) { self.seed_of(slot) } else { self.seed_of(base) };
        let chance = usize::try_from(named(seed, list) % 1_000_003).expect("it is small");
        let half = entries.len().saturating_sub(1) / 2;
        let step = if nth == 0 { 0 } else { (nth - 1) * half + 1 + chance / 1_009 % half.max(1) };
        entries[(chance + step) % entries.len()]
    }

    /// Whether the frame says of this very slot what becomes of it.
    fn is_named(&self, slot: &str) -> bool {
        self.frame.vary.contains(&slot) || self.frame.keep.contains(&slot)
    }
}

/// Text with each piece between `open` and `close` replaced.
fn replaced(text: &str, open: char, close: char, mut with: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (inner, after) = after.split_once(close).unwrap_or_else(|| panic!("no {close} in: {text}"));
        out.push_str(before);
        out.push_str(&with(inner));
        rest = after;
    }
    out + rest
}

/// Text whose sentences begin with a capital, whatever fact begins them.
fn capitalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    let mut before = ' ';
    for letter in text.chars() {
        if begins && letter.is_lowercase() {
            out.extend(letter.to_uppercase())
        } else {
            out.push(letter)
        }
        begins = (begins && !letter.is_alphanumeric()) || (before == '.' && letter == ' ');
        before = letter;
    }
    out
}
