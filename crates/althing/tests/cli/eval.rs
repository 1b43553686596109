//! `eval` as a whole process: its line, its cache, its refusals.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
};

use althing_testkit::{HubModel, HubServer, clean};
use rstest::rstest;
use serde_json::{Value, json as value};
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{findings, json, program},
};

const PREFIX: &str = "YT_METRICS=";

fn fixture(model: &str) -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    crates.join("althing-eval/fixtures/models").join(model)
}

/// `althing eval` of a model from nowhere, with nothing of this machine's settings.
fn eval(home: &TempDir, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), home.path());
    command
        .current_dir(home.path())
        .args(["eval", "--hf-model", "lab/tiny"])
        .args(args);
    command
}

/// The same of one of the fixtures, in the mode that the flags say.
fn eval_of_mode(home: &TempDir, args: &[&str]) -> Command {
    let mut command = eval(home, args);
    command.arg("--model-path").arg(fixture("llama_untied"));
    command
}

/// The same of a fixture's model, in hf mode.
fn eval_of(home: &TempDir, model: &str, args: &[&str]) -> Command {
    let mut command = eval(home, &["--mode", "hf", "--model-path"]);
    command.arg(fixture(model)).args(args);
    command
}

fn metrics_of(done: &Output) -> Value {
    let stdout = String::from_utf8(done.stdout.clone()).expect("utf-8");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {stdout}{stderr}", done.status);
    let lines = stdout.lines().filter(|line| line.starts_with(PREFIX));
    assert_eq!(lines.count(), 1, "{stdout}");
    let last = stdout.lines().last().expect("a line");
    serde_json::from_str(last.strip_prefix(PREFIX).expect("the last line")).expect("JSON")
}

fn metrics(mut command: Command) -> Value {
    metrics_of(&command.output().expect("it runs"))
}

fn entries(cache: &Path) -> Vec<PathBuf> {
    let Ok(listed) = fs::read_dir(cache) else {
        return Vec::new();
    };
    listed.map(|entry| entry.expect("entry").path()).collect()
}

fn users_cache(home: &TempDir) -> PathBuf {
    home.path().join(".cache/althing/reference")
}

#[test]
fn the_last_line_has_the_metrics_of_the_contract() {
    let home = TempDir::new().expect("home");
    let found = metrics(eval_of(&home, "llama_untied", &[]));
    assert_eq!(
        (&found["top1"], &found["top5"]),
        (&value!(1.0), &value!(1.0))
    );
    assert_eq!(found["tokens"], 32);
    assert_eq!(
        (&found["mode"], &found["trace"]),
        (&value!("hf"), &value!(false))
    );
    let asked = ["prefill_len", "decode_len", "batch"].map(|key| found[key].clone());
    assert_eq!(asked, [128, 32, 1]);
    for time in ["load_s", "prefill_s", "decode_s", "tokens_per_s", "total_s"] {
        assert!(found["timing"][time].as_f64().expect(time) > 0.0, "{found}");
    }
    assert_eq!(found["reference"], "hf");
    assert_eq!(
        (&found["dtype"], &found["cache"]),
        (&value!("float32"), &value!("stored"))
    );
    let weights = found["weights"].as_str().expect("a hash");
    assert!(weights.starts_with("blake3:"), "{weights}");
    assert!(found.get("preflight").is_none() && found.get("model_commit").is_none());
}

#[test]
fn scripts_get_one_object() {
    let home = TempDir::new().expect("home");
    let lengths = ["--prefill-len", "8", "--decode-len", "4"];
    let (code, answer) = json(eval_of(&home, "llama_untied", &lengths));
    assert_eq!(code, 0, "{answer}");
    assert_documented("eval", &answer);
    let (code, answer) = json(eval_of(&home, "llama_untied", &["--reference"]));
    assert_eq!(code, 0, "{answer}");
    assert_documented("eval --reference", &answer);
}

#[test]
fn the_seed_decides_the_prompt() {
    let home = TempDir::new().expect("home");
    let of = |seed: &str| {
        let args = ["--no-cache", "--decode-len", "2", "--prefill-len", "4"];
        let mut command = eval_of(&home, "llama_untied", &args);
        command.args(["--seed", seed]);
        let mut found = metrics(command);
        found["timing"].take();
        found
    };
    assert_eq!(of("0"), of("0"));
    assert_ne!(of("0")["prompt_ids_sha256"], of("1")["prompt_ids_sha256"]);
    assert_eq!(entries(&users_cache(&home)), Vec::<PathBuf>::new());
}

/// Tensors of a file of logits, as numbers.
fn tensors(file: &Path) -> (Vec<i64>, Vec<f32>, Vec<usize>) {
    let bytes = fs::read(file).expect("logits");
    let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let data = |name: &str| tensors.tensor(name).expect(name);
    let ids = data("ids").data().as_chunks::<8>().0.iter();
    let full = data("full_logits");
    assert_eq!(full.shape(), data("cached_logits").shape());
    let logits = full.data().as_chunks::<4>().0.iter();
    (
        ids.map(|id| i64::from_le_bytes(*id)).collect(),
        logits.map(|logit| f32::from_le_bytes(*logit)).collect(),
        full.shape().to_vec(),
    )
}

#[rstest]
fn saved_logits_are_those_of_transformers(
    #[values(
        "llama_untied",
        "llama_tied_rope3",
        "qwen3_tied",
        "phi3_swa",
        "phi3_longrope",
        "mistral_swa"
    )]
    model: &str,
) {
    let home = TempDir::new().expect("home");
    let goldens = fs::read_to_string(fixture(model).join("goldens.json")).expect("goldens");
    let goldens: Value = serde_json::from_str(&goldens).expect("JSON");
    let bytes = fs::read(fixture(model).join("goldens.safetensors")).expect("goldens");
    let expected = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    for case in goldens["cases"].as_array().expect("cases") {
        let prompt = home.path().join("ids.json");
        fs::write(&prompt, case["prompt_ids"].to_string()).expect("written");
        let steps = case["decode_len"].to_string();
        let args = [
            "--prompt-ids",
            "ids.json",
            "--decode-len",
            &steps,
            "--save-logits",
            "l.st",
        ];
        let found = metrics(eval_of(&home, model, &args));
        assert_eq!(found["top1"], 1.0, "{found}");
        assert!(found["max_logit_difference"].as_f64().expect("a number") < 1e-3);

        let (ids, logits, shape) = tensors(&home.path().join("l.st"));
        let rows = case["prompt_ids"].as_array().expect("rows").iter();
        let rows = rows.zip(case["continuation_ids"].as_array().expect("rows"));
        let all = rows.flat_map(|(prompt, next)| [prompt, next]);
        let all = all.flat_map(|part| part.as_array().expect("ids"));
        assert_eq!(
            ids,
            all.map(|id| id.as_i64().expect("id")).collect::<Vec<_>>()
        );
        let name = format!("{}.full_logits", case["name"].as_str().expect("a name"));
        let golden = expected.tensor(&name).expect("a tensor");
        assert_eq!(shape, golden.shape());
        let golden = golden.data().as_chunks::<4>().0.iter();
        let far =
            (golden.zip(logits)).map(|(golden, found)| (f32::from_le_bytes(*golden) - found).abs());
        let farthest = far.fold(0.0, f32::max);
        assert!(farthest < 1e-3, "{name}: {farthest}");
    }
}

#[test]
fn a_text_goes_through_the_tokenizer() {
    let home = TempDir::new().expect("home");
    let goldens = fs::read_to_string(fixture("qwen3_tied").join("goldens.json")).expect("goldens");
    let goldens: Value = serde_json::from_str(&goldens).expect("JSON");
    let case = &goldens["text_cases"][0];
    fs::write(
        home.path().join("text"),
        case["text"].as_str().expect("text"),
    )
    .expect("written");
    let args = [
        "--prompt",
        "text",
        "--decode-len",
        "12",
        "--save-logits",
        "l.st",
    ];
    metrics(eval_of(&home, "qwen3_tied", &args));
    let (ids, ..) = tensors(&home.path().join("l.st"));
    let parts = ["prompt_ids", "continuation_ids"].map(|part| case[part].as_array().expect("ids"));
    assert_eq!(value!(ids), value!(parts.map(Vec::as_slice).concat()));
}

#[test]
fn a_reference_is_computed_once_and_a_wrong_one_is_not_believed() {
    let home = TempDir::new().expect("home");
    let of = |args: &[&str]| {
        let mut command = eval_of(&home, "llama_untied", args);
        command.args(["--decode-len", "4", "--prefill-len", "8"]);
        metrics(command)
    };
    let first = of(&[]);
    assert_eq!(first["cache"], "stored");
    let second = of(&[]);
    assert_eq!(second["cache"], "hit");
    for key in [
        "top1",
        "prompt_ids_sha256",
        "weights",
        "max_logit_difference",
    ] {
        assert_eq!(first[key], second[key]);
    }
    assert_eq!(first["timing"]["decode_s"], second["timing"]["decode_s"]);
    assert_eq!(of(&["--no-cache"])["cache"], "off");

    let entry = entries(&users_cache(&home).join("entries")).remove(0);
    let file = entry.join("logits.safetensors");
    let whole = fs::read(&file).expect("data");
    let mut poisoned = whole.clone();
    let at = poisoned.len() - 3;
    poisoned[at] ^= 0x40;
    for wrong in [&poisoned[..], &whole[..whole.len() / 2], b""] {
        fs::write(&file, wrong).expect("written");
        let again = of(&[]);
        assert_eq!(
            (&again["cache"], &again["top1"]),
            (&value!("stored"), &value!(1.0))
        );
        assert_eq!(of(&[])["cache"], "hit");
    }
}

#[test]
fn the_folder_of_the_cache_is_the_flag_s_then_the_variable_s_then_the_user_s() {
    let home = TempDir::new().expect("home");
    let of = |args: &[&str], vars: &[(&str, &str)]| {
        let mut command = eval_of(&home, "llama_untied", args);
        command.args(["--decode-len", "1", "--prefill-len", "2"]);
        command.envs(vars.iter().copied());
        metrics(command);
    };
    let at = |path: &str| home.path().join(path);
    let xdg = at("xdg").display().to_string();
    let named = [("ALTHING_EVAL_CACHE", "variable"), ("XDG_CACHE_HOME", &xdg)];
    of(&["--cache-dir", "flag"], &named);
    assert_eq!(entries(&at("flag/entries")).len(), 1);
    assert!(!at("variable").exists() && !at("xdg").exists());
    of(&[], &named);
    assert_eq!(entries(&at("variable/entries")).len(), 1);
    of(&[], &named[1..]);
    assert_eq!(entries(&at("xdg/althing/reference/entries")).len(), 1);
    of(&[], &[]);
    assert_eq!(entries(&users_cache(&home).join("entries")).len(), 1);
}

#[test]
fn processes_that_want_the_same_compute_it_once() {
    let home = TempDir::new().expect("home");
    let start = || {
        let mut command = eval_of(&home, "llama_untied", &[]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it starts")
    };
    let children: Vec<Child> = (0..3).map(|_| start()).collect();
    let mut caches: Vec<Value> = (children.into_iter())
        .map(|child| metrics_of(&child.wait_with_output().expect("it ends"))["cache"].take())
        .collect();
    caches.sort_by_key(Value::to_string);
    assert_eq!(caches, ["hit", "hit", "stored"]);
}

#[test]
fn a_process_that_is_killed_while_it_writes_leaves_no_entry() {
    // So much that writing it takes a while.
    let large = ["--batch", "24", "--prefill-len", "2", "--decode-len", "256"];
    let killed = (0..5).any(|_| {
        let home = TempDir::new().expect("home");
        let mut command = eval_of(&home, "llama_tied_rope3", &large);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let writing = users_cache(&home).join("writing");
        while entries(&writing).is_empty() && child.try_wait().expect("a child").is_none() {
            thread::yield_now();
        }
        let _ = child.kill();
        let killed = child.wait().expect("it ended").signal() == Some(9);
        if killed && !entries(&writing).is_empty() {
            assert_eq!(entries(&users_cache(&home).join("entries")).len(), 0);
            let again = metrics(eval_of(&home, "llama_tied_rope3", &large));
            assert_eq!(
                (&again["cache"], &again["top1"]),
                (&value!("stored"), &value!(1.0))
            );
            assert_eq!(entries(&writing).len(), 0);
            assert_eq!(entries(&users_cache(&home).join("entries")).len(), 1);
            return true;
        }
        false
    });
    assert!(killed, "it was never caught writing");
}

#[test]
fn a_preflight_says_what_it_is() {
    let home = TempDir::new().expect("home");
    let of = |format: &str| {
        let mut command = eval(&home, &["--preflight", format, "--model-path"]);
        command.arg(fixture("llama_untied"));
        metrics(command)
    };
    let (bfp8, bfp4) = (of("bfp8"), of("bfp4"));
    let of_mode = |mode: &str| {
        let args = ["--preflight", "bfp8", "--mode", mode];
        let mut found = metrics(eval_of_mode(&home, &args));
        found["timing"].take();
        found
    };
    let (hf, tt) = (of_mode("hf"), of_mode("tt"));
    assert_eq!(hf, tt, "there is no mode to choose");
    assert_eq!(hf["mode"], "tt");
    assert_eq!(
        (&bfp8["mode"], &bfp8["preflight"]),
        (&value!("tt"), &value!("bfp8"))
    );
    assert_eq!(
        (&bfp8["cache"], &bfp4["cache"]),
        (&value!("stored"), &value!("hit"))
    );
    let number = |found: &Value, key: &str| found[key].as_f64().expect("a number");
    assert!(number(&bfp8, "top1") >= number(&bfp4, "top1"));
    let [near, far] = [&bfp8, &bfp4].map(|found| number(found, "max_logit_difference"));
    assert!(0.0 < near && near < far, "{near} {far}");
}

#[rstest]
#[case::no_model(&["eval", "--mode", "hf"], "--hf-model")]
#[case::no_mode(&["eval", "--hf-model", "a/b"], "--mode")]
#[case::other_mode(&["eval", "--hf-model", "a/b", "--mode", "x"], "--mode")]
#[case::traced_hf(&["eval", "--hf-model", "a/b", "--mode", "hf", "--trace", "1"], "--trace")]
#[case::untraced_hf(&["eval", "--hf-model", "a/b", "--mode", "hf", "--trace", "0"], "--trace")]
#[case::other_trace(&["eval", "--hf-model", "a/b", "--mode", "tt", "--trace", "2"], "--trace")]
#[case::traced_preflight(&["eval", "--hf-model", "a/b", "--mode", "tt", "--trace", "1", "--preflight", "bfp8"], "--trace")]
#[case::device(&["eval", "--hf-model", "a/b", "--mode", "tt", "--trace", "1"], "run_eval.py")]
#[case::revision_of_a_folder(&["eval", "--hf-model", "a/b", "--mode", "hf", "--revision", "v1", "--model-path", "."], "--revision")]
#[case::fraction(&["eval", "--hf-model", "a/b", "--mode", "hf", "--batch", "1.5"], "--batch")]
fn a_wrong_command_line_is_said(#[case] args: &[&str], #[case] says: &str) {
    let home = TempDir::new().expect("home");
    let mut command = clean(program().to_str().expect("path"), home.path());
    let done = command.args(args).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(says), "{stderr}");
    assert!(done.stdout.is_empty());
}

/// What is wrong about the model or the request.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Nothing,
    /// The file is not there.
    Without(&'static str),
    /// The file has this text.
    File(&'static str, &'static str),
    /// The file ends in the middle.
    Cut(&'static str),
    /// In `config.json`, this stands for that.
    Config(&'static str, &'static str),
    /// The file has another name.
    Renamed(&'static str, &'static str),
    /// The configuration knows fewer tokens than the tokenizer.
    Smaller,
}

#[rstest]
#[case::no_config(Wrong::Without("config.json"), &[], 3, "file-unreadable", "config.json")]
#[case::no_weights(Wrong::Without("model.safetensors"), &[], 3, "file-unreadable", "model.safetensors")]
#[case::config_is_text(Wrong::File("config.json", "hello"), &[], 3, "model-invalid", "config.json")]
#[case::config_is_empty(Wrong::File("config.json", "{}"), &[], 3, "model-invalid", "model_type")]
#[case::architecture(Wrong::Config("\"model_type\": \"llama\"", "\"model_type\": \"mamba\""), &[], 3, "model-unsupported", "model_type")]
#[case::cut_weights(Wrong::Cut("model.safetensors"), &[], 3, "model-invalid", "model.safetensors")]
#[case::weights_are_text(Wrong::File("model.safetensors", "hello"), &[], 3, "model-invalid", "model.safetensors")]
#[case::long_header(Wrong::File("model.safetensors", "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f{}"), &[], 3, "model-invalid", "model.safetensors")]
#[case::other_shape(Wrong::Config("\"intermediate_size\": 96", "\"intermediate_size\": 98"), &[], 3, "model-invalid", "tensor `")]
#[case::more_layers(Wrong::Config("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4"), &[], 3, "model-invalid", "layers.3.")]
#[case::other_vocabulary(Wrong::Config("\"vocab_size\": 320", "\"vocab_size\": 321"), &[], 3, "model-invalid", "tensor `")]
#[case::no_prompt(Wrong::Nothing, &["--prefill-len", "0"], 3, "prompt-invalid", "prefill length")]
#[case::no_step(Wrong::Nothing, &["--decode-len", "0"], 3, "prompt-invalid", "decode length")]
#[case::no_row(Wrong::Nothing, &["--batch", "0"], 3, "prompt-invalid", "batch length")]
#[case::too_long(Wrong::Nothing, &["--prefill-len", "500", "--decode-len", "14"], 3, "prompt-invalid", "positions")]
#[case::endless(Wrong::Nothing, &["--decode-len", "18446744073709551615"], 3, "prompt-invalid", "positions")]
#[case::too_many(Wrong::Nothing, &["--batch", "99999999"], 3, "prompt-invalid", "logits")]
#[case::id_unknown(Wrong::File("ids.json", "[[1, 320]]"), &["--prompt-ids", "model/ids.json"], 3, "prompt-invalid", "ids.json: id 320 at 1 of row 0 is outside the vocabulary of 320")]
#[case::token_unknown(Wrong::Smaller, &["--prompt", "model/config.json"], 3, "prompt-invalid", "tokenizer.json: id ")]
#[case::no_text_in_it(Wrong::File("text", ""), &["--prompt", "model/text", "--batch", "2"], 3, "prompt-invalid", "text: the prompt is empty")]
#[case::other_weights(Wrong::Renamed("model.safetensors", "pytorch_model.bin"), &[], 3, "model-unsupported", "pytorch_model.bin")]
#[case::ids_uneven(Wrong::File("ids.json", "[[1, 2], [3]]"), &["--prompt-ids", "model/ids.json"], 3, "prompt-invalid", "ids.json")]
#[case::ids_other_batch(Wrong::File("ids.json", "[[1, 2]]"), &["--prompt-ids", "model/ids.json", "--batch", "2"], 3, "prompt-invalid", "ids.json")]
#[case::no_ids(Wrong::Nothing, &["--prompt-ids", "none.json"], 3, "file-unreadable", "none.json")]
#[case::no_text(Wrong::Nothing, &["--prompt", "none.txt"], 3, "file-unreadable", "none.txt")]
#[case::short_text(Wrong::File("text", "word"), &["--prompt", "model/text", "--prefill-len", "99"], 3, "prompt-invalid", "tokens")]
#[case::no_tokenizer(Wrong::File("tokenizer.json", "{\"version\": 1}"), &["--prompt", "model/config.json"], 3, "model-invalid", "tokenizer.json")]
#[case::cache_is_a_file(Wrong::Nothing, &["--cache-dir", "model/config.json"], 3, "file-unwritable", "config.json")]
#[case::nowhere_to_save(Wrong::Nothing, &["--save-logits", "none/l.st"], 3, "file-unwritable", "none/l.st")]
fn bad_input_is_one_line_with_its_code(
    #[case] wrong: Wrong,
    #[case] args: &[&str],
    #[case] exit: i32,
    #[case] code: &str,
    #[case] says: &str,
) {
    let home = TempDir::new().expect("home");
    let model = home.path().join("model");
    fs::create_dir(&model).expect("folder");
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(fixture("llama_untied").join(file), model.join(file)).expect("copied");
    }
    match wrong {
        Wrong::Nothing => {}
        Wrong::Without(file) => fs::remove_file(model.join(file)).expect("removed"),
        Wrong::File(file, text) => fs::write(model.join(file), text).expect("written"),
        Wrong::Cut(file) => {
            let bytes = fs::read(model.join(file)).expect("read");
            fs::write(model.join(file), &bytes[..bytes.len() / 2]).expect("written");
        }
        Wrong::Config(text, instead) => {
            let config = fs::read_to_string(model.join("config.json")).expect("read");
            let other = config.replacen(text, instead, 1);
            assert_ne!(config, other, "the fixture's configuration has changed");
            fs::write(model.join("config.json"), other).expect("written");
        }
        Wrong::Renamed(file, other) => {
            fs::rename(model.join(file), model.join(other)).expect("renamed");
        }
        Wrong::Smaller => {
            let config = fs::read_to_string(model.join("config.json")).expect("read");
            let smaller = config.replacen("\"vocab_size\": 320", "\"vocab_size\": 20", 1);
            assert_ne!(config, smaller, "the fixture's configuration has changed");
            fs::write(model.join("config.json"), smaller).expect("written");
        }
    }
    let command = || {
        let mut command = eval(&home, &["--mode", "hf", "--model-path", "model"]);
        command.args(args);
        command
    };
    let done = command().output().expect("it runs");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(exit), "{stderr}");
    assert!(done.stdout.is_empty(), "no metrics");
    let first = stderr.lines().next().expect("a reason");
    let begin = format!("error[{code}]: ");
    assert!(
        first.starts_with(&begin) && first.contains(says),
        "{stderr}"
    );
    let (_, answer) = json(command());
    assert_eq!(findings(&answer), [code]);
    assert_eq!(answer["data"], Value::Null);
    if code != "file-unwritable" {
        assert_eq!(entries(&users_cache(&home).join("entries")).len(), 0);
    }
}

/// The hub's form of a fixture.
fn hub_model(id: &str) -> HubModel {
    let text = |file| fs::read_to_string(fixture("llama_untied").join(file)).expect("text");
    let weights = fs::read(fixture("llama_untied").join("model.safetensors")).expect("weights");
    HubModel::new(id)
        .file("config.json", &text("config.json"))
        .file("tokenizer.json", &text("tokenizer.json"))
        .stored("model.safetensors", weights)
        .tag("v1")
}

/// What is asked of a model that cannot be evaluated so, and whether the hub is asked for it.
#[rstest]
#[case::no_length(&["--prefill-len", "0"], "llama", "prompt-invalid", false)]
#[case::no_steps(&["--decode-len", "0"], "llama", "prompt-invalid", false)]
#[case::no_ids(&["--prompt-ids", "none.json"], "llama", "file-unreadable", false)]
#[case::other_ids(&["--prompt-ids", "ids.json", "--batch", "2"], "llama", "prompt-invalid", false)]
#[case::too_long(&["--prefill-len", "600"], "llama", "prompt-invalid", true)]
#[case::unknown_id(&["--prompt-ids", "ids.json"], "llama", "prompt-invalid", true)]
#[case::architecture(&[], "mamba", "model-unsupported", true)]
fn no_weights_are_downloaded_for_nothing(
    #[case] args: &[&str],
    #[case] architecture: &str,
    #[case] code: &str,
    #[case] asks: bool,
) {
    let home = TempDir::new().expect("home");
    fs::write(home.path().join("ids.json"), "[[1, 400]]").expect("written");
    let config = fs::read_to_string(fixture("llama_untied").join("config.json")).expect("read");
    let named = format!("\"model_type\": \"{architecture}\"");
    let config = config.replacen("\"model_type\": \"llama\"", &named, 1);
    let model = HubModel::new("lab/tiny")
        .file("config.json", &config)
        .stored("model.safetensors", vec![7; 100]);
    let hub = HubServer::start([model]);
    let mut command = eval(&home, &["--mode", "hf"]);
    command.args(args).env("HF_ENDPOINT", hub.endpoint());
    let (_, answer) = json(command);
    assert_eq!(findings(&answer), [code], "{answer}");
    let asked = hub.asked();
    let for_weights = asked
        .iter()
        .any(|it| it.line.contains("safetensors") || it.line.contains("store"));
    assert_eq!((!asked.is_empty(), for_weights), (asks, false), "{asked:?}");
}

#[test]
fn a_model_of_the_hub_is_evaluated_at_its_commit() {
    let home = TempDir::new().expect("home");
    let model = hub_model("lab/tiny");
    let commit = model.sha();
    let hub = HubServer::start([model, hub_model("lab/gated").gated()]);
    let of = |args: &[&str], vars: &[(&str, &str)]| {
        let mut command = eval(&home, &["--mode", "hf", "--decode-len", "2"]);
        command
            .args(args)
            .env("HF_ENDPOINT", hub.endpoint())
            .env("HF_TOKEN", HubServer::STRANGER)
            .envs(vars.iter().copied());
        command
    };
    let found = metrics(of(&["--revision", "v1"], &[]));
    assert_eq!(
        (&found["model_commit"], &found["cache"]),
        (&value!(commit), &value!("stored"))
    );
    assert_eq!(metrics(of(&[], &[]))["cache"], "hit");
    let offline = [
        ("HF_HUB_OFFLINE", "1"),
        ("HF_ENDPOINT", "http://127.0.0.1:1"),
    ];
    let found = metrics(of(&["--revision", &commit], &offline));
    assert_eq!(
        (&found["model_commit"], &found["cache"]),
        (&value!(commit), &value!("hit"))
    );

    for (args, vars, code) in [
        (&["--hf-model", "lab/gated"][..], &[][..], "model-gated"),
        (&["--hf-model", "lab/none"], &[], "model-absent"),
        (
            &["--hf-model", "lab/tiny", "--revision", "v2"],
            &[],
            "model-absent",
        ),
        (&["--hf-model", "lab/none"], &offline[..1], "model-absent"),
        (
            &["--hf-model", "lab/none"],
            &offline[1..],
            "hub-unavailable",
        ),
    ] {
        let mut command = clean(program().to_str().expect("path"), home.path());
        command
            .args(["eval", "--mode", "hf"])
            .args(args)
            .env("HF_ENDPOINT", hub.endpoint())
            .env("HF_TOKEN", HubServer::STRANGER)
            .envs(vars.iter().copied());
        let (exit, answer) = json(command);
        assert_eq!(
            (exit, findings(&answer)),
            (5, vec![code.to_owned()]),
            "{answer}"
        );
        assert!(!answer.to_string().contains(HubServer::STRANGER));
    }
}
