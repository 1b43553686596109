//! Reactions.

use super::{Actor, Answer, Forge};
use crate::model::{Reaction, ReactionId, ReactionSubject};

impl Forge {
    /// Reactions, oldest first.
    pub async fn reactions(&self, actor: &Actor, on: ReactionSubject) -> Answer<Vec<Reaction>> {
        todo!()
    }

    /// Reacts; the second value says whether the reaction is new.
    pub async fn add_reaction(
        &self,
        actor: &Actor,
        on: ReactionSubject,
        content: &str,
    ) -> Answer<(Reaction, bool)> {
        todo!()
    }

    /// Takes a reaction back (its author, or write).
    pub async fn remove_reaction(
        &self,
        actor: &Actor,
        on: ReactionSubject,
        id: ReactionId,
    ) -> Answer<()> {
        todo!()
    }
}
