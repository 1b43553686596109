//! Request bodies: parsed into types or refused.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::failure::Failure;

/// A JSON object as body. Members that are not known are ignored, as on GitHub; an absent body
/// counts as an empty object.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Failure::BadRequest("Problems reading the body"))?;
        parse(&bytes).map(Body)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let value = match bytes.trim_ascii() {
        [] => Value::Object(serde_json::Map::new()),
        text => serde_json::from_slice(text)
            .map_err(|_| Failure::BadRequest("Problems parsing JSON"))?,
    };
    if !value.is_object() {
        return Err(Failure::BadRequest("Body should be a JSON object"));
    }
    if holds_nul(&value) {
        return Err(Failure::invalid_request("A text holds the character NUL."));
    }
    serde_json::from_value(value).map_err(Failure::invalid_request)
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.values().any(holds_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// For members of changes where `null` empties and absence leaves as is.
pub(super) fn null_empties<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Some(Option::deserialize(deserializer)?.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Failure, null_empties, parse};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Change {
        #[serde(default, deserialize_with = "null_empties")]
        body: Option<String>,
    }

    fn body(text: &str) -> Option<String> {
        parse::<Change>(text.as_bytes()).expect("valid").body
    }

    #[test]
    fn null_empties_and_absence_leaves() {
        assert_eq!(body(""), None);
        assert_eq!(body("{}"), None);
        assert_eq!(body(r#"{"body": null}"#), Some(String::new()));
        assert_eq!(body(r#"{"body": "a", "other": 1}"#), Some("a".to_owned()));
    }

    #[test]
    fn what_is_no_object_of_the_form_is_refused() {
        for text in ["{", "[]", "1", "[null]", "\u{feff}{}"] {
            let refusal = parse::<Change>(text.as_bytes());
            assert!(matches!(refusal, Err(Failure::BadRequest(_))), "{text}");
        }
        for text in [
            r#"{"body": 1}"#,
            r#"{"body": "a\u0000"}"#,
            r#"{"x": [{"y": "\u0000"}]}"#,
        ] {
            let refusal = parse::<Change>(text.as_bytes());
            assert!(matches!(refusal, Err(Failure::Refused(_))), "{text}");
        }
    }
}
