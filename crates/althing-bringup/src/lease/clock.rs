//! The clock that a holder's own time is measured by.

use std::time::Instant;

use jiff::Timestamp;

use super::protocol::Moment;

/// Time since it was started. One clock stands still while the machine sleeps, the other can be
/// set; whichever has gone further is right, and if that is a mistake, it is one that ends a
/// claim early.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    steady: Instant,
    wall: Timestamp,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            steady: Instant::now(),
            wall: Timestamp::now(),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let wall = Timestamp::now().duration_since(self.wall);
        let wall = Moment::try_from(wall).unwrap_or_default();
        self.steady.elapsed().max(wall)
    }
}
