//! Tables of facts, as against tables that only lay a page out.

use dom_query::NodeRef;

use super::tree::{self, Step, name_of};

/// Most rows read.
const MAX_ROWS: usize = 2000;
/// Longest cell of a table of facts, in characters, on average; longer ones are columns of text.
const MAX_CELL: usize = 200;

/// A table of facts: its rows, its cells, and which of them are headings.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<(bool, String)>>,
}

/// Reads a table; None when it lays out a page.
pub(super) fn of_facts(table: NodeRef<'_>) -> Option<Table> {
    if table.attr("role").is_some_and(|role| matches!(&*role, "presentation" | "none")) {
        return None;
    }
    let (mut rows, mut is_layout): (Vec<Vec<(bool, String)>>, bool) = (Vec::new(), false);
    tree::walk(table, |step, node| {
        if step == Step::Leave || is_layout || rows.len() > MAX_ROWS {
            return false;
        }
        match name_of(node).as_str() {
            "tr" => rows.push(Vec::new()),
            "table" | "h1" | "h2" | "h3" | "article" | "section" | "figure" | "blockquote" | "form" => is_layout = true,
            name @ ("td" | "th") => {
                is_layout |= has_parts(node);
                if let Some(row) = rows.last_mut() {
                    row.push((name == "th", tree::text_of(node)));
                }
                return false;
            }
            _ => {}
        }
        true
    });
    rows.retain(|row| row.iter().any(|(_, cell)| !cell.is_empty()));
    let cells: usize = rows.iter().map(Vec::len).sum();
    let letters: usize = rows.iter().flatten().map(|(_, cell)| cell.chars().count()).sum();
    let is_grid = rows.iter().filter(|row| row.len() >= 2).count() >= 2;
    (!is_layout && is_grid && letters <= cells * MAX_CELL).then_some(Table { rows })
}

/// Whether a cell holds more than a line or two.
fn has_parts(cell: NodeRef<'_>) -> bool {
    let mut paragraphs = 0;
    tree::walk(cell, |step, node| {
        if step == Step::Leave {
            return true;
        }
        match name_of(node).as_str() {
            "p" | "img" => paragraphs += 1,
            "table" | "h1" | "h2" | "h3" | "article" | "section" | "figure" | "blockquote" | "form" => paragraphs += 3,
            _ => {}
        }
        paragraphs <= 2
    });
    paragraphs > 2
}

impl Table {
    /// A row a line.
    pub(super) fn text(&self) -> String {
        let line = |row: &Vec<(bool, String)>| {
            row.iter().map(|(_, cell)| cell.as_str()).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The whole element.
    pub(super) fn html(&self) -> String {
        let mut html = "<table>".to_owned();
        for row in &self.rows {
            html.push_str("<tr>");
            for (is_heading, cell) in row {
                let name = if *is_heading { "th" } else { "td" };
                html.push_str(&format!("<{name}>{}</{name}>", tree::escape(cell)));
            }
            html.push_str("</tr>");
        }
        html.push_str("</table>");
        html
    }
}
