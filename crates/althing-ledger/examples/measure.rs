//! Measures every place where a ledger can be kept: single appends, and reading in pages.
//! `make bench` runs it; PostgreSQL is measured when `DATABASE_URL` names a server without a
//! ledger in it.

#![expect(clippy::print_stdout, reason = "prints what it measured")]

use std::{env, error::Error, path::Path, process::Command, time::Instant};

use althing_diag::id::{Account, UserId};
use althing_ledger::{Draft, EntryKind, Filter, Ledger, LedgerLocation};
use jiff::Timestamp;
use serde_json::json;

/// Entries recorded one by one.
const SINGLE: usize = 1_000;

/// Entries that are read.
const READ: usize = 100_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let alone = folder.path().join("alone");
    let clone = folder.path().join("clone");
    git(folder.path(), &["init", "--quiet", "alone"])?;
    git(folder.path(), &["init", "--quiet", "--bare", "origin.git"])?;
    git(folder.path(), &["clone", "--quiet", "origin.git", "clone"])?;
    measure("SQLite", LedgerLocation::Sqlite(folder.path().join("l.db"))).await?;
    measure("git", LedgerLocation::Git(alone)).await?;
    measure("git, pushing", LedgerLocation::Git(clone)).await?;
    if let Ok(address) = env::var("DATABASE_URL") {
        measure("PostgreSQL", LedgerLocation::Postgres(address)).await?;
    }
    Ok(())
}

async fn measure(name: &str, location: LedgerLocation) -> Result<(), Box<dyn Error>> {
    let ledger = Ledger::open(&location).await?;
    let begin = Instant::now();
    for number in 0..SINGLE {
        ledger.append(&[draft(number)?]).await?;
    }
    let single = begin.elapsed().as_secs_f64();

    let more: Vec<Draft> = (SINGLE..READ).map(draft).collect::<Result<_, _>>()?;
    ledger.append(&more).await?;
    ledger.close().await;

    let ledger = Ledger::open(&location).await?;
    let begin = Instant::now();
    let mut pages = ledger.pages(&Filter::default()).await?;
    let mut count = 0;
    while let Some(page) = pages.next().await? {
        count += page.len();
    }
    let read = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    ledger.verify().await?;
    let verified = begin.elapsed().as_secs_f64();
    println!(
        "{name:<13} {:>8.2} ms an append  {:>9.0} entries/s read  {:>9.0} entries/s verified",
        single * 1000.0 / f64::from(u32::try_from(SINGLE)?),
        f64::from(u32::try_from(count)?) / read,
        f64::from(u32::try_from(count)?) / verified,
    );
    Ok(())
}

/// A ballot, as the most frequent entry.
fn draft(number: usize) -> Result<Draft, Box<dyn Error>> {
    Ok(Draft {
        time: Timestamp::from_second(1_800_000_000 + i64::try_from(number)?)?,
        actor: Account {
            id: UserId(1000 + u64::try_from(number)? % 200),
            login: format!("m{}", number % 200),
        },
        subject: format!("acme/models#{}", number / 200).parse()?,
        kind: EntryKind::BallotCast,
        data: json!({ "choice": "yes", "reason": null, "text": "0".repeat(64) }),
        charter: Some(althing_charter::CharterHash::of(["charter"])),
    })
}

fn git(folder: &Path, args: &[&str]) -> Result<(), Box<dyn Error>> {
    let status = Command::new("git")
        .current_dir(folder)
        .args(args)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("git {args:?} failed").into())
    }
}
