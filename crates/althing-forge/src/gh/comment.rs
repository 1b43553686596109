//! Comments: post, replace, delete.

use althing_diag::id::RepoName;
use serde_json::json;

use super::{command::Gh, failure};
use crate::{CommentId, ErrorKind, ForgeError, IssueNumber, PostedComment};

/// `gh issue comment N -R OWNER/NAME` (B-150, B-190), which takes pull requests too.
///
/// The body goes through stdin (`--body-file -`) rather than `--body`: as one argument of a
/// vector it would be safe from any shell, yet everybody on the machine could read it in the
/// list of processes.
pub(super) async fn add(
    gh: &Gh,
    repo: &RepoName,
    number: IssueNumber,
    body: &str,
) -> Result<PostedComment, ForgeError> {
    let (number, repo) = (number.to_string(), repo.to_string());
    let args = ["issue", "comment", &number, "-R", &repo, "--body-file", "-"];
    let finished = gh.run(&args, Some(body), None).await?;
    if finished.code != Some(0) {
        let kind = failure::of_stderr(finished.code, &finished.stderr);
        return Err(finished.failed(kind));
    }
    let printed = String::from_utf8_lossy(&finished.stdout);
    posted(&printed).ok_or_else(|| ForgeError {
        kind: ErrorKind::Answer,
        command: finished.command,
        message: format!(
            "printed `{}` instead of the comment's address",
            printed.trim()
        ),
    })
}

/// The number after `#issuecomment-` is the comment's numeric id.
fn posted(printed: &str) -> Option<PostedComment> {
    let url = printed.split_whitespace().last()?;
    let (_, id) = url.rsplit_once("#issuecomment-")?;
    Some(PostedComment {
        id: CommentId(id.parse().ok()?),
        url: url.to_owned(),
    })
}

pub(super) async fn edit(
    gh: &Gh,
    repo: &RepoName,
    comment: CommentId,
    body: &str,
) -> Result<(), ForgeError> {
    let body = json!({ "body": body });
    gh.rest("PATCH", &path(repo, comment), Some(&body), &[])
        .await?;
    Ok(())
}

pub(super) async fn delete(gh: &Gh, repo: &RepoName, comment: CommentId) -> Result<(), ForgeError> {
    gh.rest("DELETE", &path(repo, comment), None, &[]).await?;
    Ok(())
}

fn path(repo: &RepoName, comment: CommentId) -> String {
    format!("repos/{repo}/issues/comments/{comment}")
}

#[cfg(test)]
mod tests {
    use super::posted;

    #[test]
    fn the_id_stands_in_the_printed_address() {
        let url = "https://github.com/o/r/issues/7#issuecomment-2147483999";
        let comment = posted(&format!("{url}\n")).expect("an address");
        assert_eq!((comment.id.0, comment.url.as_str()), (2_147_483_999, url));
        assert!(posted("").is_none());
        assert!(posted("https://github.com/o/r/issues/7\n").is_none());
    }
}
