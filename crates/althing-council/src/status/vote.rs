//! The vote: its numbers, and, where it is public, who said what.

use althing_charter::{
    Ballot, Choice, ClosedVote, Elector, Electorate, OpenVote, Standing, Tally, Verdict, VoteCast,
    VoteProfile, tally,
};
use althing_diag::id::UserId;

use super::{StatusView, page::Page, time};
use crate::text::code;

/// The vote that is open, if one is.
pub(super) fn open(view: &StatusView<'_>, page: &mut Page) {
    let Some(vote) = &view.subject.vote else {
        return;
    };
    page.section("Vote, open");
    if vote.private {
        page.paragraph(&format!(
            "The ballots are secret: vote with `althing vote`, as a comment shows who says what. {}",
            taken_part(vote)
        ));
    } else {
        let counts = profile(view, vote).map(|profile| counts(&live(profile, vote)));
        let counts = counts
            .map(|counts| format!("Counted so far: {counts}. "))
            .unwrap_or_default();
        page.paragraph(&format!("{counts}{}", taken_part(vote)));
        ballots(view, vote, page);
    }
    electorate(view, &vote.electorate, page);
}

/// The last vote that was closed, if one was.
pub(super) fn closed(view: &StatusView<'_>, page: &mut Page) {
    let Some(vote) = &view.subject.closed_vote else {
        return;
    };
    page.section(&format!(
        "Vote, closed {}: {}",
        time(vote.closed),
        result(vote)
    ));
    let sentence = page.sentence(&vote.sentence);
    page.paragraph(&format!(
        "Counted: {}. By the rules: {sentence}.",
        counts(&vote.tally)
    ));
    let (cast, eligible) = (vote.tally.cast(), vote.tally.eligible);
    let secret = if vote.private {
        " The ballots are secret."
    } else {
        ""
    };
    page.paragraph(&format!("Voted: {}.{secret}", of(cast, eligible)));
}

fn result(vote: &ClosedVote) -> &'static str {
    match vote.verdict {
        Verdict::Open => "open",
        Verdict::Passed => "passed",
        Verdict::Failed => "not passed",
        Verdict::NoQuorum => "no quorum",
    }
}

/// How many of those who may have voted, without a word on what for.
fn taken_part(vote: &OpenVote) -> String {
    let binding = vote
        .ballots
        .values()
        .filter(|cast| is_binding(cast))
        .count() as u64;
    if vote.electorate.is_empty() {
        // Who may vote is settled at the close.
        return format!("Voted so far: {}.", vote.ballots.len());
    }
    format!(
        "Voted so far: {}.",
        of(binding, vote.electorate.len() as u64)
    )
}

fn is_binding(cast: &VoteCast) -> bool {
    cast.standing == Standing::Binding
}

fn of(cast: u64, eligible: u64) -> String {
    match (cast * 100).checked_div(eligible) {
        Some(percent) => format!("{cast} of {eligible} ({percent} %)"),
        None => format!("{cast}"),
    }
}

/// `yes 3, no 1, abstain 0`, and opinions that do not count apart.
fn counts(tally: &Tally) -> String {
    let list = |counts: &std::collections::BTreeMap<Choice, u64>| {
        let counts = counts
            .iter()
            .map(|(choice, count)| format!("{} {count}", shown(choice)));
        counts.collect::<Vec<String>>().join(", ")
    };
    let mut text = list(&tally.counted);
    if tally.vetoes > 0 {
        text.push_str(&format!(", vetoes {}", tally.vetoes));
    }
    if tally.advisory.values().any(|count| *count > 0) {
        let opinions = tally.advisory.iter().filter(|(_, count)| **count > 0);
        let opinions = opinions
            .map(|(choice, count)| (choice.clone(), *count))
            .collect();
        text.push_str(&format!("; opinions of others: {}", list(&opinions)));
    }
    text
}

fn shown(choice: &Choice) -> String {
    match choice {
        Choice::Yes | Choice::No | Choice::Abstain | Choice::Veto => choice.to_string(),
        Choice::Named(name) => code(name),
    }
}

fn profile<'a>(view: &StatusView<'a>, vote: &OpenVote) -> Option<&'a VoteProfile> {
    let transition = view.lifecycle.transition(&vote.transition)?;
    transition.needs.vote().map(|vote| &vote.profile)
}

fn live(profile: &VoteProfile, vote: &OpenVote) -> Tally {
    let ballots: Vec<Ballot> = in_order(vote)
        .into_iter()
        .map(|(_, cast)| cast.ballot.clone())
        .collect();
    tally(profile, &Electorate::new(vote.electorate.clone()), &ballots)
}

fn in_order(vote: &OpenVote) -> Vec<(&UserId, &VoteCast)> {
    let mut cast: Vec<_> = vote.ballots.iter().collect();
    cast.sort_by_key(|(id, cast)| (cast.at, **id));
    cast
}

fn ballots(view: &StatusView<'_>, vote: &OpenVote, page: &mut Page) {
    let cast = in_order(vote);
    if cast.is_empty() {
        return;
    }
    page.folded(&format!("Ballots: {}", cast.len()), |page| {
        page.items(&cast, |page, (id, cast)| {
            let opinion = if is_binding(cast) { "" } else { " (opinion)" };
            let reason = cast.ballot.reason.as_deref();
            let reason = reason.map(|it| format!(": {}", page.plain(it)));
            format!(
                "{} {}{opinion}{}",
                login(view, **id),
                shown(&cast.ballot.choice),
                reason.unwrap_or_default()
            )
        });
    });
}

fn electorate(view: &StatusView<'_>, electorate: &[Elector], page: &mut Page) {
    if electorate.is_empty() {
        page.paragraph("Who may vote is settled when the vote closes.");
        return;
    }
    page.folded(&format!("May vote: {}", electorate.len()), |page| {
        page.items(electorate, |_, elector| {
            format!("{} (account {})", login(view, elector.id), elector.id)
        });
    });
}

/// The login of an account, or its number where nobody knows it.
fn login(view: &StatusView<'_>, id: UserId) -> String {
    let member = view.members.by_id(id).map(|member| &member.login);
    let known = || view.people.values().find(|account| account.id == id);
    match member.or_else(|| known().map(|account| &account.login)) {
        Some(login) => code(login),
        None => format!("account {id}"),
    }
}
