//! What every format shows of a story.

use super::versions::naming;
use crate::view::Story;

/// Summary and content; the line that names the other outlets ends the one that readers see.
pub(super) fn texts(story: &Story, names_outlets: bool) -> (Option<String>, Option<String>) {
    let (mut summary, mut content) = (story.summary.clone(), content(story));
    if let Some(line) = names_outlets.then(|| naming(story)).flatten() {
        match (&mut content, &mut summary) {
            (Some(text), _) | (None, Some(text)) => text.push_str(&line),
            (None, None) => content = Some(line),
        }
    }
    (summary, content)
}

/// RFC 4287 §4.1.2: an entry without alternate link must have content.
fn content(story: &Story) -> Option<String> {
    match (&story.content, &story.link) {
        (Some(content), _) => Some(content.clone()),
        // Nothing but a title is known; the content says it again, so that it is not blank.
        (None, None) => Some(story.title.replace('&', "&amp;").replace('<', "&lt;")),
        (None, Some(_)) => None,
    }
}

/// A lead image that neither the text shows nor an enclosure carries, and that would be lost.
pub(super) fn lost_image(story: &Story) -> Option<&str> {
    let image = story.image.as_deref()?;
    let is_shown = story.content.as_deref().or(story.summary.as_deref()).is_some_and(|html| html.contains(&image.replace('&', "&amp;")));
    (!is_shown && !story.enclosures.iter().any(|file| file.url == image)).then_some(image)
}

/// The media type that the file's name tells.
pub(super) fn image_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match path.rsplit_once('.')?.1 {
        "jpg" | "jpeg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "gif" => Some("image/gif"),
        "avif" => Some("image/avif"),
        _ => None,
    }
}
