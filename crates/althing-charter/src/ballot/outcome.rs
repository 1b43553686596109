//! What a tally means, with its arithmetic.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Ballot, Choice, Electorate, OpenTimes, Tally, VoteProfile,
    profile::{Base, Least, Quorum, StandingBallots, Threshold},
    tally::count,
};

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Ballots can still be cast and changed.
    Open,
    /// Over, and in favour.
    Passed,
    /// Over, and not in favour.
    Failed,
    /// Over, and too few took part for either (L-174).
    NoQuorum,
}

/// How a vote stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// The result.
    pub verdict: Verdict,
    /// What won, where the vote has passed: yes, or one of its choices.
    pub winner: Option<Choice>,
    /// The result's arithmetic in one sentence: `yes 7 of 11 counted = 63.6 % ≥ 60 %; quorum 12 of
    /// 19 needs 12`.
    pub sentence: String,
    /// The numbers.
    pub tally: Tally,
}

/// How the vote stands at `now`, with all ballots that were cast while it was open, in order.
///
/// Until `times.latest` it is open, except that from `times.earliest` on it closes when the result
/// is the same whatever those who have not voted yet would say. The caller records the first
/// outcome that is not open and asks no more.
pub fn outcome(
    profile: &VoteProfile,
    electorate: &Electorate,
    ballots: &[Ballot],
    times: OpenTimes,
    now: Timestamp,
) -> Outcome {
    let standing = profile.standing_ballots(electorate, ballots);
    let tally = count(profile, electorate, &standing);
    let result = judge(profile, &tally);
    let sentence = sentence(profile, &tally, &result);
    let early = now < times.latest;
    if early && (now < times.earliest || !is_final(profile, electorate, &standing, &result)) {
        return Outcome {
            verdict: Verdict::Open,
            winner: None,
            sentence: format!("open until {}: {sentence}", times.latest),
            tally,
        };
    }
    Outcome {
        verdict: result.verdict,
        winner: result.winner,
        sentence: if early {
            format!("closed early, because no further ballot could change it: {sentence}")
        } else {
            sentence
        },
        tally,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Judgement {
    verdict: Verdict,
    winner: Option<Choice>,
}

/// What the vote comes to if nobody says anything more.
fn judge(profile: &VoteProfile, tally: &Tally) -> Judgement {
    let lost = |verdict| Judgement {
        verdict,
        winner: None,
    };
    let quorate = profile.quorum.is_none_or(|quorum| quorum.is_met(tally));
    if tally.eligible == 0 {
        return lost(Verdict::NoQuorum);
    }
    if tally.vetoes > 0 {
        return lost(Verdict::Failed);
    }
    if !quorate {
        return lost(Verdict::NoQuorum);
    }
    match leaders(profile, tally).as_slice() {
        [leader] if profile.passes.is_met(tally.count(leader), tally) => Judgement {
            verdict: Verdict::Passed,
            winner: Some(leader.clone()),
        },
        _ => lost(Verdict::Failed),
    }
}

/// The choices that nothing else is ahead of: yes, or those of a selection with the most ballots.
fn leaders(profile: &VoteProfile, tally: &Tally) -> Vec<Choice> {
    if profile.choices.is_empty() {
        return vec![Choice::Yes];
    }
    let choices = || profile.choices.iter().cloned().map(Choice::Named);
    let most = choices().map(|choice| tally.count(&choice)).max();
    choices()
        .filter(|choice| Some(tally.count(choice)) == most)
        .collect()
}

/// Whether the result stays the same whatever those who are silent would say.
///
/// All of them for one option is as far as they can pull in its direction, so it is enough to
/// try each option.
fn is_final(
    profile: &VoteProfile,
    electorate: &Electorate,
    standing: &StandingBallots<'_>,
    result: &Judgement,
) -> bool {
    profile.options().iter().all(|option| {
        let mut complete = standing.clone();
        for elector in electorate.iter() {
            complete.binding.entry(elector.id).or_insert(option);
        }
        judge(profile, &count(profile, electorate, &complete)) == *result
    })
}

impl Threshold {
    fn is_met(&self, part: u64, tally: &Tally) -> bool {
        let order = self.share.compare(part, self.base(tally));
        let enough = match order {
            Ordering::Less => false,
            Ordering::Equal => !self.more,
            Ordering::Greater => true,
        };
        // Nothing passes that nobody is for, not even with a share of nothing.
        enough && part > 0
    }

    fn base(&self, tally: &Tally) -> u64 {
        match self.of {
            Base::Deciding => tally.deciding(),
            Base::Cast => tally.cast(),
            Base::Electorate => tally.eligible,
        }
    }

    fn sentence(&self, choice: &Choice, tally: &Tally) -> String {
        let part = tally.count(choice);
        let choice = named(choice);
        let whole = self.base(tally);
        let counted = match self.of {
            Base::Deciding => "counted",
            Base::Cast => "cast",
            Base::Electorate => "eligible",
        };
        if whole == 0 {
            return format!("{choice} 0 of 0 {counted}");
        }
        let sign = match (self.share.compare(part, whole), self.more) {
            (Ordering::Less, false) => "<",
            (Ordering::Equal | Ordering::Greater, false) => "≥",
            (Ordering::Less | Ordering::Equal, true) => "≤",
            (Ordering::Greater, true) => ">",
        };
        let shown = self.share.beside(part, whole);
        format!(
            "{choice} {part} of {whole} {counted} = {shown} {sign} {}",
            self.share
        )
    }
}

impl Quorum {
    fn is_met(&self, tally: &Tally) -> bool {
        self.present(tally) >= self.needed(tally)
    }

    fn present(&self, tally: &Tally) -> u64 {
        if self.abstentions {
            tally.cast()
        } else {
            tally.deciding()
        }
    }

    fn needed(&self, tally: &Tally) -> u64 {
        match self.least {
            Least::Ballots(number) => number,
            // Of nobody something is still needed: no ballots are no quorum.
            Least::OfElectorate(share) => share.at_least_of(tally.eligible).max(1),
            Least::OfCast(share) => share.at_least_of(tally.cast()).max(1),
        }
    }

    fn sentence(&self, tally: &Tally) -> String {
        let (whole, of) = match self.least {
            Least::Ballots(_) | Least::OfElectorate(_) => (tally.eligible, ""),
            Least::OfCast(_) => (tally.cast(), " cast"),
        };
        let without = if self.abstentions {
            ""
        } else {
            " without abstentions"
        };
        let (present, needed) = (self.present(tally), self.needed(tally));
        format!("quorum {present} of {whole}{of}{without} needs {needed}")
    }
}

fn sentence(profile: &VoteProfile, tally: &Tally, result: &Judgement) -> String {
    if tally.eligible == 0 {
        return "nobody may vote".to_owned();
    }
    let mut clauses = Vec::new();
    match tally.vetoes {
        0 => {}
        1 => clauses.push("1 veto".to_owned()),
        vetoes => clauses.push(format!("{vetoes} vetoes")),
    }
    let leaders = leaders(profile, tally);
    clauses.push(match leaders.as_slice() {
        [leader] => profile.passes.sentence(leader, tally),
        tied => {
            let names: Vec<String> = tied.iter().map(named).collect();
            let each = tied.first().map_or(0, |choice| tally.count(choice));
            format!("{} have {each} each", names.join(", "))
        }
    });
    if let Some(quorum) = profile.quorum {
        let clause = quorum.sentence(tally);
        match result.verdict {
            Verdict::NoQuorum => clauses.insert(0, clause),
            Verdict::Open | Verdict::Passed | Verdict::Failed => clauses.push(clause),
        }
    }
    if let (Some(cap), 1..) = (profile.per_organization, tally.beyond_cap) {
        let beyond = tally.beyond_cap;
        clauses.push(format!(
            "{beyond} beyond {cap} per organization not counted"
        ));
    }
    clauses.join("; ")
}

/// A name can be any words, so it needs marks within a sentence.
fn named(choice: &Choice) -> String {
    match choice {
        Choice::Named(name) => format!("`{name}`"),
        Choice::Yes | Choice::No | Choice::Abstain | Choice::Veto => choice.to_string(),
    }
}
