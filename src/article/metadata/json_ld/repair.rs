//! JSON as pages have it -> values. What is cheap to mend is mended, anything else skipped.

use serde_json::Value;

/// Longest script read, in bytes.
const MAX_SCRIPT: usize = 1 << 20;
/// Most values of one script: some write several behind each other.
const MAX_VALUES: usize = 100;

/// The values of a script, up to the first that cannot be read.
pub(super) fn read(script: &str) -> Vec<Value> {
    if script.len() > MAX_SCRIPT {
        return Vec::new();
    }
    let script = unwrapped(script);
    let values = values(script);
    if values.is_empty() { self::values(&mended(script)) } else { values }
}

fn values(json: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(json).into_iter().map_while(Result::ok).take(MAX_VALUES).collect()
}

/// The script from its first bracket on, without the comments and CDATA marks that hid scripts from browsers and XML parsers. Those
/// at the end stand behind the last value, where nothing is read.
fn unwrapped(script: &str) -> &str {
    let json = &script[script.find(['{', '[']).unwrap_or(script.len())..];
    match json.strip_prefix("[CDATA[") {
        Some(rest) => &rest[rest.find(['{', '[']).unwrap_or(rest.len())..],
        None => json,
    }
}

/// The script with its line breaks inside of texts written as JSON has them, without commas in front of a closing bracket, with
/// quotes inside of texts and lonely backslashes escaped.
fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len() + 64);
    let mut letters = json.char_indices().peekable();
    let mut is_text = false;
    while let Some((at, letter)) = letters.next() {
        let rest = &json[at + letter.len_utf8()..];
        match letter {
            '"' if is_text && !closes_a_text(rest) => mended.push_str("\\\""),
            '"' => {
                is_text = !is_text;
                mended.push('"');
            }
            '\\' if is_text => match letters.peek().copied() {
                Some((_, next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'))) => {
                    letters.next();
                    mended.extend(['\\', next]);
                }
                Some((_, '\'')) => {}
                _ => mended.push_str("\\\\"),
            },
            '\n' if is_text => mended.push_str("\\n"),
            letter if is_text && letter.is_control() => mended.push(' '),
            ',' if !is_text && rest.trim_start().starts_with(['}', ']']) => {}
            letter => mended.push(letter),
        }
    }
    mended
}

/// Whether a quote in front of `rest` ends a text: only a colon, a comma, a bracket or nothing follows one, and behind these a value.
fn closes_a_text(rest: &str) -> bool {
    let rest = rest.trim_start();
    let is_value = |after: &str| after.trim_start().starts_with(|c: char| c.is_ascii_digit() || "\"{[}]-".contains(c));
    match rest.chars().next() {
        None | Some('}' | ']') => true,
        Some(',') => is_value(&rest[1..]),
        Some(':') => is_value(&rest[1..]) || rest[1..].trim_start().starts_with(['t', 'f', 'n']),
        Some(_) => false,
    }
}
