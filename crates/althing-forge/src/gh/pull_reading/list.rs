//! One of the lists of a pull request, page by page.

use super::super::{api::Asked, wire::PageInfo};
use crate::{ForgeError, Partial};

/// How far one list was read.
#[derive(Default)]
enum Progress {
    #[default]
    NotBegun,
    Until(String),
    End,
}

/// A list as far as it was read.
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    progress: Progress,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            progress: Progress::default(),
        }
    }
}

impl<T> List<T> {
    /// Whether there is, or may be, more to read.
    pub(super) fn is_wanted(&self) -> bool {
        !matches!(self.progress, Progress::End)
    }

    /// Where to read on.
    pub(super) fn cursor(&self) -> Option<&str> {
        match &self.progress {
            Progress::Until(cursor) => Some(cursor),
            Progress::NotBegun | Progress::End => None,
        }
    }

    pub(super) fn add(
        &mut self,
        items: impl IntoIterator<Item = T>,
        info: PageInfo,
        asked: &Asked,
    ) -> Result<(), ForgeError> {
        self.items.extend(items);
        self.progress = info.next(asked)?.map_or(Progress::End, Progress::Until);
        Ok(())
    }

    /// There is nothing to read.
    pub(super) fn end(&mut self) {
        self.progress = Progress::End;
    }

    /// What was read, and whether that is all.
    pub(super) fn partial(self) -> Partial<T> {
        Partial {
            complete: matches!(self.progress, Progress::End),
            items: self.items,
        }
    }
}
