//! English, and what tells other languages in Latin letters.

use super::ENOUGH;
use super::words::{Lexicon, Word, count};

/// Frequent words that only English has.
const ENGLISH: &str = "about after against and are been between by could during first for from government has have her his hits how into its keeps \
    killed meets minister more near new next not of out over people plans said says should than that the their these this to up was \
    were what when which who why will wins with would years";
/// Frequent words of English headlines that others have too.
const SHARED: &str = "a all an as at bank be border budget can day deal forum gold high hosts in is it launches market no now on opens or police \
    president prices raise rate record region report reports signs state two under visits world year";
/// Frequent words of other languages.
const OTHER: &str = "af att au auch auf aus aux av avec bei bilan bir bu bul ce che daha dan dans dari das dat dei del della dem den dengan dep der \
    des det di du edi een ein eine einen el em emas en es est et ham het ikke il ile im ini ist itu için jana jest jäne kadar la las \
    le les los met mit na nach nel nicht nie niet não och og olan olarak op os pas por pour på que qui se sich się som son sonra \
    sont su sur til uchun um uma un una und une untuk va van ve von voor və werden wird yang yangi zijn zu zum zur är çok üshin üçün \
    że";

#[derive(Debug, Clone, Copy)]
enum Speaks {
    English,
    Shared,
    Other,
}

static LEXICON: Lexicon<Speaks, { count(ENGLISH) + count(SHARED) + count(OTHER) }> =
    Lexicon::new([(ENGLISH, Speaks::English), (SHARED, Speaks::Shared), (OTHER, Speaks::Other)]);

/// What the words of a text said.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub words: u32,
    english: u32,
    other: u32,
}

impl Evidence {
    /// Takes a word into account. Capitals mean nothing: English headlines have them on every word.
    pub fn hear(&mut self, word: &Word<'_>) {
        self.words += 1;
        match LEXICON.look_up(word) {
            Some(Speaks::English) => self.english += 3,
            Some(Speaks::Shared) => self.english += 1,
            Some(Speaks::Other) => self.other += 3,
            None if !word.letters.iter().all(char::is_ascii) => self.other += 1,
            None => self.english += letters_and_ending(word.letters),
        }
    }

    /// The language that all but a few of the words spoke for.
    pub fn verdict(&self) -> Option<&'static str> {
        let is_english = self.english >= ENOUGH && self.english > 2 * self.other && self.english * 2 >= self.words;
        is_english.then_some("en")
    }
}

fn letters_and_ending(word: &[char]) -> u32 {
    match word {
        [.., 'i', 'n', 'g'] | [.., 'l' | 't' | 'r', 'y'] | [.., 'n', 'e', 's', 's'] => 2,
        [_, _, .., 'e', 'd'] | [.., 't', 'i', 'o', 'n'] | [.., 'i', 'o', 'n', 's'] | [.., 'i', 'e', 's'] => 1,
        word => word.windows(2).any(|pair| matches!(pair, ['t' | 'w' | 'g', 'h'] | ['o', 'o'] | ['e', 'e' | 'a'])).into(),
    }
}
