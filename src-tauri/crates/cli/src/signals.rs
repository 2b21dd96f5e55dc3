//! The signals that end a command which would otherwise go on.

use std::future::Future;

/// Waits until somebody tells this process to end: Ctrl+C, a `kill`, or the end of its terminal. It listens from
/// this call on, not only once it is waited for: whoever changes the terminal calls it before.
pub fn told_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let listening = {
        use tokio::signal::unix::{SignalKind, signal};
        [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ]
        .map(signal)
    };
    async move {
        #[cfg(unix)]
        {
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
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
