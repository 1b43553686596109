//! Collecting findings about one file.

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use crate::placeholder::is_placeholder;

/// Where findings about a file go.
pub(crate) struct Report<'a> {
    pub(crate) file: &'a str,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        Self { file, findings }
    }

    pub(crate) fn error<T>(
        &mut self,
        place: &Spanned<T>,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Finding::error(code, message, help).at(yaml::location(self.file, place));
        self.findings.push(finding);
    }

    /// A text that somebody has filled in.
    pub(crate) fn filled(&mut self, key: &str, value: &Spanned<String>) {
        if is_placeholder(&value.value) {
            let message = format!("`{key}` is not filled in");
            let help = match value.value.trim() {
                "" => "write what is meant, or remove it".to_owned(),
                _ => format!("write what is meant in place of `{}`", shown(&value.value)),
            };
            self.error(value, Code::CharterEmpty, message, help);
        }
    }

    /// The same for a text that can be left out.
    pub(crate) fn text(&mut self, key: &str, value: Option<Spanned<String>>) -> Option<String> {
        let value = value?;
        self.filled(key, &value);
        Some(value.value)
    }

    /// The same for a list of texts.
    pub(crate) fn texts(&mut self, key: &str, values: Vec<Spanned<String>>) -> Vec<String> {
        let texts = values.into_iter().map(|value| {
            self.filled(key, &value);
            value.value
        });
        texts.collect()
    }
}

/// A text as messages quote it: not too much of it.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
