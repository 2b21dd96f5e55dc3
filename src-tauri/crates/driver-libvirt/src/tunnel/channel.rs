//! One ssh process whose input and output lead to a program on the host.

use std::sync::Arc;
use std::time::Duration;

use driver::DriverError;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::login::Login;
use super::stderr::{Finished, Tail, classify};
use super::{remote, ssh::SshTarget};

/// How long a process may take to end once its streams have.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A running channel. The process ends when it is dropped.
pub(crate) struct Channel {
    child: Child,
    tail: Tail,
    finished: Finished,
    host: String,
    /// Kept for as long as the channel: the last one to go ends the login.
    login: Option<Arc<Login>>,
}

impl Channel {
    /// Starts a prepared ssh.
    pub(super) async fn start(
        mut command: Command,
        target: &SshTarget,
        login: Option<Arc<Login>>,
    ) -> Result<Self, DriverError> {
        command.stdin(std::process::Stdio::piped());
        let mut child = super::login::spawn(command)
            .await
            .map_err(|e| target.not_started(&e))?;
        let stderr = child
            .stderr
            .take()
            .expect("stderr is piped by SshTarget::command");
        let (tail, finished) = Tail::follow(stderr);
        Ok(Self {
            child,
            tail,
            finished,
            host: target.host.clone(),
            login,
        })
    }

    /// Its output and input, once.
    pub(crate) fn take_pipes(&mut self) -> Option<(ChildStdout, ChildStdin)> {
        Some((self.child.stdout.take()?, self.child.stdin.take()?))
    }

    /// Waits for its end: its exit code, and what it said on stderr.
    pub(crate) async fn end(&mut self) -> (Option<i32>, String) {
        let ended = async {
            let status = self.child.wait().await;
            self.finished.wait().await;
            status
        };
        let status = tokio::time::timeout(LAST_WORDS, ended).await;
        let exit = status
            .ok()
            .and_then(Result::ok)
            .and_then(|status| status.code());
        (exit, self.tail.text())
    }

    /// The host's name, for errors.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Waits for its end and says why it came.
    pub(crate) async fn why_it_ended(mut self) -> DriverError {
        let (exit, said) = self.end().await;
        if let Some(error) = exit.and_then(|exit| remote::told(exit, &self.host, &said)) {
            return error;
        }
        // a channel over a shared login ends with it, and the login knows why
        match self
            .login
            .as_deref()
            .map(Login::last_words)
            .filter(|words| !words.is_empty())
        {
            Some(words) => classify(&words).told(&self.host, &words),
            None => classify(&said).told(&self.host, &said),
        }
    }

    /// Lets it run to its end and gives its output, for programs that say little.
    pub(crate) async fn output(mut self) -> (Option<i32>, String, String) {
        drop(self.child.stdin.take());
        let mut said = Vec::new();
        if let Some(stdout) = self.child.stdout.take() {
            use tokio::io::AsyncReadExt;
            // what was read before an error is what there is
            let _ = stdout.take(64 << 10).read_to_end(&mut said).await;
        }
        let exit = self
            .child
            .wait()
            .await
            .ok()
            .and_then(|status| status.code());
        self.finished.wait().await;
        (
            exit,
            String::from_utf8_lossy(&said).into_owned(),
            self.tail.text(),
        )
    }
}
