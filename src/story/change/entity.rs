//! Character references of HTML: the numbered ones, and those names that the press writes for signs.

/// Longest name or number, in bytes.
const MAX_NAME: usize = 10;

/// The sign that a reference at the beginning of `text` stands for, and the reference's length. One that was escaped again, any number of
/// times, stands for the same: `&amp;amp;laquo;`.
pub(super) fn read(text: &str) -> Option<(char, usize)> {
    let mut name = text.strip_prefix('&')?;
    let mut is_ampersand = false;
    while let Some(rest) = name.strip_prefix("amp;") {
        name = rest;
        is_ampersand = true;
    }
    let start = text.len() - name.len();
    let end = name.bytes().take(MAX_NAME).position(|byte| byte == b';');
    let sign = end.and_then(|end| sign(&name[..end]).map(|sign| (sign, start + end + 1)));
    sign.or_else(|| is_ampersand.then_some(('&', start)))
}

fn sign(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.map(|(_, sign)| *sign)
}

const NAMES: &[(&str, char)] = &[
    ("nbsp", '\u{a0}'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("minus", '−'),
    ("hellip", '…'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", '\u{ad}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("bull", '•'),
    ("middot", '·'),
    ("times", '×'),
    ("deg", '°'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("numero", '№'),
    ("sect", '§'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("percnt", '%'),
    ("plus", '+'),
    ("quest", '?'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("eacute", 'é'),
    ("uuml", 'ü'),
    ("ouml", 'ö'),
    ("auml", 'ä'),
    ("ccedil", 'ç'),
    ("ntilde", 'ñ'),
];
