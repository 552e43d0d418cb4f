//! Bytes and headers -> well-formed UTF-8 text.
//!
//! Which charset a document is in, the first that fits: UTF-16 or UTF-32 by their marks and zero bytes; UTF-8 if it is valid as such but for
//! stray bytes; what the HTTP header or the document declares, if that decodes without errors and, where any bytes would, reads like text;
//! detection. Whatever comes, text comes out. docs/parsing.md tells the rules.

mod charset;
mod cyrillic;
mod declared;
mod kazakh;
mod label;
mod page;
mod wide;

use encoding_rs::UTF_8;

use charset::Charset;

/// A document as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Without byte order mark and without XML declaration, whose encoding no longer holds.
    pub text: String,
    /// The name of the charset that was used: WHATWG's, or IANA's where WHATWG has none.
    pub charset: &'static str,
    /// Whether bytes had to be replaced by U+FFFD.
    pub is_lossy: bool,
}

/// The text of `body`, which came with the header `content_type`.
pub fn decode(body: Vec<u8>, content_type: Option<&str>) -> Decoded {
    if let Some((charset, mark)) = wide::charset(&body) {
        return decode_as(charset, &body[mark..]);
    }
    let body = unmarked(&body);
    // encoding_rs checks many bytes at a time where the standard library goes letter by letter.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(body) {
        return match escaped(body, content_type) {
            Some(decoded) => decoded,
            None => Decoded { text: without_declaration(text.into_owned()), charset: UTF_8.name(), is_lossy: false },
        };
    }
    if is_mostly_utf8(body) {
        return decode_as(Charset::Standard(UTF_8), body);
    }
    decode_as(legacy(body, content_type), body)
}

fn decode_as(charset: Charset, body: &[u8]) -> Decoded {
    let (text, is_lossy) = charset.decode(body);
    Decoded { text: without_declaration(text), charset: charset.name(), is_lossy }
}

/// The body without a mark that is none in its charset: UTF-8's, or one of UTF-16 before bytes that are no such thing.
fn unmarked(body: &[u8]) -> &[u8] {
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    marks.into_iter().find_map(|mark| body.strip_prefix(mark)).unwrap_or(body)
}

/// Valid UTF-8 that is ASCII with escape sequences, in a charset that was declared and writes its letters so.
fn escaped(body: &[u8], content_type: Option<&str>) -> Option<Decoded> {
    memchr::memchr(0x1b, body)?;
    let charset = claims(body, content_type).into_iter().flatten().find(|charset| charset.is_escaped())?;
    Some(decode_as(charset, body)).filter(|decoded| !decoded.is_lossy)
}

/// Whether a body is UTF-8 in which a few bytes have gone astray: letters of other charsets almost never make valid sequences.
fn is_mostly_utf8(body: &[u8]) -> bool {
    let (mut letters, mut strays) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        letters += chunk.valid().bytes().filter(|byte| byte & 0xc0 == 0xc0).count();
        strays += usize::from(!chunk.invalid().is_empty());
    }
    letters > strays * 4
}

/// What header and document declare; the header is stronger (RFC 7303 §3).
fn claims(body: &[u8], content_type: Option<&str>) -> [Option<Charset>; 2] {
    [content_type.and_then(declared::by_header), declared::by_document(body)].map(|claim| claim.filter(|charset| charset.can_be_declared()))
}

/// The charset of a body that is not Unicode.
fn legacy(body: &[u8], content_type: Option<&str>) -> Charset {
    let claims = claims(body, content_type);
    // Bytes that are no letters of it are seldom text in a charset of several bytes a letter: there, errors tell. Where any bytes are
    // text, the words must.
    let of_several_bytes = claims.into_iter().flatten().filter(|charset| !charset.is_single_byte()).find(|charset| charset.fits(body));
    if let Some(charset) = of_several_bytes {
        return charset;
    }
    let claim = claims.into_iter().flatten().find(|charset| charset.is_single_byte() && charset.fits(body));
    let charset = match claim {
        Some(claim) if !cyrillic::may_be_mistaken(claim) => return claim,
        Some(claim) => cyrillic::instead_of(claim, body).unwrap_or(claim),
        None => cyrillic::likeliest(body).unwrap_or_else(|| detected(body)),
    };
    kazakh::instead_of(charset, body).unwrap_or(charset)
}

fn detected(body: &[u8]) -> Charset {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    Charset::Standard(detector.guess(None, chardetng::Utf8Detection::Allow))
}

/// Takes the XML declaration off: the text is no longer in the encoding that it names.
fn without_declaration(mut text: String) -> String {
    let start = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let end = match text[start..].strip_prefix("<?xml").and_then(|rest| rest.find("?>")) {
        Some(end) => start + "<?xml".len() + end + "?>".len(),
        None => start,
    };
    text.drain(..end);
    text
}
