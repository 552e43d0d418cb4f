//! The news with labels and what measures a clustering with them: that their labels can be trusted, and that the figures are right.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use crate::newsroom::{HOUR, Item, Measured, OUTLETS, POSITIVE, SINGLE_NEGATIVES, Share, items, items_until, measure, rfc2822, rfc3339};

/// Enough news for every kind to be among them.
const STORIES: usize = 1_500;

static NEWS: LazyLock<Vec<Item>> = LazyLock::new(|| items(7, STORIES));

fn news() -> &'static [Item] {
    &NEWS
}

fn by_story(items: &[Item]) -> BTreeMap<u32, Vec<&Item>> {
    let mut stories: BTreeMap<u32, Vec<&Item>> = BTreeMap::new();
    for item in items {
        stories.entry(item.story).or_default().push(item);
    }
    stories
}

#[test]
fn the_same_seed_gives_the_same_news_and_another_one_others() {
    assert_eq!(items(7, 60), items(7, 60));
    assert_ne!(items(7, 60), items(8, 60));
}

#[test]
fn there_are_as_many_reports_as_wanted_and_they_are_in_order_of_time() {
    let items = news();
    let stories = by_story(items).len();
    assert!((STORIES..STORIES + 12).contains(&stories), "{stories}: one recipe makes several");
    assert!(items.is_sorted_by_key(|item| item.published));
}

#[test]
fn the_news_end_when_they_shall() {
    let end = 1_800_000_000;
    let items = items_until(7, 300, end);
    let times: Vec<i64> = items.iter().map(|item| item.published).collect();
    assert!(times.iter().all(|&time| (end - 240 * HOUR..=end).contains(&time)));
    assert!(times.iter().any(|&time| time > end - 12 * HOUR));
}

#[test]
fn every_kind_is_among_the_news() {
    let items = news();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item.kind).or_default() += 1;
    }
    let rows = "rates weather storm quakes results lottery prices roads air statistics horoscope this_day tv court_list appointments openings \
                congratulations condolences accidents series boilerplate";
    let missing: Vec<&str> =
        POSITIVE.into_iter().chain(SINGLE_NEGATIVES).chain(rows.split_whitespace()).filter(|kind| !counts.contains_key(kind)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "{counts:?}");
}

#[test]
fn the_mix_is_that_of_a_press_corps() {
    let items = news();
    let share = |fits: &dyn Fn(&Item) -> bool| items.iter().filter(|item| fits(item)).count() * 100 / items.len();
    for (language, expected) in [("ru", 52..68), ("kk", 19..31), ("en", 10..21)] {
        let percent = share(&|item| item.language == language);
        assert!(expected.contains(&percent), "{language}: {percent} %");
    }
    let stories = by_story(items);
    let copied = share(&|item| stories[&item.story].len() > 1);
    assert!((42..60).contains(&copied), "{copied} % in stories of several versions");
    let (mut single, mut hard) = (0, 0);
    for item in stories.values().filter(|items| items.len() == 1).map(|items| items[0]) {
        single += 1;
        hard += usize::from(!POSITIVE.contains(&item.kind));
    }
    assert!(hard * 3 >= single, "{hard} of {single}");
    assert!(stories.values().all(|items| items.len() <= 8));
    let outlets: HashSet<&str> = items.iter().map(|item| item.outlet).collect();
    assert_eq!(outlets.len(), OUTLETS.len());
}

#[test]
fn the_versions_of_a_report_are_within_three_days_and_in_one_language() {
    for (story, items) in by_story(news()) {
        let times = || items.iter().map(|item| item.published);
        assert!(times().max().unwrap() - times().min().unwrap() <= 72 * HOUR, "story {story}");
        assert!(items.iter().all(|item| item.language == items[0].language), "story {story}");
        assert!(items.len() == 1 || items.iter().any(|item| !item.html.is_empty()), "story {story} has no text at all");
    }
}

/// Letters and digits alone, in small letters: what is left when typography and markup are gone.
fn bare(text: &str) -> String {
    let mut is_tag = false;
    let letters = text.chars().filter(move |letter| {
        is_tag = (is_tag || *letter == '<') && *letter != '>';
        !is_tag && letter.is_alphanumeric()
    });
    letters.collect::<String>().to_lowercase().replace('ё', "е")
}

#[test]
fn no_two_items_of_different_reports_have_the_same_text() {
    let items = news();
    let mut known: HashMap<String, &Item> = HashMap::new();
    for item in items.iter().filter(|item| !item.html.is_empty()) {
        let other = known.entry(bare(&item.html)).or_insert(item);
        assert_eq!(other.story, item.story, "{other:?}\n{item:?}");
    }
}

#[test]
fn a_bare_headline_is_that_of_another_version_and_of_no_other_report() {
    let items = news();
    let mut titles: HashMap<String, BTreeSet<u32>> = HashMap::new();
    for item in items.iter().filter(|item| item.kind != "title_only") {
        titles.entry(bare(&item.title)).or_default().insert(item.story);
    }
    let (mut bare_titles, mut equal) = (0, 0);
    for item in items.iter().filter(|item| item.kind == "title_only") {
        assert_eq!(item.html, "");
        bare_titles += 1;
        if let Some(stories) = titles.get(&bare(&item.title)) {
            equal += 1;
            assert_eq!(stories.iter().collect::<Vec<_>>(), [&item.story], "{item:?}");
        }
    }
    assert!(equal * 10 > bare_titles * 7, "{equal} of {bare_titles}");
}

#[test]
fn a_follow_up_repeats_paragraphs_word_for_word_and_brings_news() {
    let items = news();
    let paragraphs = |item: &Item| {
        let texts: Vec<String> = item.html.replace("<br>", "</p>").replace("</li>", "</p>").split("</p>").map(bare).collect();
        texts.into_iter().filter(|text| text.chars().count() > 60).collect::<Vec<String>>()
    };
    let before: HashMap<String, u32> = items
        .iter()
        .filter(|item| item.kind == "original")
        .flat_map(|item| paragraphs(item).into_iter().map(|text| (text, item.story)))
        .collect();
    let follow_ups: Vec<&Item> = items.iter().filter(|item| item.kind == "follow_up").collect();
    let repeats = |item: &&&Item| paragraphs(item).iter().any(|text| before.contains_key(text));
    let repeated = follow_ups.iter().filter(repeats).count();
    assert!(repeated * 2 > follow_ups.len(), "{repeated} of {}", follow_ups.len());
    for item in follow_ups {
        let first = paragraphs(item).into_iter().next();
        assert!(first.is_none_or(|text| !before.contains_key(&text)), "no news in {item:?}");
    }
}

#[test]
fn addresses_are_those_of_one_report_and_guids_of_one_item() {
    let items = news();
    let mut stories: HashMap<&str, u32> = HashMap::new();
    let mut guids = HashSet::new();
    for item in items {
        assert_eq!(*stories.entry(&item.url).or_insert(item.story), item.story, "{}", item.url);
        assert!(guids.insert((item.outlet, &item.guid)), "{}", item.guid);
    }
    assert!(stories.len() < items.len(), "some re-posts keep their address");
}

#[test]
fn no_template_shows_through() {
    for item in items(3, 3_000) {
        let title_and_text = format!("{} {}", item.title, item.html);
        assert!(!title_and_text.contains(['{', '}', '|', '~']), "{item:?}");
        assert!(item.title.chars().count() > 8, "{item:?}");
    }
}

#[test]
fn dates_are_written_as_feeds_write_them() {
    let instant = 1_794_488_405;
    assert_eq!(rfc3339(instant), "2026-11-12T18:00:05+05:00");
    assert_eq!(rfc2822(instant), "Thu, 12 Nov 2026 18:00:05 +0500");
    assert_eq!(rfc3339(951_800_400), "2000-02-29T10:00:00+05:00");
}

/// Items with the labels and kinds given, each at an address of its own.
fn labelled(labels: &[(u32, &'static str)]) -> Vec<Item> {
    let item = |(place, &(story, kind)): (usize, &(u32, &'static str))| Item {
        outlet: "a",
        url: place.to_string(),
        guid: place.to_string(),
        title: format!("Title {place}"),
        html: String::new(),
        published: 0,
        language: "ru",
        story,
        kind,
    };
    labels.iter().enumerate().map(item).collect()
}

/// Measures with a letter a cluster; a point stands for no cluster.
fn measured(labels: &[(u32, &'static str)], clusters: &str) -> Measured {
    let clusters: Vec<char> = clusters.chars().collect();
    measure(&labelled(labels), |item| {
        let cluster = clusters[item.url.parse::<usize>().unwrap()];
        (cluster != '.').then(|| cluster.to_string())
    })
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

const PAIR_AND_TRIPLE: [(u32, &str); 5] = [(1, "original"), (1, "teaser"), (2, "original"), (2, "republication"), (2, "title_only")];

#[test]
fn the_right_stories_score_one() {
    let measured = measured(&PAIR_AND_TRIPLE, "aabbb");
    assert_eq!((measured.items, measured.stories, measured.wrong_pairs), (5, 2, 0));
    for score in [measured.pairwise, measured.bcubed] {
        assert!(is_near(score.precision, 1.0) && is_near(score.recall, 1.0) && is_near(score.f1(), 1.0), "{score:?}");
    }
    assert!(measured.merges.is_empty() && measured.misses.is_empty());
}

#[test]
fn items_without_a_story_are_alone_and_not_with_each_other() {
    let measured = measured(&PAIR_AND_TRIPLE, ".....");
    assert!(is_near(measured.pairwise.precision, 1.0) && is_near(measured.pairwise.recall, 0.0));
    // (2 · 1/2 + 3 · 1/3) / 5
    assert!(is_near(measured.bcubed.precision, 1.0) && is_near(measured.bcubed.recall, 0.4));
    assert!(is_near(measured.pairwise.f1(), 0.0));
    assert_eq!(measured.positives["original"], Share { of: 2, are: 0 });
    assert_eq!(measured.misses.len(), 5);
}

#[test]
fn one_story_of_all_has_full_recall_and_little_precision() {
    let measured = measured(&PAIR_AND_TRIPLE, "aaaaa");
    assert!(is_near(measured.pairwise.precision, 0.4) && is_near(measured.pairwise.recall, 1.0));
    // (2 · 2/5 + 3 · 3/5) / 5
    assert!(is_near(measured.bcubed.precision, 0.52) && is_near(measured.bcubed.recall, 1.0));
    assert!(is_near(measured.bcubed.f1(), 2.0 * 0.52 / 1.52));
    assert_eq!(measured.wrong_pairs, 6);
    assert_eq!(measured.negatives["other"], Share { of: 5, are: 5 });
    assert_eq!(measured.merges.len(), 1);
}

#[test]
fn a_story_cut_in_two_is_missed_in_part() {
    let measured = measured(&PAIR_AND_TRIPLE, "aabbc");
    assert!(is_near(measured.pairwise.precision, 1.0) && is_near(measured.pairwise.recall, 0.5));
    assert_eq!(measured.positives["title_only"], Share { of: 1, are: 0 });
    assert_eq!(measured.positives["republication"], Share { of: 1, are: 1 });
    let [miss] = measured.misses.as_slice() else { panic!("{:?}", measured.misses) };
    assert_eq!((miss.items[0].url.as_str(), miss.items[1].url.as_str()), ("4", "2"));
}

#[test]
fn a_false_merge_is_charged_to_the_negative_in_it() {
    let labels = [
        (1, "original"),
        (1, "republication"),
        (2, "follow_up"),
        (2, "republication"),
        (3, "original"),
        (4, "rates"),
        (5, "rates"),
        (6, "original"),
    ];
    let measured = measured(&labels, "aaab.cc.");
    assert_eq!(measured.negatives["follow_up"], Share { of: 2, are: 1 }, "its copy stands apart, and counts as its own kind");
    assert_eq!(measured.negatives["rates"], Share { of: 2, are: 2 }, "both are negatives");
    assert_eq!(measured.negatives["other"], Share { of: 4, are: 0 });
    assert_eq!(measured.positives["original"], Share { of: 2, are: 1 }, "a follow-up is the original of its copies");
    assert_eq!(measured.wrong_pairs, 3);
}

#[test]
fn originals_that_are_merged_are_charged_to_other() {
    let labels = [(1, "original"), (2, "original"), (3, "weather"), (4, "original")];
    let measured = measured(&labels, "aaab");
    assert_eq!(measured.negatives["other"], Share { of: 3, are: 2 });
    assert_eq!(measured.negatives["weather"], Share { of: 1, are: 1 });
}

#[test]
fn the_table_names_every_figure_and_the_examples_are_as_many_as_wanted() {
    let measured = measured(&PAIR_AND_TRIPLE, "aab.b");
    insta::assert_snapshot!(measured.to_string().trim_end(), @r"
    5 items of 2 reports, 0 pairs wrongly together

                       precision    recall        F1
    pairwise              1.0000    0.5000    0.6667
    B-cubed               1.0000    0.7333    0.8462

    different reports      items    merged      rate
    other                      5         0    0.0000

    same report            items     found    recall
    original                   2         2    1.0000
    republication              1         0    0.0000
    teaser                     1         1    1.0000
    title_only                 1         1    1.0000
    ");
    assert_eq!(measured.examples(0), "");
    let examples = measured.examples(1);
    assert_eq!(examples.matches("miss").count(), 1, "{examples}");
    assert!(examples.contains("Title 3") && examples.contains("republication"), "{examples}");
    let nothing = measure(&[], |_| None);
    assert!(is_near(nothing.pairwise.precision, 1.0) && nothing.to_string().contains("0 items"));
}
