//! Project boards.

pub(crate) mod field;
pub(crate) mod item;
pub(crate) mod value;

use async_graphql::{Context, ID, Interface, Object, Result};

use super::{
    actor::{Organization, User},
    call::Call,
    enums::{ProjectV2Order, ProjectV2OrderField},
    page::{Page, PageArgs, connection},
    scalar::{BigInt, DateTime, Uri},
};
use crate::model::{self, Account, AccountKind, ItemWithIssue, WEB_URL, Window};
use field::{ProjectV2FieldConfiguration, ProjectV2FieldConfigurationConnection};
pub(crate) use item::{ProjectV2Item, ProjectV2ItemConnection};

/// Whoever has boards.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID"),
    field(
        name = "projectV2",
        method = "project_v2",
        ty = "Option<Result<ProjectV2>>",
        arg(name = "number", ty = "i64")
    ),
    field(
        name = "projectsV2",
        method = "projects_v2",
        ty = "ProjectV2Connection",
        arg(name = "after", ty = "Option<String>"),
        arg(name = "before", ty = "Option<String>"),
        arg(name = "first", ty = "Option<i32>"),
        arg(name = "last", ty = "Option<i32>"),
        arg(name = "order_by", ty = "Option<ProjectV2Order>"),
        arg(name = "query", ty = "Option<String>")
    )
)]
pub(crate) enum ProjectV2Owner {
    User(User),
    Organization(Organization),
}

impl From<Account> for ProjectV2Owner {
    fn from(account: Account) -> Self {
        match account.kind {
            AccountKind::User => ProjectV2Owner::User(User(account)),
            AccountKind::Organization => ProjectV2Owner::Organization(Organization(account)),
        }
    }
}

/// A board.
pub(crate) struct ProjectV2(pub(crate) model::Project);

connection!(ProjectV2Connection, ProjectV2Edge, ProjectV2);

impl ProjectV2 {
    fn path(&self) -> String {
        let kind = match self.0.owner.kind {
            AccountKind::User => "users",
            AccountKind::Organization => "orgs",
        };
        format!("/{kind}/{}/projects/{}", self.0.owner.login, self.0.number)
    }
}

#[Object]
impl ProjectV2 {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn full_database_id(&self) -> Option<BigInt> {
        Some(BigInt(self.0.id.to_string()))
    }

    async fn number(&self) -> i64 {
        self.0.number
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn short_description(&self) -> Option<&str> {
        self.0.short_description.as_deref()
    }

    async fn readme(&self) -> Option<&str> {
        None
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", self.path()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(self.path())
    }

    async fn owner(&self) -> ProjectV2Owner {
        self.0.owner.clone().into()
    }

    async fn closed(&self) -> bool {
        self.0.closed
    }

    async fn public(&self) -> bool {
        self.0.public
    }

    async fn template(&self) -> bool {
        false
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    async fn viewer_can_update(&self) -> bool {
        self.0.writable
    }

    async fn field(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> Result<Option<ProjectV2FieldConfiguration>> {
        let fields = Call::of(ctx)?.forge().fields(&self.0).await?;
        let found = fields.into_iter().find(|field| field.name == name);
        Ok(found.map(|field| ProjectV2FieldConfiguration::new(self.0.clone(), field)))
    }

    async fn fields(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ProjectV2FieldConfigurationConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let fields = Call::of(ctx)?.forge().fields(&self.0).await?;
        let view = |field| ProjectV2FieldConfiguration::new(self.0.clone(), field);
        Ok(ProjectV2FieldConfigurationConnection::from(Page::new(
            window.cut(fields),
            view,
        )))
    }

    async fn items(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ProjectV2ItemConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let items = call.forge().items(&call.actor, &self.0, "", window).await?;
        Ok(ProjectV2ItemConnection::from(Page::new(items, |item| {
            ProjectV2Item::new(self.0.clone(), item)
        })))
    }
}

/// An owner's project with a number.
pub(crate) async fn by_number(
    ctx: &Context<'_>,
    owner: &Account,
    number: i64,
) -> Result<ProjectV2> {
    let call = Call::of(ctx)?;
    Ok(ProjectV2(
        call.forge().project(&call.actor, owner, number).await?,
    ))
}

/// An owner's projects. `query` is words of the title and `is:open` or `is:closed`.
pub(crate) async fn list(
    ctx: &Context<'_>,
    owner: &Account,
    args: PageArgs,
    order: Option<ProjectV2Order>,
    query: Option<String>,
) -> Result<ProjectV2Connection> {
    let window = args.window(ctx)?;
    let call = Call::of(ctx)?;
    let query = query.unwrap_or_default();
    let (states, words): (Vec<&str>, Vec<&str>) = query
        .split_whitespace()
        .partition(|word| matches!(*word, "is:open" | "is:closed"));
    let words = words.join(" ");
    let words = Some(words.as_str()).filter(|words| !words.is_empty());
    let all = call
        .forge()
        .projects(&call.actor, owner, words, Window::ALL)
        .await?;
    let mut projects = all.items;
    projects.retain(|project| {
        let state = if project.closed {
            "is:closed"
        } else {
            "is:open"
        };
        states.is_empty() || states.contains(&state)
    });
    if let Some(order) = order {
        match order.field {
            ProjectV2OrderField::CreatedAt => projects.sort_by_key(|project| project.created_at),
            ProjectV2OrderField::Number => projects.sort_by_key(|project| project.number),
            ProjectV2OrderField::Title => projects.sort_by(|a, b| a.title.cmp(&b.title)),
            ProjectV2OrderField::UpdatedAt => projects.sort_by_key(|project| project.updated_at),
        }
        order.direction.turn(&mut projects);
    }
    Ok(ProjectV2Connection::from(Page::new(
        window.cut(projects),
        ProjectV2,
    )))
}

/// The places of an issue or pull request on boards.
pub(crate) async fn items_of(
    ctx: &Context<'_>,
    issue: &model::Issue,
    args: &PageArgs,
    include_archived: bool,
) -> Result<ProjectV2ItemConnection> {
    let window = args.window(ctx)?;
    let call = Call::of(ctx)?;
    let mut places = call.forge().items_of(&call.actor, issue).await?;
    places.retain(|(_, item)| include_archived || !item.archived);
    Ok(ProjectV2ItemConnection::from(Page::new(
        window.cut(places),
        |(project, item)| {
            let content = ItemWithIssue {
                item,
                issue: Some(issue.clone()),
            };
            ProjectV2Item::new(project, content)
        },
    )))
}
