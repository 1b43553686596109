//! Text to token ids and back, as `tokenizer.json` says.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{Refusal, files};

pub(crate) const FILE: &str = "tokenizer.json";
/// The largest vocabularies make files of some 30 MB.
const LARGEST_FILE: u64 = 256 << 20;

/// The tokenizer of a model.
#[derive(Debug)]
pub struct Tokenizer {
    file: PathBuf,
    inner: tokenizers::Tokenizer,
}

impl Tokenizer {
    /// Reads the tokenizer of a model folder.
    ///
    /// # Errors
    /// A [`Refusal`] naming the file when it is missing or no tokenizer.
    pub fn open(folder: &Path) -> Result<Self, Refusal> {
        let file = folder.join(FILE);
        let text = files::read(&file, LARGEST_FILE)?;
        // The library panics at some places of a file that is no JSON.
        let sound: Result<Value, _> = serde_json::from_slice(&text);
        sound.map_err(|error| Refusal::model(&file, error))?;
        let read = || {
            let mut inner = tokenizers::Tokenizer::from_bytes(&text)?;
            // How texts were cut and filled up for training is no part of what a text's ids are:
            // `transformers` passes over both as well unless it is asked for them.
            inner.with_truncation(None)?.with_padding(None);
            Ok(inner)
        };
        let inner = guarded(&file, "is no tokenizer", read)?;
        Ok(Self { file, inner })
    }

    /// The ids of a text, with the special tokens that the tokenizer puts around it.
    ///
    /// # Errors
    /// A [`Refusal`] naming the file when the tokenizer cannot.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, Refusal> {
        let encode = || self.inner.encode_fast(text, true);
        let encoding = guarded(&self.file, "cannot encode this text", encode)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of some ids, special tokens spelled out.
    ///
    /// # Errors
    /// A [`Refusal`] naming the file when the tokenizer cannot.
    pub fn text(&self, ids: &[u32]) -> Result<String, Refusal> {
        let decode = || self.inner.decode(ids, false);
        guarded(&self.file, "cannot decode these ids", decode)
    }
}

/// Runs a part of the library, which answers some unsound files with a panic in place of an error.
fn guarded<T>(
    file: &Path,
    what: &str,
    part: impl FnOnce() -> tokenizers::Result<T>,
) -> Result<T, Refusal> {
    let refused = |why: &str| Refusal::model(file, format!("{what}{why}"));
    match catch_unwind(AssertUnwindSafe(part)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(refused(&format!(": {error}"))),
        Err(_) => Err(refused("")),
    }
}
