//! Pictures and frames of clean HTML, made fit for readers that run no script.
//!
//! Lazy pictures get the address that a script would have given them. Counters go, and so do pictures too small to be seen. A frame
//! goes too, since no reader shows it safely; one of a known video host leaves a link to the video. One pass over the text, which the
//! sanitiser has written: tags are whole, values quoted, and no `<` or `>` stands in them or in texts.

use std::borrow::Cow;
use std::fmt::Write;

use url::Url;

use super::{segment, unescape};
use crate::normalise::text;
use crate::parse::picture::{self, LAZY, LAZY_SETS};

/// What the sanitiser has to leave on a picture and on a frame for this room to judge by; it leaves none of them in the text.
pub(super) fn evidence() -> impl Iterator<Item = &'static str> {
    LAZY.into_iter().chain(LAZY_SETS).chain(["srcset", "style"])
}

/// Longest label of a frame that is shown, in characters.
const MAX_LABEL: usize = 200;

/// The text with its pictures and frames mended; addresses that scripts would have set are resolved against `base`.
pub(super) fn mended(html: String, base: &Url) -> String {
    if !html.contains("<img") && !html.contains("<iframe") {
        return html;
    }
    let mut clean = String::with_capacity(html.len());
    // Links hold no links (HTML §4.5.1): a video's waits for the end of the one that its frame stands in.
    let (mut is_in_link, mut waiting) = (false, String::new());
    let mut rest = html.as_str();
    while let Some((text, tag, after)) = segment(rest) {
        clean.push_str(text);
        rest = after;
        match name_of(tag) {
            "img" => picture(tag, base, &mut clean),
            "iframe" => {
                let video = video(tag, base).unwrap_or_default();
                if is_in_link {
                    waiting.push_str(&video)
                } else {
                    clean.push_str(&video)
                }
                // What stands in it is for browsers that know no frames, and raw text (HTML §13.2.6.4.7): no other `<` is a tag's.
                rest = after.split_once("</iframe>").map_or("", |(_, after)| after);
            }
            name => {
                clean.push_str(tag);
                is_in_link = name == "a" || is_in_link && name != "/a";
                if !is_in_link {
                    clean.push_str(&std::mem::take(&mut waiting));
                }
            }
        }
    }
    clean
}

fn name_of(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    inner.split(' ').next().unwrap_or_default()
}

/// The attributes of a tag that the sanitiser wrote, their values as they stand there.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some((name.trim(), value))
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    attributes(tag).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Writes a picture that can be seen; of one that cannot, what it says in words.
fn picture(tag: &str, base: &Url, clean: &mut String) {
    if is_unseen(tag) {
        return;
    }
    match source(tag, base) {
        Some(source) if picture::counts_readers(&source) => {}
        Some(source) => {
            clean.push_str("<img");
            write_attribute(clean, "src", &escaped(source.as_str()));
            for name in ["alt", "title"] {
                if let Some(value) = attribute(tag, name) {
                    write_attribute(clean, name, value);
                }
            }
            for name in ["width", "height"] {
                if let Some(value) = attribute(tag, name).map(str::trim).filter(|value| is_size(value)) {
                    write_attribute(clean, name, value);
                }
            }
            clean.push('>');
        }
        None => clean.push_str(&attribute(tag, "alt").unwrap_or_default().replace("&quot;", "\"")),
    }
}

fn write_attribute(clean: &mut String, name: &str, value: &str) {
    write!(clean, " {name}=\"{value}\"").expect("a String takes all");
}

/// HTML §13.3.
fn escaped(address: &str) -> Cow<'_, str> {
    if !address.contains(['&', '"', '<', '>']) {
        return Cow::Borrowed(address);
    }
    Cow::Owned(address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// Pixels or hundredths (HTML §15.4.3).
fn is_size(value: &str) -> bool {
    let number = value.strip_suffix('%').or_else(|| value.strip_suffix("px")).unwrap_or(value);
    !number.is_empty() && number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a picture is a dot, or hidden.
fn is_unseen(tag: &str) -> bool {
    let is_dot = |value: &str| matches!(value.trim().trim_end_matches("px"), "0" | "1");
    let style: String = attribute(tag, "style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
    let mut rules = style.split(';').filter_map(|rule| rule.split_once(':'));
    ["width", "height"].iter().any(|side| attribute(tag, side).is_some_and(is_dot))
        || rules.any(|(name, value)| match name {
            "display" => value.starts_with("none"),
            "visibility" => value.starts_with("hidden"),
            "width" | "height" | "max-width" | "max-height" => is_dot(value),
            _ => false,
        })
}

/// Where a picture lies: where a script would look for it first, since what stands in `src` till then holds its place.
fn source(tag: &str, base: &Url) -> Option<Url> {
    let lazy = LAZY.iter().filter_map(|name| attribute(tag, name)).find_map(|address| on_the_web(address, base));
    let of_set = |name: &str| attribute(tag, name).and_then(|set| on_the_web(picture::largest(set), base));
    lazy.or_else(|| LAZY_SETS.into_iter().find_map(of_set))
        .or_else(|| attribute(tag, "src").and_then(|address| on_the_web(address, base)))
        .or_else(|| of_set("srcset"))
}

fn on_the_web(address: &str, base: &Url) -> Option<Url> {
    text::absolute(&unescape(address), base)
}

/// A host of videos: the ends of its names, what it is called, and where people watch what a frame of it shows.
struct Host {
    names: &'static [&'static str],
    title: &'static str,
    page: fn(&Url) -> Option<String>,
}

const HOSTS: [Host; 11] = [
    Host {
        names: &["youtube.com", "youtube-nocookie.com", "youtu.be"],
        title: "YouTube",
        page: |url| Some(format!("https://www.youtube.com/watch?v={}", behind(url, &["/embed/", "/v/", "/shorts/"])?)),
    },
    Host { names: &["vimeo.com"], title: "Vimeo", page: |url| Some(format!("https://vimeo.com/{}", behind(url, &["/video/"])?)) },
    Host {
        names: &["rutube.ru"],
        title: "RuTube",
        page: |url| Some(format!("https://rutube.ru/video/{}/", behind(url, &["/play/embed/", "/video/embed/"])?)),
    },
    Host {
        names: &["vk.com", "vk.ru", "vkvideo.ru"],
        title: "VK",
        page: |url| Some(format!("https://vk.com/video{}_{}", parameter(url, "oid")?, parameter(url, "id")?)),
    },
    Host { names: &["ok.ru"], title: "OK", page: |url| Some(format!("https://ok.ru/video/{}", behind(url, &["/videoembed/"])?)) },
    Host {
        names: &["dailymotion.com", "dai.ly"],
        title: "Dailymotion",
        page: |url| Some(format!("https://www.dailymotion.com/video/{}", behind(url, &["/embed/video/"])?)),
    },
    Host { names: &["facebook.com"], title: "Facebook", page: |url| parameter(url, "href") },
    Host { names: &["tiktok.com"], title: "TikTok", page: |_| None },
    Host { names: &["instagram.com"], title: "Instagram", page: |_| None },
    Host { names: &["t.me", "telegram.org"], title: "Telegram", page: |_| None },
    Host { names: &["twitch.tv", "coub.com", "my.mail.ru", "frontend.vh.yandex.ru", "player.twitch.tv"], title: "Video", page: |_| None },
];

/// The part of the path behind one of its beginnings.
fn behind<'a>(url: &'a Url, beginnings: &[&str]) -> Option<&'a str> {
    let rest = beginnings.iter().find_map(|beginning| url.path().strip_prefix(beginning))?;
    rest.split('/').next().filter(|id| !id.is_empty() && *id != "videoseries")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A link to the video of a frame; None where the frame is of no known host.
fn video(tag: &str, base: &Url) -> Option<String> {
    let named = ["src"].iter().chain(&LAZY).filter_map(|name| attribute(tag, name));
    let (url, host) = named.filter_map(|address| on_the_web(address, base)).find_map(|url| {
        let host = HOSTS.iter().find(|host| host.names.iter().any(|domain| picture::is_under(&url, domain)))?;
        Some((url, host))
    })?;
    let page = (host.page)(&url).and_then(|page| Url::parse(&page).ok()).filter(|page| matches!(page.scheme(), "http" | "https"));
    let label = attribute(tag, "title").map(|title| text::one_line(&unescape(title))).filter(|title| !title.is_empty());
    let label = label.map_or_else(|| host.title.to_owned(), |title| text::shorten(&title, MAX_LABEL));
    let href = page.unwrap_or(url);
    Some(format!("<a href=\"{}\" rel=\"noopener noreferrer\">▶ {}</a>", escaped(href.as_str()), super::escape(&label)))
}
