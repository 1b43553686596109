//! Pull requests.

use super::{
    Actor, Answer, FieldError, Forge, Missing, Refusal, all, horizon, issues, links, now, rows,
    sync::pull_ref,
    terms::{Bind, Conditions},
};
use crate::model::{
    Account, AccountKind, ChangedFile, Commit, Issue, IssueFilter, IssueId, IssuePatch, IssueState,
    Mergeable, NewPull, Number, Permission, Pull, PullFilter, PullPatch, PullState, Repo, Sha,
    Slice, Window,
};

/// How many merge results are remembered before all are forgotten.
const REMEMBERED_MERGES: usize = 4096;

impl Forge {
    /// Pull requests that pass the filter.
    pub async fn pulls(
        &self,
        actor: &Actor,
        repo: &Repo,
        filter: &PullFilter,
        window: Window,
    ) -> Answer<Slice<Pull>> {
        self.sync_pulls(repo).await?;
        let mut conditions = Conditions::new();
        conditions.add("i.repo_id = ", repo.id.0);
        conditions.add("i.is_pull = ", 1);
        conditions.add("i.created_at <= ", horizon(actor));
        conditions.filter(&IssueFilter {
            labels: filter.labels.clone(),
            ..IssueFilter::default()
        });
        if let Some(head) = &filter.head {
            conditions.sql(
                "i.id IN (SELECT issue_id FROM pull WHERE head = ?)",
                [Bind::from(head.as_str())],
            );
        }
        if let Some(base) = &filter.base {
            conditions.sql(
                "i.id IN (SELECT issue_id FROM pull WHERE base = ?)",
                [Bind::from(base.as_str())],
            );
        }
        if !filter.states.is_empty() {
            let states: Vec<&str> = filter
                .states
                .iter()
                .map(|&state| state_condition(state))
                .collect();
            conditions.sql(states.join(" OR "), []);
        }
        let slice = self
            .select_issues(conditions, filter.sort, filter.ascending, window)
            .await?;
        let mut items = Vec::new();
        for issue in slice.items {
            items.push(self.assemble(issue).await?);
        }
        Ok(Slice {
            items,
            start: slice.start,
            total: slice.total,
        })
    }

    /// A pull request by number. An open one is first brought up to date with its branches.
    pub async fn pull(&self, actor: &Actor, repo: &Repo, number: Number) -> Answer<Pull> {
        let missing = || Refusal::NotFound(Missing::PullRequest(number));
        let issue = self
            .issue(actor, repo, number)
            .await
            .map_err(|refusal| refusal.or_if_not_found(missing()))?;
        if !issue.is_pull {
            return Err(missing());
        }
        self.pull_of(actor, repo, issue).await
    }

    /// The pull request whose issue side is `issue`.
    pub async fn pull_of(&self, actor: &Actor, repo: &Repo, issue: Issue) -> Answer<Pull> {
        let open = issue.state == IssueState::Open;
        let issue = if open && self.sync_pull(repo, issue.id).await? {
            self.issue(actor, repo, issue.number).await?
        } else {
            issue
        };
        self.assemble(issue).await
    }

    /// Joins the pull request's own columns to its issue.
    async fn assemble(&self, issue: Issue) -> Answer<Pull> {
        let row = sqlx::query("SELECT * FROM pull_row WHERE issue_id = ?")
            .bind(issue.id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or(Refusal::NotFound(Missing::PullRequest(issue.number)))?;
        let row = rows::pull(&row)?;
        let requested = sqlx::query(
            "SELECT a.* FROM review_request r JOIN account a ON a.id = r.account_id WHERE r.pull_id = ? ORDER BY a.login",
        )
        .bind(issue.id)
        .fetch_all(&self.readers)
        .await?;
        Ok(Pull {
            issue,
            base: row.base,
            base_sha: row.base_sha,
            head: row.head,
            head_sha: row.head_sha,
            draft: row.draft,
            merged: row.merged,
            requested_reviewers: all(&requested, rows::account)?,
        })
    }

    /// Opens a pull request (write, or member of the owning organization, as GitHub asks for; the
    /// head branch must be in this repository).
    pub async fn create_pull(&self, actor: &Actor, repo: &Repo, new: NewPull) -> Answer<Pull> {
        let member = repo.owner.kind == AccountKind::Organization
            && self.membership(&repo.owner, actor.user.id).await?.is_some();
        if !member {
            repo.require(Permission::Write)?;
        }
        issues::check(Some(&new.title), Some(&new.body))?;
        let invalid = |field| Refusal::invalid_field("PullRequest", field, "invalid");
        let head = match new.head.split_once(':') {
            Some((owner, branch)) if owner.eq_ignore_ascii_case(&repo.owner.login) => branch,
            Some(_) => return Err(invalid("head")),
            None => &new.head,
        };
        let base_sha = self
            .branch_sha(repo, &new.base)
            .await?
            .ok_or_else(|| invalid("base"))?;
        let head_sha = self
            .branch_sha(repo, head)
            .await?
            .ok_or_else(|| invalid("head"))?;
        self.require_commits(repo, (&new.base, &base_sha), (head, &head_sha))
            .await?;

        let mut tx = self.begin().await?;
        let exists = sqlx::query(
            "SELECT 1 FROM pull p JOIN issue i ON i.id = p.issue_id
             WHERE i.repo_id = ? AND i.open AND p.head = ? AND p.base = ?",
        )
        .bind(repo.id)
        .bind(head)
        .bind(&new.base)
        .fetch_optional(&mut *tx)
        .await?;
        if exists.is_some() {
            return Err(already_exists(repo, head));
        }
        let (id, number) = issues::insert(
            &mut tx,
            repo.id,
            true,
            &new.title,
            &new.body,
            &actor.user,
            now(),
        )
        .await?;
        sqlx::query("INSERT INTO pull (issue_id, base, base_sha, head, head_sha, draft) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(id)
            .bind(&new.base)
            .bind(base_sha.as_str())
            .bind(head)
            .bind(head_sha.as_str())
            .bind(new.draft)
            .execute(&mut *tx)
            .await?;
        self.git(repo)
            .set_ref(&pull_ref(number), head_sha.as_str())
            .await?;
        tx.commit().await?;
        self.link_issues(actor, repo, number).await?;
        self.pull(actor, repo, number).await
    }

    async fn require_commits(
        &self,
        repo: &Repo,
        base: (&str, &Sha),
        head: (&str, &Sha),
    ) -> Answer<()> {
        let git = self.git(repo);
        if git.is_ancestor(head.1.as_str(), base.1.as_str()).await? {
            let message = format!("No commits between {} and {}", base.0, head.0);
            return Err(Refusal::custom("PullRequest", message));
        }
        if !git
            .succeeds(["merge-base", base.1.as_str(), head.1.as_str()])
            .await?
        {
            let message = format!(
                "The {} branch has no history in common with {}",
                base.0, head.0
            );
            return Err(Refusal::custom("PullRequest", message));
        }
        Ok(())
    }

    /// Changes a pull request: its author, or write; its state from triage on.
    pub async fn edit_pull(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        patch: PullPatch,
    ) -> Answer<Pull> {
        let pull = self.pull(actor, repo, number).await?;
        let own = pull.issue.author.id == actor.user.id;
        if !own && (patch.base.is_some() || patch.draft.is_some()) {
            repo.require(Permission::Write)?;
        }
        if let Some(base) = patch.base.as_ref().filter(|&base| *base != pull.base) {
            let invalid = || Refusal::invalid_field("PullRequest", "base", "invalid");
            let sha = self.branch_sha(repo, base).await?.ok_or_else(invalid)?;
            self.require_commits(repo, (base, &sha), (&pull.head, &pull.head_sha))
                .await?;
            sqlx::query("UPDATE pull SET base = ?, base_sha = ? WHERE issue_id = ?")
                .bind(base)
                .bind(sha.as_str())
                .bind(pull.issue.id)
                .execute(&self.writer)
                .await?;
        }
        if let Some(draft) = patch.draft {
            sqlx::query("UPDATE pull SET draft = ? WHERE issue_id = ?")
                .bind(draft)
                .bind(pull.issue.id)
                .execute(&self.writer)
                .await?;
        }
        let state = patch.open.map(|open| {
            if open {
                IssueState::Open
            } else {
                IssueState::Closed
            }
        });
        let issue = IssuePatch {
            title: patch.title,
            body: patch.body,
            state: state.map(|state| (state, None)),
            ..IssuePatch::default()
        };
        self.edit_issue(actor, repo, number, issue).await?;
        if patch.base.is_some() {
            self.link_issues(actor, repo, number).await?;
        }
        self.pull(actor, repo, number).await
    }

    /// Refuses to open a closed pull request again when it was merged, its branch is gone, or
    /// another one has taken its place.
    pub(super) async fn check_reopen(
        &self,
        actor: &Actor,
        repo: &Repo,
        issue: &Issue,
    ) -> Answer<()> {
        let pull = self.pull_of(actor, repo, issue.clone()).await?;
        let refuse = |message: String| Refusal::Unprocessable {
            message: "Validation Failed".to_owned(),
            errors: vec![FieldError {
                resource: "PullRequest",
                field: Some("state"),
                code: "invalid",
                message: Some(format!("state cannot be changed. {message}")),
            }],
        };
        if pull.merged.is_some() {
            return Err(refuse("The pull request has been merged.".to_owned()));
        }
        for branch in [&pull.head, &pull.base] {
            if self.branch_sha(repo, branch).await?.is_none() {
                return Err(refuse(format!("The {branch} branch has been deleted.")));
            }
        }
        let same = PullFilter {
            states: vec![PullState::Open],
            head: Some(pull.head.clone()),
            base: Some(pull.base.clone()),
            ..PullFilter::default()
        };
        match self
            .pulls(
                &Actor::new(actor.user.clone()),
                repo,
                &same,
                Window::first(0, 1),
            )
            .await?
            .total
        {
            0 => Ok(()),
            _ => Err(already_exists(repo, &pull.head)),
        }
    }

    /// Files changed since the head left the base.
    pub async fn pull_files(&self, repo: &Repo, pull: &Pull) -> Answer<Vec<ChangedFile>> {
        Ok(self.git(repo).changed_files(&[&three_dots(pull)]).await?)
    }

    /// Commits that the base lacks, oldest first.
    pub async fn pull_commits(&self, repo: &Repo, pull: &Pull) -> Answer<Vec<Commit>> {
        let range = format!("{}..{}", pull.base_sha, pull.head_sha);
        self.log(repo, &["--reverse", "--topo-order", &range]).await
    }

    /// The diff as text, as `git diff base...head` prints it.
    pub async fn pull_diff(&self, repo: &Repo, pull: &Pull) -> Answer<String> {
        Ok(self.git(repo).diff_text(&[&three_dots(pull)]).await?)
    }

    /// The commits as mails, as `git format-patch` prints them.
    pub async fn pull_patch(&self, repo: &Repo, pull: &Pull) -> Answer<String> {
        let range = format!("{}..{}", pull.base_sha, pull.head_sha);
        let bytes = self
            .git(repo)
            .bytes(["format-patch", "--stdout", &range])
            .await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether it merges cleanly now. Remembered for each pair of base and head.
    pub async fn mergeable(&self, repo: &Repo, pull: &Pull) -> Answer<Mergeable> {
        if pull.state() != PullState::Open {
            return Ok(Mergeable::Unknown);
        }
        let key = (pull.base_sha.to_string(), pull.head_sha.to_string());
        let remembered = self.remembered_merges().get(&key).copied();
        let clean = match remembered {
            Some(clean) => clean,
            None => {
                let clean = self.git(repo).merge_tree(&key.0, &key.1).await?.is_some();
                let mut memory = self.remembered_merges();
                if memory.len() >= REMEMBERED_MERGES {
                    memory.clear();
                }
                memory.insert(key, clean);
                clean
            }
        };
        Ok(if clean {
            Mergeable::Clean
        } else {
            Mergeable::Conflicting
        })
    }

    fn remembered_merges(
        &self,
    ) -> std::sync::MutexGuard<'_, std::collections::HashMap<(String, String), bool>> {
        // What a panicking holder left is still true: entries are facts about two commits.
        self.clean_merges
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Works out again which issues the text promises to close. Only merges into the default
    /// branch close issues.
    pub(super) async fn link_issues(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
    ) -> Answer<()> {
        let pull = self
            .assemble(self.issue(actor, repo, number).await?)
            .await?;
        let mut targets: Vec<IssueId> = Vec::new();
        if pull.base == repo.default_branch {
            for (other, number) in links::closing_references(&pull.issue.body) {
                let found = match &other {
                    Some(name) if *name != repo.full_name().to_lowercase() => {
                        self.issue_elsewhere(actor, name, number).await
                    }
                    _ => self.issue(actor, repo, number).await,
                };
                match found {
                    Ok(issue) if !issue.is_pull => targets.push(issue.id),
                    Ok(_) | Err(Refusal::NotFound(_)) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM closing WHERE pull_id = ?")
            .bind(pull.issue.id)
            .execute(&mut *tx)
            .await?;
        for issue in targets {
            sqlx::query("INSERT OR IGNORE INTO closing (pull_id, issue_id) VALUES (?, ?)")
                .bind(pull.issue.id)
                .bind(issue)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    async fn issue_elsewhere(&self, actor: &Actor, repo: &str, number: Number) -> Answer<Issue> {
        let (owner, name) = repo.split_once('/').ok_or_else(Refusal::not_found)?;
        let repo = self.repo(actor, owner, name).await?;
        self.issue(actor, &repo, number).await
    }

    /// Issues that the merge closes or closed, by number, those that the actor sees.
    pub async fn closing_issues(
        &self,
        actor: &Actor,
        _repo: &Repo,
        pull: &Pull,
    ) -> Answer<Vec<Issue>> {
        self.linked(
            actor,
            "SELECT issue_id FROM closing WHERE pull_id = ?",
            pull.issue.id,
        )
        .await
    }

    /// Pull requests that would close the issue or did, by number.
    pub async fn linked_pulls(
        &self,
        actor: &Actor,
        _repo: &Repo,
        issue: &Issue,
    ) -> Answer<Vec<Pull>> {
        let mut pulls = Vec::new();
        for side in self
            .linked(
                actor,
                "SELECT pull_id FROM closing WHERE issue_id = ?",
                issue.id,
            )
            .await?
        {
            let repo = self.repo_by_id(actor, side.repo_id).await?;
            pulls.push(self.pull_of(actor, &repo, side).await?);
        }
        Ok(pulls)
    }

    async fn linked(&self, actor: &Actor, select: &'static str, id: IssueId) -> Answer<Vec<Issue>> {
        let mut conditions = Conditions::new();
        conditions.sql(format!("i.id IN ({select})"), [Bind::Number(id.0)]);
        conditions.sql(
            "EXISTS (SELECT 1 FROM access x WHERE x.repo_id = i.repo_id AND x.account_id = ? AND x.level > 0)",
            [Bind::Number(actor.user.id.0)],
        );
        let slice = self
            .select_issues(conditions, crate::model::Sort::Created, true, Window::ALL)
            .await?;
        Ok(slice.items)
    }

    /// Asks users for a review (the author, or triage), or takes the request back.
    pub async fn change_reviewers(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Pull> {
        let pull = self.pull(actor, repo, number).await?;
        if pull.issue.author.id != actor.user.id {
            repo.require(Permission::Triage)?;
        }
        let added = self.reviewers(repo, &pull, add).await?;
        let mut tx = self.begin().await?;
        for login in remove {
            sqlx::query(
                "DELETE FROM review_request WHERE pull_id = ? AND account_id IN (SELECT id FROM account WHERE login = ?)",
            )
            .bind(pull.issue.id)
            .bind(login)
            .execute(&mut *tx)
            .await?;
        }
        for user in added {
            sqlx::query("INSERT OR IGNORE INTO review_request (pull_id, account_id) VALUES (?, ?)")
                .bind(pull.issue.id)
                .bind(user.id)
                .execute(&mut *tx)
                .await?;
        }
        issues::touch(&mut tx, pull.issue.id).await?;
        tx.commit().await?;
        self.pull(actor, repo, number).await
    }

    async fn reviewers(&self, repo: &Repo, pull: &Pull, logins: &[String]) -> Answer<Vec<Account>> {
        if logins
            .iter()
            .any(|login| login.eq_ignore_ascii_case(&pull.issue.author.login))
        {
            return Err(Refusal::unprocessable(
                "Review cannot be requested from pull request author.",
            ));
        }
        let users = self.assignable(repo, logins).await?;
        if users.len() < logins.len() {
            return Err(Refusal::unprocessable(format!(
                "Reviews may only be requested from collaborators. One or more of the users or teams you \
                 specified is not a collaborator of the {} repository.",
                repo.full_name()
            )));
        }
        Ok(users)
    }
}

fn three_dots(pull: &Pull) -> String {
    format!("{}...{}", pull.base_sha, pull.head_sha)
}

fn already_exists(repo: &Repo, head: &str) -> Refusal {
    let message = format!(
        "A pull request already exists for {}:{head}.",
        repo.owner.login
    );
    Refusal::custom("PullRequest", message)
}

fn state_condition(state: PullState) -> &'static str {
    match state {
        PullState::Open => "i.open",
        PullState::Closed => {
            "NOT i.open AND i.id IN (SELECT issue_id FROM pull WHERE merged_at IS NULL)"
        }
        PullState::Merged => "i.id IN (SELECT issue_id FROM pull WHERE merged_at IS NOT NULL)",
    }
}
