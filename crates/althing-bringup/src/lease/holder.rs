//! The holder of an issue: keeps the claim, and is the only way to act outwardly.

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    time::Duration,
};

use althing_diag::id::Sha;
use althing_forge::{CommitStatus, ErrorKind, Forge, ForgeError, NewPull, OpenedPull};
use tokio::sync::{Mutex, Notify};
use tracing::{info, warn};

use super::{
    desk::Desk,
    protocol::{Hold, HoldTurn, Moment, Standing, Task, Why},
};
use crate::{Claim, RunId, Status, again::again};

/// How often it is looked whether somebody took the work away.
const CHECK_EVERY: Duration = Duration::from_secs(300);
/// How often people are told what the run does.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// How long a permit is good for before it is made sure of again.
const FRESH: Duration = Duration::from_secs(60);
/// The longest sleep: a machine that was suspended must notice soon.
const NAP: Duration = Duration::from_secs(5);

/// Why a run must not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The issue is not its own any more.
    Claim(Why),
    /// Somebody closed, relabelled or moved the issue.
    Work(Why),
}

/// The right to do one thing, or a few that belong together, outwardly: what shows that the hold
/// was just made sure of.
#[derive(Debug)]
pub struct Permit<'a> {
    since: Cell<Moment>,
    of: PhantomData<&'a Hold>,
}

impl Permit<'_> {
    fn new(since: Moment) -> Self {
        Self {
            since: Cell::new(since),
            of: PhantomData,
        }
    }
}

/// A run's hold on its issue. Whatever a run does to the forge goes through this, and each time
/// the hold is made sure of first.
#[derive(Debug)]
pub struct Holder<'a, F> {
    desk: Desk<'a, F>,
    hold: Mutex<Hold>,
    won: Moment,
    until: Cell<Moment>,
    checked: Cell<Moment>,
    told: Cell<Moment>,
    /// Whether there is something to tell.
    untold: Cell<bool>,
    lost: RefCell<Option<Lost>>,
    is_lost: Notify,
}

impl<'a, F: Forge> Holder<'a, F> {
    pub(super) fn new(desk: Desk<'a, F>, hold: Hold) -> Self {
        let (until, won) = (Cell::new(hold.until()), desk.now());
        Self {
            desk,
            hold: Mutex::new(hold),
            won,
            until,
            checked: Cell::new(won),
            told: Cell::new(won),
            untold: Cell::new(false),
            lost: RefCell::default(),
            is_lost: Notify::new(),
        }
    }

    /// The claim, as it was posted.
    pub fn claim(&self) -> &Claim {
        &self.desk.claim
    }

    /// The run.
    pub fn run(&self) -> RunId {
        self.desk.claim.run_id
    }

    /// The ref that keeps others out.
    pub fn fence(&self) -> String {
        self.desk.fence()
    }

    /// Renews the claim as long as this is polled, and looks whether the work is still wanted.
    /// Ends when the run must not go on, at the latest when its time is over. Whatever the run
    /// is doing then must be dropped, and all of its processes with it.
    pub async fn keep(&self) -> Lost {
        tokio::select! {
            biased;
            () = self.is_lost.notified() => {}
            () = self.time() => self.lose(Lost::Claim(Why::Expired)),
            () = self.renew() => {}
        }
        let lost = self.lost.take();
        lost.unwrap_or(Lost::Claim(Why::Expired))
    }

    /// Until the own time is over.
    async fn time(&self) {
        while let Some(left) = self.until.get().checked_sub(self.desk.now()) {
            tokio::time::sleep(left.min(NAP)).await;
        }
    }

    async fn renew(&self) {
        let ttl = self.desk.terms.ttl;
        let (check_every, retry) = (CHECK_EVERY.min(ttl / 4), (ttl / 12).min(NAP));
        let mut not_before = Moment::ZERO;
        loop {
            let renew_at = self.hold.lock().await.renew_at().max(not_before);
            let check_at = (self.checked.get() + check_every).max(not_before);
            let tell_at = self.tell_at();
            let now = self.desk.now();
            let next = renew_at.min(check_at).min(tell_at);
            if let Some(wait) = next.checked_sub(now).filter(|wait| !wait.is_zero()) {
                tokio::time::sleep(wait.min(NAP)).await;
                continue;
            }
            let task = if renew_at <= now {
                Task::Renew
            } else if tell_at <= now {
                self.tell().await;
                continue;
            } else {
                Task::Check
            };
            match self.perform(task).await {
                Some(HoldTurn::Held) => not_before = Moment::ZERO,
                Some(HoldTurn::Released) => std::future::pending().await,
                Some(_) => not_before = self.desk.now() + retry,
                None => return,
            }
        }
    }

    /// Shows people what the run does, beneath the claim; that takes a minute at most, and is
    /// never waited for.
    pub fn show(&self, text: String) {
        self.desk.progress.replace(text);
        self.untold.set(true);
    }

    fn tell_at(&self) -> Moment {
        if self.untold.get() {
            self.told.get() + TELL_EVERY
        } else {
            Moment::MAX
        }
    }

    /// Best effort: nothing depends on what people see.
    async fn tell(&self) {
        let hold = self.hold.lock().await;
        self.told.set(self.desk.now());
        self.untold.set(false);
        if hold.may_act(self.desk.now())
            && let Err(error) = self.desk.renew(hold.comment()).await
        {
            warn!(issue = self.desk.issue.number.0, %error, "progress not told");
        }
    }

    /// The permit that winning is: the issue has just been looked at.
    pub fn won(&self) -> Permit<'a> {
        Permit::new(self.won)
    }

    /// Makes sure of the hold. A run that has lost it does not come back from here:
    /// [`Holder::keep`] ends it. 1 request, unless it was made sure of a moment ago.
    ///
    /// # Errors
    /// When the forge cannot be asked.
    pub async fn permit(&self) -> Result<Permit<'a>, ForgeError> {
        let (checked, now) = (self.checked.get(), self.desk.now());
        if now < checked + self.fresh() && now < self.until.get() && self.lost.borrow().is_none() {
            return Ok(Permit::new(checked));
        }
        match self.perform(Task::Check).await {
            Some(HoldTurn::Held) => Ok(Permit::new(self.desk.now())),
            Some(_) => Err(self.desk.trouble()),
            None => std::future::pending().await,
        }
    }

    fn fresh(&self) -> Duration {
        FRESH.min(self.desk.terms.ttl / 12)
    }

    /// Renews a permit that has grown old.
    async fn valid(&self, permit: &Permit<'_>) -> Result<(), ForgeError> {
        if self.desk.now() >= permit.since.get() + self.fresh() {
            let anew = self.permit().await?;
            permit.since.set(anew.since.get());
        }
        Ok(())
    }

    /// Does a task to its end. `None` when the hold is lost with it.
    async fn perform(&self, task: Task) -> Option<HoldTurn> {
        let mut hold = self.hold.lock().await;
        let mut turn = hold.begin(task, self.desk.now());
        while let HoldTurn::Ask(request) = turn {
            let answer = self.desk.ask(request).await;
            turn = hold.hear(answer, self.desk.now());
        }
        // Whoever has let go need not be stopped.
        let over = turn == HoldTurn::Released;
        self.until
            .set(if over { Moment::MAX } else { hold.until() });
        match &turn {
            HoldTurn::Held => self.checked.set(self.desk.now()),
            HoldTurn::Stopped(why) => self.lose(Lost::Work(why.clone())),
            HoldTurn::Lost(why) => self.lose(Lost::Claim(why.clone())),
            HoldTurn::Ask(_) | HoldTurn::Unsure | HoldTurn::Released => return Some(turn),
        }
        (turn == HoldTurn::Held).then_some(turn)
    }

    fn lose(&self, lost: Lost) {
        let issue = self.desk.issue.number.0;
        warn!(issue, ?lost, "the run must not go on");
        self.lost.replace(Some(lost));
        self.is_lost.notify_one();
    }

    /// Lets the issue go: the fence comes down if it is this run's.
    ///
    /// # Errors
    /// When the forge cannot be asked; then the fence stands until it expires.
    pub async fn release(&self) -> Result<(), ForgeError> {
        again(async |_| self.try_release().await).await
    }

    async fn try_release(&self) -> Result<(), ForgeError> {
        match self.perform(Task::Release).await {
            Some(HoldTurn::Unsure) => Err(self.desk.trouble()),
            Some(_) | None => {
                info!(issue = self.desk.issue.number.0, "the claim is over");
                Ok(())
            }
        }
    }

    /// As [`Forge::check_login`]; this changes nothing, and needs no permit.
    ///
    /// # Errors
    /// As there.
    pub async fn check_login(&self) -> Result<(), ForgeError> {
        self.desk.forge.check_login().await
    }

    /// Comments on the issue, once: where an answer was lost, it is looked whether the comment
    /// is there before it is posted again.
    ///
    /// # Errors
    /// As [`Forge::add_comment`], and when the hold cannot be made sure of.
    pub async fn comment(&self, permit: &Permit<'_>, body: &str) -> Result<(), ForgeError> {
        let Desk { forge, issue, .. } = &self.desk;
        again(async |earlier| {
            self.valid(permit).await?;
            if earlier.is_some() && self.desk.has_said(body).await? {
                return Ok(());
            }
            let posted = forge.add_comment(&issue.repo, issue.number, body);
            posted.await.map(drop)
        })
        .await
    }

    /// Moves the issue on the board.
    ///
    /// # Errors
    /// As [`Forge::set_status`], and when the hold cannot be made sure of.
    pub async fn set_status(&self, permit: &Permit<'_>, status: Status) -> Result<(), ForgeError> {
        again(async |_| self.try_set_status(permit, status).await).await
    }

    async fn try_set_status(&self, permit: &Permit<'_>, status: Status) -> Result<(), ForgeError> {
        self.valid(permit).await?;
        // Who looks meanwhile must not take our own move for that of somebody else.
        let mut hold = self.hold.lock().await;
        let Desk {
            forge,
            board,
            issue,
            ..
        } = &self.desk;
        forge.set_status(board, &issue.item, status.name()).await?;
        hold.moved((status == Status::InProgress).then_some(Standing::InProgress));
        Ok(())
    }

    /// Opens a pull request, once: where an answer was lost, the next try finds it.
    ///
    /// # Errors
    /// As [`Forge::open_pull`], and when the hold cannot be made sure of.
    pub async fn open_pull(
        &self,
        permit: &Permit<'_>,
        pull: &NewPull,
    ) -> Result<OpenedPull, ForgeError> {
        let Desk { forge, issue, .. } = &self.desk;
        again(async |earlier| {
            self.valid(permit).await?;
            match forge.open_pull(&issue.repo, pull).await {
                Err(error) if error.kind == ErrorKind::Conflict && earlier.is_some() => {
                    OpenedPull::named_in(&error.message).ok_or(error)
                }
                opened => opened,
            }
        })
        .await
    }

    /// Reports a status on a commit.
    ///
    /// # Errors
    /// As [`Forge::set_commit_status`], and when the hold cannot be made sure of.
    pub async fn report(
        &self,
        permit: &Permit<'_>,
        commit: &Sha,
        status: &CommitStatus,
    ) -> Result<(), ForgeError> {
        let Desk { forge, issue, .. } = &self.desk;
        again(async |_| {
            self.valid(permit).await?;
            forge.set_commit_status(&issue.repo, commit, status).await
        })
        .await
    }
}
