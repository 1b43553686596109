//! Who acts.

use crate::model::{Account, Timestamp};

/// The user behind a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: Account,
    /// Lists show what existed, and boards the values that items had, at this time: set when
    /// reads are made to lag behind writes (the faults file), else `None`.
    pub as_of: Option<Timestamp>,
}

impl Actor {
    /// The user, seeing everything at once.
    pub fn new(user: Account) -> Self {
        Self { user, as_of: None }
    }
}
