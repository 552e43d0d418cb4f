//! Which parts of a page are furniture, told from their tags and from what they are called.

use dom_query::NodeRef;

use crate::parse::listing::text;

/// What a part of a page is for; the greater, the less likely it holds the listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    Content,
    /// Not in the page's main part, where it has one.
    Outside,
    /// Beside the content: "popular", "read also".
    Beside,
    /// Menus, footers, the steps of a pager.
    Furniture,
}

const BESIDE: [&str; 26] = [
    "header",
    "side",
    "aside",
    "sidebar",
    "popular",
    "trending",
    "trend",
    "related",
    "recommended",
    "recommend",
    "widget",
    "widgets",
    "mostread",
    "toread",
    "rightbar",
    "leftbar",
    "promo",
    "banner",
    "advert",
    "ads",
    "slider",
    "carousel",
    "ticker",
    "partners",
    "comments",
    "complementary",
];
const FURNITURE: [&str; 24] = [
    "nav",
    "navbar",
    "navigation",
    "menu",
    "submenu",
    "footer",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "paginator",
    "pagenav",
    "tags",
    "tagcloud",
    "social",
    "share",
    "lang",
    "langs",
    "languages",
    "login",
    "search",
    "cookie",
    "topbar",
    "contentinfo",
];

impl Zone {
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Content => 1.0,
            Self::Outside => 0.6,
            Self::Beside => 0.25,
            Self::Furniture => 0.05,
        }
    }

    /// What an element by itself is.
    pub(super) fn of(node: NodeRef<'_>) -> Self {
        let name = text::name(node);
        match &*name {
            "nav" | "footer" => return Self::Furniture,
            "aside" => return Self::Beside,
            "article" | "main" | "a" | "time" | "h1" | "h2" | "h3" => return Self::Content,
            // The head of a page, not of an article in it.
            "header" if node.parent().is_some_and(|parent| parent.has_name("body")) => return Self::Furniture,
            _ => {}
        }
        let attributes = ["class", "id", "role"].into_iter().filter_map(|attribute| node.attr(attribute));
        attributes.map(|value| Self::of_names(&value)).max().unwrap_or(Self::Content)
    }

    /// Every word of every name: `left-menu`, `block_popular`, `siteFooter`.
    fn of_names(value: &str) -> Self {
        let mut zone = Self::Content;
        let mut word = String::new();
        let mut was_lower = false;
        for letter in value.chars().chain([' ']) {
            let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower);
            if begins {
                zone = zone.max(Self::of_word(&word));
                word.clear();
            }
            if letter.is_alphanumeric() {
                word.extend(letter.to_lowercase());
            }
            was_lower = letter.is_lowercase();
        }
        zone
    }

    fn of_word(word: &str) -> Self {
        if FURNITURE.contains(&word) {
            Self::Furniture
        } else if BESIDE.contains(&word) {
            Self::Beside
        } else {
            Self::Content
        }
    }
}
