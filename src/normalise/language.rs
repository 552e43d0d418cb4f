//! Which language a text is in: Russian, Kazakh or English, or none of them for sure.
//!
//! Each word may speak for a language: by its letters, by its ending, or by being one of those that every text has. Names and quotations
//! count for little, so that Kazakh names make no Kazakh text of Russian news. Neighbouring languages are known by what is theirs alone,
//! and make the answer None: a wrong language is worse than none, since readers filter by it.

mod cyrillic;
mod latin;
mod words;

use crate::config::Language;

/// How much of a text is looked at, in bytes: its language is clear long before.
const SAMPLE: usize = 320;

/// Points that a language needs: one word that speaks clearly.
const ENOUGH: u32 = 3;

/// The language of a text, where its words leave no doubt: `ru`, `kk` or `en`.
pub fn language_of(text: &str) -> Option<Language> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let mut cyrillic = cyrillic::Evidence::default();
    let mut latin = latin::Evidence::default();
    words::for_each(sample, |word| match word.letters.first() {
        Some('a'..='z' | '\u{df}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') => latin.hear(word),
        Some('\u{400}'..='\u{52f}') => cyrillic.hear(word),
        Some(_) | None => {}
    });
    let tag = if latin.words > cyrillic.words { latin.verdict() } else { cyrillic.verdict() };
    tag.and_then(Language::parse)
}

/// The language of an entry that declares none: what its words say, else what is `usual` for its source. Where they agree, the usual
/// tag stays, since it may say more: `ru-kz`.
pub(super) fn of_entry(title: &str, text: &str, usual: Option<&Language>) -> Option<Language> {
    let sample = [title, "\n", &text[..text.floor_char_boundary(SAMPLE)]].concat();
    let primary = |language: &Language| language.as_str().split('-').next().map(str::to_owned);
    match language_of(&sample) {
        Some(heard) if usual.and_then(primary).as_deref() != Some(heard.as_str()) => Some(heard),
        Some(_) | None => usual.cloned(),
    }
}
