//! Runs one `gh` command.

use std::{
    io,
    process::{Output, Stdio},
    time::Instant,
};

use jiff::Timestamp;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use super::{GhConfig, environment, limit, limit::Pause, redact::Redactor};
use crate::{ErrorKind, ForgeError};

/// How much of what `gh` says on stderr is kept, in characters from the end.
const TAIL: usize = 2000;

/// The program with everything that its runs have in common.
#[derive(Debug)]
pub(super) struct Gh {
    config: GhConfig,
    redactor: Redactor,
    /// What a refused request found out holds for all that follow.
    pause: Pause,
}

/// A command that ran to its end, well or not.
#[derive(Debug)]
pub(super) struct Finished {
    /// The command for people: no bodies, no secrets.
    pub(super) command: String,
    /// The exit code; `None` when a signal ended it.
    pub(super) code: Option<i32>,
    /// Everything on stdout.
    pub(super) stdout: Vec<u8>,
    /// The end of stderr, without secrets.
    pub(super) stderr: String,
}

impl Gh {
    pub(super) fn new(config: GhConfig) -> Self {
        let redactor = Redactor::new(&config.environment);
        let pause = Pause::default();
        Self {
            config,
            redactor,
            pause,
        }
    }

    /// The host that was configured, if any.
    pub(super) fn host(&self) -> Option<&str> {
        self.config.host.as_deref()
    }

    /// Runs `gh` with `args`; `stdin` is the body that goes through stdin. `note` is added to
    /// the command wherever people see it, for commands that look alike.
    ///
    /// It runs in the root folder, so that no repository that we happen to stand in has a say.
    ///
    /// Whoever has patience waits out what limits there are, also those that another command
    /// met, and then asks again: what a limit refuses was not carried out, and the request that
    /// changes something is the last that a command of `gh` makes.
    ///
    /// # Errors
    /// When it cannot be started or takes too long. A failing exit is no error here.
    pub(super) async fn run(
        &self,
        args: &[&str],
        stdin: Option<&str>,
        note: Option<&str>,
    ) -> Result<Finished, ForgeError> {
        let since = Instant::now();
        loop {
            self.pause.wait(self.config.patience).await;
            let finished = self.run_now(args, stdin, note).await?;
            let Some(until) = limit::met(&finished, Timestamp::now()) else {
                return Ok(finished);
            };
            self.pause.extend(until);
            if since.elapsed() >= self.config.patience {
                return Ok(finished);
            }
            tracing::warn!(command = finished.command, %until, "over the forge's limit");
        }
    }

    async fn run_now(
        &self,
        args: &[&str],
        stdin: Option<&str>,
        note: Option<&str>,
    ) -> Result<Finished, ForgeError> {
        let command = self.describe(args, note);
        tracing::info!(%command, "run");
        let started = Instant::now();

        let output = timeout(self.config.time_limit, self.spawn(args, stdin)).await;
        let output = match output {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(not_started(command, &error)),
            Err(_elapsed) => {
                let limit = self.config.time_limit.as_secs_f32();
                let message = format!("no answer within {limit} s");
                return Err(ForgeError {
                    kind: ErrorKind::Transient,
                    command,
                    message,
                });
            }
        };

        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(%command, status = %output.status, milliseconds, "finished");
        let stderr = self
            .redactor
            .redact(&String::from_utf8_lossy(&output.stderr));
        Ok(Finished {
            command,
            code: output.status.code(),
            stdout: output.stdout,
            stderr: tail(stderr.trim()).to_owned(),
        })
    }

    /// Dropping the future, as a time limit does, kills the child.
    async fn spawn(&self, args: &[&str], stdin: Option<&str>) -> io::Result<Output> {
        let config = &self.config;
        let mut child = Command::new(&config.program)
            .args(args)
            .env_clear()
            .envs(environment::for_gh(&config.environment, self.host()))
            .current_dir("/")
            .stdin(if stdin.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A key pressed for this process does not end a request half way.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;

        let pipe = child.stdin.take();
        let feed = async {
            if let (Some(mut pipe), Some(body)) = (pipe, stdin) {
                // A child that ends without reading says why by its exit and stderr.
                if let Err(error) = pipe.write_all(body.as_bytes()).await {
                    tracing::debug!(%error, "body not read");
                }
            }
        };
        let ((), output) = tokio::join!(feed, child.wait_with_output());
        output
    }

    fn describe(&self, args: &[&str], note: Option<&str>) -> String {
        let mut command = self.config.program.to_string_lossy().into_owned();
        for arg in args {
            command.push(' ');
            command.push_str(&quoted(arg));
        }
        if let Some(note) = note {
            command.push_str(" # ");
            command.push_str(note);
        }
        self.redactor.redact(&command)
    }
}

fn not_started(command: String, error: &io::Error) -> ForgeError {
    let missing = matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    );
    let kind = if missing {
        ErrorKind::ToolMissing
    } else {
        ErrorKind::Transient
    };
    ForgeError {
        kind,
        command,
        message: format!("cannot be run: {error}"),
    }
}

/// An argument as a shell would need it.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=?&%@,+".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', r"'\''"))
    }
}

fn tail(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .nth(TAIL - 1)
        .map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
        time::{Duration, Instant},
    };

    use tracing_subscriber::fmt::MakeWriter;

    use super::{Gh, GhConfig, TAIL, quoted, tail};
    use crate::ErrorKind;

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Log {
        fn text(&self) -> String {
            let bytes = self.0.lock().expect("no panic while logging");
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut log = self.0.lock().map_err(|_poisoned| io::ErrorKind::Other)?;
            log.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Log {
        type Writer = Log;

        fn make_writer(&'a self) -> Log {
            self.clone()
        }
    }

    fn gh(program: &str, time_limit: Duration) -> Gh {
        Gh::new(GhConfig {
            program: program.into(),
            time_limit,
            ..GhConfig::default()
        })
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_missing() {
        let gh = gh("gh-that-is-not-there", Duration::from_secs(9));
        let error = gh.run(&["api"], None, None).await.expect_err("missing");
        assert_eq!(error.kind, ErrorKind::ToolMissing);
    }

    #[tokio::test]
    async fn a_command_that_takes_too_long_is_given_up() {
        let started = Instant::now();
        let gh = gh("sleep", Duration::from_millis(50));
        let error = gh.run(&["60"], None, None).await.expect_err("late");
        assert_eq!(error.kind, ErrorKind::Transient);
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn a_large_body_goes_through_stdin() {
        let body = "x".repeat(1 << 20);
        let gh = gh("cat", Duration::from_secs(60));
        let finished = gh.run(&[], Some(&body), None).await.expect("runs");
        assert_eq!(finished.stdout.len(), body.len());
    }

    /// B-361.
    #[tokio::test]
    async fn every_command_is_logged_without_body_and_secrets() {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        let logging = tracing::subscriber::set_default(subscriber);
        let gh = gh("cat", Duration::from_secs(60));
        let args = ["-", "ghp_0123456789"];
        gh.run(&args, Some("the body"), Some("Note"))
            .await
            .expect("runs");
        drop(logging);

        let lines = log.text();
        assert!(lines.contains("INFO"), "{lines}");
        assert!(lines.contains("command=cat - *** # Note"), "{lines}");
        assert!(!lines.contains("the body"), "{lines}");
    }

    #[test]
    fn commands_are_shown_as_a_shell_would_need_them() {
        assert_eq!(quoted("repos/o/r?ref=main"), "repos/o/r?ref=main");
        assert_eq!(quoted("it's two"), r"'it'\''s two'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_tail_is_cut_between_characters() {
        assert_eq!(tail("short"), "short");
        let long = "ä".repeat(TAIL + 5);
        assert_eq!(tail(&long).chars().count(), TAIL);
    }
}
