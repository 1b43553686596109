//! The reference: what a model on the CPU says after a prompt, computed in two ways.

mod file;

use std::path::Path;

use crate::{Logits, Prompt, Refusal, accuracy::best};

/// The continuation of a prompt by the reference itself, with the logits of every step from the
/// full pass over prompt and continuation and from decoding with a key-value cache.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    made: Made,
    ids: Vec<Vec<u32>>,
    full: Logits,
    cached: Logits,
}

/// How a reference was made. Times are whole microseconds, so that they are read as they were
/// written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Architecture, as the model's configuration names it.
    pub architecture: String,
    /// Threads that computed it.
    pub threads: usize,
    /// Opening the weights.
    pub load_us: u64,
    /// The prompt, with a key-value cache.
    pub prefill_us: u64,
    /// All further tokens.
    pub decode_us: u64,
    /// The full pass.
    pub full_us: u64,
}

impl Reference {
    /// From its parts: `ids` is the prompt with one id for each step behind it.
    ///
    /// # Errors
    /// [`Refusal::Logits`] when they do not fit each other, a logit is not finite, or an id is
    /// not the best of its step in the logits of the cache.
    pub fn new(
        made: Made,
        ids: Vec<Vec<u32>>,
        full: Logits,
        cached: Logits,
    ) -> Result<Self, Refusal> {
        let reference = Self {
            made,
            ids,
            full,
            cached,
        };
        reference.check()?;
        Ok(reference)
    }

    fn check(&self) -> Result<(), Refusal> {
        let wrong = |why: &str| Err(Refusal::Logits(why.to_owned()));
        let [batch, steps, _] = self.full.shape();
        let length = self.ids.first().map_or(0, Vec::len);
        if self.full.shape() != self.cached.shape() {
            return wrong("full_logits and cached_logits differ in shape");
        }
        if self.ids.len() != batch
            || length <= steps
            || self.ids.iter().any(|row| row.len() != length)
        {
            return wrong("ids do not fit the logits");
        }
        self.full.finite("full_logits")?;
        self.cached.finite("cached_logits")?;
        let chosen = self.ids.iter().flat_map(|row| &row[length - steps..]);
        let same = |(id, logits): (&u32, &[f32])| best(logits) == *id as usize;
        if !chosen.zip(self.cached.positions()).all(same) {
            return wrong("ids are not the best of cached_logits");
        }
        Ok(())
    }

    /// How it was made.
    pub fn made(&self) -> &Made {
        &self.made
    }

    /// Prompt and continuation, row by row.
    pub fn ids(&self) -> &[Vec<u32>] {
        &self.ids
    }

    /// Ids of the prompt in each row.
    pub fn prefill_len(&self) -> usize {
        self.ids.first().map_or(0, Vec::len) - self.full.steps()
    }

    /// Logits of each step from one pass over everything.
    pub fn full(&self) -> &Logits {
        &self.full
    }

    /// Logits of each step from decoding with a key-value cache.
    pub fn cached(&self) -> &Logits {
        &self.cached
    }

    /// Whether this is what was asked for: the continuation of this prompt, by so many ids.
    pub fn answers(&self, prompt: &Prompt, decode: usize) -> bool {
        let prompts = self.ids.iter().map(|row| &row[..self.prefill_len()]);
        self.full.steps() == decode && prompts.eq(prompt.rows())
    }

    /// Writes `ids` (int64), `full_logits` and `cached_logits` (float32) as safetensors: into a
    /// file beside it first, which then takes its place.
    ///
    /// # Errors
    /// [`Refusal::Unwritable`].
    pub fn save(&self, path: &Path) -> Result<(), Refusal> {
        file::save(path, &self.ids, &self.full, &self.cached)
    }

    /// Reads the contents of such a file.
    ///
    /// # Errors
    /// [`Refusal::Logits`] when they are not what [`Reference::save`] writes.
    pub fn read(made: Made, bytes: &[u8]) -> Result<Self, Refusal> {
        let (ids, full, cached) = file::read(bytes)?;
        Self::new(made, ids, full, cached)
    }
}
