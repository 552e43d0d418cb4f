//! A charset: one of the WHATWG Encoding Standard's, a page of our own, or UTF-32.

use encoding_rs::{Encoding, UTF_8};

use super::page::Page;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// What encoding_rs knows.
    Standard(&'static Encoding),
    /// A single-byte page that it does not know.
    Page(&'static Page),
    Utf32Be,
    Utf32Le,
}

impl Charset {
    /// The WHATWG name, or IANA's where WHATWG has none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard(encoding) => encoding.name(),
            Self::Page(page) => page.name,
            Self::Utf32Be => "UTF-32BE",
            Self::Utf32Le => "UTF-32LE",
        }
    }

    /// The text of a body without byte order mark, and whether bytes had to be replaced by U+FFFD.
    pub fn decode(self, body: &[u8]) -> (String, bool) {
        match self {
            Self::Standard(encoding) => {
                let (text, is_lossy) = encoding.decode_without_bom_handling(body);
                (text.into_owned(), is_lossy)
            }
            Self::Page(page) => page.decode(body),
            Self::Utf32Be => utf32(body, u32::from_be_bytes),
            Self::Utf32Le => utf32(body, u32::from_le_bytes),
        }
    }

    /// Whether a document in it may declare it: the declaration itself was read as ASCII, so that UTF-16 and UTF-32 would be lies, and UTF-8
    /// has been tried by then.
    pub fn can_be_declared(self) -> bool {
        match self {
            Self::Standard(encoding) => encoding != UTF_8 && (encoding.is_ascii_compatible() || self.is_escaped()),
            Self::Page(_) => true,
            Self::Utf32Be | Self::Utf32Le => false,
        }
    }

    /// Whether it writes other letters in ASCII behind escape sequences, so that its text passes for UTF-8.
    pub fn is_escaped(self) -> bool {
        self == Self::Standard(encoding_rs::ISO_2022_JP)
    }

    /// Whether each byte is a letter by itself, so that nearly any bytes are text in it.
    pub fn is_single_byte(self) -> bool {
        match self {
            Self::Standard(encoding) => encoding.is_single_byte(),
            Self::Page(_) => true,
            Self::Utf32Be | Self::Utf32Le => false,
        }
    }

    /// What the bytes 80 to FF are in a charset of single bytes; U+FFFD where they are nothing.
    pub fn high_half(self) -> [char; 128] {
        let high: [u8; 128] = std::array::from_fn(|index| 0x80 | u8::try_from(index).unwrap_or_default());
        let text = self.decode(&high).0;
        let mut characters = text.chars();
        std::array::from_fn(|_| characters.next().unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Whether a body decodes without errors.
    pub fn fits(self, body: &[u8]) -> bool {
        if !self.is_single_byte() {
            return !self.decode(body).1;
        }
        let high = self.high_half();
        body.iter().all(|byte| usize::from(*byte).checked_sub(0x80).is_none_or(|index| high[index] != char::REPLACEMENT_CHARACTER))
    }
}

fn utf32(body: &[u8], number: fn([u8; 4]) -> u32) -> (String, bool) {
    let (units, rest) = body.as_chunks::<4>();
    let characters = units.iter().map(|unit| char::from_u32(number(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    let text: String = characters.chain((!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER)).collect();
    let is_lossy = text.contains(char::REPLACEMENT_CHARACTER);
    (text, is_lossy)
}
