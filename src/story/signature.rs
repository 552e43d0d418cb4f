//! What a comparison keeps of an entry: its words as numbers, and which of them are facts.

use super::lexicon::{Lexicon, Meaning};
use super::stem::{Stems, Tongue};
use super::token::{Class, Token, mixed};
use super::words::{self, Case, Gap, Kind, Word};

/// Most words of a text that are compared: the beginning of an article, which republications keep.
pub(super) const MAX_WORDS: usize = 160;

/// Most words of a title.
const MAX_TITLE: usize = 40;

/// An entry's words, ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub(super) tongue: Tongue,
    pub(super) title_length: usize,
    /// The title's, then the text's.
    pub(super) tokens: Box<[Token]>,
}

impl Signature {
    pub(super) fn title(&self) -> &[Token] {
        &self.tokens[..self.title_length]
    }

    pub(super) fn text(&self) -> &[Token] {
        &self.tokens[self.title_length..]
    }

    /// Bytes that it takes in memory.
    pub fn size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.tokens)
    }
}

/// What is known of a word: its meaning, and its stem as a number.
#[derive(Debug, Clone, Copy)]
struct Learnt {
    /// Of its letters and the language; zero where nothing is known yet.
    key: u64,
    meaning: Meaning,
    stem: u64,
}

/// Words remembered: the common ones of a language.
const LEARNT: usize = 1 << 15;

/// Makes signatures. Learns words as it goes, so that one that is kept is faster than many.
#[derive(Debug)]
pub struct Signer {
    lexicon: Lexicon,
    stems: Stems,
    learnt: Box<[Learnt]>,
    tokens: Vec<Token>,
}

impl Default for Signer {
    fn default() -> Self {
        let nothing = Learnt { key: 0, meaning: Meaning::Word, stem: 0 };
        Self { lexicon: Lexicon::new(), stems: Stems::new(), learnt: vec![nothing; LEARNT].into(), tokens: Vec::new() }
    }
}

impl Signer {
    /// The signature of an entry: its title and its text, both plain, in the language of the tag.
    pub fn sign(&mut self, title: &str, text: &str, language: Option<&str>) -> Signature {
        let tongue = Tongue::of(language);
        self.tokens.clear();
        let has_names = tongue != Tongue::English || !is_title_case(title);
        self.hear(title, tongue, Hearing::of_title(has_names));
        let title_length = self.tokens.len();
        self.hear(text, tongue, Hearing::of_text(title_length));
        name_the_same(&mut self.tokens);
        Signature { tongue, title_length, tokens: self.tokens.as_slice().into() }
    }

    /// Adds the words of a text, without those by which outlets name each other.
    fn hear(&mut self, text: &str, tongue: Tongue, mut hearing: Hearing) {
        words::for_each(text, |word| {
            let learnt = match word.kind {
                Kind::Letters => learn(&mut self.learnt, &self.lexicon, &self.stems, tongue, word),
                Kind::Number(_) | Kind::Pair(..) | Kind::Date(..) | Kind::Site => Learnt { key: 0, meaning: Meaning::Word, stem: 0 },
            };
            hearing.hear(&mut self.tokens, word, learnt)
        });
        hearing.end(&mut self.tokens);
    }
}

/// What a word means, remembered.
fn learn(table: &mut [Learnt], lexicon: &Lexicon, stems: &Stems, tongue: Tongue, word: &Word<'_>) -> Learnt {
    let key = mixed(word.key ^ (tongue as u64) << 56) | 1;
    let place = usize::try_from(key >> 40).expect("24 bits") % LEARNT;
    if table[place].key != key {
        let letters = word.letters();
        let stem = stems.stem(tongue, &letters);
        let stem = sound(&stem);
        // To a Kazakh it asks what; to a Russian it denies.
        let meaning = if tongue == Tongue::Kazakh && letters == "не" { Meaning::Tie } else { lexicon.meaning(&letters) };
        table[place] = Learnt { key, meaning, stem };
    }
    table[place]
}

/// A stem as a number: the same for spellings of one name, with one letter or two, with `ы` or `и`, `q` or `k`.
fn sound(stem: &str) -> u64 {
    let (mut hash, mut before) = (0xcbf2_9ce4_8422_2325_u64, '\0');
    for letter in stem.chars() {
        let letter = match letter {
            'ы' => 'и',
            'э' => 'е',
            'y' => 'i',
            'q' => 'k',
            _ => letter,
        };
        if letter != before {
            hash = (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3);
        }
        before = letter;
    }
    hash
}

/// Whether most words of an English title have capitals, so that they tell no names.
fn is_title_case(title: &str) -> bool {
    let words = title.split_whitespace().filter(|word| word.len() > 3);
    let (mut all, mut capitals) = (0, 0);
    for word in words {
        all += 1;
        capitals += usize::from(word.chars().next().is_some_and(char::is_uppercase));
    }
    all > 2 && capitals * 10 > all * 7
}

/// A name in the middle of a sentence is one at the beginning of another too.
fn name_the_same(tokens: &mut [Token]) {
    let mut names = [0_u64; 4];
    for token in tokens.iter().filter(|token| token.class() == Class::Name) {
        names[(token.hash() >> 6 & 3) as usize] |= 1 << (token.hash() & 63);
    }
    for at in 0..tokens.len() {
        let token = tokens[at];
        if !token.may_be_name() {
            continue;
        }
        let may_be = names[(token.hash() >> 6 & 3) as usize] & 1 << (token.hash() & 63) != 0;
        let is_name = may_be && tokens.iter().any(|other| other.class() == Class::Name && other.hash() == token.hash());
        tokens[at] = token.decided(is_name);
    }
}

/// Words of a clause before a verb of reporting that may be dropped with it.
const SHORT_CLAUSE: usize = 5;

/// Words after it that are dropped at most.
const MAX_DROPPED: usize = 14;

/// Words before the first dash of a text that may be its dateline.
const DATELINE: usize = 7;

/// One text being heard.
struct Hearing {
    start: usize,
    most: usize,
    has_names: bool,
    is_text: bool,
    /// Where the clause, and the sentence, begin.
    clause: usize,
    sentence: usize,
    /// Words still dropped, until which sign.
    dropping: usize,
    until: Gap,
    /// All words so far were capitals, numbers or dates: perhaps a dateline.
    is_dateline: bool,
    /// Waits for what multiplies it.
    number: Option<u64>,
}

impl Hearing {
    fn of_title(has_names: bool) -> Self {
        Self { has_names, most: MAX_TITLE, is_text: false, is_dateline: false, ..Self::of_text(0) }
    }

    fn of_text(start: usize) -> Self {
        Self {
            start,
            most: MAX_WORDS,
            has_names: true,
            is_text: true,
            clause: start,
            sentence: start,
            dropping: 0,
            until: Gap::End,
            is_dateline: true,
            number: None,
        }
    }

    /// Takes a word; whether the text is to go on.
    fn hear(&mut self, tokens: &mut Vec<Token>, word: &Word<'_>, learnt: Learnt) -> bool {
        if word.before >= Gap::Comma {
            self.flush(tokens);
        }
        self.pass(tokens, word.before);
        if tokens.len() >= self.start + self.most {
            return false;
        }
        if self.dropping > 0 {
            self.dropping -= 1;
            return true;
        }
        match word.kind {
            Kind::Number(value) => self.number(tokens, value),
            Kind::Pair(first, second) => {
                self.flush(tokens);
                tokens.push(Token::of_pair(first, second));
            }
            Kind::Date(day, month) => {
                self.flush(tokens);
                tokens.extend([Token::new(Class::Number, u64::from(day) * 1000), Token::of_calendar(1, month)]);
            }
            Kind::Site => self.flush(tokens),
            Kind::Letters if word.is_initial => self.flush(tokens),
            Kind::Letters => self.letters(tokens, word, learnt),
        }
        true
    }

    fn letters(&mut self, tokens: &mut Vec<Token>, word: &Word<'_>, learnt: Learnt) {
        if let (Meaning::Times(times), Some(number)) = (learnt.meaning, self.number) {
            self.number = Some(number.saturating_mul(times));
            return;
        }
        self.flush(tokens);
        if word.case == Case::Lower && !matches!(learnt.meaning, Meaning::Month(_) | Meaning::Agency) {
            self.is_dateline = false;
        }
        match learnt.meaning {
            Meaning::Tie | Meaning::Agency => {}
            Meaning::Place(number) => tokens.push(Token::new(Class::Name, u64::from(number) | 1 << 60)),
            Meaning::Not => tokens.push(Token::not()),
            Meaning::Digest if !self.is_text => tokens.push(Token::digest()),
            Meaning::Footer if !self.is_text => {}
            Meaning::Number(value) => self.number(tokens, value),
            Meaning::Month(month) => tokens.push(Token::of_calendar(1, u32::from(month))),
            Meaning::Weekday(day) => tokens.push(Token::of_calendar(2, u32::from(day))),
            Meaning::When(day) => tokens.push(Token::new(Class::Plain, u64::from(day) | 1 << 61)),
            Meaning::Pole(group, is_first) => tokens.push(Token::of_pole(group, is_first)),
            Meaning::Reports => self.reports(tokens),
            Meaning::Says if self.is_aside(tokens) => self.reports(tokens),
            Meaning::Citing => self.drop_on(Gap::Comma),
            Meaning::Footer if tokens.len() == self.sentence => self.drop_on(Gap::End),
            Meaning::Digest | Meaning::Footer | Meaning::Says | Meaning::Times(_) | Meaning::Word => self.word(tokens, word, learnt.stem),
        }
    }

    fn word(&self, tokens: &mut Vec<Token>, word: &Word<'_>, stem: u64) {
        let is_short = word.is_short();
        let is_capital = word.case == Case::Capital || (word.case == Case::Upper && is_short);
        let token = match (is_capital && self.has_names, word.before) {
            (true, Gap::End) => Token::new(Class::Plain, stem).perhaps_a_name(),
            (true, Gap::Space | Gap::Comma | Gap::Dash) => Token::new(Class::Name, stem),
            (false, _) => Token::new(Class::Plain, stem),
        };
        tokens.push(token);
    }

    /// What a sign before a word ends.
    fn pass(&mut self, tokens: &mut Vec<Token>, gap: Gap) {
        if gap >= self.until {
            self.dropping = 0;
        }
        let is_dateline = self.is_dateline && tokens.len() > self.start && tokens.len() <= self.start + DATELINE;
        if gap == Gap::Dash && is_dateline {
            tokens.truncate(self.start);
        }
        if gap == Gap::Dash {
            self.is_dateline = false;
        }
        if gap >= Gap::Comma {
            self.clause = tokens.len();
        }
        if gap == Gap::End {
            self.mark(tokens);
            self.sentence = tokens.len();
        }
    }

    /// A verb of reporting takes its short clause with it, and what follows up to the next sign.
    fn reports(&mut self, tokens: &mut Vec<Token>) {
        if tokens.len() - self.clause <= SHORT_CLAUSE {
            tokens.truncate(self.clause);
        }
        self.drop_on(Gap::Comma);
    }

    /// Whether the clause stands behind another of its sentence, and is short: it tells who said that.
    fn is_aside(&self, tokens: &[Token]) -> bool {
        self.clause > self.sentence && tokens.len() - self.clause < SHORT_CLAUSE
    }

    fn drop_on(&mut self, until: Gap) {
        (self.dropping, self.until) = (MAX_DROPPED, until);
    }

    fn number(&mut self, tokens: &mut Vec<Token>, value: u64) {
        self.flush(tokens);
        self.number = Some(value);
    }

    /// Writes the number that waited.
    fn flush(&mut self, tokens: &mut Vec<Token>) {
        if let Some(number) = self.number.take() {
            tokens.push(Token::new(Class::Number, number));
        }
    }

    fn end(&mut self, tokens: &mut Vec<Token>) {
        self.flush(tokens);
        self.mark(tokens);
        tokens.truncate(self.start + self.most);
    }

    /// Marks the first word of the sentence that ends.
    fn mark(&self, tokens: &mut [Token]) {
        if let Some(first) = tokens.get_mut(self.sentence) {
            *first = first.at_a_beginning();
        }
    }
}
