//! What the preset `tttv2` says about the committee, roles, channels and meetings; how it decides
//! is shown by the scenarios in `charters/scenarios/tttv2`, what merges by the gate's tests.

use althing_charter::{Charter, Meeting, Members, Role, Source, Who, seat_findings};
use jiff::{
    Timestamp,
    civil::{Weekday, date},
};
use rstest::rstest;

const CHARTER: Source<'_> = Source {
    name: "charters/tttv2.yaml",
    text: include_str!("../../../charters/tttv2.yaml"),
};

fn charter() -> Charter {
    Charter::parse(CHARTER, &[]).expect("the preset is valid")
}

fn role(name: &str) -> Role {
    charter().roles()[&name.parse().expect("a name")].clone()
}

fn meeting(name: &str) -> Meeting {
    charter().meetings()[&name.parse().expect("a name")].clone()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A committee with so many of each kind, and what is wrong with its seats.
fn seats(core: usize, community: usize, vendor: usize, others: &str) -> Vec<&'static str> {
    let kinds = [
        ("core-maintainer", core),
        ("community-representative", community),
        ("vendor-representative", vendor),
    ];
    let mut members = others.to_owned();
    for (kind, number) in kinds {
        for place in 0..number {
            let id = members.lines().count() + 1;
            members.push_str(&format!(
                "- {{ id: {id}, login: {kind}{place}, roles: [{kind}] }}\n"
            ));
        }
    }
    let charter = charter();
    let members = Members::parse(Source::new("members.yaml", &members), &charter);
    let members = members.expect("the members are valid");
    let day = charter.date(at("2026-02-02T12:00:00Z"));
    let findings = seat_findings(&charter, &members, day);
    findings.iter().map(|finding| finding.code.slug()).collect()
}

#[rstest]
#[case::core_least(3, 2, 1, &[])]
#[case::core_between(4, 2, 1, &[])]
#[case::core_most(5, 3, 2, &[])]
#[case::core_too_few(2, 2, 1, &["seats-too-few"])]
#[case::core_too_many(6, 2, 1, &["seats-too-many"])]
#[case::community_too_few(3, 1, 1, &["seats-too-few"])]
#[case::community_too_many(3, 4, 1, &["seats-too-many"])]
#[case::no_vendor(3, 2, 0, &["seats-too-few"])]
#[case::vendors_too_many(3, 2, 3, &["seats-too-many"])]
fn the_committee_has_its_seats(
    #[case] core: usize,
    #[case] community: usize,
    #[case] vendor: usize,
    #[case] expect: &[&str],
) {
    assert_eq!(seats(core, community, vendor, ""), expect);
}

#[test]
fn nobody_is_in_the_committee_without_one_of_its_three_kinds_of_seats() {
    let charter = charter();
    let body = &charter.bodies()[&"tsc".parse().expect("a name")];
    let kinds: Vec<String> = body.seats.iter().map(|it| it.role.to_string()).collect();
    let three = [
        "core-maintainer",
        "community-representative",
        "vendor-representative",
    ];
    assert_eq!(kinds, three);
    let seatless = "- { id: 1, login: guest, roles: [tsc] }\n";
    assert_eq!(seats(3, 2, 1, seatless), ["seats-none"]);
}

#[test]
fn the_committee_says_what_it_decides() {
    let charter = charter();
    let body = &charter.bodies()[&"tsc".parse().expect("a name")];
    assert_eq!(body.title.as_deref(), Some("Technical Steering Committee"));
    assert_eq!(body.decides.len(), 4);
    for (decided, what) in body
        .decides
        .iter()
        .zip(["API", "breaking", "stable", "conflicts"])
    {
        assert!(decided.contains(what), "{decided}");
    }
}

#[test]
fn module_maintainers_have_four_duties_and_are_to_be_active() {
    let role = role("module-maintainer");
    assert_eq!(role.duties.len(), 4);
    for (duty, what) in
        role.duties
            .iter()
            .zip(["up to date", "issues", "compatibility", "documentation"])
    {
        assert!(duty.contains(what), "{duty}");
    }
    assert!(role.expected[0].contains("90 days"));
    assert_eq!(role.entered_by.as_deref(), Some("module-adoption"));
}

#[test]
fn the_channels_have_their_exact_addresses_and_rooms() {
    let charter = charter();
    let channel = |name: &str| &charter.channels()[&name.parse().expect("a name")];
    let forum = "https://discuss.tenstorrent.com/c/ttt";
    assert_eq!(channel("forum").url.as_deref(), Some(forum));
    let slack = channel("slack");
    assert_eq!(
        slack.url.as_deref(),
        Some("tenstorrent-community.slack.com")
    );
    let rooms: Vec<(&str, &str)> = (slack.rooms.iter())
        .map(|(room, purpose)| (room.as_str(), purpose.as_str()))
        .collect();
    assert_eq!(
        rooms,
        [
            ("#ttt-general", "General discussion"),
            ("#ttt-help", "Usage questions"),
            ("#ttt-dev", "Development discussion"),
            ("#ttt-governance", "Governance topics"),
        ]
    );
}

#[test]
fn the_committee_meets_in_public_every_second_tuesday_at_ten_on_the_pacific_coast() {
    let tsc = meeting("tsc");
    assert_eq!(tsc.open_to, [Who::Anyone]);
    let begins = tsc.occurrences(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), 100);
    assert_eq!(
        begins[0].date(),
        date(2026, 1, 6),
        "the first Tuesday of the year"
    );
    for begin in &begins {
        assert_eq!(begin.weekday(), Weekday::Tuesday, "{begin}");
        assert_eq!((begin.hour(), begin.minute()), (10, 0), "{begin}");
        assert_eq!(begin.time_zone().iana_name(), Some("America/Los_Angeles"));
    }
    for pair in begins.windows(2) {
        assert_eq!((pair[1].date() - pair[0].date()).get_days(), 14);
    }
    // 10 o'clock in winter and in summer.
    assert_eq!(begins[0].timestamp(), at("2026-01-06T18:00:00Z"));
    assert!(
        begins
            .iter()
            .any(|it| it.timestamp() == at("2026-07-07T17:00:00Z"))
    );
}

#[test]
fn maintainers_meet_among_themselves_on_the_first_thursday_of_each_month_at_two() {
    let maintainers = meeting("maintainers");
    let role = ["module-maintainer".parse().expect("a role")];
    assert_eq!(maintainers.open_to, role);
    let from = at("2026-01-01T00:00:00Z");
    let begins = maintainers.occurrences(from, at("2027-01-01T00:00:00Z"), 100);
    let months: Vec<i8> = begins.iter().map(|begin| begin.month()).collect();
    assert_eq!(months, (1..=12).collect::<Vec<i8>>());
    for begin in begins {
        assert_eq!(begin.weekday(), Weekday::Thursday, "{begin}");
        assert!(begin.day() <= 7, "{begin}");
        assert_eq!((begin.hour(), begin.minute()), (14, 0), "{begin}");
        assert_eq!(begin.time_zone().iana_name(), Some("America/Los_Angeles"));
    }
}

#[test]
fn the_principles_are_listed_and_nothing_is_private() {
    let charter = charter();
    let principles = [
        "boundaries",
        "enforcement",
        "process",
        "barriers",
        "Community",
    ];
    assert_eq!(charter.principles().len(), principles.len());
    for (principle, what) in charter.principles().iter().zip(principles) {
        assert!(principle.contains(what), "{principle}");
    }
    assert!(charter.private().is_empty());
    for lifecycle in charter.lifecycles() {
        let mut votes = lifecycle
            .transitions
            .iter()
            .filter_map(|it| it.needs.vote());
        assert!(votes.all(|vote| !vote.private), "{}", lifecycle.name);
    }
}

/// The arrows of the design's decision process, whose questions are conditions of transitions.
#[rstest]
#[case("module-proposal", "module proposal", "tsc review")]
#[case("module-proposal", "module proposal", "maintainer review")]
#[case("module-proposal", "module proposal", "merged to experimental")]
#[case("module-proposal", "tsc review", "merged to core")]
#[case("module-proposal", "tsc review", "request changes")]
#[case("module-proposal", "maintainer review", "quality check")]
#[case("module-proposal", "quality check", "merged to contrib")]
#[case("module-proposal", "quality check", "request improvements")]
#[case("module-proposal", "merged to experimental", "community usage")]
#[case("graduation", "community usage", "propose graduation")]
#[case("graduation", "propose graduation", "maintainer review")]
fn the_decision_process_is_drawn(#[case] lifecycle: &str, #[case] from: &str, #[case] to: &str) {
    let charter = charter();
    let lifecycle = charter.lifecycle(&lifecycle.parse().expect("a name"));
    let drawn = lifecycle.expect("a lifecycle").mermaid();
    let id = |state: &str| format!("s_{}", state.replace(' ', "__"));
    for state in [from, to] {
        let node = format!("state \"{state}\" as {}\n", id(state));
        assert!(drawn.contains(&node), "{drawn}");
    }
    let arrow = format!("{} --> {} : ", id(from), id(to));
    assert!(drawn.contains(&arrow), "{drawn}");
}
