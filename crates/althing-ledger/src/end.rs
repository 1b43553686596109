//! The end of a chain, and what may follow it.

use jiff::Timestamp;

use crate::{Broken, Draft, EntryHash, LOCK_WAIT, LedgerError, stored::Stored};

/// What the next entry must follow.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) seq: i64,
    pub(crate) hash: String,
    pub(crate) time: Timestamp,
}

impl End {
    /// Before the first entry.
    pub(crate) fn start() -> Self {
        Self {
            seq: 0,
            hash: EntryHash::GENESIS.to_string(),
            time: Timestamp::MIN,
        }
    }

    /// Behind an entry that is sound.
    pub(crate) fn behind(last: &Stored) -> Result<Self, LedgerError> {
        let unreadable = |why| LedgerError::Entry { seq: last.seq, why };
        Ok(Self {
            seq: last.seq,
            hash: last.hash.clone(),
            time: last.time().map_err(unreadable)?,
        })
    }

    /// The end of a database that records number and hash of its last entry, if that entry is
    /// as it was written.
    pub(crate) fn recorded(
        (seq, hash): &(i64, String),
        last: Option<Result<Stored, String>>,
    ) -> Result<Self, LedgerError> {
        let changed = |why: String| Broken::Changed {
            seq: u64::try_from(*seq).unwrap_or(0),
            why,
        };
        let end = match last {
            None => Self::start(),
            Some(last) => {
                let last = last.map_err(changed)?;
                if last.computed_hash().map_err(changed)?.to_string() != last.hash {
                    let why = "its content does not fit its hash".to_owned();
                    return Err(changed(why).into());
                }
                Self::behind(&last)?
            }
        };
        if (end.seq, &end.hash) == (*seq, hash) {
            return Ok(end);
        }
        let why = format!("it names entry {seq}");
        let seq = u64::try_from(end.seq).unwrap_or(0);
        Err(Broken::Head { seq, why }.into())
    }

    /// The drafts in their places behind this end.
    pub(crate) fn followed_by(&self, drafts: &[Draft]) -> Result<Vec<Stored>, LedgerError> {
        let mut end = self.clone();
        let mut rows = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let row = end.next(draft)?;
            end = Self::behind(&row)?;
            rows.push(row);
        }
        Ok(rows)
    }

    fn next(&self, draft: &Draft) -> Result<Stored, LedgerError> {
        let mut draft = draft.clone();
        if draft.time < self.time {
            let behind = self.time.duration_since(draft.time).unsigned_abs();
            if behind > LOCK_WAIT {
                return Err(LedgerError::ClockBehind {
                    last: self.time,
                    given: draft.time,
                });
            }
            draft.time = self.time;
        }
        Stored::place(&draft, self.seq + 1, &self.hash)
    }
}
