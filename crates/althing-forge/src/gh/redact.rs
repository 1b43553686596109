//! Keeps credentials out of logs and error messages.

use std::ffi::OsString;

/// What a secret is replaced with.
const MASK: &str = "***";

/// How tokens of GitHub begin.
const TOKEN_PREFIXES: &[&str] = &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];

/// The secrets known to stand in the environment.
#[derive(Clone, Default)]
pub(super) struct Redactor {
    values: Vec<String>,
}

impl Redactor {
    /// Masks the values of all variables whose name ends in `TOKEN`.
    pub(super) fn new(environment: &[(OsString, OsString)]) -> Self {
        let values = environment
            .iter()
            .filter(|(name, _)| name.to_str().is_some_and(|name| name.ends_with("TOKEN")))
            .filter_map(|(_, value)| value.to_str())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        Self { values }
    }

    /// `text` without secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for value in &self.values {
            clean = clean.replace(value, MASK);
        }
        for prefix in TOKEN_PREFIXES {
            clean = mask_words(&clean, prefix);
        }
        clean
    }
}

/// The values are secrets themselves.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} values)", self.values.len())
    }
}

/// Masks every run of word characters that begins with `prefix`.
fn mask_words(text: &str, prefix: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, secret)) = rest.split_once(prefix) {
        clean.push_str(before);
        clean.push_str(MASK);
        rest = secret.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::Redactor;

    #[test]
    fn tokens_by_form_and_by_value_are_masked() {
        let redactor = Redactor::new(&[
            ("GH_TOKEN".into(), "local-secret".into()),
            ("HF_TOKEN".into(), "".into()),
            ("LANG".into(), "Bad".into()),
        ]);
        assert_eq!(
            redactor.redact("Bad ghp_abc123, gho_x github_pat_11AB_cd; local-secret! ok"),
            "Bad ***, *** ***; ***! ok"
        );
        assert!(!format!("{redactor:?}").contains("secret"));
    }
}
