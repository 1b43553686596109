//! How the ballots of a subject add up.

use super::Subject;
use crate::{Ballot, Charter, Electorate, Tally, tally};

impl Subject {
    /// The numbers of the vote that is open, else of the last one that was closed. None of them
    /// is final while the vote is open, and an electorate that is settled at the close is still
    /// empty.
    pub fn tally(&self, charter: &Charter) -> Option<Tally> {
        let Some(vote) = &self.vote else {
            return self.closed_vote.as_ref().map(|vote| vote.tally.clone());
        };
        let lifecycle = charter.lifecycle(&self.lifecycle)?;
        let rule = lifecycle.transition(&vote.transition)?.needs.vote()?;
        let electorate = Electorate::new(vote.electorate.iter().cloned());
        let ballots = vote.ballots.values().map(|cast| cast.ballot.clone());
        let ballots: Vec<Ballot> = ballots.collect();
        Some(tally(&rule.profile, &electorate, &ballots))
    }
}
