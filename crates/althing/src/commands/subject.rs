//! `althing subject …`: what is being decided, and what it waits for.

mod explain;
mod list;
mod next;
mod show;

use althing_charter::{Charter, Context, Subject};
use althing_council::{Book, CouncilError};
use althing_diag::{
    Code, Exit, Finding,
    id::{Account, SubjectId},
};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

use crate::{commands::act::Place, failure::Failure, output::Output};

/// Commands that look at subjects.
#[derive(Debug, Subcommand)]
pub(crate) enum SubjectCommand {
    /// List the subjects.
    List(list::ListArgs),
    /// Show a subject as the record has made it.
    Show(OneArgs),
    /// Tell in plain words how a subject came to stand where it does, and what it waits for.
    Explain(OneArgs),
    /// Say what a subject waits for, who can act, and when the next timer ends.
    Next(OneArgs),
}

/// Flags of commands about one subject.
#[derive(Debug, Args)]
pub(crate) struct OneArgs {
    /// The subject.
    id: SubjectId,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(command: SubjectCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        SubjectCommand::List(args) => list::run(&args, output).await,
        SubjectCommand::Show(args) => show::run(&args, output).await,
        SubjectCommand::Explain(args) => explain::run(&args, output).await,
        SubjectCommand::Next(args) => next::run(&args, output).await,
    }
}

/// The subject with the charter that it is decided by.
fn find<'a>(book: &'a Book, id: &SubjectId) -> Result<(&'a Subject, &'a Charter), CouncilError> {
    let subject = book.subject(id);
    let charter = subject.and_then(|subject| book.charter(subject.charter));
    subject.zip(charter).ok_or_else(|| {
        let message = format!("there is no subject `{id}`");
        let help = "`althing subject list` shows those there are";
        CouncilError::Refused(Box::new(Finding::error(
            Code::SubjectUnknown,
            message,
            help,
        )))
    })
}

/// What decisions about a subject are taken by, seen from outside.
struct Outlook {
    people: BTreeMap<String, Account>,
}

impl Outlook {
    fn of(book: &Book) -> Self {
        let members = book
            .community()
            .into_iter()
            .flat_map(|it| it.members().iter());
        let people = members.map(|member| {
            let account = Account {
                id: member.id,
                login: member.login.clone(),
            };
            (member.login.to_lowercase(), account)
        });
        Self {
            people: people.collect(),
        }
    }

    fn context<'a>(
        &'a self,
        book: &'a Book,
        charter: &'a Charter,
        now: Timestamp,
    ) -> Option<Context<'a>> {
        Some(Context {
            charter,
            members: book.community()?.members(),
            people: &self.people,
            catalog: &Value::Null,
            now,
        })
    }
}
