//! Pictures of a page: where they lie, and what is said of them.

use dom_query::NodeRef;
use url::Url;

use super::tree::{self, Step, name_of};
use crate::parse::Page;
use crate::parse::picture::{LAZY, LAZY_SETS, counts_readers, largest};

/// Characters of text inside a figure, captions apart, from which on it is more than a picture.
const MUCH_TEXT: usize = 200;
/// Nodes below a figure from which on it is more than a picture.
const MAX_FIGURE: usize = 400;
/// Pictures below this width or height, in pixels, are signs and counters.
const MIN_SIZE: u32 = 60;
/// Longest caption, in characters; what is longer is text.
const MAX_CAPTION: usize = 600;

/// A picture and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub source: Url,
    pub alt: String,
    pub caption: String,
}

impl Picture {
    /// Longest caption, in bytes.
    const MAX_CAPTION: usize = 2000;

    pub(super) fn add_to_caption(&mut self, text: &str) {
        if self.caption.len() < Self::MAX_CAPTION && !self.caption.contains(text) {
            self.caption.push_str(if self.caption.is_empty() { "" } else { " " });
            self.caption.push_str(text);
        }
    }
}

/// The picture of a figure; None when it holds none, or text beside it.
pub(super) fn image_of<'a>(figure: NodeRef<'a>) -> Option<NodeRef<'a>> {
    if figure.descendants_it().nth(MAX_FIGURE).is_some() {
        return None;
    }
    let (mut image, mut letters) = (None, 0);
    tree::walk(figure, |step, node| {
        if step == Step::Leave {
            return true;
        }
        if node.is_text() {
            letters += tree::letters(&node.text());
        }
        let name = name_of(node);
        if name == "img" && image.is_none() {
            image = Some(node);
        }
        !tree::is_mute(&name) && !is_caption(node, &name)
    });
    image.filter(|_| letters < MUCH_TEXT)
}

/// The picture of an element that holds one and, in an element of its own, a short text below it: a figure by another name.
pub(super) fn wrapped_image<'a>(wrapper: NodeRef<'a>) -> Option<NodeRef<'a>> {
    let (mut image, mut letters, mut nodes, mut is_other) = (None, 0, 0, false);
    tree::walk(wrapper, |step, node| {
        nodes += 1;
        is_other |= nodes > MAX_WRAPPER;
        if step == Step::Leave || is_other {
            return !is_other;
        }
        if node.is_text() {
            let own = tree::letters(&node.text());
            letters += own;
            is_other |= own > 0 && (image.is_none() || node.parent().is_none_or(|parent| parent.id == wrapper.id || holds_image(parent)));
            return false;
        }
        match name_of(node).as_str() {
            "img" if image.is_none() => image = Some(node),
            "img" | "p" | "li" | "br" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" => is_other = true,
            "a" if image.is_some() => is_other = true,
            name => return !tree::is_mute(name),
        }
        true
    });
    image.filter(|_| !is_other && (1..=MAX_WRAPPED).contains(&letters))
}

fn holds_image(node: NodeRef<'_>) -> bool {
    node.children_it(false).any(|child| name_of(child) == "img")
}

/// Nodes of such an element, and letters of its text, at most.
const MAX_WRAPPER: usize = 40;
const MAX_WRAPPED: usize = 200;

/// Reads a picture: `image` is the img, `around` the figure that it stands in, or itself.
pub(super) fn read(page: &Page, image: NodeRef<'_>, around: NodeRef<'_>) -> Option<Picture> {
    let is_small = ["width", "height"].iter().any(|side| {
        let size = image.attr(side).and_then(|size| size.trim_end_matches("px").parse::<u32>().ok());
        size.is_some_and(|size| size < MIN_SIZE)
    });
    if is_small {
        return None;
    }
    let named = LAZY.iter().chain(&["src"]).filter_map(|name| image.attr(name)).find(|source| !source.trim_start().starts_with("data:"));
    let source = match named.filter(|source| !source.trim().is_empty()) {
        Some(source) => source.to_string(),
        None => largest(&LAZY_SETS.iter().chain(&["srcset"]).find_map(|name| image.attr(name))?).to_owned(),
    };
    let alt = image.attr("alt").map(|alt| alt.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    let source = page.absolute(&source)?;
    if source.path().ends_with(".svg") || counts_readers(&source) {
        return None;
    }
    Some(Picture { source, alt, caption: caption_in(around, image) })
}

fn caption_in(figure: NodeRef<'_>, image: NodeRef<'_>) -> String {
    if figure.id != image.id && name_of(figure) != "figure" {
        return text_of(figure);
    }
    let mut caption = String::new();
    tree::walk(figure, |step, node| {
        let is_new = step == Step::Enter && node.is_element() && is_caption(node, &name_of(node));
        if is_new && caption.len() < MAX_CAPTION {
            let text = text_of(node);
            caption.push_str(if caption.is_empty() || text.is_empty() { "" } else { " " });
            caption.push_str(&text);
        }
        !is_new
    });
    caption
}

/// The words of a caption: those of two elements are parted, even where only their style parts them.
pub(super) fn text_of(node: NodeRef<'_>) -> String {
    let mut words = Vec::new();
    tree::walk(node, |step, node| {
        if step == Step::Enter && node.is_text() {
            words.extend(tree::visible(&node.text()).split_whitespace().map(str::to_owned));
        }
        step == Step::Leave || !tree::is_mute(&name_of(node))
    });
    words.join(" ")
}

/// Whether an element holds what is said of a picture.
pub(super) fn is_caption(node: NodeRef<'_>, name: &str) -> bool {
    if name == "figcaption" {
        return true;
    }
    let may_be = matches!(name, "p" | "div" | "span" | "small" | "em" | "i" | "cite" | "dd" | "section");
    may_be && (node.has_attr("class") || node.has_attr("id")) && has_caption_words(node) && is_short(node)
}

/// Whether an element holds no picture, and no more text than a caption may have.
fn is_short(node: NodeRef<'_>) -> bool {
    let mut letters = 0;
    node.descendants_it().all(|inside| {
        letters += if inside.is_text() { tree::letters(&inside.text()) } else { 0 };
        letters <= MAX_CAPTION && !inside.has_name("img")
    })
}

fn has_caption_words(node: NodeRef<'_>) -> bool {
    const OF_PICTURES: [&str; 4] = ["photo", "image", "img", "picture"];
    const WORDS: [&str; 6] = ["author", "source", "description", "desc", "text", "title"];
    const CAPTIONS: [&str; 8] = ["caption", "captions", "figcaption", "credit", "credits", "photocredit", "imagecaption", "photocaption"];
    tree::names_of(node).iter().any(|words| {
        let is_in = |known: &[&str]| words.iter().position(|word| known.contains(&word.as_str()));
        let is_of_picture = is_in(&OF_PICTURES)
            .zip(is_in(&WORDS))
            .is_some_and(|(picture, word)| picture < word || WORDS[..2].contains(&words[word].as_str()));
        is_in(&CAPTIONS).is_some() || is_of_picture
    })
}
