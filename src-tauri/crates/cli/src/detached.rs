//! `--no-wait`: the command is run again on its own, tells its queued tasks, and goes on when this
//! process has ended.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use api::TaskDto;
use model::Task;
use serde_json::{Value, json};

use crate::output::Output;
use crate::{Done, internal};

const MARK: &str = "INNKEEPERCTL_DETACHED";

/// Whether this process is the one that goes on.
pub fn is_detached() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Runs the same command on its own and tells what it tells first.
pub fn start() -> Done {
    let failed =
        |error: std::io::Error| internal(format!("Cannot go on in the background: {error}."));
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command
        .args(std::env::args_os().skip(1))
        .arg("--json")
        .env(MARK, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // whoever waits for the end of this terminal's output must not wait for the background
        .stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // Ctrl+C in this terminal is not meant for it
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(failed)?;
    let stdout = child.stdout.take().expect("piped above");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .map_err(failed)?;
    let document: Value = serde_json::from_str(&line)
        .map_err(|_| internal("The command ended before it had asked for anything."))?;
    let text = document["tasks"].as_array().map_or_else(
        || {
            document["error"]["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        },
        |tasks| format!("{} queued.", tasks.len()),
    );
    let failure = serde_json::from_value(document["error"].clone()).ok();
    let output = Output::new(&document, text);
    Ok(match &failure {
        Some(failure) => output.failed_by(failure),
        None => output,
    })
}

/// Tells the queued tasks to whoever started this process.
pub fn report(tasks: &[Task]) {
    if !is_detached() {
        return;
    }
    let wire: Vec<TaskDto> = tasks.iter().cloned().map(TaskDto::from).collect();
    let mut stdout = std::io::stdout().lock();
    // whoever started this may have gone
    let _ = writeln!(stdout, "{}", json!({ "tasks": wire }));
    let _ = stdout.flush();
}
