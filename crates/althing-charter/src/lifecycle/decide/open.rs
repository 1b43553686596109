//! Opening a subject.

use althing_diag::{Code, Finding};

use super::{Run, attributes, find, refuse};
use crate::{
    Actor, Event, Record, SourceKind, SourceRef, Subject, TextHash, Who,
    lifecycle::{Context, Decision, Lifecycle},
};

/// Opens a subject in the first state of its lifecycle, and lets happen what follows at once.
pub(super) fn open(
    ctx: &Context<'_>,
    actor: &Actor,
    event: &Event,
) -> Result<Decision, Box<Finding>> {
    let Event::Open {
        id,
        lifecycle,
        title,
        set,
        source,
        body,
    } = event
    else {
        return Ok(Decision::default());
    };
    let lifecycle = find(ctx, lifecycle)?;
    let title = attributes::title(title);
    let attributes = attributes::set(ctx, lifecycle, &Default::default(), set);
    let Some(first) = lifecycle.states.first() else {
        let message = format!("lifecycle `{}` has no state", lifecycle.name);
        return refuse(Code::LifecycleUnknown, message, "declare at least one");
    };
    let known = attributes.clone().unwrap_or_default();
    let body = TextHash::of_body(body);
    let text = |title: &str| TextHash::of(title, &known, body);
    let shown = title.clone().unwrap_or_default();
    let record = Record::SubjectOpened {
        lifecycle: lifecycle.name.clone(),
        text: text(&shown),
        title: shown,
        attributes: known.clone(),
        source: source.clone(),
        body,
        state: first.name.clone(),
    };
    let subject = Subject::opened(
        id.clone(),
        ctx.charter.hash(),
        ctx.now,
        &actor.account,
        record.clone(),
    );
    let Some(subject) = subject else {
        return Ok(Decision::default());
    };
    let mut run = Run {
        ctx,
        lifecycle,
        actor,
        subject,
        records: vec![record],
        notes: Vec::new(),
    };
    // Who may do it is said first: others need not know what else is wrong. Where that depends on
    // what is said, it must be right.
    if lifecycle.opened_by.iter().any(Who::depends_on_attributes) {
        attributes.clone()?;
    }
    let what = format!("open a `{}`", lifecycle.name);
    run.must_be(&lifecycle.opened_by, &what, &lifecycle.location)?;
    from(lifecycle, source.as_ref())?;
    title?;
    attributes?;
    run.remind_of_attributes();
    run.settle(ctx.now)?;
    Ok(run.decision())
}

fn from(lifecycle: &Lifecycle, source: Option<&SourceRef>) -> Result<(), Box<Finding>> {
    let kinds = &lifecycle.from;
    let fits = source.is_some_and(|source| kinds.contains(&source.kind));
    if kinds.is_empty() || fits {
        return Ok(());
    }
    let kinds: Vec<&str> = kinds.iter().copied().map(with_article).collect();
    let kinds = kinds.join(" or ");
    let message = match source {
        Some(source) => format!(
            "a `{}` does not come from {}, but from {kinds}",
            lifecycle.name,
            with_article(source.kind)
        ),
        None => format!(
            "a `{}` comes from {kinds}, and none is named",
            lifecycle.name
        ),
    };
    let help = "name it: `--from OWNER/NAME#NUMBER`";
    let finding = Finding::error(Code::SourceMissing, message, help);
    Err(Box::new(finding.by_rule(lifecycle.location.clone())))
}

fn with_article(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Issue => "an issue",
        SourceKind::PullRequest => "a pull request",
        SourceKind::File => "a file",
    }
}
