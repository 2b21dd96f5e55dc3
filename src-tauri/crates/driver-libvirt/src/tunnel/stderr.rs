//! What ssh says on stderr when it fails.
//!
//! ssh has one exit code (255) for everything that goes wrong before the remote program runs, so its
//! words are all there is. They are matched here and nowhere else, in one table, with `LC_ALL=C` and
//! `LogLevel=ERROR`, under which ssh prints no banner: a host cannot put words into its mouth before
//! it is authenticated. What a remote program says is never matched: its exit codes speak
//! (see [`super::remote`]).

use std::sync::{Arc, Mutex, PoisonError};

use driver::DriverError;
use model::ErrorCode;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The last part of what a program wrote on stderr.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    const LONGEST: usize = 16 << 10;

    /// Reads until the end, in a task of its own.
    pub(super) fn follow(mut source: impl AsyncRead + Send + Unpin + 'static) -> (Self, Finished) {
        let tail = Self::default();
        let kept = tail.clone();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = source.read(&mut buffer).await {
                kept.push(&buffer[..count]);
            }
        });
        (tail, Finished(task))
    }

    fn push(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        let surplus = kept.len().saturating_sub(Self::LONGEST);
        kept.drain(..surplus);
    }

    pub(crate) fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).trim().to_owned()
    }
}

/// Whether everything was read.
pub(super) struct Finished(tokio::task::JoinHandle<()>);

impl Finished {
    pub(super) async fn wait(&mut self) {
        // a reader that panicked has read what it could, and one that was waited for has read all
        if !self.0.is_finished() {
            let _ = (&mut self.0).await;
        }
    }
}

/// Why ssh failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SshFailure {
    /// The host shows another key than the known one.
    HostKeyChanged,
    /// The host's key is not known, and nobody confirmed it.
    HostKeyUnknown,
    /// No way to log in was accepted.
    LoginRefused,
    /// The name has no address.
    NameUnknown,
    /// Nothing listens on the port.
    PortRefused,
    /// No network leads there.
    NoRoute,
    /// It did not answer in time.
    Timeout,
    /// It hung up, during the login or later.
    Closed,
    /// ssh's own configuration is wrong.
    Configuration,
    /// Something else.
    Other,
}

/// Each line of ssh that decides, in the order of how much it explains.
const PHRASES: &[(&str, SshFailure)] = &[
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        SshFailure::HostKeyChanged,
    ),
    ("Host key verification failed", SshFailure::HostKeyUnknown),
    ("Bad configuration option", SshFailure::Configuration),
    ("terminating, ", SshFailure::Configuration),
    ("Can't open user config file", SshFailure::Configuration),
    ("Permission denied (", SshFailure::LoginRefused),
    ("Too many authentication failures", SshFailure::LoginRefused),
    ("Could not resolve hostname", SshFailure::NameUnknown),
    ("Connection refused", SshFailure::PortRefused),
    ("No route to host", SshFailure::NoRoute),
    ("Network is unreachable", SshFailure::NoRoute),
    ("Connection timed out", SshFailure::Timeout),
    ("Operation timed out", SshFailure::Timeout),
    ("not responding", SshFailure::Timeout),
    ("Connection closed", SshFailure::Closed),
    ("Connection reset", SshFailure::Closed),
    ("Broken pipe", SshFailure::Closed),
    ("kex_exchange_identification", SshFailure::Closed),
];

/// Finds out why ssh failed.
pub(crate) fn classify(stderr: &str) -> SshFailure {
    let found = PHRASES.iter().find(|(phrase, _)| stderr.contains(phrase));
    found.map_or(SshFailure::Other, |(_, failure)| *failure)
}

impl SshFailure {
    /// The error for a login to `host` that failed like this.
    pub(crate) fn told(self, host: &str, stderr: &str) -> DriverError {
        use ErrorCode as E;
        let (code, message, hint): (E, String, Option<String>) = match self {
            Self::HostKeyChanged => (
                E::HostKeyChanged,
                format!("{host} shows another host key than the one this computer knows."),
                Some(
                    "Ask whoever runs the host whether its key was changed, and compare the \
                     fingerprint on the host itself: ssh-keygen -lf \
                     /etc/ssh/ssh_host_ed25519_key.pub. If nobody changed it, somebody may be in \
                     between."
                        .into(),
                ),
            ),
            Self::HostKeyUnknown => (
                E::AuthFailed,
                format!("The host key of {host} is not known, and nobody has confirmed it."),
                Some("Connect again and compare the fingerprint that is shown.".into()),
            ),
            Self::LoginRefused => (
                E::AuthFailed,
                format!("{host} does not accept this login."),
                Some("Check the user name and which key ssh offers: ssh -v shows it.".into()),
            ),
            Self::NameUnknown => (
                E::ConnectionRefused,
                format!("The name {host} has no address."),
                None,
            ),
            Self::PortRefused => (
                E::ConnectionRefused,
                format!("{host} is there, but no ssh server answers on the port."),
                None,
            ),
            Self::NoRoute => (
                E::ConnectionRefused,
                format!("No network leads to {host}."),
                None,
            ),
            Self::Timeout => (E::ConnectionLost, format!("{host} does not answer."), None),
            Self::Closed => (
                E::ConnectionLost,
                format!("{host} closed the ssh connection."),
                None,
            ),
            Self::Configuration => (
                E::InvalidInput,
                "ssh does not accept its configuration.".into(),
                Some("Run ssh in a terminal: it names the line.".into()),
            ),
            Self::Other => (
                E::ConnectionLost,
                format!("The ssh connection to {host} ended."),
                None,
            ),
        };
        let mut error = DriverError::new(code, message);
        error.hint = hint;
        let stderr = match self {
            Self::HostKeyChanged => without_the_repair(stderr),
            _ => stderr.to_owned(),
        };
        if stderr.is_empty() {
            error
        } else {
            error.with_detail(stderr)
        }
    }
}

/// ssh's warning about a changed key without its advice on how to throw the known one away: whoever
/// is shown that before having asked follows it.
fn without_the_repair(stderr: &str) -> String {
    let kept = |line: &&str| {
        ["SHA256:", "MD5:", "fingerprint", "Offending", "has changed"]
            .iter()
            .any(|word| line.contains(word))
    };
    stderr
        .lines()
        .map(str::trim_end)
        .filter(kept)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sshs_words_are_understood() {
        // as OpenSSH 9.2 writes them
        let rows = [
            (
                "@@@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n\
                 Host key for kvm1 has changed and you have requested strict checking.\r\n\
                 Host key verification failed.",
                SshFailure::HostKeyChanged,
            ),
            (
                "No ED25519 host key is known for 10.0.0.7 and you have requested strict \
                 checking.\r\nHost key verification failed.",
                SshFailure::HostKeyUnknown,
            ),
            (
                "root@10.0.0.7: Permission denied (publickey).",
                SshFailure::LoginRefused,
            ),
            (
                "ssh: Could not resolve hostname kvm9: Name or service not known",
                SshFailure::NameUnknown,
            ),
            (
                "ssh: connect to host 10.0.0.7 port 2222: Connection refused",
                SshFailure::PortRefused,
            ),
            (
                "ssh: connect to host 10.0.0.9 port 22: No route to host",
                SshFailure::NoRoute,
            ),
            (
                "ssh: connect to host 10.0.0.9 port 22: Connection timed out",
                SshFailure::Timeout,
            ),
            ("Connection closed by 10.0.0.7 port 22", SshFailure::Closed),
            (
                "kex_exchange_identification: Connection closed by remote host",
                SshFailure::Closed,
            ),
            (
                "/home/mara/.ssh/config: line 3: Bad configuration option: hosst\r\n\
                 /home/mara/.ssh/config: terminating, 1 bad configuration options",
                SshFailure::Configuration,
            ),
            ("", SshFailure::Other),
        ];
        for (stderr, failure) in rows {
            assert_eq!(classify(stderr), failure, "{stderr}");
        }
    }

    #[test]
    fn a_changed_key_is_shown_without_the_command_that_forgets_the_old_one() {
        let said = "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n\
                    The fingerprint for the ED25519 key sent by the remote host is\r\n\
                    SHA256:uVf82.\r\nAdd correct host key in /k to get rid of this message.\r\n\
                    Offending ED25519 key in /k:1\r\n  remove with:\r\n  ssh-keygen -f \"/k\" -R \"h\"\r\n";
        let detail = classify(said)
            .told("h", said)
            .detail
            .expect("the fingerprint");
        assert!(
            detail.contains("SHA256:uVf82") && detail.contains("/k:1"),
            "{detail}"
        );
        assert!(
            !detail.contains("ssh-keygen") && !detail.contains("get rid"),
            "{detail}"
        );
    }

    #[tokio::test]
    async fn an_endless_stderr_is_kept_by_its_end() {
        let mut noise = vec![b'x'; 1 << 20];
        noise.extend_from_slice(b"Permission denied (publickey).\n");
        let (tail, mut finished) = Tail::follow(std::io::Cursor::new(noise));
        finished.wait().await;
        let text = tail.text();
        assert!(text.len() <= Tail::LONGEST, "{} bytes", text.len());
        assert_eq!(classify(&text), SshFailure::LoginRefused);
    }
}
