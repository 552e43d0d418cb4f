//! Words without their endings: Snowball for Russian and English, a list of suffixes for Kazakh.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// The language that a text is compared in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tongue {
    Russian,
    Kazakh,
    English,
    /// Words stand as they are.
    Other,
}

impl Tongue {
    /// Of a language tag; a text without one is taken for what most texts here are.
    pub fn of(tag: Option<&str>) -> Self {
        match tag.map(|tag| tag.split('-').next().unwrap_or(tag)) {
            Some("kk") => Self::Kazakh,
            Some("en") => Self::English,
            Some("ru") | None => Self::Russian,
            Some(_) => Self::Other,
        }
    }
}

/// Takes endings off.
pub(super) struct Stems {
    russian: Stemmer,
    english: Stemmer,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").finish_non_exhaustive()
    }
}

impl Stems {
    pub fn new() -> Self {
        Self { russian: Stemmer::create(Algorithm::Russian), english: Stemmer::create(Algorithm::English) }
    }

    /// The stem of a folded word.
    pub fn stem<'a>(&self, tongue: Tongue, word: &'a str) -> Cow<'a, str> {
        let is_latin = word.bytes().next().is_some_and(|byte| byte.is_ascii());
        match tongue {
            Tongue::Russian | Tongue::English | Tongue::Kazakh if is_latin => self.english.stem(word),
            Tongue::Russian | Tongue::English => self.russian.stem(word),
            Tongue::Kazakh => Cow::Borrowed(kazakh(word)),
            Tongue::Other => Cow::Borrowed(word),
        }
    }
}

/// Kazakh endings in folded letters (қ as к, ғ as г, і as и …), by length: number, possession, case, person, tense.
const KAZAKH: [&[&str]; 5] = [
    &["ндаги", "ндеги", "ларин", "лерин"],
    &[
        "дагы", "даги", "деги", "тагы", "таги", "теги", "атын", "етин", "йтын", "йтин", "ган", "лары", "лери", "дары", "дери", "тары",
        "тери", "ымыз", "имиз", "ыныз", "иниз", "ында", "инде", "ынан", "инен", "ынын", "инин",
    ],
    &[
        "лар", "лер", "дар", "дер", "тар", "тер", "нын", "нин", "дын", "дин", "тын", "тин", "дан", "ден", "тан", "тен", "нан", "нен",
        "мен", "бен", "пен", "ган", "ген", "кан", "кен", "ата", "ете", "ады", "еди", "йды", "йди", "нда", "нде", "ына", "ине", "сын",
        "син", "лик", "лык", "дик", "дык", "тик", "тык",
    ],
    &[
        "га", "ге", "ка", "ке", "на", "не", "ны", "ни", "ды", "ди", "ты", "ти", "да", "де", "та", "те", "сы", "си", "ын", "ин", "ым", "им",
        "гы", "ги", "кы", "ки", "ып", "ип", "ла", "ле", "са", "се", "шы", "ши", "уы", "уи",
    ],
    &["ы", "и", "а", "е", "у", "п", "н"],
];

/// Fewest letters that a stem keeps.
const MIN_STEM: usize = 4;

/// Most endings in a row.
const MAX_ENDINGS: usize = 4;

/// A Kazakh word without its endings.
fn kazakh(word: &str) -> &str {
    let mut stem = word;
    for _ in 0..MAX_ENDINGS {
        let shorter = KAZAKH.iter().find_map(|endings| {
            let without = endings.iter().find_map(|ending| stem.strip_suffix(ending))?;
            (without.chars().count() >= MIN_STEM).then_some(without)
        });
        match shorter {
            Some(without) => stem = without,
            None => break,
        }
    }
    stem
}
