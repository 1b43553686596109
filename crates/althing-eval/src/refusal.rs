//! Why there is no evaluation: one line each, naming the file and what in it.

use std::path::Path;

/// A reason for people. Nothing was computed, or nothing that counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A file or folder cannot be read.
    #[error("{file}: {why}")]
    Unreadable {
        /// Its path.
        file: String,
        /// What the system says.
        why: String,
    },
    /// A file or folder cannot be written.
    #[error("{file}: {why}")]
    Unwritable {
        /// Its path.
        file: String,
        /// What the system says.
        why: String,
    },
    /// A file of a model is not what it must be.
    #[error("{file}: {why}")]
    Model {
        /// Its path.
        file: String,
        /// What is wrong, naming the field if there is one.
        why: String,
    },
    /// A tensor is missing or not what it must be.
    #[error("{file}: tensor `{tensor}` {why}")]
    Tensor {
        /// The file that has it, or should.
        file: String,
        /// Its name.
        tensor: String,
        /// What is wrong, as the rest of a sentence that begins with the tensor.
        why: String,
    },
    /// The model has something that this engine does not compute. It never approximates.
    #[error("{file}: {what} is not supported")]
    Unsupported {
        /// The file that asks for it.
        file: String,
        /// The architecture or feature, by its name there.
        what: String,
    },
    /// The prompt, or how much of it is wanted, does not fit.
    #[error("{0}")]
    Prompt(String),
    /// Logits that are not finite, or two that do not fit each other.
    #[error("{0}")]
    Logits(String),
    /// The hub has no such model, revision or file for this account.
    #[error("{0}")]
    Absent(String),
    /// The hub gives the model only to those whom its owner lets in.
    #[error("{0}")]
    Gated(String),
    /// The hub cannot be asked.
    #[error("{0}")]
    Hub(String),
}

/// The longest part of a reason that comes from a file.
const LONGEST: usize = 500;

impl Refusal {
    /// A file that cannot be read.
    pub fn unreadable(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (path(file), part(why));
        Self::Unreadable { file, why }
    }

    /// A file that cannot be written.
    pub fn unwritable(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (path(file), part(why));
        Self::Unwritable { file, why }
    }

    /// A file of a model that is not what it must be.
    pub fn model(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (path(file), part(why));
        Self::Model { file, why }
    }

    /// A tensor that is missing or not what it must be.
    pub fn tensor(file: &Path, tensor: &str, why: impl ToString) -> Self {
        let (file, tensor, why) = (path(file), part(tensor), part(why));
        Self::Tensor { file, tensor, why }
    }

    /// An architecture or a feature that is not computed.
    pub fn unsupported(file: &Path, what: impl ToString) -> Self {
        let (file, what) = (path(file), part(what));
        Self::Unsupported { file, what }
    }

    /// A prompt that does not fit, by the file that it comes from or that says so.
    pub fn prompt(file: &Path, why: impl ToString) -> Self {
        Self::Prompt(format!("{}: {}", path(file), part(why)))
    }
}

fn path(path: &Path) -> String {
    on_one_line(&path.display().to_string())
}

/// A part of a reason; it may quote names out of files, which may be anything.
fn part(text: impl ToString) -> String {
    let text = on_one_line(&text.to_string());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Characters that begin a line, or do something to a terminal, spelled out.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::Refusal;

    #[rstest]
    #[case::line("a\nb", r"a\nb")]
    #[case::terminal("\u{1b}[2Ja", r"\u{1b}[2Ja")]
    #[case::separator("a\u{2028}b", r"a\u{2028}b")]
    #[case::letters("`größe` 3…", "`größe` 3…")]
    fn a_reason_is_one_line_whatever_files_say(#[case] name: &str, #[case] said: &str) {
        let file = Path::new(name);
        let reasons = [
            (Refusal::unreadable(file, name), format!("{said}: {said}")),
            (Refusal::unwritable(file, name), format!("{said}: {said}")),
            (Refusal::model(file, name), format!("{said}: {said}")),
            (
                Refusal::tensor(file, name, name),
                format!("{said}: tensor `{said}` {said}"),
            ),
            (
                Refusal::unsupported(file, name),
                format!("{said}: {said} is not supported"),
            ),
            (Refusal::prompt(file, name), format!("{said}: {said}")),
        ];
        for (refusal, expected) in reasons {
            assert_eq!(refusal.to_string(), expected);
        }
    }

    #[test]
    fn a_long_name_does_not_make_a_long_reason() {
        let refusal = Refusal::tensor(Path::new("file"), &"n".repeat(1 << 20), "is missing");
        assert!(refusal.to_string().len() < 600);
    }
}
