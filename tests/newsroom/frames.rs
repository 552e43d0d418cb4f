//! The tables of sentences, read into frames: what a report of some sort is told with.
//!
//! A table is text, so that whoever knows the language may add to it. Its lines:
//!
//! - `== name section [kind]` opens a frame; with a kind its reports are hard negatives of that name, told in rows.
//! - `number name 1-9 [step 10]` and `number more dead+1-4` are facts, `label draw 1040-9870` one that no mark divides, and
//!   `list name a; b/c` a choice, its entries with further forms.
//! - `title`, `lead`, `text` and `then` hold templates; ` || ` stands between variants of a lead or text, and in `then`
//!   between the headline and the paragraphs of a sequel.
//! - `vary a b` names the facts that another day of the same announcement has otherwise; `keep a b` those that a row keeps.
//! - `key TEMPLATE` is what no two reports of the frame share.
//! - A line that begins with `#` is a remark.

use super::dice::named;

const TABLES: [(&str, &str); 6] = [
    ("ru", include_str!("tables/ru.txt")),
    ("ru", include_str!("tables/ru_rows.txt")),
    ("kk", include_str!("tables/kk.txt")),
    ("kk", include_str!("tables/kk_rows.txt")),
    ("en", include_str!("tables/en.txt")),
    ("en", include_str!("tables/en_rows.txt")),
];

/// What reports of one sort are told with.
#[derive(Debug, Default)]
pub struct Frame {
    pub language: &'static str,
    pub name: &'static str,
    /// Frames of one section may tell of the same people and places.
    pub section: &'static str,
    /// The kind of hard negative that its reports are, told in rows.
    pub kind: Option<&'static str>,
    pub titles: Vec<&'static str>,
    pub leads: Vec<&'static str>,
    /// The paragraphs after the lead, each in its variants.
    pub texts: Vec<Vec<&'static str>>,
    /// What is reported later: a headline and new paragraphs.
    pub sequels: Vec<Vec<&'static str>>,
    pub vary: Vec<&'static str>,
    pub keep: Vec<&'static str>,
    pub key: Option<&'static str>,
    numbers: Vec<(&'static str, Range)>,
    lists: Vec<(&'static str, Vec<&'static str>)>,
}

/// What a number may be, in units of its last decimal.
#[derive(Debug)]
struct Range {
    more_than: Option<&'static str>,
    least: u64,
    most: u64,
    step: u64,
    decimals: usize,
    is_label: bool,
}

/// A fact that is a number: in units of its last decimal.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    pub value: i64,
    pub decimals: usize,
    /// It names something, as a year does: nothing divides its thousands.
    pub is_label: bool,
}

impl Frame {
    /// Whether a report of the frame can say the opposite.
    pub fn has_opposite(&self) -> bool {
        self.leads.iter().any(|lead| lead.contains('~')) && self.titles.iter().all(|title| title.contains('~'))
    }

    /// A list of the frame, or None.
    pub fn list(&self, name: &str) -> Option<&[&'static str]> {
        self.lists.iter().find(|(known, _)| *known == name).map(|(_, entries)| entries.as_slice())
    }

    /// The number of that name, where the frame has it. `seed_of` tells the seed of a fact.
    pub fn number(&self, name: &str, seed_of: &impl Fn(&str) -> u64) -> Option<Number> {
        let (_, range) = self.numbers.iter().find(|(known, _)| *known == name)?;
        let steps = (range.most - range.least) / range.step + 1;
        let drawn = range.least + named(seed_of(name), name) % steps * range.step;
        let drawn = i64::try_from(drawn).expect("a table's numbers are small");
        match range.more_than {
            // A number that is told from another one cannot be told from itself: the table names it after that one.
            Some(other) if other != name => self.number(other, seed_of).map(|base| Number { value: base.value + drawn, ..base }),
            _ => Some(Number { value: drawn, decimals: range.decimals, is_label: range.is_label }),
        }
    }
}

/// All that the tables hold.
#[derive(Debug)]
pub struct Library {
    frames: Vec<Frame>,
}

impl Library {
    pub fn new() -> Self {
        Self { frames: TABLES.iter().flat_map(|(language, table)| read(language, table)).collect() }
    }

    /// The frames of a language that fit.
    pub fn frames(&self, language: &str, fits: impl Fn(&Frame) -> bool) -> Vec<&Frame> {
        self.frames.iter().filter(|frame| frame.language == language && !frame.titles.is_empty() && fits(frame)).collect()
    }

    /// A list that all frames of a language share.
    ///
    /// # Panics
    /// When the tables lack it: a mistake in a table.
    pub fn list(&self, language: &str, name: &str) -> &[&'static str] {
        self.shared(language).list(name).unwrap_or_else(|| panic!("no list {name} in {language}"))
    }

    /// The frame without headlines whose facts all frames of a language share.
    ///
    /// # Panics
    /// When the tables lack it: a mistake in a table.
    pub fn shared(&self, language: &str) -> &Frame {
        let mut frames = self.frames.iter();
        frames.find(|frame| frame.language == language && frame.name == "shared").unwrap_or_else(|| panic!("nothing shared in {language}"))
    }
}

fn read(language: &'static str, table: &'static str) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "==" {
            let mut names = rest.split(' ');
            let (name, section) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
            frames.push(Frame { language, name, section, kind: names.next(), ..Frame::default() });
            continue;
        }
        let frame = frames.last_mut().unwrap_or_else(|| panic!("before the first frame: {line}"));
        match word {
            "title" => frame.titles.push(rest),
            "lead" => frame.leads.extend(rest.split(" || ")),
            "text" => frame.texts.push(rest.split(" || ").collect()),
            "then" => frame.sequels.push(rest.split(" || ").collect()),
            "vary" => frame.vary.extend(rest.split(' ')),
            "keep" => frame.keep.extend(rest.split(' ')),
            "key" => frame.key = Some(rest),
            "number" | "label" => frame.numbers.push(number(rest, word == "label").unwrap_or_else(|| panic!("no number: {line}"))),
            "list" => {
                let (name, entries) = rest.split_once(' ').unwrap_or((rest, ""));
                frame.lists.push((name, entries.split(';').map(str::trim).collect()));
            }
            other => panic!("unknown word {other}: {line}"),
        }
    }
    frames
}

/// "dead 1-9", "area 80-900 step 10", "rate 510.10-520.90", "more dead+1-4".
fn number(text: &'static str, is_label: bool) -> Option<(&'static str, Range)> {
    let (name, range) = text.split_once(' ')?;
    let (range, step) = range.split_once(" step ").unwrap_or((range, "1"));
    let (more_than, range) = range.split_once('+').map_or((None, range), |(other, range)| (Some(other), range));
    let (least, most) = range.split_once('-')?;
    let decimals = least.split_once('.').map_or(0, |(_, part)| part.len());
    let units = |text: &str| text.replace('.', "").parse::<u64>().ok();
    Some((name, Range { more_than, least: units(least)?, most: units(most)?, step: step.parse().ok()?, decimals, is_label }))
}
