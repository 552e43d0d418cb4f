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
    /// Folded; empty for a number.
    pub letters: &'a str,
    pub case: Case,
    pub before: Gap,
}

/// Calls `hear` with each word of a text until it says that it has heard enough.
pub(super) fn for_each(text: &str, mut hear: impl FnMut(&Word<'_>) -> bool) {
    let mut letters = String::with_capacity(MAX_LETTERS * 2);
    let mut before = Gap::End;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let word = if c.is_ascii_digit() {
            let (kind, length) = number(rest);
            rest = &rest[length..];
            Word { kind, letters: "", case: Case::Lower, before }
        } else if is_letter(c) {
            letters.clear();
            let (kind, case, length) = word(rest, &mut letters);
            rest = &rest[length..];
            Word { kind, letters: &letters, case, before }
        } else {
            before = before.max(gap(c, &rest[c.len_utf8()..]));
            rest = &rest[c.len_utf8()..];
            continue;
        };
        if !hear(&word) {
            return;
        }
        before = Gap::Space;
    }
}

fn gap(c: char, after: &str) -> Gap {
    match c {
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

/// Reads the word at the beginning of a text into `letters`; gives what it is, its case, and its length in bytes.
fn word(text: &str, letters: &mut String) -> (Kind, Case, usize) {
    let (mut count, mut capitals, mut is_capital) = (0, 0, false);
    let (mut has_cyrillic, mut has_latin) = (false, false);
    let mut end = text.len();
    let mut kind = Kind::Letters;
    for (at, c) in text.char_indices() {
        if is_invisible(c) {
            continue;
        }
        let is_part = is_letter(c) || c.is_ascii_digit() || matches!(c, '’' | '\'' | 'ʼ') && has_letter_at(&text[at + c.len_utf8()..]);
        if !is_part {
            if c == '.' && !has_cyrillic && is_domain(&text[at + 1..]) {
                kind = Kind::Site;
            } else {
                end = at;
                break;
            }
        }
        if count < MAX_LETTERS && is_part {
            let lower = lower_case(c);
            capitals += usize::from(lower != c);
            is_capital |= count == 0 && lower != c;
            has_cyrillic |= ('\u{400}'..='\u{52f}').contains(&lower);
            has_latin |= lower.is_ascii_lowercase();
            letters.push(lower);
            count += 1;
        }
    }
    if has_cyrillic {
        fold(letters, has_latin);
    }
    let case = match (is_capital, capitals) {
        (_, capitals) if capitals == count && count > 1 => Case::Upper,
        (true, _) => Case::Capital,
        (false, _) => Case::Lower,
    };
    (kind, case, end)
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
    let moved = |by: u32| char::from_u32(c as u32 + by).unwrap_or(c);
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\u{7f}' | 'а'..='џ' => c,
        'А'..='Я' => moved(0x20),
        'Ѐ'..='Џ' => moved(0x50),
        '\u{460}'..='\u{481}' | '\u{48a}'..='\u{4bf}' | '\u{4d0}'..='\u{52f}' => moved(1 - (c as u32 & 1)),
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Gives letters of one sound one form.
fn fold(letters: &mut String, has_latin: bool) {
    if !has_latin && letters.chars().all(|c| matches!(c, 'а'..='я')) {
        return;
    }
    let folded = letters.chars().map(|c| match c {
        'ё' => 'е',
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' | 'x' => 'х',
        'і' | 'i' => 'и',
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
    });
    *letters = folded.collect();
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
