//! Decoding with a key-value cache: the prompt first, then one id after the other.

use std::time::{Duration, Instant};

use super::groups::Groups;
use crate::{Logits, Model, Refusal, accuracy::best};

/// Which ids are read after the prompt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice<'a> {
    /// Always the best one, as the model itself goes on.
    Best,
    /// Those behind the prompt in these rows (teacher forcing).
    Given(&'a [Vec<u32>]),
}

/// Logits of every step, and what it took.
pub(super) struct Decoded {
    /// The prompt with one id for each step behind it.
    pub(super) ids: Vec<Vec<u32>>,
    pub(super) logits: Logits,
    pub(super) prefill: Duration,
    pub(super) decode: Duration,
}

/// Decodes `steps` steps of each row, group by group of them; the first one's logits are those of
/// the prompt.
pub(super) fn decode(
    model: &Model,
    prompt: &[Vec<u32>],
    steps: usize,
    choice: Choice,
    groups: Groups,
) -> Result<Decoded, Refusal> {
    let parts = groups.each(prompt.len(), |rows| {
        let choice = match choice {
            Choice::Best => Choice::Best,
            Choice::Given(given) => Choice::Given(&given[rows.clone()]),
        };
        together(model, &prompt[rows], steps, choice)
    })?;
    let time = |of: fn(&Decoded) -> Duration| parts.iter().map(of).sum();
    let (prefill, decode) = (time(|part| part.prefill), time(|part| part.decode));
    let (ids, logits): (Vec<_>, Vec<_>) = (parts.into_iter())
        .map(|part| (part.ids, part.logits))
        .unzip();
    Ok(Decoded {
        ids: ids.concat(),
        logits: Logits::stacked(logits)?,
        prefill,
        decode,
    })
}

fn together(
    model: &Model,
    prompt: &[Vec<u32>],
    steps: usize,
    choice: Choice,
) -> Result<Decoded, Refusal> {
    let mut ids = prompt.to_vec();
    let mut session = model.session(prompt.len());
    let begin = Instant::now();
    let mut logits = vec![session.feed(prompt)?];
    let prefill = begin.elapsed();
    let begin = Instant::now();
    loop {
        let next = chosen(choice, &ids, logits.last());
        for (row, id) in ids.iter_mut().zip(&next) {
            row.push(*id);
        }
        if logits.len() == steps {
            break;
        }
        let next: Vec<Vec<u32>> = next.into_iter().map(|id| vec![id]).collect();
        logits.push(session.feed(&next)?);
    }
    Ok(Decoded {
        ids,
        logits: Logits::joined(&logits)?,
        prefill,
        decode: begin.elapsed(),
    })
}

/// The next id of each row.
fn chosen(choice: Choice, ids: &[Vec<u32>], logits: Option<&Logits>) -> Vec<u32> {
    match choice {
        Choice::Given(rows) => (rows.iter().zip(ids))
            .filter_map(|(row, read)| row.get(read.len()).copied())
            .collect(),
        Choice::Best => (0..ids.len())
            .filter_map(|row| Some(best(logits?.last(row))))
            .map(|id| u32::try_from(id).unwrap_or(u32::MAX))
            .collect(),
    }
}
