//! The task that owns tasks: takes orders, starts what may run, keeps and tells what has become of
//! each.
//!
//! Invariant: a task's status is changed here only, and kept before it is told. None is left
//! running: one whose work ends in any way, a panic included, ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Failure, Origin, Task, TaskId, TaskStatus, VmAction, VmId, VmState};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::queue::{Length, Queue};
use super::run::{Outcome, Tools, Work, allowed, what};
use super::{Cancelled, can_cancel};
use crate::bus::{Bus, EngineEvent};
use crate::clock::{Clock, Ids};
use crate::error::{EngineError, Result};

/// From one look at what other processes asked to cancel to the next, and from a write that failed
/// to the next try.
const LOOK: Duration = Duration::from_secs(1);

/// What is asked of a VM.
pub(super) struct Order {
    pub vm: VmId,
    pub vm_name: String,
    pub connection_name: String,
    pub command: model::VmCommand,
}

pub(super) enum Message {
    Submit(Vec<Order>, oneshot::Sender<Result<Vec<Task>>>),
    Cancel(TaskId, oneshot::Sender<Result<Cancelled>>),
    /// A task of ours as it is now.
    Look(TaskId, oneshot::Sender<Option<Task>>),
    Step(TaskId, String),
    LeavesPlace(TaskId),
    Stop(oneshot::Sender<()>),
}

/// Who asks for tasks here.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub origin: Origin,
    pub login: String,
}

struct Live {
    task: Task,
    cancel: CancellationToken,
    /// Those who want to know how their cancel went.
    cancelling: Vec<oneshot::Sender<Result<Cancelled>>>,
}

pub(super) struct Desk {
    pub tools: Tools,
    pub bus: Bus,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub asker: Asker,
    pub reports: mpsc::UnboundedSender<Message>,
    queue: Queue,
    live: HashMap<TaskId, Live>,
    work: JoinSet<Outcome>,
    at_work: HashMap<Id, TaskId>,
    /// Ended, but the store does not know yet.
    unsaved: Vec<Task>,
    next_look: Instant,
}

impl Desk {
    pub fn new(
        tools: Tools,
        bus: Bus,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        asker: Asker,
        reports: mpsc::UnboundedSender<Message>,
    ) -> Self {
        Self {
            tools,
            bus,
            clock,
            ids,
            asker,
            reports,
            queue: Queue::default(),
            live: HashMap::new(),
            work: JoinSet::new(),
            at_work: HashMap::new(),
            unsaved: Vec::new(),
            next_look: Instant::now(),
        }
    }

    pub async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        loop {
            let idle = self.live.is_empty() && self.unsaved.is_empty();
            tokio::select! {
                biased;
                Some(done) = self.work.join_next_with_id() => self.work_ended(done).await,
                message = inbox.recv() => match message {
                    Some(Message::Stop(reply)) => {
                        self.stop().await;
                        let _ = reply.send(());
                        return;
                    }
                    Some(message) => self.take(message).await,
                    None => return,
                },
                () = tokio::time::sleep_until(self.next_look), if !idle => self.look().await,
            }
            self.start_what_may_run().await;
        }
    }

    async fn take(&mut self, message: Message) {
        match message {
            Message::Submit(orders, reply) => {
                let submitted = self.submit(orders).await;
                let _ = reply.send(submitted);
            }
            Message::Cancel(id, reply) => self.cancel(id, Some(reply)).await,
            Message::Look(id, reply) => {
                let unsaved = self.unsaved.iter().find(|task| task.id == id);
                let task = self.live.get(&id).map(|live| &live.task).or(unsaved);
                let _ = reply.send(task.cloned());
            }
            Message::Step(id, step) => {
                if let Some(live) = self.live.get_mut(&id)
                    && live.task.step.as_ref() != Some(&step)
                {
                    live.task.step = Some(step);
                    self.bus
                        .tell(EngineEvent::Task(Arc::new(live.task.clone())));
                }
            }
            Message::LeavesPlace(id) => self.queue.leave_place(id),
            // taken by the loop
            Message::Stop(_) => {}
        }
    }

    async fn submit(&mut self, orders: Vec<Order>) -> Result<Vec<Task>> {
        let several = orders.len() > 1;
        let batch = several.then(|| TaskId::from_uuid(self.ids.uuid()));
        let tasks: Vec<Task> = orders
            .into_iter()
            .map(|order| self.task(order, batch))
            .collect();
        self.tools.store.put_tasks(tasks.clone()).await?;
        for task in &tasks {
            self.tell(task);
            if task.status == TaskStatus::Queued {
                self.queue.add(task.id, task.vm.clone(), self.length(task));
                let live = Live {
                    task: task.clone(),
                    cancel: CancellationToken::new(),
                    cancelling: Vec::new(),
                };
                self.live.insert(task.id, live);
            }
        }
        Ok(tasks)
    }

    /// What an order becomes: a task that waits, or one that has failed since it is not allowed.
    fn task(&self, order: Order, batch: Option<TaskId>) -> Task {
        let now = self.clock.now();
        let mut task = Task {
            id: TaskId::from_uuid(self.ids.uuid()),
            batch,
            vm: order.vm,
            vm_name: order.vm_name,
            connection_name: order.connection_name,
            command: order.command,
            origin: self.asker.origin,
            asked_by: self.asker.login.clone(),
            status: TaskStatus::Queued,
            step: None,
            fraction: None,
            error: None,
            created_at: now,
            started_at: None,
            ended_at: None,
        };
        // what is asked before may change what is allowed: then it is decided when its turn comes
        if !self.queue.has(&task.vm)
            && let Err(error) = allowed(&self.tools, &task)
        {
            task.status = TaskStatus::Failed;
            task.error = Some(error.attempted(what(&task)).into());
            task.ended_at = Some(now);
        }
        task
    }

    /// Saving writes a guest's memory, and starting a saved one reads it back.
    fn length(&self, task: &Task) -> Length {
        let saved = || {
            let vm = self.tools.inventory.vm(&task.vm);
            vm.is_some_and(|vm| vm.summary.state == VmState::Saved)
        };
        match task.command.action() {
            VmAction::Save => Length::Long,
            VmAction::Start if saved() => Length::Long,
            _ => Length::Short,
        }
    }

    async fn start_what_may_run(&mut self) {
        while let Some(id) = self.queue.next() {
            let Some(live) = self.live.get_mut(&id) else {
                self.queue.remove(id);
                continue;
            };
            live.task.status = TaskStatus::Running;
            live.task.started_at = Some(self.clock.now());
            let task = live.task.clone();
            let work = Work {
                tools: self.tools.clone(),
                task: task.clone(),
                cancel: live.cancel.clone(),
                reports: self.reports.clone(),
            };
            // kept before it acts: whatever happens then, the store knows that it had begun
            if let Err(error) = self.tools.store.put_task(task.clone()).await {
                tracing::warn!(%error, "a task's start is not kept");
            }
            self.tell(&task);
            let handle = self.work.spawn(work.run());
            self.at_work.insert(handle.id(), id);
        }
    }

    async fn work_ended(&mut self, done: std::result::Result<(Id, Outcome), JoinError>) {
        let (work, outcome) = match done {
            Ok((work, outcome)) => (work, outcome),
            Err(error) => (error.id(), Outcome::Failed(internal(&error))),
        };
        if let Some(id) = self.at_work.remove(&work) {
            self.end(id, outcome).await;
        }
    }

    async fn end(&mut self, id: TaskId, outcome: Outcome) {
        self.queue.remove(id);
        let Some(mut live) = self.live.remove(&id) else {
            return;
        };
        let task = &mut live.task;
        task.ended_at = Some(self.clock.now());
        task.step = None;
        task.fraction = None;
        let cancelled = match outcome {
            Outcome::Succeeded => {
                task.status = TaskStatus::Succeeded;
                Err(refused("It has succeeded meanwhile."))
            }
            Outcome::Failed(failure) => {
                task.status = TaskStatus::Failed;
                task.error = Some(failure);
                Err(refused("It has failed meanwhile."))
            }
            Outcome::Cancelled => {
                if task.status == TaskStatus::Running {
                    task.step = Some("The guest may still shut down".to_owned());
                }
                task.status = TaskStatus::Cancelled;
                Ok(Cancelled::Done)
            }
        };
        self.keep(live.task.clone()).await;
        self.tell(&live.task);
        for reply in live.cancelling {
            let _ = reply.send(cancelled.clone());
        }
    }

    async fn keep(&mut self, task: Task) {
        if let Err(error) = self.tools.store.put_task(task.clone()).await {
            tracing::warn!(%error, "a task's end is not kept yet");
            self.unsaved.push(task);
        }
    }

    async fn cancel(&mut self, id: TaskId, reply: Option<oneshot::Sender<Result<Cancelled>>>) {
        let Some(live) = self.live.get_mut(&id) else {
            if let Some(reply) = reply {
                let asked = self.ask_other_process(id).await;
                let _ = reply.send(asked);
            }
            return;
        };
        if let Err(why) = can_cancel(&live.task) {
            if let Some(reply) = reply {
                let _ = reply.send(Err(refused(why)));
            }
            return;
        }
        live.cancelling.extend(reply);
        if live.task.status == TaskStatus::Queued {
            self.end(id, Outcome::Cancelled).await;
        } else {
            live.cancel.cancel();
        }
    }

    async fn ask_other_process(&self, id: TaskId) -> Result<Cancelled> {
        let task = self
            .tools
            .store
            .task(id)
            .await?
            .ok_or_else(|| no_task(id))?;
        can_cancel(&task).map_err(refused)?;
        self.tools.store.request_cancel(id).await?;
        Ok(Cancelled::Asked)
    }

    /// Looks at what other processes asked to cancel, and tries again to keep what could not be.
    async fn look(&mut self) {
        self.next_look = Instant::now() + LOOK;
        for task in std::mem::take(&mut self.unsaved) {
            self.keep(task).await;
        }
        if self.live.is_empty() {
            return;
        }
        for id in self.tools.store.cancel_requests().await.unwrap_or_default() {
            self.cancel(id, None).await;
        }
    }

    /// The engine ends: what is at work is let go of, and nobody knows how it ends.
    async fn stop(&mut self) {
        self.work.shutdown().await;
        let left: Vec<Task> = self.live.drain().map(|(_, live)| live.task).collect();
        for mut task in left {
            task.status = TaskStatus::Interrupted;
            task.ended_at = Some(self.clock.now());
            self.keep(task.clone()).await;
            self.tell(&task);
        }
    }

    fn tell(&self, task: &Task) {
        self.bus.tell(EngineEvent::Task(Arc::new(task.clone())));
    }
}

pub(super) fn no_task(id: TaskId) -> EngineError {
    EngineError::wrong("id", format!("There is no task {id}."))
}

fn refused(why: &str) -> EngineError {
    EngineError::new(ErrorCode::InvalidState, why).attempted("cancel the task")
}

fn internal(error: &JoinError) -> Failure {
    Failure {
        code: ErrorCode::Internal,
        message: "The task ended without an answer.".to_owned(),
        hint: None,
        detail: Some(error.to_string()),
    }
}
