//! A reference as safetensors.

use std::path::Path;

use bytemuck::cast_slice;
use safetensors::{Dtype, SafeTensors, serialize_to_file, tensor::TensorView};

use crate::{Logits, Refusal};

const IDS: &str = "ids";
const FULL: &str = "full_logits";
const CACHED: &str = "cached_logits";

pub(super) fn save(
    path: &Path,
    rows: &[Vec<u32>],
    full: &Logits,
    cached: &Logits,
) -> Result<(), Refusal> {
    let ids: Vec<u8> = rows
        .iter()
        .flatten()
        .flat_map(|id| i64::from(*id).to_le_bytes())
        .collect();
    let length = rows.first().map_or(0, Vec::len);
    let shape = |logits: &Logits| logits.shape().to_vec();
    let unwritable = |error: safetensors::SafeTensorError| Refusal::unwritable(path, error);
    let view = |name, dtype, shape, data| {
        let view = TensorView::new(dtype, shape, data).map_err(unwritable)?;
        Ok::<_, Refusal>((name, view))
    };
    let tensors = [
        view(IDS, Dtype::I64, vec![rows.len(), length], &ids)?,
        view(FULL, Dtype::F32, shape(full), cast_slice(full.values()))?,
        view(
            CACHED,
            Dtype::F32,
            shape(cached),
            cast_slice(cached.values()),
        )?,
    ];
    serialize_to_file(tensors, None, path).map_err(unwritable)
}

type Parts = (Vec<Vec<u32>>, Logits, Logits);

pub(super) fn read(bytes: &[u8]) -> Result<Parts, Refusal> {
    let wrong = |why: String| Refusal::Logits(why);
    let file = SafeTensors::deserialize(bytes).map_err(|error| wrong(error.to_string()))?;
    let tensor = |name: &str, dtype| match file.tensor(name) {
        Ok(tensor) if tensor.dtype() == dtype => Ok(tensor),
        Ok(tensor) => Err(wrong(format!("{name} is {:?}", tensor.dtype()))),
        Err(error) => Err(wrong(error.to_string())),
    };
    let ids = tensor(IDS, Dtype::I64)?;
    let &[_, length] = ids.shape() else {
        return Err(wrong(format!("{IDS} is {:?}", ids.shape())));
    };
    let numbers: Result<Vec<u32>, _> = (ids.data().as_chunks::<8>().0.iter())
        .map(|bytes| u32::try_from(i64::from_le_bytes(*bytes)))
        .collect();
    let numbers = numbers.map_err(|_| wrong(format!("{IDS} has what is no id")))?;
    let rows = numbers.chunks(length.max(1)).map(<[u32]>::to_vec).collect();
    let logits = |name: &str| {
        let tensor = tensor(name, Dtype::F32)?;
        let &[batch, steps, vocabulary] = tensor.shape() else {
            return Err(wrong(format!("{name} is {:?}", tensor.shape())));
        };
        let words = tensor.data().as_chunks::<4>().0;
        let values = words.iter().map(|word| f32::from_le_bytes(*word));
        Logits::new(batch, steps, vocabulary, values.collect())
    };
    Ok((rows, logits(FULL)?, logits(CACHED)?))
}
