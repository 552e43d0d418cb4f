//! Kazakh that calls itself windows-1251: KZ-1048 and PT154 put its letters in the place of Serbian, Belarusian and Ukrainian ones.
//!
//! Where such a byte stands in its word tells which letter it is. In KZ-1048's place of a vowel windows-1251 has a letter that follows
//! vowels: "түс" would be "тїс", which no Ukrainian writes; "мої" would be "моү", which no Kazakh writes.

use super::charset::Charset;
use super::page::{KZ_1048, PT154};

/// How far into a body Kazakh letters are looked for, in bytes.
const SPAN: usize = 256 << 10;

/// KZ-1048 or PT154 in the place of windows-1251, where words are Kazakh in one of them.
pub(super) fn instead_of(charset: Charset, body: &[u8]) -> Option<Charset> {
    let windows = Charset::Standard(encoding_rs::WINDOWS_1251);
    if charset != windows {
        return None;
    }
    let windows = windows.high_half();
    let body = &body[..body.len().min(SPAN)];
    let evidence = |page| evidence(&Reading::new(page, &windows), body);
    let (kz_1048, pt154) = (Charset::Page(&KZ_1048), Charset::Page(&PT154));
    let (of_kz_1048, of_pt154) = (evidence(kz_1048), evidence(pt154));
    if of_kz_1048.max(of_pt154) <= 0 {
        return None;
    }
    Some(if of_pt154 > of_kz_1048 { pt154 } else { kz_1048 })
}

/// What a letter is in a Kazakh word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Vowel,
    Consonant,
    /// й, у and the like, which stand beside either.
    Glide,
}

/// How a page reads bytes.
struct Reading {
    /// The small letter of each byte from 80, with its sound; None where it is no letter.
    letters: [Option<(char, Sound)>; 128],
    /// What windows-1251 has in the place of each byte that it reads otherwise.
    others: [Option<char>; 128],
}

impl Reading {
    fn new(page: Charset, windows: &[char; 128]) -> Self {
        let high = page.high_half();
        Self { letters: high.map(letter), others: std::array::from_fn(|index| Some(windows[index]).filter(|other| *other != high[index])) }
    }

    fn letter(&self, byte: Option<&u8>) -> Option<(char, Sound)> {
        self.letters[usize::from(*byte?).checked_sub(0x80)?]
    }
}

fn letter(character: char) -> Option<(char, Sound)> {
    let small = character.to_lowercase().next().unwrap_or(character);
    let sound = match small {
        'а' | 'е' | 'ё' | 'о' | 'ы' | 'і' | 'э' | 'ә' | 'ө' | 'ұ' | 'ү' | 'є' | 'ї' => Sound::Vowel,
        'у' | 'й' | 'и' | 'ю' | 'я' | 'ў' | 'ј' => Sound::Glide,
        'а'..='я' | '\u{450}'..='\u{4ff}' => Sound::Consonant,
        _ => return None,
    };
    Some((small, sound))
}

/// How many more letters of this reading, among those that windows-1251 reads otherwise, stand where Kazakh has them than where it has not.
fn evidence(reading: &Reading, body: &[u8]) -> i32 {
    let others = body.iter().enumerate().filter_map(|(at, byte)| Some((at, byte, reading.others[usize::from(*byte).checked_sub(0x80)?]?)));
    others
        .map(|(at, byte, other)| {
            let before = at.checked_sub(1).and_then(|before| reading.letter(body.get(before)));
            let after = reading.letter(body.get(at + 1));
            match reading.letter(Some(byte)) {
                Some((letter, _)) => testimony(before.map(|(_, sound)| sound), letter, after, other),
                // A sign among letters is none.
                None if before.is_some() && after.is_some() => -1,
                None => 0,
            }
        })
        .sum()
}

/// 1 if a letter that windows-1251 has `other` for stands as it does in Kazakh words, -1 if it does not, 0 if that tells nothing.
fn testimony(before: Option<Sound>, letter: char, after: Option<(char, Sound)>, other: char) -> i32 {
    if before.is_none() && after.is_none() {
        return 0;
    }
    match letter {
        // Behind a vowel Belarusian has ў here, Ukrainian ї, Serbian ј; at the start of a word all of them.
        'ә' | 'ө' | 'ұ' | 'ү' => match before {
            Some(Sound::Consonant) => 1,
            Some(Sound::Vowel) => -1,
            Some(Sound::Glide) | None => 0,
        },
        // Macedonian has ќ here, mostly in "ќе": Kazakh has қ before vowels of the back of the mouth alone.
        'қ' if matches!(after, Some(('е' | 'і' | 'и' | 'ә' | 'ө' | 'ү', _))) => -1,
        'қ' => 1,
        // No Kazakh word begins with it. Serbian has њ in one of the pages, in the same places.
        'ң' if before.is_none() => -1,
        'ң' => i32::from(other != 'њ'),
        // Serbian has ћ here.
        'һ' => 0,
        // Ukrainian has є here, which no vowel follows but ї.
        'ғ' => match after {
            Some(('а' | 'о' | 'ы' | 'ұ', _)) => 1,
            Some((_, Sound::Consonant)) | None => -1,
            Some(_) => 0,
        },
        // A letter of other languages of the page.
        _ => -1,
    }
}
