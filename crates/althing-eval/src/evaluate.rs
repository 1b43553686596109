//! From a request to metrics: locate the model, make the prompt, take or compute the reference,
//! compare.

mod decoding;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::decoding::{Choice, Decoded, decode};
use crate::{
    BlockFormat, Cache, Hub, Key, Logits, Metrics, Model, Numerics, Prompt, Reference,
    ReferenceMark, Refusal, Remembered, Source, Timing, Tokenizer, accuracy,
    config::{self, Spec},
    reference::Made,
};

/// Lengths of the prompt and of the batch where nothing else is said (B-317, B-319).
const PREFILL_LEN: usize = 128;
const BATCH: usize = 1;
/// Most bytes that logits of one evaluation may have; it keeps two sets of them.
const MOST_LOGITS: usize = 8 << 30;
/// Most ids of all rows together.
const MOST_IDS: usize = 1 << 26;

/// What is to be evaluated.
#[derive(Clone, Debug)]
pub struct Request {
    /// The model as people name it: what metrics and messages say.
    pub hf_model: String,
    /// Where its files are.
    pub source: Source,
    /// What it is given to read.
    pub prompt: PromptSource,
    /// Ids of each row of the prompt. If it is not said: 128, as many as a file has in each row,
    /// or as a short text has.
    pub prefill_len: Option<usize>,
    /// Steps that are compared in each row.
    pub decode_len: usize,
    /// Rows. If it is not said: 1, or as many as a file has.
    pub batch: Option<usize>,
    /// Where references are kept.
    pub cache: Option<Cache>,
    /// A file for the reference: ids and logits.
    pub save_logits: Option<PathBuf>,
}

/// Where the prompt comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptSource {
    /// Ids that look random.
    Seed(u64),
    /// A text, through the model's tokenizer.
    Text(PathBuf),
    /// A JSON file of ids, one list per row.
    Ids(PathBuf),
}

/// Evaluates a model: its decoding with a key-value cache, or with `preflight` what is left of it
/// in a block format, against its full pass.
///
/// # Errors
/// [`Refusal`]; then there is no number to rely on.
pub fn evaluate(request: &Request, preflight: Option<BlockFormat>) -> Result<Metrics, Refusal> {
    let started = Instant::now();
    let asked = Asked::prepare(request)?;
    let (reference, mark) = asked.reference()?;
    let candidate = match preflight {
        None => Candidate::decoding_of(&reference),
        Some(format) => Candidate::preflight(&asked, &reference, format)?,
    };
    let logits = candidate.logits.as_ref().unwrap_or(reference.cached());
    let agreement = accuracy::agreement(logits, reference.full())?;
    let distance = logits.distance(reference.full()).unwrap_or(f32::NAN);
    let timing = Timing {
        total_s: seconds(started.elapsed()),
        ..candidate.timing
    };
    Ok(Metrics::new(agreement, preflight, timing, distance, mark))
}

/// The reference alone, for whoever has a candidate elsewhere; it is in the file of
/// [`Request::save_logits`].
///
/// # Errors
/// [`Refusal`].
pub fn reference(request: &Request) -> Result<ReferenceMark, Refusal> {
    Ok(Asked::prepare(request)?.reference()?.1)
}

/// A request whose files were found and whose prompt fits the model.
struct Asked<'a> {
    request: &'a Request,
    folder: PathBuf,
    key: Key,
}

impl<'a> Asked<'a> {
    fn prepare(request: &'a Request) -> Result<Self, Refusal> {
        let located = request.source.locate(&Hub::of_this_process())?;
        let folder = &located.folder;
        let spec = config::read(folder)?;
        let said = [request.batch, request.prefill_len].map(|said| said.unwrap_or(1));
        let fits = |[batch, prefill]: [usize; 2]| {
            fits(folder, &spec, [batch, prefill, request.decode_len])
        };
        // Before a prompt of these lengths is made, and for those that a file has.
        fits(said)?;
        let prompt = request.prompt(folder, spec.vocabulary)?;
        fits([prompt.batch(), prompt.length()])?;
        prompt.within(spec.vocabulary)?;
        let known = request.cache.as_ref().map(Cache::known_weights);
        let weights = located.weights(known.as_deref())?;
        let key = Key::new(weights, prompt, request.decode_len);
        Ok(Self {
            request,
            folder: located.folder,
            key,
        })
    }

    /// The reference, and what it says of itself.
    fn reference(&self) -> Result<(Reference, ReferenceMark), Refusal> {
        let compute = || compute(&self.folder, self.key.prompt(), self.request.decode_len);
        let (reference, remembered) = match &self.request.cache {
            Some(cache) => cache.get(&self.key, compute)?,
            None => (compute()?, Remembered::Off),
        };
        if let Some(file) = &self.request.save_logits {
            reference.save(file)?;
        }
        let name = self.request.hf_model.clone();
        let mark = ReferenceMark::new(name, &self.key, &reference, remembered);
        Ok((reference, mark))
    }
}

/// Refuses lengths of zero, and what the model or this machine has no room for.
fn fits(folder: &Path, spec: &Spec, [batch, prefill, decode]: [usize; 3]) -> Result<(), Refusal> {
    let lengths = [("batch", batch), ("prefill", prefill), ("decode", decode)];
    if let Some((name, _)) = lengths.into_iter().find(|(_, length)| *length == 0) {
        return Err(Refusal::Prompt(format!("the {name} length is 0")));
    }
    let read = prefill.saturating_add(decode - 1);
    if read > spec.positions {
        return Err(Refusal::Prompt(format!(
            "{}: {prefill} ids and {decode} steps need {read} positions, and the model has {}",
            folder.join("config.json").display(),
            spec.positions
        )));
    }
    let logits = [batch, decode, spec.vocabulary, size_of::<f32>()];
    let bytes = logits.into_iter().try_fold(1, usize::checked_mul);
    let ids = batch.checked_mul(read);
    if bytes.is_none_or(|bytes| bytes > MOST_LOGITS) || ids.is_none_or(|ids| ids > MOST_IDS) {
        return Err(Refusal::Prompt(format!(
            "{batch} rows of {prefill} ids and {decode} steps are too many: at most {MOST_IDS} ids \
             and {} GiB of logits",
            MOST_LOGITS >> 30
        )));
    }
    Ok(())
}

impl Request {
    fn prompt(&self, folder: &Path, vocabulary: usize) -> Result<Prompt, Refusal> {
        let batch = self.batch.unwrap_or(BATCH);
        let length = self.prefill_len.unwrap_or(PREFILL_LEN);
        match &self.prompt {
            PromptSource::Seed(seed) => Prompt::seeded(*seed, batch, length, vocabulary),
            PromptSource::Text(file) => {
                let text = std::fs::read_to_string(file);
                let text = text.map_err(|error| Refusal::unreadable(file, error))?;
                let ids = Tokenizer::open(folder)?.ids(&text)?;
                let fits = self.prefill_len.unwrap_or(length.min(ids.len() / batch));
                Prompt::from_text(file, &ids, batch, fits)
            }
            PromptSource::Ids(file) => {
                let prompt = Prompt::from_json(file)?;
                let (rows, ids) = (prompt.batch(), prompt.length());
                if self.batch.is_some_and(|batch| batch != rows)
                    || self.prefill_len.is_some_and(|length| length != ids)
                {
                    return Err(Refusal::Prompt(format!(
                        "{}: has {rows} rows of {ids} ids, and {batch} of {length} are asked for",
                        file.display()
                    )));
                }
                Ok(prompt)
            }
        }
    }
}

/// Computes a reference: decodes greedily with a key-value cache, then passes once over all of it.
fn compute(folder: &Path, prompt: &Prompt, steps: usize) -> Result<Reference, Refusal> {
    let begin = Instant::now();
    let model = Model::open(folder, Numerics::Float32)?;
    let load = begin.elapsed();
    let decoded = decode(&model, prompt.rows(), steps, Choice::Best)?;
    let read: Vec<Vec<u32>> = (decoded.ids.iter())
        .map(|row| row[..row.len() - 1].to_vec())
        .collect();
    let begin = Instant::now();
    let full = model.full(&read, prompt.length() - 1)?;
    let made = Made {
        architecture: model.family().name().to_owned(),
        threads: threads(),
        load_us: microseconds(load),
        prefill_us: microseconds(decoded.prefill),
        decode_us: microseconds(decoded.decode),
        full_us: microseconds(begin.elapsed()),
    };
    Reference::new(made, decoded.ids, full, decoded.logits)
}

/// What is compared with the reference's full pass.
struct Candidate {
    /// None for the reference's own decoding.
    logits: Option<Logits>,
    timing: Timing,
}

impl Candidate {
    fn decoding_of(reference: &Reference) -> Self {
        let made = reference.made();
        let [load, prefill, decode] = [made.load_us, made.prefill_us, made.decode_us];
        let [load, prefill, decode] = [load, prefill, decode].map(Duration::from_micros);
        Self {
            logits: None,
            timing: timing(load, prefill, decode, reference.cached()),
        }
    }

    fn preflight(
        asked: &Asked,
        reference: &Reference,
        format: BlockFormat,
    ) -> Result<Self, Refusal> {
        let begin = Instant::now();
        let model = Model::open(&asked.folder, Numerics::Preflight(format))?;
        let load = begin.elapsed();
        let steps = reference.full().steps();
        let rows = asked.key.prompt().rows();
        let Decoded {
            logits,
            prefill,
            decode,
            ..
        } = decode(&model, rows, steps, Choice::Given(reference.ids()))?;
        Ok(Self {
            timing: timing(load, prefill, decode, &logits),
            logits: Some(logits),
        })
    }
}

fn timing(load: Duration, prefill: Duration, decode: Duration, logits: &Logits) -> Timing {
    let tokens = logits.batch() * (logits.steps() - 1);
    #[expect(clippy::cast_precision_loss, reason = "far fewer tokens than 2^52")]
    let tokens = tokens as f64;
    let is_decoded = tokens > 0.0 && !decode.is_zero();
    let rate = is_decoded.then(|| rounded(tokens / decode.as_secs_f64()));
    Timing {
        load_s: seconds(load),
        prefill_s: seconds(prefill),
        decode_s: seconds(decode),
        tokens_per_s: rate.unwrap_or(0.0),
        total_s: 0.0,
    }
}

fn seconds(time: Duration) -> f64 {
    rounded(time.as_secs_f64())
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn threads() -> usize {
    rayon::current_num_threads()
}
