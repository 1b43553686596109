//! `althing subject show`.

use althing_charter::{Subject, what_next};
use althing_council::status::{StatusView, status_comment};
use althing_diag::Exit;
use serde_json::json;

use super::{OneArgs, Outlook, find};
use crate::{failure::Failure, output::Output};

pub(super) async fn run(args: &OneArgs, output: &mut Output) -> Result<Exit, Failure> {
    let now = args.place.now();
    let (subject, page) = args
        .place
        .look(async |book, _, _| {
            let (subject, charter) = find(book, &args.id)?;
            let outlook = Outlook::of(book);
            let page = outlook.context(book, charter, now).and_then(|context| {
                Some(status_comment(&StatusView {
                    subject,
                    lifecycle: charter.lifecycle(&subject.lifecycle)?,
                    charter,
                    members: context.members,
                    people: &outlook.people,
                    ways: &what_next(&context, subject),
                    entry: book.last_entry(&args.id),
                }))
            });
            Ok((without_secrets(subject), page.unwrap_or_default()))
        })
        .await?;
    output.answer(json!({ "subject": subject }), || page);
    Ok(Exit::Ok)
}

/// Of a secret vote only numbers leave the program, whoever has the key (L-106).
fn without_secrets(subject: &Subject) -> Subject {
    let mut subject = subject.clone();
    if let Some(vote) = subject.vote.as_mut().filter(|vote| vote.private) {
        vote.ballots.clear();
    }
    if let Some(vote) = subject.closed_vote.as_mut().filter(|vote| vote.private) {
        vote.reasons_against.clear();
    }
    subject
}
