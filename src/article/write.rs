//! Blocks as simple HTML, and as plain text.

use url::Url;

use super::blocks::{Block, Kind};
use super::clean::Cleaned;
use super::picture::Picture;
use super::tree;

/// Says under the first picture whom the pictures are credited to, unless it says so itself.
pub(super) fn place_credit(cleaned: &mut Cleaned) {
    let Some(credit) = &cleaned.credit else { return };
    let pictures = cleaned.blocks.iter_mut().filter_map(|block| match &mut block.kind {
        Kind::Picture(picture) => Some(picture),
        Kind::Paragraph | Kind::Heading(_) | Kind::Item { .. } | Kind::Quote | Kind::Preformatted | Kind::Table => None,
    });
    if let Some(first) = pictures.into_iter().next().filter(|picture| picture.caption.is_empty()) {
        first.caption.clone_from(&credit.line);
    }
}

/// The first picture's address.
pub(super) fn first_picture(blocks: &[Block]) -> Option<Url> {
    blocks.iter().find_map(|block| match &block.kind {
        Kind::Picture(picture) => Some(picture.source.clone()),
        Kind::Paragraph | Kind::Heading(_) | Kind::Item { .. } | Kind::Quote | Kind::Preformatted | Kind::Table => None,
    })
}

/// One line a block.
pub(super) fn text(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block.text.as_str()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

pub(super) fn html(blocks: &[Block]) -> String {
    let mut html = String::new();
    let mut rest = blocks;
    while let Some(first) = rest.first() {
        let length = 1 + rest[1..].iter().take_while(|block| belongs(first, block)).count();
        let (part, after) = rest.split_at(length);
        write_part(&mut html, first, part);
        rest = after;
    }
    html
}

/// Whether a block stands in one element with the one that began it: lines of a paragraph, items of a list, paragraphs of a quotation.
fn belongs(first: &Block, block: &Block) -> bool {
    let is_same_group = first.group.is_some() && first.group == block.group;
    block.kind == first.kind && (is_same_group || block.continues)
}

fn write_part(html: &mut String, first: &Block, part: &[Block]) {
    match &first.kind {
        Kind::Paragraph => write_lines(html, "p", part),
        Kind::Heading(level) => write_lines(html, heading(*level), part),
        Kind::Item { ordered } => {
            let list = if *ordered { "ol" } else { "ul" };
            html.push_str(&format!("<{list}>"));
            write_lines(html, "li", part);
            html.push_str(&format!("</{list}>"));
        }
        Kind::Quote => {
            html.push_str("<blockquote>");
            write_lines(html, "p", part);
            html.push_str("</blockquote>");
        }
        Kind::Preformatted => write_lines(html, "pre", part),
        Kind::Table => html.extend(part.iter().map(|block| block.html.as_str())),
        Kind::Picture(picture) => write_picture(html, picture),
    }
}

/// Elements of one name, the lines of each parted by breaks.
fn write_lines(html: &mut String, name: &str, part: &[Block]) {
    for (index, block) in part.iter().enumerate() {
        let goes_on = index > 0 && block.continues;
        let start = if goes_on { "<br>".to_owned() } else { format!("<{name}>") };
        html.push_str(&start);
        html.push_str(&block.html);
        if !part.get(index + 1).is_some_and(|next| next.continues) {
            html.push_str(&format!("</{name}>"));
        }
    }
}

/// The headline stands above the article: its own headings begin at the second level.
fn heading(level: u8) -> &'static str {
    match level {
        0..=2 => "h2",
        3 => "h3",
        4.. => "h4",
    }
}

fn write_picture(html: &mut String, picture: &Picture) {
    let (source, alt) = (tree::escape_attribute(picture.source.as_str()), tree::escape_attribute(&picture.alt));
    html.push_str(&format!("<figure><img src=\"{source}\" alt=\"{alt}\">"));
    if !picture.caption.is_empty() {
        html.push_str(&format!("<figcaption>{}</figcaption>", tree::escape(&picture.caption)));
    }
    html.push_str("</figure>");
}
