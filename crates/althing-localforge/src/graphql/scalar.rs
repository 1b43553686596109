//! GitHub's scalars. Each is a text on the wire.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::Timestamp;

macro_rules! text_scalars {
    ($($(#[$doc:meta])* $name:ident: $graphql:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) String);

        async_graphql::scalar!($name, $graphql);

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }
    )*};
}

text_scalars! {
    /// An address.
    Uri: "URI";
    /// A full object id.
    GitObjectId: "GitObjectID";
    /// A ref by its full name.
    GitRefname: "GitRefname";
    /// Bytes in base64.
    Base64String: "Base64String";
    /// A clone address for SSH.
    GitSshRemote: "GitSSHRemote";
    /// Rendered text. The forge renders nothing: it escapes.
    Html: "HTML";
    /// A calendar date, `YYYY-MM-DD`.
    Date: "Date";
    /// An integer that may need more than 32 bits.
    BigInt: "BigInt";
}

/// A text as HTML that shows exactly that text.
pub(crate) fn escaped(text: &str) -> Html {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    Html(escaped)
}

/// An instant, to the second, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateTime(pub(crate) Timestamp);

#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        parsed(value).map(Self)
    }

    fn to_value(&self) -> Value {
        to_the_second(self.0)
    }
}

impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

/// The instant that a git commit names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GitTimestamp(pub(crate) Timestamp);

#[Scalar(name = "GitTimestamp")]
impl ScalarType for GitTimestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        parsed(value).map(Self)
    }

    fn to_value(&self) -> Value {
        to_the_second(self.0)
    }
}

fn parsed<T: InputType>(value: Value) -> Result<Timestamp, InputValueError<T>> {
    let Value::String(text) = value else {
        return Err(InputValueError::expected_type(value));
    };
    text.parse::<Timestamp>().map_err(InputValueError::custom)
}

fn to_the_second(at: Timestamp) -> Value {
    Value::String(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
