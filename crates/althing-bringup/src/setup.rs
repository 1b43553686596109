//! Setting up what workers find: labels, the board with its statuses, issue templates. What is
//! there is left as it is, so that it may be run at any time.

mod plan;

use althing_diag::{Code, Finding};
use althing_forge::{
    Base, Board, BoardName, ErrorKind, FileChange, Forge, ForgeError, Forum, Foundation, NewLabel,
    ProjectSelector, Proposal, Proposed, StatusOption,
};

pub use self::plan::{Found, FoundBoard, Plan, Step};
use crate::{Target, WorkerError, candidates::unrouted, fences};

/// The branch that templates are proposed on.
const BRANCH: &str = "althing/issue-templates";

/// A file that the models repository should have: path and text.
pub type Template<'a> = (&'a str, &'a str);

/// What is there, with the ids that doing something about it needs.
pub struct Setup<'a, F> {
    forge: &'a F,
    target: &'a Target,
    templates: &'a [Template<'a>],
    owner: String,
    base: Base,
    board: Option<(Board, Option<String>)>,
    found: Found,
    /// Ready issues that no worker takes.
    unrouted: Vec<Finding>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct SetupOutcome {
    /// The board.
    pub board: Option<FoundBoard>,
    /// The pull request with the templates that are not there yet.
    pub pull: Option<Proposed>,
}

impl<'a, F: Forge + Forum + Foundation> Setup<'a, F> {
    /// Looks around. About 7 requests.
    ///
    /// # Errors
    /// When repository or owner are not there, or no board has the given number: nobody can
    /// choose the number of a new one.
    pub async fn look(
        forge: &'a F,
        target: &'a Target,
        templates: &'a [Template<'a>],
    ) -> Result<Self, WorkerError> {
        let premises = forge.premises(&target.repo).await?;
        let base = forge.base(&target.repo).await?;
        let mut missing_templates = Vec::new();
        for (path, _) in templates {
            let file = forge.file(&target.repo, path, base.sha.as_str()).await?;
            if file.text.is_none() {
                missing_templates.push((*path).to_owned());
            }
        }
        let mut setup = Self {
            forge,
            target,
            templates,
            owner: premises.owner,
            base,
            board: None,
            found: Found {
                labels: premises.labels,
                board: None,
                missing_templates,
            },
            unrouted: Vec::new(),
        };
        match forge.board(&target.board).await {
            Ok(board) => setup.look_at(board).await?,
            Err(error) if error.kind == ErrorKind::NotFound => setup.may_make()?,
            Err(error) => return Err(error.into()),
        }
        Ok(setup)
    }

    /// What to do about it.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::new(&self.found, self.title());
        plan.by_hand.extend(self.unrouted.iter().cloned());
        plan
    }

    /// The board, if there is one.
    pub fn board(&self) -> Option<&FoundBoard> {
        self.found.board.as_ref()
    }

    /// Does it. What was done stays when something fails; another look then finds the rest.
    pub async fn carry_out(mut self, steps: &[Step]) -> Result<SetupOutcome, WorkerError> {
        let mut pull = None;
        for step in steps {
            match step {
                Step::CreateLabel { label } => {
                    let label = NewLabel {
                        name: label.name().to_owned(),
                        color: "1d76db".to_owned(),
                        description: format!("Bring-ups for machines of the kind {label}"),
                    };
                    self.forge.create_label(&self.target.repo, &label).await?;
                }
                Step::CreateBoard { title } => self.create_board(title).await?,
                Step::CreateStatusField | Step::SetOptions { .. } => self.set_options().await?,
                Step::ProposeTemplates { files } => pull = Some(self.propose(files).await?),
            }
        }
        let board = self.found.board;
        Ok(SetupOutcome { board, pull })
    }

    fn title(&self) -> &str {
        match &self.target.board.project {
            ProjectSelector::Title(title) => title,
            ProjectSelector::Number(_) => Target::TITLE,
        }
    }

    async fn look_at(&mut self, board: Board) -> Result<(), ForgeError> {
        let status = self.forge.status_field(&board).await?;
        let (field, options) = status.field.unzip();
        let ready = crate::Status::Ready.name();
        if board.options.contains_key(ready) {
            let issues = (self
                .forge
                .board_issues(&board, &[ready], fences(&self.target.repo)))
            .await?;
            self.unrouted = unrouted(&issues, &self.target.repo);
        }
        self.found.board = Some(FoundBoard {
            title: board.title.clone(),
            number: board.number,
            url: status.url,
            items: status.items,
            options,
        });
        self.board = Some((board, field));
        Ok(())
    }

    fn may_make(&self) -> Result<(), WorkerError> {
        let BoardName { owner, project } = &self.target.board;
        match project {
            ProjectSelector::Title(_) => Ok(()),
            ProjectSelector::Number(number) => Err(WorkerError::Findings(vec![Finding::error(
                Code::ForgeNotFound,
                format!("{owner} has no project number {number} that this account may see"),
                "give the number of a project that is there, or leave it out: then one with the \
                 title YT_PROJECT_TITLE is made",
            )])),
        }
    }

    async fn create_board(&mut self, title: &str) -> Result<(), ForgeError> {
        let number = self.forge.create_board(&self.owner, title).await?;
        let name = BoardName {
            owner: self.target.board.owner.clone(),
            project: ProjectSelector::Number(number),
        };
        let board = self.forge.board(&name).await?;
        self.look_at(board).await?;
        // What a new board has by itself means nothing to anybody.
        if let Some(board) = &mut self.found.board {
            board.options = board.options.take().map(|_| Vec::new());
        }
        self.set_options().await
    }

    /// Only ever of a board without items, or without the field.
    async fn set_options(&mut self) -> Result<(), ForgeError> {
        let (Some((board, field)), Some(found)) = (&self.board, &mut self.found.board) else {
            return Ok(());
        };
        let there: &[StatusOption] = found.options.as_deref().unwrap_or_default();
        let wanted = plan::complete(there);
        match field {
            Some(field) => self.forge.replace_options(field, &wanted).await?,
            None => self.forge.create_status_field(board, &wanted).await?,
        }
        found.options = Some(wanted);
        Ok(())
    }

    async fn propose(&self, files: &[String]) -> Result<Proposed, ForgeError> {
        let missing = self.templates.iter();
        let missing = missing.filter(|(path, _)| files.iter().any(|file| file == path));
        let files = missing.map(|(path, text)| FileChange {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        });
        let proposal = Proposal {
            base: self.base.clone(),
            branch: BRANCH.to_owned(),
            title: "Add issue templates for bring-ups".to_owned(),
            body: "Workers read the fields of these forms; people and `althing bringup discover` \
                   open issues with them.\n"
                .to_owned(),
            files: files.collect(),
        };
        self.forge.propose(&self.target.repo, &proposal).await
    }
}
