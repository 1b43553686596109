//! What the preset `llama-stack` says about roles, channels, meetings and gates; how it decides is
//! shown by the scenarios in `charters/scenarios/llama-stack`.

use althing_charter::{Channel, Charter, Meeting, Role, Source};

fn charter() -> Charter {
    let text = include_str!("../../../charters/llama-stack.yaml");
    let charter = Charter::parse(Source::new("charters/llama-stack.yaml", text), &[]);
    charter.expect("the preset is valid")
}

fn role(name: &str) -> Role {
    charter().roles()[&name.parse().expect("a name")].clone()
}

fn channel(name: &str) -> Channel {
    charter().channels()[&name.parse().expect("a name")].clone()
}

fn meeting(name: &str) -> Meeting {
    charter().meetings()[&name.parse().expect("a name")].clone()
}

/// Every needle stands in some line, for the requirement beside it.
fn assert_says(lines: &[String], needles: &[(&str, &str)]) {
    for (id, needle) in needles {
        let said = lines.iter().any(|line| line.contains(needle));
        assert!(said, "{id}: `{needle}` is in none of {lines:#?}");
    }
}

fn described(role: &Role) -> [String; 1] {
    [role.description.clone().unwrap_or_default()]
}

#[test]
fn people_meet_and_write_in_these_places() {
    for name in ["issues", "pull-requests", "discussions", "rfcs", "discord"] {
        assert!(!channel(name).private, "{name} is public");
    }
    assert!(channel("discord-maintainers").private);
    assert!(channel("maintainer-list").private);
    let purpose = channel("rfcs").purpose.expect("a purpose");
    assert!(purpose.contains("new features") && purpose.contains("changes"));
}

#[test]
fn maintainers_meet_every_month_about_direction_and_health() {
    let sync = meeting("maintainer-sync");
    assert!(sync.rule().starts_with("FREQ=MONTHLY;BYDAY"));
    assert_eq!(sync.attendees, ["maintainer".parse().expect("a role")]);
    assert_says(&sync.agenda, &[("L-014", "Direction"), ("L-015", "Health")]);
}

#[test]
fn maintainers_choose_roadmap_items_every_quarter() {
    let selection = meeting("roadmap-selection");
    assert!(selection.rule().starts_with("FREQ=MONTHLY;INTERVAL=3"));
    assert_eq!(selection.attendees, ["maintainer".parse().expect("a role")]);
    assert_says(
        &selection.agenda,
        &[("L-191", "popularity"), ("L-192", "vision and goals")],
    );
}

#[test]
fn everything_but_what_is_listed_is_public() {
    assert_says(
        charter().private(),
        &[("L-107", "nobody is embarrassed"), ("L-141", "Sensitive")],
    );
}

#[test]
fn the_roles_are_those_of_the_document_and_say_what_they_ask() {
    let charter = charter();
    let titles = charter.roles().values().map(|role| {
        assert!(!role.duties.is_empty(), "L-029: {role:?}");
        assert!(role.entered_by.is_some(), "L-004: {role:?}");
        role.title.clone().expect("a title")
    });
    let mut titles: Vec<String> = titles.collect();
    titles.sort();
    assert_eq!(
        titles,
        [
            "Code Owners",
            "Contributors",
            "Emeritus Maintainers",
            "Maintainers (Project + Area)",
            "Triagers",
            "Users",
        ]
    );
    let scopes = role("maintainer").scopes;
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(scopes, ["project", "area"], "L-028");
}

#[test]
fn roles_above_contributor_are_earned_and_the_others_are_free() {
    for (name, way) in [
        ("user", "anyone"),
        ("contributor", "contribution"),
        ("triager", "nomination"),
        ("code-owner", "nomination"),
        ("maintainer", "nomination"),
        ("emeritus", "emeritus"),
    ] {
        assert_eq!(role(name).entered_by.as_deref(), Some(way), "{name}");
    }
}

#[test]
fn the_processes_are_declared() {
    let charter = charter();
    let lifecycles = charter.lifecycles().iter();
    let names: Vec<&str> = lifecycles.map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "proposal",
            "governance-change",
            "nomination",
            "removal",
            "emeritus",
            "reinstatement",
            "rfc",
            "roadmap-selection",
            "dispute",
        ]
    );
}

#[test]
fn users_are_asked_to_take_part() {
    let user = role("user");
    assert_says(
        &described(&user),
        &[("L-032", "need what Llama Stack does")],
    );
    assert_says(&user.duties, &[("L-030", "Code of Conduct")]);
    assert_says(
        &user.optional_duties,
        &[
            ("L-031", "Take part"),
            ("L-035", "how the project is to use"),
            ("L-036", "Ask for features"),
            ("L-037", "Report bugs"),
            ("L-038", "moral support"),
            ("L-039", "Spread the word"),
        ],
    );
    assert_says(&user.guidance, &[("L-040", "becomes a contributor")]);
}

#[test]
fn contributors_contribute_and_promise_nothing() {
    let contributor = role("contributor");
    assert_says(
        &described(&contributor),
        &[
            ("L-041", "something concrete"),
            ("L-043", "all-contributors"),
        ],
    );
    assert_says(
        &contributor.duties,
        &[
            ("L-053", "by pull requests"),
            ("L-054", "maintainers consider"),
        ],
    );
    assert_says(
        &contributor.optional_duties,
        &[
            ("L-047", "new users"),
            ("L-048", "triage and comment issues"),
            ("L-049", "Review code and comment technical documents"),
            ("L-050", "translate and review documentation"),
            ("L-051", "Organize events"),
        ],
    );
    assert_says(
        &contributor.guidance,
        &[
            ("L-044", "No commitment"),
            ("L-045", "no particular skill"),
            ("L-046", "nobody is selected"),
            ("L-052", "issue tracker, or with the documentation"),
            ("L-055", "guides for pull requests"),
        ],
    );
    assert!(contributor.expected.is_empty(), "L-045");
    assert_eq!(contributor.tenure, None, "L-044");
}

#[test]
fn triagers_are_contributors_who_keep_issues_in_order() {
    let triager = role("triager");
    assert_says(&described(&triager), &[("L-059", "manage the backlog")]);
    assert_says(
        &triager.duties,
        &[("L-060", "well organized"), ("L-061", "up to date")],
    );
    assert!(
        triager
            .counts_as
            .contains(&"contributor".parse().expect("a name"))
    );
}

#[test]
fn code_owners_review_and_merge_in_their_domain() {
    let owner = role("code-owner");
    assert_says(
        &described(&owner),
        &[
            ("L-064", "need not meet the requirements of maintainership"),
            ("L-065", "listed in CODEOWNERS"),
        ],
    );
    assert_says(
        &owner.duties,
        &[
            ("L-066", "Review pull requests in the domain"),
            ("L-067", "Merge pull requests in the domain"),
            ("L-068", "first point of contact"),
        ],
    );
    assert!(owner.may.contains(&"commit".to_owned()), "L-069");
    assert!(!owner.may.contains(&"vote".to_owned()), "L-070");
    let scopes: Vec<&str> = owner.scopes.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(scopes, ["domain"], "L-066");
}

#[test]
fn maintainers_have_these_rights_and_duties() {
    let maintainer = role("maintainer");
    assert_says(
        &described(&maintainer),
        &[("L-071", "lasting commitment"), ("L-115", "privilege")],
    );
    for right in ["merge", "vote", "nominate"] {
        assert!(maintainer.may.contains(&right.to_owned()), "{right}");
    }
    assert_says(
        &maintainer.duties,
        &[
            ("L-081", "organization and direction"),
            ("L-082", "Resolve disputes"),
            ("L-083", "Attend the regular"),
            ("L-084", "strategic planning"),
            ("L-085", "Approve changes of the governance"),
            ("L-086", "copyrights"),
            ("L-087", "other maintainers"),
            ("L-088", "of the community"),
            ("L-090", "label every new one"),
            ("L-091", "best judgement"),
            ("L-092", "Triage build issues"),
            ("L-093", "known flaky builds and bugs"),
            ("L-094", "or find somebody who does"),
            ("L-095", "or close them"),
            ("L-103", "interest of the community"),
            ("L-127", "a proportional share"),
        ],
    );
    assert_says(
        &maintainer.duties,
        &[
            ("L-076", "documentation"),
            ("L-077", "code"),
            ("L-078", "configuration"),
            ("L-079", "governance"),
            ("L-080", "anything else"),
        ],
    );
    assert_says(
        &maintainer.optional_duties,
        &[("L-096", "Plan the roadmap"), ("L-097", "simplicity")],
    );
    let tenure = maintainer.tenure.expect("a tenure");
    assert!(tenure.starts_with("for life"), "L-130");
}

#[test]
fn candidates_find_advice() {
    let maintainer = role("maintainer");
    assert_says(
        &maintainer.expected,
        &[
            ("L-099", "Understands the project"),
            ("L-100", "objectives"),
            ("L-101", "strategy"),
            ("L-102", "over a period of time"),
        ],
    );
    assert_says(
        &maintainer.guidance,
        &[
            ("L-098", "Anyone can become a maintainer"),
            ("L-122", "no single path"),
            ("L-123", "Tell the maintainers"),
            ("L-124", "`help wanted`"),
            ("L-125", "`good first issue`"),
            ("L-126", "Review incoming pull requests"),
            ("L-128", "growing difficulty"),
        ],
    );
}

#[test]
fn an_emeritus_may_do_what_a_contributor_may_and_ask_for_reinstatement() {
    let emeritus = role("emeritus");
    assert_says(
        &described(&emeritus),
        &[("L-133", "A title"), ("L-135", "without vote or access")],
    );
    let mut may = role("contributor").may;
    may.push("request-reinstatement".to_owned());
    assert_eq!(emeritus.may, may, "L-136");
}

#[test]
fn whatever_changes_needs_a_maintainer() {
    let charter = charter();
    for path in [
        "docs/index.md",
        "llama_stack/core.py",
        "pyproject.toml",
        ".althing/charter.yaml",
        "any/thing.else",
    ] {
        let asked = charter
            .gates_for(path)
            .flat_map(|gate| &gate.approvals)
            .any(|rule| rule.role.to_string().starts_with("maintainer"));
        assert!(asked, "{path}");
    }
}
