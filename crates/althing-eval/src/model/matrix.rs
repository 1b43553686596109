//! A matrix of weights as its file has it, read as float32 a few rows at a time.

use std::ops::Range;

use bytemuck::AnyBitPattern;
use half::{
    f16,
    slice::{HalfBitsSliceExt, HalfFloatSliceExt},
};
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::{finite, mxfp4::Mxfp4, values::Values};

/// Rows are outputs, columns inputs, as in the files.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    rows: usize,
    columns: usize,
    storage: Storage,
}

/// How the numbers are kept. All are read exactly.
#[derive(Clone, Debug)]
pub(super) enum Storage {
    Float32(Values<f32>),
    Bfloat16(Values<u16>),
    Float16(Values<u16>),
    Mxfp4(Mxfp4),
}

impl Matrix {
    /// A matrix whose storage has exactly as many numbers; the loader has checked that.
    pub(super) fn new(rows: usize, columns: usize, storage: Storage) -> Self {
        Self {
            rows,
            columns,
            storage,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Some of its rows as a matrix of their own; nothing is copied.
    pub(super) fn part(&self, rows: Range<usize>) -> Self {
        let numbers = rows.start * self.columns..rows.end * self.columns;
        let storage = match &self.storage {
            Storage::Float32(values) => Storage::Float32(values.part(numbers)),
            Storage::Bfloat16(values) => Storage::Bfloat16(values.part(numbers)),
            Storage::Float16(values) => Storage::Float16(values.part(numbers)),
            Storage::Mxfp4(values) => Storage::Mxfp4(values.part(numbers)),
        };
        Self::new(rows.len(), self.columns, storage)
    }

    /// Rows for columns, copied: for the few tensors that have inputs before outputs.
    pub(super) fn turned(&self) -> Self {
        let storage = match &self.storage {
            Storage::Float32(values) => Storage::Float32(self.turn(values)),
            Storage::Bfloat16(values) => Storage::Bfloat16(self.turn(values)),
            Storage::Float16(values) => Storage::Float16(self.turn(values)),
            Storage::Mxfp4(_) => {
                let values = Values::owned(self.to_vec());
                Storage::Float32(self.turn(&values))
            }
        };
        Self::new(self.columns, self.rows, storage)
    }

    fn turn<T: AnyBitPattern + Send + Sync>(&self, values: &Values<T>) -> Values<T> {
        let all = values.get();
        let mut turned = vec![T::zeroed(); all.len()];
        let columns = turned.par_chunks_mut(self.rows).enumerate();
        columns.for_each(|(column, turned)| {
            let numbers = all[column..].iter().step_by(self.columns);
            turned
                .iter_mut()
                .zip(numbers)
                .for_each(|(to, from)| *to = *from);
        });
        Values::owned(turned)
    }

    /// Some rows as float32: those of the file, or converted into `space`.
    pub(super) fn read<'a>(&'a self, rows: Range<usize>, space: &'a mut Vec<f32>) -> &'a [f32] {
        let numbers = rows.start * self.columns..rows.end * self.columns;
        if let Storage::Float32(values) = &self.storage {
            return &values.get()[numbers];
        }
        space.resize(numbers.len(), 0.0);
        match &self.storage {
            Storage::Float32(_) => {}
            Storage::Bfloat16(values) => pulp::Arch::new().dispatch(Widen {
                from: &values.get()[numbers],
                to: space,
            }),
            Storage::Float16(values) => {
                let halves: &[f16] = values.get()[numbers].reinterpret_cast();
                halves.convert_to_f32_slice(space);
            }
            Storage::Mxfp4(values) => values.read(numbers, space),
        }
        space
    }

    /// All rows as float32.
    pub(super) fn to_vec(&self) -> Vec<f32> {
        let mut space = Vec::new();
        self.read(0..self.rows, &mut space).to_vec()
    }
}

impl Storage {
    /// Whether no number is NaN or infinite.
    pub(super) fn is_finite(&self) -> bool {
        match self {
            Self::Float32(values) => finite::all_float32(values.get()),
            Self::Bfloat16(values) => finite::all_halves(values.get(), 0x7f80),
            Self::Float16(values) => finite::all_halves(values.get(), 0x7c00),
            Self::Mxfp4(values) => values.is_finite(),
        }
    }
}

/// bfloat16 to float32: the upper half of its bits.
struct Widen<'a> {
    from: &'a [u16],
    to: &'a mut [f32],
}

impl NullaryFnOnce for Widen<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (to, from) in self.to.iter_mut().zip(self.from) {
            *to = f32::from_bits(u32::from(*from) << 16);
        }
    }
}
