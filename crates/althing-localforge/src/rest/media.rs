//! Representations: JSON, and the others that GitHub selects by the `Accept` header.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::failure::Reply;

/// What the client wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// The documented JSON form.
    Json,
    /// A diff as text.
    Diff,
    /// Mails as `git format-patch` makes them.
    Patch,
    /// The bytes of a file.
    Raw,
    /// A commit id alone.
    Sha,
}

impl Media {
    /// From `application/vnd.github.diff`, `application/vnd.github.v3.diff; charset=utf-8` and
    /// the like; the first that is known counts.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(Self::parse)
            .unwrap_or(Media::Json)
    }

    fn parse(range: &str) -> Option<Self> {
        let name = range
            .split(';')
            .next()?
            .trim()
            .strip_prefix("application/vnd.github.")?;
        let name = name.strip_prefix("v3.").unwrap_or(name);
        match name.strip_suffix("+json").unwrap_or(name) {
            "diff" => Some(Media::Diff),
            "patch" => Some(Media::Patch),
            "raw" => Some(Media::Raw),
            "sha" => Some(Media::Sha),
            _ => None,
        }
    }

    /// An answer in this representation, which is not JSON.
    pub(super) fn answer(self, content: impl Into<Body>) -> Response {
        let kind = match self {
            Media::Json => "application/json; charset=utf-8",
            Media::Diff => "application/vnd.github.diff; charset=utf-8",
            Media::Patch => "application/vnd.github.patch; charset=utf-8",
            Media::Raw => "application/vnd.github.raw; charset=utf-8",
            Media::Sha => "application/vnd.github.sha; charset=utf-8",
        };
        ([(header::CONTENT_TYPE, kind)], content.into()).into_response()
    }
}

/// A JSON answer.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], value.to_string()).into_response()
}

/// 200 with JSON.
pub(super) fn ok(value: &Value) -> Reply {
    Ok(json(StatusCode::OK, value))
}

/// 201 with JSON; the place of the new thing goes into `Location` when the form names it.
pub(super) fn created(value: &Value) -> Reply {
    let mut answer = json(StatusCode::CREATED, value);
    let place = value.get("url").and_then(Value::as_str);
    if let Some(place) = place.and_then(|url| HeaderValue::from_str(url).ok()) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

/// 204.
pub(super) fn no_content() -> Reply {
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Media;

    #[test]
    fn the_accept_header_selects_the_representation() {
        for (accept, want) in [
            ("*/*", Media::Json),
            ("application/vnd.github+json", Media::Json),
            (
                "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview",
                Media::Json,
            ),
            ("application/vnd.github.v3.diff; charset=utf-8", Media::Diff),
            ("application/vnd.github.patch", Media::Patch),
            ("application/vnd.github.raw+json", Media::Raw),
            ("text/html, application/vnd.github.v3.sha", Media::Sha),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Media::of(&headers), want, "{accept}");
        }
        assert_eq!(Media::of(&HeaderMap::new()), Media::Json);
    }
}
