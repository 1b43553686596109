//! Search for issues and pull requests.

use super::{
    Actor, Answer, Forge, Refusal, horizon,
    terms::{self, Applied, Bind, Conditions},
};
use crate::model::{Issue, Slice, Sort, Window};

impl Forge {
    /// Issues and pull requests that match a search text such as
    /// `repo:o/n is:issue state:open label:"a b" author:x in:title words`, newest first, in all
    /// repositories that the actor sees.
    ///
    /// A qualifier that is not served is refused: an answer that ignores it would be wrong.
    pub async fn search_issues(
        &self,
        actor: &Actor,
        query: &str,
        window: Window,
    ) -> Answer<Slice<Issue>> {
        let terms = terms::parse(query);
        let mut conditions = Conditions::new();
        conditions.sql(
            "EXISTS (SELECT 1 FROM access x WHERE x.repo_id = i.repo_id AND x.account_id = ? AND x.level > 0)",
            [Bind::Number(actor.user.id.0)],
        );
        conditions.add("i.created_at <= ", horizon(actor));
        let (mut columns, mut sort, mut ascending) =
            (vec!["i.title", "i.body"], Sort::Created, false);
        for term in &terms {
            match (term.key.as_deref(), term.values.as_slice()) {
                (Some("in"), values) => columns = searched_columns(values)?,
                (Some("sort"), [order]) => (sort, ascending) = sorting(order)?,
                _ => {}
            }
        }
        for term in &terms {
            match term.key.as_deref() {
                Some("in" | "sort") => {}
                None => {
                    for value in &term.values {
                        terms::word(&mut conditions, &columns, value, term.negated);
                    }
                }
                Some(key) => {
                    if terms::apply(&mut conditions, &at_me(actor, term)) == Applied::No {
                        let message =
                            format!("The search qualifier `{key}` is not served with that value");
                        return Err(Refusal::custom("Search", message));
                    }
                }
            }
        }
        self.select_issues(conditions, sort, ascending, window)
            .await
    }
}

/// The term with `@me` replaced by the actor's login.
pub(super) fn at_me(actor: &Actor, term: &terms::Term) -> terms::Term {
    let mut term = term.clone();
    for value in &mut term.values {
        if value == "@me" {
            value.clone_from(&actor.user.login);
        }
    }
    term
}

fn searched_columns(values: &[String]) -> Answer<Vec<&'static str>> {
    values
        .iter()
        .map(|value| match value.as_str() {
            "title" => Ok("i.title"),
            "body" => Ok("i.body"),
            "comments" => Ok("(SELECT coalesce(group_concat(c.body, ' '), '') FROM comment c WHERE c.issue_id = i.id)"),
            other => Err(Refusal::custom("Search", format!("`in:{other}` is not served"))),
        })
        .collect()
}

fn sorting(order: &str) -> Answer<(Sort, bool)> {
    let (key, direction) = order.rsplit_once('-').unwrap_or((order, "desc"));
    let sort = match key {
        "created" => Sort::Created,
        "updated" => Sort::Updated,
        "comments" => Sort::Comments,
        other => {
            return Err(Refusal::custom(
                "Search",
                format!("`sort:{other}` is not served"),
            ));
        }
    };
    Ok((sort, direction == "asc"))
}
