//! Paging: `page`, `per_page` and the `Link` header.

use std::fmt::Write as _;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, Uri, header, request::Parts},
    response::Response,
};
use serde_json::Value;

use super::{
    failure::{Failure, Reply},
    media,
    view::API,
};
use crate::model::{Slice, Window};

/// GitHub's page size when none is asked for.
const DEFAULT: u64 = 30;
/// GitHub's largest page.
const LARGEST: u64 = 100;

/// The wanted page of a list.
#[derive(Clone, Debug)]
pub(super) struct Page {
    number: u64,
    size: u64,
    uri: Uri,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::of(parts.uri.clone()))
    }
}

impl Page {
    /// What cannot be read as a number counts as absent, as on GitHub.
    fn of(uri: Uri) -> Self {
        let read = |name: &str| {
            let (_, value) = pairs(&uri).find(|(key, _)| *key == name)?;
            value.parse::<u64>().ok().filter(|&number| number > 0)
        };
        Self {
            number: read("page").unwrap_or(1),
            size: read("per_page").unwrap_or(DEFAULT).min(LARGEST),
            uri,
        }
    }

    /// The window of the list that this page shows.
    pub(super) fn window(&self) -> Window {
        Window::page(self.number, self.size)
    }

    /// The page of a list that is already in memory.
    pub(super) fn cut<T>(&self, all: Vec<T>) -> Slice<T> {
        self.window().cut(all)
    }

    /// 200 with a list and its links.
    pub(super) fn list(&self, total: u64, items: Vec<Value>) -> Reply {
        self.wrap(total, &Value::Array(items))
    }

    /// 200 with the rendered items of a slice and its links.
    pub(super) fn render<T>(&self, slice: Slice<T>, view: impl Fn(&T) -> Value) -> Reply {
        self.list(slice.total, slice.items.iter().map(view).collect())
    }

    /// 200 with an object that holds a page, and its links.
    pub(super) fn wrap(&self, total: u64, value: &Value) -> Reply {
        let mut answer: Response = media::ok(value)?;
        let links = self.links(total);
        if let Ok(links) = HeaderValue::from_str(&links)
            && !links.is_empty()
        {
            answer.headers_mut().insert(header::LINK, links);
        }
        Ok(answer)
    }

    fn links(&self, total: u64) -> String {
        let last = total.div_ceil(self.size).max(1);
        let here = self.number;
        let targets = [
            ("prev", here > 1, here.saturating_sub(1).min(last)),
            ("next", here < last, here.saturating_add(1)),
            ("last", here < last, last),
            ("first", here > 1, 1),
        ];
        let mut links = String::new();
        for (relation, _, number) in targets.into_iter().filter(|(_, wanted, _)| *wanted) {
            let comma = if links.is_empty() { "" } else { ", " };
            let address = self.address(number);
            // Writing to a string does not fail.
            let _ = write!(links, "{comma}<{address}>; rel=\"{relation}\"");
        }
        links
    }

    fn address(&self, number: u64) -> String {
        let mut address = format!("{API}{}?", self.uri.path());
        for (name, value) in pairs(&self.uri).filter(|(name, _)| *name != "page") {
            let _ = write!(address, "{name}={value}&");
        }
        let _ = write!(address, "page={number}");
        address
    }
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (&str, &str)> {
    uri.query()
        .unwrap_or("")
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;

    use super::Page;

    fn page(query: &str) -> Page {
        let uri = format!("/repos/o/r/issues?{query}");
        Page::of(uri.parse::<Uri>().expect("valid"))
    }

    #[test]
    fn links_lead_through_all_pages_and_keep_the_filter() {
        let links = page("state=all&per_page=2&page=2").links(5);
        insta::assert_snapshot!(links.replace(", ", "\n"), @r#"
        <https://api.github.com/repos/o/r/issues?state=all&per_page=2&page=1>; rel="prev"
        <https://api.github.com/repos/o/r/issues?state=all&per_page=2&page=3>; rel="next"
        <https://api.github.com/repos/o/r/issues?state=all&per_page=2&page=3>; rel="last"
        <https://api.github.com/repos/o/r/issues?state=all&per_page=2&page=1>; rel="first"
        "#);
    }

    #[test]
    fn a_single_page_has_no_links_and_sizes_have_bounds() {
        assert_eq!(page("").links(30), "");
        assert_eq!(page("").links(0), "");
        assert!(page("").links(31).contains("rel=\"next\""));
        assert_eq!(page("per_page=1000").size, 100);
        assert_eq!(page("per_page=0&page=x").size, 30);
        assert!(page("page=9").links(31).contains("page=2>; rel=\"prev\""));
    }
}
