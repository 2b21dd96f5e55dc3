//! Questions that come up while connecting, and their answers.

use std::fmt;

use async_trait::async_trait;

/// A secret that the user typed. Never shown by `Debug`, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Hands the text out, to whoever asked for it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The host's key is not known yet.
    NewHostKey {
        /// Host as ssh names it.
        host: String,
        /// `ED25519`, …
        key_type: String,
        /// `SHA256:…`
        fingerprint: String,
    },
    /// A password for a login.
    Password {
        /// What ssh or libvirt asks, word for word.
        text: String,
    },
    /// The passphrase of a key.
    Passphrase {
        /// The key's file, as ssh names it.
        key: String,
    },
    /// Something else that wants a typed answer (one-time codes).
    Other {
        /// What is asked, word for word.
        text: String,
    },
}

/// What the user answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The key is the right one.
    TrustHostKey,
    /// A typed text.
    Text(Secret),
}

/// Somebody who can be asked. One question at a time; the asker waits.
#[async_trait]
pub trait Prompter: Send + Sync {
    /// Asks, and waits for as long as it takes. `None` means that the user closed the question.
    async fn ask(&self, question: Question) -> Option<Answer>;
}

/// Nobody to ask: every question counts as closed. For scripts without a terminal and for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPrompts;

#[async_trait]
impl Prompter for NoPrompts {
    async fn ask(&self, _question: Question) -> Option<Answer> {
        None
    }
}
