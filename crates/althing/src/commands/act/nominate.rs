//! `althing nominate`.

use althing_charter::{AttributeName, InvalidName, LifecycleName, RoleRef};
use althing_diag::{Exit, id::SubjectId};
use clap::Args;
use serde_json::{Value, json};

use super::{
    Seat,
    attributes::{self, SetArg},
    open::{Opening, open},
    source::SourceArg,
};
use crate::{failure::Failure, output::Output};

/// Flags of `althing nominate`.
#[derive(Debug, Args)]
pub(crate) struct NominateArgs {
    /// Who: a login; with `--person` if it is no member.
    login: String,
    /// For which role, for example `maintainer@project`.
    role: RoleRef,
    /// A further attribute; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<SetArg>,
    /// What the nomination comes from.
    #[arg(long, value_name = "ISSUE|PR|FILE")]
    from: Option<SourceArg>,
    /// Its name; `nomination` with the next free number if left out.
    #[arg(long = "name", value_name = "NAME")]
    id: Option<SubjectId>,
    /// The lifecycle of nominations.
    #[arg(long, default_value = "nomination")]
    lifecycle: LifecycleName,
    #[command(flatten)]
    seat: Seat,
}

pub(super) async fn run(args: NominateArgs, output: &mut Output) -> Result<Exit, Failure> {
    let found = match &args.from {
        Some(source) => Some(source.find().await?),
        None => None,
    };
    let name = |text: &str| -> Result<AttributeName, Failure> {
        let error = |error: InvalidName| Failure::internal("naming an attribute", error);
        text.parse().map_err(error)
    };
    let mut set = attributes::of(args.set);
    set.insert(name("nominee")?, Value::String(args.login.clone()));
    set.insert(name("role")?, json!(args.role));
    let opening = Opening {
        lifecycle: args.lifecycle,
        title: Some(format!("Nominate {} for {}", args.login, args.role)),
        set,
        id: args.id,
        found,
    };
    open(&args.seat, opening, output).await
}
