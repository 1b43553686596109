//! The text of a bring-up issue: `key: value` lines, or the `### key` sections that GitHub's
//! issue forms write.

use std::{collections::BTreeMap, fmt, num::NonZeroU32};

use althing_diag::{Code, Finding, Location};
use althing_forge::IssueNumber;
use serde::Serialize;

/// `ORG/NAME` of a model on the hub. Both halves are plain, so that it can be a path and an
/// argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct ModelId(String);

impl ModelId {
    /// Reads `ORG/NAME`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |part: &str| {
            let mut chars = part.chars();
            chars
                .next()
                .is_some_and(|first| first.is_ascii_alphanumeric())
                && chars.all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        let (org, name) = text.split_once('/')?;
        (text.len() <= 128 && plain(org) && plain(name)).then(|| Self(text.to_owned()))
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> String {
        id.0
    }
}

/// What a bring-up issue asks for (B-078 to B-084).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BringupRequest {
    /// `hf_model_id`.
    pub model: ModelId,
    /// `hf_revision`; the hub's default branch when absent.
    pub revision: Option<String>,
    /// `architecture`.
    pub architecture: Option<String>,
    /// `notes`.
    pub notes: Option<String>,
    /// `prefill_len`, in tokens.
    pub prefill_len: Option<NonZeroU32>,
    /// `decode_len`, in tokens.
    pub decode_len: Option<NonZeroU32>,
    /// `batch`, in sequences.
    pub batch: Option<NonZeroU32>,
}

const KEYS: [&str; 7] = [
    "hf_model_id",
    "hf_revision",
    "architecture",
    "notes",
    "prefill_len",
    "decode_len",
    "batch",
];

impl BringupRequest {
    /// Reads the body of an issue.
    ///
    /// # Errors
    /// One [`Code::IssueMalformed`] finding, with line and column, for each wrong field.
    pub fn parse(issue: IssueNumber, body: &str) -> Result<Self, Vec<Finding>> {
        let mut fields = Fields::read(issue, body);
        let model = fields.model();
        let request = model.map(|model| Self {
            model,
            revision: fields.revision(),
            architecture: fields.text("architecture"),
            notes: fields.text("notes"),
            prefill_len: fields.number("prefill_len"),
            decode_len: fields.number("decode_len"),
            batch: fields.number("batch"),
        });
        match request {
            Some(request) if fields.findings.is_empty() => Ok(request),
            _ => Err(fields.findings),
        }
    }
}

/// A value and where it begins.
struct Field {
    value: String,
    line: u32,
    column: u32,
}

struct Fields {
    issue: IssueNumber,
    found: BTreeMap<&'static str, Field>,
    findings: Vec<Finding>,
}

impl Fields {
    fn read(issue: IssueNumber, body: &str) -> Self {
        let mut fields = Self {
            issue,
            found: BTreeMap::new(),
            findings: Vec::new(),
        };
        let mut section: Option<(&'static str, Field)> = None;
        for (number, line) in (1..).zip(body.lines()) {
            if let Some(heading) = line.strip_prefix("### ") {
                fields.close(section.take());
                section = known(heading).map(|key| (key, at(number + 1, 1)));
            } else if let Some((_, field)) = &mut section {
                field.take(number, line);
            } else if let Some((key, value)) = key_value(line) {
                let before = line.len() - line.trim_start().len() + key.len() + 1;
                let blanks = value.len() - value.trim_start().len();
                let mut field = at(number, column(line, before + blanks));
                field.value = value.trim().to_owned();
                fields.keep(key, field);
            }
        }
        fields.close(section);
        fields
    }

    fn close(&mut self, section: Option<(&'static str, Field)>) {
        if let Some((key, field)) = section {
            self.keep(key, field);
        }
    }

    /// One issue is one model (B-043): a key that comes twice is no answer.
    fn keep(&mut self, key: &'static str, mut field: Field) {
        field.value = field.value.trim().to_owned();
        if is_unfilled(&field.value) {
            field.value.clear();
        }
        if let Some(first) = self.found.get(key) {
            let message = format!("`{key}` is given twice, first on line {}", first.line);
            self.wrong(&field, message, "keep one: an issue is about one model");
        } else {
            self.found.insert(key, field);
        }
    }

    fn wrong(&mut self, field: &Field, message: String, help: &str) {
        let place = Location::new(format!("issue #{}", self.issue), field.line, field.column);
        self.findings
            .push(Finding::error(Code::IssueMalformed, message, help).at(place));
    }

    fn text(&self, key: &str) -> Option<String> {
        let value = &self.found.get(key)?.value;
        (!value.is_empty()).then(|| value.clone())
    }

    fn model(&mut self) -> Option<ModelId> {
        let help = "write a line `hf_model_id: ORG/NAME`";
        let model = self
            .text("hf_model_id")
            .map(|text| (ModelId::parse(&text), text));
        let message = match model {
            Some((Some(model), _)) => return Some(model),
            Some((None, text)) => format!("`hf_model_id`: `{text}` is not ORG/NAME"),
            None => "`hf_model_id` is missing".to_owned(),
        };
        let nowhere = at(0, 0);
        let field = self.found.remove("hf_model_id").unwrap_or(nowhere);
        self.wrong(&field, message, help);
        None
    }

    /// A revision becomes an argument: it must not look like a flag.
    fn revision(&mut self) -> Option<String> {
        let text = self.text("hf_revision")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        if text.starts_with('-') || text.len() > 128 || !text.chars().all(plain) {
            let message = format!("`hf_revision`: `{text}` is no branch, tag or commit");
            self.wrong_at(
                "hf_revision",
                message,
                "leave it empty for the default branch",
            );
            return None;
        }
        Some(text)
    }

    fn number(&mut self, key: &'static str) -> Option<NonZeroU32> {
        let text = self.text(key)?;
        let number = text.parse().ok();
        if number.is_none() {
            let message = format!("`{key}`: `{text}` is not a whole number from 1");
            self.wrong_at(key, message, "leave it empty for the harness's default");
        }
        number
    }

    fn wrong_at(&mut self, key: &str, message: String, help: &str) {
        if let Some(field) = self.found.remove(key) {
            self.wrong(&field, message, help);
        }
    }
}

impl Field {
    /// Adds a line of a section; the field begins at its first line that is not blank.
    fn take(&mut self, number: u32, line: &str) {
        if self.value.is_empty() && !line.trim().is_empty() {
            self.line = number;
            self.column = column(line, line.len() - line.trim_start().len());
        }
        if !self.value.is_empty() {
            self.value.push('\n');
        }
        self.value.push_str(line.trim_end());
    }
}

fn at(line: u32, column: u32) -> Field {
    Field {
        value: String::new(),
        line,
        column,
    }
}

fn known(text: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|key| *key == text.trim())
}

fn key_value(line: &str) -> Option<(&'static str, &str)> {
    let (key, value) = line.split_once(':')?;
    Some((known(key)?, value))
}

/// What templates and forms leave behind when nobody filled a field in.
fn is_unfilled(value: &str) -> bool {
    value == "_No response_" || (value.starts_with("<optional") && value.ends_with('>'))
}

/// The column, in characters from 1, of the byte at `offset`.
fn column(line: &str, offset: usize) -> u32 {
    let before = line.get(..offset).unwrap_or(line);
    u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use althing_forge::IssueNumber;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{BringupRequest, ModelId};

    fn read(body: &str) -> Result<BringupRequest, String> {
        BringupRequest::parse(IssueNumber(12), body).map_err(|findings| {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            lines.join("\n")
        })
    }

    fn full() -> BringupRequest {
        BringupRequest {
            model: ModelId::parse("meta-llama/Llama-3.1-8B").expect("id"),
            revision: Some("main".to_owned()),
            architecture: Some("LlamaForCausalLM".to_owned()),
            notes: Some("small: first".to_owned()),
            prefill_len: NonZeroU32::new(64),
            decode_len: NonZeroU32::new(16),
            batch: NonZeroU32::new(4),
        }
    }

    #[test]
    fn lines_are_read() {
        let body = "Please.\n\nhf_model_id: meta-llama/Llama-3.1-8B\r\nhf_revision: main\narchitecture: LlamaForCausalLM\nnotes: small: first\nprefill_len: 64\ndecode_len:16\nbatch: 4\n";
        assert_eq!(read(body), Ok(full()));
    }

    #[test]
    fn sections_of_an_issue_form_are_read() {
        let body = "### hf_model_id\n\nmeta-llama/Llama-3.1-8B\n\n### hf_revision\n\nmain\n\n### architecture\n\nLlamaForCausalLM\n\n### prefill_len\n\n64\n\n### decode_len\n\n16\n\n### batch\n\n4\n\n### notes\n\nsmall: first\n";
        assert_eq!(read(body), Ok(full()));
        let notes = body.replace("small: first", "line one\nhf_model_id: x/y\n\nline three");
        let request = read(&notes).expect("notes are free text");
        assert_eq!(
            request.notes.as_deref(),
            Some("line one\nhf_model_id: x/y\n\nline three")
        );
    }

    #[rstest]
    #[case("hf_model_id: a/b")]
    #[case(
        "hf_model_id: a/b\nhf_revision:\narchitecture:\nnotes:\nprefill_len:\ndecode_len: \nbatch:"
    )]
    #[case("hf_model_id: a/b\nhf_revision: <optional>\nbatch: <optional int>")]
    #[case("### hf_model_id\n\na/b\n\n### batch\n\n_No response_\n")]
    fn empty_is_none(#[case] body: &str) {
        let request = read(body).expect("valid");
        assert_eq!(request.model.as_str(), "a/b");
        assert_eq!(
            (request.revision, request.architecture, request.notes),
            (None, None, None)
        );
        assert_eq!(
            (request.prefill_len, request.decode_len, request.batch),
            (None, None, None)
        );
    }

    #[test]
    fn everything_wrong_is_found_where_it_stands() {
        let body = "hf_model_id: llama\nprefill_len: abc\nbatch:  0\nhf_revision: --upload\n";
        insta::assert_snapshot!(read(body).expect_err("wrong"), @"issue #12:1:14: error[issue-malformed]: `hf_model_id`: `llama` is not ORG/NAME; write a line `hf_model_id: ORG/NAME`");
        let body = body.replace("llama", "a/b");
        insta::assert_snapshot!(read(&body).expect_err("wrong"), @r"
        issue #12:4:14: error[issue-malformed]: `hf_revision`: `--upload` is no branch, tag or commit; leave it empty for the default branch
        issue #12:2:14: error[issue-malformed]: `prefill_len`: `abc` is not a whole number from 1; leave it empty for the harness's default
        issue #12:3:9: error[issue-malformed]: `batch`: `0` is not a whole number from 1; leave it empty for the harness's default
        ");
    }

    #[rstest]
    #[case("")]
    #[case("hf_model_id:\n")]
    #[case("model: a/b")]
    fn the_model_is_required(#[case] body: &str) {
        assert!(
            read(body)
                .expect_err("missing")
                .contains("`hf_model_id` is missing")
        );
    }

    #[test]
    fn two_models_are_none() {
        let findings = read("hf_model_id: a/b\nhf_model_id: c/d\n").expect_err("two");
        assert!(findings.starts_with("issue #12:2:14: "), "{findings}");
    }

    #[rstest]
    #[case("a/b", true)]
    #[case("Qwen/Qwen2.5-0.5B_x", true)]
    #[case("a", false)]
    #[case("a/b/c", false)]
    #[case("../b", false)]
    #[case("a/..", false)]
    #[case("-a/b", false)]
    #[case("a/b c", false)]
    #[case("a/", false)]
    fn a_model_id_is_a_plain_pair(#[case] text: &str, #[case] valid: bool) {
        assert_eq!(ModelId::parse(text).is_some(), valid);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_request_or_findings(body in "((hf_model_id|batch|### notes)?.{0,20}\n){0,8}") {
            if let Err(findings) = BringupRequest::parse(IssueNumber(1), &body) {
                prop_assert!(!findings.is_empty());
            }
        }
    }
}
