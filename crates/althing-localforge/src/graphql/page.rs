//! Connections: lists that are read a page at a time, by GitHub's rules.

use async_graphql::{Context, Error, Result, SimpleObject};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::error::typed;
use crate::model::{Slice, Window};

/// The largest page.
const MAX_PAGE: u64 = 100;

/// The arguments that choose a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageArgs {
    after: Option<String>,
    before: Option<String>,
    first: Option<i32>,
    last: Option<i32>,
}

impl PageArgs {
    pub(crate) fn new(
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Self {
        Self {
            after,
            before,
            first,
            last,
        }
    }

    /// The part of the list that is asked for.
    ///
    /// # Errors
    /// GitHub's refusals of boundaries that are missing, doubled, too large or negative, and of
    /// cursors that this forge did not issue.
    pub(crate) fn window(&self, ctx: &Context<'_>) -> Result<Window> {
        let reads_nodes = ["nodes", "edges"]
            .iter()
            .any(|field| ctx.look_ahead().field(field).exists());
        self.resolve(ctx.field().name(), reads_nodes)
    }

    /// The answer for a list that has nothing in it; what is asked for is judged all the same.
    pub(crate) fn nothing<T, C: From<Page<T>>>(&self, ctx: &Context<'_>) -> Result<C> {
        let none: Slice<T> = self.window(ctx)?.cut(Vec::new());
        Ok(C::from(Page::new(none, |none| none)))
    }

    fn resolve(&self, connection: &str, reads_nodes: bool) -> Result<Window> {
        let (size, from_end) = self.size(connection, reads_nodes)?;
        let start = match &self.after {
            Some(cursor) => position(cursor)? + 1,
            None => 0,
        };
        // `last` behind a cursor counts from the cursor: gh pages forward through searches so.
        let Some(before) = &self.before else {
            return Ok(if from_end && start == 0 {
                Window::last(0, size)
            } else {
                Window::first(start, size)
            });
        };
        let room = position(before)?.saturating_sub(start);
        let take = size.min(room);
        let skip = if from_end { start + room - take } else { start };
        Ok(Window::first(skip, take))
    }

    /// How many elements are wanted, and whether from the end of the list.
    fn size(&self, connection: &str, reads_nodes: bool) -> Result<(u64, bool)> {
        let (name, wanted) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::new(format!(
                    "Passing both `first` and `last` to paginate the `{connection}` connection is not supported."
                )));
            }
            (Some(first), None) => ("first", first),
            (None, Some(last)) => ("last", last),
            (None, None) if reads_nodes => {
                return Err(typed(
                    "MISSING_PAGINATION_BOUNDARIES",
                    format!(
                        "You must provide a `first` or `last` value to properly paginate the `{connection}` connection."
                    ),
                ));
            }
            (None, None) => ("first", 0),
        };
        match u64::try_from(wanted) {
            Ok(size) if size <= MAX_PAGE => Ok((size, name == "last")),
            Ok(size) => Err(typed(
                "EXCESSIVE_PAGINATION",
                format!(
                    "Requesting {size} records on the `{connection}` connection exceeds the `{name}` limit of {MAX_PAGE} records."
                ),
            )),
            Err(_) => Err(Error::new(format!(
                "`{name}` on the `{connection}` connection cannot be less than zero."
            ))),
        }
    }
}

fn cursor(position: u64) -> String {
    BASE64_STANDARD.encode(format!("cursor:{position}"))
}

fn position(cursor: &str) -> Result<u64> {
    let parse = || {
        let text = String::from_utf8(BASE64_STANDARD.decode(cursor).ok()?).ok()?;
        text.strip_prefix("cursor:")?
            .parse::<u32>()
            .ok()
            .map(u64::from)
    };
    parse().ok_or_else(|| {
        typed(
            "INVALID_CURSOR_ARGUMENTS",
            format!("`{cursor}` does not appear to be a valid cursor."),
        )
    })
}

/// Where a page lies in its list.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub(crate) struct PageInfo {
    end_cursor: Option<String>,
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
}

/// A part of a list, each element with its cursor.
#[derive(Clone, Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<(String, T)>,
    pub(crate) info: PageInfo,
    pub(crate) total: u64,
}

impl<T> Page<T> {
    /// The page that shows `slice`, each element as `view` makes it.
    pub(crate) fn new<M>(slice: Slice<M>, view: impl Fn(M) -> T) -> Self {
        let (has_next_page, has_previous_page) = (slice.has_next(), slice.has_previous());
        let items: Vec<(String, T)> = (slice.start..)
            .zip(slice.items)
            .map(|(position, item)| (cursor(position), view(item)))
            .collect();
        let info = PageInfo {
            start_cursor: items.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: items.last().map(|(cursor, _)| cursor.clone()),
            has_previous_page,
            has_next_page,
        };
        Page {
            items,
            info,
            total: slice.total,
        }
    }
}

/// The cursor of the element behind a list of `count`.
pub(crate) fn cursor_behind(count: u64) -> String {
    cursor(count)
}

/// Declares a connection type with its edge type, as every GitHub list has them.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty) => {
        $crate::graphql::page::connection!($connection of $edge, $node);

        pub(crate) struct $edge {
            pub(crate) cursor: String,
            pub(crate) node: $node,
        }

        #[async_graphql::Object]
        impl $edge {
            async fn cursor(&self) -> &str {
                &self.cursor
            }

            async fn node(&self) -> Option<&$node> {
                Some(&self.node)
            }
        }
    };
    // A connection whose edge type another one has declared.
    ($connection:ident of $edge:ident, $node:ty) => {
        pub(crate) struct $connection {
            edges: Vec<$edge>,
            info: $crate::graphql::page::PageInfo,
            total: u64,
        }

        impl From<$crate::graphql::page::Page<$node>> for $connection {
            fn from(page: $crate::graphql::page::Page<$node>) -> Self {
                let edges = page.items.into_iter();
                Self {
                    edges: edges.map(|(cursor, node)| $edge { cursor, node }).collect(),
                    info: page.info,
                    total: page.total,
                }
            }
        }

        #[async_graphql::Object]
        impl $connection {
            async fn edges(&self) -> Option<Vec<Option<&$edge>>> {
                Some(self.edges.iter().map(Some).collect())
            }

            async fn nodes(&self) -> Option<Vec<Option<&$node>>> {
                Some(self.edges.iter().map(|edge| Some(&edge.node)).collect())
            }

            async fn page_info(&self) -> &$crate::graphql::page::PageInfo {
                &self.info
            }

            async fn total_count(&self) -> u64 {
                self.total
            }
        }
    };
}
pub(crate) use connection;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Page, PageArgs};

    fn first(size: i32, after: Option<String>) -> PageArgs {
        PageArgs::new(after, None, Some(size), None)
    }

    fn last(size: i32, before: Option<String>) -> PageArgs {
        PageArgs::new(None, before, None, Some(size))
    }

    fn numbers(count: u64, args: &PageArgs) -> Page<u64> {
        let window = args.resolve("numbers", true).expect("a window");
        Page::new(window.cut((0..count).collect()), |number| number)
    }

    fn values(page: &Page<u64>) -> Vec<u64> {
        page.items.iter().map(|(_, value)| *value).collect()
    }

    #[test]
    fn boundaries_are_needed_to_read_nodes_and_bounded() {
        let refuse = |args: &PageArgs| args.resolve("labels", true).expect_err("refused").message;
        assert!(refuse(&PageArgs::default()).starts_with("You must provide a `first`"));
        assert!(refuse(&first(101, None)).contains("limit of 100 records"));
        assert!(refuse(&last(-1, None)).contains("cannot be less than zero"));
        assert!(refuse(&PageArgs::new(None, None, Some(1), Some(1))).starts_with("Passing both"));
        for foreign in ["", "Zm9v", "Y3Vyc29yOi0x", "\u{1F600}"] {
            assert!(refuse(&first(1, Some(foreign.into()))).contains("valid cursor"));
        }
        assert!(PageArgs::default().resolve("labels", false).is_ok());
    }

    proptest! {
        #[test]
        fn paging_either_way_reads_every_element_once(count in 0u64..30, size in 1i32..7) {
            let mut forward = Vec::new();
            let mut after = None;
            loop {
                let page = numbers(count, &first(size, after));
                forward.extend(values(&page));
                after = page.info.end_cursor.clone();
                if !page.info.has_next_page {
                    break;
                }
            }
            prop_assert_eq!(&forward, &(0..count).collect::<Vec<_>>());

            let mut backward = Vec::new();
            let mut before = None;
            loop {
                let page = numbers(count, &last(size, before));
                backward.splice(0..0, values(&page));
                before = page.info.start_cursor.clone();
                if !page.info.has_previous_page {
                    break;
                }
            }
            prop_assert_eq!(backward, forward);
        }
    }
}
