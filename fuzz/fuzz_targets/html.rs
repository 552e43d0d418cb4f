//! HTML to safe HTML: nothing that runs, nothing that hides, and no more than a text may have.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taspa::normalise::{lines_of, plain_line, safe_html, text_of};
use url::Url;

/// 1 MiB of text, and what a mended picture may add.
const MAX_TEXT: usize = 3 << 20;

fuzz_target!(|html: &str| {
    let base = Url::parse("https://news.example/a/b").expect("it is a URL");
    let _ = plain_line(html);
    let Some(safe) = safe_html(html, &base) else { return };
    assert!(safe.len() <= MAX_TEXT, "{}", safe.len());
    assert!(!text_of(&safe).contains('\n'));
    let _ = lines_of(&safe);
    for tag in tags(&safe) {
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(!["script", "style", "iframe", "object", "embed", "form", "svg", "math", "base", "meta", "link"].contains(&name), "{safe}");
        for (attribute, value) in attributes(tag) {
            assert!(!attribute.starts_with("on") && !["style", "srcdoc", "srcset", "class", "id"].contains(&attribute), "{safe}");
            let value: String = value.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let is_address = ["href", "src", "cite", "poster"].contains(&attribute);
            assert!(!is_address || ["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme)), "{attribute}={value}: {safe}");
        }
    }
});

fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split_once('>').expect("each tag ends").0)
}

fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some((name.trim(), value))
    })
}
