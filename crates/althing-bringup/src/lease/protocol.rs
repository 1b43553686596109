//! The claim protocol without any IO: [`Try`] gets an issue, [`Hold`] keeps it.
//!
//! Both are told what the forge answered and what the time is, and say what to ask next. A thin
//! shell carries this to the forge, and `tests/claim_model.rs` to every forge that is possible.
//!
//! What makes a claim exclusive is the *fence*, one ref per issue. It points to a *mark*: a
//! commit that names the run and says by the forge's clock when the claim was made or last
//! renewed. Every change of the fence is a compare-and-swap: create it where there is none,
//! replace or remove exactly the mark that was seen. So it does not matter how old an answer
//! is, or how long a request was under way: one that rests on an older mark fails.

mod hold;
mod try_claim;
mod words;

pub use hold::{Hold, HoldTurn, Task};
pub use try_claim::{Try, TryTurn};
pub use words::{Answer, Moment, Request, Seen, SeenClaim, SeenFence, Standing, Terms, Why};
