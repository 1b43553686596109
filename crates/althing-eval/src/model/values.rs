//! Numbers in a mapped file or in memory of their own, shared by all who hold a part of them.

use std::{ops::Range, sync::Arc};

use bytemuck::AnyBitPattern;
use memmap2::Mmap;

/// Numbers that lie one behind the other.
#[derive(Clone, Debug)]
pub(super) enum Values<T> {
    Mapped {
        map: Arc<Mmap>,
        bytes: Range<usize>,
    },
    Owned {
        numbers: Arc<Vec<T>>,
        range: Range<usize>,
    },
}

impl<T: AnyBitPattern> Values<T> {
    /// Those in these bytes of a mapped file: in place, or copied if they do not lie on a
    /// boundary of their size. A rest that is smaller than one number does not count.
    pub(super) fn mapped(map: &Arc<Mmap>, bytes: Range<usize>) -> Self {
        let raw = map.get(bytes.clone()).unwrap_or_default();
        let whole = raw.len() - raw.len() % size_of::<T>();
        if bytemuck::try_cast_slice::<u8, T>(&raw[..whole]).is_ok() {
            let bytes = bytes.start..bytes.start + whole;
            let map = Arc::clone(map);
            return Self::Mapped { map, bytes };
        }
        let numbers = raw.chunks_exact(size_of::<T>());
        let numbers = numbers.map(bytemuck::pod_read_unaligned).collect();
        Self::owned(numbers)
    }

    /// Numbers of one's own.
    pub(super) fn owned(numbers: Vec<T>) -> Self {
        let range = 0..numbers.len();
        let numbers = Arc::new(numbers);
        Self::Owned { numbers, range }
    }

    /// The numbers.
    pub(super) fn get(&self) -> &[T] {
        match self {
            // `mapped` has cast these bytes once; a part of them begins at a number again.
            Self::Mapped { map, bytes } => {
                bytemuck::try_cast_slice(&map[bytes.clone()]).unwrap_or_default()
            }
            Self::Owned { numbers, range } => &numbers[range.clone()],
        }
    }

    /// Some of the numbers; nothing is copied.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        match self {
            Self::Mapped { map, bytes } => {
                let at = |number: usize| bytes.start + number * size_of::<T>();
                let (map, bytes) = (Arc::clone(map), at(part.start)..at(part.end));
                Self::Mapped { map, bytes }
            }
            Self::Owned { numbers, range } => {
                let (numbers, start) = (Arc::clone(numbers), range.start);
                let range = start + part.start..start + part.end;
                Self::Owned { numbers, range }
            }
        }
    }
}
