//! Displays, lines, pictures and keys of a session's VMs.
//!
//! ```text
//! consoles ──▶ live definition ──▶ display ──▶ ssh -W, nc, a socket, a descriptor
//!                             └──▶ line ────▶ side ──▶ a libvirt connection of its own
//! ```
//!
//! Invariant: what is opened was in the live definition a moment ago; nothing is dialled because
//! a caller says so.

mod display;
mod line;
mod pipe;
mod secure;
mod side;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use driver::{
    Chord, Consoles, DisplayInfo, DriverError, KeySet, Pipe, Result, Screenshot, Takeover,
};
use model::ErrorCode;
use uuid::Uuid;
use virt::domain::Domain;
use virt_sys as c;

use crate::calls::{Calls, PATIENCE};
use crate::crew::Lane;
use crate::origin::Origin;
use crate::sys::{self, Mode, checked};
use crate::uri::{Driver, Transport};
use crate::xml::{self, Secrets};
use crate::{error, way};

use line::Use;
use side::Sides;

/// As large as a picture may be: a screen of 8K is 100 MB as a pixmap.
const LARGEST_PICTURE: usize = 128 << 20;
/// As long as what was read of displays is where they are looked for first.
const A_MOMENT: Duration = Duration::from_secs(3);
/// As long as keys may be held.
const LONGEST_HOLD: Duration = Duration::from_secs(10);

/// What a session keeps for its consoles.
pub(crate) struct Desk {
    sides: Sides,
    /// Lines that were opened, so that one that was dropped is free when it is opened again.
    lines: Mutex<HashMap<(Uuid, String), Use>>,
    /// Displays as they were read a moment ago: whoever asks what there is opens one of it next.
    seen: Mutex<HashMap<Uuid, (Instant, Vec<DisplayInfo>)>>,
    manners: display::Manners,
}

impl Desk {
    pub(crate) fn new(origin: Origin) -> Self {
        Self {
            sides: Sides::new(origin),
            lines: Mutex::default(),
            seen: Mutex::default(),
            manners: display::Manners::default(),
        }
    }

    fn driver(&self) -> Driver {
        self.sides.origin().uri.driver
    }

    /// See [`driver::DriverSession::consoles`].
    pub(crate) async fn consoles(
        &self,
        calls: &Calls,
        domain: &Arc<Domain>,
        vm: Uuid,
    ) -> Result<Consoles> {
        let consoles = self.read_consoles(calls, domain).await?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, (at, _)| at.elapsed() < A_MOMENT);
        seen.insert(vm, (Instant::now(), consoles.displays.clone()));
        Ok(consoles)
    }

    /// A display as it was a moment ago; each is good for one opening.
    fn seen(&self, vm: Uuid, index: u8) -> Option<DisplayInfo> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, displays) = seen.remove(&vm)?;
        let display = displays.into_iter().find(|display| display.index == index);
        display.filter(|_| at.elapsed() < A_MOMENT)
    }

    async fn read_consoles(&self, calls: &Calls, domain: &Arc<Domain>) -> Result<Consoles> {
        let origin = self.sides.origin();
        let secrets = match way::mode(&origin.target) {
            Mode::ReadWrite => Secrets::Included,
            Mode::ReadOnly => Secrets::Withheld,
        };
        let (text, secrets) = match read(calls, domain, secrets).await {
            // some may change a VM but not read its secrets
            Err(error) if error.code == ErrorCode::PermissionDenied => (
                read(calls, domain, Secrets::Withheld).await?,
                Secrets::Withheld,
            ),
            read => (read?, secrets),
        };
        let consoles = xml::consoles(&text, secrets).map_err(|error| DriverError {
            code: ErrorCode::Internal,
            ..error
        })?;
        let consoles = consoles
            .ok_or_else(|| DriverError::new(ErrorCode::InvalidState, "The VM does not run."))?;
        Ok(Consoles {
            tunnelled: origin.uri.effective_transport() == Some(Transport::Ssh),
            ..consoles
        })
    }

    /// See [`driver::DriverSession::open_display`].
    pub(crate) async fn open_display(
        &self,
        calls: &Arc<Calls>,
        domain: &Arc<Domain>,
        vm: Uuid,
        index: u8,
    ) -> Result<Pipe> {
        let origin = self.sides.origin();
        let now = async {
            let mut displays = self
                .read_consoles(calls, domain)
                .await?
                .displays
                .into_iter();
            let display = displays.find(|display| display.index == index);
            display.ok_or_else(|| no_such("display"))
        };
        let open = async |wanted: &display::Wanted| {
            display::open(origin, calls, wanted, &self.manners).await
        };
        let Some(seen) = self.seen(vm, index) else {
            let display = now.await?;
            return open(&display::Wanted { vm, display }).await;
        };
        // far away each is a round trip or more; what has moved meanwhile is opened where it is now
        let wanted = display::Wanted { vm, display: seen };
        let (now, pipe) = tokio::join!(now, open(&wanted));
        let now = now?;
        if now == wanted.display {
            return pipe;
        }
        drop(pipe);
        open(&display::Wanted { vm, display: now }).await
    }

    /// See [`driver::DriverSession::open_line`].
    pub(crate) async fn open_line(
        &self,
        calls: &Calls,
        domain: &Arc<Domain>,
        vm: Uuid,
        alias: &str,
        takeover: Takeover,
    ) -> Result<Pipe> {
        let consoles = self.read_consoles(calls, domain).await?;
        let known = consoles.lines.iter().find(|line| line.alias == alias);
        if let Some(why) = &known.ok_or_else(|| no_such("line"))?.unusable {
            return Err(DriverError::new(ErrorCode::Unsupported, why.clone()));
        }
        self.changes_allowed()?;
        self.freed(vm, alias).await;
        let side = self.sides.for_line(calls).await?;
        let wanted = line::Wanted {
            vm,
            alias: alias.to_owned(),
            takeover,
            driver: self.driver(),
        };
        let used = Use::default();
        let crew = self.sides.origin().libvirt.crew.clone();
        let pipe = line::open(side, crew, wanted, used.clone()).await?;
        let mut lines = self.lines();
        lines.retain(|_, used| !used.freed.is_cancelled());
        lines.insert((vm, alias.to_owned()), used);
        Ok(pipe)
    }

    /// Waits until a line that was dropped here is closed at the host.
    async fn freed(&self, vm: Uuid, alias: &str) {
        let used = self.lines().get(&(vm, alias.to_owned())).cloned();
        if let Some(used) = used.filter(|used| used.left.is_cancelled()) {
            // a host that takes longer says itself that the line is in use
            let _ = tokio::time::timeout(PATIENCE, used.freed.cancelled()).await;
        }
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, HashMap<(Uuid, String), Use>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// See [`driver::DriverSession::screenshot`].
    pub(crate) async fn screenshot(
        &self,
        calls: &Arc<Calls>,
        domain: &Arc<Domain>,
        vm: Uuid,
        screen: u32,
    ) -> Result<Screenshot> {
        self.changes_allowed()?;
        let side;
        let calls = if self.driver().is_embedded() {
            // the test driver has a picture of what does not run, too
            self.read_consoles(calls, domain).await?;
            // and a second connection would see VMs of its own
            calls
        } else {
            side = self.sides.for_pictures(calls).await?;
            &side.calls
        };
        let taken = calls.call(Lane::Long, PATIENCE, move |connection| {
            let domain = checked(Domain::lookup_by_uuid(connection.safe(), vm));
            domain
                .and_then(|vm| sys::screenshot(connection, &vm, screen, LARGEST_PICTURE))
                .map_err(|e| error::of_call(&e))
        });
        match taken.await? {
            Some((mime, bytes)) => Ok(Screenshot { mime, bytes }),
            None => Err(DriverError::new(
                ErrorCode::Unsupported,
                "The picture is larger than any screen.",
            )),
        }
    }

    /// See [`driver::DriverSession::send_keys`].
    pub(crate) async fn send_keys(
        &self,
        calls: &Calls,
        domain: Arc<Domain>,
        set: KeySet,
        chord: Chord,
    ) -> Result<()> {
        chord.check()?;
        self.changes_allowed()?;
        let set = match set {
            KeySet::Linux => c::VIR_KEYCODE_SET_LINUX,
            KeySet::Qnum => c::VIR_KEYCODE_SET_QNUM,
        };
        let hold = chord.hold.min(LONGEST_HOLD).as_millis();
        let hold = u32::try_from(hold).unwrap_or(u32::MAX);
        calls
            .quick(move |_| sys::send_keys(&domain, set, hold, &chord.keys))
            .await
    }

    /// libvirt refuses it too, with a text about groups that would not help.
    fn changes_allowed(&self) -> Result<()> {
        match way::mode(&self.sides.origin().target) {
            Mode::ReadWrite => Ok(()),
            Mode::ReadOnly => Err(DriverError::new(
                ErrorCode::PermissionDenied,
                "This connection is read-only.",
            )
            .with_hint("Allow changes in the host's settings.")),
        }
    }
}

async fn read(calls: &Calls, domain: &Arc<Domain>, secrets: Secrets) -> Result<String> {
    let domain = Arc::clone(domain);
    let flags = match secrets {
        Secrets::Included => c::VIR_DOMAIN_XML_SECURE,
        Secrets::Withheld => 0,
    };
    calls
        .quick(move |_| checked(domain.get_xml_desc(flags)))
        .await
}

fn no_such(what: &str) -> DriverError {
    DriverError::new(
        ErrorCode::InvalidInput,
        format!("The VM has no such {what}."),
    )
}
