//! Where windows were left: kept in the layout file, put right when that place is on no screen any
//! more.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, LogicalPosition, LogicalSize, WebviewWindow, WindowEvent};
use tauri_plugin_store::StoreExt as _;

const KEY: &str = "window";
/// Smaller the main window never is.
const LEAST: (f64, f64) = (900.0, 600.0);
/// How much of the title bar must be on a screen, so that the window can be taken hold of.
const GRIP: f64 = 80.0;

/// Place and size in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    maximized: bool,
}

/// A screen in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Screen {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Placement {
    /// As the window is now; `None` while it is minimised and has no place.
    pub fn of(window: &WebviewWindow, before: Option<Self>) -> Option<Self> {
        if window.is_minimized().unwrap_or(false) {
            return None;
        }
        if window.is_maximized().unwrap_or(false) {
            // what it goes back to is where it was before
            return before.map(|before| Self {
                maximized: true,
                ..before
            });
        }
        let scale = window.scale_factor().ok()?;
        let place: LogicalPosition<f64> = window.outer_position().ok()?.to_logical(scale);
        let size: LogicalSize<f64> = window.inner_size().ok()?.to_logical(scale);
        Some(Self {
            x: place.x,
            y: place.y,
            width: size.width,
            height: size.height,
            maximized: false,
        })
    }

    fn is_within_reach(self, screens: &[Screen]) -> bool {
        screens.iter().any(|screen| {
            let across = (self.x + self.width).min(screen.x + screen.width) - self.x.max(screen.x);
            across >= GRIP && self.y >= screen.y && self.y + GRIP <= screen.y + screen.height
        })
    }
}

/// Puts the window where it was left, if that is on a screen, and keeps where it goes from now on.
pub fn restore_and_keep(app: &AppHandle, window: &WebviewWindow, layout_file: PathBuf) {
    let Ok(layout) = app.store(layout_file) else {
        tracing::warn!(
            "the layout file cannot be opened: the window opens where the system puts it"
        );
        return;
    };
    let kept = layout
        .get(KEY)
        .and_then(|kept| serde_json::from_value::<Placement>(kept).ok());
    if let Some(kept) = kept {
        put(window, kept, LEAST);
    }
    let watched = window.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Moved(_) | WindowEvent::Resized(_)) {
            let before = layout
                .get(KEY)
                .and_then(|kept| serde_json::from_value(kept).ok());
            if let Some(now) = Placement::of(&watched, before) {
                layout.set(KEY, serde_json::json!(now));
            }
        }
    });
}

/// Puts a window where it was, no smaller than `least`, unless that place is on no screen any more.
pub fn put(window: &WebviewWindow, kept: Placement, least: (f64, f64)) {
    // refused by some window systems, which then place it themselves
    let _ = window.set_size(LogicalSize::new(
        kept.width.max(least.0),
        kept.height.max(least.1),
    ));
    if kept.is_within_reach(&screens(window)) {
        let _ = window.set_position(LogicalPosition::new(kept.x, kept.y));
    }
    if kept.maximized {
        let _ = window.maximize();
    }
}

fn screens(window: &WebviewWindow) -> Vec<Screen> {
    let monitors = window.available_monitors().unwrap_or_default();
    monitors
        .iter()
        .map(|monitor| {
            let place: LogicalPosition<f64> = monitor.position().to_logical(monitor.scale_factor());
            let size: LogicalSize<f64> = monitor.size().to_logical(monitor.scale_factor());
            Screen {
                x: place.x,
                y: place.y,
                width: size.width,
                height: size.height,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_off_every_screen_is_not_put_there() {
        let screens = [Screen {
            x: 0.0,
            y: 0.0,
            width: 1920.0,
            height: 1080.0,
        }];
        let at = |x, y| Placement {
            x,
            y,
            width: 1280.0,
            height: 800.0,
            maximized: false,
        };
        for (x, y, within) in [
            (100.0, 50.0, true),
            (-1250.0, 50.0, false),
            (-1000.0, 50.0, true),
            (2000.0, 50.0, false),
            (100.0, -300.0, false),
            (100.0, 1050.0, false),
        ] {
            assert_eq!(at(x, y).is_within_reach(&screens), within, "{x} {y}");
        }
        assert!(!at(0.0, 0.0).is_within_reach(&[]), "no screen known");
    }
}
