//! The real binary, run as an admin runs it: in a directory with a `config.toml`, watched through its output and its
//! exit code.
//!
//! Every run starts from the same environment, ends within a bound, and leaves neither process nor file behind.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::first_within;

/// Longest run of a verb that ends by itself.
const VERB_BOUND: Duration = Duration::from_secs(60);

/// Longest time from the start of a daemon to the line with its address.
const START_BOUND: Duration = Duration::from_secs(30);

/// Variables by which the tester's shell, proxy or service manager would change what a run does.
const FOREIGN_VARIABLES: [&str; 12] = [
    "RUST_LOG",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
];

/// A directory of its own for config, database and whatever a test writes; gone when dropped.
pub struct Workplace {
    root: TempDir,
}

impl Workplace {
    pub fn new() -> Workplace {
        Workplace { root: tempfile::tempdir().expect("the temporary directory can be written to") }
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.path().join(name)
    }

    /// Where the default config puts the database.
    pub fn database(&self) -> PathBuf {
        self.path("taspa.sqlite")
    }

    /// Writes `config.toml`. Replaces it in one step: a daemon that watches it never reads half a file.
    pub fn config(&self, text: &str) {
        let fresh = self.path(".config.toml.new");
        fs::write(&fresh, text).expect("the workplace can be written to");
        fs::rename(&fresh, self.path("config.toml")).expect("the workplace can be written to");
    }

    /// The binary with `arguments`, in this directory, in the clean environment, without input; not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taspa"));
        command.args(arguments).current_dir(self.root.path()).stdin(Stdio::null());
        for variable in FOREIGN_VARIABLES {
            command.env_remove(variable);
        }
        command
    }

    /// Runs a verb to its end; past 60 s the process is killed and the test fails.
    #[track_caller]
    pub fn taspa(&self, arguments: &[&str]) -> Output {
        run(self.command(arguments))
    }

    /// Starts `taspa run`. [`Daemon::base_url`] waits until it serves.
    #[track_caller]
    pub fn daemon(&self) -> Daemon {
        Daemon::start(self.command(&["run"]))
    }
}

/// What a verb printed and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// `None` where a signal ended it.
    pub code: Option<i32>,
}

impl Output {
    /// Passes the output on when the verb ended with `code`; panics with all that it printed otherwise.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Output {
        assert_eq!(self.code, Some(code), "\n{self}");
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}

/// Runs `command`, bounded like [`Workplace::taspa`]: for a test that adds variables or input to
/// [`Workplace::command`].
#[track_caller]
pub fn run(mut command: Command) -> Output {
    let mut child = spawn(&mut command);
    let stdout = read_whole(child.stdout.take().expect("stdout is piped"));
    let stderr = read_whole(child.stderr.take().expect("stderr is piped"));
    let status = exit_within(VERB_BOUND, || child.try_wait());
    if status.is_none() {
        kill(&mut child);
    }
    let output = Output {
        stdout: stdout.join().expect("reading a pipe does not panic"),
        stderr: stderr.join().expect("reading a pipe does not panic"),
        code: status.and_then(|status| status.code()),
    };
    assert!(status.is_some(), "killed, still running after {VERB_BOUND:?}: {command:?}\n{output}");
    output
}

/// A running `taspa run`, killed when dropped. A failing test prints the log once.
pub struct Daemon {
    child: Mutex<Child>,
    log: Arc<Log>,
    /// One a pipe; end with the process.
    readers: Vec<JoinHandle<()>>,
    is_log_shown: AtomicBool,
}

impl Daemon {
    /// Starts `command`, for a test that adds variables to [`Workplace::command`].
    #[track_caller]
    pub fn start(mut command: Command) -> Daemon {
        let mut child = spawn(&mut command);
        let log = Arc::new(Log::default());
        let readers =
            vec![log.follow(child.stdout.take().expect("stdout is piped")), log.follow(child.stderr.take().expect("stderr is piped"))];
        Daemon { child: Mutex::new(child), log, readers, is_log_shown: AtomicBool::new(false) }
    }

    /// The first line for which `is_wanted`; panics with the whole log when `bound` passes, or the daemon ends, first.
    ///
    /// Looks at every line since the start, once each and in order, so that a counting `is_wanted` finds the second.
    #[track_caller]
    pub fn wait_for_line(&self, mut is_wanted: impl FnMut(&str) -> bool, bound: Duration) -> String {
        let deadline = Instant::now() + bound;
        let mut seen = 0;
        loop {
            let is_last = Instant::now() >= deadline;
            let fresh = self.log.lines_after(seen, deadline);
            let is_all = fresh.is_empty();
            seen += fresh.len();
            if let Some(line) = fresh.into_iter().find(|line| is_wanted(line)) {
                return line;
            }
            if is_all || is_last {
                self.fail(&format!("no such line, waited at most {bound:?}"));
            }
        }
    }

    /// `http://127.0.0.1:PORT`, from the first line that names a feed there; waits for that line.
    ///
    /// Give no origin of the test a path below `/feeds/`: a line about that would be taken for the daemon's own.
    #[track_caller]
    pub fn base_url(&self) -> String {
        let line = self.wait_for_line(|line| base_url_in(line).is_some(), START_BOUND);
        base_url_in(&line).expect("the line was chosen for it").to_owned()
    }

    /// Where [`Daemon::base_url`] points, for [`super::http::raw`].
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        let base_url = self.base_url();
        base_url["http://".len()..].parse().expect("an address and a port")
    }

    /// Sends the signal `name`: `TERM`, `HUP`, `KILL`. Panics when the daemon has ended.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let mut child = self.child();
        // Held until the signal is sent: as long as nobody reaps the child, its id belongs to nobody else.
        let status = child.try_wait().expect("a child can be waited for");
        if status.is_none() {
            let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().expect("kill is installed");
            assert!(sent.success(), "kill -s {name}: {sent}");
            return;
        }
        drop(child);
        self.fail(&format!("SIG{name} to a daemon that has ended: {status:?}"));
    }

    /// How the daemon ended, its log complete; panics with the log when it still runs after `bound`.
    #[track_caller]
    pub fn wait_exit(&self, bound: Duration) -> ExitStatus {
        match exit_within(bound, || self.child().try_wait()) {
            Some(status) => {
                self.log.wait_until_closed(bound);
                status
            }
            None => self.fail(&format!("still running after {bound:?}")),
        }
    }

    /// The process's id, for what /proc tells of it.
    pub fn id(&self) -> u32 {
        self.child().id()
    }

    /// Most memory that it has had so far, in KiB.
    #[cfg(target_os = "linux")]
    pub fn peak_kib(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// What its code has now of that, in KiB.
    #[cfg(target_os = "linux")]
    pub fn code_kib(&self) -> u64 {
        self.memory("RssFile:")
    }

    #[cfg(target_os = "linux")]
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        value.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Everything printed so far, both streams together, a line a line.
    pub fn log(&self) -> String {
        self.log.text()
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        self.is_log_shown.store(true, Ordering::Relaxed);
        panic!("daemon: {what}\n--- log\n{}", self.log());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        kill(&mut self.child());
        for reader in self.readers.drain(..) {
            // A reader that panicked has lost lines only; a second panic here would lose the test's own.
            let _ = reader.join();
        }
        if thread::panicking() && !self.is_log_shown.load(Ordering::Relaxed) {
            eprintln!("--- log of the daemon\n{}", self.log());
        }
    }
}

/// The lines of a process, from both its streams, in the order in which they were read.
#[derive(Default)]
struct Log {
    written: Mutex<Written>,
    /// A line came, or a pipe closed.
    changed: Condvar,
}

#[derive(Default)]
struct Written {
    lines: Vec<String>,
    open_pipes: usize,
}

impl Log {
    /// Starts a thread that takes the lines of `pipe` until the process closes it.
    fn follow(self: &Arc<Log>, pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        self.written().open_pipes += 1;
        let log = Arc::clone(self);
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe).split(b'\n');
            while let Some(Ok(line)) = lines.next() {
                log.written().lines.push(String::from_utf8_lossy(&line).into_owned());
                log.changed.notify_all();
            }
            log.written().open_pipes -= 1;
            log.changed.notify_all();
        })
    }

    /// Lines past the first `seen`: at least one, unless `deadline` or the end of the process comes first.
    fn lines_after(&self, seen: usize, deadline: Instant) -> Vec<String> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (written, _) = self
            .changed
            .wait_timeout_while(self.written(), left, |written| written.lines.len() <= seen && written.open_pipes > 0)
            .unwrap_or_else(PoisonError::into_inner);
        written.lines[seen..].to_vec()
    }

    fn wait_until_closed(&self, bound: Duration) {
        let _written = self
            .changed
            .wait_timeout_while(self.written(), bound, |written| written.open_pipes > 0)
            .unwrap_or_else(PoisonError::into_inner);
    }

    fn text(&self) -> String {
        self.written().lines.join("\n")
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `http://127.0.0.1:PORT` where `line` holds it before `/feeds/`.
fn base_url_in(line: &str) -> Option<&str> {
    const SCHEME_AND_HOST: &str = "http://127.0.0.1:";
    line.match_indices(SCHEME_AND_HOST).find_map(|(start, _)| {
        let port = &line[start + SCHEME_AND_HOST.len()..];
        let digits = port.find("/feeds/")?;
        port[..digits].parse::<u16>().ok()?;
        Some(&line[start..start + SCHEME_AND_HOST.len() + digits])
    })
}

#[track_caller]
fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn read_whole(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe of a child can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Std tells of a child's end only to who asks, so ask again until `bound`.
fn exit_within(bound: Duration, mut try_wait: impl FnMut() -> std::io::Result<Option<ExitStatus>>) -> Option<ExitStatus> {
    first_within(bound, || try_wait().expect("a child can be waited for"))
}

/// SIGKILL, then reap; nothing to do where it has ended.
fn kill(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
