//! A forge in memory: a board, issues, comments and refs, and a log of what was asked of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    process::Command,
};

use althing_bringup::{Status, fence};
use althing_diag::id::{Account, RepoName, Sha, UserId};
use althing_forge::{
    Base, Board, BoardIssue, BoardItem, BoardName, Check, Comment, CommentId, CommitStatus,
    ErrorKind, FileAt, Filed, FiledIssue, Filings, Forge, ForgeError, Intake, IssueNode,
    IssueNumber, IssueSnapshot, IssueState, ItemId, Mark, MarksOf, MergeMethod, NewIssue, NewMark,
    NewPull, OpenedPull, OptionId, PostedComment, Pull, PullNumber, RefCreation, RefSwap,
    RepositoryId,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::run;

#[derive(Clone, Debug)]
pub(crate) struct Issue {
    pub(crate) body: String,
    pub(crate) status: String,
    pub(crate) state: IssueState,
    pub(crate) labels: Vec<String>,
    pub(crate) comments: Vec<Comment>,
}

pub(crate) type Happens = Box<dyn FnOnce(&mut State)>;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) issues: BTreeMap<u64, Issue>,
    pub(crate) refs: BTreeMap<String, Sha>,
    pub(crate) marks: BTreeMap<Sha, Mark>,
    pub(crate) pulls: Vec<NewPull>,
    pub(crate) statuses: Vec<(Sha, CommitStatus)>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) judged: BTreeMap<u64, Pull>,
    pub(crate) merges: Vec<(u64, Sha)>,
    /// The repository that says where the branches of pull requests are.
    pub(crate) remote: Option<PathBuf>,
    pub(crate) log: Vec<String>,
    /// Requests that fail, by the start of their line in the log.
    pub(crate) broken: Vec<String>,
    /// Requests that are done and seem to fail, once each, by the start of their line.
    pub(crate) unsure: Vec<String>,
    /// What happens before the request with this start, once each, in order.
    pub(crate) meanwhile: VecDeque<(String, Happens)>,
    /// An option that the board lacks.
    pub(crate) lacks: Option<Status>,
    next_id: u64,
}

pub(crate) struct MemoryForge {
    pub(crate) state: RefCell<State>,
    pub(crate) base: Sha,
    pub(crate) account: Account,
}

pub(crate) fn account(id: u64, login: &str) -> Account {
    Account {
        id: UserId(id),
        login: login.to_owned(),
    }
}

impl State {
    pub(crate) fn say(&mut self, issue: u64, author: &Account, body: &str) -> CommentId {
        self.next_id += 1;
        let id = CommentId(self.next_id);
        let comment = Comment {
            id,
            author: Some(author.clone()),
            body: body.to_owned(),
            created_at: Timestamp::now(),
            edited_at: None,
        };
        self.issues.get_mut(&issue).unwrap().comments.push(comment);
        id
    }

    pub(crate) fn mark(&mut self, text: &str, at: Timestamp) -> Sha {
        let id: Sha = format!("{:040x}", 0xabc_0000 + self.marks.len())
            .parse()
            .unwrap();
        let text = text.to_owned();
        let mark = Mark {
            id: id.clone(),
            text,
            at,
        };
        self.marks.insert(id.clone(), mark);
        id
    }

    /// A fence that somebody else put up that long ago.
    pub(crate) fn foreign_fence(&mut self, issue: u64, text: &str, seconds: i64) {
        let at = Timestamp::now() - SignedDuration::from_secs(seconds);
        let mark = self.mark(text, at);
        self.refs.insert(fence(IssueNumber(issue)), mark);
    }

    /// Where the branch of a pull request is.
    fn head(&self, pull: u64) -> Sha {
        let pull = &self.judged[&pull];
        let Some(remote) = &self.remote else {
            return pull.head.clone();
        };
        let name = format!("refs/heads/{}", pull.head_branch);
        let head = run(Command::new("git")
            .args(["rev-parse", &name])
            .current_dir(remote));
        head.trim().parse().unwrap()
    }

    pub(crate) fn comments(&self, issue: u64) -> Vec<String> {
        self.issues[&issue]
            .comments
            .iter()
            .map(|comment| comment.body.clone())
            .collect()
    }
}

impl MemoryForge {
    pub(crate) fn new(base: Sha) -> Self {
        Self {
            state: RefCell::default(),
            base,
            account: account(1003, "worker"),
        }
    }

    pub(crate) fn add_issue(&self, number: u64, body: &str, status: Status) {
        let issue = Issue {
            body: body.to_owned(),
            status: status.name().to_owned(),
            state: IssueState::Open,
            labels: vec!["n150".to_owned()],
            comments: Vec::new(),
        };
        self.state.borrow_mut().issues.insert(number, issue);
    }

    pub(crate) fn status(&self, issue: u64) -> String {
        self.state.borrow().issues[&issue].status.clone()
    }

    pub(crate) fn comments(&self, issue: u64) -> Vec<String> {
        self.state.borrow().comments(issue)
    }

    /// Notes a request and fails it if it is to fail.
    async fn ask(&self, line: String) -> Result<(), ForgeError> {
        tokio::task::yield_now().await;
        let mut state = self.state.borrow_mut();
        if state
            .meanwhile
            .front()
            .is_some_and(|(at, _)| line.starts_with(at.as_str()))
        {
            let (_, happens) = state.meanwhile.pop_front().unwrap();
            happens(&mut state);
        }
        let broken = state
            .broken
            .iter()
            .any(|start| line.starts_with(start.as_str()));
        state.log.push(line.clone());
        if broken {
            return Err(error(ErrorKind::Transient, &line));
        }
        Ok(())
    }

    /// Loses the answer to a request that was served, if it is to be lost.
    fn answer(&self, line: &str) -> Result<(), ForgeError> {
        let unsure = &mut self.state.borrow_mut().unsure;
        let lost = unsure
            .iter()
            .position(|start| line.starts_with(start.as_str()));
        match lost {
            Some(at) => {
                unsure.remove(at);
                Err(error(ErrorKind::Transient, line))
            }
            None => Ok(()),
        }
    }
}

fn error(kind: ErrorKind, line: &str) -> ForgeError {
    ForgeError {
        kind,
        command: line.to_owned(),
        message: "as the test wants it".to_owned(),
    }
}

/// An issue without a status is not on the board.
impl Intake for MemoryForge {
    async fn filings(&self, _: &Board, _: &RepoName) -> Result<Filings, ForgeError> {
        self.ask("filings".to_owned()).await?;
        let state = self.state.borrow();
        let issues = state.issues.iter().map(|(number, issue)| FiledIssue {
            node: IssueNode(number.to_string()),
            number: IssueNumber(*number),
            body: issue.body.clone(),
            state: issue.state,
            author: Some(self.account.clone()),
            labels: issue.labels.clone(),
            item: (!issue.status.is_empty()).then(|| BoardItem {
                id: ItemId(number.to_string()),
                status: Some(issue.status.clone()),
            }),
        });
        Ok(Filings {
            issues: issues.collect(),
            base: Some(Base {
                branch: "main".to_owned(),
                sha: self.base.clone(),
            }),
        })
    }

    async fn file_issue(&self, _: &RepoName, new: &NewIssue) -> Result<Filed, ForgeError> {
        self.ask(format!("file {} for {}", new.title, new.labels.join(" ")))
            .await?;
        let issues = &mut self.state.borrow_mut().issues;
        let number = issues.keys().max().unwrap_or(&0) + 1;
        let issue = Issue {
            body: new.body.clone(),
            status: String::new(),
            state: IssueState::Open,
            labels: new.labels.clone(),
            comments: Vec::new(),
        };
        issues.insert(number, issue);
        Ok(Filed {
            node: IssueNode(number.to_string()),
            number: IssueNumber(number),
        })
    }

    async fn add_to_board(&self, _: &Board, issue: &IssueNode) -> Result<ItemId, ForgeError> {
        self.ask(format!("place {}", issue.0)).await?;
        Ok(ItemId(issue.0.clone()))
    }
}

impl Forge for MemoryForge {
    async fn check_login(&self) -> Result<(), ForgeError> {
        self.ask("login".to_owned()).await?;
        self.answer("login")
    }

    async fn viewer(&self) -> Result<Account, ForgeError> {
        self.ask("viewer".to_owned()).await?;
        Ok(self.account.clone())
    }

    async fn board(&self, _: &BoardName) -> Result<Board, ForgeError> {
        self.ask("board".to_owned()).await?;
        let option =
            |status: Status| (status.name().to_owned(), OptionId(status.name().to_owned()));
        Ok(Board {
            project: "P".to_owned(),
            number: 1,
            title: "Models".to_owned(),
            status_field: Some("F".to_owned()),
            options: Status::ALL
                .into_iter()
                .filter(|it| Some(*it) != self.state.borrow().lacks)
                .map(option)
                .collect(),
        })
    }

    async fn board_issues(
        &self,
        _: &Board,
        statuses: &[&str],
        _: MarksOf<'_>,
    ) -> Result<Vec<BoardIssue>, ForgeError> {
        self.ask(format!("list {}", statuses.join(", "))).await?;
        let state = self.state.borrow();
        let listed = state
            .issues
            .iter()
            .filter(|(_, issue)| statuses.contains(&issue.status.as_str()));
        let listed = listed.map(|(number, issue)| BoardIssue {
            item: ItemId(number.to_string()),
            status: issue.status.clone(),
            repository: RepositoryId("R".to_owned()),
            repo: RepoName::new("yieldthought", "ttnn_models").unwrap(),
            number: IssueNumber(*number),
            title: "t".to_owned(),
            body: issue.body.clone(),
            url: format!("https://github.com/yieldthought/ttnn_models/issues/{number}"),
            state: issue.state,
            labels: issue.labels.clone(),
            created_at: Timestamp::from_second(i64::try_from(*number).unwrap()).unwrap(),
            base: Base {
                branch: "main".to_owned(),
                sha: self.base.clone(),
            },
            mark: (state.refs.get(&fence(IssueNumber(*number)))).map(|it| state.marks[it].clone()),
        });
        Ok(listed.collect())
    }

    async fn issue(
        &self,
        _: &Board,
        _: &RepoName,
        number: IssueNumber,
        mark: &str,
        before: Option<&str>,
    ) -> Result<IssueSnapshot, ForgeError> {
        self.ask(format!("read {number}")).await?;
        let state = self.state.borrow();
        let issue = &state.issues[&number.0];
        let end = before.map_or(issue.comments.len(), |cursor| cursor.parse().unwrap());
        let start = end.saturating_sub(10);
        let mark = state.refs.get(mark);
        Ok(IssueSnapshot {
            at: Timestamp::now(),
            mark: mark.map(|mark| state.marks[mark].clone()),
            tree: Some(self.base.clone()),
            state: issue.state,
            labels: issue.labels.clone(),
            item: Some(BoardItem {
                id: ItemId(number.to_string()),
                status: Some(issue.status.clone()),
            }),
            comments: issue.comments[start..end].to_vec(),
            earlier: (start > 0).then(|| start.to_string()),
        })
    }

    async fn add_comment(
        &self,
        _: &RepoName,
        number: IssueNumber,
        body: &str,
    ) -> Result<PostedComment, ForgeError> {
        self.ask(format!("comment {number}")).await?;
        let id = self.state.borrow_mut().say(number.0, &self.account, body);
        self.answer(&format!("comment {number}"))?;
        Ok(PostedComment {
            id,
            url: String::new(),
        })
    }

    async fn edit_comment(
        &self,
        _: &RepoName,
        id: CommentId,
        body: &str,
    ) -> Result<(), ForgeError> {
        self.ask(format!("edit {id}")).await?;
        let mut state = self.state.borrow_mut();
        let mut all = state.issues.values_mut().flat_map(|it| &mut it.comments);
        if let Some(comment) = all.find(|comment| comment.id == id) {
            comment.body = body.to_owned();
            comment.edited_at = Some(Timestamp::now());
        }
        Ok(())
    }

    async fn delete_comment(&self, _: &RepoName, id: CommentId) -> Result<(), ForgeError> {
        self.ask(format!("delete {id}")).await?;
        for issue in self.state.borrow_mut().issues.values_mut() {
            issue.comments.retain(|comment| comment.id != id);
        }
        Ok(())
    }

    async fn set_status(&self, _: &Board, item: &ItemId, status: &str) -> Result<(), ForgeError> {
        self.ask(format!("move {item} to {status}")).await?;
        let number = item.0.parse().unwrap();
        let mut state = self.state.borrow_mut();
        state.issues.get_mut(&number).unwrap().status = status.to_owned();
        drop(state);
        self.answer(&format!("move {item} to {status}"))
    }

    async fn create_ref(
        &self,
        _: &RepoName,
        name: &str,
        target: &Sha,
    ) -> Result<RefCreation, ForgeError> {
        self.ask(format!("create {name}")).await?;
        if self.state.borrow().refs.contains_key(name) {
            return Ok(RefCreation::Exists);
        }
        let new = (name.to_owned(), target.clone());
        self.state.borrow_mut().refs.extend([new]);
        self.answer(&format!("create {name}"))?;
        Ok(RefCreation::Created)
    }

    async fn create_mark(&self, _: &RepoName, new: &NewMark) -> Result<Sha, ForgeError> {
        self.ask("mark".to_owned()).await?;
        Ok(self.state.borrow_mut().mark(&new.text, Timestamp::now()))
    }

    async fn swap_ref(
        &self,
        _: &RepositoryId,
        name: &str,
        from: &Sha,
        to: Option<&Sha>,
    ) -> Result<RefSwap, ForgeError> {
        let act = if to.is_some() { "swap" } else { "unref" };
        self.ask(format!("{act} {name}")).await?;
        if self.state.borrow().refs.get(name) != Some(from) {
            return Ok(RefSwap::Refused);
        }
        let mut state = self.state.borrow_mut();
        match to {
            Some(to) => state.refs.insert(name.to_owned(), to.clone()),
            None => state.refs.remove(name),
        };
        drop(state);
        self.answer(&format!("{act} {name}"))?;
        Ok(RefSwap::Swapped)
    }

    async fn delete_ref(&self, _: &RepoName, name: &str) -> Result<(), ForgeError> {
        self.ask(format!("unref {name}")).await?;
        self.state.borrow_mut().refs.remove(name);
        Ok(())
    }

    async fn open_pull(&self, _: &RepoName, pull: &NewPull) -> Result<OpenedPull, ForgeError> {
        self.ask("open pull".to_owned()).await?;
        let address = |at: usize| {
            let number = PullNumber(101 + u64::try_from(at).unwrap());
            let url = format!("https://github.com/yieldthought/ttnn_models/pull/{number}");
            OpenedPull { number, url }
        };
        let there = |it: &NewPull| it.head == pull.head;
        let mut state = self.state.borrow_mut();
        if let Some(at) = state.pulls.iter().position(there) {
            let message = format!("already exists:\n{}", address(at).url);
            return Err(ForgeError {
                message,
                ..error(ErrorKind::Conflict, "open pull")
            });
        }
        state.pulls.push(pull.clone());
        let opened = address(state.pulls.len() - 1);
        drop(state);
        self.answer("open pull")?;
        Ok(opened)
    }

    async fn set_commit_status(
        &self,
        _: &RepoName,
        commit: &Sha,
        status: &CommitStatus,
    ) -> Result<(), ForgeError> {
        self.ask(format!("report {}", status.context)).await?;
        self.state
            .borrow_mut()
            .statuses
            .push((commit.clone(), status.clone()));
        self.answer("report")
    }

    async fn linked_pulls(
        &self,
        _: &RepoName,
        issue: IssueNumber,
    ) -> Result<Vec<PullNumber>, ForgeError> {
        self.ask(format!("linked {issue}")).await?;
        Ok(self
            .state
            .borrow()
            .judged
            .keys()
            .map(|number| PullNumber(*number))
            .collect())
    }

    async fn pull(&self, _: &RepoName, number: PullNumber) -> Result<Pull, ForgeError> {
        self.ask(format!("pull {number}")).await?;
        let state = self.state.borrow();
        let mut pull = state.judged[&number.0].clone();
        let head = state.head(number.0);
        if head != pull.head {
            // A new head has only its own reports.
            pull.checks.items.clear();
            for commit in &mut pull.commits.items {
                commit.sha = head.clone();
            }
            pull.head = head;
        }
        let reported = state.statuses.iter().filter(|(at, _)| *at == pull.head);
        for (_, status) in reported {
            let checks = &mut pull.checks.items;
            checks.retain(|check| check.name != status.context);
            checks.push(Check {
                name: status.context.clone(),
                state: status.state,
                reporter: Some(self.account.login.clone()),
                description: Some(status.description.clone()),
            });
        }
        Ok(pull)
    }

    async fn file(&self, _: &RepoName, path: &str, at: &str) -> Result<FileAt, ForgeError> {
        self.ask(format!("file {path} at {at}")).await?;
        let text = self.state.borrow().files.get(path).cloned();
        Ok(FileAt {
            commit: self.base.clone(),
            text,
        })
    }

    async fn merge_pull(
        &self,
        _: &RepoName,
        number: PullNumber,
        head: &Sha,
        method: MergeMethod,
    ) -> Result<Sha, ForgeError> {
        assert_eq!(method, MergeMethod::Squash);
        let line = format!("merge {number}");
        self.ask(line.clone()).await?;
        let mut state = self.state.borrow_mut();
        if state.head(number.0) != *head {
            return Err(error(ErrorKind::Conflict, &line));
        }
        state.merges.push((number.0, head.clone()));
        Ok(self.base.clone())
    }
}
