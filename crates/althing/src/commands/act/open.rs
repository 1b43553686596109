//! `althing open`.

use std::collections::BTreeMap;

use althing_charter::{AttributeName, Event, LifecycleName};
use althing_diag::{Exit, id::SubjectId};
use clap::Args;
use serde_json::Value;

use super::{
    Seat, act,
    attributes::{self, SetArg},
    source::{Found, SourceArg},
};
use crate::{failure::Failure, output::Output};

/// Flags of `althing open`.
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// Its kind, for example `proposal`.
    lifecycle: LifecycleName,
    /// Its title; that of the issue or pull request if left out.
    #[arg(long)]
    title: Option<String>,
    /// An attribute; may be given several times. Lists are written as in JSON.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<SetArg>,
    /// What it comes from: OWNER/NAME#NUMBER of an issue or pull request, or a file.
    #[arg(long, value_name = "ISSUE|PR|FILE")]
    from: Option<SourceArg>,
    /// Its name; the source's if left out, else its kind with the next free number.
    #[arg(long = "name", value_name = "NAME")]
    id: Option<SubjectId>,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: OpenArgs, output: &mut Output) -> Result<Exit, Failure> {
    let found = match &args.from {
        Some(source) => Some(source.find().await?),
        None => None,
    };
    let opening = Opening {
        lifecycle: args.lifecycle,
        title: args.title,
        set: attributes::of(args.set),
        id: args.id,
        found,
    };
    open(&args.seat, opening, output).await
}

/// What is opened.
pub(super) struct Opening {
    pub(super) lifecycle: LifecycleName,
    pub(super) title: Option<String>,
    pub(super) set: BTreeMap<AttributeName, Value>,
    pub(super) id: Option<SubjectId>,
    pub(super) found: Option<Found>,
}

/// Opens a subject under the name that was asked for, that of its source, or the next free one.
pub(super) async fn open(
    seat: &Seat,
    opening: Opening,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let Opening {
        lifecycle,
        title,
        set,
        id,
        found,
    } = opening;
    let wanted = found.as_ref().map(|found| found.id.clone());
    let (source, found_title, body) = match found {
        Some(found) => (Some(found.source), Some(found.title), found.body),
        None => (None, None, String::new()),
    };
    act(
        seat,
        |council| id.unwrap_or_else(|| council.free_name(&lifecycle, wanted.as_ref())),
        |id| Event::Open {
            id: id.clone(),
            title: title.or(found_title).unwrap_or_default(),
            lifecycle: lifecycle.clone(),
            set,
            source,
            body,
        },
        output,
    )
    .await
}
