//! Values of an item in the fields of its board.

use async_graphql::{Context, ID, Interface, Object, Result, Union};

use super::{
    field::{ProjectV2FieldConfiguration, color},
    item::ProjectV2Item,
};
use crate::{
    graphql::{
        absent::{
            ProjectV2ItemFieldDateValue, ProjectV2ItemFieldIterationValue,
            ProjectV2ItemFieldNumberValue,
        },
        actor::Actor,
        call::Call,
        enums::ProjectV2SingleSelectFieldOptionColor,
        page::connection,
        scalar::DateTime,
    },
    model::{Field, FieldKind, FieldOption, FieldValue, ItemValue},
};

/// A value of any kind.
#[derive(Union)]
pub(crate) enum ProjectV2ItemFieldValue {
    // Queries name the types; such values are not kept.
    Date(ProjectV2ItemFieldDateValue),
    Iteration(ProjectV2ItemFieldIterationValue),
    Number(ProjectV2ItemFieldNumberValue),
    SingleSelect(ProjectV2ItemFieldSingleSelectValue),
    Text(ProjectV2ItemFieldTextValue),
}

connection!(
    ProjectV2ItemFieldValueConnection,
    ProjectV2ItemFieldValueEdge,
    ProjectV2ItemFieldValue
);

/// What every value has.
#[derive(Interface)]
#[graphql(
    field(name = "created_at", ty = "DateTime"),
    field(name = "creator", ty = "Option<Actor>"),
    field(name = "field", ty = "ProjectV2FieldConfiguration"),
    field(name = "id", ty = "ID"),
    field(name = "item", ty = "ProjectV2Item"),
    field(name = "updated_at", ty = "DateTime")
)]
// Queries name the interface; no field returns it.
pub(crate) enum ProjectV2ItemFieldValueCommon {
    SingleSelect(ProjectV2ItemFieldSingleSelectValue),
    Text(ProjectV2ItemFieldTextValue),
}

impl ProjectV2ItemFieldValue {
    /// All values of an item: its title, then those that were set.
    pub(crate) async fn all(ctx: &Context<'_>, item: &ProjectV2Item) -> Result<Vec<Self>> {
        let fields = Call::of(ctx)?.forge().fields(&item.project).await?;
        let values = fields.into_iter().filter_map(|field| {
            let place = |field| Place {
                item: item.clone(),
                field,
            };
            if field.kind == FieldKind::Title {
                let text = item.content.issue.as_ref()?.title.clone();
                let value = None;
                let of = place(field);
                return Some(Self::Text(ProjectV2ItemFieldTextValue { of, text, value }));
            }
            let set = item
                .content
                .item
                .values
                .iter()
                .find(|value| value.field == field.id)?;
            let value = set.clone();
            let of = place(field);
            Some(match set.value.clone() {
                FieldValue::Text(text) => Self::Text(ProjectV2ItemFieldTextValue {
                    of,
                    text,
                    value: Some(value),
                }),
                FieldValue::SingleSelect(option) => {
                    Self::SingleSelect(ProjectV2ItemFieldSingleSelectValue { of, option, value })
                }
            })
        });
        Ok(values.collect())
    }

    pub(crate) fn field_name(&self) -> &str {
        match self {
            Self::Date(never) => match *never {},
            Self::Iteration(never) => match *never {},
            Self::Number(never) => match *never {},
            Self::SingleSelect(value) => &value.of.field.name,
            Self::Text(value) => &value.of.field.name,
        }
    }
}

/// Where a value stands.
struct Place {
    item: ProjectV2Item,
    field: Field,
}

impl Place {
    fn field(&self) -> ProjectV2FieldConfiguration {
        ProjectV2FieldConfiguration::new(self.item.project.clone(), self.field.clone())
    }
}

/// A chosen option.
pub(crate) struct ProjectV2ItemFieldSingleSelectValue {
    of: Place,
    option: FieldOption,
    value: ItemValue,
}

#[Object]
impl ProjectV2ItemFieldSingleSelectValue {
    pub(crate) async fn id(&self) -> ID {
        self.value.node_id().to_string().into()
    }

    async fn name(&self) -> Option<&str> {
        Some(&self.option.name)
    }

    async fn option_id(&self) -> Option<&str> {
        Some(&self.option.id)
    }

    async fn color(&self) -> ProjectV2SingleSelectFieldOptionColor {
        color(&self.option.color)
    }

    async fn description(&self) -> Option<&str> {
        Some(&self.option.description)
    }

    pub(crate) async fn field(&self) -> ProjectV2FieldConfiguration {
        self.of.field()
    }

    pub(crate) async fn item(&self) -> ProjectV2Item {
        self.of.item.clone()
    }

    pub(crate) async fn creator(&self) -> Option<Actor> {
        Some(self.value.creator.clone().into())
    }

    pub(crate) async fn created_at(&self) -> DateTime {
        self.value.created_at.into()
    }

    pub(crate) async fn updated_at(&self) -> DateTime {
        self.value.updated_at.into()
    }
}

/// A text. The title is one that the board takes from the item's content.
pub(crate) struct ProjectV2ItemFieldTextValue {
    of: Place,
    text: String,
    value: Option<ItemValue>,
}

#[Object]
impl ProjectV2ItemFieldTextValue {
    pub(crate) async fn id(&self) -> ID {
        match &self.value {
            Some(value) => value.node_id().to_string().into(),
            None => {
                let item = self.of.item.content.item.node_id();
                format!("{item}_{}", self.of.field.id).into()
            }
        }
    }

    async fn text(&self) -> Option<&str> {
        Some(&self.text)
    }

    pub(crate) async fn field(&self) -> ProjectV2FieldConfiguration {
        self.of.field()
    }

    pub(crate) async fn item(&self) -> ProjectV2Item {
        self.of.item.clone()
    }

    pub(crate) async fn creator(&self) -> Option<Actor> {
        let item = &self.of.item.content.item;
        let creator = self
            .value
            .as_ref()
            .map_or(&item.creator, |value| &value.creator);
        Some(creator.clone().into())
    }

    pub(crate) async fn created_at(&self) -> DateTime {
        let item = &self.of.item.content.item;
        self.value
            .as_ref()
            .map_or(item.created_at, |value| value.created_at)
            .into()
    }

    pub(crate) async fn updated_at(&self) -> DateTime {
        let item = &self.of.item.content.item;
        self.value
            .as_ref()
            .map_or(item.updated_at, |value| value.updated_at)
            .into()
    }
}
