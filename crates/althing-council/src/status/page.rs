//! A comment while it is being written.

use super::Room;
use crate::text::{self, code};

/// Markdown, block by block.
pub(super) struct Page {
    text: String,
    pub(super) room: Room,
}

impl Page {
    pub(super) fn new(room: Room) -> Self {
        Self {
            text: String::new(),
            room,
        }
    }

    /// Words of others as Markdown that shows them and nothing else.
    pub(super) fn plain(&self, words: &str) -> String {
        text::plain(words, self.room.text)
    }

    /// A sentence of the engine's, with names in the type of code.
    pub(super) fn sentence(&self, words: &str) -> String {
        text::sentence(words, self.room.text)
    }

    pub(super) fn heading(&mut self, markdown: &str) {
        self.block("### ", markdown);
    }

    pub(super) fn section(&mut self, title: &str) {
        self.block("#### ", title);
    }

    pub(super) fn paragraph(&mut self, markdown: &str) {
        self.block("", markdown);
    }

    pub(super) fn rule(&mut self) {
        self.block("", "---");
    }

    pub(super) fn item(&mut self, markdown: &str) {
        self.text.push_str(&format!("- {markdown}\n"));
    }

    /// An item within the last one.
    pub(super) fn inner_item(&mut self, markdown: &str) {
        self.text.push_str(&format!("  - {markdown}\n"));
    }

    pub(super) fn end_list(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A list of as many as there is room for, and a word on the others.
    pub(super) fn items<T>(&mut self, items: &[T], write: impl Fn(&Self, &T) -> String) {
        for item in items.iter().take(self.room.items) {
            let line = write(self, item);
            self.item(&line);
        }
        if let Some(more) = more(items.len(), self.room.items) {
            self.item(&more);
        }
        self.end_list();
    }

    /// Something that is opened by a click.
    pub(super) fn folded(&mut self, title: &str, write: impl FnOnce(&mut Self)) {
        self.block("", &format!("<details><summary>{title}</summary>"));
        write(self);
        self.end_list();
        self.block("", "</details>");
    }

    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    fn block(&mut self, prefix: &str, markdown: &str) {
        self.end_list();
        self.text.push_str(&format!("{prefix}{markdown}\n\n"));
    }
}

/// Logins, which are not mentioned by it: a comment that is edited often must not call people.
pub(super) fn logins<'a>(names: impl IntoIterator<Item = &'a str>, room: usize) -> String {
    let all: Vec<String> = names.into_iter().map(code).collect();
    let count = all.len();
    let mut shown: Vec<String> = all.into_iter().take(room).collect();
    shown.extend(more(count, room));
    shown.join(", ")
}

fn more(count: usize, room: usize) -> Option<String> {
    let more = count.saturating_sub(room);
    (more > 0).then(|| format!("and {more} more"))
}

/// Where something is: as a link if it is an address of the web, else as it was written.
pub(super) fn link(reference: &str) -> String {
    let trimmed = reference
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let is_address = trimmed.starts_with("https://") || trimmed.starts_with("http://");
    if is_address && trimmed.len() <= text::LONGEST && trimmed.chars().all(is_plain) {
        format!("<{trimmed}>")
    } else {
        code(trimmed)
    }
}
