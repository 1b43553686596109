//! Why there is no evaluation, as findings.

use althing_diag::{Code, Finding};
use althing_eval::Refusal;

/// The finding for a refusal: its code, and the way out.
pub(super) fn finding(refusal: Refusal) -> Finding {
    let (code, help) = match &refusal {
        Refusal::Unreadable { .. } => (
            Code::FileUnreadable,
            "name a folder with a model's files, and files that can be read",
        ),
        Refusal::Unwritable { .. } => (
            Code::FileUnwritable,
            "name a place that can be written to; --no-cache does without a cache",
        ),
        Refusal::Model { .. } | Refusal::Tensor { .. } => (
            Code::ModelInvalid,
            "see whether the files were downloaded in full, and belong together",
        ),
        Refusal::Unsupported { .. } => (
            Code::ModelUnsupported,
            "scripts/run_eval.py of a models repository evaluates it with transformers",
        ),
        Refusal::Prompt(_) => (
            Code::PromptInvalid,
            "choose lengths and ids that fit the model",
        ),
        Refusal::Logits(_) => (
            Code::LogitsInvalid,
            "the model's weights lead to numbers that cannot be compared: see whether they are \
             sound",
        ),
        Refusal::Absent(_) => (
            Code::ModelAbsent,
            "see whether the id and the revision are right, and whether HF_TOKEN may see it",
        ),
        Refusal::Gated(_) => (
            Code::ModelGated,
            "ask for access on the model's page, and set HF_TOKEN to a token of that account",
        ),
        Refusal::Hub(_) => (
            Code::HubUnavailable,
            "see whether HF_ENDPOINT is right and the hub works from this machine; \
             HF_HUB_OFFLINE=1 uses what was downloaded before",
        ),
    };
    Finding::error(code, refusal.to_string(), help)
}
