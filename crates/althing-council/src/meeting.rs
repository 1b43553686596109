//! Recording that a meeting took place.

use althing_charter::{HeldMeeting, Record};
use althing_diag::id::{Account, SubjectId};

use crate::{Council, CouncilError};

impl Council<'_> {
    /// Records a meeting. One that was recorded for the same day already is corrected by it.
    ///
    /// # Errors
    /// When the rules do not let `actor` do it, or the ledger fails.
    pub async fn hold(&mut self, held: HeldMeeting, actor: &Account) -> Result<(), CouncilError> {
        held.check(self.charter(), self.members(), actor, self.now())?;
        let subject: SubjectId = format!("meeting:{}", held.meeting)
            .parse()
            .map_err(CouncilError::encoding)?;
        self.record(&subject, actor, Record::MeetingHeld(held))
            .await
    }
}
