//! ssh's questions, in our own window.
//!
//! ```text
//! ssh ──starts──▶ this program again, in helper mode ──private socket + token──▶ Askpass
//!  ▲                                                                                │ asks
//!  └────────── answer on the helper's standard output ◀─────────────────────── the Prompter
//! ```
//!
//! Both our programs call [`askpass_main_if_requested`] first thing in `main`. ssh is told by
//! `SSH_ASKPASS_REQUIRE=force` to ask there and nowhere else.
//!
//! Invariant: an answer goes to the ssh that asked, and is kept nowhere.

mod helper;
mod question;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use driver::{Answer, Prompter, Question};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::process::Command;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::platform::{Peer, PrivateListener};
use crate::tunnel::PrivateFolder;

pub use helper::askpass_main_if_requested;

/// Where the helper finds us.
const ADDRESS: &str = "INNKEEPER_ASKPASS";
/// What the helper shows to be taken for ours.
const TOKEN: &str = "INNKEEPER_ASKPASS_TOKEN";
/// Longest line that either side reads.
const LONGEST_LINE: u64 = 64 << 10;

/// The program that ssh starts to ask: one whose `main` begins with
/// [`askpass_main_if_requested`].
#[derive(Debug, Clone)]
pub(crate) struct AskpassProgram(pub(crate) PathBuf);

/// What the helper sends.
#[derive(Serialize, Deserialize)]
struct Asked {
    token: String,
    /// ssh's words.
    prompt: String,
    /// ssh's own hint on the kind: `confirm`, `none` (only shown), or nothing.
    #[serde(default)]
    hint: String,
}

/// What it gets back.
#[derive(Serialize, Deserialize)]
struct Answered {
    answer: Option<String>,
}

/// Answers the questions of one login.
pub(crate) struct Askpass {
    program: AskpassProgram,
    address: String,
    token: String,
    cancelled: Arc<AtomicBool>,
    _listening: DropGuard,
}

impl Askpass {
    /// Listens for helpers until dropped.
    pub(crate) fn listen(
        folder: &PrivateFolder,
        program: AskpassProgram,
        prompter: Arc<dyn Prompter>,
    ) -> io::Result<Self> {
        let listener = PrivateListener::bind(folder.path(), &folder.fresh_name('a'))?;
        let token = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(|u| u.simple().to_string());
        let token = token.concat();
        let cancelled = Arc::new(AtomicBool::new(false));
        let stop = CancellationToken::new();
        let address = listener.address().to_string();
        let desk = Desk {
            token: token.clone(),
            prompter,
            cancelled: Arc::clone(&cancelled),
        };
        tokio::spawn(attend(listener, desk, stop.clone()));
        Ok(Self {
            program,
            address,
            token,
            cancelled,
            _listening: stop.drop_guard(),
        })
    }

    /// Makes an ssh ask here.
    pub(crate) fn serve(&self, command: &mut Command) {
        command
            .env("SSH_ASKPASS", &self.program.0)
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env(ADDRESS, &self.address)
            .env(TOKEN, &self.token);
        // before SSH_ASKPASS_REQUIRE (OpenSSH 8.4) ssh asked here only in a graphical session
        if std::env::var_os("DISPLAY").is_none() {
            command.env("DISPLAY", ":");
        }
    }

    /// Whether a question was closed without an answer.
    pub(crate) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

#[derive(Clone)]
struct Desk {
    token: String,
    prompter: Arc<dyn Prompter>,
    cancelled: Arc<AtomicBool>,
}

async fn attend(listener: PrivateListener, desk: Desk, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept(Peer::SameUser) => accepted,
        };
        let Ok(stream) = accepted else { return };
        let (desk, stop) = (desk.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                // a helper that hung up needs no answer
                _ = desk.answer(stream) => {}
            }
        });
    }
}

impl Desk {
    async fn answer(&self, stream: impl AsyncRead + AsyncWrite) -> io::Result<()> {
        let (source, mut sink) = tokio::io::split(stream);
        let mut source = BufReader::new(source);
        let mut line = String::new();
        (&mut source)
            .take(LONGEST_LINE)
            .read_line(&mut line)
            .await?;
        let asked: Asked = serde_json::from_str(&line)?;
        if asked.token != self.token {
            return Ok(());
        }
        if asked.hint == "none" {
            // a notice (touch your key): ssh ends the helper when it is out of date
            source.read_u8().await?;
            return Ok(());
        }
        let question = question::understood(&asked.prompt);
        let answer = tokio::select! {
            answer = self.prompter.ask(question.clone()) => answer,
            // ssh gave up, and the helper with it: nobody needs the answer
            _ = source.read_u8() => return Ok(()),
        };
        let answer = match (question, answer) {
            (Question::NewHostKey { .. }, Some(Answer::TrustHostKey)) => Some("yes".to_owned()),
            (Question::NewHostKey { .. }, _) | (_, None | Some(Answer::TrustHostKey)) => None,
            (_, Some(Answer::Text(secret))) => Some(secret.expose().to_owned()),
        };
        if answer.is_none() {
            self.cancelled.store(true, Ordering::Release);
        }
        let mut line = serde_json::to_string(&Answered { answer })?;
        line.push('\n');
        sink.write_all(line.as_bytes()).await?;
        sink.flush().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use driver::{NoPrompts, Secret};

    struct Fixed(Answer);

    #[async_trait::async_trait]
    impl Prompter for Fixed {
        async fn ask(&self, _: Question) -> Option<Answer> {
            Some(self.0.clone())
        }
    }

    /// What a helper gets that says `line` to a desk.
    async fn answered(prompter: Arc<dyn Prompter>, line: &str) -> (String, bool) {
        let cancelled = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            token: "t".into(),
            prompter,
            cancelled: Arc::clone(&cancelled),
        };
        let (mut helper, ours) = tokio::io::duplex(1 << 20);
        let attended = tokio::spawn(async move { desk.answer(ours).await });
        helper
            .write_all(format!("{line}\n").as_bytes())
            .await
            .expect("open");
        let mut got = String::new();
        helper.read_to_string(&mut got).await.expect("text");
        let _ = attended.await.expect("no panic");
        (got, cancelled.load(Ordering::Acquire))
    }

    #[tokio::test]
    async fn an_answer_goes_to_who_shows_the_token() {
        let secret = || Arc::new(Fixed(Answer::Text(Secret::new("s3cret \"x\""))));
        let asked = r#"{"token":"t","prompt":"root@h's password: "}"#;
        let (got, cancelled) = answered(secret(), asked).await;
        assert_eq!(
            (got.as_str(), cancelled),
            ("{\"answer\":\"s3cret \\\"x\\\"\"}\n", false)
        );
        for stranger in [r#"{"token":"u","prompt":"x"}"#, "hello", ""] {
            let (got, _) = answered(secret(), stranger).await;
            assert_eq!(got, "", "{stranger:?} is told nothing");
        }
    }

    #[tokio::test]
    async fn a_closed_question_is_remembered_and_told_apart() {
        let asked = r#"{"token":"t","prompt":"root@h's password: "}"#;
        let (got, cancelled) = answered(Arc::new(NoPrompts), asked).await;
        assert_eq!((got.as_str(), cancelled), ("{\"answer\":null}\n", true));
    }

    #[tokio::test]
    async fn a_typed_text_never_confirms_a_host_key() {
        let asked = r#"{"token":"t","prompt":"The authenticity of host 'h' can't be established.\nED25519 key fingerprint is SHA256:abc.\n(yes/no)? "}"#;
        let typed = Arc::new(Fixed(Answer::Text(Secret::new("yes"))));
        assert_eq!(answered(typed, asked).await.0, "{\"answer\":null}\n");
        let trusted = Arc::new(Fixed(Answer::TrustHostKey));
        assert_eq!(answered(trusted, asked).await.0, "{\"answer\":\"yes\"}\n");
    }
}
