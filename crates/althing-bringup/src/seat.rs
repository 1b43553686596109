//! Who works, and on which board.

use althing_diag::id::Account;
use althing_forge::{Board, Forge};

use crate::{Environment, WorkerError, again::again, status::check_board};

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
        again(async |_| forge.check_login().await).await?;
        let account = again(async |_| forge.viewer().await).await?;
        let board = again(async |_| forge.board(&environment.board).await).await?;
        match check_board(&board) {
            findings if findings.is_empty() => Ok(Self { account, board }),
            findings => Err(WorkerError::Findings(findings)),
        }
    }
}
