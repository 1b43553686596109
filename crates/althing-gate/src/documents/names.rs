//! Where each file of a document lies, and how it is called.

use althing_diag::{Code, Finding, Location};

use super::Asked;

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let paths = asked.texts.iter().map(|text| text.path);
    paths
        .flat_map(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            [misplaced(asked, path, folder), misnamed(asked, path, name)]
        })
        .flatten()
        .collect()
}

fn misplaced(asked: &Asked<'_>, path: &str, folder: &str) -> Option<Finding> {
    let folders = asked.rule.folders.as_ref()?;
    if folders.cover(folder) {
        return None;
    }
    let folders = folders.written().join(" or ");
    Some(asked.finding(
        Code::DocumentIncomplete,
        format!("`{}` does not belong here", asked.rule.name),
        format!("move the file to {folders}"),
        Location::file(path),
    ))
}

fn misnamed(asked: &Asked<'_>, path: &str, name: &str) -> Option<Finding> {
    let form = asked.rule.file_name.as_ref()?;
    let why = form.read(name).err()?;
    Some(asked.finding(
        Code::DocumentIncomplete,
        format!("the file name is not `{form}`: {why}"),
        "rename the file so",
        Location::file(path),
    ))
}
