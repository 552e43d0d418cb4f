//! Bytes and headers -> well-formed text.
//!
//! Which charset a document is in: its byte order mark, then UTF-8 if it is valid as such but for stray bytes, then what the HTTP
//! header or the document itself declares, if that decodes without errors, then detection. Whatever comes, text comes out.

use encoding_rs::{Encoding, UTF_8};

/// A document as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Without byte order mark and without XML declaration, whose encoding no longer holds.
    pub text: String,
    /// The WHATWG name of the charset that was used.
    pub charset: &'static str,
    /// Whether bytes had to be replaced by U+FFFD.
    pub is_lossy: bool,
}

/// How far into a document a declaration of its charset is looked for, in bytes.
const DECLARATION_SPAN: usize = 1024;

/// The text of `body`, which came with the header `content_type`.
pub fn decode(body: Vec<u8>, content_type: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(&body) {
        return decode_as(encoding, &body[mark..]);
    }
    if let Some(encoding) = unmarked_utf16(&body) {
        return decode_as(encoding, &body);
    }
    // encoding_rs checks many bytes at a time where the standard library goes letter by letter.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(&body) {
        return Decoded { text: without_declaration(text.into_owned()), charset: UTF_8.name(), is_lossy: false };
    }
    if is_mostly_utf8(&body) {
        return decode_as(UTF_8, &body);
    }
    let declared = [content_type.and_then(header_charset), declared_charset(&body)];
    let clean = declared.into_iter().flatten().filter(|encoding| *encoding != UTF_8).map(|encoding| decode_as(encoding, &body));
    clean.into_iter().find(|decoded| !decoded.is_lossy).unwrap_or_else(|| decode_as(detected(&body), &body))
}

fn decode_as(encoding: &'static Encoding, body: &[u8]) -> Decoded {
    let (text, is_lossy) = encoding.decode_without_bom_handling(body);
    Decoded { text: without_declaration(text.into_owned()), charset: encoding.name(), is_lossy }
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

/// UTF-16 without a mark shows by the zero byte beside the first `<` (XML 1.0, appendix F.1).
fn unmarked_utf16(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [0, b'<', 0, _, ..] => Some(encoding_rs::UTF_16BE),
        [b'<', 0, _, 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// The charset parameter of a Content-Type.
fn header_charset(content_type: &str) -> Option<&'static Encoding> {
    let parameter = content_type.split(';').skip(1).map(str::trim).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value.trim())
    })?;
    Encoding::for_label(parameter.trim_matches(['"', '\'']).as_bytes())
}

/// The charset in `encoding="…"` of an XML declaration, or in `charset=…` of an HTML page.
fn declared_charset(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(DECLARATION_SPAN)]);
    let after = ["encoding=", "charset="].iter().find_map(|name| head.split_once(name)).map(|(_, after)| after)?;
    let label: String =
        after.trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || "-_:.+".contains(*c)).collect();
    Encoding::for_label(label.as_bytes())
}

fn detected(body: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
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
