//! A text word by word, as one who compares reports hears it: no case, no typography, one form for each number.
//!
//! Letters that are written now one way, now another are folded: ё and е, Kazakh letters and the Russian ones that stand for them on
//! a keyboard without them, Latin letters inside Cyrillic words.

/// Letters of a word that are looked at.
const MAX_LETTERS: usize = 48;

/// The strongest sign between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Space,
    Comma,
    Dash,
    /// Of a sentence, or of the text.
    End,
}

/// Which letters of a word are capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Capital,
    Upper,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Letters,
    /// In thousandths.
    Number(u64),
    /// A score or a time of day: `2:1`, `14:35`.
    Pair(u32, u32),
    /// `24.11.2026`: day, month.
    Date(u32, u32),
    /// `dknews.kz`.
    Site,
}

/// A run of letters, or a number.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub kind: Kind,
    /// As it is written; empty for a number.
    text: &'a str,
    /// Of its folded letters: the same for two words that are folded alike.
    pub key: u64,
    pub case: Case,
    pub before: Gap,
    /// A capital letter with a dot, which stands for a first name here and is written out elsewhere.
    pub is_initial: bool,
}

impl Word<'_> {
    /// Its letters, folded.
    pub fn letters(&self) -> String {
        folded(self.text)
    }

    /// Whether it is short enough to be an abbreviation.
    pub fn is_short(&self) -> bool {
        self.text.len() <= ABBREVIATION
    }
}

/// Words of more bytes than this are no abbreviations, however they are written.
const ABBREVIATION: usize = 10;

/// Calls `hear` with each word of a text until it says that it has heard enough.
pub(super) fn for_each(text: &str, mut hear: impl FnMut(&Word<'_>) -> bool) {
    let mut before = Gap::End;
    let mut rest = text;
    while let Some(byte) = rest.as_bytes().first() {
        let word = if *byte == b' ' {
            rest = &rest[1..];
            continue;
        } else if byte.is_ascii_digit() {
            let (kind, length) = number(rest);
            rest = &rest[length..];
            Word { kind, text: "", key: 0, case: Case::Lower, before, is_initial: false }
        } else if letter(rest, 0).is_none() {
            let Some(c) = rest.chars().next() else { break };
            before = before.max(gap(c, &rest[c.len_utf8()..]));
            rest = &rest[c.len_utf8()..];
            continue;
        } else {
            let (word, after) = word(rest, before);
            rest = if word.is_initial { &after[1..] } else { after };
            word
        };
        if !hear(&word) {
            return;
        }
        before = Gap::Space;
    }
}

fn gap(c: char, after: &str) -> Gap {
    match c {
        // No sentence begins with a small letter: it is an abbreviation's.
        '.' if after.trim_start_matches(' ').starts_with(char::is_lowercase) => Gap::Space,
        '.' | '!' | '?' | '…' | '\n' => Gap::End,
        ',' | ';' | ':' | '(' | ')' => Gap::Comma,
        '–' | '—' | '―' => Gap::Dash,
        // A hyphen with spaces around it stands for a dash.
        '-' if after.starts_with(char::is_whitespace) => Gap::Dash,
        _ => Gap::Space,
    }
}

fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => true,
        '\0'..='\u{7f}' => false,
        _ => c.is_alphabetic(),
    }
}

/// Signs inside a word that nobody sees: soft hyphens, joiners, accents.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

/// The letters of the Cyrillic block, in lower case and folded; with [`CAPITAL`] where one is a capital, 0 where one is no letter.
static CYRILLIC: [u16; 0x130] = cyrillic();

const CAPITAL: u16 = 1 << 15;

const fn cyrillic() -> [u16; 0x130] {
    let mut letters = [0; 0x130];
    let mut at = 0;
    while at < letters.len() {
        let c = 0x400 + at as u16;
        let lower = match c {
            0x400..=0x40f => c + 0x50,
            0x410..=0x42f => c + 0x20,
            0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => c | 1,
            _ => c,
        };
        let folded = match lower {
            // ё ә ғ қ ң ө ұ ү һ і, as a keyboard without them writes them.
            0x451 => 0x435,
            0x4d9 => 0x430,
            0x493 => 0x433,
            0x49b => 0x43a,
            0x4a3 => 0x43d,
            0x4e9 => 0x43e,
            0x4b1 | 0x4af => 0x443,
            0x4bb => 0x445,
            0x456 => 0x438,
            other => other,
        };
        letters[at] = match c {
            0x482..=0x489 => 0,
            _ if lower == c => folded,
            _ => folded | CAPITAL,
        };
        at += 1;
    }
    letters
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn add(key: u64, letter: u32) -> u64 {
    (key ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The letter at a place of a text: folded, whether it is a capital, and where the next one stands. None where there is no letter. Nearly
/// all letters here are of two bytes or one, and are told without a look at any table of Unicode's.
fn letter(text: &str, at: usize) -> Option<(u32, bool, usize)> {
    match text.as_bytes().get(at)? {
        byte @ (b'a'..=b'z' | b'0'..=b'9') => Some((u32::from(*byte), false, at + 1)),
        byte @ b'A'..=b'Z' => Some((u32::from(byte | 0x20), true, at + 1)),
        first @ 0xd0..=0xd4 => {
            let second = text.as_bytes().get(at + 1)?;
            let place = usize::from(first & 0x1f) << 6 | usize::from(second & 0x3f);
            match CYRILLIC.get(place - 0x400) {
                Some(0) => None,
                Some(letter) => Some((u32::from(letter & !CAPITAL), letter & CAPITAL != 0, at + 2)),
                None => rare_letter(text, at),
            }
        }
        0..0x80 => None,
        _ => rare_letter(text, at),
    }
}

fn rare_letter(text: &str, at: usize) -> Option<(u32, bool, usize)> {
    let c = text[at..].chars().next()?;
    is_letter(c).then(|| (lower_case(c) as u32, c.is_uppercase(), at + c.len_utf8()))
}

/// The word at the beginning of a text, and what follows it.
fn word(text: &str, before: Gap) -> (Word<'_>, &str) {
    let (mut count, mut capitals, mut is_capital) = (0, 0, false);
    let (mut has_cyrillic, mut has_others) = (false, false);
    let (mut key, mut at, mut kind) = (SEED, 0, Kind::Letters);
    loop {
        if let Some((letter, is_upper, next)) = letter(text, at) {
            at = next;
            if count < MAX_LETTERS {
                capitals += usize::from(is_upper);
                is_capital |= count == 0 && is_upper;
                has_cyrillic |= letter >= 0x400;
                has_others |= letter < 0x400;
                key = add(key, letter);
                count += 1;
            }
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let after = &text[at + c.len_utf8()..];
        let goes_on = match c {
            '.' if !has_cyrillic && is_domain(after) => {
                kind = Kind::Site;
                true
            }
            '’' | '\'' => has_letter_at(after),
            _ => is_invisible(c),
        };
        if !goes_on {
            break;
        }
        at += c.len_utf8();
    }
    let word = &text[..at];
    if has_cyrillic && has_others {
        key = folded(word).chars().fold(SEED, |key, letter| add(key, letter as u32));
    }
    let case = match (is_capital, capitals) {
        (_, capitals) if capitals == count && count > 1 => Case::Upper,
        (true, _) => Case::Capital,
        (false, _) => Case::Lower,
    };
    let is_initial = count == 1 && is_capital && text[at..].starts_with('.');
    (Word { kind, text: word, key, case, before, is_initial }, &text[at..])
}

/// The letters of a word in lower case, those of one sound in one form; Latin ones that look like Cyrillic ones only among those.
fn folded(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    let mut at = 0;
    while at < word.len() && letters.len() < MAX_LETTERS * 2 {
        match letter(word, at) {
            Some((letter, _, next)) => {
                letters.extend(char::from_u32(letter));
                at = next;
            }
            None => at += word[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    let has_cyrillic = letters.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c));
    if has_cyrillic && letters.contains(|c: char| c.is_ascii()) { letters.chars().map(look_alike).collect() } else { letters }
}

/// The Cyrillic letter that a Latin one is taken for.
fn look_alike(c: char) -> char {
    match c {
        'x' => 'х',
        'i' => 'и',
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'k' => 'к',
        'o' => 'о',
        'p' => 'р',
        'y' => 'у',
        'h' => 'н',
        'm' => 'м',
        't' => 'т',
        'b' => 'в',
        _ => c,
    }
}

fn has_letter_at(text: &str) -> bool {
    text.chars().next().is_some_and(is_letter)
}

/// Ends of the names of the sites that newsrooms have.
const DOMAINS: [&str; 8] = ["kz", "com", "ru", "org", "net", "info", "media", "news"];

/// Whether a text begins with the last part of a site's name.
fn is_domain(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    DOMAINS.iter().any(|domain| text[..end].eq_ignore_ascii_case(domain))
}

/// One letter for one.
fn lower_case(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The number at the beginning of a text, and its length in bytes.
fn number(text: &str) -> (Kind, usize) {
    let bytes = text.as_bytes();
    let mut at = digits(bytes, 0);
    let mut whole = value(&text[..at]);
    if let Some(date) = date(text, at) {
        return date;
    }
    if bytes.get(at) == Some(&b':') {
        let end = digits(bytes, at + 1);
        if end > at + 1 {
            let part = |digits: &str| u32::try_from(value(digits)).unwrap_or(u32::MAX);
            return (Kind::Pair(part(&text[..at]), part(&text[at + 1..end])), end);
        }
    }
    // Groups of three digits: 10 000, with a plain, a narrow or no-break space, or a comma.
    if at <= 3 {
        while let Some(after) = group_mark(&text[at..]) {
            let start = at + after;
            let end = digits(bytes, start);
            if end != start + 3 {
                break;
            }
            whole = whole.saturating_mul(1000).saturating_add(value(&text[start..end]));
            at = end;
        }
    }
    let mut thousandths = whole.saturating_mul(1000);
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let end = digits(bytes, at + 1);
        if end > at + 1 {
            let places = (at + 1)..end.min(at + 4);
            let scale = 10_u64.pow(3 - u32::try_from(places.len()).expect("at most three"));
            thousandths = thousandths.saturating_add(value(&text[places]) * scale);
            at = end;
        }
    }
    (Kind::Number(thousandths), at)
}

/// Where a run of digits that begins at `from` ends.
fn digits(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| from + length)
}

/// The value of digits; what no u64 holds stands for itself by its last digits.
fn value(digits: &str) -> u64 {
    digits.bytes().fold(0_u64, |value, digit| value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

/// How long the sign is that parts groups of three digits, if one stands here.
fn group_mark(text: &str) -> Option<usize> {
    let mark = text.chars().next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | ','))?;
    Some(mark.len_utf8())
}

/// `24.11.2026` or `24.11.26`, with the year left out of account.
fn date(text: &str, day_end: usize) -> Option<(Kind, usize)> {
    let bytes = text.as_bytes();
    if day_end > 2 || bytes.get(day_end) != Some(&b'.') {
        return None;
    }
    let month_end = digits(bytes, day_end + 1);
    if month_end != day_end + 3 || bytes.get(month_end) != Some(&b'.') {
        return None;
    }
    let year_end = digits(bytes, month_end + 1);
    let (day, month) = (value(&text[..day_end]), value(&text[day_end + 1..month_end]));
    let is_date = matches!(year_end - month_end - 1, 2 | 4) && (1..=31).contains(&day) && (1..=12).contains(&month);
    is_date.then(|| (Kind::Date(u32::try_from(day).unwrap_or(0), u32::try_from(month).unwrap_or(0)), year_end))
}
