//! Texts with headings, lists and tables, as people read them: in a terminal or as Markdown.

use anstyle::Style;
use comfy_table::{Table, presets};

use crate::output::BOLD;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading, of the first level or below.
    Heading(usize, String),
    /// A paragraph.
    Text(String),
    /// Points.
    List(Vec<String>),
    /// Rows under a head, with as many cells each.
    Table(Vec<String>, Vec<Vec<String>>),
    /// A part of a page that is Markdown already; a terminal does not show it.
    Markdown(String),
}

impl Block {
    /// A heading.
    pub(crate) fn heading(level: usize, text: impl Into<String>) -> Self {
        Self::Heading(level, text.into())
    }

    /// A paragraph.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A table.
    pub(crate) fn table<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> Self {
        let head = head.map(str::to_owned).into();
        Self::Table(head, rows.into_iter().map(Vec::from).collect())
    }
}

/// For the terminal.
pub(crate) fn text(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().filter_map(block_text).collect();
    blocks.join("\n\n")
}

fn block_text(block: &Block) -> Option<String> {
    let text = match block {
        Block::Heading(level, text) => {
            let style = if *level <= 2 {
                BOLD
            } else {
                Style::new().underline()
            };
            format!("{style}{}{style:#}", spoken(text))
        }
        Block::Text(text) => spoken(text),
        Block::List(points) => {
            let points: Vec<String> = points
                .iter()
                .map(|it| format!("- {}", spoken(it)))
                .collect();
            points.join("\n")
        }
        Block::Table(head, rows) => {
            let mut table = Table::new();
            table.load_style(presets::NOTHING);
            table.set_header(head);
            for row in rows {
                table.add_row(row.iter().map(|cell| spoken(cell)));
            }
            table.trim_fmt()
        }
        Block::Markdown(_) => return None,
    };
    Some(text)
}

/// Names stand in backticks in Markdown; in a terminal they stand for themselves.
fn spoken(text: &str) -> String {
    text.replace('`', "")
}

/// As Markdown.
pub(crate) fn markdown(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().map(block_markdown).collect();
    format!("{}\n", blocks.join("\n\n"))
}

fn block_markdown(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("{} {}", "#".repeat(*level), line(text)),
        Block::Text(text) => text.trim().to_owned(),
        Block::List(points) => {
            let points: Vec<String> = points.iter().map(|it| format!("- {}", line(it))).collect();
            points.join("\n")
        }
        Block::Table(head, rows) => {
            let row = |cells: &[String]| {
                let cells: Vec<String> = cells.iter().map(|it| cell(it)).collect();
                format!("| {} |", cells.join(" | "))
            };
            let rule = format!("|{}", "---|".repeat(head.len()));
            let rows = rows.iter().map(|cells| row(cells));
            let lines: Vec<String> = [row(head), rule].into_iter().chain(rows).collect();
            lines.join("\n")
        }
        Block::Markdown(text) => text.trim_end().to_owned(),
    }
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::{Block, markdown};

    #[test]
    fn nothing_breaks_out_of_a_table() {
        let table = Block::table(["a", "b"], vec![["1 | 2".to_owned(), "x\n# y".to_owned()]]);
        assert_eq!(
            markdown(&[Block::heading(2, "T\nx"), table]),
            "## T x\n\n| a | b |\n|---|---|\n| 1 \\| 2 | x # y |\n"
        );
    }
}
