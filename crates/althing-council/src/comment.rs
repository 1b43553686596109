//! What a comment on the forge commands.

mod arguments;
mod command;
mod lines;
mod verb;

#[cfg(test)]
mod tests;

use althing_diag::{Code, Finding, Location};

pub use self::command::Command;
use self::{
    lines::Line,
    verb::{VERBS, Verb, Word},
};

/// More commands than this in one comment are not read: nobody writes them by hand, and each
/// would be an entry for ever.
pub const MOST_COMMANDS: usize = 20;

/// A comment as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Commands in their order.
    pub commands: Vec<Command>,
    /// What looks like a command and cannot be read as one, with what to write instead.
    pub findings: Vec<Finding>,
}

/// Reads a comment as Markdown and finds its commands (`/vote yes`, `/althing vote yes`).
///
/// A command begins a line of a paragraph that stands by itself; what is in code, quotations,
/// lists, tables and HTML is shown, not meant. The lines that follow, until the next command or
/// the end of the paragraph, are its reason. Words of others (`/rebase`, `/usr/bin`) are left
/// alone, unless a slip of one letter makes them of a verb, or `/althing` stands before.
pub fn read(comment: &str) -> Heard {
    let lines = lines::read(comment);
    let mut heard = Heard::default();
    for paragraph in &lines.paragraphs {
        let mut said: Option<Said> = None;
        for line in paragraph {
            match addressed(line) {
                Some(Ok(next)) => {
                    heard.take(said.replace(next));
                }
                Some(Err(finding)) => {
                    heard.take(said.take());
                    heard.findings.push(finding);
                }
                None => {
                    if let Some(said) = &mut said {
                        said.rest.push('\n');
                        said.rest.push_str(&line.text);
                    }
                }
            }
        }
        heard.take(said);
    }
    let swallowed = lines.swallowed.iter();
    heard
        .findings
        .extend(swallowed.filter_map(swallowed_command));
    heard
}

/// A verb with what follows it.
struct Said {
    verb: Verb,
    rest: String,
    line: u32,
}

impl Heard {
    fn take(&mut self, said: Option<Said>) {
        let Some(said) = said else {
            return;
        };
        if self.commands.len() == MOST_COMMANDS {
            let message = format!("a comment has more than {MOST_COMMANDS} commands");
            let help = "write another comment for those after that";
            let finding = invalid(message, help, said.line);
            let known = self.findings.iter().any(|it| it.message == finding.message);
            self.findings.extend((!known).then_some(finding));
            return;
        }
        match arguments::read(said.verb, &said.rest) {
            Ok(command) => self.commands.push(command),
            Err(problem) => {
                let help = format!("write `{}` in a new comment", said.verb.usage());
                self.findings.push(invalid(problem, help, said.line));
            }
        }
    }
}

/// What a line says to Althing: a verb, something unknown, or nothing.
fn addressed(line: &Line) -> Option<Result<Said, Finding>> {
    if !line.plain {
        return None;
    }
    let text = line.text.strip_prefix('/')?;
    if text.starts_with(char::is_whitespace) {
        return None;
    }
    let (mut word, mut rest) = first_word(text);
    let prefixed = word.eq_ignore_ascii_case("althing");
    if prefixed {
        (word, rest) = first_word(rest.strip_prefix('/').unwrap_or(rest));
    }
    match verb::look_up(word) {
        Word::Verb(verb) => Some(Ok(Said {
            verb,
            rest: rest.to_owned(),
            line: line.number,
        })),
        Word::Close(meant) => {
            let help = format!("did you mean `/{meant}`? Write it in a new comment");
            Some(Err(unknown(word, help, line.number)))
        }
        Word::Other if prefixed => Some(Err(unknown(word, every_command(), line.number))),
        Word::Other => None,
    }
}

/// The first word without punctuation behind it, and the rest.
fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (
        word.trim_end_matches(['.', ',', ':', ';', '!']),
        rest.trim_start(),
    )
}

/// A command that Markdown takes for part of the quotation above it is easily overlooked.
fn swallowed_command(line: &Line) -> Option<Finding> {
    let said = addressed(line)?.ok()?;
    let message = format!(
        "`/{}` belongs to the quotation, list or table above it and was not read as a command",
        said.verb.name()
    );
    let help = "write it in a new comment, or with an empty line before it";
    Some(invalid(message, help, said.line))
}

fn unknown(word: &str, help: String, line: u32) -> Finding {
    // The word is shown to people: no more of it than could be meant as one, and nothing that
    // the forge would act on.
    let plain = |c: &char| c.is_alphanumeric() || *c == '-';
    let word: String = word.chars().filter(plain).take(20).collect();
    let message = format!("`/{word}` is not a command");
    Finding::error(Code::CommandUnknown, message, help).at(Location::new("comment", line, 1))
}

fn invalid(message: String, help: impl Into<String>, line: u32) -> Finding {
    Finding::error(Code::CommandInvalid, message, help).at(Location::new("comment", line, 1))
}

fn every_command() -> String {
    let usages: Vec<String> = VERBS
        .iter()
        .map(|(_, _, usage)| format!("`{usage}`"))
        .collect();
    format!("the commands are {}", usages.join(", "))
}
