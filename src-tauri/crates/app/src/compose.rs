//! Puts the engine together: store, drivers, clock, ids.

use std::sync::Arc;

use api::NoticeDto;
use driver::Drivers;
use driver_libvirt::LibvirtDriver;
use engine::engine::Asking;
use engine::surroundings::ThisComputer;
use engine::{Definitions, Engine, EngineConfig, EngineError, RandomIds, SystemClock};
use jiff::Timestamp;
use model::Origin;
use store::{SetAside, SetAsideReason, Store};

use crate::place::Place;

/// Who opens the engine, which decides how much it does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The window: reads definitions in the background, asks its user.
    Window,
    /// A command that ends soon: reads what it needs.
    Command {
        /// Whether somebody is at its terminal to be asked.
        asks: bool,
    },
    /// `innkeeperctl watch`: as the window, asks nobody.
    Watch,
}

/// An engine, and what its opening has to tell.
pub struct Opened {
    /// The engine.
    pub engine: Engine,
    /// What the user should know at once.
    pub notices: Vec<NoticeDto>,
}

/// Opens the engine on the inventory at `place`.
///
/// # Errors
/// The store's: `storage_full`, `internal`.
pub async fn open(place: &Place, role: Role) -> Result<Opened, EngineError> {
    let store::Opened { store, set_aside } = Store::open(place.dir(), Timestamp::now()).await?;
    let engine = Engine::start(EngineConfig {
        store,
        drivers: Drivers::new(vec![Arc::new(LibvirtDriver::new())]),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        surroundings: Arc::new(ThisComputer),
        origin: match role {
            Role::Window => Origin::Window,
            Role::Command { .. } | Role::Watch => Origin::Cli,
        },
        asked_by: login(),
        definitions: match role {
            Role::Window | Role::Watch => Definitions::InBackground,
            Role::Command { .. } => Definitions::WhenNeeded,
        },
        asking: match role {
            Role::Window | Role::Command { asks: true } => Asking::Possible,
            Role::Command { asks: false } | Role::Watch => Asking::Nobody,
        },
    })
    .await?;
    Ok(Opened {
        engine,
        notices: set_aside.iter().map(notice).collect(),
    })
}

fn notice(set_aside: &SetAside) -> NoticeDto {
    let name = set_aside
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let (kind, why) = match set_aside.reason {
        SetAsideReason::Damaged => ("store_damaged", "file was damaged and"),
        SetAsideReason::NewerRelease => ("store_newer", "of a newer Innkeeper was"),
    };
    NoticeDto {
        kind: kind.to_owned(),
        message: format!("The inventory {why} set aside as {name}. Hosts are being read again."),
        path: Some(set_aside.path.display().to_string()),
    }
}

fn login() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|login| !login.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}
