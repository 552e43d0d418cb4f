//! Takes the furniture of a page out of its tree before anything is read: menus, sidebars, share buttons, lists of other articles.
//!
//! An element goes by its role, or by the words of its classes and id. Names lie, so that an element which holds much of the page's
//! prose stays whatever it is called.

use std::collections::{HashMap, HashSet};

use dom_query::{NodeId, NodeRef};

use super::tree::{self, Step, name_of};
use crate::parse::Page;

/// Names of which one word is enough.
const FURNITURE: &[&str] = &[
    "ad",
    "ads",
    "adv",
    "advert",
    "adverts",
    "advertisement",
    "advertising",
    "adsbygoogle",
    "banner",
    "banners",
    "breadcrumb",
    "breadcrumbs",
    "comments",
    "cookie",
    "cookies",
    "consent",
    "disqus",
    "gdpr",
    "hashtags",
    "masthead",
    "mgid",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "newsletters",
    "outbrain",
    "pagination",
    "pager",
    "paywall",
    "popular",
    "popup",
    "promo",
    "promoted",
    "recirc",
    "recirculation",
    "recommend",
    "recommended",
    "recommendation",
    "recommendations",
    "related",
    "relatedposts",
    "respond",
    "share",
    "sharing",
    "sharebar",
    "sharedaddy",
    "shares",
    "sidebar",
    "signup",
    "skip",
    "social",
    "socials",
    "sponsor",
    "sponsored",
    "subscribe",
    "subscription",
    "taboola",
    "tags",
    "taglist",
    "toolbar",
    "tooltip",
    "trending",
    "widget",
    "ticker",
    "teaser",
    "teasers",
    "modal",
    "likes",
    "rating",
    "ratings",
    "views",
    "addthis",
    "addtoany",
    "hidden",
    "visually",
    "rollover",
    "popover",
    "dropdown",
    "tooltip",
    "screenreader",
    "readalso",
];

/// Names that are furniture only together: all words of a row.
const PAIRS: &[&[&str]] = &[
    &["most", "read"],
    &["more", "from"],
    &["more", "stories"],
    &["more", "news"],
    &["more", "articles"],
    &["read", "more"],
    &["read", "also"],
    &["see", "also"],
    &["also", "like"],
    &["author", "bio"],
    &["author", "box"],
    &["author", "info"],
    &["author", "card"],
    &["about", "author"],
    &["author", "description"],
    &["post", "meta"],
    &["entry", "meta"],
    &["article", "meta"],
    &["article", "tags"],
    &["post", "tags"],
    &["tag", "list"],
    &["tag", "links"],
    &["tags", "links"],
    &["post", "navigation"],
    &["next", "post"],
    &["prev", "post"],
    &["next", "article"],
    &["next", "news"],
    &["prev", "news"],
    &["next", "story"],
    &["up", "next"],
    &["read", "next"],
    &["follow", "us"],
    &["sign", "up"],
    &["comment", "list"],
    &["comment", "form"],
    &["sr", "only"],
    &["site", "footer"],
    &["site", "header"],
];

/// Share of the page's prose above which an element stays whatever its name.
const MUCH: f64 = 0.3;

/// Prunes the tree, but for `kept` and what holds it.
pub(super) fn prune(page: &Page, kept: &[NodeRef<'_>]) {
    let root = page.document.root();
    let prose = prose(root);
    let total = prose.get(&root.id).copied().unwrap_or(0);
    let kept: HashSet<NodeId> =
        kept.iter().flat_map(|node| std::iter::once(node.id).chain(node.ancestors_it(None).map(|above| above.id))).collect();
    let mut condemned = Vec::new();
    tree::walk(root, |step, node| {
        if step == Step::Leave || !node.is_element() {
            return step == Step::Enter && !node.is_text();
        }
        let name = name_of(node);
        let own = prose.get(&node.id).copied().unwrap_or(0);
        let much = own as f64 > total as f64 * MUCH;
        let gone = !kept.contains(&node.id) && (is_always_furniture(node, &name) || (!much && is_furniture(node, &name)));
        if gone {
            condemned.push(node);
        }
        !gone
    });
    for node in condemned {
        node.remove_from_parent();
    }
}

/// Letters of prose below each element: text outside links in runs of a sentence or more.
fn prose(root: NodeRef<'_>) -> HashMap<NodeId, usize> {
    let mut letters: HashMap<NodeId, usize> = HashMap::new();
    let mut links = 0usize;
    tree::walk(root, |step, node| {
        if node.is_text() {
            if links == 0 {
                let own = tree::letters(&node.text());
                if own > 40
                    && let Some(parent) = node.parent()
                {
                    *letters.entry(parent.id).or_default() += own;
                }
            }
            return false;
        }
        let name = name_of(node);
        if step == Step::Enter {
            links += usize::from(name == "a");
            let mute = tree::is_mute(&name);
            if mute {
                links -= usize::from(name == "a");
            }
            return !mute;
        }
        links -= usize::from(name == "a");
        if let (Some(own), Some(parent)) = (letters.get(&node.id).copied(), node.parent()) {
            *letters.entry(parent.id).or_default() += own;
        }
        true
    });
    let total: usize = root.children_it(false).filter_map(|child| letters.get(&child.id)).sum();
    letters.insert(root.id, total);
    letters
}

fn is_always_furniture(node: NodeRef<'_>, name: &str) -> bool {
    matches!(
        name,
        "nav"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "svg"
            | "button"
            | "select"
            | "textarea"
            | "input"
            | "dialog"
            | "ins"
    ) || node.has_attr("hidden")
        || node
            .attr("role")
            .is_some_and(|role| matches!(&*role, "navigation" | "banner" | "search" | "dialog" | "alert" | "menu" | "toolbar"))
}

fn is_furniture(node: NodeRef<'_>, name: &str) -> bool {
    if matches!(name, "html" | "body" | "main" | "head") || node.attr("itemprop").is_some_and(|property| &*property == "articleBody") {
        return false;
    }
    if matches!(name, "aside" | "footer" | "form") {
        // Whom a quotation comes from stands in its footer (HTML §4.4.4).
        return node.parent().is_none_or(|parent| name_of(parent) != "blockquote");
    }
    if node.attr("role").is_some_and(|role| matches!(&*role, "complementary" | "contentinfo" | "form")) {
        return true;
    }
    if node.attr("aria-hidden").is_some_and(|value| &*value == "true") {
        return true;
    }
    if node.attr("style").is_some_and(|style| style.replace(' ', "").contains("display:none")) {
        return true;
    }
    // A picture that opens in a window of its own has its names from that window.
    let is_picture = name == "a" && node.children_it(false).any(|child| name_of(child) == "img");
    !is_picture
        && tree::names_of(node).iter().any(|words| {
            let has = |word: &&str| words.iter().any(|own| own == word);
            // A post of a network that the article shows is part of it.
            !words.iter().any(|word| matches!(word.as_str(), "embed" | "embedded" | "embeds" | "oembed"))
                && (FURNITURE.iter().any(&has) || PAIRS.iter().any(|pair| pair.iter().all(&has)))
        })
}
