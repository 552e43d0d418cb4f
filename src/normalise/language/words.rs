//! A text word by word, and lists of words to look one up in.

/// Letters of a word that are looked at.
const MAX_LETTERS: usize = 32;

/// Longest word that a list may hold, in letters.
const MAX_KNOWN: usize = 16;

/// Most words that a quotation is taken to have, so that an inch sign opens none that never ends.
const MAX_QUOTED: u32 = 12;

/// A run of letters.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// In lower case; of a very long word the beginning.
    pub letters: &'a [char],
    /// It stands in quotes, or has a capital first letter and follows another word.
    pub is_name: bool,
}

/// Calls `hear` with each word of a text.
pub(super) fn for_each(text: &str, mut hear: impl FnMut(&Word<'_>)) {
    let mut letters = ['\0'; MAX_LETTERS];
    // Whether the first and the second letter are capitals: a word all in capitals is no name.
    let (mut length, mut capitals) = (0, [false; 2]);
    let (mut is_first, mut left_quoted) = (true, 0_u32);
    for c in text.chars().chain([' ']) {
        let lower = lower_case(c);
        if is_letter(lower) {
            if let Some(place) = letters.get_mut(length) {
                *place = lower;
                length += 1;
            }
            if let Some(capital) = capitals.get_mut(length - 1) {
                *capital = lower != c;
            }
            continue;
        }
        if length > 0 {
            let is_capital = length > 1 && capitals == [true, false];
            hear(&Word { letters: &letters[..length], is_name: left_quoted > 0 || is_capital && !is_first });
            is_first = false;
            left_quoted = left_quoted.saturating_sub(1);
            (length, capitals) = (0, [false; 2]);
        }
        match c {
            '«' | '“' | '„' => left_quoted = MAX_QUOTED,
            '»' | '”' => left_quoted = 0,
            '"' => left_quoted = if left_quoted > 0 { 0 } else { MAX_QUOTED },
            '.' | '!' | '?' | '\n' => is_first = true,
            _ => {}
        }
    }
}

fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'а'..='џ' => true,
        '\0'..='\u{7f}' => false,
        _ => c.is_alphabetic(),
    }
}

/// One letter for one, which is all that the languages here need.
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

/// Words to look one up in, each with what it speaks for.
#[derive(Debug)]
pub(super) struct Lexicon<T, const N: usize> {
    /// Sorted by key: the low bytes of the letters, which tell words of one alphabet apart. A search among numbers costs a tenth of
    /// one among texts.
    known: [(u128, T); N],
}

impl<T: Copy, const N: usize> Lexicon<T, N> {
    /// Made of lists with blanks between the words, N words in all, while the program is compiled; that fails when a word stands in
    /// them twice.
    pub const fn new<const LISTS: usize>(lists: [(&str, T); LISTS]) -> Self {
        let mut known = [(0, lists[0].1); N];
        let mut length = 0;
        let mut list = 0;
        while list < LISTS {
            let bytes = lists[list].0.as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                let mut key = 0;
                while at < bytes.len() && bytes[at] != b' ' {
                    // UTF-8 of the letters below U+0800; of others there are none in the lists.
                    if bytes[at] < 0x80 {
                        key = key << 8 | bytes[at] as u128;
                        at += 1;
                    } else {
                        key = key << 8 | ((bytes[at] as u128 & 0x1f) << 6 | bytes[at + 1] as u128 & 0x3f) & 0xff;
                        at += 2;
                    }
                }
                at += 1;
                let mut place = length;
                while place > 0 && known[place - 1].0 > key {
                    known[place] = known[place - 1];
                    place -= 1;
                }
                assert!(key != 0 && (place == 0 || known[place - 1].0 != key), "a word stands in the lists twice");
                known[place] = (key, lists[list].1);
                length += 1;
            }
            list += 1;
        }
        assert!(length == N, "N is not the number of the words");
        Self { known }
    }

    /// What a word speaks for, if it is known.
    pub fn look_up(&self, word: &Word<'_>) -> Option<T> {
        if word.letters.len() > MAX_KNOWN {
            return None;
        }
        let key = word.letters.iter().fold(0, |key, letter| key << 8 | u128::from(*letter as u32 & 0xff));
        self.known.binary_search_by_key(&key, |(known, _)| *known).ok().map(|place| self.known[place].1)
    }
}

/// How many words a list has.
pub(super) const fn count(list: &str) -> usize {
    let bytes = list.as_bytes();
    let (mut words, mut at) = (1, 0);
    while at < bytes.len() {
        words += (bytes[at] == b' ') as usize;
        at += 1;
    }
    words
}
