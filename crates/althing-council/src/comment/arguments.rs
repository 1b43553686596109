//! What follows a verb.

use super::{Command, first_word, verb::Verb};

/// The command that `verb` and `rest` make. `Err` says what is wrong, without final period.
pub(super) fn read(verb: Verb, rest: &str) -> Result<Command, String> {
    let mut words = Words { rest: rest.trim() };
    Ok(match verb {
        Verb::Vote => Command::Vote {
            ballot: words.needed("`/vote` says nothing to count")?,
            reason: words.text(),
        },
        Verb::Object => Command::Object {
            reason: words.text(),
        },
        Verb::Resolve => Command::Resolve {
            objection: words.number(),
            reason: words.text(),
        },
        Verb::Approve => Command::Approve,
        Verb::Withdraw => Command::Withdraw {
            reason: words.text(),
        },
        Verb::Decline => Command::Decline {
            reason: words.text(),
        },
        Verb::Close => Command::Close {
            reason: words.text(),
        },
        Verb::Edit => edit(words)?,
        Verb::Attach => attach(words)?,
        Verb::Move => Command::Move {
            to: words.line().ok_or("`/move` names no state")?,
            reason: words.text(),
        },
        Verb::Open => open(words)?,
        Verb::Nominate => nominate(words)?,
        Verb::Ask => Command::Ask,
        Verb::Answer => Command::Answer {
            text: words.text().ok_or("`/answer` has no text")?,
        },
    })
}

fn edit(mut words: Words<'_>) -> Result<Command, String> {
    let editorial = match words.next().map(str::to_lowercase).as_deref() {
        None => false,
        Some("--editorial" | "—editorial" | "–editorial" | "editorial") => true,
        Some(_) => return Err("`/edit` takes nothing but `--editorial`".to_owned()),
    };
    Ok(Command::Edit { editorial })
}

fn attach(mut words: Words<'_>) -> Result<Command, String> {
    let evidence = words.needed("`/attach` names no evidence")?.to_lowercase();
    let reference = words.needed("`/attach` does not say where the evidence is")?;
    let (mut result, mut recipients) = (None, Vec::new());
    while let Some(word) = words.next() {
        match word.strip_prefix('@') {
            Some(login) => recipients.push(login.trim_end_matches(',').to_owned()),
            None if result.is_none() => result = Some(word.to_lowercase()),
            None => return Err("`/attach` has words after the result".to_owned()),
        }
    }
    Ok(Command::Attach {
        evidence,
        reference,
        result,
        recipients,
    })
}

fn nominate(mut words: Words<'_>) -> Result<Command, String> {
    let nominee = words.needed("`/nominate` names nobody")?;
    Ok(Command::Nominate {
        nominee: nominee.trim_start_matches('@').to_owned(),
        role: words.needed("`/nominate` names no role")?,
        reason: words.text(),
    })
}

fn open(mut words: Words<'_>) -> Result<Command, String> {
    let lifecycle = words.needed("`/open` names no lifecycle")?.to_lowercase();
    let mut set: Vec<(String, String)> = Vec::new();
    while let Some((key, value)) = words.assignment()? {
        if set.iter().any(|(known, _)| *known == key) {
            return Err(format!("`{key}` is set twice"));
        }
        set.push((key, value));
    }
    Ok(Command::Open { lifecycle, set })
}

/// Takes words off the front of a text.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let end = self.rest.find(char::is_whitespace);
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        (!word.is_empty()).then_some(word)
    }

    /// The next word without punctuation behind it.
    fn needed(&mut self, otherwise: &str) -> Result<String, String> {
        let (word, rest) = first_word(self.rest);
        self.rest = rest;
        if word.is_empty() {
            Err(otherwise.to_owned())
        } else {
            Ok(word.to_owned())
        }
    }

    /// A number, `2` or `#2`, if one is next.
    fn number(&mut self) -> Option<u32> {
        let (word, rest) = first_word(self.rest);
        let number = word.strip_prefix('#').unwrap_or(word).parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    /// The rest of the line, in small letters.
    fn line(&mut self) -> Option<String> {
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        let line = line.trim().trim_end_matches('.').to_lowercase();
        (!line.is_empty()).then_some(line)
    }

    /// Everything that is left.
    fn text(&mut self) -> Option<String> {
        let text = self.rest.trim();
        self.rest = "";
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// `key=value` or `key="some words"`.
    fn assignment(&mut self) -> Result<Option<(String, String)>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let end = self.rest.find(|c| !is_key(c)).unwrap_or(self.rest.len());
        let (key, rest) = self.rest.split_at(end);
        let rest = rest.strip_prefix('=').filter(|_| !key.is_empty());
        let Some(rest) = rest else {
            return Err("after the lifecycle only KEY=VALUE may follow".to_owned());
        };
        let key = key.to_lowercase();
        let (value, after) = match rest.chars().next() {
            Some(open @ ('"' | '“' | '„')) => {
                // Telephones put round quotation marks.
                let close: &[char] = if open == '"' { &['"'] } else { &['”', '“'] };
                let inner = rest.strip_prefix(open).unwrap_or_default();
                inner
                    .split_once(close)
                    .filter(|(_, after)| after.is_empty() || after.starts_with(char::is_whitespace))
                    .ok_or_else(|| {
                        format!("the value of `{key}` lacks its second quotation mark")
                    })?
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        self.rest = after.trim_start();
        Ok(Some((key, value.to_owned())))
    }
}
