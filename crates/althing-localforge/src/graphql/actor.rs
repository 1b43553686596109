//! Accounts as seen by clients: users, organizations, and those who act.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::{
    call::Call,
    enums::ProjectV2Order,
    page::{Page, PageArgs, connection},
    project::{self, ProjectV2, ProjectV2Connection},
    repository::{Repository, RepositoryConnection},
    scalar::{DateTime, Uri},
    team::{Team, TeamConnection},
};
use crate::{
    graphql::enums::TeamOrder,
    model::{Account, AccountKind, WEB_URL, Window},
};

/// Whoever opens, writes or reacts.
#[derive(Interface)]
#[graphql(
    field(name = "login", ty = "String"),
    field(name = "resource_path", ty = "Uri"),
    field(name = "url", ty = "Uri"),
    field(
        name = "avatar_url",
        ty = "Uri",
        arg(name = "size", ty = "Option<i32>")
    )
)]
pub(crate) enum Actor {
    User(User),
    Organization(Organization),
    // Queries name the type; this forge has users only.
    Bot(Bot),
    // Queries name the type; this forge has users only.
    Mannequin(Mannequin),
}

impl From<Account> for Actor {
    fn from(account: Account) -> Self {
        match account.kind {
            AccountKind::User => Actor::User(User(account)),
            AccountKind::Organization => Actor::Organization(Organization(account)),
        }
    }
}

/// Whoever owns repositories.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID"),
    field(name = "login", ty = "String"),
    field(name = "resource_path", ty = "Uri"),
    field(name = "url", ty = "Uri"),
    field(
        name = "avatar_url",
        ty = "Uri",
        arg(name = "size", ty = "Option<i32>")
    ),
    field(
        name = "repository",
        ty = "Option<Result<Repository>>",
        arg(name = "name", ty = "String")
    )
)]
pub(crate) enum RepositoryOwner {
    User(User),
    Organization(Organization),
}

impl From<Account> for RepositoryOwner {
    fn from(account: Account) -> Self {
        match account.kind {
            AccountKind::User => RepositoryOwner::User(User(account)),
            AccountKind::Organization => RepositoryOwner::Organization(Organization(account)),
        }
    }
}

/// A person.
pub(crate) struct User(pub(crate) Account);

#[Object]
impl User {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    pub(crate) async fn login(&self) -> String {
        self.0.login.clone()
    }

    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    async fn email(&self) -> &str {
        self.0.email.as_deref().unwrap_or("")
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    async fn is_viewer(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Call::of(ctx)?.actor.user.id == self.0.id)
    }

    pub(crate) async fn resource_path(&self) -> Uri {
        path(&self.0)
    }

    pub(crate) async fn url(&self) -> Uri {
        address(&self.0)
    }

    pub(crate) async fn avatar_url(&self, size: Option<i32>) -> Uri {
        avatar(&self.0, size)
    }

    async fn organizations(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<OrganizationConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let all = Call::of(ctx)?.forge().organizations_of(self.0.id).await?;
        Ok(OrganizationConnection::from(Page::new(
            window.cut(all),
            Organization,
        )))
    }

    pub(crate) async fn repository(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> Option<Result<Repository>> {
        Some(repository(ctx, &self.0, &name).await)
    }

    async fn repositories(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<RepositoryConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        repositories(ctx, &self.0, window).await
    }

    #[graphql(name = "projectV2")]
    pub(crate) async fn project_v2(
        &self,
        ctx: &Context<'_>,
        number: i64,
    ) -> Option<Result<ProjectV2>> {
        Some(project::by_number(ctx, &self.0, number).await)
    }

    #[graphql(name = "projectsV2")]
    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    pub(crate) async fn projects_v2(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<ProjectV2Order>,
        query: Option<String>,
    ) -> Result<ProjectV2Connection> {
        let args = PageArgs::new(after, before, first, last);
        project::list(ctx, &self.0, args, order_by, query).await
    }
}

/// An organization.
pub(crate) struct Organization(pub(crate) Account);

#[Object]
impl Organization {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    pub(crate) async fn login(&self) -> String {
        self.0.login.clone()
    }

    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    pub(crate) async fn resource_path(&self) -> Uri {
        path(&self.0)
    }

    pub(crate) async fn url(&self) -> Uri {
        address(&self.0)
    }

    pub(crate) async fn avatar_url(&self, size: Option<i32>) -> Uri {
        avatar(&self.0, size)
    }

    pub(crate) async fn repository(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> Option<Result<Repository>> {
        Some(repository(ctx, &self.0, &name).await)
    }

    async fn repositories(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<RepositoryConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        repositories(ctx, &self.0, window).await
    }

    async fn team(&self, ctx: &Context<'_>, slug: String) -> Option<Result<Team>> {
        Some(team(ctx, &self.0, &slug).await)
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn teams(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<TeamOrder>,
        query: Option<String>,
    ) -> Result<TeamConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let mut teams = call.forge().teams(&call.actor, &self.0).await?;
        if let Some(query) = query {
            teams.retain(|team| team.name.contains(&query) || team.slug.contains(&query));
        }
        if let Some(order) = order_by {
            teams.sort_by_cached_key(|team| team.name.to_lowercase());
            order.direction.turn(&mut teams);
        }
        Ok(TeamConnection::from(Page::new(window.cut(teams), Team)))
    }

    /// Classic projects, of which there are none.
    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        #[graphql(name = "orderBy")] _order_by: Option<super::enums::ProjectOrder>,
        #[graphql(name = "states")] _states: Option<Vec<super::enums::ProjectState>>,
    ) -> Result<super::absent::ProjectConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        Ok(super::absent::ProjectConnection::from(Page::new(
            window.cut(Vec::new()),
            |none| none,
        )))
    }

    #[graphql(name = "projectV2")]
    pub(crate) async fn project_v2(
        &self,
        ctx: &Context<'_>,
        number: i64,
    ) -> Option<Result<ProjectV2>> {
        Some(project::by_number(ctx, &self.0, number).await)
    }

    #[graphql(name = "projectsV2")]
    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    pub(crate) async fn projects_v2(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<ProjectV2Order>,
        query: Option<String>,
    ) -> Result<ProjectV2Connection> {
        let args = PageArgs::new(after, before, first, last);
        project::list(ctx, &self.0, args, order_by, query).await
    }
}

connection!(OrganizationConnection, OrganizationEdge, Organization);
connection!(UserConnection, UserEdge, User);

macro_rules! stand_ins {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(Account);

        #[Object]
        impl $name {
            async fn id(&self) -> ID {
                self.0.node_id().to_string().into()
            }

            async fn database_id(&self) -> Option<i64> {
                Some(self.0.id.0)
            }

            pub(crate) async fn login(&self) -> String {
                self.0.login.clone()
            }

            pub(crate) async fn resource_path(&self) -> Uri {
                path(&self.0)
            }

            pub(crate) async fn url(&self) -> Uri {
                address(&self.0)
            }

            pub(crate) async fn avatar_url(&self, size: Option<i32>) -> Uri {
                avatar(&self.0, size)
            }
        }
    )*};
}

stand_ins! {
    /// An account of an app.
    Bot,
    /// A placeholder for an account of another forge.
    Mannequin,
}

fn path(account: &Account) -> Uri {
    Uri(format!("/{}", account.login))
}

fn address(account: &Account) -> Uri {
    Uri(format!("{WEB_URL}/{}", account.login))
}

fn avatar(account: &Account, size: Option<i32>) -> Uri {
    let size = size.map_or_else(String::new, |size| format!("?s={size}"));
    Uri(format!("{WEB_URL}/{}.png{size}", account.login))
}

async fn repository(ctx: &Context<'_>, owner: &Account, name: &str) -> Result<Repository> {
    let call = Call::of(ctx)?;
    let repo = call.forge().repo(&call.actor, &owner.login, name).await?;
    Ok(Repository(repo))
}

async fn repositories(
    ctx: &Context<'_>,
    owner: &Account,
    window: Window,
) -> Result<RepositoryConnection> {
    let call = Call::of(ctx)?;
    let repos = call.forge().repos_of(&call.actor, owner, window).await?;
    Ok(RepositoryConnection::from(Page::new(repos, Repository)))
}

async fn team(ctx: &Context<'_>, org: &Account, slug: &str) -> Result<Team> {
    let call = Call::of(ctx)?;
    Ok(Team(call.forge().team(&call.actor, org, slug).await?))
}
