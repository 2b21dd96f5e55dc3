//! Running other programs, from the project's root.
//!
//! Invariant: every program's output reaches the terminal as it appears; `listen` also returns it for counting.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

/// The folder that holds the workspace's Cargo.toml.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask stands inside the workspace")
        .to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A command that runs in the root, with nothing on its stdin: no program may wait for an answer.
pub fn command<S: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Like [`command`], for a line of plain words.
pub fn words(line: &str) -> Command {
    let mut words = line.split_whitespace();
    command(words.next().expect("a line names a program"), words)
}

/// A command of the UI's package.json.
pub fn npm(line: &str) -> Command {
    // on Windows npm is a script, which only its full name starts
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, line.split_whitespace());
    npm.current_dir(root().join("ui"));
    npm
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let args = command.get_args().map(|a| a.to_string_lossy());
    std::iter::once(command.get_program().to_string_lossy())
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs to success, or fails naming the command.
pub fn check(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs quietly; what it wrote to stdout, or None when it cannot be started or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs, showing both streams as they come, and returns their text. Colours are off, so that it can be read.
pub fn listen(command: &mut Command) -> Result<(ExitStatus, String)> {
    let line = shown(command);
    println!("$ {line}");
    let mut child = command
        .env("NO_COLOR", "1")
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("FORCE_COLOR")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    let stdout = child.stdout.take().expect("stdout is piped");
    let stderr = child.stderr.take().expect("stderr is piped");
    let errors = thread::spawn(move || copy(stderr, &mut std::io::stderr()));
    let mut text = copy(stdout, &mut std::io::stdout());
    text.push_str(&errors.join().expect("copying lines does not panic"));
    Ok((child.wait()?, text))
}

fn copy(from: impl Read, to: &mut impl Write) -> String {
    let mut text = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    // a stream that breaks off has said all it will
    while matches!(from.read_until(b'\n', &mut line), Ok(n) if n > 0) {
        // a terminal that went away does not stop the count
        let _ = to.write_all(&line);
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    text
}
