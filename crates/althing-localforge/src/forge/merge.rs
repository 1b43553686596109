//! Merging a pull request: real commits in the bare repository.

use sqlx::Row as _;

use super::{
    Actor, Answer, Forge, Refusal, issues, now,
    refs::parse_sha,
    repos::commit_email,
    repos::person,
    rows::{self, level},
};
use crate::{
    git::{Git, NewCommit, Person, RawCommit},
    model::{
        Account, IssueId, IssueState, MergeMethod, MergeRequest, Merged, Number, Permission, Pull,
        PullState, Repo, Sha, StateReason,
    },
};

impl Forge {
    /// Merges (write). Refused with 409 when the head is not the expected one or the base moved
    /// meanwhile, with 405 when it does not merge cleanly, is a draft or is not open. On the
    /// default branch, linked issues are closed.
    pub async fn merge_pull(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        request: MergeRequest,
    ) -> Answer<Merged> {
        repo.require(Permission::Write)?;
        let _one_at_a_time = self.merging.lock().await;
        let pull = self.pull(actor, repo, number).await?;
        check(repo, &pull, &request)?;

        let git = self.git(repo);
        let plan = Plan {
            git: &git,
            repo,
            pull: &pull,
            actor,
            request: &request,
        };
        let commit = match request.method {
            MergeMethod::Merge => plan.merge().await?,
            MergeMethod::Squash => plan.squash(self).await?,
            MergeMethod::Rebase => plan.rebase().await?,
        };
        self.intend(&pull, &commit, &actor.user).await?;
        let branch = format!("refs/heads/{}", pull.base);
        if !git
            .move_ref(&branch, &commit, pull.base_sha.as_str())
            .await?
        {
            self.drop_intent(pull.issue.id).await?;
            return Err(Refusal::Conflict(
                "Base branch was modified. Review and try the merge again.".to_owned(),
            ));
        }
        self.finish_merge(pull.issue.id).await?;
        self.pushed(repo).await?;
        if repo.delete_branch_on_merge && pull.head != repo.default_branch {
            let head = format!("refs/heads/{}", pull.head);
            git.delete_ref(&head, pull.head_sha.as_str()).await?;
        }
        let merged = self.pull(actor, repo, number).await?.merged;
        merged.ok_or_else(|| {
            Refusal::Internal(format!("pull request {number} was merged and is not"))
        })
    }

    /// Writes down what is about to happen, so that a crash between moving the branch and
    /// recording it can be told apart from a push.
    async fn intend(&self, pull: &Pull, commit: &str, by: &Account) -> Answer<()> {
        sqlx::query("INSERT INTO merge_intent (pull_id, base_sha, merge_commit, actor_id) VALUES (?, ?, ?, ?)")
            .bind(pull.issue.id)
            .bind(pull.base_sha.as_str())
            .bind(commit)
            .bind(by.id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn drop_intent(&self, pull: IssueId) -> Answer<()> {
        sqlx::query("DELETE FROM merge_intent WHERE pull_id = ?")
            .bind(pull)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Records an intended merge as done, and closes what it closes.
    async fn finish_merge(&self, pull: IssueId) -> Answer<()> {
        let mut tx = self.begin().await?;
        let row = sqlx::query("SELECT a.* FROM merge_intent m JOIN account a ON a.id = m.actor_id WHERE m.pull_id = ?")
            .bind(pull)
            .fetch_one(&mut *tx)
            .await?;
        let by = rows::account(&row)?;
        sqlx::query(
            "UPDATE pull SET base_sha = m.base_sha, merge_commit = m.merge_commit, merged_by = m.actor_id,
             merged_at = ? FROM merge_intent m WHERE m.pull_id = pull.issue_id AND pull.issue_id = ?",
        )
        .bind(now().as_millisecond())
        .bind(pull)
        .execute(&mut *tx)
        .await?;
        issues::set_state(&mut tx, pull, IssueState::Closed, None, &by).await?;
        // A text may name an issue of any repository; only those are closed that the actor may.
        let closed = sqlx::query(
            "SELECT c.issue_id FROM closing c JOIN issue i ON i.id = c.issue_id
             JOIN access x ON x.repo_id = i.repo_id AND x.account_id = ?
             WHERE c.pull_id = ? AND x.level >= ?",
        )
        .bind(by.id)
        .bind(pull)
        .bind(level(Permission::Triage))
        .fetch_all(&mut *tx)
        .await?;
        for row in closed {
            let reason = Some(StateReason::Completed);
            issues::set_state(&mut tx, row.try_get(0)?, IssueState::Closed, reason, &by).await?;
        }
        sqlx::query("DELETE FROM merge_intent WHERE pull_id = ?")
            .bind(pull)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// After a crash: merges whose branch moved are recorded, the others are forgotten. For the
    /// one server of a folder, before it serves; a merge under way elsewhere would be disturbed.
    pub async fn recover(&self) -> Answer<()> {
        let rows = sqlx::query(
            "SELECT m.pull_id, m.merge_commit, p.base, r.name, o.login FROM merge_intent m
             JOIN pull p ON p.issue_id = m.pull_id JOIN issue i ON i.id = m.pull_id
             JOIN repo r ON r.id = i.repo_id JOIN account o ON o.id = r.owner_id",
        )
        .fetch_all(&self.readers)
        .await?;
        for row in rows {
            let (pull, commit): (IssueId, String) =
                (row.try_get("pull_id")?, row.try_get("merge_commit")?);
            let (owner, name): (String, String) = (row.try_get("login")?, row.try_get("name")?);
            let branch: String = row.try_get("base")?;
            let git = self.git_named(&owner, &name);
            let done = match git.read_ref(&format!("refs/heads/{branch}")).await? {
                Some(head) => git.is_ancestor(&commit, &head).await?,
                None => false,
            };
            if done {
                self.finish_merge(pull).await?;
            } else {
                self.drop_intent(pull).await?;
            }
        }
        Ok(())
    }
}

fn check(repo: &Repo, pull: &Pull, request: &MergeRequest) -> Answer<()> {
    let refuse = |message: &str| Err(Refusal::MethodNotAllowed(message.to_owned()));
    if pull.state() != PullState::Open {
        return refuse("Pull Request is not mergeable");
    }
    if pull.draft {
        return refuse("Pull Request is still a draft");
    }
    if request
        .head
        .as_ref()
        .is_some_and(|head| *head != pull.head_sha)
    {
        return Err(Refusal::Conflict(
            "Head branch was modified. Review and try the merge again.".to_owned(),
        ));
    }
    let (allowed, methods) = match request.method {
        MergeMethod::Merge => (repo.allow_merge, "Merge commits"),
        MergeMethod::Squash => (repo.allow_squash, "Squash merges"),
        MergeMethod::Rebase => (repo.allow_rebase, "Rebase merges"),
    };
    if allowed {
        Ok(())
    } else {
        refuse(&format!("{methods} are not allowed on this repository."))
    }
}

/// One merge being made.
struct Plan<'a> {
    git: &'a Git,
    repo: &'a Repo,
    pull: &'a Pull,
    actor: &'a Actor,
    request: &'a MergeRequest,
}

impl Plan<'_> {
    /// A commit with two parents, by the actor.
    async fn merge(&self) -> Answer<String> {
        let pull = self.pull;
        let title = format!(
            "Merge pull request #{} from {}/{}",
            pull.issue.number, self.repo.owner.login, pull.head
        );
        let message = self.message(title, pull.issue.title.clone());
        let parents = [pull.base_sha.as_str(), pull.head_sha.as_str()];
        self.commit(
            &self.merged_tree().await?,
            &parents,
            &person(&self.actor.user),
            &message,
        )
        .await
    }

    /// One commit on the base, by the author of the pull request.
    async fn squash(&self, forge: &Forge) -> Answer<String> {
        let pull = self.pull;
        let commits = forge.pull_commits(self.repo, pull).await?;
        let (title, body) = match commits.as_slice() {
            [only] => (only.headline().to_owned(), only.body().to_owned()),
            several => {
                let list: Vec<String> = several
                    .iter()
                    .map(|commit| format!("* {}", commit.message))
                    .collect();
                (pull.issue.title.clone(), list.join("\n\n"))
            }
        };
        let title = format!("{title} (#{})", pull.issue.number);
        let mut message = self.message(title, body);
        let mut named = vec![commit_email(&pull.issue.author)];
        for author in commits.iter().map(|commit| &commit.author) {
            let is_author = author
                .account
                .as_ref()
                .is_some_and(|account| account.id == pull.issue.author.id);
            if is_author || named.contains(&author.email) {
                continue;
            }
            let separator = if named.len() == 1 { "\n\n" } else { "\n" };
            message.push_str(&format!(
                "{separator}Co-authored-by: {} <{}>",
                author.name, author.email
            ));
            named.push(author.email.clone());
        }
        let tree = self.merged_tree().await?;
        self.commit(
            &tree,
            &[pull.base_sha.as_str()],
            &person(&pull.issue.author),
            &message,
        )
        .await
    }

    /// The commits again on top of the base: authors stay, the actor commits.
    async fn rebase(&self) -> Answer<String> {
        let pull = self.pull;
        let refused = || Refusal::MethodNotAllowed("This branch can't be rebased".to_owned());
        let range = format!("{}..{}", pull.base_sha, pull.head_sha);
        let commits = self
            .git
            .log(&["--reverse", "--topo-order", "--no-merges", &range])
            .await?;
        let mut tip = pull.base_sha.to_string();
        for commit in &commits {
            tip = self.pick(commit, &tip).await?.ok_or_else(refused)?;
        }
        Ok(tip)
    }

    /// Applies one commit to `tip`; `None` on conflict.
    async fn pick(&self, commit: &RawCommit, tip: &str) -> Answer<Option<String>> {
        let committer = person(&self.actor.user);
        let tip_tree = self
            .git
            .text(["rev-parse", &format!("{tip}^{{tree}}")])
            .await?;
        // A commit with the tip's tree and the picked commit's parent makes that parent the merge
        // base, which `git merge-tree` before 2.40 cannot be told otherwise.
        let parents: Vec<&str> = commit.parents.iter().map(String::as_str).collect();
        let stand_in = self
            .git
            .commit_tree(NewCommit {
                tree: &tip_tree,
                parents: &parents,
                author: &committer,
                committer: &committer,
                message: "stand-in",
            })
            .await?;
        let Some(tree) = self.git.merge_tree(&stand_in, &commit.sha).await? else {
            return Ok(None);
        };
        if tree == tip_tree {
            return Ok(Some(tip.to_owned()));
        }
        let new = NewCommit {
            tree: &tree,
            parents: &[tip],
            author: &commit.author,
            committer: &committer,
            message: &commit.message,
        };
        Ok(Some(self.git.commit_tree(new).await?))
    }

    async fn merged_tree(&self) -> Answer<String> {
        self.git
            .merge_tree(self.pull.base_sha.as_str(), self.pull.head_sha.as_str())
            .await?
            .ok_or_else(|| Refusal::MethodNotAllowed("Pull Request is not mergeable".to_owned()))
    }

    /// The message asked for, or GitHub's.
    fn message(&self, title: String, body: String) -> String {
        let title = self
            .request
            .title
            .clone()
            .filter(|title| !title.is_empty())
            .unwrap_or(title);
        let body = self.request.message.clone().unwrap_or(body);
        format!("{title}\n\n{body}").trim_end().to_owned()
    }

    async fn commit(
        &self,
        tree: &str,
        parents: &[&str],
        author: &Person,
        message: &str,
    ) -> Answer<String> {
        let github = Person {
            name: "GitHub".to_owned(),
            email: "noreply@github.com".to_owned(),
            at: author.at,
        };
        let new = NewCommit {
            tree,
            parents,
            author,
            committer: &github,
            message,
        };
        let sha: Sha = parse_sha(&self.git.commit_tree(new).await?)?;
        Ok(sha.into())
    }
}
