//! UTF-16 and UTF-32, by their byte order marks and by the zero bytes beside the ASCII that any document begins with.

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::charset::Charset;

/// How far into a body that has a mark of UTF-16 a zero byte must stand, in bytes.
const ZERO_SPAN: usize = 1024;

/// The charset of a body in code units of two or four bytes, and how many bytes its mark takes.
pub(super) fn charset(body: &[u8]) -> Option<(Charset, usize)> {
    match body {
        // UTF-32's little-endian mark begins with that of UTF-16: it comes first.
        [0, 0, 0xfe, 0xff, ..] => Some((Charset::Utf32Be, 4)),
        [0xff, 0xfe, 0, 0, ..] => Some((Charset::Utf32Le, 4)),
        [0xfe, 0xff, rest @ ..] if has_zero(rest) => Some((Charset::Standard(UTF_16BE), 2)),
        [0xff, 0xfe, rest @ ..] if has_zero(rest) => Some((Charset::Standard(UTF_16LE), 2)),
        _ => unmarked(body).map(|charset| (charset, 0)),
    }
}

/// Markup and JSON in UTF-16 hold ASCII: a mark before bytes without any zero is a lie.
fn has_zero(body: &[u8]) -> bool {
    body.is_empty() || body[..body.len().min(ZERO_SPAN)].contains(&0)
}

/// The first two characters of a document are ASCII: `<?`, `<r`, `{"`, or white space (XML 1.0, appendix F.1).
fn unmarked(body: &[u8]) -> Option<Charset> {
    let is_ascii = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match *body {
        [0, 0, 0, a, 0, 0, 0, b, ..] if is_ascii(a) && is_ascii(b) => Some(Charset::Utf32Be),
        [a, 0, 0, 0, b, 0, 0, 0, ..] if is_ascii(a) && is_ascii(b) => Some(Charset::Utf32Le),
        [0, a, 0, b, ..] if is_ascii(a) && is_ascii(b) => Some(Charset::Standard(UTF_16BE)),
        [a, 0, b, 0, ..] if is_ascii(a) && is_ascii(b) => Some(Charset::Standard(UTF_16LE)),
        _ => None,
    }
}
