//! The links of a listing's items, letter for letter as the page writes them: items have them resolved and in another spelling.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};

use url::Url;

use crate::parse::Item;

/// Gives each of the links, in their order, to the next item whose link it is once `absolute`.
pub(super) fn give<'a>(links: impl Iterator<Item = Cow<'a, str>>, absolute: impl Fn(&str) -> Option<Url>, items: &mut [Item]) {
    let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some(link) = &item.link {
            waiting.entry(link.clone()).or_default().push_back(index);
        }
    }
    for written in links {
        if let Some(queue) = waiting.get_mut(written.as_ref()) {
            queue.pop_front();
        } else if let Some(resolved) = absolute(&written)
            && let Some(index) = waiting.get_mut(resolved.as_str()).and_then(VecDeque::pop_front)
        {
            items[index].written = Some(written.into_owned());
        }
    }
}
