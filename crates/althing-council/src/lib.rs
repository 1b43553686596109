#![doc = include_str!("../README.md")]

mod book;
pub mod comment;
mod council;
mod dispatch;
mod error;
mod hear;
pub mod inbox;
pub mod marker;
mod meeting;
mod record;
mod replay;
mod reply;
mod secret;
pub mod status;
mod text;
mod tick;

pub use book::{Book, RoleChange};
pub use council::{Acted, Council};
pub use dispatch::Means;
pub use error::CouncilError;
pub use record::{draft, electorate, machine, record};
pub use replay::{Difference, Replay, Standing, replay};
pub use reply::reply;
pub use secret::Keys;
pub use text::defused;
pub use tick::{Changed, Round, tick, tick_offline};
