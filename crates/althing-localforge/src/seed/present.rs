//! What can be wrong with a seed file given what the forge holds already.

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::file::SeedFile;
use crate::{
    forge::{Actor, Answer, Forge, Refusal},
    model::{Account, AccountId, AccountKind},
};

/// Clashes with accounts, issues and projects that are there under the same names or numbers.
pub(super) async fn clashes(forge: &Forge, name: &str, file: &SeedFile) -> Answer<Vec<Finding>> {
    let mut found = Vec::new();
    let mut clash = |finding: Finding| found.push(finding);
    for user in &file.users {
        account(
            forge,
            name,
            (&user.login, user.id.as_ref(), AccountKind::User),
            &mut clash,
        )
        .await?;
        if let Some(token) = &user.token {
            let holder = optional(forge.authenticate(&token.value).await)?;
            if holder.is_some_and(|actor| !actor.user.login.eq_ignore_ascii_case(&user.login.value))
            {
                clash(wrong(
                    name,
                    token,
                    "the token belongs to another user of this forge",
                ));
            }
        }
    }
    for organization in &file.organizations {
        let wanted = (
            &organization.login,
            organization.id.as_ref(),
            AccountKind::Organization,
        );
        account(forge, name, wanted, &mut clash).await?;
    }
    for repository in &file.repositories {
        let Some((owner, short)) = repository.name.value.split_once('/') else {
            continue;
        };
        let Some(account) = optional(forge.account(owner).await)? else {
            continue;
        };
        let Some(repo) = optional(forge.repo(&Actor::new(account.clone()), owner, short).await)?
        else {
            continue;
        };
        for (number, issue) in (1..).zip(&repository.issues) {
            let present = optional(
                forge
                    .issue(&Actor::new(account.clone()), &repo, number)
                    .await,
            )?;
            if present.is_some_and(|present| present.is_pull || present.title != issue.title.value)
            {
                let message = format!(
                    "number {number} of {} is something else already",
                    repository.name.value
                );
                clash(wrong(name, &issue.title, &message));
            }
        }
    }
    for project in &file.projects {
        let Some(owner) = optional(forge.account(&project.owner.value).await)? else {
            continue;
        };
        let present = optional(
            forge
                .project(&Actor::new(owner.clone()), &owner, project.number.value)
                .await,
        )?;
        if present.is_some_and(|present| present.title != project.title.value) {
            let message = format!(
                "project {} of {} has another title already",
                project.number.value, owner.login
            );
            clash(wrong(name, &project.title, &message));
        }
    }
    Ok(found)
}

async fn account(
    forge: &Forge,
    name: &str,
    (login, id, kind): (&Spanned<String>, Option<&Spanned<i64>>, AccountKind),
    clash: &mut impl FnMut(Finding),
) -> Answer<()> {
    let by_login = optional(forge.account(&login.value).await)?;
    if by_login
        .as_ref()
        .is_some_and(|account| account.kind != kind)
    {
        clash(wrong(
            name,
            login,
            "the login belongs to an account of another kind",
        ));
    }
    let Some(id) = id else { return Ok(()) };
    let by_id: Option<Account> = optional(forge.account_by_id(AccountId(id.value)).await)?;
    let other_login =
        by_id.is_some_and(|account| !account.login.eq_ignore_ascii_case(&login.value));
    if other_login || by_login.is_some_and(|account| account.id.0 != id.value) {
        let message = format!(
            "`{}` and the id {} do not belong together in this forge",
            login.value, id.value
        );
        clash(wrong(name, id, &message));
    }
    Ok(())
}

fn wrong<T>(name: &str, at: &Spanned<T>, message: &str) -> Finding {
    let help = "correct the seed, or begin with an empty folder: what a forge holds is never changed by a seed";
    Finding::error(Code::SeedInvalid, message, help).at(yaml::location(name, at))
}

fn optional<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Refusal::NotFound(_) | Refusal::Unauthorized) => Ok(None),
        Err(other) => Err(other),
    }
}
