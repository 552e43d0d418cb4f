//! Names of charsets, as headers and documents write them.
//!
//! The labels of the WHATWG Encoding Standard come first. Beyond them the names that IANA, Python, Java and Microsoft know: with other
//! hyphens, and as numbers of code pages behind a prefix ("cp1251", "win-1251", "ibm866"). UTF-7 and the charsets that the standard maps to
//! "replacement" (hz-gb-2312, iso-2022-kr) are no charset for us: their escapes hide markup from whoever looks at the bytes. EBCDIC is none
//! either.

use encoding_rs::Encoding;

use super::charset::Charset;
use super::page::Page;

/// Longest label looked at, in bytes.
const MAX_LABEL: usize = 40;

/// The charset of a label; None when it names none, or one that is refused.
pub(super) fn charset(label: &str) -> Option<Charset> {
    let label = label.trim();
    if label.len() > MAX_LABEL {
        return None;
    }
    standard(label).or_else(|| {
        let folded: String = label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        Page::for_label(&folded)
            .map(Charset::Page)
            .or_else(|| alias(&folded))
            .or_else(|| code_page(&folded))
            .or_else(|| part_of_8859(&folded))
    })
}

fn standard(label: &str) -> Option<Charset> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::X_USER_DEFINED)?;
    Some(Charset::Standard(encoding))
}

/// Names that are no label of the standard, in lower case, of letters and digits alone; and the standard's label.
const ALIASES: [(&[&str], &str); 15] = [
    (&["utf8", "u8", "utf", "utf8bom", "utf8mb4"], "utf-8"),
    (&["u16", "utf16", "ucs2", "iso10646ucs2", "csunicode", "utf16le", "utf16ule"], "utf-16le"),
    (&["utf16be", "utf16ube"], "utf-16be"),
    (&["ascii", "usascii", "646", "l1", "latin", "westerneuropean", "msansi", "ansi"], "windows-1252"),
    (&["mscyrl", "wincyrillic", "windowscyrillic", "winkoi"], "windows-1251"),
    (&["koi8r", "koi8", "koi", "cskoi8r"], "koi8-r"),
    (&["koi8u", "koi8ru"], "koi8-u"),
    (&["maccyrillic", "macukrainian"], "x-mac-cyrillic"),
    (&["macroman", "macintosh", "mac"], "macintosh"),
    (&["msee"], "windows-1250"),
    (&["sjis", "shiftjis", "sjis2004", "shiftjis2004", "shiftjisx0213", "mskanji", "ms932"], "shift_jis"),
    (&["eucjp", "ujis", "eucjis2004", "eucjisx0213"], "euc-jp"),
    (&["iso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jp2004", "iso2022jp3", "iso2022jpext"], "iso-2022-jp"),
    (&["euckr", "ksc5601", "ksx1001", "uhc", "korean"], "euc-kr"),
    (&["big5", "big5hkscs", "big5tw"], "big5"),
];

fn alias(folded: &str) -> Option<Charset> {
    match folded {
        "u32" | "utf32" | "ucs4" | "iso10646ucs4" | "csucs4" | "utf32le" => return Some(Charset::Utf32Le),
        "utf32be" => return Some(Charset::Utf32Be),
        "gb2312" | "gbk" | "euccn" | "gb18030" | "gb180302000" | "gb231280" => return standard("gb18030"),
        "tis620" | "thai" => return standard("windows-874"),
        _ => {}
    }
    ALIASES.iter().find(|(names, _)| names.contains(&folded)).and_then(|(_, label)| standard(label))
}

/// A code page of Microsoft or IBM by its number, behind one of the usual prefixes.
fn code_page(folded: &str) -> Option<Charset> {
    const PREFIXES: [&str; 11] = ["windows", "microsoftcp", "xcp", "win", "csibm", "cspc", "ibm", "dos", "oem", "cp", "ms"];
    let digits = PREFIXES.iter().find_map(|prefix| folded.strip_prefix(prefix)).unwrap_or(folded);
    let number: u32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    match number {
        1250..=1258 => standard(&format!("windows-{number}")),
        28_591..=28_606 => standard(&format!("iso-8859-{}", number - 28_590)),
        65_001 => standard("utf-8"),
        866 => standard("ibm866"),
        874 => standard("windows-874"),
        932 => standard("shift_jis"),
        936 | 54_936 => standard("gb18030"),
        949 | 51_949 => standard("euc-kr"),
        950 => standard("big5"),
        51_932 => standard("euc-jp"),
        20_866 => standard("koi8-r"),
        21_866 => standard("koi8-u"),
        20_127 | 819 => standard("windows-1252"),
        10_000 => standard("macintosh"),
        10_007 => standard("x-mac-cyrillic"),
        154 => Page::for_label("pt154").map(Charset::Page),
        1048 => Page::for_label("kz1048").map(Charset::Page),
        _ => Page::for_label(digits).map(Charset::Page),
    }
}

/// A part of ISO 8859, whatever stands between its numbers: "iso8859_5", "8859-5", "ISO_8859-5:1988".
fn part_of_8859(folded: &str) -> Option<Charset> {
    let part = folded.strip_prefix("iso").unwrap_or(folded).strip_prefix("8859")?;
    let part = part.strip_suffix("1987").or_else(|| part.strip_suffix("1988")).or_else(|| part.strip_suffix("1989")).unwrap_or(part);
    match part {
        // Latin-5 and Thai: the standard's supersets.
        "9" => standard("windows-1254"),
        "11" => standard("windows-874"),
        _ => standard(&format!("iso-8859-{part}")),
    }
}
