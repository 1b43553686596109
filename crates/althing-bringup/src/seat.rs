//! Who works, and on which board.

use althing_diag::id::Account;
use althing_forge::{Board, Forge};

use crate::{Environment, WorkerError, again::patiently, status::check_board};

/// What everybody finds out first, once (B-178).
pub(crate) struct Seat {
    pub(crate) account: Account,
    pub(crate) board: Board,
}

impl Seat {
    /// Makes sure of the login, resolves account and board, and refuses a board that lacks
    /// something. 3 requests.
    pub(crate) async fn take<F: Forge>(
        forge: &F,
        environment: &Environment,
    ) -> Result<Self, WorkerError> {
        patiently(async || forge.check_login().await).await?;
        let account = patiently(async || forge.viewer().await).await?;
        let board = patiently(async || forge.board(&environment.board).await).await?;
        match check_board(&board) {
            findings if findings.is_empty() => Ok(Self { account, board }),
            findings => Err(WorkerError::Findings(findings)),
        }
    }
}
