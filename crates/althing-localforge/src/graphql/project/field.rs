//! Fields of a board.

use async_graphql::{ID, Interface, Object, SimpleObject, Union};

use super::ProjectV2;
use crate::{
    graphql::{
        absent::ProjectV2IterationField,
        enums::{ProjectV2FieldType, ProjectV2SingleSelectFieldOptionColor as Color},
        page::connection,
        scalar::DateTime,
    },
    model::{Field, FieldKind, FieldOption, Project},
};

/// A field of any kind.
#[derive(Union)]
pub(crate) enum ProjectV2FieldConfiguration {
    // Queries name the type; iterations are not kept.
    Iteration(ProjectV2IterationField),
    Plain(ProjectV2Field),
    SingleSelect(ProjectV2SingleSelectField),
}

connection!(
    ProjectV2FieldConfigurationConnection,
    ProjectV2FieldConfigurationEdge,
    ProjectV2FieldConfiguration
);

/// What every field has.
#[derive(Interface)]
#[graphql(
    field(name = "created_at", ty = "DateTime"),
    field(name = "data_type", ty = "ProjectV2FieldType"),
    field(name = "database_id", ty = "Option<i64>"),
    field(name = "id", ty = "ID"),
    field(name = "name", ty = "String"),
    field(name = "project", ty = "ProjectV2")
)]
// Queries name the interface; no field returns it.
pub(crate) enum ProjectV2FieldCommon {
    Plain(ProjectV2Field),
    SingleSelect(ProjectV2SingleSelectField),
}

impl ProjectV2FieldConfiguration {
    pub(crate) fn new(project: Project, field: Field) -> Self {
        match field.kind.clone() {
            FieldKind::Title => Self::Plain(ProjectV2Field {
                project,
                field,
                kind: ProjectV2FieldType::Title,
            }),
            FieldKind::Text => Self::Plain(ProjectV2Field {
                project,
                field,
                kind: ProjectV2FieldType::Text,
            }),
            FieldKind::SingleSelect(options) => Self::SingleSelect(ProjectV2SingleSelectField {
                project,
                field,
                choices: options,
            }),
        }
    }
}

/// A field that holds text.
pub(crate) struct ProjectV2Field {
    project: Project,
    field: Field,
    kind: ProjectV2FieldType,
}

#[Object]
impl ProjectV2Field {
    pub(crate) async fn id(&self) -> ID {
        self.field.node_id().to_string().into()
    }

    pub(crate) async fn database_id(&self) -> Option<i64> {
        Some(self.field.id.0)
    }

    pub(crate) async fn name(&self) -> String {
        self.field.name.clone()
    }

    pub(crate) async fn data_type(&self) -> ProjectV2FieldType {
        self.kind
    }

    pub(crate) async fn created_at(&self) -> DateTime {
        self.field.created_at.into()
    }

    pub(crate) async fn project(&self) -> ProjectV2 {
        ProjectV2(self.project.clone())
    }
}

/// A field that holds one of its options.
pub(crate) struct ProjectV2SingleSelectField {
    project: Project,
    field: Field,
    choices: Vec<FieldOption>,
}

#[Object]
impl ProjectV2SingleSelectField {
    pub(crate) async fn id(&self) -> ID {
        self.field.node_id().to_string().into()
    }

    pub(crate) async fn database_id(&self) -> Option<i64> {
        Some(self.field.id.0)
    }

    pub(crate) async fn name(&self) -> String {
        self.field.name.clone()
    }

    pub(crate) async fn data_type(&self) -> ProjectV2FieldType {
        ProjectV2FieldType::SingleSelect
    }

    pub(crate) async fn created_at(&self) -> DateTime {
        self.field.created_at.into()
    }

    pub(crate) async fn project(&self) -> ProjectV2 {
        ProjectV2(self.project.clone())
    }

    async fn options(&self, names: Option<Vec<String>>) -> Vec<ProjectV2SingleSelectFieldOption> {
        let wanted = |option: &&FieldOption| {
            names
                .as_ref()
                .is_none_or(|names| names.contains(&option.name))
        };
        self.choices.iter().filter(wanted).map(Into::into).collect()
    }
}

/// An option.
#[derive(SimpleObject)]
pub(crate) struct ProjectV2SingleSelectFieldOption {
    color: Color,
    description: String,
    id: String,
    name: String,
}

impl From<&FieldOption> for ProjectV2SingleSelectFieldOption {
    fn from(option: &FieldOption) -> Self {
        Self {
            color: color(&option.color),
            description: option.description.clone(),
            id: option.id.clone(),
            name: option.name.clone(),
        }
    }
}

/// The colour with a name; grey when there is none such.
pub(crate) fn color(name: &str) -> Color {
    match name {
        "BLUE" => Color::Blue,
        "GREEN" => Color::Green,
        "ORANGE" => Color::Orange,
        "PINK" => Color::Pink,
        "PURPLE" => Color::Purple,
        "RED" => Color::Red,
        "YELLOW" => Color::Yellow,
        _ => Color::Gray,
    }
}

/// The name that [`color`] reads.
pub(crate) fn color_name(color: Color) -> &'static str {
    match color {
        Color::Blue => "BLUE",
        Color::Gray => "GRAY",
        Color::Green => "GREEN",
        Color::Orange => "ORANGE",
        Color::Pink => "PINK",
        Color::Purple => "PURPLE",
        Color::Red => "RED",
        Color::Yellow => "YELLOW",
    }
}
