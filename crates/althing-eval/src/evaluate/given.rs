//! What a request says of its prompt before there is a model.

use std::{fs, path::Path};

use super::{PromptSource, Request};
use crate::{Prompt, Refusal, Tokenizer, config::Spec, tokenizer};

/// Lengths of the prompt and of the batch where nothing else is said (B-317, B-319).
const PREFILL_LEN: usize = 128;
const BATCH: usize = 1;
/// Most bytes that logits of one evaluation may have; it keeps two sets of them.
const MOST_LOGITS: usize = 8 << 30;
/// Most ids of all rows together.
const MOST_IDS: usize = 1 << 26;

/// A prompt, as far as it needs no model.
pub(super) struct Given<'a> {
    request: &'a Request,
    prompt: Known<'a>,
}

enum Known<'a> {
    Seed(u64),
    Text(&'a Path, String),
    Ids(&'a Path, Prompt),
}

impl<'a> Given<'a> {
    /// Refuses lengths of zero, files that cannot be read, and ids that are not as many as are
    /// asked for.
    pub(super) fn new(request: &'a Request) -> Result<Self, Refusal> {
        let lengths = [
            ("batch", request.batch),
            ("prefill", request.prefill_len),
            ("decode", Some(request.decode_len)),
        ];
        if let Some((name, _)) = lengths.into_iter().find(|(_, length)| *length == Some(0)) {
            return Err(Refusal::Prompt(format!("the {name} length is 0")));
        }
        let prompt = match &request.prompt {
            PromptSource::Seed(seed) => Known::Seed(*seed),
            PromptSource::Text(file) => {
                let text = fs::read_to_string(file);
                Known::Text(
                    file,
                    text.map_err(|error| Refusal::unreadable(file, error))?,
                )
            }
            PromptSource::Ids(file) => Known::Ids(file, request.ids(file)?),
        };
        Ok(Self { request, prompt })
    }

    /// Refuses a model that has no room for the lengths that are known, or not the ids.
    pub(super) fn suits(&self, folder: &Path, spec: &Spec) -> Result<(), Refusal> {
        let [batch, prefill] = [self.request.batch, self.request.prefill_len];
        let (batch, prefill) = match &self.prompt {
            Known::Seed(_) => (batch.unwrap_or(BATCH), prefill.unwrap_or(PREFILL_LEN)),
            // It may be shorter than what is taken of a long one.
            Known::Text(..) => (batch.unwrap_or(BATCH), prefill.unwrap_or(1)),
            Known::Ids(file, prompt) => {
                prompt.within(spec.vocabulary, file)?;
                (prompt.batch(), prompt.length())
            }
        };
        self.fits(folder, spec, batch, prefill)
    }

    /// The prompt for a model that suits.
    pub(super) fn prompt(self, folder: &Path, spec: &Spec) -> Result<Prompt, Refusal> {
        let batch = self.request.batch.unwrap_or(BATCH);
        let said = self.request.prefill_len;
        let length = said.unwrap_or(PREFILL_LEN);
        let (file, text) = match self.prompt {
            Known::Seed(seed) => return Prompt::seeded(seed, batch, length, spec.vocabulary),
            Known::Ids(_, prompt) => return Ok(prompt),
            Known::Text(file, ref text) => (file, text),
        };
        let ids = Tokenizer::open(folder)?.ids(text)?;
        let length = said.unwrap_or(length.min(ids.len() / batch));
        let prompt = Prompt::from_text(file, &ids, batch, length)?;
        prompt.within(spec.vocabulary, &folder.join(tokenizer::FILE))?;
        self.fits(folder, spec, prompt.batch(), prompt.length())?;
        Ok(prompt)
    }

    /// Refuses what the model or this machine has no room for.
    fn fits(
        &self,
        folder: &Path,
        spec: &Spec,
        batch: usize,
        prefill: usize,
    ) -> Result<(), Refusal> {
        let decode = self.request.decode_len;
        let read = prefill.saturating_add(decode.saturating_sub(1));
        if read > spec.positions {
            let positions = spec.positions;
            let why = format!(
                "{prefill} ids and {decode} steps need {read} positions, and the model has \
                 {positions}"
            );
            return Err(Refusal::prompt(&folder.join("config.json"), why));
        }
        let logits = [batch, decode, spec.vocabulary, size_of::<f32>()];
        let bytes = logits.into_iter().try_fold(1, usize::checked_mul);
        let ids = batch.checked_mul(read);
        if bytes.is_none_or(|bytes| bytes > MOST_LOGITS) || ids.is_none_or(|ids| ids > MOST_IDS) {
            return Err(Refusal::Prompt(format!(
                "{batch} rows of {prefill} ids and {decode} steps are too many: at most \
                 {MOST_IDS} ids and {} GiB of logits",
                MOST_LOGITS >> 30
            )));
        }
        Ok(())
    }
}

impl Request {
    /// The ids of a file, if they are as many as are asked for.
    fn ids(&self, file: &Path) -> Result<Prompt, Refusal> {
        let prompt = Prompt::from_json(file)?;
        let (rows, ids) = (prompt.batch(), prompt.length());
        let batch = self.batch.unwrap_or(rows);
        let length = self.prefill_len.unwrap_or(ids);
        if (batch, length) != (rows, ids) {
            let why =
                format!("has {rows} rows of {ids} ids, and {batch} of {length} are asked for");
            return Err(Refusal::prompt(file, why));
        }
        Ok(prompt)
    }
}
