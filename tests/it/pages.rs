//! Pages for people: what stands on them, in which language, and that nothing which sources wrote runs, hides or counts readers.

use crate::support::publications::{at, full, publication, story, told_elsewhere, version};
use sha2::{Digest, Sha256};
use taspa::normalise::Author;
use taspa::render::{FeedFormat, Listed, PAGE_POLICY, front_page, view_page};
use taspa::view::{Publication, Story, Version};

fn page(publication: &Publication) -> String {
    view_page(publication)
}

fn page_of(story: Story) -> String {
    page(&publication(vec![story]))
}

/// The style of a page.
fn style(page: &str) -> &str {
    page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0
}

/// The page without its style, which nobody reads in a snapshot.
fn unstyled(page: &str) -> String {
    page.replace(style(page), "…")
}

fn listed(title: &str) -> Listed {
    let address = |extension: &str| format!("https://a.kz/feeds/x.{extension}?a=1&b=2");
    Listed {
        title: title.to_owned(),
        subtitle: Some("Бәрі & \"барлығы\"".to_owned()),
        language: Some("kk".to_owned()),
        page: Some(address("html")),
        feeds: FeedFormat::ALL.map(|format| (format, address(format.extension()))).to_vec(),
    }
}

#[test]
fn a_view_page_says_everything_that_it_must() {
    let publication = Publication {
        subtitle: Some("Қазақстан мен «AT&T» жаңалықтары".to_owned()),
        icon: Some("https://news.example.kz/icon.png".to_owned()),
        declared_language: Some("kk".to_owned()),
        ..publication(vec![told_elsewhere(full(2)), story(1)])
    };
    insta::assert_snapshot!(unstyled(&view_page(&Publication { has_search: true, ..publication.clone() })));
}

#[test]
fn the_front_page_lists_and_links_the_views() {
    let bare = Listed { subtitle: None, page: None, feeds: listed("").feeds[..1].to_vec(), ..listed("Тек Atom") };
    insta::assert_snapshot!(unstyled(&front_page(&[listed("Барлығы <script>"), bare], None)));
}

#[test]
fn pages_without_content_say_so() {
    assert!(page(&publication(Vec::new())).contains("<p class=\"empty\">No story is here yet."));
    assert!(front_page(&[], None).contains("No feed is published here: the config has no enabled view."));
}

#[test]
fn a_search_form_stands_only_where_a_search_answers() {
    let publication = publication(vec![story(1)]);
    assert!(!page(&publication).contains("<form"));
    let searchable = view_page(&Publication { has_search: true, ..publication.clone() });
    assert!(searchable.contains("method=\"get\" action=\"https://news.example.kz/taspa/search\""), "{searchable}");
    assert!(searchable.contains("<label class=\"hidden\" for=\"q\">") && searchable.contains("id=\"q\" name=\"q\""), "{searchable}");
}

const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' onclick='x";

/// A publication every text of which attacks.
fn hostile() -> Publication {
    let attack = || HOSTILE.to_owned();
    let link = || format!("https://a.kz/?q={HOSTILE}");
    let story = full(1);
    let category = taspa::normalise::Category { label: Some(attack()), ..story.categories[0].clone() };
    let story = Story {
        title: attack(),
        link: Some(link()),
        language: Some(attack()),
        summary: Some("&lt;script&gt;alert(2)&lt;/script&gt; <b>&amp;lt;script&gt;</b>".to_owned()),
        authors: vec![Author { name: attack(), uri: Some(link()) }],
        categories: vec![category],
        image: Some(link()),
        source: taspa::view::StorySource { title: Some(attack()), ..story.source.clone() },
        versions: vec![Version { language: Some(attack()), ..version(&format!("2{HOSTILE}"), &link()) }],
        ..story
    };
    Publication {
        title: attack(),
        subtitle: Some(attack()),
        icon: Some(link()),
        declared_language: Some(attack()),
        ..publication(vec![story])
    }
}

/// The tags of a page. No text of it holds `<` or `>`, which is what is proved here.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<').skip(1).map(|rest| rest.split_once('>').unwrap_or_else(|| panic!("a tag has no end: <{rest}")).0)
}

#[test]
fn hostile_texts_stay_texts() {
    let view = Listed { subtitle: Some(HOSTILE.to_owned()), language: Some(HOSTILE.to_owned()), ..listed(HOSTILE) };
    for page in [page(&hostile()), front_page(&[view], None)] {
        let page = unstyled(&page);
        assert!(page.contains("&lt;script&gt;alert(1)"), "the texts are there: {page}");
        for tag in tags(&page) {
            assert!(!tag.to_ascii_lowercase().starts_with("script"), "<{tag}>");
            // Attributes are in double quotes: outside of them stand their names only.
            let names: String = tag.split('"').step_by(2).collect();
            assert!(!names.contains(" on") && !names.contains(" style") && !names.contains('\''), "<{tag}>");
            assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
        }
    }
}

#[test]
fn only_links_to_the_web_stand_on_a_page() {
    for link in
        ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "tag:a.kz,2026:1", "//a.kz/x", "mailto:a@b.kz"]
    {
        let story = Story {
            link: Some(link.to_owned()),
            image: Some(link.to_owned()),
            authors: vec![Author { name: "Ерлан".to_owned(), uri: Some(link.to_owned()) }],
            versions: vec![version("Tengri", link)],
            ..story(1)
        };
        let page = page(&Publication { icon: Some(link.to_owned()), ..publication(vec![story]) });
        assert!(!page.contains(link) && page.contains("<h2>Жаңалық 1</h2>"), "{page}");
        let front = front_page(&[Listed { page: Some(link.to_owned()), ..listed("Барлығы") }], None);
        assert!(!front.contains(link) && front.contains("<h2>Барлығы</h2>"), "{front}");
    }
}

#[test]
fn pictures_that_count_readers_are_left_out() {
    let cases = [
        ("https://news.example.kz/i.jpg", true),
        ("http://cdn.example.kz/2026/11/%D1%84.webp?w=800&h=600", true),
        ("https://news.example.kz/counteroffensive-soundtrack-11x16.jpg", true),
        ("https://counter.yadro.ru/hit?r", false),
        ("https://PIXEL.wp.com/g.gif", false),
        ("https://web-beacons.example.com/a.png", false),
        ("https://mc.yandex.ru/watch/1", false),
        ("https://a.kz/tracking/open.gif", false),
        ("https://a.kz/img/Pixel.gif", false),
        ("https://a.kz/transparent_1x1.png", false),
        ("https://a.kz/i.gif?type=beacon", false),
        ("not a URL", false),
    ];
    for (image, is_shown) in cases {
        let page = page_of(Story { image: Some(image.to_owned()), ..story(1) });
        assert_eq!(page.contains("<img "), is_shown, "{image}");
    }
}

#[test]
fn a_page_speaks_the_language_of_its_view() {
    let cases = [
        (Some("ru"), "<html lang=\"ru\">", "<body>", "Как подписаться", ">24 ноября 2026, 08:00 UTC<"),
        (Some("ru-kz"), "<html lang=\"ru-kz\">", "<body>", "Как подписаться", ">24 ноября 2026, 08:00 UTC<"),
        (Some("kk"), "<html lang=\"kk\">", "<body>", "Қалай жазылуға болады", ">2026 ж. 24 қараша, 08:00 UTC<"),
        (Some("en"), "<html lang=\"en\">", "<body>", "How to subscribe", ">24 November 2026, 08:00 UTC<"),
        (Some("de"), "<html lang=\"de\">", "<body lang=\"en\">", "How to subscribe", ">24 November 2026, 08:00 UTC<"),
        (None, "<html lang=\"en\">", "<body>", "How to subscribe", ">24 November 2026, 08:00 UTC<"),
    ];
    for (language, html, body, subscribe, date) in cases {
        let stories = vec![story(1), Story { language: Some("ru".to_owned()), ..story(2) }];
        let page = page(&Publication { declared_language: language.map(str::to_owned), ..publication(stories) });
        for part in [html, body, subscribe, date, "datetime=\"2026-11-24T08:00:00Z\""] {
            assert!(page.contains(part), "{language:?} {part}: {page}");
        }
    }
}

#[test]
fn a_text_in_another_language_than_the_page_says_so() {
    let stories = vec![
        told_elsewhere(story(1)),
        told_elsewhere(Story { language: Some("ru-kz".to_owned()), ..story(2) }),
        Story { language: None, ..story(3) },
    ];
    let russian = page(&Publication { declared_language: Some("ru".to_owned()), ..publication(stories.clone()) });
    assert!(russian.contains("<h1>") && russian.contains("<article lang=\"kk\">") && russian.contains("<article lang=\"ru-kz\">"));
    assert!(russian.contains("<article lang=\"ru\">"), "what nobody declared is taken for the view's");
    assert_eq!(russian.matches("<span lang=\"ru\">Об этом также пишут:").count(), 1, "in the Kazakh article: {russian}");
    assert_eq!(russian.matches("Z\" lang=\"ru\">24 ноября").count(), 1, "{russian}");
    let undeclared = page(&publication(stories));
    assert!(undeclared.contains("<h1 lang=\"\">") && undeclared.contains("<article lang=\"\">"), "{undeclared}");
    let german = page(&Publication { declared_language: Some("de".to_owned()), ..publication(Vec::new()) });
    assert!(german.contains("<h1 lang=\"de\">"), "{german}");
}

#[test]
fn the_front_page_speaks_the_language_that_its_views_share() {
    let in_language = |language: Option<&str>| Listed { language: language.map(str::to_owned), ..listed("Барлығы") };
    let shared = front_page(&[in_language(Some("ru")), in_language(Some("ru"))], None);
    assert!(shared.contains("<html lang=\"ru\">") && shared.contains("<h2><a ") && shared.contains("Добавьте"), "{shared}");
    let mixed = front_page(&[in_language(Some("ru")), in_language(None)], None);
    assert!(mixed.contains("<html lang=\"en\">") && mixed.contains("<h2 lang=\"ru\">") && mixed.contains("<h2 lang=\"\">"), "{mixed}");
}

#[test]
fn a_long_text_is_cut_at_a_word_and_one_that_repeats_the_title_left_out() {
    let long = page_of(Story { summary: Some(format!("<p>{}</p><p>соңы</p>", "сөз ".repeat(300))), ..story(1) });
    let text = long.split_once("<p>сөз").unwrap().1.split_once("</p>").unwrap().0;
    assert!(text.ends_with(" сөз…") && (380..=400).contains(&text.chars().count()), "{text}");
    let repeated = page_of(Story { content: Some("<p>Жаңалық 1</p>".to_owned()), ..story(1) });
    assert_eq!(repeated.matches("Жаңалық 1").count(), 1, "{repeated}");
}

#[test]
fn an_outlet_stands_once_among_the_others_and_not_among_the_authors() {
    let own = Author { name: "Егемен Қазақстан".to_owned(), uri: None };
    let page = page_of(told_elsewhere(Story { authors: vec![own], ..story(1) }));
    assert_eq!(page.matches("Егемен Қазақстан").count(), 1, "{page}");
    assert!(page.contains("tengri.example/1") && !page.contains("tengri.example/2"), "{page}");
}

#[test]
fn a_page_has_one_heading_of_first_rank_and_its_landmarks() {
    let view = view_page(&Publication { has_search: true, ..publication(vec![full(2), story(1)]) });
    for page in [view, front_page(&[listed("Барлығы")], None), page(&publication(Vec::new()))] {
        for landmark in ["<h1", "<header>", "<nav ", "<main ", "<footer>", "href=\"#main\"", "id=\"main\""] {
            assert_eq!(page.matches(landmark).count(), 1, "{landmark}: {page}");
        }
    }
}

#[test]
fn the_policy_allows_the_style_of_the_pages_and_no_script() {
    let expected = format!("style-src 'sha256-{}';", base64(&Sha256::digest(style(&front_page(&[], None)))));
    assert!(PAGE_POLICY.contains(&expected), "style.css has changed; in PAGE_POLICY belongs: {expected}");
    assert!(PAGE_POLICY.starts_with("default-src 'none';") && !PAGE_POLICY.contains("script-src") && !PAGE_POLICY.contains("unsafe"));
    assert_eq!(style(&page(&publication(Vec::new()))), style(&front_page(&[], None)));
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(group.get(at).copied().unwrap_or_default()));
        let digit = |at: usize| if at > group.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) };
        (0..4).map(digit).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn the_same_publication_gives_the_same_page() {
    let publication = Publication { updated: at("2026-11-24T09:35:00Z"), ..publication(vec![full(2), story(1)]) };
    assert_eq!(page(&publication), page(&publication));
}
