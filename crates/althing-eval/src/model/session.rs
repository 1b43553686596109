//! Decoding piece by piece.

use super::{Model, cache::Cache};
use crate::{Logits, Refusal};

/// A batch of rows and what is kept of them.
#[derive(Debug)]
pub struct Session<'a> {
    model: &'a Model,
    rows: Vec<Vec<u32>>,
    cache: Cache,
    long: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(model: &'a Model, batch: usize) -> Self {
        Self {
            model,
            rows: vec![Vec::new(); batch],
            cache: model.cache(batch),
            long: false,
        }
    }

    /// Feeds a piece to each row: the logits after its last token, `[batch, 1, vocabulary]`.
    ///
    /// When a sequence grows beyond a length from which on all its positions are rotated in
    /// another way, what was kept is dropped and computed anew.
    ///
    /// # Errors
    /// As [`Model::full`].
    pub fn feed(&mut self, ids: &[Vec<u32>]) -> Result<Logits, Refusal> {
        if ids.len() != self.rows.len() {
            let why = format!("{} rows for a batch of {}", ids.len(), self.rows.len());
            return Err(Refusal::Prompt(why));
        }
        let steps = self.model.fits(ids, self.cache.length)?;
        for (row, piece) in self.rows.iter_mut().zip(ids) {
            row.extend_from_slice(piece);
        }
        let length = self.cache.length + steps;
        let long = self.model.turn().is_some_and(|turn| length > turn);
        if long != self.long {
            self.long = long;
            self.cache = self.model.cache(self.rows.len());
        }
        let kept = self.cache.length;
        let rows: Vec<&[u32]> = self.rows.iter().map(|row| &row[kept..]).collect();
        let last = length - kept - 1;
        self.model.extend(&mut self.cache, &rows, last, long)
    }
}
