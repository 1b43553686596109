//! The engine of lifecycles, run on charters as people write them.

#[path = "lifecycle/world.rs"]
mod world;

#[path = "lifecycle/votes.rs"]
mod votes;

#[path = "lifecycle/rounds.rs"]
mod rounds;

#[path = "lifecycle/revisions.rs"]
mod revisions;
