//! What the HTTP header and the document itself say of the charset.

use super::charset::Charset;
use super::label;

/// How far into a document a declaration of its charset is looked for, in bytes.
const DECLARATION_SPAN: usize = 1024;

/// The charset parameter of a Content-Type (RFC 9110 §8.3.2), quoted as it may be.
pub(super) fn by_header(content_type: &str) -> Option<Charset> {
    let parameter = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value.trim())
    })?;
    label::charset(parameter.trim_matches(['"', '\'']))
}

/// The charset in `encoding="…"` of an XML declaration, or in `charset=…` of an HTML page.
pub(super) fn by_document(body: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(&body[..body.len().min(DECLARATION_SPAN)]).to_ascii_lowercase();
    let declaration = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map(|(declaration, _)| declaration);
    let named = declaration.and_then(|declaration| value_of("encoding", declaration));
    label::charset(named.or_else(|| value_of("charset", &head)).or_else(|| value_of("encoding", &head))?)
}

/// The value of the first `name = "value"` in a text, quotes or not.
fn value_of<'a>(name: &str, text: &'a str) -> Option<&'a str> {
    let values = text.match_indices(name).filter_map(|(at, _)| text[at + name.len()..].trim_start().strip_prefix('='));
    let value = values.map(|after| after.trim_start().trim_start_matches(['"', '\''])).next()?;
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.+".contains(c)).unwrap_or(value.len());
    (end > 0).then_some(&value[..end])
}
