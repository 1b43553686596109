//! Votes come to what their rules say, exactly.

use std::collections::{BTreeMap, BTreeSet};

use althing_charter::{
    Ballot, Calendar, Choice, Elector, Electorate, OpenTimes, Outcome, RawVote, Role, RoleName,
    Standing, Verdict, VoteProfile, outcome, tally,
};
use althing_diag::{Finding, Location, id::UserId, yaml};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rstest::rstest;

fn roles() -> BTreeMap<RoleName, Role> {
    let role = Role::at(Location::file("charter"));
    BTreeMap::from([("chair".parse().expect("role"), role)])
}

fn read(text: &str) -> Result<VoteProfile, Vec<Finding>> {
    let raw: RawVote = yaml::parse("vote.yaml", text).map_err(|finding| vec![*finding])?;
    VoteProfile::check("vote.yaml", &raw, &roles())
}

fn profile(text: &str) -> VoteProfile {
    read(text).expect("valid")
}

/// The rules of a change to the governance of Llama Stack.
const SUPER_MAJORITY: &str = "\
    passes: { at-least: 60%, of: yes-and-no }\n\
    quorum: { at-least: 60%, of: electorate, abstentions: count }\n\
    veto: none\n\
    open-for: 7 days\n";

/// And those of an appointment.
const MAJORITY_OF_ALL: &str = "\
    passes: { more-than: 1/2, of: electorate }\n\
    open-for: 7 days\n";

fn elector(id: u64) -> Elector {
    Elector {
        id: UserId(id),
        organization: None,
        roles: BTreeSet::new(),
        bot: false,
    }
}

fn of_size(size: u64) -> Electorate {
    Electorate::new((1..=size).map(elector))
}

fn ballot(voter: u64, choice: &str) -> Ballot {
    Ballot {
        voter: UserId(voter),
        choice: Choice::from(choice.to_owned()),
        reason: None,
    }
}

/// So many yes, no and abstain, of voters 1, 2, 3, …
fn ballots([yes, no, abstain]: [u64; 3]) -> Vec<Ballot> {
    let choice = |voter| match voter {
        _ if voter <= yes => "yes",
        _ if voter <= yes + no => "no",
        _ => "abstain",
    };
    let voters = 1..=yes + no + abstain;
    voters.map(|voter| ballot(voter, choice(voter))).collect()
}

fn opened() -> Timestamp {
    "2026-03-05T12:00:00Z".parse().expect("timestamp")
}

fn times(profile: &VoteProfile) -> OpenTimes {
    profile.open_times(&Calendar::default(), opened())
}

/// After the vote.
fn result(profile: &VoteProfile, electorate: &Electorate, ballots: &[Ballot]) -> Outcome {
    let times = times(profile);
    outcome(profile, electorate, ballots, times, times.latest)
}

#[rstest]
#[case::exactly_60_percent(10, [6, 4, 0], Verdict::Passed, "yes 6 of 10 counted = 60 % ≥ 60 %; quorum 10 of 10 needs 6")]
#[case::just_below(99, [59, 40, 0], Verdict::Failed, "yes 59 of 99 counted = 59.6 % < 60 %; quorum 99 of 99 needs 60")]
#[case::simple_majority(9, [5, 4, 0], Verdict::Failed, "yes 5 of 9 counted = 55.6 % < 60 %; quorum 9 of 9 needs 6")]
#[case::as_documented(19, [7, 4, 1], Verdict::Passed, "yes 7 of 11 counted = 63.6 % ≥ 60 %; quorum 12 of 19 needs 12")]
#[case::abstentions_are_not_in_the_pool(10, [3, 2, 5], Verdict::Passed, "yes 3 of 5 counted = 60 % ≥ 60 %; quorum 10 of 10 needs 6")]
#[case::quorum_rounded_up(7, [4, 0, 0], Verdict::NoQuorum, "quorum 4 of 7 needs 5; yes 4 of 4 counted = 100 % ≥ 60 %")]
#[case::quorum_just_met(7, [4, 0, 1], Verdict::Passed, "yes 4 of 4 counted = 100 % ≥ 60 %; quorum 5 of 7 needs 5")]
#[case::half_is_no_quorum(10, [5, 0, 0], Verdict::NoQuorum, "quorum 5 of 10 needs 6; yes 5 of 5 counted = 100 % ≥ 60 %")]
#[case::all_abstain(10, [0, 0, 10], Verdict::Failed, "yes 0 of 0 counted; quorum 10 of 10 needs 6")]
#[case::nobody_votes(10, [0, 0, 0], Verdict::NoQuorum, "quorum 0 of 10 needs 6; yes 0 of 0 counted")]
#[case::nobody_may_vote(0, [0, 0, 0], Verdict::NoQuorum, "nobody may vote")]
fn super_majority(
    #[case] size: u64,
    #[case] counts: [u64; 3],
    #[case] verdict: Verdict,
    #[case] sentence: &str,
) {
    let outcome = result(&profile(SUPER_MAJORITY), &of_size(size), &ballots(counts));
    assert_eq!(
        (outcome.verdict, outcome.sentence.as_str()),
        (verdict, sentence)
    );
}

#[rstest]
#[case::exactly_half(10, [5, 0, 0], Verdict::Failed, "yes 5 of 10 eligible = 50 % ≤ 50 %")]
#[case::more_than_half(10, [6, 4, 0], Verdict::Passed, "yes 6 of 10 eligible = 60 % > 50 %")]
#[case::silence_does_not_help(10, [4, 0, 0], Verdict::Failed, "yes 4 of 10 eligible = 40 % ≤ 50 %")]
#[case::half_of_an_odd_number(5, [3, 0, 0], Verdict::Passed, "yes 3 of 5 eligible = 60 % > 50 %")]
#[case::nobody_may_vote(0, [0, 0, 0], Verdict::NoQuorum, "nobody may vote")]
fn majority_of_all(
    #[case] size: u64,
    #[case] counts: [u64; 3],
    #[case] verdict: Verdict,
    #[case] sentence: &str,
) {
    let outcome = result(&profile(MAJORITY_OF_ALL), &of_size(size), &ballots(counts));
    assert_eq!(
        (outcome.verdict, outcome.sentence.as_str()),
        (verdict, sentence)
    );
}

#[rstest]
#[case::of_all_ballots("passes: { at-least: 0.5, of: cast }", [5, 1, 4], Verdict::Passed, "yes 5 of 10 cast = 50 % ≥ 50 %")]
#[case::number_of_ballots("passes: { more-than: 0%, of: cast }\nquorum: { at-least: 5 }", [4, 0, 0], Verdict::NoQuorum, "quorum 4 of 10 needs 5; yes 4 of 4 cast = 100 % > 0 %")]
#[case::without_abstentions("passes: { more-than: 50%, of: yes-and-no }\nquorum: { at-least: 50%, abstentions: ignore }", [4, 0, 6], Verdict::NoQuorum, "quorum 4 of 10 without abstentions needs 5; yes 4 of 4 counted = 100 % > 50 %")]
#[case::few_abstentions("passes: { more-than: 50%, of: yes-and-no }\nquorum: { at-least: 2/3, of: cast, abstentions: ignore }", [4, 0, 2], Verdict::Passed, "yes 4 of 4 counted = 100 % > 50 %; quorum 4 of 6 cast without abstentions needs 4")]
#[case::two_thirds("passes: { at-least: 2/3, of: yes-and-no }", [6, 3, 0], Verdict::Passed, "yes 6 of 9 counted = 2/3 ≥ 2/3")]
#[case::unanimous("passes: { at-least: 100%, of: yes-and-no }", [6, 1, 0], Verdict::Failed, "yes 6 of 7 counted = 85.7 % < 100 %")]
fn other_rules(
    #[case] rules: &str,
    #[case] counts: [u64; 3],
    #[case] verdict: Verdict,
    #[case] sentence: &str,
) {
    let profile = profile(&format!("{rules}\nopen-for: 7 days\n"));
    let outcome = result(&profile, &of_size(10), &ballots(counts));
    assert_eq!(
        (outcome.verdict, outcome.sentence.as_str()),
        (verdict, sentence)
    );
}

#[test]
fn only_the_electorate_decides() {
    let profile = profile(SUPER_MAJORITY);
    let opinions: Vec<Ballot> = (101..=200).map(|voter| ballot(voter, "yes")).collect();
    let standing = profile.admit(&of_size(10), &opinions[0]);
    assert_eq!(standing.expect("admitted"), Standing::Advisory);
    let outcome = result(&profile, &of_size(10), &opinions);
    assert_eq!(outcome.verdict, Verdict::NoQuorum);
    assert_eq!(outcome.tally.count(&Choice::Yes), 0);
    assert_eq!(outcome.tally.advisory[&Choice::Yes], 100);
}

#[test]
fn a_machine_is_never_in_the_electorate() {
    let bot = Elector {
        bot: true,
        ..elector(1)
    };
    let electorate = Electorate::new([bot, elector(2)]);
    let outcome = result(&profile(MAJORITY_OF_ALL), &electorate, &[ballot(1, "yes")]);
    assert_eq!(outcome.sentence, "yes 0 of 1 eligible = 0 % ≤ 50 %");
}

#[test]
fn the_last_ballot_of_a_voter_counts() {
    let profile = profile(SUPER_MAJORITY);
    let mut cast = ballots([6, 4, 0]);
    cast.push(ballot(1, "no"));
    assert_eq!(
        result(&profile, &of_size(10), &cast).verdict,
        Verdict::Failed
    );
    cast.push(ballot(2, "maybe")); // not a ballot, so the one before stands
    cast.push(ballot(1, "YES"));
    assert_eq!(
        result(&profile, &of_size(10), &cast).verdict,
        Verdict::Passed
    );
}

#[test]
fn a_veto_is_a_no_unless_the_role_has_that_right() {
    let mut cast = ballots([6, 0, 0]);
    cast.push(ballot(7, "veto"));
    let chair = Elector {
        roles: ["chair".parse().expect("role")].into(),
        ..elector(7)
    };
    let electorate = Electorate::new((1..=10).map(elector).chain([chair]));

    let without = result(&profile(SUPER_MAJORITY), &electorate, &cast);
    assert_eq!(without.verdict, Verdict::Passed);
    assert_eq!(
        without.sentence,
        "yes 6 of 7 counted = 85.7 % ≥ 60 %; quorum 7 of 10 needs 6"
    );

    let rules = SUPER_MAJORITY.replace("none", "[chair]");
    let with = result(&profile(&rules), &electorate, &cast);
    assert_eq!(with.verdict, Verdict::Failed);
    assert_eq!(
        with.sentence,
        "1 veto; yes 6 of 7 counted = 85.7 % ≥ 60 %; quorum 7 of 10 needs 6"
    );
    // Of anybody else it is a no under these rules, too.
    cast[6] = ballot(8, "veto");
    assert_eq!(
        result(&profile(&rules), &electorate, &cast).verdict,
        Verdict::Passed
    );
}

#[test]
fn of_an_organization_only_so_many_count() {
    let at = |id, organization: &str| Elector {
        organization: Some(organization.to_owned()),
        ..elector(id)
    };
    let acme = [at(1, "Acme"), at(2, "acme "), at(3, "ACME"), at(4, "Acme")];
    let others = [at(5, ""), at(6, " "), elector(7)];
    let electorate = Electorate::new(acme.into_iter().chain(others));
    let profile = profile(
        "passes: { more-than: 50%, of: electorate }\nper-organization: 2\nopen-for: 7 days\n",
    );

    let outcome = result(&profile, &electorate, &ballots([4, 0, 0]));
    assert_eq!(
        outcome.sentence,
        "yes 2 of 5 eligible = 40 % ≤ 50 %; 2 beyond 2 per organization not counted"
    );
    // Of an organization that is divided the no counts first, the abstention last.
    let divided = ["abstain", "yes", "yes", "no", "yes", "yes"];
    let divided: Vec<Ballot> = (1..).zip(divided).map(|(id, it)| ballot(id, it)).collect();
    let tally = tally(&profile, &electorate, &divided);
    let counts = [Choice::Yes, Choice::No, Choice::Abstain].map(|it| tally.count(&it));
    assert_eq!(
        (counts, tally.beyond_cap, tally.eligible),
        ([3, 1, 0], 2, 5)
    );
}

#[rstest]
#[case("no", None, false)]
#[case("no", Some(" "), false)]
#[case("veto", None, false)]
#[case("no", Some("too early"), true)]
#[case("yes", None, true)]
#[case("abstain", None, true)]
fn a_no_needs_a_reason(#[case] choice: &str, #[case] reason: Option<&str>, #[case] admitted: bool) {
    let profile = profile(&format!("{SUPER_MAJORITY}no-needs-reason: true\n"));
    let ballot = Ballot {
        reason: reason.map(str::to_owned),
        ..ballot(1, choice)
    };
    match profile.admit(&of_size(1), &ballot) {
        Ok(standing) => assert!(admitted && standing == Standing::Binding),
        Err(finding) => {
            assert!(!admitted, "{finding}");
            assert_eq!(finding.code.slug(), "ballot-reason");
        }
    }
    assert_eq!(
        tally(&profile, &of_size(1), &[ballot]).cast(),
        u64::from(admitted)
    );
}

const SELECTION: &str = "\
    choices: [RFC 1, RFC 2, RFC 3]\n\
    passes: { more-than: 1/3, of: choices }\n\
    open-for: 7 days\n";

#[rstest]
#[case::most(&["RFC 1", "RFC 2", "RFC 2", "abstain"], Verdict::Passed, "`RFC 2` 2 of 3 counted = 66.7 % > 1/3")]
#[case::tie(&["RFC 1", "RFC 2"], Verdict::Failed, "`RFC 1`, `RFC 2` have 1 each")]
#[case::nothing(&[], Verdict::Failed, "`RFC 1`, `RFC 2`, `RFC 3` have 0 each")]
#[case::unknown(&["RFC 9", "yes", "RFC 3"], Verdict::Passed, "`RFC 3` 1 of 1 counted = 100 % > 1/3")]
fn a_selection(#[case] cast: &[&str], #[case] verdict: Verdict, #[case] sentence: &str) {
    let cast: Vec<Ballot> = (1..).zip(cast).map(|(id, it)| ballot(id, it)).collect();
    let outcome = result(&profile(SELECTION), &of_size(10), &cast);
    assert_eq!(
        (outcome.verdict, outcome.sentence.as_str()),
        (verdict, sentence)
    );
    assert_eq!(outcome.winner.is_some(), verdict == Verdict::Passed);
}

#[test]
fn what_is_not_on_the_ballot_is_refused() {
    for (rules, choice, options) in [
        (SUPER_MAJORITY, "maybe", "yes, no, abstain"),
        (SELECTION, "yes", "RFC 1, RFC 2, RFC 3, abstain"),
        (SELECTION, "rfc 1", "RFC 1, RFC 2, RFC 3, abstain"),
    ] {
        let refusal = profile(rules).admit(&of_size(1), &ballot(1, choice));
        assert_eq!(
            refusal.expect_err(choice).to_string(),
            format!(
                "error[ballot-option]: `{choice}` is not on the ballot; vote one of: {options}"
            )
        );
    }
}

#[test]
fn seven_days_are_seven_days_even_when_all_have_voted() {
    let profile = profile(SUPER_MAJORITY);
    let end: Timestamp = "2026-03-12T12:00:00Z".parse().expect("timestamp");
    let (electorate, cast) = (of_size(10), ballots([10, 0, 0]));
    let at = |now| outcome(&profile, &electorate, &cast, times(&profile), now);
    let before = at(end - SignedDuration::from_nanos(1));
    assert_eq!(before.verdict, Verdict::Open);
    assert_eq!(
        before.sentence,
        "open until 2026-03-12T12:00:00Z: \
         yes 10 of 10 counted = 100 % ≥ 60 %; quorum 10 of 10 needs 6"
    );
    assert_eq!(at(end).verdict, Verdict::Passed);
}

#[test]
fn a_vote_closes_early_only_after_its_minimum_and_when_it_is_decided() {
    let profile = profile(&format!("{SUPER_MAJORITY}open-at-most: 30 days\n"));
    let times = times(&profile);
    let at = |now, yes, no| outcome(&profile, &of_size(10), &ballots([yes, no, 0]), times, now);
    let before = times.earliest - SignedDuration::from_nanos(1);

    assert_eq!(at(before, 6, 0).verdict, Verdict::Open);
    assert_eq!(at(times.earliest, 5, 0).verdict, Verdict::Open);
    assert_eq!(at(times.earliest, 6, 1).verdict, Verdict::Passed);
    assert_eq!(at(times.earliest, 0, 4).verdict, Verdict::Open); // 6 may say yes, or nothing
    assert_eq!(at(times.earliest, 1, 5).verdict, Verdict::Failed);
    assert_eq!(at(times.latest, 5, 0).verdict, Verdict::NoQuorum);
    assert_eq!(
        at(times.earliest, 6, 1).sentence,
        "closed early, because no further ballot could change it: \
         yes 6 of 7 counted = 85.7 % ≥ 60 %; quorum 7 of 10 needs 6"
    );
}

#[test]
fn tallies_have_a_plain_form() {
    let tally = tally(&profile(SUPER_MAJORITY), &of_size(9), &ballots([6, 1, 2]));
    assert_eq!(
        serde_json::to_value(tally).expect("JSON"),
        serde_json::json!({
            "eligible": 9,
            "counted": { "yes": 6, "no": 1, "abstain": 2 },
            "vetoes": 0,
            "beyond-cap": 0,
            "advisory": { "yes": 0, "no": 0, "abstain": 0 },
        })
    );
}

#[test]
fn the_documented_rules_are_rules() {
    let mut blocks = include_str!("../README.md").split("```yaml\n");
    let vote = blocks.find(|block| block.starts_with("passes:"));
    profile(vote.expect("block").split("```").next().expect("end"));
}

#[test]
fn wrong_rules_give_all_their_findings() {
    for (name, text) in [
        ("no-share", "passes: { of: cast }\nopen-for: 7 days\n"),
        (
            "everything",
            "choices: [yes, A, A, '']\n\
             passes: { more-than: 100%, of: yes-and-no }\n\
             quorum: { at-least: 5, of: cast }\n\
             veto: [chair, Chief]\n\
             per-organization: 0\n\
             open-for: 48 hours\n\
             open-at-most: 0 days\n",
        ),
        (
            "shares",
            "passes: { at-least: 0, of: choices }\n\
             quorum: { at-least: 120%, abstentions: ignore }\n\
             open-for: 7 days\n\
             open-at-most: 6 days\n",
        ),
        (
            "always",
            "choices: [A]\n\
             passes: { at-least: 0%, of: cast }\n\
             quorum: { at-least: 0 }\n\
             open-for: 7 days\n",
        ),
        (
            "never",
            "passes: { at-least: 60%, of: cast }\n\
             quorum: { at-least: 99999999999 }\n\
             open-for: 7 days\n",
        ),
        (
            "veto",
            "passes: { at-least: 60%, of: cast }\nveto: some\nopen-for: 7 days\n",
        ),
    ] {
        let findings = read(text).expect_err(name);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(format!("vote_{name}"), lines.join("\n"));
    }
}

/// Rules with what a naive model needs to know of them.
#[derive(Clone, Debug)]
struct Rules {
    more: bool,
    passes: (u64, u64),
    of: &'static str,
    quorum: Option<(u64, u64)>,
    quorum_of_cast: bool,
    abstentions: bool,
    veto: bool,
    cap: Option<u64>,
}

impl Rules {
    fn profile(&self) -> VoteProfile {
        let kind = if self.more { "more-than" } else { "at-least" };
        let (part, whole) = self.passes;
        let mut text = format!("passes: {{ {kind}: {part}/{whole}, of: {} }}\n", self.of);
        if let Some((part, whole)) = self.quorum {
            let of = if self.quorum_of_cast {
                "cast"
            } else {
                "electorate"
            };
            let abstentions = if self.abstentions { "count" } else { "ignore" };
            text += &format!(
                "quorum: {{ at-least: {part}/{whole}, of: {of}, abstentions: {abstentions} }}\n"
            );
        }
        if self.veto {
            text += "veto: [chair]\n";
        }
        if let Some(cap) = self.cap {
            text += &format!("per-organization: {cap}\n");
        }
        profile(&(text + "open-for: 7 days\nopen-at-most: 30 days\n"))
    }
}

prop_compose! {
    fn rules()(
        more in any::<bool>(),
        passes in (1..5_u64, 0..5_u64),
        of in prop::sample::select(&["yes-and-no", "cast", "electorate"][..]),
        quorum in prop::option::of((1..5_u64, 0..5_u64)),
        quorum_of_cast in any::<bool>(),
        abstentions in any::<bool>(),
        veto in any::<bool>(),
        cap in prop::option::of(1..3_u64),
    ) -> Rules {
        Rules {
            more,
            // More than the whole is no rule.
            passes: (passes.0, passes.0 + passes.1.max(u64::from(more))),
            of,
            quorum: quorum.map(|(part, rest)| (part, part + rest)),
            quorum_of_cast: quorum_of_cast && !abstentions,
            abstentions,
            veto,
            cap,
        }
    }
}

prop_compose! {
    /// Up to eight voters: some of one of two organizations, some with the right to veto.
    fn electorates()(
        voters in prop::collection::vec((0..4_u8, any::<bool>()), 0..8),
    ) -> Electorate {
        Electorate::new((1..).zip(voters).map(|(id, (organization, chair))| Elector {
            organization: ["A", "B"].get(usize::from(organization)).map(ToString::to_string),
            roles: chair.then(|| "chair".parse().expect("role")).into_iter().collect(),
            ..elector(id)
        }))
    }
}

prop_compose! {
    /// Ballots of voters 1 to 10, of whom not all are eligible; some vote twice.
    fn some_ballots()(
        cast in prop::collection::vec(
            (1..=10_u64, prop::sample::select(&["yes", "no", "abstain", "veto", "what"][..])),
            0..14,
        ),
    ) -> Vec<Ballot> {
        cast.into_iter().map(|(voter, choice)| ballot(voter, choice)).collect()
    }
}

/// The same rules told another way: ballot papers are put on piles, and piles are compared.
fn naive(rules: &Rules, electorate: &Electorate, ballots: &[Ballot]) -> Verdict {
    let mut papers = Vec::new();
    let mut vetoed = false;
    for voter in electorate.iter() {
        let mut of_voter = ballots.iter().filter(|it| it.voter == voter.id);
        let last = of_voter.rfind(|it| !matches!(it.choice, Choice::Named(_)));
        vetoed |= rules.veto
            && !voter.roles.is_empty()
            && last.is_some_and(|it| it.choice == Choice::Veto);
        let pile = match last.map(|it| &it.choice) {
            Some(Choice::No | Choice::Veto) => "1 no",
            Some(Choice::Yes) => "2 yes",
            Some(_) => "3 abstain",
            None => "4 silent",
        };
        papers.push((voter.organization.clone(), pile));
    }
    papers.sort();
    let mut kept: Vec<&str> = Vec::new();
    let mut of_organization = BTreeMap::new();
    let mut seats = 0;
    for (organization, pile) in &papers {
        let room = match (rules.cap, organization) {
            (Some(cap), Some(name)) => {
                let used = of_organization.entry(name).or_insert(0);
                *used += 1;
                *used <= cap
            }
            _ => true,
        };
        if room {
            seats += 1;
            kept.push(pile);
        }
    }
    let pile = |name: &str| kept.iter().filter(|it| it.ends_with(name)).count() as u64;
    let (yes, no, abstain) = (pile("yes"), pile("no"), pile("abstain"));
    if seats == 0 {
        return Verdict::NoQuorum;
    }
    if vetoed {
        return Verdict::Failed;
    }
    if let Some((part, whole)) = rules.quorum {
        let present = if rules.abstentions {
            yes + no + abstain
        } else {
            yes + no
        };
        let all = if rules.quorum_of_cast {
            yes + no + abstain
        } else {
            seats
        };
        if present == 0 || present * whole < all * part {
            return Verdict::NoQuorum;
        }
    }
    let all = match rules.of {
        "yes-and-no" => yes + no,
        "cast" => yes + no + abstain,
        _ => seats,
    };
    let (part, whole) = rules.passes;
    let passes = yes * whole > all * part || (!rules.more && yes * whole == all * part);
    if yes > 0 && passes {
        Verdict::Passed
    } else {
        Verdict::Failed
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_result_is_that_of_counting_papers(
        rules in rules(),
        electorate in electorates(),
        cast in some_ballots(),
    ) {
        let outcome = result(&rules.profile(), &electorate, &cast);
        prop_assert_eq!(outcome.verdict, naive(&rules, &electorate, &cast), "{}", outcome.sentence);
    }

    #[test]
    fn the_order_of_different_voters_does_not_matter(
        rules in rules(),
        electorate in electorates(),
        cast in some_ballots(),
    ) {
        let mut by_voter = cast.clone();
        by_voter.sort_by_key(|ballot| std::cmp::Reverse(ballot.voter)); // stable
        let profile = rules.profile();
        prop_assert_eq!(
            result(&profile, &electorate, &cast),
            result(&profile, &electorate, &by_voter)
        );
    }

    #[test]
    fn more_yes_never_turns_a_pass_into_a_fail(
        rules in rules(),
        electorate in electorates(),
        cast in some_ballots(),
        voter in 1..=10_u64,
    ) {
        let profile = rules.profile();
        let before = result(&profile, &electorate, &cast);
        let mut more = cast.clone();
        more.push(ballot(voter, "yes"));
        let after = result(&profile, &electorate, &more);
        if before.verdict == Verdict::Passed {
            prop_assert_eq!(after.verdict, Verdict::Passed, "{}\n{}", before.sentence, after.sentence);
        }
    }

    #[test]
    fn ballots_of_those_who_may_not_vote_change_nothing(
        rules in rules(),
        electorate in electorates(),
        cast in some_ballots(),
    ) {
        let profile = rules.profile();
        let mut eligible = cast.clone();
        eligible.retain(|ballot| electorate.get(ballot.voter).is_some());
        let (all, mut some) = (result(&profile, &electorate, &cast), result(&profile, &electorate, &eligible));
        prop_assert!(some.tally.advisory.values().all(|count| *count == 0));
        some.tally.advisory = all.tally.advisory.clone();
        prop_assert_eq!(all, some);
    }

    #[test]
    fn a_vote_closes_early_exactly_when_nothing_can_change_its_result(
        rules in rules(),
        electorate in electorates(),
        cast in some_ballots(),
    ) {
        let profile = rules.profile();
        let cast = all_but_three(&electorate, cast);
        let times = times(&profile);
        let early = outcome(&profile, &electorate, &cast, times, times.earliest).verdict;
        let at_end = result(&profile, &electorate, &cast).verdict;
        let all = completions(&electorate, &cast, &["yes", "no", "abstain", "veto"]);
        let results: Vec<Verdict> = all
            .iter()
            .map(|cast| naive(&rules, &electorate, cast))
            .collect();
        if results.iter().all(|result| *result == at_end) {
            prop_assert_eq!(early, at_end);
        } else {
            prop_assert_eq!(early, Verdict::Open);
        }
    }

    #[test]
    fn a_selection_closes_early_exactly_when_nothing_can_change_its_result(
        of in prop::sample::select(&["choices", "cast", "electorate"][..]),
        share in (1..5_u64, 0..4_u64),
        cast in prop::collection::vec(
            (1..=6_u64, prop::sample::select(&["A", "B", "C", "abstain"][..])),
            0..8,
        ),
    ) {
        let profile = profile(&format!(
            "choices: [A, B, C]\npasses: {{ at-least: {}/{}, of: {of} }}\n\
             quorum: {{ at-least: 3, abstentions: ignore }}\n\
             open-for: 7 days\nopen-at-most: 30 days\n",
            share.0,
            share.0 + share.1
        ));
        let cast: Vec<Ballot> = cast.into_iter().map(|(id, it)| ballot(id, it)).collect();
        let (electorate, times) = (of_size(5), times(&profile));
        let cast = all_but_three(&electorate, cast);
        let early = outcome(&profile, &electorate, &cast, times, times.earliest);
        let at_end = |cast: &[Ballot]| {
            let outcome = result(&profile, &electorate, cast);
            (outcome.verdict, outcome.winner)
        };
        let choices = ["A", "B", "C", "abstain"];
        let all = completions(&electorate, &cast, &choices);
        if all.iter().all(|cast| at_end(cast) == at_end(&all[0])) {
            prop_assert_eq!((early.verdict, early.winner), at_end(&all[0]));
        } else {
            prop_assert_eq!(early.verdict, Verdict::Open);
        }
    }

    #[test]
    fn any_rules_are_rules_or_findings(text in "(passes|quorum|veto|choices|open-for): .{0,60}\n(.{0,40}\n){0,4}") {
        if let Err(findings) = read(&text) {
            prop_assert!(!findings.is_empty());
        }
    }
}

fn silent(electorate: &Electorate, cast: &[Ballot]) -> Vec<UserId> {
    let said = |voter: &&Elector| {
        let mut of_voter = cast.iter().filter(|it| it.voter == voter.id);
        of_voter.any(|it| it.choice != Choice::from("what".to_owned()))
    };
    let silent = electorate.iter().filter(|voter| !said(voter));
    silent.map(|voter| voter.id).collect()
}

/// Lets all but three of those who are silent abstain, so that what is left can be tried out.
fn all_but_three(electorate: &Electorate, mut cast: Vec<Ballot>) -> Vec<Ballot> {
    for voter in silent(electorate, &cast).into_iter().skip(3) {
        cast.push(ballot(voter.0, "abstain"));
    }
    cast
}

/// Everything that those who have not voted could still say, silence included.
fn completions(electorate: &Electorate, cast: &[Ballot], choices: &[&str]) -> Vec<Vec<Ballot>> {
    let mut all = vec![cast.to_vec()];
    for voter in silent(electorate, cast) {
        let before = all.clone();
        for choice in choices {
            all.extend(before.iter().cloned().map(|mut cast| {
                cast.push(ballot(voter.0, choice));
                cast
            }));
        }
    }
    all
}
