//! `althing subject explain`.

use althing_charter::Record;
use althing_council::record;
use althing_diag::Exit;
use althing_ledger::Filter;
use serde_json::json;

use super::{OneArgs, Outlook, find};
use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
};

pub(super) async fn run(args: &OneArgs, output: &mut Output) -> Result<Exit, Failure> {
    let now = args.place.now();
    let (subject, history, needs) = args
        .place
        .look(async |book, ledger, _| {
            let (subject, charter) = find(book, &args.id)?;
            let filter = Filter {
                subject: Some(args.id.clone()),
                ..Filter::default()
            };
            let mut history = Vec::new();
            for entry in ledger.entries(&filter).await? {
                if let Some(text) = record(&entry)?.as_ref().and_then(sentence) {
                    history.push((entry.seq, entry.time, entry.actor.login, text));
                }
            }
            let outlook = Outlook::of(book);
            let ways = outlook.context(book, charter, now);
            let ways = ways.map(|context| althing_charter::what_next(&context, subject));
            let needs: Vec<String> = ways
                .into_iter()
                .flatten()
                .flat_map(|way| {
                    let to = way.to;
                    let needs = way.needs.into_iter();
                    needs.map(move |need| format!("to get to `{to}`: {}", need.sentence()))
                })
                .collect();
            Ok((subject.clone(), history, needs))
        })
        .await?;
    let told = history
        .iter()
        .map(|(seq, time, by, text)| json!({ "seq": seq, "time": time, "by": by, "what": text }));
    let answer = json!({
        "subject": args.id,
        "state": subject.state,
        "outcome": subject.outcome,
        "history": told.collect::<Vec<_>>(),
        "needs": needs,
    });
    output.answer(answer, || {
        let outcome = subject.outcome.as_ref();
        let outcome = outcome.map(|word| format!(" ({word})")).unwrap_or_default();
        let mut lines = vec![format!(
            "{BOLD}{}{BOLD:#} {}: `{}`{outcome}",
            args.id, subject.title, subject.state
        )];
        for (seq, time, by, text) in &history {
            lines.push(format!("  {DIM}{seq:>4} {time}{DIM:#} {by} {text}"));
        }
        if !needs.is_empty() {
            lines.push("It waits:".to_owned());
            lines.extend(needs.iter().map(|need| format!("  {need}")));
        }
        lines.join("\n")
    });
    Ok(Exit::Ok)
}

/// What happened, behind the name of whoever did it; `None` for what matters to machines only.
fn sentence(record: &Record) -> Option<String> {
    Some(match record {
        Record::SubjectOpened { title, .. } => format!("opened it: {title}"),
        Record::SubjectEdited { editorial, .. } => match editorial {
            true => "changed its wording".to_owned(),
            false => "changed its meaning: time and approvals begin again".to_owned(),
        },
        Record::VoteOpened { electorate, .. } => {
            format!("opened a vote of {} people", electorate.len())
        }
        Record::BallotCast(_) => "cast a ballot".to_owned(),
        Record::VoteClosed { sentence, .. } => format!("closed the vote: {sentence}"),
        Record::ObjectionRaised { number, reason } => format!("objected ({number}): {reason}"),
        Record::ObjectionResolved { number, .. } => format!("resolved objection {number}"),
        Record::ApprovalGiven { .. } => "approved it".to_owned(),
        Record::EvidenceAttached {
            name, reference, ..
        } => format!("attached `{name}`: {reference}"),
        Record::StateChanged { from, to, why, .. } => {
            format!("moved it from `{from}` to `{to}`: {why}")
        }
        Record::RoleGranted { member, role } => format!("gave `{role}` to {}", member.login),
        Record::RoleRevoked { member, role } => format!("took `{role}` from {}", member.login),
        Record::ExplanationAsked => "asked why some voted against".to_owned(),
        Record::ExplanationGiven { reasons } => {
            format!("said why some voted against: {}", reasons.join(" / "))
        }
        Record::EffectFailed { why, .. } => format!("left to people: {why}"),
        Record::CommentHeard { .. }
        | Record::EffectsTaken { .. }
        | Record::StatusShown { .. }
        | Record::EffectDone { .. }
        | Record::CharterAdopted { .. }
        | Record::MembersAdopted { .. }
        | Record::MeetingHeld(_) => return None,
    })
}
