//! Outside programs: an argument vector, a given environment, a process group of their own and
//! a time limit. Whatever happens to the caller, nothing of that group is left running.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    pin::pin,
    process::{ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
};
use tracing::{info, warn};

use crate::child_env::Vars;

/// How many lines of output are shown of a command (B-260).
pub(crate) const TAIL_LINES: usize = 100;
/// How much output of a command is kept, in bytes; the end is what matters.
const KEPT_BYTES: usize = 1 << 20;
/// How long output is waited for once the program has ended.
const LINGER: Duration = Duration::from_secs(2);

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argv(Vec<String>);

impl Argv {
    /// A program with arguments.
    pub fn new(program: &str, args: &[&str]) -> Self {
        let all = std::iter::once(&program).chain(args);
        Self(all.map(|part| (*part).to_owned()).collect())
    }

    /// The whole vector; `None` when it names no program.
    pub fn from_vec(parts: Vec<String>) -> Option<Self> {
        (parts.first().is_some_and(|program| !program.is_empty())).then_some(Self(parts))
    }

    /// The program.
    pub fn program(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Adds an argument.
    pub fn push(&mut self, arg: impl Into<String>) {
        self.0.push(arg.into());
    }

    /// All parts.
    pub fn parts(&self) -> &[String] {
        &self.0
    }
}

/// As one would type it into a shell; for people only.
impl fmt::Display for Argv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            if !part.is_empty() && part.chars().all(plain) {
                f.write_str(part)?;
            } else {
                write!(f, "'{}'", part.replace('\'', r"'\''"))?;
            }
        }
        Ok(())
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It was ended because its time was over.
    OutOfTime(Duration),
    /// It was ended because it had said nothing for so long.
    Silent(Duration),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Code(code) => write!(f, "exit code {code}"),
            Ending::Signal(signal) => write!(f, "signal {signal}"),
            Ending::OutOfTime(limit) => write!(f, "not finished after {} s", limit.as_secs()),
            Ending::Silent(limit) => write!(f, "silent for {} s", limit.as_secs()),
        }
    }
}

impl From<ExitStatus> for Ending {
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;
        match (status.code(), status.signal()) {
            (Some(code), _) => Ending::Code(code),
            (None, signal) => Ending::Signal(signal.unwrap_or(0)),
        }
    }
}

/// A command that ran.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The command.
    pub argv: Argv,
    /// How it ended.
    pub ending: Ending,
    /// The end of its standard output.
    pub stdout: String,
    /// The end of its standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Finished {
    /// Whether it ended with exit code 0.
    pub fn ok(&self) -> bool {
        self.ending == Ending::Code(0)
    }

    /// Command, ending and the last lines of both outputs, for people and agents.
    pub fn report(&self) -> String {
        let mut text = format!("$ {}\n{}\n", self.argv, self.ending);
        for (name, output) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let tail = tail(output, TAIL_LINES);
            if !tail.is_empty() {
                text.push_str(&format!("--- {name} ---\n{tail}\n"));
            }
        }
        text
    }
}

/// A command that could not be run, or did not end with 0 where it had to.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The program is not there.
    #[error("`{0}` is not on the PATH")]
    Missing(String),
    /// The operating system refused.
    #[error("`{argv}` could not be run: {source}")]
    Io {
        /// The command.
        argv: Argv,
        /// Why.
        source: io::Error,
    },
    /// It ended badly.
    #[error("`{}` failed: {}", .0.argv, .0.ending)]
    Failed(Box<Finished>),
}

impl CommandError {
    /// Everything that is known, with the tails of both outputs.
    pub fn report(&self) -> String {
        match self {
            CommandError::Failed(finished) => finished.report(),
            CommandError::Missing(_) | CommandError::Io { .. } => self.to_string(),
        }
    }
}

/// Where and how a command runs.
#[derive(Clone, Debug)]
pub struct Surroundings<'a> {
    /// Working directory.
    pub dir: &'a Path,
    /// The whole environment.
    pub vars: &'a Vars,
    /// Longest time.
    pub limit: Duration,
    /// Longest time without any output; `None` for commands that may be silent.
    pub silence: Option<Duration>,
}

impl<'a> Surroundings<'a> {
    /// Without a limit on silence.
    pub fn new(dir: &'a Path, vars: &'a Vars, limit: Duration) -> Self {
        Self {
            dir,
            vars,
            limit,
            silence: None,
        }
    }

    /// Runs a command that must end with 0.
    pub async fn must(&self, argv: Argv) -> Result<Finished, CommandError> {
        let finished = self.run(argv, "").await?;
        if finished.ok() {
            Ok(finished)
        } else {
            Err(CommandError::Failed(Box::new(finished)))
        }
    }

    /// Runs a command with `input` on its standard input.
    pub async fn run(&self, argv: Argv, input: &str) -> Result<Finished, CommandError> {
        self.run_watched(argv, input, &mut |_| {}).await
    }

    /// The same, and shows each line of standard output as it comes, without its end of line.
    pub async fn run_watched(
        &self,
        argv: Argv,
        input: &str,
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Finished, CommandError> {
        let program = which(
            argv.program(),
            self.vars.get("PATH").map_or("", String::as_str),
            self.dir,
        )
        .ok_or_else(|| CommandError::Missing(argv.program().to_owned()))?;
        info!(command = %argv, dir = %self.dir.display(), "running");
        let begin = Instant::now();
        let io_error = |source| CommandError::Io {
            argv: argv.clone(),
            source,
        };
        let (ending, stdout, stderr) = self
            .drive(&program, &argv, input, watch)
            .await
            .map_err(io_error)?;
        let took = begin.elapsed();
        let finished = Finished {
            argv,
            ending,
            stdout,
            stderr,
            took,
        };
        // A wider number would be a text in logs for programs.
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if finished.ok() {
            info!(command = %finished.argv, ms, "done");
        } else {
            warn!(command = %finished.argv, ending = %ending, ms, "failed");
        }
        Ok(finished)
    }

    async fn drive(
        &self,
        program: &Path,
        argv: &Argv,
        input: &str,
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> io::Result<(Ending, String, String)> {
        let mut child = Command::new(program)
            .args(argv.parts().iter().skip(1))
            .env_clear()
            .envs(self.vars)
            .current_dir(self.dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = Group::of(&child);
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let heard = Heard::now();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut lines = Lines::new(watch);
        let mut on_out = |bytes: &[u8]| {
            heard.again();
            lines.add(bytes);
        };
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A program that does not read its input closes the pipe; that is its right.
                let _ = stdin.write_all(input.as_bytes()).await;
            }
        };
        let pipes = async {
            let on_err = &mut |_: &[u8]| heard.again();
            tokio::join!(
                feed,
                drain(stdout, &mut out, &mut on_out),
                drain(stderr, &mut err, on_err)
            );
        };
        let end = async {
            let status = child.wait().await;
            // Whatever it left behind keeps the pipes open, and the workspace busy.
            group.kill();
            status
        };
        let all = async {
            let (mut pipes, mut end) = (pin!(pipes), pin!(end));
            tokio::select! {
                () = &mut pipes => end.await,
                status = &mut end => {
                    // What left the group holds the pipes as long as it likes.
                    let _ = tokio::time::timeout(LINGER, pipes).await;
                    status
                }
            }
        };
        let ending = tokio::select! {
            status = all => status?.into(),
            () = tokio::time::sleep(self.limit) => Ending::OutOfTime(self.limit),
            limit = heard.too_long_ago(self.silence) => Ending::Silent(limit),
        };
        group.kill();
        lines.end();
        Ok((ending, lossy(&out), lossy(&err)))
    }
}

/// When a command last said something.
struct Heard(Mutex<Instant>);

impl Heard {
    fn now() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    fn again(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Ends when nothing was heard for `limit`; never without a limit.
    async fn too_long_ago(&self, limit: Option<Duration>) -> Duration {
        let Some(limit) = limit else {
            return std::future::pending().await;
        };
        loop {
            let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let left = limit.saturating_sub(last.elapsed());
            if left.is_zero() {
                return limit;
            }
            tokio::time::sleep(left).await;
        }
    }
}

/// Output as it comes, cut into lines.
struct Lines<'a> {
    begun: Vec<u8>,
    watch: &'a mut (dyn FnMut(&str) + Send),
}

impl<'a> Lines<'a> {
    fn new(watch: &'a mut (dyn FnMut(&str) + Send)) -> Self {
        let begun = Vec::new();
        Self { begun, watch }
    }

    fn add(&mut self, bytes: &[u8]) {
        let mut parts = bytes.split(|byte| *byte == b'\n');
        let last = parts.next_back().unwrap_or_default();
        for part in parts {
            self.begun.extend_from_slice(part);
            self.end();
        }
        self.begun.extend_from_slice(last);
        // A line without an end is not kept for ever; only its beginning is lost to the watcher.
        if self.begun.len() > KEPT_BYTES {
            self.end();
        }
    }

    /// Shows what was begun, if anything was.
    fn end(&mut self) {
        let line = std::mem::take(&mut self.begun);
        if !line.is_empty() {
            (self.watch)(lossy(&line).trim_end_matches('\r'));
        }
    }
}

/// A process group that ends with its owner.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &tokio::process::Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    fn kill(&self) {
        if let Some(group) = self.0 {
            // It is gone already more often than not.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn drain(
    pipe: Option<impl AsyncRead + Unpin>,
    kept: &mut Vec<u8>,
    seen: &mut (dyn FnMut(&[u8]) + Send),
) {
    let Some(mut pipe) = pipe else { return };
    let mut chunk = vec![0; 16 * 1024];
    // A broken pipe ends the output like an orderly end does.
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let read = chunk.get(..count).unwrap_or_default();
        seen(read);
        kept.extend_from_slice(read);
        if kept.len() > 2 * KEPT_BYTES {
            kept.drain(..kept.len() - KEPT_BYTES);
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The last `count` lines, and of very long ones only the end: progress bars and dumped tensors
/// are one line.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let last = lines
        .get(lines.len().saturating_sub(count)..)
        .unwrap_or_default()
        .join("\n");
    let from = last.ceil_char_boundary(last.len().saturating_sub(TAIL_BYTES));
    match last.get(from..) {
        Some(end) if from > 0 => format!("[…] {end}"),
        _ => last,
    }
}

/// The most that a report shows of one stream, in bytes.
const TAIL_BYTES: usize = 16 * 1024;

/// Where `program` is: itself when it is a path (relative to `dir`), else the first executable of
/// that name in the folders of `path`.
pub(crate) fn which(program: &str, path: &str, dir: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let runnable = |file: &PathBuf| {
        file.metadata()
            .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return Some(dir.join(program)).filter(runnable);
    }
    let folders = path.split(':').filter(|folder| !folder.is_empty());
    folders
        .map(|folder| Path::new(folder).join(program))
        .find(runnable)
}

/// The name of this machine, which names the worker by default.
pub fn host_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use rustix::process::{Pid, test_kill_process};

    use super::{Argv, CommandError, Ending, Surroundings, tail};
    use crate::child_env::Vars;

    fn vars() -> Vars {
        [("PATH".to_owned(), "/usr/bin:/bin".to_owned())].into()
    }

    fn around<'a>(vars: &'a Vars, limit: Duration) -> Surroundings<'a> {
        Surroundings::new(Path::new("/"), vars, limit)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn input_output_code_and_environment_are_the_commands_own() {
        let vars = vars();
        let script = "cat; env; echo oops >&2; exit 3";
        let argv = Argv::new("sh", &["-c", script]);
        let finished = around(&vars, LONG).run(argv, "hello\n").await.expect("ran");
        assert_eq!(finished.ending, Ending::Code(3));
        assert!(
            finished.stdout.starts_with("hello\n"),
            "{}",
            finished.stdout
        );
        assert!(!finished.stdout.contains("CARGO"), "{}", finished.stdout);
        let report = finished.report();
        assert!(
            report.contains("exit code 3\n") && report.contains("--- stderr ---\noops\n"),
            "{report}"
        );
    }

    #[tokio::test]
    async fn what_a_command_leaves_running_is_ended_with_it() {
        let vars = vars();
        let argv = Argv::new("sh", &["-c", "sleep 600 & echo $!"]);
        let finished = around(&vars, LONG).must(argv).await.expect("ran");
        assert!(gone(&finished.stdout), "{}", finished.stdout);
    }

    #[tokio::test]
    async fn a_command_out_of_time_is_ended_with_its_children() {
        let vars = vars();
        let argv = Argv::new("sh", &["-c", "sleep 600 & echo $!; wait"]);
        let limit = Duration::from_millis(300);
        let finished = around(&vars, limit).run(argv, "").await.expect("ran");
        assert_eq!(finished.ending, Ending::OutOfTime(limit));
        assert!(gone(&finished.stdout), "{}", finished.stdout);
    }

    #[tokio::test]
    async fn a_silent_command_is_ended_and_a_talking_one_is_not() {
        let vars = vars();
        let silence = Some(Duration::from_millis(400));
        let around = Surroundings {
            silence,
            ..around(&vars, LONG)
        };
        let talk = "for i in 1 2 3 4 5 6; do echo $i >&2; sleep 0.2; done";
        let talked = around.must(Argv::new("sh", &["-c", talk])).await;
        assert!(talked.is_ok(), "{talked:?}");
        let silent = Argv::new("sh", &["-c", "echo begun; sleep 600"]);
        let finished = around.run(silent, "").await.expect("ran");
        assert_eq!(finished.ending, Ending::Silent(Duration::from_millis(400)));
        assert_eq!(finished.stdout, "begun\n");
    }

    #[tokio::test]
    async fn lines_are_shown_as_they_come() {
        let vars = vars();
        let mut seen = Vec::new();
        let script = "printf 'one\\ntw'; printf 'o\\r\\n\\nthree'";
        let argv = Argv::new("sh", &["-c", script]);
        let ran = around(&vars, LONG)
            .run_watched(argv, "", &mut |line| seen.push(line.to_owned()))
            .await;
        assert!(ran.expect("ran").ok());
        assert_eq!(seen, ["one", "two", "three"]);
    }

    #[tokio::test]
    async fn what_leaves_the_group_delays_nothing() {
        let vars = vars();
        let argv = Argv::new("sh", &["-c", "setsid sleep 600 & echo $!"]);
        let finished = around(&vars, LONG).must(argv).await.expect("ran");
        assert!(finished.took < LONG / 2, "{:?}", finished.took);
        let left = finished.stdout.trim().parse().expect("pid");
        let left = Pid::from_raw(left).expect("pid");
        let _ = rustix::process::kill_process(left, rustix::process::Signal::KILL);
    }

    /// Whether the process has ended; a killed one may need a moment to be reaped by init.
    fn gone(pid: &str) -> bool {
        let pid = Pid::from_raw(pid.trim().parse().expect("pid")).expect("pid");
        let stat = format!("/proc/{}/stat", pid.as_raw_nonzero());
        (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            let zombie = std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") Z "));
            zombie || test_kill_process(pid).is_err()
        })
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let vars = vars();
        let error = around(&vars, LONG)
            .must(Argv::new("no-such-tool", &[]))
            .await;
        assert!(matches!(error, Err(CommandError::Missing(name)) if name == "no-such-tool"));
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        let text: String = (0..10_000).map(|number| format!("{number}\n")).collect();
        assert_eq!(tail(&text, 2), "9998\n9999");
        assert_eq!(tail("", 2), "");
        let long = tail(&format!("begin{}end", "é".repeat(20_000)), 2);
        assert!(long.len() < 17_000 && long.starts_with("[…] é") && long.ends_with("éend"));
    }

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let argv = Argv::new("git", &["commit", "-m", "it's (n150)", ""]);
        assert_eq!(argv.to_string(), r"git commit -m 'it'\''s (n150)' ''");
    }
}
