//! Which Cyrillic charset bytes are in, told by how much their letters read like Russian or Kazakh.
//!
//! In a wrong charset small letters become capitals in the middle of words, signs stand among letters, or rare letters are the most
//! frequent ones. Each reading gets a mark: the mean, over its letters, of how frequent they are, less what no text has.

use super::charset::Charset;
use super::page::{KZ_1048, PT154};

/// How far into a body letters are looked at, in bytes.
const SPAN: usize = 64 << 10;
/// Most letters that are looked at.
const ENOUGH: i32 = 4096;
/// Least mark of a reading that is taken although another charset, or none, was declared.
const CONVINCING: i32 = 150;
/// Least mark of a reading in the charset that was declared.
const ACCEPTABLE: i32 = 165;
/// How much better another reading must be than the declared one.
const MARGIN: i32 = 40;
/// The mark of a reading without letters.
const UNREADABLE: i32 = -800;
/// Fewest letters that tell anything.
const FEWEST: i32 = 5;

const WINDOWS_1251: Charset = Charset::Standard(encoding_rs::WINDOWS_1251);
const KOI8_R: Charset = Charset::Standard(encoding_rs::KOI8_R);
const KOI8_U: Charset = Charset::Standard(encoding_rs::KOI8_U);

/// What undeclared Cyrillic is looked for in; of two equal readings the earlier is taken. The Macintosh's page, which nobody sends unnamed, is
/// left out: but for its capitals it is windows-1251.
const CANDIDATES: [Charset; 5] =
    [WINDOWS_1251, KOI8_U, Charset::Standard(encoding_rs::IBM866), Charset::Standard(encoding_rs::ISO_8859_5), Charset::Page(&PT154)];

/// Whether a declaration is often a lie: a Cyrillic charset for another one, or what servers say when nobody told them.
pub(super) fn may_be_mistaken(declared: Charset) -> bool {
    let others = [encoding_rs::WINDOWS_1252, encoding_rs::KOI8_R, encoding_rs::X_MAC_CYRILLIC].map(Charset::Standard);
    CANDIDATES.contains(&declared) || others.contains(&declared) || declared == Charset::Page(&KZ_1048)
}

/// The charset that a body is in although `declared` was declared; None when that reads well, or nothing reads better.
pub(super) fn instead_of(declared: Charset, body: &[u8]) -> Option<Charset> {
    let mark = mark(declared, body).unwrap_or(UNREADABLE);
    if mark >= ACCEPTABLE {
        return ukrainian(declared, body);
    }
    let (better, best) = best(body)?;
    (best >= CONVINCING && best > mark + MARGIN).then_some(better)
}

/// The Cyrillic charset that a body reads well in.
pub(super) fn likeliest(body: &[u8]) -> Option<Charset> {
    best(body).filter(|(_, mark)| *mark >= CONVINCING).map(|(charset, _)| charset)
}

fn best(body: &[u8]) -> Option<(Charset, i32)> {
    let marks = CANDIDATES.into_iter().filter_map(|charset| mark(charset, body).map(|mark| (charset, mark)));
    // The earlier of two equal ones: `max_by_key` alone would take the later.
    let (charset, mark) = marks.rev().max_by_key(|(_, mark)| *mark)?;
    let is_russian = charset == KOI8_U && ukrainian(KOI8_R, body).is_none();
    let charset = match charset {
        // Which of Kazakhstan's pages it is, kazakh.rs tells from where the letters stand.
        Charset::Page(_) => WINDOWS_1251,
        Charset::Standard(_) if is_russian => KOI8_R,
        other => other,
    };
    Some((charset, mark))
}

/// KOI8-U in KOI8-R's place, where the body has the Ukrainian letters that KOI8-R has frames for.
fn ukrainian(declared: Charset, body: &[u8]) -> Option<Charset> {
    let is_letter = |byte: &u8| [0xa4, 0xa6, 0xa7, 0xad, 0xae, 0xb4, 0xb6, 0xb7, 0xbd, 0xbe].contains(byte);
    let has_letter = || body.iter().take(SPAN).any(is_letter);
    (declared == KOI8_R && has_letter() && mark(KOI8_U, body) > mark(declared, body)).then_some(KOI8_U)
}

/// A letter of Russian or Kazakh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    /// In hundredths of the binary logarithm of its share in percent.
    frequency: i32,
    is_vowel: bool,
}

impl Letter {
    /// What it adds to the mark behind another letter, or at the start of a word: vowels and consonants like to take turns.
    fn behind(self, before: Option<Self>) -> i32 {
        self.frequency + before.map_or(0, |before| if before.is_vowel == self.is_vowel { -60 } else { 40 })
    }
}

/// What a byte is in some charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small(Letter),
    Capital(Letter),
    Latin,
    /// What stands between the words of any text: ASCII, quotation marks, dashes.
    Between,
    /// What stands beside words, but never touches their letters.
    Sign,
    /// What hardly stands in a text at all: frames, fractions, letters of other alphabets.
    Strange,
}

/// How much a body reads like Russian or Kazakh in this charset: 200 to 250 if it is, seldom above 100 if not. None when it has too few letters.
fn mark(charset: Charset, body: &[u8]) -> Option<i32> {
    let high = charset.high_half().map(kind);
    let kind_of = |byte: u8| match usize::from(byte).checked_sub(0x80) {
        Some(index) => high[index],
        None if byte.is_ascii_alphabetic() => Kind::Latin,
        None => Kind::Between,
    };
    let (mut sum, mut count) = (0, 0);
    let mut before = Kind::Between;
    for byte in body.iter().take(SPAN) {
        let kind = kind_of(*byte);
        let worth = worth(before, kind);
        if matches!(kind, Kind::Small(_) | Kind::Capital(_) | Kind::Strange) {
            count += 1;
        }
        sum += worth;
        before = kind;
        if count >= ENOUGH {
            break;
        }
    }
    (count >= FEWEST).then(|| sum / count)
}

/// What a character adds to the mark, behind another one.
fn worth(before: Kind, kind: Kind) -> i32 {
    match (before, kind) {
        // Words in two alphabets.
        (Kind::Latin, Kind::Small(_) | Kind::Capital(_)) | (Kind::Small(_) | Kind::Capital(_), Kind::Latin) => -600,
        (Kind::Sign, Kind::Small(_) | Kind::Capital(_)) | (Kind::Small(_) | Kind::Capital(_), Kind::Sign) => -200,
        // A capital inside a word.
        (Kind::Small(_), Kind::Capital(_)) => -600,
        (Kind::Capital(before), Kind::Capital(letter)) => letter.behind(Some(before)) - 40,
        (Kind::Small(before) | Kind::Capital(before), Kind::Small(letter)) => letter.behind(Some(before)),
        (_, Kind::Small(letter) | Kind::Capital(letter)) => letter.behind(None),
        (_, Kind::Strange) => UNREADABLE,
        (_, Kind::Latin | Kind::Between | Kind::Sign) => 0,
    }
}

/// Of а to я: hundredths of the binary logarithm of a letter's share in percent, of Russian and Kazakh text together.
const FREQUENCIES: [i32; 32] = [
    320, 90, 200, 80, 180, 309, 40, 60, 250, 60, 181, 220, 168, 277, 310, 130, 235, 230, 266, 130, -194, -4, -106, 40, 20, -147, -464, 200,
    60, -164, -64, 70,
];

fn kind(character: char) -> Kind {
    let small = character.to_lowercase().next().unwrap_or(character);
    let frequency = match small {
        'а'..='я' => usize::try_from(u32::from(small) - u32::from('а')).ok().map(|index| FREQUENCIES[index]),
        'ё' => Some(-100),
        'і' => Some(200),
        'қ' | 'ғ' | 'ң' | 'ә' | 'ө' | 'ұ' | 'ү' => Some(50),
        // Where they stand, one of Kazakhstan's pages may have its own.
        'ї' | 'є' | 'ў' | 'ј' | 'ѕ' | 'ќ' => Some(50),
        '\u{450}'..='\u{4ff}' => Some(-150),
        _ => None,
    };
    let is_vowel = "аеёиоуыэюяіїєәөұү".contains(small);
    match frequency {
        Some(frequency) if small == character => Kind::Small(Letter { frequency, is_vowel }),
        Some(frequency) => Kind::Capital(Letter { frequency, is_vowel }),
        None if "\u{a0}\u{ad}«»“”„‘’‚‹›–—…".contains(character) => Kind::Between,
        None if "•·№©®™°§€†‡".contains(character) => Kind::Sign,
        None => Kind::Strange,
    }
}
