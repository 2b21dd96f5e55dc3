//! The displays and lines of fake VMs: a tiny RFB server, and a line that echoes.

use std::io;
use std::sync::{Arc, Weak};

use model::{ErrorCode, VmKey, VmState};
use tokio::io::DuplexStream;
use tokio::sync::watch;

use super::rfb;
use super::world::{FakeHost, FakeVm};
use crate::console::{
    Chord, Consoles, DisplayInfo, DisplayKind, DisplayPlace, KeySet, LineInfo, LineKind, Pipe,
    Takeover, broken, explained,
};
use crate::error::{DriverError, Result};

/// As much as a pipe holds that nobody reads.
const BUFFERED: usize = 64 << 10;

/// Keys that were sent to a VM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentKeys {
    /// Whose.
    pub vm: VmKey,
    /// How they are numbered.
    pub set: KeySet,
    /// Which.
    pub chord: Chord,
}

/// One VNC display without a password, one serial line.
pub(super) fn usual() -> Consoles {
    Consoles {
        displays: vec![DisplayInfo {
            index: 0,
            kind: DisplayKind::Vnc,
            place: DisplayPlace::Tcp {
                address: "127.0.0.1".to_owned(),
                port: Some(5900),
                tls_port: None,
            },
            password: None,
            needs_password: Some(false),
        }],
        lines: vec![LineInfo {
            alias: "serial0".to_owned(),
            kind: LineKind::Serial,
            target: "isa-serial 0".to_owned(),
            label: "Serial 0".to_owned(),
            unusable: None,
        }],
        tunnelled: false,
    }
}

/// What somebody has open. The pipe owns it; the host only knows of it.
pub(super) struct Opened {
    vm: VmKey,
    line: Option<String>,
    /// Whether its VM has ended it.
    over: watch::Sender<bool>,
}

/// The pipes of a host.
#[derive(Default)]
pub(super) struct Pipes(Vec<Weak<Opened>>);

impl Pipes {
    fn living(&self) -> impl Iterator<Item = Arc<Opened>> {
        self.0.iter().filter_map(Weak::upgrade)
    }

    fn add(&mut self, vm: &VmKey, line: Option<&str>) -> Arc<Opened> {
        let opened = Arc::new(Opened {
            vm: vm.clone(),
            line: line.map(str::to_owned),
            over: watch::Sender::new(false),
        });
        self.0.retain(|pipe| pipe.strong_count() > 0);
        self.0.push(Arc::downgrade(&opened));
        opened
    }

    /// Ends those of a VM that has stopped.
    pub(super) fn end(&self, vm: &VmKey) {
        for pipe in self.living().filter(|pipe| pipe.vm == *vm) {
            pipe.over.send_replace(true);
        }
    }
}

/// Whether a VM in this state has displays and lines.
pub(super) fn is_on(state: VmState) -> bool {
    match state {
        VmState::Running | VmState::Paused => true,
        VmState::ShutOff | VmState::Saved | VmState::Crashed | VmState::Unknown => false,
    }
}

/// The VM, if it is one that can be looked at.
pub(super) fn on(host: &FakeHost, key: &VmKey) -> Result<FakeVm> {
    if let Some(error) = host.state().console_error.clone() {
        return Err(error);
    }
    let vm = host
        .vm(key)
        .ok_or_else(|| DriverError::new(ErrorCode::VmNotFound, "The VM is gone."))?;
    if is_on(vm.summary.state) {
        return Ok(vm);
    }
    Err(DriverError::new(
        ErrorCode::InvalidState,
        format!("The VM is {:?}.", vm.summary.state),
    ))
}

/// When a session ends, and with it its pipes.
pub(super) type SessionEnd = watch::Receiver<Option<DriverError>>;

pub(super) fn open_display(
    host: &FakeHost,
    key: &VmKey,
    index: u8,
    end: SessionEnd,
) -> Result<Pipe> {
    let vm = on(host, key)?;
    let display = vm.consoles.displays.iter().find(|d| d.index == index);
    let kind = display
        .ok_or_else(|| DriverError::new(ErrorCode::InvalidInput, "It has no such display."))?
        .kind;
    let opened = host.state().pipes.add(key, None);
    Ok(piped(opened, end, move |stream| async move {
        match kind {
            DisplayKind::Vnc => rfb::serve(stream, &vm.summary.name).await,
            DisplayKind::Spice => echo(stream).await,
        }
    }))
}

pub(super) fn open_line(
    host: &FakeHost,
    key: &VmKey,
    alias: &str,
    takeover: Takeover,
    end: SessionEnd,
) -> Result<Pipe> {
    let vm = on(host, key)?;
    let line = vm.consoles.lines.iter().find(|line| line.alias == alias);
    let line =
        line.ok_or_else(|| DriverError::new(ErrorCode::InvalidInput, "It has no such line."))?;
    if let Some(why) = &line.unusable {
        return Err(DriverError::new(ErrorCode::Unsupported, why.clone()));
    }
    let mut state = host.state();
    let same = |pipe: &Arc<Opened>| pipe.vm == *key && pipe.line.as_deref() == Some(alias);
    for other in state.pipes.living().filter(same) {
        match takeover {
            _ if *other.over.borrow() => {}
            Takeover::Force => {
                other.over.send_replace(true);
            }
            Takeover::Refuse => {
                return Err(DriverError::new(
                    ErrorCode::Conflict,
                    "The line is in use elsewhere.",
                ));
            }
        }
    }
    let opened = state.pipes.add(key, Some(alias));
    drop(state);
    Ok(piped(opened, end, echo))
}

fn piped<F>(
    opened: Arc<Opened>,
    mut end: SessionEnd,
    serve: impl FnOnce(DuplexStream) -> F + Send + 'static,
) -> Pipe
where
    F: Future<Output = io::Result<()>> + Send,
{
    let (near, far) = tokio::io::duplex(BUFFERED);
    let mut over = opened.over.subscribe();
    let closed = end.clone();
    tokio::spawn(async move {
        tokio::select! {
            // whoever reads sees the end of the stream, whatever ended it
            _ = serve(far) => {}
            // or the pipe was dropped
            _ = over.wait_for(|over| *over) => {}
            _ = end.wait_for(Option::is_some) => {}
        }
    });
    explained(
        near,
        Box::pin(async move {
            let _opened = opened;
            match &*closed.borrow() {
                Some(error) => Err(broken(error.message.clone())),
                None => Ok(()),
            }
        }),
    )
}

async fn echo(stream: DuplexStream) -> io::Result<()> {
    let (mut source, mut sink) = tokio::io::split(stream);
    tokio::io::copy(&mut source, &mut sink).await.map(drop)
}
