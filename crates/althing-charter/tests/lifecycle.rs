//! The engine of lifecycles, run on charters as people write them.

#[path = "lifecycle/world.rs"]
mod world;

#[path = "lifecycle/branches.rs"]
mod branches;
#[path = "lifecycle/effects.rs"]
mod effects;
#[path = "lifecycle/explanations.rs"]
mod explanations;
#[path = "lifecycle/guards.rs"]
mod guards;
#[path = "lifecycle/opening.rs"]
mod opening;
#[path = "lifecycle/properties.rs"]
mod properties;
#[path = "lifecycle/reference.rs"]
mod reference;
#[path = "lifecycle/revisions.rs"]
mod revisions;
#[path = "lifecycle/rounds.rs"]
mod rounds;
#[path = "lifecycle/silence.rs"]
mod silence;
#[path = "lifecycle/votes.rs"]
mod votes;
#[path = "lifecycle/words.rs"]
mod words;
