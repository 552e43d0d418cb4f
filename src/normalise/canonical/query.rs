//! The query of an article: the parameters that may name it, in one order.

use super::percent::one_spelling;
use super::tracking::is_tracking;
use crate::config::ParameterName;

/// Writes what a query says of its article behind `text`; nothing where it says nothing.
pub(super) fn push(text: &mut String, query: &str, tracking: &[ParameterName]) {
    let query = one_spelling(query);
    // Feeds that escape twice leave the rest of an `&amp;` in front of a name.
    let pairs = query.split('&').map(|pair| pair.trim_start_matches("amp;"));
    let mut kept: Vec<&str> = pairs.filter(|pair| !matches!(*pair, "" | "=") && !is_tracking(pair, tracking)).collect();
    // Stable: of equal names, as in `tag[]=a&tag[]=b`, the order may tell something.
    kept.sort_by_key(|pair| pair.split('=').next());
    for (number, pair) in kept.iter().enumerate() {
        text.push(if number == 0 { '?' } else { '&' });
        text.push_str(pair);
    }
}
