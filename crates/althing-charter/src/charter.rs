//! The charter: rules that are known to make sense.

use std::collections::BTreeMap;

use althing_diag::Finding;
use jiff::{Timestamp, civil::Date};

use crate::{
    Body, BodyName, Calendar, Channel, ChannelName, CharterHash, DocumentRule, Edition, Footer,
    Gate, Lifecycle, LifecycleName, Meeting, MeetingName, ReportRule, Role, RoleName, RoleRef,
    ScopeKind, Source, Tree, rules,
};

/// A validated charter: its own file and whatever it extends, put together.
#[derive(Clone, Debug)]
pub struct Charter {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) edition: Edition,
    pub(crate) description: Option<String>,
    pub(crate) principles: Vec<String>,
    pub(crate) private: Vec<String>,
    pub(crate) calendar: Calendar,
    pub(crate) roles: BTreeMap<RoleName, Role>,
    pub(crate) bodies: BTreeMap<BodyName, Body>,
    pub(crate) channels: BTreeMap<ChannelName, Channel>,
    pub(crate) meetings: BTreeMap<MeetingName, Meeting>,
    pub(crate) documents: Vec<DocumentRule>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) lifecycles: Vec<Lifecycle>,
    pub(crate) reports: Vec<ReportRule>,
    /// Name and text of each file, its own first.
    pub(crate) files: Vec<(String, String)>,
    pub(crate) tree: Tree,
    pub(crate) warnings: Vec<Finding>,
}

impl Charter {
    /// Reads and validates a charter. What it extends is looked for among `presets`: a preset
    /// `NAME` under the name `charters/NAME.yaml`, a file under its path.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of file and line; never an empty list.
    pub fn parse(charter: Source<'_>, presets: &[Source<'_>]) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let charter = rules::check_charter(charter, presets, &mut findings);
        let (mut charter, warnings) = rules::settle(charter, findings)?;
        charter.warnings = warnings;
        Ok(charter)
    }

    /// Name of the community or project.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version of the rules, as written.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When the rules were ratified, amended and are to be reviewed.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The line that says version, ratification and last amendment; `None` while the charter
    /// lacks one of them.
    pub fn footer(&self) -> Option<Footer> {
        let (ratified, amended) = (self.edition.ratified?, self.edition.amended?);
        Footer::new(&self.version, ratified, amended).ok()
    }

    /// What the community is and does.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What the community holds to.
    pub fn principles(&self) -> &[String] {
        &self.principles
    }

    /// What is private, and why.
    pub fn private(&self) -> &[String] {
        &self.private
    }

    /// The calendar by which waiting periods are counted.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The declared roles.
    pub fn roles(&self) -> &BTreeMap<RoleName, Role> {
        &self.roles
    }

    /// The declared bodies.
    pub fn bodies(&self) -> &BTreeMap<BodyName, Body> {
        &self.bodies
    }

    /// Where the community talks.
    pub fn channels(&self) -> &BTreeMap<ChannelName, Channel> {
        &self.channels
    }

    /// When the community meets.
    pub fn meetings(&self) -> &BTreeMap<MeetingName, Meeting> {
        &self.meetings
    }

    /// The documents that the repository must have, in the order of the files.
    pub fn documents(&self) -> &[DocumentRule] {
        &self.documents
    }

    /// The lifecycles in the order of the files.
    pub fn lifecycles(&self) -> &[Lifecycle] {
        &self.lifecycles
    }

    /// The lifecycle of that name.
    pub fn lifecycle(&self, name: &LifecycleName) -> Option<&Lifecycle> {
        self.lifecycles
            .iter()
            .find(|lifecycle| lifecycle.name == *name)
    }

    /// The gates in the order of the files.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The gates that a change of `path` must pass, in the order of the files. None means that
    /// no rule allows the change, not that it is free.
    pub fn gates_for(&self, path: &str) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(move |gate| gate.paths.cover(path))
    }

    /// The reports over the history of the repository, in the order of the files.
    pub fn reports(&self) -> &[ReportRule] {
        &self.reports
    }

    /// Whether whoever holds `held` counts as holding `asked`: the role itself, or one that it
    /// includes. An included role is held in the same scope where it has scopes of that kind.
    pub fn satisfies(&self, held: &RoleRef, asked: &RoleRef) -> bool {
        if held.satisfies(asked) {
            return true;
        }
        let included = self.roles.get(&held.role);
        let included = included.is_some_and(|role| role.counts_as.contains(&asked.role));
        included && {
            let kinds = self.roles.get(&asked.role).map(|role| &role.scopes);
            let same = |kind: &ScopeKind| kinds.is_some_and(|kinds| kinds.contains(kind));
            let held = RoleRef {
                role: asked.role.clone(),
                scope: held.scope.clone().filter(|scope| same(&scope.kind)),
            };
            held.satisfies(asked)
        }
    }

    /// The date on the charter's clock.
    pub fn date(&self, now: Timestamp) -> Date {
        now.to_zoned(self.calendar.timezone.clone()).date()
    }

    /// The texts that make the charter: its own file first, then what it extends.
    pub fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.files
            .iter()
            .map(|(name, text)| Source::new(name, text))
    }

    /// The hash of all these texts: it names the exact rules that a subject was opened under.
    pub fn hash(&self) -> CharterHash {
        CharterHash::of(self.sources().map(|source| source.text))
    }

    /// What the charter says, as one text without places would say it: how two are compared.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What is allowed but probably not meant.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }
}
