//! Relative links -> absolute ones, in the letters in which they are written.
//!
//! RFC 3986 §5.2 on strings: a parser of URLs would change the spelling (`https://a.kz` becomes `https://a.kz/`), and what a document says
//! is shown as it says it. Nothing here judges a link; normalising does.

use std::borrow::Cow;

/// The link that `reference` is, read in a document at `base`. Without a base, or with one that is no address, it stays as it is.
pub(super) fn resolve<'a>(base: &str, reference: &'a str) -> Cow<'a, str> {
    if base.is_empty() || scheme(reference).is_some() {
        return Cow::Borrowed(reference);
    }
    let scheme_end = scheme(base).map_or(0, |scheme| scheme.len() + 1);
    let (scheme, rest) = base.split_at(scheme_end);
    if scheme_end > 0 && !rest.starts_with('/') {
        // `tag:…`, `urn:…`: nothing is relative to them.
        return Cow::Borrowed(reference);
    }
    if reference.starts_with("//") {
        return Cow::Owned([scheme, reference].concat());
    }
    let authority_end = match rest.strip_prefix("//") {
        Some(after) => 2 + after.find(['/', '?', '#']).unwrap_or(after.len()),
        None => 0,
    };
    let (authority, rest) = rest.split_at(authority_end);
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, _) = rest.split_once('?').unwrap_or((rest, ""));
    let directory = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
    let joined = match reference.as_bytes().first() {
        None | Some(b'#') => [rest, reference].concat(),
        Some(b'?') => [path, reference].concat(),
        Some(b'/') => without_dots(reference),
        Some(_) if directory.is_empty() && !authority.is_empty() => without_dots(&["/", reference].concat()),
        Some(_) => without_dots(&[directory, reference].concat()),
    };
    Cow::Owned([scheme, authority, &joined].concat())
}

/// The scheme of a link (RFC 3986 §3.1); None when it is relative.
fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

/// The path of a link without its `.` and `..` (RFC 3986 §5.2.4); query and fragment stay as they are.
fn without_dots(link: &str) -> String {
    let (path, rest) = link.split_at(link.find(['?', '#']).unwrap_or(link.len()));
    if !path.contains("./") && !path.ends_with('.') {
        return link.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                if kept.len() > 1 || kept.first().is_some_and(|first| !first.is_empty()) {
                    kept.pop();
                }
            }
            segment => {
                kept.push(segment);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    let path = kept.join("/");
    let slash = if link.starts_with('/') && !path.starts_with('/') { "/" } else { "" };
    [slash, &path, rest].concat()
}
