//! Reactions and what they are on.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::{
    actor::User,
    call::Call,
    comment::IssueComment,
    enums::ReactionContent,
    issue::Issue,
    page::{Page, PageArgs, PageInfo},
    pull::PullRequest,
    scalar::DateTime,
};
use crate::{
    forge::Refusal,
    model::{self, Account, ReactionSubject},
};

/// What can be reacted to.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID"),
    field(name = "database_id", ty = "Option<i64>"),
    field(name = "reaction_groups", ty = "Option<Vec<ReactionGroup>>"),
    field(name = "viewer_can_react", ty = "bool")
)]
pub(crate) enum Reactable {
    Issue(Issue),
    PullRequest(PullRequest),
    IssueComment(IssueComment),
}

/// A reaction.
pub(crate) struct Reaction(pub(crate) model::Reaction);

#[Object]
impl Reaction {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    async fn content(&self) -> Result<ReactionContent> {
        content(&self.0.content).ok_or_else(|| "a reaction of an unknown kind".into())
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    async fn user(&self) -> Option<User> {
        Some(User(self.0.user.clone()))
    }
}

/// Everybody who reacted in one way.
pub(crate) struct ReactionGroup {
    content: ReactionContent,
    users: Vec<Account>,
}

#[Object]
impl ReactionGroup {
    async fn content(&self) -> ReactionContent {
        self.content
    }

    async fn viewer_has_reacted(&self, ctx: &Context<'_>) -> Result<bool> {
        let viewer = Call::of(ctx)?.actor.user.id;
        Ok(self.users.iter().any(|user| user.id == viewer))
    }

    async fn users(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ReactingUserConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        Ok(ReactingUserConnection(Page::new(
            window.cut(self.users.clone()),
            User,
        )))
    }
}

/// Users who reacted.
pub(crate) struct ReactingUserConnection(Page<User>);

#[Object]
impl ReactingUserConnection {
    async fn nodes(&self) -> Option<Vec<Option<&User>>> {
        Some(self.0.items.iter().map(|(_, user)| Some(user)).collect())
    }

    async fn page_info(&self) -> &PageInfo {
        &self.0.info
    }

    async fn total_count(&self) -> u64 {
        self.0.total
    }
}

/// The eight groups of a subject, also those nobody is in, as GitHub gives them.
pub(crate) async fn groups(
    ctx: &Context<'_>,
    on: ReactionSubject,
) -> Result<Option<Vec<ReactionGroup>>> {
    let call = Call::of(ctx)?;
    let reactions = match call.forge().reactions(&call.actor, on).await {
        // It was deleted after it was listed; that must not fail the list.
        Err(Refusal::NotFound(_)) => return Ok(None),
        found => found?,
    };
    let group = |(name, content): (&str, ReactionContent)| ReactionGroup {
        content,
        users: reactions
            .iter()
            .filter(|reaction| reaction.content == name)
            .map(|reaction| reaction.user.clone())
            .collect(),
    };
    Ok(Some(CONTENTS.into_iter().map(group).collect()))
}

const CONTENTS: [(&str, ReactionContent); 8] = [
    ("+1", ReactionContent::ThumbsUp),
    ("-1", ReactionContent::ThumbsDown),
    ("laugh", ReactionContent::Laugh),
    ("hooray", ReactionContent::Hooray),
    ("confused", ReactionContent::Confused),
    ("heart", ReactionContent::Heart),
    ("rocket", ReactionContent::Rocket),
    ("eyes", ReactionContent::Eyes),
];

fn content(name: &str) -> Option<ReactionContent> {
    CONTENTS
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, content)| content)
}

/// The REST name of a reaction.
pub(crate) fn rest_name(content: ReactionContent) -> &'static str {
    CONTENTS
        .into_iter()
        .find(|(_, known)| *known == content)
        .map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::content;
    use crate::model::REACTIONS;

    #[test]
    fn every_reaction_of_the_domain_has_a_content() {
        for name in REACTIONS {
            assert!(content(name).is_some(), "{name}");
        }
    }
}
