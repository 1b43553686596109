//! The words that commands begin with.

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Vote,
    Object,
    Resolve,
    Approve,
    Withdraw,
    Decline,
    Close,
    Edit,
    Attach,
    Move,
    Open,
    Nominate,
    Ask,
    Answer,
}

/// Every verb as it is written, and how it is used.
pub(super) const VERBS: &[(Verb, &str, &str)] = &[
    (Verb::Vote, "vote", "/vote yes|no|abstain REASON"),
    (Verb::Object, "object", "/object REASON"),
    (Verb::Resolve, "resolve", "/resolve [NUMBER] REASON"),
    (Verb::Approve, "approve", "/approve"),
    (Verb::Withdraw, "withdraw", "/withdraw REASON"),
    (Verb::Decline, "decline", "/decline REASON"),
    (Verb::Close, "close", "/close"),
    (Verb::Edit, "edit", "/edit [--editorial]"),
    (
        Verb::Attach,
        "attach",
        "/attach NAME REF [passed|failed] [@LOGIN …]",
    ),
    (Verb::Move, "move", "/move STATE"),
    (Verb::Open, "open", "/open LIFECYCLE [KEY=VALUE …]"),
    (Verb::Nominate, "nominate", "/nominate LOGIN ROLE"),
    (Verb::Ask, "ask", "/ask"),
    (Verb::Answer, "answer", "/answer TEXT"),
];

/// What the first word of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A verb.
    Verb(Verb),
    /// One letter away from the verb that is written so.
    Close(&'static str),
    /// Something else.
    Other,
}

impl Verb {
    /// How it is written.
    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    /// How it is used.
    pub(super) fn usage(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (Verb, &'static str, &'static str) {
        let mut rows = VERBS.iter().filter(|(verb, ..)| *verb == self);
        *rows.next().unwrap_or(&(self, "", ""))
    }
}

/// Looks a word up, whatever the case of its letters.
pub(super) fn look_up(word: &str) -> Word {
    let word = word.to_lowercase();
    if let Some((verb, ..)) = VERBS.iter().find(|(_, name, _)| *name == word) {
        return Word::Verb(*verb);
    }
    // Another sign in it makes a path or a mark of something else.
    if !word.chars().all(char::is_alphabetic) {
        return Word::Other;
    }
    VERBS
        .iter()
        .find(|(_, name, _)| one_slip(&word, name))
        .map_or(Word::Other, |(_, name, _)| Word::Close(name))
}

/// Whether one letter was put in, left out, replaced or swapped with the next.
fn one_slip(written: &str, meant: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (
        a.get(same_start..).unwrap_or_default(),
        b.get(same_start..).unwrap_or_default(),
    );
    match (a, b) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([x, y, a @ ..], [v, w, b @ ..]) => x == w && y == v && a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use rstest::rstest;

    use super::{VERBS, Verb, Word, look_up};

    #[test]
    fn every_verb_is_documented_as_it_is_used() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/comments.md");
        let page = fs::read_to_string(page).expect("docs/comments.md");
        let rows = page.lines().filter(|line| line.starts_with("| `/"));
        assert_eq!(rows.count(), VERBS.len());
        for (_, _, usage) in VERBS {
            let row = format!("| `{}` |", usage.replace('|', "\\|"));
            assert!(page.contains(&row), "{row}");
        }
    }

    #[rstest]
    #[case("vote", Word::Verb(Verb::Vote))]
    #[case("VoTe", Word::Verb(Verb::Vote))]
    #[case("vot", Word::Close("vote"))]
    #[case("vvote", Word::Close("vote"))]
    #[case("bote", Word::Close("vote"))]
    #[case("voet", Word::Close("vote"))]
    #[case("votes", Word::Close("vote"))]
    #[case("nomiante", Word::Close("nominate"))]
    #[case("etov", Word::Other)]
    #[case("reopen", Word::Other)]
    #[case("", Word::Other)]
    #[case("rebase", Word::Other)]
    #[case("home/user", Word::Other)]
    #[case("lgtm", Word::Other)]
    #[case("/vote", Word::Other)]
    fn words(#[case] word: &str, #[case] expected: Word) {
        assert_eq!(look_up(word), expected);
    }
}
