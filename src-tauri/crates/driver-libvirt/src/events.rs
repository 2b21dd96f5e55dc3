//! The way of an event from libvirt's thread to the engine.
//!
//! Invariant: libvirt's thread never waits; what does not fit counts as lost, and that is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use driver::{Aspect, DriverEvent, EventReceiver};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::listing;
use crate::sys::{self, EventKind};

/// Events that may wait for us before they are counted as lost.
const EVENTS_WAITING: usize = 1024;

/// Where libvirt puts events, and where they come out as hints.
pub(crate) fn channel() -> (sys::EventSink, EventReceiver) {
    let (raw, mut heard) = mpsc::channel(EVENTS_WAITING);
    let (out, events) = mpsc::channel(EVENTS_WAITING);
    let lost = Arc::new(AtomicBool::new(false));
    let sink_lost = Arc::clone(&lost);
    let sink = Arc::new(move |uuid: Uuid, kind: EventKind| {
        if raw.try_send((uuid, kind)).is_err() {
            sink_lost.store(true, Ordering::Release);
        }
    });
    tokio::spawn(async move {
        while let Some((uuid, kind)) = heard.recv().await {
            let event = if lost.swap(false, Ordering::AcqRel) {
                // what waits is part of what is read again anyway
                while heard.try_recv().is_ok() {}
                DriverEvent::Overflow
            } else {
                DriverEvent::Vm {
                    key: listing::key_of(uuid),
                    aspect: aspect_of(kind),
                }
            };
            if out.send(event).await.is_err() {
                return;
            }
        }
    });
    (sink, events)
}

fn aspect_of(kind: EventKind) -> Aspect {
    match kind {
        EventKind::Lifecycle | EventKind::Agent | EventKind::Reboot => Aspect::State,
        EventKind::Defined
        | EventKind::Metadata
        | EventKind::DeviceAdded
        | EventKind::DeviceRemoved
        | EventKind::Tray => Aspect::Definition,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_of_events_is_told_as_lost_and_not_dropped_in_silence() {
        let (sink, mut events) = channel();
        // nothing of the forwarding task runs while this test does not wait
        for number in 0..5000 {
            sink(Uuid::from_u128(number), EventKind::Lifecycle);
        }
        drop(sink);
        let mut overflows = 0;
        let mut count = 0;
        while let Some(event) = events.recv().await {
            count += 1;
            overflows += usize::from(event == DriverEvent::Overflow);
        }
        assert_eq!(
            (overflows, count),
            (1, 1),
            "one hint that everything is to be read again"
        );
    }
}
