//! The weights of a model folder: one safetensors file, or several and an index.
//!
//! Files are mapped, so nothing is read before it is used and nothing is kept twice. A header is
//! believed in nothing that has not been compared with the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    ops::Range,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

use super::{
    matrix::{Matrix, Storage},
    mxfp4::{self, Mxfp4},
    values::Values,
};
use crate::{
    Refusal, files,
    weights::{OTHER_FORM, other_form},
};

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
/// A line per tensor; the largest models have some hundred thousand.
const LARGEST_INDEX: u64 = 64 << 20;
const NOT_FINITE: &str = "has a number that is not finite";

/// All tensors by name.
#[derive(Debug)]
pub(super) struct Weights {
    /// What names the weights as a whole.
    file: PathBuf,
    tensors: BTreeMap<String, Tensor>,
}

/// Where a tensor lies.
#[derive(Clone, Debug)]
struct Tensor {
    file: Arc<PathBuf>,
    map: Arc<Mmap>,
    bytes: Range<usize>,
    dtype: Dtype,
    shape: Vec<usize>,
}

impl Weights {
    /// Maps the files of the folder and reads their headers.
    pub(super) fn open(folder: &Path) -> Result<Self, Refusal> {
        let single = folder.join(SINGLE);
        if single.exists() {
            let tensors = tensors(&single)?;
            return Ok(Self {
                file: single,
                tensors,
            });
        }
        let index = folder.join(INDEX);
        if !index.exists() {
            return Err(absent(folder, &single));
        }
        let placed = placed(&index)?;
        let files: BTreeSet<&String> = placed.values().collect();
        let mut found = BTreeMap::new();
        for file in files {
            found.insert(file, tensors(&folder.join(file))?);
        }
        let mut tensors = BTreeMap::new();
        for (name, file) in &placed {
            let tensor = found.get_mut(file).and_then(|those| those.remove(name));
            let tensor = tensor.ok_or_else(|| {
                Refusal::tensor(
                    &folder.join(file),
                    name,
                    format!("is not there: {INDEX} says it is"),
                )
            })?;
            tensors.insert(name.clone(), tensor);
        }
        Ok(Self {
            file: index,
            tensors,
        })
    }

    /// Whether there is a tensor of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// A matrix of this shape.
    pub(super) fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix, Refusal> {
        let tensor = self.shaped(name, &[rows, columns])?;
        Ok(Matrix::new(rows, columns, tensor.floats(name)?))
    }

    /// As many matrices of this shape, which lie one behind the other in one tensor.
    pub(super) fn stacked(
        &self,
        name: &str,
        count: usize,
        rows: usize,
        columns: usize,
    ) -> Result<Vec<Matrix>, Refusal> {
        let tensor = self.shaped(name, &[count, rows, columns])?;
        let all = Matrix::new(count * rows, columns, tensor.floats(name)?);
        Ok((0..count)
            .map(|at| all.part(at * rows..(at + 1) * rows))
            .collect())
    }

    /// The same kept as MXFP4: `NAME_blocks` and `NAME_scales`.
    pub(super) fn stacked_mxfp4(
        &self,
        name: &str,
        count: usize,
        rows: usize,
        columns: usize,
    ) -> Result<Vec<Matrix>, Refusal> {
        let [blocks, scales] = ["blocks", "scales"].map(|part| format!("{name}_{part}"));
        let groups = columns / mxfp4::GROUP;
        if groups * mxfp4::GROUP != columns {
            let why = format!("cannot be MXFP4: {columns} columns are no multiple of 32");
            return Err(Refusal::tensor(&self.file, &blocks, why));
        }
        let half = mxfp4::GROUP / 2;
        let numbers = self
            .shaped(&blocks, &[count, rows, groups, half])?
            .bytes(&blocks)?;
        let powers = self
            .shaped(&scales, &[count, rows, groups])?
            .bytes(&scales)?;
        let storage = Storage::Mxfp4(Mxfp4::new(numbers, powers));
        if !storage.is_finite() {
            return Err(self.refused(&blocks, NOT_FINITE));
        }
        let all = Matrix::new(count * rows, columns, storage);
        Ok((0..count)
            .map(|at| all.part(at * rows..(at + 1) * rows))
            .collect())
    }

    /// A tensor of this shape as float32, row-major.
    pub(super) fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Refusal> {
        let tensor = self.shaped(name, shape)?;
        let count = shape.iter().product();
        Ok(Matrix::new(1, count, tensor.floats(name)?).to_vec())
    }

    /// The refusal of a tensor, naming its file.
    pub(super) fn refused(&self, name: &str, why: impl ToString) -> Refusal {
        let file = self
            .tensors
            .get(name)
            .map_or(&self.file, |tensor| &*tensor.file);
        Refusal::tensor(file, name, why)
    }

    fn shaped(&self, name: &str, shape: &[usize]) -> Result<&Tensor, Refusal> {
        let tensor = self.tensors.get(name);
        let tensor = tensor.ok_or_else(|| self.refused(name, "is missing"))?;
        if tensor.shape != shape {
            let why = format!(
                "has shape {:?}, config.json asks for {shape:?}",
                tensor.shape
            );
            return Err(self.refused(name, why));
        }
        Ok(tensor)
    }
}

impl Tensor {
    /// Its numbers, if they are floats that are read exactly, and finite.
    fn floats(&self, name: &str) -> Result<Storage, Refusal> {
        let storage = if self.dtype == Dtype::F32 {
            Storage::Float32(self.values())
        } else if self.dtype == Dtype::BF16 {
            Storage::Bfloat16(self.values())
        } else if self.dtype == Dtype::F16 {
            Storage::Float16(self.values())
        } else {
            let what = format!("tensor `{name}` of type {:?}", self.dtype);
            return Err(Refusal::unsupported(&self.file, what));
        };
        if !storage.is_finite() {
            return Err(Refusal::tensor(&self.file, name, NOT_FINITE));
        }
        Ok(storage)
    }

    fn bytes(&self, name: &str) -> Result<Values<u8>, Refusal> {
        if self.dtype != Dtype::U8 {
            let what = format!("tensor `{name}` of type {:?} in place of U8", self.dtype);
            return Err(Refusal::unsupported(&self.file, what));
        }
        Ok(self.values())
    }

    fn values<T: bytemuck::AnyBitPattern>(&self) -> Values<T> {
        Values::mapped(&self.map, self.bytes.clone())
    }
}

/// The tensors of one file.
fn tensors(path: &Path) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let map = map(path)?;
    let wrong = |error| Refusal::model(path, format!("no sound safetensors file: {error}"));
    let (header, metadata) = SafeTensors::read_metadata(&map).map_err(wrong)?;
    // The header begins behind its length, the numbers behind the header.
    let start = size_of::<u64>() + header;
    let (file, map) = (Arc::new(path.to_owned()), Arc::new(map));
    let tensor = |name: String, info: &safetensors::tensor::TensorInfo| {
        let (from, to) = info.data_offsets;
        let tensor = Tensor {
            file: Arc::clone(&file),
            map: Arc::clone(&map),
            bytes: start + from..start + to,
            dtype: info.dtype,
            shape: info.shape.clone(),
        };
        (name, tensor)
    };
    let all = metadata.tensors();
    Ok(all
        .into_iter()
        .map(|(name, info)| tensor(name, info))
        .collect())
}

/// Why a folder without safetensors files of weights is refused: what it has may be of use to
/// others.
fn absent(folder: &Path, single: &Path) -> Refusal {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten();
    let names: BTreeSet<String> = listed
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    match other_form(names.iter().map(String::as_str)) {
        Some(other) => Refusal::unsupported(&folder.join(other), OTHER_FORM),
        None => Refusal::unreadable(single, format!("is not there, nor is {INDEX}")),
    }
}

/// Maps a file for reading.
fn map(path: &Path) -> Result<Mmap, Refusal> {
    let unreadable = |error| Refusal::unreadable(path, error);
    // Before it is opened: opening what is no file may wait for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Refusal::unreadable(path, "is no file"));
    }
    let file = File::open(path).map_err(unreadable)?;
    #[expect(
        unsafe_code,
        reason = "a map is only as steady as its file; weights are not written while they are used"
    )]
    // SAFETY: the map is read-only. Who shortens the file meanwhile ends this process.
    let map = unsafe { Mmap::map(&file) };
    map.map_err(unreadable)
}

/// Which file each tensor lies in, by the index.
fn placed(index: &Path) -> Result<BTreeMap<String, String>, Refusal> {
    let text = files::read(index, LARGEST_INDEX)?;
    let wrong = |why: String| Refusal::model(index, why);
    let value: Value = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let placed = value.get("weight_map").and_then(Value::as_object);
    let placed = placed.ok_or_else(|| wrong("has no `weight_map`".to_owned()))?;
    let mut all = BTreeMap::new();
    for (name, file) in placed {
        let file = file.as_str().filter(|file| is_plain(file));
        let file = file.ok_or_else(|| wrong(format!("`{name}` does not lie in a file here")))?;
        all.insert(name.clone(), file.to_owned());
    }
    Ok(all)
}

/// The name of a file beside the index, not a path that leads elsewhere.
fn is_plain(file: &str) -> bool {
    let mut parts = Path::new(file).components();
    matches!(parts.next(), Some(Component::Normal(_))) && parts.next().is_none()
}
