//! Each person's latest word.

use std::collections::BTreeMap;

use althing_diag::id::{Account, Sha, UserId};

use crate::{Facts, ReviewState};

/// What somebody says about the change, now.
pub(super) struct Stance<'a> {
    pub(super) who: &'a Account,
    pub(super) word: Word,
    pub(super) commit: Option<&'a Sha>,
}

/// The reviews that take a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Approves,
    WantsChanges,
    Dismissed,
}

/// Latest decisive review per numeric id. Replacing, not stacking: whatever is taken back
/// leaves nothing behind that could count again.
pub(super) struct Stances<'a>(BTreeMap<UserId, Stance<'a>>);

impl<'a> Stances<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        let mut stances = BTreeMap::new();
        for review in &facts.reviews {
            if let (Some(who), Some(word)) = (&review.author, word(review.state)) {
                let commit = review.commit.as_ref();
                stances.insert(who.id, Stance { who, word, commit });
            }
        }
        Self(stances)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Stance<'a>> {
        self.0.values()
    }

    pub(super) fn of_user(&self, id: UserId) -> Option<&Stance<'a>> {
        self.0.get(&id)
    }
}

fn word(state: ReviewState) -> Option<Word> {
    match state {
        ReviewState::Approved => Some(Word::Approves),
        ReviewState::ChangesRequested => Some(Word::WantsChanges),
        ReviewState::Dismissed => Some(Word::Dismissed),
        ReviewState::Commented | ReviewState::Pending => None,
    }
}
