//! The server around the domain: sockets, authentication, limits, counters, faults.

mod faults;
mod guard;
pub(crate) mod internal;
mod listen;
mod meter;
pub mod state;

pub use faults::{Faults, FaultsFile};
pub use internal::Stats;
pub use listen::{ServeError, ServeOptions, app, serve, socket_path};
pub use meter::{Meter, Operation};
