//! Questions of hosts, put to the user one at a time.

use driver::{Answer, Question};
use model::{ConnectionId, PromptId};

use crate::engine::Engine;

/// A question to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptView {
    /// Which question; answers name it.
    pub id: PromptId,
    /// Which connection asks.
    pub connection: ConnectionId,
    /// Its name.
    pub connection_name: String,
    /// What is asked.
    pub question: Question,
}

impl Engine {
    /// The question to show now.
    pub fn prompt(&self) -> Option<PromptView> {
        unimplemented!()
    }

    /// Answers a question; `None` closes it, and the connection is not tried again until the user
    /// acts. An answer to a question that is no longer asked is let go.
    pub fn answer(&self, id: PromptId, answer: Option<Answer>) {
        unimplemented!()
    }
}
