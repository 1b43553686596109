//! Hashes that show whether what was written down is still what was written.

use serde::Serialize;

/// The hash of some values as JSON, as blake3 in hexadecimal digits.
///
/// # Errors
/// When they cannot be written as JSON.
pub(crate) fn seal(values: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_vec(values)?;
    Ok(blake3::hash(&text).to_hex().to_string())
}
