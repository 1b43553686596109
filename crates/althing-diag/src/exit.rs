//! The published table of exit codes (`docs/exit-codes.md`).

use crate::Code;

/// What the process tells its caller when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The command did what was asked, or the answer is yes.
    Ok,
    /// The answer is no: a verdict that blocks, a ledger that does not verify.
    Refused,
    /// The command line is wrong (clap's own code).
    Usage,
    /// An input is wrong: charter, seed, issue body, environment variable. Nothing was done.
    Invalid,
    /// A program that is needed is missing, too old or not logged in.
    Tool,
    /// The forge refused or could not be reached.
    Forge,
    /// A bug in this program.
    Internal,
    /// The answer could not be written.
    Output,
}

impl Exit {
    /// Every exit, in the order of its code.
    pub const ALL: &'static [Exit] = &[
        Exit::Ok,
        Exit::Refused,
        Exit::Usage,
        Exit::Invalid,
        Exit::Tool,
        Exit::Forge,
        Exit::Internal,
        Exit::Output,
    ];

    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Invalid => 3,
            Exit::Tool => 4,
            Exit::Forge => 5,
            Exit::Internal => 70,
            Exit::Output => 74,
        }
    }
}

/// What a finding with this code means for the process. The match is exhaustive on purpose: a
/// new code must say where it belongs.
impl From<Code> for Exit {
    fn from(code: Code) -> Exit {
        match code {
            Code::FileUnreadable
            | Code::FileUnwritable
            | Code::YamlInvalid
            | Code::CharterVersion
            | Code::BringupRules
            | Code::CharterEmpty
            | Code::CharterValue
            | Code::CharterUnknownRole
            | Code::CharterGateEmpty
            | Code::CharterGlob
            | Code::CharterUnmeetable
            | Code::CharterVacant
            | Code::CharterLifecycle
            | Code::CharterUnreachable
            | Code::CharterCondition
            | Code::MembersDuplicate
            | Code::MembersUnknown
            | Code::CharterUnknownName
            | Code::CharterExtends
            | Code::CharterClash
            | Code::CharterGatesOverlap
            | Code::SeatsTooFew
            | Code::SeatsTooMany
            | Code::SeatsNone
            | Code::LedgerUnreadable
            | Code::SeedInvalid
            | Code::ScenarioInvalid
            | Code::FactsInvalid
            | Code::BallotKey
            | Code::FaultsInvalid
            | Code::ForgeRoot
            | Code::EnvironmentInvalid
            | Code::BoardIncomplete
            | Code::IssueMalformed
            | Code::CommandUnknown
            | Code::ModelInvalid
            | Code::ModelUnsupported
            | Code::PromptInvalid
            | Code::CommandInvalid => Exit::Invalid,
            Code::MembersUnexplained
            | Code::MembersUnpublished
            | Code::BallotOption
            | Code::BallotReason
            | Code::ScenarioUnmet
            | Code::SubjectUnknown
            | Code::RunUnknown
            | Code::SubjectOver
            | Code::LifecycleUnknown
            | Code::LifecycleCircle
            | Code::AttributeInvalid
            | Code::SourceMissing
            | Code::NotAllowed
            | Code::ReasonMissing
            | Code::NoVote
            | Code::TooEarly
            | Code::NoTransition
            | Code::EvidenceUnknown
            | Code::EvidenceMissing
            | Code::NothingToResolve
            | Code::ClockBackwards
            | Code::ElectorateEmpty
            | Code::GateApprovalsMissing
            | Code::GateValueMissing
            | Code::DocumentMissing
            | Code::DocumentIncomplete
            | Code::DocumentFooter
            | Code::ReviewOverdue
            | Code::GateValueUnmet
            | Code::GateCheckMissing
            | Code::GateCheckPending
            | Code::GateCheckFailed
            | Code::GateChangesRequested
            | Code::GateNotOpen
            | Code::GateConflict
            | Code::GateNoRule
            | Code::GateFactsIncomplete
            | Code::GateAuthorUnknown
            | Code::DirectChange
            | Code::MergeUnreviewed
            | Code::MergeUnconsidered
            | Code::MergeOutside
            | Code::CodeOwnersMissing
            | Code::CodeOwnersInvalid
            | Code::CodeOwnerUnlisted
            | Code::CodeOwnerUnknown
            | Code::IssueUnlabeled
            | Code::IssueStale
            | Code::PullStale
            | Code::ReviewShare
            | Code::BuildBroken
            | Code::BuildFlaky
            | Code::MeetingMissed
            | Code::MeetingAbsent
            | Code::MaintainerInactive
            | Code::MaintainerIncomplete
            | Code::ModuleAbandoned
            | Code::ModuleOutside
            | Code::ReportIncomplete
            | Code::LedgerTampered
            | Code::LedgerRefused
            | Code::LedgerMoved
            | Code::TransitionForbidden
            | Code::RunSetupError
            | Code::PullForPeople
            | Code::RunStopped
            | Code::DeviceQuarantined
            | Code::LogitsInvalid
            | Code::DemoStep => Exit::Refused,
            Code::ToolMissing | Code::ToolTooOld | Code::ForgeNotLoggedIn => Exit::Tool,
            Code::ForgeNotFound
            | Code::ForgeForbidden
            | Code::ForgeRateLimited
            | Code::ForgeConflict
            | Code::ForgeTransient
            | Code::HubUnavailable
            | Code::ModelAbsent
            | Code::ModelGated
            | Code::ForgeAnswer => Exit::Forge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_published_table_lists_every_code() {
        let table = include_str!("../../../docs/exit-codes.md");
        let listed: Vec<u8> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
            .collect();
        let ours: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(listed, ours);
    }
}
