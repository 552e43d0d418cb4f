//! Percent-encoding in one spelling.

use std::borrow::Cow;

/// The text with what needs no encoding decoded, and what is encoded in capitals (RFC 3986 §6.2.2). A sign that begins no code stands
/// for itself, and is encoded, so that it can never begin one together with what is decoded behind it.
pub(super) fn one_spelling(text: &str) -> Cow<'_, str> {
    if is_spelt(text) {
        return Cow::Borrowed(text);
    }
    let mut spelt = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        spelt.push_str(before);
        rest = after;
        match code(after) {
            Some((byte, behind)) => {
                rest = behind;
                if is_unreserved(byte) {
                    spelt.push(char::from(byte));
                } else {
                    spelt.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
                }
            }
            None => spelt.push_str("%25"),
        }
    }
    spelt.push_str(rest);
    Cow::Owned(spelt)
}

/// Whether nothing is to be done: links in Cyrillic are encoded throughout, most of them as they should be.
fn is_spelt(text: &str) -> bool {
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            // No byte from 80 on is unreserved.
            [b'%', b'8' | b'9' | b'A'..=b'F', b'0'..=b'9' | b'A'..=b'F', behind @ ..] => behind,
            [b'%', high @ b'0'..=b'7', low @ (b'0'..=b'9' | b'A'..=b'F'), behind @ ..]
                if !is_unreserved(value(*high) << 4 | value(*low)) =>
            {
                behind
            }
            [b'%', ..] => return false,
            [_, behind @ ..] => behind,
        };
    }
}

/// The byte that two digits stand for, and what is behind them.
fn code(text: &str) -> Option<(u8, &str)> {
    let (digits, behind) = text.split_at_checked(2)?;
    let [high, low] = *digits.as_bytes() else { return None };
    (high.is_ascii_hexdigit() && low.is_ascii_hexdigit()).then(|| (value(high) << 4 | value(low), behind))
}

/// The value of a hexadecimal digit.
fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        letter => (letter | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

fn digit(value: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(value & 0xf)])
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
