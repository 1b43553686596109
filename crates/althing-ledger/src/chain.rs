//! Walking the chain, and the first place where it breaks.

use jiff::Timestamp;

use crate::{EntryHash, stored::Stored};

/// A chain that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Number of entries.
    pub count: u64,
    /// Hash of the last one; keep it elsewhere to verify against later.
    pub head: EntryHash,
}

/// The first place where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Broken {
    /// The content of an entry does not fit its hash.
    #[error("entry {seq} was changed: {why}")]
    Changed {
        /// The entry.
        seq: u64,
        /// How it shows.
        why: String,
    },
    /// An entry is not there.
    #[error("entry {seq} is missing: entry {found} stands in its place")]
    Missing {
        /// The entry that should come next.
        seq: u64,
        /// What comes in its place.
        found: i64,
    },
    /// An entry does not continue the one before: one of the two was replaced or inserted.
    #[error("entry {seq} does not follow from the entry before it: one of the two was replaced")]
    Unlinked {
        /// The later one of the two.
        seq: u64,
    },
    /// An entry is earlier than the one before.
    #[error("entry {seq} of {time} is earlier than the entry before it")]
    Earlier {
        /// The entry.
        seq: u64,
        /// Its time.
        time: Timestamp,
    },
    /// The chain ends before the recorded end.
    #[error("{} missing at the end", range(*from, *to))]
    TailCut {
        /// The first one that is missing.
        from: u64,
        /// The recorded last one.
        to: u64,
    },
    /// The chain goes on behind the recorded end.
    #[error("entry {seq} was added behind the recorded end")]
    BehindHead {
        /// The first one too many.
        seq: u64,
    },
    /// The record of the end is gone or does not fit the last entry.
    #[error("the record of the last entry does not fit entry {seq}: {why}")]
    Head {
        /// The last entry, 0 for none.
        seq: u64,
        /// How it shows.
        why: String,
    },
    /// No entry has the hash that was kept elsewhere.
    #[error("no entry has the hash {known}: the history before it was rewritten or cut")]
    KnownMissing {
        /// The hash that was kept.
        known: EntryHash,
    },
}

impl Broken {
    /// The entry that is wrong, if it is one.
    pub fn entry(&self) -> Option<u64> {
        match self {
            Self::Changed { seq, .. }
            | Self::Missing { seq, .. }
            | Self::Unlinked { seq }
            | Self::Earlier { seq, .. }
            | Self::BehindHead { seq } => Some(*seq),
            Self::TailCut { .. } | Self::Head { .. } | Self::KnownMissing { .. } => None,
        }
    }
}

/// The entries from one number to another, as the subject of a sentence.
fn range(from: u64, to: u64) -> String {
    if from == to {
        format!("entry {from} is")
    } else {
        format!("entries {from} to {to} are")
    }
}

/// A walk along the chain from its beginning.
pub(crate) struct Walk {
    count: u64,
    head: EntryHash,
    time: Timestamp,
    known: Option<EntryHash>,
}

impl Walk {
    /// At the beginning; `known` is a hash that must turn up.
    pub(crate) fn new(known: Option<EntryHash>) -> Self {
        Self {
            count: 0,
            head: EntryHash::GENESIS,
            time: Timestamp::MIN,
            known: known.filter(|known| *known != EntryHash::GENESIS),
        }
    }

    /// Number of the entry that must come next.
    pub(crate) fn next(&self) -> u64 {
        self.count + 1
    }

    /// Goes on to the next entry.
    pub(crate) fn step(&mut self, stored: &Stored) -> Result<(), Broken> {
        let seq = self.next();
        let changed = |why: String| Broken::Changed { seq, why };
        if u64::try_from(stored.seq) != Ok(seq) {
            let found = stored.seq;
            return Err(Broken::Missing { seq, found });
        }
        let hash = stored.computed_hash().map_err(changed)?;
        if stored.hash != hash.to_string() {
            return Err(changed("its content does not fit its hash".to_owned()));
        }
        if stored.previous != self.head.to_string() {
            return Err(Broken::Unlinked { seq });
        }
        let time = stored.time().map_err(changed)?;
        if time < self.time {
            return Err(Broken::Earlier { seq, time });
        }
        self.count = seq;
        self.head = hash;
        self.time = time;
        self.known = self.known.filter(|known| *known != hash);
        Ok(())
    }

    /// At the end: whether everything turned up.
    pub(crate) fn end(self) -> Result<Verified, Broken> {
        match self.known {
            Some(known) => Err(Broken::KnownMissing { known }),
            None => Ok(Verified {
                count: self.count,
                head: self.head,
            }),
        }
    }

    /// At the end of a file that records where the end is.
    pub(crate) fn end_at(self, seq: i64, hash: &str) -> Result<Verified, Broken> {
        let recorded = u64::try_from(seq).unwrap_or(0);
        if self.count < recorded {
            return Err(Broken::TailCut {
                from: self.next(),
                to: recorded,
            });
        }
        if self.count > recorded {
            return Err(Broken::BehindHead { seq: recorded + 1 });
        }
        if hash != self.head.to_string() {
            return Err(Broken::Head {
                seq: self.count,
                why: "its hash is another".to_owned(),
            });
        }
        self.end()
    }
}

#[cfg(test)]
mod tests;
