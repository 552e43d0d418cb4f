//! Bytes and a Content-Type to text: the first line is the header. What came out is text to whoever is told that it is UTF-8.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taspa::decode::decode;

fuzz_target!(|data: &[u8]| {
    let line_end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, body) = data.split_at(line_end);
    let decoded = decode(body.to_vec(), str::from_utf8(header).ok());
    // No charset makes more than three bytes of one, a lone one replaced.
    assert!(decoded.text.len() <= 3 * body.len() + 3, "{} of {}", decoded.text.len(), body.len());
    // Marks of what was lost stay such, and zeros may be of wider letters.
    if decoded.text.contains(['\0', '\u{fffd}']) {
        return;
    }
    let again = decode(decoded.text.clone().into_bytes(), Some("text/plain; charset=utf-8"));
    assert!(!again.is_lossy, "text is text");
});
