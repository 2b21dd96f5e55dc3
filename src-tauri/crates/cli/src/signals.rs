//! The signals that end a command which would otherwise go on.

use std::future::Future;

/// Waits until somebody tells this process to end: Ctrl+C, a `kill`, or the end of its terminal. It listens from
/// this call on, not only once it is waited for: whoever changes the terminal calls it before.
#[cfg(unix)]
pub fn told_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let listening = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ]
    .map(signal);
    async move {
        let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)] = listening else {
            // a process that cannot listen to signals is ended by them as any other
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// The same where Ctrl+C is all there is.
#[cfg(windows)]
pub fn told_to_end() -> impl Future<Output = ()> {
    let listening = tokio::signal::windows::ctrl_c();
    async move {
        let Ok(mut interrupt) = listening else {
            return std::future::pending().await;
        };
        interrupt.recv().await;
    }
}
