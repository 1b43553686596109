//! The reference: a decoder computed in float32 on the CPU, exactly as its files say.
//!
//! What a family is made of is described by a `Spec`; the decoder here knows no family. All of it
//! is plain slices of float32 and one kernel for products, which takes weights as their files have
//! them: float32 in place, bfloat16 and others widened a few rows at a time.

mod activation;
mod attention;
mod cache;
mod decoder;
mod experts;
mod feed_forward;
mod finite;
mod kernel;
mod linear;
mod load;
mod matrix;
mod mxfp4;
mod norm;
mod precision;
mod rotation;
mod session;
mod values;
mod weights;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use self::session::Session;
use self::{cache::Cache, decoder::Decoder, weights::Weights};
use crate::{BlockFormat, Family, Logits, Refusal, config, config::Spec};

/// What numbers a model is computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numerics {
    /// float32 throughout: the reference.
    Float32,
    /// As an accelerator would: matrices of weights in a block-float format, everything else
    /// rounded to bfloat16 between operations.
    Preflight(BlockFormat),
}

/// A model that is ready to compute. Its files are mapped: they must stay as they are.
pub struct Model {
    folder: PathBuf,
    spec: Spec,
    decoder: Decoder,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut model = f.debug_struct("Model");
        let model = model.field("folder", &self.folder);
        model
            .field("family", &self.spec.family)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Reads `config.json` and the weights of a folder.
    ///
    /// # Errors
    /// A [`Refusal`] naming file and field or tensor, of whatever is missing, unsound or not
    /// supported.
    pub fn open(folder: &Path, numerics: Numerics) -> Result<Self, Refusal> {
        Self::described(folder, config::read(folder)?, numerics)
    }

    /// The same, of a configuration that was read before.
    pub(crate) fn described(
        folder: &Path,
        spec: Spec,
        numerics: Numerics,
    ) -> Result<Self, Refusal> {
        let weights = Weights::open(folder)?;
        let decoder = load::decoder(&spec, &weights, numerics)?;
        let folder = folder.to_owned();
        Ok(Self {
            folder,
            spec,
            decoder,
        })
    }

    /// What family it is of.
    pub fn family(&self) -> Family {
        self.spec.family
    }

    /// How many tokens it knows.
    pub fn vocabulary(&self) -> usize {
        self.spec.vocabulary
    }

    /// The longest sequence that it was made for, in tokens.
    pub fn positions(&self) -> usize {
        self.spec.positions
    }

    /// One pass over whole rows, keeping nothing: the logits of the positions from `from` on.
    ///
    /// Where a rotation depends on the length of the sequence, each position gets what a pass
    /// that ends with it would give.
    ///
    /// # Errors
    /// A [`Refusal`] of rows that do not fit the model or each other, or of logits that are not
    /// finite.
    pub fn full(&self, ids: &[Vec<u32>], from: usize) -> Result<Logits, Refusal> {
        let steps = self.fits(ids, 0)?;
        if from >= steps {
            let why = format!("logits from position {from} of {steps}");
            return Err(Refusal::Prompt(why));
        }
        let turn = self.turn().filter(|turn| *turn < steps);
        let parts = match turn {
            Some(turn) if from < turn => vec![
                self.pass(ids, turn, from, false)?,
                self.pass(ids, steps, turn, true)?,
            ],
            _ => vec![self.pass(ids, steps, from, turn.is_some())?],
        };
        Logits::joined(&parts)
    }

    /// Computes piece by piece, with a cache, for so many rows.
    pub fn session(&self, batch: usize) -> Session<'_> {
        Session::new(self, batch)
    }

    /// The residual stream of one row: embeddings, what follows each layer, and in place of the
    /// last the normalised one; each `[position, hidden]`.
    ///
    /// # Errors
    /// As [`Model::full`].
    pub fn hidden_states(&self, ids: &[u32]) -> Result<Vec<Vec<f32>>, Refusal> {
        self.fits(&[ids.to_vec()], 0)?;
        let long = self.turn().is_some_and(|turn| ids.len() > turn);
        let mut states = Vec::new();
        let mut cache = self.cache(1);
        self.decoder
            .stream(&[ids], &mut cache, long, |x| states.push(x.to_vec()));
        if let Some(last) = states.last_mut() {
            *last = self.decoder.norm.of(last);
        }
        Ok(states)
    }

    /// Passes over the first `to` ids of each row; logits from `from` on.
    fn pass(
        &self,
        ids: &[Vec<u32>],
        to: usize,
        from: usize,
        long: bool,
    ) -> Result<Logits, Refusal> {
        let rows: Vec<&[u32]> = ids.iter().map(|row| &row[..to]).collect();
        self.extend(&mut self.cache(ids.len()), &rows, from, long)
    }

    /// Passes over ids that follow what is in the cache; logits from the `from`-th of them on.
    fn extend(
        &self,
        cache: &mut Cache,
        ids: &[&[u32]],
        from: usize,
        long: bool,
    ) -> Result<Logits, Refusal> {
        let stream = self.decoder.stream(ids, cache, long, |_| {});
        let (hidden, steps) = (self.spec.hidden, ids.first().map_or(0, |row| row.len()));
        let rows = stream.chunks(steps * hidden);
        let wanted: Vec<f32> = rows
            .flat_map(|row| &row[from * hidden..])
            .copied()
            .collect();
        let values = self.decoder.logits(&wanted);
        let logits = Logits::new(ids.len(), steps - from, self.spec.vocabulary, values)?;
        logits.finite(&self.folder.display().to_string())?;
        Ok(logits)
    }

    fn cache(&self, batch: usize) -> Cache {
        Cache::new(self.spec.layers.len(), &self.spec.attention, batch)
    }

    /// The length beyond which rotations change for the whole sequence.
    fn turn(&self) -> Option<usize> {
        let mut turns = self.spec.ropes.iter().filter_map(|rope| rope.long.as_ref());
        turns.next().map(|long| long.beyond)
    }

    /// Refuses rows that cannot follow `before` tokens; the number of steps otherwise.
    fn fits(&self, ids: &[Vec<u32>], before: usize) -> Result<usize, Refusal> {
        let refused = |why: String| Err(Refusal::Prompt(why));
        let steps = ids.first().map_or(0, Vec::len);
        if steps == 0 {
            return refused("there are no tokens".to_owned());
        }
        if let Some(row) = ids.iter().position(|row| row.len() != steps) {
            let length = ids[row].len();
            return refused(format!("row {row} has {length} tokens, row 0 has {steps}"));
        }
        let length = before + steps;
        if length > self.spec.positions {
            let positions = self.spec.positions;
            return refused(format!(
                "{length} tokens are more than the model's {positions} positions"
            ));
        }
        let unknown = |row: &Vec<u32>| {
            let mut ids = row.iter();
            ids.find(|id| **id as usize >= self.spec.vocabulary)
                .copied()
        };
        match ids.iter().find_map(unknown) {
            Some(id) => refused(format!(
                "token {id} is beyond the model's vocabulary of {}",
                self.spec.vocabulary
            )),
            None => Ok(steps),
        }
    }
}
