//! A thread that owns one SQLite connection, and serves calls one after the other.
//!
//! Invariant: each call is one transaction. It is written as a whole before its answer is given, or
//! not at all; a caller that goes away does not stop it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use model::ErrorCode;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Fault, Result, StoreError};

/// Calls that may wait; more make their callers wait.
const WAITING_CALLS: usize = 256;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Message {
    Run(Job),
    Close(oneshot::Sender<()>),
}

/// What a worker's transactions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Takes the write lock at once, so that no transaction fails half way.
    Write,
    /// Sees one state of the file from beginning to end.
    Read,
}

/// A handle to the thread.
#[derive(Clone)]
pub(crate) struct Worker {
    messages: mpsc::Sender<Message>,
    role: Role,
    damage_mark: Option<PathBuf>,
}

impl Worker {
    /// Starts a thread that opens its connection with `open`, and hands on what else `open` gives.
    /// A damaged file that is met later leaves a file `damage_mark`.
    pub(crate) async fn start<T: Send + 'static>(
        role: Role,
        damage_mark: Option<PathBuf>,
        open: impl FnOnce() -> std::result::Result<(Connection, T), Fault> + Send + 'static,
    ) -> Result<(Self, T)> {
        let (messages, inbox) = mpsc::channel(WAITING_CALLS);
        let (ready, opened) = oneshot::channel();
        let name = match role {
            Role::Write => "store-writer",
            Role::Read => "store-reader",
        };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let connection = match open() {
                    Ok((connection, rest)) => {
                        // a caller that went away drops the sender, which ends the loop
                        let _ = ready.send(Ok(rest));
                        connection
                    }
                    Err(fault) => {
                        let _ = ready.send(Err(StoreError::from(fault)));
                        return;
                    }
                };
                serve(connection, inbox);
            })
            .map_err(Fault::File)?;
        let rest = opened.await.map_err(|_| StoreError::closed())??;
        let worker = Self {
            messages,
            role,
            damage_mark,
        };
        Ok((worker, rest))
    }

    /// Runs `call` in a transaction.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let behavior = match self.role {
            Role::Write => TransactionBehavior::Immediate,
            Role::Read => TransactionBehavior::Deferred,
        };
        self.outside_transaction(move |connection| {
            let transaction = connection.transaction_with_behavior(behavior)?;
            let answer = call(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })
        .await
    }

    /// Runs `call` by itself.
    pub(crate) async fn outside_transaction<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Connection) -> std::result::Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let damage_mark = self.damage_mark.clone();
        let job = Box::new(move |connection: &mut Connection| {
            let result = catch_unwind(AssertUnwindSafe(|| call(connection)));
            let result = match result {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(fault)) => {
                    if let Some(mark) = damage_mark
                        && fault.is_damage()
                    {
                        leave_mark(&mark);
                    }
                    Err(StoreError::from(fault))
                }
                Err(_) => Err(StoreError::new(
                    ErrorCode::Internal,
                    "The inventory failed: a call panicked.",
                )),
            };
            let _ = reply.send(result);
        });
        self.messages
            .send(Message::Run(job))
            .await
            .map_err(|_| StoreError::closed())?;
        answer.await.map_err(|_| StoreError::closed())?
    }

    /// Ends the thread after the calls that wait, and waits until its connection is closed.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.messages.send(Message::Close(reply)).await.is_ok() {
            // an error means that another close was faster
            let _ = closed.await;
        }
    }
}

fn serve(mut connection: Connection, mut inbox: mpsc::Receiver<Message>) {
    let mut closing = Vec::new();
    while let Some(message) = inbox.blocking_recv() {
        match message {
            Message::Run(job) => job(&mut connection),
            Message::Close(reply) => {
                // what is in the channel is still served, nothing new is let in
                inbox.close();
                closing.push(reply);
            }
        }
    }
    // the last connection that closes moves everything from the -wal file into the main one
    drop(connection);
    for reply in closing {
        let _ = reply.send(());
    }
}

fn leave_mark(mark: &std::path::Path) {
    if let Err(error) = std::fs::write(mark, "") {
        tracing::warn!(%error, "a damaged inventory could not be marked");
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use model::ErrorCode;

    use crate::samples::{fill, two_hosts, upserts, vm};

    #[tokio::test]
    async fn a_full_file_is_said_so_keeps_what_it_has_and_heals() {
        let store = two_hosts().await;
        fill(&store, &[vm(1, "web")]).await;
        let limit = |pages: u32| {
            store.in_writer(move |tx| {
                tx.pragma_query_value(None, "page_count", |row| row.get::<_, u32>(0))
                    .and_then(|count| {
                        let sql = format!("PRAGMA max_page_count = {}", count + pages);
                        tx.query_row(&sql, [], |_| Ok(()))
                    })
                    .map_err(Into::into)
            })
        };
        limit(2).await;
        let many: Vec<_> = (0..500).map(|number| vm(1, &number.to_string())).collect();
        let error = store
            .apply(upserts(many.clone()))
            .await
            .expect_err("no room");
        assert_eq!(error.code, ErrorCode::StorageFull);
        assert!(error.hint.is_some());
        let vms = store.vms().await.expect("still read");
        assert_eq!(vms.len(), 1, "all of a batch or nothing");

        limit(10_000).await;
        store.apply(upserts(many)).await.expect("room again");
        assert_eq!(store.vms().await.expect("read").len(), 501);
    }

    #[tokio::test]
    async fn a_call_that_panics_fails_alone_and_writes_nothing() {
        let store = two_hosts().await;
        let error = store
            .in_writer_may_fail::<()>(|tx| {
                tx.execute("DELETE FROM connection", [])?;
                panic!("on purpose");
            })
            .await
            .expect_err("it panicked");
        assert_eq!(error.code, ErrorCode::Internal);
        assert_eq!(store.connections().await.expect("read").len(), 2);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_not_stop_its_call() {
        let store = two_hosts().await;
        let (open, gate) = std::sync::mpsc::channel();
        // the writer is kept busy, so that the call cannot have been answered when it is let go
        let mut busy = pin!(store.in_writer(move |_| {
            gate.recv().expect("opened below");
            Ok(())
        }));
        let mut call = Box::pin(store.set_setting("a", 1.into()));
        poll_fn(|context| {
            assert!(busy.as_mut().poll(context).is_pending());
            let asked = call.as_mut().poll(context);
            assert!(asked.is_pending(), "asked, not answered");
            Poll::Ready(())
        })
        .await;
        drop(call);
        open.send(()).expect("the writer waits");
        busy.await;
        let read = store.setting("a").await.expect("read");
        assert_eq!(read, Some(1.into()));
    }
}
