//! The rules of a vote in plain words.

use std::fmt;

use super::{
    VoteProfile,
    profile::{Base, Least, OpenFor, Quorum, Threshold},
};

/// `at least 60% of yes and no; quorum 60% of the electorate, who abstains takes part; …`.
impl fmt::Display for VoteProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.choices.is_empty() {
            write!(f, "a choice among {}; ", self.choices.join(", "))?;
        }
        threshold(&self.passes, self.choices.is_empty(), f)?;
        if let Some(quorum) = &self.quorum {
            write!(f, "; {quorum}")?;
        }
        if !self.veto.is_empty() {
            let roles: Vec<&str> = self.veto.iter().map(|role| role.as_str()).collect();
            write!(f, "; a veto of {} stops it", roles.join(" or "))?;
        }
        if let Some(cap) = self.per_organization {
            write!(f, "; at most {cap} of one organization count")?;
        }
        if self.no_needs_reason {
            f.write_str("; a no needs a reason")?;
        }
        Ok(())
    }
}

impl VoteProfile {
    /// For how long ballots are taken: `7 days`, or `1 day, at most 14 days`.
    pub fn open_words(&self) -> String {
        let OpenFor { at_least, at_most } = self.open;
        match at_most {
            None => at_least.to_string(),
            Some(at_most) => format!("{at_least}, at most {at_most}"),
        }
    }
}

fn threshold(passes: &Threshold, on_yes: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let compared = if passes.more { "more than" } else { "at least" };
    let of = match (passes.of, on_yes) {
        (Base::Deciding, true) => "yes and no",
        (Base::Deciding, false) => "the ballots that choose",
        (Base::Cast, _) => "all ballots",
        (Base::Electorate, _) => "the electorate",
    };
    write!(f, "{compared} {} of {of}", passes.share)
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least {
            Least::Ballots(number) => write!(f, "quorum {number} ballots")?,
            Least::OfElectorate(share) => write!(f, "quorum {share} of the electorate")?,
            Least::OfCast(share) => write!(f, "quorum {share} of all ballots")?,
        }
        f.write_str(if self.abstentions {
            ", abstentions counted"
        } else {
            ", abstentions not counted"
        })
    }
}
