//! The server around the domain: sockets, authentication, limits, counters, faults.

pub mod state;
