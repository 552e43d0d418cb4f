//! Authors: with elements of their own in Atom, as a text of several shapes in RSS.

/// What the elements inside of an author say of him.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub name: String,
    pub email: String,
    pub uri: String,
}

/// The name in `text`: what is left of `a@b.kz (Name)`, `Name <a@b.kz>` and their like without the address; the address where that is all.
pub(super) fn name_of(text: &str) -> String {
    let text = text.trim();
    let Some((start, end)) = address(text) else { return text.to_owned() };
    let address = &text[start..end];
    let without = text.replace(address, "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "");
    let without = without.trim().trim_start_matches("mailto:");
    let without = without.strip_prefix('(').unwrap_or(without);
    let without = without.strip_suffix(')').unwrap_or(without).trim();
    if without.is_empty() { address.to_owned() } else { without.to_owned() }
}

/// Where the first mail address stands in a text.
fn address(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.+-".contains(byte);
    let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    memchr::memchr_iter(b'@', bytes).find_map(|at| {
        let start = at - bytes[..at].iter().rev().take_while(|byte| is_local(byte)).count();
        let domain = bytes[at + 1..].iter().take_while(|byte| is_domain(byte)).count();
        let domain = text[at + 1..at + 1 + domain].trim_end_matches(['.', '-']);
        let is_address = start < at && domain.rsplit_once('.').is_some_and(|(host, top)| !host.is_empty() && top.len() >= 2);
        is_address.then_some((start, at + 1 + domain.len()))
    })
}
