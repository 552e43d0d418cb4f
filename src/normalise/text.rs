//! Plain text: characters that XML allows, one line, a bound, absolute links.

use std::borrow::Cow;

use url::Url;

/// Longest URL kept, in bytes.
const MAX_URL: usize = 4096;

/// The text without characters that XML 1.0 §2.2 forbids.
pub(super) fn clean(text: &str) -> String {
    without_controls(text).into_owned()
}

pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    if may_have_forbidden(text.as_bytes()) { Cow::Owned(text.replace(is_forbidden, "")) } else { Cow::Borrowed(text) }
}

/// Whether any byte could be part of a forbidden character. Nearly all texts have none, and bytes are looked at many at a time.
fn may_have_forbidden(bytes: &[u8]) -> bool {
    let is_low = |byte: u8| (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0x7f);
    let has_low = bytes.iter().fold(false, |found, byte| found | is_low(*byte));
    // In UTF-8 U+0080 to U+009F begin with C2, U+FEFF with EF BB, U+FFFE and U+FFFF with EF BF.
    has_low
        || memchr::memchr2_iter(0xc2, 0xef, bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
            (0xc2, Some(second)) => *second < 0xa0,
            (_, second) => matches!(second, Some(0xbb | 0xbf)),
        })
}

/// What XML forbids or discourages (XML 1.0 §2.2), and the byte order mark, which says nothing inside a text.
fn is_forbidden(c: char) -> bool {
    let is_control = matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}');
    is_control || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The text on one line: every run of white space is one space, none at the ends.
pub(super) fn one_line(text: &str) -> String {
    parted(text, |_| ' ')
}

/// Where a line of [`lines`] ends.
pub(super) const LINE_END: char = '\u{2029}';

/// The text in lines that [`LINE_END`]s or blank lines part: within them every other run of white space is one space, no line is empty.
pub(super) fn lines(text: &str) -> String {
    parted(text, |gap| if gap.contains(LINE_END) || gap.matches('\n').count() > 1 { '\n' } else { ' ' })
}

/// The words of a text, between them what `between` makes of the white space there.
fn parted(text: &str, between: impl Fn(&str) -> char) -> String {
    let text = without_controls(text);
    let text = text.trim();
    let mut parted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = gap(rest) {
        let (words, after) = rest.split_at(at);
        parted.push_str(words);
        rest = after.trim_start();
        parted.push(between(&after[..after.len() - rest.len()]));
    }
    parted.push_str(rest);
    parted
}

/// Where the first white space stands that is more than one blank between two words. Most letters are passed over by their first byte:
/// white space beyond ASCII begins with one of four.
fn gap(text: &str) -> Option<usize> {
    let is_white = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_whitespace);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match MARKS[usize::from(*byte)] {
            Mark::None => {}
            Mark::Blank => match bytes.get(at + 1).map(|next| MARKS[usize::from(*next)]) {
                Some(Mark::None) => {}
                Some(Mark::Perhaps) if !is_white(at + 1) => {}
                _ => return Some(at),
            },
            Mark::White => return Some(at),
            Mark::Perhaps if is_white(at) => return Some(at),
            Mark::Perhaps => {}
        }
        at += 1;
    }
    None
}

/// What a byte of UTF-8 may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Blank,
    White,
    /// White space beyond ASCII.
    Perhaps,
}

static MARKS: [Mark; 256] = {
    let mut marks = [Mark::None; 256];
    let mut byte = b'\t';
    while byte <= b'\r' {
        marks[byte as usize] = Mark::White;
        byte += 1;
    }
    marks[b' ' as usize] = Mark::Blank;
    marks[0xc2] = Mark::Perhaps;
    marks[0xe1] = Mark::Perhaps;
    marks[0xe2] = Mark::Perhaps;
    marks[0xe3] = Mark::Perhaps;
    marks
};

/// At most `most` characters, cut between two words where there is a gap, with an ellipsis.
pub fn shorten(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([' ', ',', '.', ':', ';', '–', '—', '-']))
}

/// The link as an absolute http or https URL.
pub(super) fn absolute(link: &str, base: &Url) -> Option<Url> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_URL {
        return None;
    }
    let url = base.join(link).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
