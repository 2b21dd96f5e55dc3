//! A display in a program of its own, remote-viewer: for what a page cannot do, USB redirection and several
//! monitors above all.
//!
//! ```text
//!   remote-viewer ◀─ .vv, 0600, in a private folder
//!        ⇅ a unix socket in that folder, or a port of 127.0.0.1 that asks who comes ([listener])
//!     [serve] ⇅ one pipe of the driver for each connection ⇅ VM
//! ```
//!
//! Invariant: only this user's programs get to the display; the listener lives as long as the viewer, and
//! folder, file and socket go with it; nothing secret is in an argument.

mod file;
mod listener;

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use driver::{DisplayKind, Pipe};
use model::{ErrorCode, VmId};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::io::BufReader;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use self::file::{Settings, Target};
use self::listener::Listener;
use super::ConsoleWhat;
use crate::engine::Engine;
use crate::error::{EngineError, Result};

const PROGRAM: &str = if cfg!(windows) {
    "remote-viewer.exe"
} else {
    "remote-viewer"
};
/// How long it may take to come for its display.
const UNUSED: Duration = Duration::from_secs(30);
/// A display that was opened to see whether it can be is used by whoever comes so soon; later it is opened
/// anew, since its server may not wait.
const FRESH: Duration = Duration::from_secs(5);
/// A VNC viewer takes one connection, and one more while it connects again.
const VNC_CONNECTIONS: usize = 2;
/// A SPICE viewer takes one for each of its channels.
const SPICE_CONNECTIONS: usize = 32;
const PIECE: usize = 64 << 10;

/// One viewer that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitId(pub Uuid);

/// remote-viewer on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer(PathBuf);

impl Viewer {
    /// The one on the user's PATH.
    pub fn find() -> Option<Self> {
        Self::on(&std::env::var_os("PATH")?)
    }

    /// The first one in these folders.
    fn on(path: &std::ffi::OsStr) -> Option<Self> {
        std::env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(PROGRAM))
            .find(|program| is_program(program))
            .map(Self)
    }

    /// The program at this path.
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self(program.into())
    }

    /// Why displays of this kind cannot be opened in it on this system; `None` when they can.
    pub const fn refusal(kind: DisplayKind) -> Option<&'static str> {
        listener::refusal(kind)
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let executable =
        |meta: std::fs::Metadata| meta.is_file() && meta.permissions().mode() & 0o111 != 0;
    std::fs::metadata(path).is_ok_and(executable)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

impl Engine {
    /// Opens a display in `viewer`. Returns when it has come for it.
    ///
    /// # Errors
    /// As [`Engine::open_console`]; `unsupported` when the viewer cannot be started, ends at once, or the
    /// system gives no way that only this user can use; `timeout_still_running` when it does not come.
    pub async fn open_viewer(&self, vm: &VmId, index: u8, viewer: &Viewer) -> Result<VisitId> {
        let reached = self.reached_to_change(vm)?;
        let attempt = format!("open {} in remote-viewer", reached.name());
        let failed = |error: EngineError| error.attempted(&attempt);
        let what = ConsoleWhat::Display { index };
        // at once, since each is a round trip or more; a display that cannot be had is told before a window opens
        let (consoles, pipe) =
            tokio::try_join!(reached.session.consoles(&vm.key), reached.pipe(&what))
                .map_err(|error| failed(error.into()))?;
        let display = consoles.displays.into_iter().find(|d| d.index == index);
        let display = display.ok_or_else(|| {
            failed(EngineError::new(
                ErrorCode::Conflict,
                "Its displays have changed.",
            ))
        })?;
        let (room, child) = {
            let settings = Settings {
                kind: display.kind,
                title: reached.name(),
                password: display.password.as_ref(),
            };
            start(viewer, &settings).await.map_err(failed)?
        };
        let (came, coming) = oneshot::channel();
        let visit = Visit {
            engine: self.clone(),
            vm: vm.clone(),
            what,
            kind: display.kind,
            room,
        };
        let id = VisitId(self.shared.ids.uuid());
        self.shared.consoles.visit(id, async move {
            let first = Some((Instant::now(), pipe));
            visit.serve(child, first, came).await;
        });
        let ended = coming.await.unwrap_or(Err(Absence::Closing));
        ended.map_err(|absence| failed(absence.into()))?;
        Ok(id)
    }

    /// Waits until a viewer and all it had opened have ended.
    pub async fn viewer_ended(&self, id: VisitId) {
        self.shared.consoles.visit_ended(id).await;
    }
}

/// Why a viewer never came.
enum Absence {
    Ended(ExitStatus),
    Late,
    Closing,
}

impl From<Absence> for EngineError {
    fn from(absence: Absence) -> Self {
        match absence {
            Absence::Ended(status) => EngineError::new(
                ErrorCode::Unsupported,
                format!("It ended without asking for the display ({status})."),
            )
            .with_hint("Start remote-viewer in a terminal: it says there what it lacks."),
            Absence::Late => EngineError::new(
                ErrorCode::TimeoutStillRunning,
                format!(
                    "It did not come for the display within {} s.",
                    UNUSED.as_secs()
                ),
            ),
            Absence::Closing => EngineError::new(ErrorCode::Cancelled, "Innkeeper is closing."),
        }
    }
}

/// The private folder with the way to the display; all of it goes with this.
struct Room {
    listener: Listener,
    settings: PathBuf,
    _folder: TempDir,
}

async fn start(viewer: &Viewer, settings: &Settings<'_>) -> Result<(Room, Child)> {
    let folder = listener::private_folder().map_err(no_way)?;
    let listener = Listener::bind(settings.kind, folder.path()).map_err(no_way)?;
    let file = folder.path().join("display.vv");
    file::write(&file, &settings.text(&listener.target())).map_err(no_way)?;
    let child = Command::new(&viewer.0)
        .arg("--")
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| {
            EngineError::new(
                ErrorCode::Unsupported,
                format!("{} cannot be started: {error}.", viewer.0.display()),
            )
        })?;
    let room = Room {
        listener,
        settings: file,
        _folder: folder,
    };
    Ok((room, child))
}

fn no_way(error: std::io::Error) -> EngineError {
    EngineError::new(
        ErrorCode::Unsupported,
        format!("This computer gives no private way to it: {error}."),
    )
}

/// One viewer's stay.
struct Visit {
    engine: Engine,
    vm: VmId,
    what: ConsoleWhat,
    kind: DisplayKind,
    room: Room,
}

impl Visit {
    /// Serves until the viewer has ended and nothing it had opened is left, or it never came.
    async fn serve(
        self,
        mut child: Child,
        mut first: Option<(Instant, Pipe)>,
        came: oneshot::Sender<std::result::Result<(), Absence>>,
    ) {
        let mut came = Some(came);
        let late = Instant::now() + UNUSED;
        let most = match self.kind {
            DisplayKind::Vnc => VNC_CONNECTIONS,
            DisplayKind::Spice => SPICE_CONNECTIONS,
        };
        let this = Arc::new(self);
        let mut connections = JoinSet::new();
        let mut running = true;
        while running || !connections.is_empty() {
            let wait = async {
                match &came {
                    Some(_) => timeout_at(late, this.room.listener.accept()).await,
                    None => Ok(this.room.listener.accept().await),
                }
            };
            tokio::select! {
                accepted = wait, if connections.len() < most => match accepted {
                    Ok(Ok(stream)) => {
                        if let Some(came) = came.take() {
                            // it has read the file; a viewer deletes it too, an old one perhaps not
                            let _ = std::fs::remove_file(&this.room.settings);
                            let _ = came.send(Ok(()));
                        }
                        let fresh = first.take().filter(|(at, _)| at.elapsed() < FRESH);
                        let visit = Arc::clone(&this);
                        connections.spawn(async move { visit.join(stream, fresh.map(|(_, pipe)| pipe)).await });
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "remote-viewer cannot be let in");
                        break;
                    }
                    Err(_) => {
                        tell(came.take(), Absence::Late);
                        // it would stay as a window that can never show anything
                        let _ = child.start_kill();
                        break;
                    }
                },
                status = child.wait(), if running => {
                    running = false;
                    match status {
                        Ok(status) => tell(came.take(), Absence::Ended(status)),
                        Err(error) => tracing::debug!(%error, "how remote-viewer ended is unknown"),
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    /// One connection of the viewer, through a pipe of its own.
    async fn join(&self, stream: listener::Stream, pipe: Option<Pipe>) {
        let pipe = match pipe {
            Some(pipe) => Ok(pipe),
            None => self.pipe().await,
        };
        match pipe {
            Ok(pipe) => {
                let ended = moved(stream, pipe).await;
                // the viewer says itself that it was disconnected
                tracing::debug!(?ended, "a viewer's connection ended");
            }
            Err(error) => {
                tracing::info!(
                    code = error.code.as_str(),
                    "a viewer's display is not to be had"
                );
            }
        }
    }

    async fn pipe(&self) -> Result<Pipe> {
        let reached = self.engine.reached_to_change(&self.vm)?;
        Ok(reached.pipe(&self.what).await?)
    }
}

/// Moves bytes until either side ends. Neither protocol has a half of a connection, and not every pipe
/// can be closed by halves.
async fn moved(stream: listener::Stream, pipe: Pipe) -> std::io::Result<u64> {
    let (mut from_viewer, mut to_viewer) = tokio::io::split(stream);
    let (from_vm, mut to_vm) = tokio::io::split(pipe);
    let mut from_vm = BufReader::with_capacity(PIECE, from_vm);
    tokio::select! {
        ended = tokio::io::copy_buf(&mut from_vm, &mut to_viewer) => ended,
        // this one flushes while it waits, as TLS needs
        ended = tokio::io::copy(&mut from_viewer, &mut to_vm) => ended,
    }
}

fn tell(came: Option<oneshot::Sender<std::result::Result<(), Absence>>>, absence: Absence) {
    if let Some(came) = came {
        // whoever asked may have gone
        let _ = came.send(Err(absence));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_viewer_is_the_first_program_of_that_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let make = |name: &str, mode| {
            let folder = folder.path().join(name);
            std::fs::create_dir(&folder).expect("new");
            let file = folder.join(PROGRAM);
            std::fs::write(&file, "").expect("new");
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).expect("ours");
            folder
        };
        let (text, first, second) = (make("a", 0o644), make("b", 0o755), make("c", 0o755));
        let empty = folder.path().join("nothing");
        let path = std::env::join_paths([PathBuf::from("."), empty, text, first.clone(), second]);
        assert_eq!(
            Viewer::on(&path.expect("plain names")),
            Some(Viewer(first.join(PROGRAM)))
        );
        assert_eq!(Viewer::on(std::ffi::OsStr::new("")), None);
    }
}
