//! The first real picture of an item: not the placeholder of a lazy one, not a counter, not an icon.

use dom_query::NodeRef;
use url::Url;

use super::link::Base;
use super::text::{Step, Walk};
use crate::parse::picture::{LAZY, LAZY_SETS, largest};

/// Words in the address of what is no picture of the news.
const NO_PICTURES: [&str; 14] = [
    "blank.",
    "pixel",
    "spacer",
    "placeholder",
    "loading.",
    "loader",
    "1x1",
    "no-photo",
    "nophoto",
    "no-image",
    "noimage",
    "no_image",
    "/icon",
    "counter",
];
/// Up to this width or height, in pixels, a picture is an icon.
const ICON: u32 = 32;

/// The first picture below a node, the node itself included.
pub(super) fn first(top: NodeRef<'_>, base: &Base<'_>) -> Option<Url> {
    Walk::new(top).find_map(|step| match step {
        Step::Enter(node) if node.is_element() => of_element(node, base),
        Step::Enter(_) | Step::Leave(_) => None,
    })
}

/// The picture that one element shows.
pub(super) fn of_element(node: NodeRef<'_>, base: &Base<'_>) -> Option<Url> {
    if (node.has_name("img") || node.has_name("source")) && !is_icon(node) {
        return LAZY
            .into_iter()
            .chain(LAZY_SETS)
            .chain(["srcset", "src"])
            .find_map(|name| node.attr(name).and_then(|value| of_value(&value, base)));
    }
    let background = ["data-bg", "data-background", "data-background-image"].into_iter().find_map(|name| node.attr(name));
    let value = background.or_else(|| node.attr("style").filter(|style| style.contains("background")))?;
    of_value(&value, base)
}

/// The picture that an attribute names: an address, a list of candidates (`srcset`) or a style.
pub(super) fn of_value(value: &str, base: &Base<'_>) -> Option<Url> {
    let value = value.trim();
    let address = match value.find("url(") {
        Some(at) => value[at + 4..].split(')').next()?.trim().trim_matches(['"', '\'']),
        None => largest(value),
    };
    let lower = address.to_ascii_lowercase();
    let is_none = lower.starts_with("data:") || NO_PICTURES.iter().any(|word| lower.contains(word)) || address.contains(['{', '<']);
    if is_none { None } else { base.absolute(address) }
}

fn is_icon(node: NodeRef<'_>) -> bool {
    ["width", "height"]
        .into_iter()
        .any(|name| node.attr(name).and_then(|value| value.trim().parse().ok()).is_some_and(|size: u32| size <= ICON))
}
