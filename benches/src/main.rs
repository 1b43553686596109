#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "the figures are the program's data")]

mod eval;
mod load;
mod machine;
mod requests;
mod site;
mod worker;

use std::error::Error;

/// What a measurement may fail with; the bench stops at the first failure.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}", machine::describe()?);
    match std::env::args().nth(1).as_deref() {
        Some("eval") => eval::evaluation(),
        Some(part) => Err(format!("there is no part {part}; there is eval").into()),
        None => {
            forge().await?;
            eval::evaluation()
        }
    }
}

/// What the worker and the local forge take.
async fn forge() -> Result<()> {
    println!("\n## Requests\n");
    let site = site::Site::start()?;
    requests::empty_poll(&site)?;
    let log = requests::happy_path(&site)?;
    println!("\n## Worker");
    worker::overhead(&log)?;
    worker::idle(&site)?;

    println!("\n## Local forge under load\n");
    println!("before: {} KiB resident", site.resident_kib()?);
    println!("| input | clients | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|");
    let mut rates = Vec::new();
    for clients in [1, 32] {
        rates.push(load::raw_graphql(&site, clients, 2_000).await?);
    }
    for clients in [1, 32] {
        rates.push(load::gh_issue_view(&site, clients, 128).await?);
    }
    println!("after:  {} KiB resident", site.resident_kib()?);
    for (clients, raw, gh) in [(1, rates[0], rates[2]), (32, rates[1], rates[3])] {
        println!(
            "raw GraphQL : gh process at {clients} clients = {:.0} : 1",
            raw / gh
        );
    }
    Ok(())
}
