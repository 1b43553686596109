//! `althing eval`: the accuracy of a model against its reference on the CPU.

mod refusal;

use std::{env, path::PathBuf};

use althing_diag::{Code, Exit, Finding};
use althing_eval::{BlockFormat, Cache, PromptSource, ReferenceMark, Request, Source};
use clap::{Args, CommandFactory, ValueEnum, builder::PossibleValuesParser, error::ErrorKind};
use serde::Serialize;

use crate::{cli::Cli, failure::Failure, output::Output};

/// Flags of `althing eval`; those of `scripts/run_eval.py` of a models repository are among them.
#[derive(Debug, Args)]
#[command(after_help = "\
The last line on stdout is YT_METRICS= and a JSON object, with --reference YT_REFERENCE= and one;
with --output json, stdout is one document that has the object as its data. On any error there is
none, and the exit code is not 0. References are kept and used again: ALTHING_EVAL_CACHE names the
folder where --cache-dir does not.")]
pub(crate) struct EvalArgs {
    /// The model: ORG/NAME on the hub.
    #[arg(long, value_name = "ID")]
    hf_model: String,
    /// Branch, tag or commit on the hub; a folder has none.
    #[arg(long, value_name = "REVISION", conflicts_with = "model_path")]
    revision: Option<String>,
    /// What is compared with the reference: its own decoding, or a model on an accelerator, which
    /// scripts/run_eval.py of a models repository does. It says nothing with `--preflight` and
    /// `--reference`, which are neither.
    #[arg(long, required_unless_present_any = ["preflight", "reference"])]
    mode: Option<ModeName>,
    /// Only with `--mode tt`.
    #[arg(long, value_name = "0|1", value_parser = PossibleValuesParser::new(["0", "1"]), hide_possible_values = true)]
    trace: Option<String>,
    /// Ids of each row of the prompt [default: 128, or as many as a file of ids or a short text
    /// has].
    #[arg(long, value_name = "N")]
    prefill_len: Option<usize>,
    /// Steps that are compared in each row.
    #[arg(long, value_name = "N", default_value_t = 32)]
    decode_len: usize,
    /// Rows of the prompt [default: 1, or as many as a file of ids has].
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// Which random ids the prompt is.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The kind of machine; the reference is the same for all.
    #[arg(
        long,
        value_name = "n150|n300|lb",
        env = "YT_SYSTEM",
        hide_env_values = true
    )]
    system: Option<String>,
    /// A folder with the model's files, in place of the hub.
    #[arg(long, value_name = "DIR")]
    model_path: Option<PathBuf>,
    /// A text to begin with, through the model's tokenizer, in place of random ids.
    #[arg(long, value_name = "FILE", conflicts_with = "prompt_ids")]
    prompt: Option<PathBuf>,
    /// The ids to begin with: a JSON list with a list of ids for each row.
    #[arg(long, value_name = "FILE")]
    prompt_ids: Option<PathBuf>,
    /// Also write ids and logits of the reference to this file, as safetensors.
    #[arg(long, value_name = "FILE")]
    save_logits: Option<PathBuf>,
    /// Estimate what an accelerator can reach: weights in this block format, activations in
    /// bfloat16. The metrics are of mode tt then, whatever `--mode` says, and no check accepts
    /// them.
    #[arg(long, value_name = "bfp8|bfp4", conflicts_with = "reference")]
    preflight: Option<FormatName>,
    /// Only make the reference, for a candidate elsewhere; prints YT_REFERENCE=.
    #[arg(long)]
    reference: bool,
    #[command(flatten)]
    cache: CacheArgs,
}

/// Where references are kept.
#[derive(Debug, Args)]
struct CacheArgs {
    /// Where references are kept [default: althing/reference in the user's cache folder].
    #[arg(long, value_name = "DIR", env = "ALTHING_EVAL_CACHE", hide_env = true)]
    cache_dir: Option<PathBuf>,
    /// How much room they may take, in MiB; those used longest ago go first.
    #[arg(long, value_name = "MIB", default_value_t = 8192)]
    cache_limit: u64,
    /// Compute the reference, whatever was kept, and keep nothing.
    #[arg(long)]
    no_cache: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// Decoding with a key-value cache, against one pass over everything.
    Hf,
    /// A model on an accelerator, against the reference.
    Tt,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Bfp8,
    Bfp4,
}

pub(crate) fn run(args: &EvalArgs, output: &mut Output) -> Result<Exit, Failure> {
    if let Some(why) = args.wrong_usage() {
        let error = Cli::command().error(ErrorKind::ArgumentConflict, why);
        output.talk(error.render().to_string().trim_end());
        return Ok(Exit::Usage);
    }
    let request = args.request()?;
    if args.reference {
        let mark = althing_eval::reference(&request).map_err(refusal::finding)?;
        return print(output, ReferenceMark::PREFIX, &mark);
    }
    let preflight = args.preflight.map(|format| match format {
        FormatName::Bfp8 => BlockFormat::Bfp8,
        FormatName::Bfp4 => BlockFormat::Bfp4,
    });
    let metrics = althing_eval::evaluate(&request, preflight).map_err(refusal::finding)?;
    print(output, althing_eval::Metrics::PREFIX, &metrics)
}

/// One line for scripts that look for it, or the answer as other commands print it.
fn print<T: Serialize>(output: &mut Output, prefix: &str, found: &T) -> Result<Exit, Failure> {
    let line = serde_json::to_string(found);
    let line = line.map_err(|error| Failure::internal("writing the metrics", error))?;
    output.answer(found, || format!("{prefix}{line}"));
    Ok(Exit::Ok)
}

impl EvalArgs {
    /// The command as answers name it.
    pub(crate) fn name(&self) -> &'static str {
        if self.reference {
            "eval --reference"
        } else {
            "eval"
        }
    }

    /// What the flags say together that cannot be.
    fn wrong_usage(&self) -> Option<&'static str> {
        let is_tt = self.mode == Some(ModeName::Tt);
        let is_ours = self.preflight.is_some() || self.reference;
        if self.trace.is_some() && (!is_tt || is_ours) {
            return Some("--trace is only valid with --mode tt, where a device decodes");
        }
        (is_tt && !is_ours).then_some(
            "--mode tt needs the device, which scripts/run_eval.py of a models repository uses: \
             `python scripts/run_eval.py --mode tt …`",
        )
    }

    fn request(&self) -> Result<Request, Failure> {
        let source = match &self.model_path {
            Some(folder) => Source::Folder(folder.clone()),
            None => Source::Hub {
                id: self.hf_model.clone(),
                revision: self.revision.clone(),
            },
        };
        let prompt = match (&self.prompt, &self.prompt_ids) {
            (Some(text), _) => PromptSource::Text(text.clone()),
            (None, Some(ids)) => PromptSource::Ids(ids.clone()),
            (None, None) => PromptSource::Seed(self.seed),
        };
        Ok(Request {
            hf_model: self.hf_model.clone(),
            source,
            prompt,
            prefill_len: self.prefill_len,
            decode_len: self.decode_len,
            batch: self.batch,
            cache: self.cache.open()?,
            save_logits: self.save_logits.clone(),
        })
    }
}

impl CacheArgs {
    fn open(&self) -> Result<Option<Cache>, Failure> {
        if self.no_cache {
            return Ok(None);
        }
        let named = self.cache_dir.clone();
        let named = named.filter(|folder| !folder.as_os_str().is_empty());
        let folder = named.or_else(users_cache).ok_or_else(|| {
            let help = "name a folder with --cache-dir, or do without: --no-cache";
            let why = "neither XDG_CACHE_HOME nor HOME is set";
            Finding::error(Code::FileUnwritable, why, help)
        })?;
        let limit = self.cache_limit.saturating_mul(1 << 20);
        let cache = Cache::open(&folder, limit).map_err(refusal::finding)?;
        Ok(Some(cache))
    }
}

/// The reference's part of the user's cache folder.
fn users_cache() -> Option<PathBuf> {
    let folder = |variable: &str| {
        let folder = env::var_os(variable).map(PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    Some(cache?.join("althing/reference"))
}
