//! A part of a list.

/// Which part of a list is wanted. Items always come in the list's own order, also when they
/// are counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many to leave out first.
    pub skip: u64,
    /// At most how many to return.
    pub take: u64,
    /// Whether `skip` and `take` count from the end of the list.
    pub from_end: bool,
}

impl Window {
    /// The whole list, for lists that are short by nature.
    pub const ALL: Window = Window {
        skip: 0,
        take: i64::MAX as u64,
        from_end: false,
    };

    /// The first `take` after `skip`.
    pub fn first(skip: u64, take: u64) -> Self {
        Self {
            skip,
            take,
            from_end: false,
        }
    }

    /// The last `take` before the last `skip`.
    pub fn last(skip: u64, take: u64) -> Self {
        Self {
            skip,
            take,
            from_end: true,
        }
    }

    /// REST paging: pages count from 1, at most 100 to a page.
    pub fn page(page: u64, per_page: u64) -> Self {
        let take = per_page.clamp(1, 100);
        Self::first(page.max(1).saturating_sub(1).saturating_mul(take), take)
    }

    /// Start and length within a list of `total`.
    pub fn resolve(self, total: u64) -> (u64, u64) {
        let skip = self.skip.min(total);
        let take = self.take.min(total - skip);
        if self.from_end {
            (total - skip - take, take)
        } else {
            (skip, take)
        }
    }

    /// The wanted part of a list that is already in memory.
    pub fn cut<T>(self, all: Vec<T>) -> Slice<T> {
        let total = all.len() as u64;
        let (start, take) = self.resolve(total);
        let items = all
            .into_iter()
            .skip(usize::try_from(start).unwrap_or(usize::MAX))
            .take(usize::try_from(take).unwrap_or(usize::MAX))
            .collect();
        Slice {
            items,
            start,
            total,
        }
    }
}

/// A part of a list, and where it stands in the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The part, in list order.
    pub items: Vec<T>,
    /// Position of the first returned item, from 0.
    pub start: u64,
    /// Length of the whole list.
    pub total: u64,
}

impl<T> Slice<T> {
    /// Whether the list goes on behind this part.
    pub fn has_next(&self) -> bool {
        self.start + (self.items.len() as u64) < self.total
    }

    /// Whether there is something before this part.
    pub fn has_previous(&self) -> bool {
        self.start > 0
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn windows_stay_inside_the_list() {
        for (window, want) in [
            (Window::first(0, 2), vec![0, 1]),
            (Window::first(4, 2), vec![4]),
            (Window::first(9, 2), vec![]),
            (Window::last(0, 2), vec![3, 4]),
            (Window::last(2, 2), vec![1, 2]),
            (Window::last(4, 2), vec![0]),
            (Window::last(9, 2), vec![]),
            (Window::page(2, 2), vec![2, 3]),
            (Window::page(0, 0), vec![0]),
            (Window::ALL, vec![0, 1, 2, 3, 4]),
        ] {
            assert_eq!(window.cut((0..5).collect()).items, want, "{window:?}");
        }
        assert!(Window::first(0, 4).cut((0..5).collect()).has_next());
        assert!(!Window::last(0, 2).cut((0..5).collect()).has_next());
        assert!(Window::last(0, 2).cut((0..5).collect()).has_previous());
    }
}
