//! One window for each place: a second start brings the first one's window to the front and ends.
//!
//! Invariant: whatever the desktop's bus is like, the app starts.

use app::Place;
use tauri::plugin::TauriPlugin;
use tauri::{Config, Wry};

use crate::{frame, window};

/// Makes programs at different places different programs: the plugin goes by the identifier.
pub fn identify(config: &mut Config, place: &Place) {
    if let Some(mark) = place.mark() {
        config.identifier = format!("{}.at{mark}", config.identifier);
    }
}

/// The plugin, unless it would bring the app down.
pub fn plugin() -> Option<TauriPlugin<Wry>> {
    if cfg!(target_os = "linux") {
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS");
        if address.is_ok_and(|address| !leads_to_a_bus(&address)) {
            tracing::warn!("no session bus: a second start will open a second window");
            return None;
        }
    }
    Some(tauri_plugin_single_instance::init(
        |app, _arguments, _dir| {
            if !frame::begin_again(app) {
                window::focus(app);
            }
        },
    ))
}

/// Whether an address can be parsed; the plugin panics at one that cannot. A bus that merely does
/// not answer is no trouble to it.
fn leads_to_a_bus(address: &str) -> bool {
    address.split_once(':').is_some_and(|(transport, options)| {
        let keys: &[&str] = match transport {
            "unix" => &["path=", "abstract=", "dir=", "tmpdir=", "runtime="],
            "tcp" | "nonce-tcp" => &["host="],
            _ => return false,
        };
        options
            .split(',')
            .any(|option| keys.iter().any(|key| option.starts_with(key)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_switches_the_bus_off_leads_nowhere() {
        for address in [
            "unix:path=/run/user/1000/bus",
            "unix:abstract=/tmp/dbus-x,guid=0123",
        ] {
            assert!(leads_to_a_bus(address), "{address}");
        }
        for address in ["", "disabled:", "unix:", "autolaunch:", "/run/bus"] {
            assert!(!leads_to_a_bus(address), "{address:?}");
        }
    }
}
