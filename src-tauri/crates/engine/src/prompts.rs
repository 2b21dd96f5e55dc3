//! Questions of hosts, put to the user one at a time.
//!
//! Invariant: at most one question is shown. The next one waits until it is answered, closed, or no
//! longer asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use driver::{Answer, Prompter, Question};
use model::{ConnectionId, PromptId};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::bus::{Bus, EngineEvent};
use crate::clock::Ids;
use crate::engine::{Asking, Engine};

/// A question to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptView {
    /// Which question; answers name it.
    pub id: PromptId,
    /// Which connection asks; `None` for one that is not saved yet (the doctor's).
    pub connection: Option<ConnectionId>,
    /// Its name.
    pub connection_name: String,
    /// What is asked.
    pub question: Question,
}

struct Waiting {
    view: PromptView,
    reply: oneshot::Sender<Option<Answer>>,
}

/// Where questions wait.
#[derive(Clone)]
pub(crate) struct PromptDesk {
    waiting: Arc<Mutex<VecDeque<Waiting>>>,
    bus: Bus,
    ids: Arc<dyn Ids>,
    asking: Asking,
}

impl PromptDesk {
    pub fn new(bus: Bus, ids: Arc<dyn Ids>, asking: Asking) -> Self {
        Self {
            waiting: Arc::default(),
            bus,
            ids,
            asking,
        }
    }

    /// The question to show now.
    pub fn current(&self) -> Option<PromptView> {
        self.lock().front().map(|waiting| waiting.view.clone())
    }

    /// Answers a question, shown or waiting.
    pub fn answer(&self, id: PromptId, answer: Option<Answer>) {
        if let Some(waiting) = self.take(id) {
            // whoever asked may have gone
            let _ = waiting.reply.send(answer);
        }
    }

    async fn ask(&self, view: PromptView) -> Option<Answer> {
        if self.asking == Asking::Nobody {
            return None;
        }
        let (reply, answer) = oneshot::channel();
        // when the asker is gone, so is the question
        let _left = LeaveDesk(self, view.id);
        {
            let mut waiting = self.lock();
            waiting.push_back(Waiting { view, reply });
            if waiting.len() == 1 {
                self.show(&waiting);
            }
        }
        answer.await.ok().flatten()
    }

    fn take(&self, id: PromptId) -> Option<Waiting> {
        let mut waiting = self.lock();
        let place = waiting.iter().position(|waiting| waiting.view.id == id)?;
        let taken = waiting.remove(place);
        if place == 0 {
            self.show(&waiting);
        }
        taken
    }

    fn show(&self, waiting: &VecDeque<Waiting>) {
        let view = waiting.front().map(|waiting| waiting.view.clone());
        self.bus.tell(EngineEvent::Prompt(view));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct LeaveDesk<'a>(&'a PromptDesk, PromptId);

impl Drop for LeaveDesk<'_> {
    fn drop(&mut self) {
        self.0.take(self.1);
    }
}

/// Asks for one connection.
pub(crate) struct ConnectionPrompter {
    desk: PromptDesk,
    connection: Option<ConnectionId>,
    name: String,
    /// Ends the attempt, and with it its question.
    cancel: CancellationToken,
    /// Told which question holds the connection up, and when none does any more.
    held_up: Box<dyn Fn(Option<PromptId>) + Send + Sync>,
}

impl ConnectionPrompter {
    pub fn new(
        desk: PromptDesk,
        connection: Option<ConnectionId>,
        name: String,
        cancel: CancellationToken,
        held_up: impl Fn(Option<PromptId>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            desk,
            connection,
            name,
            cancel,
            held_up: Box::new(held_up),
        }
    }
}

#[async_trait]
impl Prompter for ConnectionPrompter {
    async fn ask(&self, question: Question) -> Option<Answer> {
        let id = PromptId::from_uuid(self.desk.ids.uuid());
        (self.held_up)(Some(id));
        let asked = self.desk.ask(PromptView {
            id,
            connection: self.connection,
            connection_name: self.name.clone(),
            question,
        });
        let answer = tokio::select! {
            () = self.cancel.cancelled() => None,
            answer = asked => answer,
        };
        (self.held_up)(None);
        answer
    }
}

impl Engine {
    /// The question to show now.
    pub fn prompt(&self) -> Option<PromptView> {
        self.shared.prompts.current()
    }

    /// Answers a question; `None` closes it, and the connection is not tried again until the user
    /// acts. An answer to a question that is no longer asked is let go.
    pub fn answer(&self, id: PromptId, answer: Option<Answer>) {
        self.shared.prompts.answer(id, answer);
    }
}
