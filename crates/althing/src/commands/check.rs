//! `althing check`: what a work tree lacks of what its charter asks for.

mod tree;

use std::path::PathBuf;

use althing_diag::{Exit, Severity};
use althing_facts::CHARTER;
use althing_gate::{check_documents, check_review};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::meetings::occurrence::Moment;
use crate::{
    document::{self, Block},
    failure::Failure,
    output::{GREEN, Output},
    rules::charter_named,
};

/// Flags of `althing check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The work tree.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The charter: a file, or the name of a preset; that of the work tree, if left out.
    #[arg(long, value_name = "FILE|PRESET")]
    charter: Option<String>,
    /// Check as if it were this date or moment.
    #[arg(long, value_name = "DATE|TIME")]
    now: Option<Moment>,
}

pub(crate) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let own = args.dir.join(CHARTER).display().to_string();
    let charter = charter_named(args.charter.as_deref().unwrap_or(&own), None)?;
    let zone = charter.calendar().zone();
    let now = args.now.map_or_else(Timestamp::now, |now| now.begin(zone));

    let rules = charter.documents();
    let asked = |path: &str| rules.iter().any(|rule| rule.paths.cover(path));
    let (files, mut findings) = tree::read(&args.dir, asked);
    findings.extend(check_documents(&charter, &files));
    findings.extend(check_review(&charter, charter.date(now)));
    if findings.iter().any(|it| it.severity == Severity::Error) {
        return Err(findings.into());
    }

    let documents = rules.iter().map(|rule| {
        let files = files.keys().filter(|path| rule.paths.cover(path));
        (rule.name.as_str(), files.map(String::as_str).collect())
    });
    let documents: Vec<(&str, Vec<&str>)> = documents.collect();
    let review = charter.edition().next_review.as_ref().map(|(day, _)| day);
    let listed = documents
        .iter()
        .map(|(name, files)| json!({ "name": name, "files": files }));
    let answer = json!({
        "name": charter.name(),
        "version": charter.version(),
        "documents": listed.collect::<Vec<_>>(),
        "next_review": review,
    });
    output.answer_beside(&findings, answer, || {
        let head = format!(
            "{GREEN}check: ok{GREEN:#}  {} {}",
            charter.name(),
            charter.version()
        );
        let rows = documents
            .iter()
            .map(|(name, files)| [(*name).to_owned(), shown(files)]);
        let mut blocks = vec![Block::text(head)];
        if !documents.is_empty() {
            blocks.push(Block::table(["document", "files"], rows.collect()));
        }
        blocks.extend(review.map(|day| Block::text(format!("next review {day}"))));
        document::text(&blocks)
    });
    Ok(Exit::Ok)
}

/// A few of them, and how many more.
fn shown(files: &[&str]) -> String {
    match files {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        files => files.join(", "),
    }
}
