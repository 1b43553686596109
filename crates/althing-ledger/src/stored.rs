//! An entry as the file has it: texts and numbers that nobody has believed yet.

use althing_diag::id::{Account, UserId};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{Draft, Entry, EntryHash, LedgerError};

/// The largest integer that JSON tools agree on (RFC 8785, RFC 7493).
const LARGEST_INTEGER: u64 = (1 << 53) - 1;

/// The columns of a row, and at the same time the fields of an exported line.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) time: String,
    pub(crate) actor_id: i64,
    pub(crate) actor_login: String,
    pub(crate) subject: String,
    pub(crate) kind: String,
    pub(crate) data: String,
    pub(crate) charter: Option<String>,
    pub(crate) previous: String,
    pub(crate) hash: String,
}

impl Stored {
    /// The draft at its place in the chain.
    pub(crate) fn place(draft: &Draft, seq: i64, previous: &str) -> Result<Self, LedgerError> {
        let refuse = |text: String| LedgerError::Data { text };
        check_integers(&draft.data).map_err(refuse)?;
        let actor_id = i64::try_from(draft.actor.id.0)
            .ok()
            .filter(|id| id.unsigned_abs() <= LARGEST_INTEGER)
            .ok_or_else(|| refuse(format!("the account id {} is too large", draft.actor.id)))?;
        let mut stored = Self {
            seq,
            time: draft.time.to_string(),
            actor_id,
            actor_login: draft.actor.login.clone(),
            subject: draft.subject.to_string(),
            kind: draft.kind.to_string(),
            data: canonical(&draft.data).map_err(refuse)?,
            charter: draft.charter.map(|hash| hash.to_string()),
            previous: previous.to_owned(),
            hash: String::new(),
        };
        stored.hash = stored.computed_hash().map_err(refuse)?.to_string();
        Ok(stored)
    }

    /// The hash that the other fields ask for, or why they are not as they were written.
    pub(crate) fn computed_hash(&self) -> Result<EntryHash, String> {
        Ok(EntryHash::of(self.canonical(None)?.as_bytes()))
    }

    /// The canonical line of an export.
    pub(crate) fn line(&self) -> Result<String, String> {
        self.canonical(Some(&self.hash))
    }

    /// Reads a line of an export. Whether it is spelled as it must be, [`Stored::line`] shows.
    pub(crate) fn from_line(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        Ok(Self {
            seq: line.seq,
            time: line.time,
            actor_id: line.actor.id,
            actor_login: line.actor.login,
            subject: line.subject,
            kind: line.kind,
            data: line.data.get().to_owned(),
            charter: line.charter,
            previous: line.previous,
            hash: line.hash,
        })
    }

    /// The entry, for use. Whether it is as it was written is another question:
    /// [`Stored::computed_hash`].
    pub(crate) fn entry(&self) -> Result<Entry, LedgerError> {
        self.read()
            .map_err(|why| LedgerError::Entry { seq: self.seq, why })
    }

    fn read(&self) -> Result<Entry, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        Ok(Entry {
            seq: u64::try_from(self.seq).map_err(|error| text(&error))?,
            time: self.time()?,
            actor: Account {
                id: UserId(u64::try_from(self.actor_id).map_err(|error| text(&error))?),
                login: self.actor_login.clone(),
            },
            subject: self.subject.parse().map_err(|error| text(&error))?,
            kind: self.kind.parse().map_err(|error| text(&error))?,
            data: serde_json::from_str(&self.data).map_err(|error| text(&error))?,
            charter: match &self.charter {
                Some(hash) => Some(hash.parse().map_err(|error| text(&error))?),
                None => None,
            },
            previous: self.previous.parse().map_err(|error| text(&error))?,
            hash: self.hash.parse().map_err(|error| text(&error))?,
        })
    }

    /// When it happened.
    pub(crate) fn time(&self) -> Result<Timestamp, String> {
        let time = self.time.parse();
        time.map_err(|_| "its time cannot be read".to_owned())
    }

    /// RFC 8785: keys in their order, strings as JSON writes them. Only the data is of a form
    /// that is not known, so only it goes through the general encoder.
    fn canonical(&self, hash: Option<&str>) -> Result<String, String> {
        let data: Value = serde_json::from_str(&self.data)
            .map_err(|error| format!("its data is not JSON: {error}"))?;
        if canonical(&data)? != self.data {
            return Err("its data is not in canonical form".to_owned());
        }
        let string = |text: &str| Value::from(text).to_string();
        let charter = match &self.charter {
            Some(charter) => string(charter),
            None => "null".to_owned(),
        };
        let hash = match hash {
            Some(hash) => format!(r#""hash":{},"#, string(hash)),
            None => String::new(),
        };
        Ok(format!(
            r#"{{"actor":{{"id":{id},"login":{login}}},"charter":{charter},"data":{data},{hash}"kind":{kind},"previous":{previous},"seq":{seq},"subject":{subject},"time":{time}}}"#,
            id = self.actor_id,
            login = string(&self.actor_login),
            data = self.data,
            kind = string(&self.kind),
            previous = string(&self.previous),
            seq = self.seq,
            subject = string(&self.subject),
            time = string(&self.time),
        ))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    seq: i64,
    time: String,
    actor: LineActor,
    subject: String,
    kind: String,
    #[serde(borrow)]
    data: &'a RawValue,
    charter: Option<String>,
    previous: String,
    hash: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineActor {
    id: i64,
    login: String,
}

/// RFC 8785.
fn canonical(value: &Value) -> Result<String, String> {
    serde_json_canonicalizer::to_string(value).map_err(|error| error.to_string())
}

fn check_integers(value: &Value) -> Result<(), String> {
    match value {
        Value::Number(number) => {
            let size = number
                .as_i64()
                .map(i64::unsigned_abs)
                .or_else(|| number.as_u64());
            match size {
                Some(size) if size > LARGEST_INTEGER => Err(format!(
                    "{number} has no exact form in JSON; write it as a string"
                )),
                Some(_) | None => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(check_integers),
        Value::Object(fields) => fields.values().try_for_each(check_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}
