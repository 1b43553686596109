//! The two parts of `althing forge` that tests need as a process: `forge ssh` for git, and
//! `forge serve` for what only a killed process can show.

use std::{io::Write as _, path::Path, process::ExitCode};

use althing_localforge::{
    server::{Faults, ServeOptions, serve},
    ssh::serve_git,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["forge", "ssh", "--root", root, rest @ ..] => ssh(Path::new(root), rest).await,
        ["forge", "serve", "--root", root] => run(Path::new(root)).await,
        _ => Err("usage: althing-testkit forge (ssh|serve) --root DIR …".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Without stderr there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "ERROR: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn ssh(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let token = std::env::var("GH_TOKEN").unwrap_or_default();
    let arguments: Vec<String> = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .collect();
    match serve_git(root, &token, &arguments).await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("git ended with {status}")),
        Err(error) => Err(error.to_string()),
    }
}

async fn run(root: &Path) -> Result<(), String> {
    let options = ServeOptions {
        root: root.to_owned(),
        listen: None,
        faults: Faults::none(),
        exit_with_stdin: true,
    };
    serve(options, |_| {
        // The parent waits for this line; if it is gone, stdin is closed as well.
        let _ = writeln!(std::io::stdout(), "ready");
    })
    .await
    .map_err(|error| error.to_string())
}
