//! From a request to metrics: locate the model, make the prompt, take or compute the reference,
//! compare.

mod decoding;
mod given;
mod groups;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use self::{
    decoding::{Choice, Decoded, decode},
    given::Given,
    groups::Groups,
};
use crate::{
    BlockFormat, Cache, Hub, Key, Logits, Metrics, Model, Numerics, Prompt, Reference,
    ReferenceMark, Refusal, Remembered, Source, Timing, accuracy,
    config::{self, Spec},
    reference::Made,
    source::Mark,
};

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
    let asked = Asked::prepare(request, &Hub::of_this_process())?;
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
    let asked = Asked::prepare(request, &Hub::of_this_process())?;
    Ok(asked.reference()?.1)
}

/// A request whose files were found and whose prompt fits the model.
struct Asked<'a> {
    request: &'a Request,
    folder: PathBuf,
    spec: Spec,
    mark: Mark,
    key: Key,
}

impl<'a> Asked<'a> {
    fn prepare(request: &'a Request, hub: &Hub) -> Result<Self, Refusal> {
        let given = Given::new(request)?;
        let read = |folder: &Path| {
            let spec = config::read(folder)?;
            given.suits(folder, &spec).map(|()| spec)
        };
        let judge = |folder: &Path| read(folder).map(drop);
        let located = request.source.locate_if(hub, &judge)?;
        let mark = located.mark()?;
        let folder = located.folder;
        let spec = read(&folder)?;
        let prompt = given.prompt(&folder, &spec)?;
        let known = request.cache.as_ref().map(Cache::known_weights);
        let weights = mark.weights(known.as_deref())?;
        let key = Key::new(weights, prompt, request.decode_len, spec.vocabulary);
        Ok(Self {
            request,
            folder,
            spec,
            mark,
            key,
        })
    }

    /// The reference, and what it says of itself.
    fn reference(&self) -> Result<(Reference, ReferenceMark), Refusal> {
        let compute = || {
            let begin = Instant::now();
            let model = self.model(Numerics::Float32)?;
            let (prompt, steps) = (self.key.prompt(), self.request.decode_len);
            let found = compute(&model, begin.elapsed(), prompt, steps, self.groups());
            // Whatever came of it: other files than those of the key may have led to it.
            self.mark.unchanged()?;
            found
        };
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

    fn model(&self, numerics: Numerics) -> Result<Model, Refusal> {
        Model::described(&self.folder, self.spec.clone(), numerics)
    }

    fn groups(&self) -> Groups {
        Groups::of(self.key.prompt().length() + self.request.decode_len)
    }
}

/// Computes a reference: decodes greedily with a key-value cache, then passes once over all of it.
fn compute(
    model: &Model,
    load: Duration,
    prompt: &Prompt,
    steps: usize,
    groups: Groups,
) -> Result<Reference, Refusal> {
    let decoded = decode(model, prompt.rows(), steps, Choice::Best, groups)?;
    let read: Vec<Vec<u32>> = (decoded.ids.iter())
        .map(|row| row[..row.len() - 1].to_vec())
        .collect();
    let begin = Instant::now();
    let full = groups.full(model, &read, prompt.length() - 1)?;
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
        let model = asked.model(Numerics::Preflight(format))?;
        let load = begin.elapsed();
        let steps = reference.full().steps();
        let rows = asked.key.prompt().rows();
        let choice = Choice::Given(reference.ids());
        let decoded = decode(&model, rows, steps, choice, asked.groups());
        asked.mark.unchanged()?;
        let Decoded {
            logits,
            prefill,
            decode,
            ..
        } = decoded?;
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

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
        thread,
        time::Duration,
    };

    use rstest::rstest;
    use tempfile::TempDir;

    use super::{Asked, Candidate, Groups, PromptSource, Request, compute};
    use crate::{BlockFormat, Cache, Hub, Model, Numerics, Prompt, Refusal, Remembered, Source};

    fn fixture(model: &str) -> PathBuf {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/models");
        fixtures.join(model)
    }

    fn request(folder: &Path, cache: &Path) -> Request {
        Request {
            hf_model: "lab/tiny".to_owned(),
            source: Source::Folder(folder.to_owned()),
            prompt: PromptSource::Seed(0),
            prefill_len: Some(4),
            decode_len: 3,
            batch: None,
            cache: Some(Cache::open(cache, u64::MAX).expect("a cache")),
            save_logits: None,
        }
    }

    #[rstest]
    #[case::config("config.json")]
    #[case::weights("model.safetensors")]
    fn nothing_is_concluded_from_files_that_change_meanwhile(#[case] file: &str) {
        let (model, cache) = (
            TempDir::new().expect("model"),
            TempDir::new().expect("cache"),
        );
        for file in ["config.json", "model.safetensors"] {
            let from = fixture("llama_untied").join(file);
            fs::copy(from, model.path().join(file)).expect("copied");
        }
        let request = request(model.path(), cache.path());
        let prepare = || Asked::prepare(&request, &Hub::default()).expect("it fits");
        let write_again = || {
            thread::sleep(Duration::from_millis(20));
            let content = fs::read(model.path().join(file)).expect("read");
            fs::write(model.path().join(file), content).expect("written");
        };
        let asked = prepare();
        write_again();
        let refused = asked.reference().expect_err("refused");
        assert!(matches!(refused, Refusal::Model { .. }), "{refused}");
        assert!(refused.to_string().contains(file), "{refused}");
        let kept = fs::read_dir(cache.path().join("entries")).expect("entries");
        assert_eq!(kept.count(), 0);

        let asked = prepare();
        let (reference, mark) = asked.reference().expect("a reference");
        assert_eq!(mark.cache, Remembered::Stored);
        write_again();
        let refused = Candidate::preflight(&asked, &reference, BlockFormat::Bfp8);
        let refused = refused.err().expect("refused");
        assert!(refused.to_string().contains(file), "{refused}");
    }

    #[rstest]
    #[case::experts("mixtral")]
    #[case::window("gemma3_pattern")]
    fn groups_of_rows_move_no_number(#[case] model: &str) {
        let model = Model::open(&fixture(model), Numerics::Float32).expect("a model");
        let prompt = Prompt::seeded(7, 5, 6, model.vocabulary()).expect("ids");
        let of = |rows| {
            let groups = Groups::of_rows(rows);
            compute(&model, Duration::ZERO, &prompt, 4, groups).expect("a reference")
        };
        let together = of(5);
        for rows in [1, 2, 4] {
            let parts = of(rows);
            assert_eq!(parts.ids(), together.ids());
            assert_eq!(parts.full(), together.full());
            assert_eq!(parts.cached(), together.cached());
        }
    }
}
