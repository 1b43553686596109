//! Counting.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ballot, Choice, Electorate, VoteProfile, electorate::Party, profile::StandingBallots};

/// What the ballots of a vote add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// How many ballots could count at most: the electorate, after the cap per organization.
    pub eligible: u64,
    /// Ballots that count, for every option of the vote. Vetoes count as no.
    pub counted: BTreeMap<Choice, u64>,
    /// Vetoes of those who have the right.
    pub vetoes: u64,
    /// Ballots of the electorate that do not count because of the cap per organization.
    pub beyond_cap: u64,
    /// Opinions of those who may not vote: they change nothing (L-159, L-160).
    pub advisory: BTreeMap<Choice, u64>,
}

impl Tally {
    /// Ballots that count for this choice.
    pub fn count(&self, choice: &Choice) -> u64 {
        self.counted.get(choice).copied().unwrap_or(0)
    }

    /// All ballots that count.
    pub fn cast(&self) -> u64 {
        self.counted.values().sum()
    }

    /// Ballots that count and are no abstentions (L-173).
    pub fn deciding(&self) -> u64 {
        self.cast() - self.count(&Choice::Abstain)
    }
}

/// Adds up ballots in the order in which they were cast: of each voter the last one counts, and
/// ballots that [`VoteProfile::admit`] refuses are as good as never cast.
///
/// Where a cap per organization is set, a no of the organization counts before a yes, and a yes
/// before an abstention: an organization with too many ballots never passes anything that some of
/// its own people oppose.
pub fn tally(profile: &VoteProfile, electorate: &Electorate, ballots: &[Ballot]) -> Tally {
    count(
        profile,
        electorate,
        &profile.standing_ballots(electorate, ballots),
    )
}

pub(super) fn count(
    profile: &VoteProfile,
    electorate: &Electorate,
    ballots: &StandingBallots<'_>,
) -> Tally {
    let nothing = || {
        let options = profile.options().into_iter();
        let mut counts: BTreeMap<Choice, u64> = options.map(|option| (option, 0)).collect();
        counts.remove(&Choice::Veto);
        counts
    };
    let mut tally = Tally {
        eligible: electorate.size(profile.per_organization),
        counted: nothing(),
        vetoes: 0,
        beyond_cap: 0,
        advisory: nothing(),
    };
    let cap = profile
        .per_organization
        .map_or(u64::MAX, |cap| cap.get().into());
    let mut parties = BTreeMap::<Option<Party>, BTreeMap<&Choice, u64>>::new();
    for (voter, &choice) in &ballots.binding {
        let Some(elector) = electorate.get(*voter) else {
            continue;
        };
        if *choice == Choice::Veto && !elector.roles.is_disjoint(&profile.veto) {
            tally.vetoes += 1;
        }
        let party = profile.per_organization.map(|_| elector.party());
        let counts = parties.entry(party).or_default();
        *counts.entry(without_veto(choice)).or_default() += 1;
    }
    for counts in parties.into_values() {
        let mut room = cap;
        for (choice, number) in no_first(&counts) {
            let counted = number.min(room);
            room -= counted;
            tally.beyond_cap += number - counted;
            *tally.counted.entry(choice.clone()).or_default() += counted;
        }
    }
    for choice in ballots.advisory.values() {
        *tally
            .advisory
            .entry(without_veto(choice).clone())
            .or_default() += 1;
    }
    tally
}

fn without_veto(choice: &Choice) -> &Choice {
    match choice {
        Choice::Veto => &Choice::No,
        Choice::Yes | Choice::No | Choice::Abstain | Choice::Named(_) => choice,
    }
}

fn no_first<'a>(counts: &BTreeMap<&'a Choice, u64>) -> Vec<(&'a Choice, u64)> {
    let mut counts: Vec<_> = counts
        .iter()
        .map(|(&choice, &number)| (choice, number))
        .collect();
    counts.sort_by_key(|(choice, _)| match choice {
        Choice::No | Choice::Veto => 0,
        Choice::Yes | Choice::Named(_) => 1,
        Choice::Abstain => 2,
    });
    counts
}
