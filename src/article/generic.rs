//! What a generic extractor takes for the text of a page's article: rs-trafilatura behind one function.
//!
//! It goes down into the tree by recursion and reads the text below an element again at each of its levels, so that it is given only
//! what [`Page::read`](crate::parse::Page::read) has let through, and of that only trees in which this stays cheap.

use dom_query::NodeRef;
use rs_trafilatura::page_type::PageType;
use rs_trafilatura::{Options, extract_with_options};

use super::tree::{self, Step};
use crate::parse::Page;

/// Most bytes of text, each counted once for every element that it stands in, and each element for sixteen.
const MAX_WORK: usize = 100_000_000;

/// The text that the extractor finds; None where the page would cost too much.
pub(super) fn text_of_article(page: &Page) -> Option<String> {
    if work(page.document.root()) > MAX_WORK {
        return None;
    }
    let options = Options {
        // Told that the page is an article it runs no classifier, which takes a third of its time and finds little else on news.
        page_type: Some(PageType::Article),
        // A longer text it cuts at a byte, and panics where that lies inside a letter.
        max_extracted_len: usize::MAX,
        ..Options::default()
    };
    extract_with_options(&page.document.html(), &options).ok().map(|result| result.content_text)
}

fn work(root: NodeRef<'_>) -> usize {
    let (mut work, mut depth) = (0_usize, 0);
    tree::walk(root, |step, node| {
        if step == Step::Leave {
            depth -= 1;
            return true;
        }
        let own = if node.is_text() { node.text().len() } else { 16 };
        work = work.saturating_add(own * depth);
        let goes_in = node.is_element();
        depth += usize::from(goes_in);
        goes_in
    });
    work
}
