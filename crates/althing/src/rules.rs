//! The rules that a command works by, read from files and presets.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use althing_charter::{Charter, Members, Rules, Source, missing_sources};
use althing_diag::{Finding, yaml};
use althing_facts::{CHARTER, MEMBERS};
use clap::Args;
use jiff::Timestamp;

use crate::presets;

/// Where the rules are.
#[derive(Clone, Debug, Args)]
pub(crate) struct RulesArgs {
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = CHARTER)]
    charter: String,
    /// Who holds which role.
    #[arg(long, value_name = "FILE", default_value = MEMBERS)]
    members: PathBuf,
}

impl RulesArgs {
    /// The rules of a folder that holds `.althing`.
    pub(crate) fn in_folder(dir: &Path) -> Self {
        Self {
            charter: dir.join(CHARTER).display().to_string(),
            members: dir.join(MEMBERS),
        }
    }

    /// Charter and members, as they hold now.
    pub(crate) fn read(&self) -> Result<Rules, Vec<Finding>> {
        let texts = Texts::of(&self.charter, None);
        let members = text(&self.members);
        let (texts, (name, members)) = both(texts, members)?;
        let (charter, extended) = texts.sources();
        Rules::parse(
            charter,
            Source::new(&name, &members),
            &extended,
            Timestamp::now(),
        )
    }
}

impl RulesArgs {
    /// Charter and members, each for itself: also while a role that a gate needs is vacant. A
    /// preset without a members file has no members.
    pub(crate) fn apart(&self) -> Result<(Charter, Members), Vec<Finding>> {
        let nobody = presets::named(&self.charter).is_some()
            && self.members == Path::new(MEMBERS)
            && !self.members.exists();
        let members = if nobody {
            Ok((MEMBERS.to_owned(), "[]".to_owned()))
        } else {
            text(&self.members)
        };
        let (charter, (name, members)) = both(self.charter(), members)?;
        let members = Members::parse(Source::new(&name, &members), &charter)?;
        Ok((charter, members))
    }

    /// Name of the members file.
    pub(crate) fn members_name(&self) -> String {
        self.members.display().to_string()
    }

    /// The same where there may be no rules at all: `None` if no charter was named and none is
    /// where it usually is.
    pub(crate) fn apart_if_there(&self) -> Result<Option<(Charter, Members)>, Vec<Finding>> {
        if self.charter == CHARTER && !Path::new(CHARTER).exists() {
            return Ok(None);
        }
        self.apart().map(Some)
    }

    /// The charter alone.
    pub(crate) fn charter(&self) -> Result<Charter, Vec<Finding>> {
        charter_named(&self.charter, None)
    }
}

/// The charter that `named` means: a preset, or a file, whose path is written as seen from the
/// folder `from`.
pub(crate) fn charter_named(named: &str, from: Option<&Path>) -> Result<Charter, Vec<Finding>> {
    let texts = Texts::of(named, from)?;
    let (charter, extended) = texts.sources();
    Charter::parse(charter, &extended)
}

/// A charter and the files that it extends, beside presets.
struct Texts {
    charter: (String, String),
    files: Vec<(String, String)>,
}

impl Texts {
    fn of(named: &str, from: Option<&Path>) -> Result<Self, Vec<Finding>> {
        if let Some(preset) = presets::named(named) {
            return Ok(Self {
                charter: (preset.name.to_owned(), preset.text.to_owned()),
                files: Vec::new(),
            });
        }
        let path = from.map_or_else(|| PathBuf::from(named), |folder| folder.join(named));
        let mut texts = Self {
            charter: text(&path)?,
            files: Vec::new(),
        };
        // A file that cannot be read stays missing, and the charter says who wants it.
        loop {
            let (charter, known) = texts.sources();
            let missing = missing_sources(charter, &known);
            let read = missing.iter().filter_map(|name| text(Path::new(name)).ok());
            let read: Vec<(String, String)> = read.collect();
            if read.is_empty() {
                return Ok(texts);
            }
            texts.files.extend(read);
        }
    }

    fn sources(&self) -> (Source<'_>, Vec<Source<'_>>) {
        let (name, text) = &self.charter;
        let files = self.files.iter();
        let files = files.map(|(name, text)| Source::new(name, text));
        let extended = files.chain(presets::all()).collect();
        (Source::new(name, text), extended)
    }
}

fn text(path: &Path) -> Result<(String, String), Vec<Finding>> {
    let name = path.display().to_string();
    match yaml::read(&name, File::open(path)) {
        Ok(text) => Ok((name, text)),
        Err(finding) => Err(vec![*finding]),
    }
}

/// Both, or what is wrong with either.
fn both<A, B>(
    a: Result<A, Vec<Finding>>,
    b: Result<B, Vec<Finding>>,
) -> Result<(A, B), Vec<Finding>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(a), Err(b)) => Err([a, b].concat()),
        (Err(wrong), Ok(_)) | (Ok(_), Err(wrong)) => Err(wrong),
    }
}
