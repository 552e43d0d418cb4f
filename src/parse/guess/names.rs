//! Which names of a page will be there tomorrow, how they are written in CSS, and which URLs are an article's.

use std::fmt::Write;

use url::Url;

/// Longest class or id used, in bytes.
const MAX_NAME: usize = 60;

/// Classes of Tailwind, Bootstrap and their like that stand alone.
const UTILITIES: [&str; 44] = [
    "flex",
    "grid",
    "block",
    "inline",
    "hidden",
    "relative",
    "absolute",
    "fixed",
    "sticky",
    "static",
    "container",
    "container-fluid",
    "row",
    "col",
    "clearfix",
    "active",
    "current",
    "first",
    "last",
    "odd",
    "even",
    "group",
    "border",
    "rounded",
    "shadow",
    "truncate",
    "uppercase",
    "lowercase",
    "capitalize",
    "underline",
    "italic",
    "transition",
    "transform",
    "antialiased",
    "left",
    "right",
    "pull-left",
    "pull-right",
    "visible",
    "show",
    "fade",
    "wow",
    "lazy",
    "lazyload",
];
/// What utility classes begin with; what follows is a number, a size or a colour.
const PREFIXES: [&str; 52] = [
    "p", "m", "px", "py", "pt", "pb", "pl", "pr", "mx", "my", "mt", "mb", "ml", "mr", "ms", "me", "ps", "pe", "w", "h", "min", "max",
    "text", "bg", "font", "leading", "tracking", "border", "rounded", "shadow", "gap", "space", "divide", "items", "justify", "self",
    "order", "flex", "col", "row", "overflow", "object", "inset", "top", "z", "opacity", "duration", "d", "align", "line", "aspect",
    "grid",
];
const VALUES: [&str; 50] = [
    "span",
    "cols",
    "xs",
    "sm",
    "md",
    "lg",
    "xl",
    "full",
    "auto",
    "screen",
    "center",
    "left",
    "right",
    "start",
    "end",
    "between",
    "around",
    "none",
    "cover",
    "contain",
    "medium",
    "bold",
    "semibold",
    "normal",
    "light",
    "thin",
    "hidden",
    "white",
    "black",
    "gray",
    "grey",
    "red",
    "blue",
    "green",
    "slate",
    "muted",
    "primary",
    "secondary",
    "tight",
    "snug",
    "relaxed",
    "wrap",
    "col",
    "row",
    "flex",
    "grid",
    "block",
    "x",
    "y",
    "clamp",
];

/// Whether a class or id names what its element is. One that a build step made, that says how its element looks, or that numbers it, does not.
pub(super) fn is_stable(name: &str) -> bool {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) && name.len() <= MAX_NAME;
    is_plain && name.chars().any(char::is_alphabetic) && !UTILITIES.contains(&name) && !is_utility(name) && !is_made(name)
}

fn is_utility(name: &str) -> bool {
    let mut parts = name.trim_start_matches('-').split('-');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    rest.peek().is_some()
        && PREFIXES.contains(&first)
        && rest.all(|part| VALUES.contains(&part) || part.starts_with(|c: char| c.is_ascii_digit()))
}

/// `css-1x2y3z`, `sc-bdVaJa`, `Card_title__3xK9d`, `post-12345`, `jsx-123`: letters and digits, or small and capital letters, mixed up.
fn is_made(name: &str) -> bool {
    let first = name.split(['-', '_']).next().unwrap_or_default();
    if matches!(first, "css" | "sc" | "jsx" | "jss" | "emotion" | "svelte" | "styled") {
        return true;
    }
    name.split(['-', '_']).any(|part| {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let is_number = digits >= 2 && digits == part.len();
        let changes = part.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
        let capitals = part.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
        let has_vowel = part.chars().any(|c| "aeiouyAEIOUY".contains(c));
        let is_hash = part.len() >= 5 && (changes >= 2 || (digits >= 1 && capitals >= 1) || capitals >= 3);
        is_number || is_hash || (part.len() >= 5 && !has_vowel && digits > 0)
    })
}

pub(super) fn symbol_of_class(class: &str) -> String {
    format!(".{}", escaped(class))
}

pub(super) fn symbol_of_id(id: &str) -> String {
    format!("#{}", escaped(id))
}

/// A name as CSS writes it (CSSOM §2.1).
fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for (at, letter) in name.chars().enumerate() {
        let is_early = at == 0 || (at == 1 && name.starts_with('-'));
        if letter.is_ascii_digit() && is_early {
            write!(escaped, "\\{:x} ", u32::from(letter)).expect("a String takes everything");
        } else if letter.is_alphanumeric() || letter == '_' || (letter == '-' && name.len() > 1) || !letter.is_ascii() {
            escaped.push(letter);
        } else {
            escaped.push('\\');
            escaped.push(letter);
        }
    }
    escaped
}

/// What stands in the paths of lists.
const LISTS: [&str; 20] = [
    "/tag/",
    "/tags/",
    "/category/",
    "/categories/",
    "/rubric/",
    "/rubrics/",
    "/rubrika/",
    "/section/",
    "/sections/",
    "/razdel/",
    "/author/",
    "/authors/",
    "/page/",
    "/search/",
    "/topic/",
    "/topics/",
    "/theme/",
    "/themes/",
    "/user/",
    "/users/",
];

/// Whether a URL looks like an article's: a number, a date, or a slug of several words; not a rubric's name or a page of a list.
pub(super) fn is_article(url: &Url) -> bool {
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let depth = url.path().split('/').filter(|segment| !segment.is_empty()).count();
    let path = url.path().to_ascii_lowercase() + "/";
    if depth == 0 || LISTS.iter().any(|part| path.contains(part)) {
        return false;
    }
    let digits = url.path().chars().filter(char::is_ascii_digit).count();
    let words = last.split(['-', '_', '+']).filter(|word| word.len() >= 2).count();
    let has_number = url.query_pairs().any(|(key, value)| {
        matches!(&*key, "id" | "p" | "newsid" | "news_id" | "ELEMENT_ID" | "article")
            && !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_digit())
    });
    digits >= 3 || words >= 3 || last.len() >= 25 || has_number || (digits >= 2 && depth >= 2) || (last.ends_with(".html") && depth >= 2)
}
