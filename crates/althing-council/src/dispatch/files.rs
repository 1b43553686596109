//! Changes of files that decisions need: roles in the members file, fields of other files. They
//! are proposed as a pull request, because what is in the repository changes by its gates.

use std::collections::BTreeMap;

use althing_charter::{OutsideEffect, PlannedEffect, RoleEdit, Source, edit_members, set_field};
use althing_diag::id::{RepoName, SubjectId};
use althing_facts::MEMBERS;
use althing_forge::{Base, FileChange, Forge, Forum, Proposal};

use super::{by_hand, conclude, done, leave, take};
use crate::{Council, CouncilError, Round, text::code};

/// Proposes what is to be changed: one pull request for each move of a subject.
pub(super) async fn propose(
    council: &mut Council<'_>,
    forge: &(impl Forum + Forge),
    repo: &RepoName,
    round: &mut Round,
) -> Result<(), CouncilError> {
    for batch in batches(council) {
        if take(council, &batch.subject, round).await? {
            let ended = batch.carry_out(council, forge, repo, round).await;
            conclude(council, &batch.subject, ended, round).await?;
        }
    }
    Ok(())
}

/// What one move of a subject changes in files.
struct Batch {
    subject: SubjectId,
    /// The part that the keys of the effects share.
    key: String,
    effects: Vec<PlannedEffect>,
}

fn batches(council: &Council<'_>) -> Vec<Batch> {
    let mut batches = BTreeMap::<(SubjectId, String), Batch>::new();
    let wanted = super::pending(council, |_, planned| {
        matches!(
            planned.effect,
            OutsideEffect::PublishRole { .. } | OutsideEffect::Set { .. }
        )
    });
    for (subject, planned) in wanted {
        let key = planned.key.0.rsplit_once('/').map_or("", |(key, _)| key);
        let key = key.to_owned();
        let batch = batches
            .entry((subject.clone(), key.clone()))
            .or_insert(Batch {
                subject,
                key,
                effects: Vec::new(),
            });
        batch.effects.push(planned);
    }
    batches.into_values().collect()
}

impl Batch {
    async fn carry_out(
        &self,
        council: &mut Council<'_>,
        forge: &(impl Forum + Forge),
        repo: &RepoName,
        round: &mut Round,
    ) -> Result<(), CouncilError> {
        let mut draft = Draft {
            base: forge.base(repo).await?,
            texts: BTreeMap::new(),
            told: Vec::new(),
        };
        let mut left = Vec::new();
        for planned in &self.effects {
            let path = path_of(planned);
            draft.read(forge, repo, &path).await?;
            match draft.change(council, &self.subject, &path, planned) {
                Ok(()) => {}
                Err(why) => left.push((planned, why)),
            }
        }
        if let Some(proposal) = draft.proposal(council, self) {
            let proposed = forge.propose(repo, &proposal).await?;
            round.proposed.push(proposed.url);
        }
        for planned in &self.effects {
            match left.iter().find(|(it, _)| it.key == planned.key) {
                Some((_, why)) => {
                    let what = by_hand(&self.subject, &planned.effect);
                    leave(
                        council,
                        &self.subject,
                        planned,
                        format!("{what} ({why})"),
                        round,
                    )
                    .await?;
                }
                None => done(council, &self.subject, planned, round).await?,
            }
        }
        Ok(())
    }
}

fn path_of(planned: &PlannedEffect) -> String {
    if let OutsideEffect::Set { file, .. } = &planned.effect {
        file.clone()
    } else {
        MEMBERS.to_owned()
    }
}

/// A proposal in the making.
struct Draft {
    base: Base,
    /// Texts by path: as it is, and as it is to be.
    texts: BTreeMap<String, (String, String)>,
    /// What changes, for people.
    told: Vec<String>,
}

impl Draft {
    /// Reads a file, once. What is not there is empty.
    async fn read(
        &mut self,
        forge: &impl Forge,
        repo: &RepoName,
        path: &str,
    ) -> Result<(), CouncilError> {
        if !self.texts.contains_key(path) {
            let file = forge.file(repo, path, self.base.sha.as_str()).await?;
            let text = file.text.unwrap_or_default();
            self.texts.insert(path.to_owned(), (text.clone(), text));
        }
        Ok(())
    }

    /// Adds what an effect changes; says why if a machine cannot.
    fn change(
        &mut self,
        council: &Council<'_>,
        id: &SubjectId,
        path: &str,
        planned: &PlannedEffect,
    ) -> Result<(), String> {
        let Some((_, text)) = self.texts.get_mut(path) else {
            return Ok(());
        };
        if text.is_empty() {
            return Err(format!("there is no {path} on {}", self.base.branch));
        }
        let (changed, told) = if let OutsideEffect::Set { field, value, .. } = &planned.effect {
            (
                set_field(path, text, field, value)?,
                format!("{} in {} becomes {}", code(field), code(path), code(value)),
            )
        } else {
            let edit = council.role_edit(id, &planned.effect);
            let edit = edit.ok_or("the record does not say whose role it is")?;
            let change = match edit.holding {
                Some(_) => "gets",
                None => "loses",
            };
            let (login, role) = (code(&edit.member.login), code(&edit.role.to_string()));
            let charter = council.rules().charter();
            let day = charter.date(council.now());
            let changed = edit_members(Source::new(path, text), charter, &[edit], day)?;
            (changed, format!("{login} {change} {role}"))
        };
        if let Some(changed) = changed {
            *text = changed;
            self.told.push(told);
        }
        Ok(())
    }

    /// The proposal; nothing if the files say it all already.
    fn proposal(self, council: &Council<'_>, batch: &Batch) -> Option<Proposal> {
        let changed = self.texts.into_iter().filter(|(_, (old, new))| old != new);
        let files: Vec<FileChange> = changed
            .map(|(path, (_, text))| FileChange {
                path,
                text: Some(text),
            })
            .collect();
        if files.is_empty() {
            return None;
        }
        let title = match self.told.as_slice() {
            [only] => only.replace('`', ""),
            _ => format!("Write down what was decided in {}", batch.subject),
        };
        let subject = council.book().subject(&batch.subject);
        let state = subject.map_or("", |subject| subject.state.as_str());
        let entry = council.book().last_entry(&batch.subject);
        let list: Vec<String> = self.told.iter().map(|line| format!("- {line}\n")).collect();
        let body = format!(
            "{}\nDecided in {}, which is in {}; entry {entry} of the ledger. Decisions count it \
             already; the gates will when this is merged.\n",
            list.concat(),
            batch.subject,
            code(state),
        );
        Some(Proposal {
            base: self.base,
            branch: format!("althing/{}", batch.key.replace('#', "-")),
            title,
            body,
            files,
        })
    }
}

impl Council<'_> {
    /// How the members file is to list a role that a subject has changed: as the record has it
    /// now, whatever was decided since.
    fn role_edit(&self, id: &SubjectId, effect: &OutsideEffect<String>) -> Option<RoleEdit> {
        let OutsideEffect::PublishRole { login, role, .. } = effect else {
            return None;
        };
        let mut changes = self.book().role_changes().iter().rev();
        let change = changes.find(|change| {
            change.subject == *id && change.member.login == *login && change.role == *role
        })?;
        let record = self.book().community()?.members();
        let recorded = record.by_id(change.member.id);
        let mut holdings = recorded.into_iter().flat_map(|member| &member.holdings);
        Some(RoleEdit {
            member: change.member.clone(),
            holding: holdings.find(|holding| holding.role == *role).cloned(),
            role: role.clone(),
        })
    }
}
