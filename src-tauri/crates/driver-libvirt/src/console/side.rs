//! Connections beside the session's, for libvirt's streams.
//!
//! A stream that nobody reads stops everything else on its connection, and a large one delays it.
//! So each line has a connection of its own, up to [`MOST`], and pictures have one that stays for a
//! while, since who looks at one looks at the next. All of them go over the shared login.
//!
//! Invariant: a side ends with its session, and when its last user is gone.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use driver::Result;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::calls::Calls;
use crate::origin::Origin;
use crate::session::lost;
use crate::tunnel::Bridge;

/// Connections for lines; further lines share them. sshd takes ten sessions per login, of which
/// others need some.
const MOST: usize = 4;
/// How long the connection for pictures is kept.
const KEPT: Duration = Duration::from_secs(30);

/// One connection beside the session's.
pub(crate) struct Side {
    // first: dropped before the calls, so that the connection's last calls fail at once
    bridge: Option<Arc<Bridge>>,
    pub(crate) calls: Arc<Calls>,
}

impl Side {
    async fn open(origin: &Origin, session: &Calls) -> Result<Arc<Self>> {
        let parts = tokio::select! {
            biased;
            opened = origin.connection() => opened?,
            ended = session.ended() => return Err(ended),
        };
        let bridge = parts.bridge.map(Arc::new);
        let calls = Arc::new(Calls::new(parts.connection, parts.crew, bridge.is_some()));
        let side = Arc::new(Self { bridge, calls });
        side.end_with(session);
        Ok(side)
    }

    /// Ends it with its session, and with its bridge.
    fn end_with(&self, session: &Calls) {
        let session = session.ended();
        let own = self.calls.ended();
        let calls = Arc::downgrade(&self.calls);
        let bridge = self.bridge.as_ref().map(Arc::downgrade);
        let end = self.bridge.as_ref().map(|bridge| bridge.end());
        tokio::spawn(async move {
            let way = async {
                match end {
                    Some(end) => lost(end.reason().await),
                    None => std::future::pending().await,
                }
            };
            let reason = tokio::select! {
                reason = session => reason,
                reason = own => reason,
                reason = way => reason,
            };
            if let Some(bridge) = bridge.as_ref().and_then(Weak::upgrade) {
                bridge.cut();
            }
            if let Some(calls) = calls.upgrade() {
                calls.close(reason);
            }
        });
    }

    /// What holds the host back while a reader is behind.
    pub(crate) fn brake(&self) -> impl Fn(bool) + Send + Sync + use<> {
        let bridge = self.bridge.as_ref().map(Arc::downgrade);
        move |clogged| {
            if let Some(bridge) = bridge.as_ref().and_then(Weak::upgrade) {
                bridge.hold(clogged);
            }
        }
    }
}

struct Kept {
    side: Arc<Side>,
    used: Instant,
    _keeper: AbortOnDropHandle<()>,
}

type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// The sides of a session.
pub(crate) struct Sides {
    origin: Origin,
    lines: Mutex<Vec<Weak<Side>>>,
    pictures: Slot,
}

impl Sides {
    pub(crate) fn new(origin: Origin) -> Self {
        Self {
            origin,
            lines: Mutex::default(),
            pictures: Slot::default(),
        }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// A connection for a line.
    pub(crate) async fn for_line(&self, session: &Calls) -> Result<Arc<Side>> {
        let open = self.open_lines();
        if open.len() < MOST {
            match Side::open(&self.origin, session).await {
                Ok(side) => {
                    self.lines().push(Arc::downgrade(&side));
                    return Ok(side);
                }
                // the host takes no further one: those that are there do
                Err(error) if open.is_empty() || session.is_over() => return Err(error),
                Err(_) => {}
            }
        }
        let least = open.into_iter().min_by_key(Arc::strong_count);
        Ok(least.expect("there are some, or the host's error was returned"))
    }

    fn open_lines(&self) -> Vec<Arc<Side>> {
        let mut lines = self.lines();
        lines.retain(|side| side.strong_count() > 0);
        let open = lines.iter().filter_map(Weak::upgrade);
        open.filter(|side| !side.calls.is_over()).collect()
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Side>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection for pictures.
    pub(crate) async fn for_pictures(&self, session: &Calls) -> Result<Arc<Side>> {
        let mut slot = self.pictures.lock().await;
        if let Some(kept) = &mut *slot
            && !kept.side.calls.is_over()
        {
            kept.used = Instant::now();
            return Ok(Arc::clone(&kept.side));
        }
        let side = Side::open(&self.origin, session).await?;
        *slot = Some(Kept {
            side: Arc::clone(&side),
            used: Instant::now(),
            _keeper: AbortOnDropHandle::new(tokio::spawn(keep(Arc::downgrade(&self.pictures)))),
        });
        Ok(side)
    }
}

/// Lets the connection for pictures go when nobody has used it for a while.
async fn keep(slot: Weak<tokio::sync::Mutex<Option<Kept>>>) {
    let mut until = Instant::now() + KEPT;
    loop {
        tokio::time::sleep_until(until).await;
        let Some(slot) = slot.upgrade() else { return };
        let mut kept = slot.lock().await;
        match &*kept {
            Some(used) if used.used + KEPT > Instant::now() => until = used.used + KEPT,
            _ => {
                *kept = None;
                return;
            }
        }
    }
}
