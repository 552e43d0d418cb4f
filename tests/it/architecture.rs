//! The map and the house: docs/architecture.md against the `use` lines below src/.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The table of rooms: each with the rooms that it may import.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let table = page.split("may import |\n").nth(1).unwrap().split("\n\n").next().unwrap();
    table
        .lines()
        .skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].trim_matches('`').to_owned(), cells[2].split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The room that a file below src/ belongs to.
fn room(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Every room that a text names behind `crate::`, one at a time or in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if text[..at].ends_with('$') {
            continue;
        }
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && depth == 0 && c.is_alphabetic() => {
                            rooms.insert(word(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => {
                rooms.insert(word(rest));
            }
        }
    }
    rooms
}

#[test]
fn imports_follow_the_table_in_the_architecture_page() {
    let allowed = allowed();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources(&root().join("src")) {
        let room = room(&file);
        if room == "lib" || room == "main" {
            continue;
        }
        let may = allowed.get(&room).unwrap_or_else(|| panic!("{} stands in no room of the table", file.display()));
        for import in imports(&fs::read_to_string(&file).unwrap()).into_iter().filter(|import| *import != room) {
            assert!(may.contains(&import), "{} imports `{import}`, which the table does not allow to `{room}`", file.display());
            used.entry(room.clone()).or_default().insert(import);
        }
    }
    let rooms: BTreeSet<&String> = allowed.keys().collect();
    let built: BTreeSet<String> =
        sources(&root().join("src")).iter().map(|file| room(file)).filter(|room| room != "lib" && room != "main").collect();
    assert_eq!(rooms, built.iter().collect(), "the table and src/ have the same rooms");
    assert!(used["poll"].contains("store"), "the reader of `use` lines reads nothing");
}

#[test]
fn the_allowed_imports_hold_no_circle() {
    let mut left = allowed();
    while !left.is_empty() {
        let ready: Vec<String> =
            left.iter().filter(|(_, may)| may.iter().all(|room| !left.contains_key(room))).map(|(room, _)| room.clone()).collect();
        assert!(!ready.is_empty(), "a circle among {:?}", left.keys());
        left.retain(|room, _| !ready.contains(room));
    }
}
