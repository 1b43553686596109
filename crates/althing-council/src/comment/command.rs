//! What a comment can ask for.

/// One command as somebody wrote it: words in their order and place, nothing looked up. Whether
/// there is such a subject, role or ballot, and whether the writer may, the engine says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/vote BALLOT [REASON]`
    Vote {
        /// `yes`, `no`, `abstain`, `veto` or the name of a choice.
        ballot: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/object REASON`
    Object {
        /// Why; the engine refuses an objection without a reason.
        reason: Option<String>,
    },
    /// `/resolve [NUMBER] [REASON]`
    Resolve {
        /// The number of the objection.
        objection: Option<u32>,
        /// How the objection was met.
        reason: Option<String>,
    },
    /// `/approve`, with whatever is said to it.
    Approve,
    /// `/withdraw [REASON]`
    Withdraw {
        /// Why.
        reason: Option<String>,
    },
    /// `/decline [REASON]`
    Decline {
        /// Why.
        reason: Option<String>,
    },
    /// `/close [REASON]`
    Close {
        /// Why.
        reason: Option<String>,
    },
    /// `/edit [--editorial]`: the text on the forge has changed and is to be taken over.
    Edit {
        /// Whether the change leaves the meaning alone.
        editorial: bool,
    },
    /// `/attach NAME REF [RESULT] [@LOGIN …]`
    Attach {
        /// The name of the evidence.
        evidence: String,
        /// Where it is: an address or a message id.
        reference: String,
        /// `passed`, `failed` or another word that the evidence knows.
        result: Option<String>,
        /// Logins of those it was sent to.
        recipients: Vec<String>,
    },
    /// `/move STATE`, with the reason in the lines below: names of states may have blanks.
    Move {
        /// The state to go to.
        to: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/open LIFECYCLE [KEY=VALUE …]`
    Open {
        /// The lifecycle.
        lifecycle: String,
        /// Attributes in the order given, each key once.
        set: Vec<(String, String)>,
    },
    /// `/nominate LOGIN ROLE [REASON]`
    Nominate {
        /// Who, without the `@`.
        nominee: String,
        /// What for, for example `maintainer@project`.
        role: String,
        /// Why.
        reason: Option<String>,
    },
    /// `/ask`: the reasons of those who voted against are asked for.
    Ask,
    /// `/answer TEXT`
    Answer {
        /// The explanation.
        text: String,
    },
}
