//! Editing, approving, attaching.

use std::collections::BTreeMap;

use althing_diag::{Code, Finding};
use serde_json::Value;

use super::{Run, attributes, refuse};
use crate::lifecycle::guard::{Doer, Judge};
use crate::{AttributeName, EvidenceName, EvidenceResult, Record, TextHash};

impl Run<'_> {
    /// Changes the text. An edit of substance starts windows anew and drops approvals, and is not
    /// possible while the text is voted on (L-A09).
    pub(super) fn edit(
        &mut self,
        title: Option<&str>,
        set: &BTreeMap<AttributeName, Value>,
        body: Option<&str>,
        editorial: bool,
    ) -> Result<(), Box<Finding>> {
        let lifecycle = self.lifecycle;
        let subject = &self.subject;
        let what = format!("edit {}", subject.id);
        self.must_be(&lifecycle.edited_by, &what, &lifecycle.location)?;
        let title = match title {
            Some(title) => attributes::title(title)?,
            None => subject.title.clone(),
        };
        let attributes = attributes::set(self.ctx, lifecycle, &subject.attributes, set)?;
        let body = body.map_or(subject.body, TextHash::of_body);
        let text = TextHash::of(&title, &attributes, body);
        if text == subject.text {
            return Ok(());
        }
        if editorial && attributes != subject.attributes {
            let message = "an editorial edit leaves the attributes as they are";
            let help = "change the title or the text alone, or leave `editorial` out";
            return refuse(Code::AttributeInvalid, message, help);
        }
        if let (Some(_), false) = (&subject.vote, editorial) {
            let message = format!("{} is voted on, and its text stays until then", subject.id);
            let help = "wait for the end of the vote, or correct it with an editorial edit";
            let finding = Finding::error(Code::NotAllowed, message, help);
            return Err(Box::new(finding.by_rule(lifecycle.location.clone())));
        }
        self.push(Record::SubjectEdited {
            title,
            attributes,
            body,
            text,
            editorial,
        });
        Ok(())
    }

    /// Approves the text as it is, where some transition asks for the actor's approval.
    pub(super) fn approve(&mut self) -> Result<(), Box<Finding>> {
        let view = self.view();
        let lifecycle = self.lifecycle;
        let subject = &self.subject;
        let here = lifecycle.leaving(&subject.state);
        let judge = Judge {
            view,
            at: self.ctx.now,
            doer: Doer::Nobody,
        };
        let needs: Vec<_> = here
            .flat_map(|it| judge.approvals_asked(&it.needs))
            .collect();
        let Some(first) = needs.first() else {
            let message = format!(
                "nothing waits for approvals while {} is in `{}`",
                subject.id, subject.state
            );
            let help = "`althing subject next` says what comes";
            return refuse(Code::NoTransition, message, help);
        };
        if !needs.iter().any(|need| view.may_approve(self.actor, need)) {
            let mut asked: Vec<String> = needs.iter().map(|need| view.said(&need.by)).collect();
            asked.dedup();
            let message = format!(
                "the approval of {} does not count for {}",
                self.actor.account, subject.id
            );
            let help = format!("it waits for {}", asked.join(", "));
            let finding = Finding::error(Code::NotAllowed, message, help);
            return Err(Box::new(finding.by_rule(first.location.clone())));
        }
        let automation = self.ctx.is_machine(self.actor);
        let text = subject.text;
        self.push(Record::ApprovalGiven { text, automation });
        Ok(())
    }

    pub(super) fn attach(
        &mut self,
        name: &EvidenceName,
        reference: &str,
        result: Option<&EvidenceResult>,
        recipients: &[String],
    ) -> Result<(), Box<Finding>> {
        let lifecycle = self.lifecycle;
        let Some(declared) = lifecycle.evidence.get(name) else {
            let names: Vec<String> = (lifecycle.evidence.keys())
                .map(|name| format!("`{name}`"))
                .collect();
            let message = format!(
                "nothing called `{name}` is attached to a `{}`",
                lifecycle.name
            );
            let help = match names.as_slice() {
                [] => "it takes no evidence at all".to_owned(),
                names => format!("it takes {}", names.join(", ")),
            };
            let finding = Finding::error(Code::EvidenceUnknown, message, help);
            return Err(Box::new(finding.by_rule(lifecycle.location.clone())));
        };
        self.must_be(
            &declared.by,
            &format!("attach `{name}`"),
            &declared.location,
        )?;
        let invalid = |message: String, help: &str| {
            let finding = Finding::error(Code::AttributeInvalid, message, help);
            Err(Box::new(finding.by_rule(declared.location.clone())))
        };
        let results: Vec<String> = declared.results.iter().map(ToString::to_string).collect();
        let results = results.join(" or ");
        match result {
            None if !declared.results.is_empty() => {
                let message = format!("`{name}` says nothing: it is {results}");
                return invalid(message, "say which: `--result passed`");
            }
            Some(result) if !(declared.results.is_empty() || declared.results.contains(result)) => {
                let message = format!("`{name}` cannot be {result}: it is {results}");
                return invalid(message, "say another result");
            }
            Some(_) | None => {}
        }
        let reference = reference.trim();
        if reference.is_empty() {
            let message = format!("it is not said where `{name}` is");
            return invalid(message, "give a link, a number or a few words");
        }
        self.push(Record::EvidenceAttached {
            name: name.clone(),
            reference: reference.to_owned(),
            result: result.cloned(),
            recipients: recipients.to_vec(),
        });
        Ok(())
    }
}
