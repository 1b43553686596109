//! Finding work (specification §9.3): popular models of the hub become issues in `assessing`, and
//! `ready` or `reference error` once the reference was evaluated.

mod choose;
mod estimate;
mod evaluate;
mod words;

use std::time::Duration;

use althing_diag::{
    Code, Finding,
    id::{Account, Sha},
};
use althing_forge::{
    Board, FiledIssue, Forge, Intake, IssueNode, IssueNumber, ItemId, RefCreation,
};
use althing_ledger::Ledger;
use jiff::Timestamp;
use serde::Serialize;
use tracing::{info, warn};

use self::{
    choose::{Candidate, Judged, Unfinished, candidates, known, system_of, unfinished},
    evaluate::{Assessment, evaluate},
};
use crate::{
    BringupRequest, Event, Journal, Redactor, Status, Stopping, System, Watcher, Weights,
    WorkerError, WorkerOptions,
    again::again,
    branch::sanitize,
    checks::CheckResult,
    child_env, fence,
    hub::{Hub, NoAnswer, model::ModelInfo},
    passes::{Passes, Then},
    run::Stop,
    seat::Seat,
    status::Actor,
    weights::fetch::look_at_hub,
};

/// How finding is done.
#[derive(Clone, Debug)]
pub struct DiscoverOptions {
    /// Whose board, which weights, which limits. Its kind of machine does not matter.
    pub worker: WorkerOptions,
    /// How many of the most popular models are looked at.
    pub look_at: usize,
    /// How many issues one pass files at most.
    pub most: usize,
    /// Time from the end of a pass to the next (B-303).
    pub interval: Duration,
}

/// What a pass did about a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Discovered {
    /// The model, as far as it could be read.
    pub model: String,
    /// Its issue; nothing when it got none.
    pub issue: Option<u64>,
    /// The kind of machine that its issue is for.
    pub system: Option<System>,
    /// The status that was set last by this pass.
    pub status: Option<Status>,
    /// Why, one sentence.
    pub why: String,
}

/// A search that has found its board.
pub struct Discovery<'a, F> {
    forge: &'a F,
    ledger: &'a Ledger,
    options: &'a DiscoverOptions,
    account: Account,
    board: Board,
    redactor: Redactor,
    watcher: Box<Watcher<'a>>,
}

/// An issue that is to be assessed.
struct Assessed<'a> {
    number: IssueNumber,
    item: &'a ItemId,
    request: &'a BringupRequest,
    system: System,
    /// What the harness is taken from, for people.
    base: &'a str,
}

impl<'a, F: Forge + Intake> Discovery<'a, F> {
    /// Makes sure of the login, resolves account and board, and refuses a board that lacks
    /// something. 3 requests.
    pub async fn start(
        forge: &'a F,
        ledger: &'a Ledger,
        options: &'a DiscoverOptions,
        watcher: Box<Watcher<'a>>,
    ) -> Result<Self, WorkerError> {
        let Seat { account, board } = Seat::take(forge, &options.worker.environment).await?;
        Ok(Self {
            forge,
            ledger,
            options,
            account,
            board,
            redactor: Redactor::of(&options.worker.environment, &options.worker.vars),
            watcher,
        })
    }

    /// Assesses what an earlier pass left, then files issues for popular models and assesses
    /// those.
    ///
    /// # Errors
    /// When forge, ledger or hub fail. What was begun stays in `assessing` for the next pass.
    pub async fn run_once(&mut self) -> Result<Vec<Discovered>, WorkerError> {
        let repo = &self.options.worker.environment.repo;
        let filings = self.forge.filings(&self.board, repo).await?;
        let Some(base) = &filings.base else {
            let help = "push the files of `templates/models-repo` of Althing there first";
            let message = format!("{repo} is empty: it has no harness to evaluate with");
            let finding = Finding::error(Code::ForgeNotFound, message, help);
            return Err(WorkerError::Findings(vec![finding]));
        };
        let at = format!("`{}` of {}", base.sha.short(), base.branch);
        let mut told = Vec::new();
        for issue in &filings.issues {
            let one = self.take_up(issue, &at).await;
            told.extend(unless_refused(
                one,
                format!("issue #{}", issue.number),
                Some,
            )?);
        }

        let hub = Hub::new(&self.hub_vars());
        let models = popular(&hub, self.options.look_at).await?;
        let mut filed = 0;
        for judged in candidates(&models, &known(&filings.issues)) {
            let candidate = match judged {
                Judged::Skipped { model, why } => {
                    told.push(skipped(model, why.to_string()));
                    continue;
                }
                Judged::Candidate(candidate) => candidate,
            };
            if filed >= self.options.most {
                let why = format!("fits, but a pass files {filed} at most");
                told.push(skipped(candidate.model.to_string(), why));
                continue;
            }
            let one = self.file(&hub, &candidate, &base.sha, &at).await;
            let one = unless_refused(one, candidate.model.to_string(), |it| it)?;
            filed += usize::from(one.issue.is_some());
            told.push(one);
        }
        Ok(told)
    }

    /// Passes, again and again, until somebody wants it to stop, and says who. A pass that is
    /// being made then is given up: the next one takes up what it left.
    ///
    /// # Errors
    /// As [`Discovery::run_once`], but for failures that may pass: those are made up for soon.
    pub async fn run(&mut self, stopping: &Stopping) -> Result<&'static str, WorkerError> {
        let passes = Passes {
            pause: self.options.interval,
            pause_after_failure: self.options.worker.environment.sleep,
            stopping,
        };
        let pass = async || {
            if let Ok(told) = stopping.unless_asked(self.run_once()).await {
                for one in told? {
                    let Discovered {
                        model, issue, why, ..
                    } = one;
                    info!(model, issue, why, "looked at");
                }
            }
            Ok(Then::Pause)
        };
        passes.make(pass).await
    }

    /// Goes on with an issue that is not assessed yet.
    async fn take_up(
        &mut self,
        issue: &FiledIssue,
        base: &str,
    ) -> Result<Option<Discovered>, WorkerError> {
        let Some(how_far) = unfinished(issue, self.account.id) else {
            return Ok(None);
        };
        let number = issue.number;
        let request = match BringupRequest::parse(number, &issue.body) {
            Ok(request) => request,
            Err(findings) => {
                let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
                let mut one = skipped(format!("issue #{number}"), lines.join("; "));
                one.issue = Some(number.0);
                return Ok(Some(one));
            }
        };
        let Some(system) = system_of(issue) else {
            // Ready without one, no worker would take it (B-085).
            let why = "its issue says for no machine: add a label n150, n300 or lb";
            let mut one = skipped(request.model.to_string(), why.to_owned());
            one.issue = Some(number.0);
            return Ok(Some(one));
        };
        let item = match (&issue.item, how_far) {
            (Some(item), Unfinished::Assessing) => item.id.clone(),
            (Some(_) | None, Unfinished::Unplaced) | (None, Unfinished::Assessing) => {
                self.place(&issue.node).await?
            }
        };
        let assessed = Assessed {
            number,
            item: &item,
            request: &request,
            system,
            base,
        };
        self.assess(&assessed).await.map(Some)
    }

    /// Files the issue of a candidate and assesses it. Of several passes that would do so at the
    /// same time, one gets the ref of the day; who comes later sees the issue.
    async fn file(
        &mut self,
        hub: &Hub,
        candidate: &Candidate,
        base_sha: &Sha,
        base: &str,
    ) -> Result<Discovered, WorkerError> {
        let model = &candidate.model;
        let revision = match self.options.worker.weights {
            Weights::Folder(_) => "main".to_owned(),
            Weights::Hub | Weights::SharedHub(_) => match look_at_hub(hub, model, None).await {
                Ok(found) => found.commit.to_string(),
                Err(Stop(failure)) => return Ok(skipped(model.to_string(), failure.message)),
            },
        };
        let repo = &self.options.worker.environment.repo;
        let name = filing(model.as_str(), Timestamp::now());
        match self.forge.create_ref(repo, &name, base_sha).await? {
            RefCreation::Created => {}
            RefCreation::Exists => {
                let why =
                    "another pass files its issue, or died doing so; tomorrow it is tried again";
                return Ok(skipped(model.to_string(), why.to_owned()));
            }
        }
        let filed = self.file_unless_there(candidate, &revision).await;
        if let Err(error) = self.forge.delete_ref(repo, &name).await {
            warn!(%error, name, "the ref stays; it is of no use after today");
        }
        let (number, item) = match filed? {
            Ok(filed) => filed,
            Err(known) => {
                return Ok(skipped(
                    model.to_string(),
                    format!("issue #{known} is about it"),
                ));
            }
        };
        let body = words::issue(candidate, &revision).body;
        let request = BringupRequest::parse(number, &body).map_err(WorkerError::Findings)?;
        let assessed = Assessed {
            number,
            item: &item,
            request: &request,
            system: candidate.system,
            base,
        };
        self.assess(&assessed).await
    }

    /// Looks once more whether there is an issue, whose number it returns; else files one.
    async fn file_unless_there(
        &mut self,
        candidate: &Candidate,
        revision: &str,
    ) -> Result<Result<(IssueNumber, ItemId), IssueNumber>, WorkerError> {
        let repo = &self.options.worker.environment.repo;
        let filings = self.forge.filings(&self.board, repo).await?;
        let id = candidate.model.as_str().to_lowercase();
        if let Some(number) = known(&filings.issues).get(&id) {
            return Ok(Err(*number));
        }
        let new = words::issue(candidate, revision);
        let filed = self.forge.file_issue(repo, &new).await?;
        self.show(filed.number, &Event::Step { name: "filed" });
        let item = self.place(&filed.node).await?;
        Ok(Ok((filed.number, item)))
    }

    /// Puts an issue on the board, in `assessing` (B-121, B-309).
    async fn place(&self, issue: &IssueNode) -> Result<ItemId, WorkerError> {
        let item = self.forge.add_to_board(&self.board, issue).await?;
        self.set(&item, Status::Assessing).await?;
        Ok(item)
    }

    /// Evaluates the reference and tells how it did. What fails around it leaves the issue as it
    /// is, for a later pass.
    async fn assess(&mut self, issue: &Assessed<'_>) -> Result<Discovered, WorkerError> {
        let mut options = self.options.worker.clone();
        options.environment.system = issue.system;
        let number = issue.number;
        let watcher = &mut self.watcher;
        let mut show = |event: &Event| {
            info!(issue = number.0, event = event.text(), "event");
            watcher(number, event);
        };
        let told = |status, why: String| Discovered {
            model: issue.request.model.to_string(),
            issue: Some(number.0),
            system: Some(issue.system),
            status,
            why,
        };
        let assessment = match evaluate(&options, issue.request, &mut show).await {
            Ok(assessment) => assessment,
            Err(Stop(failure)) => {
                let why = format!("{}: {}", failure.step, failure.message);
                let why = format!("not assessed, a later pass tries again: {why}");
                return Ok(told(Some(Status::Assessing), self.redactor.redact(&why)));
            }
        };
        let (status, why) = match &assessment.result.failure {
            None => (Status::Ready, "the reference evaluates"),
            Some(_) => (
                Status::ReferenceError,
                "the reference does not evaluate as it must",
            ),
        };
        if !self.is_assessing(number).await? {
            let why = "somebody moved it meanwhile";
            return Ok(told(None, why.to_owned()));
        }
        self.tell(issue, &assessment, status).await?;
        Ok(told(Some(status), why.to_owned()))
    }

    async fn is_assessing(&self, number: IssueNumber) -> Result<bool, WorkerError> {
        let repo = &self.options.worker.environment.repo;
        let mark = fence(number);
        let read = again(async |_| {
            self.forge
                .issue(&self.board, repo, number, &mark, None)
                .await
        });
        let status = read.await?.item.and_then(|item| item.status);
        Ok(status.as_deref() == Some(Status::Assessing.name()))
    }

    /// Records, comments, then moves the status (B-125, B-128).
    async fn tell(
        &mut self,
        issue: &Assessed<'_>,
        assessment: &Assessment,
        status: Status,
    ) -> Result<(), WorkerError> {
        let number = issue.number;
        let comment = self
            .redactor
            .redact(&words::assessed(status, assessment, issue.base));
        let result = &assessment.result;
        let failure = result.failure.as_deref();
        let result = CheckResult {
            failure: failure.map(|failure| self.redactor.redact(failure)),
            ..result.clone()
        };
        let ran = Event::ChecksRun {
            attempt: 1,
            passed: result.failure.is_none(),
            scope: Vec::new(),
            results: vec![result],
            skipped: Vec::new(),
        };
        self.journal().note(number, None, &ran).await?;
        let repo = &self.options.worker.environment.repo;
        self.forge.add_comment(repo, number, &comment).await?;
        self.set(issue.item, status).await?;
        let from = Status::Assessing;
        let moved = Event::StatusMoved { from, to: status };
        Ok(self.journal().note(number, None, &moved).await?)
    }

    async fn set(&self, item: &ItemId, status: Status) -> Result<(), WorkerError> {
        status
            .check_set_by(Actor::AddModelTask)
            .map_err(|finding| WorkerError::Findings(vec![*finding]))?;
        Ok(self
            .forge
            .set_status(&self.board, item, status.name())
            .await?)
    }

    fn show(&mut self, issue: IssueNumber, event: &Event) {
        (self.watcher)(issue, event);
    }

    fn journal(&mut self) -> Journal<'_> {
        Journal {
            ledger: self.ledger,
            actor: &self.account,
            repo: &self.options.worker.environment.repo,
            watcher: &mut *self.watcher,
        }
    }

    /// What the hub's client would see. There is no workspace yet, and no cache is used.
    fn hub_vars(&self) -> child_env::Vars {
        let options = &self.options.worker;
        let nowhere = std::path::Path::new("");
        child_env::for_hub(&options.vars, &options.environment, nowhere)
    }
}

/// The ref that files the issue of a model on a day. One of another day is of no use, so that a
/// pass that dies is in nobody's way for long.
fn filing(model: &str, now: Timestamp) -> String {
    let day = now.strftime("%Y-%m-%d");
    let name = sanitize(model).replace("..", "-");
    format!("refs/althing/filings/{name}-{day}")
}

/// What the forge refuses for one issue says nothing about the others.
fn unless_refused<T>(
    done: Result<T, WorkerError>,
    what: String,
    told: impl FnOnce(Discovered) -> T,
) -> Result<T, WorkerError> {
    match done {
        Err(WorkerError::Forge(error)) if error.kind.is_refusal() => {
            Ok(told(skipped(what, error.to_string())))
        }
        done => done,
    }
}

fn skipped(model: String, why: String) -> Discovered {
    Discovered {
        model,
        issue: None,
        system: None,
        status: None,
        why,
    }
}

/// The most popular models that generate text (B-304), with what the hub has read of their
/// weights. 1 request for every 100.
async fn popular(hub: &Hub, count: usize) -> Result<Vec<ModelInfo>, WorkerError> {
    let unavailable = |message: String| {
        let help = "see whether HF_ENDPOINT is right and the hub works from this machine";
        let finding = Finding::error(Code::HubUnavailable, message, help);
        WorkerError::Findings(vec![finding])
    };
    let expand: String = ["downloads", "private", "disabled", "safetensors"]
        .map(|property| format!("&expand={property}"))
        .concat();
    let page = count.min(100);
    let sorted = "sort=downloads&direction=-1&filter=text-generation";
    let mut next = Some(format!("/api/models?{sorted}&limit={page}{expand}"));
    let mut models: Vec<ModelInfo> = Vec::new();
    while let Some(path) = next.filter(|_| models.len() < count) {
        let answer = hub.get(&path).await;
        let answer = answer.map_err(|error: NoAnswer| unavailable(error.to_string()))?;
        if answer.status != 200 {
            let message = format!("{} answers {}", hub.endpoint(), answer.status);
            return Err(unavailable(message));
        }
        let listed: Vec<ModelInfo> = serde_json::from_str(&answer.body)
            .map_err(|error| unavailable(format!("{}: {error}", hub.endpoint())))?;
        // A mirror may name a page of the hub that it mirrors; the token stays here.
        let is_here = |next: &String| next.starts_with(hub.endpoint());
        next = answer
            .next
            .filter(|next| is_here(next) && !listed.is_empty());
        models.extend(listed);
    }
    models.truncate(count);
    Ok(models)
}

#[cfg(test)]
mod tests {
    use super::filing;

    #[test]
    fn a_filing_is_known_by_model_and_day() {
        let at = |text: &str| text.parse().expect("a time");
        let name = "refs/althing/filings/lab-m-2026-11-21";
        assert_eq!(filing("Lab/M", at("2026-11-21T00:00:00Z")), name);
        assert_eq!(filing("lab/m", at("2026-11-21T23:59:59Z")), name);
        assert_ne!(filing("lab/m", at("2026-11-22T00:00:00Z")), name);
    }
}
